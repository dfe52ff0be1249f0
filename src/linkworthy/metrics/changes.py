"""What is not as the crawl before found it: table ``page_changes``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import duckdb

from linkworthy.engine.embedded import open_view
from linkworthy.metrics.newest import ONCE
from linkworthy.metrics.own import scalar
from linkworthy.site import Run, snapshots
from linkworthy.tables import TABLES

MAX_SNAPSHOTS = 1_000
"""Snapshots that are looked at for an earlier crawl."""
_PLAIN = (
    "status", "redirect_url", "canonical_url", "title", "description", "h1", "main_hash", "n_main_words", "n_words",
    "depth", "n_internal_links", "n_external_links",
)  # fmt: skip
_REACHED = ("depth", "n_inlinks", "n_inlinking_pages")
"""What a crawl of a part of the site tells otherwise although nothing has changed."""
IS_PART = """
select coalesce(bool_or(found_by = 'list' or (state = 'skipped' and starts_with(fault, 'limit-'))), false)
from {} where is_own"""
"""Tells of a table of pages whether its crawl read a list, or stopped at a limit: what it lacks need not be gone."""
_COUNTED = ("is_indexable", "index_reason", "n_inlinks", "n_inlinking_pages")


def earlier_crawl(run: Run) -> dict[str, list[Path]]:
    """Give the tables of the newest measured snapshot whose own pages are others than those of this run, else nothing.

    Snapshots between that only checked links or judged anew hold the same pages, and are passed over.
    """
    now, snapshot = _crawled(run.files("pages")), run.base
    for _ in range(MAX_SNAPSHOTS):
        if snapshot is None:
            break
        if snapshot.has("pages") and snapshot.has("page_metrics") and _crawled(snapshot.files("pages")) != now:
            names = ("pages", "page_metrics", "links")
            return {name: snapshot.files(name) for name in names if snapshot.has(name)}
        home = snapshot.folder.parent
        snapshot = snapshots.read(home / snapshot.base) if snapshot.base and (home / snapshot.base).is_dir() else None
    return {}


def _crawled(files: Sequence[Path]) -> set[Path]:
    """Give the parts that hold own pages: those of other sites are read by other stages."""
    return {path for path in files if path.name.split(".")[1] not in {"verify", "scout"}}


def open_changes(db: duckdb.DuckDBPyConnection, earlier: Mapping[str, Sequence[Path]]) -> None:
    """Make the temporary table ``page_change`` out of the tables of now and those of the crawl before.

    A page that both crawls asked for and that differs in a column is changed; one that only one of them knows is added
    or removed, and null where the other crawl was of a part of the site. Depths and internal links to a page are
    compared between whole crawls alone. Links are counted with one pass over them on either side.
    """
    for name, files in earlier.items():
        open_view(db, f"old_{name}", files)
    if "links" not in earlier:
        db.register("old_links", TABLES["links"].schema.empty_table())
    db.execute(f"create or replace temp table page_then as {_state('old_pages', 'old_page_metrics', 'old_links')}")
    db.execute(f"create or replace temp table page_now as {_state('pages', 'page_metric', 'links')}")
    names = [column.name.removeprefix("old_") for column in TABLES["page_changes"].columns if column.name[:4] == "old_"]
    was_part, is_part = (bool(scalar(db, IS_PART.format(name))) for name in ("old_pages", "pages"))
    for side in ("page_then", "page_now") if was_part or is_part else ():
        db.execute(f"update {side} set {', '.join(f'{name} = null' for name in _REACHED)}")
    columns = ", ".join(f"o.{name} as old_{name}, n.{name} as new_{name}" for name in names)
    differs = " or ".join(f"o.{name} is distinct from n.{name}" for name in names)
    db.execute(f"""
        create or replace temp table page_change as
        select coalesce(n.url, o.url) as url,
            case when o.url is null then if({was_part}, null, 'added')
                when n.url is null then if({is_part}, null, 'removed') else 'changed' end as change,
            {columns}
        from page_then o full join page_now n on n.url = o.url where o.url is null or n.url is null or {differs}
    """)


def _state(pages: str, metrics: str, links: str) -> str:
    """Give the query for what a crawl knew of each own page that it asked for."""
    return f"""
        with own as (select * from {pages} where is_own and role <> 'probe' and state <> 'skipped' {ONCE}),
        target as (
            select source_url as url, count(distinct url) filter (is_internal) as n_internal_targets,
                count(distinct url) filter (not is_internal) as n_external_targets
            from {links} where source_url in (select url from own) group by source_url)
        select p.url, {", ".join(f"p.{name}" for name in _PLAIN)}, {", ".join(f"m.{name}" for name in _COUNTED)},
            list_sort(list_distinct(p.schema_types)) as schema_types,
            coalesce(t.n_internal_targets, 0)::int as n_internal_targets,
            coalesce(t.n_external_targets, 0)::int as n_external_targets
        from own p left join {metrics} m using (url) left join target t using (url)
    """
