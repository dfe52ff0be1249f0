"""Turns the HTML metadata of a WAT record into a Page; what it cannot tell (regions, paths, words around) is null."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from linkworthy import urls
from linkworthy.fetch.base import Headers, header
from linkworthy.html import head, identifiers, robots_meta
from linkworthy.html.encoding import canonical_name, charset_of
from linkworthy.html.fold import MAX_SHORT_CHARACTERS, fold, fold_or_none
from linkworthy.html.gathered import Attributes, Gathered
from linkworthy.html.links import MAX_HREF_CHARACTERS, NO_REL, Resolver, rel_of
from linkworthy.html.page import Link, Page, Rows
from linkworthy.sources import wat_layout as layout
from linkworthy.tables import table

MAX_LINKS = 100_000
"""Links a page that are kept, as many as of a page whose HTML is at hand."""

_COLUMNS = table("pages").names
_FACTS = _COLUMNS[_COLUMNS.index("last_modified_at") :]
TELLING = robots_meta.NAMED_BOTS | identifiers.VERIFICATION.keys()
"""Names of metas that are looked at beside the one whose content is a fact."""
_QUESTIONS = ("alternate", "canonical", "next", "prev")
"""Rels of link elements that facts come from, beside style sheets."""
_STYLESHEET = ("stylesheet",)
_NOTHING = Gathered()
_LINK_PATHS = frozenset({"A@/href", "AREA@/href"})
_MAX_ENTRIES = 4 * MAX_LINKS
"""Entries of ``Links`` that are looked at; images, forms and frames are among them."""


class About(NamedTuple):
    """What a record says of a page beside its links."""

    facts: dict[str, Any]
    """Columns of ``pages``; those that are missing are null, or count links."""
    resolver: Resolver


def page_of(html: layout.Html[list[layout.Link]], headers: Headers, url: str) -> Page:
    """Give the page that a record describes.

    Links inside inert templates are among them, because the writers of WAT take a page tag by tag. Identifiers of
    owners come from the addresses of scripts and from metas; inline scripts are not recorded.
    """
    said, resolver = about(html.head, headers, url)
    facts = dict.fromkeys(_FACTS) | said
    entries = html.links if isinstance(html.links, list) else []
    links = _links(entries[:_MAX_ENTRIES], resolver, urls.domain_of(url))
    facts.update(_counts(links))
    return Page(url=url, facts=facts, links=links)


def about(described: layout.Head, headers: Headers, url: str) -> About:
    """Give what the head of a page says, and what resolves its links."""
    named, telling = _metas(described.metas)
    base_url, resolver = _resolver(described, headers, url, telling)
    facts: dict[str, Any] = {
        "base_url": base_url,
        "title": fold_or_none(described.title),
        "is_html": True,
        **_named_facts(named),
        **telling_facts(telling, headers, resolver),
        **head_facts(described.links, headers, resolver, url),
        "owner_ids": identifiers.owner_ids(telling, (), _addresses(described)),
    }
    return About(facts, resolver)


def resolver_of(described: layout.Head, headers: Headers, url: str) -> Resolver:
    """Give what resolves the links of a page, and nothing else of it."""
    telling = [{"http-equiv": one.http_equiv, "content": one.content} for one in described.metas if one.http_equiv]
    return _resolver(described, headers, url, telling)[1]


def _resolver(
    described: layout.Head, headers: Headers, url: str, metas: Sequence[Attributes]
) -> tuple[str | None, Resolver]:
    """Give the URL of the base element, and what resolves links."""
    encoding = encoding_of(headers, metas)
    base_url = base_url_of(described.base, url, encoding)
    return base_url, Resolver(base_url or url, encoding)


def _addresses(described: layout.Head) -> list[str]:
    addresses = [script.url for script in described.scripts if script.url]
    addresses += [one.url or "" for one in described.links]
    return addresses


def _metas(metas: Sequence[layout.Meta]) -> tuple[dict[str, list[str | None]], list[Attributes]]:
    """Give the contents of metas by name, and those metas as attributes that more is asked of than their content."""
    named: dict[str, list[str | None]] = {}
    telling: list[Attributes] = []
    for one in metas:
        name = (one.name or one.property or "").strip().lower()
        named.setdefault(name, []).append(one.content)
        if one.http_equiv is not None:
            telling.append(
                {
                    "name": one.name,
                    "property": one.property,
                    "content": one.content,
                    "http-equiv": one.http_equiv,
                }
            )
        elif name in TELLING:
            telling.append({"name": one.name, "property": one.property, "content": one.content})
    return named, telling


def _links(entries: Sequence[layout.Link], resolver: Resolver, domain: str) -> Rows[Link]:
    """Give the a and area elements. An a element is written when it closes, so an image just before it is its own.

    The rows are those that ``html.links`` gives, without a walk between: hundreds of millions of links pass here.
    """
    places = [n for n, one in enumerate(entries) if one.path in _LINK_PATHS and one.url is not None][:MAX_LINKS]
    if not places:
        return Rows(Link, [[] for _ in Link._fields])
    chosen = [entries[n] for n in places]
    count = len(chosen)
    hrefs = [one.url or "" for one in chosen]
    anchors, kinds = _anchors(chosen, [entries[n - 1] if n else None for n in places])
    page_urls, hosts, domains, fragments = map(list, zip(*map(resolver.target, hrefs), strict=True))
    if max(map(len, hrefs)) > MAX_HREF_CHARACTERS:
        hrefs = [href[:MAX_HREF_CHARACTERS] for href in hrefs]
    unknown: list[Any] = [None] * count
    return Rows(
        Link,
        [
            list(range(count)), hrefs, page_urls, hosts, domains, fragments, [one == domain for one in domains], kinds,
            anchors, *_rels([one.rel for one in chosen]), unknown, unknown, [n / count for n in range(count)], unknown,
            unknown, unknown,
        ],
    )  # fmt: skip


def _anchors(chosen: Sequence[layout.Link], before: Sequence[layout.Link | None]) -> tuple[list[str], list[str]]:
    """Give anchors and kinds of links, by the entries just before them."""
    texts = [one.text or "" for one in chosen]
    anchors = [" ".join(text.split()) if len(text) <= MAX_SHORT_CHARACTERS else fold(text) for text in texts]
    kinds = ["text"] * len(anchors)
    for n, anchor in enumerate(anchors):
        if not anchor:
            image = before[n]
            alt = image.alt if image is not None and image.path == "IMG@/src" else None
            anchors[n] = fold(alt) if alt else ""
            kinds[n] = "image" if anchors[n] else "empty"
    for n, one in enumerate(chosen):
        if one.path == "AREA@/href":
            kinds[n], anchors[n] = "area", fold(one.alt or "")
    return anchors, kinds


def _rels(written: Sequence[str | None]) -> tuple[list[Any], ...]:
    """Give rels in lower case, and whether nofollow, ugc and sponsored are among them."""
    if not any(written):
        return tuple([said if rel is None else rel_of("")[n] for rel in written] for n, said in enumerate(NO_REL))
    said = [NO_REL if rel is None else rel_of(rel[:MAX_SHORT_CHARACTERS]) for rel in written]
    return tuple(map(list, zip(*said, strict=True)))


def _named_facts(named: head.Named) -> dict[str, Any]:
    """Give what metas say by their names alone."""
    return {
        "description": _said(named, "description"),
        "html_lang": _said(named, "html@/lang"),
        "viewport": _said(named, "viewport"),
        "generator": _said(named, "generator"),
        "author": head.author_of(_NOTHING, named, ()),
        "site_name": head.site_name_of(named, (), ()),
        "og_type": _said(named, "og:type"),
        "published_at": head.published_of(named, (), ()),
        "modified_at": head.modified_of(named, ()),
    }


def telling_facts(metas: Sequence[Attributes], headers: Headers, resolver: Resolver) -> dict[str, Any]:
    """Give what headers and those metas say that more is asked of than their content."""
    facts: dict[str, Any] = robots_meta.directives(metas, headers)._asdict()
    facts["meta_refresh_url"] = head.refresh_of(metas, headers, resolver)
    return facts


def _said(named: head.Named, name: str) -> str | None:
    return head.meta(named, name) if name in named else None


def head_facts(elements: Sequence[layout.Link], headers: Headers, resolver: Resolver, url: str) -> dict[str, Any]:
    """Give what link elements and Link headers say; each question is put to the elements of its rels alone.

    They are put into the form that a walk over HTML gives, so that both are judged by the same functions.
    """
    links = head.header_links(headers)
    by_rel: dict[str, list[tuple[Attributes, bool]]] = {}
    styles: dict[str, None] = {}
    for one in elements:
        asked = asked_of(one.rel) if one.rel else ()
        if "stylesheet" in asked and (style := resolver.url(one.url)):
            styles[style] = None
        if asked and asked != _STYLESHEET:
            said: Attributes = {"href": one.url, "rel": one.rel, "type": one.type, "hreflang": one.hreflang}
            for rel in asked:
                if rel in _QUESTIONS:
                    by_rel.setdefault(rel, []).append((said, True))
    facts: dict[str, Any] = {
        "hreflang": [], "feeds": [], "stylesheets": list(styles)[: head.MAX_STYLESHEETS], "n_canonicals": 0,
        "n_canonical_tags": 0,
    }  # fmt: skip
    found = Gathered()
    for rel in _QUESTIONS if links else by_rel:
        found.link_elements = by_rel.get(rel, [])
        facts.update(_of_rel(rel, found, links, resolver, url))
    return facts


@lru_cache(maxsize=1_024)
def asked_of(rel: str) -> tuple[str, ...]:
    """Give the questions that an element with this rel answers."""
    said = ("prev" if one == "previous" else one for one in head.rels_of({"rel": rel}))
    return tuple(one for one in said if one in _QUESTIONS or one in _STYLESHEET)


def _of_rel(
    rel: str, found: Gathered, links: Sequence[head.HeaderLink], resolver: Resolver, url: str
) -> dict[str, Any]:
    if rel == "alternate":
        feeds = head.feeds_of(found, resolver)
        return {"hreflang": head.alternates_of(found, links, resolver, url), "feeds": feeds}
    if rel == "canonical":
        said = head.canonical_of(found, links, resolver, url)
        names = ("canonical_url", "canonical_href", "n_canonicals", "n_canonical_tags", "header_canonical_url")
        return dict(zip(names, said, strict=True))
    if rel == "next":
        return {"next_url": head.first_rel(found, links, resolver, "next")}
    return {"prev_url": head.first_rel(found, links, resolver, "prev", "previous")}


def _counts(links: Rows[Link]) -> dict[str, int]:
    domains, are_internal = links.column("target_domain"), links.column("is_internal")
    external = [n for n, domain in enumerate(domains) if domain is not None and not are_internal[n]]
    qualified = [links.column(name) for name in ("is_nofollow", "is_ugc", "is_sponsored")]
    return {
        "n_links": len(links),
        "n_internal_links": sum(are_internal),
        "n_external_links": len(external),
        "n_external_followed": sum(not any(column[n] for column in qualified) for n in external),
        "n_external_domains": len({domains[n] for n in external}),
    }


def base_url_of(href: str | None, url: str, encoding: str) -> str | None:
    """Resolve the base element's href, which may be relative; one that is no http(s) URL does not count."""
    if href is None or len(href) > urls.MAX_URL_CHARACTERS:
        return None
    resolved = urls.resolve(href, url, encoding)
    return urls.normalise(resolved) if resolved else None


def encoding_of(headers: Headers, metas: Sequence[Attributes]) -> str:
    """Give the encoding that header or meta names, which the queries of links are written in; UTF-8 where none does."""
    named = _charset_of(header(headers, "content-type") or "")
    for meta in metas:
        if named is None and (meta.get("http-equiv") or "").strip().lower() == "content-type":
            named = charset_of(meta.get("content") or "")
    return (canonical_name(named) if named else None) or "utf-8"


_charset_of = lru_cache(maxsize=1_024)(charset_of)
"""Few servers name many."""
