"""Rules on directives for robots in metas and headers: what each forbids, and where they contradict."""

from __future__ import annotations

from dataclasses import replace

from linkworthy.rules.common import ANSWERED, GOOGLE, INDEXABLE, PAGE
from linkworthy.rules.forms import Form

CATEGORY = "Directives"
_SOURCE = GOOGLE + "crawling-indexing/robots-meta-tag"
_SEEN = "meta_robots x_robots_tag n_referring_domains"

_page = Form(
    category=CATEGORY, over="own_pages", row=PAGE, gate=ANSWERED, closed=({"status": 404},), shows=_SEEN, source=_SOURCE
)
_index = Form(
    category=CATEGORY, over="own_pages", row=PAGE, gate=INDEXABLE, closed=({"is_indexable": False},), shows=_SEEN,
    source=_SOURCE,
)  # fmt: skip


def _word(name: str) -> str:
    """Give the predicate that finds a directive as a whole word."""
    return f"regexp_matches(directives, '(^|[ ,;:]){name}([ ,;:]|$)')"


_NONE = _word("none").replace("directives", "regexp_replace(directives, 'max-[a-z-]+ *: *[a-z0-9-]+', '', 'g')")
"""None as a directive, not as the value of another."""

_BOT = "(googlebot|bingbot|msnbot|slurp|teoma|yandex|baidu|applebot|gptbot|otherbot|google-extended)[a-z-]* *:[^;]*"
_TO_ALL = f"regexp_replace(directives, '{_BOT}', '', 'g')"
"""What is said to all bots."""
_SAYS_INDEX = f"regexp_matches({_TO_ALL}, '(^|[ ,;])(index|all)([ ,;]|$)')"
_SAYS_NOINDEX = f"regexp_matches({_TO_ALL}, '(^|[ ,;])(noindex|none)([ ,;]|$)')"

DIRECTIVES = (
    _page(
        "dir-none", "Page says none", "warning high", _NONE,
        bad={"directives": "none"},
        good=tuple({"directives": said} for said in ("max-image-preview:none, nonesuch", "max-image-preview: none")),
        why="None stands for noindex and nofollow: the page is not shown, and none of its links counts.",
        fix="Remove it where the page should be found.",
    ),
    _page(
        "dir-noarchive", "Page says noarchive", "notice low", _word("noarchive"),
        bad={"directives": "index, noarchive"}, good={"directives": "index"},
        why="Google no longer shows stored copies; Bing and archives of the web may heed it.", fix="Nothing.",
    ),
    _index(
        "dir-nosnippet", "Page says nosnippet", "warning medium", _word("nosnippet"),
        bad={"directives": "nosnippet"}, good={"directives": "noarchive"},
        why="The result is a bare title, and answers written by machines may not quote the page.",
        fix="Remove it, unless nothing of the text may be shown; data-nosnippet hides a part.",
    ),
    _index(
        "dir-max-snippet", "Page forbids text in its result", "warning medium",
        "regexp_matches(directives, 'max-snippet *: *0([ ,;]|$)')",
        bad={"directives": "max-snippet:0"}, good={"directives": "max-snippet:50, max-snippet:-1"},
        why="It is nosnippet by another name.", fix="Write max-snippet:-1, or leave it out.",
        limits="Other lengths are a choice and are not listed.",
    ),
    _index(
        "dir-max-image", "Page forbids large pictures in its result", "opportunity low",
        "regexp_matches(directives, 'max-image-preview *: *(none|standard)')",
        bad=({"directives": "max-image-preview:none"}, {"directives": "max-image-preview: standard"}),
        good={"directives": "max-image-preview:large"},
        why="Large pictures bring more visits, and Discover asks for them.", fix="Write max-image-preview:large.",
        source=GOOGLE + "appearance/google-discover",
    ),
    _index(
        "dir-max-video", "Page forbids moving previews", "notice low",
        "regexp_matches(directives, 'max-video-preview *: *0([ ,;]|$)')",
        bad={"directives": "max-video-preview:0"}, good={"directives": "max-video-preview:-1"},
        why="A video of the page is shown as a still picture.", fix="Write max-video-preview:-1.",
    ),
    _page(
        "dir-noodp", "Page says noodp", "notice low", _word("noodp"),
        bad={"directives": "noodp"}, good={"directives": "noindex"},
        why="The directory that it speaks of closed in 2017.", fix="Remove it when you touch the template.",
    ),
    _page(
        "dir-noydir", "Page says noydir", "notice low", _word("noydir"),
        bad={"directives": "noydir"}, good={"directives": "noindex"},
        why="The directory that it speaks of closed in 2014.", fix="Remove it when you touch the template.",
    ),
    _index(
        "dir-noimageindex", "Page says noimageindex", "warning low", _word("noimageindex"),
        bad={"directives": "noimageindex"}, good={"directives": "noindex"},
        why="Its pictures are not found in image search.", fix="Remove it, unless the pictures must not be found.",
    ),
    _index(
        "dir-notranslate", "Page says notranslate", "notice low", _word("notranslate"),
        bad={"directives": "notranslate"}, good={"directives": "noindex"},
        why="Readers of other languages are not offered a translation.",
        fix="Remove it, unless a translation would harm.",
    ),
    _page(
        "dir-unavailable-after", "Page names a day after which it is gone", "warning medium",
        "contains(directives, 'unavailable_after') and index_reason is distinct from 'unavailable'",
        bad={"directives": "unavailable_after: 2026-12-31"},
        good=({"directives": "available"},
              {"directives": "unavailable_after: 2020-12-31", "index_reason": "unavailable"}),
        why="After that day search engines drop the page, whatever links lead to it.",
        fix="Check the day; remove it where the page stays.", shows="unavailable_at n_inlinks",
        limits="A day that was over when the page was fetched is another finding. No day is shown where none is "
        "readable: search engines then heed none.",
    ),
    _page(
        "dir-unavailable", "Page asks to be dropped: its last day is over", "issue high",
        "coalesce(index_reason, '') = 'unavailable'",
        bad={"index_reason": "unavailable", "is_indexable": False}, good=({"index_reason": "noindex"}, {}),
        why="It names a day by unavailable_after that has passed: search engines no longer show it, as if it said "
        "noindex.",
        fix="Remove the directive where the page stays; else answer with 410, and take the links and the sitemap's "
        "entry away.",
        shows="unavailable_at in_sitemap n_inlinks",
    ),
    _page(
        "dir-refresh", "Page reloads or moves on by itself", "warning low",
        "is_refreshed",
        bad={"is_refreshed": True}, good={"is_refreshed": False},
        shows="meta_refresh_url",
        why="Readers lose their place, and search engines take a page that moves on for a slow redirect.",
        fix="Answer with a 301, or let the reader follow a link; fetch what is new by a script instead of all anew.",
        source=GOOGLE + "crawling-indexing/301-redirects",
        limits="Pages that move on at once are judged as redirects, and not here.",
    ),
    _page(
        "dir-outside-head", "Directive stands outside the head", "issue high", "is_robots_in_body",
        bad={"is_robots_in_body": True}, good={"is_robots_in_body": False},
        why="Google heeds it there as well, others do not: the page is treated in two ways.",
        fix="Find what closes the head too early, and move the meta up.",
    ),
    Form(
        category=CATEGORY, over="own_pages", row={**PAGE, "is_indexable": False}, shows=_SEEN, source=_SOURCE,
        gate="is_html and redirect_url is null",
        closed=({"is_html": False}, {"redirect_url": "https://shop.example/pots"}),
    )(
        "dir-conflict", "Directives contradict each other", "issue high",
        f"(is_noindex and not is_googlebot_allowed) or ({_SAYS_INDEX} and {_SAYS_NOINDEX})",
        bad=(
            {"is_noindex": True, "is_googlebot_allowed": False, "directives": "noindex"},
            *({"is_noindex": True, "is_googlebot_allowed": True, "directives": said}
                for said in ("noindex, all", "index; noindex", "index, follow, none",
                    "googlebot: nofollow; index,noindex")),
        ),
        good=(
            {"is_noindex": True, "is_googlebot_allowed": True, "directives": "noindex, follow"},
            {"is_noindex": False, "is_googlebot_allowed": False, "directives": "index, follow"},
            {"is_noindex": False, "is_googlebot_allowed": True, "directives": "all, max-image-preview:none"},
            {"is_noindex": True, "is_googlebot_allowed": True, "directives": "index; googlebot: noindex"},
            {"is_noindex": True, "is_googlebot_allowed": True, "directives": "noindex, noindex"},
        ),
        shows="is_googlebot_allowed",
        why="A noindex that robots.txt keeps from being read has no effect; index beside noindex, in two metas or in "
        "meta and header, says two things at once, and the stricter one holds.",
        fix="Decide whether the page should be found: then open it in robots.txt, and say noindex in one place or "
        "nowhere.",
        limits="What is said to one bot alone, and noindex pages in a sitemap, are other findings.",
    ),
    _page(
        "dir-bot-specific", "Directive for a single bot", "notice low",
        "regexp_matches(lower(concat_ws(';', meta_robots, x_robots_tag)), "
        "'(googlebot|bingbot|msnbot|slurp|yandex|baidu|applebot|gptbot|google-extended)[a-z-]* *:')",
        bad=({"meta_robots": "googlebot: noindex"}, {"x_robots_tag": "bingbot: noindex"}),
        good={"meta_robots": "noindex"},
        why="The page is treated in several ways; such lines are often left over from a trial.",
        fix="Check that it is still meant.",
    ),
    replace(_page, over="rendered_pages")(
        "dir-js-changed", "Script changes the directives", "issue high", "raw_is_noindex <> is_noindex",
        bad={"raw_is_noindex": True, "is_noindex": False}, good={"raw_is_noindex": True, "is_noindex": True},
        shows="raw_is_noindex is_noindex",
        why="A search engine that meets noindex in the HTML never runs the script that would take it away.",
        fix="Send the right directive in the HTML.",
        source=GOOGLE + "crawling-indexing/javascript/javascript-seo-basics", needs="browser",
    ),
)  # fmt: skip
