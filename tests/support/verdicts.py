"""Measures and judges the links of a small web."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from linkworthy.engine.embedded import Embedded
from linkworthy.engine.progress import SILENT
from linkworthy.metrics.backlinks import measure_links
from linkworthy.signals import judge_links
from linkworthy.site.journal import Label, ListingAnswer
from tests.support.linkweb import LinkWeb


def judged(
    web: LinkWeb, tmp_path: Path, *labels: Label, table: str = "verdicts", answers: tuple[ListingAnswer, ...] = ()
) -> list[dict[str, Any]]:
    """Give the rows of a table after the links were judged."""
    web.own()
    run = web.run(tmp_path)
    engine = Embedded(workers=1)
    measure_links(run, web.config, engine, SILENT, labels, answers)
    judge_links(run, web.config, engine, SILENT)
    with engine.connect(run.tables()) as db:
        rows: list[dict[str, Any]] = db.sql(f"select * from {table} order by all").to_arrow_table().to_pylist()
    run.close()
    return rows
