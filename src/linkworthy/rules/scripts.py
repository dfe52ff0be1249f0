"""Rules on pages that scripts make: what is there only after a browser ran them."""

from __future__ import annotations

from linkworthy.rules.common import ANSWERED, GOOGLE, ODD_LINK, PAGE, SITE, TRANSIENT
from linkworthy.rules.forms import Form

CATEGORY = "JavaScript"
_GUIDE = GOOGLE + "crawling-indexing/javascript/javascript-seo-basics"
_RENDERED = {
    **PAGE,
    "is_rendered": True,
    "title": "Kettles",
    "raw_title": "Kettles",
    "h1": "Kettles",
    "raw_h1": "Kettles",
}
_IN_HTML = "Send it in the HTML; let scripts add what search does not need."
_LATE = "Search engines run scripts late or never, and most bots of AI never do."

_page = Form(
    category=CATEGORY, over="rendered_pages", row=_RENDERED, gate=f"{ANSWERED} and is_rendered",
    closed=({"status": 404}, {"is_rendered": False}), source=_GUIDE, shows="n_referring_domains",
)  # fmt: skip


SCRIPTS = (
    *(
        _page(
            f"js-{short}-only", f"{what} is there only after scripts ran", grade,
            f"raw_{name} is null and {name} is not null",
            bad={f"raw_{name}": None, name: "Kettles"},
            good=({f"raw_{name}": "Kettles", name: "Kettles"}, {f"raw_{name}": None, name: None}),
            shows=name, why=_LATE, fix=_IN_HTML, needs="browser",
        )
        for short, name, what, grade in (
            ("title", "title", "Title", "warning medium"), ("h1", "h1", "Main heading", "warning medium"),
            ("desc", "description", "Description", "warning low"),
            ("canonical", "canonical_url", "Canonical", "warning high"),
        )
    ),
    *(
        _page(
            slug, f"Scripts change the {what}", grade, f"raw_{name} <> {name}",
            bad={f"raw_{name}": "Loading", name: "Kettles"}, good={f"raw_{name}": "Kettles", name: "Kettles"},
            shows=f"raw_{name} {name}", why="It depends on the reader which of the two is seen. " + _LATE, fix=_IN_HTML,
            needs="browser",
        )
        for slug, name, what, grade in (
            ("js-title-updated", "title", "title", "warning medium"),
            ("js-h1-updated", "h1", "main heading", "warning medium"),
            ("js-desc-updated", "description", "description", "warning low"),
            ("js-canonical-mismatch", "canonical_url", "canonical", "issue high"),
        )
    ),
    _page(
        "js-noindex-raw", "Scripts take noindex away", "issue high", "raw_is_noindex and not is_noindex",
        bad={"raw_is_noindex": True, "is_noindex": False},
        good=({"raw_is_noindex": True, "is_noindex": True}, {"raw_is_noindex": False, "is_noindex": False}),
        shows="meta_robots",
        why="Google meets noindex in the HTML and does not run the script: the page is not found.",
        fix="Send the page without noindex.", needs="browser",
    ),
    _page(
        "js-nofollow-raw", "Scripts take nofollow away", "warning high", "raw_is_nofollow and not is_nofollow",
        bad={"raw_is_nofollow": True, "is_nofollow": False},
        good=({"raw_is_nofollow": True, "is_nofollow": True}, {"raw_is_nofollow": False, "is_nofollow": False}),
        shows="meta_robots", why="Links may be left out before the script runs.", fix="Send the page without nofollow.",
        needs="browser",
    ),
    _page(
        "js-links", "Links that scripts make", "warning medium", "n_links > raw_n_links",
        bad={"n_links": 11, "raw_n_links": 10}, good={"n_links": 10, "raw_n_links": 10}, shows="n_links raw_n_links",
        why="Pages that only they lead to are found late or never.", fix="Write important links into the HTML.",
        needs="browser",
    ),
    _page(
        "js-content", "A quarter of the text is there only after scripts ran", "warning medium",
        "n_words >= raw_n_words * 1.25 and n_words >= 50",
        bad=({"n_words": 125, "raw_n_words": 100}, {"n_words": 50, "raw_n_words": 0}),
        good=({"n_words": 124, "raw_n_words": 100}, {"n_words": 49, "raw_n_words": 0}), shows="n_words raw_n_words",
        why=_LATE, fix=_IN_HTML, needs="browser",
    ),
    _page(
        "js-ai-invisible", "Most of the text is missing without scripts", "warning high",
        "raw_n_words < n_words * 0.5 and n_words >= 100",
        bad={"raw_n_words": 49, "n_words": 100},
        good=({"raw_n_words": 50, "n_words": 100}, {"raw_n_words": 9, "n_words": 99}),
        shows="n_words raw_n_words",
        why="Bots of answer engines read the HTML alone: to them the page is empty.",
        fix="Render the page on the server.",
        source="https://platform.openai.com/docs/bots", needs="browser",
        limits="All visible words are compared, not those of the main text alone.",
    ),
    _page(
        "js-blocked-resources", "Page asks for files that it does not get", "warning high", "n_failed_requests > 0",
        bad={"n_failed_requests": 1}, good={"n_failed_requests": 0}, shows="n_failed_requests n_requests",
        why="A script or style that fails may take content with it.",
        fix="Open the page with the browser's network panel.",
        needs="browser",
    ),
    _page(
        "js-errors", "Scripts fail on the page", "warning low", "n_script_errors > 0 or n_console_errors > 0",
        bad=({"n_script_errors": 1, "n_console_errors": 0}, {"n_script_errors": 0, "n_console_errors": 1}),
        good={"n_script_errors": 0, "n_console_errors": 0}, shows="n_script_errors n_console_errors",
        why="What the script should have done did not happen, for readers or for search engines.",
        fix="Open the page with the browser's console.", needs="browser",
    ),
    _page(
        "js-warnings", "Scripts warn on the page", "notice low", "n_console_warnings > 0",
        bad={"n_console_warnings": 1}, good={"n_console_warnings": 0}, shows="n_console_warnings",
        why="Warnings announce what a coming browser will refuse.", fix="Open the page with the browser's console.",
        needs="browser",
    ),
    _page(
        "js-chrome-issues", "The browser reports issues", "notice low", "n_browser_issues > 0",
        bad={"n_browser_issues": 1}, good={"n_browser_issues": 0}, shows="n_browser_issues",
        why="Cookies, mixed content or policies that the browser objects to.",
        fix="Open the page with the Issues panel.",
        needs="browser",
    ),
    _page(
        "js-render-timeout", "Page did not come to rest in time", "warning medium", "not is_settled",
        bad={"is_settled": False}, good={"is_settled": True}, shows="n_requests",
        why="Search engines take what is there when they stop waiting.",
        fix="Find what keeps asking, and load content first.",
        needs="browser",
    ),
    _page(
        "resp-int-js-redirect", "Script leads to another address", "warning low",
        "moved_to_url <> coalesce(meta_refresh_url, '')",
        bad={"moved_to_url": SITE + "pots"},
        good=({}, {"moved_to_url": SITE + "pots", "meta_refresh_url": SITE + "pots"}),
        shows="moved_to_url",
        why="Programs that run no scripts stay, and links to this address may not count for the other.",
        fix="Answer with a 301.", source=GOOGLE + "crawling-indexing/301-redirects", category="Redirects",
        needs="browser",
    ),
    _page(
        "js-old-ajax-meta", "Page asks for the retired AJAX scheme", "warning low", "has_ajax_meta",
        bad={"has_ajax_meta": True}, good={"has_ajax_meta": False},
        why="Google stopped asking for such copies in 2018.", fix="Remove the fragment meta.", needs="browser",
    ),
    _page(
        "sd-js-only", "Structured data is there only after scripts ran", "warning medium",
        "raw_n_types = 0 and len(schema_types) > 0",
        bad={"raw_n_types": 0, "schema_types": ["Product"]},
        good=({"raw_n_types": 1, "schema_types": ["Product"]}, {"raw_n_types": 0, "schema_types": []}),
        shows="schema_types",
        why="Prices of products above all are read too late.", fix=_IN_HTML, category="Structured data",
        needs="browser",
    ),
    Form(
        category=CATEGORY, over="odd_links", row=ODD_LINK, gate="source_is_indexable",
        closed=({"source_is_indexable": False},),
        shows="href anchor region n_links n_pages", source=GOOGLE + "crawling-indexing/links-crawlable",
    )(
        "js-uncrawlable-nav", "Link that only a script can follow", "warning medium",
        "scheme = 'javascript' and region in ('main', 'nav', 'list') and regexp_matches(lower(href), "
        "'(location|window[.]open|navigate|goto|href|__dopostback)')",
        bad=tuple(
            {"scheme": "javascript", "url": None, "href": "javascript:location='/pots'", "region": region}
            for region in ("main", "nav", "list")
        ),
        good=(
            {"scheme": "https", "href": "/location"}, {"scheme": "javascript", "href": "javascript:void(0)"},
            {"scheme": "javascript", "href": "javascript:location='/pots'", "region": "footer"},
        ),
        why="Search engines follow addresses in href alone: what this link leads to is not found.",
        fix="Write the address into href; a script may still act on the click.",
        limits="Click handlers on other elements need a browser to be seen.",
    ),
    Form(
        category="Broken pages and links", over="own_files", source=_GUIDE,
        shows="kind n_pages on_page status fault state",
        row={"url": SITE + "a.js", "kind": "script", "on_page": SITE, "n_pages": 1, "is_own_host": True,
            "state": "answered",
             "status": 200},
        gate="kind in ('script', 'style') and is_own_host", closed=({"kind": "image"}, {"is_own_host": False}),
    )(
        "resp-int-blocked-resource", "Own script or style that does not come", "warning high",
        f"(status >= 400 and status not in (401, 403, 407, 429, 451, 503, 999)) or state = 'disallowed' "
        f"or (state = 'failed' and fault not in {TRANSIENT})",
        bad=({"status": 400}, {"state": "disallowed", "status": None},
            {"state": "failed", "fault": "refused", "status": None}),
        good=(
            {"status": 399}, *({"status": status} for status in (401, 403, 407, 429, 451, 503, 999)),
            {"fault": "refused"},
            *({"state": "failed", "status": None, "fault": fault} for fault in
              ("timeout", "too-slow", "name-failure", "disallowed", "private-address", "not-recorded", "not-rendered")),
        ),
        why="The page looks or works other than it should, for readers and for search engines.",
        fix="Put the file back, or do not ask for it.", needs="files",
    ),
    Form(
        category="Outbound links", over="own_files", source=_GUIDE, shows="kind n_pages on_page status fault state",
        row={"url": "https://cdn.example/a.js", "kind": "script", "on_page": SITE, "n_pages": 1, "is_own_host": False,
             "state": "answered", "status": 200},
        gate="kind in ('script', 'style') and not is_own_host", closed=({"kind": "image"}, {"is_own_host": True}),
    )(
        "resp-ext-blocked-resource", "Script or style of another site that does not come", "warning medium",
        "status in (404, 410) or (state = 'failed' and fault = 'name-not-found')",
        bad=({"status": 404}, {"status": 410}, {"state": "failed", "status": None, "fault": "name-not-found"}),
        good=({}, {"fault": "name-not-found"}, {"state": "failed", "status": None, "fault": "timeout"}),
        why="Every reader waits for it, and whoever buys the name can run scripts on your pages.",
        fix="Remove it, or keep a copy on your own site.", needs="files",
    ),
)  # fmt: skip
