"""The sitemap holds what may be indexed, keeps to the limits, and tells no date that nobody said."""

from __future__ import annotations

import gzip
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from lxml import etree

from linkworthy.questions import Answers
from linkworthy.reports.sitemap import Sitemap, write_sitemap
from linkworthy.site import SiteConfig
from tests.support.measured import SITE, measured, page
from tests.support.runs import START

NAMESPACES = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9", "x": "http://www.w3.org/1999/xhtml"}


def written(folder: Path, pages: list[dict[str, Any]], **options: Any) -> tuple[Sitemap, list[Any]]:
    run = measured(folder, SiteConfig(url=START, hosts=("www.shop.example",)), pages=pages)
    name = options.pop("name", "sitemap.xml")
    with Answers(run) as answers:
        out = write_sitemap(answers, START, folder / name, **options)
    trees = [
        etree.fromstring(gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes())
        for path in out.paths
    ]
    return out, trees


def locs(tree: Any) -> list[str]:
    return list(tree.xpath("//s:loc/text()", namespaces=NAMESPACES))


def test_only_indexable_pages_of_the_host_are_named(tmp_path: Path) -> None:
    pages = [
        page("/a?x=1&y=<2>"),
        page("/noindex", is_noindex=True),
        page("/gone", status=404),
        page("/other", canonical_url=SITE + "/a?x=1&y=<2>"),
        page("/pdf", is_html=False),
        {**page("/"), "url": "https://www.shop.example/w"},
    ]
    out, trees = written(tmp_path, pages)
    assert locs(trees[0]) == [SITE + "/a?x=1&y=<2>"]
    assert (out.n_urls, out.n_other_hosts) == (1, 1)


def test_the_last_change_is_told_where_page_or_server_say_it(tmp_path: Path) -> None:
    when = datetime(2026, 5, 4, 3, 2, 1, tzinfo=UTC)
    _out, trees = written(tmp_path, [page("/a", modified_at=when), page("/b", last_modified_at=when), page("/c")])
    dates = trees[0].xpath("//s:url/s:lastmod/text()", namespaces=NAMESPACES)
    assert dates == ["2026-05-04T03:02:01Z"] * 2


def test_many_pages_become_an_index_and_numbered_files(tmp_path: Path) -> None:
    out, trees = written(tmp_path, [page(f"/{n}") for n in range(5)], max_urls=2, name="map.xml.gz", is_packed=True)
    assert [path.name for path in out.paths] == ["map.xml.gz", "map-1.xml.gz", "map-2.xml.gz", "map-3.xml.gz"]
    assert locs(trees[0]) == [f"{SITE}/map-{n}.xml.gz" for n in (1, 2, 3)]
    assert [url for tree in trees[1:] for url in locs(tree)] == [f"{SITE}/{n}" for n in range(5)]


def test_a_file_ends_before_it_grows_too_large(tmp_path: Path) -> None:
    out, _trees = written(tmp_path, [page("/" + f"{n}" * 300) for n in range(4)], max_bytes=1_300)
    assert len(out.paths) == 3
    assert all(path.stat().st_size <= 1_300 for path in out.paths)


def test_languages_are_named_on_request(tmp_path: Path) -> None:
    alternates = [{"lang": "de", "url": SITE + "/de?a&b"}]
    _out, trees = written(tmp_path, [page("/a", hreflang=alternates)], with_alternates=True)
    (link,) = trees[0].xpath("//x:link", namespaces=NAMESPACES)
    assert dict(link.attrib) == {"rel": "alternate", "hreflang": "de", "href": SITE + "/de?a&b"}


def test_a_site_without_indexable_pages_has_an_empty_sitemap(tmp_path: Path) -> None:
    out, trees = written(tmp_path, [page("/a", status=500)])
    assert (out.n_urls, locs(trees[0])) == (0, [])
