"""Archives into a link index by Spark: the same extraction and the same statements, on a cluster's machines."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from linkworthy.engine import stores
from linkworthy.engine.progress import SILENT, Progress
from linkworthy.engine.spark import Spark
from linkworthy.errors import SourceError, StageError
from linkworthy.index.append import MEMORY_BYTES, Shape, create
from linkworthy.index.append_spark import Placed, append_on_spark
from linkworthy.pipeline.indexing import Appended, Failed, check_name
from linkworthy.sources.extraction import Extracted, Shard, extract, read_extracted


class Job(NamedTuple):
    """One archive to extract in a task, and the place that its parts go to."""

    archive: str
    place: str
    is_external_only: bool


def extract_to(job: Job) -> Extracted | Failed:
    """Extract an archive on the machine that runs the task, and bring its parts to their place.

    Names follow from the archive alone, and what the archive gave is written last: a task that is run again, or one
    that another machine had finished, leaves no second copy of any row.
    """
    with tempfile.TemporaryDirectory() as folder:
        name = Shard(Path(job.archive), Path(folder), origin=job.archive).name
        told = stores.read(f"{job.place}/{name}.json")
        if told is not None:
            return read_extracted(told)
        parts = Path(folder) / "parts"
        try:
            archive = stores.fetch(job.archive, Path(folder))
            done = extract(Shard(archive, parts, job.is_external_only, job.archive))
        except SourceError as fault:
            return Failed(job.archive, str(fault))
        for listed in done.files.values():
            for part in listed:
                stores.put(parts / part, f"{job.place}/{part}")
        stores.put(parts / f"{name}.json", f"{job.place}/{name}.json")
        return done


def append_archives_on_spark(
    folder: Path,
    archives: Sequence[str],
    spark: Spark,
    *,
    name: str,
    source: str,
    work: str = "",
    shape: Shape | None = None,
    memory_bytes: int = MEMORY_BYTES,
    progress: Progress = SILENT,
) -> Appended:
    """Extract archives on a cluster and append them to an index of this machine under a name.

    ``archives`` are paths that every machine reads, or URIs of an object store. ``work`` is a folder that every machine
    reads and writes, or a URI; it is the index's own folder where it is empty. What lies there is removed at the end,
    and taken up again by the same call after a kill.

    Raises: InputError for a name that cannot be one; StageError where none of the archives could be read.
    """
    check_name(name)
    manifest = create(folder, shape or Shape())
    known = next((one for one in manifest.batches if one.name == name), None)
    if known is not None:
        return Appended(known, is_new=False)
    place = f"{(work or str((folder / 'incoming').absolute())).rstrip('/')}/{name}"
    progress.start("extract", len(archives))
    jobs = [Job(archive, f"{place}/parts", manifest.is_external_only) for archive in archives]
    results = list(spark.map_shards(jobs, extract_to))
    failed = tuple(one for one in results if isinstance(one, Failed))
    done = [one for one in results if isinstance(one, Extracted)]
    progress.finish(f"{sum(one.counts.n_links for one in done):,} links")
    if not done:
        raise StageError(f"no archive could be read; the first: {failed[0].archive}: {failed[0].reason}")
    parts = Placed(
        _places(place, done, "links"),
        _places(place, done, "pages"),
        len(done),
        sum(one.counts.n_rejects for one in done),
        sum(one.counts.n_lost_bytes for one in done),
    )
    batch = append_on_spark(
        spark, folder, parts, name=name, source=source, place=f"{place}/index", memory_bytes=memory_bytes,
        progress=progress,
    )  # fmt: skip
    stores.remove(place)
    return Appended(batch, is_new=True, failed=failed)


def _places(place: str, results: Sequence[Extracted], table: str) -> list[str]:
    return [f"{place}/parts/{name}" for one in results for name in one.files[table]]
