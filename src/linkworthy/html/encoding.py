"""Bytes into text as browsers do it: byte-order mark, HTTP charset, meta, then a structural check for UTF-8.

Source: https://html.spec.whatwg.org/multipage/parsing.html#determining-the-character-encoding
"""

from __future__ import annotations

import re
from typing import NamedTuple

import turbohtml
import turbohtml.detect  # registers the whatwg-… codecs

_PRESCAN_BYTES = 1_024
_CHARSET = re.compile(r"""charset\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s;"']+))""", re.IGNORECASE)
_UTF8_LABELS = frozenset({"utf-8", "utf8"})
_UTF16_MARKS = (b"\xfe\xff", b"\xff\xfe")
_SINGLE_BYTE = frozenset({*(f"windows-{number}" for number in range(1250, 1259)), "iso-8859-2", "iso-8859-15"})
"""Encodings that hold ASCII as it is, and no surrogate."""
_BOM = "\ufeff"
_SURROGATE = re.compile("[\ud800-\udfff]")


class Decoded(NamedTuple):
    """A body as text."""

    text: str
    encoding: str
    """Name of the Encoding standard in lower case."""
    declared: str | None
    """What the HTTP header says, as written in lower case."""
    is_certain: bool
    """False where a meta element further down may still change it."""


def charset_of(text: str) -> str | None:
    """Give the charset that a Content-Type value or a meta's content names, null where it names none."""
    found = _CHARSET.search(text)
    if not found:
        return None
    return (found[1] or found[2] or found[3] or "").strip().lower() or None


def sniff(body: bytes, declared: str | None) -> tuple[str, bool]:
    """Find the encoding of a body and whether it is certain."""
    if declared in _UTF8_LABELS and not body.startswith(_UTF16_MARKS):
        return "utf-8", True
    head = body[:_PRESCAN_BYTES]
    try:
        start = turbohtml.parse(head, encoding=declared, positions=False)
    except (LookupError, ValueError):
        start = turbohtml.parse(head, positions=False)
    name = (start.encoding or "windows-1252").lower()
    if start.encoding_confidence == "certain":
        return name, True
    if name not in {"utf-8", "windows-1252"}:
        # The prescan reads bytes and finds metas that the tree does not have.
        return name, False
    return ("utf-8" if _is_utf8(body) else "windows-1252"), False


def canonical_name(label: str) -> str | None:
    """Give the Encoding standard's name for a label found in a meta element, null where it knows none."""
    try:
        name = (turbohtml.parse(b"", encoding=label, positions=False).encoding or "").lower()
    except (LookupError, ValueError):
        return None
    return "utf-8" if name.startswith("utf-16") else name or None


def decode(body: bytes, content_type: str | None) -> Decoded:
    """Turn a body into text; malformed bytes become U+FFFD and nothing is raised."""
    declared = charset_of(content_type) if content_type else None
    encoding, is_certain = sniff(body, declared)
    return Decoded(decode_as(body, encoding), encoding, declared, is_certain)


def decode_as(body: bytes, encoding: str) -> str:
    """Decode with an encoding of the Encoding standard, without its byte-order mark."""
    if encoding == "utf-8":
        text = body.decode("utf-8", "replace")
    elif encoding in _SINGLE_BYTE:
        text = body.decode("ascii" if body.isascii() else f"whatwg-{encoding}", "replace")
    else:
        text = _SURROGATE.sub("\ufffd", body.decode(f"whatwg-{encoding}", "replace"))
    return text.removeprefix(_BOM)


def _is_utf8(body: bytes) -> bool:
    """Tell whether the bytes hold UTF-8 beyond ASCII; a character cut off at the end is forgiven."""
    if body.isascii():
        return False
    try:
        body.decode("utf-8")
    except UnicodeDecodeError as fault:
        return fault.reason == "unexpected end of data" and fault.start >= len(body) - 3 and fault.start > 0
    return True
