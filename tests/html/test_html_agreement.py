"""Three ways to read a document agree: as written, as turbohtml builds it, as lexbor builds it."""

from __future__ import annotations

import json
import re
from itertools import islice

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linkworthy.html.documents import PARSERS, Parser, as_written, built, built_by_lexbor, walk
from linkworthy.html.encoding import decode
from linkworthy.html.linked import columns_of
from linkworthy.html.nesting import NotPlainError
from linkworthy.html.scan import Markup, Walk, scan
from tests.support.debian import POSTGRESQL, documentation
from tests.support.markup import START, TAG, TAGS, everything
from tests.support.shared import shared
from tests.support.wcxb import real_pages


def _by(parser: Parser, text: str) -> Walk:
    return scan(parser(text), text)


def _links(walked: Walk) -> list[tuple[str, str, str]]:
    links = columns_of(walked.found)
    return list(zip(links.hrefs, links.anchors, links.paths, strict=True))


def _assert_read_alike(text: str) -> bool:
    """Check a document that is taken as written against the tree builder; tell whether it was taken."""
    try:
        plain = scan(as_written(text), text)
    except NotPlainError:
        return False
    assert everything(plain) == everything(_by(built, text))
    return True


@settings(max_examples=400, deadline=None)
@given(st.lists(TAG, max_size=14).map("".join), st.booleans())
def test_what_is_taken_as_written_is_what_a_tree_builder_makes_of_it(inner: str, has_end: bool) -> None:  # noqa: FBT001
    _assert_read_alike(START + inner + ("</body></html>" if has_end else ""))


@settings(max_examples=400, deadline=None)
@given(st.recursive(st.sampled_from(["x", "<br>", "<img src=i>", ""]), lambda inner: st.builds(
    lambda tag, one, two: f"<{tag}>{one}{two}</{tag}>", TAGS, inner, inner), max_leaves=12))  # fmt: skip
def test_any_nesting_that_is_taken_as_written_is_what_a_tree_builder_makes_of_it(inner: str) -> None:
    _assert_read_alike(f"{START}{inner}</body></html>")


def test_documents_without_faults_are_taken_as_written() -> None:
    html = (
        "<html lang=en><head><title>t</title><meta name=a content='b'><script>if (a<b) c();</script></head>"
        "<body class=x>"
        "<!-- a <b> --><p>one <b>two</b><ul><li>x<li><a href='/y?a=1&amp;b=2'>y</a></ul><table><tr><td>1</table>"
        "<svg><path d='M0'/></svg></body></html>"
    )
    assert _assert_read_alike(html)


@pytest.mark.parametrize(
    "inner",
    [
        "<a href=x/>y</a>", "<a href=http://example.com/>y</a>", "<svg><a href=x/>y</a></svg>",
        "<div class=nav/>x</div>",
        "<div a= />x</div>", "<br/>", "<img src=x/>", "<img src=x />", "<svg><path d=x/></path></svg>",
        "<svg><g a/></svg>",
    ],
)  # fmt: skip
def test_a_slash_at_the_end_of_a_bare_value_belongs_to_it(inner: str) -> None:
    assert _assert_read_alike(f"{START}{inner}</body></html>")


@pytest.mark.parametrize(
    "inner",
    [
        "<a href=/1>x<a href=/2>y</a>", "<p><b>x</p>y</b>", "<table><a href=/x>x</a></table>", "</div>", "<div/>x",
        "<table>x<tr><td>y</table>", "<select><p>x</select>", "<form><form></form></form>", "<h1><h2>x</h2></h1>",
        "<a b<c href=/x>y</a>", "x<frameset>", "<svg><p>x</svg>", "<td>x</td>", "<p>a\0b</p>", "<image src=x>",
        "<li><div><li>x</li></div></li>", "<p><span><div>x</div></span></p>", "<nobr><nobr>x</nobr></nobr>",
        "<svg><a href='x'/></svg>", "<svg><a href=x /></svg>", "<div class=x />", "<a href=x />y</a>",
    ],
)  # fmt: skip
def test_documents_that_need_repair_are_not_taken_as_written(inner: str) -> None:
    assert not _assert_read_alike(f"{START}{inner}</body></html>")


def test_the_cases_of_html5libs_tokenizer_are_read_alike() -> None:
    n_cases = 0
    for path in sorted(shared("html5lib", "tokenizer").glob("*.test")):
        for case in json.loads(path.read_text("utf-8")).get("tests", ()):
            _assert_read_alike(START + case["input"] + "</body></html>")
            n_cases += 1
    assert n_cases > 1_000


def test_a_document_that_the_first_parser_refuses_is_read_by_the_second() -> None:
    def refusing(_text: str) -> Markup:
        raise ValueError("refused")

    text = "<p>x <a href=/x>y</a><script>z</script>"
    assert everything(walk(text, (refusing, built_by_lexbor))) == everything(walk(text, PARSERS))
    assert walk(text, (refusing, refusing)).found.links == []


def test_lexbor_is_not_given_what_it_could_not_survive() -> None:
    with pytest.raises(ValueError, match="too many tags"):
        built_by_lexbor("<div>" * 200_000)


@pytest.mark.shared
def test_documentation_is_read_alike_as_written_and_by_both_parsers() -> None:
    docs = documentation(POSTGRESQL)
    pages = [body.decode() for path, body in docs.files.items() if path.endswith(".html")][::8]
    n_written = sum(_assert_read_alike(text) for text in pages)
    assert n_written > 0.9 * len(pages)
    for text in pages[::4]:
        assert everything(_by(built, text)) == everything(_by(built_by_lexbor, text))


@pytest.mark.shared
def test_both_parsers_find_the_same_links_on_real_pages() -> None:
    n_links = 0
    differing: list[str] = []
    for page in islice(real_pages(), 0, None, 12):
        text = decode(page.html, None).text
        if len(text) > 400_000:
            continue
        _assert_read_alike(text)
        first, second = _links(_by(built, text)), _links(_by(built_by_lexbor, text))
        n_links += len(first)
        if first != second and not _EXPLAINED.search(text):
            differing.append(page.url)
    assert n_links > 5_000
    assert differing == []


_EXPLAINED = re.compile(r"<template[^>]*shadowrootmode|<select[^>]*>(?:(?!</select).)*<(?!/?opt)", re.DOTALL)
"""Where the parsers follow different editions of the standard: declarative shadow roots, and what a select may hold."""
