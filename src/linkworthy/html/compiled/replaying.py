"""Takes what elements say, in the order in which a compiled pass met them."""

from __future__ import annotations

from collections.abc import Sequence

from linkworthy.html.attributes import serial_attributes, tag_of, written_attributes
from linkworthy.html.cutting import without_raw
from linkworthy.html.elements import (
    MAX_PIECES,
    MAX_SCRIPT_CHARACTERS,
    Elements,
    Handler,
    joined_text,
    says_more,
    says_something,
)
from linkworthy.html.gathered import Attributes, FoundLink
from linkworthy.html.nesting import NotPlainError
from linkworthy.html.states import Special, State
from linkworthy.html.tags import VOID_TAGS, is_block

_MAX_REMEMBERED = 400
"""Bytes of the longest tag whose attributes are remembered."""
_MAX_SPECIALS = 10_000
"""Tags whose attributes are remembered."""


class Replayed(Elements):
    """Takes the events of a page that was read."""

    def __init__(self, data: bytes, raws: Sequence[str] | None) -> None:
        super().__init__((), raws or (), "")
        self._data = data
        self._is_written = raws is None
        self._content = (-1, -1)
        self.linking: dict[int, FoundLink] = {}
        """Links with images, by their place."""

    def replay(self, events: list[list[int]], states: Sequence[State]) -> None:
        """Take all events in their order.

        Raises: NotPlainError where a tag can only be read by a parser.
        """
        data, runs, captures, items = self._data, self.runs, self._captures, self.items
        special = _written_special if self._is_written else _serial_special
        for is_left, start, end, context, level, link, is_void, content, content_end in events:
            if is_left:
                if captures or self.form is not None or items.is_open:
                    self.end(states[context].tag, level, start - 1)
                continue
            said = special(data[start:end])
            if said is None:
                continue
            one, handler = said
            runs.link = None
            if link >= 0 and one.tag == "img":
                runs.link = self.linking.setdefault(link, FoundLink("", {}, False, "", -1, is_hidden=False, path=""))
            self._content = (content, content_end) if content >= 0 else (end + 1, end + 1)
            if handler is None:
                self.take(one, states[context], level, start - 1)
            else:
                self._level, self._place = level, start - 1
                handler(self, one.attributes, states[context])
            if is_void and items.is_open:
                items.leave(level)

    def text_of(self, start: int, end: int, limit: int) -> str:
        """Give the text between two tags."""
        piece = self._data[start:end].decode("utf-8", "replace")
        if self._is_written and ("<!--" in piece or "<script" in piece or "<style" in piece):
            piece = without_raw(piece, [])
        return joined_text(piece.split("<", MAX_PIECES + 1)[1 : MAX_PIECES + 1], limit)

    def raw_text(self) -> str:
        """Give the text of the script that begins here."""
        start, end = self._content
        if self._is_written:
            return self._data[start:end].decode("utf-8", "replace")[:MAX_SCRIPT_CHARACTERS]
        return self.raw_of(self._data[start : start + 20].decode("utf-8", "replace").partition("<")[0])


def attributes_of(head: str, *, is_written: bool) -> Attributes:
    """Read the attributes of a tag.

    Raises: NotPlainError where only a parser can.
    """
    found = written_attributes(head) if is_written else serial_attributes(head)
    if found is None:
        raise NotPlainError(head)
    return found


class _Specials(dict[bytes, tuple[Special, Handler | None] | None]):
    """Elements by their tags as written, null where they say nothing; those that were met are remembered.

    Beside an element stands its handler where that is all that it needs.
    """

    def __init__(self, *, is_written: bool) -> None:
        super().__init__()
        self._is_written = is_written

    def __missing__(self, written: bytes) -> tuple[Special, Handler | None] | None:
        head = written.decode("utf-8", "replace")
        attributes = attributes_of(head, is_written=self._is_written)
        tag = tag_of(head)
        one = Special(tag, attributes, is_block(tag), tag in VOID_TAGS, 0)
        said = (one, None if says_more(one) else Elements.handlers[tag]) if says_something(one) else None
        if len(written) <= _MAX_REMEMBERED:
            if len(self) >= _MAX_SPECIALS:
                self.clear()
            self[written] = said
        return said


_written_special = _Specials(is_written=True).__getitem__
_serial_special = _Specials(is_written=False).__getitem__
