"""How a document begins as its author wrote it: doctype, html, head and body, before any parser repairs them.

The bytes are read tag by tag until something opens the body; what scripts, styles and comments hold is passed over.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

MAX_HEAD_BYTES: Final = 1_000_000
"""A head that goes on for longer is read no further; what follows counts as body."""
MAX_TOKENS: Final = 5_000
MAX_TAG_BYTES: Final = 50_000

_TOKEN: Final = re.compile(
    rb"(?:<!--(?:>|->|(?s:.*?)(?:--!?>|\Z))"
    rb"|<[!?][^>]*+>"
    rb"|<(/?)([a-zA-Z][^\s/>]*+)((?:[^>\"']++|\"[^\"]*+\"|'[^']*+')*+)>)[ \t\n\f\r]*+"
)
_QUICK_TAG: Final = re.compile(rb"<(/?)([a-zA-Z][^\s/>]*+)([^>]*+)>[ \t\n\f\r]*+")
_MARK: Final = b"\xef\xbb\xbf"
_HTML: Final = re.compile(rb"<html(?=[\s>])", re.IGNORECASE)
_HEAD: Final = re.compile(rb"<head(?=[\s>])", re.IGNORECASE)
_HEAD_END: Final = re.compile(rb"</head(?=[\s>])|<body(?=[\s>])", re.IGNORECASE)
_SPACE: Final = re.compile(rb"[ \t\n\f\r]*+")
_DOCTYPE: Final = re.compile(rb"<!doctype\s*+html\b", re.IGNORECASE)
RAW_TEXT: Final = frozenset(
    {b"script", b"style", b"title", b"textarea", b"noscript", b"template", b"noframes", b"iframe", b"noembed", b"xmp"}
)
"""Elements whose content is no part of the structure: text, or markup that stands aside."""
_IN_HEAD: Final = frozenset({
    b"title", b"meta", b"link", b"script", b"style", b"base", b"noscript", b"template", b"bgsound", b"basefont",
    b"noframes",
})  # fmt: skip


@dataclass(slots=True)
class Outline:
    """What stands where, until the body begins."""

    has_doctype: bool = False
    """A doctype of HTML comes before everything but comments."""
    has_head: bool = False
    is_head_first: bool | None = None
    """Nothing stands before the head that belongs into it or behind it; null without a head."""
    is_body_before_html: bool = False
    head_stray: str | None = None
    """What stood in the head first that cannot stand there; null where nothing did."""
    body_start: int = 0
    """Where the body begins, written or implied."""
    tags: list[tuple[bytes, int, int]] = field(default_factory=list)
    """Name, start and end of each start tag of the head."""


class _Reader:
    """Goes from tag to tag until something opens the body."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.out = Outline()
        self.has_html = self.is_head_over = False

    def read(self) -> Outline:
        data, out = self.data, self.out
        place = _end(_SPACE.match(data, 3 if data.startswith(_MARK) else 0), 0)
        limit = min(len(data), MAX_HEAD_BYTES)
        is_first = True
        for _ in range(MAX_TOKENS):
            token = _token(data, place) if place < limit else None
            if token is None:
                break
            if token[2] is None:
                if is_first and _DOCTYPE.match(token[0]):
                    out.has_doctype, is_first = True, False
                place = token.end()
                continue
            is_first = False
            name, is_end = token[2].lower(), token[1] == b"/"
            if not self.takes(name, is_end=is_end, start=place, end=token.end()):
                self._open(name.decode("ascii", "replace")[:40], place)
                return out
            place = raw_end(data, name, token.end()) if name in RAW_TEXT and not is_end else token.end()
        out.body_start = place
        if place < limit:
            self._open("text", place)
        return out

    def _open(self, name: str, place: int) -> None:
        self.out.body_start = place
        open_body(self.data, self.out, name, has_html=self.has_html, is_head_over=self.is_head_over)

    def takes(self, name: bytes, *, is_end: bool, start: int, end: int) -> bool:
        """Take a tag; false where it opens the body."""
        out = self.out
        if is_end:
            self.is_head_over = self.is_head_over or (name == b"head" and out.has_head)
            return name not in {b"html", b"body", b"br"}
        if name == b"html":
            self.has_html = True
        elif name == b"head":
            out.is_head_first = out.is_head_first if out.has_head else not out.tags
            out.has_head = True
        elif name in _IN_HEAD:
            out.tags.append((name, start, end))
        else:
            return False
        return True


def open_body(data: bytes, out: Outline, name: str, *, has_html: bool, is_head_over: bool) -> None:
    """Say what the body is opened by, where that is no body, and the author had still meant the head."""
    place = out.body_start
    if name in {"body", "frameset"}:
        out.is_body_before_html = not has_html and _HTML.search(data, place, place + MAX_HEAD_BYTES) is not None
    elif not out.has_head:
        out.is_head_first = False if _HEAD.search(data, place, place + MAX_HEAD_BYTES) else None
    elif not is_head_over and _HEAD_END.search(data, place, place + MAX_HEAD_BYTES):
        out.head_stray = name


def outline_of(data: bytes) -> Outline:
    """Read the beginning of a document; ``data`` is in an encoding that holds ASCII as it is."""
    return _Reader(data).read()


def _token(data: bytes, place: int) -> re.Match[bytes] | None:
    if data[place] != 60:
        return None
    limit = place + MAX_TAG_BYTES
    if data.startswith(b"<!--", place):
        return _TOKEN.match(data, place, place + MAX_HEAD_BYTES)
    return _TOKEN.match(data, place, limit) or _QUICK_TAG.match(data, place, limit)


def _end(found: re.Match[bytes] | None, place: int) -> int:
    return found.end() if found else place


_ENDS: Final = {
    name: re.compile(rb"</" + name + rb"(?=[\s/>])[^>]*+>?[ \t\n\f\r]*+", re.IGNORECASE) for name in RAW_TEXT
}


def raw_end(data: bytes, name: bytes, place: int) -> int:
    """Give where such an element and the white space behind it end; the end of the data where it never does."""
    found = _ENDS[name].search(data, place)
    return found.end() if found else len(data)
