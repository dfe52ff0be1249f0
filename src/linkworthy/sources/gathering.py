"""Gathers captured pages as columns: tables ``links``, ``pages`` and ``rejects`` in batches of bounded size."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
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

    from linkworthy.sources.wat_links import Columns, Read, WatLinks

CHARACTERS_PER_BATCH = 64_000_000
"""Hrefs and anchors, or the JSON of a WAT that holds them and the URLs of its links, that are gathered before they are
given on: pages of hostile length end a batch early."""
REJECTS_PER_BATCH = 50_000
_EXTERNAL_FACTOR = 4
"""Links are counted as found; where few of them are kept, a batch takes more of them."""

_ROWS_AT_ONCE = 128
"""Rows of pages that are turned into columns together."""
_OF_PAGE = {"source_url": "url", "source_domain": "domain", "captured_at": "fetched_at"}
"""Columns of a link that say of its page what a column of ``pages`` says."""
_OF_LINK = Link._fields
_HREF, _URL, _ANCHOR, _IS_INTERNAL = (_OF_LINK.index(name) for name in ("href", "url", "anchor", "is_internal"))


class Limits(NamedTuple):
    """How much is gathered before it is given on."""

    n_links: int
    n_pages: int


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
    """One page with its links, as it waits for the end of the batch; its row is kept beside it."""

    url: str
    links: Sequence[Sequence[Any]] | None
    """Columns, one for each field of a link; null where compiled code holds them."""


class Gathering:
    """Takes captures one after the other and gives them on in batches."""

    def __init__(self, file: str, capture: str, *, is_external_only: bool, limits: Limits) -> None:
        self._file = file
        self._capture = capture
        self._is_external_only = is_external_only
        self._held: list[_Held] = []
        self._rows: list[dict[str, Any]] = []
        """Rows of the pages that were held last."""
        self._shaped: list[pa.Table] = []
        """Rows of those before."""
        self._rejects: list[dict[str, Any]] = []
        self._n_links = self._n_characters = 0
        self._max_links = limits.n_links * (_EXTERNAL_FACTOR if is_external_only else 1)
        self._max_pages = limits.n_pages
        self._compiled: WatLinks | None = None
        self._hrefs: Counter[str] = Counter()
        self._total: Counter[str] = Counter()

    def use_compiled(self, links: WatLinks) -> None:
        """Have the links of WAT pages read by compiled code from now on."""
        self._compiled = links

    @property
    def is_external_only(self) -> bool:
        """Only links to other domains are kept."""
        return self._is_external_only

    def use(self, n: int = 1) -> None:
        """Count records that were read."""
        self._total["n_records"] += n

    def reject(self, row: int, reason: str, sample: str) -> None:
        """Count a record that cannot be used, and keep it with its reason."""
        self._total["n_rejects"] += 1
        self._rejects.append({"file": self._file, "row": row, "reason": reason, "sample": sample[:200]})

    def lose(self, loss: Loss) -> None:
        """Count a stretch of the archive that gave nothing; its row in ``rejects`` is its byte offset, from 1."""
        self._total["n_losses"] += 1
        self._total["n_lost_bytes"] += loss.n_bytes
        self.reject(loss.offset + 1, loss.reason, f"{loss.n_bytes} bytes")

    def add(self, exchange: Exchange, page: Page | None, *, n_described: int | None = None) -> None:
        """Take a capture; of a WAT, with the bytes of the record that describes it."""
        links = _columns_of(page.links if page is not None else ())
        page_urls = links[_URL]
        self._n_links += len(page_urls)
        if None in page_urls:
            hrefs = links[_HREF]
            self._hrefs.update([_rejection(hrefs[n]) for n, url in enumerate(page_urls) if url is None])
        if n_described is not None:
            n_described += sum([len(url) for url in page_urls if url is not None])
        if self._is_external_only:
            are_internal = links[_IS_INTERNAL]
            kept = [n for n, url in enumerate(page_urls) if url is not None and not are_internal[n]]
            links = [[column[n] for n in kept] for column in links]
        if n_described is None:
            n_described = sum(map(len, links[_HREF])) + sum(map(len, links[_ANCHOR]))
            row = page_row(exchange, page, role="linking", is_own=False, found_by="archive")
        else:
            row = described_row(exchange, page)
        self._total["n_links"] += len(links[_URL])
        self._hold(row, links, n_described)

    def add_described(self, pages: pa.Table, page_urls: Sequence[str], reads: Sequence[tuple[Read, int]]) -> None:
        """Take pages whose links compiled code has read, each with the bytes of the record that describes it."""
        if not reads:
            return
        self._shape()
        self._shaped.append(pages)
        for url, (read, n_described) in zip(page_urls, reads, strict=True):
            self._held.append(_Held(url, None))
            self._n_links += read.n_links
            self._n_characters += n_described + read.n_url_bytes
            if read.lost:
                self._hrefs.update(map(_rejection, read.lost))
            if read.n_nowhere:
                self._hrefs[_rejection("mailto:")] += read.n_nowhere
        self._total["n_pages"] += len(reads)

    def _hold(self, row: dict[str, Any], links: Sequence[Sequence[Any]] | None, n_characters: int) -> None:
        self._held.append(_Held(row["url"], links))
        self._rows.append(row)
        self._n_characters += n_characters
        self._total["n_pages"] += 1
        if len(self._rows) >= _ROWS_AT_ONCE:
            self._shape()

    def _shape(self) -> None:
        """Turn rows into columns while the processor has them at hand: later each value would be fetched again."""
        if self._rows:
            self._shaped.append(_as_columns(self._rows))
            self._rows = []

    @property
    def is_due(self) -> bool:
        """Enough has been gathered for a batch."""
        return (
            self._n_links >= self._max_links
            or len(self._held) >= self._max_pages
            or self._n_characters >= CHARACTERS_PER_BATCH
            or len(self._rejects) >= REJECTS_PER_BATCH
        )

    @property
    def counts(self) -> Counts:
        """What became of the archive so far."""
        return Counts(**self._total, hrefs=tuple(sorted(self._hrefs.items())))

    def take(self) -> Iterator[Tables]:
        """Give on what has been gathered, if anything."""
        if not self._held and not self._rejects:
            return
        order = sorted(range(len(self._held)), key=lambda n: self._held[n].url)
        rejects, compiled = self._rejects, self._taken(order)
        pages = as_table(table("pages"), self._pages(compiled, order))
        held = [self._held[n] for n in order]
        self._held, self._rejects = [], []
        self._n_links = self._n_characters = 0
        yield Tables(
            pages=pages,
            links=self._links(held, pages, compiled),
            rejects=as_table(table("rejects"), sorted(rejects, key=lambda row: (row["row"], row["reason"]))),
        )

    def _taken(self, order: Sequence[int]) -> Columns | None:
        """Take the links that compiled code read, pages in this order."""
        if self._compiled is None:
            return None
        read = [n for n, one in enumerate(self._held) if one.links is None]
        place = {n: at for at, n in enumerate(read)}
        columns = self._compiled.take([place[n] for n in order if n in place])
        self._total["n_links"] += columns.links.num_rows
        return columns

    def _pages(self, compiled: Columns | None, order: Sequence[int]) -> pa.Table:
        """Take the rows of pages in this order, with what compiled code counted."""
        import pyarrow as pa  # noqa: PLC0415 - --help must not pay for Arrow

        self._shape()
        shaped, self._shaped = self._shaped, []
        if not shaped:
            return _as_columns([])
        pages = pa.concat_tables(shaped, promote_options="default")
        read = [n for n, one in enumerate(self._held) if one.links is None]
        for name, counted in (compiled.facts if compiled is not None and read else {}).items():
            values = pages.column(name).to_pylist() if name in pages.column_names else [None] * len(self._held)
            for n, count in zip(read, counted, strict=True):
                values[n] = count
            column = pa.array(values, table("pages").schema.field(name).type)
            pages = pages.drop_columns(name) if name in pages.column_names else pages
            pages = pages.append_column(name, column)
        return pages.take(pa.array(order, pa.int64()))

    def _links(self, held: Sequence[_Held], pages: pa.Table, compiled: Columns | None) -> pa.Table:
        """Give the links page after page, with what is known of their page."""
        import numpy as np  # noqa: PLC0415 - --help must not pay for Arrow
        import pyarrow as pa  # noqa: PLC0415 - --help must not pay for Arrow

        schema = table("links").schema
        links, counts = self._merged(held, compiled)
        places = pa.array(np.repeat(np.arange(len(held), dtype=np.int32), counts))
        columns = {name: links.column(name) for name in _OF_LINK}
        for name, of_page in _OF_PAGE.items():
            columns[name] = pages.column(of_page).combine_chunks().take(places)
        columns["capture"] = pa.repeat(pa.scalar(self._capture, schema.field("capture").type), len(places))
        return pa.table([columns[name] for name in schema.names], schema=schema)

    def _merged(self, held: Sequence[_Held], compiled: Columns | None) -> tuple[pa.Table, list[int]]:
        """Give the links that compiled code read and those of the plain form, and how many each page has."""
        import numpy as np  # noqa: PLC0415 - --help must not pay for Arrow
        import pyarrow as pa  # noqa: PLC0415 - --help must not pay for Arrow

        schema = table("links").schema
        plain = [one.links for one in held if one.links is not None]
        read = iter(compiled.counts if compiled is not None else ())
        counts = [next(read) if one.links is None else len(one.links[_URL]) for one in held]
        if compiled is not None and not any(len(links[_URL]) for links in plain):
            return compiled.links, counts
        listed = pa.table(
            {
                name: pa.array(list(chain.from_iterable([links[n] for links in plain])), schema.field(name).type)
                for n, name in enumerate(_OF_LINK)
            }
        )
        if compiled is None:
            return listed, counts
        # First all that compiled code read, then all of the plain form: back into the order of pages.
        is_plain = np.repeat([one.links is not None for one in held], counts)
        places = np.empty(len(is_plain), np.int64)
        places[~is_plain] = np.arange(compiled.links.num_rows)
        places[is_plain] = compiled.links.num_rows + np.arange(listed.num_rows)
        return pa.concat_tables([compiled.links, listed]).take(pa.array(places)), counts


def _as_columns(rows: Sequence[Mapping[str, Any]]) -> pa.Table:
    """Turn rows into the columns that any of them has; half of the columns of a page are unknown to a WAT."""
    import pyarrow as pa  # noqa: PLC0415 - --help must not pay for Arrow

    schema = table("pages").schema
    names = {name for row in rows for name in row}
    return pa.table(
        {name: pa.array([row.get(name) for row in rows], schema.field(name).type) for name in sorted(names)}
    )


def described_row(exchange: Exchange, page: Page | None) -> dict[str, Any]:
    """Give the row of a page that a WAT describes: it holds no body."""
    row = page_row(exchange, page, role="linking", is_own=False, found_by="archive")
    row["n_decoded_bytes"] = None
    return row


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
