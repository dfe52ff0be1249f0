"""Gives what the compiled pass over the tags of a document as written tells of it."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterable

import numpy as np

from linkworthy.html.compiled.beginning import (
    BODY_START,
    CHARSET_END,
    CHARSET_START,
    HAS_DOCTYPE,
    HAS_HEAD,
    HAS_HTML,
    IS_HEAD_FIRST,
    IS_HEAD_OVER,
    MAX_CANONICALS,
    N_CANONICALS,
    NAME_END,
    NAME_START,
    O_COLUMNS,
)
from linkworthy.html.compiled.written import (
    FIRST_H1,
    H_COLUMNS,
    HAS_ODD_ID,
    HAS_TITLE,
    I_COLUMNS,
    IS_UNKNOWN,
    MAX_OBJECTS,
    N_ALL_IDS,
    N_APPLETS,
    N_BLANKS,
    N_BODIES,
    N_HEADINGS,
    N_HEADS,
    N_ID_SLOTS,
    N_IDS,
    N_IN_BODY,
    N_NAMES,
    N_OBJECTS,
    N_PICTURES,
    N_TWICE,
    W_COLUMNS,
    Written,
    read_written,
)
from linkworthy.html.outline import Outline, open_body
from linkworthy.html.written import (
    MAX_ID_BYTES,
    MAX_IDS,
    MAX_OF_A_KIND,
    THIRDS,
    Tags,
    attributes_of,
    is_empty,
    is_image,
)


class _Own(threading.local):
    """The arrays of each thread, kept from page to page."""

    def __init__(self) -> None:
        def rows(*shape: int) -> np.ndarray[tuple[int, ...], np.dtype[np.int64]]:
            return np.zeros(shape, np.int64)

        self.out = Written(
            state=rows(W_COLUMNS), outline=rows(O_COLUMNS), canonicals=rows(MAX_CANONICALS, 2),
            in_body=rows(MAX_OF_A_KIND), headings=rows(MAX_OF_A_KIND, H_COLUMNS), pictures=rows(MAX_OF_A_KIND),
            objects=rows(MAX_OBJECTS), blanks=rows(MAX_IDS), ids=rows(MAX_IDS, I_COLUMNS),
            names=np.zeros(MAX_IDS * MAX_ID_BYTES, np.uint8), bounds=rows(MAX_IDS + 1), slots=rows(N_ID_SLOTS),
        )  # fmt: skip


_own = _Own()


def marked(data: bytes) -> tuple[Outline, Tags] | None:
    """Read a document; null where only the plain form can."""
    out = _own.out
    if not read_written(np.frombuffer(data, np.uint8), len(data), THIRDS, out):
        return None
    return _outline(data, out), _Marked(data, out)


def _outline(data: bytes, out: Written) -> Outline:
    """Give the outline; of the tags of the head, those that may say what is asked of them."""
    row = out.outline.tolist()
    start, end = row[NAME_START], row[NAME_END]
    tags = [(b"link", *place) for place in out.canonicals[: row[N_CANONICALS]].tolist()]
    if row[CHARSET_START] >= 0:
        tags.append((b"meta", row[CHARSET_START], row[CHARSET_END]))
    has_head = row[HAS_HEAD] > 0
    outline = Outline(
        row[HAS_DOCTYPE] > 0, has_head, row[IS_HEAD_FIRST] > 0 if has_head else None, body_start=row[BODY_START],
        tags=tags,
    )  # fmt: skip
    if start >= 0:
        name = data[start:end].lower().decode("ascii", "replace")[:40] if end > start else "text"
        open_body(data, outline, name, has_html=row[HAS_HTML] > 0, is_head_over=row[IS_HEAD_OVER] > 0)
    return outline


class _Marked(Tags):
    """What one pass told."""

    def __init__(self, data: bytes, out: Written) -> None:
        super().__init__(data)
        self._out = out
        self._state = state = out.state.tolist()
        self.n_heads, self.n_bodies = state[N_HEADS], state[N_BODIES]
        self.has_title_in_body = state[HAS_TITLE] > 0
        if state[N_IN_BODY]:
            tags = map(self.tag, out.in_body[: state[N_IN_BODY]].tolist())
            self.in_body = [(tag[1:5].lower(), attributes_of(tag)) for tag in tags]
        self.pictures = out.pictures[: state[N_PICTURES]].tolist()
        objects = out.objects[: state[N_OBJECTS]].tolist()
        self.n_plugins = state[N_APPLETS] + sum([self.is_plugin(place) for place in objects])

    def headings(self) -> tuple[int, bool]:
        """Count the empty headings, and tell whether the first h1 is but an image."""
        data, rows = self.data, self._out.headings[: self._state[N_HEADINGS]].tolist()
        n_empty = sum([is_empty(data[start:end]) for start, end, says in rows if says == IS_UNKNOWN])
        first = rows[self._state[FIRST_H1]] if self._state[FIRST_H1] >= 0 else None
        return n_empty, first is not None and first[2] == IS_UNKNOWN and is_image(data[first[0] : first[1]])

    def ids(self) -> tuple[list[str] | None, int | None]:
        """Give what a fragment may lead to, and how many ids stand at several elements."""
        out, state = self._out, self._state
        if state[N_ALL_IDS] > MAX_IDS:
            return None, None
        if state[HAS_ODD_ID]:
            return self._odd_ids()
        bounds = out.bounds[: state[N_NAMES] + 1].tolist()
        text = out.names[: bounds[-1]].tobytes().decode("ascii")
        return list(map(text.__getitem__, map(slice, bounds, bounds[1:]))), state[N_TWICE]

    def _odd_ids(self) -> tuple[list[str], int]:
        """Give the same where values as written and as meant may differ."""
        seen: Counter[str] = Counter()
        names: dict[str, None] = {}
        for start, end, is_counted, _ in self._out.ids[: self._state[N_IDS]].tolist():
            if value := self.value(start, end):
                names[value] = None
                seen[value] += is_counted
        return list(names), sum([n > 1 for n in seen.values()])

    def openings_of_blank(self) -> Iterable[int]:
        """Give where the tags of links begin that open a new tab."""
        n = self._state[N_BLANKS]
        if not n or (b"blank" not in self.data and b"BLANK" not in self.data):
            return ()
        places: list[int] = self._out.blanks[:n].tolist()
        return places
