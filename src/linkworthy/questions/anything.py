"""Questions in SQL, and whole tables by name."""

from __future__ import annotations

import pyarrow as pa

from linkworthy.errors import InputError
from linkworthy.questions.open import Answers
from linkworthy.tables import table


def rows_of(answers: Answers, name: str, *, where: str = "", limit: int = 100, offset: int = 0) -> pa.Table:
    """Give rows of a table in its own order, with an optional SQL predicate.

    Raises: InputError for an unknown table or a wrong predicate.
    """
    relation = table(name)
    order = ", ".join(f'"{column}"' for column in relation.sort)
    condition = f"where ({where})" if where else ""
    return answers.ask(f'select * from "{name}" {condition} order by {order} limit ? offset ?', [limit, offset])


def size_of(answers: Answers, name: str, where: str = "") -> int:
    """Count the rows of a table that fulfil a predicate."""
    condition = f"where ({where})" if where else ""
    return int(answers.one(f'select count(*) as n from "{table(name).name}" {condition}')["n"])


def sql(answers: Answers, query: str) -> pa.Table:
    """Answer any read-only query over the snapshot's tables.

    Raises: InputError for a query that is wrong, or that is no query.
    """
    statements = answers.db.extract_statements(query)
    if len(statements) != 1 or statements[0].type.name not in {"SELECT", "EXPLAIN", "RELATION"}:
        raise InputError("query: one SELECT, please; the tables are only read")
    return answers.ask(query)
