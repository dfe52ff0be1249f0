"""Rules on what links of other sites are worth to the site: where their weight ends, and what is lost on the way."""

from __future__ import annotations

from linkworthy.rules.common import GOOGLE, INDEXABLE, PAGE, REDIRECT, TARGET
from linkworthy.rules.forms import Form

CATEGORY = "Links from other sites that are lost"
_LINKS = GOOGLE + "crawling-indexing/links-crawlable"

_target = Form(
    category=CATEGORY, over="backlink_targets", source=_LINKS, shows="n_links n_referring_domains",
    row={**TARGET, "n_followed_links": 9, "n_main_links": 5, "many_domains": 4.0, "n_targets": 30, "has_query": False,
         "is_tracked": False},
)  # fmt: skip

STAKES = (
    _target(
        "bl-target-thin", "Page that many link to passes nothing on", "opportunity medium",
        "n_referring_domains >= many_domains and (n_words < 200 or n_followed_links = 0)",
        bad=({"n_referring_domains": 4, "n_words": 199}, {"n_referring_domains": 4, "n_followed_links": 0}),
        good=({"n_referring_domains": 4, "n_words": 200}, {"n_referring_domains": 3, "n_words": 199}),
        gate="final_status = 200 and n_targets >= 20 and n_referring_domains >= 2",
        closed=(
            {"final_status": 404}, {"n_targets": 19}, {"n_referring_domains": 1, "many_domains": 1.0},
        ),
        shows="n_words n_followed_links many_domains",
        why="It stands among the tenth of pages that others link to most, and holds little or leads nowhere.",
        fix="Say more on it, and link from its text to the pages that should gain.",
        limits="Asked where other sites link to at least 20 own addresses.",
    ),
    Form(
        category=CATEGORY, over="own_pages", row=PAGE, gate=INDEXABLE, closed=({"is_indexable": False},), source=_LINKS,
        shows="n_referring_domains many_domains n_main_links",
    )(
        "bl-equity-unused", "Strong page that links to no page that earns", "opportunity high",
        "n_referring_domains >= many_domains and n_money_links = 0",
        bad={"n_referring_domains": 4, "many_domains": 4.0, "n_money_links": 0},
        good=(
            {"n_referring_domains": 3, "many_domains": 4.0, "n_money_links": 0},
            {"n_referring_domains": 4, "many_domains": 4.0, "n_money_links": 1},
        ),
        why="What others give this page does not reach the pages that you live on.",
        fix="Link from its text to one of them, where it helps the reader.",
    ),
    _target(
        "bl-fragment-lost", "Link leads to a place that is not on the page any more", "opportunity low",
        "is_fragment_lost",
        bad={"is_fragment_lost": True}, good={"is_fragment_lost": False},
        why="Readers land at the top and must look for what they were promised.", fix="Put the id back on the element.",
        source="https://html.spec.whatwg.org/multipage/browsing-the-web.html#scroll-to-fragid",
    ),
    _target(
        "bl-param-target", "Links lead to an address with tracking parameters", "opportunity low",
        "is_tracked and canonical_state in ('self', 'none') and final_status = 200 and n_hops = 0",
        bad=({"is_tracked": True}, {"is_tracked": True, "canonical_state": "none"}),
        good=(
            {}, {"is_tracked": True, "canonical_state": "other"}, {"is_tracked": True, "final_status": 404},
            {"is_tracked": True, "n_hops": 1},
        ),
        shows="canonical_state",
        why="They count for an address of their own, and not for the page.", fix="Name the clean address as canonical.",
        source=GOOGLE + "crawling-indexing/consolidate-duplicate-urls",
    ),
    Form(
        category="Redirects", over="redirects", row=REDIRECT, source=GOOGLE + "crawling-indexing/301-redirects",
        shows="final_url final_status n_inlinks linked_from",
    )(
        "resp-int-3xx", "Own address that redirects and is linked to", "notice low",
        "n_inlinks > 0 and not is_inner and not is_loop",
        bad={"n_inlinks": 1},
        good=({"n_inlinks": 0}, {"n_inlinks": 1, "is_inner": True}, {"n_inlinks": 1, "is_loop": True}),
        why="Each visit by these links takes a request more.", fix="Link to the final address.",
        limits="One entry for each address; resp-link-to-redirect lists each link. Redirects that no own page links "
        "to do "
        "their work and are not listed.",
    ),
)  # fmt: skip
