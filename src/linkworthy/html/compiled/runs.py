"""Runs of text between two block boundaries, compiled: they become blocks, anchors, and the words around links."""

from __future__ import annotations

from linkworthy.html.compiled.jit import part
from linkworthy.html.compiled.references import unescape
from linkworthy.html.compiled.slots import (
    B_END,
    B_GROUP,
    B_LINK_WORDS,
    B_START,
    B_STATE,
    B_WORDS,
    G_LINK_WORDS,
    G_WORDS,
    GROUP,
    HAS_GAP,
    HAS_PARTS,
    IS_GIVEN_UP,
    IS_NEW,
    L_AFTER_END,
    L_AFTER_START,
    L_ANCHOR_END,
    L_ANCHOR_START,
    L_BEFORE_END,
    L_BEFORE_START,
    LINK,
    LINK_START,
    M_END,
    M_IS_NEW,
    M_LINK,
    M_START,
    MAX_ANCHOR_CHARACTERS,
    MAX_BLOCKS,
    MAX_RUN_CHARACTERS,
    N_ANCHOR_CHARACTERS,
    N_ANCHOR_PARTS,
    N_ANCHORS,
    N_BLOCKS,
    N_CONTEXT,
    N_MARKS,
    N_RAW,
    N_TEXT,
    N_WORDS,
)  # fmt: skip
from linkworthy.html.compiled.spaces import (
    Bytes,
    Integers,
    characters_before,
    characters_behind,
    count_words,
    fold,
    space_at,
    width_at,
)

_AROUND = 100
"""Characters of text kept on either side of a link."""
_NEAR = 140
"""Characters before a link that are looked at first."""
_REACH = 400
"""Characters around a link that are looked at."""
_ROOM = 2_000
"""Bytes that the words around one link may need while they are folded."""
_MAX_PARTS = 200


@part
def is_blank(data: Bytes, start: int, end: int) -> bool:
    """Tell whether a piece is ASCII white space alone."""
    for place in range(start, end):
        byte = data[place]
        if not (byte == 32 or 9 <= byte <= 13 or 28 <= byte <= 31):
            return False
    return True


@part
def take_anchor(state: Integers, links: Integers, anchors: Bytes, text: Bytes, start: int, end: int) -> None:
    """Add a piece to the anchor of the open link, white space folded."""
    at = state[N_ANCHORS]
    first = links[state[LINK], L_ANCHOR_START]
    n = state[N_ANCHOR_CHARACTERS]
    gap = state[HAS_GAP]
    place = start
    while place < end:
        width = space_at(text, place, end)
        if width:
            gap = 1
            place += width
            continue
        if gap and at > first:
            anchors[at] = 32
            at += 1
            n += 1
        gap = 0
        for _ in range(width_at(text, place)):
            anchors[at] = text[place]
            at += 1
            place += 1
        n += 1
    state[N_ANCHORS] = at
    state[N_ANCHOR_CHARACTERS] = n
    state[HAS_GAP] = gap
    state[N_ANCHOR_PARTS] += 1
    if n > MAX_ANCHOR_CHARACTERS or state[N_ANCHOR_PARTS] > _MAX_PARTS:
        state[IS_GIVEN_UP] = 1


@part
def take_text(
    state: Integers, links: Integers, raw: Bytes, anchors: Bytes, data: Bytes, start: int, end: int, is_seen: bool,
    keys: Integers, places: Integers, values: Bytes,
) -> None:  # fmt: skip
    """Add a piece of text to the run, and to the anchor of the open link; hidden text belongs to the anchor alone."""
    at = first = state[N_RAW]
    place = start
    while place < end:
        byte = data[place]
        if byte != 38:
            raw[at] = byte
            at += 1
            place += 1
        else:
            place, at = unescape(data, place, end, raw, at, keys, places, values)
            if place < 0:
                state[IS_GIVEN_UP] = 1
                return
    if state[LINK] >= 0:
        take_anchor(state, links, anchors, raw, first, at)
    if is_seen:
        state[N_RAW] = at
        state[HAS_PARTS] = 1


@part
def close_link(state: Integers, links: Integers, marks: Integers) -> None:
    """End the open link, if there is one."""
    link = state[LINK]
    if link >= 0:
        _mark(state, marks, link)
        links[link, L_ANCHOR_END] = state[N_ANCHORS]
        state[LINK] = -1


@part
def _mark(state: Integers, marks: Integers, link: int) -> None:
    n = state[N_MARKS]
    if n >= len(marks):
        state[IS_GIVEN_UP] = 1
        return
    marks[n, M_LINK] = link
    marks[n, M_START] = state[LINK_START]
    marks[n, M_END] = state[N_RAW]
    marks[n, M_IS_NEW] = state[IS_NEW]
    state[N_MARKS] = n + 1


@part
def flush(
    state: Integers, here: int, links: Integers, marks: Integers, blocks: Integers, groups: Integers, raw: Bytes,
    text: Bytes, context: Bytes,
) -> None:  # fmt: skip
    """End a block: keep its text, and give its links the words around them."""
    link = state[LINK]
    if link >= 0:
        _mark(state, marks, link)
        state[HAS_GAP] = 1
        state[N_ANCHOR_PARTS] += 1
        state[LINK_START] = 0
        state[IS_NEW] = 0
    n_marks = state[N_MARKS]
    state[N_MARKS] = 0
    if not state[HAS_PARTS]:
        return
    size = state[N_RAW]
    state[N_RAW] = 0
    state[HAS_PARTS] = 0
    if size > MAX_RUN_CHARACTERS and characters_behind(raw, 0, MAX_RUN_CHARACTERS, size) < size:
        state[IS_GIVEN_UP] = 1
        return
    n_link_words = 0
    for n in range(n_marks):
        n_link_words += _surround(state, marks, n, links, raw, size, context)
    n_words = count_words(raw, 0, size)
    if n_words == 0:
        return
    n_link_words = min(n_link_words, n_words)
    state[N_WORDS] += n_words
    group = state[GROUP]
    if group >= 0:
        groups[group, G_WORDS] += n_words
        groups[group, G_LINK_WORDS] += n_link_words
    n_blocks = state[N_BLOCKS]
    if n_blocks >= MAX_BLOCKS or n_blocks >= len(blocks):
        state[IS_GIVEN_UP] = 1
        return
    start = state[N_TEXT]
    end = fold(raw, 0, size, text, start, size)
    blocks[n_blocks, B_STATE] = here
    blocks[n_blocks, B_GROUP] = group
    blocks[n_blocks, B_WORDS] = n_words
    blocks[n_blocks, B_LINK_WORDS] = n_link_words
    blocks[n_blocks, B_START] = start
    blocks[n_blocks, B_END] = end
    state[N_TEXT] = end
    state[N_BLOCKS] = n_blocks + 1


@part
def _surround(state: Integers, marks: Integers, n: int, links: Integers, raw: Bytes, size: int, context: Bytes) -> int:
    """Give one link of a run the words around it, and count the words inside it."""
    link, start, end = marks[n, M_LINK], marks[n, M_START], marks[n, M_END]
    if state[N_CONTEXT] + 2 * _ROOM > len(context):
        state[IS_GIVEN_UP] = 1
        return 0
    if marks[n, M_IS_NEW] and start > 0:
        at = state[N_CONTEXT]
        near = characters_before(raw, start, _NEAR, 0)
        behind = fold(raw, near, start, context, at, _REACH)
        first = characters_before(context, behind, _AROUND, at)
        if first == at and near > 0:
            # White space takes much of what is near: look further.
            behind = fold(raw, characters_before(raw, start, _REACH, 0), start, context, at, _REACH)
            first = characters_before(context, behind, _AROUND, at)
        if first < behind and context[first] == 32:
            first += 1
        links[link, L_BEFORE_START] = first
        links[link, L_BEFORE_END] = behind
        state[N_CONTEXT] = behind
    if end < size or links[link, L_AFTER_END] > links[link, L_AFTER_START]:
        at = state[N_CONTEXT]
        behind = fold(raw, end, characters_behind(raw, end, _REACH, size), context, at, _AROUND)
        behind = characters_behind(context, at, _AROUND, behind)
        if behind > at and context[behind - 1] == 32:
            behind -= 1
        links[link, L_AFTER_START] = at
        links[link, L_AFTER_END] = behind
        state[N_CONTEXT] = behind
    return count_words(raw, start, end) if end > start else 0
