"""What belongs to the crawl: own hosts, depth, patterns, and how many URLs of one form before it is called a trap."""

from __future__ import annotations

import fnmatch
import re
from dataclasses import dataclass, field
from typing import NamedTuple

from linkworthy import urls
from linkworthy.site import SiteConfig

SESSION_PARAMETERS = frozenset(
    {
        "sid", "phpsessid", "jsessionid", "sessionid", "session_id", "sessid", "aspsessionid", "cfid", "cftoken",
        "oscsid", "zenid", "s_id", "sess", "asp.net_sessionid",
    }
)  # fmt: skip
"""Query parameters that name a session: each visit gives the same page another URL."""
CALENDAR_PARAMETERS = frozenset({"year", "month", "day", "date", "week", "start_date", "end_date", "tribe-bar-date"})
"""Query parameters that leaf through a calendar, which never ends."""

SESSION_BUDGET = 20
CALENDAR_BUDGET = 200
REPEATING_BUDGET = 20
FACET_BUDGET = 500
LEAST_BUDGET = 1_000
"""URLs of one template that are crawled at the least, where nothing else speaks against it."""

_DIGITS = re.compile(r"\d+")
_SESSION_PATH = re.compile(r";(?:jsessionid|sid|phpsessid)=[^/?]*", re.IGNORECASE)
_CALENDAR_PATH = re.compile(r"/(?:calendar|events?|agenda|kalender|archive)s?/(?:[^/]*/)*?:n(?:/|-|$)")
_FACET_PARAMETERS = 4
_COMBINED = 2
"""Parameters from which on their combinations are counted."""
_REPEATS = 3
_MAX_HOSTS = 100_000


class Family(NamedTuple):
    """The URLs of one suspicious form: how many of them are crawled, and the reason given for the rest."""

    template: str
    budget: int
    reason: str


@dataclass(frozen=True, slots=True)
class Scope:
    """Decides by URL alone, so that the order of discovery does not matter."""

    config: SiteConfig
    include: tuple[str, ...] = ()
    """Shell patterns over whole URLs; where any is given, a URL has to match one."""
    exclude: tuple[str, ...] = ()
    """Shell patterns over whole URLs; a URL that matches one is left."""
    _hosts: dict[str, bool] = field(default_factory=dict, repr=False, compare=False)

    def is_own(self, url: str) -> bool:
        """Tell whether a URL lies on a host of the site."""
        return self.is_own_host(urls.host_of(url))

    def is_own_host(self, host: str) -> bool:
        """Tell whether a host is one of the site's."""
        known = self._hosts.get(host)
        if known is None:
            if len(self._hosts) >= _MAX_HOSTS:
                self._hosts.clear()
            known = self._hosts[host] = self.config.is_own_host(host)
        return known

    def refusal(self, url: str, depth: int | None) -> str | None:
        """Say why an own URL is not crawled, null where it is."""
        if depth is not None and depth > self.config.limits.max_depth:
            return "limit-depth"
        if self.include and not any(fnmatch.fnmatchcase(url, pattern) for pattern in self.include):
            return "not-included"
        if any(fnmatch.fnmatchcase(url, pattern) for pattern in self.exclude):
            return "excluded"
        return None

    def family(self, url: str) -> Family | None:
        """Give the template of a URL that may be a trap, with its budget; null where nothing speaks for one.

        Numbers become ``:n``, and the values of parameters are left out. A million products under one path, or one
        parameter, are no trap; combinations of parameters, sessions, calendars and paths that repeat themselves may be.
        """
        parts = urls.split(url)
        names = sorted({pair.partition("=")[0].lower() for pair in parts.query.split("&") if pair})
        path = _DIGITS.sub(":n", parts.path)
        place = f"{parts.host}{path}"
        if _SESSION_PATH.search(parts.path) or SESSION_PARAMETERS.intersection(names):
            return Family(f"{parts.host} session-id", SESSION_BUDGET, "trap-session-id")
        if has_repeats(parts.path):
            return Family(f"{parts.host} repeating-path", REPEATING_BUDGET, "trap-repeating-path")
        if CALENDAR_PARAMETERS.intersection(names) or _CALENDAR_PATH.search(path):
            return Family(f"{place}?{'&'.join(names)}", CALENDAR_BUDGET, "trap-calendar")
        if len(names) >= _FACET_PARAMETERS:
            return Family(f"{place}?…", FACET_BUDGET, "trap-facets")
        if len(names) < _COMBINED:
            return None
        budget = max(LEAST_BUDGET, self.config.limits.max_pages // 5)
        return Family(f"{place}?{'&'.join(names)}", budget, "trap-template")


def has_repeats(path: str) -> bool:
    """Tell whether a path repeats itself as relative links gone wrong do: a run of segments three times in a row."""
    segments = [segment for segment in path.split("/") if segment]
    for size in range(1, len(segments) // _REPEATS + 1):
        for start in range(len(segments) - size * _REPEATS + 1):
            run = segments[start : start + size]
            if all(segments[start + size * i : start + size * (i + 1)] == run for i in range(1, _REPEATS)):
                return True
    return False
