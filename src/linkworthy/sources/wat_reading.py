"""Takes the records of a WAT a few at a time, the links of their pages by compiled code where it is there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from msgspec import Raw

from linkworthy import urls
from linkworthy.archives.record import Record, parse_date
from linkworthy.fetch.base import Exchange
from linkworthy.html.page import Page
from linkworthy.sources import wat_faster
from linkworthy.sources.captures import NOT_A_PAGE
from linkworthy.sources.gathering import Gathering, Limits, Tables, described_row, instant_or
from linkworthy.sources.wat import NO_LAYOUT, NO_STATUS, exchange_of_wat
from linkworthy.sources.wat_chunks import Numbered, in_chunks
from linkworthy.sources.wat_layout import Envelope, decode_around_links, decode_envelope
from linkworthy.sources.wat_page import abouts, page_of

if TYPE_CHECKING:
    from linkworthy.sources.wat_links import Described, WatLinks

WAT_LIMITS = Limits(n_links=200_000, n_pages=4_000)
"""A row of ``pages`` has so many columns that a part of few rows costs more than the rows do."""


class _Waiting(NamedTuple):
    """A page whose links are still to be read."""

    row: dict[str, Any]
    """Its row of ``pages``."""
    described: Described


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
    """Take records without decoding their links; gives how many of them had to be read by the plain form."""
    seen = _seen(chunk, written_at)
    read = iter(links.add([one.described for one in seen if isinstance(one, _Waiting)]))
    n_plain = 0
    for (row, record), one in zip(chunk, seen, strict=True):
        found = next(read) if isinstance(one, _Waiting) else None
        if isinstance(one, _Waiting) and found is not None:
            gathering.use()
            gathering.add_described(one.row, found, len(record.content))
        elif one is True:
            gathering.use()
        else:
            n_plain += 1
            _take(record, row, gathering, written_at)
    return n_plain


def _seen(chunk: list[Numbered], written_at: datetime) -> list[_Waiting | bool]:
    """Look at records but for their links: true where one speaks of no page, false where anything about it is odd."""
    seen: list[_Waiting | bool] = []
    places: list[int] = []
    told: list[tuple[Envelope[Raw], bytes]] = []
    for _, record in chunk:
        decoded = decode_around_links(record.content) if record.type == "metadata" else None
        if decoded is not None and decoded[0].headers.type.lower() == "response":
            places.append(len(seen))
            told.append(decoded)
            seen.append(False)
        else:
            seen.append(decoded is not None or record.type != "metadata")
    for place, waiting in zip(places, _waiting(told, written_at), strict=True):
        if waiting is not None:
            seen[place] = waiting
    return seen


def _waiting(told: Sequence[tuple[Envelope[Raw], bytes]], written_at: datetime) -> list[_Waiting | None]:
    """Give pages, null for those that are odd.

    One step is done for all of them before the next: the same code over and over takes a fifth less time.
    """
    from linkworthy.sources.wat_links import Described  # noqa: PLC0415 - loads numba, which is loaded here

    page_urls = [urls.normalise(envelope.headers.uri) for envelope, _ in told]
    dates = [instant_or(parse_date(envelope.headers.date), written_at) for envelope, _ in told]
    exchanges = [
        exchange_of_wat(envelope, url, date) if url is not None else None
        for (envelope, _), url, date in zip(told, page_urls, dates, strict=True)
    ]
    fit = [
        (n, url, exchange, html.head)
        for n, (url, exchange) in enumerate(zip(page_urls, exchanges, strict=True))
        if url is not None and exchange is not None and (html := told[n][0].payload.response.html) is not None
    ]
    said = abouts([(head, exchange.headers, url) for _, url, exchange, head in fit])
    rows = [
        described_row(exchange, Page(url=url, facts=facts))
        for (_, url, exchange, _), (facts, _) in zip(fit, said, strict=True)
    ]
    waiting: list[_Waiting | None] = [None] * len(told)
    for (n, url, _, _), row, (_, resolver) in zip(fit, rows, said, strict=True):
        waiting[n] = _Waiting(row, Described(told[n][1], resolver, urls.host_of(url)))
    return waiting


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
