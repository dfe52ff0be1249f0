"""How a document is written: its outline, its ids, and the elements that are there and should not be.

Read from the bytes, before a parser repairs them: what a tree holds no longer tells how its author wrote it. The time
is linear in the size of the document; places are found by NumPy, and only the few that may matter are looked at.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from html import unescape
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from linkworthy import urls
from linkworthy.html import head
from linkworthy.html.encoding import charset_of, decode_as
from linkworthy.html.fold import fold_or_none
from linkworthy.html.gathered import Attributes, Gathered
from linkworthy.html.outline import RAW_TEXT, Outline, outline_of

WRITTEN: Final = (
    "has_doctype", "has_head", "has_body", "is_head_first", "is_body_before_html", "head_stray", "n_heads", "n_bodies",
    "is_title_in_body", "is_description_in_body", "is_canonical_in_body", "is_robots_in_body", "is_hreflang_in_body",
    "n_metas_in_body", "n_canonical_faults", "is_charset_late",
)  # fmt: skip
"""Columns of ``pages`` on the document as it was sent: a browser repairs what they are about."""
FOUND: Final = (
    "keywords", "n_keywords", "n_next", "n_prev", "n_header_alternates", "n_protocol_relative", "has_relative_hreflang",
    "has_ajax_meta", "has_twitter_card", "has_mobile_alternate", "n_duplicate_ids", "n_empty_headings",
    "is_h1_an_image", "n_pictures_without_img", "n_plugins", "n_blank_links", "fragments",
)  # fmt: skip
"""Columns of ``pages`` on what is there, in the end: of a rendered page, in what its scripts made of it."""
COLUMNS: Final = (*WRITTEN, *FOUND)

MAX_IDS: Final = 5_000
"""A document with more ids is not judged by them."""
MAX_ID_BYTES: Final = 200
MAX_TAGS: Final = 20_000
"""Tags that are looked at, of those that may matter."""
_MAX_TAG_BYTES: Final = 20_000
"""Bytes of a tag, a heading or a picture that are read."""
_MAX_OF_A_KIND: Final = 500
_INT16_MAX: Final = 32_767
_NOT_LIKE_ASCII: Final = frozenset({"utf-16le", "utf-16be", "iso-2022-jp"})

Places = NDArray[np.int64]

_LOOKED_AT: Final = (
    "hea", "bod", "fra", "met", "tit", "lin", "pic", "obj", "emb", "app", "svg", "scr", "sty", "tem", "tex", "nos",
    "nof", "noe", "ifr", "xmp", "/sv", "/sc", "/st", "/ti", "/te", "/no", "/if", "/xm", "!--",
)  # fmt: skip
"""How tags that matter begin, headings left out: start tags, ends of what is passed over, comments."""
_THIRDS: Final = np.zeros(65_536, dtype=np.uint32)
"""For the first two letters of a tag, in any case, a bit for each third one that they are looked at with."""
for _one in (*_LOOKED_AT, *(f"h{_level}" for _level in range(1, 7))):
    _bits = 1 << (ord(_one[2]) & 31) if len(_one) > 2 else 0xFFFF_FFFF
    for _first in {_one[0], _one[0].upper()}:
        for _second in {_one[1], _one[1].upper()}:
            _THIRDS[ord(_first) << 8 | ord(_second)] |= np.uint32(_bits)
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
_SEO_METAS: Final = frozenset({"description", "robots", "googlebot", "keywords", "bingbot"})
_SEO_RELS: Final = frozenset({"canonical", "next", "prev", "amphtml"})
_ROBOTS: Final = frozenset({"robots", "googlebot", "bingbot"})
_OPENER: Final = re.compile(rb"noopener|noreferrer|[\s\"']opener", re.IGNORECASE)
_HOST: Final = re.compile(rb"\shref\s*+=\s*+[\"']?\s*+(?:https?:)?//([^/\s\"'>?#:@]+)", re.IGNORECASE)
_MARKS: Final = (b"\xef\xbb\xbf", b"\xfe\xff", b"\xff\xfe")


def facts_of(
    body: bytes, encoding: str, found: Gathered, headers: Sequence[tuple[str, str]], url: str
) -> dict[str, Any]:
    """Give the columns; ``found`` is what the reading of the same document gathered."""
    data = decode_as(body, encoding).encode("utf-8", "replace") if encoding in _NOT_LIKE_ASCII else body
    outline = outline_of(data)
    tags = Tags(data, outline)
    return {
        **_written(data, outline, tags, headers),
        **_found(found, headers),
        **tags.contents(),
        "n_blank_links": tags.n_blank_links(urls.domain_of(url)),
    }


class Tags:
    """The places of tags and attributes that may matter, in what follows the head."""

    def __init__(self, data: bytes, outline: Outline) -> None:
        self._data = data
        bytes_ = np.frombuffer(data, dtype=np.uint8)
        self._bytes = bytes_
        self._opens: Places = np.flatnonzero(bytes_[:-8] == 60)
        equals: Places = np.flatnonzero(bytes_[8:-1] == 61) + 8
        self._equals: Places = equals[_ENDINGS[bytes_[equals - 1]]]
        """Behind each of them stands the value of an attribute that may matter."""
        self.n_heads = self.n_bodies = 0
        self.in_body: list[tuple[bytes, dict[str, str]]] = []
        """Titles, metas and link elements that stand in the body."""
        self.has_title_in_body = False
        self._headings: list[int] = []
        self._pictures: list[int] = []
        self.n_plugins = 0
        self._skipped: list[tuple[int, int]] = []
        self._read(outline.body_start)

    def _places(self) -> list[int]:
        at, bytes_ = self._opens, self._bytes
        thirds = _THIRDS[bytes_[at + 1].astype(np.int32) << 8 | bytes_[at + 2]]
        is_near = thirds > 0
        at, thirds = at[is_near], thirds[is_near]
        places: list[int] = at[(thirds >> (bytes_[at + 3] & 31)) & 1 > 0][:MAX_TAGS].tolist()
        return places

    def _read(self, body_start: int) -> None:
        data = self._data
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
            if is_in_body and len(self.in_body) < _MAX_OF_A_KIND:
                self.in_body.append((name, attributes_of(self.tag(place))))
        elif name == b"picture":
            self._pictures.append(place)
        elif name in {b"object", b"embed", b"applet"}:
            self.n_plugins += name == b"applet" or _PLUGIN.search(self.tag(place)) is not None
        elif len(name) == 2 and name[:1] == b"h":
            self._headings.append(place)

    def tag(self, place: int) -> bytes:
        """Give a tag, with quoted ``>`` inside it."""
        found = _TAG.match(self._data, place, place + _MAX_TAG_BYTES)
        return found[0] if found else self._data[place : place + 200].partition(b">")[0]

    def contents(self) -> dict[str, Any]:
        """Tell of headings, pictures, plug-ins and ids."""
        whole = [self._heading(place) for place in self._headings[:_MAX_OF_A_KIND]]
        first = next((content for name, content in whole if name in b"h1H1"), None)
        fragments, n_twice = self._ids()
        return {
            "n_empty_headings": sum(is_empty(content) for _, content in whole if content is not None),
            "is_h1_an_image": first is not None and _text_of(first) == b"" and _ALT.search(first) is not None,
            "n_pictures_without_img": sum(self._lacks_img(place) for place in self._pictures[:_MAX_OF_A_KIND]),
            "n_plugins": self.n_plugins,
            "n_duplicate_ids": n_twice,
            "fragments": fragments,
        }

    def _heading(self, place: int) -> tuple[bytes, bytes | None]:
        """Give the name of a heading and its markup, null where it has no end."""
        start = place + len(self.tag(place))
        end = _HEADING_END.search(self._data, start, start + _MAX_TAG_BYTES)
        return self._data[place + 1 : place + 3], self._data[place : end.start()] if end else None

    def _lacks_img(self, place: int) -> bool:
        end = _PICTURE_END.search(self._data, place, place + _MAX_TAG_BYTES)
        return end is not None and _IMG.search(self._data, place, end.start()) is None

    def _ids(self) -> tuple[list[str] | None, int | None]:
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
        data, value_of, find = self._data, self._value, self._data.find
        seen: Counter[str] = Counter()
        names: dict[str, None] = {}
        for place, opened in zip(at.tolist(), self._openings(at), strict=True):
            is_written = data[place - 1] | 32 == 100
            if (is_written or data[opened + 1 : opened + 3].lower() == b"a ") and (value := value_of(place)):
                names[value] = None
                if is_written and place - opened < _MAX_TAG_BYTES and find(b">", opened, place) < 0:
                    seen[value] += 1
        return list(names), sum(n > 1 for n in seen.values())

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
        quote = self._data[place + 1 : place + 2]
        if quote in {b'"', b"'"}:
            end = self._data.find(quote, place + 2, place + 2 + MAX_ID_BYTES)
            value = self._data[place + 2 : end] if end >= 0 else b""
        else:
            value = re.split(rb"[\s>]", self._data[place + 1 : place + 1 + MAX_ID_BYTES], maxsplit=1)[0]
        text = value.decode("utf-8", "replace")
        return unescape(text) if "&" in text else text

    def n_blank_links(self, domain: str) -> int:
        """Count links to other sites that open a new tab which may steer this one."""
        if b"blank" not in self._data and b"BLANK" not in self._data:
            return 0
        at, bytes_ = self._equals, self._bytes
        is_target = (bytes_[at - 1] | 32 == 116) & (bytes_[at - 2] | 32 == 101) & (bytes_[at - 6] | 32 == 116)
        at = self._outside(at[is_target])[:MAX_IDS]
        data, n = self._data, 0
        is_other: dict[bytes, bool] = {}
        for place, opened in zip(at.tolist(), self._openings(at), strict=True):
            if data[opened + 1 : opened + 3].lower() != b"a " or b"_blank" not in data[place + 1 : place + 9].lower():
                continue
            tag = self.tag(opened)
            found = None if _OPENER.search(tag) else _HOST.search(tag)
            if found:
                host = found[1].lower()
                if host not in is_other:
                    is_other[host] = urls.domain_of(f"https://{host.decode('ascii', 'replace')}/") != domain
                n += is_other[host]
        return n


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


def _text_of(markup: bytes) -> bytes:
    text = _NO_TEXT.sub(b"", markup)
    if b"&" in text or b"\xc2" in text:
        return unescape(text.decode("utf-8", "replace")).strip("\u200b\ufeff \t\n\r\f\xa0").encode("utf-8", "replace")
    return text.strip()


def _written(data: bytes, outline: Outline, tags: Tags, headers: Sequence[tuple[str, str]]) -> dict[str, Any]:
    metas = [one for name, one in tags.in_body if name == b"meta"]
    names = [(one.get("name") or "").strip().lower() for one in metas]
    elements = [one for name, one in tags.in_body if name == b"link"]
    rels = [set((one.get("rel") or "").lower().split()) for one in elements]
    is_alternate = ["alternate" in rel and "hreflang" in one for rel, one in zip(rels, elements, strict=True)]
    n_strays = sum(name in _SEO_METAS for name in names) + sum(not _SEO_RELS.isdisjoint(rel) for rel in rels)
    return {
        "has_doctype": outline.has_doctype,
        "has_head": outline.has_head,
        "has_body": tags.n_bodies > 0,
        "is_head_first": outline.is_head_first,
        "is_body_before_html": outline.is_body_before_html,
        "head_stray": outline.head_stray,
        "n_heads": min(tags.n_heads, _INT16_MAX),
        "n_bodies": min(tags.n_bodies, _INT16_MAX),
        "is_title_in_body": tags.has_title_in_body,
        "is_description_in_body": "description" in names,
        "is_canonical_in_body": any("canonical" in rel for rel in rels),
        "is_robots_in_body": not _ROBOTS.isdisjoint(names),
        "is_hreflang_in_body": any(is_alternate),
        "n_metas_in_body": min(n_strays + sum(is_alternate) + tags.has_title_in_body, _INT16_MAX),
        "n_canonical_faults": sum(_is_void_canonical(attributes_of(data[start:end]))
            for name, start, end in outline.tags if name == b"link" and b"canonical" in data[start:end].lower()),
        "is_charset_late": _is_charset_late(data, outline, headers),
    }  # fmt: skip


def _is_charset_late(data: bytes, outline: Outline, headers: Sequence[tuple[str, str]]) -> bool:
    """Tell whether a meta names the encoding behind the first 1,024 bytes, and nothing else names it before.

    Source: https://html.spec.whatwg.org/multipage/semantics.html#charset
    """
    content_type = next((value for name, value in headers if name == "content-type"), None)
    if (content_type is not None and charset_of(content_type)) or data.startswith(_MARKS):
        return False
    ends = (data.find(b">", start) for name, start, end in outline.tags
        if name == b"meta" and b"charset" in data[start:end].lower())  # fmt: skip
    return next(ends, 0) >= 1_024


def _is_void_canonical(attributes: dict[str, str]) -> bool:
    rels = attributes.get("rel", "").lower().split()
    return "canonical" in rels and not {"hreflang", "lang", "media", "type"}.isdisjoint(attributes)


def _found(found: Gathered, headers: Sequence[tuple[str, str]]) -> dict[str, Any]:
    """Tell what metas and link elements say, wherever they stand."""
    words = [fold_or_none(one.get("content")) for one in found.metas if _name(one) == "keywords"]
    rels = [(head.rels_of(one), one) for one, _ in found.link_elements]
    alternates = [one for rel, one in rels if "alternate" in rel and one.get("hreflang")]
    addresses = [href for _, href in found.resources]
    addresses += [one.get("href") or "" for rel, one in rels if "stylesheet" in rel]
    addresses += [one.get("src") or "" for one, _ in found.images]
    return {
        "keywords": next((text for text in words if text), None),
        "n_keywords": min(len(words), _INT16_MAX),
        "n_next": sum("next" in rel for rel, _ in rels),
        "n_prev": sum("prev" in rel for rel, _ in rels),
        "n_header_alternates": sum(
            bool(link.hreflang) and "alternate" in link.rels for link in head.header_links(headers)
        ),
        "n_protocol_relative": sum(href.lstrip()[:2] == "//" for href in addresses),
        "has_relative_hreflang": any(not _is_whole(one.get("href") or "") for one in alternates),
        "has_ajax_meta": any(
            _name(one) == "fragment" and (one.get("content") or "").strip() == "!" for one in found.metas
        ),
        "has_twitter_card": any(
            (_name(one) or (one.get("property") or "").strip().lower()) == "twitter:card"
            and (one.get("content") or "").strip()
            for one in found.metas
        ),
        "has_mobile_alternate": any("alternate" in rel and _is_for_phones(one) for rel, one in rels),
    }


def _name(attributes: Attributes) -> str:
    return (attributes.get("name") or "").strip().lower()


def _is_whole(href: str) -> bool:
    return href.strip().lower().startswith(("http://", "https://"))


def _is_for_phones(attributes: Attributes) -> bool:
    media = (attributes.get("media") or "")[:500].lower()
    return ("max-width" in media or "handheld" in media) and not attributes.get("hreflang")
