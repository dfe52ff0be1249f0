"""The catalogue of signals: every example, and the promises that the whole catalogue makes."""

from __future__ import annotations

import re
from collections import Counter
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


def scored(signal: Signal, row: dict[str, Any]) -> float | None:
    columns = {
        name: pa.array([row.get(name)]).cast(field.type) if row.get(name) is not None else pa.nulls(1, field.type)
        for name, field in zip(table("backlinks").names, table("backlinks").schema, strict=True)
    }
    with duckdb.connect() as db:
        db.register("backlinks", pa.table(columns))
        ((score,),) = db.execute(f"select {signal.score} from backlinks").fetchall()
    return None if score is None else float(score)


@pytest.mark.parametrize(("signal", "i"), CASES, ids=[f"{signal.slug}-{i}" for signal, i in CASES])
def test_every_example_gives_its_score(signal: Signal, i: int) -> None:
    row, expected = signal.examples[i]
    assert scored(signal, dict(row)) == (None if expected is None else pytest.approx(expected, abs=0.005))


@pytest.mark.parametrize("signal", SIGNALS, ids=[signal.slug for signal in SIGNALS])
def test_every_signal_fires_stays_silent_and_says_when_it_does_not_know(signal: Signal) -> None:
    scores = [score for _, score in signal.examples]
    assert None in scores
    assert any(score is not None and score >= 0.9 for score in scores)
    is_sign_for_only = "never against" in signal.limits
    assert is_sign_for_only or any(score is not None and score <= 0.5 for score in scores)


def test_every_criterion_has_three_signals_and_every_kind_two() -> None:
    counts = Counter(signal.aspect for signal in SIGNALS)
    assert all(counts[criterion] >= 3 for criterion in CRITERIA)
    assert all(counts[kind] >= 2 for kind in KINDS)
    assert len(SIGNALS) >= 45


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
    files += [path for path in (SOURCES / "words").glob("*.toml")]
    for path in files:
        assert not re.search(r"\w\.example\b", path.read_text(encoding="utf-8")), path.name
