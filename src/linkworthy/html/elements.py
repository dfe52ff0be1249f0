"""What each kind of element gives: one method a tag."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from linkworthy.html.fold import MAX_SHORT_CHARACTERS
from linkworthy.html.gathered import Attributes, Captured, FoundForm, FoundLink, Gathered
from linkworthy.html.runs import SEEN, SVG, Context, Runs

MAX_LINKS = 100_000
"""Links a page that are kept; search engines read a few thousand."""
MAX_IMAGES = 20_000
"""Images a page that are kept."""
MAX_RESOURCES = 5_000
"""Resources a page that are kept."""
MAX_OF_A_KIND = 1_000
"""metas, link elements, scripts, headings, forms that are kept of each kind."""
MAX_STEPS = 40
"""Steps of an element path."""
MAX_CAPTURES = 16
"""Elements inside one another whose text is kept at once."""
MAX_SCRIPT_CHARACTERS = 1_000_000
"""Characters of one script that are kept, and four times as many of all together."""


class Capture:
    """An open element whose text is kept."""

    __slots__ = ("left", "parts", "target")

    def __init__(self, target: Captured | FoundForm, limit: int) -> None:
        self.target = target
        self.left = limit
        self.parts: list[str] = []


class Frame:
    """An open element."""

    __slots__ = ("capture", "context", "counts", "is_link", "is_scope", "n", "path", "tag")

    def __init__(self, tag: str, context: Context, n: int) -> None:
        self.tag = tag
        self.context = context
        self.n = n
        self.counts: dict[str, int] | None = None
        self.path: str | None = None
        self.capture: Capture | None = None
        self.is_link = False
        self.is_scope = False


class Elements:
    """Keeps what elements say; ``frame`` is the innermost open element, already the one that a method is called for."""

    def __init__(self) -> None:
        self.found = Gathered()
        self.runs = Runs(self.found)
        self.frame = Frame("", ("", False, "html", -1, SEEN), 1)
        self.frame.path = ""
        self.stack = [self.frame]
        self.captures: list[Capture] = []
        self.form: FoundForm | None = None
        self.n_script_characters = 0
        self.by_tag: dict[str, Callable[[Attributes], None]] = {
            "a": self._a, "area": self._area, "img": self._img, "meta": self._meta, "link": self._link,
            "title": self._title,
            "h1": self._h1, "h2": self._h2, "script": self._script, "base": self._base, "form": self._form,
            "iframe": partial(self._resource, "frame", "src"), "frame": partial(self._resource, "frame", "src"),
            "embed": partial(self._resource, "frame", "src"), "object": partial(self._resource, "frame", "data"),
            "source": partial(self._resource, "media", "src"), "track": partial(self._resource, "media", "src"),
            "audio": partial(self._resource, "media", "src"), "video": self._video, "input": self._input,
            "textarea": partial(self._control, "textarea"), "select": partial(self._control, "select"),
            "button": partial(self._control, "button"), "address": self._address,
            "time": self._time, "html": self._html, "body": self._body, "br": self._br,
        }  # fmt: skip

    def capture(self, target: Captured | FoundForm, limit: int = MAX_SHORT_CHARACTERS) -> None:
        """Keep the text of the current element."""
        if len(self.captures) < MAX_CAPTURES and self.frame.capture is None:
            self.frame.capture = Capture(target, limit)
            self.captures.append(self.frame.capture)

    def _keep(self, kept: list[Captured], attributes: Attributes, limit: int = MAX_SHORT_CHARACTERS) -> None:
        if len(kept) < MAX_OF_A_KIND:
            one = Captured(attributes, "", self.frame.context[0])
            kept.append(one)
            self.capture(one, limit)

    def _path(self) -> str:
        """Give the path of the current element from body; each open element works its own out once."""
        stack = self.stack
        # html and body are no steps, and a path is no deeper than MAX_STEPS.
        last = min(len(stack), MAX_STEPS + 3) - 1
        first = last
        while stack[first].path is None:
            first -= 1
        for n in range(first + 1, last + 1):
            one = stack[n]
            above = stack[n - 1].path
            if n <= 2:
                one.path = ""
            else:
                one.path = f"{above} > {one.tag}:nth-of-type({one.n})" if above else f"{one.tag}:nth-of-type({one.n})"
        return stack[last].path or ""

    def _a(self, attributes: Attributes) -> None:
        link = self._found_link(attributes, is_area=False)
        if link is not None:
            self.runs.open_link(link)
            self.frame.is_link = True

    def _area(self, attributes: Attributes) -> None:
        link = self._found_link(attributes, is_area=True)
        if link is not None:
            counts = self.frame.counts or {}
            n = counts["area"] = counts.get("area", 0) + 1
            self.frame.counts = counts
            link.path = f"{link.path} > area:nth-of-type({n})" if link.path else f"area:nth-of-type({n})"

    def _found_link(self, attributes: Attributes, *, is_area: bool) -> FoundLink | None:
        if "href" not in attributes:
            return None
        found = self.found
        found.n_links += 1
        region, is_hidden, _, group, _ = self.frame.context
        if group >= 0:
            found.groups[group].n_links += 1
        if len(found.links) >= MAX_LINKS:
            self.runs.close_link()
            return None
        link = FoundLink(attributes["href"] or "", attributes, is_area, region, group, is_hidden, self._path())
        found.links.append(link)
        return link

    def _img(self, attributes: Attributes) -> None:
        found = self.found
        found.n_images += 1
        alt = attributes.get("alt")
        if "alt" not in attributes:
            found.n_images_no_alt += 1
        link = self.runs.link
        if link is not None:
            link.n_images += 1
            if alt and len(link.alts) < 20:
                link.alts.append(alt[: MAX_SHORT_CHARACTERS * 2])
        if len(found.images) < MAX_IMAGES:
            found.images.append((attributes, link is not None))

    def _resource(self, kind: str, name: str, attributes: Attributes) -> None:
        href = attributes.get(name)
        if href and len(self.found.resources) < MAX_RESOURCES:
            self.found.resources.append((kind, href))

    def _video(self, attributes: Attributes) -> None:
        self._resource("media", "src", attributes)
        self._resource("image", "poster", attributes)

    def _meta(self, attributes: Attributes) -> None:
        if len(self.found.metas) < MAX_OF_A_KIND:
            self.found.metas.append(attributes)

    def _link(self, attributes: Attributes) -> None:
        if "href" in attributes and len(self.found.link_elements) < MAX_OF_A_KIND:
            self.found.link_elements.append((attributes, self.frame.tag == "head"))

    def _base(self, attributes: Attributes) -> None:
        if self.found.base_href is None and "href" in attributes:
            self.found.base_href = attributes["href"] or ""

    def _title(self, attributes: Attributes) -> None:
        if self.frame.context[4] != SVG:
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
        self._resource("script", "src", attributes)
        kind = (attributes.get("type") or "")[:100].partition(";")[0].strip().lower()
        if self.n_script_characters > 4 * MAX_SCRIPT_CHARACTERS:
            return
        if kind == "application/ld+json":
            self._keep(self.found.json_ld, attributes, MAX_SCRIPT_CHARACTERS)
        elif "src" not in attributes:
            self._keep(self.found.scripts, attributes, MAX_SCRIPT_CHARACTERS)

    def _form(self, attributes: Attributes) -> None:
        self._resource("form", "action", attributes)
        if len(self.found.forms) < MAX_OF_A_KIND:
            self.form = FoundForm(attributes, self.frame.context[0])
            self.found.forms.append(self.form)
            self.capture(self.form)

    def _input(self, attributes: Attributes) -> None:
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

    def _html(self, attributes: Attributes) -> None:
        self.found.html = attributes

    def _body(self, attributes: Attributes) -> None:
        self.found.body = attributes

    def _br(self, _attributes: Attributes) -> None:
        context = self.frame.context
        if context[4] == SEEN:
            self.runs.text("\n", context)
