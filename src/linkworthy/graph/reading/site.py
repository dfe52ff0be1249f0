"""A site's own tables as links: between domains or hosts that link followed, or between its own pages."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from linkworthy.engine.embedded import Embedded
from linkworthy.errors import StageError
from linkworthy.graph.reading.named import NamedLinks
from linkworthy.graph.store import Kind

Level = Literal["domains", "hosts", "pages"]

SURFER: Mapping[str, float] = {
    "main": 1.0, "list": 0.6, "author": 0.4, "comment": 0.2, "header": 0.15, "nav": 0.15, "sidebar": 0.15,
    "footer": 0.1,
}  # fmt: skip
"""Our weights of a reasonable surfer: how likely a link in each region is followed. Nobody publishes true ones.

Source of the idea: US patent 7,716,225; the numbers are ours, and an unknown region counts as main text.
"""

FOLLOWED = "coalesce(not (l.is_nofollow or l.is_ugc or l.is_sponsored), true)"
"""A link ``l`` of links or link_index is followed, as far as anybody knows."""
_HOST = "regexp_extract({0}, '^[a-z]+://([^/:?#]+)', 1)"

_DOMAINS = f"""
    select source_domain as source, target_domain as target, 1 as weight from links l
    where {FOLLOWED} and target_domain is not null and not coalesce(is_hidden, false)
      and source_url not in (select url from pages where is_nofollow)
    union all
    select source_domain, regexp_replace({_HOST.format("target_url")}, '^www\\.', ''), 1 from link_index l
    where target_url is not null and not is_lead and {FOLLOWED} and lost_at is null
"""
_HOSTS = f"""
    select {_HOST.format("source_url")} as source, {_HOST.format("url")} as target, 1 as weight from links l
    where {FOLLOWED} and url like 'http%' and not coalesce(is_hidden, false)
      and source_url not in (select url from pages where is_nofollow)
    union all
    select source_host, {_HOST.format("target_url")}, 1 from link_index l
    where target_url is not null and not is_lead and {FOLLOWED} and lost_at is null
"""
WEIGHT = "case region " + " ".join(f"when '{name}' then {by}" for name, by in SURFER.items()) + " else 1.0 end"
"""The weight of a link by its region."""
_PAGES = f"""
    select l.source_url as source, l.url as target, {{0}} as weight
    from links l join (select url from pages where is_own and state = 'answered') s on s.url = l.source_url
    join (select url from pages where is_own and state = 'answered') t on t.url = l.url
    where {FOLLOWED} and l.source_url not in (select url from pages where is_nofollow)
    union all
    select h.source, h.target, 1.0 from (
      select url as source, redirect_url as target from pages where is_own and redirect_url is not null) h
    join (select url from pages where is_own and state = 'answered') t on t.url = h.target
"""


def links_of_site(
    tables: Mapping[str, list[Path]], level: Level, *, is_weighted: bool = False, own: str = "", identity: str = "",
    memory_bytes: int = 0,
) -> NamedLinks:  # fmt: skip
    """Read a snapshot's followed links: nofollow, ugc, sponsored, hidden and lost ones are left out.

    Of pages, repeated links add up, weighted by their region where ``is_weighted``.
    Raises: StageError where there are no links yet.
    """
    needed = "links" if level == "pages" else "links or link_index"
    if not any(name in tables for name in needed.split(" or ")):
        verb = "crawl" if level == "pages" else "import"
        raise StageError(f"no {needed} yet; 'linkworthy {verb}' makes them")
    db = Embedded(memory_bytes=memory_bytes).connect(tables)
    query = {"domains": _DOMAINS, "hosts": _HOSTS, "pages": _PAGES.format(WEIGHT if is_weighted else "1.0")}[level]
    kind: Kind = {"domains": "domain", "hosts": "host", "pages": "page"}[level]  # type: ignore[assignment]
    if level == "domains" and own:
        # An import names own pages; all own hosts are one node, the site's domain.
        query = query.replace(f"regexp_replace({_HOST.format('target_url')}, '^www\\.', '')", f"'{own}'")
    return NamedLinks(
        db, query, kind=kind, is_weighted=level == "pages", made_from=(f"{level} of the site",), identity=identity
    )
