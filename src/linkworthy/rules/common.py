"""What several modules of rules share: gates, guidelines, and the plain rows that examples start from."""

from __future__ import annotations

from typing import Any

GOOGLE = "https://developers.google.com/search/docs/"
"""Google Search Central's documentation."""
RFC = "https://www.rfc-editor.org/rfc/"

SERVED = "status = 200 and is_html and redirect_url is null"
"""Own URLs at which a reader sees a page: neither errors nor redirects."""
ANSWERED = f"{SERVED} and variant_of is null"
"""Own pages that a reader sees, each under one address: the faults of a page are not repeated for its variants."""
INDEXABLE = "is_indexable and variant_of is null"
"""Own pages that a search engine may show, each under one address."""

BLOCKED = "(401, 403, 407, 429, 451, 503, 999)"
"""Statuses that turn a program away and may well let a reader in: not checked, never broken."""
CLIENT_BLOCKED = "(401, 403, 407, 429, 451)"
"""Those among them below 500."""
TRANSIENT = "('timeout', 'too-slow', 'name-failure', 'disallowed', 'private-address', 'not-recorded', 'not-rendered')"
"""Faults that say nothing about what a reader would see."""

ON_THIS_MACHINE = r"regexp_matches(url, '^http://(localhost|127[.][0-9.]+|\[::1\])[:/]')"
"""A server that the machine runs for itself: a try, and no public page."""

SITE = "https://shop.example/"
PAGE: dict[str, Any] = {
    "url": SITE + "kettles", "path": "/kettles", "query": "", "status": 200, "state": "answered", "is_html": True,
    "is_indexable": True, "is_home": False, "value": 0.0,
}  # fmt: skip
"""An own page without fault."""
LINK: dict[str, Any] = {
    "source_url": SITE, "n": 0, "url": SITE + "kettles", "href": "/kettles", "anchor": "Kettles", "kind": "text",
    "target_state": "answered", "target_status": 200, "target_final_status": 200, "target_redirects": False,
    "target_is_loop": False, "target_is_indexable": True, "source_is_indexable": True,
}  # fmt: skip
"""An internal link without fault."""
ODD_LINK: dict[str, Any] = {
    "source_url": SITE, "n": 0, "url": SITE + "kettles", "href": "/kettles", "anchor": "Kettles", "kind": "text",
    "region": "main", "host": "shop.example", "scheme": "https", "is_own_target": True, "is_nofollow": False,
    "is_generic": False, "is_unsafe": False, "is_hidden": False, "is_ugc": False, "is_sponsored": False, "n_links": 1,
    "n_pages": 1, "source_is_indexable": True, "target_is_indexable": True,
}  # fmt: skip
"""An unusual link without fault."""
OUTSIDE: dict[str, Any] = {
    "url": "https://museum.example/", "host": "museum.example", "domain": "museum.example", "n_pages": 1,
        "state": "answered",
    "status": 200, "final_status": 200, "final_url": "https://museum.example/", "final_host": "museum.example",
        "n_hops": 0,
    "poison_words": [], "is_followed": True, "fault": "",
}  # fmt: skip
"""A page of another site that is linked to, without fault."""
REDIRECT: dict[str, Any] = {
    "url": SITE + "old", "final_url": SITE + "new", "final_status": 200, "n_hops": 1, "is_loop": False,
        "is_temporary": False,
    "is_downgrade": False, "is_offsite": False, "is_to_home": False, "is_inner": False, "kinds": ["http"],
        "n_inlinks": 1,
        "n_backlinks": 0,
}  # fmt: skip
"""An own URL that redirects as it should."""
TARGET: dict[str, Any] = {
    "url": SITE + "kettles", "final_url": SITE + "kettles", "status": 200, "final_status": 200, "n_hops": 0,
        "is_temporary": False,
    "is_to_home": False, "is_loop": False, "is_noindex": False, "is_robots_allowed": True, "canonical_state": "self",
        "n_inlinks": 3,
    "n_links": 1, "n_referring_domains": 1, "n_words": 500, "ttfb_ms": 100.0, "content_twins": 0,
}  # fmt: skip
"""An own URL that other sites link to, without fault."""
PROBE: dict[str, Any] = {
    "kind": "www", "url": "https://www.shop.example/", "twin_url": SITE, "status": 200, "final_status": 200,
    "final_url": "https://www.shop.example/", "n_hops": 0, "is_same_content": True,
}  # fmt: skip
"""A variant of the start page that answers by itself."""
ENTRY: dict[str, Any] = {
    "url": SITE + "kettles", "sitemap_url": SITE + "sitemap.xml", "state": "answered", "status": 200, "depth": 1,
    "is_indexable": True, "n_inlinking_pages": 2,
}  # fmt: skip
"""A URL of a sitemap, without fault."""
