"""Content codings against arbitrary bytes: never an exception, never more than the cap, and a round trip."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Callable

import brotli  # type: ignore[import-untyped]
import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from linkworthy.fetch.decode import codings, decode

ENCODERS: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress,
    "deflate": zlib.compress,
    "br": brotli.compress,
    "zstd": zstandard.compress,
}


@given(st.lists(st.sampled_from(sorted(ENCODERS)), max_size=4), st.binary(min_size=1, max_size=5000))
def test_what_was_coded_comes_back(names: list[str], body: bytes) -> None:
    coded = body
    for name in names:
        coded = ENCODERS[name](coded)
    decoded = decode(coded, ", ".join(names), 1_000_000)
    assert (decoded.body, decoded.error, decoded.is_truncated) == (body, None, False)


@given(
    st.lists(st.sampled_from([*ENCODERS, "identity", "x"]), max_size=6), st.binary(max_size=2000), st.integers(0, 99)
)
def test_arbitrary_bytes_neither_raise_nor_pass_the_cap(names: list[str], data: bytes, cap: int) -> None:
    assert len(decode(data, ",".join(names), cap).body) <= cap


@given(st.sampled_from(sorted(ENCODERS)), st.binary(min_size=1, max_size=3000), st.integers(1, 4000))
def test_the_cap_holds_and_is_said(name: str, body: bytes, cap: int) -> None:
    decoded = decode(ENCODERS[name](body), name, cap)
    assert decoded.body == body[:cap]
    assert decoded.is_truncated == (len(body) > cap)


@given(st.sampled_from(sorted(ENCODERS)), st.binary(min_size=1, max_size=3000), st.data())
def test_a_stream_cut_anywhere_gives_a_beginning_and_says_so(name: str, body: bytes, data: st.DataObject) -> None:
    coded = ENCODERS[name](body)
    cut = data.draw(st.integers(2, len(coded) - 1))
    decoded = decode(coded[:cut], name, 1_000_000)
    assert body.startswith(decoded.body)
    assert decoded.is_truncated or decoded.error


@pytest.mark.parametrize(
    ("header", "names"),
    [(None, []), ("", []), ("identity", []), ("GZIP", ["gzip"]), ("x-gzip , br", ["gzip", "br"]), ("utf-8", [])],
)
def test_a_header_names_codings(header: str | None, names: list[str]) -> None:
    assert codings(header) == names
