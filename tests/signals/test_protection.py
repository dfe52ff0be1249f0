"""Nothing owned, governmental or a large platform is called harmful on list or name evidence alone."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import duckdb
import pyarrow as pa
import pytest

from linkworthy import signals
from linkworthy.signals.judging import judge_table
from linkworthy.tables import table

SCHEMA = table("backlinks").schema
N_ROWS = 150
_WORDS = {
    "region": ("main", "list", "comment", "author", "footer", "sidebar", "nav", "header"),
    "anchor_kind": ("branded", "naked", "exact", "partial", "generic", "image", "empty", "other"),
    "state": ("live", "live", "live", "not checked", "could not check"),
    "counts": ("yes", "yes", "no", "not known"),
    "source_kind": ("article", "forum", "profile", "listing", "other"),
}
_LISTS = ("vendor_spam", "vendor_authority", "vendor_traffic", "vendor_page_authority", "vendor_trust_ratio",
          "vendor_domains", "reported_by", "authority", "authority_rank", "trust", "spam_mass",
          "source_domain", "source_host", "source_url")  # fmt: skip

_DRAWS: tuple[tuple[Callable[[pa.DataType], bool], Callable[[Random], Any]], ...] = (
    (pa.types.is_boolean, lambda rng: rng.random() < 0.5),
    (pa.types.is_integer, lambda rng: rng.choice((0, 1, 2, 5, 30, 200))),
    (pa.types.is_floating, lambda rng: rng.choice((0.0, 0.1, 0.5, 0.9, 1.0, 60.0))),
    (pa.types.is_timestamp, lambda rng: dt.datetime(2026, 1, rng.randint(1, 28), tzinfo=dt.UTC)),
    (pa.types.is_list, lambda rng: ["ahrefs"]),
)


def drawn(rng: Random, field: pa.Field) -> Any:
    """Draw a value that the column may hold, null often."""
    if rng.random() < 0.25 and field.name not in {"link_id", "source_domain", "source_url"}:
        return None
    if field.name in _WORDS:
        return rng.choice(_WORDS[field.name])
    for is_of, draw in _DRAWS:
        if is_of(field.type):
            return draw(rng)
    return f"casino-pills-{rng.randint(1, 99)}.xyz" if "source" in field.name else "words"


def judged(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Judge rows of backlinks."""
    with duckdb.connect() as db:
        verdicts: list[dict[str, Any]] = judge_table(db, pa.Table.from_pylist(rows, SCHEMA))[1].to_pylist()
    return verdicts


@pytest.mark.parametrize("protected", ["own", "partner", "government", "education"])
def test_whatever_the_evidence_no_kind_of_harm_is_told_of_them(protected: str) -> None:
    rng = Random(protected)
    rows = [{field.name: drawn(rng, field) for field in SCHEMA} for _ in range(N_ROWS)]
    for row in rows:
        row |= {"protected_as": protected, "is_protected": True, "label": None}
    for verdict in judged(rows):
        assert verdict["kinds"] == []
        assert verdict["verdict"] != "disavow"


def test_a_platform_is_never_for_the_disavow_file() -> None:
    rng = Random(5)
    rows = [{field.name: drawn(rng, field) for field in SCHEMA} for _ in range(N_ROWS)]
    for row in rows:
        row |= {"protected_as": "platform", "is_protected": True, "label": None, "state": "live", "counts": "yes"}
    assert "disavow" not in {verdict["verdict"] for verdict in judged(rows)}


def test_lists_and_names_alone_call_nobody_harmful() -> None:
    rng = Random(6)
    rows = []
    for _ in range(N_ROWS):
        row = dict.fromkeys(SCHEMA.names)
        row |= {name: drawn(rng, SCHEMA.field(name)) for name in _LISTS}
        row |= {"link_id": "x", "state": "live", "counts": "yes", "is_followed": True, "is_protected": False}
        rows.append(row)
    for verdict in judged(rows):
        assert verdict["kinds"] == []
        assert verdict["harm"] is None or verdict["harm"] == 0
        assert verdict["verdict"] in {"keep", "watch", "not known"}


def test_no_verdict_rests_on_a_model_of_names_or_of_the_users_labels() -> None:
    package = Path(signals.__file__).parents[1]
    users = {
        path.relative_to(package).as_posix()
        for path in package.rglob("*.py")
        if any(name in path.read_text(encoding="utf-8") for name in ("metrics.labelled", "metrics.names "))
    }
    assert users == {"cli/model.py", "metrics/labelled.py"}


def test_random_evidence_does_find_harm_elsewhere() -> None:
    rng, n = Random(7), 8 * N_ROWS  # one in a hundred is to act on
    rows = [{field.name: drawn(rng, field) for field in SCHEMA} for _ in range(n)]
    for row in rows:
        row |= {"protected_as": None, "is_protected": False, "label": None, "state": "live", "counts": "yes"}
    found = judged(rows)
    assert {"disavow", "act"} <= {verdict["verdict"] for verdict in found}
    assert sum(bool(verdict["kinds"]) for verdict in found) > n / 4
