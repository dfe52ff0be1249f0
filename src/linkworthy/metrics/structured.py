"""Structured data against schema.org and what Google asks for: table ``structured_checks``.

Source: https://developers.google.com/search/docs/appearance/structured-data/search-gallery
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import groupby
from operator import itemgetter
from typing import Any, NamedTuple

import duckdb
import msgspec
import pyarrow as pa

from linkworthy.metrics.item_values import wrong_values
from linkworthy.metrics.items import MAX_NESTING, Items, Node, values_of
from linkworthy.metrics.vocabulary import is_a, meant_property, meant_type, nearest, parents, types_of
from linkworthy.metrics.wordlists import word_file
from linkworthy.tables import TABLES

MAX_ROWS = 200
"""Rows of one page that are kept."""
MAX_OBJECTS = 2_000
"""Objects of one page that are looked at."""
MAX_UNKNOWN = 10
"""Names of one page that schema.org does not have and that are compared with those that it has."""
_BATCH = 20_000
_POINTER = {"@type", "@id", "@context", "name"}
_OWN_CONTEXT = re.compile(
    r"\s*(?:https?:)?/{0,2}(?:www\.)?schema\.org(?:/?|/docs/jsonldcontext\.json(?:ld)?)\s*$", re.IGNORECASE
)
_RATING_OF = {"review", "reviews", "aggregateRating"}


class _Place(NamedTuple):
    """Where an object stands: the property that holds it, the types that it stands in, whether schema.org is meant."""

    name: str = ""
    kinds: tuple[str, ...] = ()
    depth: int = 0
    is_ours: bool = True


def structured_checks(db: duckdb.DuckDBPyConnection) -> Iterator[pa.Table]:
    """Check the items of own pages; gives rows in batches, for items with something to say. Linear."""
    rows = db.sql("""
        select s.url, s.n, s.syntax, s.data from structured s semi join own_page p using (url)
        where s.syntax in ('json-ld', 'microdata', 'rdfa') and not starts_with(coalesce(s.fault, ''), '@context')
        order by s.url, s.n
    """)
    schema = TABLES["structured_checks"].schema
    every = (row for batch in rows.to_arrow_reader(_BATCH) for row in batch.to_pylist())
    out: list[dict[str, Any]] = []
    for url, items in groupby(every, key=itemgetter("url")):
        out += [{"url": url, **found} for found in check_page(items)]
        if len(out) >= _BATCH:
            yield pa.Table.from_pylist(out, schema=schema)
            out = []
    yield pa.Table.from_pylist(out, schema=schema)


def check(data: str) -> list[dict[str, Any]]:
    """Check one item and the items inside it; gives what is missing or wrong of each that has something."""
    return list(check_page([{"n": 0, "syntax": "json-ld", "data": data}]))


def check_page(rows: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Check all items of a page together, since they name each other; ``n`` counts the objects that were looked at."""
    decoded = [(row["n"], row["syntax"], value) for row in rows if (value := _decoded(row["data"])) is not None]
    items = Items([value for _, _, value in decoded])
    n = n_rows = 0
    unknown: dict[str, str | None] = {}
    for item, syntax, value in decoded:
        for node, place in _objects(value):
            found = _check_node(node, place, items, syntax, unknown)
            if n_rows < MAX_ROWS and any(part for name, part in found.items() if name != "type"):
                yield {"n": n, "item": item, "syntax": syntax, **found}
                n_rows += 1
            n += 1
            if n >= MAX_OBJECTS:
                return


def _decoded(data: str) -> Node | None:
    try:
        value = msgspec.json.decode(data)
    except (msgspec.DecodeError, ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def _objects(value: Node) -> Iterator[tuple[Node, _Place]]:
    """Give an item and the items inside it, as they are written, each with its place."""
    pending: list[tuple[Any, _Place]] = [(value, _Place(is_ours=_is_ours(value.get("@context"))))]
    while pending:
        node, place = pending.pop()
        if isinstance(node, list):
            pending.extend((one, place) for one in reversed(node[:100]))
        elif isinstance(node, dict):
            yield node, place
            if place.depth < MAX_NESTING:
                kinds = tuple(types_of(node.get("@type"))) or ("?",)
                inside = [(name, part) for name, part in node.items() if not name.startswith("@")]
                pending.extend(
                    (part, _Place(name, kinds, place.depth + 1, place.is_ours))
                    for name, part in reversed(inside)
                    if isinstance(part, dict | list)
                )


def _is_ours(context: Any) -> bool:
    """Tell whether an item is written in the words of schema.org alone; one that says nothing is."""
    return context is None or (isinstance(context, str) and bool(_OWN_CONTEXT.match(context)))


def _check_node(node: Node, place: _Place, items: Items, syntax: str, unknown: dict[str, str | None]) -> dict[str, Any]:
    lists = word_file("structured")
    kinds = types_of(node.get("@type"))
    whole = items.whole(node)
    asked = [lists["types"][name] for name in _asked(node, kinds, place)]
    missing = [path for one in asked for path in one.get("required", ()) if not items.holds(whole, path)]
    missing += _more_missing(whole, kinds, place, items) if asked else []
    recommended = [path for one in asked for path in one.get("recommended", ()) if not items.holds(whole, path)]
    has_rating = items.holds(node, "aggregateRating")
    wrong = [*_misspelt(node, kinds, place, syntax, unknown), *wrong_values(node, kinds)]
    if has_rating and kinds and all(kind in parents() for kind in kinds) and not is_a(kinds, *lists["rated"]["types"]):
        wrong.append(f"aggregateRating: Google shows no stars for {kinds[0]}")
    return {
        "type": kinds[0] if kinds else _written_type(node),
        "missing": list(dict.fromkeys(missing)),
        "recommended": [path for path in dict.fromkeys(recommended) if not _is_below(path, missing)],
        "wrong": sorted(set(wrong)),
        "outdated": sorted(_outdated(node, kinds)),
        "is_retired": not place.name and is_a(kinds, *lists["retired"]["types"]),
        "is_self_rating": not place.name and has_rating and is_a(kinds, "Organization"),
    }


def _asked(node: Node, kinds: list[str], place: _Place) -> list[str]:
    """Give the entries of what Google asks for that an item answers to: those nearest to each of its types."""
    lists = word_file("structured")
    names = nearest(kinds, lists["types"])
    if not place.name:
        return [] if _is_pointer(node, kinds, is_inside=False) else names
    if place.name in lists["anywhere"]["pointing"] or _is_pointer(node, kinds, is_inside=True):
        return []
    found = [name for name in names if is_a([name], *lists["anywhere"]["types"])]
    # In a catalogue or a company's list an offer is no result of its own.
    is_priced = is_a(place.kinds, *lists["priced"]["types"])
    return found if is_priced else [name for name in found if not is_a([name], "Offer")]


def _is_pointer(node: Node, kinds: list[str], *, is_inside: bool) -> bool:
    """Tell whether an item but names a thing that is described elsewhere."""
    if not is_inside or is_a(kinds, "Offer", "Rating", "Review"):
        return "@id" in node and set(node) <= _POINTER
    return set(node) <= _POINTER | {"url"}


def _more_missing(node: Node, kinds: list[str], place: _Place, items: Items) -> Iterator[str]:
    """Give what depends on where an item stands, and what the entries of a list must have."""
    if is_a(kinds, "Review", "AggregateRating") and not is_a(kinds, "ClaimReview", "MediaReview"):
        is_apart = not place.name or place.name not in _RATING_OF
        if is_apart and not items.is_named(node):
            yield from (path for path in ("itemReviewed", "itemReviewed.name") if not items.holds(node, path))
    elif "aggregateRating" in node and not items.holds(node, "name"):
        yield "name"
    if "BreadcrumbList" in kinds or "ItemList" in kinds:
        entries = [items.whole(one) for one in values_of(node, "itemListElement") if isinstance(one, dict)]
        entries = [one for one in entries if is_a(types_of(one.get("@type")), "ListItem")]
        judge = _missing_in_trail if "BreadcrumbList" in kinds else _missing_in_list
        yield from judge(entries, items)


def _missing_in_trail(entries: list[Node], items: Items) -> Iterator[str]:
    for entry in entries:
        if not items.holds(entry, "position"):
            yield "itemListElement.position"
        is_named = "item" in entry and any(
            isinstance(one, dict) and items.holds(items.whole(one), "name") for one in values_of(entry, "item")
        )
        if not is_named and not items.holds(entry, "name"):
            yield "itemListElement.name"
        # The last one is the page itself.
        if entry is not entries[-1] and not items.holds(entry, "item"):
            yield "itemListElement.item"


def _missing_in_list(entries: list[Node], items: Items) -> Iterator[str]:
    for entry in entries:
        for path in ("position", "url|item"):
            if not items.holds(entry, path):
                yield f"itemListElement.{path}"


def _misspelt(
    node: Node, kinds: list[str], place: _Place, syntax: str, unknown: dict[str, str | None]
) -> Iterator[str]:
    """Give types and properties that schema.org does not have, with what was meant."""
    if not place.is_ours:
        return
    for kind in kinds:
        if (meant := _meant("@type", kind, unknown)) is not None:
            hint = f"did you mean {meant}?" if meant else "schema.org has no such type"
            yield f"@type: {kind} ({hint})"
    if not place.name and "@type" not in node and "@id" not in node and syntax == "json-ld":
        yield "@type: none is named"
    if kinds:
        replaced = _replaced()
        for name in list(node)[:200]:
            if (
                name not in replaced
                and name.isalnum()
                and name.isascii()
                and (meant := _meant("property", name, unknown))
            ):
                yield f"{name}: no property of schema.org (did you mean {meant}?)"


def _meant(what: str, name: str, unknown: dict[str, str | None]) -> str | None:
    """Look up a name, as long as few were unknown."""
    key = f"{what} {name}"
    if key in unknown:
        return unknown[key]
    if sum(meant is not None for meant in unknown.values()) >= MAX_UNKNOWN:
        return None
    unknown[key] = meant_type(name) if what == "@type" else meant_property(name)
    return unknown[key]


@cache
def _replaced() -> dict[str, str]:
    return dict(pair.split("=") for pair in word_file("structured")["outdated"]["words"].split())


def _outdated(node: Node, kinds: list[str]) -> set[str]:
    replaced = _replaced()
    found = {f"{name} (now {replaced[name]})" for name in (*node, *kinds) if name in replaced}
    types = node.get("@type")
    if any(isinstance(one, str) and "data-vocabulary.org" in one[:100] for one in (types, *values_of(node, "@type"))):
        found.add("data-vocabulary.org (now schema.org)")
    return found


def _is_below(path: str, missing: list[str]) -> bool:
    return path.partition(".")[0] in missing and "." in path


def _written_type(node: Node) -> str | None:
    first = next(iter(values_of(node, "@type")), None)
    return re.sub(r"^.*[/#:]", "", first.strip().rstrip("/"))[:200] or None if isinstance(first, str) else None
