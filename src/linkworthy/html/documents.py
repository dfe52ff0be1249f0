"""A text as markup that can be scanned: as written where nothing in it needs repair, else as a parser builds it.

Two parsers stand behind one function. turbohtml is the faster one; lexbor takes over what turbohtml refuses.
"""

from __future__ import annotations

import re

import turbohtml
from turbohtml.clean import strip_comments_node

from linkworthy.html.nesting import NotPlainError
from linkworthy.html.scan import Markup, Walk, scan
from linkworthy.html.tags import RAW_TAGS

MAX_WRITTEN_CHARACTERS = 2_000_000
"""Longer documents go to the parser at once."""
_RAW = sorted(RAW_TAGS)
_RAW_OR_COMMENT = re.compile(r"<(?:!--|(script|style|iframe|noembed|noframes|xmp|plaintext)(?=[\s>/]))", re.IGNORECASE)
_IN_TAG = re.compile(r"<([^<>]*(?:<[^<>]*)+)>")
_TEXT_ONLY = ("<title", "<texta")


def walk(text: str) -> Walk:
    """Read a document."""
    if len(text) <= MAX_WRITTEN_CHARACTERS:
        try:
            return scan(as_written(text), text)
        except NotPlainError:
            pass
    return scan(built(text), text)


def as_written(text: str) -> Markup:
    """Cut a document as its author wrote it.

    Raises: NotPlainError where comments and scripts cannot be told from the rest without a parser.
    """
    if "\0" in text:
        raise NotPlainError("null")
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    raws: list[str] = []
    first, *pieces = _without_raw(text, raws).split("<")
    return Markup(first, pieces, raws, is_written=True)


def _without_raw(text: str, raws: list[str]) -> str:
    """Take comments and the content of scripts, styles and frames out."""
    kept: list[str] = []
    done = 0
    found = _RAW_OR_COMMENT.search(text)
    while found:
        start = found.start()
        before = text.rfind("<", done, start)
        is_inside = before >= 0 and text.find(">", before, start) < 0
        if is_inside or (before >= 0 and text[before : before + 6].lower() in _TEXT_ONLY):
            raise NotPlainError("a comment or script inside a tag or a title")
        tag = found[1]
        if tag is None:
            kept.append(text[done:start])
            done = _end_of_comment(text, start)
        else:
            inside = text.find(">", start) + 1
            end = text.find("</", inside)
            while end >= 0 and text[end + 2 : end + 2 + len(tag)].lower() != tag.lower():
                end = text.find("</", end + 2)
            if not inside or end < 0:
                raise NotPlainError("an unclosed script")
            content = text[inside:end]
            if "<!--" in content and tag.lower() == "script":
                raise NotPlainError("an escaped script")
            kept.append(text[done:inside])
            if tag.lower() == "script":
                kept.append(str(len(raws)))
                raws.append(content)
            done = end
        found = _RAW_OR_COMMENT.search(text, done)
    if not done:
        return text
    kept.append(text[done:])
    return "".join(kept)


def _end_of_comment(text: str, start: int) -> int:
    end = text.find("-->", start + 4)
    if end < 0 or text.startswith((">", "->"), start + 4) or text.find("--!>", start, end) >= 0:
        raise NotPlainError("an odd comment")
    return end + 3


def built(text: str) -> Markup:
    """Have a document built by turbohtml and written out again."""
    document = turbohtml.parse(text, positions=False, allow_declarative_shadow_roots=False)
    raws: list[str] = []
    for element in document.find_all(_RAW):
        if element.tag == "script":
            raws.append(element.text)
            element.text = str(len(raws) - 1)
        else:
            element.clear()
    return serialised(strip_comments_node(document).html, raws)


def serialised(html: str, raws: list[str]) -> Markup:
    """Cut what a serialiser wrote; only names of tags and attributes can hold an unescaped ``<``."""
    if html.count("<") != html.count(">"):
        html = _IN_TAG.sub(lambda found: f"<{found[1].replace('<', '')}>", html)
    first, *pieces = html.split("<")
    return Markup(first, pieces, raws, is_written=False)
