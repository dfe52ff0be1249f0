"""Rules on the addresses of pages: what readers see, what servers and crawlers trip over."""

from __future__ import annotations

from linkworthy.rules.common import GOOGLE, INDEXABLE, ODD_LINK, PAGE, RFC, SITE
from linkworthy.rules.forms import Form

CATEGORY = "Addresses"
_GUIDE = GOOGLE + "crawling-indexing/url-structure"
_SEEN = "n_inlinks n_referring_domains"

_page = Form(
    category=CATEGORY, over="own_pages", row=PAGE, gate=INDEXABLE, closed=({"is_indexable": False},), shows=_SEEN,
    source=_GUIDE,
)  # fmt: skip
_link = Form(
    category=CATEGORY, over="odd_links", row=ODD_LINK, gate="source_is_indexable",
    closed=({"source_is_indexable": False},), shows="source_url href anchor n_links n_pages", source=_GUIDE,
)  # fmt: skip
_family = {"url": SITE + "calendar/", "n_pages": 60, "n_alike": 40, "n_endless_forms": 60, "has_query": False}

ADDRESSES = (
    _page(
        "url-non-ascii", "Address with letters that must be encoded", "notice low",
        "regexp_matches(url, '%[89A-Fa-f][0-9A-Fa-f]')",
        bad={"url": SITE + "k%C3%A4se"}, good={"url": SITE + "kase%20"},
        why="Copied into a message, the address becomes a row of percent signs, and some programs break it.",
        fix="Nothing, where readers write in another script; else choose plain letters for new pages. Never change an "
        "address that is linked without a 301.",
        limits="Search engines read such addresses well: a matter of looks.",
        source=RFC + "rfc3986#section-2.5",
    ),
    _page(
        "url-underscore", "Address with underscores", "notice low", "contains(path, '_')",
        bad={"path": "/red_kettles"}, good={"path": "/red-kettles"},
        why="Google reads words parted by hyphens, and takes words parted by underscores for one.",
        fix="Use hyphens for new pages; leave old addresses as they are.",
    ),
    _page(
        "url-uppercase", "Address with capitals", "notice low", "regexp_matches(path, '[A-Z]')",
        bad={"path": "/Kettles"}, good={"path": "/kettles"},
        why="Addresses tell capitals from small letters: a link typed in small letters meets a 404 or a second page.",
        fix="Use small letters for new pages, and redirect other spellings (301).",
        limits="Capitals inside percent encoding are meant so and count as well.",
    ),
    _page(
        "url-parameters", "Address with parameters", "notice low", "query <> ''",
        bad={"query": "id=7"}, good={"query": ""},
        why="Parameters make many addresses for one page, and say nothing to a reader.",
        fix="Give pages that should be found an address without parameters, and name it as their canonical.",
    ),
    _page(
        "url-many-params", "Address with more than five parameters", "warning low",
        "len(regexp_extract_all(query, '[^&]+')) > 5",
        bad={"query": "a=1&b=2&c=3&d=4&e=5&f=6"}, good={"query": "a=1&b=2&c=3&d=4&e=5"},
        why="Every combination is an address of its own: crawlers spend their time on them.",
        fix="Drop parameters that do not change the page, and close combinations of filters for crawlers.",
        source=GOOGLE + "crawling-indexing/crawling-managing-faceted-navigation",
    ),
    _page(
        "url-long", "Address over 115 characters", "notice low", "length(url) > 115",
        bad={"url": "https://shop.example/" + "x" * 95}, good={"url": "https://shop.example/" + "x" * 94},
        why="Long addresses are cut off in messages and results, and nobody types them.",
        fix="Shorten addresses of new pages; leave old ones as they are.",
    ),
    _page(
        "url-multi-slash", "Address with two slashes in a row", "issue low", "contains(path, '//')",
        bad={"path": "/shop//kettles"}, good={"path": "/shop/kettles"},
        why="The address with one slash usually shows the same page: one page under two addresses.",
        fix="Correct the template that joins the parts, and redirect (301) to the address with one slash.",
    ),
    _page(
        "url-repetitive-path", "Address that repeats a folder", "warning low",
        "n_segments_again >= 2 or is_segment_doubled or (n_segments_again > 0 and content_twins > 0)",
        bad=(
            {"n_segments_again": 2, "is_segment_doubled": False, "content_twins": 0},
            {"n_segments_again": 1, "is_segment_doubled": True, "content_twins": 0},
            {"n_segments_again": 1, "is_segment_doubled": False, "content_twins": 1},
        ),
        good=(
            {"n_segments_again": 0, "is_segment_doubled": False, "content_twins": 1},
            {"n_segments_again": 1, "is_segment_doubled": False, "content_twins": 0},
        ),
        shows="segments",
        why="Relative links that lack a slash make addresses like /shop/shop/: crawlers can follow them for ever.",
        fix="Find the relative link behind it (found_on), and write it from the root.",
        limits="One name that comes again further on, as that of a package and of its module, is listed only where "
        "another page holds the same text. Some sites repeat a name on purpose, as an article in a category so called.",
    ),
    _page(
        "url-space", "Address with a space", "issue low", "contains(url, '%20') or regexp_matches(url, '[?].*[+]')",
        bad=({"url": SITE + "red%20kettles"}, {"url": SITE + "s?c=red+kettles"}), good={"url": SITE + "red-kettles"},
        why="Links break at the space when they are copied or typed.",
        fix="Put hyphens in place of spaces, and redirect (301) the old address.",
    ),
    _page(
        "url-deep-folder", "Page more than five folders deep", "notice low", "len(segments) > 6",
        bad={"segments": list("abcdefg")}, good={"segments": list("abcdef")}, shows="depth",
        why="The address is long, and says nothing that a shorter one would not.",
        fix="Nothing, if few clicks lead there (depth); else bring the page nearer.",
        limits="Folders are no clicks: what counts for search is links-deep.",
    ),
    _page(
        "url-double-encoded", "Address that was encoded twice", "warning low",
        "regexp_matches(url, '%25[0-9A-Fa-f]{2}')",
        bad={"url": SITE + "k%25C3%25A4se"}, good={"url": SITE + "100%25"},
        why="A program encoded an address that was encoded already: the link leads to another address than was meant.",
        fix="Correct the template that writes the link.",
        source=RFC + "rfc3986#section-2.4",
    ),
    _page(
        "url-session-id", "Address with a session's number", "issue medium",
        "regexp_matches(url, "
        "'(?i)([?&;](phpsessid|jsessionid|aspsessionid[a-z]*|sessionid|session_id|sid|cfid|zenid)=)')",
        bad=({"url": SITE + "k?PHPSESSID=0a1b"}, {"url": SITE + "k;jsessionid=0a1b"}),
        good={"url": SITE + "k?side=0a1b"},
        why="Every visitor gets addresses of their own: crawlers find the site again and again, and links are divided.",
        fix="Keep sessions in cookies, and name the clean address as canonical.",
        limits="A parameter called sid may be something else.",
    ),
    _page(
        "url-internal-search", "Result page of the site's own search is open to search engines", "warning low",
        "regexp_matches(path, '(?i)^/(search|suche|recherche|buscar|busca|cerca|zoeken|szukaj)(/|[.][a-z]+$|$)') "
        "or regexp_matches(query, '(?i)(^|&)(s|q|query|search|keyword|suche)=')",
        bad=({"path": "/search/red"}, {"path": "/", "query": "s=red"}),
        good={"path": "/research", "query": "colors=red"},
        shows="meta_robots",
        why="Anybody can make any number of such pages by linking to them; search engines ask to keep them out.",
        fix="Say noindex on them, or close the search in robots.txt.",
        source=GOOGLE + "essentials/spam-policies",
    ),
    Form(
        category=CATEGORY, over="own_hosts", row={"host_url": "https://shop.example", "n_pages": 9}, source=_GUIDE,
        shows="n_pages on_page",
    )(
        "url-nonstandard-port", "Host at an unusual port", "notice low", "regexp_matches(host_url, ':[0-9]+$')",
        bad={"host_url": "https://shop.example:8443"}, good={"host_url": "https://shop.example"},
        why="Networks of firms close unusual ports, and links to it count for another site than the one without it.",
        fix="Serve the site at the usual port.", limits="One finding for each host.",
    ),
    _link(
        "url-tracking-params", "Internal link with tracking parameters", "warning low", "is_tracked and is_own_target",
        bad={"is_tracked": True, "href": "/kettles?utm_source=home"},
        good=({"is_tracked": False}, {"is_tracked": True, "is_own_target": False}),
        why="The visit begins anew in analytics, so that its true source is lost, and the page gets a second address.",
        fix="Count clicks inside the site with events, and link to the clean address.",
        source="https://support.google.com/analytics/answer/10917952",
    ),
    _link(
        "js-old-ajax-url", "Link in the retired AJAX scheme (#!)", "warning low", "is_hashbang and is_own_target "
        "and not ends_with(trim(href), '#!')",
        bad={"is_hashbang": True, "href": "/#!kettles"},
        good=({"is_hashbang": False, "href": "/#!kettles"},
            {"is_hashbang": True, "is_own_target": False, "href": "/#!kettles"},
            {"is_hashbang": True, "href": "#!"}),
        why="Search engines leave out what follows #: all these addresses are one page to them.",
        fix="Give each view an address of its own with the History API.",
        source=GOOGLE + "crawling-indexing/javascript/javascript-seo-basics", category="JavaScript",
    ),
    Form(category=CATEGORY, over="families", row=_family,
        source=GOOGLE + "crawling-indexing/crawling-managing-faceted-navigation")(
        "url-trap", "Folder that may grow without end", "warning high",
        "n_pages >= 50 and n_alike >= n_pages * 0.5 and (has_query or n_endless_forms >= n_pages * 0.5)",
        bad=({"n_pages": 50, "n_alike": 25, "n_endless_forms": 25}, {"n_endless_forms": 0, "has_query": True}),
        good=(
            {"n_pages": 49, "n_alike": 49}, {"n_alike": 29}, {"n_endless_forms": 29},
        ),
        shows="n_pages n_alike on_page has_query",
        why="Calendars, filters and relative links make addresses faster than a crawler can read them; the pages that "
        "matter wait.",
        fix="Close the folder or the parameters in robots.txt, or do not link to the next empty page.",
        limits="Told by at least 50 pages of one form, half of them alike, with dates, repeated folders or parameters.",
    ),
    _link(
        "url-broken-bookmark", "Link to a place that is not on the page", "issue low",
        "contains(href, '#') and not is_place_found and is_own_target and trim(anchor) <> ''",
        bad={"is_place_found": False, "href": "/kettles#care"},
        good=({"is_place_found": False}, *({"href": "/kettles#care", "is_place_found": False, **one}
            for one in ({"is_place_found": True}, {"is_own_target": False}, {"anchor": " "}))),
        why="The reader lands at the top of the page, and not at the place that the link speaks of.",
        fix="Give the element the id that the link names, or correct the link.",
        limits="Places that a script makes are not seen. Links without words, and fragments named like a window or a "
        "menu, are buttons, and are left out.",
        source="https://html.spec.whatwg.org/multipage/browsing-the-web.html#scroll-to-fragid",
    ),
)  # fmt: skip
