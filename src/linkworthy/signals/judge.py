"""The stage that judges links: all signals in one scan of ``backlinks``, then one verdict a link."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from linkworthy.catalogue.signal import KINDS, Signal
from linkworthy.engine.embedded import Embedded, quoted
from linkworthy.engine.progress import Progress
from linkworthy.signals.counting import count_line
from linkworthy.signals.every import SIGNALS
from linkworthy.signals.sums import Known, add_up
from linkworthy.signals.verdict import decide
from linkworthy.site import Run, SiteConfig
from linkworthy.site.parts import write_table
from linkworthy.tables import table

GROUP = "judge"
CHUNK_ROWS = 10_000
"""Links whose signals are held at once; a chunk is one part file."""
_TERM = ("signal", "value", "score", "weight", "contribution", "evidence")


def scores_sql(signals: Sequence[Signal] = SIGNALS) -> str:
    """Give the select list of all values (v0, v1, …) and scores (s0, s1, …)."""
    parts = [f"({signal.value})::double as v{i}, {signal.score} as s{i}" for i, signal in enumerate(signals)]
    return ",\n".join(parts)


def unpivot_sql(signals: Sequence[Signal] = SIGNALS) -> str:
    """Give the statement that turns one row a link into one row a link and signal, sorted by both."""
    order = sorted(range(len(signals)), key=lambda i: signals[i].slug)
    rows = ", ".join(
        f"{{'signal': {quoted(signals[i].slug)}, 'aspect': {quoted(signals[i].aspect)}, 'value': v{i}, 'score': s{i}, "
        f"'weight': {signals[i].weight}::double}}"
        for i in order
    )
    return (
        "select link_id, s.signal, s.aspect, s.value, s.score, s.weight "
        f"from (select link_id, unnest([{rows}]) as s from scored) order by link_id, s.signal"
    )


def judge_links(run: Run, config: SiteConfig, engine: Embedded, progress: Progress) -> dict[str, Any]:  # noqa: ARG001 - the form of a stage
    """Write ``signals`` and ``verdicts``; gives the number of links by verdict and by kind of harm."""
    for name in ("signals", "verdicts"):
        run.discard(name, GROUP)
    tally: Counter[str] = Counter()
    files = run.tables().get("backlinks", [])
    with engine.connect({"backlinks": files}) as db:
        ((total,),) = db.execute("select count(*) from backlinks").fetchall()
        wheres = list(_chunks(db, total))
    progress.start("judge links", total)
    places = [(run.path("signals", GROUP, n), run.path("verdicts", GROUP, n)) for n in range(len(wheres))]
    parts = [Part(tuple(files), where, *place) for where, place in zip(wheres, places, strict=True)]
    done = 0
    # A worker process takes a second to start: for a few links it is not worth it.
    for n, words in engine.map_shards(parts, judge_part) if len(parts) > 1 else map(judge_part, parts):
        tally.update(words)
        done += n
        progress.update(done, total)
    progress.finish(", ".join(f"{count} {word}" for word, count in sorted(tally.items())))
    return {"n_judged_links": total, "n_signals": len(SIGNALS), "tally": dict(sorted(tally.items()))}


def _chunks(db: duckdb.DuckDBPyConnection, total: int) -> Iterator[str]:
    """Yield predicates that part the links by ranges of their ids, in order."""
    if total <= CHUNK_ROWS:
        yield "true"
        return
    bounds = [row[0] for row in db.execute(
        "select link_id from (select link_id, row_number() over (order by link_id) as i from backlinks) "
        f"where i % {CHUNK_ROWS} = 0 order by link_id"
    ).fetchall()]  # fmt: skip
    low = ""
    for bound in bounds:
        yield f"link_id > {quoted(low)} and link_id <= {quoted(bound)}"
        low = bound
    yield f"link_id > {quoted(low)}"


@dataclass(frozen=True, slots=True)
class Part:
    """Links that one process judges: files of ``backlinks``, which of their rows, and the parts to write."""

    files: tuple[Path, ...]
    where: str
    signals: Path
    verdicts: Path


def judge_part(part: Part) -> tuple[int, Counter[str]]:
    """Judge some links and write their signals and verdicts; gives their number, by verdict and kind as well."""
    tally: Counter[str] = Counter()
    rows: list[dict[str, Any]] = []
    with Embedded(workers=1).connect({"backlinks": list(part.files)}) as db:
        db.execute(f"create temp table scored as select *, {scores_sql()} from backlinks where {part.where}")
        write_table(part.signals, table("signals"), db.sql(unpivot_sql()).to_arrow_table())
        for batch in db.sql("select * from scored order by link_id").to_arrow_reader(2000):
            rows.extend(verdict_row(row) for row in batch.to_pylist())
    for verdict in rows:
        tally[verdict["verdict"]] += 1
        tally.update(f"kind {kind}" for kind in verdict["kinds"])
    rows.sort(key=lambda verdict: tuple(verdict[name] for name in ("verdict", *_ORDER)))
    write_table(part.verdicts, table("verdicts"), rows or table("verdicts").schema.empty_table())
    return len(rows), tally


_ORDER = ("source_domain", "source_url", "link_id")


def verdict_row(row: dict[str, Any], signals: Sequence[Signal] = SIGNALS) -> dict[str, Any]:
    """Judge one row of ``backlinks`` with its values and scores; gives a row of ``verdicts``."""
    total = add_up([Known(signal, row[f"v{i}"], row[f"s{i}"]) for i, signal in enumerate(signals)], row)
    decision = decide(row, total)
    return {
        **{name: row[name] for name in ("link_id", "source_url", "source_domain", "target_url", "anchor", "label")},
        "verdict": decision.verdict,
        "reason": decision.reason,
        "would_change": decision.would_change,
        "count_line": count_line(row),
        "kinds": list(decision.kinds),
        **total.criteria,
        "goodness": total.goodness,
        "harm": total.harm,
        **{f"harm_{kind}": total.harms[kind] for kind in KINDS},
        "terms": [{name: term[name] for name in _TERM} for term in total.terms],
        "n_known": total.n_known,
        "n_signals": len(signals),
        "coverage_share": total.coverage_share,
    }
