"""Reports and captures of links for tests of the merge, and the tables that it writes."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pyarrow.parquet as pq

from linkworthy.engine.embedded import Embedded
from linkworthy.engine.progress import SILENT
from linkworthy.index.merge import merge_index
from linkworthy.site import Run, SiteConfig
from tests.support.runs import START

CONFIG = SiteConfig(url=START)
PAGE = "https://blog.other.example/post"
TARGET = "https://shop.example/shoes"


def day(n: int) -> datetime:
    """Give a day of May 2026."""
    return datetime(2026, 5, n, tzinfo=UTC)


def report(
    source: str = PAGE, target: str | None = TARGET, anchor: str | None = "red shoes", **more: Any
) -> dict[str, Any]:
    """Give a row of observations."""
    row = {"source_url": source, "target_url": target, "anchor": anchor, "kind": "text", "reported_by": "ahrefs"}
    return {**row, "file": "a.csv", "row": 1, "opinions": [], **more}


def captured(source: str = PAGE, url: str = TARGET, anchor: str = "red shoes", **more: Any) -> dict[str, Any]:
    """Give a row of links."""
    return {"source_url": source, "url": url, "anchor": anchor, "captured_at": day(20), "capture": "verify", **more}


def merged(run: Run) -> list[dict[str, Any]]:
    """Merge, and give the link index."""
    merge_index(run, CONFIG, Embedded(workers=1), SILENT)
    return rows_of(run, "link_index")


def rows_of(run: Run, name: str) -> list[dict[str, Any]]:
    """Give all rows of a table of a run."""
    return [row for path in run.files(name) for row in pq.read_table(path).to_pylist()]
