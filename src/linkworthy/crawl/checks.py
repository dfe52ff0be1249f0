"""What verification says of one linking page: which links it holds, whether each is live, and whether it counts.

Pure functions: from what is known of the page, what was reported, and the links to own hosts that stand on it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, NamedTuple

from linkworthy import urls

LIVE = "live"
GONE = "gone"
UNCHECKED = "could not check"

YES = "yes"
NO = "no"
NOT_KNOWN = "not known"

MAX_EVIDENCE = 300
_GONE_STATUS = {404: "page-404", 410: "page-410"}
_INDEX_FILES = ("/index.html", "/index.htm", "/index.php", "/default.asp", "/default.aspx")


class Reported(NamedTuple):
    """A link of the link index on this page; the target is null where the source names linking pages only."""

    link_id: str
    target_url: str | None
    anchor: str | None
    kind: str
    is_lead: bool


class Found(NamedTuple):
    """A link to an own host that stands on the page; columns of ``links``."""

    n: int | None
    url: str
    kind: str
    anchor: str | None
    rel: str | None
    is_nofollow: bool
    is_ugc: bool
    is_sponsored: bool
    region: str | None
    path: str | None
    position: float | None
    before: str | None
    after: str | None
    is_hidden: bool | None


class Target(NamedTuple):
    """Where an own URL leads."""

    status: int | None
    final_url: str | None
    final_status: int | None
    fault: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Linking:
    """What came of fetching a linking page: columns of ``pages``, of its first URL and of where it ended."""

    source_url: str
    state: str
    fault: str | None
    final_url: str | None
    final_status: int | None
    redirect_url: str | None
    is_html: bool | None
    is_truncated: bool
    is_noindex: bool | None
    is_nofollow: bool | None
    canonical_url: str | None
    is_googlebot_allowed: bool | None
    body_hash: int | None
    fetched_at: datetime
    n_attempts: int


def check(
    page: Linking,
    reported: Sequence[Reported],
    found: Sequence[Found],
    target_of: Callable[[str], Target | None],
    is_own: Callable[[str], bool],
) -> list[dict[str, Any]]:
    """Give the rows of ``checks`` for one linking page: one for each reported link, and one for each other on it.

    A report that names no target is answered by the links found; only where there are none has it a row of its own.
    A link whose anchor is not the reported one has two rows, one under each identity: the index knows it under both.
    """
    unread = unreadable(page)
    if unread is not None:
        return [_row(page, item, None, 0, *unread, _uncounted(*unread), target_of) for item in reported]
    present = [*found, *_own_by_other_means(page, is_own)]
    counts = Counter(_key(link.url) for link in present)
    out: list[dict[str, Any]] = []
    for item in reported:
        link = match(item, present)
        if link is not None:
            out.append(_live(page, item, link, counts[_key(link.url)], target_of))
        elif item.target_url is not None or not present:
            state, reason = absent(page, item)
            out.append(_row(page, item, None, 0, state, reason, _uncounted(state, reason), target_of))
    answered = {row["link_id"] for row in out}
    final = replace(page, source_url=page.final_url or page.source_url)
    for link in present:
        identity = urls.link_identity(final.source_url, link.url, link.anchor, link.kind)
        if identity not in answered:
            answered.add(identity)
            item = Reported(identity, link.url, link.anchor, link.kind, is_lead=False)
            out.append(_live(final, item, link, counts[_key(link.url)], target_of))
    return out


def unreadable(page: Linking) -> tuple[str, str] | None:
    """Give state and reason where the page could not be read, null where it could."""
    status = page.final_status
    if page.state == "disallowed" or page.fault == "disallowed":
        return UNCHECKED, "robots"
    if page.fault == "name-not-found":
        return GONE, "domain-gone"
    if page.state != "answered":
        return UNCHECKED, page.fault or "not-asked"
    if status in _GONE_STATUS:
        return GONE, _GONE_STATUS[status]
    if status is None or not 200 <= status < 300:
        return UNCHECKED, str(status or "no-status")
    return None


def absent(page: Linking, item: Reported) -> tuple[str, str]:
    """Give state and reason of a reported link that a page which was read does not hold."""
    first, last = urls.split(page.source_url), urls.split(page.final_url or page.source_url)
    is_moved = urls.registrable_domain(first.host) != urls.registrable_domain(last.host)
    if is_moved or (_is_home(last.path) and not _is_home(first.path)):
        return GONE, "page-redirected"
    if not page.is_html:
        return UNCHECKED, "not-html"
    if page.is_truncated:
        return UNCHECKED, "too-large"
    if item.kind in {"frame", "form"}:
        return UNCHECKED, "kind-not-read"
    if item.is_lead and _is_home(first.path) and not first.query:
        return (
            UNCHECKED,
            "page-not-named",
        )  # browsers send the origin alone: the link stands on a page that the log hides
    return GONE, "link-removed"


def match(item: Reported, links: Iterable[Found]) -> Found | None:
    """Find the reported link among those that stand on the page: by target and anchor, else by target."""
    if item.target_url is None:
        return None
    for key in (urls.page_key, _key):
        there = [link for link in links if key(link.url) == key(item.target_url)]
        same = [link for link in there if item.anchor and urls.fold(link.anchor or "") == urls.fold(item.anchor)]
        if same or there:
            return (same or there)[0]
    return None


def counting(page: Linking, link: Found, target: Target | None, is_elsewhere: bool) -> tuple[str, str | None]:  # noqa: FBT001
    """Say whether search engines credit a live link, with the first reason against it; a reason with yes is a remark.

    Source: https://developers.google.com/search/docs/crawling-indexing/qualify-outbound-links and …/robots-meta-tag
    """
    against = (
        (link.is_nofollow, "nofollow"),
        (link.is_ugc, "ugc"),
        (link.is_sponsored, "sponsored"),
        (page.is_nofollow, "page-nofollow"),
        (page.is_noindex, "noindex"),
        (page.is_googlebot_allowed is False, "robots"),
        (is_canonicalised(page) and link.kind != "canonical", "canonicalised"),
        (link.is_hidden, "hidden"),
        (target is not None and target.final_status in _GONE_STATUS, f"target-{target.final_status if target else ''}"),
        (is_elsewhere, "target-redirected-away"),
    )
    for is_so, reason in against:
        if is_so:
            return NO, reason
    if target is not None and target.final_status is None:
        return NOT_KNOWN, f"target-{target.fault or 'not-fetched'}"
    if target is not None and target.final_status is not None and target.final_status >= 400:
        return NOT_KNOWN, f"target-{target.final_status}"
    if target is not None and target.final_url and _key(target.final_url) != _key(link.url):
        return YES, "redirected"
    return YES, None


def is_canonicalised(page: Linking) -> bool:
    """Tell whether a page names another page as its canonical; another spelling of itself is no other page."""
    if page.canonical_url is None:
        return False
    return _key(page.canonical_url) != _key(page.final_url or page.source_url)


def _own_by_other_means(page: Linking, is_own: Callable[[str], bool]) -> list[Found]:
    """Give the redirect or the canonical by which a page points at the site without a link element."""
    out = []
    if page.final_url and page.final_url != page.source_url and is_own(page.final_url):
        first = page.redirect_url if page.redirect_url and is_own(page.redirect_url) else page.final_url
        out.append(_bare(first, "redirect"))
    elif page.canonical_url and is_own(page.canonical_url):
        out.append(_bare(page.canonical_url, "canonical"))
    return out


def _bare(url: str, kind: str) -> Found:
    return Found(None, url, kind, None, None, False, False, False, None, None, None, None, None, None)


def _live(
    page: Linking, item: Reported, link: Found, n_occurrences: int, target_of: Callable[[str], Target | None]
) -> dict[str, Any]:
    target = target_of(link.url)
    if target is not None and target.fault == "not-recorded":
        target = None
    is_elsewhere = (
        target is not None
        and target.final_url is not None
        and urls.domain_of(target.final_url) != urls.domain_of(link.url)
    )
    counts = counting(page, link, target, is_elsewhere)
    return _row(page, item, link, n_occurrences, LIVE, None, counts, target_of)


def _row(
    page: Linking,
    item: Reported,
    link: Found | None,
    n_occurrences: int,
    state: str,
    reason: str | None,
    counts: tuple[str, str | None],
    target_of: Callable[[str], Target | None],
) -> dict[str, Any]:
    target_url = link.url if link else item.target_url
    target = target_of(target_url) if target_url else None
    row = {
        "link_id": item.link_id,
        "source_url": page.source_url,
        "source_domain": urls.domain_of(page.source_url),
        "target_url": target_url,
        "target_domain": urls.domain_of(target_url) if target_url else None,
        "state": state,
        "reason": reason,
        "counts": counts[0],
        "counts_reason": counts[1],
        "status": page.final_status,
        "final_source_url": page.final_url,
        "n_occurrences": n_occurrences if link else None,
        "target_status": target.final_status if target else None,
        "target_final_url": target.final_url if target else None,
        "checked_at": page.fetched_at,
        "n_attempts": page.n_attempts,
        "evidence_hash": page.body_hash,
    }
    if link is not None:
        row |= {name: getattr(link, name) for name in _FROM_LINK}
        row["evidence"] = evidence(link, page)
    return row


_FROM_LINK = ("anchor", "kind", "rel", "n", "region", "path", "position", "before", "after", "is_hidden")


def evidence(link: Found, page: Linking) -> str:
    """Give the text around a link with the link marked, or the way in which the page points at the site otherwise."""
    if link.kind in {"redirect", "canonical"}:
        return f"{link.kind}: {page.final_url or page.source_url} → {link.url}"[:MAX_EVIDENCE]
    anchor = (link.anchor or "")[:90]
    rel = f" rel={link.rel[:40]}" if link.rel else ""
    room = max(0, (MAX_EVIDENCE - len(anchor) - len(rel) - 6) // 2)
    before = (link.before or "")[-room:] if room else ""
    after = (link.after or "")[:room]
    return f"{before} [{anchor}{rel}] {after}".strip()[:MAX_EVIDENCE]


def _uncounted(state: str, reason: str | None) -> tuple[str, str | None]:
    return (NO, reason) if state == GONE else (NOT_KNOWN, reason)


def _is_home(path: str) -> bool:
    return path == "/" or path.lower() in _INDEX_FILES


def _key(url: str) -> str:
    """Fold what reports and pages spell differently: www, a slash at the end, an index file."""
    key = urls.page_key(url).removeprefix("www.")
    for name in _INDEX_FILES:
        key = key.removesuffix(name)
    return key.rstrip("/")
