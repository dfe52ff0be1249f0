"""Rules on text: duplicates, template, thin pages; and on structured data."""

from __future__ import annotations

from linkworthy.catalogue.rule import Rule
from linkworthy.rules.common import GOOGLE, INDEXABLE, PAGE

CATEGORY = "Content"
_DUPLICATE = GOOGLE + "crawling-indexing/consolidate-duplicate-urls"
_HELPFUL = GOOGLE + "fundamentals/creating-helpful-content"
_SEEN = (
    "nearest_url",
    "nearest_share",
    "duplicate_share",
    "common_share",
    "unique_share",
    "n_words",
    "n_referring_domains",
)
_SHARED = {
    **PAGE, "n_words": 100, "n_main_words": 100, "content_twins": 0, "duplicate_share": 0.5, "common_share": 0.2,
    "unique_share": 0.3, "nearest_share": 0.5,
}  # fmt: skip

CONTENT = (
    Rule(
        slug="content-exact-dup",
        title="Page with the same main text as another",
        category=CATEGORY,
        over="own_pages",
        severity="issue",
        priority="high",
        gate=INDEXABLE,
        where="content_twins > 0 and n_main_words >= 20",
        evidence=("content_twins", "n_main_words", "nearest_url", "n_referring_domains"),
        why="A search engine shows one of these pages, not always the one that you want, "
        "and links are divided among them.",
        fix="Keep one page and redirect the others to it, or name it as their canonical.",
        source=_DUPLICATE,
        limits="Pages of under 20 words are left out; variants of one address are listed under canonicals.",
        flags=({**_SHARED, "content_twins": 1, "n_main_words": 20},),
        passes=(
            _SHARED,
            {**_SHARED, "content_twins": 1, "n_main_words": 19},
            {**_SHARED, "content_twins": 1, "variant_of": "https://shop.example/Kettles"},
            {**_SHARED, "content_twins": 1, "is_indexable": False},
        ),
    ),
    Rule(
        slug="content-near-dup",
        title="Page that nearly repeats another",
        category=CATEGORY,
        over="own_pages",
        severity="warning",
        priority="medium",
        gate=INDEXABLE,
        where="content_twins = 0 and n_words * (1 - common_share) >= 50 and nearest_share >= 0.9 * (1 - common_share)",
        evidence=_SEEN,
        why="At least 90 % of what this page says stands on one other page; search engines will show one of the two.",
        fix="Merge the two pages, or give each its own text.",
        source=_DUPLICATE,
        limits="Measured in runs of seven words on the template-free text; pages with under 50 such words are "
        "left out.",
        flags=(
            {**_SHARED, "nearest_share": 0.9 * (1 - 0.2)},
            {**_SHARED, "n_words": 50, "common_share": 0.0, "nearest_share": 0.9},
        ),
        passes=(
            {**_SHARED, "nearest_share": 0.7},
            {**_SHARED, "nearest_share": 0.8, "content_twins": 1},
            {**_SHARED, "nearest_share": 0.8, "n_words": 49},
            {**_SHARED, "nearest_share": 0.8, "is_indexable": False},
        ),
    ),
    Rule(
        slug="content-internal-dup-share",
        title="Most of the page stands on other pages too",
        category=CATEGORY,
        over="own_pages",
        severity="warning",
        priority="medium",
        gate=INDEXABLE,
        where="content_twins = 0 and n_words * (1 - common_share) >= 50 "
        "and duplicate_share >= 0.5 * (1 - common_share)",
        evidence=_SEEN,
        why="Half of the page's own text or more is found elsewhere on the site, so there is little reason to show "
        "or to link this page.",
        fix="Write what is special about this page, or merge it with the pages that it repeats.",
        source=_DUPLICATE,
        limits="The template (menus, footers, boxes on most pages) is left out. Pages with under 50 words of their own "
        "are too.",
        flags=(
            {**_SHARED, "duplicate_share": 0.4},
            {**_SHARED, "n_words": 50, "common_share": 0.0, "duplicate_share": 0.5},
        ),
        passes=(
            {**_SHARED, "duplicate_share": 0.39},
            {**_SHARED, "content_twins": 1},
            {**_SHARED, "n_words": 49},
            {**_SHARED, "is_indexable": False},
        ),
    ),
    Rule(
        slug="content-common-share",
        title="Page that is mostly template",
        category=CATEGORY,
        over="own_pages",
        severity="notice",
        priority="low",
        gate=INDEXABLE,
        where="common_share >= 0.7",
        evidence=_SEEN,
        why="Menus, footers and boxes make up most of the words. It is shown apart "
        "from duplicates, because every site has a template.",
        fix="Nothing, if the page does its work; else give it more to say.",
        source=_HELPFUL,
        flags=({**_SHARED, "common_share": 0.7},),
        passes=({**_SHARED, "common_share": 0.69}, {**_SHARED, "common_share": 0.7, "is_indexable": False}),
    ),
    Rule(
        slug="content-unique-share-low",
        title="Less than a fifth of the page is its own",
        category=CATEGORY,
        over="own_pages",
        severity="warning",
        priority="medium",
        gate=INDEXABLE,
        where="content_twins = 0 and unique_share < 0.2 and duplicate_share >= 0.3",
        evidence=_SEEN,
        why="Four fifths of the words are template or stand on other pages.",
        fix="Write what is special about this page, or merge it with the pages that it repeats.",
        source=_DUPLICATE,
        flags=({**_SHARED, "unique_share": 0.19, "duplicate_share": 0.3},),
        passes=(
            {**_SHARED, "unique_share": 0.2},
            {**_SHARED, "unique_share": 0.1, "duplicate_share": 0.29},
            {**_SHARED, "unique_share": 0.1, "content_twins": 1},
            {**_SHARED, "unique_share": 0.1, "is_indexable": False},
        ),
    ),
    Rule(
        slug="content-low",
        title="Page with little text",
        category=CATEGORY,
        over="own_pages",
        severity="opportunity",
        priority="medium",
        gate=f"{INDEXABLE} and not is_home",
        where="n_main_words < 200 and coalesce(page_kind, 'other') not in ('contact', 'profile', 'listing', 'product')",
        evidence=("n_main_words", "page_kind", "n_referring_domains"),
        why="There is little here that anybody could link to.",
        fix="Say more if there is more to say, or merge the page with another.",
        source=_HELPFUL,
        limits="Words are no measure of worth: a tool, a picture or a table may need none.",
        flags=({**_SHARED, "n_main_words": 199}, {**_SHARED, "n_main_words": 199, "page_kind": "article"}),
        passes=(
            {**_SHARED, "n_main_words": 200},
            *({**_SHARED, "page_kind": kind} for kind in ("contact", "profile", "listing", "product")),
            {**_SHARED, "is_home": True},
            {**_SHARED, "is_indexable": False},
        ),
    ),
    Rule(
        slug="content-lang-mismatch",
        title="Language named is not the language written",
        category=CATEGORY,
        over="own_pages",
        severity="warning",
        priority="medium",
        gate=INDEXABLE,
        where="language_share >= 0.9 and lower(left(html_lang, 2)) <> language and language <> 'la' "
        "and n_main_words >= 50",
        evidence=("html_lang", "language", "language_share"),
        why="Screen readers pronounce it wrongly, and browsers offer to translate it.",
        fix="Write the right code into the lang attribute of html.",
        source="https://www.w3.org/International/questions/qa-html-language-declarations",
        flags=({**_SHARED, "html_lang": "EN", "language": "de", "language_share": 0.9, "n_main_words": 50},),
        passes=(
            {**_SHARED, "html_lang": "DE-at", "language": "de", "language_share": 0.9},
            {**_SHARED, "html_lang": "en", "language": "de", "language_share": 0.89},
            {**_SHARED, "html_lang": "en", "language": "de", "language_share": 0.9, "n_main_words": 49},
            {**_SHARED, "html_lang": "en", "language": "de", "language_share": 0.9, "is_indexable": False},
            {**_SHARED, "html_lang": "en", "language": "la", "language_share": 0.9, "n_main_words": 50},
        ),
        limits="Text that seems to be Latin is not judged: it mostly stands for a text to come.",
    ),
    Rule(
        slug="sd-parse",
        title="Structured data that cannot be read",
        category=CATEGORY,
        over="own_structured",
        severity="issue",
        priority="high",
        gate="is_indexable",
        where="fault is not null",
        evidence=("syntax", "fault"),
        why="Search engines ignore the whole block.",
        fix="Correct the syntax or the context; the fault names the place.",
        source=GOOGLE + "appearance/structured-data/intro-structured-data",
        flags=({"is_indexable": True, "syntax": "json-ld", "fault": "unexpected end"},),
        passes=({"is_indexable": True, "syntax": "json-ld"}, {"is_indexable": False, "fault": "unexpected end"}),
    ),
)
