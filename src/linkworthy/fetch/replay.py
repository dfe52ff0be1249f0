"""Answers requests out of WARC files instead of the network: the second Fetcher, and the tests' double."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import get_args

import xxhash

from linkworthy import urls
from linkworthy.archives.files import ArchiveFile, Loss
from linkworthy.archives.members import Archive
from linkworthy.archives.record import Record
from linkworthy.archives.warc import read_record_at, read_records
from linkworthy.fetch.base import Exchange, Fault, Hop, Request, header
from linkworthy.fetch.decode import decode
from linkworthy.fetch.redirects import follow, read_location

FAULT = "linkworthy-fault"
FAULT_DETAIL = "linkworthy-fault-detail"
METHOD = "linkworthy-method"
"""Headers that our own records have beside those of WARC: why there was no usable answer, and HEAD where that is."""
UNDATED = datetime(1970, 1, 1, tzinfo=UTC)
"""Stands for the date of a record that names none."""
_VERSIONS = {"h2": "2", "h3": "3"}
"""What WARC-Protocol says of an answer whose status line had to be written as that of HTTP/1.1."""


class ReplayFetcher:
    """Answers with what response records hold; of several captures of a URL the one with the latest date counts.

    The index of places lies in a temporary SQLite file, so that memory does not grow with the archives. A URL that is
    not recorded gets the fault ``not-recorded``: it was never asked for, so nothing is known of it.
    """

    def __init__(self, paths: Sequence[Path]) -> None:
        self.losses: list[Loss] = []
        """The first stretches of the archives that gave nothing, 1,000 at most."""
        self.n_losses = 0
        self._archives = [Archive(ArchiveFile(path)) for path in paths]
        self._index = sqlite3.connect("", check_same_thread=False)
        self._index.execute("create table places (key integer primary key, file, offset, inner, captured_at)")
        with self._index:
            for number, path in enumerate(paths):
                self._index.executemany(
                    """
                    insert into places values (?, ?, ?, ?, ?) on conflict (key) do update set file = excluded.file,
                        offset = excluded.offset, inner = excluded.inner, captured_at = excluded.captured_at
                    where excluded.captured_at >= captured_at
                    """,
                    self._places(number, path),
                )

    def _places(self, number: int, path: Path) -> Iterator[tuple[int, int, int, int, float]]:
        for record in read_records(path, self._note):
            is_answer = record.type == "response" or record.header(FAULT) is not None
            url = urls.normalise(record.uri or "") if is_answer else None
            if url is not None:
                when = (record.captured_at or UNDATED).timestamp()
                yield _key(url, record.header(METHOD)), number, record.offset, record.inner, when

    def _note(self, loss: Loss) -> None:
        self.n_losses += 1
        if len(self.losses) < 1_000:
            self.losses.append(loss)

    @property
    def n_urls(self) -> int:
        """Number of URLs that are recorded."""
        return int(self._index.execute("select count(*) from places").fetchone()[0])

    async def fetch(self, request: Request) -> Exchange:
        """Give the recorded answer, following recorded redirects up to the request's limit of hops."""
        return await follow(request, self._ask)

    async def _ask(self, request: Request) -> Exchange:
        record = self._find(request.url, request.method)
        if record is not None:
            return exchange_of(record, request)
        detail = "no archive holds an answer for this URL"
        hop = Hop(url=request.url, fault="not-recorded", fault_detail=detail)
        return Exchange(request=request, hops=(hop,), fetched_at=UNDATED)

    def _find(self, url: str, method: str) -> Record | None:
        """Find the answer to HEAD, where one was recorded by itself, else the answer to GET."""
        query = "select file, offset, inner from places where key = ?"
        place = self._index.execute(query, (_key(url, method),)).fetchone()
        if place is None:
            return self._find(url, "GET") if method == "HEAD" else None
        record = read_record_at(self._archives[place[0]], place[1], place[2])
        return record if record is not None and urls.normalise(record.uri or "") == url else None

    async def close(self) -> None:
        """Close the archives and drop the index."""
        self._index.close()
        for archive in self._archives:
            archive.file.close()


def exchange_of(record: Record, request: Request) -> Exchange:
    """Turn a response record into the Exchange that a request for its URL gives, redirects not followed.

    A body that is not coded as its Content-Encoding says (many crawlers undo it and keep the header) stands as it is.
    """
    response = record.response
    captured_at = record.captured_at or UNDATED
    hop = Hop(url=request.url, address=record.header("warc-ip-address"))
    known = get_args(Fault)
    told = next((fault for fault in known if fault == record.header(FAULT)), None)
    if told is not None:
        hop = replace(hop, fault=told, fault_detail=record.header(FAULT_DETAIL))
    if response is None and told is not None:
        return Exchange(request=request, hops=(hop,), fetched_at=captured_at)
    if response is None:
        hop = replace(hop, fault="malformed", fault_detail="the record holds no HTTP response")
        return Exchange(request=request, hops=(hop,), fetched_at=captured_at)
    target, fault, detail = read_location(request.url, response.status, response.headers)
    hop = replace(
        hop,
        status=response.status,
        headers=response.headers,
        http_version=_VERSIONS.get(record.header("warc-protocol") or "", response.version),
        location=target,
        fault=fault or told,
        fault_detail=detail or hop.fault_detail,
    )
    if request.method == "HEAD":
        return Exchange(request=request, hops=(hop,), fetched_at=captured_at)
    decoded = decode(response.body, header(response.headers, "content-encoding"), request.max_bytes)
    is_bare = decoded.error is not None and not decoded.body
    body = response.body[: request.max_bytes] if is_bare else decoded.body
    return Exchange(
        request=request,
        hops=(hop,),
        body=body,
        n_bytes=len(response.body),
        is_truncated=record.is_truncated
        or response.is_cut
        or (len(response.body) > request.max_bytes if is_bare else decoded.is_truncated),
        fetched_at=captured_at,
    )


def _key(url: str, method: str | None = None) -> int:
    """Name a URL by a signed 64-bit number, as SQLite keeps keys; the record that is found is compared with the URL."""
    name = f"HEAD {url}" if method == "HEAD" else url
    return xxhash.xxh3_64_intdigest(name.encode()) - (1 << 63)
