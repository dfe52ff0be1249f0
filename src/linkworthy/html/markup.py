"""How a document is written: its outline, its ids, and the elements that are there and should not be.

Read from the bytes, before a parser repairs them: what a tree holds no longer tells how its author wrote it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Final

from linkworthy import urls
from linkworthy.html import faster, head
from linkworthy.html.encoding import charset_of, decode_as
from linkworthy.html.fold import fold_or_none
from linkworthy.html.gathered import Attributes, Gathered
from linkworthy.html.outline import Outline, outline_of
from linkworthy.html.written import Searched, Tags, attributes_of

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

_INT16_MAX: Final = 32_767
_NOT_LIKE_ASCII: Final = frozenset({"utf-16le", "utf-16be", "iso-2022-jp"})
_SEO_METAS: Final = frozenset({"description", "robots", "googlebot", "keywords", "bingbot"})
_SEO_RELS: Final = frozenset({"canonical", "next", "prev", "amphtml"})
_ROBOTS: Final = frozenset({"robots", "googlebot", "bingbot"})
_VOIDING: Final = re.compile(rb"lang|media|type", re.IGNORECASE)
"""A part of each attribute with which a canonical says nothing."""
_MARKS: Final = (b"\xef\xbb\xbf", b"\xfe\xff", b"\xff\xfe")


def facts_of(
    body: bytes, encoding: str, found: Gathered, headers: Sequence[tuple[str, str]], url: str
) -> dict[str, Any]:
    """Give the columns; ``found`` is what the reading of the same document gathered."""
    data = decode_as(body, encoding).encode("utf-8", "replace") if encoding in _NOT_LIKE_ASCII else body
    outline, tags = _read(data)
    return {
        **_written(data, outline, tags, headers),
        **_found(found, headers),
        **tags.contents(),
        "n_blank_links": tags.n_blank_links(urls.domain_of(url)),
    }


def _read(data: bytes) -> tuple[Outline, Tags]:
    if faster.reader.is_taken:
        from linkworthy.html.compiled.marking import marked  # noqa: PLC0415 - loads numba, which is loaded here

        found = marked(data)
        if found is not None:
            return found
    outline = outline_of(data)
    return outline, Searched(data, outline.body_start)


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
        "n_canonical_faults": sum([_is_void_canonical(data[start:end])
            for name, start, end in outline.tags if name == b"link"]),
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


def _is_void_canonical(tag: bytes) -> bool:
    if b"canonical" not in tag.lower() or not _VOIDING.search(tag):
        return False
    attributes = attributes_of(tag)
    rels = attributes.get("rel", "").lower().split()
    return "canonical" in rels and not {"hreflang", "lang", "media", "type"}.isdisjoint(attributes)


def _found(found: Gathered, headers: Sequence[tuple[str, str]]) -> dict[str, Any]:
    """Tell what metas and link elements say, wherever they stand."""
    addresses = [href for _, href in found.resources]
    addresses += [one.get("src") or "" for one, _ in found.images]
    rels = [(head.rels_of(one), one) for one, _ in found.link_elements]
    addresses += [one.get("href") or "" for rel, one in rels if "stylesheet" in rel]
    alternates = [one for rel, one in rels if "alternate" in rel]
    n_in_headers = sum([bool(one.hreflang) and "alternate" in one.rels for one in head.header_links(headers)])
    return {
        **_of_metas(found.metas),
        "n_next": sum(["next" in rel for rel, _ in rels]),
        "n_prev": sum(["prev" in rel for rel, _ in rels]),
        "n_header_alternates": n_in_headers,
        "n_protocol_relative": sum([href.lstrip()[:2] == "//" for href in addresses]),
        "has_relative_hreflang": any(
            one.get("hreflang") and not _is_whole(one.get("href") or "") for one in alternates
        ),
        "has_mobile_alternate": any(map(_is_for_phones, alternates)),
    }


def _of_metas(metas: Sequence[Attributes]) -> dict[str, Any]:
    words: list[str | None] = []
    has_ajax = has_twitter = False
    for one in metas:
        name = (one.get("name") or "").strip().lower()
        if name == "keywords":
            words.append(fold_or_none(one.get("content")))
        elif name == "fragment":
            has_ajax |= (one.get("content") or "").strip() == "!"
        elif (name or (one.get("property") or "").strip().lower()) == "twitter:card":
            has_twitter |= bool((one.get("content") or "").strip())
    return {
        "keywords": next((text for text in words if text), None),
        "n_keywords": min(len(words), _INT16_MAX),
        "has_ajax_meta": has_ajax,
        "has_twitter_card": has_twitter,
    }


def _is_whole(href: str) -> bool:
    return href.strip().lower().startswith(("http://", "https://"))


def _is_for_phones(attributes: Attributes) -> bool:
    media = (attributes.get("media") or "")[:500].lower()
    return ("max-width" in media or "handheld" in media) and not attributes.get("hreflang")
