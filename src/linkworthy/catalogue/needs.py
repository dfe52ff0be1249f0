"""What a rule may need: tables and means, what each is called where it is missing, and how its presence is told."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import duckdb

from linkworthy.site import Run
from linkworthy.tables import TABLES


@dataclass(frozen=True, slots=True)
class Need:
    """One thing that rules need. It is there if its table was written, or if its query finds a row."""

    words: str
    """What to get, and how."""
    sql: str = ""
    """A query that gives a row where it is there; empty: the table of its name was written."""
    columns: tuple[str, ...] = ()
    """Columns of ``pages`` that the query reads: without them it is missing."""


NEEDS = {
    "pages": Need("a crawl of the site: linkworthy crawl"),
    "links": Need("a crawl of the site: linkworthy crawl"),
    "page_metrics": Need("the metrics of own pages"),
    "page_parts": Need("the metrics of own pages"),
    "redirects": Need("the metrics of redirects"),
    "targets": Need("the metrics of linked pages"),
    "link_index": Need("backlinks: import link data first"),
    "probes": Need("the crawl's probes"),
    "robots": Need("robots.txt, which was not asked for"),
    "sitemap_urls": Need("sitemaps, which were not asked for"),
    "images": Need("images, which the crawl did not keep"),
    "resources": Need("resources, which the crawl did not keep"),
    "structured": Need("structured data, which the crawl did not keep"),
    "blocks": Need("the text of pages, which the crawl did not keep"),
    "visits": Need("visits: import an access log"),
    "bots": Need("requests by bots: import an access log", "select 1 from visits where n_bots > 0 limit 1"),
    "search": Need(
        "Search Console: import its export of pages",
        "select 1 from page_reports where is_own and impressions is not null limit 1",
    ),
    "queries": Need(
        "search queries with their pages: import Search Console data by query and page",
        "select 1 from keyword_reports where url is not null limit 1",
    ),
    "other_sites": Need(
        "pages of other sites: linkworthy verify", "select 1 from pages where not is_own and is_html limit 1"
    ),
    "files": Need(
        "the answers of images, scripts and style sheets: crawl with scope.resources",
        "select 1 from pages where role = 'resource' limit 1",
    ),
    "browser": Need(
        "a browser: linkworthy lab, or crawl with --render",
        "select 1 from pages where is_rendered union all select 1 from lab_pages where state = 'measured' limit 1",
        columns=("is_rendered",),
    ),
    "spider": Need(
        "a crawl that follows links from the start page: linkworthy crawl without --list",
        "select 1 where not exists (select 1 from pages where is_own and found_by = 'list')",
    ),
    "page_changes": Need("an earlier crawl of the site to compare with"),
    "structured_checks": Need("the check of structured data"),
    "measured_load": Need(
        "a browser: linkworthy lab measures page load on a desktop and a phone",
        "select 1 from lab_pages where state = 'measured' limit 1",
    ),
    "accessibility": Need(
        "a browser: linkworthy lab tests accessibility",
        "select 1 from lab_pages where access_score is not null limit 1",
    ),
    "load_audits": Need("Lighthouse's audits of page load, which the lab does not carry out"),
    "shown": Need("what is hidden, drawn by styles or loaded by scrolling, which rendering does not keep"),
    "analytics": Need("an analytics export: sessions and bounces by landing page"),
    "inspections": Need("Google's URL inspection: verdict and chosen canonical of each URL"),
    "certificates": Need("dates and protocols of certificates, which fetching does not keep"),
    "site_files": Need("llms.txt, security.txt and ads.txt, which are not asked for"),
    "second_look": Need("a second request for the same page under another agent or at another time"),
    "dictionaries": Need("a dictionary and grammar for the language of the page"),
    "meaning": Need("a model of meaning over the pages' texts"),
    "spam_list": Need("a list of domains known for spam or malware"),
    "money_pages": Need("the pages that earn money, named in site.toml"),
    "facts": Need("a comparison of facts in structured data over pages and with what is shown"),
    "listings": Need("what directories say of name, address and telephone"),
    "image_sitemaps": Need("images named in sitemaps, which the reader of sitemaps leaves out"),
    "bot_addresses": Need("the addresses of bots, which the reader of logs does not keep"),
    "amp": Need("AMP pages and their links, which the parser does not tell yet"),
}
"""Everything that a rule or relation may need, by its name."""


def missing(run: Run, db: duckdb.DuckDBPyConnection, names: Iterable[str]) -> list[str]:
    """Give those of the needs that are not met."""
    return [name for name in dict.fromkeys(names) if not _is_met(run, db, name)]


def _is_met(run: Run, db: duckdb.DuckDBPyConnection, name: str) -> bool:
    need = NEEDS[name]
    if not need.sql:
        return name in TABLES and run.has(name)
    if not set(need.columns) <= set(TABLES["pages"].names):
        return False
    return bool(db.sql(need.sql).fetchall())
