"""Elements that open and close, compiled: the stack, the groups, links, and events for those that have a handler."""

from __future__ import annotations

from typing import NamedTuple

from linkworthy.html.compiled.jit import inlined, part
from linkworthy.html.compiled.moves import Tables
from linkworthy.html.compiled.paths import count_child, write_path
from linkworthy.html.compiled.runs import close_link
from linkworthy.html.compiled.slots import (
    DEPTH,
    E_CONTENT_END,
    E_CONTENT_START,
    E_END,
    E_IS_LEFT,
    E_IS_VOID,
    E_LEVEL,
    E_LINK,
    E_START,
    E_STATE,
    G_COLUMNS,
    G_LINKS,
    GROUP,
    GROUP_DEPTH,
    HAS_GAP,
    HREF_END,
    HREF_START,
    IS_GIVEN_UP,
    IS_NEW,
    L_AFTER_END,
    L_AFTER_START,
    L_ANCHOR_END,
    L_ANCHOR_START,
    L_BEFORE_END,
    L_BEFORE_START,
    L_GROUP,
    L_HREF_END,
    L_HREF_START,
    L_IS_AREA,
    L_PATH_END,
    L_PATH_START,
    L_REL_END,
    L_REL_START,
    L_STATE,
    L_TAG_END,
    L_TAG_START,
    LINK,
    LINK_START,
    MAX_GROUPS,
    MAX_LEVELS,
    N_ANCHOR_CHARACTERS,
    N_ANCHOR_PARTS,
    N_ANCHORS,
    N_EPOCH,
    N_EVENTS,
    N_GROUPS,
    N_LINKS,
    N_OUTER,
    N_OUTER_GROUP,
    N_PATHS,
    N_RAW,
    POS,
    REL_END,
    REL_START,
    S_TAG,
    STATE,
    TAG_END,
)  # fmt: skip
from linkworthy.html.compiled.spaces import Bytes, Integers


class Outputs(NamedTuple):
    """What a pass writes, and what it needs while it runs."""

    state: Integers
    links: Integers
    blocks: Integers
    events: Integers
    groups: Integers
    skeleton: Integers
    marks: Integers
    levels: Integers
    path_ends: Integers
    reduced: Bytes
    raw: Bytes
    path: Bytes
    text: Bytes
    anchors: Bytes
    paths: Bytes
    context: Bytes


@part
def push(to: int, state: Integers, states: Integers, levels: Integers) -> None:
    """Open an element, whose context inside is ``to``."""
    depth = state[DEPTH]
    if depth >= MAX_LEVELS:
        state[IS_GIVEN_UP] = 1
        return
    count_child(state, depth, states[to, S_TAG], levels)
    levels[depth, N_OUTER] = state[STATE]
    state[DEPTH] = depth + 1
    levels[depth + 1, N_EPOCH] += 1
    state[STATE] = to


@part
def pop(state: Integers, levels: Integers) -> None:
    """Close the innermost element."""
    if state[DEPTH] == 0:
        state[IS_GIVEN_UP] = 1
        return
    state[DEPTH] -= 1
    state[STATE] = levels[state[DEPTH], N_OUTER]


@part
def open_group(state: Integers, groups: Integers, levels: Integers) -> None:
    """Begin a list or table."""
    levels[state[GROUP_DEPTH], N_OUTER_GROUP] = state[GROUP]
    state[GROUP_DEPTH] += 1
    number = state[N_GROUPS]
    if number >= MAX_GROUPS or number >= len(groups):
        state[IS_GIVEN_UP] = 1
        return
    for n in range(G_COLUMNS):
        groups[number, n] = 0
    state[GROUP] = number
    state[N_GROUPS] = number + 1


@part
def close_group(state: Integers, levels: Integers) -> None:
    """End a list or table."""
    state[GROUP_DEPTH] -= 1
    state[GROUP] = levels[state[GROUP_DEPTH], N_OUTER_GROUP]


@part
def new_link(context: int, is_area: bool, state: Integers, links: Integers, marks: Integers, groups: Integers) -> None:
    """Take a link; a element stays open until its text is known. Its path is written by who calls this."""
    if not is_area:
        close_link(state, links, marks)
    number = state[N_LINKS]
    if number >= len(links):
        state[IS_GIVEN_UP] = 1
        return
    state[N_LINKS] = number + 1
    group = state[GROUP]
    if group >= 0:
        groups[group, G_LINKS] += 1
    links[number, L_HREF_START], links[number, L_HREF_END] = state[HREF_START], state[HREF_END]
    links[number, L_REL_START], links[number, L_REL_END] = state[REL_START], state[REL_END]
    links[number, L_TAG_START], links[number, L_TAG_END] = state[POS] + 1, state[TAG_END]
    links[number, L_STATE], links[number, L_GROUP], links[number, L_IS_AREA] = context, group, is_area
    links[number, L_ANCHOR_START] = links[number, L_ANCHOR_END] = state[N_ANCHORS]
    links[number, L_BEFORE_START] = links[number, L_BEFORE_END] = 0
    links[number, L_AFTER_START] = links[number, L_AFTER_END] = 0
    if not is_area:
        state[LINK] = number
        state[LINK_START] = state[N_RAW]
        state[IS_NEW] = 1
        state[HAS_GAP] = state[N_ANCHOR_CHARACTERS] = state[N_ANCHOR_PARTS] = 0


@inlined
def take_link(context: int, level: int, is_area: bool, tables: Tables, out: Outputs) -> None:
    """Take a link, the last child at a level, with its path."""
    state = out.state
    before = state[N_PATHS]
    new_link(context, is_area, state, out.links, out.marks, out.groups)
    behind = write_path(state, level, out.levels, tables.tags, tables.names, out.path, out.path_ends, out.paths)
    last = state[N_LINKS] - 1
    out.links[last, L_PATH_START] = before
    out.links[last, L_PATH_END] = behind


@part
def note(is_left: bool, context: int, level: int, is_void: bool, state: Integers, events: Integers) -> None:
    """Note that an element with a handler begins or ends."""
    number = state[N_EVENTS]
    if number >= len(events):
        state[IS_GIVEN_UP] = 1
        return
    state[N_EVENTS] = number + 1
    events[number, E_IS_LEFT] = is_left
    events[number, E_START], events[number, E_END] = state[POS] + 1, state[TAG_END]
    events[number, E_STATE], events[number, E_LEVEL] = context, level
    events[number, E_LINK], events[number, E_IS_VOID] = state[LINK], is_void
    events[number, E_CONTENT_START] = events[number, E_CONTENT_END] = -1
