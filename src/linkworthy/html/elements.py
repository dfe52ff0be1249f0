"""What each kind of element gives: one method a tag."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import partial
from typing import ClassVar

import turbohtml

from linkworthy.html import microdata
from linkworthy.html.fold import MAX_SHORT_CHARACTERS
from linkworthy.html.gathered import Attributes, Captured, FoundForm, FoundLink, Gathered, Group
from linkworthy.html.paths import Paths
from linkworthy.html.runs import MAX_BLOCKS, Runs
from linkworthy.html.states import Level, Special, State
from linkworthy.html.tags import GROUP_TAGS

MAX_LINKS = 100_000
"""Links a page that are kept; search engines read a few thousand."""
MAX_IMAGES = 20_000
"""Images a page that are kept."""
MAX_RESOURCES = 5_000
"""Resources a page that are kept."""
MAX_ALTS = 20
"""Images a link whose alt makes its anchor."""
MAX_OF_A_KIND = 1_000
"""metas, link elements, scripts, headings, forms that are kept of each kind."""
MAX_CAPTURES = 16
"""Elements inside one another whose text is kept at once."""
MAX_SCRIPT_CHARACTERS = 1_000_000
"""Characters of one script that are kept, and four times as many of all together."""
MAX_PIECES = 4_000
"""Pieces of text of one kept element that are looked at."""
_COMMENT_ITEM = frozenset({"comment", "comment-item", "comment_item", "commentitem", "single-comment"})
_DIGITS = re.compile(r"\d+")


def says_something(one: Special) -> bool:
    """Tell whether an element gives more than a place for links and text."""
    return one.tag in Elements.handlers or says_more(one)


def says_more(one: Special) -> bool:
    """Tell whether an element may be a comment, or an item or property, whatever its tag."""
    return _may_be_comment(one) or _has_item(one.attributes)


def _may_be_comment(one: Special) -> bool:
    attributes = one.attributes
    return one.is_block and ("itemtype" in attributes or "omment" in (attributes.get("class") or ""))


def _has_item(attributes: Attributes) -> bool:
    return "itemscope" in attributes or "itemprop" in attributes


def joined_text(pieces: Sequence[str], limit: int) -> str:
    """Join the text of pieces, each of them a tag without its ``<`` and what stands behind it."""
    texts: list[str] = []
    for piece in pieces[:MAX_PIECES]:
        head, _, text = piece.partition(">")
        if head[:2] == "br":
            texts.append("\n")
        # The text of a script is but its place among the raw texts.
        if text and head[:6] != "script":
            texts.append(text)
    joined = "".join(texts)
    if "&" in joined:
        joined = "".join(map(turbohtml.unescape, texts))
    return joined[:limit]


class Capture:
    """An open element whose text is kept."""

    __slots__ = ("keep", "level", "limit", "start")

    def __init__(self, level: int, start: int, limit: int, keep: Callable[[str], None]) -> None:
        self.level = level
        self.start = start
        self.limit = limit
        self.keep = keep


Handler = Callable[["Elements", Attributes, State], None]


class Elements:
    """Keeps what elements say. ``enter`` and ``leave`` are told where they are: level, place in the pieces, context."""

    def __init__(self, pieces: Sequence[str], raws: Sequence[str], text: str) -> None:
        self.found = Gathered()
        self.runs = Runs(self.found, text)
        self.paths = Paths()
        self.items = microdata.Collector()
        self.group = -1
        self.form: FoundForm | None = None
        self.n_heads = 0
        self._pieces = pieces
        self._raws = raws
        self._groups: list[int] = []
        self._captures: list[Capture] = []
        self._n_script_characters = 0
        self._level = 0
        self._place = 0

    def enter(self, one: Special, context: State, level: int, place: int) -> None:
        """Take an element: ``context`` is the one that it stands in, or for a block the one that it opens."""
        if one.tag in GROUP_TAGS:
            self._groups.append(self.group)
            if len(self.found.groups) < MAX_BLOCKS:
                self.group = len(self.found.groups)
                self.found.groups.append(Group())
        self.take(one, context, level, place)

    def take(self, one: Special, context: State, level: int, place: int) -> None:
        """Take what an element says, but for the group that it may begin."""
        self._level, self._place = level, place
        tag, attributes = one.tag, one.attributes
        handler = self.handlers.get(tag)
        if handler is not None:
            handler(self, attributes, context)
        if _may_be_comment(one):
            self._comment_item(attributes)
        if _has_item(attributes):
            self._item(tag, attributes, is_void=one.is_void)

    @property
    def is_waiting(self) -> bool:
        """Tell whether the end of an element may matter: a text is kept, a form or an item is open."""
        return bool(self._captures) or self.form is not None or self.items.is_open

    def leave(self, tag: str, level: int, place: int) -> None:
        """End an element that was entered at this level."""
        self.end(tag, level, place)
        if tag in GROUP_TAGS:
            self.group = self._groups.pop()

    def end(self, tag: str, level: int, place: int) -> None:
        """Keep the texts that end with an element, but for the group that may end."""
        captures = self._captures
        while captures and captures[-1].level >= level:
            one = captures.pop()
            one.keep(self.text_of(one.start, place, one.limit))
        self.items.leave(level)
        if tag == "form":
            self.form = None

    def link(
        self, attributes: Attributes, context: State, stack: Sequence[Level], *, is_area: bool
    ) -> FoundLink | None:
        """Take an a or area element with href, the last child of the innermost element of the stack."""
        found = self.found
        found.n_links += 1
        group = self.group
        if group >= 0:
            found.groups[group].n_links += 1
        if len(found.links) >= MAX_LINKS:
            return None
        path = self.paths.of_last(stack)
        link = FoundLink(
            attributes["href"] or "", attributes, is_area, context.region, group, is_hidden=context.is_hidden, path=path
        )
        found.links.append(link)
        return link

    def text_of(self, start: int, end: int, limit: int) -> str:
        """Give the text between two tags."""
        return joined_text(self._pieces[start : min(end, start + MAX_PIECES)], limit)

    def _capture(self, keep: Callable[[str], None], limit: int = MAX_SHORT_CHARACTERS) -> None:
        """Keep the text of the current element once it ends."""
        if len(self._captures) < MAX_CAPTURES:
            self._captures.append(Capture(self._level, self._place, limit, keep))

    def _keep(self, kept: list[Captured], attributes: Attributes, context: State, limit: int = 40_000) -> None:
        if len(kept) < MAX_OF_A_KIND:
            one = Captured(attributes, "", context.region)
            kept.append(one)
            self._capture(partial(setattr, one, "text"), limit)

    def _img(self, attributes: Attributes, _context: State) -> None:
        found = self.found
        found.n_images += 1
        alt = attributes.get("alt")
        if "alt" not in attributes:
            found.n_images_no_alt += 1
        link = self.runs.link
        if link is not None:
            link.n_images += 1
            if alt and link.alts is None:
                link.alts = [alt[: MAX_SHORT_CHARACTERS * 2]]
            elif alt and link.alts is not None and len(link.alts) < MAX_ALTS:
                link.alts.append(alt[: MAX_SHORT_CHARACTERS * 2])
        if len(found.images) < MAX_IMAGES:
            found.images.append((attributes, link is not None))

    def _resource(self, kind: str, name: str, attributes: Attributes) -> None:
        href = attributes.get(name)
        if href and len(self.found.resources) < MAX_RESOURCES:
            self.found.resources.append((kind, href))

    def _video(self, attributes: Attributes, _context: State) -> None:
        self._resource("media", "src", attributes)
        self._resource("image", "poster", attributes)

    def _meta(self, attributes: Attributes, _context: State) -> None:
        if len(self.found.metas) < MAX_OF_A_KIND:
            self.found.metas.append(attributes)

    def _link(self, attributes: Attributes, context: State) -> None:
        if "href" in attributes and len(self.found.link_elements) < MAX_OF_A_KIND:
            self.found.link_elements.append((attributes, context.tag == "head"))

    def _base(self, attributes: Attributes, _context: State) -> None:
        if self.found.base_href is None and "href" in attributes:
            self.found.base_href = attributes["href"] or ""

    def _title(self, attributes: Attributes, context: State) -> None:
        self.found.n_titles += 1
        self._keep(self.found.titles, attributes, context)

    def _h1(self, attributes: Attributes, context: State) -> None:
        self.found.n_h1 += 1
        self._keep(self.found.h1, attributes, context)

    def _h2(self, attributes: Attributes, context: State) -> None:
        self._keep(self.found.h2, attributes, context)

    def _address(self, attributes: Attributes, context: State) -> None:
        self._keep(self.found.addresses, attributes, context)

    def _time(self, attributes: Attributes, context: State) -> None:
        self._keep(self.found.times, attributes, context, 100)

    def _script(self, attributes: Attributes, context: State) -> None:
        self._resource("script", "src", attributes)
        kind = (attributes.get("type") or "")[:100].partition(";")[0].strip().lower()
        is_data = kind == "application/ld+json"
        kept = self.found.json_ld if is_data else self.found.scripts
        if (is_data or "src" not in attributes) and len(kept) < MAX_OF_A_KIND:
            text = self.raw_text()
            if self._n_script_characters <= 4 * MAX_SCRIPT_CHARACTERS:
                kept.append(Captured(attributes, text, context.region))
                self._n_script_characters += len(text)

    def raw_text(self) -> str:
        """Give the text of the script that begins here."""
        return self.raw_of(self._pieces[self._place].partition(">")[2])

    def raw_of(self, place: str) -> str:
        """Give a raw text by its place."""
        is_place = place.isascii() and place.isdecimal() and int(place) < len(self._raws)
        return self._raws[int(place)][:MAX_SCRIPT_CHARACTERS] if is_place else ""

    def _form(self, attributes: Attributes, context: State) -> None:
        self._resource("form", "action", attributes)
        if len(self.found.forms) < MAX_OF_A_KIND:
            self.form = form = FoundForm(attributes, context.region)
            self.found.forms.append(form)
            # White space at its ends says nothing; a parser takes the first line break of a textarea away.
            self._capture(lambda text: setattr(form, "text", text.strip()))

    def _input(self, attributes: Attributes, _context: State) -> None:
        kind = (attributes.get("type") or "text")[:20].lower()
        if kind == "image":
            self._resource("image", "src", attributes)
        self._control(kind, attributes)

    def _control(self, kind: str, attributes: Attributes) -> None:
        form = self.form
        if form is None or len(form.fields) >= MAX_OF_A_KIND:
            return
        names = [attributes.get(key) for key in ("name", "id", "placeholder", "value")]
        form.fields.append(" ".join((kind, *(name[:100] for name in names if name))).lower())

    def _html(self, attributes: Attributes, _context: State) -> None:
        self.found.html = attributes

    def _head(self, _attributes: Attributes, _context: State) -> None:
        self.n_heads += 1

    def _body(self, attributes: Attributes, _context: State) -> None:
        self.found.body = attributes

    def _comment_item(self, attributes: Attributes) -> None:
        kinds = (attributes.get("class") or "")[:400].lower().split()
        kind = (attributes.get("itemtype") or "")[:400].rstrip("/").rpartition("/")[2].lower()
        if kind != "comment" and _COMMENT_ITEM.isdisjoint(kinds):
            return
        ids = self.found.comment_ids
        digits = _DIGITS.search((attributes.get("id") or "")[:200])
        if len(ids) < MAX_BLOCKS:
            ids.add(digits[0][:20] if digits else f"#{len(ids)}")

    def _item(self, tag: str, attributes: Attributes, *, is_void: bool) -> None:
        level = self._level
        keep = self.items.enter(level, tag, attributes)
        if is_void:
            self.items.leave(level)
        elif keep is not None and len(self._captures) < MAX_CAPTURES + microdata.MAX_NESTING:
            self._captures.append(Capture(level, self._place, microdata.MAX_VALUE_CHARACTERS, keep))

    def _frame(self, attributes: Attributes, _context: State) -> None:
        self._resource("frame", "src", attributes)

    def _object(self, attributes: Attributes, _context: State) -> None:
        self._resource("frame", "data", attributes)

    def _media(self, attributes: Attributes, _context: State) -> None:
        self._resource("media", "src", attributes)

    def _textarea(self, attributes: Attributes, _context: State) -> None:
        self._control("textarea", attributes)

    def _select(self, attributes: Attributes, _context: State) -> None:
        self._control("select", attributes)

    def _button(self, attributes: Attributes, _context: State) -> None:
        self._control("button", attributes)

    handlers: ClassVar[dict[str, Handler]] = {
        "img": _img, "meta": _meta, "link": _link, "title": _title, "h1": _h1, "h2": _h2, "script": _script,
        "base": _base, "form": _form, "iframe": _frame, "frame": _frame, "embed": _frame, "object": _object,
        "source": _media, "track": _media, "audio": _media, "video": _video, "input": _input, "textarea": _textarea,
        "select": _select, "button": _button, "address": _address, "time": _time, "html": _html, "body": _body,
        "head": _head,
    }  # fmt: skip
    """What is done with each tag that has a handler."""
