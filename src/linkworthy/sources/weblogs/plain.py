"""URLs that are plainly normal already: logs repeat millions of them, and a parser costs twenty times as much."""

from __future__ import annotations

import re

from linkworthy import urls

_PLAIN = re.compile(
    r"https?://(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,24}"
    r"/[A-Za-z0-9_~!$&'()*+,;=:@/.-]*(?:\?[A-Za-z0-9_~!$&()*+,;=:@%/?.-]*)?"
)
_NOT_PLAIN = re.compile(r"/\.|//xn--|\.xn--")


def normalise(text: str) -> str | None:
    """Do what :func:`urls.normalise` does, without a parser where the text is plainly normal."""
    if len(text) <= urls.MAX_URL_CHARACTERS and _PLAIN.fullmatch(text) and not _NOT_PLAIN.search(text):
        return text
    return urls.normalise(text)
