"""What belongs to the crawl: where a URL lies, depth, patterns, and which of its parameters count."""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Callable, Sequence

from linkworthy import urls
from linkworthy.crawl import traps
from linkworthy.errors import InputError
from linkworthy.site import SiteConfig

_MAX_HOSTS = 100_000
_ALL, _NONE, _TRACKING, _SESSIONS = "all", "none", "tracking", "sessions"

Test = Callable[[str], bool]


class Scope:
    """Decides by URL alone, so that the order of discovery does not matter."""

    def __init__(self, config: SiteConfig) -> None:
        """Read the settings.

        Raises: InputError where a pattern is no regular expression.
        """
        self.config = config
        self.settings = config.scope
        self._hosts: dict[str, bool] = {}
        self._inside: dict[str, bool] = {}
        start = urls.split(config.url)
        self._start_host = start.host
        self._folder = start.path[: start.path.rindex("/") + 1] if config.scope.within == "folder" else ""
        self._include = any_of(config.scope.include, "include")
        self._exclude = any_of(config.scope.exclude, "exclude")
        self._drops = _dropped(config.scope.drop_parameters, config.scope.keep_parameters)

    def __reduce__(self) -> tuple[type[Scope], tuple[SiteConfig]]:
        """Travel between processes as the settings alone."""
        return Scope, (self.config,)

    def is_own(self, url: str) -> bool:
        """Tell whether a URL lies on a host of the site."""
        return self.is_own_host(urls.host_of(url))

    def is_own_host(self, host: str) -> bool:
        """Tell whether a host is one of the site's."""
        return _remembered(self._hosts, host, self.config.is_own_host)

    def is_inside(self, url: str, host: str | None = None) -> bool:
        """Tell whether a URL lies where the crawl goes; what lies elsewhere is checked as external links are."""
        if not _remembered(self._inside, urls.host_of(url) if host is None else host, self._is_inside_host):
            return False
        return not self._folder or urls.split(url).path.startswith(self._folder)

    def _is_inside_host(self, host: str) -> bool:
        within = self.settings.within
        if within in {"folder", "host"}:
            return host == self._start_host
        if within == "domain":
            domain = urls.registrable_domain(self._start_host)
            return host in {self._start_host, domain, f"www.{domain}"}
        if within == "subdomains":
            return urls.registrable_domain(host) == urls.registrable_domain(self._start_host)
        return self.is_own_host(host)

    def refusal(self, url: str, depth: int | None, *, is_given: bool = False) -> str | None:
        """Say why an own URL is not crawled, null where it is; patterns do not touch what the user gave by name."""
        if depth is not None and depth > self.config.limits.max_depth:
            return "limit-depth"
        if self.cleaned(url) != url:
            return "dropped-parameters"
        if is_given:
            return None
        if self._include is not None and not self._include(url):
            return "not-included"
        if self._exclude is not None and self._exclude(url):
            return "excluded"
        return None

    def cleaned(self, url: str) -> str:
        """Take off the parameters that the settings drop."""
        if self._drops is None:
            return url
        head, mark, query = url.partition("?")
        if not mark:
            return url
        kept = [pair for pair in query.split("&") if not self._drops(pair.partition("=")[0].lower())]
        return f"{head}?{'&'.join(kept)}" if kept else head

    def family(self, url: str) -> traps.Family | None:
        """Give the template of a URL that may be a trap, with its budget; null where nothing speaks for one."""
        return traps.family(url, self.config.limits.max_pages)


def any_of(patterns: Sequence[str], where: str) -> Test | None:
    """Give the test whether a URL matches one of these patterns, null where there are none.

    Raises: InputError where one is no regular expression.
    """
    if not patterns:
        return None
    tests = [_test(pattern, where) for pattern in patterns]
    return lambda url: any(test(url) for test in tests)


def _test(pattern: str, where: str) -> Test:
    if pattern.startswith("re:"):
        try:
            found = re.compile(pattern.removeprefix("re:"))
        except re.error as fault:
            raise InputError(f"{where}: {pattern!r} is no regular expression: {fault}") from None
        return lambda url: found.search(url) is not None
    shell = re.compile(fnmatch.translate(pattern))
    if pattern.startswith("/"):
        return lambda url: shell.match(url[url.index("/", len("https:/") + 1) :]) is not None
    return lambda url: shell.match(url) is not None


def _dropped(drop: Sequence[str], keep: Sequence[str]) -> Test | None:
    """Give the test whether a parameter is taken off, null where none is."""
    dropped = [name.lower() for name in drop if name != _NONE]
    kept = [name.lower() for name in keep if name != _NONE]
    if kept and not drop:
        dropped = [_ALL]
    if not dropped:
        return None

    def test(name: str) -> bool:
        return _is_named(name, dropped) and not _is_named(name, kept)

    return test


def _is_named(name: str, patterns: Sequence[str]) -> bool:
    for pattern in patterns:
        if pattern == _ALL or fnmatch.fnmatchcase(name, pattern):
            return True
        if pattern == _TRACKING and urls.is_tracking(name):
            return True
        if pattern == _SESSIONS and name in traps.SESSION_PARAMETERS:
            return True
    return False


def _remembered(known: dict[str, bool], host: str, decide: Test) -> bool:
    answer = known.get(host)
    if answer is None:
        if len(known) >= _MAX_HOSTS:
            known.clear()
        answer = known[host] = decide(host)
    return answer
