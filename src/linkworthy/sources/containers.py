"""What a file given by the user holds: itself, the members of a ZIP or tar, or the sheets of a workbook.

A member is laid down in the run's folder, one at a time, and then looked at and read as any file is.
"""

from __future__ import annotations

import io
import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import xxhash

from linkworthy.archives.files import ArchiveFile
from linkworthy.errors import InputError, SourceError
from linkworthy.sources import tars, zips
from linkworthy.sources.arrival import Arrival
from linkworthy.sources.looks import of_office, of_zip
from linkworthy.sources.spools import Budget, Spooled, plain_name, shown_name, spool
from linkworthy.sources.streams import Unpacked, open_regular
from linkworthy.sources.unpacking import FAULTS, PACKINGS, Readable
from linkworthy.sources.workbooks import Parts, Sheet, Workbook, entries_by_path, is_workbook

STANDARD_INPUT = Path("-")
MAX_DEPTH = 2
"""ZIPs within each other that are opened."""
_ZIP_MARKS = (b"PK\x03\x04", b"PK\x05\x06")
_OFFICE_MARK = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_PACKED_MARKS = tuple(magic for magic, _, _ in PACKINGS)
_HASH_BYTES = 1 << 20

OnBytes = Callable[[int], None]


def arrivals(path: Path, folder: Path, on_spool: OnBytes) -> Iterator[Arrival]:
    """Give all that a file holds, each until the next is asked for; ``folder`` is emptied of what was laid down."""
    folder.mkdir(parents=True, exist_ok=True)
    if path == STANDARD_INPUT:
        yield from _standard_input(folder, on_spool)
        return
    try:
        size = path.stat().st_size
    except (OSError, ValueError):
        size = 0
    yield from _within(path, str(path), Budget(folder, size), on_spool, 0, None)


def digest(path: Path) -> str:
    """Give the XXH3-128 of a file's content, of its name where it cannot be read."""
    state = xxhash.xxh3_128()
    try:
        with open_regular(path) as file:
            while piece := file.read(_HASH_BYTES):
                state.update(piece)
    except (InputError, OSError):
        state.update(os.fsencode(path))
    return state.hexdigest()


def _standard_input(folder: Path, on_spool: OnBytes) -> Iterator[Arrival]:
    budget = Budget(folder, None)
    target = folder / "standard-input"
    if os.isatty(0):
        yield _refused("standard input", target, "a terminal: pipe a file into the command, or name it")
        return
    try:
        with io.FileIO(0, closefd=False) as source:
            laid = spool(source, target, budget, on_spool)
    except OSError as fault:
        yield _refused("standard input", target, f"cannot be read: {fault.strerror or fault}")
        return
    # Another day's standard input is another file: its name tells them apart.
    name = f"standard input {laid.content_hash[:10]}"
    yield from _within(target, name, Budget(folder, laid.n_bytes), on_spool, 0, laid)
    target.unlink(missing_ok=True)


def _within(
    path: Path, name: str, budget: Budget, on_spool: OnBytes, depth: int, laid: Spooled | None
) -> Iterator[Arrival]:
    """Give what a file holds that lies on the disk; ``laid`` says so where it was laid down there."""
    kind = _kind_of(path)
    if kind == "zip":
        yield from _zip(path, name, budget, on_spool, depth, laid)
    elif kind == "tar" and depth < MAX_DEPTH:
        yield from _tar(path, name, budget, on_spool, depth)
    elif kind in {"packed zip", "packed twice"} and depth < MAX_DEPTH:
        target = budget.folder / f"{depth}-unpacked"
        with Unpacked(path) as source:
            inner = spool(source, target, budget, on_spool)
        yield from _within(target, name, budget, on_spool, depth + 1, inner)
        target.unlink(missing_ok=True)
    elif kind == "office":
        yield _refused(name, path, of_office(path))
    elif kind:
        yield _refused(name, path, "an archive within an archive within an archive; unpack it by hand to import it")
    else:
        content_hash = laid.content_hash if laid else digest(path)
        n_bytes = laid.n_bytes if laid else _size(path)
        yield Arrival(
            name=name, path=path, n_bytes=n_bytes, content_hash=content_hash, fault=laid.fault if laid else None
        )


def _kind_of(path: Path) -> str:
    try:
        with Unpacked(path) as file:
            head = file.read(2 * tars.BLOCK_BYTES)
            packing = file.packing
    except (InputError, SourceError):
        return ""
    if head.startswith(_ZIP_MARKS):
        return "packed zip" if packing else "zip"
    if packing and head.startswith(_PACKED_MARKS):
        return "packed twice"
    if head.startswith(_OFFICE_MARK) and not packing:
        return "office"
    return "tar" if tars.is_tar(head) else ""


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except (OSError, ValueError):
        return 0


def _refused(name: str, path: Path, why: str, **more: object) -> Arrival:
    content_hash = xxhash.xxh3_128_hexdigest(f"{name}\n{why}".encode("utf-8", "replace"))
    return Arrival(name=name, path=path, n_bytes=_size(path), content_hash=content_hash, refusal=why, **more)  # type: ignore[arg-type]


# ZIP ------------------------------------------------------------------------------------------------------------------


def _zip(
    path: Path, name: str, budget: Budget, on_spool: OnBytes, depth: int, laid: Spooled | None
) -> Iterator[Arrival]:
    fault = laid.fault if laid else None
    with ArchiveFile(path) as file:
        listed = zips.read_directory(file)
        paths = entries_by_path(listed.entries)
        if is_workbook(paths):
            yield from _workbook(Parts(file, paths, budget), name, path, fault or listed.fault)
            return
        if why := of_zip(paths):
            yield _refused(name, path, why)
            return
        if depth >= MAX_DEPTH:
            yield _refused(name, path, "a ZIP within a ZIP within a ZIP; unpack it by hand to import it")
            return
        yield from _members(file, listed, name, budget, on_spool, depth, fault or listed.fault)


def _members(
    file: ArchiveFile,
    listed: zips.Directory,
    name: str,
    budget: Budget,
    on_spool: OnBytes,
    depth: int,
    fault: str | None,
) -> Iterator[Arrival]:
    if not listed.entries:
        yield _refused(name, file.path, fault or "a ZIP without files")
    names = _Names(name)
    done = 0
    for entry in listed.entries:
        done += entry.n_packed
        shown = names.of(entry.name)
        if entry.refusal:
            yield _refused(shown, file.path, entry.refusal)
            continue
        try:
            source = zips.open_member(file, entry)
        except FAULTS as damage:
            yield _refused(shown, file.path, f"damaged: {damage}")
            continue
        if not depth:
            budget.begin(entry.n_packed)
        share = min(1.0, done / max(1, file.n_bytes))
        for arrival in _member(source, shown, entry.name, budget, on_spool, depth):
            yield replace(arrival, share=share, notes=(*arrival.notes, *([fault] if fault else [])))
    if listed.n_more:
        yield _refused(f"{name}!…", file.path, f"{listed.n_more:,} more files in the ZIP are not looked at")


def _member(
    source: Readable, shown: str, name: str, budget: Budget, on_spool: OnBytes, depth: int
) -> Iterator[Arrival]:
    target = budget.folder / str(depth) / plain_name(name)
    target.parent.mkdir(exist_ok=True)
    laid = spool(source, target, budget, on_spool)
    if laid.fault and not laid.n_bytes:
        yield _refused(shown, target, laid.fault)
    else:
        yield from _within(target, shown, budget, on_spool, depth + 1, laid)
    target.unlink(missing_ok=True)


class _Names:
    """Names members for the user, each once."""

    def __init__(self, container: str) -> None:
        self._container = container
        self._seen: dict[str, int] = {}

    def of(self, name: str) -> str:
        shown = shown_name(name)
        n = self._seen[shown] = self._seen.get(shown, 0) + 1
        return f"{self._container}!{shown}" + (f" ({n})" if n > 1 else "")


# tar ------------------------------------------------------------------------------------------------------------------


def _tar(path: Path, name: str, budget: Budget, on_spool: OnBytes, depth: int) -> Iterator[Arrival]:
    names = _Names(name)
    n = 0
    with Unpacked(path) as source:
        try:
            for member in tars.read_members(source):
                if member.name.rpartition("/")[2].startswith("."):
                    continue
                n += 1
                if n > zips.MAX_MEMBERS:
                    yield _refused(f"{name}!…", path, "more files in the tar are not looked at")
                    return
                yield from _member(member, names.of(member.name), member.name, budget, on_spool, depth)
        except SourceError as fault:
            yield _refused(f"{name}!…", path, str(fault).split(": ", 1)[-1])
        except FAULTS as fault:
            yield _refused(f"{name}!…", path, f"damaged: {fault}")
    if not n:
        yield _refused(name, path, "a tar without files")


# Workbooks ------------------------------------------------------------------------------------------------------------


def _workbook(parts: Parts, name: str, path: Path, fault: str | None) -> Iterator[Arrival]:
    try:
        book = Workbook(parts, parts.budget.folder)
    except SourceError as spent:
        yield _refused(name, path, str(spent))
        return
    with book:
        if not book.sheets:
            why = "; ".join([fault] if fault else parts.faults)
            yield _refused(name, path, f"a workbook without sheets{': ' if why else ''}{why}")
        names: dict[str, int] = {}
        for n, sheet in enumerate(book.sheets, 1):
            shown = f"{name}#{shown_name(sheet.name)}"
            names[shown] = names.get(shown, 0) + 1
            shown += f" ({names[shown]})" if names[shown] > 1 else ""
            yield replace(_sheet(book, sheet, shown, name, parts, fault), share=n / len(book.sheets))


def _sheet(book: Workbook, sheet: Sheet, shown: str, name: str, parts: Parts, fault: str | None) -> Arrival:
    target = parts.budget.folder / "sheet.tsv"
    content_hash, rows, writer, damage = book.lay_down(sheet, target)
    notes = [f"{count:,} {words}" for words, count in sorted(writer.noticed.items())]
    notes += ["a hidden sheet"] if sheet.is_hidden else []
    if not writer.n_rows:
        return _refused(shown, target, damage or "an empty sheet", book=name, notes=tuple(notes))
    return Arrival(
        name=shown,
        path=target,
        n_bytes=_size(target),
        content_hash=content_hash,
        fault=damage or fault,
        notes=tuple(notes),
        book=name,
        rows=rows,
    )
