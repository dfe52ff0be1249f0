"""The relations that rules judge: named views over the stored tables.

Each has a key, which findings keep, and a column ``value``: what stands behind the row, for sorting. Value is the
number of referring domains plus ln(1 + visits) of the page concerned, or how much the row stands for.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from functools import lru_cache

import duckdb

from linkworthy.catalogue.file_relations import FILE_RELATIONS
from linkworthy.catalogue.link_relations import LINK_RELATIONS
from linkworthy.catalogue.page_relations import PAGE_RELATIONS
from linkworthy.catalogue.relation import Relation, absent
from linkworthy.catalogue.set_relations import SET_RELATIONS
from linkworthy.engine.embedded import quoted

__all__ = ["RELATIONS", "Relation", "column_needs", "later_needs", "open_relation", "view_name"]

RELATIONS: dict[str, Relation] = {
    relation.name: relation for relation in (*PAGE_RELATIONS, *LINK_RELATIONS, *FILE_RELATIONS, *SET_RELATIONS)
}


def view_name(name: str) -> str:
    """Give the name under which a relation is opened; stored tables keep their own names."""
    return f"judged_{name}"


def open_relation(db: duckdb.DuckDBPyConnection, name: str, *, columns: Collection[str] = ()) -> str:
    """Make a relation visible, as a view, or with some columns computed once as a table; gives its name for queries.

    ``columns`` may hold words that are no columns.
    """
    view = view_name(name)
    if columns:
        listed = ", ".join(map(quoted, sorted(columns)))
        db.execute(f"""
            create or replace temp table {view} as
            select columns(lambda named: lower(named) in ({listed})) from ({RELATIONS[name].sql()})
        """)
    else:
        db.execute(f"create or replace temp view {view} as {RELATIONS[name].sql()}")
    return view


def column_needs(name: str, expression: str) -> tuple[str, ...]:
    """Give what the columns need that an expression reads, beyond the tables of their relation."""
    words = _words(expression)
    return tuple(dict.fromkeys(need for column, need in RELATIONS[name].wants.items() if column in words))


def _words(expression: str) -> set[str]:
    return set(re.findall(r"[a-z_][a-z0-9_]*", re.sub(r"'[^']*'", "", expression)))


@lru_cache(maxsize=4_096)
def later_needs(name: str, expression: str) -> tuple[str, ...]:
    """Give what the columns need that an expression reads and that nothing gives yet."""
    words = _words(expression)
    pending = absent(RELATIONS[name].later, "pages" if name == "own_pages" else "")
    return tuple(dict.fromkeys(need for column, (_kind, need) in pending.items() if column in words))
