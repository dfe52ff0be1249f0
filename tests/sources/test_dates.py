from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkworthy.sources.dates import Order, order_of, parse


@pytest.mark.parametrize(
    "text",
    [
        "2026-09-28", "Sep 28, 2026", "September 28, 2026", "28 Sep 2026", "28.09.2026", "28.9.2026", "2026/09/28",
        "2026. 9. 28.", "2026年9月28日", "28/09/2026", "9/28/2026", "28-09-2026", "2026-09-28 00:00:00",
        "2026-09-28T00:00:00Z", "2026-09-28T02:00:00+02:00", " 2026-09-28 ",
    ],
)  # fmt: skip
def test_every_numeric_form_is_read(text: str) -> None:
    assert parse(text) == datetime(2026, 9, 28, tzinfo=UTC)


@pytest.mark.parametrize("text", ["", "-", "soon", "2026-02-31", "1970-01-01", "09/08/2026", "20260928", "9999999999"])
def test_what_is_no_date_or_may_be_read_two_ways_stays_unknown(text: str) -> None:
    assert parse(text) is None


@pytest.mark.parametrize(
    ("texts", "order"),
    [
        (["01/02/2026", "13/02/2026"], "dmy"),
        (["01/02/2026", "02/13/2026"], "mdy"),
        (["01/02/2026"], None),
        (["13/02/2026", "02/13/2026"], None),
        (["13.02.2026"], None),
    ],
)
def test_one_row_tells_the_order_for_its_column(texts: list[str], order: Order | None) -> None:
    assert order_of(texts) == order


def test_the_order_reads_what_is_ambiguous() -> None:
    assert parse("01/02/2026", "dmy") == datetime(2026, 2, 1, tzinfo=UTC)
    assert parse("01/02/2026", "mdy") == datetime(2026, 1, 2, tzinfo=UTC)


@given(st.text(max_size=40))
def test_any_text_is_a_date_or_none(text: str) -> None:
    assert parse(text) is None or parse(text, "dmy") is not None
