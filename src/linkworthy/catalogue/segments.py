"""Segments: parts of the site that the owner names in ``rules.toml``, so that findings can be read part by part.

::

    [segments]
    shop = "/shop/*"                                  a shell pattern over the path, or over the URL
    dated = "re:/20[0-9]{2}/"                         a regular expression found in the URL
    products = "sql: page_kind = 'product'"           a SQL predicate over own pages
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path

import duckdb

from linkworthy.catalogue.adjusted import FILE
from linkworthy.catalogue.page_relations import own_pages
from linkworthy.catalogue.relation import PATH
from linkworthy.engine.embedded import Embedded, quoted
from linkworthy.errors import InputError
from linkworthy.site import Run

GROUP = "segments"
_NAME = re.compile(r"[\w][\w .-]{0,60}")


def read_segments(folder: Path) -> dict[str, str]:
    """Give the segments of a site folder: name and SQL predicate over own pages; none without that part of the file.

    Raises: InputError naming the file, the segment and what is wrong with it.
    """
    path = folder / FILE
    if not path.is_file():
        return {}
    try:
        said = tomllib.loads(path.read_text(encoding="utf-8")).get("segments", {})
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as fault:
        raise InputError(f"{path}: {fault}") from None
    if not isinstance(said, dict):
        raise InputError(f'{path}: [segments] names patterns, as shop = "/shop/*"')
    for name, pattern in said.items():
        if not _NAME.fullmatch(name) or not isinstance(pattern, str) or not pattern.strip():
            raise InputError(f"{path}: [segments] {name}: a name of letters and digits, and a pattern as text")
    found = {name: predicate_of(pattern) for name, pattern in said.items()}
    _check(found, path)
    return found


def predicate_of(pattern: str) -> str:
    """Give the SQL predicate over own pages that a pattern means."""
    if pattern.startswith("sql:"):
        return f"({pattern.removeprefix('sql:').strip()})"
    if pattern.startswith("re:"):
        return f"regexp_matches(url, {quoted(pattern.removeprefix('re:'))})"
    shell = "".join({"*": ".*", "?": "."}.get(sign) or re.escape(sign) for sign in pattern)
    return f"regexp_full_match({PATH.format('url') if pattern.startswith('/') else 'url'}, {quoted(shell)})"


def write_segments(run: Run, engine: Embedded, segments: Mapping[str, str]) -> int:
    """Write ``segments``, a row for each segment of each own page; gives the number of rows."""
    if not segments:
        return run.write("segments", GROUP, [])
    parts = (
        f"select {quoted(name)} as segment, url from own where coalesce({predicate}, false)"
        for name, predicate in segments.items()
    )
    with engine.connect(run.tables()) as db:
        rows = db.sql(
            f"with own as materialized ({own_pages()}) {' union all '.join(parts)} order by 1, 2"
        ).to_arrow_table()
    return run.write("segments", GROUP, rows)


def _check(segments: Mapping[str, str], path: Path) -> None:
    """Bind every predicate to own pages, without any row."""
    with Embedded(workers=1).connect({}) as db:
        for name, predicate in segments.items():
            try:
                db.sql(f"select ({predicate})::bool from ({own_pages()})").fetchall()
            except duckdb.Error as fault:
                said = str(fault).split("\n\n")[0].replace("\n", " ")
                raise InputError(f"{path}: [segments] {name}: {said}") from None
