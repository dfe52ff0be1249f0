"""Pages and links out of WAT files, Common Crawl's metadata of each capture: links without their HTML."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from linkworthy import urls
from linkworthy.archives.record import Record, parse_date
from linkworthy.archives.warc import read_records
from linkworthy.fetch.base import Exchange, Hop, Request
from linkworthy.fetch.redirects import read_location
from linkworthy.sources import wat_faster
from linkworthy.sources.base import Batch, Context
from linkworthy.sources.captures import NOT_A_PAGE, RECORDS_PER_NEWS, Captures
from linkworthy.sources.wat_chunks import Numbered, in_chunks
from linkworthy.sources.wat_layout import Envelope, Links, decode_envelope
from linkworthy.sources.wat_page import page_of

if TYPE_CHECKING:
    from linkworthy.sources.wat_links import WatLinks

NO_LAYOUT = "metadata record that is no WAT"
NO_STATUS = "WAT of a response without an HTTP status"


class WatSource:
    """Reads metadata records about responses; every record of the archive is counted once.

    Used: a record about a response that could be read, and every record about anything else (requests, warcinfo, …),
    which speaks of no page. Rejected: a record in another layout, one about a response without status, one whose URI
    is no http(s) page with a host, and every stretch of the file that gave no record. Rows come only of pages that
    matter: the owner's, and those that link or redirect to the owner. Region, path and words around a link are null.
    """

    reported_by = "wat"
    recognised_as = "WAT, by its metadata records"

    def __init__(self) -> None:
        self.detail: str | None = None
        """After reading: what was wrong, null where nothing was; a WAT that describes no response says so here."""
        self.is_damaged = False
        """After reading: some of the file gave nothing."""

    def read(self, path: Path, context: Context) -> Iterator[Batch]:
        """Read the archive in batches of bounded size.

        Raises: SourceError where the file cannot be opened, is an ARC, or is compressed in a way that is not read.
        """
        captures = Captures(path, self.reported_by, context.config, has_bodies=False)
        for row, record, kind in _with_kinds(path, captures):
            if kind is None:
                _take(record, row, captures, context)
            else:
                captures.kinds[kind] += 1
                captures.use()
            if row % RECORDS_PER_NEWS == 0:
                context.on_bytes(record.offset)
            yield from captures.due()
        yield from captures.rest()
        self.detail = captures.detail("response")
        self.is_damaged = captures.n_losses > 0


def _with_kinds(path: Path, captures: Captures) -> Iterator[tuple[int, Record, str | None]]:
    """Give records with their numbers; with their types besides where compiled code told that they say nothing.

    A large archive is looked at by compiled code from when that has been compiled.
    """
    is_large = path.is_file() and path.stat().st_size >= wat_faster.LARGE_BYTES
    if is_large:
        wat_faster.prepare_beside()
    links: WatLinks | None = None
    for chunk in in_chunks(read_records(path, captures.lose)):
        if is_large and links is None and wat_faster.is_ready():
            links = wat_faster.load(is_external_only=True)
        kinds = _kinds(chunk, links, captures)
        for (row, record), kind in zip(chunk, kinds, strict=True):
            yield row, record, kind


def _kinds(chunk: list[Numbered], links: WatLinks | None, captures: Captures) -> list[str | None]:
    if links is None:
        return [None] * len(chunk)
    from linkworthy.sources.wat_passing import kinds_of_others  # noqa: PLC0415 - loads numba, which is loaded here

    return kinds_of_others(chunk, links, captures.is_own)


def _take(record: Record, row: int, captures: Captures, context: Context) -> None:
    if record.type != "metadata":
        captures.kinds[record.type] += 1
        captures.use()
        return
    envelope = decode_envelope(record.content)
    if envelope is None:
        captures.kinds["unreadable"] += 1
        captures.reject(row, NO_LAYOUT, record.uri or "")
        return
    kind = envelope.headers.type.lower()
    captures.kinds[kind] += 1
    if kind != "response":
        captures.use()
        return
    url = urls.normalise(envelope.headers.uri)
    if url is None:
        captures.reject(row, NOT_A_PAGE, envelope.headers.uri)
        return
    exchange = exchange_of_wat(envelope, url, parse_date(envelope.headers.date) or context.imported_at)
    if exchange is None:
        captures.reject(row, NO_STATUS, url)
        return
    html = envelope.payload.response.html
    page = page_of(html, exchange.headers, url) if html is not None else None
    captures.add(row, exchange, page, parse_date(envelope.headers.date))


def exchange_of_wat(envelope: Envelope[Links], url: str, captured_at: datetime) -> Exchange | None:
    """Turn a WAT record about a response into the Exchange that it describes, null where it names no status."""
    response = envelope.payload.response
    message = response.message
    if not (message.status.isdecimal() and len(message.status) == 3):
        return None
    status, headers = int(message.status), response.header_pairs()
    target, fault, detail = read_location(url, status, headers)
    hop = Hop(
        url=url,
        status=status,
        headers=headers,
        location=target,
        fault=fault,
        fault_detail=detail,
        http_version=message.version.rpartition("/")[2] or None,
        address=envelope.headers.address,
    )
    return Exchange(
        request=Request(url=url),
        hops=(hop,),
        n_bytes=int(response.n_bytes) if response.n_bytes.isdecimal() else 0,
        is_truncated=envelope.headers.truncated is not None,
        fetched_at=captured_at,
    )
