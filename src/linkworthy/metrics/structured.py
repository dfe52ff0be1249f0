"""Structured data against what Google asks for: table ``structured_checks``.

Source: https://developers.google.com/search/docs/appearance/structured-data/search-gallery
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

import duckdb
import msgspec
import pyarrow as pa

from linkworthy.metrics.wordlists import word_file
from linkworthy.tables import TABLES

MAX_NESTING = 8
"""Items inside one another that are looked at."""
MAX_ROWS = 200
"""Rows of one page that are kept."""
_BATCH = 20_000
_DATE = re.compile(r"\d{4}(-\d\d(-\d\d([T ]\d\d:?\d\d(:?\d\d([.,]\d+)?)?\s*(Z|[+-]\d\d:?\d\d)?)?)?)?$")
_NUMBER = re.compile(r"[+-]?\d+([.,]\d+)?$")
_CURRENCY = re.compile(r"[A-Z]{3}$")
_LENGTH = re.compile(r"P(?=\d|T)(\d+Y)?(\d+M)?(\d+W)?(\d+D)?(T(\d+H)?(\d+M)?(\d+([.,]\d+)?S)?)?$")
_FORMS = {
    "date": _DATE, "number": _NUMBER, "currency": _CURRENCY, "duration": _LENGTH,
    "url": re.compile(r"(https?:)?//\S+$|/\S*$|[\w./?=&%#-]+$"),
}  # fmt: skip

Node = Mapping[str, Any]
_POINTER = {"@type", "@id", "@context", "name"}


def structured_checks(db: duckdb.DuckDBPyConnection) -> Iterator[pa.Table]:
    """Check JSON-LD and microdata of own pages; gives rows in batches, for items with something to say. Linear."""
    rows = db.sql("""
        select s.url, s.n, s.syntax, s.data from structured s semi join own_page p using (url)
        where s.syntax in ('json-ld', 'microdata') and s.fault is null order by s.url, s.n
    """)
    schema = TABLES["structured_checks"].schema
    last, place = "", 0
    for batch in rows.to_arrow_reader(_BATCH):
        out: list[dict[str, Any]] = []
        for row in batch.to_pylist():
            last, place = row["url"], place if row["url"] == last else 0
            for found in check(row["data"]):
                if place < MAX_ROWS:
                    out.append({"url": row["url"], "n": place, "item": row["n"], "syntax": row["syntax"], **found})
                    place += 1
        yield pa.Table.from_pylist(out, schema=schema)


def check(data: str) -> Iterator[dict[str, Any]]:
    """Check one item and the items inside it; gives what is missing or wrong of each that has something."""
    try:
        value = msgspec.json.decode(data)
    except (msgspec.DecodeError, ValueError, RecursionError):
        return
    pending: list[tuple[Any, str, int]] = [(value, "", 0)]
    while pending:
        node, parent, depth = pending.pop()
        if isinstance(node, list):
            pending.extend((one, parent, depth) for one in reversed(node[:100]))
        elif isinstance(node, dict):
            kind = _type(node)
            found = _check_node(node, kind, parent)
            if any(part for name, part in found.items() if name != "type"):
                yield found
            if depth < MAX_NESTING:
                inside = [part for name, part in node.items() if not name.startswith("@")]
                parts = (part for part in reversed(inside) if isinstance(part, dict | list))
                pending.extend((part, kind or "?", depth + 1) for part in parts)


def _check_node(node: Node, kind: str | None, parent: str) -> dict[str, Any]:
    lists = word_file("structured")
    known = lists["types"].get(kind or "", {})
    # In a catalogue or a company's list an offer is no result of its own.
    is_apart = kind == "Offer" and parent not in lists["priced"]["types"]
    is_whole = not parent or (kind in lists["anywhere"]["types"] and not is_apart)
    # A node of nothing but its name points at another that says the rest, and so does a variant with its address.
    pointer = _POINTER | {"url"} if kind == "Product" else _POINTER
    asked = known if is_whole and not set(node) <= pointer else {}
    return {
        "type": kind,
        "missing": [name for name in asked.get("required", ()) if not _has(node, name)],
        "recommended": [name for name in asked.get("recommended", ()) if not _has(node, name)],
        "wrong": sorted(_wrong(node, lists["forms"])),
        "outdated": sorted({*node, kind or ""} & set(lists["outdated"]["words"])),
        "is_retired": kind in lists["retired"]["types"] and not parent,
        "is_self_rating": kind in lists["businesses"]["types"] and _has(node, "aggregateRating") and not parent,
    }


def _has(node: Node, names: str) -> bool:
    """Tell whether one of the properties, parted by ``|``, has a value."""
    return any(node.get(name) not in (None, "", [], {}) for name in names.split("|"))


def _wrong(node: Node, forms: Mapping[str, list[str]]) -> Iterator[str]:
    for form, names in forms.items():
        for name in names:
            values = node.get(name)
            for value in (values if isinstance(values, list) else [values])[:20]:
                if isinstance(value, str) and value.strip() and not _FORMS[form].match(value.strip()):
                    yield f"{name}: {value.strip()[:80]}"


def _type(node: Node) -> str | None:
    types = node.get("@type")
    first = types[0] if isinstance(types, list) and types else types
    return re.sub(r"^.*[/#:]", "", first.strip())[:200] or None if isinstance(first, str) else None
