"""Turns an Exchange and the Page parsed from it into rows of the captured tables."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from linkworthy import urls
from linkworthy.fetch.base import Exchange, Headers, Hop, header
from linkworthy.html import markup
from linkworthy.html.page import Page
from linkworthy.html.parse import parse

_RAW = ("title", "h1", "description", "canonical_url", "is_noindex", "is_nofollow", "n_words", "n_links")
"""Facts that are kept of a page as it was before its scripts ran."""
CONTENT_TABLES = ("links", "blocks", "images", "resources", "structured")


class Permission(NamedTuple):
    """What robots.txt permits for one URL; null where it was not read."""

    is_allowed: bool | None = None
    is_googlebot_allowed: bool | None = None


def page_row(
    exchange: Exchange,
    page: Page | None,
    *,
    role: str,
    is_own: bool,
    found_by: str,
    found_on: str | None = None,
    depth: int | None = None,
    n_attempts: int = 1,
    is_robots_allowed: bool | None = None,
    is_googlebot_allowed: bool | None = None,
) -> dict[str, Any]:
    """Give the ``pages`` row of the URL that was asked for; what the answer holds is that of the first hop.

    Facts of a parsed page are those of the last hop: give ``page`` only where the first hop is the last, or use
    :func:`page_rows`, which gives the end of a chain its own row.
    """
    first, last = exchange.hops[0], exchange.hops[-1]
    is_answered = first.status is not None
    row: dict[str, Any] = {
        "url": exchange.request.url,
        **_named(exchange.request.url, is_own=is_own, role=role, found_by=found_by, found_on=found_on, depth=depth),
        "fetched_at": exchange.fetched_at,
        "state": _state(exchange),
        "fault": last.fault,
        "fault_detail": last.fault_detail,
        "redirect_url": first.location,
        "redirect_kind": first.kind if first.location is not None else None,
        "final_url": last.url if is_answered else None,
        "final_status": last.status if is_answered else None,
        "n_hops": len(exchange.hops) - 1,
        "n_attempts": n_attempts,
        "is_truncated": False,
        **_answer(first),
    }
    if len(exchange.hops) == 1:
        row |= _body(exchange)
    if page is not None:
        row |= page.facts
    if len(exchange.hops) == 1:
        row |= _rendered(exchange)
    return row | {"is_robots_allowed": is_robots_allowed, "is_googlebot_allowed": is_googlebot_allowed}


def _state(exchange: Exchange) -> str:
    """Name what came of a question; an archive without an answer was never the server's fault."""
    if exchange.fault is None:
        return "answered"
    return "skipped" if exchange.hops[0].fault == "not-recorded" else "failed"


def page_rows(
    exchange: Exchange,
    page: Page | None,
    *,
    role: str,
    is_own: bool,
    is_final_own: bool,
    found_by: str,
    found_on: str | None = None,
    n_attempts: int = 1,
    first: Permission,
    last: Permission,
) -> list[dict[str, Any]]:
    """Give the row of the URL that was asked for and, where hops were followed, the row of the URL where they end.

    ``first`` and ``last`` say what robots.txt permits for these two.
    """
    has_chain = len(exchange.hops) > 1
    asked = page_row(
        exchange,
        None if has_chain else page,
        role=role,
        is_own=is_own,
        found_by=found_by,
        found_on=found_on,
        n_attempts=n_attempts,
        is_robots_allowed=first.is_allowed,
        is_googlebot_allowed=first.is_googlebot_allowed,
    )
    if not has_chain or exchange.fault is not None or exchange.url == exchange.request.url:
        return [asked]
    hop = exchange.last
    end_role = "own" if is_final_own else role
    end = {
        "url": hop.url,
        **_named(
            hop.url, is_own=is_final_own, role=end_role, found_by="redirect", found_on=exchange.request.url, depth=None
        ),
        "fetched_at": exchange.fetched_at,
        "state": "answered",
        "final_url": hop.url,
        "final_status": hop.status,
        "redirect_url": hop.location,
        "redirect_kind": hop.kind if hop.location is not None else None,
        "n_hops": 0,
        "n_attempts": 1,
        **_answer(hop),
        **_body(exchange),
        **(page.facts if page is not None else {}),
        **_rendered(exchange),
        "is_robots_allowed": last.is_allowed,
        "is_googlebot_allowed": last.is_googlebot_allowed,
    }
    return [asked, end]


def unfetched_row(
    url: str,
    *,
    state: str,
    fault: str,
    detail: str | None,
    at: datetime,
    role: str,
    is_own: bool,
    found_by: str,
    found_on: str | None = None,
    depth: int | None = None,
    is_robots_allowed: bool | None = None,
) -> dict[str, Any]:
    """Give the ``pages`` row of a URL that was not asked for: ``disallowed`` or ``skipped``, with the reason."""
    return {
        "url": url,
        **_named(url, is_own=is_own, role=role, found_by=found_by, found_on=found_on, depth=depth),
        "fetched_at": at,
        "state": state,
        "fault": fault,
        "fault_detail": detail,
        "n_hops": 0,
        "n_attempts": 0,
        "is_truncated": False,
        "is_robots_allowed": is_robots_allowed,
    }


def hop_rows(exchange: Exchange) -> list[dict[str, Any]]:
    """Give one ``hops`` row for each answer on the way."""
    return [
        {
            "url": exchange.request.url,
            "n": n,
            "hop_url": hop.url,
            "status": hop.status,
            "location": hop.location,
            "kind": hop.kind if hop.location is not None else None,
            "fault": hop.fault,
            "address": hop.address,
            "tls_fault": hop.tls_fault,
            **_timings(hop),
        }
        for n, hop in enumerate(exchange.hops)
    ]


def content_rows(page: Page, *, captured_at: datetime, capture: str) -> dict[str, list[dict[str, Any]]]:
    """Give the rows of links, blocks, images, resources and structured data that one page holds."""
    source = {
        "source_url": page.url,
        "source_domain": urls.domain_of(page.url),
        "captured_at": captured_at,
        "capture": capture,
    }
    return {
        "links": [{**source, **link._asdict()} for link in page.links],
        "blocks": [{"url": page.url, **block._asdict()} for block in page.blocks],
        "images": [{"url": page.url, **image._asdict()} for image in page.images],
        "resources": [{"url": page.url, **resource._asdict()} for resource in page.resources],
        "structured": [{"url": page.url, **item._asdict()} for item in page.items],
    }


def header_map(headers: Headers) -> dict[str, str]:
    """Give headers with repeats joined by a comma."""
    out: dict[str, str] = {}
    for name, value in headers:
        out[name] = f"{out[name]}, {value}" if name in out else value
    return out


def _named(
    url: str, *, is_own: bool, role: str, found_by: str, found_on: str | None, depth: int | None
) -> Mapping[str, Any]:
    host = urls.host_of(url)
    return {
        "host": host,
        "domain": urls.registrable_domain(host),
        "is_own": is_own,
        "role": role,
        "found_by": found_by,
        "found_on": found_on,
        "depth": depth,
    }


def _answer(hop: Hop) -> dict[str, Any]:
    content_type = header(hop.headers, "content-type")
    return {
        "status": hop.status,
        "http_version": hop.http_version,
        "address": hop.address,
        "tls_fault": hop.tls_fault,
        "server": header(hop.headers, "server"),
        "content_type": content_type.partition(";")[0].strip().lower() or None if content_type else None,
        "content_encoding": header(hop.headers, "content-encoding"),
        "headers": header_map(hop.headers) if hop.status is not None else None,
        **_timings(hop),
    }


def _body(exchange: Exchange) -> dict[str, Any]:
    is_answered = exchange.status is not None
    return {
        "n_bytes": exchange.n_bytes if is_answered else None,
        "n_decoded_bytes": len(exchange.body) if is_answered else None,
        "is_truncated": exchange.is_truncated,
    }


def _rendered(exchange: Exchange) -> dict[str, Any]:
    """Give what a browser made of the body and what that took, and how it was written; nothing where none was asked."""
    found = exchange.rendering
    if found is None:
        return {}
    if found.settle_ms is None:
        return {"is_rendered": False}
    raw = parse(found.raw, exchange.headers, exchange.url).facts
    return {
        "is_rendered": True,
        "is_settled": found.is_settled,
        "dom_ms": found.dom_ms,
        "load_ms": found.load_ms,
        "settle_ms": found.settle_ms,
        "render_ms": found.total_ms,
        "lcp_ms": found.lcp_ms,
        "cls": found.cls,
        "n_requests": found.n_requests,
        "n_blocked_requests": found.n_blocked,
        "n_failed_requests": found.n_failed,
        "n_request_bytes": found.n_bytes,
        "n_console_errors": found.n_console_errors,
        "n_script_errors": found.n_script_errors,
        "moved_to_url": found.moved_to_url,
        **{f"raw_{name}": raw[name] for name in _RAW},
        "raw_n_types": len(raw["schema_types"] or ()),
        **{name: raw[name] for name in markup.WRITTEN},
    }


def _timings(hop: Hop) -> dict[str, float | None]:
    timings = hop.timings
    return {
        "dns_ms": timings.dns_ms,
        "connect_ms": timings.connect_ms,
        "tls_ms": timings.tls_ms,
        "ttfb_ms": timings.ttfb_ms,
        "total_ms": timings.total_ms,
    }
