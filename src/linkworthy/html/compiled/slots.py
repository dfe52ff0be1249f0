"""Where the compiled pass keeps what it knows: places in its state, and columns of what it gives.

Compiled code takes these names as constants.
"""

from __future__ import annotations

(
    POS, DEPTH, STATE, LINK, N_RAW, HAS_PARTS, N_MARKS, LINK_START, IS_NEW, N_BLOCKS, N_LINKS, N_EVENTS, N_SKELETON,
    N_GROUPS, GROUP, GROUP_DEPTH, N_TEXT, N_ANCHORS, HAS_GAP, N_ANCHOR_CHARACTERS, N_PATHS, N_CONTEXT, N_ELEMENTS,
    N_WORDS, PATH_DEPTH, N_REDUCED, TAG_END, TAG, HREF_START, HREF_END, REL_START, REL_END, ONCE_POS, ONCE_STATE,
    IS_GIVEN_UP, N_ANCHOR_PARTS, N_FOUND_LINKS, IS_END_TAG, HASH, N_SLOTS,
) = range(40)  # fmt: skip
"""Places in the state of a pass: where it is, what is open, how much of each output there is."""

DONE, GIVEN_UP, UNKNOWN_MOVE, UNKNOWN_TAG = range(4)
"""How a pass ends or pauses: all read, left to the plain form, or a question about a tag."""

(
    L_HREF_START, L_HREF_END, L_REL_START, L_REL_END, L_STATE, L_GROUP, L_PATH_START, L_PATH_END, L_ANCHOR_START,
    L_ANCHOR_END, L_BEFORE_START, L_BEFORE_END, L_AFTER_START, L_AFTER_END, L_IS_AREA, L_TAG_START, L_TAG_END,
    L_COLUMNS,
) = range(18)  # fmt: skip
"""Columns of a link."""

B_STATE, B_GROUP, B_WORDS, B_LINK_WORDS, B_START, B_END, B_COLUMNS = range(7)
"""Columns of a block."""

E_IS_LEFT, E_START, E_END, E_STATE, E_LEVEL, E_LINK, E_IS_VOID, E_CONTENT_START, E_CONTENT_END, E_COLUMNS = range(10)
"""Columns of an event: an element with a handler that begins or ends."""

G_WORDS, G_LINK_WORDS, G_LINKS, G_COLUMNS = range(4)
"""Columns of a group."""

N_EPOCH, N_OUTER, N_CHILD, N_NUMBER, N_OUTER_GROUP, N_COUNTS = range(6)
"""Columns of a level of nesting; from the last on, two for each tag: its epoch, and how many children there are."""

M_LINK, M_START, M_END, M_IS_NEW, M_COLUMNS = range(5)
"""Columns of a mark: a link in the run of text at hand."""

S_TAG, S_MODE, S_END, S_IS_BLOCK, S_COLUMNS = range(5)
"""Columns of a state of the automaton."""

V_STATE, V_START, V_END, V_OP, V_TO, V_TOKEN, V_IS_BLOCK, V_HAS_HREF, V_COLUMNS = range(9)
"""Columns of a move: the state and the tag that it is for, and what it does."""

T_START, T_END, T_IS_BLOCK, T_KIND, T_COLUMNS = range(5)
"""Columns of a tag's name."""
PLAIN_TAG, LINK_TAG, AREA_TAG, SCRIPT_TAG, STYLE_TAG, TEXT_TAG, GROUP_TAG, HEAD_TAG = range(8)
"""Kinds of tags that the pass itself must know."""
NO_NAME = 0
"""Number of the tag of the document itself, which has no name."""

MAX_LEVELS = 500
MAX_TAGS = 512
MAX_ANCHOR_CHARACTERS = 2_000
MAX_RUN_CHARACTERS = 20_000
MAX_GROUPS = 20_000
MAX_BLOCKS = 20_000
MAX_HEAD = 20_000
GIVE_UP = 99
"""Op of a move that the plain form has to make."""
