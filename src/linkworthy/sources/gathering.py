"""Gathers captured pages as columns: tables ``links``, ``pages`` and ``rejects`` in batches of bounded size."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import lru_cache
from itertools import chain
from typing import TYPE_CHECKING, Any, NamedTuple

from linkworthy import urls
from linkworthy.archives.files import Loss
from linkworthy.crawl.rows import page_row
from linkworthy.fetch.base import Exchange
from linkworthy.html.page import Link, Page, Rows
from linkworthy.site.parts import as_table
from linkworthy.tables import table

if TYPE_CHECKING:
    import pyarrow as pa

LINKS_PER_BATCH = 50_000
PAGES_PER_BATCH = 2_000
CHARACTERS_PER_BATCH = 64_000_000
"""Hrefs and anchors that are gathered before they are given on: pages of hostile length end a batch early."""

_OF_PAGE = ("source_url", "source_domain", "captured_at", "capture")
_OF_LINK = Link._fields
_HREF, _URL, _ANCHOR, _IS_INTERNAL = (_OF_LINK.index(name) for name in ("href", "url", "anchor", "is_internal"))


class Tables(NamedTuple):
    """One batch of what an archive holds; pages and links are sorted by page."""

    pages: pa.Table
    links: pa.Table
    rejects: pa.Table


class Counts(NamedTuple):
    """What became of an archive."""

    n_records: int = 0
    """Records that were read, of any type."""
    n_pages: int = 0
    n_links: int = 0
    n_rejects: int = 0
    """Records that cannot be used, and stretches of the archive that gave nothing."""
    n_losses: int = 0
    n_lost_bytes: int = 0
    hrefs: tuple[tuple[str, int], ...] = ()
    """Hrefs that lead to no http(s) page, by the reason."""


class _Held(NamedTuple):
    """One page with its links, as it waits for the end of the batch."""

    row: dict[str, Any]
    links: Sequence[Sequence[Any]]
    """Columns, one for each field of a link."""


class Gathering:
    """Takes captures one after the other and gives them on in batches."""

    def __init__(self, file: str, capture: str, *, is_external_only: bool) -> None:
        self._file = file
        self._capture = capture
        self._is_external_only = is_external_only
        self._held: list[_Held] = []
        self._rejects: list[dict[str, Any]] = []
        self._n_links = self._n_characters = 0
        self._hrefs: Counter[str] = Counter()
        self._total: Counter[str] = Counter()

    def use(self) -> None:
        """Count a record that was read."""
        self._total["n_records"] += 1

    def reject(self, row: int, reason: str, sample: str) -> None:
        """Count a record that cannot be used, and keep it with its reason."""
        self._total["n_rejects"] += 1
        self._rejects.append({"file": self._file, "row": row, "reason": reason, "sample": sample[:200]})

    def lose(self, loss: Loss) -> None:
        """Count a stretch of the archive that gave nothing; its row in ``rejects`` is its byte offset, from 1."""
        self._total["n_losses"] += 1
        self._total["n_lost_bytes"] += loss.n_bytes
        self.reject(loss.offset + 1, loss.reason, f"{loss.n_bytes} bytes")

    def add(self, exchange: Exchange, page: Page | None, *, has_body: bool) -> None:
        """Take a capture."""
        row = page_row(exchange, page, role="linking", is_own=False, found_by="archive")
        if not has_body:
            row["n_decoded_bytes"] = None
        links = _columns_of(page.links if page is not None else ())
        page_urls = links[_URL]
        if None in page_urls:
            hrefs = links[_HREF]
            self._hrefs.update([_rejection(hrefs[n]) for n, url in enumerate(page_urls) if url is None])
        if self._is_external_only:
            are_internal = links[_IS_INTERNAL]
            kept = [n for n, url in enumerate(page_urls) if url is not None and not are_internal[n]]
            links = [[column[n] for n in kept] for column in links]
        self._held.append(_Held(row, links))
        self._n_links += len(links[_URL])
        self._n_characters += sum(map(len, links[_HREF])) + sum(map(len, links[_ANCHOR]))
        self._total["n_pages"] += 1
        self._total["n_links"] += len(links[_URL])

    @property
    def is_due(self) -> bool:
        """Enough has been gathered for a batch."""
        return (
            self._n_links >= LINKS_PER_BATCH
            or len(self._held) >= PAGES_PER_BATCH
            or self._n_characters >= CHARACTERS_PER_BATCH
            or len(self._rejects) >= LINKS_PER_BATCH
        )

    @property
    def counts(self) -> Counts:
        """What became of the archive so far."""
        return Counts(**self._total, hrefs=tuple(sorted(self._hrefs.items())))

    def take(self) -> Iterator[Tables]:
        """Give on what has been gathered, if anything."""
        if not self._held and not self._rejects:
            return
        held = sorted(self._held, key=lambda one: one.row["url"])
        rejects, self._held, self._rejects = self._rejects, [], []
        self._n_links = self._n_characters = 0
        yield Tables(
            pages=as_table(table("pages"), [one.row for one in held]),
            links=self._links(held),
            rejects=as_table(table("rejects"), sorted(rejects, key=lambda row: (row["row"], row["reason"]))),
        )

    def _links(self, held: Sequence[_Held]) -> pa.Table:
        import numpy as np  # noqa: PLC0415 - --help must not pay for Arrow
        import pyarrow as pa  # noqa: PLC0415 - --help must not pay for Arrow

        schema = table("links").schema
        columns: dict[str, pa.Array] = {}
        for n, name in enumerate(_OF_LINK):
            values = list(chain.from_iterable([one.links[n] for one in held]))
            columns[name] = pa.array(values, schema.field(name).type)
        counts = [len(one.links[_URL]) for one in held]
        places = pa.array(np.repeat(np.arange(len(held), dtype=np.int32), counts))
        of_page: tuple[list[Any], ...] = (
            [one.row["url"] for one in held],
            [one.row["domain"] for one in held],
            [one.row["fetched_at"] for one in held],
            [self._capture] * len(held),
        )
        for name, listed in zip(_OF_PAGE, of_page, strict=True):
            columns[name] = pa.array(listed, schema.field(name).type).take(places)
        return pa.table([columns[name] for name in schema.names], schema=schema)


def _columns_of(links: Sequence[Link]) -> Sequence[Sequence[Any]]:
    if isinstance(links, Rows):
        return links.columns
    return list(zip(*links, strict=True)) if links else [()] * len(_OF_LINK)


@lru_cache(maxsize=4_096)
def _rejection(href: str) -> str:
    """Say why a href leads to no http(s) page; the base matters to none of the reasons."""
    return urls.rejection(href, "https://base.example/") or "not a URL beside its base"


def instant_or(captured_at: datetime | None, otherwise: datetime) -> datetime:
    """Give the date of a capture, or the one that stands in where the archive gives none."""
    return captured_at if captured_at is not None else otherwise
