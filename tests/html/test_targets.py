"""Links resolved by compiled code lead where the resolver of single hrefs says; columns of texts read as lists do."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linkworthy import urls
from linkworthy.crawl.batch import arrow_of
from linkworthy.html.compiled.targets import targets_of
from linkworthy.html.gathered import FoundLinks
from linkworthy.html.kinds import Invitations
from linkworthy.html.links import Resolver, links_of
from linkworthy.html.texts import Texts

pytestmark = pytest.mark.xdist_group("compiled")

_BASES = (
    "http://a.example/", "https://www.a.example/x/y/z.html?q=1&r=/s", "http://127.0.0.1:8080/docs/i.html",
    "http://xn--bcher-kva.example/b", "http://a.example/one/two/",
)  # fmt: skip
_PIECES = st.sampled_from(
    [
        "", "/", "//", "../", "./", "..", ".", "?", "#", "&", "%41", "%2e", "%2E", "%", ":", "a", "b.html", "x=1",
        "~u", "@", "$", " ", "\t", "http://a.example", "//a.example", "https://www.a.example",
        "http://127.0.0.1:8080", "HTTP://", "https://b.example.com", "é", "mailto:", "javascript:", "xn--", "-",
        "h.c", "submit", "register.php", "?mode=register", "/write-for-us/",
    ]
)  # fmt: skip
_HREFS = st.lists(st.lists(_PIECES, max_size=6).map("".join), min_size=1, max_size=8)


def _as_texts(texts: list[str]) -> Texts:
    written = [text.encode() for text in texts]
    return Texts(b"".join(written), np.cumsum([0, *map(len, written)]).astype(np.int32))


@settings(max_examples=400, deadline=None)
@given(_HREFS, st.sampled_from(_BASES))
def test_hrefs_lead_where_each_alone_leads(hrefs: list[str], base: str) -> None:
    resolver = Resolver(base, "utf-8")
    assert resolver.near is not None
    found = targets_of(_as_texts(hrefs), _as_texts([""] * len(hrefs)), resolver, resolver.near)
    columns = zip(found.urls, found.hosts, found.domains, found.fragments, strict=True)
    assert [tuple(row) for row in columns] == [tuple(Resolver(base, "utf-8").target(href)) for href in hrefs]
    resolved = [urls.resolve(href, base) for href in hrefs]
    assert found.urls == [urls.normalise(url) if url else None for url in resolved]


_ANCHORS = st.sampled_from(
    ["Register", "add your site now", "Zarejestruj", "регистрация", "List", "x" * 70, "Guest post!", "Sign Up"]
)
_OTHERS = st.dictionaries(st.integers(0, 7), st.none() | st.text("aé", max_size=3), max_size=3)
_TEXTS = st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=6), max_size=8)


@settings(max_examples=200, deadline=None)
@given(_HREFS, st.lists(_ANCHORS, min_size=8, max_size=8))
def test_links_that_may_invite_say_what_all_links_say(hrefs: list[str], anchors: list[str]) -> None:
    n = len(hrefs)
    lists: list[list[str]] = [[""] * n for _ in range(3)]
    found = FoundLinks(
        _as_texts(hrefs), [None] * n, ["text"] * n, _as_texts(anchors[:n]), ["main"] * n, [-1] * n, lists[0], lists[1],
        lists[2], [False] * n,
    )  # fmt: skip
    links, places = links_of(found, ["main"] * n, n, Resolver("http://a.example/x/", "utf-8"), "a.example")
    assert places is not None
    every, some = Invitations(links), Invitations(links, places)
    for section, whole in (("registration", True), ("submission", False)):
        assert every.to(section, whole=whole) == some.to(section, whole=whole)


@settings(max_examples=200, deadline=None)
@given(_TEXTS, st.booleans(), _OTHERS, st.integers(1, 4))
def test_a_column_of_texts_reads_as_its_list_does(
    texts: list[str],
    has_nulls: bool,  # noqa: FBT001 - drawn
    others: dict[int, str | None],
    n: int,
) -> None:
    others = {place: text for place, text in others.items() if place < len(texts)}
    expected = [others.get(k, text or (None if has_nulls else "")) for k, text in enumerate(texts)]
    plain = _as_texts(texts)
    column = Texts(plain.data, plain.bounds, dict(others), has_nulls=has_nulls)
    assert arrow_of([column, plain, column], pa.string()).to_pylist() == [*expected, *texts, *expected]
    assert column.nulls() == [k for k, text in enumerate(expected) if text is None]
    assert [column.at(k) for k in range(len(column))] == expected
    assert list(column.cut(n)) == [text and text[:n] for text in expected]
    assert column == expected
