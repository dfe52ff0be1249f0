"""The one walk over a document: WHATWG tree construction in C, which calls back for each element and text.

Nothing is judged here. Every list is bounded, and the time is linear in the size of the document whatever it holds.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

from turbohtml.saxparse import SaxHandler, sax_parse

from linkworthy.html import hidden, microdata, regions
from linkworthy.html.fold import MAX_SHORT_CHARACTERS, MAX_TEXT_CHARACTERS
from linkworthy.html.gathered import Attributes, Captured, FoundBlock, FoundForm, FoundLink, Gathered, Group

MAX_LINKS = 100_000
"""Links a page that are kept; search engines read a few thousand."""
MAX_BLOCKS = 20_000
"""Blocks a page that are kept: a book of a thousand pages has fewer."""
MAX_IMAGES = 20_000
MAX_RESOURCES = 5_000
MAX_ELEMENTS_OF_A_KIND = 1_000
"""metas, link elements, scripts, headings, forms that are kept of each kind."""
MAX_DEPTH = 512
"""Browsers stop nesting here as well; what lies deeper is read as if it lay at this depth."""
MAX_STEPS = 40
"""Steps of an element path."""
MAX_CAPTURES = 16
"""Elements inside one another whose text is kept at once."""
MAX_SCRIPT_CHARACTERS = 1_000_000
"""Characters of one script that are kept."""
MAX_SCRIPTS_CHARACTERS = 4_000_000
"""Characters of all scripts together that are kept."""
MAX_SKELETON = 2_000
"""Elements that make the template's fingerprint."""
CONTEXT_CHARACTERS = 100
"""Characters of text kept on either side of a link."""

BLOCK_TAGS = frozenset(
    "address article aside blockquote body caption center dd details dialog dir div dl dt fieldset figcaption figure footer form "
    "frameset h1 h2 h3 h4 h5 h6 header hgroup hr html legend li listing main menu nav ol optgroup p plaintext pre search section "
    "summary table tbody td tfoot th thead tr ul xmp".split()
)
_SKIPPED_TAGS = frozenset("script style noscript textarea select datalist svg math title iframe noembed noframes head object audio video canvas".split())
_GROUP_TAGS = frozenset({"ul", "ol", "dl", "menu", "dir", "table"})
_SEEN, _SKIPPED, _SVG, _INERT = range(4)

Context = tuple[str, bool, str, int, int]
"""Region, hidden, tag of the block, group, and whether text is seen, skipped, in SVG, or inert (template)."""

_CJK = re.compile("[\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff]")
_COMMENT_ITEM = frozenset({"comment", "comment-item", "comment_item", "commentitem", "single-comment"})
_DIGITS = re.compile(r"\d+")
_STEPS: dict[tuple[str, int], str] = {}
_MAX_STEP_CACHE = 20_000


class Walk(NamedTuple):
    """What a walk gives."""

    found: Gathered
    items: list[microdata.Item]
    """Top-level microdata items."""


def walk(text: str) -> Walk:
    """Build the document and gather all that the columns need."""
    walker = Walker()
    sax_parse(text, walker)
    walker.flush()
    return Walk(walker.found, walker.items.items)


def count_words(words: list[str], raw: str) -> int:
    """Count words; in scripts without spaces two characters count as one."""
    n = len(words)
    if not raw.isascii():
        n_cjk = len(_CJK.findall(raw))
        if n_cjk > n:
            return max(n, n_cjk // 2)
    return n


class _Capture:
    """An open element whose text is kept."""

    __slots__ = ("done", "left", "level", "parts")

    def __init__(self, level: int, limit: int, done: Callable[[str], None]) -> None:
        self.level = level
        self.left = limit
        self.done = done
        self.parts: list[str] = []


class Walker(SaxHandler):
    """Receives elements and text in document order."""

    def __init__(self) -> None:
        self.found = Gathered()
        self.items = microdata.Collector()
        self.top: Context = (regions.BODY, False, "html", -1, _SEEN)
        self.stack: list[Context] = [self.top]
        self.counts: list[dict[str, int] | None] = [None]
        self.steps: list[str] = []
        self.deep = 0
        self.in_head = False
        self.captures: list[_Capture] = []
        self.link: FoundLink | None = None
        self.link_level = -1
        self.form: FoundForm | None = None
        self.parts: list[str] = []
        self.size = 0
        self.marks: list[tuple[FoundLink, int, int, bool]] = []
        self.link_start = 0
        self.link_is_new = False
        self.run = self.top
        self.n_script_characters = 0
        self.by_tag: dict[str, Callable[[Attributes], None]] = {
            "a": self._link, "area": self._area, "img": self._image, "meta": self._meta, "link": self._link_element,
            "title": self._title, "h1": self._h1, "h2": self._h2, "script": self._script, "base": self._base,
            "iframe": self._frame, "frame": self._frame, "embed": self._frame, "object": self._object, "source": self._media,
            "video": self._media, "audio": self._media, "track": self._media, "form": self._form, "input": self._control,
            "textarea": self._control, "select": self._control, "button": self._control, "address": self._address,
            "time": self._time, "html": self._html, "body": self._body, "head": self._head, "main": self._main, "br": self._space,
            "wbr": self._nothing,
        }  # fmt: skip

    # Events ---------------------------------------------------------------------------------------------------------

    def start_element(self, tag: str, attrs: tuple[tuple[str, str | None], ...]) -> None:
        """Enter an element."""
        found = self.found
        found.n_elements += 1
        context = self.top
        if context[4] == _INERT:
            self._push(tag, context)
            return
        attributes: Attributes = dict(attrs) if attrs else {}
        class_ = attributes.get("class")
        if found.n_elements <= MAX_SKELETON:
            found.skeleton.append((tag, class_))
        is_block = tag in BLOCK_TAGS or "-" in tag
        if is_block and (self.parts or self.marks):
            self.flush()
        if attributes or is_block or tag in _SKIPPED_TAGS or tag == "template":
            context = self._enter(context, tag, attributes, is_block=is_block)
        self._push(tag, context)
        handler = self.by_tag.get(tag)
        if handler is not None and context[4] != _INERT:
            handler(attributes)
        if attributes and ("itemscope" in attributes or "itemprop" in attributes) and context[4] != _INERT:
            self._microdata(tag, attributes)

    def _push(self, tag: str, context: Context) -> None:
        counts = self.counts[-1]
        if self.deep or len(self.stack) >= MAX_DEPTH:
            self.deep += 1
            return
        if counts is None:
            counts = self.counts[-1] = {}
        n = counts[tag] = counts.get(tag, 0) + 1
        self.counts.append(None)
        step = _STEPS.get((tag, n))
        if step is None:
            step = f"{tag}:nth-of-type({n})"
            if len(_STEPS) < _MAX_STEP_CACHE and len(tag) < 20:
                _STEPS[tag, n] = step
        self.steps.append(step)
        self.stack.append(context)
        self.top = context

    def end_element(self, tag: str) -> None:
        """Leave an element."""
        level = len(self.stack) + self.deep
        if self.link_level == level:
            self._end_link()
        while self.captures and self.captures[-1].level == level:
            capture = self.captures.pop()
            capture.done("".join(capture.parts))
        if self.items.is_open:
            self.items.leave(level)
        if self.top[4] != _INERT and (tag in BLOCK_TAGS or "-" in tag) and (self.parts or self.marks):
            self.flush()
        if self.deep:
            self.deep -= 1
            return
        stack = self.stack
        if len(stack) > 1:
            stack.pop()
            self.counts.pop()
            self.steps.pop()
            self.top = stack[-1]
        if tag == "form":
            self.form = None
        elif tag == "head":
            self.in_head = False

    def characters(self, data: str) -> None:
        """Take a run of text."""
        context = self.top
        state = context[4]
        if self.captures:
            for capture in self.captures:
                if capture.left > 0:
                    capture.parts.append(data if len(data) <= capture.left else data[: capture.left])
                    capture.left -= len(data)
        if state != _SEEN:
            return
        if self.items.is_open:
            self.items.text(data)
        link = self.link
        if link is not None and len(link.texts) < 200:
            link.texts.append(data[: MAX_SHORT_CHARACTERS * 4])
        if context[1]:
            return
        if not self.parts:
            self.run = context
        if self.size + len(data) > MAX_TEXT_CHARACTERS:
            self._long_text(data)
            return
        self.parts.append(data)
        self.size += len(data)

    # Text -----------------------------------------------------------------------------------------------------------

    def _long_text(self, data: str) -> None:
        for start in range(0, len(data), MAX_TEXT_CHARACTERS):
            self.flush()
            self.run = self.top
            piece = data[start : start + MAX_TEXT_CHARACTERS]
            self.parts.append(piece)
            self.size = len(piece)

    def flush(self) -> None:
        """End a block of text: keep it, and give its links the words around them."""
        marks = self.marks
        raw = "".join(self.parts)
        self.parts = []
        self.size = 0
        if self.link is not None:
            marks.append((self.link, self.link_start, len(raw), self.link_is_new))
            self.link.texts.append(" ") if len(self.link.texts) < 200 else None
            self.link_start = 0
            self.link_is_new = False
        n_link_words = 0
        for link, start, end, is_new in marks:
            if end > start:
                n_link_words += len(raw[start:end].split())
            if is_new and start:
                link.before = " ".join(raw[max(0, start - 4 * CONTEXT_CHARACTERS) : start].split())[-CONTEXT_CHARACTERS:].lstrip()
            link.after = " ".join(raw[end : end + 4 * CONTEXT_CHARACTERS].split())[:CONTEXT_CHARACTERS].rstrip()
        self.marks = []
        words = raw.split()
        if not words:
            return
        found = self.found
        region, _, tag, group, _ = self.run
        n_words = count_words(words, raw)
        if n_words != len(words) and n_link_words:
            n_link_words = sum(count_words(raw[s:e].split(), raw[s:e]) for _, s, e, _ in marks)
        n_link_words = min(n_link_words, n_words)
        found.n_words += n_words
        if group >= 0:
            total = found.groups[group]
            total.n_words += n_words
            total.n_link_words += n_link_words
        if len(found.blocks) < MAX_BLOCKS:
            found.blocks.append(FoundBlock(tag, region, group, n_words, n_link_words, " ".join(words)))

    def _space(self, _attributes: Attributes) -> None:
        if self.top[4] == _SEEN:
            self.characters("\n")

    def _nothing(self, _attributes: Attributes) -> None:
        return

    # Context --------------------------------------------------------------------------------------------------------

    def _enter(self, context: Context, tag: str, attributes: Attributes, *, is_block: bool) -> Context:
        region, is_hidden, block, group, state = context
        if attributes and not is_hidden:
            style = attributes.get("style")
            if "hidden" in attributes or (style and hidden.is_hidden_by(style)):
                is_hidden = True
        if is_block:
            block = tag[:40]
            class_, ident = attributes.get("class"), attributes.get("id")
            if class_ or ident or tag in regions.SEMANTIC_TAGS or "role" in attributes:
                said = regions.hint(tag, class_, ident, attributes.get("role"))
                if said:
                    region = regions.transition(region, said)
                    if said == "main!":
                        self.found.has_main = True
                if (class_ and "omment" in class_) or "itemtype" in attributes:
                    self._comment_item(attributes)
            if tag in _GROUP_TAGS and len(self.found.groups) < MAX_BLOCKS:
                group = len(self.found.groups)
                self.found.groups.append(Group())
        elif tag in _SKIPPED_TAGS:
            state = _SVG if tag in {"svg", "math"} or state == _SVG else _SKIPPED
        elif tag == "template":
            state = _INERT
        return (region, is_hidden, block, group, state)

    def _comment_item(self, attributes: Attributes) -> None:
        kinds = (attributes.get("class") or "")[:400].lower().split()
        kind = (attributes.get("itemtype") or "").rstrip("/").rpartition("/")[2].lower()
        if not (kind == "comment" or not _COMMENT_ITEM.isdisjoint(kinds)):
            return
        ids = self.found.comment_ids
        digits = _DIGITS.search(attributes.get("id") or "")
        if digits:
            ids.add(digits[0][:20])
        elif not self.captures or len(ids) < MAX_BLOCKS:
            ids.add(f"#{len(ids)}")

    # Elements -------------------------------------------------------------------------------------------------------

    def _capture(self, done: Callable[[str], None], limit: int = MAX_SHORT_CHARACTERS) -> None:
        if len(self.captures) < MAX_CAPTURES:
            self.captures.append(_Capture(len(self.stack) + self.deep, limit, done))

    def _keep(self, kept: list[Captured], attributes: Attributes, limit: int = MAX_SHORT_CHARACTERS) -> None:
        if len(kept) < MAX_ELEMENTS_OF_A_KIND:
            one = Captured(attributes, "", self.top[0])
            kept.append(one)
            self._capture(lambda text: setattr(one, "text", text), limit)

    def _area(self, attributes: Attributes) -> None:
        self._link(attributes, is_area=True)

    def _link(self, attributes: Attributes, *, is_area: bool = False) -> None:
        href = attributes.get("href")
        if href is None and "href" not in attributes:
            return
        found = self.found
        found.n_links += 1
        context = self.top
        if context[3] >= 0:
            found.groups[context[3]].n_links += 1
        if len(found.links) >= MAX_LINKS:
            return
        if self.link is not None:
            self._end_link()
        # html and body are not steps: the path starts below body.
        path = " > ".join(self.steps[2 : MAX_STEPS + 2])
        link = FoundLink(href or "", attributes, is_area, context[0], context[3], context[1], path)
        found.links.append(link)
        self.link = link
        self.link_level = len(self.stack) + self.deep
        self.link_start = self.size
        self.link_is_new = True

    def _end_link(self) -> None:
        if self.link is not None:
            self.marks.append((self.link, self.link_start, self.size, self.link_is_new))
        self.link = None
        self.link_level = -1

    def _image(self, attributes: Attributes) -> None:
        found = self.found
        found.n_images += 1
        alt = attributes.get("alt")
        if "alt" not in attributes:
            found.n_images_no_alt += 1
        link = self.link
        if link is not None:
            link.n_images += 1
            if alt and len(link.alts) < 20:
                link.alts.append(alt[: MAX_SHORT_CHARACTERS * 2])
        if len(found.images) < MAX_IMAGES:
            found.images.append((attributes, link is not None))
        self._resource("image", attributes.get("src"))
        if self.items.is_open:
            self.items.text("")

    def _resource(self, kind: str, href: str | None) -> None:
        if href and len(self.found.resources) < MAX_RESOURCES:
            self.found.resources.append((kind, href))

    def _meta(self, attributes: Attributes) -> None:
        if len(self.found.metas) < MAX_ELEMENTS_OF_A_KIND:
            self.found.metas.append(attributes)

    def _link_element(self, attributes: Attributes) -> None:
        if "href" in attributes and len(self.found.link_elements) < MAX_ELEMENTS_OF_A_KIND:
            self.found.link_elements.append((attributes, self.in_head))

    def _base(self, attributes: Attributes) -> None:
        if self.found.base_href is None and "href" in attributes:
            self.found.base_href = attributes["href"] or ""

    def _title(self, attributes: Attributes) -> None:
        if self.stack[-2][4] != _SVG if len(self.stack) > 1 else True:
            self.found.n_titles += 1
            self._keep(self.found.titles, attributes)

    def _h1(self, attributes: Attributes) -> None:
        self.found.n_h1 += 1
        self._keep(self.found.h1, attributes)

    def _h2(self, attributes: Attributes) -> None:
        self._keep(self.found.h2, attributes)

    def _address(self, attributes: Attributes) -> None:
        self._keep(self.found.addresses, attributes)

    def _time(self, attributes: Attributes) -> None:
        self._keep(self.found.times, attributes, 100)

    def _script(self, attributes: Attributes) -> None:
        self._resource("script", attributes.get("src"))
        kind = (attributes.get("type") or "").strip().lower()
        if kind == "application/ld+json":
            self._keep(self.found.json_ld, attributes, MAX_SCRIPT_CHARACTERS)
        elif "src" not in attributes and self.n_script_characters < MAX_SCRIPTS_CHARACTERS:
            self._keep(self.found.scripts, attributes, MAX_SCRIPT_CHARACTERS)

    def _frame(self, attributes: Attributes) -> None:
        self._resource("frame", attributes.get("src"))

    def _object(self, attributes: Attributes) -> None:
        self._resource("frame", attributes.get("data"))

    def _media(self, attributes: Attributes) -> None:
        self._resource("media", attributes.get("src"))
        self._resource("image", attributes.get("poster"))

    def _form(self, attributes: Attributes) -> None:
        self._resource("form", attributes.get("action"))
        if len(self.found.forms) >= MAX_ELEMENTS_OF_A_KIND:
            return
        form = FoundForm(attributes, self.top[0])
        self.found.forms.append(form)
        self.form = form
        self._capture(lambda text: setattr(form, "text", text), MAX_SHORT_CHARACTERS)

    def _control(self, attributes: Attributes) -> None:
        if (attributes.get("type") or "").lower() == "image":
            self._resource("image", attributes.get("src"))
        form = self.form
        if form is None or len(form.fields) >= MAX_ELEMENTS_OF_A_KIND:
            return
        names = (attributes.get(key) for key in ("type", "name", "id", "placeholder", "value"))
        form.fields.append(" ".join(name[:100] for name in names if name).lower())

    def _html(self, attributes: Attributes) -> None:
        self.found.html = attributes

    def _head(self, _attributes: Attributes) -> None:
        self.in_head = True

    def _body(self, attributes: Attributes) -> None:
        self.found.body = attributes

    def _main(self, _attributes: Attributes) -> None:
        self.found.has_main = True

    def _microdata(self, tag: str, attributes: Attributes) -> None:
        self.items.enter(len(self.stack) + self.deep, tag, attributes)
