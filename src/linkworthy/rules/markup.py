"""Rules on how the HTML is written: head and body, doctype, ids, base; and on what social networks read."""

from __future__ import annotations

from linkworthy.rules.common import ANSWERED, GOOGLE, INDEXABLE, PAGE, SITE
from linkworthy.rules.forms import Form

CATEGORY = "Validity"
SOCIAL = "Social"
_HTML = "https://html.spec.whatwg.org/multipage/"
_HEAD = GOOGLE + "crawling-indexing/valid-page-metadata"
_UP = "What stands behind it is read as body: titles, canonicals and directives there are ignored."

_page = Form(category=CATEGORY, over="own_pages", row=PAGE, gate=ANSWERED, closed=({"status": 404},), source=_HEAD)
_share = Form(
    category=SOCIAL, over="own_pages", row={**PAGE, "og_title": "K", "og_image": SITE + "k.jpg", "og_description": "K"},
    gate=INDEXABLE, closed=({"is_indexable": False},), source="https://ogp.me/", shows="n_referring_domains",
)  # fmt: skip

MARKUP = (
    _page(
        "val-invalid-head", "Element in the head that ends it", "issue high", "head_stray is not null",
        bad={"head_stray": "div"}, good={}, shows="head_stray", why=_UP, fix="Move the element into the body.",
    ),
    _page(
        "val-head-not-first", "Something stands before the head", "warning medium", "not is_head_first",
        bad={"is_head_first": False}, good={"is_head_first": True},
        why="Browsers open the body there, and the head comes too late.",
        fix="Let html begin with the head.",
    ),
    _page(
        "val-no-head", "Page without a head", "notice low", "not has_head",
        bad={"has_head": False}, good={"has_head": True},
        why="HTML allows to leave the tag out, and parsers add it; it is rarely meant.", fix="Write the head.",
        source=_HTML + "semantics.html#the-head-element",
        limits="The list of checks that this one comes from calls it an issue; parsers of search engines add the head.",
    ),
    _page(
        "val-multi-head", "Page with several heads", "issue high", "n_heads > 1",
        bad={"n_heads": 2}, good={"n_heads": 1}, shows="n_heads",
        why="The second one is ignored, with all that it says.",
        fix="Join them; look for a template inside a template.",
    ),
    _page(
        "val-no-body", "Page without a body", "notice low", "not has_body",
        bad={"has_body": False}, good={"has_body": True},
        why="HTML allows to leave the tag out, and parsers add it; it is rarely meant.", fix="Write the body.",
        source=_HTML + "sections.html#the-body-element",
    ),
    _page(
        "val-multi-body", "Page with several bodies", "warning medium", "n_bodies > 1",
        bad={"n_bodies": 2}, good={"n_bodies": 1}, shows="n_bodies", why="A whole page stands inside another one.",
        fix="Look for a template inside a template.",
    ),
    _page(
        "val-body-before-html", "Body opens before html", "issue high", "is_body_before_html",
        bad={"is_body_before_html": True}, good={"is_body_before_html": False}, why=_UP,
        fix="Remove what is sent before the page.",
    ),
    _page(
        "val-html-15mb", "HTML over 15 MB", "issue high", "n_decoded_bytes > 15000000",
        bad={"n_decoded_bytes": 15_000_001}, good={"n_decoded_bytes": 15_000_000}, shows="n_decoded_bytes is_truncated",
        why="Googlebot reads the first 15 MB and ignores the rest.", fix="Part the page.",
        source=GOOGLE + "crawling-indexing/googlebot",
        limits="A crawl with a lower limit.max_bytes cuts such pages, and resp-large-html tells of them.",
    ),
    _page(
        "val-doctype", "Page without doctype", "warning low", "not has_doctype",
        bad={"has_doctype": False}, good={"has_doctype": True}, why="Browsers lay it out as in the nineties.",
        fix="Begin with <!doctype html>.", source=_HTML + "syntax.html#the-doctype",
    ),
    _page(
        "val-lang", "Page does not name its language", "warning low",
        "html_lang is null or not regexp_matches(trim(html_lang), '^[a-zA-Z]{2,3}([-_][a-zA-Z0-9]{2,8})*$')",
        bad=({"html_lang": None}, {"html_lang": "english"}), good=({"html_lang": "en-GB"}, {"html_lang": "zh-Hant-TW"}),
        shows="html_lang language", why="Screen readers guess how to pronounce it, and browsers offer to translate it.",
        fix="Write lang on the html element.",
        source="https://www.w3.org/International/questions/qa-html-language-declarations",
    ),
    _page(
        "val-dup-id", "Two elements with one id", "warning low", "n_duplicate_ids > 0",
        bad={"n_duplicate_ids": 1}, good={"n_duplicate_ids": 0}, shows="n_duplicate_ids",
        why="Links to the second one lead to the first, and scripts take the wrong one.", fix="Give each its own.",
        source=_HTML + "dom.html#the-id-attribute",
    ),
    _page(
        "val-meta-in-body", "Metas stand in the body", "warning medium", "n_metas_in_body > 0",
        bad={"n_metas_in_body": 1}, good={"n_metas_in_body": 0}, shows="n_metas_in_body",
        why="Search engines ignore most of what stands there.", fix="Find what closes the head too early.",
    ),
    _page(
        "val-base", "Page moves its relative links elsewhere", "notice low",
        "regexp_extract(base_url, '^https?://[^/]+', 0) <> regexp_extract(url, '^https?://[^/]+', 0)",
        bad={"base_url": "https://old.example/"}, good=({}, {"base_url": SITE + "shop/"}), shows="base_url",
        absent_is_known=True,
        why="Every relative link on the page leads to another site.", fix="Correct or remove the base element.",
        source=_HTML + "semantics.html#the-base-element",
        limits="A base on the own host is fine; the list of checks that this one comes from flags any.",
    ),
    Form(
        category=CATEGORY, over="own_files", shows="on_page status", source=GOOGLE + "appearance/favicon-in-search",
        row={"url": SITE + "favicon.ico", "kind": "image", "status": 200, "on_page": SITE, "n_pages": 9},
        gate="regexp_matches(lower(url), 'favicon|apple-touch-icon') and kind = 'image'",
        closed=({"url": SITE + "k.png"}, {"kind": "style"}),
    )(
        "val-favicon", "Icon of the site does not come", "notice low", "status in (404, 410)",
        bad=({"status": 404}, {"status": 410}), good={}, why="Results and tabs show a grey globe in its place.",
        fix="Put the icon back.", needs="files",
        limits="Icons are told by their names; a page that names none is not flagged.",
    ),
    Form(
        category=CATEGORY, over="own_files", shows="kind on_page n_bytes",
        source=GOOGLE + "crawling-indexing/googlebot",
        row={"url": SITE + "a.js", "kind": "script", "status": 200, "on_page": SITE, "n_pages": 9, "is_own_host": True},
        gate="kind in ('script', 'style') and status = 200", closed=({"kind": "media"}, {"status": 404}),
    )(
        "val-res-15mb", "Script or style over 15 MB", "issue medium",
        "n_bytes > 15000000", bad={"n_bytes": 15_000_001}, good={"n_bytes": 15_000_000}, needs="files",
        why="Googlebot reads the first 15 MB of a file and ignores the rest.", fix="Part the file.",
    ),
    Form(
        category="Page load", over="own_files", shows="kind n_pages on_page cache_control max_age_s",
        source="https://web.dev/articles/http-cache",
        row={"url": SITE + "a.js", "kind": "script", "status": 200, "on_page": SITE, "n_pages": 9, "is_own_host": True,
            "has_headers": True},
        gate="is_own_host and status = 200 and has_headers and n_pages > 1",
        closed=({"is_own_host": False}, {"status": 404}, {"has_headers": False}, {"n_pages": 1}),
    )(
        "resp-cache-missing", "File that browsers load anew on each visit", "opportunity low",
        "max_age_s < 604800 or contains(lower(cache_control), 'no-store') or (cache_control is null and etag is null)",
        bad=(
            {"max_age_s": 604_799, "cache_control": "max-age=604799"}, {"cache_control": "no-store"},
            {"cache_control": None, "etag": None},
        ),
        good=(
            {"max_age_s": 604_800, "cache_control": "max-age=604800"}, {"cache_control": "public"}, {"etag": '"7"'},
        ),
        why="Visitors who come again wait as if they came first.",
        fix="Send Cache-Control: max-age=31536000 for files whose name changes with their content.", needs="files",
        limits="Files on one page only are left out.",
    ),
    _share(
        "og-missing", "Page does not say how it should be shared", "opportunity low",
        "og_title is null or og_image is null",
        bad=({"og_title": None}, {"og_image": None}), good={}, shows="og_title og_description og_image",
        why="Networks and messengers show a bare address, or any picture of the page.",
        fix="Name og:title, og:description and og:image.",
        limits="Titles and pictures are asked for; og:description and og:url have good stand-ins.",
    ),
    _share(
        "twitter-missing", "Page without a card for X", "notice low",
        "not has_twitter_card and og_title is not null",
        bad={"has_twitter_card": False},
        good=({"has_twitter_card": True}, {"has_twitter_card": False, "og_title": None}), shows="og_title og_image",
        why="X shows a small card, or none.", fix='Add <meta name="twitter:card" content="summary_large_image">.',
        source="https://developer.x.com/en/docs/x-for-websites/cards/overview/abouts-cards",
        limits="Asked of pages that are made for sharing; og-missing tells of the others.",
    ),
    Form(
        category=SOCIAL, over="shared_images", source="https://ogp.me/", shows="on_page n_pages status",
        row={"url": SITE + "k.jpg", "on_page": SITE, "n_pages": 1, "status": 200},
    )(
        "og-image-broken", "Picture for sharing does not come", "warning low",
        "status in (404, 410) or not starts_with(url, 'http')",
        bad=({"status": 404}, {"status": 410}, {"url": "/k.jpg", "status": None}), good=({}, {"status": 403}),
        why="Networks show the page without a picture.", fix="Put the picture back, and name it by its whole address.",
        limits="Its size in pixels is not measured.",
    ),
)  # fmt: skip
