"""The one walk over a document: WHATWG tree construction in C, which calls back for each element and text.

Nothing is judged here. Every list is bounded, and the time is linear in the size of the document whatever it holds.
The tree builder nests 512 deep, as browsers do, and makes siblings of what lies deeper; so the stack is bounded too.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from turbohtml.saxparse import SaxHandler, sax_parse

from linkworthy.html import hidden, microdata, regions
from linkworthy.html.elements import Capture, Elements, Frame
from linkworthy.html.gathered import Attributes, Gathered, Group
from linkworthy.html.runs import INERT, MAX_BLOCKS, SEEN, SKIPPED, SVG, Context

MAX_SKELETON = 2_000
"""Elements that make the template's fingerprint."""

_BLOCK_TAGS = """
    address article aside blockquote body caption center dd details dialog dir div dl dt fieldset figcaption figure
    footer form frameset h1 h2 h3 h4 h5 h6 header hgroup hr html legend li listing main menu nav ol optgroup p
    plaintext pre search section summary table tbody td tfoot th thead tr ul xmp
"""
BLOCK_TAGS = frozenset(_BLOCK_TAGS.split())
"""Elements that begin and end a block of text."""
_VOID_TAGS = frozenset(
    {
        "area", "base", "basefont", "bgsound", "br", "col", "embed", "frame", "hr", "img", "input", "keygen", "link",
        "meta", "param", "source", "track", "wbr",
    }
)  # fmt: skip
_SKIPPED_TAGS = frozenset(
    {
        "script", "style", "noscript", "textarea", "select", "datalist", "svg", "math", "title", "iframe", "noembed",
        "noframes", "object", "audio", "video", "canvas",
    }
)  # fmt: skip
_GROUP_TAGS = frozenset({"ul", "ol", "dl", "menu", "dir", "table"})
_COMMENT_ITEM = frozenset({"comment", "comment-item", "comment_item", "commentitem", "single-comment"})
_DIGITS = re.compile(r"\d+")


class Walk(NamedTuple):
    """What a walk gives."""

    found: Gathered
    items: list[microdata.Item]
    """Top-level microdata items."""


def walk(text: str) -> Walk:
    """Build the document and gather all that the columns need."""
    walker = Walker()
    sax_parse(text, walker)
    walker.finish()
    return Walk(walker.found, walker.items.items)


class Walker(Elements, SaxHandler):
    """Receives elements and text in document order."""

    def __init__(self) -> None:
        super().__init__()
        self.items = microdata.Collector()
        self.skeleton = self.found.skeleton
        self.n_elements = 0

    def start_element(self, tag: str, attrs: tuple[tuple[str, str | None], ...]) -> None:
        """Enter an element."""
        self.n_elements += 1
        frame = self.frame
        context = frame.context
        if context[4] == INERT:
            if tag not in _VOID_TAGS:
                self._push(Frame(tag, context, 0))
            return
        attributes: Attributes = dict(attrs)
        if self.n_elements <= MAX_SKELETON:
            self.skeleton.append((tag, attributes.get("class")))
        context = self._enter(context, tag, attributes)
        is_void = tag in _VOID_TAGS
        if not is_void:
            counts = frame.counts
            if counts is None:
                counts = frame.counts = {}
            n = counts[tag] = counts.get(tag, 0) + 1
            self._push(Frame(tag, context, n))
        handler = self.by_tag.get(tag)
        if handler is not None and context[4] != INERT:
            handler(attributes)
        if "itemscope" in attributes or "itemprop" in attributes:
            self._microdata(tag, attributes, is_void=is_void)

    def _enter(self, context: Context, tag: str, attributes: Attributes) -> Context:
        """Give the context of an element inside ``context``."""
        if tag in BLOCK_TAGS or "-" in tag:
            if self.runs.is_dirty:
                self.runs.flush()
            context = self._block(context, tag, attributes)
        elif tag in _SKIPPED_TAGS:
            context = (*context[:4], SVG if tag in {"svg", "math"} or context[4] == SVG else SKIPPED)
        elif tag == "template":
            return (*context[:4], INERT)
        if attributes and not context[1]:
            style = attributes.get("style")
            if "hidden" in attributes or (style and hidden.is_hidden_by(style)):
                context = (context[0], True, *context[2:])
        return context

    def _push(self, frame: Frame) -> None:
        self.stack.append(frame)
        self.frame = frame

    def end_element(self, tag: str) -> None:
        """Leave an element."""
        if tag in _VOID_TAGS:
            return
        if self.runs.is_dirty and (tag in BLOCK_TAGS or "-" in tag):
            self.runs.flush()
        frame = self.stack.pop()
        self.frame = self.stack[-1]
        if frame.is_link:
            self.runs.close_link()
        if frame.capture is not None:
            self._end_capture(frame.tag, frame.capture)
        if frame.is_scope:
            self.items.leave(len(self.stack) + 1)
        if tag == "form":
            self.form = None

    def characters(self, data: str) -> None:
        """Take a run of text."""
        if self.captures:
            for capture in self.captures:
                if capture.left > 0:
                    capture.parts.append(data[: capture.left])
                    capture.left -= len(data)
        context = self.frame.context
        if context[4] == SEEN:
            if self.items.is_open:
                self.items.text(data)
            # Half of all text stands between blocks and is white space.
            if self.runs.is_dirty or not data.isspace():
                self.runs.text(data, context)

    def finish(self) -> None:
        """End what is still open."""
        self.runs.flush()
        self.found.n_elements = self.n_elements

    def _end_capture(self, tag: str, capture: Capture) -> None:
        self.captures.remove(capture)
        capture.target.text = "".join(capture.parts)
        if tag == "script":
            self.n_script_characters += len(capture.target.text)

    def _block(self, context: Context, tag: str, attributes: Attributes) -> Context:
        region, is_hidden, _, group, state = context
        class_, ident = attributes.get("class"), attributes.get("id")
        if class_ or ident or tag in regions.SEMANTIC_TAGS or "role" in attributes:
            said = regions.hint(tag, class_, ident, attributes.get("role"))
            if said:
                region = regions.transition(region, said)
        if (class_ and "omment" in class_) or "itemtype" in attributes:
            self._comment_item(attributes)
        if tag in _GROUP_TAGS and len(self.found.groups) < MAX_BLOCKS:
            group = len(self.found.groups)
            self.found.groups.append(Group())
        return (region, is_hidden, tag[:40], group, state)

    def _comment_item(self, attributes: Attributes) -> None:
        kinds = (attributes.get("class") or "")[:400].lower().split()
        kind = (attributes.get("itemtype") or "")[:400].rstrip("/").rpartition("/")[2].lower()
        if kind != "comment" and _COMMENT_ITEM.isdisjoint(kinds):
            return
        ids = self.found.comment_ids
        digits = _DIGITS.search((attributes.get("id") or "")[:200])
        if len(ids) < MAX_BLOCKS:
            ids.add(digits[0][:20] if digits else f"#{len(ids)}")

    def _microdata(self, tag: str, attributes: Attributes, *, is_void: bool) -> None:
        # A void element has no frame of its own and ends at once.
        level = len(self.stack) + is_void
        self.items.enter(level, tag, attributes)
        if is_void:
            self.items.leave(level)
        else:
            self.frame.is_scope = True
