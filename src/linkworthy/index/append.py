"""Appends a batch to an index: extracted links become one more sorted file in each bucket; nothing is rewritten."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import NamedTuple

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
    HOST_PAGES,
    LINKS_OF_BUCKET,
    OUTGOING_SPOOL,
    PAGE_CAPTURES,
    PAGES_OF_BUCKET,
    SPOOL,
    ordered,
)

N_BUCKETS = 16
ROW_GROUP_ROWS = 16_384
"""Rows that a question reads at least; fewer rows answer quicker and pack worse."""
MEMORY_BYTES = 1 << 30
MAX_BATCHES = 30_000


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
        self._db.execute(PAGE_CAPTURES)
        self._db.execute(HOST_PAGES)
        only = "l.target_domain is distinct from l.source_domain" if before.is_external_only else "true"
        spool = self._scratch / "links"
        self._db.execute(SPOOL.format(n_buckets=n_buckets, folder=_inside(spool), only=only))
        files = list(self._links(spool))
        shutil.rmtree(spool, ignore_errors=True)
        if before.has_outgoing:
            files += self._outgoing(files)
        files += self._pages()
        n_links = self._one(f"select count(*) from given_links l where l.url is not null and {only}")
        days = self._db.execute(
            "select coalesce(min(fetched_at)::date, '1970-01-01'), coalesce(max(fetched_at)::date, '1970-01-01') "
            "from capture"
        ).fetchall()[0]
        batch = Batch(
            self._number, name, source, _day(days[0]), _day(days[1]), parts.n_archives,
            self._one("select count(*) from capture"), n_links, parts.n_rejects, parts.n_lost_bytes,
        )  # fmt: skip
        self._progress.finish(f"{n_links:,} links")
        return msgspec.structs.replace(
            before, generation=before.generation + 1, batches=(*before.batches, batch), files=(*before.files, *files)
        )

    def _links(self, spool: Path) -> Iterator[File]:
        for bucket in range(self._manifest.n_buckets):
            if (spool / f"bucket={bucket}").is_dir():
                query = LINKS_OF_BUCKET.format(spool=_inside(spool), bucket=bucket, batch=self._number)
                yield from self._write("links", bucket, query)
            self._progress.update(bucket + 1)

    def _outgoing(self, links: Sequence[File]) -> Iterator[File]:
        spool = self._scratch / "outgoing"
        names = ", ".join(quoted(str(self._folder / one.name)) for one in links)
        if names:
            sql = OUTGOING_SPOOL.format(n_buckets=self._manifest.n_buckets, files=names, folder=_inside(spool))
            self._db.execute(sql)
        for bucket in range(self._manifest.n_buckets):
            if (spool / f"bucket={bucket}").is_dir():
                files = quoted(f"{spool}/bucket={bucket}/*.parquet")
                query = f"select * from read_parquet({files}, hive_partitioning = false)"
                yield from self._write("outgoing", bucket, query)
            self._progress.update(self._manifest.n_buckets + bucket + 1)
        shutil.rmtree(spool, ignore_errors=True)

    def _pages(self) -> Iterator[File]:
        n_buckets = self._manifest.n_buckets
        for bucket in range(n_buckets):
            query = PAGES_OF_BUCKET.format(n_buckets=n_buckets, bucket=bucket, batch=self._number)
            yield from self._write("pages", bucket, query)

    def _write(self, table: str, bucket: int, query: str) -> Iterator[File]:
        name = file_name(table, bucket, self._manifest.generation + 1)
        file = write_file(self._db, self._folder, name, table, bucket, query, (self._number,))
        if file.n_rows:
            yield file

    def _one(self, sql: str) -> int:
        return int(self._db.execute(sql).fetchall()[0][0])


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


def _inside(path: Path) -> str:
    """Give a path as it stands inside quotes."""
    return quoted(str(path))[1:-1]


def _day(day: date) -> str:
    return day.isoformat()
