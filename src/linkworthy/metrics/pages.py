"""The stage that measures the own site: ``page_metrics``, ``page_parts``, ``redirects`` and what rests on them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import duckdb
import pyarrow as pa

from linkworthy.engine.embedded import Embedded
from linkworthy.engine.progress import Progress
from linkworthy.metrics.canonicals import open_canonicals
from linkworthy.metrics.changes import earlier_crawl, open_changes
from linkworthy.metrics.index_status import open_index_status
from linkworthy.metrics.newest import show_once
from linkworthy.metrics.own import open_own, scalar
from linkworthy.metrics.page_parts import open_page_parts, page_parts_sql
from linkworthy.metrics.redirects import open_home, open_redirects, redirects_sql
from linkworthy.metrics.structured import structured_checks
from linkworthy.metrics.suggestions import open_suggestions
from linkworthy.metrics.targets import open_backing, open_linked, targets_sql
from linkworthy.metrics.variants import open_variants
from linkworthy.site import Run, SiteConfig

GROUP = "metrics"
_STEPS = 6


def measure_site(run: Run, config: SiteConfig, engine: Embedded, progress: Progress) -> dict[str, Any]:
    """Measure own pages, their redirects, duplicates and linked targets; gives the number of rows of each table."""
    # Most verbs must not pay for numba.
    from linkworthy.metrics import duplicates  # noqa: PLC0415
    from linkworthy.metrics.link_score import open_link_score  # noqa: PLC0415
    from linkworthy.metrics.own_links import count_own_links, read_own_links  # noqa: PLC0415

    progress.start("metrics of own pages", _STEPS)
    with engine.connect(run.tables()) as db:
        show_once(db, run.tables())
        open_own(db, config)
        open_linked(db, has_links=run.has("link_index"), has_checks=run.has("checks"), has_visits=run.has("visits"))
        open_redirects(db)
        open_home(db, config.url)
        open_backing(db)
        open_canonicals(db)
        open_index_status(db)
        links = read_own_links(db)
        count_own_links(db, links)
        db.execute(f"create or replace temp table redirect as {redirects_sql()}")
        progress.update(1, _STEPS, "links and redirects")
        open_variants(db)
        progress.update(2, _STEPS, "canonicals and variants")
        open_link_score(db, engine, links)
        del links
        progress.update(3, _STEPS, "link score")
        corpus = duplicates.open_duplicates(db, config.duplicates, run.folder)
        progress.update(4, _STEPS, "duplicates")
        db.execute(f"create or replace temp table page_metric as {page_metrics_sql()}")
        open_suggestions(db)
        earlier = earlier_crawl(run)
        if earlier:
            open_changes(db, earlier)
        open_page_parts(db, has_blocks=run.has("blocks"), has_resources=run.has("resources"))
        progress.update(5, _STEPS, "suggestions")
        facts = {
            "n_own_pages": scalar(db, "select count(*) from own_page"),
            "page_metrics": _write(run, db, "page_metrics", "select * from page_metric order by url"),
            "page_parts": _write(run, db, "page_parts", f"{page_parts_sql()} order by p.url"),
            "redirects": _write(run, db, "redirects", "select * from redirect order by url"),
            "targets": _write(run, db, "targets", targets_sql()),
            "near_duplicates": _write(run, db, "near_duplicates", duplicates.NEAR_DUPLICATES),
        }
        if run.has("structured"):
            facts["structured_checks"] = _write_all(run, "structured_checks", structured_checks(db))
        if earlier:
            facts["page_changes"] = _write(run, db, "page_changes", "select * from page_change order by url")
        with corpus:
            facts["duplicates"] = _write_all(run, "duplicates", duplicates.passages(db, corpus))
    progress.finish(f"{facts['page_metrics']} own pages")
    return facts


def page_metrics_sql() -> str:
    """Give the query that fills table ``page_metrics``, one row for each own page."""
    return f"""
        with {_twins("title")}, {_twins("description")}, {_twins("h1")}, {_twins("main_hash")}
        select p.url, x.is_indexable, x.index_reason, x.unavailable_at, coalesce(i.n_inlinks, 0)::int as n_inlinks,
            coalesce(i.n_inlinking_pages, 0)::int as n_inlinking_pages, coalesce(i.n_followed_inlinks,
                0)::int as n_followed_inlinks,
            coalesce(o.n_links_to_errors, 0)::int as n_links_to_errors,
            coalesce(o.n_links_to_redirects, 0)::int as n_links_to_redirects, s.score as link_score,
            if(known.has_sitemap, p.url in (select url from sitemap_page), null) as in_sitemap,
            c.state as canonical_state, if(c.state in ('self', 'none'), null,
                c.target_status)::smallint as canonical_status,
            {_n_twins("title")} as title_twins, {_n_twins("description")} as description_twins,
                {_n_twins("h1")} as h1_twins,
            {_n_twins("main_hash")} as content_twins, v.variant_of, v.variant_kind,
            t.duplicate_share, t.common_share, t.unique_share, t.nearest_url, t.nearest_share,
            t.near_duplicate_url, t.near_duplicate_share, t.n_near_duplicates, t.cluster_url,
            if(known.has_links, coalesce(b.n_links, 0), null)::int as n_backlinks,
            if(known.has_links, coalesce(b.n_domains, 0), null)::int as n_referring_domains,
            if(known.has_visits, coalesce(b.n_visits, 0), null)::bigint as n_visits
        from own_page p cross join known left join index_status x using (url) left join inlink_count i using (url)
            left join page_links o using (url) left join link_score s using (url) left join canonical c using (url)
            left join variant v using (url) left join text_share t using (url) left join backing b using (url)
            left join title_group on title_group.key = {_key("title")}
            left join description_group on description_group.key = {_key("description")}
            left join h1_group on h1_group.key = {_key("h1")}
            left join main_hash_group on main_hash_group.key = {_key("main_hash")}
    """


def _key(column: str) -> str:
    return f"p.{column}" if column == "main_hash" else f"lower(p.{column})"


def _twins(column: str) -> str:
    """Count indexable pages for each value of a column, each page under one address."""
    return f"""{column}_group as (
        select {_key(column)} as key, count(*) as n
        from own_page p join index_status x using (url) anti join variant v using (url)
        where x.is_indexable and p.{column} is not null and p.{column}::varchar <> '' group by key)"""


def _n_twins(column: str) -> str:
    itself = f"if(x.is_indexable and v.url is null and {column}_group.n is not null, 1, 0)"
    return f"(coalesce({column}_group.n, 0) - {itself})::int"


def _write(run: Run, db: duckdb.DuckDBPyConnection, table: str, sql: str) -> int:
    """Write a query's answer as parts of bounded size."""
    return _write_all(run, table, db.sql(sql).to_arrow_reader(500_000))


def _write_all(run: Run, table: str, batches: Iterable[Any]) -> int:
    n_rows = n = 0
    for n, batch in enumerate(batches, 1):
        n_rows += run.write(table, GROUP, batch, n - 1)
    if n == 0:
        run.write(table, GROUP, pa.table({}), 0)
    run.discard(table, GROUP, max(n, 1))
    return n_rows
