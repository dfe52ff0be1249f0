from __future__ import annotations

import time
from collections import Counter
from itertools import islice
from typing import Any

import pytest
import turbohtml
from hypothesis import given
from hypothesis import strategies as st

from linkworthy.html import markup
from linkworthy.html.parse import parse
from linkworthy.tables import TABLES
from tests.support.wcxb import real_pages

URL = "https://shop.example/kettles"
HTML = (("content-type", "text/html; charset=utf-8"),)
PLAIN = "<!doctype html><html lang=en><head><meta charset=utf-8><title>K</title></head><body><h1>K</h1></body></html>"


def facts(html: str | bytes, headers: tuple[tuple[str, str], ...] = HTML) -> dict[str, Any]:
    body = html.encode() if isinstance(html, str) else html
    return parse(body, headers, URL).facts


def in_head(html: str) -> dict[str, Any]:
    return facts(PLAIN.replace("<title>", f"{html}<title>"))


def in_body(html: str) -> dict[str, Any]:
    return facts(PLAIN.replace("</body>", f"{html}</body>"))


def test_a_page_as_it_should_be_has_no_fault() -> None:
    found = {name: value for name, value in facts(PLAIN).items() if name in markup.COLUMNS}
    good = {"has_doctype": True, "has_head": True, "has_body": True, "is_head_first": True, "n_heads": 1, "n_bodies": 1}
    assert found == {
        name: good.get(name, None if name in {"head_stray", "keywords"} else [] if name == "fragments" else 0)
        for name in markup.COLUMNS
    }
    assert set(markup.COLUMNS) <= set(TABLES["pages"].names)


@pytest.mark.parametrize(
    ("html", "has_doctype"),
    [
        (PLAIN, True),
        ("\ufeff \n<!-- a -->\n<!DOCTYPE HTML PUBLIC '-//W3C//DTD HTML 4.01//EN'><html></html>", True),
        ("<?xml version='1.0'?><!DOCTYPE html><html></html>", True),
        (PLAIN.removeprefix("<!doctype html>"), False),
        ("<html><!doctype html><body>x</body></html>", False),
        ("Warning: x<!doctype html><html><body>x</body></html>", False),
    ],
)
def test_a_doctype_counts_before_everything_but_comments(html: str, has_doctype: bool) -> None:  # noqa: FBT001
    assert facts(html)["has_doctype"] is has_doctype


@pytest.mark.parametrize(
    ("html", "stray"),
    [
        ("<div>x</div>", "div"),
        ("<IMG src=a.gif>", "img"),
        ("text", "text"),
        ("<noscript><img src=a.gif></noscript>", None),
        ("<script>document.write('<div></head>')</script><style>a>b{}</style><template><div></template>", None),
        ("<!-- <div> --><base href=/><meta name=a content='a > b <div>'>", None),
    ],
)
def test_what_ends_the_head_early_is_named(html: str, stray: str | None) -> None:
    behind = "<link rel=canonical href=/k><meta name=description content=d><meta name=robots content=noindex>"
    found = in_head(html + behind)
    assert found["head_stray"] == stray
    is_lost = stray is not None
    for name in ("is_canonical_in_body", "is_description_in_body", "is_robots_in_body", "is_title_in_body"):
        assert found[name] is is_lost
    assert found["n_metas_in_body"] == (4 if is_lost else 0)


def test_a_page_without_head_and_body_tags_has_no_stray() -> None:
    found = facts("<!doctype html><title>K</title><p>Text<link rel=canonical href=/k>")
    assert (found["has_head"], found["has_body"], found["n_heads"], found["n_bodies"]) == (False, False, 0, 0)
    assert (found["head_stray"], found["is_head_first"], found["is_canonical_in_body"]) == (None, None, True)


@pytest.mark.parametrize(
    ("html", "name", "value"),
    [
        ("<!doctype html><html><div></div><head><title>K</title></head><body></body></html>", "is_head_first", False),
        ("<!doctype html><html><title>K</title><head></head><body></body></html>", "is_head_first", False),
        ("<!doctype html><body><html><head></head></html>", "is_body_before_html", True),
        (PLAIN.replace("<body>", "<head></head><body>"), "n_heads", 2),
        (PLAIN.replace("</body>", "</body><BODY class=a></body>"), "n_bodies", 2),
        (PLAIN.replace("</body>", "<!-- <body> --><script>'<body>'</script></body>"), "n_bodies", 1),
        ("<html><head></head><frameset cols=a></frameset></html>", "has_body", True),
    ],
)
def test_head_and_body_are_counted_as_written(html: str, name: str, value: object) -> None:
    assert facts(html)[name] == value


@pytest.mark.parametrize(
    ("html", "name", "value"),
    [
        ("<link rel=canonical href=/k media=print>", "n_canonical_faults", 1),
        ("<link rel=canonical href='/k' hreflang=en>", "n_canonical_faults", 1),
        ("<link rel=canonical href=/k id=c>", "n_canonical_faults", 0),
        ("<link rel=alternate hreflang=de href=/de>", "has_relative_hreflang", True),
        ("<link rel=alternate hreflang=de href=//shop.example/de>", "has_relative_hreflang", True),
        ("<link rel=alternate hreflang=de href=https://shop.example/de>", "has_relative_hreflang", False),
        ("<link rel=next href=/2><link rel=next href=/3><link rel=prev href=/0>", "n_next", 2),
        ("<link rel=next href=/2><link rel=prev href=/0>", "n_prev", 1),
        ("<meta name=Keywords content=' a,\n b '><meta name=keywords content=c>", "keywords", "a, b"),
        ("<meta name=Keywords content=' a,\n b '><meta name=keywords content=c>", "n_keywords", 2),
        ("<meta name=fragment content='!'>", "has_ajax_meta", True),
        ("<meta property=twitter:card content=summary>", "has_twitter_card", True),
        ("<meta name=twitter:card content=''>", "has_twitter_card", False),
        ("<link rel=alternate media='only screen and (max-width: 640px)' href=https://m.shop.example/>",
         "has_mobile_alternate", True),
        ("<link rel=alternate type=application/rss+xml href=/feed>", "has_mobile_alternate", False),
        ("<link rel=stylesheet href=//cdn.example/a.css><script src=//cdn.example/a.js></script>",
         "n_protocol_relative", 2),
    ],
)  # fmt: skip
def test_metas_and_link_elements_are_told(html: str, name: str, value: object) -> None:
    assert in_head(html)[name] == value


@pytest.mark.parametrize(
    ("html", "name", "value"),
    [
        ("<p id=a><p id='a'><p ID=\"b\"><p id=c><p id=c><p id=c>", "n_duplicate_ids", 2),
        ("<p id=a><script>'<p id=a>'</script><!-- <p id=a> --><template><p id=a></template>", "n_duplicate_ids", 0),
        ("<p data-id=a id=a>id=a<p title=\"id='a'\">", "n_duplicate_ids", 0),
        ("<h2></h2><h3> <b>&nbsp;</b></h3><h4><img src=a></h4>", "n_empty_headings", 3),
        ("<h2><img alt=x src=a></h2><h3 aria-label=x></h3><h4><span>x</span></h4>", "n_empty_headings", 0),
        ("<h2><!-- x --><script>x</script></h2><header></header><hr>", "n_empty_headings", 1),
        ("<picture><source srcset=a></picture><PICTURE><img src=a></PICTURE>", "n_pictures_without_img", 1),
        ("<object data=a.swf></object><embed type=application/x-shockwave-flash><applet code=A>", "n_plugins", 3),
        ("<object data=a.pdf type=application/pdf></object><embed src=a.svg>", "n_plugins", 0),
        ("<a href=https://x.example/ target=_blank>", "n_blank_links", 1),
        ("<a target='_blank' rel='nofollow noopener' href='https://x.example/'>", "n_blank_links", 0),
        ("<a href=https://www.shop.example/ target=_blank><a href=/k target=_blank>", "n_blank_links", 0),
        ("<a id=a name=b></a><p id='c&amp;d'><input name=e><a class=x name='f'>", "fragments", ["a", "b", "c&d", "f"]),
        ("<svg><title>x</title><g id=g></svg>", "is_title_in_body", False),
        ("<svg><title>x</title><g id=g></svg>", "fragments", ["g"]),
        ("<meta itemprop=name content=x><link itemprop=url href=/ rel=stylesheet>", "n_metas_in_body", 0),
        ("<link rel=alternate hreflang=de href=/de>", "is_hreflang_in_body", True),
    ],
)  # fmt: skip
def test_the_body_is_told(html: str, name: str, value: object) -> None:
    assert in_body(html)[name] == value


@pytest.mark.parametrize(
    ("heading", "is_image"),
    [("<img src=a alt=Logo>", True), ("<a href=/><img src=a alt=Logo></a>", True), ("<img src=a alt=L> Pots", False),
     ("<img src=a alt=''>", False), ("Pots", False)],
)  # fmt: skip
def test_a_main_heading_of_one_image_is_told(heading: str, is_image: bool) -> None:  # noqa: FBT001
    assert facts(PLAIN.replace("<h1>K", f"<h1>{heading}"))["is_h1_an_image"] is is_image


def test_a_late_charset_matters_where_no_header_names_one() -> None:
    late = f"<!doctype html><html><head><!--{'x' * 1_000}--><meta charset=utf-8><title>K</title></head></html>"
    assert facts(late, (("content-type", "text/html"),))["is_charset_late"] is True
    assert facts(late)["is_charset_late"] is False
    assert facts("\ufeff" + late, (("content-type", "text/html"),))["is_charset_late"] is False
    assert facts(PLAIN, (("content-type", "text/html"),))["is_charset_late"] is False


def test_alternates_of_headers_are_counted() -> None:
    link = '<https://shop.example/de>; rel="alternate"; hreflang="de", </style.css>; rel=preload'
    assert facts(PLAIN, (*HTML, ("link", link)))["n_header_alternates"] == 1


def test_a_document_in_utf_16_is_told_as_one_in_utf_8() -> None:
    html = PLAIN.replace("</body>", "<h2></h2><p id=ä><p id=ä></body>")
    other = facts(html.encode("utf-16"), (("content-type", "text/html"),))
    assert {name: other[name] for name in markup.COLUMNS} == {name: facts(html)[name] for name in markup.COLUMNS}


@given(st.text(alphabet=st.sampled_from(list("<>/!-\"'= \nabdehiklmnoprstuxy16&\u00e9")), max_size=400))
def test_whatever_is_written_is_told_within_bounds(text: str) -> None:
    found = facts(f"<html>{text}")
    assert all(name in found for name in markup.COLUMNS)
    assert found["n_bodies"] <= text.count("<")


@pytest.mark.parametrize(
    "text",
    ["<p id='" * 10_000, "<!--" * 20_000, "<h1>" * 20_000, "<title>" * 10_000, "<a target=_blank href='" * 20_000,
     "<picture><!--" * 10_000, "<p " + "id=a " * 20_000, "<script>" * 10_000],
    ids=range(8),
)  # fmt: skip
def test_a_hostile_document_takes_no_more_time_than_its_size(text: str) -> None:
    start = time.process_time()
    found = facts(f"<!doctype html><html><head></head><body>{text}")
    assert found["has_doctype"]
    assert time.process_time() - start < 60


@pytest.mark.shared
def test_ids_and_pictures_of_real_pages_are_those_of_a_tree() -> None:
    n_pages = n_same = 0
    for page in islice(real_pages(), 0, 120, 3):
        found = parse(page.html, HTML, page.url).facts
        if not found["is_html"] or found["charset"] != "utf-8":
            continue
        tree = turbohtml.parse(page.html.decode("utf-8", "replace"), positions=False)
        ids = Counter(one.attrs.get("id") for one in tree.select("[id]:not(template *)"))
        n_pages += 1
        n_same += found["n_duplicate_ids"] == sum(n > 1 for name, n in ids.items() if name)
    assert n_pages >= 30
    assert n_same >= n_pages * 0.9
