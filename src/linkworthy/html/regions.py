"""Which part of a page an element is: from its tag, its ARIA role and the words of its class and id.

The rules are deliberately few. A region is inherited until an element says otherwise, and ``transition`` decides whom
to believe.
"""

from __future__ import annotations

import re
from functools import lru_cache

from linkworthy.html.lists import words

BODY = ""
"""Nothing has said yet which part this is; it counts as main."""

_BY_ROLE = {
    "navigation": "nav", "menu": "nav", "menubar": "nav", "banner": "header", "contentinfo": "footer",
    "complementary": "sidebar",
    "main": "main!", "article": "main", "search": "header",
}  # fmt: skip
_BY_TAG = {
    "nav": "nav",
    "aside": "sidebar",
    "main": "main!",
    "article": "main",
    "header": "header?",
    "footer": "footer?",
}
SEMANTIC_TAGS = frozenset(_BY_TAG)
"""Tags that say a region without any attribute."""

_ENTERED_FROM = {
    BODY: frozenset({"comment", "author", "nav", "footer", "header", "sidebar", "main"}),
    "main": frozenset({"comment", "author", "nav", "footer", "sidebar", "main"}),
    "header": frozenset({"nav", "main", "comment"}),
    "sidebar": frozenset({"nav", "comment"}),
    "comment": frozenset({"author"}),
    "nav": frozenset[str](),
    "footer": frozenset[str](),
    "author": frozenset[str](),
}
"""What an element may say to be believed inside a region: a footer's content and a menu's header stay what they are."""
_ORDER = ("comment", "author", "nav", "footer", "header", "sidebar", "main")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_SPLIT = re.compile(r"[\W_\d]+")
_WRAPPER = re.compile(
    r"(?:^|[-_ ])(?:wrap|wrapper|container|page|layout|has|with|no|row|col|is)(?:$|[-_ ])", re.IGNORECASE
)
_MAX_ATTRIBUTE = 200
"""Characters of class and id that are looked at."""


@lru_cache(maxsize=1)
def _lists() -> tuple[frozenset[str], frozenset[str], tuple[tuple[str, frozenset[str]], ...]]:
    lists = words("regions")
    inner = frozenset(lists["inner"])
    not_comment = frozenset(lists["not_comment"])
    return inner, not_comment, tuple((name, frozenset(lists[name])) for name in _ORDER)


def hint(tag: str, class_: str | None, ident: str | None, role: str | None) -> str | None:
    """Say what an element says it is: a region, ``main!`` (beyond doubt), ``header?`` or ``footer?`` (of what?)."""
    if role:
        named = _BY_ROLE.get(role.strip().lower())
        if named:
            return named
    if tag in {"body", "html", "h1"}:
        return None
    by_class = None
    if class_ or ident:
        by_class = _by_words((class_ or "")[:_MAX_ATTRIBUTE], (ident or "")[:_MAX_ATTRIBUTE])
    by_tag = _BY_TAG.get(tag)
    if by_tag is None or by_tag == "main!":
        return by_tag or by_class
    return by_class if by_class in {"comment", "author", "nav"} else by_tag


@lru_cache(maxsize=32_768)
def _by_words(class_: str, ident: str) -> str | None:
    inner, not_comment, lists = _lists()
    for name in (ident, *class_.split()):
        if not name:
            continue
        parts = frozenset(_SPLIT.split(_CAMEL.sub("-", name).lower()))
        for region, known in lists:
            if not parts & known or (region != "main" and _WRAPPER.search(name)):
                continue
            if region == "comment" and parts & not_comment:
                continue
            if region in {"header", "footer"} and parts & inner:
                continue
            return region
    return None


def transition(current: str, said: str) -> str:
    """Decide the region of an element inside ``current`` that says it is ``said``."""
    if said == "main!":
        return "main"
    if said in {"header?", "footer?"}:
        # The header of an article belongs to the article.
        return current or said[:-1]
    return said if said in _ENTERED_FROM[current] else current
