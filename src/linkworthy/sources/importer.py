"""The import stage: files of any kind, each into a group of its own, with what was used and what was not."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from linkworthy.engine.embedded import Embedded
from linkworthy.engine.progress import Progress
from linkworthy.errors import InputError, SourceError
from linkworthy.site import Run, SiteConfig
from linkworthy.sources.arrival import Arrival
from linkworthy.sources.base import Context, Source
from linkworthy.sources.containers import arrivals
from linkworthy.sources.parts import Parts
from linkworthy.sources.recognise import recognise

LEFT_OUT = "left out"
"""State of a sheet that holds no link data, in a workbook whose other sheets do."""


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
    replaces itself; so does each member of a ZIP or tar, and each sheet of a workbook. A group that this run has
    finished is not read again. The path ``-`` is standard input.

    Returns: ``files`` with a row of ``imports`` each, ``refused`` and ``damaged`` with file and detail, and ``same``
    with the files whose content another one of this import has.
    """
    paths = list(walk(files))
    _discard_unfinished(run)
    work = _Import(run=run, config=config, progress=progress, mapping=mapping or {}, total=sum(map(_size, paths)))
    progress.start("import", work.total)
    for path in paths:
        work.take(path)
    shutil.rmtree(work.folder, ignore_errors=True)
    progress.finish(f"{len(work.rows)} files")
    return _facts(work.rows, work.same)


def walk(files: Sequence[Path]) -> Iterator[Path]:
    """Give the files that are meant, each once: those named, and all in the folders named except hidden ones.

    Links to folders are not followed, and site folders are passed over. A folder without files, or one that cannot be
    listed, is given itself.
    """
    seen: set[Path] = set()
    for path in files:
        inside = (sorted(_inside(path)) or [path]) if path.is_dir() else [path]
        for found in inside:
            if found not in seen:
                seen.add(found)
                yield found


def _inside(folder: Path) -> Iterator[Path]:
    unlisted: list[Path] = []
    for at, folders, names in os.walk(folder, onerror=lambda fault: unlisted.append(Path(str(fault.filename)))):
        folders[:] = [
            name for name in folders if not name.startswith(".") and not Path(at, name, "site.toml").is_file()
        ]
        yield from (path for name in names if not name.startswith(".") and (path := Path(at, name)).is_file())
    yield from unlisted


def _size(path: Path) -> int:
    try:
        return path.stat().st_size if path.is_file() else 0
    except (OSError, ValueError):
        return 0


@dataclass(slots=True, kw_only=True)
class _Import:
    """One import at work: where it stands, and what it has read."""

    run: Run
    config: SiteConfig
    progress: Progress
    mapping: Mapping[str, str]
    total: int
    reached: float = 0.0
    """Bytes of the files given that are done with."""
    rows: list[dict[str, Any]] = field(default_factory=list)
    same: list[dict[str, str]] = field(default_factory=list)
    names: dict[str, str] = field(default_factory=dict)
    """The name under which each content was read, by its hash."""
    book: str | None = None
    """The workbook at hand."""
    has_links: bool = False
    """Whether a sheet of it was of use."""
    refused_sheets: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    """Groups and rows of the sheets of the workbook at hand that hold no link data."""

    @property
    def folder(self) -> Path:
        """Where members are laid down."""
        return self.run.folder / "arrived"

    def take(self, path: Path) -> None:
        """Read all that one file holds."""
        base, size = self.reached, _size(path)

        def on_spool(n_bytes: int) -> None:
            self.progress.update(int(self.reached), self.total, f"{path.name}: {n_bytes >> 20} MiB unpacked")

        for arrival in arrivals(path, self.folder, on_spool):
            if arrival.book != self.book:
                self._open_book(arrival.book)
            self._take_one(arrival, base + size * arrival.share)
        self._open_book(None)
        self._reach(base + size, path.name)

    def _take_one(self, arrival: Arrival, end: float) -> None:
        begin, n_bytes, note = self.reached, max(1, arrival.n_bytes), Path(arrival.name).name

        def on_bytes(n: int) -> None:
            self.progress.update(int(begin + (end - begin) * min(1.0, n / n_bytes)), self.total, note)

        known = self.names.setdefault(arrival.content_hash, arrival.name)
        if known != arrival.name:
            self.same.append({"file": arrival.name, "same_as": known})
            self.has_links = True
        else:
            group = f"import-{arrival.content_hash[:10]}"
            row = _import_one(self.run, self.config, arrival, group, self.mapping, on_bytes)
            if row["state"] == "refused" and arrival.book and not self.run.is_done(group):
                self.refused_sheets.append((group, row))
            else:
                self.rows.append(_finished(self.run, group, row))
                self.has_links = self.has_links or row["state"] != "refused"
        self._reach(end, note)

    def _open_book(self, book: str | None) -> None:
        """Tell what the sheets without link data are, now that all of their workbook has been seen."""
        state = LEFT_OUT if self.has_links else "refused"
        self.rows += [_finished(self.run, group, {**row, "state": state}) for group, row in self.refused_sheets]
        self.refused_sheets.clear()
        self.book, self.has_links = book, False

    def _reach(self, done: float, note: str) -> None:
        self.reached = done
        self.progress.update(int(done), self.total, note)


def _import_one(
    run: Run,
    config: SiteConfig,
    arrival: Arrival,
    group: str,
    mapping: Mapping[str, str],
    on_bytes: Any,
) -> dict[str, Any]:
    """Read one file, and give its row of ``imports``, which is yet to be written."""
    if run.is_done(group):
        return dict(run.facts_of(group))
    _clear(run, group)
    started_at = datetime.fromisoformat(run.started_at)
    context = Context(config=config, imported_at=started_at, mapping=mapping, on_bytes=on_bytes, fault=arrival.fault)
    row: dict[str, Any] = {
        "file": arrival.name,
        "reported_by": None,
        "recognised_as": "not recognised",
        "state": "read",
        "detail": None,
        "n_bytes": arrival.n_bytes,
        "content_hash": arrival.content_hash,
        "n_rows_in": 0,
        "n_rows_used": 0,
        "n_rows_rejected": 0,
        "first_at": None,
        "last_at": None,
        "imported_at": started_at,
    }
    is_begun = False
    try:
        source = _source_of(arrival, config, mapping)
        row |= {"reported_by": source.reported_by, "recognised_as": source.recognised_as}
        is_begun = True
        with Parts(run, group) as parts:
            row |= _read(source, arrival, context, parts)
    except InputError as fault:
        if is_begun:
            _discard(run, group)
        row |= {"state": "refused", "detail": _without_name(str(fault), arrival.path)}
    row["detail"] = "; ".join(filter(None, (row["detail"], *context.noticed, *arrival.notes))) or None
    return row


def _source_of(arrival: Arrival, config: SiteConfig, mapping: Mapping[str, str]) -> Source:
    if arrival.refusal:
        raise InputError(arrival.refusal)
    return recognise(arrival.path, config, mapping)


def _finished(run: Run, group: str, row: Mapping[str, Any]) -> dict[str, Any]:
    """Write a file's row of ``imports``, and note that its group is done."""
    if run.is_done(group):
        return dict(row)
    run.write("imports", group, [row])
    shown = {key: value.isoformat() if isinstance(value, datetime) else value for key, value in row.items()}
    run.finish(group, **shown)
    return shown


def _read(source: Source, arrival: Arrival, context: Context, parts: Parts) -> dict[str, Any]:
    """Read one file into its parts; gives what its row in ``imports`` says."""
    state, detail = "read", None
    try:
        for batch in source.read(arrival.path, context):
            parts.add(arrival.named(batch, source))
    except SourceError as fault:
        state, detail = "damaged", _without_name(str(fault), arrival.path)
    parts.close()
    detail = detail or source.detail
    if source.is_damaged or arrival.fault:
        state, detail = "damaged", detail or arrival.fault
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
    """Begin a group anew: what the snapshot before holds of it. What a killed process left of it is gone already."""
    if run.base is not None and any(part.group == group for part in run.base.parts):
        run.replace(group)


def _discard(run: Run, group: str) -> None:
    run.discard("*", group)


def _discard_unfinished(run: Run) -> None:
    """Remove what a killed process left of files that may have changed or gone since."""
    written = run.path("imports", "import", 0).parent.glob("*.parquet")
    for group in sorted({path.name.split(".")[1] for path in written}):
        if group.startswith("import-") and not run.is_done(group):
            _discard(run, group)


def _facts(rows: Sequence[Mapping[str, Any]], same: Sequence[Mapping[str, str]]) -> dict[str, Any]:
    def named(state: str) -> list[dict[str, Any]]:
        return [{"file": row["file"], "detail": row["detail"]} for row in rows if row["state"] == state]

    return {
        "files": [dict(row) for row in rows],
        "n_rows_in": sum(row["n_rows_in"] for row in rows),
        "n_rows_used": sum(row["n_rows_used"] for row in rows),
        "n_rows_rejected": sum(row["n_rows_rejected"] for row in rows),
        "refused": named("refused"),
        "damaged": named("damaged"),
        "same": [dict(pair) for pair in same],
    }
