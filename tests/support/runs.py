"""Runs for tests: tables built from a few plain rows, in a site folder below ``tmp_path``."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from linkworthy import urls
from linkworthy.site import Run, Site, SiteConfig
from linkworthy.tables import table as table_named

START = "https://shop.example/"
WHEN = datetime(2026, 11, 22, 4, 44, tzinfo=UTC)

_EMPTY: dict[str, Any] = {
    "string": "", "bool": False, "int16": 0, "int32": 0, "int64": 0, "uint64": 0, "double": 0.0, "instant": WHEN,
    "date": date(2026, 11, 22), "list<string>": [], "map<string,string>": {}, "list<term>": [], "list<alternate>": [],
}  # fmt: skip


def make_run(tmp_path: Path, config: SiteConfig | None = None, /, **tables: Iterable[Mapping[str, Any]]) -> Run:
    """Open a run whose tables hold these rows; a table with no row was written and is empty.

    A column that may not be null and is not given follows from the URLs of its row, else it is empty.
    """
    settings = config or SiteConfig(url=START)
    run = Site.create(tmp_path / "site", settings).begin("run", {})
    for name, rows in tables.items():
        run.write(name, "given", complete(name, rows, settings))
    return run


def complete(name: str, rows: Iterable[Mapping[str, Any]], config: SiteConfig) -> list[dict[str, Any]]:
    """Give rows of a table with every column that may not be null."""
    table = table_named(name)
    empty = {column.name: _EMPTY[column.kind] for column in table.columns if not column.null}
    counts: Counter[str] = Counter()
    return [{**empty, **_derived(name, row, config, counts), **row} for row in rows]


def _derived(name: str, row: Mapping[str, Any], config: SiteConfig, counts: Counter[str]) -> dict[str, Any]:
    known = set(table_named(name).names)
    out: dict[str, Any] = {}
    for prefix, column in (
        ("", "url"),
        ("source_", "source_url"),
        ("referrer_", "referrer_url"),
        ("target_", "target_url"),
    ):
        if isinstance(url := row.get(column), str):
            out |= {f"{prefix}host": urls.host_of(url), f"{prefix}domain": urls.domain_of(url)}
    if name == "pages":
        is_own = config.is_own_host(out["host"])
        out |= {
            "is_own": is_own,
            "role": "own" if is_own else "linking",
            "state": "answered",
            "found_by": "link",
            "n_attempts": 1,
        }
        if row.get("status") is not None:
            out |= {"final_url": row.get("redirect_url") or row["url"], "final_status": row["status"]}
    if name == "links":
        out["n"] = counts[row["source_url"]]
        counts[row["source_url"]] += 1
        out |= {"href": row.get("url") or "", "kind": "text", "capture": "crawl", "region": "main"}
        if isinstance(url := row.get("url"), str):
            out |= {"target_host": urls.host_of(url), "target_domain": urls.domain_of(url)}
            out["is_internal"] = urls.domain_of(url) == urls.domain_of(row["source_url"])
    if name in {"link_index", "checks", "backlinks"} and "link_id" not in row:
        out["link_id"] = urls.link_identity(
            row["source_url"], row.get("target_url") or "", row.get("anchor"), row.get("kind", "text")
        )
        out["kind"] = "text"
    return {key: value for key, value in out.items() if key in known}
