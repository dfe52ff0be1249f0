"""One parse a page: bytes, headers and URL in; every column that they hold out.

``parse`` never raises and is linear in the size of the body; each list that it gives is bounded.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import compress
from typing import Any, NamedTuple

import xxhash

from linkworthy import urls
from linkworthy.html import (
    contacts,
    engines,
    head,
    identifiers,
    kinds,
    layout,
    markup,
    rdfa,
    robots_meta,
    skeleton,
    structured,
    text,
)
from linkworthy.html.dates import instant
from linkworthy.html.documents import walk
from linkworthy.html.encoding import canonical_name, charset_of, decode, decode_as
from linkworthy.html.fold import clean, fold, fold_or_none
from linkworthy.html.gathered import Gathered
from linkworthy.html.linked import columns_of
from linkworthy.html.links import Resolver, links_of
from linkworthy.html.media import images_of, resources_of
from linkworthy.html.page import Block, Link, Page, Rows
from linkworthy.html.scan import Walk
from linkworthy.html.unscripted import MAX_SHELL_WORDS, revealed, with_frames_closed, with_streamed

MAX_BODY_BYTES = 50_000_000
"""Bytes of a body that are parsed; the fetcher stops far earlier, archives may not."""
_HTML_TYPES = frozenset({"text/html", "application/xhtml+xml", "application/vnd.wap.xhtml+xml"})
_UNKNOWN_TYPES = frozenset({"", "unknown/unknown", "application/unknown", "*/*", "application/octet-stream"})
_SNIFFED = (
    b"<!doctype html",
    b"<html",
    b"<head",
    b"<script",
    b"<iframe",
    b"<h1",
    b"<div",
    b"<font",
    b"<table",
    b"<a ",
    b"<style",
    b"<title",
    b"<b>",
    b"<body",
    b"<br",
    b"<p>",
    b"<!--",
)
_TEXT_REGIONS = frozenset({"main", "list"})
_INT32_MAX = 2_147_483_647
_INT16_MAX = 32_767


class Document(NamedTuple):
    """A body after decoding and walking."""

    walk: Walk
    encoding: str
    declared: str | None
    is_disputed: bool
    """The header names one encoding, and a meta another."""


def parse(body: bytes, headers: Sequence[tuple[str, str]], url: str) -> Page:
    """Read a page. ``headers`` have lower-case names; ``url`` is the normalised URL of the last hop."""
    page = Page(url=url, facts=_facts_of_any(body, headers))
    if not page.facts["is_html"]:
        return page
    document = _document(body[:MAX_BODY_BYTES], headers)
    found = document.walk.found
    base_url = _base_url(found, url, document.encoding)
    resolver = Resolver(base_url or url, document.encoding)
    domain = urls.domain_of(url)
    named = head.by_name(found.metas)
    generator = head.meta(named, "generator")
    addresses = [href for _, href in found.resources] + [a.get("href") or "" for a, _ in found.link_elements]
    marks = " ".join((a.get(key) or "")[:500] for a in (found.html, found.body) for key in ("id", "class"))
    engine = engines.engine_of(generator, addresses, marks)
    regions = layout.Regions(found, is_forum=engine in engines.FORUM_ENGINES)
    links, inviting = links_of(columns_of(found), regions.of_links(), max(1, found.n_links), resolver, domain)
    page.links = links
    page.blocks = blocks = text.blocks_of(found.blocks, regions.of_blocks(), folded := text.folded(found.blocks))
    page.images = images_of(found.images, resolver)
    page.resources = resources_of(found, resolver, is_secure=url.startswith("https:"))
    graph = structured.open_graph(found.metas)
    has_rdfa = rdfa.may_hold(body[:MAX_BODY_BYTES])
    in_rdfa = rdfa.items_of(decode_as(body[:MAX_BODY_BYTES], document.encoding)) if has_rdfa else []
    page.items, nodes = structured.items_of(found.json_ld, document.walk.items, graph, in_rdfa)
    facts = page.facts
    facts["base_url"] = base_url
    facts["engine"] = engine
    facts["generator"] = generator
    facts.update(_encoding_facts(document, named))
    facts.update(_head_facts(found, named, headers, resolver, url))
    facts.update(_text_facts(found, blocks, folded))
    facts.update(_link_facts(found, links, domain))
    facts.update(_structured_facts(found, named, links, nodes, graph))
    invitations = kinds.Invitations(links, inviting)
    facts.update(_kind_facts(found, page, links, blocks, invitations, is_forum=engine in engines.FORUM_ENGINES))
    facts.update(markup.facts_of(body[:MAX_BODY_BYTES], document.encoding, found, headers, url))
    facts["n_insecure_resources"] = sum(one.is_insecure and one.kind != "form" for one in page.resources)
    facts["owner_ids"] = identifiers.owner_ids(found.metas, (one.text for one in found.scripts), addresses)
    facts["template_hash"] = _template_hash(found)
    return page


def _template_hash(found: Gathered) -> int:
    return skeleton.simhash(found.skeleton) if found.template_hash is None else found.template_hash


def is_html(body: bytes, headers: Sequence[tuple[str, str]]) -> bool:
    """Tell whether a body is HTML: by its Content-Type, and where that says nothing, by its first bytes.

    What is sent as text/plain is shown as text, whatever it holds.
    Source: https://mimesniff.spec.whatwg.org/#identifying-a-resource-with-an-unknown-mime-type
    """
    kind = next((value for name, value in headers if name == "content-type"), "").partition(";")[0].strip().lower()
    if kind in _HTML_TYPES:
        return True
    start = body[:1_024].removeprefix(b"\xef\xbb\xbf").lstrip(b"\t\n\x0c\r ").lower()
    if kind in _UNKNOWN_TYPES:
        return start.startswith(_SNIFFED)
    return kind in {"text/xml", "application/xml"} and b"<html" in start and b"http://www.w3.org/1999/xhtml" in start


def _facts_of_any(body: bytes, headers: Sequence[tuple[str, str]]) -> dict[str, Any]:
    """Give every column for a body of any kind; those of HTML are null until they are known."""
    said = robots_meta.directives((), headers)
    facts = _NOTHING_KNOWN.copy()
    facts["last_modified_at"] = instant(next((value for name, value in headers if name == "last-modified"), None))
    facts["is_html"] = is_html(body, headers)
    facts["body_hash"] = xxhash.xxh3_64_intdigest(body)
    facts["x_robots_tag"] = said.x_robots_tag
    facts["is_noindex"], facts["is_nofollow"] = said.is_noindex, said.is_nofollow
    content_type = next((value for name, value in headers if name == "content-type"), None)
    facts["declared_charset"] = fold_or_none(clean(charset_of(content_type) or ""), 100) if content_type else None
    return facts


def _document(body: bytes, headers: Sequence[tuple[str, str]]) -> Document:
    decoded = decode(body, next((value for name, value in headers if name == "content-type"), None))
    shown = with_frames_closed(with_streamed(decoded.text))
    result = walk(shown)
    named = _meta_charset(result.found)
    encoding = decoded.encoding
    if not decoded.is_certain and named:
        # A meta beyond the first 1,024 bytes changes the encoding while parsing: the document is read again.
        late = canonical_name(named)
        if late and late not in {encoding, "replacement", "x-user-defined"}:
            encoding = late
            shown = with_frames_closed(with_streamed(decode_as(body, encoding)))
            result = walk(shown)
    if result.found.n_words <= MAX_SHELL_WORDS:
        result = revealed(shown, result)
    return Document(result, encoding, decoded.declared or named, _is_disputed(decoded.declared, named))


def _is_disputed(declared: str | None, named: str | None) -> bool:
    if not declared or not named or declared == named:
        return False
    return canonical_name(declared) != canonical_name(named)


def _meta_charset(found: Gathered) -> str | None:
    for meta in found.metas[:100]:
        if meta.get("charset"):
            return (meta["charset"] or "").strip().lower()[:100] or None
        if (meta.get("http-equiv") or "").lower() == "content-type":
            named = charset_of((meta.get("content") or "")[:500])
            if named:
                return named[:100]
    return None


def _base_url(found: Gathered, url: str, encoding: str) -> str | None:
    """Give the base element's URL; data: and javascript: bases are refused as the standard refuses them.

    Source: https://html.spec.whatwg.org/multipage/semantics.html#set-the-frozen-base-url
    """
    if found.base_href is None or len(found.base_href) > urls.MAX_URL_CHARACTERS:
        return None
    resolved = urls.resolve(found.base_href, url, encoding)
    return urls.normalise(resolved) if resolved else None


def _encoding_facts(document: Document, named: head.Named) -> dict[str, Any]:
    found = document.walk.found
    return {
        "charset": document.encoding,
        "declared_charset": fold_or_none(clean(document.declared or ""), 100),
        "is_charset_disputed": document.is_disputed,
        "html_lang": fold_or_none(found.html.get("lang") or found.html.get("xml:lang"), 100),
        "viewport": head.meta(named, "viewport"),
    }


def _head_facts(
    found: Gathered, named: head.Named, headers: Sequence[tuple[str, str]], resolver: Resolver, url: str
) -> dict[str, Any]:
    links = head.header_links(headers)
    canonical = head.canonical_of(found, links, resolver, url)
    said = robots_meta.directives(found.metas, headers)
    return {
        "title": fold_or_none(found.titles[0].text) if found.titles else None,
        "n_titles": min(found.n_titles, _INT16_MAX),
        "description": head.meta(named, "description"),
        "n_descriptions": sum([(one.get("name") or "").strip().lower() == "description" for one in found.metas]),
        "h1": fold_or_none(found.h1[0].text) if found.h1 else None,
        "n_h1": min(found.n_h1, _INT16_MAX),
        "h2": [folded for one in found.h2[:50] if (folded := fold(one.text))],
        "canonical_url": canonical.url,
        "canonical_href": canonical.href,
        "n_canonicals": canonical.n,
        "n_canonical_tags": canonical.n_written,
        "header_canonical_url": canonical.header_url,
        **said._asdict(),
        "meta_refresh_url": head.refresh_of(found.metas, headers, resolver),
        "is_refreshed": head.is_refreshed(found.metas, headers),
        "hreflang": head.alternates_of(found, links, resolver, url),
        "next_url": head.first_rel(found, links, resolver, "next"),
        "prev_url": head.first_rel(found, links, resolver, "prev", "previous"),
        "stylesheets": head.stylesheets_of(found, resolver),
        "feeds": head.feeds_of(found, resolver),
        "n_elements": min(found.n_elements, _INT32_MAX),
    }


def _text_facts(found: Gathered, blocks: Rows[Block], folded: Sequence[bytes]) -> dict[str, Any]:
    is_main = [region == "main" for region in blocks.column("region")]
    language, share = text.language_of(blocks, is_main)
    return {
        "n_words": found.n_words,
        "n_main_words": sum(compress(blocks.column("n_words"), is_main)),
        "main_hash": text.hash_of(list(compress(folded, is_main))),
        "language": language,
        "language_share": share,
    }


def _link_facts(found: Gathered, links: Rows[Link], domain: str) -> dict[str, Any]:
    is_internal = links.column("is_internal")
    domains = [] if all(is_internal) else links.column("target_domain")
    is_external = [one is not None and not inside for one, inside in zip(domains, is_internal, strict=False)]
    said = zip(links.column("is_nofollow"), links.column("is_ugc"), links.column("is_sponsored"), strict=True)
    return {
        "n_links": found.n_links,
        "n_internal_links": sum(is_internal),
        "n_external_links": sum(is_external),
        "n_external_followed": sum([not any(one) for one in compress(said, is_external)]),
        "n_external_domains": len(set(compress(domains, is_external)) - {domain}),
        "n_images": found.n_images,
        "n_images_no_alt": found.n_images_no_alt,
    }


def _structured_facts(
    found: Gathered, named: head.Named, links: Rows[Link], nodes: list[structured.Node], graph: structured.Node
) -> dict[str, Any]:
    every = list(structured.every_node(nodes))
    types = [structured.short_type(node) for node in every]
    hrefs = links.cells("href", links.nulls("url"))
    return {
        "schema_types": list(dict.fromkeys(name for name in types if name))[:50],
        "author": head.author_of(found, named, nodes, every),
        "site_name": head.site_name_of(named, every, types),
        "og_type": structured.first_text(graph.get("og:type")),
        "published_at": head.published_of(named, nodes, found.times),
        "modified_at": head.modified_of(named, nodes),
        "emails": contacts.emails_of(hrefs, every),
        "telephones": contacts.telephones_of(hrefs, every),
        "addresses": contacts.addresses_of(found.addresses, every),
    }


def _kind_facts(
    found: Gathered,
    page: Page,
    links: Rows[Link],
    blocks: Rows[Block],
    invitations: kinds.Invitations,
    *,
    is_forum: bool,
) -> dict[str, Any]:
    facts = page.facts
    main_links: set[str | None] = set()
    if not all(is_internal := links.column("is_internal")):
        named = zip(links.column("region"), is_internal, links.column("target_domain"), strict=True)
        main_links = {domain for region, is_own, domain in named if not is_own and region in _TEXT_REGIONS}
    is_text = [region in _TEXT_REGIONS for region in blocks.column("region")]
    n_comments = 0 if is_forum else len(found.comment_ids)
    evidence = kinds.Evidence(
        url=page.url,
        title=facts["title"] or "",
        types=[item.type for item in page.items if item.type and item.syntax != "opengraph"],
        og_type=facts["og_type"],
        engine=facts["engine"],
        has_date=facts["published_at"] is not None,
        n_main_words=sum(compress(blocks.column("n_words"), is_text)),
        n_main_link_words=sum(compress(blocks.column("n_link_words"), is_text)),
        n_external_main=len(main_links - {None}),
        n_comments=n_comments,
    )
    return {
        "n_comments": n_comments,
        "has_comment_form": not is_forum and kinds.has_comment_form(found.forms),
        "has_registration": kinds.has_registration(found.forms, invitations),
        "has_submission": kinds.has_submission(found.forms, invitations),
        "page_kind": kinds.page_kind(evidence),
    }


_COLUMNS = (
    "last_modified_at", "is_html", "body_hash", "charset", "declared_charset", "is_charset_disputed", "title",
    "n_titles", "description", "n_descriptions", "h1", "n_h1",
    "h2", "html_lang", "language", "language_share", "canonical_url", "canonical_href", "n_canonicals",
    "n_canonical_tags", "header_canonical_url", "meta_robots",
    "x_robots_tag", "is_noindex", "is_nofollow", "meta_refresh_url", "is_refreshed", "base_url", "viewport", "hreflang",
    "next_url", "prev_url", "generator", "author",
    "site_name", "og_type", "published_at", "modified_at", "n_words", "n_main_words", "main_hash", "n_links",
    "n_internal_links", "n_external_links",
    "n_external_followed", "n_external_domains", "n_images", "n_images_no_alt", "n_insecure_resources",
    "n_elements", "n_comments", "has_comment_form",
    "has_registration", "has_submission", "page_kind", "engine", "schema_types", "owner_ids", "emails",
    "telephones", "addresses", "stylesheets",
    "template_hash", *markup.COLUMNS, "feeds",
)  # fmt: skip
"""Columns of ``pages`` from last_modified_at to feeds, but for is_robots_allowed, which no page knows."""
_NOTHING_KNOWN: dict[str, Any] = dict.fromkeys(_COLUMNS)
