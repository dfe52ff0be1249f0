"""The import stage: files of any kind, each into a group of its own, with what was used and what was not."""

from __future__ import annotations

import io
import os
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import xxhash

from linkworthy.engine.embedded import Embedded
from linkworthy.engine.progress import Progress
from linkworthy.errors import InputError, SourceError
from linkworthy.site import Run, SiteConfig
from linkworthy.sources.base import Context, Source
from linkworthy.sources.parts import Parts
from linkworthy.sources.recognise import recognise
from linkworthy.tables import TABLES

_HASH_BYTES = 1 << 20


def import_files(
    run: Run,
    config: SiteConfig,
    engine: Embedded,  # noqa: ARG001 - every stage takes the same arguments
    progress: Progress,
    files: Sequence[Path],
    mapping: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """Read files and folders of link data into the run; a file that cannot be read stops none of the others.

    Each file becomes the group ``import-<first digits of its content's hash>``, so that the same content imported again
    replaces itself. A file that this run has finished is not read again.

    Returns: ``files`` with a row of ``imports`` each, and ``refused`` and ``damaged`` with file and detail.
    """
    paths = list(walk(files))
    sizes = {path: _size(path) for path in paths}
    total, done = sum(sizes.values()), 0
    progress.start("import", total)
    rows: list[dict[str, Any]] = []
    seen: set[str] = set()
    for path in paths:
        base = done

        def on_bytes(n_bytes: int, base: int = base, path: Path = path) -> None:
            progress.update(base + n_bytes, total, path.name)

        content_hash = digest(path)
        group = f"import-{content_hash[:10]}"
        if content_hash not in seen:
            rows.append(_import_one(run, config, path, content_hash, group, mapping or {}, on_bytes))
        seen.add(content_hash)
        done += sizes[path]
        progress.update(done, total, path.name)
    progress.finish(f"{len(rows)} files")
    return _facts(rows)


def walk(files: Sequence[Path]) -> Iterator[Path]:
    """Give the files that are meant, each once: those named, and all in the folders named except hidden ones."""
    seen: set[Path] = set()
    for path in files:
        inside = (
            sorted(p for p in path.rglob("*") if p.is_file() and not _is_hidden(p, path)) if path.is_dir() else [path]
        )
        for found in inside:
            if found not in seen:
                seen.add(found)
                yield found


def _is_hidden(path: Path, folder: Path) -> bool:
    return any(part.startswith(".") for part in path.relative_to(folder).parts)


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


def digest(path: Path) -> str:
    """Give the XXH3-128 of a file's content, of its name where it cannot be read."""
    state = xxhash.xxh3_128()
    try:
        with path.open("rb") if path.is_file() else io.BytesIO(os.fsencode(path)) as file:
            while piece := file.read(_HASH_BYTES):
                state.update(piece)
    except OSError:
        state.update(os.fsencode(path))
    return state.hexdigest()


def _import_one(
    run: Run,
    config: SiteConfig,
    path: Path,
    content_hash: str,
    group: str,
    mapping: Mapping[str, str],
    on_bytes: Any,
) -> dict[str, Any]:
    if run.is_done(group):
        return dict(run.facts_of(group))
    _clear(run, group)
    started_at = datetime.fromisoformat(run.started_at)
    context = Context(config=config, imported_at=started_at, mapping=mapping, on_bytes=on_bytes)
    row: dict[str, Any] = {
        "file": str(path),
        "reported_by": None,
        "recognised_as": "not recognised",
        "state": "read",
        "detail": None,
        "n_bytes": _size(path),
        "content_hash": content_hash,
        "n_rows_in": 0,
        "n_rows_used": 0,
        "n_rows_rejected": 0,
        "first_at": None,
        "last_at": None,
        "imported_at": started_at,
    }
    try:
        source = recognise(path, config, mapping)
        row |= {"reported_by": source.reported_by, "recognised_as": source.recognised_as}
        with Parts(run, group) as parts:
            row |= _read(source, path, context, parts)
    except InputError as fault:
        _discard(run, group)
        row |= {"state": "refused", "detail": _without_name(str(fault), path)}
    run.write("imports", group, [row])
    shown = {key: value.isoformat() if isinstance(value, datetime) else value for key, value in row.items()}
    run.finish(group, **shown)
    return shown


def _read(source: Source, path: Path, context: Context, parts: Parts) -> dict[str, Any]:
    """Read one file into its parts; gives what its row in ``imports`` says."""
    state, detail = "read", None
    try:
        for batch in source.read(path, context):
            parts.add(batch)
    except SourceError as fault:
        state, detail = "damaged", _without_name(str(fault), path)
    parts.close()
    detail = detail or source.detail
    if source.is_damaged:
        state = "damaged"
    if refusal := getattr(source, "refusal", None):
        state, detail = "refused", f"{refusal}; {detail}" if detail else refusal
    if state == "damaged" and not parts.n_used and not parts.n_rejected:
        raise InputError(f"nothing could be read: {detail}")
    return {
        "state": state,
        "detail": detail,
        "n_rows_in": parts.n_used + parts.n_rejected,
        "n_rows_used": parts.n_used,
        "n_rows_rejected": parts.n_rejected,
        "first_at": parts.first_at,
        "last_at": parts.last_at,
    }


def _without_name(message: str, path: Path) -> str:
    return message.removeprefix(f"{path}: ")


def _clear(run: Run, group: str) -> None:
    """Begin a group anew: what a killed process left of it, and what the snapshot before holds of it."""
    run.replace(group)
    _discard(run, group)


def _discard(run: Run, group: str) -> None:
    for table in TABLES:
        run.discard(table, group)


def _facts(rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    def named(state: str) -> list[dict[str, Any]]:
        return [{"file": row["file"], "detail": row["detail"]} for row in rows if row["state"] == state]

    return {
        "files": [dict(row) for row in rows],
        "n_rows_in": sum(row["n_rows_in"] for row in rows),
        "n_rows_used": sum(row["n_rows_used"] for row in rows),
        "n_rows_rejected": sum(row["n_rows_rejected"] for row in rows),
        "refused": named("refused"),
        "damaged": named("damaged"),
    }
