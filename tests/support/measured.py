"""Runs the stage of own pages on a few rows and reads what it wrote."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from linkworthy.engine.embedded import Embedded
from linkworthy.engine.progress import SILENT
from linkworthy.metrics.pages import measure_site
from linkworthy.site import Run, SiteConfig
from linkworthy.urls import fold
from tests.support.runs import START, make_run

SITE = START.rstrip("/")


def page(path: str, **columns: Any) -> dict[str, Any]:
    """Give an own HTML page that answers 200, unless the columns say otherwise."""
    return {"url": SITE + path, "status": 200, "is_html": True, **columns}


def redirect(path: str, to: str, status: int = 301, **columns: Any) -> dict[str, Any]:
    """Give an own URL that redirects to a path or to a whole URL."""
    target = SITE + to if to.startswith("/") else to
    return {"url": SITE + path, "status": status, "redirect_url": target, "redirect_kind": "http", **columns}


def link(source: str, target: str, **columns: Any) -> dict[str, Any]:
    """Give an internal link between two paths."""
    return {"source_url": SITE + source, "url": SITE + target, **columns}


def block(path: str, text: str, *, n: int = 0, region: str = "main") -> dict[str, Any]:
    """Give a block of text of an own page."""
    return {"url": SITE + path, "n": n, "text": text, "region": region, "text_hash": hash_of(text)}


def hash_of(text: str) -> int:
    """Hash a text as the parser does."""
    import xxhash

    return xxhash.xxh3_64_intdigest(fold(text).encode())


def measured(tmp_path: Path, config: SiteConfig | None = None, /, **tables: Iterable[Mapping[str, Any]]) -> Run:
    """Measure a site made of these rows."""
    settings = config or SiteConfig(url=START)
    run = make_run(tmp_path, settings, **tables)
    measure_site(run, settings, Embedded(workers=1), SILENT)
    return run


def rows(run: Run, table: str, order: str = "all") -> list[dict[str, Any]]:
    """Read a table of a run."""
    with Embedded(workers=1).connect(run.tables()) as db:
        found: list[dict[str, Any]] = db.sql(f"select * from {table} order by {order}").to_arrow_table().to_pylist()
    return found


def by_path(run: Run, table: str) -> dict[str, dict[str, Any]]:
    """Read a table of a run by the path of its URL."""
    return {row["url"].removeprefix(SITE): row for row in rows(run, table, "url")}
