"""An XLSX workbook: its sheets in order, the texts they share, and which styles are dates."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

from linkworthy.archives.files import ArchiveFile
from linkworthy.errors import SourceError
from linkworthy.sources import markup, zips
from linkworthy.sources.markup import Elements, MarkupError
from linkworthy.sources.shared_strings import SharedStrings
from linkworthy.sources.sheet_cells import read_cells
from linkworthy.sources.sheets import Rowbook, SheetWriter
from linkworthy.sources.spools import Budget
from linkworthy.sources.unpacking import FAULTS, Readable
from linkworthy.sources.zips import Entry

_DATE_FORMATS = frozenset({*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)})
"""Built-in number formats that show a date or a time. Source: ECMA-376, part 1, section 18.8.30"""
_NO_DATE = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?!h+\]|m+\]|s+\])[^\]]*\]|General', re.IGNORECASE)
_DATE_LETTER = re.compile(r"[dmyhs]", re.IGNORECASE)
_MAX_STYLES = 100_000
_MAX_SHEETS = 1_000


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet as the workbook names it."""

    name: str
    part: str
    """Its path in the ZIP."""
    is_hidden: bool


@dataclass(slots=True)
class Parts:
    """The parts of a workbook by their path in the ZIP, each read as often as is needed."""

    file: ArchiveFile
    entries: Mapping[str, Entry]
    budget: Budget
    faults: list[str] = field(default_factory=list)

    def open(self, path: str) -> Readable:
        """Open a part.

        Raises: MarkupError where it is not there or not to be read.
        """
        entry = self.entries.get(path.lower())
        if entry is None:
            raise MarkupError(f"its part {path} is missing")
        if entry.refusal:
            raise MarkupError(f"its part {path} {entry.refusal}")
        try:
            return _Counted(zips.open_member(self.file, entry), self.budget)
        except FAULTS as fault:
            raise MarkupError(f"its part {path} is damaged: {fault}") from None

    def read(self, path: str, elements: Elements) -> bool:
        """Parse a part that may be missing or damaged; gives whether it was whole."""
        try:
            markup.parse(self.open(path), elements)
        except MarkupError as fault:
            self.faults.append(str(fault))
            return False
        return True


class _Counted:
    """Spends the budget on what is read."""

    def __init__(self, source: Readable, budget: Budget) -> None:
        self._source = source
        self._budget = budget

    def read(self, size: int) -> bytes:
        """Give up to ``size`` bytes, none at the end.

        Raises: SourceError where the budget is spent.
        """
        piece = self._source.read(size)
        if fault := self._budget.spend(len(piece)):
            raise SourceError(fault)
        return piece


def entries_by_path(entries: list[Entry]) -> dict[str, Entry]:
    """Give members by path, in lower case and without a leading slash; the first of a name counts."""
    out: dict[str, Entry] = {}
    for entry in entries:
        out.setdefault(entry.name.replace("\\", "/").lstrip("/").lower(), entry)
    return out


def is_workbook(paths: Mapping[str, Entry]) -> bool:
    """Tell whether a ZIP is an XLSX workbook."""
    return "xl/workbook.xml" in paths or any(path.startswith("xl/worksheets/") for path in paths)


class Workbook:
    """An open workbook; the texts that its sheets share lie in files of the folder.

    Raises: SourceError where the budget is spent on them.
    """

    def __init__(self, parts: Parts, folder: Path) -> None:
        self._parts = parts
        self._open = ExitStack()
        self._folder = folder
        self.is_1904 = False
        self.sheets = self._sheets()
        self._is_date = self._styles()
        self._strings = SharedStrings(folder, parts.budget)
        self._open.callback(self._strings.close)
        self._read_strings()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, fault: BaseException | None, at: TracebackType | None) -> None:
        self._open.close()

    def lay_down(self, sheet: Sheet, target: Path) -> tuple[str, Rowbook, SheetWriter, str | None]:
        """Write a sheet as delimited text; gives the hash, the book of its rows, the writer, and what was wrong."""
        fault: str | None = "; ".join(self._parts.faults) or None
        with SheetWriter(target, self._parts.budget) as writer:
            try:
                source = self._parts.open(sheet.part)
                read_cells(source, self._strings, self._is_date, writer, is_1904=self.is_1904)
            except (MarkupError, SourceError) as found:
                fault = str(found)
            try:
                content_hash, book = writer.finish()
            except SourceError as found:
                content_hash, book, fault = "", Rowbook([], []), str(found)
        return content_hash, book, writer, fault

    def _sheets(self) -> list[Sheet]:
        workbook = self._workbook_part()
        targets = self._targets(workbook)
        found: list[Sheet] = []

        def note_epoch(attributes: dict[str, str]) -> None:
            self.is_1904 = attributes.get("date1904", "") in ("1", "true")

        def note_sheet(attributes: dict[str, str]) -> None:
            key = next((value for at, value in attributes.items() if at.endswith(":id")), "")
            kind, part = targets.get(key, ("", ""))
            if kind == "worksheet" and len(found) < _MAX_SHEETS:
                is_hidden = attributes.get("state", "visible") != "visible"
                found.append(Sheet(attributes.get("name", part), part, is_hidden=is_hidden))

        is_whole = self._parts.read(workbook, Elements({"workbookPr": note_epoch, "sheet": note_sheet}))
        if not is_whole or not found:
            known = {sheet.part.lower() for sheet in found}
            lost = [p for p in self._parts.entries if re.fullmatch(r"xl/worksheets/[^/]+\.xml", p) and p not in known]
            found += [Sheet(posixpath.basename(p).removesuffix(".xml"), p, is_hidden=False) for p in lost[:_MAX_SHEETS]]
        return found

    def _workbook_part(self) -> str:
        if "xl/workbook.xml" in self._parts.entries:
            return "xl/workbook.xml"
        targets: list[str] = []

        def note(attributes: dict[str, str]) -> None:
            if attributes.get("Type", "").endswith("/officeDocument"):
                targets[:] = targets or [attributes.get("Target", "").lstrip("/")]

        self._parts.read("_rels/.rels", Elements({"Relationship": note}))
        return targets[0] if targets else "xl/workbook.xml"

    def _targets(self, workbook: str) -> dict[str, tuple[str, str]]:
        """Give the kind and path of every part that the workbook names, by its key."""
        folder, name = posixpath.split(workbook)
        out: dict[str, tuple[str, str]] = {}

        def note(attributes: dict[str, str]) -> None:
            target = attributes.get("Target", "")
            path = target.lstrip("/") if target.startswith("/") else posixpath.normpath(f"{folder}/{target}")
            if len(out) < 10 * _MAX_SHEETS:
                out[attributes.get("Id", "")] = (attributes.get("Type", "").rpartition("/")[2], path)

        self._parts.read(f"{folder}/_rels/{name}.rels", Elements({"Relationship": note}))
        self._shared = next((path for kind, path in out.values() if kind == "sharedStrings"), "xl/sharedStrings.xml")
        self._style = next((path for kind, path in out.values() if kind == "styles"), "xl/styles.xml")
        return out

    def _styles(self) -> list[bool]:
        """Tell which of the workbook's styles show dates."""
        out: list[bool] = []
        own: dict[str, bool] = {}
        inside = [False]

        def note_list(_: dict[str, str]) -> None:
            inside[0] = False

        def note_cells(_: dict[str, str]) -> None:
            inside[0] = True

        def note_format(attributes: dict[str, str]) -> None:
            if len(own) < _MAX_STYLES:
                own[attributes.get("numFmtId", "")] = is_date_format(attributes.get("formatCode", ""))

        def note_style(attributes: dict[str, str]) -> None:
            key = attributes.get("numFmtId", "0")
            if inside[0] and len(out) < _MAX_STYLES:
                is_built_in = key.isdecimal() and len(key) < 6 and int(key) in _DATE_FORMATS
                out.append(own.get(key, is_built_in))

        starts = {"cellXfs": note_cells, "cellStyleXfs": note_list, "cellStyles": note_list, "dxfs": note_list}
        if self._style.lower() in self._parts.entries:
            self._parts.read(self._style, Elements({**starts, "numFmt": note_format, "xf": note_style}))
        return out

    def _read_strings(self) -> None:
        if self._shared.lower() in self._parts.entries:
            self._parts.read(self._shared, self._strings)
        self._strings.seal()


def is_date_format(code: str) -> bool:
    """Tell whether a number format shows a date or a time."""
    return _DATE_LETTER.search(_NO_DATE.sub("", code.partition(";")[0])) is not None
