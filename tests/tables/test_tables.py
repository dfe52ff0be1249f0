"""Schemas: keys and sort orders exist, nulls have a reason, names keep to the conventions."""

from __future__ import annotations

import pyarrow as pa
import pytest

from linkworthy.errors import InputError
from linkworthy.tables import TABLES, Table, table

ALL = pytest.mark.parametrize("relation", TABLES.values(), ids=lambda t: t.name)


@ALL
def test_key_and_sort_order_are_columns(relation: Table) -> None:
    assert set(relation.key) <= set(relation.names)
    assert set(relation.sort) <= set(relation.names)
    assert len(set(relation.names)) == len(relation.names)


@ALL
def test_the_schema_knows_every_column_and_whether_it_may_be_null(relation: Table) -> None:
    schema = relation.schema
    assert tuple(schema.names) == relation.names
    for column in relation.columns:
        assert schema.field(column.name).nullable == bool(column.null)
        assert column.meaning
        assert not column.meaning.endswith(".")


@ALL
def test_names_say_what_they_count_and_in_which_unit(relation: Table) -> None:
    for column in relation.columns:
        kind = relation.schema.field(column.name).type
        if column.name.endswith("_at"):
            assert pa.types.is_timestamp(kind), column.name
        if column.name.endswith(("_share", "_ms", "_s")):
            assert pa.types.is_floating(kind), column.name
        if column.name.startswith("n_"):
            assert pa.types.is_integer(kind), column.name
        if column.name.startswith(("is_", "has_", "in_")):
            assert pa.types.is_boolean(kind), column.name


def test_an_unknown_table_is_refused_with_the_names_of_all() -> None:
    with pytest.raises(InputError, match="no table 'pagez'; there are: pages"):
        table("pagez")
