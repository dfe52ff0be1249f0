"""XML parts of hostile origin, parsed as a stream: no document types, no deep nesting, no endless tokens."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from xml.parsers import expat

from linkworthy.sources.unpacking import FAULTS, PIECE_BYTES, Readable

MAX_DEPTH = 100
MAX_TEXT = 200_000
"""Characters kept of one text; Excel allows 32,767 in a cell."""
_MAX_TOKEN_BYTES = 1 << 24
_MAX_TAGS = 1_000
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")


class MarkupError(ValueError):
    """A part is no sound XML, or is more than a workbook needs."""


class Elements:
    """What is done where elements begin and end, by their names without prefix; and the text between."""

    def __init__(
        self,
        starts: Mapping[str, Callable[[dict[str, str]], None]],
        ends: Mapping[str, Callable[[], None]] | None = None,
    ) -> None:
        self.is_taking = False
        """Whether text is wanted where the parser stands."""
        self._starts, self._ends = starts, ends or {}
        self._start_of: dict[str, Callable[[dict[str, str]], None] | None] = {}
        self._end_of: dict[str, Callable[[], None] | None] = {}
        self._depth = 0
        self._taken: list[str] = []
        self._n_taken = 0

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """Hear of a tag that opens.

        Raises: MarkupError where elements are nested too deep.
        """
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise MarkupError("its XML is nested too deep")
        try:
            handle = self._start_of[tag]
        except KeyError:
            handle = self._learn(tag)
        if handle is not None:
            handle(attributes)

    def end(self, tag: str) -> None:
        """Hear of a tag that closes."""
        self._depth -= 1
        handle = self._end_of.get(tag)
        if handle is not None:
            handle()

    def take(self, text: str) -> None:
        """Hear of text."""
        if self.is_taking and self._n_taken < MAX_TEXT:
            self._taken.append(text)
            self._n_taken += len(text)

    def taken(self) -> str:
        """Give the text that was taken since the last call."""
        if not self._taken:
            return ""
        text = "".join(self._taken)
        self._taken.clear()
        self._n_taken = 0
        return text

    def _learn(self, tag: str) -> Callable[[dict[str, str]], None] | None:
        name = tag.rpartition(":")[2]
        if len(self._start_of) < _MAX_TAGS:
            self._start_of[tag], self._end_of[tag] = self._starts.get(name), self._ends.get(name)
        return self._starts.get(name)


def parse(source: Readable, elements: Elements) -> None:
    """Parse a part; its elements hear of everything before a damage.

    Raises: MarkupError.
    """
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.buffer_size = 1 << 16
    parser.StartDoctypeDeclHandler = _refuse_type
    parser.StartElementHandler = elements.start
    parser.EndElementHandler = elements.end
    parser.CharacterDataHandler = elements.take
    n_fed = 0
    try:
        while piece := source.read(PIECE_BYTES):
            parser.Parse(piece, False)
            n_fed += len(piece)
            _check_token(n_fed - max(0, parser.CurrentByteIndex))
        parser.Parse(b"", True)
    except expat.ExpatError as fault:
        raise MarkupError(f"its XML is damaged: {fault}") from None
    except MarkupError:
        raise
    except FAULTS as fault:
        raise MarkupError(f"damaged: {fault}") from None


def _check_token(n_bytes: int) -> None:
    if n_bytes > _MAX_TOKEN_BYTES:
        raise MarkupError(f"one piece of its XML is over {_MAX_TOKEN_BYTES:,} bytes")


def _refuse_type(*_: object) -> None:
    raise MarkupError("its XML declares a document type, which no workbook does")


def unescape(text: str) -> str:
    """Undo what Office does to characters that XML cannot hold: ``_x000D_``; lines end by one line feed."""
    if "_x" in text:
        text = _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text)
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "") if "\r" in text or "\0" in text else text
