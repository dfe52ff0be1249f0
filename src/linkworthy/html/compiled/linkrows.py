"""What a small network is told of each link, filled in one pass; ``html.link_features`` gives the same by columns."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from linkworthy.html.block_features import Blocks
from linkworthy.html.columns import REGION, REGIONS, Array, Matrix
from linkworthy.html.compiled import linktexts as texts
from linkworthy.html.compiled.jit import compiled, part
from linkworthy.html.compiled.linktexts import pack, slots_for, take_texts
from linkworthy.html.compiled.saying import OF_LIKELY, OF_MAIN, are_said
from linkworthy.html.compiled.spaces import Bytes, Integers
from linkworthy.html.compiled.spelling import letters_of
from linkworthy.html.compiled.voting import stepped
from linkworthy.html.letters import Letters
from linkworthy.html.link_features import MAX_LINKS, N_BLOCK, REACH, STEPS
from linkworthy.html.page import Link, Page, Rows

KIND, REGION_OF, IS_INTERNAL, IS_HIDDEN, IS_NOFOLLOW, HAS_FRAGMENT = range(6)
"""Rows of flags."""
TEXT, IMAGE, EMPTY = 1, 2, 3
"""Kinds of link; all others are 0."""
_PLACES = {name: place for place, name in enumerate(Link._fields)}
_TEXTS = ("anchor", "before", "after", "url", "path")
_LIKELY = 0.2
_N_OWN = 22
_N_FACTS = 13
_OF_REGION = _N_OWN + len(STEPS)
_OF_BLOCK = _OF_REGION + len(REGIONS)
_N_OF_BLOCK = 12
_BLOCK = _OF_BLOCK + _N_OF_BLOCK
_WINDOWS = _BLOCK + N_BLOCK
_SIZES = (3, 10)
_AROUND = (0, 1, 2, 3, 4, 5, 20)
_N_AROUND = len(_AROUND) + len(REGIONS) + 1
_OF_PAGE = _WINDOWS + len(_SIZES) * _N_AROUND


class _Codes(dict[Any, int]):
    """Numbers of words; what is none of them is 0."""

    def __missing__(self, _: Any) -> int:
        return 0


_KINDS = _Codes(text=TEXT, image=IMAGE, empty=EMPTY)
_REGIONS = _Codes(REGION)


class LinkRows(NamedTuple):
    """The links of a page as columns; see ``linktexts`` for the rows of numbers and the columns of shapes."""

    anchors: list[str]
    kinds: list[str]
    domains: list[str | None]
    numbers: Integers
    shapes: Integers
    """One column a shape of path: repeated cards share one."""
    flags: Bytes
    positions: Matrix
    letters: Letters

    def __len__(self) -> int:
        return len(self.anchors)


def links_of(page: Page) -> LinkRows:
    """Take the links of a page as columns."""
    rows = page.links
    n = min(len(rows), MAX_LINKS)
    # Columns are taken as they are kept: of paths and what stands around links no texts need be made.
    held = rows.held if isinstance(rows, Rows) else list(map(list, zip(*rows, strict=True))) or [[]] * len(_PLACES)
    column = {name: held[place] for name, place in _PLACES.items()}
    anchors, kinds = column["anchor"][:n], column["kind"][:n]
    numbers, shapes = np.empty((texts.N_NUMBERS, n), np.int64), np.empty((texts.N_SHAPE_COLUMNS, n), np.int64)
    written, befores, afters, urls, paths = (pack(column[name], n) for name in _TEXTS)
    n_shapes = take_texts(*written, *befores, *afters, *urls, *paths, slots_for(n), numbers, shapes)
    is_upper = numbers[texts.FIRST_UPPER]
    for place in (is_upper == texts.IS_OTHER).nonzero()[0].tolist():
        is_upper[place] = anchors[place][:1].isupper()
    fragments = pack(column["fragment"], n)[1]
    flags = [
        bytes(map(_KINDS.__getitem__, kinds)), bytes(map(_REGIONS.__getitem__, column["region"][:n])),
        *(bytes(map(bool, column[name][:n])) for name in ("is_internal", "is_hidden", "is_nofollow")),
        (fragments[1 : n + 1] > fragments[:n]).tobytes(),
    ]  # fmt: skip
    return LinkRows(
        anchors, kinds, column["target_domain"][:n], numbers, shapes[:, :n_shapes],
        np.frombuffer(b"".join(flags), np.uint8).reshape(len(flags), n),
        np.asarray(column["position"][:n], dtype=np.float64), letters_of(anchors, 100),
    )  # fmt: skip


def link_matrix(
    page: Page,
    links: LinkRows,
    blocks: Blocks,
    rows: Matrix,
    shares: Matrix,
    is_main: npt.NDArray[np.bool_],
    table: Array,
    of_page: Matrix,
    kinds: Matrix,
) -> Matrix:
    """Give the network's rows of links, rounded to steps.

    ``rows`` and ``shares`` are those of the page's blocks; ``table`` says of each word of an anchor how much more
    often it stands in links of the main text, in 1/1024; ``of_page`` is the row of ``page_columns``.
    """
    n = len(links)
    whole = "\n".join(blocks.texts)
    said = are_said(links.anchors, blocks.texts, whole, shares > _LIKELY, is_main)
    has_blocks = len(shares) > 0
    out = np.empty((n, _OF_PAGE + of_page.shape[1] + 2 + kinds.shape[1]))
    letters = links.letters
    _fill(
        links.numbers, links.shapes, links.flags, links.positions, letters.n_words, letters.n_digits,
        letters.n_capitals, letters.n_characters, letters.words, letters.firsts, table,
        rows if has_blocks else np.zeros((1, N_BLOCK)), shares if has_blocks else np.zeros(1),
        is_main.view(np.uint8) if has_blocks else np.zeros(1, np.uint8), _found(links, whole),
        np.fromiter(map(len, blocks.texts), np.int64, len(blocks)), np.frombuffer(said, np.uint8), of_page, kinds,
        page.url.count("/"), np.empty(max(1, len(shares)) + 1), np.empty((n + 1, _N_AROUND)), out,
    )  # fmt: skip
    return out


def _found(links: LinkRows, whole: str) -> Integers:
    """Give where in the text of all blocks the anchor of each link stands, -1 where nowhere; both are in order."""
    find = whole.find
    out: list[int] = []
    at = 0
    for kind, anchor in zip(links.kinds, links.anchors, strict=True):
        found = find(anchor, at, at + REACH) if anchor and kind == "text" else -1
        out.append(found)
        if found >= 0:
            at = found + len(anchor)
    return np.asarray(out, dtype=np.int64)


@part
def _mean_around(sums: Matrix, column: int, place: int, size: int, n: int) -> float:
    """Give the mean of the rows up to ``size`` before and after one."""
    low, high = max(place - size, 0), min(place + size + 1, n)
    return (sums[high, column] - sums[low, column]) / (high - low)


@part
def _fill_own(
    row: int, numbers: Integers, shapes: Integers, flags: Bytes, positions: Matrix, n_words: Integers,
    n_digits: Integers, n_capitals: Integers, n_characters: Integers, lean: int, own_depth: int, out: Matrix,
) -> None:  # fmt: skip
    """Fill what is known of a link by itself."""
    size, shape = numbers[texts.N_CHARACTERS, row], numbers[texts.SHAPE, row]
    words = max(1, n_words[row])
    before, after = numbers[texts.N_BEFORE, row], numbers[texts.N_AFTER, row]
    out[0] = min(n_words[row], 15) / 8
    out[1] = before / 100
    out[2] = after / 100
    out[3] = before + after > 30
    out[4] = flags[IS_INTERNAL, row]
    out[5] = flags[KIND, row] == IMAGE
    out[6] = size >= 15
    out[7] = positions[row]
    out[8] = flags[IS_HIDDEN, row]
    out[9] = flags[IS_NOFOLLOW, row]
    out[10] = flags[HAS_FRAGMENT, row]
    out[11] = np.log1p(shapes[texts.SHAPE_SIZE, shape]) / 4
    out[12] = shapes[texts.SHAPE_DEPTH, shape] / 20
    out[13] = numbers[texts.N_ALIKE, row] > 1
    out[14] = numbers[texts.URL_ALIKE, row] > 1
    out[15] = (numbers[texts.N_SLASHES, row] - own_depth) / 4
    out[16] = numbers[texts.FIRST_UPPER, row]
    out[17] = n_capitals[row] / words
    out[18] = numbers[texts.HAS_END, row]
    out[19] = min(200, size) / 60
    out[20] = min(max(lean / 1024 / words, -3.0), 3.0)
    out[21] = n_digits[row] / max(1, n_characters[row])
    steps = shapes[texts.SHAPE_STEPS, shape]
    for n in range(len(STEPS)):
        out[_N_OWN + n] = (steps >> n) & 1
    for n in range(len(REGIONS)):
        out[_OF_REGION + n] = flags[REGION_OF, row] == n


@compiled
def _fill(
    numbers: Integers, shapes: Integers, flags: Bytes, positions: Matrix, n_words: Integers, n_digits: Integers,
    n_capitals: Integers, n_characters: Integers, words: Integers, firsts: Integers, table: Integers, rows: Matrix,
    shares: Matrix, is_main: Bytes, found: Integers, lengths: Integers, said: Bytes, of_page: Matrix,
    kinds: Matrix, own_depth: int, sums: Matrix, around: Matrix, out: Matrix,
) -> None:  # fmt: skip
    """Fill the rows of links."""
    n_links, n_blocks = out.shape[0], len(shares)
    least = 2.0
    total = 0.0
    sums[0] = 0.0
    for block in range(n_blocks):
        total += shares[block]
        sums[block + 1] = total
        if is_main[block]:
            least = min(least, shares[block])
    if least > 1:
        least = 0.5
    for column in range(_N_AROUND):
        around[0, column] = 0.0
    near = block_end = 0
    begun = -1
    for row in range(n_links):
        lean: Any = np.int64(0)
        for word in range(firsts[row], firsts[row + 1]):
            lean += table[words[word]]
        line = out[row]
        _fill_own(
            row, numbers, shapes, flags, positions, n_words, n_digits, n_capitals, n_characters, lean, own_depth, line
        )
        if found[row] >= 0:
            while found[row] >= block_end:
                begun += 1
                block_end += lengths[begun] + 1
            near = begun
        line[_OF_BLOCK] = found[row] >= 0
        for n in range(4):
            beside = near + (n - 2 if n < 2 else n - 1)
            line[_OF_BLOCK + 1 + n] = shares[beside] if 0 <= beside < n_blocks else 0.0
        for n in range(2):
            low, high = max(near - 5 - 10 * n, 0), min(near + 6 + 10 * n, n_blocks)
            line[_OF_BLOCK + 5 + n] = (sums[high] - sums[low]) / (high - low)
        line[_OF_BLOCK + 7] = shares[near]
        line[_OF_BLOCK + 8] = is_main[near]
        line[_OF_BLOCK + 9] = shares[near] - least
        line[_OF_BLOCK + 10] = said[row] & OF_MAIN != 0
        line[_OF_BLOCK + 11] = said[row] & OF_LIKELY != 0
        for n in range(N_BLOCK):
            line[_BLOCK + n] = rows[near, n]
        for n in range(6):
            around[row + 1, n] = around[row, n] + line[n]
        around[row + 1, 6] = around[row, 6] + line[20]
        for n in range(len(REGIONS)):
            around[row + 1, 7 + n] = around[row, 7 + n] + line[_OF_REGION + n]
        around[row + 1, _N_AROUND - 1] = around[row, _N_AROUND - 1] + shares[near]
        n_facts = of_page.shape[1]
        for n in range(n_facts):
            line[_OF_PAGE + n] = of_page[0, n]
        line[_OF_PAGE + n_facts] = least
        line[_OF_PAGE + n_facts + 1] = total / n_blocks
        for n in range(kinds.shape[1]):
            line[_OF_PAGE + n_facts + 2 + n] = kinds[0, n]
    for row in range(n_links):
        line = out[row]
        for n in range(_N_AROUND):
            line[_WINDOWS + n] = _mean_around(around, n, row, 3, n_links)
            line[_WINDOWS + _N_AROUND + n] = _mean_around(around, n, row, 10, n_links)
        for n in range(out.shape[1]):
            line[n] = stepped(line[n])
