"""Where pages lead by redirects, as they answered: evidence that two addresses are one link's."""

from __future__ import annotations

import duckdb

from linkworthy import urls
from linkworthy.index.statements import REDIRECTED
from linkworthy.site import SiteConfig

_AT_ONCE = 10_000


def redirected(db: duckdb.DuckDBPyConnection, config: SiteConfig) -> dict[str, str]:
    """Give the page key that each redirecting page leads to, where it stays on its domain or on the own site.

    A page that has moved to another domain is another linking page: it counts for another referring domain.
    """
    out: dict[str, str] = {}
    cursor = db.execute(REDIRECTED)
    while some := cursor.fetchmany(_AT_ONCE):
        for first, last in some:
            hosts = urls.host_of(first), urls.host_of(last)
            is_own = all(config.is_own_host(host) for host in hosts)
            if is_own or urls.registrable_domain(hosts[0]) == urls.registrable_domain(hosts[1]):
                keys = urls.page_key(first), urls.page_key(last)
                if keys[0] != keys[1]:
                    out[keys[0]] = keys[1]
    return out
