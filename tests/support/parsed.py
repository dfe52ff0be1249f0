"""Pages parsed from a few lines, and a check that they fit the tables."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import pyarrow as pa

from linkworthy.html.page import Page
from linkworthy.html.parse import parse
from linkworthy.tables.captured import BLOCKS, IMAGES, LINKS, PAGES, RESOURCES, STRUCTURED

URL = "https://www.shop.example/dir/page.html"
HTML = ("content-type", "text/html; charset=utf-8")
_INSTANT = datetime(2026, 1, 1, tzinfo=UTC)
_OTHERS = {"is_robots_allowed", "is_googlebot_allowed"}
"""Columns that no page knows: they come from robots.txt."""


def page(html: str | bytes, *headers: tuple[str, str], url: str = URL) -> Page:
    """Parse a document; without headers it is text/html in UTF-8."""
    return parse(html.encode() if isinstance(html, str) else html, headers or (HTML,), url)


def facts(html: str | bytes, *headers: tuple[str, str], url: str = URL) -> dict[str, Any]:
    """Give the columns of a document."""
    return page(html, *headers, url=url).facts


def assert_fits(parsed: Page) -> None:
    """Check that everything fits the Arrow schemas, and that null stands only where the schema allows it."""
    names = PAGES.names[PAGES.names.index("last_modified_at") : PAGES.names.index("feeds") + 1]
    assert set(parsed.facts) == set(names) - _OTHERS
    _rows(PAGES, [parsed.facts], names)
    _rows(LINKS, [link._asdict() for link in parsed.links])
    _rows(BLOCKS, [block._asdict() for block in parsed.blocks])
    _rows(IMAGES, [image._asdict() for image in parsed.images])
    _rows(RESOURCES, [resource._asdict() for resource in parsed.resources])
    _rows(STRUCTURED, [item._asdict() for item in parsed.items])


def _rows(table: Any, rows: Sequence[dict[str, Any]], names: Sequence[str] | None = None) -> None:
    if not rows:
        return
    known = [name for name in (names or table.names) if name in rows[0]]
    schema = pa.schema([table.schema.field(name) for name in known])
    batch = pa.RecordBatch.from_pylist([{name: row[name] for name in known} for row in rows], schema=schema)
    batch.validate(full=True)
    for field in schema:
        assert field.nullable or batch.column(field.name).null_count == 0, field.name
