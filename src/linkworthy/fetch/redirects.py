"""Following redirects hop by hop, over anything that can ask one question."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace

from linkworthy import urls
from linkworthy.fetch.base import Exchange, Fault, Headers, Hop, Request

REDIRECTS = frozenset({301, 302, 303, 307, 308})
"""Statuses that send the reader on (RFC 9110 15.4)."""


async def follow(request: Request, ask: Callable[[Request], Awaitable[Exchange]]) -> Exchange:
    """Ask, and ask again where a redirect leads, up to ``request.max_hops`` redirects.

    ``ask`` answers one request with one hop, whose ``location`` is resolved.
    """
    hops: list[Hop] = []
    seen = {request.url}
    question = replace(request, max_hops=0)
    while True:
        answer = await ask(question)
        hop = answer.last
        target = hop.location
        fault, detail = _stop(target, seen, len(hops), request.max_hops) if hop.fault is None else (None, None)
        if target is None or hop.fault is not None or fault is not None or request.max_hops == 0:
            hops.append(replace(hop, fault=fault, fault_detail=detail) if fault else hop)
            return replace(answer, request=request, hops=tuple(hops))
        hops.append(hop)
        seen.add(target)
        question = replace(question, url=target, if_none_match=None, if_modified_since=None)


def _stop(target: str | None, seen: set[str], n_followed: int, max_hops: int) -> tuple[Fault | None, str | None]:
    """Say why a redirect is not followed any further."""
    if target is None or max_hops == 0:
        return None, None
    if target in seen:
        return "redirect-loop", f"leads back to {target}"
    if n_followed >= max_hops:
        return "too-many-redirects", f"{max_hops} redirects followed"
    return None, None


def read_location(url: str, status: int | None, headers: Headers) -> tuple[str | None, Fault | None, str | None]:
    """Give where an answer redirects to, resolved and normalised, and else the fault and its detail.

    The first Location counts. An answer that is no redirect has neither a target nor a fault.
    """
    if status not in REDIRECTS:
        return None, None, None
    found = next((value for name, value in headers if name == "location"), None)
    if found is None:
        return None, "bad-redirect", "no Location header"
    target = urls.normalise(found, url)
    if target is not None:
        return target, None, None
    return None, "bad-redirect", f"Location {found[:200]!r}: {urls.rejection(found, url) or 'not a URL'}"
