"""Structured data: JSON-LD, microdata and OpenGraph as items of one shape, and the nodes inside them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from typing import Any

import msgspec

from linkworthy.html.fold import clean
from linkworthy.html.gathered import Attributes, Captured
from linkworthy.html.page import Item

MAX_ITEMS = 500
"""Items a page that are kept."""
MAX_NODES = 5_000
"""Objects of all items that are looked at."""
MAX_NESTING = 64
"""Objects inside one another that are looked at; honest data stays under ten."""
MAX_DATA_CHARACTERS = 20_000
"""Characters of one item's JSON."""

Node = dict[str, Any]

_WRAPPING = re.compile(
    r"^\s*(?:<!--|//\s*<!\[CDATA\[|<!\[CDATA\[|/\*\s*<!\[CDATA\[\s*\*/)|(?:-->"
    r"|//\s*\]\]>|\]\]>|/\*\s*\]\]>\s*\*/)\s*;?\s*$"
)
_COMMENT = re.compile(r"^\s*//[^\n]*$|/\*[^*]*\*/", re.MULTILINE)
_TRAILING_COMMA = re.compile(r",(\s*[}\]])")
_VOCABULARY = re.compile(r"^.*[/#:]")


_OWN_CONTEXT = re.compile(
    r"(?:https?:)?/{0,2}(?:www\.)?schema\.org(?:/?|/docs/jsonldcontext\.json(?:ld)?)$", re.IGNORECASE
)
_NEAR_CONTEXT = re.compile(
    r"(?:https?:)?/{0,3}(?:www\.)?(?:schema\.org.{0,100}|s?c?h?e?m+a?s?[.,](?:org|com|net|io)/?)$", re.IGNORECASE
)


def read_json(text: str) -> tuple[Any, str | None]:
    """Read JSON as tolerantly as consumers do: wrapped in comments, with raw control characters or trailing commas.

    Returns the value, null where it could not be read, and what is wrong with it, null where nothing is: what a
    strict reader such as Google's refuses is told with its line and column, though it was read here.
    """
    if not text.strip():
        return None, "empty"
    try:
        return msgspec.json.decode(clean(text)), None
    except RecursionError:
        return None, "nested too deeply"
    except (msgspec.DecodeError, ValueError):
        bare = _WRAPPING.sub("", text)
    for attempt in (text, bare, _TRAILING_COMMA.sub(r"\1", _COMMENT.sub("", bare))):
        try:
            value = json.loads(attempt, strict=False, parse_constant=lambda _name: None)
        except RecursionError:
            return None, "nested too deeply"
        except ValueError:
            continue
        return value, _fault(text, bare)
    return None, _fault(text, bare) or "no JSON"


def _fault(text: str, bare: str) -> str | None:
    """Say what a strict reader stops at, with the line of the script; raw control characters stop none that matters."""
    try:
        json.loads(bare, strict=False, parse_constant=_refuse)
    except json.JSONDecodeError as error:
        before, rest = bare[: error.pos].rstrip(), bare[error.pos : error.pos + 2]
        place, what = error.pos, error.msg
        if rest[:1] in {"}", "]"} and before.endswith(","):
            place, what = len(before) - 1, "Trailing comma"
        elif rest.startswith(",") and "trailing" in what:
            what = "Trailing comma"
        elif rest in {"//", "/*"}:
            what = "Comment"
        place += max(text.find(bare[:200]), 0)
        return f"{what} at line {text.count(chr(10), 0, place) + 1}, column {place - text.rfind(chr(10), 0, place)}"
    except RecursionError:
        return "nested too deeply"
    except ValueError as error:
        return clean(str(error))[:200]
    return None


def _refuse(name: str) -> None:
    raise ValueError(f"{name} is no number of JSON")


def context_fault(node: Node) -> str | None:
    """Tell what is wrong with the context of a top-level item: none, or one that but looks like schema.org.

    Contexts of other vocabularies are taken as they are.
    """
    context = node.get("@context")
    if context in (None, "", [], {}):
        return '@context is missing: write "@context": "https://schema.org"'
    if isinstance(context, str) and not _OWN_CONTEXT.match(one := context.strip()[:300]) and _NEAR_CONTEXT.match(one):
        return f'@context is {clean(one)[:100]}: write "https://schema.org"'
    return None


def short_type(node: Node) -> str | None:
    """Give the first type of a node without its vocabulary, null where it names none."""
    types = node.get("@type")
    first = types[0] if isinstance(types, list) and types else types
    if not isinstance(first, str):
        return None
    return clean(_VOCABULARY.sub("", first.strip().rstrip("/"))[:200]).strip() or None


def json_ld_nodes(value: Any) -> list[Node]:
    """Flatten what a script holds: an object, a list of objects, or a graph of them, each with its context."""
    nodes: list[Node] = []
    pending = [(value, None)]
    while pending and len(nodes) < MAX_ITEMS:
        one, context = pending.pop()
        if isinstance(one, list):
            pending.extend((part, context) for part in reversed(one[:MAX_NODES]))
        elif isinstance(one, dict):
            graph, context = one.get("@graph"), one.get("@context", context)
            if isinstance(graph, list | dict):
                pending.append((graph, context))
                if "@type" in one:
                    nodes.append({key: part for key, part in one.items() if key != "@graph"})
            elif one:
                nodes.append(one if "@context" in one or context is None else {"@context": context, **one})
    return nodes


def open_graph(metas: Sequence[Attributes]) -> Node:
    """Collect ``og:``, ``article:``, ``product:`` and ``profile:`` metas, repeats as lists."""
    found: Node = {}
    for meta in metas:
        name = (meta.get("property") or meta.get("name") or "").strip().lower()[:100]
        if not name.startswith(("og:", "article:", "product:", "profile:", "book:", "business:", "place:")):
            continue
        value = " ".join((meta.get("content") or "")[:4_000].split())[:2_000]
        if name not in found:
            found[name] = value
        elif isinstance(found[name], list):
            found[name].append(value)
        else:
            found[name] = [found[name], value]
    return found


def items_of(
    json_ld: Sequence[Captured], microdata: Sequence[Node], graph: Node, rdfa: Sequence[Node] = ()
) -> tuple[list[Item], list[Node]]:
    """Make the rows of table ``structured`` and give the top-level nodes of JSON-LD, microdata and RDFa."""
    items: list[Item] = []
    nodes: list[Node] = []
    for script in json_ld:
        value, fault = read_json(script.text)
        if value is None:
            fault = fault or "no object"
            items.append(Item(len(items), "json-ld", None, clean(script.text[:MAX_DATA_CHARACTERS]), fault))
            continue
        for node in json_ld_nodes(value):
            nodes.append(node)
            said = fault or context_fault(node)
            items.append(Item(len(items), "json-ld", short_type(node), as_json(node), said))
        if len(items) >= MAX_ITEMS:
            break
    for syntax, written in (("microdata", microdata), ("rdfa", rdfa)):
        for node in written[: max(0, MAX_ITEMS - len(items))]:
            nodes.append(node)
            items.append(Item(len(items), syntax, short_type(node), as_json(node), None))
    if graph and any(name.startswith("og:") for name in graph):
        kind = first_text(graph.get("og:type"))
        items.append(Item(len(items), "opengraph", kind[:200] if kind else None, as_json(graph), None))
    return items, nodes


def as_json(node: Node) -> str:
    """Write a node as JSON of bounded length that can always be read again."""
    for depth, names, width, length in _MEASURES:
        text = json.dumps(
            _bounded(node, depth, names, width, length), ensure_ascii=False, separators=(",", ":"), allow_nan=False
        )
        if len(text) <= MAX_DATA_CHARACTERS:
            return text
    return json.dumps({"@type": short_type(node)}, ensure_ascii=False)


# Long texts and long lists are cut before properties are: what is there at all can still be told.
_MEASURES = (
    (MAX_NESTING, 2_000, 2_000, MAX_DATA_CHARACTERS), (8, 100, 50, 500), (8, 60, 8, 200), (6, 40, 2, 100),
    (3, 20, 2, 80), (1, 10, 2, 60),
)  # fmt: skip
"""Objects inside one another, properties of each, values of a list, characters of a text: smaller and smaller."""


def _bounded(value: Any, depth: int, names: int, width: int, length: int) -> Any:
    if isinstance(value, dict):
        parts = list(value.items())[:names] if depth > 0 else []
        return {clean(str(key)[:200]): _bounded(part, depth - 1, names, width, length) for key, part in parts}
    if isinstance(value, list):
        return [_bounded(part, depth - 1, names, width, length) for part in value[:width]] if depth > 0 else []
    if isinstance(value, str):
        return clean(value[:length])
    # NaN and infinities are no JSON, and huge integers no reader's number.
    is_huge = isinstance(value, int | float) and not -1e300 < value < 1e300
    return None if is_huge else value


def every_node(nodes: Sequence[Node]) -> Iterator[Node]:
    """Give all objects inside the nodes, breadth first and bounded."""
    level: list[Any] = list(nodes)
    seen = 0
    for _ in range(MAX_NESTING):
        below: list[Any] = []
        for one in level:
            if isinstance(one, dict):
                yield one
                seen += 1
                if seen >= MAX_NODES:
                    return
                below.extend(part for part in one.values() if isinstance(part, dict | list))
            elif isinstance(one, list):
                below.extend(part for part in one[:MAX_NODES] if isinstance(part, dict | list))
        if not below:
            return
        level = below[: MAX_NODES * 2]


def first_text(value: Any) -> str | None:
    """Give the first text of a value that may be a text, a number, an object with a name, or a list of these."""
    for _ in range(4):
        if isinstance(value, list):
            value = value[0] if value else None
        elif isinstance(value, dict):
            value = value.get("name", value.get("@value"))
        else:
            break
    if isinstance(value, int | float) and not isinstance(value, bool):
        value = str(value) if abs(value) < 1e15 else None
    if not isinstance(value, str):
        return None
    return clean(" ".join(value[:20_000].split())[:2_000]) or None
