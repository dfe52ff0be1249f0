"""Which domains of the link index are one owner's: those that share an identifier of analytics, ads or verification."""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa

from linkworthy.index.lookup import LinkIndex
from linkworthy.metrics.owners import MAX_DOMAINS


def register_owners(index: LinkIndex, domains: Sequence[str]) -> None:
    """Make the table ``domain_owner`` of those domains that share an owner with another one of them."""
    found = sorted(owners_of(index, domains).items())
    columns = {
        "domain": pa.array([domain for domain, _ in found], pa.string()),
        "owner": pa.array([owner for _, owner in found], pa.string()),
    }
    index.db.register("domain_owner", pa.table(columns))


def owners_of(index: LinkIndex, domains: Sequence[str]) -> dict[str, str]:
    """Give each domain that shares an identifier the first domain, in alphabetical order, of those that hang together.

    An identifier on more than 200 domains is a platform's and says nothing.
    """
    index.db.register("wanted", pa.table({"domain": pa.array(sorted(set(domains)), pa.string())}))
    held = index.all_rows(f"""
      select value, list_sort(list(distinct domain)) as domains
      from (select domain, unnest(owner_ids) as value from {index.rows("pages", domains=domains)}
        where domain in (select domain from wanted))
      group by value having count(distinct domain) between 2 and {MAX_DOMAINS["id"]} order by value""")
    leaders: dict[str, str] = {}

    def leader(domain: str) -> str:
        while (above := leaders.get(domain, domain)) != domain:
            domain = above
        return domain

    for row in held:
        first, *others = sorted({leader(domain) for domain in row["domains"]})
        for other in others:
            leaders[other] = first
    return {domain: leader(domain) for row in held for domain in row["domains"]}
