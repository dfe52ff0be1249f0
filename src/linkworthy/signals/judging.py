"""Judges a table of links: values, scores and evidence of all signals in one query, then sums and verdicts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from linkworthy.catalogue.signal import KINDS, Signal
from linkworthy.signals import counting, verdict
from linkworthy.signals.every import SIGNALS
from linkworthy.signals.evidence import evidence_sql, phrases_sql
from linkworthy.signals.sums import Floats, Sums, add_up
from linkworthy.tables import table

_KEPT = ("link_id", "source_url", "source_domain", "target_url", "anchor", "label")
_READS = tuple(sorted({*_KEPT, *counting.READS, *verdict.READS}))
Order = NDArray[np.int64]


def scores_sql(signals: Sequence[Signal]) -> str:
    """Give the statement that reads ``links``: what verdicts read, and values, scores and evidence of all signals."""
    inner = ", ".join(f"({signal.value})::double as v{i}, {signal.score} as s{i}" for i, signal in enumerate(signals))
    outer = ", ".join(f"v{i}, s{i}, {evidence_sql(signal)} as e{i}" for i, signal in enumerate(signals))
    kept = ", ".join(_READS)
    return f"select {kept}, {outer} from (select {kept}, {inner}, {phrases_sql(signals)} from links)"


def judge_table(
    db: duckdb.DuckDBPyConnection, links: pa.Table, signals: Sequence[Signal] = SIGNALS
) -> tuple[pa.Table, pa.Table]:
    """Judge rows of ``backlinks``; gives rows of ``signals`` and of ``verdicts``, both sorted."""
    db.register("links", links)
    scored: pa.Table = db.sql(scores_sql(signals)).to_arrow_table().combine_chunks()
    db.unregister("links")
    values, _ = _matrix(scored, "v", len(signals))
    scores, known = _matrix(scored, "s", len(signals))
    sums = add_up(signals, scores, known)
    return _signals(scored, sums, values, scores), _verdicts(scored, sums, values, scores)


def _matrix(scored: pa.Table, head: str, n: int) -> tuple[Floats, NDArray[np.bool_]]:
    columns = [scored.column(f"{head}{i}") for i in range(n)]
    shape = (scored.num_rows, n)
    figures, known = np.empty(shape), np.empty(shape, np.bool_)
    for i, column in enumerate(columns):
        figures[:, i] = pc.fill_null(column, np.nan).to_numpy()
        known[:, i] = column.is_valid().to_numpy()
    return figures, known


def _signals(scored: pa.Table, sums: Sums, values: Floats, scores: Floats) -> pa.Table:
    """Give every signal of every link, known or not, sorted by link and slug."""
    signals, n = sums.signals, scored.num_rows
    by_slug = sorted(range(len(signals)), key=lambda i: signals[i].slug)
    rows: Order = pc.sort_indices(scored.column("link_id")).to_numpy().astype(np.int64)
    grid = np.ix_(rows, np.array(by_slug, np.int64))
    is_unknown = ~sums.known[grid].ravel()
    which = np.tile(np.arange(len(signals)), n)
    columns = {
        "link_id": scored.column("link_id").take(np.repeat(rows, len(signals))),
        "signal": pa.array([signals[i].slug for i in by_slug], pa.string()).take(which),
        "aspect": pa.array([signals[i].aspect for i in by_slug], pa.string()).take(which),
        "value": pa.array(values[grid].ravel(), mask=is_unknown),
        "score": pa.array(scores[grid].ravel(), mask=is_unknown),
        "weight": np.tile(np.array([signals[i].weight for i in by_slug], np.float64), n),
    }
    return pa.table(columns)


def _verdicts(scored: pa.Table, sums: Sums, values: Floats, scores: Floats) -> pa.Table:
    columns = {name: scored.column(name) for name in _KEPT} | _decided(scored, sums)
    columns |= {name: _figures(figures) for name, figures in sums.criteria.items()}
    columns |= {"goodness": _figures(sums.goodness), "harm": _figures(sums.harm)}
    columns |= {f"harm_{kind}": _figures(sums.harms[kind]) for kind in KINDS}
    columns |= {"n_known": pa.array(sums.n_known, pa.int32()), "coverage_share": pa.array(sums.coverage_share)}
    columns["n_signals"] = pa.array(np.full(scored.num_rows, len(sums.signals)), pa.int32())
    judged = pa.table(columns)
    keys = [(name, "ascending") for name in ("verdict", "source_domain", "source_url", "link_id")]
    order: Order = pc.sort_indices(judged, keys).to_numpy().astype(np.int64)
    return judged.take(order).append_column("terms", _terms(scored, sums, values, scores, order))


def _decided(scored: pa.Table, sums: Sums) -> dict[str, pa.Array]:
    """Decide on each link; gives the columns of words."""
    columns = [scored.column(name).to_pylist() for name in _READS]
    evidence = [scored.column(f"e{i}").chunk(0) for i in range(len(sums.signals))] if scored.num_rows else []
    decided: list[verdict.Decision] = []
    lines: list[str] = []
    for at, (told, total) in enumerate(zip(zip(*columns, strict=True), sums.each(), strict=True)):
        row: dict[str, Any] = dict(zip(_READS, told, strict=True))
        decided.append(verdict.decide(row, total, lambda i, at=at: str(evidence[i][at].as_py())))  # type: ignore[misc]
        lines.append(counting.count_line(row))
    return {
        "verdict": pa.array([one.verdict for one in decided], pa.string()),
        "reason": pa.array([one.reason for one in decided], pa.string()),
        "would_change": pa.array([one.would_change for one in decided], pa.string()),
        "kinds": pa.array([one.kinds for one in decided], pa.list_(pa.string())),
        "count_line": pa.array(lines, pa.string()),
    }


def _terms(scored: pa.Table, sums: Sums, values: Floats, scores: Floats, order: Order) -> pa.Array:
    """Give the terms of each link, known signals only, in the order of the catalogue."""
    signals, n = sums.signals, scored.num_rows
    known = sums.known[order]
    links, which = np.nonzero(known)
    every = [scored.column(f"e{i}").combine_chunks() for i in range(len(signals))]
    kind = table("verdicts").schema.field("terms").type
    parts = [
        pa.array([signal.slug for signal in signals], pa.string()).take(pa.array(which)),
        pa.array(values[order][known]),
        pa.array(scores[order][known]),
        pa.array(np.array([signal.weight for signal in signals], np.float64)[which]),
        pa.array(sums.contributions[order][known]),
        pa.concat_arrays(every).take(pa.array(which * n + order[links])),
    ]
    offsets = np.concatenate([[0], np.cumsum(known.sum(axis=1))]).astype(np.int32)
    return pa.ListArray.from_arrays(pa.array(offsets), pa.StructArray.from_arrays(parts, fields=list(kind.value_type)))


def _figures(figures: Floats) -> pa.Array:
    return pa.array(figures, mask=np.isnan(figures))
