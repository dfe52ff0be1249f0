"""The catalogue of signals: every example, and the promises that the whole catalogue makes."""

from __future__ import annotations

import re
from collections import Counter
from functools import lru_cache
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pytest

from linkworthy.catalogue.signal import CRITERIA, KINDS, Signal
from linkworthy.signals import SIGNALS
from linkworthy.tables import table

SOURCES = Path(__file__).resolve().parents[2] / "src" / "linkworthy"
CASES = [(signal, i) for signal in SIGNALS for i in range(len(signal.examples))]


@lru_cache(maxsize=1)
def scores() -> dict[tuple[str, int], float | None]:
    """Score every example of every signal in one query."""
    schema = table("backlinks").schema
    given = [signal.examples[i][0] for signal, i in CASES]
    columns = {
        field.name: pa.chunked_array([_one(row.get(field.name), field.type) for row in given], field.type)
        for field in schema
    }
    with duckdb.connect() as db:
        db.register("backlinks", pa.table(columns))
        rows = db.execute(f"select {', '.join(signal.score for signal in SIGNALS)} from backlinks").fetchall()
    order = {signal.slug: n for n, signal in enumerate(SIGNALS)}
    return {(signal.slug, i): row[order[signal.slug]] for (signal, i), row in zip(CASES, rows, strict=True)}


def _one(value: Any, kind: pa.DataType) -> pa.Array:
    return pa.nulls(1, kind) if value is None else pa.array([value]).cast(kind)


@pytest.mark.parametrize(("signal", "i"), CASES, ids=[f"{signal.slug}-{i}" for signal, i in CASES])
def test_every_example_gives_its_score(signal: Signal, i: int) -> None:
    expected = signal.examples[i][1]
    assert scores()[signal.slug, i] == (None if expected is None else pytest.approx(expected, abs=0.005))


@pytest.mark.parametrize("signal", SIGNALS, ids=[signal.slug for signal in SIGNALS])
def test_every_signal_fires_stays_silent_and_says_when_it_does_not_know(signal: Signal) -> None:
    expected = [score for _, score in signal.examples]
    assert None in expected
    assert any(score is not None and score >= 0.9 for score in expected)
    is_sign_for_only = "never against" in signal.limits
    assert is_sign_for_only or any(score is not None and score <= 0.5 for score in expected)


def test_every_criterion_and_every_kind_has_five_signals_of_its_own() -> None:
    counts = Counter(signal.aspect for signal in SIGNALS)
    assert all(counts[aspect] >= 5 for aspect in (*CRITERIA, *KINDS))
    assert len(SIGNALS) >= 80


def test_slugs_are_names_and_each_once() -> None:
    slugs = [signal.slug for signal in SIGNALS]
    assert len(set(slugs)) == len(slugs)
    assert all(re.fullmatch(r"[a-z]+(-[a-z]+)*", slug) for slug in slugs)


def test_evidence_names_columns_of_backlinks() -> None:
    known = set(table("backlinks").names)
    assert not {column for signal in SIGNALS for column in signal.evidence} - known


def test_no_kind_can_be_found_by_one_weak_signal() -> None:
    assert all(signal.is_strong or signal.weight < 0.5 for signal in SIGNALS if signal.is_harm)
    for kind in KINDS:
        assert len({signal.group for signal in SIGNALS if signal.aspect == kind}) >= 2


def test_harm_rests_neither_on_vendors_nor_on_names() -> None:
    for signal in SIGNALS:
        if signal.is_harm:
            assert not re.search(r"vendor|protected|source_domain|source_host|source_url", signal.value), signal.slug


def test_no_word_of_what_was_written_by_us_names_a_host_of_the_demonstration_web() -> None:
    files = [
        *(SOURCES / "signals").rglob("*.py"),
        *(SOURCES / "metrics").rglob("*.py"),
        SOURCES / "catalogue" / "signal.py",
    ]
    files += list((SOURCES / "words").glob("*.toml"))
    for path in files:
        assert not re.search(r"\w\.example\b", path.read_text(encoding="utf-8")), path.name
