"""Rules on what a page says: placeholders, soft errors, reading ease, its share of text, copies, age."""

from __future__ import annotations

from linkworthy.engine.embedded import quoted
from linkworthy.metrics.wordlists import word_file
from linkworthy.rules.common import GOOGLE, INDEXABLE, PAGE, SITE
from linkworthy.rules.forms import Form

CATEGORY = "Content"
_HELPFUL = GOOGLE + "fundamentals/creating-helpful-content"
_SPAM = GOOGLE + "essentials/spam-policies"
_NOTHING = quoted("|".join(word_file("placeholders")["missing"]["patterns"]))
_LONG = {**PAGE, "n_words": 900, "n_main_words": 500}

_page = Form(
    category=CATEGORY, over="own_pages", row=_LONG, gate=INDEXABLE, closed=({"is_indexable": False},), source=_HELPFUL,
    shows="n_referring_domains",
)  # fmt: skip

TEXTS = (
    _page(
        "content-lorem", "Text that stands for a text to come", "warning high", "placeholder is not null",
        bad={"placeholder": "Lorem ipsum dolor sit amet"}, good={}, shows="placeholder",
        why="The page was put up before it was written, and readers see it.",
        fix="Write the text, or take the page down.",
        limits="A page about such texts is flagged as well.",
    ),
    _page(
        "content-soft-404", "Page says that there is nothing, and answers 200", "warning high",
        f"(regexp_matches(lower(title), {_NOTHING}) or regexp_matches(lower(h1), {_NOTHING})) and n_main_words < 200",
        bad=(
            {"title": "Page not found | Shop", "h1": "Oh", "n_main_words": 199},
            {"title": "Shop", "h1": "404", "n_main_words": 9},
        ),
        good=(
            {"title": "404 errors explained: a guide", "h1": "404 error", "n_main_words": 200},
            {"title": "Kettles", "h1": "Red kettles", "n_main_words": 9},
        ),
        shows="title h1 n_main_words n_inlinks",
        why="Search engines treat it as an error, and links to it lead nowhere; only the status hides it from you.",
        fix="Answer 404 or 410, or redirect (301) to what took its place.",
        source=GOOGLE + "crawling-indexing/http-network-errors#soft-404-errors",
        limits="Told by the title or first heading in twelve languages, on pages with under 200 words.",
    ),
    _page(
        "content-readability-hard", "Text that is hard to read", "notice low",
        "reading_ease >= 30 and reading_ease < 50",
        bad={"reading_ease": 30.0}, good=({"reading_ease": 50.0}, {"reading_ease": 29.9}),
        shows="reading_ease language",
        why="Long sentences of long words lose readers who could be won.",
        fix="Shorten sentences, and use common words.",
        source="https://doi.org/10.1037/h0057532",
        limits="Flesch reading ease of the first paragraphs, for English, German, Spanish, French, Italian and Dutch; "
        "texts "
        "for specialists may be hard.",
    ),
    _page(
        "content-readability-very-hard", "Text that is very hard to read", "notice low", "reading_ease < 30",
        bad={"reading_ease": 29.9}, good={"reading_ease": 30.0}, shows="reading_ease language",
        why="It reads like a contract or a thesis.", fix="Shorten sentences, and use common words.",
        source="https://doi.org/10.1037/h0057532",
        limits="Flesch reading ease of the first paragraphs; code, names and lists of numbers make it look harder "
        "than it is.",
    ),
    _page(
        "content-spelling", "Words that no dictionary knows", "notice medium", "n_misspelt > 0",
        bad={"n_misspelt": 1}, good={"n_misspelt": 0}, shows="n_misspelt language",
        why="Mistakes cost trust.", fix="Correct them; put names on the list of exceptions.",
    ),
    _page(
        "content-grammar", "Faults of grammar", "notice medium", "n_grammar_faults > 0",
        bad={"n_grammar_faults": 1}, good={"n_grammar_faults": 0}, shows="n_grammar_faults language",
        why="Mistakes cost trust.", fix="Correct them.",
    ),
    _page(
        "content-semantic-dup", "Page that means the same as another", "warning medium", "nearest_meaning >= 0.95",
        bad={"nearest_meaning": 0.95}, good={"nearest_meaning": 0.94}, shows="nearest_meaning",
        why="Two pages answer one question in other words, and divide its links and visits.", fix="Merge them.",
        limits="Pages that share their words are found by content-near-dup without any model.",
    ),
    _page(
        "content-low-relevance", "Page that is far from what the site is about", "notice low", "site_meaning < 0.4",
        bad={"site_meaning": 0.39}, good={"site_meaning": 0.4}, shows="site_meaning",
        why="It draws readers and links for another subject.", fix="See whether it belongs here.",
    ),
    _page(
        "content-boilerplate-heavy", "Template outweighs the text two to one", "opportunity low",
        "n_words - n_main_words > 2 * n_main_words and n_words >= 300",
        bad={"n_words": 300, "n_main_words": 99},
        good=({"n_words": 300, "n_main_words": 100}, {"n_words": 299, "n_main_words": 9}),
        shows="n_words n_main_words",
        gate="coalesce(page_kind, 'other') not in ('listing', 'home', 'directory', 'contact')",
        closed=tuple({"page_kind": kind} for kind in ("listing", "home", "directory", "contact")),
        why="Menus and boxes drown what the page has to say.", fix="Shorten menus and footers, or say more.",
    ),
    _page(
        "content-text-ratio", "Under a tenth of the HTML is text", "notice low",
        "n_text_characters * 10 < n_decoded_bytes and n_decoded_bytes > 100000",
        bad={"n_text_characters": 10_000, "n_decoded_bytes": 100_001},
        good=({"n_text_characters": 10_001, "n_decoded_bytes": 100_010},
            {"n_text_characters": 1, "n_decoded_bytes": 100_000}),
        shows="n_text_characters n_decoded_bytes",
        why="Styles, data and scripts are written into the page and sent anew with each.",
        fix="Move them into files of their own, which browsers keep.",
        limits="The share is no measure of worth, and small pages are left out; what counts is the weight.",
    ),
    _page(
        "content-cross-domain-dup", "Page of another site with the same text", "warning high", "n_copies_elsewhere > 0",
        bad={"n_copies_elsewhere": 1}, good={"n_copies_elsewhere": 0}, shows="n_copies_elsewhere n_main_words",
        why="A copy, a syndicated text or a scraper: search engines choose one of the two.",
        fix="Ask for a canonical or a link to your page; report copies that harm.", needs="other_sites",
        source=GOOGLE + "crawling-indexing/consolidate-duplicate-urls",
        limits="Only pages of other sites that were read, as the linking ones are, can be compared.",
    ),
    _page(
        "content-encoding", "Text that is garbled, or not declared as UTF-8", "warning medium",
        "garbled is not null or coalesce(is_charset_late, false) or coalesce(is_charset_disputed, false) "
        "or (declared_charset is not null and lower(declared_charset) not in ('utf-8', 'utf8'))",
        bad=({"garbled": "CafÃ©"}, {"declared_charset": "windows-1252"}, {"is_charset_late": True},
            {"is_charset_disputed": True}),
        good=({}, {"declared_charset": "UTF-8"}, {"declared_charset": "utf8"}, {"is_charset_late": False}),
        shows="garbled charset declared_charset is_charset_disputed is_charset_late",
        why="Readers see signs where letters should be, or one wrong header is enough for it; where header and meta "
        "disagree, a copy that is opened without the header is read wrongly.",
        fix="Store and send everything as UTF-8, and declare it.", source="https://encoding.spec.whatwg.org/",
        limits="A page that shows such signs on purpose is flagged as well; a page without any declaration is not.",
    ),
    _page(
        "content-stale", "Page that is found and over two years old", "opportunity low",
        "age_days > 730 and impressions > 0",
        bad={"age_days": 731, "impressions": 1.0},
        good=({"age_days": 730, "impressions": 1.0}, {"age_days": 731, "impressions": 0.0}),
        shows="published_at modified_at impressions clicks",
        why="It is shown in search, and readers see its old date.",
        fix="Check what it says, and date it anew only if you changed it.", needs="search",
    ),
    _page(
        "content-hidden-text", "Text that nobody can see", "warning medium", "n_hidden_words >= 50",
        bad={"n_hidden_words": 50}, good={"n_hidden_words": 49}, shows="n_hidden_words",
        why="Text for search engines alone is against their rules.", fix="Show it, or remove it.",
        source=_SPAM + "#hidden-text-and-links", needs="browser",
    ),
    _page(
        "content-thin-indexable-archive", "Archive page with hardly an entry", "opportunity medium",
        "regexp_matches(path, '(?i)/(tags?|category|categories|author|archive|topics?|schlagwort|kategorie|etiqueta|"
        "[12][0-9]{3}/[01]?[0-9])/') and n_main_links < 3 and page_kind is distinct from 'article'",
        bad={"path": "/tag/red/", "n_main_links": 2, "page_kind": "listing"},
        good=({"path": "/tag/red/", "n_main_links": 3, "page_kind": "listing"},
            {"path": "/stag/red/", "n_main_links": 2, "page_kind": "listing"},
            {"path": "/2026/01/red/", "n_main_links": 2, "page_kind": "article"}),
        shows="path n_main_links n_main_words",
        why="Hundreds of lists of one or two entries add nothing to the entries themselves.",
        fix="Say noindex on lists of under three entries, or use fewer tags.",
    ),
    _page(
        "ai-answer-structure", "Heading asks, and no sentence answers", "notice low",
        "n_unanswered >= 2 and n_unanswered * 2 >= n_questions",
        bad={"n_unanswered": 2, "n_questions": 4},
        good=({"n_unanswered": 1, "n_questions": 1}, {"n_unanswered": 2, "n_questions": 5}),
        shows="n_questions n_unanswered",
        why="Machines that answer questions quote the sentence after the heading; here there is none.",
        fix="Begin each answer with a sentence that answers.",
        limits="Answers that open on a click may stand elsewhere in the HTML.",
    ),
    Form(
        category=CATEGORY, over="families", row={"url": SITE + "towns/", "n_pages": 30, "n_indexable": 20},
        source=_SPAM + "#doorways",
        shows="n_indexable likeness typical_words on_page",
    )(
        "content-template-family", "Folder of pages that are much the same", "warning medium",
        "n_indexable >= 20 and likeness >= 0.8",
        bad={"likeness": 0.8}, good=({"likeness": 0.79}, {"n_indexable": 19, "likeness": 0.8}),
        why="Pages that differ in a town or a name alone are taken for doorways, and may be left out together.",
        fix="Say on each page what is true there only, or merge them.",
        limits="Half of the pages share four fifths of their words with another page.",
    ),
    Form(
        category=CATEGORY, over="search_queries", row={"url": "red kettles", "n_pages": 2, "n_rivals": 2},
        source=_HELPFUL, shows="pages impressions clicks",
    )(
        "content-cannibal", "Several own pages share one search query", "warning medium",
        "n_rivals >= 2 and impressions >= 100",
        bad={"impressions": 100.0}, good=({"impressions": 99.0}, {"n_rivals": 1, "impressions": 100.0}),
        why="Search engines change between them, and links and visits are divided.",
        fix="Choose the page that should be found, and link to it from the others, or merge them.",
        limits="A page counts as a rival with a fifth of the query's impressions. Same titles and headings are listed "
        "by "
        "title-duplicate and h1-duplicate.",
    ),
)  # fmt: skip
