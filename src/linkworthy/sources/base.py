"""The Source seam: a file of link data goes in, batches of table rows come out, with provenance and rejects."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

from linkworthy.site import SiteConfig


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What a source may know besides its file."""

    config: SiteConfig
    imported_at: datetime
    """UTC; stands in wherever the file gives no date."""
    mapping: Mapping[str, str] = field(default_factory=dict)
    """The user's own words on columns: our name to the file's header or number (``--map source=URL``)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Rows of one table. Every row, line or record of the file is counted in exactly one batch as used or rejected."""

    table: str
    """observations, visits, pages, links, blocks, hops, rejects, …"""
    rows: Sequence[Mapping[str, Any]]
    n_rows_used: int = 0
    """Rows of the file that this batch uses; a record that gives many links is one."""
    n_rows_rejected: int = 0
    """Rows of the file that this batch rejects, each kept with its reason in a row of table ``rejects``."""


class Source(Protocol):
    """One kind of file."""

    reported_by: str
    """Who speaks: ahrefs, search-console, screaming-frog, access-log, warc, wat, list."""
    recognised_as: str
    """The layout in words, with what told it."""

    def read(self, path: Path, context: Context) -> Iterator[Batch]:
        """Read the file in batches of bounded size.

        Raises: SourceError where nothing more can be read; what was given before stands.
        """
        ...
