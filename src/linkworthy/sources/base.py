"""The Source seam: a file of link data goes in, batches of table rows come out, with provenance and rejects."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from linkworthy.site import SiteConfig

if TYPE_CHECKING:
    import pyarrow as pa


def _tell_nobody(_n_bytes: int) -> None:
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What a source may know besides its file."""

    config: SiteConfig
    imported_at: datetime
    """UTC; stands in wherever the file gives no date."""
    mapping: Mapping[str, str] = field(default_factory=dict)
    """The user's own words on columns: our name to the file's header or number (``--map source=URL``)."""
    on_bytes: Callable[[int], None] = _tell_nobody
    """Told now and then how many bytes of the file have been read."""
    fault: str | None = None
    """What is known to be wrong with the file: it ends early, as a damaged member of a ZIP does."""
    noticed: list[str] = field(default_factory=list)
    """What reading noticed beside the rows, in words: an encoding that was assumed, stray bytes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Rows of one table. Every row, line or record of the file is counted in exactly one batch as used or rejected."""

    table: str
    """observations, visits, pages, links, blocks, hops, rejects, …"""
    rows: Sequence[Mapping[str, Any]] | pa.Table
    n_rows_used: int = 0
    """Rows of the file that this batch uses; a record that gives many links is one."""
    n_rows_rejected: int = 0
    """Rows of the file that this batch rejects, each kept with its reason in a row of table ``rejects``."""


class Source(Protocol):
    """One kind of file.

    A source may also have ``refusal: str | None``: after reading, why the file is refused as a list of links although
    what it counts is kept.
    """

    @property
    def reported_by(self) -> str:
        """Who speaks: a vendor (ahrefs, bing, search-console, …), a popularity list, access-log, warc, wat, list."""
        ...

    @property
    def recognised_as(self) -> str:
        """The layout in words, with what told it."""
        ...

    @property
    def detail(self) -> str | None:
        """After reading: what was wrong, null where nothing was."""
        ...

    @property
    def is_damaged(self) -> bool:
        """After reading: some of the file gave nothing."""
        ...

    def read(self, path: Path, context: Context) -> Iterator[Batch]:
        """Read the file in batches of bounded size.

        Raises: SourceError where nothing more can be read; what was given before stands. InputError where it turns out
        that the file is of no use at all; what was given before is void.
        """
        ...
