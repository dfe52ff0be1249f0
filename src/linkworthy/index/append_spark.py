"""Appends a batch to an index by Spark: the statements of the embedded engine, one task a bucket that writes its file.

Tasks bring their files to a place that all machines reach, under names that follow from the bucket alone; whoever
drives Spark takes them from there into the index and replaces its manifest. A task that is run again gives the same
file under the same name.
"""

from __future__ import annotations

import itertools
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple

import msgspec
import pyarrow as pa

from linkworthy.engine import stores
from linkworthy.engine.embedded import Embedded
from linkworthy.engine.progress import SILENT, Progress
from linkworthy.engine.spark import Spark
from linkworthy.errors import InputError, StageError
from linkworthy.index.append import DAYS, MEMORY_BYTES, N_LINKS, batch_of, file_name, write_file
from linkworthy.index.manifest import (
    Batch,
    File,
    Manifest,
    digest_of,
    read_manifest,
    sweep,
    write_manifest,
    writing,
)
from linkworthy.index.rows import CAPTURE, DEALT, HOST_PAGES, LINKS_OF, ONLY_EXTERNAL, OUTGOING_OF, PAGES_OF
from linkworthy.index.sparksql import FUNCTIONS
from linkworthy.tables import table

_LINK_COLUMNS = (
    "source_url", "source_domain", "captured_at", "n", "url", "target_host", "target_domain", "kind", "anchor",
    "is_nofollow", "is_ugc", "is_sponsored", "region", "position",
)  # fmt: skip


class Placed(NamedTuple):
    """What is appended: places of parts of the tables ``links`` and ``pages``, and what is known of their archives."""

    links: Sequence[str]
    pages: Sequence[str]
    n_archives: int = 0
    n_rejects: int = 0
    n_lost_bytes: int = 0


@dataclass(frozen=True, slots=True)
class Writer:
    """Writes the file of a bucket, in a task of its own."""

    table: str
    generation: int
    number: int
    """Of the batch."""
    place: str
    """Where all machines reach it."""
    memory_bytes: int

    def __call__(self, batches: Iterator[pa.RecordBatch]) -> File | None:
        """Write the rows of a bucket, sorted, and bring the file to its place."""
        first = next((batch for batch in batches if batch.num_rows), None)
        if first is None:
            return None
        bucket = int(first.column("bucket")[0].as_py())
        name = file_name(self.table, bucket, self.generation)
        rows = pa.RecordBatchReader.from_batches(first.schema, itertools.chain([first], batches))
        with tempfile.TemporaryDirectory() as folder:
            scratch = Path(folder)
            engine = Embedded(1, self.memory_bytes, scratch / "spilt")
            with engine.bare() as db:
                db.register("bucket_rows", rows)
                db.execute("set threads = 1")
                file = write_file(db, scratch, name, self.table, bucket, "select * from bucket_rows", (self.number,))
            stores.put(scratch / name, f"{self.place}/{name}")
        return file


def append_on_spark(
    spark: Spark,
    folder: Path,
    parts: Placed,
    *,
    name: str,
    source: str,
    place: str,
    memory_bytes: int = MEMORY_BYTES,
    progress: Progress = SILENT,
) -> Batch:
    """Append a batch under a name, as ``append`` does; one of that name that is in already is given back as it is.

    ``place`` is where tasks leave their files for this process to take; ``memory_bytes`` is what a task sorts with.

    Raises: InputError where there is no index, or nothing to append; StageError where another process writes, or a
    task fails again and again.
    """
    with writing(folder):
        manifest = read_manifest(folder)
        sweep(folder, manifest)
        known = next((one for one in manifest.batches if one.name == name), None)
        if known is not None:
            return known
        if not parts.pages:
            raise InputError("no page was extracted: nothing to append")
        progress.start("append")
        writer = Writer("links", manifest.generation + 1, len(manifest.batches) + 1, place, memory_bytes)
        _open(spark, parts)
        files = _written(spark, manifest, writer)
        only = ONLY_EXTERNAL if manifest.is_external_only else "true"
        days, n_links = spark.ask(DAYS).to_pylist()[0], spark.ask(N_LINKS.format(only=only)).to_pylist()[0]["n"]
        batch = batch_of(writer.number, name, source, days, n_links, parts)
        _take(folder, place, files)
        changed = msgspec.structs.replace(
            manifest, generation=writer.generation, batches=(*manifest.batches, batch), files=(*manifest.files, *files)
        )
        write_manifest(folder, changed)
        progress.finish(f"{n_links:,} links")
        return batch


def _open(spark: Spark, parts: Placed) -> None:
    spark.define(FUNCTIONS)
    spark.open_view("given_pages", parts.pages)
    if parts.links:
        spark.open_view("given_links", parts.links)
    else:
        schema = table("links").schema
        empty = schema.empty_table().select(_LINK_COLUMNS)
        spark.aggregate("select 1", {"given_links": empty})
    spark.define(
        f"create or replace temporary view {name} as {sql}" for name, sql in
        (("capture", CAPTURE), ("host_pages", HOST_PAGES))
    )  # fmt: skip


def _written(spark: Spark, manifest: Manifest, writer: Writer) -> list[File]:
    n_buckets, batch = manifest.n_buckets, writer.number
    only = ONLY_EXTERNAL if manifest.is_external_only else "true"
    spark.define([f"create or replace temporary view dealt as {DEALT.format(n_buckets=n_buckets, only=only)}"])
    links_of = LINKS_OF.format(rows="dealt", batch=batch)
    links = f"select *, bucket_of(target_domain, {n_buckets}) as bucket from ({links_of}) linked"
    files = _sorted(spark.map_parts(links, n_buckets, "bucket", writer))
    if manifest.has_outgoing and files:
        spark.open_view("linked", [f"{writer.place}/{one.name}" for one in files])
        outgoing = OUTGOING_OF.format(n_buckets=n_buckets, rows="linked")
        files += _sorted(spark.map_parts(outgoing, n_buckets, "bucket", replace(writer, table="outgoing")))
    pages = PAGES_OF.format(n_buckets=n_buckets, batch=batch, only="true")
    return files + _sorted(spark.map_parts(pages, n_buckets, "bucket", replace(writer, table="pages")))


def _sorted(files: Sequence[File]) -> list[File]:
    return sorted(files, key=lambda one: one.bucket)


def _take(folder: Path, place: str, files: Sequence[File]) -> None:
    """Bring the files into the index, compared with what their tasks wrote."""
    for one in files:
        path = folder / one.name
        path.parent.mkdir(exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder) as scratch:
            found = stores.fetch(f"{place}/{one.name}", Path(scratch))
            if digest_of(found) != one.digest:
                raise StageError(f"{place}/{one.name}: not as its task wrote it")
            temporary = path.with_name(path.name + ".tmp")
            shutil.move(found, temporary)
            temporary.replace(path)
