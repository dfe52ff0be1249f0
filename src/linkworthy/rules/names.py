"""Rules on names in search results and on headings: widths, placeholders, repeats, order."""

from __future__ import annotations

from linkworthy.engine.embedded import quoted
from linkworthy.metrics.wordlists import word_file
from linkworthy.rules.common import GOOGLE, INDEXABLE, PAGE
from linkworthy.rules.forms import Form

CATEGORY = "Titles and descriptions"
HEADINGS = "Headings"
_TITLE = GOOGLE + "appearance/title-link"
_SNIPPET = GOOGLE + "appearance/snippet"
_WCAG = "https://www.w3.org/WAI/tutorials/page-structure/headings/"
_NAMES = ", ".join(quoted(name) for name in word_file("placeholders")["title"]["names"])
_PATTERNS = quoted("|".join(word_file("placeholders")["title"]["patterns"]))

_page = Form(
    category=CATEGORY, over="own_pages", row=PAGE, gate=INDEXABLE, closed=({"is_indexable": False},), source=_TITLE
)
_desc = Form(
    category=CATEGORY, over="own_pages", row=PAGE, gate=INDEXABLE, closed=({"is_indexable": False},), source=_SNIPPET,
    shows="description",
)  # fmt: skip
_head = Form(
    category=HEADINGS, over="own_pages", row=PAGE, gate=INDEXABLE, closed=({"is_indexable": False},), source=_WCAG
)

NAMES = (
    _page(
        "title-short", "Title under 30 characters", "notice low", "length(title) < 30 and title_own_length < 20",
        bad={"title": "x" * 29, "title_own_length": 19},
        good=({"title": "x" * 30, "title_own_length": 19}, {"title": "x" * 29, "title_own_length": 20}),
        shows="title title_own_length",
        absent_is_known=True,
        why="The result has room for twice as much: a short title rarely says what the page offers and to whom.",
        fix="Add what sets the page apart; leave it, where the name says all.",
        limits="Only titles whose own part, without the site's name, is under 20 characters are listed.",
    ),
    _page(
        "title-wide", "Title wider than the result shows", "opportunity medium", "title_width > 561",
        bad={"title_width": 561.5}, good={"title_width": 561.0}, shows="title title_width",
        absent_is_known=True,
        why="The result cuts the title off at the end of its line.",
        fix="Put what matters first, and drop the rest.",
        limits="Measured in Arial of 20 pixels, as on a desktop; scripts that Arial lacks by the usual width of their "
        "letters.",
    ),
    _page(
        "title-narrow", "Title that fills less than a third of its line", "notice low", "title_width < 200",
        bad={"title_width": 199.5}, good={"title_width": 200.0}, shows="title title_width",
        absent_is_known=True,
        why="There is room to say more.", fix="Add what sets the page apart; leave it, where the name says all.",
    ),
    _page(
        "title-same-h1", "Title equals the main heading", "notice low", "lower(trim(title)) = lower(trim(h1))",
        bad={"title": "Kettles", "h1": "kettles "}, good={"title": "Kettles", "h1": "Pots"}, shows="title h1",
        absent_is_known=True,
        why="The title has a second chance to say what the page offers, and to name the site.",
        fix="Nothing, if the heading makes a good result by itself.",
        limits="A hint and no fault: many good pages do so.",
    ),
    _page(
        "title-outside-head", "Title stands outside the head", "issue high", "is_title_in_body",
        bad={"is_title_in_body": True}, good={"is_title_in_body": False}, shows="title",
        why="Search engines read titles in the head only.",
        fix="Find what closes the head too early, and move the title up.",
        source="https://html.spec.whatwg.org/multipage/semantics.html#the-title-element",
    ),
    _page(
        "title-boilerplate", "Title is little more than the site's name", "opportunity low",
        "title_own_length < 10 and title_own_length < length(title)",
        bad={"title": "Pots | Shop", "title_own_length": 9},
        good=({"title": "Red pots | Shop", "title_own_length": 10}, {"title": "Pots", "title_own_length": 4}),
        gate="not is_home", closed=({"is_home": True},), shows="title title_own_length",
        absent_is_known=True,
        why="Nine characters tell this page from all others of the site.",
        fix="Say in each title what is special about its page, before the name of the site.",
        limits="The site's name is what at least half of all titles end or begin with.",
    ),
    _page(
        "title-placeholder", "Title that a program left behind", "issue medium",
        f"lower(trim(title)) in ({_NAMES}) or regexp_matches(title, {_PATTERNS})",
        bad=(*({"title": name} for name in word_file("placeholders")["title"]["names"]),
            {"title": "Buy {{ product }}"}),
        good={"title": "Red kettles"}, shows="title n_inlinks",
        absent_is_known=True,
        why="It says nothing, or shows the reader a template's own words.",
        fix="Write a title, and look in the template for what was not filled in.",
        limits="A start page that is really called Home is flagged as well: its title should name the site.",
    ),
    _page(
        "title-stuffed", "Title that repeats a word three times", "warning low",
        "title_repeats >= 3",
        bad={"title_repeats": 3}, good={"title_repeats": 2}, shows="title",
        absent_is_known=True,
        why="Readers and search engines take it for an attempt to trick them; Google writes such titles anew.",
        fix="Say it once.",
        limits="Words of up to three letters are left out, as are scripts that do not part words.",
    ),
    _desc(
        "desc-short", "Description under 70 characters", "notice low", "length(description) < 70",
        bad={"description": "x" * 69}, good=({"description": "x" * 70}, {"description": None}),
        absent_is_known=True,
        why="The result has room for two sentences; search engines often replace short descriptions.",
        fix="Say in two sentences what the page offers and to whom.",
    ),
    _desc(
        "desc-wide", "Description wider than the result shows", "opportunity low", "description_width > 985",
        bad={"description_width": 985.5}, good={"description_width": 985.0}, shows="description_width",
        absent_is_known=True,
        why="The result cuts it off.", fix="Put what matters first.",
        limits="Measured in Arial of 14 pixels, as on a desktop; a phone shows less.",
    ),
    _desc(
        "desc-narrow", "Description that fills less than half its room", "notice low", "description_width < 400",
        bad={"description_width": 399.5}, good={"description_width": 400.0}, shows="description_width",
        absent_is_known=True,
        why="There is room to say more.", fix="Say in two sentences what the page offers and to whom.",
    ),
    _desc(
        "desc-outside-head", "Description stands outside the head", "issue medium", "is_description_in_body",
        bad={"is_description_in_body": True}, good={"is_description_in_body": False},
        why="Search engines read descriptions in the head only.",
        fix="Find what closes the head too early, and move the description up.",
    ),
    _desc(
        "desc-equals-title", "Description equals the title", "opportunity low",
        "lower(trim(description)) = lower(trim(title))",
        bad={"description": "Kettles ", "title": "kettles"}, good={"description": "All kettles", "title": "Kettles"},
        absent_is_known=True,
        why="The result says the same thing twice, and nothing more.", fix="Write a description, or leave it out.",
    ),
    _desc(
        "metakw-missing", "Page without keywords meta", "notice low",
        "n_keywords = 0 and keywords_share >= 0.5",
        bad={"n_keywords": 0, "keywords_share": 0.5},
        good=({"n_keywords": 1, "keywords_share": 0.5}, {"n_keywords": 0, "keywords_share": 0.49}),
        why="Most pages of the site keep keywords, and this one was left out. Search engines have ignored them for "
        "over fifteen years: it matters to those who search the site by them.",
        fix="Add them, or leave them off everywhere.",
        limits="Asked where half of the pages have them; the list of checks that this one comes from asks it of all.",
        source="https://developers.google.com/search/blog/2009/09/google-does-not-use-keywords-meta-tag",
    ),
    _desc(
        "metakw-duplicate", "Keywords meta that tells rivals your plan", "notice low", "length(keywords) > 0",
        bad={"keywords": "kettle"}, good={"keywords": ""}, shows="keywords",
        absent_is_known=True,
        why="Search engines ignore it, and competitors read it.", fix="Remove it.",
        source="https://developers.google.com/search/blog/2009/09/google-does-not-use-keywords-meta-tag",
        limits="The list of checks that this one comes from asks for repeats; every keywords meta is equally idle.",
    ),
    _desc(
        "metakw-multiple", "Page with several keywords metas", "notice low", "n_keywords > 1",
        bad={"n_keywords": 2}, good={"n_keywords": 1},
        why="Nothing for search; two plugins probably write metas.", fix="Look for the second plugin.",
        source="https://developers.google.com/search/blog/2009/09/google-does-not-use-keywords-meta-tag",
    ),
    _head(
        "h1-long", "Main heading over 70 characters", "notice low", "length(h1) > 70",
        bad={"h1": "x" * 71}, good={"h1": "x" * 70}, shows="h1",
        absent_is_known=True,
        why="A long heading is hard to take in at a glance.",
        fix="Shorten it, and move the rest into the first sentence.",
    ),
    _head(
        "h1-alt-text", "Main heading is an image", "warning low", "is_h1_an_image",
        bad={"is_h1_an_image": True}, good={"is_h1_an_image": False}, shows="h1",
        why="The heading is known by the alt text of an image alone, often the logo.",
        fix="Write the heading as text, and take the logo out of the h1.",
    ),
    _head(
        "h1-non-sequential", "Page does not begin with its main heading", "notice low",
        "n_h1 > 0 and left(heading_levels, 1) <> '1'",
        bad={"n_h1": 1, "heading_levels": "21"},
        good=({"n_h1": 1, "heading_levels": "12"}, {"n_h1": 0, "heading_levels": "2"}),
        shows="h1 heading_levels",
        why="Readers who listen to the page meet other headings first.",
        fix="Put the h1 first, and use no headings for menus and boxes.",
    ),
    _head(
        "h2-missing", "Long page without subheadings", "opportunity low",
        "len(h2) = 0 and n_main_words >= 600 and page_kind is distinct from 'forum'",
        bad={"h2": [], "n_main_words": 600, "page_kind": "article"},
        good=({"h2": ["Care"], "n_main_words": 600, "page_kind": "article"},
            {"h2": [], "n_main_words": 599, "page_kind": "article"},
            {"h2": [], "n_main_words": 600, "page_kind": "forum"}), shows="n_main_words",
        why="Nobody can see at a glance what the page holds, and no link can point to a part of it.",
        fix="Part the text by h2 headings.",
        limits="Asked of pages with 600 words or more, threads of forums left out; the list of "
        "checks that this one comes from asks it of all.",
    ),
    _head(
        "h2-duplicate", "Subheadings that another page has too", "notice low", "h2_twins > 0 and len(h2) >= 2",
        bad={"h2_twins": 1, "h2": ["Use", "Care"]},
        good=({"h2_twins": 0, "h2": ["Use", "Care"]}, {"h2_twins": 1, "h2": ["Use"]}), shows="h2 h2_twins",
        why="Two pages with the same plan often say the same things.", fix="See whether one page would do.",
        limits="The whole list of h2 must be the same; a single one, as Contents, recurs by design.",
    ),
    _head(
        "h2-long", "Subheading over 70 characters", "notice low", "length(long_heading) > 70",
        bad={"long_heading": "x" * 71}, good={"long_heading": "x" * 70}, shows="long_heading",
        absent_is_known=True,
        why="A long heading is hard to take in at a glance.", fix="Shorten it, and move the rest into the text.",
    ),
    _head(
        "h2-multiple", "Page with over 30 subheadings", "notice low", "len(h2) > 30",
        bad={"h2": ["x"] * 31}, good={"h2": ["x"] * 30}, shows="n_main_words",
        why="So many parts may be pages of their own.", fix="Part the page, or put h3 below fewer h2.",
        limits="Several h2 are as it should be; the list of checks that this one comes from counts every second one.",
    ),
    _head(
        "h2-non-sequential", "Second level of headings is not h2", "notice low",
        "regexp_matches(heading_levels, '^1+[3-6]')",
        bad={"heading_levels": "1324"}, good={"heading_levels": "1123"}, shows="heading_levels",
        why="Readers who move by headings miss a level.", fix="Follow the h1 with h2.",
    ),
    _head(
        "heading-skip", "Heading level left out", "notice low", "regexp_matches(heading_levels, '2[4-6]|3[56]|46')",
        bad={"heading_levels": "124"}, good={"heading_levels": "12342"}, shows="heading_levels",
        why="Readers who move by headings think that something is missing.",
        fix="Go down one level at a time; choose sizes in the style sheet.",
    ),
    _head(
        "heading-empty", "Heading without text", "warning low", "n_empty_headings > 0",
        bad={"n_empty_headings": 1}, good={"n_empty_headings": 0}, shows="n_empty_headings",
        why="A screen reader announces a heading and says nothing.", fix="Remove it, or give it its text.",
    ),
)  # fmt: skip
