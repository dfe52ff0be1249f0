"""Questions in SQL, and whole tables by name."""

from __future__ import annotations

import duckdb
import pyarrow as pa

from linkworthy.errors import InputError
from linkworthy.questions.open import Answers, Question
from linkworthy.tables import table


def rows_of(answers: Answers, name: str, *, where: str = "", limit: int = 100, offset: int = 0) -> pa.Table:
    """Give rows of a table in its own order, with an optional SQL predicate.

    Raises: InputError for an unknown table or a wrong predicate.
    """
    return answers.answer(about_table(answers, name, where=where, limit=limit, offset=offset))


def about_table(answers: Answers, name: str, *, where: str = "", limit: int | None = None, offset: int = 0) -> Question:
    """Ask for rows of a table as :func:`rows_of` does; without a limit for all of them."""
    relation = table(name)
    order = ", ".join(f'"{column}"' for column in relation.sort)
    condition = _condition(answers, name, where)
    return Question(f'select * from "{name}" {condition} order by {order} limit ? offset ?', [limit, offset])


def size_of(answers: Answers, name: str, where: str = "") -> int:
    """Count the rows of a table that fulfil a predicate."""
    condition = _condition(answers, table(name).name, where)
    return int(answers.one(f'select count(*) as n from "{name}" {condition}')["n"])


def _condition(answers: Answers, name: str, where: str) -> str:
    """Put a predicate into a clause: a remark in it ends with its line, and a second statement is refused."""
    if not where.strip():
        return ""
    clause = f"where (\n{where}\n)"
    _check_is_one_select(answers, f'select * from "{name}" {clause}')
    return clause


def sql(answers: Answers, query: str) -> pa.Table:
    """Answer any read-only query over the snapshot's tables.

    Raises: InputError for a query that is wrong, or that is no query.
    """
    return answers.answer(about_sql(answers, query))


def about_sql(answers: Answers, query: str) -> Question:
    """Ask any read-only query, as :func:`sql` does."""
    _check_is_one_select(answers, query)
    return Question(query)


def _check_is_one_select(answers: Answers, query: str) -> None:
    try:
        statements = answers.db.extract_statements(query)
    except duckdb.Error as fault:
        raise InputError(f"query: {str(fault).splitlines()[0]}") from None
    if len(statements) != 1 or statements[0].type.name != "SELECT":
        raise InputError("query: one SELECT, please; the tables are only read")
