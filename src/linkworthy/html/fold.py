"""Text as the tables keep it: white space folded, without lone surrogates, bounded."""

from __future__ import annotations

import re

MAX_TEXT_CHARACTERS = 20_000
"""Longest text that any column keeps; longer ones are cut. A whole novel fits in fifty blocks."""
MAX_SHORT_CHARACTERS = 2_000
"""Longest title, description, anchor or attribute that is kept; search engines stop far earlier."""

_SURROGATE = re.compile("[\ud800-\udfff]")


def clean(text: str) -> str:
    """Replace lone surrogates, which no UTF-8 can hold, by U+FFFD."""
    return text if text.isascii() else _SURROGATE.sub("\ufffd", text)


def fold(text: str, limit: int = MAX_SHORT_CHARACTERS) -> str:
    """Fold white space and cut; twenty times the limit is all that is looked at."""
    if len(text) > 20 * limit:
        text = text[: 20 * limit]
    text = " ".join(text.split())
    return text[:limit].rstrip() if len(text) > limit else text


def fold_or_none(text: str | None, limit: int = MAX_SHORT_CHARACTERS) -> str | None:
    """Fold white space, and give null for what is empty."""
    return (fold(text, limit) or None) if text else None
