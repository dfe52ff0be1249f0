"""Page-level directives: meta robots, the metas of named bots, and the X-Robots-Tag header.

Source: https://developers.google.com/search/docs/crawling-indexing/robots-meta-tag
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from linkworthy.html.fold import clean, fold
from linkworthy.html.gathered import Attributes

HEEDED = frozenset({"robots", "googlebot"})
"""Whose directives decide is_noindex and is_nofollow."""
NAMED_BOTS = frozenset(
    {
        "robots", "googlebot", "googlebot-news", "googlebot-image", "googlebot-video", "bingbot", "msnbot", "slurp",
        "teoma", "yandex",
        "yandexbot", "baiduspider", "duckduckbot", "applebot", "seznambot", "naverbot", "yeti", "otherbot",
        "ahrefsbot", "gptbot", "google-extended",
    }
)  # fmt: skip
"""Names of metas that speak to robots."""
_DIRECTIVES = frozenset(
    {
        "all", "noindex", "index", "nofollow", "follow", "none", "noarchive", "nosnippet", "noimageindex",
        "notranslate", "nositelinkssearchbox",
        "indexifembedded", "noodp", "noydir", "nocache", "max-snippet", "max-image-preview", "max-video-preview",
        "unavailable_after",
        "noimageai", "noai",
    }
)  # fmt: skip
_AGENT = re.compile(r"[a-z][a-z0-9._-]*")
_WITH_VALUE = frozenset({"max-snippet", "max-image-preview", "max-video-preview", "unavailable_after"})


class Directives(NamedTuple):
    """What a page says to robots."""

    meta_robots: str | None
    x_robots_tag: str | None
    is_noindex: bool
    is_nofollow: bool


def directives(metas: Sequence[Attributes], headers: Sequence[tuple[str, str]]) -> Directives:
    """Read the directives of a page; several directives add up, and the strictest holds."""
    said: set[str] = set()
    written: list[str] = []
    for meta in metas:
        name = (meta.get("name") or "").strip().lower()
        if name not in NAMED_BOTS:
            continue
        content = fold(meta.get("content") or "")
        written.append(content if name == "robots" else f"{name}: {content}")
        if name in HEEDED:
            said.update(part.strip() for part in content.lower().split(","))
    values = [value for name, value in headers if name == "x-robots-tag"]
    for value in values:
        said |= header_directives(value)
    is_none = "none" in said
    return Directives(
        fold("; ".join(written)) or None if written else None,
        fold(clean(", ".join(values))) if values else None,
        is_none or "noindex" in said,
        is_none or "nofollow" in said,
    )


def header_directives(value: str) -> set[str]:
    """Read one X-Robots-Tag header: what it says to all bots and to googlebot.

    ``googlebot: noindex, nofollow`` speaks to googlebot, ``otherbot: noindex`` to nobody we heed; a bot's name
    holds until the next name of the same header.
    """
    said: set[str] = set()
    agent = "robots"
    for part in value.lower()[:10_000].split(","):
        directive = part.strip()
        name, colon, rest = directive.partition(":")
        name = name.rstrip()
        if colon and name not in _WITH_VALUE and _AGENT.fullmatch(name):
            agent = name
            directive = rest.strip()
        if agent in HEEDED and directive.partition(":")[0] in _DIRECTIVES:
            said.add(directive)
    return said
