"""Whether an element is hidden from its readers: by attribute or by inline style."""

from __future__ import annotations

import re
from functools import lru_cache

_HIDING = re.compile(
    r"display\s*:\s*none"
    r"|visibility\s*:\s*(?:hidden|collapse)"
    r"|font-size\s*:\s*0*\.?0+(?:px|em|rem|pt|%)?\s*(?:;|!|$)"
    r"|opacity\s*:\s*0*\.?0+%?\s*(?:;|!|$)"
    r"|text-indent\s*:\s*-\s*\d{3,}"
    r"|(?:^|[;\s])(?:left|top|right|margin-left|margin-top)\s*:\s*-\s*\d{4,}"
    r"|(?:^|[;\s])(?:left|top|right|margin-left|margin-top)\s*:\s*-\s*9{3}"
    r"|clip\s*:\s*rect\s*\(\s*0(?:px)?[\s,]+0(?:px)?[\s,]+0(?:px)?[\s,]+0(?:px)?\s*\)"
)
_NOTHING = re.compile(r"(?:^|[;\s])(?:height|width|max-height|max-width)\s*:\s*[01](?:px)?\s*(?:;|!|$)")
_OVERFLOW = re.compile(r"overflow(?:-[xy])?\s*:\s*hidden")
_MAX_STYLE = 1_000
"""Characters of a style attribute that are looked at."""


def is_hidden_by(style: str) -> bool:
    """Tell whether an inline style hides its element: no display, no visibility, no size, or off the screen."""
    return _is_hidden_by(style[:_MAX_STYLE])


@lru_cache(maxsize=8_192)
def _is_hidden_by(style: str) -> bool:
    style = style.lower()
    if _HIDING.search(style):
        return True
    return bool(_NOTHING.search(style) and _OVERFLOW.search(style))
