"""How to reach the owner of a page: mail addresses, telephone numbers, postal addresses."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any
from urllib.parse import unquote

from linkworthy.html.fold import clean, fold
from linkworthy.html.gathered import Captured
from linkworthy.html.structured import Node, first_text

MAX_CONTACTS = 50
"""Mail addresses, telephones or addresses a page that are kept of each."""

_EMAIL = re.compile(r"[a-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){1,8}", re.IGNORECASE)
_NOT_DIAL = re.compile(r"[^\d+]")
_PARTS = ("streetAddress", "postalCode", "addressLocality", "addressRegion", "addressCountry")


def emails_of(hrefs: Iterable[str], nodes: Iterable[Node]) -> list[str]:
    """Collect the addresses of mailto links and structured data, lower case."""
    found: dict[str, None] = {}
    for href in hrefs:
        if href[:10].lstrip()[:7].lower() == "mailto:":
            for part in unquote(href.partition(":")[2].partition("?")[0][:500]).split(","):
                _add_email(found, part)
    for node in nodes:
        if isinstance(node.get("email"), str):
            _add_email(found, node["email"][:500].removeprefix("mailto:"))
    return list(found)[:MAX_CONTACTS]


def _add_email(found: dict[str, None], text: str) -> None:
    match = _EMAIL.fullmatch(text.strip())
    if match and len(found) < MAX_CONTACTS:
        found[match[0].lower()] = None


def telephones_of(hrefs: Iterable[str], nodes: Iterable[Node]) -> list[str]:
    """Collect the numbers of tel links and structured data, digits and a leading plus sign."""
    found: dict[str, None] = {}
    for href in hrefs:
        if href[:8].lstrip()[:4].lower() == "tel:":
            _add_number(found, unquote(href.partition(":")[2].partition(";")[0][:100]))
    for node in nodes:
        for key in ("telephone", "phone"):
            values = node.get(key)
            for value in values[:10] if isinstance(values, list) else [values]:
                _add_number(found, first_text(value) or "")
    return list(found)[:MAX_CONTACTS]


def _add_number(found: dict[str, None], text: str) -> None:
    digits = _NOT_DIAL.sub("", text[:100])
    number = ("+" if digits.startswith("+") else "") + digits.replace("+", "")
    # E.164 allows fifteen digits; three digits are a short code.
    if 5 <= len(number.lstrip("+")) <= 15 and number.isascii() and len(found) < MAX_CONTACTS:
        found[number] = None


def addresses_of(elements: Sequence[Captured], nodes: Iterable[Node]) -> list[str]:
    """Collect postal addresses of structured data and of address elements that hold a number."""
    found: dict[str, None] = {}
    for node in nodes:
        address: Any = node.get("address")
        for one in address[:10] if isinstance(address, list) else [address]:
            text = _postal(one) if isinstance(one, dict) else first_text(one)
            if text:
                found[text[:500]] = None
        if "streetAddress" in node:
            text = _postal(node)
            if text:
                found[text[:500]] = None
    for element in elements:
        text = clean(fold(element.text, 500))
        if any(character.isdigit() for character in text):
            found[text] = None
    return list(found)[:MAX_CONTACTS]


def _postal(node: Node) -> str | None:
    parts = [first_text(node.get(name)) for name in _PARTS]
    return ", ".join(part for part in parts if part) or None
