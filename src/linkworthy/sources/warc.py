"""Pages and links out of WARC files: crawls of one's own, Common Crawl's, wget's."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from linkworthy import urls
from linkworthy.archives.record import Record
from linkworthy.archives.warc import read_records
from linkworthy.fetch.base import Request
from linkworthy.fetch.replay import exchange_of
from linkworthy.html.parse import parse
from linkworthy.sources.base import Batch, Context
from linkworthy.sources.captures import NOT_A_PAGE, RECORDS_PER_NEWS, Captures

NO_HTTP = "response record without an HTTP response"


class WarcSource:
    """Reads response records; every record of the archive is counted once.

    Used: a response that could be read, whatever its status and kind, and every record that is no response (request,
    metadata, warcinfo, revisit, …), which is read and speaks of no page. Rejected: a response without HTTP in it, one
    whose URI is no http(s) page, and every stretch of the file that gave no record. Rows come only of pages that
    matter: the owner's, and those that link or redirect to the owner.
    """

    reported_by = "warc"
    recognised_as = "WARC, by its first record"

    def __init__(self) -> None:
        self.detail: str | None = None
        """After reading: what was wrong, null where nothing was."""
        self.is_damaged = False
        """After reading: some of the file gave nothing."""

    def read(self, path: Path, context: Context) -> Iterator[Batch]:
        """Read the archive in batches of bounded size.

        Raises: SourceError where the file cannot be opened, is an ARC, or is compressed in a way that is not read.
        """
        captures = Captures(path, self.reported_by, context.config, has_bodies=True)
        for row, record in enumerate(read_records(path, captures.lose), start=1):
            captures.kinds[record.type] += 1
            if record.type == "response":
                _take(record, row, captures, context)
            else:
                captures.use()
            if row % RECORDS_PER_NEWS == 0:
                context.on_bytes(record.offset)
            yield from captures.due()
        yield from captures.rest()
        self.detail = captures.detail("response")
        self.is_damaged = captures.n_losses > 0


def _take(record: Record, row: int, captures: Captures, context: Context) -> None:
    uri = record.uri or ""
    url = urls.normalise(uri)
    if url is None:
        captures.reject(row, NOT_A_PAGE, uri)
        return
    exchange = exchange_of(record, Request(url=url, max_bytes=context.config.limits.max_bytes))
    if exchange.status is None:
        captures.reject(row, NO_HTTP, uri)
        return
    captured_at = record.captured_at
    if captured_at is None:
        exchange = replace(exchange, fetched_at=context.imported_at)
    captures.add(row, exchange, parse(exchange.body, exchange.headers, url), captured_at)
