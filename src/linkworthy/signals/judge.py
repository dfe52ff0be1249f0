"""The stage that judges links: all signals in one pass over ``backlinks``, then one verdict a link."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from linkworthy.engine.embedded import Embedded
from linkworthy.engine.progress import Progress
from linkworthy.signals.every import SIGNALS
from linkworthy.signals.judging import judge_table
from linkworthy.site import Run, SiteConfig
from linkworthy.site.parts import write_table
from linkworthy.tables import table

GROUP = "judge"
CHUNK_ROWS = 10_240
"""Links whose signals are held at once; a chunk is one part file of ``signals`` and one of ``verdicts``."""


@dataclass(frozen=True, slots=True)
class Part:
    """Links that one process judges: a file of ``backlinks``, and the parts to write, one pair a chunk."""

    file: Path
    places: tuple[tuple[Path, Path], ...]


def judge_links(run: Run, config: SiteConfig, engine: Embedded, progress: Progress) -> dict[str, Any]:  # noqa: ARG001 - the form of a stage
    """Write ``signals`` and ``verdicts``; gives the number of links by verdict and by kind of harm."""
    for name in ("signals", "verdicts"):
        run.discard(name, GROUP)
    parts = list(_parts(run))
    total = sum(pq.read_metadata(part.file).num_rows for part in parts)
    progress.start("judge links", total)
    tally: Counter[str] = Counter()
    done = 0
    # A worker process takes a second to start: for a few links it is not worth it.
    for n, words in engine.map_shards(parts, judge_part) if len(parts) > 1 else map(judge_part, parts):
        tally.update(words)
        done += n
        progress.update(done, total)
    if not parts:
        run.write("signals", GROUP, [])
        run.write("verdicts", GROUP, [])
    progress.finish(", ".join(f"{count} {word}" for word, count in sorted(tally.items())))
    return {"n_judged_links": total, "n_signals": len(SIGNALS), "tally": dict(sorted(tally.items()))}


def _parts(run: Run) -> Iterator[Part]:
    """Yield the files of ``backlinks`` in order with the parts to write; an empty file has its empty part too."""
    n = 0
    for file in run.tables().get("backlinks", []):
        n_chunks = max(1, -(-pq.read_metadata(file).num_rows // CHUNK_ROWS))
        numbers = range(n, n + n_chunks)
        yield Part(file, tuple((run.path("signals", GROUP, i), run.path("verdicts", GROUP, i)) for i in numbers))
        n += n_chunks


def judge_part(part: Part) -> tuple[int, Counter[str]]:
    """Judge the links of a file and write their signals and verdicts; gives their number, by verdict and kind too."""
    tally: Counter[str] = Counter()
    with Embedded(workers=1).connect({"backlinks": [part.file]}) as db:
        links: pa.Table = db.sql("select * from backlinks").to_arrow_table()
        for i, (signals_at, verdicts_at) in enumerate(part.places):
            signals, verdicts = judge_table(db, links.slice(i * CHUNK_ROWS, CHUNK_ROWS))
            write_table(signals_at, table("signals"), signals)
            write_table(verdicts_at, table("verdicts"), verdicts)
            tally.update(verdicts.column("verdict").to_pylist())
            tally.update(f"kind {kind}" for kinds in verdicts.column("kinds").to_pylist() for kind in kinds)
    return links.num_rows, tally
