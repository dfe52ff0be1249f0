"""The inside of a start tag as attributes."""

from __future__ import annotations

import re

import turbohtml

from linkworthy.html.gathered import Attributes

MAX_HEAD_CHARACTERS = 20_000
"""Longer start tags are left to the parser."""
MAX_TAG_CHARACTERS = 40
"""Characters of a tag's name that count."""
_NAME = re.compile(rf"[^\s/>]{{0,{MAX_TAG_CHARACTERS}}}")
_HEAD = re.compile(
    r"""[a-zA-Z][a-zA-Z0-9:-]*(?:\s+[^\s"'<>/=]+(?:\s*=\s*(?:"[^"<>]*"|'[^'<>]*'|[^\s"'<>=`]+))?)*\s*/?"""
)
"""The inside of a start tag that can be read in one way only."""
_WRITTEN = re.compile(r"""\s([^\s=/]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"']+)))?""")
_SERIAL = re.compile(r' (=?[^\s=]*)="([^"]*)"')
_PLAIN_REFERENCES = re.compile(r"&(?!(?:amp|lt|gt|quot|nbsp|#39|#x27|#34);)")


def tag_of(head: str) -> str:
    """Give the name of a tag in lower case."""
    found = _NAME.match(head)
    return found[0].lower() if found else ""


def serial_attributes(head: str) -> Attributes:
    """Read the attributes of a start tag that a serialiser wrote: quoted, escaped, each once."""
    found: Attributes = dict(_SERIAL.findall(head))
    if "&" in head:
        found = {name: turbohtml.unescape(value) if value and "&" in value else value for name, value in found.items()}
    return found


def written_attributes(head: str) -> Attributes | None:
    """Read the attributes of a well-formed start tag as its author wrote it, null where only a parser can."""
    if len(head) > MAX_HEAD_CHARACTERS or not _HEAD.fullmatch(head):
        return None
    found: Attributes = {}
    pairs = _WRITTEN.findall(head)
    for name, quoted, single, bare in pairs:
        found[name.lower()] = quoted or single or bare
    if len(found) != len(pairs):
        return None
    if "&" in head:
        # References inside attributes have rules of their own unless they end in a semicolon.
        if _PLAIN_REFERENCES.search(head):
            return None
        found = {name: turbohtml.unescape(value) if value and "&" in value else value for name, value in found.items()}
    return found
