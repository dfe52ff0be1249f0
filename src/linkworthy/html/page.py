"""The shape of a parsed page. Field names are those of the tables ``pages``, ``links``, ``blocks``, ``images``, …."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple


class Link(NamedTuple):
    """One a or area element with href, in document order; the columns of table ``links`` that the page itself knows."""

    n: int
    href: str
    url: str | None
    target_host: str | None
    target_domain: str | None
    fragment: str | None
    is_internal: bool
    kind: str
    anchor: str
    rel: str | None
    is_nofollow: bool
    is_ugc: bool
    is_sponsored: bool
    region: str | None
    path: str | None
    position: float
    before: str | None
    after: str | None
    is_hidden: bool | None


class Block(NamedTuple):
    """One block of visible text; the columns of table ``blocks`` that the page itself knows."""

    n: int
    tag: str
    region: str
    text_hash: int
    n_words: int
    n_link_words: int
    text: str


class Image(NamedTuple):
    """One img element; the columns of table ``images`` that the page itself knows."""

    n: int
    image_url: str | None
    alt: str | None
    width: int | None
    height: int | None
    loading: str | None
    is_linked: bool


class Resource(NamedTuple):
    """One resource; the columns of table ``resources`` that the page itself knows."""

    n: int
    kind: str
    resource_url: str
    is_insecure: bool


class Item(NamedTuple):
    """One item of structured data; the columns of table ``structured`` that the page itself knows."""

    n: int
    syntax: str
    type: str | None
    data: str
    fault: str | None


@dataclass(slots=True, kw_only=True)
class Page:
    """What ``parse(bytes, headers, url)`` gives: facts are columns of ``pages``, the rest are rows of their tables."""

    url: str
    """Normalised URL that the page was parsed as."""
    facts: dict[str, Any]
    """Every column of ``pages`` that comes from headers and HTML, from ``last_modified_at`` to ``feeds``."""
    links: list[Link] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)
    images: list[Image] = field(default_factory=list)
    resources: list[Resource] = field(default_factory=list)
    items: list[Item] = field(default_factory=list)

    @property
    def canonical_url(self) -> str | None:
        """The canonical that the page names."""
        value = self.facts["canonical_url"]
        return value if isinstance(value, str) else None

    @property
    def published_at(self) -> datetime | None:
        """The date of publication that the page names."""
        value = self.facts["published_at"]
        return value if isinstance(value, datetime) else None
