"""The arithmetic of a verdict, many links at once."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
import pytest

from linkworthy.catalogue.signal import CRITERIA, KINDS
from linkworthy.signals import SIGNALS, counting, verdict
from linkworthy.signals.judging import judge_table
from linkworthy.signals.sums import CRITERION_WEIGHTS, FOUND, SPEAKS, STRONG, add_up
from linkworthy.tables import table

SCHEMA = table("backlinks").schema


def one_by_one(scores: Sequence[float | None]) -> tuple[dict[str, float | None], set[str]]:
    """Add up one link as the text of the module says, in plain steps: goodness, harms, and the kinds found."""
    out: dict[str, float | None] = {}
    found: set[str] = set()
    means = {}
    for name in CRITERIA:
        mine = [(s.weight, x) for s, x in zip(SIGNALS, scores, strict=True) if s.aspect == name and x is not None]
        if mine:
            means[name] = sum(w * x for w, x in mine) / sum(w for w, _ in mine)
    total = sum(CRITERION_WEIGHTS[name] for name in means)
    out["goodness"] = sum(CRITERION_WEIGHTS[name] * mean for name, mean in means.items()) / total if means else None
    for kind in KINDS:
        mine_ = [(s, x) for s, x in zip(SIGNALS, scores, strict=True) if s.aspect == kind and x is not None]
        groups: dict[str, float] = {}
        for signal, x in mine_:
            groups[signal.group] = max(groups.get(signal.group, 0.0), signal.weight * x)
        harm = min(1.0, sum(groups.values()))
        out[kind] = harm if mine_ else None
        is_sure = any(s.is_strong and x >= STRONG for s, x in mine_) or sum(g >= SPEAKS for g in groups.values()) >= 2
        if harm >= FOUND and is_sure:
            found.add(kind)
    return out, found


def test_many_links_add_up_as_each_alone() -> None:
    rng = np.random.default_rng(3)
    scores = rng.choice([0.0, 0.1, 0.3, 0.79, 0.8, 1.0], (200, len(SIGNALS)))
    known = rng.random(scores.shape) < rng.choice([0.0, 0.03, 0.2, 0.9], (200, 1))
    n_found = 0
    for row, mask, total in zip(scores, known, add_up(SIGNALS, scores, known).each(), strict=True):
        expected, found = one_by_one([float(x) if is_known else None for x, is_known in zip(row, mask, strict=True)])
        assert set(total.found) == found
        n_found += len(found)
        for name, value in expected.items():
            got = total.goodness if name == "goodness" else total.harms[name]
            assert got == (None if value is None else pytest.approx(value, abs=1e-12))
    assert n_found > 50


def test_a_verdict_reads_only_the_columns_that_it_is_given() -> None:
    for module in (counting, verdict):
        text = Path(str(module.__file__)).read_text(encoding="utf-8")
        assert set(re.findall(r"row(?:\.get\(|\[)[\"'](\w+)[\"']", text)) == set(module.READS)


def test_evidence_is_told_in_words_and_what_is_empty_is_left_out() -> None:
    row: dict[str, Any] = dict.fromkeys(SCHEMA.names)
    row |= {"link_id": "1", "source_url": "https://a.net/", "source_domain": "a.net", "state": "live", "counts": "yes",
            "is_money_anchor": True, "keyword": "b" * 200, "anchor": "", "anchor_share": 0.5, "anchor_domains": 40,
            "first_seen_at": datetime(2026, 3, 1, tzinfo=UTC), "n_id_domains": 4, "network_evidence": None,
            "burst_ratio": 12.0, "n_burst_domains": 30}  # fmt: skip
    with duckdb.connect() as db:
        verdicts = judge_table(db, pa.Table.from_pylist([row], SCHEMA))[1].to_pylist()
    (judged,) = verdicts
    said = {term["signal"]: term["evidence"] for term in judged["terms"]}
    whole = "; ".join(said.values())
    assert "12 times the usual week" in whole
    assert f"keyword “{'b' * 160}”" in whole
    assert "anchor “”" not in whole
    assert "share of domains with this anchor 0.5" in whole
    assert "4 other linking domains have its identifier" in whole


def test_a_links_verdict_does_not_depend_on_the_links_beside_it() -> None:
    rows = [dict.fromkeys(SCHEMA.names) | {
        "link_id": f"{n:016x}", "source_url": f"https://a{n}.net/", "source_domain": f"a{n}.net", "state": "live",
        "counts": "yes", "page_relevance": n / 40, "n_id_domains": n, "n_address_domains": 30 - n,
    } for n in range(30)]  # fmt: skip
    with duckdb.connect() as db:
        together = judge_table(db, pa.Table.from_pylist(rows, SCHEMA))
        alone = [judge_table(db, pa.Table.from_pylist([row], SCHEMA)) for row in rows]
    for n, keys in enumerate((["link_id", "signal"], ["verdict", "link_id"])):
        order = [(key, "ascending") for key in keys]
        apart = pa.concat_tables([one[n] for one in alone]).sort_by(order)
        assert together[n].sort_by(order).to_pylist() == apart.to_pylist()
