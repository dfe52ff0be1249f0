"""The one pass over a document, compiled: ``scan`` in machine code, for documents that need no more than it knows."""

from __future__ import annotations

from linkworthy.html.compiled.heads import NEW_TAG, ODD, READ, end_of_tag, read_tag, take_whole
from linkworthy.html.compiled.jit import compiled, inlined
from linkworthy.html.compiled.moves import MAX_MOVES, Tables, find_move
from linkworthy.html.compiled.opening import Outputs, close_group, note, open_group, pop, push, take_link
from linkworthy.html.compiled.paths import count_child
from linkworthy.html.compiled.runs import close_link, flush, is_blank, take_text
from linkworthy.html.compiled.skipping import end_of_comment, end_of_raw, is_escaped, is_written_as
from linkworthy.html.compiled.slots import (
    AREA_TAG,
    DEPTH,
    DONE,
    E_CONTENT_END,
    E_CONTENT_START,
    E_START,
    GIVE_UP,
    GIVEN_UP,
    GROUP_TAG,
    HAS_GAP,
    HAS_PARTS,
    IS_END_TAG,
    IS_GIVEN_UP,
    L_ANCHOR_END,
    LINK,
    LINK_TAG,
    N_ANCHORS,
    N_ELEMENTS,
    N_EVENTS,
    N_MARKS,
    N_RAW,
    N_REDUCED,
    N_SKELETON,
    NO_NAME,
    ONCE_POS,
    ONCE_STATE,
    POS,
    S_END,
    S_IS_BLOCK,
    S_MODE,
    S_TAG,
    SCRIPT_TAG,
    STATE,
    STYLE_TAG,
    T_KIND,
    TAG,
    TAG_END,
    TEXT_TAG,
    UNKNOWN_MOVE,
    UNKNOWN_TAG,
    V_HAS_HREF,
    V_IS_BLOCK,
    V_OP,
    V_TO,
    V_TOKEN,
)  # fmt: skip
from linkworthy.html.compiled.spaces import Bytes
from linkworthy.html.states import (
    BREAK,
    CLOSE,
    CLOSE_BLOCK,
    CLOSE_LINK,
    CLOSE_TABLE,
    END,
    ENTER,
    HIDDEN,
    LEAVE,
    NO_TEXT,
    OPEN,
    OPEN_BLOCK,
    OPEN_LINK,
    OPEN_ROW,
    SEEN,
)  # fmt: skip


@compiled
def run(data: Bytes, size: int, is_written: bool, tables: Tables, out: Outputs) -> int:
    """Read on from where the state says; gives DONE, GIVEN_UP, or what has to be learnt before it goes on."""
    state = out.state
    while not state[IS_GIVEN_UP]:
        place = state[POS]
        if place >= size:
            return _end(is_written, out)
        if data[place] != 60:
            _text(data, place, size, tables, out)
            continue
        if (
            is_written
            and place + 3 < size
            and data[place + 1] == 33
            and data[place + 2] == 45
            and data[place + 3] == 45
        ):
            behind = end_of_comment(data, place, size)
            if behind < 0 or tables.tags[tables.states[state[STATE], S_TAG], T_KIND] == TEXT_TAG:
                return GIVEN_UP
            state[POS] = behind
            continue
        end = end_of_tag(data, place + 1, size)
        if end < 0:
            return GIVEN_UP
        state[TAG_END] = end
        if end == place + 1 or data[place + 1] == 33 or data[place + 1] == 63:
            if is_written and (end == place + 1 or tables.states[state[STATE], S_TAG] != NO_NAME):
                return GIVEN_UP
            state[POS] = end + 1
            continue
        state[TAG] = -1
        found = read_tag(
            data, place, is_written, state, out.reduced, tables.tags, tables.names, tables.tag_slots, tables.words
        )
        if found == NEW_TAG:
            return UNKNOWN_TAG
        if found == ODD:
            return GIVEN_UP
        if found != READ:
            take_whole(data, place, state, out.reduced)
        found = _move(tables, out)
        if found != DONE:
            return found
        if not _go_on(data, place, end, size, is_written, tables, out):
            return GIVEN_UP
    return GIVEN_UP


@inlined
def _text(data: Bytes, start: int, size: int, tables: Tables, out: Outputs) -> None:
    """Take the text up to the next tag."""
    state = out.state
    end = start
    while end < size and data[end] != 60:
        end += 1
    state[POS] = end
    mode = tables.states[state[STATE], S_MODE]
    if mode == SEEN or mode == HIDDEN:
        has_link = state[LINK] >= 0
        if (has_link or mode == SEEN) and (state[HAS_PARTS] or has_link or not is_blank(data, start, end)):
            take_text(
                state, out.links, out.raw, out.anchors, data, start, end, mode == SEEN,
                tables.reference_keys, tables.reference_places, tables.reference_text,
            )  # fmt: skip
    elif mode == NO_TEXT and not is_blank(data, start, end):
        state[IS_GIVEN_UP] = 1


@inlined
def _flush(here: int, out: Outputs) -> None:
    state = out.state
    if state[HAS_PARTS] or state[LINK] >= 0 or state[N_MARKS]:
        flush(state, here, out.links, out.marks, out.blocks, out.groups, out.raw, out.text, out.context)


@inlined
def _move(tables: Tables, out: Outputs) -> int:
    """Do what the tag at hand does; gives DONE, GIVEN_UP or UNKNOWN_MOVE."""
    state = out.state
    tag = state[TAG]
    while True:
        here = state[STATE]
        end_op = tables.states[here, S_END]
        closes = tables.table_tag[0] if end_op == CLOSE_TABLE else tables.states[here, S_TAG]
        if state[IS_END_TAG] and tag >= 0 and tag == closes:
            _close(end_op, tables, out)
            return DONE
        if state[ONCE_POS] == state[POS] and state[ONCE_STATE] == here:
            move = MAX_MOVES
        else:
            move = find_move(here, out.reduced, state[N_REDUCED], tables)
            if move < 0:
                return UNKNOWN_MOVE
        op = tables.moves[move, V_OP]
        if op == GIVE_UP:
            return GIVEN_UP
        if op == END:
            _flush(here, out)
            pop(state, out.levels)
        elif op == OPEN_ROW:
            # The row itself comes next, inside the tbody that it implies.
            _flush(here, out)
            _add_token(tables.moves[move, V_TOKEN], out)
            push(tables.moves[move, V_TO], state, tables.states, out.levels)
            state[N_ELEMENTS] += 1
        else:
            _open(op, move, here, tables, out)
            return DONE
        if state[IS_GIVEN_UP]:
            return GIVEN_UP


@inlined
def _add_token(token: int, out: Outputs) -> None:
    number = out.state[N_SKELETON]
    if number < len(out.skeleton):
        out.skeleton[number] = token
        out.state[N_SKELETON] = number + 1


@inlined
def _open(op: int, move: int, here: int, tables: Tables, out: Outputs) -> None:
    state = out.state
    to = tables.moves[move, V_TO]
    if op == OPEN:
        push(to, state, tables.states, out.levels)
    elif op == OPEN_BLOCK:
        _flush(here, out)
        _add_token(tables.moves[move, V_TOKEN], out)
        if to >= 0:
            push(to, state, tables.states, out.levels)
    elif op == OPEN_LINK:
        push(to, state, tables.states, out.levels)
        take_link(to, state[DEPTH] - 1, False, tables, out)
    elif op == BREAK:
        mode = tables.states[here, S_MODE]
        has_link = state[LINK] >= 0
        if mode == SEEN and (state[HAS_PARTS] or has_link):
            out.raw[state[N_RAW]] = 10
            state[N_RAW] += 1
            state[HAS_PARTS] = 1
        if has_link and (mode == SEEN or mode == HIDDEN):
            state[HAS_GAP] = 1
    elif op == ENTER:
        _enter(move, here, to, tables, out)


@inlined
def _enter(move: int, here: int, to: int, tables: Tables, out: Outputs) -> None:
    """Open an element that has a handler."""
    state = out.state
    if tables.moves[move, V_IS_BLOCK]:
        _flush(here, out)
        _add_token(tables.moves[move, V_TOKEN], out)
    tag = state[TAG]
    kind = tables.tags[tag, T_KIND] if tag >= 0 else 0
    if to < 0:
        depth = state[DEPTH]
        if kind == AREA_TAG:
            count_child(state, depth, tag, out.levels)
            if tables.moves[move, V_HAS_HREF]:
                take_link(here, depth, True, tables, out)
        note(False, here, depth + 1, True, state, out.events)
        return
    push(to, state, tables.states, out.levels)
    if kind == LINK_TAG and tables.moves[move, V_HAS_HREF]:
        take_link(to, state[DEPTH] - 1, False, tables, out)
    note(False, to, state[DEPTH], False, state, out.events)
    if kind == GROUP_TAG:
        open_group(state, out.groups, out.levels)


@inlined
def _close(op: int, tables: Tables, out: Outputs) -> None:
    """Close the innermost element at its end tag."""
    state = out.state
    here = state[STATE]
    if op == CLOSE:
        pop(state, out.levels)
    elif op == CLOSE_BLOCK:
        _flush(here, out)
        pop(state, out.levels)
    elif op == CLOSE_LINK:
        close_link(state, out.links, out.marks)
        pop(state, out.levels)
    elif op == LEAVE or op == CLOSE_TABLE:
        if tables.states[here, S_IS_BLOCK]:
            _flush(here, out)
        if op == CLOSE_TABLE:
            pop(state, out.levels)
            here = state[STATE]
        kind = tables.tags[tables.states[here, S_TAG], T_KIND]
        if kind == LINK_TAG:
            close_link(state, out.links, out.marks)
        note(True, here, state[DEPTH], False, state, out.events)
        if kind == GROUP_TAG:
            close_group(state, out.levels)
        pop(state, out.levels)


@inlined
def _go_on(data: Bytes, place: int, end: int, size: int, is_written: bool, tables: Tables, out: Outputs) -> bool:
    """Go behind the tag, and behind the content of a script or style as it is written."""
    state = out.state
    state[POS] = end + 1
    if state[IS_END_TAG]:
        return True
    state[N_ELEMENTS] += 1
    tag = state[TAG]
    kind = tables.tags[tag, T_KIND] if tag >= 0 else 0
    if not is_written or (kind != SCRIPT_TAG and kind != STYLE_TAG):
        return True
    is_script = kind == SCRIPT_TAG
    stop = end_of_raw(data, end + 1, size, is_script)
    if (
        stop < 0
        or not is_written_as(data, place + 1, size, is_script)
        or (is_script and is_escaped(data, end + 1, stop))
    ):
        return False
    last = state[N_EVENTS] - 1
    if is_script and last >= 0 and out.events[last, E_START] == place + 1:
        out.events[last, E_CONTENT_START] = end + 1
        out.events[last, E_CONTENT_END] = stop
    state[POS] = stop
    return True


@inlined
def _end(is_written: bool, out: Outputs) -> int:
    """End the last block; a document as written must have closed what it opened."""
    state = out.state
    if is_written and state[DEPTH] != 0:
        return GIVEN_UP
    flush(state, state[STATE], out.links, out.marks, out.blocks, out.groups, out.raw, out.text, out.context)
    if state[LINK] >= 0:
        out.links[state[LINK], L_ANCHOR_END] = state[N_ANCHORS]
    return GIVEN_UP if state[IS_GIVEN_UP] else DONE
