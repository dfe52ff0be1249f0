"""Reads a document by the compiled pass, and gives what ``scan`` gives."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from operator import attrgetter

import numpy as np

from linkworthy.html.attributes import serial_value, written_value
from linkworthy.html.compiled.moves import Moves
from linkworthy.html.compiled.opening import Outputs
from linkworthy.html.compiled.passing import run
from linkworthy.html.compiled.replaying import Replayed, attributes_of
from linkworthy.html.compiled.resolving import gather, take_hrefs
from linkworthy.html.compiled.skeletons import features, simhash
from linkworthy.html.compiled.skipping import look
from linkworthy.html.compiled.slots import (
    B_END,
    B_START,
    DONE,
    GIVEN_UP,
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
    N_ANCHORS,
    N_BLOCKS,
    N_CONTEXT,
    N_ELEMENTS,
    N_EVENTS,
    N_GROUPS,
    N_LINKS,
    N_PATHS,
    N_REDUCED,
    N_SKELETON,
    N_TEXT,
    N_WORDS,
    POS,
    STATE,
    UNKNOWN_TAG,
)  # fmt: skip
from linkworthy.html.compiled.spaces import Bytes, Integers
from linkworthy.html.compiled.workspace import Workspace
from linkworthy.html.cutting import readable
from linkworthy.html.elements import MAX_LINKS
from linkworthy.html.fold import fold
from linkworthy.html.gathered import Attributes, FoundBlocks, FoundLinks, Group
from linkworthy.html.linked import without_text
from linkworthy.html.nesting import NotPlainError
from linkworthy.html.scan import Walk
from linkworthy.html.skeleton import MAX_SKELETON
from linkworthy.html.texts import Texts

_MASK = (1 << 64) - 1
_MAX_LESSONS = 100_000
"""Tags that one page may teach."""


class _Own(threading.local):
    """What each thread has for itself: the tables change while a page is read."""

    def __init__(self) -> None:
        self.moves = Moves()
        self.workspace = Workspace()
        self.features = features()


_own = _Own()
_region, _block, _is_hidden = attrgetter("region"), attrgetter("block"), attrgetter("is_hidden")


def read(text: str, raws: Sequence[str] | None) -> Walk:
    """Read a document as written (``raws`` null) or as a parser wrote it, with its raw texts taken out.

    Raises: NotPlainError where the plain form has to read it.
    """
    data = text.encode("utf-8", "replace")
    array = np.frombuffer(data, np.uint8)
    n_tags, is_odd = look(array)
    if is_odd and raws is None:
        text = readable(text)
        data = text.encode("utf-8", "replace")
        array = np.frombuffer(data, np.uint8)
    moves = _own.moves
    out = _own.workspace.outputs(len(data), n_tags, moves.start(is_written=raws is None))
    state = out.state
    for _ in range(_MAX_LESSONS):
        status = run(array, len(data), raws is None, moves.tables, out)
        if status == DONE:
            return _Reading(data, array, text, raws, moves, out).walk()
        if status == GIVEN_UP:
            break
        reduced = out.reduced[: state[N_REDUCED]].tobytes()
        if status == UNKNOWN_TAG:
            moves.tag(reduced.decode("ascii", "replace"))
        else:
            moves.learn(int(state[STATE]), reduced, state, int(state[POS]))
    raise NotPlainError("left to the plain form")


class _Reading:
    """One page that was read: turns places into texts."""

    def __init__(
        self, data: bytes, array: Bytes, text: str, raws: Sequence[str] | None, moves: Moves, out: Outputs
    ) -> None:
        self.raws = raws
        self.is_written = raws is None
        self._data = data
        self._array = array
        self._text = text
        self._is_ascii = len(data) == len(text)
        self._states = moves.states
        self._out = out

    def walk(self) -> Walk:
        """Give what was found.

        Raises: NotPlainError where a tag that matters can only be read by a parser, or there is more than is kept.
        """
        out, state = self._out, self._out.state
        elements = Replayed(self._data, self.raws)
        found = elements.found
        if state[N_LINKS] > MAX_LINKS:
            raise NotPlainError("too many links")
        links, anchors = self._links()
        found.columns = links
        found.n_links = len(links)
        found.blocks = self._blocks()
        found.groups = [Group(*row) for row in out.groups[: state[N_GROUPS]].tolist()]
        found.skeleton = tokens = out.skeleton[: state[N_SKELETON]].view(np.uint64).tolist()
        found.template_hash = simhash(out.skeleton, min(len(tokens), MAX_SKELETON), _own.features) & _MASK
        found.n_words, found.n_elements = int(state[N_WORDS]), int(state[N_ELEMENTS])
        elements.replay(out.events[: state[N_EVENTS]].tolist(), self._states)
        for place, link in elements.linking.items():
            if not anchors.at(place):
                links.kinds[place], anchors.others[place] = without_text(link.alts)
        if self.is_written and elements.n_heads != 1:
            raise NotPlainError("heads")
        return Walk(found, elements.items.items)

    def piece(self, start: int, end: int) -> str:
        """Give what is written between two places."""
        return self._text[start:end] if self._is_ascii else self._data[start:end].decode("utf-8", "replace")

    def attributes(self, start: int, end: int) -> Attributes:
        """Read the attributes of the tag between two places.

        Raises: NotPlainError where only a parser can.
        """
        return attributes_of(self.piece(start, end), is_written=self.is_written)

    def _links(self) -> tuple[FoundLinks, Texts]:
        out, state, states = self._out, self._out.state, self._states
        n = int(state[N_LINKS])
        rows = out.links[:n]
        hrefs, odd = self._hrefs(n)
        anchors = _one_by_one(out.anchors, rows, L_ANCHOR_START, L_ANCHOR_END, int(state[N_ANCHORS]))
        around = int(state[N_CONTEXT])
        here = list(map(states.__getitem__, rows[:, L_STATE].tolist()))
        links = FoundLinks(
            hrefs=hrefs, rels=self._rels(rows),
            kinds=["text" if size else "empty" for size in np.diff(anchors.bounds).tolist()], anchors=anchors,
            regions=list(map(_region, here)), groups=rows[:, L_GROUP].tolist(),
            paths=_one_by_one(out.paths, rows, L_PATH_START, L_PATH_END, int(state[N_PATHS])),
            befores=_gathered(out.context, rows, L_BEFORE_START, L_BEFORE_END, around),
            afters=_gathered(out.context, rows, L_AFTER_START, L_AFTER_END, around),
            is_hidden=list(map(_is_hidden, here)),
        )  # fmt: skip
        for place in odd:
            row = rows[place].tolist()
            if row[L_HREF_START] >= 0 and not row[L_IS_AREA]:
                hrefs.others[place] = self._valued(self.piece(row[L_HREF_START], row[L_HREF_END]))
                continue
            attributes = self.attributes(row[L_TAG_START], row[L_TAG_END])
            hrefs.others[place] = attributes["href"] or ""
            links.rels[place] = attributes.get("rel")
            if row[L_IS_AREA]:
                links.kinds[place], anchors.others[place] = "area", fold(attributes.get("alt") or "")
        return links, anchors

    def _hrefs(self, n: int) -> tuple[Texts, list[int]]:
        """Give hrefs, and the places of those that are not among them because they need more."""
        data = self._array
        written, bounds = np.empty(len(data), np.uint8), np.empty(n + 1, np.int32)
        odd = np.empty(n, np.uint8)
        n_odd = take_hrefs(data, self._out.links, n, written, bounds, odd)
        return Texts(written[: bounds[n]].tobytes(), bounds), odd.nonzero()[0].tolist() if n_odd else []

    def _rels(self, rows: Integers) -> list[str | None]:
        starts = rows[:, L_REL_START]
        rels: list[str | None] = [None] * len(starts)
        for place in (starts >= 0).nonzero()[0].tolist():
            rels[place] = self._valued(self.piece(int(starts[place]), int(rows[place, L_REL_END])))
        return rels

    def _valued(self, value: str) -> str:
        if not self.is_written:
            return serial_value(value)
        try:
            return written_value(value)
        except ValueError:
            raise NotPlainError("a reference") from None

    def _blocks(self) -> FoundBlocks:
        out, state = self._out, self._out.state
        rows = out.blocks[: state[N_BLOCKS]]
        contexts, groups, n_words, n_link_words = rows.T[:B_START].tolist()
        # The text of each block begins where that of the one before ends.
        bounds = np.zeros(len(rows) + 1, np.int32)
        bounds[1:] = rows[:, B_END]
        here = list(map(self._states.__getitem__, contexts))
        tags, regions = list(map(_block, here)), list(map(_region, here))
        texts = Texts(out.text[: state[N_TEXT]].tobytes(), bounds)
        return FoundBlocks((tags, regions, groups, n_words, n_link_words, texts))


def _one_by_one(text: Bytes, rows: Integers, start: int, end: int, size: int) -> Texts:
    """Give the same where the pieces mostly stand one behind the other already."""
    starts, ends = rows[:, start], rows[:, end]
    n = len(rows)
    if not n or starts[0] != 0 or ends[-1] != size or (starts[1:] != ends[:-1]).any():
        return _gathered(text, rows, start, end, size)
    bounds = np.zeros(n + 1, np.int32)
    bounds[1:] = ends
    return Texts(text[:size].tobytes(), bounds)


def _gathered(text: Bytes, rows: Integers, start: int, end: int, size: int) -> Texts:
    """Give the pieces of a text between two columns of places."""
    n = len(rows)
    out, bounds = np.empty(size, np.uint8), np.empty(n + 1, np.int32)
    return Texts(out[: gather(text, rows, n, start, end, out, bounds)].tobytes(), bounds)
