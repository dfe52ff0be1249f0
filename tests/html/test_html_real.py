"""Real pages: every one is read, and its links are those that another parser finds."""

from __future__ import annotations

import tarfile

import pytest
from lxml import html as lxml_html

from linkworthy.html.parse import parse
from tests.support.parsed import HTML, assert_fits
from tests.support.shared import shared

N_PAGES = 200


def _pages() -> list[tuple[str, bytes]]:
    found = []
    with tarfile.open(shared("wcxb", "wcxb_dev.tar.xz")) as archive:
        for member in archive:
            if member.name.endswith(".html"):
                handle = archive.extractfile(member)
                found.append((member.name, handle.read() if handle else b""))
                if len(found) == N_PAGES:
                    break
    return found


@pytest.mark.shared
def test_real_pages_are_read_and_their_links_agree_with_another_parser() -> None:
    differing = []
    total = ours_total = 0
    for name, body in _pages():
        parsed = parse(body, [HTML], "https://site.example/path/page")
        assert_fits(parsed)
        tree = lxml_html.document_fromstring(body, parser=lxml_html.HTMLParser(encoding="utf-8"))
        # libxml2 knows no template element; what stands in one is left out of its count.
        theirs = [
            one.get("href")
            for one in tree.iter("a", "area")
            if one.get("href") is not None and not any(up.tag == "template" for up in one.iterancestors())
        ]
        ours = [one.href for one in parsed.links]
        total += len(theirs)
        ours_total += len(ours)
        if len(ours) != len(theirs):
            differing.append((name, len(ours), len(theirs)))
    assert total > 10_000
    assert len(differing) <= N_PAGES * 0.1, differing
    assert abs(ours_total - total) < 0.01 * total, differing


@pytest.mark.shared
def test_real_pages_show_what_their_columns_are_for() -> None:
    seen: dict[str, int] = {}
    for _, body in _pages():
        facts = parse(body, [HTML], "https://site.example/path/page").facts
        for name, value in facts.items():
            seen[name] = seen.get(name, 0) + bool(value)
    assert seen["title"] > 0.95 * N_PAGES
    assert seen["language"] > 0.95 * N_PAGES
    assert seen["canonical_url"] > 0.7 * N_PAGES
    assert seen["published_at"] > 0.3 * N_PAGES
    assert seen["owner_ids"] > 0.3 * N_PAGES
    assert seen["engine"] > 0.4 * N_PAGES
