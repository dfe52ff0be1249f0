"""Takes the records of a WAT a few at a time, the links of their pages by compiled code where it is there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import TYPE_CHECKING

from linkworthy import urls
from linkworthy.archives.record import Record, parse_date
from linkworthy.fetch.base import Exchange
from linkworthy.sources import wat_faster
from linkworthy.sources.captures import NOT_A_PAGE
from linkworthy.sources.gathering import Gathering, Limits, Tables, instant_or
from linkworthy.sources.wat import NO_LAYOUT, NO_STATUS, exchange_of_wat
from linkworthy.sources.wat_chunks import Numbered, in_chunks
from linkworthy.sources.wat_layout import decode_envelope
from linkworthy.sources.wat_page import page_of

if TYPE_CHECKING:
    from linkworthy.sources.wat_links import Read, WatLinks

WAT_LIMITS = Limits(n_links=200_000, n_pages=4_000)
"""A row of ``pages`` has so many columns that a part of few rows costs more than the rows do."""
_METADATA = b"WARC-Type: metadata\r\nWARC-"
"""How the header begins of nearly every record."""


def read_wat(
    records: Iterable[Record], gathering: Gathering, written_at: datetime, *, is_large: bool
) -> Iterator[Tables]:
    """Give the tables of a WAT in batches; a large one is read by compiled code from when that has been compiled."""
    if is_large:
        wat_faster.prepare_beside()
    links: WatLinks | None = None
    for chunk in in_chunks(records):
        if is_large and links is None and wat_faster.is_ready():
            links = wat_faster.load(is_external_only=gathering.is_external_only)
            gathering.use_compiled(links)
        if links is None:
            for row, record in chunk:
                _take(record, row, gathering, written_at)
        else:
            take_compiled(chunk, gathering, links, written_at)
        if gathering.is_due:
            yield from gathering.take()
    yield from gathering.take()


def take_compiled(chunk: list[Numbered], gathering: Gathering, links: WatLinks, written_at: datetime) -> int:
    """Take records by compiled code; gives how many of them had to be read by the plain form."""
    from linkworthy.sources.wat_heads import OTHER, PAGE, pages_of  # noqa: PLC0415 - loads numba, which is loaded here

    contents = [record.content if _is_metadata(record) else b"" for _, record in chunk]
    found = pages_of(contents, written_at, links.room)
    read = links.add(found.described)
    n_plain = n_left = n_pages = first = 0
    run: list[tuple[Read, int]] = []
    for (row, record), state in zip(chunk, found.states, strict=True):
        one = read[n_pages] if state == PAGE else None
        n_pages += state == PAGE
        if one is not None:
            run.append((one, len(record.content)))
        elif state != OTHER:
            # In the order of the archive: what was captured twice keeps it.
            gathering.add_described(found.columns.slice(first, len(run)), found.urls[first : first + len(run)], run)
            first, run = n_pages, []
            n_left += 1
            n_plain += _is_metadata(record)
            _take(record, row, gathering, written_at)
    gathering.add_described(found.columns.slice(first, len(run)), found.urls[first:], run)
    gathering.use(len(chunk) - n_left)
    return n_plain


def _is_metadata(record: Record) -> bool:
    return record.block.startswith(_METADATA) or record.type == "metadata"


def _take(record: Record, row: int, gathering: Gathering, written_at: datetime) -> None:
    gathering.use()
    if record.type != "metadata":
        return
    envelope = decode_envelope(record.content)
    if envelope is None:
        gathering.reject(row, NO_LAYOUT, record.uri or "")
        return
    if envelope.headers.type.lower() != "response":
        return
    url = urls.normalise(envelope.headers.uri)
    if url is None:
        gathering.reject(row, NOT_A_PAGE, envelope.headers.uri)
        return
    captured_at = instant_or(parse_date(envelope.headers.date), written_at)
    exchange: Exchange | None = exchange_of_wat(envelope, url, captured_at)
    if exchange is None:
        gathering.reject(row, NO_STATUS, url)
        return
    html = envelope.payload.response.html
    page = page_of(html, exchange.headers, url) if html is not None else None
    gathering.add(exchange, page, n_described=len(record.content))
