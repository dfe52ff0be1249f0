"""Says of one old URL whether it leads where it should: a pure function over what came of asking for it."""

from __future__ import annotations

from typing import Any

from linkworthy.fetch.base import Exchange, Hop
from linkworthy.html.page import Page

UNCHECKED = "could not check"
NO_EXPECTATION = "no expectation"
OK = "ok"
STATES = (
    UNCHECKED, "loop", "not found", "no redirect", "wrong target", "target not 200", "temporary", "chain",
    "target not indexable", OK, NO_EXPECTATION,
)  # fmt: skip
"""Every state; of several problems the first in this order is the row's."""
TEMPORARY = frozenset({302, 303, 307})
GONE = frozenset({404, 410})
_FORBIDDEN = frozenset({401, 403, 429})

Problems = dict[str, str]
"""Each problem with what was found."""


def judge_redirect(expected: str | None, exchange: Exchange, page: Page | None, limit: str | None) -> dict[str, Any]:
    """Give the columns of ``redirect_checks`` that follow from one visit; ``limit`` says why nothing was asked."""
    problems = _problems(expected, exchange, page, limit)
    found = sorted(problems, key=STATES.index)
    if UNCHECKED in problems:
        found = [UNCHECKED]
    state = found[0] if found else OK
    reason = "; ".join(problems[name] for name in found) or _ending(exchange)
    is_ok: bool | None = not found
    if state == UNCHECKED:
        is_ok = None
    elif expected is None:
        state, is_ok = NO_EXPECTATION, None
        reason = _ending(exchange) + "".join(f"; {problems[name]}" for name in found)
    return {"state": state, "is_ok": is_ok, "reason": reason, "problems": found, **_facts(exchange, page)}


def _facts(exchange: Exchange, page: Page | None) -> dict[str, Any]:
    hops = exchange.hops
    is_answered = hops[0].status is not None
    return {
        "status": hops[0].status,
        "final_url": exchange.url if is_answered else None,
        "final_status": exchange.status if is_answered else None,
        "n_hops": len(hops) - 1 if is_answered else None,
        "hops": [f"{hop.status or hop.fault} {hop.url}" for hop in hops],
        "is_temporary": any(_is_temporary(hop) for hop in hops) if is_answered else None,
        "is_noindex": page.facts["is_noindex"] if page is not None else None,
        "canonical_url": page.canonical_url if page is not None else None,
        "fault": exchange.fault,
        "checked_at": exchange.fetched_at,
    }


def _problems(expected: str | None, exchange: Exchange, page: Page | None, limit: str | None) -> Problems:
    fault, last, n_redirects = exchange.fault, exchange.last, len(exchange.hops) - 1
    if limit is not None or (fault is not None and fault not in {"redirect-loop", "too-many-redirects"}):
        return {UNCHECKED: f"{last.url}: {limit or fault}" + (f" ({last.fault_detail})" if last.fault_detail else "")}
    if fault == "redirect-loop":
        return {"loop": f"comes back to itself after {n_redirects + 1} redirects"}
    if fault == "too-many-redirects":
        return {"chain": f"more than {n_redirects} redirects"}
    if not n_redirects and (last.status in _FORBIDDEN or (last.status or 0) >= 500):
        return {UNCHECKED: f"answers {last.status}"}
    out: Problems = {}
    if n_redirects or exchange.url == expected:
        out |= _of_target(expected, exchange, page)
    elif last.status in GONE:
        out["not found"] = f"answers {last.status}"
    elif expected is not None:
        out["no redirect"] = f"answers {last.status} and does not redirect"
    return out


def _of_target(expected: str | None, exchange: Exchange, page: Page | None) -> Problems:
    """Say what is wrong with a redirect and the page where it ends."""
    out: Problems = {}
    end, n_redirects = exchange.url, len(exchange.hops) - 1
    if expected is not None and end != expected:
        if expected in {hop.url for hop in exchange.hops[1:]}:
            out["target not 200"] = f"the expected URL redirects on to {end}"
        else:
            out["wrong target"] = f"leads to {end}{_difference(end, expected)}"
    if exchange.status != 200:
        name = "target not 200" if n_redirects else "not found" if exchange.status in GONE else "target not 200"
        out[name] = f"{end} answers {exchange.status}"
    if temporary := [str(hop.status) for hop in exchange.hops if _is_temporary(hop)]:
        out["temporary"] = f"temporary redirect ({', '.join(temporary)})"
    if n_redirects > 1:
        out["chain"] = f"{n_redirects} redirects in a row"
    if exchange.status == 200 and page is not None:
        if page.facts["is_noindex"]:
            out["target not indexable"] = f"{end} says noindex"
        elif page.canonical_url is not None and page.canonical_url != end:
            out["target not indexable"] = f"{end} names {page.canonical_url} as its canonical"
    return out


def _is_temporary(hop: Hop) -> bool:
    return hop.location is not None and (hop.status in TEMPORARY or hop.kind != "http")


def _difference(end: str, expected: str) -> str:
    """Name a small difference, which is easily overlooked."""
    if end.partition("://")[2] == expected.partition("://")[2]:
        return ": only the scheme differs"
    if end.rstrip("/") == expected.rstrip("/"):
        return ": only the slash at the end differs"
    if end.replace("://www.", "://") == expected.replace("://www.", "://"):
        return ": only www differs"
    if end.lower() == expected.lower():
        return ": only upper and lower case differ"
    return ""


def _ending(exchange: Exchange) -> str:
    n = len(exchange.hops) - 1
    if not n:
        return f"answers {exchange.status}"
    return f"ends at {exchange.url} with {exchange.status} after {n} redirect{'s' if n > 1 else ''}"
