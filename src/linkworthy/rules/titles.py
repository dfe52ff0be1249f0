"""Rules on titles, descriptions and first headings of pages that may be indexed."""

from __future__ import annotations

from linkworthy.catalogue.rule import Priority, Rule, Severity
from linkworthy.rules.common import GOOGLE, INDEXABLE, PAGE

CATEGORY = "Titles and descriptions"
_TITLE = GOOGLE + "appearance/title-link"
_SNIPPET = GOOGLE + "appearance/snippet"


def _length(
    slug: str, column: str, over: int, *, title: str, priority: Priority, why: str, fix: str, source: str
) -> Rule:
    """Give the rule that flags a text of more than so many characters."""
    return Rule(
        slug=slug,
        title=title,
        category=CATEGORY,
        over="own_pages",
        severity="opportunity",
        priority=priority,
        gate=INDEXABLE,
        where=f"coalesce(length({column}), 0) > {over}",
        evidence=(column,),
        why=why,
        fix=fix,
        source=source,
        limits="Characters stand for width on the screen, which the result page counts.",
        flags=({**PAGE, column: "x" * (over + 1)},),
        passes=({**PAGE, column: "x" * over}, {**PAGE, column: "x" * (over + 1), "is_indexable": False}),
    )


def _several(slug: str, column: str, *, title: str, severity: Severity, why: str, fix: str, source: str) -> Rule:
    """Give the rule that flags a page with more than one of an element."""
    return Rule(
        slug=slug,
        title=title,
        category=CATEGORY,
        over="own_pages",
        severity=severity,
        priority="medium",
        gate=INDEXABLE,
        where=f"{column} > 1",
        evidence=(column, "title", "description", "h1"),
        why=why,
        fix=fix,
        source=source,
        flags=({**PAGE, column: 2},),
        passes=({**PAGE, column: 1}, {**PAGE, column: 2, "is_indexable": False}),
    )


def _twins(slug: str, column: str, *, title: str, priority: Priority, why: str, fix: str, source: str) -> Rule:
    """Give the rule that flags a text that other indexable pages carry as well."""
    text = column.removesuffix("_twins")
    return Rule(
        slug=slug,
        title=title,
        category=CATEGORY,
        over="own_pages",
        severity="opportunity",
        priority=priority,
        gate=INDEXABLE,
        where=f"{column} > 0",
        evidence=(text, column),
        why=why,
        fix=fix,
        source=source,
        limits="Variants of one page are listed under canonicals, and not here.",
        flags=({**PAGE, column: 1},),
        passes=(
            {**PAGE, column: 0},
            {**PAGE, column: 1, "is_indexable": False},
            {**PAGE, column: 1, "variant_of": "https://shop.example/Kettles"},
        ),
    )


def _missing(
    slug: str, column: str, *, title: str, severity: Severity, priority: Priority, why: str, fix: str, source: str,
    is_text: bool = False, unless: str = "",
) -> Rule:  # fmt: skip
    """Give the rule that flags a text that is absent or empty; text of the body may come with scripts."""
    return Rule(
        slug=slug,
        title=title,
        category=CATEGORY,
        over="own_pages",
        severity=severity,
        priority=priority,
        gate=INDEXABLE,
        where=f"({column} is null or trim({column}) = ''){' and not is_shell' if is_text else ''}"
        f"{f' and not coalesce({unless}, false)' if unless else ''}",
        evidence=(column, "n_inlinks", "n_referring_domains"),
        why=why,
        fix=fix,
        source=source,
        flags=({**PAGE, "is_shell": False}, {**PAGE, "is_shell": False, column: " "}),
        passes=(
            {**PAGE, "is_shell": False, column: "Kettles"},
            {**PAGE, "is_shell": False, "is_indexable": False},
            *([{**PAGE, "is_shell": True}] if is_text else []),
            *([{**PAGE, "is_shell": False, unless: True}] if unless else []),
        ),
        limits="A page that holds no word and no link before its scripts run is left out unless a browser ran them."
        if is_text
        else "",
    )


TITLES = (
    _missing(
        "title-missing",
        "title",
        title="Page without title",
        severity="issue",
        priority="high",
        why="The title is the headline of the search result and of many links to the page; without one, "
        "machines make it up.",
        fix="Write a short title that says what this page offers.",
        source=_TITLE,
    ),
    _twins(
        "title-duplicate",
        "title_twins",
        title="Title that other pages share",
        priority="medium",
        why="Readers and search engines cannot tell these pages apart.",
        fix="Say in each title what is special about its page.",
        source=_TITLE,
    ),
    _length(
        "title-long",
        "title",
        60,
        title="Title over 60 characters",
        priority="medium",
        why="The search result cuts long titles off.",
        fix="Put what matters into the first 60 characters.",
        source=_TITLE,
    ),
    _several(
        "title-multiple",
        "n_titles",
        title="Page with several titles",
        severity="issue",
        why="Only one of them can be shown, and it may be the wrong one.",
        fix="Leave one title element.",
        source=_TITLE,
    ),
    _missing(
        "desc-missing",
        "description",
        title="Page without description",
        severity="opportunity",
        priority="low",
        why="The search result then shows any sentence of the page.",
        fix="Write one or two sentences that make the reader want to come.",
        source=_SNIPPET,
    ),
    _twins(
        "desc-duplicate",
        "description_twins",
        title="Description that other pages share",
        priority="low",
        why="A description that fits many pages describes none.",
        fix="Write one for each important page, and leave it out elsewhere.",
        source=_SNIPPET,
    ),
    _length(
        "desc-long",
        "description",
        155,
        title="Description over 155 characters",
        priority="low",
        why="The search result cuts it off.",
        fix="Put what matters first.",
        source=_SNIPPET,
    ),
    _several(
        "desc-multiple",
        "n_descriptions",
        title="Page with several descriptions",
        severity="issue",
        why="Only one of them can be shown.",
        fix="Leave one description; look for a second plugin.",
        source=_SNIPPET,
    ),
    _missing(
        "h1-missing",
        "h1",
        title="Page without main heading",
        severity="issue",
        priority="medium",
        why="Readers, screen readers and search engines look for one heading that says what the page is about.",
        fix="Make the headline of the page its h1.",
        source=_TITLE,
        is_text=True,
        unless="is_h1_an_image",
    ),
    _several(
        "h1-multiple",
        "n_h1",
        title="Page with several main headings",
        severity="warning",
        why="It is not clear which of them says what the page is about.",
        fix="Leave one h1, and make the others h2.",
        source=_TITLE,
    ),
    _twins(
        "h1-duplicate",
        "h1_twins",
        title="Main heading that other pages share",
        priority="low",
        why="Readers cannot tell which of the pages they are on.",
        fix="Say in each heading what is special about its page.",
        source=_TITLE,
    ),
)
