"""Judges a tuple of rules: writes ``findings`` (keys only) and ``coverage``, and reads evidence when asked."""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence
from typing import Any

import duckdb
import pyarrow as pa

from linkworthy.catalogue.needs import NEEDS, missing
from linkworthy.catalogue.relations import RELATIONS, later_needs, open_relation
from linkworthy.catalogue.rule import Rule
from linkworthy.engine.embedded import Embedded, quoted
from linkworthy.engine.progress import Progress
from linkworthy.metrics.newest import show_once
from linkworthy.site import Run, SiteConfig

GROUP = "audit"


def judge(
    rules: Sequence[Rule],
    run: Run,
    config: SiteConfig,  # noqa: ARG001 - the form of a stage
    engine: Embedded,
    progress: Progress,
    *,
    muted: Container[str] = (),
) -> dict[str, Any]:
    """Judge every rule over its relation: one INSERT each, of keys only, and one row of coverage; gives counts."""
    progress.start("audit", len(rules))
    with engine.connect(run.tables()) as db:
        show_once(db, run.tables())
        db.execute("""create temp table finding (rule varchar, "over" varchar, "key" varchar, n int, severity varchar,
            priority varchar, value double)""")
        coverage = []
        opened: dict[str, str] = {}
        for done, rule in enumerate(rules, 1):
            if rule.slug in muted:
                coverage.append({**_not_judged(rule, ()), "state": "muted", "needs": "muted in rules.toml"})
            elif lacking := _lacking(rule, run, db):
                coverage.append(_not_judged(rule, lacking))
            else:
                if rule.over not in opened:
                    opened[rule.over] = open_relation(db, rule.over, stored=True)
                coverage.append(_judged(db, rule, opened[rule.over]))
            progress.update(done, len(rules), rule.slug)
        n_findings = _write_findings(run, db)
    run.write("coverage", GROUP, sorted(coverage, key=lambda row: str(row["rule"])))
    n_judged = sum(row["state"] == "judged" for row in coverage)
    progress.finish(f"{n_findings} findings of {n_judged} rules")
    return {"n_rules": len(rules), "n_judged": n_judged, "n_findings": n_findings}


def _lacking(rule: Rule, run: Run, db: duckdb.DuckDBPyConnection) -> list[str]:
    """Give what a rule needs and does not have; a column that nothing gives yet is lacking in any case."""
    wanted = missing(run, db, (*RELATIONS[rule.over].needs, *rule.needs))
    return [*wanted, *(need for need in later_needs(rule.over, rule.expression) if need not in wanted)]


def _not_judged(rule: Rule, lacking: Sequence[str]) -> dict[str, Any]:
    needs = "; ".join(dict.fromkeys(NEEDS[need].words for need in lacking))
    return {"rule": rule.slug, "over": rule.over, "state": "not judged", "needs": needs, "n_rows": 0, "n_flagged": 0,
            "n_unknown": 0}  # fmt: skip


def _judged(db: duckdb.DuckDBPyConnection, rule: Rule, view: str) -> dict[str, Any]:
    first, second = keys(rule)
    db.execute(f"""
        insert into finding
        select {quoted(rule.slug)}, {quoted(rule.over)}, {first}, {second}, {quoted(rule.severity)},
            {quoted(rule.priority)},
            coalesce(value, 0) from {view} where {rule.expression}
    """)
    ((n_rows, n_flagged, n_unknown),) = db.sql(f"""
        select count(*), count(*) filter (where ({rule.where})), count(*) filter (where ({rule.where}) is null)
        from {view} where {rule.gate}
    """).fetchall()
    return {"rule": rule.slug, "over": rule.over, "state": "judged", "needs": None, "n_rows": n_rows,
        "n_flagged": n_flagged,
            "n_unknown": n_unknown}  # fmt: skip


def keys(rule: Rule) -> tuple[str, str]:
    """Give the SQL of the two key columns that a finding keeps; the second is null where the relation has one."""
    key = RELATIONS[rule.over].key
    return key[0], key[1] if len(key) > 1 else "null::int"


def _write_findings(run: Run, db: duckdb.DuckDBPyConnection) -> int:
    """Write findings in their order, in parts of bounded size."""
    n_rows = n_parts = 0
    for batch in _ordered(db):
        n_rows += run.write("findings", GROUP, batch, n_parts)
        n_parts += 1
    if not n_parts:
        run.write("findings", GROUP, [])
    run.discard("findings", GROUP, max(n_parts, 1))
    return n_rows


def _ordered(db: duckdb.DuckDBPyConnection) -> Iterator[pa.RecordBatch]:
    yield from db.sql('select * from finding order by rule, "key", n').to_arrow_reader(500_000)


def evidence(db: duckdb.DuckDBPyConnection, rule: Rule, limit: int = 1_000) -> list[dict[str, Any]]:
    """Give the flagged rows of a rule, most valuable first: key columns, evidence columns and ``value``.

    ``db`` is a connection whose views are the tables of a snapshot (``Engine.connect``).
    """
    view = open_relation(db, rule.over)
    first, second = keys(rule)
    columns = list(dict.fromkeys((*RELATIONS[rule.over].key, *rule.evidence)))
    listed = ", ".join(f'r."{column}"' for column in columns)
    on = f'r."{first}" = f."key"' + ("" if second == "null::int" else f' and r."{second}" = f.n')
    order = ", ".join(f'r."{column}"' for column in RELATIONS[rule.over].key)
    rows = db.sql(f"""
        select {listed}, f.value from findings f join {view} r on {on} where f.rule = {quoted(rule.slug)}
        order by f.value desc, {order} limit {int(limit)}
    """)
    return rows.to_arrow_table().to_pylist()  # type: ignore[no-any-return]
