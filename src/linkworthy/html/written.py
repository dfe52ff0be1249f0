"""Tags as their author wrote them: where those stand that may matter, what headings hold, which ids there are.

The time is linear in the size of the document; places are found by NumPy, and only the few that may matter are looked
at. ``compiled.written`` gives the same in machine code.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Iterable
from html import unescape
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from linkworthy import urls
from linkworthy.html.outline import RAW_TEXT

MAX_IDS: Final = 5_000
"""A document with more ids is not judged by them."""
MAX_ID_BYTES: Final = 200
MAX_TAGS: Final = 20_000
"""Tags that are looked at, of those that may matter."""
MAX_TAG_BYTES: Final = 20_000
"""Bytes of a tag, a heading or a picture that are read."""
MAX_ODD_TAG_BYTES: Final = 200
"""Bytes that are read of a tag whose quotes do not end."""
MAX_OF_A_KIND: Final = 500

Places = NDArray[np.int64]

_LOOKED_AT: Final = (
    "hea", "bod", "fra", "met", "tit", "lin", "pic", "obj", "emb", "app", "svg", "scr", "sty", "tem", "tex", "nos",
    "nof", "noe", "ifr", "xmp", "/sv", "/sc", "/st", "/ti", "/te", "/no", "/if", "/xm", "!--",
)  # fmt: skip
"""How tags that matter begin, headings left out: start tags, ends of what is passed over, comments."""
THIRDS: Final = np.zeros(65_536, dtype=np.uint32)
"""For the first two letters of a tag, in any case, a bit for each third one that they are looked at with."""
for _one in (*_LOOKED_AT, *(f"h{_level}" for _level in range(1, 7))):
    _bits = 1 << (ord(_one[2]) & 31) if len(_one) > 2 else 0xFFFF_FFFF
    for _first in {_one[0], _one[0].upper()}:
        for _second in {_one[1], _one[1].upper()}:
            THIRDS[ord(_first) << 8 | ord(_second)] |= np.uint32(_bits)
_NAME: Final = re.compile(rb"/?[a-zA-Z][a-zA-Z0-9-]{0,30}")
_PASSED: Final = frozenset({*(name for name in RAW_TEXT if name != b"noscript"), b"svg"})
_ENDINGS: Final = np.zeros(256, dtype=bool)
_ENDINGS[[ord(letter) for letter in "dDeEtT"]] = True
"""Last letters of id, name and target."""
_TAG: Final = re.compile(rb"<(?:[^>\"']++|\"[^\"]*+\"|'[^']*+')*+>")
_ATTRIBUTE: Final = re.compile(
    rb"([^\s\"'>/=]+)(?:\s*+=\s*+(?:\"([^\"]*)\"|'([^']*)'|([^\s>]+)))?",
)
_HEADING_END: Final = re.compile(rb"</h[1-6](?=[\s>])", re.IGNORECASE)
_PICTURE_END: Final = re.compile(rb"</picture(?=[\s>])", re.IGNORECASE)
_IMG: Final = re.compile(rb"<img(?=[\s/>])", re.IGNORECASE)
_NAMED: Final = re.compile(
    rb"\s(?:alt|aria-label|aria-labelledby)\s*+=\s*+[\"']?\s*+[^\s\"'>]|<(?:title|math|input|canvas|video|iframe)[\s>]",
    re.IGNORECASE,
)
_ALT: Final = re.compile(rb"<img\b[^>]*?\salt\s*+=\s*+[\"']?\s*+[^\s\"'>]", re.IGNORECASE)
_NO_TEXT: Final = re.compile(rb"<!--(?s:.*?)-->|<(script|style|template)\b(?s:.*?)</\1[^>]*>|<[^>]*>", re.IGNORECASE)
_PLUGIN: Final = re.compile(
    rb"shockwave|flash|silverlight|x-java|application/java|clsid:|[.](?:swf|xap|class|jar|dcr)(?=[\s\"'>?]|$)",
    re.IGNORECASE,
)
_OPENER: Final = re.compile(rb"noopener|noreferrer|[\s\"']opener", re.IGNORECASE)
_HOST: Final = re.compile(rb"\shref\s*+=\s*+[\"']?\s*+(?:https?:)?//([^/\s\"'>?#:@]+)", re.IGNORECASE)

Heading = tuple[bytes, bytes | None]
"""The name of a heading and its markup, null where it has no end."""


class Tags(ABC):
    """What the tags of a document tell, whoever looked for them."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.n_heads = self.n_bodies = self.n_plugins = 0
        self.has_title_in_body = False
        self.in_body: list[tuple[bytes, dict[str, str]]] = []
        """Metas and link elements that stand in the body."""
        self.pictures: list[int] = []

    @abstractmethod
    def headings(self) -> tuple[int, bool]:
        """Count the empty headings, and tell whether the first h1 is but an image."""

    @abstractmethod
    def ids(self) -> tuple[list[str] | None, int | None]:
        """Give what a fragment may lead to, and how many ids stand at several elements; null where there are too many.

        A place is told by its id, or by the name of an a element.
        """

    @abstractmethod
    def openings_of_blank(self) -> Iterable[int]:
        """Give where the tags of links begin that open a new tab."""

    def contents(self) -> dict[str, Any]:
        """Tell of headings, pictures, plug-ins and ids."""
        n_empty, is_image = self.headings()
        fragments, n_twice = self.ids()
        return {
            "n_empty_headings": n_empty,
            "is_h1_an_image": is_image,
            "n_pictures_without_img": sum([self._lacks_img(place) for place in self.pictures[:MAX_OF_A_KIND]]),
            "n_plugins": self.n_plugins,
            "n_duplicate_ids": n_twice,
            "fragments": fragments,
        }

    def tag(self, place: int) -> bytes:
        """Give a tag, with quoted ``>`` inside it."""
        found = _TAG.match(self.data, place, place + MAX_TAG_BYTES)
        return found[0] if found else self.data[place : place + MAX_ODD_TAG_BYTES].partition(b">")[0]

    def is_plugin(self, place: int) -> bool:
        """Tell whether an object or embed element wants a plug-in."""
        return _PLUGIN.search(self.tag(place)) is not None

    def value(self, start: int, end: int) -> str:
        """Give the value of an attribute."""
        text = self.data[start:end].decode("utf-8", "replace")
        return unescape(text) if "&" in text else text

    def n_blank_links(self, domain: str) -> int:
        """Count links to other sites that open a new tab which may steer this one."""
        n = 0
        is_other: dict[bytes, bool] = {}
        for opened in self.openings_of_blank():
            tag = self.tag(opened)
            found = None if _OPENER.search(tag) else _HOST.search(tag)
            if found:
                host = found[1].lower()
                if host not in is_other:
                    is_other[host] = urls.domain_of(f"https://{host.decode('ascii', 'replace')}/") != domain
                n += is_other[host]
        return n

    def _lacks_img(self, place: int) -> bool:
        end = _PICTURE_END.search(self.data, place, place + MAX_TAG_BYTES)
        return end is not None and _IMG.search(self.data, place, end.start()) is None


class Searched(Tags):
    """The places of tags and attributes that may matter, in what follows the head."""

    def __init__(self, data: bytes, body_start: int) -> None:
        super().__init__(data)
        bytes_ = np.frombuffer(data, dtype=np.uint8)
        self._bytes = bytes_
        self._opens: Places = np.flatnonzero(bytes_[:-8] == 60)
        equals: Places = np.flatnonzero(bytes_[8:-1] == 61) + 8
        self._equals: Places = equals[_ENDINGS[bytes_[equals - 1]]]
        """Behind each of them stands the value of an attribute that may matter."""
        self._headings: list[int] = []
        self._skipped: list[tuple[int, int]] = []
        self._read(body_start)

    def _places(self) -> list[int]:
        at, bytes_ = self._opens, self._bytes
        thirds = THIRDS[bytes_[at + 1].astype(np.int32) << 8 | bytes_[at + 2]]
        is_near = thirds > 0
        at, thirds = at[is_near], thirds[is_near]
        places: list[int] = at[(thirds >> (bytes_[at + 3] & 31)) & 1 > 0][:MAX_TAGS].tolist()
        return places

    def _read(self, body_start: int) -> None:
        data = self.data
        until, passed, passed_from = 0, b"", 0
        for place in self._places():
            if place < until:
                continue
            found = _NAME.match(data, place + 1)
            if passed:
                if found and found[0][:1] == b"/" and found[0][1:].lower() == passed:
                    self._pass(passed, passed_from, place)
                    passed = b""
            elif not found:
                end = data.find(b"-->", place + 2) if data[place + 1] == 33 else place
                until = len(data) if end < 0 else end
                self._skipped.append((place, until))
            elif (name := found[0].lower()) in _PASSED:
                passed, passed_from = name, place
                if name == b"title" and place >= body_start:
                    self.has_title_in_body = True
            elif name[:1] != b"/":
                self._take(name, place, place >= body_start)
        if passed:
            self._pass(passed, passed_from, len(data))

    def _pass(self, name: bytes, start: int, end: int) -> None:
        """Leave out what stands in an element, but for the ids of a drawing and the tag of the element itself."""
        if name != b"svg":
            self._skipped.append((start + len(self.tag(start)) if name not in {b"script", b"style"} else start, end))

    def _take(self, name: bytes, place: int, is_in_body: bool) -> None:  # noqa: FBT001 - one call
        if name == b"head":
            self.n_heads += 1
        elif name in {b"body", b"frameset"}:
            self.n_bodies += 1
        elif name in {b"meta", b"link"}:
            if is_in_body and len(self.in_body) < MAX_OF_A_KIND:
                self.in_body.append((name, attributes_of(self.tag(place))))
        elif name == b"picture":
            self.pictures.append(place)
        elif name in {b"object", b"embed", b"applet"}:
            self.n_plugins += name == b"applet" or self.is_plugin(place)
        elif len(name) == 2 and name[:1] == b"h":
            self._headings.append(place)

    def headings(self) -> tuple[int, bool]:
        """Count the empty headings, and tell whether the first h1 is but an image."""
        whole = [self._heading(place) for place in self._headings[:MAX_OF_A_KIND]]
        n_empty = sum([is_empty(content) for _, content in whole if content is not None])
        return n_empty, is_image(next((content for name, content in whole if name in b"h1H1"), None))

    def _heading(self, place: int) -> Heading:
        start = place + len(self.tag(place))
        end = _HEADING_END.search(self.data, start, start + MAX_TAG_BYTES)
        return self.data[place + 1 : place + 3], self.data[place : end.start()] if end else None

    def ids(self) -> tuple[list[str] | None, int | None]:
        """Give what a fragment may lead to, and how many ids stand at several elements; null where there are too many.

        A place is told by its id, or by the name of an a element.
        """
        at, bytes_ = self._equals, self._bytes
        last, middle = bytes_[at - 1] | 32, bytes_[at - 2] | 32
        is_id = (last == 100) & (middle == 105) & (bytes_[at - 3] <= 32)
        is_name = (last == 101) & (middle == 109) & (bytes_[at - 4] | 32 == 110) & (bytes_[at - 5] <= 32)
        at = self._outside(at[is_id | is_name])
        if len(at) > MAX_IDS:
            return None, None
        data, value_of, find = self.data, self._value, self.data.find
        seen: Counter[str] = Counter()
        names: dict[str, None] = {}
        for place, opened in zip(at.tolist(), self._openings(at), strict=True):
            is_written = data[place - 1] | 32 == 100
            if (is_written or data[opened + 1 : opened + 3].lower() == b"a ") and (value := value_of(place)):
                names[value] = None
                if is_written and place - opened < MAX_TAG_BYTES and find(b">", opened, place) < 0:
                    seen[value] += 1
        return list(names), sum([n > 1 for n in seen.values()])

    def _openings(self, at: Places) -> list[int]:
        """Give the ``<`` before each place."""
        if not len(self._opens):
            return [0] * len(at)
        opened: list[int] = self._opens[np.maximum(np.searchsorted(self._opens, at) - 1, 0)].tolist()
        return opened

    def _outside(self, at: Places) -> Places:
        """Leave out places inside scripts, styles, templates and comments."""
        if not self._skipped or not len(at):
            return at
        bounds = np.array(self._skipped, dtype=np.int64).ravel()
        outside: Places = at[np.searchsorted(bounds, at, side="right") % 2 == 0]
        return outside

    def _value(self, place: int) -> str:
        quote = self.data[place + 1 : place + 2]
        if quote in {b'"', b"'"}:
            start, end = place + 2, self.data.find(quote, place + 2, place + 2 + MAX_ID_BYTES)
        else:
            start = place + 1
            end = start + len(re.split(rb"[\s>]", self.data[start : start + MAX_ID_BYTES], maxsplit=1)[0])
        return self.value(start, end) if end >= 0 else ""

    def openings_of_blank(self) -> Iterable[int]:
        """Give where the tags of links begin that open a new tab."""
        data = self.data
        if b"blank" not in data and b"BLANK" not in data:
            return
        at, bytes_ = self._equals, self._bytes
        is_target = (bytes_[at - 1] | 32 == 116) & (bytes_[at - 2] | 32 == 101) & (bytes_[at - 6] | 32 == 116)
        at = self._outside(at[is_target])[:MAX_IDS]
        for place, opened in zip(at.tolist(), self._openings(at), strict=True):
            if data[opened + 1 : opened + 3].lower() == b"a " and b"_blank" in data[place + 1 : place + 9].lower():
                yield opened


def attributes_of(tag: bytes) -> dict[str, str]:
    """Give the attributes of a start tag, the first of each name."""
    out: dict[str, str] = {}
    for name, double, single, bare in _ATTRIBUTE.findall(tag.partition(b" ")[2] or tag, 0, 20_000)[:50]:
        key = name.decode("ascii", "replace").lower()
        if key not in out:
            text = (double or single or bare).decode("utf-8", "replace")
            out[key] = unescape(text) if "&" in text else text
    return out


def is_empty(heading: bytes) -> bool:
    """Tell whether a heading, from its start tag on, says nothing to anybody."""
    return _text_of(heading) == b"" and _NAMED.search(heading) is None


def is_image(heading: bytes | None) -> bool:
    """Tell whether a heading has no text, but an image with one."""
    return heading is not None and _text_of(heading) == b"" and _ALT.search(heading) is not None


def _text_of(markup: bytes) -> bytes:
    text = _NO_TEXT.sub(b"", markup)
    if b"&" in text or b"\xc2" in text:
        return unescape(text.decode("utf-8", "replace")).strip("\u200b\ufeff \t\n\r\f\xa0").encode("utf-8", "replace")
    return text.strip()
