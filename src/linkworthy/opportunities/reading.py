"""What was read of strangers' sites, brought together by domain: kind, relevance, links to competitors and to us."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import duckdb

from linkworthy.metrics.topics import Profile, make_profile, relevance, stems
from linkworthy.site import SiteConfig

_PAGES = """
select distinct on (url) url, domain, title, page_kind, engine, n_comments, has_comment_form, has_registration,
  has_submission, published_at, modified_at, n_external_domains, n_external_links, n_external_followed, n_links
from pages
where not is_own and role in ('linking', 'prospect') and state = 'answered' and status = 200 and is_html
order by url, fetched_at desc"""
_TEXT = """
select url, string_agg(text, ' ' order by n) as text from (
  select distinct on (url, n) url, n, text from blocks where region in ('main', 'comment', 'author', 'list')
  order by url, n)
group by url order by url"""
_COMPETING = """
select source_domain, list_sort(list(distinct target_domain)) as competitors,
  avg((not (is_nofollow or is_ugc or is_sponsored))::int) as followed_share
from links where list_contains(?, target_domain) and source_domain <> target_domain group by source_domain"""
_REPORTED = """
select source_domain, list_sort(list(distinct rival_domain)) as competitors
from observations where rival_domain is not null group by source_domain"""
_LINKING = "select distinct source_domain from backlinks where state in ('live', 'could not check')"
_HARMFUL = """
select distinct source_domain from verdicts
where verdict = 'disavow' or list_has_any(kinds, ['network', 'automated', 'sitewide'])"""


@dataclass(slots=True)
class ReadSite:
    """One stranger's site as far as it was read."""

    domain: str
    pages: list[dict[str, Any]] = field(default_factory=list)
    relevance: float | None = None
    """Of its most relevant page, 0..1."""
    best_url: str = ""
    best_title: str | None = None
    competitors: tuple[str, ...] = ()
    links_to_us: bool = False
    is_harmful: bool = False
    is_followed: bool | None = None
    """External links on its pages are mostly followed."""
    last_active_at: datetime | None = None

    def kinds(self) -> set[str]:
        """Give the page kinds seen."""
        return {str(page["page_kind"]) for page in self.pages}

    def engines(self) -> set[str]:
        """Give the software seen."""
        return {str(page["engine"]) for page in self.pages if page["engine"]}

    def any(self, column: str) -> bool:
        """Tell whether a column is true on any page read."""
        return any(bool(page[column]) for page in self.pages)

    def page_with(self, column: str) -> dict[str, Any]:
        """Give the first page on which a column is true, else the first page."""
        return next((page for page in self.pages if page[column]), self.pages[0])


def read_sites(db: duckdb.DuckDBPyConnection, config: SiteConfig) -> dict[str, ReadSite]:
    """Bring together what was read of each stranger's site, in the order of the domains."""
    profile = owner_profile(db, config)
    scores = {url: relevance(profile, counts) for url, counts in _texts(db, _TEXT)}
    sites: dict[str, ReadSite] = {}
    for page in rows(db, _PAGES):
        site = sites.setdefault(page["domain"], ReadSite(page["domain"]))
        site.pages.append(page)
        score = scores.get(page["url"])
        if not site.best_url or (
            score is not None and score > (site.relevance if site.relevance is not None else -1.0)
        ):
            site.relevance, site.best_url, site.best_title = score, page["url"], page["title"]
        dates = [at for at in (page["published_at"], page["modified_at"], site.last_active_at) if at is not None]
        site.last_active_at = max(dates, default=None)
    _add_links(db, config, sites)
    return dict(sorted(sites.items()))


def owner_profile(db: duckdb.DuckDBPyConnection, config: SiteConfig) -> Profile:
    """Build the owner's topic profile from the main text of own pages and from what the owner states."""
    own = _texts(
        db,
        """
        select url, string_agg(text, ' ' order by n) as text from blocks
        where region = 'main' and url in (select url from pages where is_own and status = 200)
        group by url order by url""",
    )
    return make_profile((counts for _url, counts in own), (*config.topics, *config.keywords))


def _add_links(db: duckdb.DuckDBPyConnection, config: SiteConfig, sites: dict[str, ReadSite]) -> None:
    competing = rows(db, _COMPETING, [sorted(config.rival_domains)]) + rows(db, _REPORTED)
    for row in competing:
        if row["source_domain"] in sites:
            site = sites[row["source_domain"]]
            site.competitors = tuple(sorted({*site.competitors, *row["competitors"]}))
    for (domain,) in db.execute(_LINKING).fetchall():
        if domain in sites:
            sites[domain].links_to_us = True
    for (domain,) in db.execute(_HARMFUL).fetchall():
        if domain in sites:
            sites[domain].is_harmful = True
    for site in sites.values():
        total = sum(page["n_external_links"] or 0 for page in site.pages)
        followed = sum(page["n_external_followed"] or 0 for page in site.pages)
        site.is_followed = followed / total >= 0.5 if total else None


def _texts(db: duckdb.DuckDBPyConnection, query: str) -> Iterator[tuple[str, Counter[str]]]:
    cursor = db.cursor()
    cursor.execute(query)
    while batch := cursor.fetchmany(500):
        for url, text in batch:
            yield url, Counter(stems(text or ""))


def rows(db: duckdb.DuckDBPyConnection, query: str, values: list[Any] | None = None) -> list[dict[str, Any]]:
    """Answer a query as a list of rows."""
    return list(db.sql(query, params=values or None).to_arrow_table().to_pylist())
