"""Rules on internal links: words, follow, where they stand, and what they lead to."""

from __future__ import annotations

from linkworthy.rules.common import GOOGLE, INDEXABLE, ODD_LINK, PAGE, SITE
from linkworthy.rules.forms import Form

CATEGORY = "Internal links"
_GUIDE = GOOGLE + "crawling-indexing/links-crawlable"
_EACH = "Equal links are listed once, with the first page that holds them."
_KNOWN = "(coalesce(n_backlinks, 0) > 0 or coalesce(n_visits, 0) > 0 or coalesce(impressions, 0) > 0)"

_page = Form(
    category=CATEGORY, over="own_pages", row=PAGE, gate=INDEXABLE, closed=({"is_indexable": False},), source=_GUIDE,
    shows="n_inlinks n_referring_domains",
)  # fmt: skip
_link = Form(
    category=CATEGORY, over="odd_links", row=ODD_LINK, shows="url href anchor region n_links n_pages", source=_GUIDE,
    gate="source_is_indexable", closed=({"source_is_indexable": False},),
)  # fmt: skip

LINKING = (
    _link(
        "links-nofollow-out", "Internal link says nofollow", "warning low",
        "is_nofollow and is_own_target and target_is_indexable and url is distinct from source_url",
        bad={"is_nofollow": True},
        good=(
            {}, {"is_nofollow": True, "is_own_target": False}, {"is_nofollow": True, "target_is_indexable": False},
            {"is_nofollow": True, "url": ODD_LINK["source_url"]},
        ),
        shows="rel",
        why="The site tells search engines not to count its own recommendation; nothing is gained for the other links.",
        fix="Remove nofollow from links to own pages.", source=GOOGLE + "crawling-indexing/qualify-outbound-links",
        limits="Links to pages that may not be indexed, as baskets and logins, and links to places on the same page, "
        "as the answer to a comment, are left out. " + _EACH,
    ),
    _link(
        "links-no-anchor", "Internal link without words", "opportunity low",
        "trim(anchor) = '' and is_own_target and target_is_indexable and not coalesce(is_hidden, false) "
        "and url is distinct from source_url",
        bad=({"anchor": " "}, {"anchor": "", "is_hidden": None}),
        good=(
            {"anchor": "", "url": ODD_LINK["source_url"]},
            {}, {"anchor": "", "is_own_target": False}, {"anchor": "", "target_is_indexable": False},
            {"anchor": "", "is_hidden": True},
        ),
        shows="kind",
        why="Neither readers who listen nor search engines learn where it leads.",
        fix="Write words into the link, or describe its image in the alt text.",
        limits="Words in aria-label are not counted; marks of places on a page are left out. " + _EACH,
    ),
    _link(
        "links-generic-anchor", "Internal link whose words say nothing", "opportunity low",
        "is_generic and is_own_target and target_is_indexable and region = 'main' and url is distinct from source_url "
        r"and lower(trim(anchor)) <> lower(regexp_extract(url, '/([^/?#.]+)(\.[a-zA-Z]+)?$', 1))",
        bad=({"is_generic": True, "anchor": "read more"},
            {"is_generic": True, "anchor": "here", "source_url": SITE + "kettles", "url": SITE}),
        good=(
            {"anchor": "here"},
            *({"is_generic": True, "anchor": "here", **one}
              for one in ({"is_own_target": False}, {"region": "nav"}, {"target_is_indexable": False}, {"url": SITE})),
            {"is_generic": True, "anchor": "View", "url": "https://shop.example/api/View.html"},
        ),
        why="Here and more could lead anywhere: the words of a link tell search engines what the page is about.",
        fix="Let the link say what the reader finds there.",
        limits="Links in the main text are judged, in eight languages; a word that is the name of the page it leads to "
        "is left out. " + _EACH,
    ),
    _link(
        "links-http-internal", "Internal link without encryption", "warning medium", "is_unsafe and is_own_target",
        bad={"is_unsafe": True, "href": "http://shop.example/kettles"},
        good=({}, {"is_unsafe": True, "is_own_target": False}),
        why="The reader is sent over http and back by a redirect, or stays there.",
        fix="Write https://, or leave the host out.",
        source=GOOGLE + "appearance/page-experience", limits=_EACH,
    ),
    _link(
        "links-bad-href", "Link that leads nowhere", "warning low",
        "regexp_matches(trim(lower(href)), '^(https?:/?[^/]|https?:/*$|https?://[^/]* |file:"
        "|h?ttps?//|htp:|htps:|hhtps?:|http;|https;)') "
        "or (coalesce(scheme, '') = 'mailto' and not regexp_matches(href, '@|[?]to=|:[?]|%40')) "
        "or (coalesce(scheme, '') = 'tel' and not "
        "regexp_matches(href, '[0-9]{3}|%2[bB]|[0-9][ ().-]*[0-9][ ().-]*[0-9]')) ",
        bad=(
            {"href": "http:/shop.example"}, {"href": "http://"}, {"href": "file:///c:/kettles.html"},
            {"href": "mailto:shop", "scheme": "mailto"},
            {"href": "tel:none", "scheme": "tel"},
        ),
        good=(
            {"href": "https://shop.example/"}, {"href": "mailto:a@shop.example", "scheme": "mailto"},
            {"href": "shop", "scheme": "https"},
            {"href": "tel:+44 20 1234", "scheme": "tel"}, {"href": "none", "scheme": "https"},
        ),
        why="The reader who clicks gets nothing, or an error.", fix="Correct the address.", limits=_EACH,
    ),
    _page(
        "links-many-external", "Over 100 links to other sites", "notice low", "n_external_links > 100",
        bad={"n_external_links": 101}, good={"n_external_links": 100}, shows="n_external_links n_external_domains",
        why="Each recommendation counts less, and the page looks like a list of links.",
        fix="Nothing on a directory; else drop what helps no reader.",
    ),
    _page(
        "links-many-internal", "Over 1,000 followed internal links", "notice low", "n_followed_links > 1000",
        bad={"n_followed_links": 1001}, good={"n_followed_links": 1000}, shows="n_followed_links n_links",
        why="Nobody reads so many, and each passes next to nothing.", fix="Part the list into pages.",
    ),
    _page(
        "links-mixed-follow", "Page is linked with and without nofollow", "notice low",
        "n_followed_inlinks > 0 and n_followed_inlinks < n_inlinks",
        bad={"n_followed_inlinks": 1, "n_inlinks": 2},
        good=({"n_followed_inlinks": 2, "n_inlinks": 2}, {"n_followed_inlinks": 0, "n_inlinks": 2}),
        shows="n_followed_inlinks",
        why="The site recommends the page and at the same time does not.",
        fix="Remove nofollow from links to own pages.",
    ),
    _page(
        "links-only-nonindexable-in", "Only pages that may not be indexed link to it", "warning high",
        "n_inlinking_pages > 0 and n_indexable_inlinks = 0",
        bad={"n_inlinking_pages": 1, "n_indexable_inlinks": 0},
        good=({"n_inlinking_pages": 1, "n_indexable_inlinks": 1}, {"n_inlinking_pages": 0, "n_indexable_inlinks": 0}),
        gate="not is_home", closed=({"is_home": True},), shows="n_inlinking_pages n_indexable_inlinks",
        needs="spider",
        why="Search engines crawl such pages less and less, and in the end do not find this one.",
        fix="Link to it from a page that may be indexed.",
    ),
    _page(
        "links-single-inlink", "One own page alone links to it", "notice low", "n_inlinking_pages = 1",
        bad={"n_inlinking_pages": 1, "depth": 2}, good={"n_inlinking_pages": 2, "depth": 2}, gate="depth > 1",
        closed=({"depth": 1},),
        shows="n_inlinking_pages found_on",
        needs="spider",
        why="If that link goes, nobody finds the page.", fix="Link to it from other pages on its subject.",
        limits="Pages that the start page links to are left out.",
    ),
    _page(
        "links-low-score", "Page that others value and the site does not", "opportunity medium",
        f"link_score <= low_link_score and {_KNOWN}",
        bad=(
            {"link_score": 5.0, "low_link_score": 5.0, "n_backlinks": 1},
            {"link_score": 5.0, "low_link_score": 5.0, "n_visits": 1},
            {"link_score": 5.0, "low_link_score": 5.0, "impressions": 1.0},
        ),
        good=({"link_score": 5.1, "low_link_score": 5.0, "n_backlinks": 1},
            {"link_score": 5.0, "low_link_score": 5.0, "n_backlinks": 0}),
        shows="link_score n_backlinks n_visits impressions",
        needs="spider",
        why="Other sites, readers or search engines send visitors there, and it stands among the tenth of pages with "
        "the "
        "weakest internal links.",
        fix="Link to it from strong pages on its subject.",
    ),
    _page(
        "links-position-only-footer", "Page that no text links to", "notice low",
        "n_inlinking_pages > 0 and n_main_inlinks = 0",
        bad={"n_inlinking_pages": 1, "n_main_inlinks": 0, "depth": 2},
        good=(
            {"n_inlinking_pages": 1, "n_main_inlinks": 1, "depth": 2},
            {"n_inlinking_pages": 0, "n_main_inlinks": 0, "depth": 2},
        ),
        gate="not is_home and depth > 1", closed=({"is_home": True}, {"depth": 1}),
        shows="n_inlinking_pages n_main_inlinks",
        needs="spider",
        why="Menus and footers alone lead there: no sentence says why one should go.",
        fix="Link to it from the text of pages on its subject.",
    ),
    _page(
        "links-breadcrumb-missing", "Deep page without a way up", "opportunity low",
        "len(segments) > 2 and not links_above",
        bad={"segments": ["a", "b", "c"], "links_above": False},
        good=({"segments": ["a", "b"], "links_above": False}, {"segments": ["a", "b", "c"], "links_above": True}),
        shows="depth",
        why="A reader who comes from elsewhere cannot go to the level above.",
        fix="Add a trail of links to the levels above.",
        limits="Judged by links to a folder above the page or to the start page, whatever they look like.",
        source=GOOGLE + "appearance/structured-data/breadcrumb",
    ),
    Form(
        category=CATEGORY, over="own_pages", row={**PAGE, "is_indexable": False}, source=_GUIDE,
        gate="variant_of is null "
        "and index_reason in ('noindex', 'unavailable', 'canonicalised', 'redirected', 'robots')",
        closed=({"index_reason": "not-html"},), shows="index_reason link_score n_inlinks n_referring_domains",
    )(
        "links-equity-sink", "Strong page that may not be indexed", "opportunity medium",
        "link_score >= 60 and n_followed_inlinks >= 20",
        bad={"link_score": 60.0, "n_followed_inlinks": 20, "index_reason": "noindex"},
        good=(
            {"link_score": 59.0, "n_followed_inlinks": 20, "index_reason": "noindex"},
            {"link_score": 60.0, "n_followed_inlinks": 19, "index_reason": "noindex"},
        ),
        needs="spider",
        why="Much of what the site's own links pass on ends here, at a page that is never shown.",
        fix="Link to the page that should be found instead; leave baskets and logins in the menu as they are.",
    ),
    Form(
        category=CATEGORY, over="own_pages", row={**PAGE, "status": 404}, gate="status = 404 and is_html",
        closed=({"status": 410}, {"is_html": False}), source=GOOGLE + "crawling-indexing/http-network-errors",
        shows="n_links n_referring_domains",
    )(
        "resp-404-page-thin", "Error page that leads nowhere", "opportunity low", "n_internal_links = 0",
        bad={"n_internal_links": 0}, good={"n_internal_links": 1},
        why="A reader who followed an old link is lost to the site.",
        fix="Show the menu, the search and a link to the start page on the error page.", category="Errors on own pages",
        limits="Judged on error pages that the crawl met.",
    ),
)  # fmt: skip
