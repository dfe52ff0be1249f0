"""Takes the records of a WAT a few at a time, the links of their pages by compiled code where it is there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from linkworthy import urls
from linkworthy.archives.record import Record, parse_date
from linkworthy.fetch.base import Exchange
from linkworthy.html.page import Page
from linkworthy.sources import wat_faster
from linkworthy.sources.captures import NOT_A_PAGE
from linkworthy.sources.gathering import Gathering, Limits, Tables, instant_or
from linkworthy.sources.wat import NO_LAYOUT, NO_STATUS, exchange_of_wat
from linkworthy.sources.wat_layout import decode_around_links, decode_envelope
from linkworthy.sources.wat_page import about, page_of

if TYPE_CHECKING:
    from linkworthy.sources.wat_links import Described, WatLinks

WAT_LIMITS = Limits(n_links=200_000, n_pages=4_000)
"""A row of ``pages`` has so many columns that a part of few rows costs more than the rows do."""
_CHUNK_RECORDS, _CHUNK_BYTES = 256, 1 << 20
"""Records that are taken at once, and the bytes after which no more of them are waited for."""

Numbered = tuple[int, Record]


class _Waiting(NamedTuple):
    """A page whose links are still to be read."""

    exchange: Exchange
    page: Page
    described: Described


def read_wat(
    records: Iterable[Numbered], gathering: Gathering, written_at: datetime, *, is_large: bool
) -> Iterator[Tables]:
    """Give the tables of a WAT in batches; a large one is read by compiled code from when that has been compiled."""
    if is_large:
        wat_faster.prepare_beside()
    links: WatLinks | None = None
    for chunk in _chunks(records):
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


def _chunks(records: Iterable[Numbered]) -> Iterator[list[Numbered]]:
    chunk: list[Numbered] = []
    n_bytes = 0
    for row, record in records:
        chunk.append((row, record))
        n_bytes += len(record.content)
        if n_bytes >= _CHUNK_BYTES or len(chunk) >= _CHUNK_RECORDS:
            yield chunk
            chunk, n_bytes = [], 0
    if chunk:
        yield chunk


def take_compiled(chunk: list[Numbered], gathering: Gathering, links: WatLinks, written_at: datetime) -> int:
    """Take records without decoding their links; gives how many of them had to be read by the plain form."""
    seen = [_look(record, written_at) for _, record in chunk]
    read = iter(links.add([one.described for one in seen if isinstance(one, _Waiting)]))
    n_plain = 0
    for (row, record), one in zip(chunk, seen, strict=True):
        found = next(read) if isinstance(one, _Waiting) else None
        if isinstance(one, _Waiting) and found is not None:
            gathering.use()
            gathering.add_described(one.exchange, one.page, found, len(record.content))
        elif one is True:
            gathering.use()
        else:
            n_plain += 1
            _take(record, row, gathering, written_at)
    return n_plain


def _look(record: Record, written_at: datetime) -> _Waiting | bool:
    """Look at a record but for its links: true where it speaks of no page, false where anything about it is odd."""
    from linkworthy.sources.wat_links import Described  # noqa: PLC0415 - loads numba, which is loaded here

    if record.type != "metadata":
        return True
    decoded = decode_around_links(record.content)
    if decoded is None:
        return False
    envelope, links = decoded
    if envelope.headers.type.lower() != "response":
        return True
    url = urls.normalise(envelope.headers.uri)
    html = envelope.payload.response.html
    if url is None or html is None:
        return False
    exchange = exchange_of_wat(envelope, url, instant_or(parse_date(envelope.headers.date), written_at))
    if exchange is None:
        return False
    facts, resolver = about(html.head, exchange.headers, url)
    return _Waiting(exchange, Page(url=url, facts=facts), Described(links, resolver, urls.host_of(url)))


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
