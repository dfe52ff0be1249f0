"""How the bytes of a file arrive: unpacked where they are packed, as valid UTF-8 whatever they were written in."""

from __future__ import annotations

import codecs
import os
import stat
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import IO, TYPE_CHECKING, Self

from linkworthy.errors import InputError, SourceError
from linkworthy.sources.encodings import assume
from linkworthy.sources.encodings import encoding_of as encoding_of  # noqa: PLC0414 - part of what this module gives
from linkworthy.sources.unpacking import FAULTS, PACKINGS, Packed
from linkworthy.sources.unpacking import Readable as Readable  # noqa: PLC0414 - part of what this module gives

if TYPE_CHECKING:
    from linkworthy.sources.base import Context

HEAD_BYTES = 262_144
"""What a file is recognised by."""
MAX_RATIO = 400
"""Unpacked bytes for one packed byte; text packs 3 to 30 times, an archive bomb 1,000 times."""
FREE_BYTES = 1 << 30
"""Unpacked bytes before the ratio counts."""

_MARK_AFTER_LINE = b"\n" + codecs.BOM_UTF8


class _Strays(threading.local):
    """Counts what the error handler below read, for the one who decodes in this thread."""

    n = 0


_STRAYS = _Strays()


def _as_windows(fault: UnicodeError) -> tuple[str, int]:
    """Read the bytes that are no UTF-8 as Windows-1252, the usual writer of such files."""
    if not isinstance(fault, UnicodeDecodeError):
        raise fault
    _STRAYS.n += fault.end - fault.start
    return fault.object[fault.start : fault.end].decode("cp1252", "replace"), fault.end


codecs.register_error("linkworthy-cp1252", _as_windows)


class Bounded:
    """A file as long as it was when it was opened: what is written to it meanwhile waits for the next import.

    Raises: EOFError where it has become shorter.
    """

    def __init__(self, raw: IO[bytes]) -> None:
        self._raw = raw
        self.n_bytes = os.fstat(raw.fileno()).st_size
        self.at = 0

    def read(self, size: int) -> bytes:
        """Give up to ``size`` bytes, none at the end."""
        piece = self._raw.read(min(size, self.n_bytes - self.at))
        if not piece and size > 0 and self.at < self.n_bytes:
            raise EOFError("it became shorter while it was read")
        self.at += len(piece)
        return piece

    def close(self) -> None:
        """Close the file."""
        self._raw.close()


class Unpacked:
    """The bytes of a file, unpacked where its first bytes say that it is packed.

    ``known_fault`` is what is wrong with a file whose end is missing already, as a damaged member of a ZIP has it.

    Raises: InputError where the file cannot be opened; SourceError where the packing is damaged, once all bytes before
    the damage were given.
    """

    def __init__(
        self, path: Path, on_bytes: Callable[[int], None] | None = None, known_fault: str | None = None
    ) -> None:
        self.packing = ""
        self._on_bytes = on_bytes
        self._path = path
        self._fault = ""
        self._known_fault = known_fault or ""
        self._n_bytes = 0
        raw = open_regular(path)
        try:
            first = os.pread(raw.fileno(), 8, 0)
        except OSError as fault:
            raw.close()
            raise InputError(f"{path}: cannot be read: {fault.strerror or fault}") from None
        self._raw = Bounded(raw)
        self._file: Packed = self._raw
        for magic, name, unpack in PACKINGS:
            if first.startswith(magic):
                self.packing, self._file = name, unpack(self._raw)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, fault: BaseException | None, at: TracebackType | None) -> None:
        self._file.close()
        self._raw.close()

    def read(self, size: int) -> bytes:
        """Give ``size`` bytes, fewer at the end or before damage."""
        pieces: list[bytes] = []
        while size > 0 and not self._fault:
            piece = self._piece(min(size, 1 << 18))
            if not piece:
                self._fault = self._fault or self._known_fault
                break
            pieces.append(piece)
            size -= len(piece)
        if not pieces and self._fault:
            raise SourceError(f"{self._path}: {self._fault}")
        if self._on_bytes:
            self._on_bytes(self._raw.at)
        return b"".join(pieces)

    def _piece(self, size: int) -> bytes:
        try:
            piece = self._file.read(size)
        except FAULTS as fault:
            left = self._raw.n_bytes - self._raw.at
            unread = f"; {left:,} of {self._raw.n_bytes:,} packed bytes are not read" if self.packing and left else ""
            self._fault = f"damaged after {self._n_bytes:,} bytes: {fault}{unread}"
            return b""
        self._n_bytes += len(piece)
        if self.packing and self._n_bytes > max(FREE_BYTES, MAX_RATIO * self._raw.at):
            self._fault = f"unpacks to over {MAX_RATIO} times its size; unpack it by hand to import it"
        return piece


def open_regular(path: Path) -> IO[bytes]:
    """Open a regular file, and never wait for a pipe or read a device.

    Raises: InputError that says what else it is.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    except (OSError, ValueError) as fault:
        raise InputError(f"{path}: cannot be read: {getattr(fault, 'strerror', None) or fault}") from None
    mode = os.fstat(descriptor).st_mode
    if stat.S_ISREG(mode):
        return os.fdopen(descriptor, "rb")
    os.close(descriptor)
    if stat.S_ISDIR(mode):
        raise InputError(f"{path}: a folder without files")
    kind = "a pipe" if stat.S_ISFIFO(mode) else "a device"
    raise InputError(f"{path}: {kind} and no regular file; give - as the file and its content on standard input")


class Utf8:
    r"""The same bytes as valid UTF-8 without byte order marks, lines ended by ``\n`` where only ``\r`` ended them.

    Stray bytes in UTF-8 are read as Windows-1252 and counted; other encodings are told by the first bytes.

    Raises: SourceError where the source does, once all before was given.
    """

    def __init__(self, source: Readable) -> None:
        self._source = source
        first, self._fault = _filled(source, HEAD_BYTES)
        self.encoding, skip, self.assumed = assume(first)
        self.n_stray_bytes = 0
        errors = "linkworthy-cp1252" if self.encoding == "utf-8" else "replace"
        self._decoder = codecs.getincrementaldecoder(self.encoding)(errors)
        self._has_bare_cr = False
        self._is_at_line_start = True
        self._ready = self._recoded(first[skip:]) if first else self._ended()
        self._has_bare_cr = b"\r" in self._ready and b"\n" not in self._ready
        self._ready = self._mended(self._ready)
        self._is_over = not first and self._fault is None

    def read(self, size: int) -> bytes:
        """Give up to ``size`` bytes or somewhat more, never a part of a character; none at the end."""
        while not self._ready and not self._is_over:
            if self._fault:
                raise self._fault
            piece = self._source.read(size)
            self._is_over = not piece
            self._ready = self._mended(self._recoded(piece) if piece else self._ended())
        ready, self._ready = self._ready, b""
        return ready

    def _recoded(self, piece: bytes) -> bytes:
        if self.encoding == "utf-8" and piece.isascii() and not self._decoder.getstate()[0]:
            return piece
        return self._decoded(piece, final=False)

    def _ended(self) -> bytes:
        return self._decoded(b"", final=True)

    def _decoded(self, piece: bytes, *, final: bool) -> bytes:
        before, held = _STRAYS.n, self._decoder.getstate()[0]
        text = self._decoder.decode(piece, final=final)
        n_stray_bytes = _STRAYS.n - before
        self.n_stray_bytes += n_stray_bytes
        if self.encoding == "utf-8" and not n_stray_bytes:
            sound = held + piece
            return sound[: len(sound) - len(self._decoder.getstate()[0])]
        return text.encode("utf-8", "replace")

    def _mended(self, text: bytes) -> bytes:
        """End lines as usual, and drop the marks that stand where a file was put behind another."""
        if self._has_bare_cr:
            text = text.replace(b"\r", b"\n")
        if self._is_at_line_start:
            text = text.removeprefix(codecs.BOM_UTF8)
        if not text.isascii() and _MARK_AFTER_LINE in text:
            text = text.replace(_MARK_AFTER_LINE, b"\n")
        self._is_at_line_start = text.endswith(b"\n")
        return text


def _filled(source: Readable, size: int) -> tuple[bytes, SourceError | None]:
    """Read until ``size`` bytes are there, since two readers of one text must assume the same; and what ended it."""
    pieces: list[bytes] = []
    try:
        while size > 0 and (piece := source.read(size)):
            pieces.append(piece)
            size -= len(piece)
    except SourceError as fault:
        return b"".join(pieces), fault
    return b"".join(pieces), None


@contextmanager
def open_text(path: Path, context: Context) -> Iterator[Utf8]:
    """Open a file as UTF-8 text; what was assumed of it is noted in the context.

    Raises: InputError where the file cannot be opened; SourceError where it is damaged.
    """
    with Unpacked(path, context.on_bytes, context.fault) as unpacked:
        text = Utf8(unpacked)
        try:
            yield text
        finally:
            if text.assumed:
                context.noticed.append(f"read as {text.assumed}, told by its letters")
            elif text.n_stray_bytes:
                words = "byte that is" if text.n_stray_bytes == 1 else "bytes that are"
                context.noticed.append(f"{text.n_stray_bytes:,} {words} no UTF-8, read as Windows-1252")
