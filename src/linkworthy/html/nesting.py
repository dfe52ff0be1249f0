"""Which documents a tree builder would leave as they are written.

Most of what a tree builder does is repair: implied end tags, misnested formatting, content that a table may not hold.
A document that needs none of it, with every end tag in its place, can be read from its tags alone, in a third of the
time. The rules here err on one side: whatever might be repaired is refused, and then a parser builds the document.
``tests/html/test_html_agreement.py`` compares both ways on real, generated and broken documents.

Source: https://html.spec.whatwg.org/multipage/parsing.html#tree-construction
"""

from __future__ import annotations

from linkworthy.html.tags import VOID_TAGS

Flags = frozenset[str]
"""What is open around an element and bears on what it may hold."""

NONE: Flags = frozenset()
HEAD_NOSCRIPT = "noscript in head"
"""Flag of a noscript element in the head, which holds nothing but metadata."""
_HEAD_TAGS = frozenset({"title", "meta", "link", "script", "style", "base", "noscript"})
_CHILDREN = {
    "": frozenset({"html"}),
    "html": frozenset({"head", "body"}),
    "head": _HEAD_TAGS,
    "table": frozenset({"caption", "colgroup", "thead", "tbody", "tfoot", "tr"}),
    "colgroup": frozenset({"col"}),
    "thead": frozenset({"tr"}),
    "tbody": frozenset({"tr"}),
    "tfoot": frozenset({"tr"}),
    "tr": frozenset({"td", "th"}),
    "select": frozenset({"option", "optgroup"}),
    "optgroup": frozenset({"option"}),
    "datalist": frozenset({"option"}),
    **dict.fromkeys(
        ("title", "textarea", "script", "style", "iframe", "noembed", "noframes", "xmp", "option"), frozenset[str]()
    ),
}
"""What these elements may hold, and nothing else."""
NO_TEXT = frozenset({"", "html", "head", "table", "colgroup", "thead", "tbody", "tfoot", "tr"})
"""Elements whose text, beyond white space, a tree builder puts elsewhere."""
_REFUSED = frozenset(
    {
        "html", "head", "body", "frameset", "frame", "plaintext", "image", "isindex", "template", "rb", "rt", "rtc",
        "rp", "applet", "marquee", "xmp", "noembed", "noframes", "math", "listing", "nobr", "caption", "col",
        "colgroup",
        "thead", "tbody", "tfoot", "tr", "td", "th", "option", "optgroup", "keygen", "basefont", "bgsound", "menuitem",
        "param", "base", "selectedcontent",
    }
)  # fmt: skip
"""Tags that a tree builder moves, renames or ignores outside the one place where they belong."""
_FOREIGN = frozenset(
    [
        "a",
        "animate",
        "animatetransform",
        "circle",
        "clippath",
        "defs",
        "desc",
        "ellipse",
        "feblend",
        "fecolormatrix",
        "fecomposite",
        "feflood",
        "fegaussianblur",
        "femerge",
        "femergenode",
        "feoffset",
        "filter",
        "g",
        "image",
        "line",
        "lineargradient",
        "mask",
        "metadata",
        "path",
        "pattern",
        "polygon",
        "polyline",
        "radialgradient",
        "rect",
        "set",
        "stop",
        "switch",
        "symbol",
        "text",
        "textpath",
        "title",
        "tspan",
        "use",
    ]
)
"""SVG elements that hold one another without ado."""
_CLOSES_P = frozenset(
    [
        "address",
        "article",
        "aside",
        "blockquote",
        "center",
        "dd",
        "details",
        "dialog",
        "dir",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figcaption",
        "figure",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hgroup",
        "hr",
        "li",
        "listing",
        "main",
        "menu",
        "nav",
        "ol",
        "p",
        "plaintext",
        "pre",
        "search",
        "section",
        "summary",
        "table",
        "ul",
        "xmp",
    ]
)
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_ALONE = frozenset({"a", "button", "form"})
"""Elements that may not stand inside one of their own kind, however far up."""
_FORGETS = {
    "ul": frozenset({"li"}),
    "ol": frozenset({"li"}),
    "dl": frozenset({"dd"}),
    **dict.fromkeys(("td", "th", "caption"), frozenset({"p", "li", "dd"})),
}

_ROWS = frozenset({"td", "th", "tr", "tbody", "/tr", "/tbody", "/thead", "/tfoot", "/table"})
_ENDED_BY = {
    "p": _CLOSES_P | {"p", "td", "th", "tr", "/td", "/th", "/body"} | {f"/{tag}" for tag in _CLOSES_P if tag != "p"},
    "li": frozenset({"li", "/ul", "/ol"}),
    "dd": frozenset({"dd", "dt", "/dl"}),
    "dt": frozenset({"dd", "dt", "/dl"}),
    "td": _ROWS - {"tbody"},
    "th": _ROWS - {"tbody"},
    "tr": _ROWS - {"td", "th", "/tr"},
    "tbody": frozenset({"tbody", "tfoot", "/table"}),
    "thead": frozenset({"tbody", "tfoot", "/table"}),
}
"""Elements that may lack their end tag, and the tags that then end them where they are the innermost element."""


class NotPlainError(Exception):
    """The document may need a tree builder."""


def is_ended_by(tag: str, head: str) -> bool:
    """Tell whether the innermost element ends where a tag begins; ``head`` is a name, with a slash for an end tag."""
    return head in _ENDED_BY.get(tag, ())


def descend(parent: str, flags: Flags, tag: str, *, is_closed: bool) -> Flags:
    """Give the flags inside an element, and refuse it where a tree builder might do more than append it.

    ``is_closed`` says that its start tag ends in a slash.
    """
    if "foreign" in flags:
        if tag not in _FOREIGN or parent in {"desc", "metadata", "title"}:
            raise NotPlainError(tag)
        return _alone(flags, tag) if tag == "a" else flags
    if is_closed and tag not in VOID_TAGS and tag != "svg":
        raise NotPlainError(tag)
    children = _CHILDREN.get(parent)
    if children is not None:
        if tag not in children:
            raise NotPlainError(tag)
    elif tag in _REFUSED:
        raise NotPlainError(tag)
    if HEAD_NOSCRIPT in flags and tag not in {"link", "meta", "style"}:
        raise NotPlainError(tag)
    return _flags_inside(parent, flags, tag)


def _flags_inside(parent: str, flags: Flags, tag: str) -> Flags:
    if tag in _CLOSES_P and "p" in flags:
        raise NotPlainError(tag)
    if tag in _HEADINGS and parent in _HEADINGS:
        raise NotPlainError(tag)
    if tag == "svg":
        return flags | {"foreign"}
    if tag == "noscript" and parent == "head":
        return flags | {HEAD_NOSCRIPT}
    if tag == "p":
        return flags | {"p"}
    if tag in _ALONE:
        return _alone(flags, tag)
    if tag in {"li", "dd", "dt"}:
        name = "li" if tag == "li" else "dd"
        if name in flags:
            raise NotPlainError(tag)
        return flags | {name}
    return flags - _FORGETS.get(tag, NONE)


def _alone(flags: Flags, tag: str) -> Flags:
    if tag in flags:
        raise NotPlainError(tag)
    return flags | {tag}
