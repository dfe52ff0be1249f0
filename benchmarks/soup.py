"""The columns of ``html.parse`` as a competent user of BeautifulSoup would write them: one soup a page, lxml below."""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import urljoin, urlsplit

import xxhash

_SKIPPED = ("script", "style", "noscript", "template", "textarea", "select", "svg", "title")
_BLOCKS = frozenset(
    [
        "p",
        "div",
        "li",
        "dt",
        "dd",
        "td",
        "th",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "pre",
        "blockquote",
        "figcaption",
        "caption",
        "address",
        "section",
        "article",
        "header",
        "footer",
        "nav",
        "aside",
        "main",
        "body",
        "form",
        "fieldset",
        "summary",
        "details",
        "table",
        "ul",
        "ol",
        "dl",
        "tr",
    ]
)
_REGIONS = {"nav": "nav", "header": "header", "footer": "footer", "aside": "sidebar", "main": "main", "article": "main"}
_WORDS = re.compile(r"nav|menu|header|footer|sidebar|comment|main|content", re.IGNORECASE)
_IDS = re.compile(r"UA-\d{4,10}-\d|G-[A-Z0-9]{8,12}|GTM-[A-Z0-9]{4,9}|ca-pub-\d{10,20}")


def columns(body: bytes, url: str, builder: str) -> dict[str, Any]:
    """Give what ``linkworthy.html.parse`` gives, but for the judgements that rest on these columns."""
    from bs4 import BeautifulSoup
    from bs4.element import NavigableString

    soup: Any = BeautifulSoup(body, builder)
    base = soup.find("base", href=True)
    base_url = urljoin(url, str(base["href"])) if base else url
    host = urlsplit(url).hostname
    metas = {(m.get("name") or m.get("property") or "").lower(): m.get("content") for m in soup.find_all("meta")}
    regions: dict[int, str] = {}
    paths: dict[int, str] = {}
    texts: dict[int, str] = {}
    links = []
    for n, a in enumerate(soup.find_all(["a", "area"], href=True)):
        target = urljoin(base_url, a["href"]).partition("#")[0]
        block = a.find_parent(_BLOCKS)
        if id(block) not in texts:
            texts[id(block)] = " ".join(block.get_text().split()) if block else ""
        around = texts[id(block)]
        anchor = " ".join(a.get_text().split())
        place = around.find(anchor)
        links.append(
            (
                n, a["href"], target, urlsplit(target).hostname == host, anchor or " ".join(i.get("alt", "") for i in
                a.find_all("img")), a.get("rel"), _region(a, regions), _path(a, paths),
                around[max(0, place - 100) : place], around[place + len(anchor) :][:100],
                any("hidden" in p.attrs for p in a.parents),
            )
        )  # fmt: skip
    runs: list[tuple[Any, list[str]]] = []
    inside: dict[int, Any] = {}
    for text in soup.find_all(string=True):
        if type(text) is not NavigableString:
            continue
        parent = text.parent
        if id(parent) not in inside:
            inside[id(parent)] = _block(parent)
        block = inside[id(parent)]
        if block is None:
            continue
        if not runs or runs[-1][0] is not block:
            runs.append((block, []))
        runs[-1][1].append(text)
    blocks = [(block, " ".join("".join(parts).split())) for block, parts in runs]
    rows = [
        (
            n,
            block.name,
            _region(block, regions),
            xxhash.xxh3_64_intdigest(text.casefold().encode()),
            len(text.split()),
            text,
        )
        for n, (block, text) in enumerate(blocks)
        if text
    ]
    return {
        "title": soup.title.get_text() if soup.title else None,
        "metas": metas,
        "headings": [h.get_text() for h in soup.find_all(["h1", "h2"])],
        "canonical": [urljoin(base_url, one["href"]) for one in soup.find_all("link", rel="canonical", href=True)],
        "hreflang": [(one["hreflang"], one.get("href")) for one in soup.find_all("link", hreflang=True)],
        "links": links,
        "images": [(i.get("src"), i.get("alt"), i.get("width"), i.get("height")) for i in soup.find_all("img")],
        "resources": [urljoin(base_url, one["src"]) for one in soup.find_all(["script", "iframe", "source"], src=True)],
        "json_ld": [_json(one.string) for one in soup.find_all("script", type="application/ld+json")],
        "microdata": [one.get("itemtype") for one in soup.find_all(itemscope=True)],
        "blocks": rows,
        "owner_ids": [id_ for one in soup.find_all("script") for id_ in _IDS.findall(one.string or "")],
        "forms": [(f.get("action"), len(f.find_all(["input", "textarea", "select"]))) for f in soup.find_all("form")],
        "skeleton": hash(tuple((one.name, tuple(one.get("class", ()))) for one in soup.find_all(True))),
    }


def _json(text: str | None) -> Any:
    try:
        return json.loads(text or "")
    except ValueError:
        return None


def _block(element: Any) -> Any:
    """Give the block that an element stands in, null where its text is not seen."""
    found = None
    for up in (element, *element.parents):
        if up.name in _SKIPPED:
            return None
        if found is None and up.name in _BLOCKS:
            found = up
    return found


def _region(element: Any, known: dict[int, str]) -> str:
    """Give the region of an element, worked out once for each element."""
    if element is None or element.parent is None:
        return "main"
    if id(element) not in known:
        named = _WORDS.search(" ".join([*element.get("class", ()), element.get("id", "")])) if element.attrs else None
        own = _REGIONS.get(element.name) or (named and named[0].lower())
        known[id(element)] = own or _region(element.parent, known)
    return known[id(element)]


def _path(element: Any, known: dict[int, str]) -> str:
    """Give the path of an element, worked out once for each element."""
    if element.parent is None or element.name == "body":
        return ""
    if id(element) not in known:
        n = 1 + sum(1 for _ in element.find_previous_siblings(element.name))
        known[id(element)] = f"{_path(element.parent, known)} > {element.name}:nth-of-type({n})"
    return known[id(element)]
