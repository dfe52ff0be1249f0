"""The section ``[referrers]`` of ``site.toml``: which referrers in access logs are spam, and which are pages."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from linkworthy import urls
from linkworthy.errors import InputError


@dataclass(frozen=True, slots=True, kw_only=True)
class Referrers:
    """The owner's own word on referrers in access logs, before any list; a name stands for all hosts below it.

    Files that were imported before keep what was told then: import them again.
    """

    spam: tuple[str, ...] = ()
    """Hosts whose visits are referrer spam: counted apart, and never taken for a page that links."""
    pages: tuple[str, ...] = ()
    """Hosts whose visits come by links, whatever the lists of spam, search, mail and advertising say."""

    def as_hosts(self, where: str) -> Referrers:
        """Bring all names to bare hosts, however they are spelled.

        Raises: InputError for a name that is no host.
        """
        return Referrers(spam=_hosts(self.spam, "spam", where), pages=_hosts(self.pages, "pages", where))


def _hosts(names: Iterable[str], key: str, where: str) -> tuple[str, ...]:
    out: list[str] = []
    for name in names:
        bare = name.strip().removeprefix("*.")
        url = urls.normalise(bare if "://" in bare else f"http://{bare}/")
        if url is None or "*" in url:
            raise InputError(f"{where}: [referrers]: {key}: {name!r} is no host")
        out.append(urls.host_of(url))
    return tuple(out)
