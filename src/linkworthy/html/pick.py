"""Picks values out of a page as a user asks for them: CSS selectors, XPath, regular expressions, plain text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import turbohtml

from linkworthy.errors import InputError
from linkworthy.html.fold import fold

KINDS = ("css", "xpath", "regex", "text")
MAX_VALUES = 1_000
"""Values of one field on one page."""
_WHOLE = re.compile(r"(.*\S)\s*::(html|text)\s*$", re.DOTALL)
_ATTRIBUTE = re.compile(r"(.*\S)\s*::attr\(([A-Za-z_:][-\w:.]*)\)\s*$", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Field:
    """One thing to pick: a name, how it is asked for, and the expression.

    css: the text of each element (``selector::text`` says so), an attribute for ``selector::attr(name)``, the markup of
    the element for ``selector::html``. xpath: texts, attributes, numbers
    and elements' texts. regex: the first group, or the whole match, in the page's source. text: the source holds it,
    whatever the case.
    """

    name: str
    kind: str
    expression: str

    def check(self) -> None:
        """Try the expression on an empty page.

        Raises: InputError naming the field where it is wrong.
        """
        self.pick("<p></p>", None)

    def pick(self, source: str, document: Any) -> list[str]:
        """Give the values on a page; ``document`` is the parsed page, null to have it parsed.

        Raises: InputError naming the field where the expression is wrong.
        """
        try:
            if self.kind == "regex":
                found = re.finditer(self.expression, source)
                return [fold(match[1] if match.re.groups else match[0]) for match, _ in zip(found, range(MAX_VALUES))]  # noqa: B905
            if self.kind == "text":
                return [self.expression] if self.expression.casefold() in source.casefold() else []
            tree = turbohtml.parse(source, positions=False) if document is None else document
            values = _css(tree, self.expression) if self.kind == "css" else _xpath(tree, self.expression)
        except (ValueError, re.error) as fault:
            raise InputError(f"{self.kind} {self.name}={self.expression}: {fault}") from None
        return [fold(value) for value in values[:MAX_VALUES]]


def _css(tree: Any, expression: str) -> list[str]:
    asked = _ATTRIBUTE.match(expression)
    if asked is None and (whole := _WHOLE.match(expression)) is not None:
        return [str(node.html if whole[2] == "html" else node.text) for node in tree.select(whole[1])]
    if asked is None:
        return [str(node.text) for node in tree.select(expression)]
    found = (node.attrs.get(asked[2].lower()) for node in tree.select(asked[1]))
    return ["" if value is None else _plain(value) for value in found if value is not None]


def _xpath(tree: Any, expression: str) -> list[str]:
    found = tree.xpath(expression)
    return [_plain(value) for value in (found if isinstance(found, list) else [found])]


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return f"{value:g}"
    if isinstance(value, (list, tuple)):
        return " ".join(map(str, value))
    return value if isinstance(value, str) else str(getattr(value, "text", value))


def pick(source: str, fields: Sequence[Field]) -> dict[str, list[str]]:
    """Give the values of each field on a page, which is parsed once where any field needs it."""
    needs_tree = any(field.kind in {"css", "xpath"} for field in fields)
    document = turbohtml.parse(source, positions=False) if needs_tree else None
    return {field.name: field.pick(source, document) for field in fields}
