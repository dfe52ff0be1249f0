"""Files where every machine of a cluster reaches them: a folder that all mount, or an object store named by a URI.

A file is there whole or not at all: in a folder it gets its name by a rename, in an object store by the end of its
upload. URIs are those that Arrow reads: ``s3://``, ``gs://``, ``abfs://``, ``hdfs://``; ``s3a://`` is another word for
``s3://``. Who may read is told as those stores' own tools are told, by the environment or the machine's role.
"""

from __future__ import annotations

import os
import shutil
import uuid
from pathlib import Path
from typing import TYPE_CHECKING

from linkworthy.errors import InputError, SourceError, StageError

if TYPE_CHECKING:
    from pyarrow.fs import FileSystem


def is_remote(place: str) -> bool:
    """Tell whether a place lies in an object store."""
    return "://" in place and not place.startswith("file://")


def local(place: str) -> Path:
    """Give the path of a place in a folder."""
    return Path(place.removeprefix("file://"))


def fetch(place: str, folder: Path) -> Path:
    """Give a file as one of this machine: itself where it is one, else a copy in a folder with the same name and time.

    Raises: SourceError where it cannot be had.
    """
    if not is_remote(place):
        return local(place)
    from pyarrow import fs  # noqa: PLC0415 - one machine alone never needs it

    store, name = _opened(place)
    copy = folder / name.rpartition("/")[2]
    try:
        about = store.get_file_info(name)
        fs.copy_files(name, str(copy), source_filesystem=store, destination_filesystem=fs.LocalFileSystem())
        if about.mtime is not None:
            os.utime(copy, (about.mtime.timestamp(), about.mtime.timestamp()))
    except OSError as fault:
        raise SourceError(f"{place}: {fault}") from None
    return copy


def put(path: Path, place: str) -> None:
    """Bring a file to a place, in the stead of what stands there; whoever does the same again changes nothing.

    Raises: StageError where it cannot be written.
    """
    try:
        if is_remote(place):
            from pyarrow import fs  # noqa: PLC0415 - one machine alone never needs it

            store, name = _opened(place)
            fs.copy_files(str(path), name, source_filesystem=fs.LocalFileSystem(), destination_filesystem=store)
            return
        there = local(place)
        there.parent.mkdir(parents=True, exist_ok=True)
        # Two attempts at one task may write at the same time: each has a temporary name of its own.
        temporary = there.with_name(f"{there.name}.{uuid.uuid4().hex}.tmp")
        try:
            shutil.copyfile(path, temporary)
            with temporary.open("rb") as file:
                os.fsync(file.fileno())
            temporary.replace(there)
        finally:
            temporary.unlink(missing_ok=True)
    except OSError as fault:
        raise StageError(f"cannot write {place}: {fault}") from None


def read(place: str) -> bytes | None:
    """Read a small file, null where there is none."""
    if not is_remote(place):
        path = local(place)
        return path.read_bytes() if path.is_file() else None
    store, name = _opened(place)
    try:
        with store.open_input_stream(name) as stream:
            return bytes(stream.read())
    except FileNotFoundError:
        return None


def remove(place: str) -> None:
    """Remove a file, or a folder with all that is in it; what is not there is as good as removed."""
    if not is_remote(place):
        path = local(place)
        path.unlink(missing_ok=True) if path.is_file() else shutil.rmtree(path, ignore_errors=True)
        return
    store, name = _opened(place)
    is_file = store.get_file_info(name).is_file
    try:
        store.delete_file(name) if is_file else store.delete_dir(name)
    except FileNotFoundError:
        return


def _opened(place: str) -> tuple[FileSystem, str]:
    import pyarrow as pa  # noqa: PLC0415 - one machine alone never needs it
    from pyarrow import fs  # noqa: PLC0415 - one machine alone never needs it

    uri = f"s3://{place.removeprefix('s3a://')}" if place.startswith("s3a://") else place
    try:
        found, name = fs.FileSystem.from_uri(uri)
    except (pa.ArrowInvalid, OSError) as fault:
        raise InputError(f"{place}: no place that can be reached: {fault}") from None
    return found, str(name)
