from __future__ import annotations

from datetime import UTC, datetime

import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from linkworthy import urls
from linkworthy.sources import cells

URLISH = st.text(alphabet="htps:/.aZ09-_~%2eE?#&=@[]xn'|\\ ü", max_size=30).map("https://".__add__) | st.text(
    max_size=20
)
PLAIN = st.from_regex(r"\Ahttps?://([a-z0-9-]{1,8}\.){1,3}[a-z]{2,5}/[a-zA-Z0-9~!$&'()*+,;=:@%/.?-]{0,20}\Z")


@settings(max_examples=400, deadline=None)
@given(st.lists(URLISH | PLAIN, max_size=8))
def test_a_column_of_urls_is_normalised_as_each_url_is(texts: list[str]) -> None:
    found = cells.urls_of(pa.array(texts, pa.string()))
    expected = [urls.normalise(text) for text in texts]
    assert found.url.to_pylist() == expected
    assert found.host.to_pylist() == [None if url is None else urls.host_of(url) for url in expected]
    assert found.domain.to_pylist() == [None if url is None else urls.domain_of(url) for url in expected]


def test_a_long_column_of_ever_new_urls_is_normalised_as_each_url_is() -> None:
    texts = [f"https://{name}.example{rest}/{n}" for n in range(200) for name, rest in (
        ("a", ""), ("b", ":8080/x"), ("xn--bcher-kva", ""), ("c", "/y/%2e%2e/z"), ("D", "/ü"), ("e", "/.."),
        ("f", "?'"),
    )]  # fmt: skip
    texts[7] = "no URL"
    test_a_column_of_urls_is_normalised_as_each_url_is.hypothesis.inner_test(texts)  # type: ignore[attr-defined]


@given(st.lists(st.tuples(st.text(max_size=3), st.text(max_size=3)), max_size=6))
def test_opinions_keep_every_filled_cell_under_its_name(rows: list[tuple[str, str]]) -> None:
    columns = {name: pa.array([row[n] for row in rows], pa.string()) for n, name in enumerate(("one", "two"))}
    found = cells.opinions(columns, len(rows)).to_pylist()
    assert found == [[(name, cell) for name, cell in zip(("one", "two"), row, strict=True) if cell] for row in rows]


def test_flags_of_any_spelling_are_read_and_others_stay_unknown() -> None:
    column = pa.array(["true", "FALSE", "1", "0", "Yes", "", "maybe", "+", "-"])
    assert cells.flags(column).to_pylist() == [True, False, True, False, True, None, None, True, False]


def test_dates_outside_the_web_s_time_are_unknown() -> None:
    now = datetime(2026, 11, 22, tzinfo=UTC)
    for texts in (["2026-01-02", "1980-01-01", "2050-01-01", ""], ["2.1.2026", "1.1.1980", "1.1.2050", ""]):
        assert cells.instants(pa.array(texts), None, now).to_pylist() == [
            datetime(2026, 1, 2, tzinfo=UTC),
            None,
            None,
            None,
        ]
