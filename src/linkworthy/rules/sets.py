"""Rules on sets of pages: further faults of canonicals, and series of pages that name the next and the one before."""

from __future__ import annotations

from linkworthy.rules.common import ANSWERED, GOOGLE, INDEXABLE, PAGE, SITE
from linkworthy.rules.forms import Form

CANONICAL = "Canonicals"
PAGINATION = "Pagination"
_GUIDE = GOOGLE + "crawling-indexing/consolidate-duplicate-urls"
_PAGES = GOOGLE + "specialty/ecommerce/pagination-and-incremental-page-loading"
_SEEN = "canonical_url canonical_state n_inlinks n_referring_domains"
_HOME = {"url": SITE, "n_pages": 100, "n_html": 100}
_SERIES = {
    "url": SITE + "kettles", "n": 1, "rel": "next", "target_url": SITE + "kettles?page=2", "target_state": "answered",
    "target_status": 200, "is_indexable": True, "target_is_indexable": True, "target_n_inlinking_pages": 1,
    "is_linked": True, "target_back_url": SITE + "kettles", "is_round": False,
}  # fmt: skip

_page = Form(
    category=CANONICAL, over="own_pages", row={**PAGE, "canonical_url": PAGE["url"], "canonical_state": "self"},
    gate=ANSWERED, closed=({"status": 404},), shows=_SEEN, source=_GUIDE,
)  # fmt: skip
_next = Form(
    category=PAGINATION, over="series", row=_SERIES, shows="rel target_url", source=_PAGES, gate="is_indexable",
    closed=({"is_indexable": False},),
)  # fmt: skip
_paged = Form(
    category=PAGINATION, over="own_pages", row=PAGE, gate=INDEXABLE, closed=({"is_indexable": False},), source=_PAGES
)

SETS = (
    _page(
        "canon-multiple", "Page that names its canonical several times", "warning low",
        "n_canonical_tags > 1 and n_canonicals = 1",
        bad={"n_canonicals": 1, "n_canonical_tags": 2},
        good=({"n_canonicals": 1, "n_canonical_tags": 1}, {"n_canonicals": 2, "n_canonical_tags": 2}),
        shows="n_canonical_tags header_canonical_url",
        why="They agree today; with the next change to one of them, search engines may ignore them all.",
        fix="Leave one canonical, in the head or in the header.",
        limits="Those that differ are another finding.",
    ),
    _page(
        "canon-unlinked", "Canonical that no page links to", "warning medium",
        "found_by = 'canonical' and n_inlinking_pages = 0",
        bad={"found_by": "canonical", "n_inlinking_pages": 0},
        good=({"found_by": "link", "n_inlinking_pages": 0}, {"found_by": "canonical", "n_inlinking_pages": 1}),
        shows="found_by found_on n_inlinking_pages",
        needs="spider",
        why="The site recommends an address that it links to nowhere: readers and links go to the other one.",
        fix="Link to the canonical address.",
    ),
    _page(
        "canon-invalid-attr", "Canonical with attributes that make it void", "issue high", "n_canonical_faults > 0",
        bad={"n_canonical_faults": 1}, good={"n_canonical_faults": 0}, shows="n_canonical_faults",
        why="Google ignores a canonical that carries hreflang, lang, media or type.",
        fix="Remove these attributes from it.",
    ),
    _page(
        "canon-fragment", "Canonical with a fragment", "issue medium", "contains(canonical_href, '#')",
        bad={"canonical_href": SITE + "kettles#top"}, good={"canonical_href": SITE + "kettles"}, shows="canonical_href",
        absent_is_known=True,
        why="Search engines leave out what follows #: the canonical names another address than is meant.",
        fix="Remove the fragment.",
    ),
    _page(
        "canon-outside-head", "Canonical stands outside the head", "issue high", "is_canonical_in_body",
        bad={"is_canonical_in_body": True}, good={"is_canonical_in_body": False},
        why="Search engines ignore it there, because a visitor might have written it.",
        fix="Find what closes the head too early, and move the canonical up.",
    ),
    _page(
        "canon-page2-to-1", "Later page of a list names the first as canonical", "warning medium",
        "page_number > 1 and canonical_state = 'other' and length(canonical_url) < length(url)",
        bad={"page_number": 2, "canonical_state": "other", "url": SITE + "kettles?page=2",
            "canonical_url": SITE + "kettles"},
        good=(
            {"page_number": 1, "canonical_state": "other", "url": SITE + "kettles?page=1",
                "canonical_url": SITE + "kettles"},
            {"page_number": 2, "canonical_state": "self", "url": SITE + "kettles?page=2",
                "canonical_url": SITE + "kettles"},
            {"page_number": 2, "canonical_state": "other", "url": SITE + "k?page=2",
                "canonical_url": SITE + "all?page=2"},
            {"page_number": 2, "canonical_state": "other", "url": SITE + "k?page=2",
                "canonical_url": SITE + "K?page=2"},
        ),
        shows="page_number",
        absent_is_known=True,
        why="What stands on later pages is not found any more, and links on them may not count.",
        fix="Let each page of a list name itself.", source=_PAGES,
        limits="Told by a page number in the address and a shorter canonical.",
    ),
    _page(
        "canon-og-url", "Social networks are told another address", "opportunity low",
        "canonical_state = 'self' and starts_with(og_url, 'http') "
        "and rtrim(og_url, '/') <> rtrim(canonical_url, '/')",
        bad={"og_url": SITE + "pots"},
        good=(
            {"og_url": PAGE["url"] + "/"}, {"og_url": "/pots"}, {"og_url": SITE + "pots", "canonical_state": "other"},
        ),
        shows="og_url",
        absent_is_known=True,
        why="Shares and their links gather on another address than the one that should rank.",
        fix="Write the canonical address in og:url.", source="https://ogp.me/#metadata", category="Social",
    ),
    Form(category=CANONICAL, over="site", row=_HOME, source=_GUIDE)(
        "canon-to-home", "Many pages name the start page as canonical", "issue high", "n_canonicals_to_home >= 10",
        bad={"n_canonicals_to_home": 10}, good={"n_canonicals_to_home": 9}, shows="n_canonicals_to_home n_pages",
        why="All these pages ask not to be found. A template usually writes the same canonical on every page.",
        fix="Let each page name its own address.",
    ),
    Form(
        category=CANONICAL, over="map_entries", row={"url": SITE + "kettles", "sitemap_url": SITE + "sitemap.xml"},
        source=GOOGLE + "crawling-indexing/sitemaps/build-sitemap",
    )(
        "canon-vs-sitemap", "Sitemap names a page that names another as canonical", "warning medium",
        "canonical_state not in ('self', 'none')",
        bad={"canonical_state": "other"}, good=({"canonical_state": "self"}, {"canonical_state": "none"}),
        shows="sitemap_url canonical_url canonical_state",
        why="Sitemap and canonical are both recommendations, and here they contradict.",
        fix="List the canonical address.",
    ),
    Form(
        category=CANONICAL, over="alternates",
        row={"url": SITE + "en", "n": 1, "lang": "de", "target_url": SITE + "de", "is_indexable": True,
             "target_canonical_state": "self"},
        gate="is_indexable", closed=({"is_indexable": False},),
        source=GOOGLE + "specialty/international/localized-versions",
    )(
        "canon-vs-hreflang", "Language version that names another page as canonical", "issue high",
        "target_canonical_state not in ('self', 'none')",
        bad={"target_canonical_state": "other"}, good=({}, {"target_canonical_state": "none"}),
        shows="lang target_url target_canonical_state",
        why="A page that asks not to be found cannot stand for a language: the whole set may be ignored.",
        fix="Name canonical addresses alone in hreflang.",
    ),
    Form(
        category="Backlinks", over="linked_clusters", row={"url": SITE + "kettles", "n_addresses": 2},
        source=_GUIDE, shows="n_addresses addresses n_links n_domains_elsewhere",
    )(
        "canon-splits-backlinks", "Links of others lead to several addresses of one page", "warning high",
        "n_others > 0 and n_domains_elsewhere > 0",
        bad={"n_others": 1, "n_domains_elsewhere": 1},
        good=({"n_others": 0, "n_domains_elsewhere": 1}, {"n_others": 1, "n_domains_elsewhere": 0}),
        why="Each address gathers a part of the recommendation; a search engine must find out that they are one page.",
        fix="Redirect (301) the other addresses to the canonical one, and ask the strongest sites to link to it.",
        limits="Addresses that answer by themselves and those that redirect are counted together.",
    ),
    _next(
        "page-not-in-anchor", "Next or previous page that this page does not link to", "issue medium",
        "not is_linked",
        bad={"is_linked": False}, good={}, shows="is_linked",
        why="Google reads neither rel=next nor rel=prev: without a link readers and crawlers do not get there.",
        fix="Link to the next and the previous page with a plain link.",
    ),
    _next(
        "page-non200", "Next or previous page that does not answer 200", "issue high",
        "target_status <> 200 or target_state = 'failed'",
        bad=({"target_status": 404}, {"target_state": "failed", "target_status": None}), good={},
        shows="target_status target_state target_redirect",
        why="The series breaks off there.", fix="Name the address that answers, or nothing on the last page.",
    ),
    _next(
        "page-unlinked", "Next or previous page that nothing links to", "issue medium",
        "target_n_inlinking_pages = 0 and target_url <> url",
        bad={"target_n_inlinking_pages": 0},
        good=({}, {"target_n_inlinking_pages": 0, "target_url": _SERIES["url"]}), shows="target_n_inlinking_pages",
        needs="spider",
        why="It is known from rel=next alone, which readers do not see and Google does not read.",
        fix="Link to it with a plain link.",
    ),
    _next(
        "page-nonindexable", "Next or previous page that may not be indexed", "warning medium",
        "not target_is_indexable and target_index_reason in ('noindex', 'unavailable', 'robots', 'canonicalised')",
        bad=tuple({"target_is_indexable": False, "target_index_reason": reason}
            for reason in ("noindex", "unavailable", "robots", "canonicalised")),
        good=({"target_is_indexable": False, "target_index_reason": "status"}, {"target_index_reason": "noindex"}),
        shows="target_index_reason",
        why="What stands on later pages is hard to find: noindex pages are crawled less and less.",
        fix="Let pages of a list be indexed, each as its own canonical.",
    ),
    _next(
        "page-loop", "Series of pages that goes in a circle", "issue medium", "is_round",
        bad={"is_round": True}, good={}, why="The page names itself, or a page that leads back, as the next.",
        fix="Name the next page, and nothing on the last one.", limits="Circles of up to three pages are seen.",
    ),
    _next(
        "page-sequence", "Next page does not name this one as its previous", "issue medium",
        "target_back_url is distinct from url and target_status = 200 and target_url <> url",
        bad=({"target_back_url": SITE + "pots"}, {"target_back_url": None}),
        good=({}, {"target_back_url": None, "target_status": 404},
            {"target_back_url": None, "target_url": _SERIES["url"]}),
        shows="target_back_url",
        why="Programs that read rel=next and rel=prev cannot follow the series in both directions.",
        fix="Let both pages name each other.",
        limits="Google does not read these relations any more; other engines and browsers do. A page that names itself "
        "is listed under page-loop alone.",
    ),
    _paged(
        "page-multiple", "Page with several next or previous pages", "warning low", "n_next > 1 or n_prev > 1",
        bad=({"n_next": 2, "n_prev": 1}, {"n_next": 1, "n_prev": 2}), good={"n_next": 1, "n_prev": 1},
        shows="next_url prev_url", why="It is not clear which one follows.", fix="Name one of each.",
    ),
    _paged(
        "page-infinite-scroll", "List that only goes on by scrolling", "warning medium",
        "has_endless_list and next_url is null",
        bad={"has_endless_list": True},
        good=({"has_endless_list": False}, {"has_endless_list": True, "next_url": SITE + "k?page=2"}),
        why="Search engines do not scroll: what comes later is not found.",
        fix="Give each part of the list an address, and link to it.", needs="browser",
    ),
)  # fmt: skip
