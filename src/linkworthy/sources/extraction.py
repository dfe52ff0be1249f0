"""Links and pages out of one archive, WAT or WARC: one pure function a shard, whichever engine runs it.

The parts that a shard writes are named after it alone and renamed when whole, so that a repeated or retried shard
gives the same files and no second copy of any row.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import xxhash

from linkworthy import urls
from linkworthy.archives.record import Record
from linkworthy.archives.sniff import read_head, recognise_archive
from linkworthy.archives.warc import read_records
from linkworthy.engine.lean import seldom_collected
from linkworthy.errors import SourceError
from linkworthy.fetch.base import Request
from linkworthy.fetch.replay import UNDATED, exchange_of
from linkworthy.html.parse import parse
from linkworthy.site.parts import write_table, write_text
from linkworthy.sources import wat_faster
from linkworthy.sources.captures import NOT_A_PAGE
from linkworthy.sources.gathering import Counts, Gathering, Limits, Tables, instant_or
from linkworthy.sources.warc import NO_HTTP
from linkworthy.sources.wat_reading import WAT_LIMITS, read_wat
from linkworthy.tables import table

MAX_BODY_BYTES = 10_000_000
"""Decoded bytes of a body that are parsed; Common Crawl keeps 1 MiB."""
WARC_LIMITS = Limits(n_links=50_000, n_pages=2_000)
TABLES = ("pages", "links", "rejects")


class Shard(NamedTuple):
    """One archive to extract, and the folder that its parts go to."""

    archive: Path
    folder: Path
    is_external_only: bool = False
    """Keep the links to other registrable domains alone."""
    origin: str = ""
    """Where the archive is a copy from; empty where it is none."""

    @property
    def name(self) -> str:
        """What the parts are named after: the archive's name, with a digest of where it lies."""
        place = self.origin or str(self.archive.absolute())
        name = place.rpartition("/")[2].partition(".")[0][:80]
        return f"{name}-{xxhash.xxh3_64_hexdigest(place.encode())[:8]}"


class Extracted(NamedTuple):
    """What a shard gave."""

    name: str
    archive: str
    kind: str
    counts: Counts
    files: dict[str, list[str]]
    """Names of the parts in the folder, by table."""

    def as_json(self) -> str:
        """Give it as it is kept beside the parts."""
        said = {**self._asdict(), "counts": self.counts._asdict()}
        return json.dumps(said, indent=1, ensure_ascii=False) + "\n"


def extract(shard: Shard) -> Extracted:
    """Write the tables of one archive into a folder; a shard that is there already is not read again.

    Memory holds one record and one batch, whatever the archive. Parts are ``NAME.TABLE.NNNN.parquet``; beside them
    ``NAME.json`` is written last and says what the archive gave.

    Raises: SourceError where the archive cannot be opened or is of a kind that is not read.
    """
    done = extracted(shard)
    if done is not None:
        return done
    shard.folder.mkdir(parents=True, exist_ok=True)
    kind = kind_of(shard.archive)
    gathering = _gathering(shard.origin or str(shard.archive), shard.archive, kind, shard.is_external_only)
    files: dict[str, list[str]] = {name: [] for name in TABLES}
    with seldom_collected():
        for batch in _batches(shard.archive, kind, gathering):
            for name, rows in zip(TABLES, (batch.pages, batch.links, batch.rejects), strict=True):
                if rows.num_rows:
                    part = f"{shard.name}.{name}.{len(files[name]):04}.parquet"
                    write_table(shard.folder / part, table(name), rows)
                    files[name].append(part)
    result = Extracted(shard.name, shard.origin or str(shard.archive), kind, gathering.counts, files)
    write_text(shard.folder / f"{shard.name}.json", result.as_json())
    return result


def extracted(shard: Shard) -> Extracted | None:
    """Give what a shard gave when it was extracted into its folder, null where it was not, or not to its end."""
    place = shard.folder / f"{shard.name}.json"
    return read_extracted(place.read_bytes()) if place.is_file() else None


def read_extracted(text: bytes) -> Extracted:
    """Read what a shard gave, as it is kept beside the parts."""
    said = json.loads(text)
    counts = {**said["counts"], "hrefs": tuple((reason, n) for reason, n in said["counts"]["hrefs"])}
    return Extracted(**{**said, "counts": Counts(**counts)})


def batches(archive: Path, *, is_external_only: bool = False) -> Iterator[Tables]:
    """Give the tables of one archive in batches of bounded size.

    Raises: SourceError where the archive cannot be opened or is of a kind that is not read.
    """
    kind = kind_of(archive)
    yield from _batches(archive, kind, _gathering(str(archive), archive, kind, is_external_only))


def kind_of(archive: Path) -> str:
    """Tell WAT from WARC by what the file holds.

    Raises: SourceError where it is neither.
    """
    kind = recognise_archive(read_head(archive))
    if kind == "arc":
        raise SourceError(f"{archive}: ARC is not read; turn it into WARC first, with 'warcio recompress'")
    if kind == "wet":
        raise SourceError(f"{archive}: WET holds texts without links; take the WAT or WARC of the same name")
    return kind or "warc"


def _gathering(file: str, archive: Path, kind: str, is_external_only: bool) -> Gathering:  # noqa: FBT001 - passed on
    limits = WAT_LIMITS if kind == "wat" else WARC_LIMITS
    return Gathering(file, archive.name, is_external_only=is_external_only, limits=limits)


def _batches(archive: Path, kind: str, gathering: Gathering) -> Iterator[Tables]:
    # A record without a date counts as captured when its archive was written.
    written_at = datetime.fromtimestamp(archive.stat().st_mtime, UTC) if archive.exists() else UNDATED
    records = read_records(archive, gathering.lose)
    if kind == "wat":
        yield from read_wat(records, gathering, written_at, is_large=archive.stat().st_size >= wat_faster.LARGE_BYTES)
        return
    for row, record in enumerate(records, start=1):
        gathering.use()
        _take_warc(record, row, gathering, written_at)
        if gathering.is_due:
            yield from gathering.take()
    yield from gathering.take()


def _take_warc(record: Record, row: int, gathering: Gathering, written_at: datetime) -> None:
    if record.type != "response":
        return
    uri = record.uri or ""
    url = urls.normalise(uri)
    if url is None:
        gathering.reject(row, NOT_A_PAGE, uri)
        return
    exchange = exchange_of(record, Request(url=url, max_bytes=MAX_BODY_BYTES))
    if exchange.status is None:
        gathering.reject(row, NO_HTTP, uri)
        return
    exchange = replace(exchange, fetched_at=instant_or(record.captured_at, written_at))
    gathering.add(exchange, parse(exchange.body, exchange.headers, url))
