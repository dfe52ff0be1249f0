"""What a tag means where it stands: an automaton whose states are contexts and whose letters are tags as written.

Pages repeat their tags, within a page and from page to page. So the meaning of ``<div class="nav">`` inside a given
context is worked out once, and after that is one look-up in a dictionary. The dictionaries are dropped when they have
grown to ``MAX_MOVES``, which bounds the memory.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from linkworthy.html import hidden, nesting, regions
from linkworthy.html.attributes import (
    MAX_TAG_CHARACTERS,
    is_self_closing,
    serial_attributes,
    tag_of,
    written_attributes,
)
from linkworthy.html.gathered import Attributes
from linkworthy.html.nesting import Flags, NotPlainError
from linkworthy.html.skeleton import token_of
from linkworthy.html.tags import FOREIGN_TAGS, GROUP_TAGS, SKIPPED_TAGS, VOID_TAGS, is_block

MAX_MOVES = 50_000
"""Moves that are remembered: about 25 MB."""
MAX_HEAD_CHARACTERS = 400
"""Longer start tags are not remembered."""
SEEN, HIDDEN, SKIPPED, SVG, INERT, NO_TEXT = range(6)
"""What becomes of text: read; part of anchors only; left out; left out in foreign content; in a template; an error."""
CLOSE, OPEN, CLOSE_BLOCK, OPEN_BLOCK, VOID, BREAK, OPEN_LINK = range(7)
CLOSE_LINK, ENTER, LEAVE, OPEN_ROW, CLOSE_TABLE, END = range(7, 13)
"""What a move does. ENTER and LEAVE are for elements with a handler, OPEN_ROW is a tr in a table without tbody,
and END ends an element without end tag before the tag is looked at again."""
_HANDLED = frozenset(
    {
        "area", "img", "meta", "link", "title", "h1", "h2", "script", "base", "form", "iframe", "frame", "embed",
        "object", "source", "track", "audio", "video", "input", "textarea", "select", "button", "address", "time",
        "html", "head", "body",
    }
)  # fmt: skip
_CUT_TAGS = frozenset({"script", "style"})
"""Elements whose content is taken out before; that looks for them in small letters."""
_LEFT = frozenset({"title", "h1", "h2", "form", "address", "time"}) | GROUP_TAGS
"""Elements whose end matters."""


class Special(NamedTuple):
    """An element that has a handler."""

    tag: str
    attributes: Attributes
    is_block: bool
    is_void: bool
    token: int


class Key(NamedTuple):
    """What makes two contexts the same."""

    tag: str
    region: str
    block: str
    is_hidden: bool
    mode: int
    end: int
    flags: Flags | None
    """What nesting knows of a document as written; null where a parser wrote it."""


class State(dict[str, "Move"]):
    """The context inside an element; maps the inside of a tag to what it does here."""

    __slots__ = ("_automaton", "_inherited", "block", "end", "flags", "is_block", "is_hidden", "mode", "region", "tag")

    def __init__(self, automaton: Automaton, key: Key) -> None:
        super().__init__()
        self._automaton = automaton
        self.tag, self.region, self.block, self.is_hidden, self._inherited, self.end, self.flags = key
        self.is_block = is_block(self.tag)
        is_textless = self.flags is not None and (self.tag in nesting.NO_TEXT or nesting.HEAD_NOSCRIPT in self.flags)
        self.mode = NO_TEXT if is_textless else HIDDEN if self.is_hidden and key.mode == SEEN else key.mode

    def __missing__(self, head: str) -> Move:
        move = self.move(head)
        if len(head) <= MAX_HEAD_CHARACTERS and self._automaton.has_room():
            self[head] = move
        return move

    def move(self, head: str) -> Move:
        """Work out what a tag does here; ``head`` is what stands between its angle brackets.

        Raises: NotPlainError where a document as written needs a parser after all.
        """
        return self._end(head) if head[:1] == "/" else self._start(head)

    def _end(self, head: str) -> Move:
        tag = tag_of(head[1:])
        is_implied = self.end == CLOSE_TABLE
        if tag == ("table" if is_implied else self.tag):
            return (self.end, None, None)
        if self.flags is not None:
            if self.end == CLOSE_BLOCK and nesting.is_ended_by(self.tag, f"/{tag}"):
                return (END, None, None)
            raise NotPlainError(head)
        return (VOID, None, None)

    def _start(self, head: str) -> Move:
        if self.flags is None:
            tag = tag_of(head)
            if head[:1] in {"!", "?", ""}:
                return (VOID, None, None)
            return self._move(tag, serial_attributes(head), None, is_empty=tag in VOID_TAGS)
        if head[:1] in {"!", "?"}:
            if self.tag:
                raise NotPlainError(head)
            return (VOID, None, None)
        return self._written(head, self.flags)

    def _written(self, head: str, flags: Flags) -> Move:
        attributes = written_attributes(head)
        if attributes is None:
            raise NotPlainError(head)
        tag = tag_of(head)
        is_mixed = tag in _CUT_TAGS and not head.startswith(tag)
        if is_mixed or len(tag) >= MAX_TAG_CHARACTERS:
            raise NotPlainError(head)
        if self.end == CLOSE_BLOCK and nesting.is_ended_by(self.tag, tag):
            return (END, None, None)
        is_closed = is_self_closing(head)
        if tag == "tr" and self.tag == "table":
            return (OPEN_ROW, self._to("tbody", self.region, "tbody", CLOSE_TABLE, flags), token_of("tbody", None))
        inside = nesting.descend(self.tag, flags, tag, is_closed=is_closed)
        return self._move(tag, attributes, inside, is_empty=tag in VOID_TAGS or is_closed)

    def _move(self, tag: str, attributes: Attributes, flags: Flags | None, *, is_empty: bool) -> Move:
        region, block, mode = self.region, self.block, _mode(self._inherited, tag)
        if mode == INERT:
            return (VOID, None, None) if is_empty else (OPEN, self._to(tag, region, block, CLOSE, flags, mode), None)
        if tag == "br":
            return (BREAK, None, None)
        blocks = is_block(tag)
        token = 0
        if blocks:
            region, block, token = _region(region, tag, attributes), tag[:40], token_of(tag, attributes.get("class"))
        hides = self.is_hidden or "hidden" in attributes or hidden.is_hidden_by(attributes.get("style") or "")
        has_item = "itemprop" in attributes or "itemscope" in attributes
        is_link = tag == "a" and "href" in attributes
        is_special = tag in _HANDLED or tag in GROUP_TAGS or has_item or (blocks and _may_be_comment(attributes))
        end = CLOSE_LINK if is_link else CLOSE_BLOCK if blocks else CLOSE
        if has_item or tag in _LEFT:
            end = LEAVE
        to = None if is_empty else self._to(tag, region, block, end, flags, mode, is_hidden=hides)
        if is_link and is_empty:
            raise NotPlainError(tag)
        if is_link and not has_item:
            return (OPEN_LINK, to, attributes)
        if is_special and (tag != "title" or mode != SVG):
            return (ENTER, to, Special(tag, attributes, blocks, is_empty, token))
        return (OPEN_BLOCK, to, token) if blocks else (VOID if is_empty else OPEN, to, None)

    def _to(
        self,
        tag: str,
        region: str,
        block: str,
        end: int,
        flags: Flags | None,
        mode: int | None = None,
        *,
        is_hidden: bool | None = None,
    ) -> State:
        mode = self._inherited if mode is None else mode
        is_hidden = self.is_hidden if is_hidden is None else is_hidden
        return self._automaton.state(Key(tag, region, block, is_hidden, mode, end, flags))


Move = tuple[int, Any, Any]
"""What to do, the State inside or null, and the element: a Special, a link's attributes, or the token of a block."""

Level = tuple[State, list[str]]
"""An open element: its context, and the tags of its children so far."""


class Automaton:
    """The states that were met, one for each context."""

    def __init__(self) -> None:
        self._states: dict[Key, State] = {}
        self._left = MAX_MOVES

    def state(self, key: Key) -> State:
        """Give the state of a context."""
        found = self._states.get(key)
        if found is None:
            found = State(self, key)
            if self.has_room():
                self._states[key] = found
        return found

    def has_room(self) -> bool:
        """Take room for one more move, where there is some."""
        self._left -= 1
        return self._left >= 0

    def start(self, *, is_written: bool) -> State:
        """Give the state before a document: as its author wrote it, or as a parser did."""
        if self._left < 0:
            self._states.clear()
            self._left = MAX_MOVES
        return self.state(Key("", "", "html", False, SEEN, VOID, nesting.NONE if is_written else None))


def _mode(mode: int, tag: str) -> int:
    if mode == INERT or tag == "template":
        return INERT
    if tag in SKIPPED_TAGS:
        return SVG if mode == SVG or tag in FOREIGN_TAGS else SKIPPED
    return mode


def _may_be_comment(attributes: Attributes) -> bool:
    return "itemtype" in attributes or "omment" in (attributes.get("class") or "")


def _region(region: str, tag: str, attributes: Attributes) -> str:
    said = regions.hint(tag, attributes.get("class"), attributes.get("id"), attributes.get("role"))
    return regions.transition(region, said) if said else region
