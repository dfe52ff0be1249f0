"""A few links with their verdicts as tables, for tests of what is asked of them."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from linkworthy import urls
from linkworthy.site import Run
from tests.support.runs import START, make_run

Row = dict[str, Any]


def day(n: int) -> datetime:
    """Give a day of June."""
    return datetime(2026, 6, n, tzinfo=UTC)


def link(source: str, target: str = START, anchor: str | None = "Shop", verdict: str = "keep", **facts: Any) -> Row:
    """Describe a link: columns of backlinks and of verdicts together."""
    live = {"state": "live", "counts": "yes", "is_followed": True, "region": "main", "reported_by": ["list"]}
    return {"source_url": source, "target_url": target, "anchor": anchor, "verdict": verdict, **live, **facts}


_VERDICT = ("verdict", "kinds", "goodness", "harm", "reason")


def run_with(folder: Path, links: list[Row], **tables: list[Row]) -> Run:
    """Open a run that holds these links as backlinks and, where they have one, verdicts."""
    backlinks, verdicts = [], []
    for row in links:
        link_id = urls.link_identity(row["source_url"], row["target_url"] or "", row["anchor"], "text")
        where = {name: row[name] for name in ("source_url", "target_url", "anchor")} | {"link_id": link_id}
        backlinks.append({name: value for name, value in row.items() if name not in _VERDICT} | {"link_id": link_id})
        verdicts.append(where | {name: row[name] for name in _VERDICT if name in row})
    return make_run(folder, None, backlinks=backlinks, verdicts=verdicts, **tables)
