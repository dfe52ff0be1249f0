"""What a small network is told of a whole page, compiled; ``html.kind_features`` gives the same by columns."""

from __future__ import annotations

from functools import lru_cache
from itertools import compress

import numpy as np

from linkworthy.html import kind_features as plain
from linkworthy.html.block_features import TAGS, Blocks
from linkworthy.html.columns import REGION, REGIONS, Matrix
from linkworthy.html.compiled import linktexts as texts
from linkworthy.html.compiled.jit import compiled, part
from linkworthy.html.compiled.linkrows import EMPTY, IMAGE, IS_INTERNAL, KIND, REGION_OF, LinkRows
from linkworthy.html.compiled.spaces import Bytes, Integers
from linkworthy.html.compiled.spelling import letters_of
from linkworthy.html.compiled.voting import stepped
from linkworthy.html.letters import BITS
from linkworthy.html.page import Page

_N_MARKS = len(plain.MARKS)
_N_TAGS = len(TAGS) + 1
_N_COUNTS, _N_OF_TEXT = 18, 4
_BITS = (plain.PATH_BITS, plain.HEAD_BITS, plain.TEXT_BITS, plain.ANCHOR_BITS)
_TOTAL, _DIGITS, _COMMAS = 1, 6, 7
"""Places among the counts of what is summed up here."""
_OF_TEXT = _N_COUNTS
_OF_LINKS = _OF_TEXT + _N_OF_TEXT + 6 + len(plain.QUANTILES) + _N_MARKS
_OF_REGIONS = _OF_LINKS + 9
_OF_TAGS = _OF_REGIONS + len(REGIONS)
_SHARES = _OF_TAGS + _N_TAGS
_FLAGS = _SHARES + 11
_NAV, _FOOTER = REGION["nav"], REGION["footer"]
_IS_INNER = np.asarray([name in {"main", "list", "comment"} for name in REGIONS], dtype=np.uint8)
_QUANTILES = plain.QUANTILES
_MOST = 20_480
"""More than a word can stand in a page's head, its anchors or its path, as far as they are looked at."""
_LOGS = np.concatenate([[0.0], 1 + np.log(np.arange(1, _MOST))])


@lru_cache(maxsize=1)
def _marks() -> Integers:
    return plain.mark_of_word()


def kind_columns(page: Page, blocks: Blocks, links: LinkRows) -> Matrix:
    """Give what is known of a page, one row, rounded to steps: its structure, then the columns of hashed words."""
    n = len(blocks)
    is_inner = _IS_INNER[blocks.regions]
    of_links = _IS_INNER[links.flags[REGION_OF]] & (links.flags[KIND] != EMPTY)
    n_linked = sum([image.is_linked for image in page.images])
    flags = plain.flags_of(page)
    given = [
        *plain.counts_of(page, n, 0, (0, 0), n_linked), *plain.marks_of(compress(blocks.texts, is_inner.tolist())),
        len(set(compress(links.domains, of_links.tolist()))), n_linked / max(1, len(page.images)),
    ]  # fmt: skip
    head = letters_of([plain.path_of(page)[: plain.MAX_PATH], *plain.head_of(page)], plain.MAX_HEAD)
    row = np.zeros((1, _FLAGS + len(flags) + plain.N_HASHED))
    letters = blocks.letters
    _fill(
        blocks.words, blocks.link_words, blocks.regions, blocks.tags, blocks.n_same, letters.n_words, letters.n_digits,
        letters.n_commas, letters.words, np.argsort(blocks.words), is_inner, links.numbers,
        links.shapes, links.flags, of_links, links.letters.n_words, links.letters.words,
        links.letters.firsts, head.words, head.firsts, _marks(), _LOGS, np.asarray(given, dtype=np.float64),
        np.frombuffer(bytes(flags), np.uint8),
        np.zeros((2, max(1, len(links))), np.int64), row[0],
    )  # fmt: skip
    return row


@part
def _fill_text(
    words: Matrix, link_words: Matrix, regions: Integers, tags: Integers, n_same: Integers, n_words: Integers,
    n_digits: Integers, n_commas: Integers, numbers: Integers, order: Integers, is_inner: Bytes, marks: Integers,
    row: Matrix,
) -> None:  # fmt: skip
    """Fill counts and shares of the text."""
    n = len(words)
    all_words = all_links = squares = prose = 0.0
    first = -1
    at = _OF_TEXT + _N_OF_TEXT
    n_inner = n_repeated = word = 0
    for block in range(n):
        size = words[block]
        all_words += size
        all_links += link_words[block]
        squares += size * size
        row[_OF_REGIONS + regions[block]] += size
        row[_OF_TAGS + tags[block]] += size
        row[_DIGITS] += n_digits[block]
        row[_COMMAS] += n_commas[block]
        row[at] = max(row[at], size)
        row[at + 1] += size > 40
        row[at + 2] += size > 15
        row[at + 3] += size < 4
        if size > 20 and link_words[block] * 4 < size:
            row[at + 4] += 1
            prose += size
        n_inner += is_inner[block]
        n_repeated += n_same[block] > 1
        if first < 0 and tags[block] == 1:
            first = block
        for _ in range(n_words[block]):
            if size <= 12 and marks[numbers[word]] > 0:
                row[at + 5 + len(_QUANTILES) + marks[numbers[word]]] += 1
            word += 1
    total = max(1.0, all_words)
    row[_TOTAL] = total
    row[at + 5] = prose
    inner = 0
    for place in range(n):
        block = order[place]
        if is_inner[block]:
            for n_quantile in range(len(_QUANTILES)):
                if inner == min(n_inner - 1, int(n_inner * _QUANTILES[n_quantile])):
                    row[at + 6 + n_quantile] = words[block]
            inner += 1
    for place in range(_OF_REGIONS, _SHARES):
        row[place] /= total
    row[_SHARES] = all_links / total
    row[_SHARES + 1] = squares / total / 100
    if n:
        row[_SHARES + 2] = (words[order[(n - 1) // 2]] + words[order[n // 2]]) / 2 / 20
    row[_SHARES + 3] = prose / total
    row[_SHARES + 4] = max(first, 0) / max(1, n)
    row[_SHARES + 5] = n_repeated / max(1, n)


@part
def _fill_links(
    numbers: Integers, shapes: Integers, flags: Bytes, is_inner: Bytes, n_words: Integers, seen: Integers, row: Matrix
) -> None:
    """Fill counts and shares of links; ``seen`` holds two rows of zeros, for shapes and for URLs."""
    for shape in range(shapes.shape[1]):
        row[_OF_LINKS] = max(row[_OF_LINKS], shapes[texts.SHAPE_DEPTH, shape])
    n_inner = n_urls = 0
    for link in range(flags.shape[1]):
        row[_OF_LINKS + 1] += flags[IS_INTERNAL, link] == 0
        row[_OF_LINKS + 2] += flags[KIND, link] == IMAGE
        row[_OF_LINKS + 3] += flags[REGION_OF, link] <= 1
        if is_inner[link]:
            n_inner += 1
            seen[0, numbers[texts.SHAPE, link]] += 1
            n_urls += seen[1, numbers[texts.URL, link]] == 0
            seen[1, numbers[texts.URL, link]] = 1
    most = 0
    for shape in range(seen.shape[1]):
        size = seen[0, shape]
        if size > seen[0, most]:
            most = shape
        row[_OF_LINKS + 5] += size > 0
        row[_OF_LINKS + 6] += size >= 4
    n_cards = seen[0, most]
    row[_OF_LINKS + 4] = n_cards
    row[_OF_LINKS + 8] = n_urls
    n_of_cards = n_internal = n_images = 0
    for link in range(flags.shape[1]):
        if is_inner[link] and numbers[texts.SHAPE, link] == most:
            n_of_cards += n_words[link]
            n_internal += flags[IS_INTERNAL, link]
            n_images += flags[KIND, link] == IMAGE
    row[_SHARES + 6] = n_cards / max(1, n_inner)
    row[_SHARES + 7] = n_of_cards / max(1, n_cards) / 10
    row[_SHARES + 8] = n_internal / max(1, n_cards)
    row[_SHARES + 9] = n_images / max(1, n_cards)


@part
def _weigh(logs: Matrix, bag: Matrix) -> None:
    """Turn counts of words into 1 + ln n, of length 4 in all, rounded to steps."""
    length = 0.0
    for place in range(len(bag)):
        if bag[place] > 0:
            bag[place] = logs[int(bag[place])]
            length += bag[place] * bag[place]
    length = np.sqrt(length)
    for place in range(len(bag)):
        if bag[place] > 0:
            bag[place] = stepped(bag[place] / length * 4)


@compiled
def _fill(
    words: Matrix, link_words: Matrix, regions: Integers, tags: Integers, n_same: Integers, n_words: Integers,
    n_digits: Integers, n_commas: Integers, numbers: Integers, order: Integers, is_inner: Bytes,
    link_numbers: Integers, shapes: Integers, flags: Bytes, of_links: Bytes, n_anchor_words: Integers,
    anchor_words: Integers, anchor_firsts: Integers, head: Integers, head_firsts: Integers, marks: Integers,
    logs: Matrix, given: Matrix, facts: Bytes, seen: Integers, row: Matrix,
) -> None:  # fmt: skip
    """Fill the row of a page, which is zeros; ``given`` and ``facts`` are counts and flags that need no pass."""
    n_first = _N_COUNTS + _N_OF_TEXT
    for place in range(n_first):
        row[place] = given[place]
    _fill_text(words, link_words, regions, tags, n_same, n_words, n_digits, n_commas, numbers, order, is_inner,
               marks, row)  # fmt: skip
    _fill_links(link_numbers, shapes, flags, of_links, n_anchor_words, seen, row)
    row[_OF_LINKS + 7] = given[n_first]
    row[_FLAGS - 1] = given[n_first + 1]
    n_flags = len(facts)
    for place in range(n_flags):
        row[_FLAGS + place] = facts[place]
    for place in range(_OF_REGIONS):
        row[place] = np.log1p(row[place]) / 4
    for place in range(_FLAGS + n_flags):
        row[place] = stepped(row[place])
    start = _FLAGS + n_flags
    for n in range(head_firsts[1]):
        row[start + (head[n] >> (BITS - _BITS[0]))] += 1
    _weigh(logs, row[start : start + (1 << _BITS[0])])
    start += 1 << _BITS[0]
    for n in range(head_firsts[1], len(head)):
        row[start + (head[n] >> (BITS - _BITS[1]))] += 1
    _weigh(logs, row[start : start + (1 << _BITS[1])])
    start += 1 << _BITS[1]
    word = n_taken = 0
    for block in range(len(words)):
        is_text = regions[block] != _NAV and regions[block] != _FOOTER
        for n in range(word, word + n_words[block]):
            if is_text and n_taken < plain.MAX_WORDS:
                row[start + (numbers[n] >> (BITS - _BITS[2]))] += 1
                n_taken += 1
        word += n_words[block]
    _weigh(logs, row[start : start + (1 << _BITS[2])])
    start += 1 << _BITS[2]
    for n in range(anchor_firsts[min(plain.MAX_ANCHORS, len(anchor_firsts) - 1)]):
        row[start + (anchor_words[n] >> (BITS - _BITS[3]))] += 1
    _weigh(logs, row[start : start + (1 << _BITS[3])])
