"""The compiled pass gives what the plain one gives, or leaves the document to it."""

from __future__ import annotations

import json
from html.entities import html5
from itertools import islice

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linkworthy.html.compiled.reading import read
from linkworthy.html.cutting import readable
from linkworthy.html.documents import as_written, built
from linkworthy.html.encoding import decode
from linkworthy.html.nesting import NotPlainError
from linkworthy.html.scan import Walk, scan
from tests.support.debian import POSTGRESQL, documentation
from tests.support.markup import START, TAG, TAGS, everything
from tests.support.shared import shared
from tests.support.wcxb import real_pages

pytestmark = pytest.mark.xdist_group("compiled")


def _written(text: str) -> Walk | None:
    try:
        return scan(as_written(text), text)
    except NotPlainError:
        return None


def _read(text: str) -> Walk | None:
    try:
        return read(readable(text), None)
    except NotPlainError:
        return None


def _assert_alike(text: str) -> bool:
    """Check a document as written and as a parser writes it; tell whether the compiled pass took it as written."""
    ours, plain = _read(text), _written(text)
    if ours is not None:
        assert plain is not None
        assert everything(ours) == everything(plain)
    markup = built(text)
    try:
        serial = read(markup.source, markup.raws)
    except NotPlainError:
        return ours is not None
    assert everything(serial) == everything(scan(markup, text))
    return ours is not None


def _assert_taken(inner: str) -> None:
    assert _assert_alike(f"{START}{inner}</body></html>")


@settings(max_examples=300, deadline=None)
@given(st.lists(TAG, max_size=14).map("".join), st.booleans())
def test_odd_tags_are_read_alike(inner: str, has_end: bool) -> None:  # noqa: FBT001
    _assert_alike(START + inner + ("</body></html>" if has_end else ""))


@settings(max_examples=300, deadline=None)
@given(st.recursive(st.sampled_from(["x ", "<br>", "<img src=i alt=j>", "&eacute;", ""]), lambda inner: st.builds(
    lambda tag, one, two: f"<{tag}>{one}{two}</{tag}>", TAGS, inner, inner), max_leaves=12))  # fmt: skip
def test_any_nesting_is_read_alike(inner: str) -> None:
    _assert_alike(f"{START}{inner}</body></html>")


_WORDS = st.text(
    st.one_of(st.sampled_from(" \t\n\x0b\x0c\x1c\x1f\x85\xa0\u1680\u2003\u2028\u202f\u205f\u3000\u200b&;#ax"),
              st.characters(exclude_categories=["Cs"], exclude_characters="<\0\r")), max_size=260,
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(_WORDS, _WORDS, _WORDS, st.sampled_from(["<br>", "<p>", "</p><p>", "<!-- c -->", "<b>", ""]))
def test_any_text_in_and_around_a_link_is_read_alike(before: str, inside: str, after: str, between: str) -> None:
    text = (
        f"<p>{before}<a href='/x?{before}'>{inside}{between}{inside}</a>{after}<a href=/y>{after}</a>{between}{before}"
    )
    _assert_alike(f"{START}{text.replace(chr(39), '')}</body></html>")
    _assert_alike(
        f"{START}<div>{before}<a href=/x>{inside}</a>{after}<a href=/y>{after}</a>{before}</div></body></html>"
    )


def test_every_named_reference_is_read_alike() -> None:
    names = sorted(html5)
    for first in range(0, len(names), 200):
        pieces = [f"<p>&{name} &{name}x &{name[:-1]}1; &{name.upper()}</p>" for name in names[first : first + 200]]
        _assert_alike(START + "".join(pieces) + "</body></html>")


@pytest.mark.parametrize(
    "inner",
    [
        "<p>x<!-- a <b> -->y<script>if (a<b) '<p>'</script>z<style>a>b</style></p>",
        "<p>AT&T &copy 2 &#228;&#x20AC;</p>",
        "<map><area href=/r alt='a  b'></map>", "<a href=/x><img src=i alt=' one  two '><img alt=three></a>",
        "<table><tr><td><a href=/x>x</a></table>", "<ul><li>x<li><a href=/y>y</a></ul>", "<svg><path d=M0 /></svg>",
        "<div style='color:red; DISPLAY: none'><a href=/h>h</a></div>", "<p hidden>x <a href=/h>h</a></p>",
        "<div id=siteFooter7><a href=/f>f</a></div>", "<div id=x9 class='nav menu'><a href=/n>n</a></div>",
        "<a href=/b>x<p>y</p>z</a>", "<form action=/s><input name=q placeholder='a>'></form>",
        "<p>日本語の文章です</p>",
        "<div itemscope itemtype=http://schema.org/Thing><span itemprop=name>n</span></div>", "<a href=/e></a>",
        "<h1>one <b>two</b><br>three</h1><h2>x<!-- c --></h2>",
        "<p id=a id=footer style='' style='display:none'>x</p>",
    ],
)  # fmt: skip
def test_what_pages_are_made_of_is_taken(inner: str) -> None:
    text = f"{START}{inner}</body></html>"
    assert _assert_alike(text) == (_written(text) is not None)


def test_long_and_deep_and_wide_pages_are_read_alike() -> None:
    _assert_taken("<p>" + "word " * 3_000 + "</p>")
    _assert_alike(START + "<p>" + "word " * 5_000 + "</p></body></html>")
    _assert_alike(START + "<div>" * 600 + "x" + "</div>" * 600 + "</body></html>")
    _assert_taken("".join(f"<div class='c{n}' id='i{n}'><a href='/{n}'>{n}</a></div>" for n in range(3_000)))
    _assert_alike(START + "".join(f"<x-{n}>a</x-{n}>" for n in range(700)) + "</body></html>")
    _assert_alike(START + f"<p title='{'x' * 30_000}'>a</p><p class='{'y ' * 3_000}'>b</p></body></html>")
    _assert_alike(START + "<a href=/x>" + "word " * 2_000 + "</a></body></html>")
    _assert_alike(START + f"<a href='/{'x' * 70_000}' title='{'t' * 50_000}'>a</a></body></html>")
    _assert_alike(START + "<a href=/x>" + "<b>w</b>" * 300 + "</a></body></html>")


@pytest.mark.parametrize(
    "inner",
    ["<div data-json='" + "x" * 40_000 + "'>a</div>", '<a href=/x links"">a</a>', "<p q'=1>a"],
    ids=["long", "link", "quote"],
)
def test_what_only_a_parser_can_read_is_taken_as_it_wrote_it(inner: str) -> None:
    markup = built(f"{START}{inner}</body></html>")
    assert everything(read(markup.source, markup.raws)) == everything(scan(markup, markup.source))


def test_the_cases_of_html5libs_tokenizer_are_read_alike() -> None:
    for path in sorted(shared("html5lib", "tokenizer").glob("*.test")):
        for case in json.loads(path.read_text("utf-8")).get("tests", ()):
            _assert_alike(START + case["input"] + "</body></html>")


@pytest.mark.shared
def test_real_pages_are_read_alike_and_nearly_all_of_them_are_taken() -> None:
    docs = documentation(POSTGRESQL)
    pages = [body.decode() for path, body in docs.files.items() if path.endswith(".html")][::20]
    pages += [text for page in islice(real_pages(), 0, None, 40) if len(text := decode(page.html, None).text) < 400_000]
    n_plain = sum(_written(text) is not None for text in pages)
    n_taken = sum(map(_assert_alike, pages))
    assert n_taken > 0.95 * n_plain > 30
