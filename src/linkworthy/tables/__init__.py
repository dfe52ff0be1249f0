"""Every table between two stages, written once: Arrow schema, units, meaning, why null, key and sort order."""

from __future__ import annotations

from linkworthy.errors import InputError
from linkworthy.tables.captured import CAPTURED
from linkworthy.tables.counted import COUNTED
from linkworthy.tables.form import Column, Table
from linkworthy.tables.judged import JUDGED
from linkworthy.tables.lab import LAB
from linkworthy.tables.measured import MEASURED
from linkworthy.tables.migrated import MIGRATED
from linkworthy.tables.reported import REPORTED

__all__ = ["TABLES", "Column", "Table", "table"]

TABLES: dict[str, Table] = {table.name: table for table in (*CAPTURED, *REPORTED, *COUNTED, *MEASURED, *LAB, *JUDGED, *MIGRATED)}


def table(name: str) -> Table:
    """Give a table by its name.

    Raises: InputError where there is none of that name.
    """
    try:
        return TABLES[name]
    except KeyError:
        raise InputError(f"no table {name!r}; there are: {', '.join(TABLES)}") from None
