"""The inside of a start tag as attributes."""

from __future__ import annotations

import re
from html.entities import html5
from string import ascii_uppercase

import turbohtml

from linkworthy.html.gathered import Attributes

MAX_HEAD_CHARACTERS = 20_000
"""Longer start tags are left to the parser."""
MAX_TAG_CHARACTERS = 40
"""Characters of a tag's name that count."""
_S = r"[ \t\n\f\r]"
_NOT = r"[^ \t\n\f\r"
"""White space as HTML has it, and the start of a class of characters without it."""
_NAME = re.compile(rf"{_NOT}/>]{{0,{MAX_TAG_CHARACTERS}}}")
_HEAD = re.compile(
    rf"""[a-zA-Z][a-zA-Z0-9:-]*"""
    rf"""(?:{_S}+{_NOT}"'<>/=]+(?:{_S}*={_S}*(?:"[^"<>]*"|'[^'<>]*'|{_NOT}"'<>=`]+))?)*{_S}*/?"""
)
"""The inside of a start tag that can be read in one way only."""
_WRITTEN = re.compile(rf"""{_S}({_NOT}=/]+)(?:{_S}*={_S}*(?:"([^"]*)"|'([^']*)'|({_NOT}"']+)))?""")
_BARE_TO_THE_END = re.compile(rf"""={_S}*{_NOT}"'<>=`]+\Z""")
"""A value without quotes at the end, which takes a slash there as its own."""
_SERIAL = re.compile(rf' (=?{_NOT}=]*)="([^"]*)"')
_SMALL = {ord(letter): letter.lower() for letter in ascii_uppercase}
_REFERENCE = re.compile(r"&(#[0-9]+;|#[xX][0-9a-fA-F]+;|#|[A-Za-z0-9]+;?)")


def small(name: str) -> str:
    """Bring the ASCII letters of a name into small ones, and no others, as parsers do."""
    return name.lower() if name.isascii() else name.translate(_SMALL)


def tag_of(head: str) -> str:
    """Give the name of a tag in lower case."""
    found = _NAME.match(head)
    return small(found[0]) if found else ""


def serial_attributes(head: str) -> Attributes:
    """Read the attributes of a start tag that a serialiser wrote: quoted, escaped, each once."""
    found: Attributes = dict(_SERIAL.findall(head))
    if "&" in head:
        found = {name: serial_value(value) if value else value for name, value in found.items()}
    return found


def written_attributes(head: str) -> Attributes | None:
    """Read the attributes of a well-formed start tag as its author wrote it, null where only a parser can."""
    if len(head) > MAX_HEAD_CHARACTERS or not _HEAD.fullmatch(head):
        return None
    found: Attributes = {}
    pairs = _WRITTEN.findall(head)
    for name, quoted, single, bare in pairs:
        # The first of two attributes of one name counts.
        found.setdefault(small(name), quoted or single or bare)
    if "&" in head:
        try:
            return {name: written_value(value) if value else value for name, value in found.items()}
        except ValueError:
            return None
    return found


def is_self_closing(head: str) -> bool:
    """Tell whether a well-formed start tag as its author wrote it ends in a slash that closes it."""
    return head.endswith("/") and not _BARE_TO_THE_END.search(head)


def written_value(value: str) -> str:
    """Give what an attribute's value as written says.

    Raises: ValueError where only a parser can tell.
    """
    return _REFERENCE.sub(_referred, value) if "&" in value else value


def serial_value(value: str) -> str:
    """Give what an attribute's value says that a serialiser wrote."""
    return turbohtml.unescape(value) if "&" in value else value


def _referred(found: re.Match[str]) -> str:
    """Give what a character reference inside an attribute stands for.

    Raises: ValueError where only a parser can tell.
    Source: https://html.spec.whatwg.org/multipage/parsing.html#named-character-reference-state
    """
    name = found[1]
    if name == "#":
        raise ValueError(found[0])
    if name[0] == "#":
        return turbohtml.unescape(found[0])
    is_parameter = found.string.startswith("=", found.end())
    return html5.get(name, found[0]) if not is_parameter else found[0]
