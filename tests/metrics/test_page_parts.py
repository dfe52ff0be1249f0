from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from linkworthy.catalogue.needs import missing
from linkworthy.engine.embedded import Embedded
from linkworthy.engine.progress import SILENT
from linkworthy.metrics.pages import measure_site
from linkworthy.metrics.structured import check
from linkworthy.metrics.widths import widths
from linkworthy.site import Site, SiteConfig
from tests.support.measured import SITE, block, by_path, link, measured, page
from tests.support.runs import START, complete


def heading(path: str, n: int, tag: str, text: str) -> dict[str, Any]:
    return {**block(path, text, n=n), "tag": tag}


def test_widths_are_those_of_the_font_whatever_the_script() -> None:
    measured_px = widths(pa.array(["iii", "WWW", None, "", "日本", "e\u0301", "é"]), 10).to_pylist()
    assert measured_px == pytest.approx([6.66, 28.32, None, 0.0, 20.0, 5.56, 5.56])
    assert widths(pa.array([], pa.string()), 10).to_pylist() == []


def test_a_page_is_known_by_its_parts(tmp_path: Path) -> None:
    prose = "The cat sat on the mat and the dog ran to the gate while we had tea. " * 8
    pages = [page("/", depth=0, title="Pots", language="en"), page("/a/b", title="B"), page("/c", is_noindex=True)]
    blocks = [
        heading("/", 0, "h1", "Pots"), heading("/", 1, "h3", "What is a pot?"), heading("/", 2, "h2", "Why pots?"),
        {**block("/", "Pots hold what you cook, and keep it warm for an hour or two.", n=3), "tag": "p", "n_words": 13},
        {**block("/", prose, n=4), "tag": "p", "n_words": 130},
        {**block("/a/b", "Lorem ipsum dolor sit amet, cafÃ© Ã¼ber", n=0), "tag": "p", "n_words": 7},
    ]  # fmt: skip
    links = [
        link("/", "/a/b", region="nav"), link("/c", "/a/b"), link("/a/b", "/"), link("/a/b", "/c", is_nofollow=True),
    ]  # fmt: skip
    graph = {"og:title": "Pots", "og:image": ["https://shop.example/1.jpg", "x"]}
    structured = [{"url": START, "n": 0, "syntax": "opengraph", "data": json.dumps(graph)}]
    found = by_path(measured(tmp_path, pages=pages, blocks=blocks, links=links, structured=structured), "page_parts")
    home, below, shut = found["/"], found["/a/b"], found["/c"]
    assert (home["heading_levels"], home["n_questions"], home["n_unanswered"]) == ("132", 2, 1)
    assert home["reading_ease"] > 90
    assert (home["og_title"], home["og_image"], home["og_url"]) == ("Pots", "https://shop.example/1.jpg", None)
    assert home["title_width"] == pytest.approx((0.667 + 0.556 + 0.278 + 0.5) * 20)
    assert (below["n_main_inlinks"], below["n_indexable_inlinks"], below["links_above"]) == (1, 1, True)
    assert (below["n_nofollow_links"], below["n_followed_links"]) == (1, 1)
    assert below["placeholder"].startswith("Lorem")
    assert below["garbled"]
    assert home["garbled"] is None
    assert (shut["impressions"], shut["n_bot_hits"], shut["n_copies_elsewhere"]) == (None, None, None)


def test_the_sites_name_is_no_part_of_a_pages_own_title(tmp_path: Path) -> None:
    pages = [page(f"/{n}", title=f"Kettle {n} kettle — Kettle shop") for n in range(6)]
    found = by_path(measured(tmp_path, pages=[*pages, page("/x", title="No such end at all")]), "page_parts")
    assert (found["/0"]["title_own_length"], found["/0"]["title_repeats"]) == (len("Kettle 0 kettle"), 2)
    assert found["/x"]["title_own_length"] == len("No such end at all")


def test_the_name_of_the_host_and_names_with_dots_do_not_stuff_a_title(tmp_path: Path) -> None:
    titles = {
        "/host": "Kettle shop: the best shop for a kettle, shop here",
        "/class": "email.message.Message: a message of the old kind",
        "/stuffed": "Kettle sale, kettle deals, kettle shop",
    }
    found = by_path(measured(tmp_path, pages=[page(path, title=said) for path, said in titles.items()]), "page_parts")
    assert {path: found[path]["title_repeats"] for path in titles} == {"/host": 2, "/class": 1, "/stuffed": 3}


def test_a_form_that_takes_what_a_reader_writes_is_told_from_a_search_box(tmp_path: Path) -> None:
    targets = {"/contact": "/send", "/found": "/search.html", "/blog": "/", "/answers": "/?s=kettle&search=1"}
    resources = [
        {"url": START + path[1:], "n": 0, "kind": "form", "resource_url": START + target[1:], "is_insecure": False}
        for path, target in targets.items()
    ]
    pages = [page(path) for path in (*targets, "/bare")]
    found = by_path(measured(tmp_path, pages=pages, resources=resources), "page_parts")
    assert {path: found[path]["n_entry_forms"] for path in (*targets, "/bare")} == {
        "/contact": 1, "/found": 0, "/blog": 0, "/answers": 0, "/bare": 0,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("node", "column", "expected"),
    [
        ({"@type": "Product", "image": "/k.jpg"}, "missing", ["name", "offers|review|aggregateRating"]),
        ({"@type": "https://schema.org/Recipe", "name": "Tea", "image": "/t"}, "missing", []),
        ({"@type": "Event", "name": "x", "startDate": "soon", "location": "y"}, "wrong", ["startDate: soon"]),
        ({"@type": "Thing", "price": "9,50", "priceCurrency": "pounds"}, "wrong", ["priceCurrency: pounds"]),
        ({"@type": "Thing", "branchOf": "x"}, "outdated", ["branchOf (now parentOrganization)"]),
        ({"@type": "HowTo", "name": "x"}, "is_retired", True),
        ({"@type": "LocalBusiness", "name": "x", "address": "y", "aggregateRating": 5}, "is_self_rating", True),
        (
            {"@type": "Product", "name": "x", "offers": {"@type": "Offer", "url": "x"}},
            "missing",
            ["price|priceSpecification"],
        ),
        (
            {"@type": "OfferCatalog", "name": "x", "itemListElement": [{"@type": "Offer", "itemOffered": "a class"}]},
            "missing",
            [],
        ),
        (
            {"@type": "ProductGroup", "name": "x", "hasVariant": [{"@type": "Product", "url": "/red"}]},
            "missing",
            [],
        ),
    ],
    ids=range(10),
)
def test_an_item_is_checked_for_what_its_result_needs(node: dict[str, Any], column: str, expected: object) -> None:
    found = [row[column] for row in check(json.dumps(node))]
    assert expected in (found or [[]])
    assert expected or not any(found)


@pytest.mark.parametrize("text", ["", "[", "null", "3", '{"@type": 3}', '{"@type": "Product", "@id": "#p"}', "[" * 900])
def test_what_is_no_item_gives_nothing(text: str) -> None:
    assert list(check(text)) == []


def test_a_crawl_is_compared_with_the_one_before(tmp_path: Path) -> None:
    first = measured(tmp_path, pages=[page("/", title="Pots"), page("/a", title="A"), page("/b", title="B")], links=[])
    assert not first.has("page_changes")
    first.publish()
    config = SiteConfig(url=START)
    run = Site(tmp_path / "site").begin("crawl", {})
    run.write("pages", "given", complete("pages", [page("/", title="Pans"), page("/b", title="B"), page("/c")], config))
    measure_site(run, config, Embedded(workers=1), SILENT)
    found = by_path(run, "page_changes")
    assert {path: row["change"] for path, row in found.items()} == {"/": "changed", "/a": "removed", "/c": "added"}
    assert (found["/"]["old_title"], found["/"]["new_title"], found["/"]["old_status"]) == ("Pots", "Pans", 200)
    assert found["/a"]["new_status"] is None
    assert found["/a"]["url"] == SITE + "/a"


def test_a_list_makes_no_page_of_the_crawl_before_look_gone(tmp_path: Path) -> None:
    first = measured(tmp_path, pages=[page("/", title="Pots"), page("/a", title="A", depth=3)], links=[])
    first.publish()
    run = Site(tmp_path / "site").begin("crawl", {})
    listed = [page("/a", title="B", depth=0, found_by="list"), page("/c", found_by="list")]
    config = SiteConfig(url=START)
    run.write("pages", "given", complete("pages", listed, config))
    measure_site(run, config, Embedded(workers=1), SILENT)
    found = by_path(run, "page_changes")
    assert {path: row["change"] for path, row in found.items()} == {"/": None, "/a": "changed", "/c": "added"}
    assert (found["/a"]["old_depth"], found["/a"]["new_depth"]) == (None, None)
    with Embedded(workers=1).connect(run.tables()) as db:
        assert missing(run, db, ("spider", "pages")) == ["spider"]
    with Embedded(workers=1).connect(first.tables()) as db:
        assert missing(first, db, ("spider",)) == []
