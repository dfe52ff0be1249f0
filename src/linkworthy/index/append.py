"""Appends a batch to an index: extracted links become one more sorted file in each bucket; nothing is rewritten."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple, Protocol

import duckdb
import msgspec

from linkworthy.engine.embedded import Embedded, open_view, quoted
from linkworthy.engine.progress import SILENT, Progress
from linkworthy.errors import InputError
from linkworthy.index.layout import MACROS
from linkworthy.index.manifest import (
    MANIFEST,
    Batch,
    File,
    Manifest,
    digest_of,
    read_manifest,
    sweep,
    write_manifest,
    writing,
)
from linkworthy.index.rows import (
    CAPTURE,
    DEALT,
    HOST_PAGES,
    LINKS_OF,
    ONLY_EXTERNAL,
    OUTGOING_OF,
    PAGES_OF,
    ordered,
)

N_BUCKETS = 16
ROW_GROUP_ROWS = 16_384
"""Rows that a question reads at least; fewer rows answer quicker and pack worse."""
MEMORY_BYTES = 1 << 30
MAX_BATCHES = 30_000
DAYS = """
select count(*) as n_pages, cast(min(fetched_at) as date) as from_day, cast(max(fetched_at) as date) as to_day
from capture
"""
N_LINKS = "select count(*) as n from given_links l where l.url is not null and {only}"


class Shape(NamedTuple):
    """What an index is made with, once and for all."""

    n_buckets: int = N_BUCKETS
    has_outgoing: bool = True
    """Keep the links in the order of their source pages as well: outgoing links are then as quick as backlinks."""
    is_external_only: bool = True
    """Leave out links within one registrable domain."""


class Parts(NamedTuple):
    """What is appended: files of tables ``links`` and ``pages``, and what is known of where they come from."""

    links: Sequence[Path]
    pages: Sequence[Path]
    n_archives: int = 0
    n_rejects: int = 0
    n_lost_bytes: int = 0


class Counted(Protocol):
    """Parts that say what their archives gave."""

    @property
    def n_archives(self) -> int:
        """Archives that were read."""
        ...

    @property
    def n_rejects(self) -> int:
        """Records that could not be used."""
        ...

    @property
    def n_lost_bytes(self) -> int:
        """Bytes that gave nothing."""
        ...


def create(folder: Path, shape: Shape) -> Manifest:
    """Make an empty index, or give the one that is there.

    Raises: InputError for a number of buckets that cannot be.
    """
    if (folder / MANIFEST).is_file():
        return read_manifest(folder)
    if not 1 <= shape.n_buckets <= 4_096:
        raise InputError(f"{shape.n_buckets} buckets: 1 to 4,096")
    manifest = Manifest(1, 0, shape.n_buckets, shape.has_outgoing, shape.is_external_only)
    folder.mkdir(parents=True, exist_ok=True)
    write_manifest(folder, manifest)
    return manifest


def append(
    folder: Path,
    parts: Parts,
    *,
    name: str,
    source: str,
    memory_bytes: int = MEMORY_BYTES,
    progress: Progress = SILENT,
) -> Batch:
    """Append a batch under a name; one of that name that is in already is given back as it is.

    Reads the parts in whatever order: the files depend on their rows alone. Memory beyond ``memory_bytes`` is spilt to
    the index's folder.

    Raises: InputError where there is no index, or nothing to append; StageError where another process writes.
    """
    with writing(folder):
        manifest = read_manifest(folder)
        sweep(folder, manifest)
        known = next((one for one in manifest.batches if one.name == name), None)
        if known is not None:
            return known
        if not parts.pages:
            raise InputError("no page was extracted: nothing to append")
        scratch = folder / "spool"
        shutil.rmtree(scratch, ignore_errors=True)
        scratch.mkdir()
        engine = Embedded(memory_bytes=memory_bytes, scratch=scratch / "spilt")
        with engine.bare() as db:
            builder = _Builder(db, folder, scratch, manifest, progress)
            changed = builder.build(parts, name, source)
        write_manifest(folder, changed)
        shutil.rmtree(scratch, ignore_errors=True)
        return changed.batches[-1]


class _Builder:
    """Writes the files of one batch."""

    def __init__(
        self, db: duckdb.DuckDBPyConnection, folder: Path, scratch: Path, manifest: Manifest, progress: Progress
    ) -> None:
        self._db = db
        self._folder = folder
        self._scratch = scratch
        self._manifest = manifest
        self._progress = progress
        self._number = len(manifest.batches) + 1
        for sql in MACROS:
            db.execute(sql)

    def build(self, parts: Parts, name: str, source: str) -> Manifest:
        """Write all files and give the state that names them."""
        before, n_buckets = self._manifest, self._manifest.n_buckets
        self._progress.start("append", n_buckets * (3 if before.has_outgoing else 2))
        open_view(self._db, "given_pages", parts.pages)
        open_view(self._db, "given_links", parts.links)
        self._db.execute(f"create or replace temp table capture as {CAPTURE}")
        self._db.execute(f"create or replace temp table host_pages as {HOST_PAGES}")
        only = ONLY_EXTERNAL if before.is_external_only else "true"
        spool = self._scratch / "links"
        self._deal(DEALT.format(n_buckets=n_buckets, only=only), spool)
        files = list(self._links(spool))
        shutil.rmtree(spool, ignore_errors=True)
        if before.has_outgoing:
            files += self._outgoing(files)
        files += self._pages()
        n_links = self._row(N_LINKS.format(only=only))["n"]
        batch = batch_of(self._number, name, source, self._row(DAYS), n_links, parts)
        self._progress.finish(f"{n_links:,} links")
        return msgspec.structs.replace(
            before, generation=before.generation + 1, batches=(*before.batches, batch), files=(*before.files, *files)
        )

    def _links(self, spool: Path) -> Iterator[File]:
        for bucket in range(self._manifest.n_buckets):
            if (spool / f"bucket={bucket}").is_dir():
                yield from self._write("links", bucket, LINKS_OF.format(rows=_dealt(spool, bucket), batch=self._number))
            self._progress.update(bucket + 1)

    def _outgoing(self, links: Sequence[File]) -> Iterator[File]:
        spool = self._scratch / "outgoing"
        names = ", ".join(quoted(str(self._folder / one.name)) for one in links)
        if names:
            rows = f"read_parquet([{names}], hive_partitioning = false)"
            self._deal(OUTGOING_OF.format(n_buckets=self._manifest.n_buckets, rows=rows), spool)
        for bucket in range(self._manifest.n_buckets):
            if (spool / f"bucket={bucket}").is_dir():
                yield from self._write("outgoing", bucket, f"select * from {_dealt(spool, bucket)}")
            self._progress.update(self._manifest.n_buckets + bucket + 1)
        shutil.rmtree(spool, ignore_errors=True)

    def _pages(self) -> Iterator[File]:
        n_buckets = self._manifest.n_buckets
        for bucket in range(n_buckets):
            only = f"bucket_of(domain, {n_buckets}) = {bucket}"
            yield from self._write("pages", bucket, PAGES_OF.format(n_buckets=n_buckets, batch=self._number, only=only))

    def _deal(self, query: str, spool: Path) -> None:
        """Write rows to a folder a bucket, in no order."""
        self._db.execute(
            f"copy ({query}) to {quoted(str(spool))} (format parquet, compression zstd, compression_level 1, "
            "partition_by (bucket))"
        )

    def _write(self, table: str, bucket: int, query: str) -> Iterator[File]:
        name = file_name(table, bucket, self._manifest.generation + 1)
        file = write_file(self._db, self._folder, name, table, bucket, query, (self._number,))
        if file.n_rows:
            yield file

    def _row(self, sql: str) -> dict[str, Any]:
        found: dict[str, Any] = self._db.sql(sql).to_arrow_table().to_pylist()[0]
        return found


def batch_of(number: int, name: str, source: str, days: Mapping[str, Any], n_links: int, parts: Counted) -> Batch:
    """Say what a batch is, by the answer to ``DAYS``."""
    never = date(1970, 1, 1)
    from_day, to_day = (days[column] or never for column in ("from_day", "to_day"))
    return Batch(
        number, name, source, from_day.isoformat(), to_day.isoformat(), parts.n_archives, days["n_pages"], n_links,
        parts.n_rejects, parts.n_lost_bytes,
    )  # fmt: skip


def file_name(table: str, bucket: int, generation: int) -> str:
    """Name a file by what it holds and the change that wrote it."""
    return f"bucket={bucket:04}/{table}-{generation:06}.parquet"


def write_file(
    db: duckdb.DuckDBPyConnection,
    folder: Path,
    name: str,
    table: str,
    bucket: int,
    query: str,
    batches: tuple[int, ...],
) -> File:
    """Write the rows of a query as one sorted file, renamed when it is on the disk; an empty one is left out."""
    path = folder / name
    path.parent.mkdir(exist_ok=True)
    temporary = path.with_name(path.name + ".tmp")
    written = db.execute(
        f"copy ({ordered(table, query)}) to {quoted(str(temporary))} (format parquet, parquet_version v2, "
        f"compression zstd, compression_level 4, row_group_size {ROW_GROUP_ROWS})"
    ).fetchall()
    n_rows = int(written[0][0])
    if not n_rows:
        temporary.unlink()
        return File(table, bucket, name, 0, 0, "", batches)
    with temporary.open("rb") as file:
        os.fsync(file.fileno())
    temporary.replace(path)
    return File(table, bucket, name, n_rows, path.stat().st_size, digest_of(path), batches)


def _dealt(spool: Path, bucket: int) -> str:
    return f"read_parquet({quoted(f'{spool}/bucket={bucket}/*.parquet')}, hive_partitioning = false)"
