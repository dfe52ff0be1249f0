"""Shows each captured page once: an archive that was imported and a fetch of today may hold the same page."""

from __future__ import annotations

from collections.abc import Container

import duckdb

ONCE = """qualify row_number() over (
    partition by url order by state = 'answered' desc, fetched_at desc, found_by = 'archive', found_by, role) = 1"""
"""The newest answer of a URL; of two that are equally new the fetched one, which knows depth and robots.txt."""

_REPEATED = """
create or replace temp table repeated as
select url from memory.main.pages where role <> 'probe' group by url having count(*) > 1
"""
_CAPTURE = """
create or replace temp table last_capture as
select source_url, arg_max(capture, (captured_at, capture)) as capture from memory.main.links
where source_url in (select url from repeated) group by source_url
"""
_VIEWS = {
    "pages": f"select * from memory.main.pages where role <> 'probe' {ONCE}",
    "links": """
        select l.* from memory.main.links l left join last_capture c using (source_url)
        where c.source_url is null or l.capture = c.capture""",
}
_NAMELESS = ("blocks", "images", "resources", "structured")
"""Tables that do not name their capture: the first row of each number stands."""


def show_once(db: duckdb.DuckDBPyConnection, written: Container[str]) -> None:
    """Let ``pages``, ``links`` and what pages hold stand for one capture of each page, as far as they are written.

    Where no page was captured twice, the tables are left as they are.
    """
    if "pages" not in written:
        return
    db.execute(_REPEATED)
    if not db.sql("select url from repeated limit 1").fetchall():
        return
    if "links" in written:
        db.execute(_CAPTURE)
    for name, sql in _VIEWS.items():
        if name in written:
            db.execute(f"create or replace temp view {name} as {sql}")
    for name in _NAMELESS:
        if name in written:
            db.execute(
                f"create or replace temp view {name} as "
                f"select * from memory.main.{name} where url not in (select url from repeated) union all "
                f"select distinct on (url, n) * from memory.main.{name} where url in (select url from repeated)"
            )
