"""Page-level directives: meta robots, the metas of named bots, and the X-Robots-Tag header.

Source: https://developers.google.com/search/docs/crawling-indexing/robots-meta-tag
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from linkworthy.html.dates import instant
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
_UNAVAILABLE = re.compile(r"(?:([a-z][a-z0-9_-]*) *: *)?\bunavailable_after *: *(?=([^;]{1,200}))", re.IGNORECASE)
"""The bot named just before, if any, and what follows: a date, and perhaps other directives."""
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


def unavailable_at(meta_robots: str | None, x_robots_tag: str | None) -> datetime | None:
    """Give the first day after which a page asks search engines to drop it, null where it names none that is readable.

    What is said to bots that we do not heed does not count.
    Source: https://developers.google.com/search/docs/crawling-indexing/robots-meta-tag
    """
    days = (_day(text) for part in (meta_robots, x_robots_tag) if part for text in _UNAVAILABLE.findall(part))
    return min((day for day in days if day is not None), default=None)


def _day(found: tuple[str, str]) -> datetime | None:
    """Read a date that may hold commas, and be followed by other directives."""
    agent, text = found
    if agent and agent.lower() not in HEEDED:
        return None
    parts = text.split(",")[:3]
    days = (instant(",".join(parts[:n]).strip()) for n in range(1, len(parts) + 1))
    return next((day for day in days if day is not None), None)
