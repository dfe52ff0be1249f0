"""A text as markup that can be scanned: as written where nothing in it needs repair, else as a parser builds it.

Two parsers stand behind one function. turbohtml is the faster one; lexbor takes over what turbohtml refuses.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

import turbohtml
from selectolax.lexbor import LexborHTMLParser
from turbohtml.clean import strip_comments_node

from linkworthy.html.nesting import NotPlainError
from linkworthy.html.scan import Markup, Walk, scan
from linkworthy.html.tags import RAW_TAGS

MAX_WRITTEN_CHARACTERS = 2_000_000
"""Longer documents go to the parser at once."""
_RAW = sorted(RAW_TAGS)
_RAW_SELECTOR = ",".join(_RAW)
_COMMENT = "<!--"
_NEEDLES = (_COMMENT, "<script", "<style")
_NAME_ENDS = tuple(" \t\n\f/>")
MAX_LEXBOR_TAGS = 100_000
"""Twice as many that are nested in one another exhaust its stack."""
_NUMERIC = re.compile(r"&#([xX]?[0-9a-fA-F]*;?)")
_NUMBER = re.compile(r"([0-9]{1,9});|[xX]([0-9a-fA-F]{1,9});")
_COMMENTS = re.compile(r"<!--.*?-->", re.DOTALL)
_IN_TAG = re.compile(r"<([^<>]*(?:<[^<>]*)+)>")
_TEXT_ONLY = ("<title", "<textarea")


def walk(text: str, parsers: Sequence[Parser] | None = None) -> Walk:
    """Read a document; each parser takes over what the one before refuses, and what all refuse is read as empty."""
    if len(text) <= MAX_WRITTEN_CHARACTERS and parsers is None:
        try:
            return scan(as_written(text), text)
        except NotPlainError:
            pass
    for parser in PARSERS if parsers is None else parsers:
        try:
            markup = parser(text)
        except REFUSALS:
            continue
        return scan(markup, text)
    return scan(Markup.cut("", [], is_written=False), "")


def as_written(text: str) -> Markup:
    """Cut a document as its author wrote it.

    Raises: NotPlainError where comments and scripts cannot be told from the rest without a parser.
    """
    if "\0" in text:
        raise NotPlainError("null")
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if "&#" in text and any(map(_is_odd, set(_NUMERIC.findall(text)))):
        raise NotPlainError("a reference to a control character")
    raws: list[str] = []
    return Markup.cut(_without_raw(text, raws), raws, is_written=True)


def _is_odd(reference: str) -> bool:
    """Tell whether a numeric reference names what tree builders and unescaping functions read differently."""
    found = _NUMBER.fullmatch(reference)
    if found is None:
        return True
    code = int(found[2], 16) if found[2] else int(found[1])
    is_text = code in {9, 10, 32} or 33 <= code < 0x7F or 0xA0 <= code < 0xD800 or 0xE000 <= code < 0xFDD0
    return not is_text and not 0x10000 <= code < 0x1FFFE


def _without_raw(text: str, raws: list[str]) -> str:
    """Take comments and the content of scripts and styles out."""
    kept: list[str] = []
    done = 0
    # Each needle is looked for from where it was found last, which costs far less than one pattern for all.
    ahead = {needle: place for needle in _NEEDLES if (place := text.find(needle)) >= 0}
    while ahead:
        needle = min(ahead, key=ahead.__getitem__)
        start = ahead[needle]
        if start >= done and (needle == _COMMENT or text.startswith(_NAME_ENDS, start + len(needle))):
            _check_place(text, done, start)
            kept.append(text[done:start])
            if needle == _COMMENT:
                done = _end_of_comment(text, start)
            else:
                inside, end = _raw_content(text, start, needle[1:])
                kept.append(text[start:inside])
                if needle == "<script":
                    kept.append(str(len(raws)))
                    raws.append(text[inside:end])
                done = end
        ahead[needle] = text.find(needle, max(done, start + 1))
        if ahead[needle] < 0:
            del ahead[needle]
    return "".join((*kept, text[done:]))


def _check_place(text: str, done: int, start: int) -> None:
    before = text.rfind("<", done, start)
    is_inside = before >= 0 and text.find(">", before, start) < 0
    if is_inside or (before >= 0 and text[before : before + 9].lower().startswith(_TEXT_ONLY)):
        raise NotPlainError("a comment or script inside a tag or a title")


def _raw_content(text: str, start: int, tag: str) -> tuple[int, int]:
    """Give where the content of a script and the like begins and ends."""
    inside = text.find(">", start) + 1
    end = text.find(f"</{tag}", inside)
    if not inside or end < 0:
        raise NotPlainError("an unclosed script")
    if text.find("</", inside, end) >= 0 and f"</{tag}" in text[inside:end].lower():
        raise NotPlainError("a script with two ends")
    if tag == "script" and text.find("<!--", inside, end) >= 0 and "<script" in text[inside:end].lower():
        raise NotPlainError("an escaped script")
    return inside, end


def _end_of_comment(text: str, start: int) -> int:
    end = text.find("-->", start + 4)
    if end < 0 or text.startswith((">", "->"), start + 4) or text.find("--!>", start, end) >= 0:
        raise NotPlainError("an odd comment")
    return end + 3


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
    """Cut what a serialiser wrote; only names of tags and attributes can hold an unescaped ``<``."""
    if html.count("<") != html.count(">"):
        html = _IN_TAG.sub(lambda found: f"<{found[1].replace('<', '')}>", html)
    return Markup.cut(html, raws, is_written=False)


Parser = Callable[[str], Markup]
PARSERS: tuple[Parser, ...] = (built, built_by_lexbor)
REFUSALS = (ValueError, TypeError, RuntimeError, RecursionError, MemoryError, SystemError)
"""What parsers raise for documents that they do not take."""
