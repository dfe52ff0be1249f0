"""The manifest of an index: which files count, with their checksums; a file that it does not name is not there.

The manifest is replaced by one rename. Whoever is killed before it leaves the index as it was, and whoever opened the
index before it goes on reading the files that the old one names: they are removed when the next writer begins.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
from collections.abc import Iterator
from pathlib import Path

import msgspec
import xxhash

from linkworthy.errors import InputError, StageError
from linkworthy.site.parts import write_text

FORMAT = 1
MANIFEST = "manifest.json"
LOCK = "lock"
_CHUNK_BYTES = 1 << 20


class File(msgspec.Struct, frozen=True):
    """One Parquet file of the index."""

    table: str
    bucket: int
    name: str
    """Below the index's folder."""
    n_rows: int
    n_bytes: int
    digest: str
    """XXH3-128 of its bytes."""
    batches: tuple[int, ...]


class Batch(msgspec.Struct, frozen=True):
    """What was appended at once: a crawl, a month, a source."""

    number: int
    name: str
    source: str
    """Who captured it: commoncrawl, own, …; one source may have many batches."""
    from_day: str
    """Day of the first capture."""
    to_day: str
    n_archives: int
    n_pages: int
    n_links: int
    """Links as captured, before repeated ones were merged."""
    n_rejects: int = 0
    n_lost_bytes: int = 0


class Manifest(msgspec.Struct, frozen=True):
    """The state of an index."""

    format: int
    generation: int
    """Grows by one with each change."""
    n_buckets: int
    has_outgoing: bool
    is_external_only: bool
    batches: tuple[Batch, ...] = ()
    files: tuple[File, ...] = ()

    def of(self, table: str, bucket: int | None = None) -> list[File]:
        """Give the files of a table, of one bucket or of all."""
        return [one for one in self.files if one.table == table and bucket in {None, one.bucket}]


def read_manifest(folder: Path) -> Manifest:
    """Read the state of an index.

    Raises: InputError where the folder holds none, or one that this version does not read.
    """
    place = folder / MANIFEST
    try:
        found = msgspec.json.decode(place.read_bytes(), type=Manifest)
    except FileNotFoundError:
        raise InputError(f"{folder}: no link index here; 'linkworthy index append' makes one") from None
    except (OSError, msgspec.MsgspecError) as fault:
        raise InputError(f"{place}: cannot be read: {fault}") from None
    if found.format != FORMAT:
        raise InputError(f"{place}: format {found.format}; this version reads format {FORMAT}")
    return found


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Put a new state in the place of the old one, whole."""
    write_text(folder / MANIFEST, msgspec.json.format(msgspec.json.encode(manifest), indent=1).decode() + "\n")
    sync_folder(folder)


def sync_folder(folder: Path) -> None:
    """Bring the names in a folder to the disk."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def digest_of(path: Path) -> str:
    """Give the checksum of a file."""
    state = xxhash.xxh3_128()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK_BYTES):
            state.update(chunk)
    return state.hexdigest()


def faults_of(folder: Path, manifest: Manifest) -> list[str]:
    """Name the files that are absent or not as they were written."""
    faults = []
    for one in manifest.files:
        path = folder / one.name
        if not path.is_file():
            faults.append(f"{one.name}: absent")
        elif path.stat().st_size != one.n_bytes:
            faults.append(f"{one.name}: {path.stat().st_size} bytes instead of {one.n_bytes}")
        elif digest_of(path) != one.digest:
            faults.append(f"{one.name}: the checksum is another one")
    return faults


@contextlib.contextmanager
def writing(folder: Path) -> Iterator[None]:
    """Hold the lock of an index; it goes with the process that holds it.

    Raises: StageError where another process writes.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / LOCK).open("w", encoding="ascii") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise StageError(f"{folder}: another process writes this index") from None
        yield


def sweep(folder: Path, manifest: Manifest) -> int:
    """Remove the files that no state names any more; give their number. Only the holder of the lock may."""
    named = {one.name for one in manifest.files}
    stale = [
        path for path in folder.glob("*/*.parquet*") if path.parent.name.startswith("bucket=")
        and str(path.relative_to(folder)) not in named
    ]  # fmt: skip
    for path in stale:
        path.unlink()
    return len(stale)
