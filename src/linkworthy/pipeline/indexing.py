"""Archives into a link index: extracted shard by shard, taken up again after a kill, then appended as one batch."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from linkworthy.engine.embedded import Embedded
from linkworthy.engine.progress import SILENT, Progress
from linkworthy.errors import InputError, SourceError, StageError
from linkworthy.index.append import MEMORY_BYTES, Parts, Shape, append, create
from linkworthy.index.manifest import Batch
from linkworthy.sources.extraction import Extracted, Shard, extract

_ENDINGS = (".warc", ".warc.gz", ".warc.zst", ".wat", ".wat.gz", ".wat.zst")


class Failed(NamedTuple):
    """An archive that could not be read at all."""

    archive: str
    reason: str


class Appended(NamedTuple):
    """What became of the archives of one batch."""

    batch: Batch
    is_new: bool
    """False where a batch of this name was in already: nothing was done."""
    failed: tuple[Failed, ...] = ()


def archives_in(places: Sequence[Path]) -> list[Path]:
    """Give the archives that are named, and those in folders that are named, sorted, each once.

    Raises: InputError where a folder holds none.
    """
    found: dict[Path, None] = {}
    for place in places:
        inside = (
            [path for path in sorted(place.rglob("*")) if path.name.endswith(_ENDINGS)] if place.is_dir() else [place]
        )
        if not inside:
            raise InputError(f"{place}: no archive in it ({', '.join(_ENDINGS)})")
        found |= dict.fromkeys(inside)
    return sorted(found)


def check_name(name: str) -> None:
    """Refuse a batch's name that cannot be a folder's.

    Raises: InputError.
    """
    if not name or any(sign in name for sign in "/\\\0") or name.startswith("."):
        raise InputError(f"name {name!r}: letters, digits, hyphens and dots inside, please")


def extract_all(
    archives: Sequence[Path],
    folder: Path,
    engine: Embedded,
    *,
    is_external_only: bool = True,
    progress: Progress = SILENT,
) -> Iterator[Extracted | Failed]:
    """Write the tables of archives into a folder; those that are there already are not read again.

    An archive that cannot be read costs itself alone.
    """
    progress.start("extract", len(archives))
    shards = [Shard(archive, folder, is_external_only) for archive in archives]
    n_links = 0
    for done, result in enumerate(engine.map_shards(shards, _tried), start=1):
        n_links += result.counts.n_links if isinstance(result, Extracted) else 0
        progress.update(done, len(archives), f"{n_links:,} links")
        yield result
    progress.finish(f"{n_links:,} links")


def append_archives(
    folder: Path,
    archives: Sequence[Path],
    *,
    name: str,
    source: str,
    shape: Shape | None = None,
    workers: int = 0,
    memory_bytes: int = MEMORY_BYTES,
    progress: Progress = SILENT,
) -> Appended:
    """Extract archives and append them to an index under a name; the index is made where there is none.

    A killed call goes on behind the archives that it had finished; a batch that is in already is left as it is.

    Raises: InputError for a name that cannot be one; StageError where none of the archives could be read.
    """
    check_name(name)
    manifest = create(folder, shape or Shape())
    known = next((one for one in manifest.batches if one.name == name), None)
    if known is not None:
        return Appended(known, is_new=False)
    incoming = folder / "incoming" / name
    results = list(
        extract_all(
            archives, incoming, Embedded(workers), is_external_only=manifest.is_external_only, progress=progress
        )
    )
    failed = tuple(one for one in results if isinstance(one, Failed))
    done = [one for one in results if isinstance(one, Extracted)]
    if not done:
        raise StageError(f"no archive could be read; the first: {failed[0].archive}: {failed[0].reason}")
    of = partial(_files, incoming, done)
    parts = Parts(
        of("links"),
        of("pages"),
        len(done),
        sum(one.counts.n_rejects for one in done),
        sum(one.counts.n_lost_bytes for one in done),
    )
    batch = append(folder, parts, name=name, source=source, memory_bytes=memory_bytes, progress=progress)
    shutil.rmtree(incoming, ignore_errors=True)
    return Appended(batch, is_new=True, failed=failed)


def summed(results: Sequence[Extracted | Failed]) -> dict[str, Any]:
    """Add up what archives gave."""
    done = [one.counts for one in results if isinstance(one, Extracted)]
    hrefs: dict[str, int] = {}
    for counts in done:
        for reason, n in counts.hrefs:
            hrefs[reason] = hrefs.get(reason, 0) + n
    names = ("n_records", "n_pages", "n_links", "n_rejects", "n_losses", "n_lost_bytes")
    return {
        "n_archives": len(done),
        **{name: sum(getattr(counts, name) for counts in done) for name in names},
        "hrefs": dict(sorted(hrefs.items())),
        "failed": [one._asdict() for one in results if isinstance(one, Failed)],
    }


def _tried(shard: Shard) -> Extracted | Failed:
    try:
        return extract(shard)
    except SourceError as fault:
        return Failed(str(shard.archive), str(fault))


def _files(folder: Path, results: Sequence[Extracted], table: str) -> list[Path]:
    return [folder / name for one in results for name in one.files[table]]
