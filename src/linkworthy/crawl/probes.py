"""Asks on purpose for what a site should answer once: variants of a page, and a path that cannot exist."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import xxhash

from linkworthy import urls
from linkworthy.crawl.frontier import Entry
from linkworthy.crawl.settle import own_tables
from linkworthy.crawl.visits import Visit, Visitor
from linkworthy.engine.embedded import Embedded
from linkworthy.site import Run, SiteConfig

_HTML = "status between 200 and 299 and is_html and role = 'own'"


class Probe(NamedTuple):
    """A URL to ask for, and the page that it is a variant of."""

    kind: str
    url: str
    twin_url: str | None


async def probe(run: Run, config: SiteConfig, engine: Embedded, visitor: Visitor) -> list[dict[str, Any]]:
    """Ask for the variants of the start page and of one deep page; gives rows of ``probes``."""
    with engine.connect(own_tables(run, "crawl")) as db:
        first = db.execute(
            f"select url, main_hash from pages where {_HTML} order by url != ?, depth nulls last, url limit 1",
            [config.url],
        ).fetchone()
        deep = db.execute(
            f"select url, main_hash from pages where {_HTML} and regexp_matches(url, '://[^/]+/[^?]*[a-zA-Z][^?]*$')"
            " order by depth nulls last, url limit 1"
        ).fetchone()
    known = dict(row for row in (first, deep) if row is not None)
    out = []
    for item in plan(first[0] if first else config.url, deep[0] if deep else None):
        entry = Entry.single("probe", item.url, "probe", item.twin_url or "")
        visit = await visitor.visit(entry, max_hops=config.limits.max_hops)
        if visit.limit is None and visit.exchange.hops[0].fault != "disallowed":
            out.append(_row(item, visit, known))
    return out


def plan(start: str, deep: str | None) -> list[Probe]:
    """Name the probes of a site, the same ones each time."""
    seen: set[tuple[str, str]] = set()
    out = []
    for item in _plan(start, deep):
        if item.url != item.twin_url and (item.kind, item.url) not in seen:
            seen.add((item.kind, item.url))
            out.append(item)
    return out


def _plan(start: str, deep: str | None) -> Iterator[Probe]:
    parts = urls.split(start)
    port = f":{parts.port}" if parts.port else ""
    tail = start.partition("://")[2]
    root = f"{parts.scheme}://{parts.host}{port}"
    yield Probe("scheme", f"{'http' if parts.scheme == 'https' else 'https'}://{tail}", start)
    if not urls.is_address(parts.host):
        other = parts.host.removeprefix("www.") if parts.host.startswith("www.") else f"www.{parts.host}"
        yield Probe("www", f"{parts.scheme}://{other}{tail.removeprefix(parts.host)}", start)
    if parts.path.endswith("/") and not parts.query:
        yield Probe("index", f"{start}index.html", start)
        yield Probe("index", f"{start}index.php", start)
    yield Probe("nonexistent", f"{root}/{xxhash.xxh3_64_hexdigest(parts.host.encode())}-does-not-exist", None)
    for page in dict.fromkeys((start, deep or start)):
        yield Probe("parameter", f"{page}{'&' if '?' in page else '?'}utm_source=linkworthy", page)
    if deep is not None:
        yield Probe("slash", deep.removesuffix("/") if deep.endswith("/") else f"{deep}/", deep)
        head, _, path = deep.partition("://")
        host, _, path = path.partition("/")
        yield Probe("case", f"{head}://{host}/{swap_case(path)}", deep)


def swap_case(path: str) -> str:
    """Turn the first letter of a path around that is no part of a percent-escape."""
    for n, letter in enumerate(path):
        if letter.isascii() and letter.isalpha() and "%" not in path[max(0, n - 2) : n]:
            return path[:n] + letter.swapcase() + path[n + 1 :]
    return path


def _row(item: Probe, visit: Visit, known: dict[str, int | None]) -> dict[str, Any]:
    exchange, facts = visit.exchange, visit.page.facts if visit.page else {}
    first = exchange.hops[0]
    twin_hash = known.get(item.twin_url or "")
    own_hash = facts.get("main_hash")
    return {
        "kind": item.kind,
        "url": item.url,
        "twin_url": item.twin_url,
        "status": first.status,
        "fault": exchange.fault,
        "final_url": exchange.url if first.status is not None else None,
        "final_status": exchange.status,
        "n_hops": len(exchange.hops) - 1,
        "canonical_url": facts.get("canonical_url"),
        "is_same_content": own_hash == twin_hash if own_hash is not None and twin_hash is not None else None,
        "body_hash": facts.get("body_hash"),
    }
