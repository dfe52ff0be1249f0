"""Delays that the user set for single hosts: one server may be asked more gently than all others, or less so."""

from __future__ import annotations

import math
from collections.abc import Iterable

from linkworthy import urls
from linkworthy.errors import InputError
from linkworthy.fetch.outgoing import pairs


class HostDelays:
    """Least seconds between two request starts, host by host; the longest pattern that fits a host counts."""

    def __init__(self, entries: Iterable[str], default_s: float) -> None:
        """Read HOST=SECONDS; ``*.example`` stands for all hosts below it.

        Raises: InputError where a host or a number cannot be read.
        """
        self._default_s = default_s
        self._named = dict(_read(host, text) for host, text in pairs(entries, "host_delays"))

    def of(self, host: str) -> float:
        """Give the seconds for a host."""
        if not self._named:
            return self._default_s
        found = self._named.get(host)
        rest = host
        while found is None and rest:
            _, _, rest = rest.partition(".")
            found = self._named.get(f"*.{rest}")
        return self._default_s if found is None else found


def _read(host: str, text: str) -> tuple[str, float]:
    wild, bare = ("*.", host[2:]) if host.startswith("*.") else ("", host)
    url = urls.normalise(f"http://{bare}/")
    if url is None or not urls.host_of(url):
        raise InputError(f"host_delays: {host!r} is no host name")
    try:
        seconds = float(text)
    except ValueError:
        seconds = math.nan
    if not 0 <= seconds < math.inf:
        raise InputError(f"host_delays: {text!r} for {host} is no number of seconds")
    return wild + urls.host_of(url), seconds
