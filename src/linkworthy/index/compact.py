"""Compacts an index: the files of each bucket become one, in which each link stands once."""

from __future__ import annotations

import shutil
from pathlib import Path

import msgspec

from linkworthy.engine.embedded import Embedded, quoted
from linkworthy.engine.progress import SILENT, Progress
from linkworthy.index.append import MEMORY_BYTES, file_name, write_file
from linkworthy.index.layout import MACROS, TABLES
from linkworthy.index.manifest import File, Manifest, read_manifest, sweep, write_manifest, writing
from linkworthy.index.rows import merged


def compact(folder: Path, *, memory_bytes: int = MEMORY_BYTES, progress: Progress = SILENT) -> Manifest:
    """Merge the files of every bucket that has several, and give the new state.

    Questions have the same answers before and after; the old files stay until the next change.

    Raises: InputError where there is no index; StageError where another process writes.
    """
    with writing(folder):
        manifest = read_manifest(folder)
        sweep(folder, manifest)
        groups = [
            (table, bucket, manifest.of(table, bucket)) for table in TABLES for bucket in range(manifest.n_buckets)
        ]
        scratch = folder / "spool"
        shutil.rmtree(scratch, ignore_errors=True)
        scratch.mkdir()
        kept: list[File] = []
        progress.start("compact", len(groups))
        with Embedded(memory_bytes=memory_bytes, scratch=scratch / "spilt").bare() as db:
            for sql in MACROS:
                db.execute(sql)
            for done, (table, bucket, files) in enumerate(groups, start=1):
                progress.update(done)
                if len(files) < 2:
                    kept += files
                    continue
                names = ", ".join(quoted(str(folder / one.name)) for one in files)
                batches = tuple(sorted({batch for one in files for batch in one.batches}))
                query = merged(table, f"read_parquet([{names}], hive_partitioning = false)", n_files=len(files))
                name = file_name(table, bucket, manifest.generation + 1)
                kept.append(write_file(db, folder, name, table, bucket, query, batches))
        shutil.rmtree(scratch, ignore_errors=True)
        if len(kept) == len(manifest.files):
            progress.finish("nothing to do")
            return manifest
        changed = msgspec.structs.replace(manifest, generation=manifest.generation + 1, files=tuple(kept))
        write_manifest(folder, changed)
        progress.finish(f"{len(manifest.files)} files became {len(kept)}")
        return changed
