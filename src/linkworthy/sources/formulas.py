"""URLs that stand in formulas: ``=HYPERLINK("https://a.example/", "a post")`` leads where its first text says."""

from __future__ import annotations

import re

_TEXT = r'"(?:[^"]|"")*"'
_HYPERLINK = re.compile(
    rf"\s*=?\s*HYPERLINK\(\s*({_TEXT}(?:\s*&\s*{_TEXT})*)\s*(?:[,;].*)?\)\s*", re.IGNORECASE | re.DOTALL
)
_EACH_TEXT = re.compile(_TEXT)
_URL = re.compile(r"\s*https?://\S", re.IGNORECASE)


def linked_url(formula: str) -> str | None:
    """Give the URL of a formula that is a link to a text, null for any other; nothing is computed.

    Source: ECMA-376, part 1, section 18.17.7.157 (HYPERLINK).
    """
    found = _HYPERLINK.fullmatch(formula)
    if found is None:
        return None
    url = "".join(text[1:-1].replace('""', '"') for text in _EACH_TEXT.findall(found[1]))
    return url.strip() if _URL.match(url) else None
