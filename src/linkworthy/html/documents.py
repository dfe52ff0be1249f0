"""A text as markup that can be scanned: as written where nothing in it needs repair, else as a parser builds it.

Two parsers stand behind one function. turbohtml is the faster one; lexbor takes over what turbohtml refuses.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

import turbohtml
from selectolax.lexbor import LexborHTMLParser
from turbohtml.clean import strip_comments_node

from linkworthy.html import faster
from linkworthy.html.cutting import readable, without_raw
from linkworthy.html.nesting import NotPlainError
from linkworthy.html.scan import Markup, Walk, scan
from linkworthy.html.tags import RAW_TAGS

MAX_WRITTEN_CHARACTERS = 2_000_000
"""Longer documents go to the parser at once."""
_RAW = sorted(RAW_TAGS)
_RAW_SELECTOR = ",".join(_RAW)
MAX_LEXBOR_TAGS = 100_000
"""Twice as many that are nested in one another exhaust its stack."""
_COMMENTS = re.compile(r"<!--.*?-->", re.DOTALL)
_IN_TAG = re.compile(r"<([^<>]*(?:<[^<>]*)+)>")


def walk(text: str, parsers: Sequence[Parser] | None = None) -> Walk:
    """Read a document; each parser takes over what the one before refuses, and what all refuse is read as empty."""
    if len(text) <= MAX_WRITTEN_CHARACTERS and parsers is None:
        try:
            return _written(text)
        except NotPlainError:
            pass
    for parser in PARSERS if parsers is None else parsers:
        try:
            markup = parser(text)
        except REFUSALS:
            continue
        return _serial(markup, text)
    return scan(Markup("", [], is_written=False), "")


def _written(text: str) -> Walk:
    read = faster.reader()
    # What the compiled pass gives up is next to never plain: it is left to the parser.
    return scan(as_written(text), text) if read is None else read(text, None)


def _serial(markup: Markup, text: str) -> Walk:
    read = faster.reader()
    if read is not None and len(markup.source) <= MAX_WRITTEN_CHARACTERS:
        try:
            return read(markup.source, markup.raws)
        except NotPlainError:
            pass
    return scan(markup, text)


def as_written(text: str) -> Markup:
    """Take a document as its author wrote it.

    Raises: NotPlainError where comments and scripts cannot be told from the rest without a parser.
    """
    text = readable(text)
    raws: list[str] = []
    return Markup(without_raw(text, raws), raws, is_written=True)


def built(text: str) -> Markup:
    """Have a document built by turbohtml and written out again."""
    document = turbohtml.parse(text, positions=False, allow_declarative_shadow_roots=False)
    raws: list[str] = []
    for element in document.select(_RAW_SELECTOR):
        if element.tag == "script":
            raws.append(element.text)
            element.text = str(len(raws) - 1)
        else:
            element.clear()
    return serialised(strip_comments_node(document).html, raws)


def built_by_lexbor(text: str) -> Markup:
    """Have a document built by lexbor and written out again.

    Raises: ValueError for a document with so many tags that their nesting might exhaust lexbor's stack.
    """
    if text.count("<") > MAX_LEXBOR_TAGS:
        raise ValueError("too many tags for lexbor")
    tree = LexborHTMLParser(text)
    for node in tree.css("template"):
        # Selectors do not look inside, and nobody reads what is there.
        node.decompose()
    raws: list[str] = []
    for node in tree.css(_RAW_SELECTOR):
        if node.tag == "script":
            raws.append(node.text())
            node.inner_html = str(len(raws) - 1)
        else:
            node.inner_html = ""
    # Attributes and text are escaped, so what begins like a comment is one.
    return serialised(_COMMENTS.sub("", tree.html or ""), raws)


def serialised(html: str, raws: list[str]) -> Markup:
    """Take what a serialiser wrote; only names of tags and attributes can hold an unescaped ``<``."""
    if html.count("<") != html.count(">"):
        html = _IN_TAG.sub(lambda found: f"<{found[1].replace('<', '')}>", html)
    return Markup(html, raws, is_written=False)


Parser = Callable[[str], Markup]
PARSERS: tuple[Parser, ...] = (built, built_by_lexbor)
REFUSALS = (ValueError, TypeError, RuntimeError, RecursionError, MemoryError, SystemError)
"""What parsers raise for documents that they do not take."""
