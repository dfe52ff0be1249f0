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
        "2026-09-28T00:00:00Z", "2026-09-28T02:00:00+02:00", " 2026-09-28 ", "9/28/26", "28.9.26 00:00",
        "9/28/2026 12:00:00 AM", "Sep 28, 2026, 12:00\u202fAM",
    ],
)  # fmt: skip
def test_every_numeric_form_is_read(text: str) -> None:
    assert parse(text) == datetime(2026, 9, 28, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "-",
        "soon",
        "2026-02-31",
        "1970-01-01",
        "09/08/2026",
        "20261328",
        "9999999999",
        "26/09/15",
        "9/8/26",
        "2026-09-28 13:00 PM",
        "28-09-26",
    ],
)
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


@pytest.mark.parametrize(
    "text",
    [
        "15 sept. 2026", "15. September 2026", "2026年9月15日", "Sep 15, 2026", "15 de septiembre de 2026",
        "15 сент. 2026 г.", "١٥ سبتمبر ٢٠٢٦", "15 ก.ย. 2569", "15 thg 9, 2026", "2026 m. rugsėjo 15 d.",
        "2026. szept. 15.", "15 Eyl 2026", "15 בספט׳ 2026", "2026년 9월 15일", "۱۵ سپتامبر ۲۰۲۶", "15 syysk. 2026",
        "15 wrz 2026", "15. rujna 2026.", "15 σεπ 2026", "15 सित॰ 2026", "٢٠٢٦/٠٩/١٥", "15 settembre 2026, 00:00",
        "1789430400", "1789430400000",
    ],
)  # fmt: skip
def test_months_are_read_in_many_languages(text: str) -> None:
    assert parse(text) == datetime(2026, 9, 15, tzinfo=UTC)


@pytest.mark.parametrize(
    "text", ["15 lis 2026", "15 foo 2026", "15 mars", "mars 2026", "15 mars avril 2026", "1 2 3 mars"]
)
def test_a_month_s_name_that_means_two_months_or_none_stays_unknown(text: str) -> None:
    assert parse(text) is None
