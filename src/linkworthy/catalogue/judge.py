"""Judges a tuple of rules: writes ``findings`` (keys only) and ``coverage``, and reads evidence when asked."""

from __future__ import annotations

import re
from collections.abc import Container, Iterator, Mapping, Sequence
from functools import cache
from typing import Any

import duckdb
import pyarrow as pa

from linkworthy.catalogue.needs import NEEDS, missing
from linkworthy.catalogue.relations import RELATIONS, column_needs, later_needs, open_relation
from linkworthy.catalogue.rule import Rule
from linkworthy.engine.embedded import Embedded, quoted
from linkworthy.engine.progress import Progress
from linkworthy.errors import InputError
from linkworthy.metrics.newest import show_once
from linkworthy.site import Run, SiteConfig

GROUP = "audit"
_AT_ONCE = 50
"""Rules that are counted by one query."""
_FEW_KEYS = 500
"""Keys of findings that are named in a query."""


def judge(
    rules: Sequence[Rule],
    run: Run,
    config: SiteConfig,  # noqa: ARG001 - the form of a stage
    engine: Embedded,
    progress: Progress,
    *,
    muted: Container[str] = (),
) -> dict[str, Any]:
    """Judge every rule over its relation: counts of many in one query, then keys of what is flagged; gives counts.

    Raises: InputError naming the rule whose predicate fails on a row, as where it takes a text for a number.
    """
    progress.start("audit", len(rules))
    with engine.connect(run.tables()) as db:
        show_once(db, run.tables())
        db.execute("""create temp table finding (rule varchar, "over" varchar, "key" varchar, n int, severity varchar,
            priority varchar, value double)""")
        coverage, judged = _sorted_out(rules, run, db, muted)
        done = len(coverage)
        for over, some in judged.items():
            try:
                for rows in _judged_over(db, over, some):
                    coverage += rows
                    done += len(rows)
                    progress.update(done, len(rules), rows[-1]["rule"])
            except (duckdb.ConversionException, duckdb.InvalidInputException, duckdb.OutOfRangeException):
                _blame(db, over, some)
                raise
        n_findings = _write_findings(run, db)
    run.write("coverage", GROUP, sorted(coverage, key=lambda row: str(row["rule"])))
    n_judged = sum(row["state"] == "judged" for row in coverage)
    progress.finish(f"{n_findings} findings of {n_judged} rules")
    return {"n_rules": len(rules), "n_judged": n_judged, "n_findings": n_findings}


def _sorted_out(
    rules: Sequence[Rule], run: Run, db: duckdb.DuckDBPyConnection, muted: Container[str]
) -> tuple[list[dict[str, Any]], dict[str, list[Rule]]]:
    """Give the coverage of rules that are not judged, and those that are, by their relation."""
    coverage: list[dict[str, Any]] = []
    judged: dict[str, list[Rule]] = {}
    lacks = cache(lambda name: bool(missing(run, db, (name,))))
    for rule in rules:
        wanted = (*RELATIONS[rule.over].needs, *rule.needs, *column_needs(rule.over, rule.expression))
        lacking = [name for name in dict.fromkeys(wanted) if lacks(name)]
        # A column that nothing gives yet is lacking in any case.
        lacking += [need for need in later_needs(rule.over, rule.expression) if need not in lacking]
        if rule.slug in muted:
            coverage.append({**_not_judged(rule, ()), "state": "muted", "needs": "muted in rules.toml"})
        elif lacking:
            coverage.append(_not_judged(rule, lacking))
        else:
            judged.setdefault(rule.over, []).append(rule)
    return coverage, judged


def _words_of(over: str, rules: Sequence[Rule]) -> set[str]:
    """Give the words that rules read, columns of their relation among them, and its key and its value."""
    words = set(RELATIONS[over].key) | {"value"}
    for rule in rules:
        words.update(re.findall(r"[a-z_][a-z0-9_]*", rule.expression.lower()))
    return words


def _not_judged(rule: Rule, lacking: Sequence[str]) -> dict[str, Any]:
    needs = "; ".join(dict.fromkeys(NEEDS[need].words for need in lacking))
    return {"rule": rule.slug, "over": rule.over, "state": "not judged", "needs": needs, "n_rows": 0, "n_flagged": 0,
            "n_unknown": 0}  # fmt: skip


def _judged_over(db: duckdb.DuckDBPyConnection, over: str, rules: Sequence[Rule]) -> Iterator[list[dict[str, Any]]]:
    """Judge all rules of one relation; gives their coverage, some at a time."""
    if RELATIONS[over].is_long:
        yield _judged_passing(db, rules)
        return
    view = open_relation(db, over, columns=_words_of(over, rules))
    for start in range(0, len(rules), _AT_ONCE):
        yield _judged(db, rules[start : start + _AT_ONCE], view)
    db.execute(f"drop table {view}")


def _blame(db: duckdb.DuckDBPyConnection, over: str, rules: Sequence[Rule]) -> None:
    """Raise InputError for the first rule whose predicate fails on a row of its relation."""
    for rule in rules:
        try:
            db.sql(f"select {', '.join(_counts((rule,)))} from ({RELATIONS[over].sql()})").fetchall()
        except duckdb.Error as fault:
            said = str(fault).split("\n\n")[0].replace("\n", " ")
            raise InputError(f"rule {rule.slug}: {said}") from None


def _judged(db: duckdb.DuckDBPyConnection, rules: Sequence[Rule], view: str) -> list[dict[str, Any]]:
    """Count by several rules of one relation in one query, and write the keys of what they flag."""
    (counted,) = db.sql(f"select {', '.join(_counts(rules))} from {view}").fetchall()
    coverage = _covered(rules, counted)
    for rule, row in zip(rules, coverage, strict=True):
        if row["n_flagged"]:
            first, second = keys(rule)
            _find(db, rule, f"{first}, {second}", f"from {view} where {rule.expression}")
    return coverage


def _judged_passing(db: duckdb.DuckDBPyConnection, rules: Sequence[Rule]) -> list[dict[str, Any]]:
    """Do the same for a relation with very many rows in one pass over it: only what is flagged is kept."""
    first, second = keys(rules[0])
    places = ", ".join(f"if({rule.expression}, {place}, null)" for place, rule in enumerate(rules))
    db.execute(f"""
        create or replace temp table passed as
        with told as ({RELATIONS[rules[0].over].sql()})
        select [{", ".join(_counts(rules))}]::bigint[] as counted, null::int[] as places, null::varchar as first,
            null::int as second, null::double as value from told
        union all
        select null, [{places}], {first}, {second}, value from told
        where {" or ".join(f"({rule.expression})" for rule in rules)}
    """)
    ((counted,),) = db.sql("select counted from passed where counted is not null").fetchall()
    coverage = _covered(rules, counted)
    for place, (rule, row) in enumerate(zip(rules, coverage, strict=True)):
        if row["n_flagged"]:
            _find(db, rule, "first, second", f"from passed where list_contains(places, {place})")
    db.execute("drop table passed")
    return coverage


def _counts(rules: Sequence[Rule]) -> Iterator[str]:
    """Give the SQL of the rows that each rule judges, flags and cannot judge, three columns a rule."""
    for rule in rules:
        yield f"count(*) filter (where {rule.gate})"
        yield f"count(*) filter (where {rule.expression})"
        yield f"count(*) filter (where ({rule.gate}) and ({rule.where}) is null)"


def _covered(rules: Sequence[Rule], counted: Sequence[int]) -> list[dict[str, Any]]:
    return [
        {"rule": rule.slug, "over": rule.over, "state": "judged", "needs": None, "n_rows": counted[3 * place],
         "n_flagged": counted[3 * place + 1], "n_unknown": counted[3 * place + 2]}
        for place, rule in enumerate(rules)
    ]  # fmt: skip


def _find(db: duckdb.DuckDBPyConnection, rule: Rule, named: str, rows: str) -> None:
    db.execute(f"""
        insert into finding
        select {quoted(rule.slug)}, {quoted(rule.over)}, {named}, {quoted(rule.severity)}, {quoted(rule.priority)},
            coalesce(value, 0) {rows}
    """)


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
    return evidence_of(db, (rule,), limit)[rule.slug]


def evidence_of(
    db: duckdb.DuckDBPyConnection, rules: Sequence[Rule], limit: int = 1_000
) -> dict[str, list[dict[str, Any]]]:
    """Give the flagged rows of several rules by their slugs, see ``evidence``; each relation is asked once."""
    found: dict[str, list[dict[str, Any]]] = {rule.slug: [] for rule in rules}
    for over in dict.fromkeys(rule.over for rule in rules):
        some = [rule for rule in rules if rule.over == over]
        key = RELATIONS[over].key
        columns = list(dict.fromkeys((*key, *(name for rule in some for name in rule.evidence))))
        slugs = ", ".join(quoted(rule.slug) for rule in some)
        listed = ", ".join(f'r."{column}"' for column in columns)
        names = ", ".join(f'"{column}"' for column in columns)
        on = f'r."{key[0]}" = f."key"' + (f' and r."{key[1]}" = f.n' if len(key) > 1 else "")
        order = ", ".join(f'r."{column}"' for column in key)
        named = db.sql(f"""
            select rule, "key", n, value from findings where rule in ({slugs})
            qualify row_number() over (partition by rule order by value desc, "key", n) <= {int(limit)}
        """).to_arrow_table()
        db.register("named finding", named)
        # The engine looks up a few keys where it reads the tables; a list of many would only be in its way.
        firsts = set(named.column("key").to_pylist()) - {None}
        few = f"where {key[0]} in ({', '.join(map(quoted, sorted(firsts)))})" if 0 < len(firsts) <= _FEW_KEYS else ""
        ask = RELATIONS[over].named
        said = ask('"named finding"') if ask else RELATIONS[over].sql()
        rows = db.sql(f"""
            with r as (select {names} from ({said}) {few})
            select f.rule as rule_slug, {listed}, f.value as worth from "named finding" f join r on {on}
            order by f.rule, f.value desc, {order}
        """).to_arrow_table()
        db.unregister("named finding")
        _share_out(rows, some, key, found)
    return found


def _share_out(
    rows: pa.Table, rules: Sequence[Rule], key: Sequence[str], found: Mapping[str, list[dict[str, Any]]]
) -> None:
    """Give each rule its rows, with its own columns."""
    slugs = rows.column("rule_slug").to_pylist()
    for rule in rules:
        if rule.slug in slugs:
            start = slugs.index(rule.slug)
            own = rows.slice(start, slugs.count(rule.slug))
            names = dict.fromkeys((*key, *rule.evidence))
            listed = own.select([*names, "worth"]).rename_columns([*names, "value"])
            found[rule.slug].extend(listed.to_pylist())
