"""What tags do, as tables that compiled code reads: the automaton of ``states`` fills them, one move at a time."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from linkworthy.html import nesting
from linkworthy.html.compiled.hashes import SEED, hashed, word_table
from linkworthy.html.compiled.jit import inlined
from linkworthy.html.compiled.references import references
from linkworthy.html.compiled.slots import (
    AREA_TAG,
    GIVE_UP,
    GROUP_TAG,
    HEAD_TAG,
    LINK_TAG,
    MAX_TAGS,
    NO_NAME,
    ONCE_POS,
    ONCE_STATE,
    PLAIN_TAG,
    S_COLUMNS,
    S_END,
    S_IS_BLOCK,
    S_MODE,
    S_TAG,
    SCRIPT_TAG,
    STYLE_TAG,
    T_COLUMNS,
    T_END,
    T_IS_BLOCK,
    T_KIND,
    T_START,
    TEXT_TAG,
    V_COLUMNS,
    V_END,
    V_START,
    V_STATE,
)  # fmt: skip
from linkworthy.html.compiled.spaces import Bytes, Integers
from linkworthy.html.lists import words
from linkworthy.html.nesting import NotPlainError
from linkworthy.html.states import ENTER, OPEN_BLOCK, OPEN_ROW, SEEN, VOID, Automaton, Key, Special, State
from linkworthy.html.tags import GROUP_TAGS, is_block

MAX_MOVES = 40_000
MAX_STATES = 8_000
MAX_MOVE_BYTES = 8 << 20
"""Bounds of what is remembered: about 20 MB in all."""
MAX_REMEMBERED = 400
"""Longer tags are not remembered."""
_SLOTS = 1 << 17
_TAG_SLOTS = 2_048
_WORD_SLOTS = 1_024
_KINDS = {
    "a": LINK_TAG, "area": AREA_TAG, "script": SCRIPT_TAG, "style": STYLE_TAG, "head": HEAD_TAG,
    **dict.fromkeys(("title", "textarea", "iframe", "noembed", "noframes", "xmp", "plaintext"), TEXT_TAG),
    **dict.fromkeys(GROUP_TAGS, GROUP_TAG),
}  # fmt: skip
_SIGN = 1 << 63


class Tables(NamedTuple):
    """All that compiled code knows of tags, contexts and references."""

    states: Integers
    moves: Integers
    move_slots: Integers
    move_bytes: Bytes
    tags: Integers
    names: Bytes
    tag_slots: Integers
    words: Integers
    table_tag: Integers
    reference_keys: Integers
    reference_places: Integers
    reference_text: Bytes


@inlined
def find_move(here: int, reduced: Bytes, size: int, tables: Tables) -> int:
    """Find what a tag does in a context, -1 where it is not known."""
    moves = tables.moves
    key = hashed(reduced, 0, size, SEED + here)
    slot = key & (_SLOTS - 1)
    while tables.move_slots[slot]:
        move = tables.move_slots[slot] - 1
        start = moves[move, V_START]
        if moves[move, V_STATE] == here and moves[move, V_END] - start == size:
            n = 0
            while n < size and tables.move_bytes[start + n] == reduced[n]:
                n += 1
            if n == size:
                return move
        slot = (slot + 1) & (_SLOTS - 1)
    return -1


class Moves:
    """Fills the tables. Contexts are numbered as they are met, tags as well."""

    def __init__(self) -> None:
        found = references()
        self.tables = Tables(
            np.zeros((MAX_STATES, S_COLUMNS), np.int64), np.zeros((MAX_MOVES + 1, V_COLUMNS), np.int64),
            np.zeros(_SLOTS, np.int64), np.zeros(MAX_MOVE_BYTES, np.uint8), np.zeros((MAX_TAGS, T_COLUMNS), np.int64),
            np.zeros(MAX_TAGS * 40, np.uint8), np.zeros(_TAG_SLOTS, np.int64), _region_words(),
            np.zeros(1, np.int64), found.keys, found.places, found.text,
        )  # fmt: skip
        self._start()

    def _start(self) -> None:
        self._automaton = Automaton()
        self.states: list[State] = []
        self._numbers: dict[int, int] = {}
        self._tags: dict[str, int] = {}
        self._n_moves = self._n_bytes = self._n_names = 0
        self.tables.move_slots[:] = 0
        self.tables.tag_slots[:] = 0
        self.tag("")
        self.tables.table_tag[0] = self.tag("table")

    def start(self, *, is_written: bool) -> int:
        """Give the number of the context before a document; forgets all where little room is left."""
        is_full = self._n_moves > MAX_MOVES // 2 or self._n_bytes > MAX_MOVE_BYTES // 2
        if is_full or len(self.states) > MAX_STATES // 2 or len(self._tags) > MAX_TAGS // 2:
            self._start()
        flags = nesting.NONE if is_written else None
        return self._number(self._automaton.state(Key("", "", "html", False, SEEN, VOID, flags)))

    def tag(self, name: str) -> int:
        """Give the number of a tag's name.

        Raises: NotPlainError where there are too many.
        """
        number = self._tags.get(name)
        if number is None:
            number = len(self._tags)
            letters = name.encode()
            if number >= MAX_TAGS or len(letters) > 40:
                raise NotPlainError("too many tags")
            tables = self.tables
            first, self._n_names = self._n_names, self._n_names + len(letters)
            tables.names[first : self._n_names] = np.frombuffer(letters, np.uint8)
            row = tables.tags[number]
            row[T_START], row[T_END] = first, self._n_names
            row[T_IS_BLOCK], row[T_KIND] = is_block(name), _KINDS.get(name, PLAIN_TAG)
            slot = int(hashed(tables.names, first, self._n_names, SEED)) & (_TAG_SLOTS - 1)
            while tables.tag_slots[slot]:
                slot = (slot + 1) & (_TAG_SLOTS - 1)
            tables.tag_slots[slot] = number + 1
            self._tags[name] = number
        return number

    def learn(self, here: int, reduced: bytes, state: Integers, place: int) -> None:
        """Work out what a tag does in a context.

        Raises: NotPlainError where there is no room.
        """
        move = self._moved(here, reduced)
        tables = self.tables
        if len(reduced) > MAX_REMEMBERED:
            tables.moves[MAX_MOVES] = (here, 0, 0, *move)
            state[ONCE_POS], state[ONCE_STATE] = place, here
            return
        start, end = self._n_bytes, self._n_bytes + len(reduced)
        if self._n_moves >= MAX_MOVES or end > MAX_MOVE_BYTES:
            raise NotPlainError("too many moves")
        tables.move_bytes[start:end] = np.frombuffer(reduced, np.uint8)
        tables.moves[self._n_moves] = (here, start, end, *move)
        slot = int(hashed(tables.move_bytes, start, end, SEED + here)) & (_SLOTS - 1)
        while tables.move_slots[slot]:
            slot = (slot + 1) & (_SLOTS - 1)
        self._n_moves += 1
        self._n_bytes = end
        tables.move_slots[slot] = self._n_moves

    def _moved(self, here: int, reduced: bytes) -> tuple[int, int, int, int, int]:
        """Give op, the number of the context inside, token, whether it is a block, whether it has href."""
        try:
            op, to, what = self.states[here].move(reduced.decode("utf-8", "replace"))
        except NotPlainError:
            return (GIVE_UP, -1, 0, 0, 0)
        inside = -1 if to is None else self._number(to)
        if op == ENTER:
            one: Special = what
            return (op, inside, _signed(one.token), int(one.is_block), int("href" in one.attributes))
        token = _signed(what) if op in {OPEN_BLOCK, OPEN_ROW} else 0
        return (op, inside, token, int(op in {OPEN_BLOCK, OPEN_ROW}), 0)

    def _number(self, state: State) -> int:
        number = self._numbers.get(id(state))
        if number is None:
            number = len(self.states)
            if number >= MAX_STATES:
                raise NotPlainError("too many contexts")
            row: Any = self.tables.states[number]
            row[S_TAG], row[S_MODE] = self.tag(state.tag) if state.tag else NO_NAME, state.mode
            row[S_END], row[S_IS_BLOCK] = state.end, state.is_block
            self.states.append(state)
            self._numbers[id(state)] = number
        return number


def _signed(token: int) -> int:
    return token - (1 << 64) if token >= _SIGN else token


def _region_words() -> Integers:
    """Give the words that may name a region, hashed; those beyond ASCII are told by their first byte."""
    lists = {name: listed for name, listed in words("regions").items() if name not in {"inner", "not_comment"}}
    return word_table((word for listed in lists.values() for word in listed), _WORD_SLOTS)
