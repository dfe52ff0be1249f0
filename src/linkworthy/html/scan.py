"""The one pass over a document cut into tags: each tag is looked up in the automaton, and what it does is done here.

Nothing is judged here. Every list is bounded, and the time is linear in the size of the document whatever it holds.
"""

from __future__ import annotations

from functools import partial
from itertools import repeat
from operator import length_hint
from typing import NamedTuple

from linkworthy.html import microdata
from linkworthy.html.elements import Elements
from linkworthy.html.gathered import Gathered
from linkworthy.html.nesting import NotPlainError
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
    Automaton,
    Level,
    Special,
)  # fmt: skip

MAX_DEPTH = 500
"""Elements inside one another that a document as written may have; the tree builder stops at 512."""
_AUTOMATON = Automaton()


class Markup(NamedTuple):
    """A document that holds no comment and no script; a script's number stands in its place."""

    source: str
    raws: list[str]
    """The scripts."""
    is_written: bool
    """Whether it is as its author wrote it; else a parser wrote it."""


class Walk(NamedTuple):
    """What one pass gives."""

    found: Gathered
    items: list[microdata.Item]
    """Top-level microdata items."""


def scan(markup: Markup, text: str) -> Walk:
    """Gather all that the columns need.

    Raises: NotPlainError where a document as written needs a parser after all.
    """
    source = markup.source
    # Cut at each "<": pieces "tag attributes>text".
    first, *pieces = source.split("<")
    elements = Elements(pieces, markup.raws, text)
    n_implied = _pass(first, pieces, elements, is_written=markup.is_written)
    found = elements.found
    found.n_elements = n_implied + len(pieces) - source.count("</") - source.count("<!") - source.count("<?")
    return Walk(found, elements.items.items)


def _pass(first: str, pieces: list[str], elements: Elements, *, is_written: bool) -> int:  # noqa: C901, PLR0912, PLR0915 - one loop, for speed
    """Run over the pieces and give the number of elements that were implied."""
    runs, skeleton = elements.runs, elements.found.skeleton
    flush = runs.flush
    here = _AUTOMATON.start(is_written=is_written)
    if is_written and first.strip("\ufeff \t\n\f\r"):
        raise NotPlainError(first)
    stack: list[Level] = []
    push, pop = stack.append, stack.pop
    kids: list[str] = []
    parts: list[str] = []
    places = iter(pieces)
    left = partial(length_hint, places)
    n_pieces = len(pieces) - 1
    n_implied = 0
    for head, sep, text in map(str.partition, places, repeat(">")):
        op, to, what = here[head]
        while op == END:
            if parts or runs.link or runs.marks:
                flush(parts, here.region, here.block, elements.group)
                parts = []
            here, kids = pop()
            op, to, what = here[head]
        if op == CLOSE:
            here, kids = pop()
        elif op == OPEN:
            kids.append(to.tag)
            push((here, kids))
            here, kids = to, []
        elif op == CLOSE_BLOCK:
            if parts or runs.link or runs.marks:
                flush(parts, here.region, here.block, elements.group)
                parts = []
            here, kids = pop()
        elif op in {OPEN_BLOCK, OPEN_ROW}:
            if parts or runs.link or runs.marks:
                flush(parts, here.region, here.block, elements.group)
                parts = []
            skeleton.append(what)
            if to is not None:
                kids.append(to.tag)
                push((here, kids))
                here, kids = to, []
                if op == OPEN_ROW:
                    n_implied += 1
                    _, to, what = here[head]
                    skeleton.append(what)
                    kids.append(to.tag)
                    push((here, kids))
                    here, kids = to, []
        elif op == OPEN_LINK:
            kids.append(to.tag)
            push((here, kids))
            if runs.link is not None:
                runs.close_link(parts)
            runs.link = elements.link(what, to, stack, is_area=False)
            runs.start = runs.taken = len(parts)
            runs.is_new = True
            here, kids = to, []
        elif op == CLOSE_LINK:
            runs.close_link(parts)
            here, kids = pop()
        elif op == BREAK:
            if here.mode == SEEN and (parts or runs.link):
                parts.append("\n")
            elif here.mode == HIDDEN:
                runs.hidden_text("\n", parts)
        elif op == ENTER:
            one: Special = what
            place = n_pieces - left()
            if one.is_block:
                if parts or runs.link or runs.marks:
                    flush(parts, here.region, here.block, elements.group)
                    parts = []
                skeleton.append(one.token)
            if to is None:
                if one.tag == "area":
                    kids.append("area")
                    if "href" in one.attributes:
                        elements.link(one.attributes, here, [*stack, (here, kids)], is_area=True)
                elements.enter(one, here, len(stack) + 1, place)
            else:
                kids.append(to.tag)
                push((here, kids))
                if one.tag == "a" and "href" in one.attributes:
                    runs.close_link(parts)
                    runs.link = elements.link(one.attributes, to, stack, is_area=False)
                    runs.start = runs.taken = len(parts)
                    runs.is_new = True
                elements.enter(one, to, len(stack), place)
                here, kids = to, []
        elif op in {LEAVE, CLOSE_TABLE}:
            if here.is_block and (parts or runs.link or runs.marks):
                flush(parts, here.region, here.block, elements.group)
                parts = []
            if op == CLOSE_TABLE:
                here, kids = pop()
            if here.tag == "a":
                runs.close_link(parts)
            elements.leave(here.tag, len(stack), n_pieces - left())
            here, kids = pop()
        if text:
            if parts or not text.isspace() or runs.link:
                mode = here.mode
                if mode == SEEN:
                    parts.append(text)
                elif mode == HIDDEN:
                    runs.hidden_text(text, parts)
                elif mode == NO_TEXT and not text.isspace():
                    raise NotPlainError(text)
        elif is_written and (not sep or len(stack) > MAX_DEPTH):
            raise NotPlainError(head)
    if is_written and (stack or elements.n_heads != 1):
        raise NotPlainError("unclosed")
    flush(parts, here.region, here.block, elements.group)
    return n_implied
