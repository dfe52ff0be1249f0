"""How authority that backlinks bring flows through a site: where it stays, where it leaks, and where it stops.

Arriving: one unit, split over the pages that other sites link to by their referring domains. A page keeps 1 - d of what
it holds and hands d on, split over its links: x = a + d sum over links s->t of w_st x_s / W_s. What it hands to other
sites leaks, what it hands to nofollow links is lost, what it hands to nobody (no links) or what lies on a page that
answers with an error stops. Unlike PageRank nothing is handed out anew, so the parts sum to one. A redirect is a page
with one link. Pages that were not read are unknown: what reaches them is told apart. Stops where the L1 change is at
most 1e-12. Memory: 24 bytes a pair of pages that link, 40 a page.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
from numpy.typing import NDArray

from linkworthy.engine.embedded import Embedded
from linkworthy.errors import StageError
from linkworthy.graph.reading.site import FOLLOWED, WEIGHT

DAMPING = 0.85
TOLERANCE = 1e-12
MAX_ITERATIONS = 1_000
N_DOMAINS = 10

Vector = NDArray[np.float64]

_NODES = """
    create or replace temp table node as
    with own as (
        select url, case when state <> 'answered' then 'unknown' when coalesce(final_status, status) >= 400 then 'error'
            when redirect_url is not null then 'redirect' else 'page' end as kind, redirect_url,
            coalesce(is_nofollow, false) as is_nofollow
        from pages where is_own qualify row_number() over (partition by url order by kind) = 1),
    arriving as (select target_url as url, count(distinct source_domain) as n_domains from ({arriving})
        group by target_url)
    select (row_number() over (order by url) - 1)::bigint as id, url, coalesce(kind, 'unknown') as kind, redirect_url,
        coalesce(is_nofollow, false) as is_nofollow, coalesce(n_domains, 0)::bigint as n_domains
    from own full join arriving using (url)
"""
_ARRIVING = f"""
    select target_url, source_domain from link_index l
    where target_url is not null and not is_lead and {FOLLOWED} and lost_at is null
"""
_LINKS = f"""
    create or replace temp table handed as
    select s.id as source, t.id as target, case when t.id is not null then '' when l.is_internal then '?'
        else coalesce(l.target_domain, '?') end as away,
        {FOLLOWED} and not s.is_nofollow as is_followed, sum({{weight}})::double as weight
    from links l join node s on s.url = l.source_url and s.kind = 'page' left join node t on t.url = l.url
    where l.url is not null and l.url <> l.source_url
    group by all
    union all
    select s.id, t.id, case when t.id is not null then '' else '?' end, true, 1.0
    from node s left join node t on t.url = s.redirect_url where s.kind = 'redirect' and s.redirect_url <> s.url
"""


@dataclass(frozen=True, slots=True)
class PageFlow:
    """What one page does with the authority that reaches it; shares of all that arrives at the site."""

    url: str
    kind: str
    """page, redirect, error, or unknown: it was not read."""
    n_domains: int
    """Referring domains that link to it."""
    arrives: float
    """From other sites."""
    carries: float
    """From other sites and from own pages; a share that passes through several pages is carried by each."""
    stays: float
    leaks: float
    """To other sites by followed links."""
    nofollow: float
    stops: float
    """On an error, or on a page without links."""


@dataclass(frozen=True, slots=True)
class SiteFlow:
    """Where the authority that arrives at a site goes; the six shares sum to one."""

    n_domains: int
    """Referring domains of all pages, once a page."""
    stays: float
    leaks: float
    nofollow: float
    dead_ends: float
    errors: float
    unknown: float
    """Reaches own pages that were not read."""
    leaks_to: tuple[tuple[str, float], ...]
    """Other sites that get most of what leaks, and their shares."""
    pages: tuple[PageFlow, ...]
    """Those that lose most first."""


def site_flow(
    tables: Mapping[str, list[Path]], *, damping: float = DAMPING, is_weighted: bool = False, memory_bytes: int = 0
) -> SiteFlow:
    """Follow the authority that backlinks bring through a site's own pages.

    Links count by their region where ``is_weighted``. Raises: StageError where pages or backlinks are missing.
    """
    for needed, verb in (("links", "crawl"), ("link_index", "import")):
        if needed not in tables:
            raise StageError(f"no table {needed} yet; 'linkworthy {verb}' makes it")
    db = Embedded(memory_bytes=memory_bytes).connect(tables)
    db.execute(_NODES.format(arriving=_ARRIVING))
    db.execute(_LINKS.format(weight=WEIGHT if is_weighted else "1.0"))
    nodes = db.sql("select url, kind, n_domains from node order by id").fetchall()
    n_domains = np.array([row[2] for row in nodes], np.float64)
    if not n_domains.sum():
        raise StageError("no followed backlink leads to the site: nothing arrives that could flow")
    kinds = np.array([row[1] for row in nodes])
    arrives = n_domains / n_domains.sum()
    total = _by_page(db, "true", len(nodes))
    passing = np.isin(kinds, ("page", "redirect")) & (total > 0)
    carries = _carried(db, arrives, np.divide(damping, total, out=np.zeros(total.size), where=passing))
    per_weight = np.divide(damping * carries, total, out=np.zeros(total.size), where=passing)
    leaks, nofollow, unread = (
        per_weight * _by_page(db, where, len(nodes))
        for where in ("is_followed and away not in ('', '?')", "not is_followed", "is_followed and away = '?'")
    )
    is_page, is_error = np.isin(kinds, ("page", "redirect")), kinds == "error"
    stays = np.where(is_page, (1 - damping) * carries, 0.0)
    dead_ends = np.where(is_page & ~passing, damping * carries, 0.0)
    errors = np.where(is_error, carries, 0.0)
    unknown = float(unread.sum() + carries[kinds == "unknown"].sum())
    lost = leaks + nofollow + dead_ends + errors
    order = np.lexsort((np.arange(lost.size), -carries, -lost))
    return SiteFlow(
        n_domains=int(n_domains.sum()), stays=float(stays.sum()), leaks=float(leaks.sum()),
        nofollow=float(nofollow.sum()), dead_ends=float(dead_ends.sum()), errors=float(errors.sum()), unknown=unknown,
        leaks_to=_leaks_to(db, per_weight),
        pages=tuple(
            PageFlow(
                url=nodes[k][0], kind=nodes[k][1], n_domains=int(n_domains[k]), arrives=float(arrives[k]),
                carries=float(carries[k]), stays=float(stays[k]), leaks=float(leaks[k]), nofollow=float(nofollow[k]),
                stops=float(dead_ends[k] + errors[k]),
            )
            for k in order.tolist() if carries[k] > 0
        ),
    )  # fmt: skip


def _carried(db: duckdb.DuckDBPyConnection, arrives: Vector, by: Vector) -> Vector:
    edges = db.sql(
        "select source, target, weight from handed where is_followed and target is not null order by all"
    ).fetchnumpy()
    source, target = (np.asarray(edges[name], np.int64) for name in ("source", "target"))
    share = np.asarray(edges["weight"], np.float64) * by[source]
    x = arrives
    for _ in range(MAX_ITERATIONS):
        new = arrives + np.bincount(target, weights=x[source] * share, minlength=x.size)
        change, x = float(np.abs(new - x).sum()), new
        if change <= TOLERANCE:
            break
    return x


def _by_page(db: duckdb.DuckDBPyConnection, where: str, n: int) -> Vector:
    found = db.sql(f"select source, sum(weight) as weight from handed where {where} group by source").fetchnumpy()
    out = np.zeros(n)
    out[np.asarray(found["source"], np.int64)] = np.asarray(found["weight"], np.float64)
    return out


def _leaks_to(db: duckdb.DuckDBPyConnection, per_weight: Vector) -> tuple[tuple[str, float], ...]:
    rows: list[tuple[Any, ...]] = db.sql(
        "select away, source, weight from handed where is_followed and away not in ('', '?') order by away, source"
    ).fetchall()
    sums: dict[str, float] = {}
    for domain, source, weight in rows:
        sums[domain] = sums.get(domain, 0.0) + float(per_weight[source]) * weight
    return tuple(sorted(sums.items(), key=lambda pair: (-pair[1], pair[0]))[:N_DOMAINS])
