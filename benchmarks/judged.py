"""``judge``: signals and verdicts of a million links whose pages were measured, as the stage runs it.

Beside it what understanding a page takes.
"""

from __future__ import annotations

import resource
import sys
import tempfile
import time
from pathlib import Path

import duckdb

from benchmarks.process import run as run_process
from benchmarks.result import Result, below
from benchmarks.understanding import beside_extraction
from linkworthy.engine.embedded import Embedded
from linkworthy.engine.progress import SILENT
from linkworthy.metrics.backlinks import PART_ROWS
from linkworthy.signals import judge_links
from linkworthy.site import Site
from linkworthy.tables import table
from linkworthy.tables.form import Column

N_LINKS = 1_000_000
TARGET_S, TARGET_MB = 180.0, 4_096.0
_WORDS = {
    "region": ("main", "main", "list", "comment", "footer", "sidebar", "nav"),
    "anchor_kind": ("branded", "naked", "exact", "partial", "generic", "image", "other"),
    "state": ("live", "live", "live", "live", "gone", "could not check", "not checked"),
    "counts": ("yes", "yes", "yes", "no", "not known"),
    "source_kind": ("article", "forum", "profile", "listing", "home", "other"),
    "protected_as": (None, None, None, None, "platform", "government"),
    "label": (None,),
    "paid_words": (None, None, None, None, None, "sponsored post"),
    "sells_words": (None, None, None, None, None, "dofollow link"),
}


def rows_sql(n: int) -> str:
    """Give the statement that makes rows of ``backlinks``: every column known for nine rows in ten, values spread."""
    columns = []
    for at, column in enumerate(table("backlinks").columns):
        columns.append(f"{_value(column, at)} as {column.name}")
    return f"select {', '.join(columns)} from range({n}) t(i)"


def _value(column: Column, at: int) -> str:
    name, kind = column.name, column.kind
    spread = f"hash(i * 131 + {at})"
    if name in _WORDS:
        words = ", ".join("null" if word is None else f"'{word}'" for word in _WORDS[name])
        return f"list_extract([{words}], ({spread} % {len(_WORDS[name])})::int + 1)"
    value = {
        "bool": f"{spread} % 5 = 0", "int32": f"({spread} % 7)::int * ({spread} % 3)::int", "int16": "200::smallint",
        "int64": f"({spread} % 20)::bigint", "double": f"({spread} % 1000) / 1000.0",
        "instant": f"timestamptz '2025-01-01' + interval (({spread} % 400)::int) day", "list<string>": "['ahrefs']",
    }.get(kind, f"'words of {name} ' || ({spread} % 1000)")  # fmt: skip
    if name == "link_id":
        return "printf('%016x', hash(i))"
    if name in {"source_url", "source_domain", "source_host"}:
        path = "/post/' || i" if name == "source_url" else "'"
        head = "https://" if name == "source_url" else ""
        return f"'{head}site' || (i // 4) || '.com{path}"
    return f"case when {spread} % 10 <> 3 then {value} end" if column.null else value


def benchmark(*, quick: bool) -> list[Result]:
    """Run the stage in a process of its own, and take its seconds and its peak memory."""
    n = 100_000 if quick else N_LINKS
    with tempfile.TemporaryDirectory() as folder:
        done = run_process([sys.executable, "-m", "benchmarks.judged", folder, str(n)])
    seconds = float(done.stdout.split()[0])
    haste = f", instead of {N_LINKS:,}, to be quick; seconds scaled up" if quick else ""
    why = (
        f"{n:,} links with nine in ten of all columns known{haste}; measuring their pages is not part of it; "
        f"{done.cpu_s * N_LINKS / n:.0f} s of processor time a million, the making of the links among it"
    )
    return [
        below("judge", "seconds for a million links", [seconds * N_LINKS / n], unit="s", target=TARGET_S,
              peak_mb=done.peak_mb, why=why),
        below("judge", "peak memory", [done.peak_mb], unit="MB", target=TARGET_MB, peak_mb=done.peak_mb, why=why),
        beside_extraction(quick=quick),
    ]  # fmt: skip


def main() -> None:
    """Make the table in a site folder, judge it, and print the seconds."""
    folder, n = Path(sys.argv[1]), int(sys.argv[2])
    (folder / "site.toml").write_text('url = "https://shop.example/"\n', encoding="utf-8")
    site = Site(folder)
    run = site.begin("judge", {})
    with duckdb.connect() as db:
        db.execute("set memory_limit = '2GB'")
        for part, batch in enumerate(db.sql(rows_sql(n)).to_arrow_reader(PART_ROWS)):
            run.write("backlinks", "metrics", batch, part)
    began = time.perf_counter()
    judge_links(run, site.config, Embedded(), SILENT)
    print(time.perf_counter() - began, time.process_time(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


if __name__ == "__main__":
    main()
