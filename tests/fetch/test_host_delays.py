"""One host may be asked more gently than the others."""

from __future__ import annotations

import pytest

from linkworthy.errors import InputError
from linkworthy.fetch.host_delays import HostDelays


def test_a_host_that_is_named_has_a_delay_of_its_own_and_all_others_the_common_one() -> None:
    delays = HostDelays(["Slow.Example=2.5", "quick.example=0", "*.shop.example = 1", "*.img.shop.example=3"], 0.5)
    assert delays.of("slow.example") == 2.5
    assert delays.of("quick.example") == 0.0
    assert [delays.of(host) for host in ("shop.example", "a.shop.example", "b.img.shop.example")] == [0.5, 1.0, 3.0]
    assert delays.of("www.slow.example") == delays.of("127.0.0.1") == 0.5


def test_an_address_and_an_international_name_are_read_as_urls_have_them() -> None:
    delays = HostDelays(["[::1]=1", "bücher.example=2"], 0.0)
    assert delays.of("[::1]") == 1.0
    assert delays.of("xn--bcher-kva.example") == 2.0


@pytest.mark.parametrize("entry", ["slow.example", "=2", "slow.example=", "slow.example=-1", "slow.example=nan",
                                   "slow.example=inf", "a b=1", "*.=1"])  # fmt: skip
def test_what_cannot_be_read_is_named(entry: str) -> None:
    with pytest.raises(InputError, match="host_delays"):
        HostDelays([entry], 0.0)
