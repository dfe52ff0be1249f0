"""Which URLs look as if there were no end of them: sessions, calendars, paths that grow, combinations of parameters.

All is told by the URL, or by the page that names it, so that the order of discovery does not matter.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import NamedTuple

from linkworthy import urls

SESSION_PARAMETERS = frozenset(
    {
        "sid", "phpsessid", "jsessionid", "sessionid", "session_id", "session", "sessid", "aspsessionid", "cfid",
        "cftoken", "oscsid", "xtcsid", "zenid", "s_id", "sess", "asp.net_sessionid", "osdcsid",
    }
)  # fmt: skip
"""Query parameters that name a session: each visit gives the same page another URL."""
CALENDAR_PARAMETERS = frozenset(
    {
        "year", "month", "day", "date", "week", "yr", "mon", "mo", "start_date", "end_date", "startdate", "enddate",
        "from_date", "to_date", "cal_date", "tribe-bar-date", "jahr", "monat", "tag", "woche", "datum", "mois", "annee",
    }
)  # fmt: skip
"""Query parameters that leaf through a calendar, which never ends."""

SESSION_BUDGET = 20
CALENDAR_BUDGET = 200
REPEATING_BUDGET = 20
GROWING_BUDGET = 50
FACET_BUDGET = 500
DEEP_BUDGET = 500
COUNTING_BUDGET = 50
"""URLs that a chain of redirects may count through."""
LEAST_BUDGET = 1_000
"""URLs of one template that are crawled at the least, where nothing else speaks against it."""
MAX_SEGMENTS = 16
"""Segments of a path from which on it counts as deep."""
GROWING_LEVELS = 3
"""Last segments of a page's path that are names it gives its own children, from which on its children are a trap."""
NUMBERED_LEVELS = 5
"""The same where all of them are numbers."""

_DIGITS = re.compile(r"\d+")
_SESSION_PATH = re.compile(
    r";(?:jsessionid|sid|phpsessid|cfid|cftoken)=[^/?]*"
    r"|/\([a-z]\([a-z0-9]{16,}\)\)(?:/|$)"
    r"|/(?:jsessionid|phpsessid|sessionid|sessid|session|sid)[=/:-](?=[^/]*\d)[a-z0-9]{8,}(?:/|$)",
    re.IGNORECASE,
)
_CALENDAR_PATH = re.compile(
    r"/(?:calendar|events?|agenda|kalender|termine?|veranstaltung(?:en)?|calendrier|calendario|archive)s?/"
    r"(?:[^/]*/)*?:n(?:/|-|$)"
)
_DATE_VALUE = re.compile(r"(?:19|20|21|22)\d\d-(?:0?[1-9]|1[0-2])(?:-(?:0?[1-9]|[12]\d|3[01]))?")
_DATE_DIGITS = re.compile(r"(?:19|20|21|22)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])?")
_DATE_NAMES = frozenset({"m", "d", "w", "ym", "ymd", "start", "end", "from", "to", "since", "until", "cal", "dt"})
"""Parameters whose digits are a date where they look like one; an identifier may look so too."""
_DATE_PATH = re.compile(r"/(\d{4})[-/](?:0?[1-9]|1[0-2])(?:[-/](?:0?[1-9]|[12]\d|3[01]))?(?=/|$|\.)")
_FIRST_YEAR = 1990
_YEARS_AHEAD = 2
_NAMED_SEGMENT = re.compile(r"([a-z_]\w*)[=:][^/]+", re.IGNORECASE)
_LISTED = re.compile(r"[,|;]|%2[cC]|%7[cC]|%3[bB]")
_FACET_PARAMETERS = 4
_FACET_VALUES = 3
_COMBINED = 2
"""Parameters from which on their combinations are counted."""
_REPEATS = 3
_MIN_SCATTERED = 5
"""Segments of a path from which on repeats count that do not follow one another."""


class Family(NamedTuple):
    """The URLs of one suspicious form: how many of them are crawled, and the reason given for the rest."""

    template: str
    budget: int
    reason: str


def family(url: str, max_pages: int) -> Family | None:
    """Give the template of a URL that may be a trap, with its budget; null where nothing speaks for one.

    Numbers become ``:n``, and the values of parameters are left out. A million products under one path, or one
    parameter, are no trap; combinations of parameters, sessions, calendars and paths that repeat themselves may be.
    """
    path, query = _path_and_query(url)
    pairs = [pair.partition("=") for pair in query.split("&") if pair] if query else []
    names = sorted({name.lower() for name, _, _ in pairs})
    form = _DIGITS.sub(":n", path)
    if _SESSION_PATH.search(path) or (names and not SESSION_PARAMETERS.isdisjoint(names)):
        return Family(f"{urls.host_of(url)} session-id", SESSION_BUDGET, "trap-session-id")
    if has_repeats(path):
        return Family(f"{urls.host_of(url)} repeating-path", REPEATING_BUDGET, "trap-repeating-path")
    if _is_calendar(path, form, pairs, names):
        return Family(f"{urls.host_of(url)}{form}?{'&'.join(names)}", CALENDAR_BUDGET, "trap-calendar")
    if (facets := _facets(path, form, pairs, names)) is not None:
        return Family(f"{urls.host_of(url)}{facets}", FACET_BUDGET, "trap-facets")
    if path.count("/") > MAX_SEGMENTS:
        return Family(f"{urls.host_of(url)} deep-path", DEEP_BUDGET, "trap-deep-path")
    budget = max(LEAST_BUDGET, max_pages // 5)
    is_combined = len(pairs) >= _COMBINED
    return Family(f"{urls.host_of(url)}{form}?{'&'.join(names)}", budget, "trap-template") if is_combined else None


def _path_and_query(url: str) -> tuple[str, str]:
    """Take a normalised URL apart: called for every URL of a crawl."""
    head, _, query = url.partition("?")
    return head[head.index("/", len("https:/") + 1) :], query


def growing(url: str) -> Family:
    """Give the family of the URLs that a page names below itself, where it was itself found by such names."""
    return Family(f"{urls.host_of(url)} growing-path", GROWING_BUDGET, "trap-growing-path")


def counts_on(url: str, target: str) -> bool:
    """Tell whether a redirect leads to the same URL with another number."""
    form = _DIGITS.sub(":n", url)
    return ":n" in form and form == _DIGITS.sub(":n", target)


def chained(url: str, max_pages: int, *, is_counting: bool) -> Family:
    """Give the family of the URLs that only a redirect from a redirect leads to: chains need not have an end."""
    budget = COUNTING_BUDGET if is_counting else max(LEAST_BUDGET, max_pages // 5)
    kind = "counting" if is_counting else "redirects"
    return Family(f"{urls.host_of(url)} chain of {kind}", budget, "trap-redirect-chain")


def has_repeats(path: str) -> bool:
    """Tell whether a path repeats itself as relative links gone wrong do.

    A run of segments three times in a row does, and so does a long path that has one name three times.
    """
    segments = [segment for segment in path.split("/") if segment]
    if len(segments) < _REPEATS or len(set(segments)) > len(segments) - _REPEATS + 1:
        return False
    for size in range(1, len(segments) // _REPEATS + 1):
        for start in range(len(segments) - size * _REPEATS + 1):
            run = segments[start : start + size]
            if all(segments[start + size * i : start + size * (i + 1)] == run for i in range(1, _REPEATS)):
                return True
    if len(segments) < _MIN_SCATTERED:
        return False
    named = Counter(segment for segment in segments if not segment.isdigit())
    return max(named.values(), default=0) >= _REPEATS


def children(url: str, targets: Iterable[str]) -> frozenset[str]:
    """Give which of a page's links make its path grow without end: none as long as the page may be one of a few.

    A page whose last segments are all names that it gives to pages below itself was reached by a link that leads
    deeper wherever it stands: a catch-all answer, or a relative link gone wrong.
    """
    path, _ = _path_and_query(url)
    segments = [_DIGITS.sub(":n", segment) for segment in path.split("/") if segment]
    tail = segments[-GROWING_LEVELS:]
    if set(tail) == {":n"}:  # day, month and year stand below one another as well
        tail = segments[-NUMBERED_LEVELS:]
        if len(tail) < NUMBERED_LEVELS:
            return frozenset()
    if len(tail) < GROWING_LEVELS:
        return frozenset()
    here = url.partition("?")[0].partition("#")[0]
    folder = here[: here.rindex("/") + 1]
    n_more = len(segments) - sum(map(bool, path[: path.rindex("/")].split("/")))
    below: list[str] = []
    names: set[str] = set()
    for target in targets:
        if not target.startswith(folder):
            continue
        rest = target[len(folder) :]
        if n_more and "/" not in rest:  # most links: to pages in the same folder
            continue
        deeper = [name for name in rest.partition("?")[0].partition("#")[0].split("/") if name]
        if len(deeper) > n_more:
            below.append(target)
            names.update(_DIGITS.sub(":n", segment) for segment in deeper)
    return frozenset(below) if names.issuperset(tail) else frozenset()


def _facets(path: str, form: str, pairs: list[tuple[str, str, str]], names: list[str]) -> str | None:
    """Give the template of a URL that combines many values, in parameters or in named segments."""
    if ":" in path or "=" in path:
        found = map(_NAMED_SEGMENT.fullmatch, path.split("/"))
        named = [match[1].lower() for match in found if match]
        if len(named) >= _FACET_VALUES:
            return f"/…{'&'.join(sorted(set(named)))}"
    if len(pairs) >= _FACET_PARAMETERS or (len(pairs) > len(names) and len(pairs) >= _FACET_VALUES):
        return f"{form}?…"
    n_values = max((1 + len(_LISTED.findall(value)) for _, sign, value in pairs if sign), default=0)
    return f"{form}?{'&'.join(names)},…" if n_values >= _FACET_VALUES else None


def _is_calendar(path: str, form: str, pairs: list[tuple[str, str, str]], names: list[str]) -> bool:
    if CALENDAR_PARAMETERS.intersection(names):
        return True
    for name, _, value in pairs:
        if _DATE_VALUE.fullmatch(value) or (name.lower() in _DATE_NAMES and _DATE_DIGITS.fullmatch(value)):
            return True
    return _CALENDAR_PATH.search(form) is not None or _is_far_off(path)


def _is_far_off(path: str) -> bool:
    """Tell whether a path names a month of a year in which nothing was written down yet, or any more."""
    years = _DATE_PATH.findall(path)
    return bool(years) and any(not _FIRST_YEAR <= int(year) <= datetime.now(UTC).year + _YEARS_AHEAD for year in years)
