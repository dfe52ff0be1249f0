"""The texts that the cells of an XLSX workbook share, kept in files: a workbook may hold more than memory should."""

from __future__ import annotations

import mmap
from contextlib import ExitStack
from pathlib import Path
from typing import IO

from linkworthy.errors import SourceError
from linkworthy.sources.markup import Elements, unescape
from linkworthy.sources.sheets import quoted
from linkworthy.sources.spools import Budget


class SharedStrings(Elements):
    """Texts by their place: hears a workbook's part of them, then gives each as a written cell.

    Raises: SourceError where the budget is spent.
    """

    def __init__(self, folder: Path, budget: Budget) -> None:
        super().__init__(
            {"t": self._start_text, "rPh": self._start_phonetic},
            {"t": self._stop, "rPh": self._end_phonetic, "si": self._end_string},
        )
        self._budget = budget
        self._open = ExitStack()
        self._text_file = self._open.enter_context((folder / "texts.spool").open("w+b"))
        self._end_file = self._open.enter_context((folder / "ends.spool").open("w+b"))
        self._n_phonetic = self._n = self._n_bytes = 0
        self._text: mmap.mmap | bytes = b""
        self._end = memoryview(b"").cast("Q")

    def _start_text(self, _: dict[str, str]) -> None:
        self.is_taking = not self._n_phonetic

    def _stop(self) -> None:
        self.is_taking = False

    def _start_phonetic(self, _: dict[str, str]) -> None:
        self._n_phonetic += 1

    def _end_phonetic(self) -> None:
        self._n_phonetic -= 1

    def _end_string(self) -> None:
        text = self.taken()
        cell = quoted(unescape(text)) if text else b""
        if fault := self._budget.spend(len(cell) + 8):
            raise SourceError(fault)
        self._n_bytes += len(cell)
        self._n += 1
        self._text_file.write(cell)
        self._end_file.write(self._n_bytes.to_bytes(8, "little"))

    def seal(self) -> None:
        """Make the texts ready to be asked for."""
        if self._n:
            self._end = memoryview(self._mapped(self._end_file)).cast("Q")
            self._open.callback(self._end.release)
        if self._n_bytes:
            self._text = self._mapped(self._text_file)

    def _mapped(self, file: IO[bytes]) -> mmap.mmap:
        file.flush()
        return self._open.enter_context(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))

    def cell(self, place: int) -> bytes | None:
        """Give a text as a written cell, null where there is none."""
        if place >= self._n:
            return None
        return self._text[self._end[place - 1] if place else 0 : self._end[place]]

    def close(self) -> None:
        """Let go of the files."""
        self._open.close()
