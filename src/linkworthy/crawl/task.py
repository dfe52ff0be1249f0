"""What a stage does with each URL: the part of a crawl that runs in the workers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from linkworthy.crawl.frontier import Entry, Offer
from linkworthy.crawl.visits import Visit, Visitor
from linkworthy.html.page import Page


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """A parsed page whose links, blocks, … are kept."""

    page: Page
    captured_at: datetime
    tables: tuple[str, ...]
    """Which of them are kept: links, blocks, images, resources, structured."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What comes of one visit."""

    rows: Mapping[str, Sequence[Mapping[str, Any]]] = field(default_factory=dict)
    """Rows by table, those of the content apart."""
    content: Content | None = None
    offers: Sequence[Offer] = ()


class Task(Protocol):
    """One stage's work on URLs. A worker process has one of its own, so it is picklable when it is new."""

    @property
    def group(self) -> str:
        """The group of the parts, which is the capture's name."""
        ...

    def keeps_robots(self, host_url: str) -> bool:
        """Tell whether the robots.txt of a host becomes a row."""
        ...

    async def visit(self, visitor: Visitor, entry: Entry) -> Visit:
        """Ask for an entry."""
        ...

    def take(self, visit: Visit) -> Taken:
        """Turn a visit into rows and offers."""
        ...

    def refuse(self, entry: Entry) -> Taken:
        """Turn an entry that is not asked for into rows."""
        ...
