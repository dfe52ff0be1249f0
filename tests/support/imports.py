"""Files imported into a fresh site, and what a container's parts are laid down as."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from linkworthy.engine.embedded import Embedded
from linkworthy.engine.progress import SILENT
from linkworthy.site import Run, SiteConfig
from linkworthy.sources.containers import arrivals
from linkworthy.sources.importer import import_files
from tests.support.runs import make_run

SITE = SiteConfig(url="https://shop.example/")


def import_one(folder: Path, *files: Path, config: SiteConfig = SITE) -> tuple[Run, list[dict[str, Any]]]:
    """Import files; gives the run and the rows of ``imports``, whose counts agree with what is in the tables."""
    run = make_run(folder)
    facts = import_files(run, config, Embedded(workers=1), SILENT, files)
    rejects = rows_of(run, "rejects")
    for row in rows_of(run, "imports"):
        assert row["n_rows_in"] == row["n_rows_used"] + row["n_rows_rejected"]
        assert row["n_rows_rejected"] == sum(reject["file"] == row["file"] for reject in rejects)
    assert not (run.folder / "arrived").exists()
    return run, facts["files"]


def rows_of(run: Run, table: str) -> list[dict[str, Any]]:
    """Give all rows of a table."""
    return [row for path in run.files(table) for row in pq.read_table(path).to_pylist()]


def cells_of(path: Path, folder: Path) -> list[list[str]]:
    """Give the cells of a workbook of one sheet, as they are laid down."""
    found = []
    for arrival in arrivals(path, folder / "spool", lambda _: None):
        assert arrival.refusal is None, arrival.refusal
        with arrival.path.open(encoding="utf-8", newline="") as file:
            found += list(csv.reader(file, delimiter="\t"))
    return found
