"""Rules on links to other sites: each still works, and none points at a bad neighbourhood."""

from __future__ import annotations

from linkworthy.catalogue.rule import Rule
from linkworthy.rules.common import BLOCKED, CLIENT_BLOCKED, GOOGLE, OUTSIDE, RFC, TRANSIENT

CATEGORY = "Outbound links"
_ERRORS = GOOGLE + "crawling-indexing/http-network-errors"
_SEEN = ("linked_from", "n_pages", "anchors", "status", "final_status", "final_url", "fault")
_FAILED = {**OUTSIDE, "state": "failed", "status": None, "final_status": None}
_SPAM_WHY = (
    "Search engines judge a site by the company it keeps. Links to pages of this kind are typical of sites that were "
    "broken "
    "into, of bought links and of abandoned domains in new hands."
)

OUTBOUND = (
    Rule(
        slug="out-broken",
        title="Outbound link to a page that is gone",
        category=CATEGORY,
        over="outbound",
        severity="issue",
        priority="high",
        where="final_status in (404, 410)",
        evidence=_SEEN,
        why="Your readers follow your recommendation and end on an error; it also shows that the page is not looked "
        "after.",
        fix="Link to where the page moved, to a copy in an archive, or to another source; else remove the link.",
        source=_ERRORS,
        limits="Seen in one check. A second check a day later makes it certain.",
        flags=({**OUTSIDE, "final_status": 404}, {**OUTSIDE, "final_status": 410}),
        passes=(OUTSIDE, {**OUTSIDE, "final_status": 403}),
    ),
    Rule(
        slug="out-domain-expired",
        title="Outbound link to a domain that no longer exists",
        category=CATEGORY,
        over="outbound",
        severity="issue",
        priority="high",
        gate="is_online",
        where="fault = 'name-not-found'",
        evidence=_SEEN,
        why="The name leads nowhere. Anybody may register it and put spam where you send your readers.",
        fix="Remove the link, or link to another source.",
        source=GOOGLE + "essentials/spam-policies#expired-domain-abuse",
        limits="A domain that is parked or for sale still answers, and is not seen by this rule. Where no other site "
        "answers at all, or half of all names are not found, the network of this machine is at fault, and nothing is "
        "flagged.",
        flags=({**_FAILED, "is_online": True, "fault": "name-not-found"},),
        passes=(
            {**_FAILED, "is_online": True, "fault": "name-failure"},
            {**_FAILED, "is_online": False, "fault": "name-not-found"},
            {**OUTSIDE, "is_online": True},
        ),
    ),
    Rule(
        slug="resp-ext-4xx",
        title="Outbound link answers with a client error",
        category=CATEGORY,
        over="outbound",
        severity="warning",
        priority="low",
        where=f"final_status >= 400 and final_status < 500 and final_status not in (404, 410) "
        f"and final_status not in {CLIENT_BLOCKED}",
        evidence=_SEEN,
        why="The page refuses this request, and readers most likely get the same answer.",
        fix="Open it by hand; correct or remove the link.",
        source=_ERRORS,
        limits="Statuses 401, 403, 407, 429 and 451 are listed as not checked.",
        flags=tuple({**OUTSIDE, "final_status": status} for status in (400, 405, 499)),
        passes=tuple(
            {**OUTSIDE, "final_status": status} for status in (200, 399, 401, 403, 404, 407, 410, 429, 451, 500)
        ),
    ),
    Rule(
        slug="resp-ext-5xx",
        title="Outbound link answers with a server error",
        category=CATEGORY,
        over="outbound",
        severity="warning",
        priority="low",
        where="final_status >= 500 and final_status < 600 and final_status <> 503",
        evidence=_SEEN,
        why="The other server failed. It may be back tomorrow; if not, the link is broken.",
        fix="Check again in a few days.",
        source=_ERRORS,
        flags=({**OUTSIDE, "final_status": 500}, {**OUTSIDE, "final_status": 599}),
        passes=tuple({**OUTSIDE, "final_status": status} for status in (499, 503, 600)),
    ),
    Rule(
        slug="resp-ext-no-response",
        title="Outbound link gives no answer",
        category=CATEGORY,
        over="outbound",
        severity="warning",
        priority="low",
        where=f"state = 'failed' and fault <> 'name-not-found' and fault not in {TRANSIENT}",
        evidence=_SEEN,
        why="The server refused the connection, its certificate is invalid, or its redirects lead nowhere.",
        fix="Open it by hand; correct or remove the link.",
        source=_ERRORS + "#network-and-dns-errors",
        limits="Time-outs are listed as not checked.",
        flags=({**_FAILED, "fault": "refused"}, {**_FAILED, "fault": "tls-expired"}),
        passes=(
            OUTSIDE,
            {**OUTSIDE, "fault": "refused"},
            *({**_FAILED, "fault": fault} for fault in ("name-not-found", "timeout", "too-slow", "name-failure")),
            *(
                {**_FAILED, "fault": fault}
                for fault in ("disallowed", "private-address", "not-recorded", "not-rendered")
            ),
        ),
    ),
    Rule(
        slug="out-unchecked",
        title="Outbound link could not be checked",
        category=CATEGORY,
        over="outbound",
        severity="notice",
        priority="low",
        where=f"final_status in {BLOCKED} or state = 'disallowed' or fault in {TRANSIENT}",
        evidence=_SEEN,
        why="The other site turned our program away or did not answer in time. Readers may well see the page: it is "
        "not called broken.",
        fix="Open a few of them by hand.",
        source=RFC + "rfc9110#section-15.5.4",
        flags=(
            *({**OUTSIDE, "final_status": status} for status in (401, 403, 407, 429, 451, 503, 999)),
            {**_FAILED, "state": "disallowed"},
            *({**_FAILED, "fault": fault} for fault in ("timeout", "too-slow", "name-failure", "disallowed")),
            *({**_FAILED, "fault": fault} for fault in ("private-address", "not-recorded", "not-rendered")),
        ),
        passes=(OUTSIDE, {**OUTSIDE, "final_status": 404}, {**_FAILED, "fault": "refused"}),
    ),
    Rule(
        slug="resp-ext-3xx",
        title="Outbound link passes two redirects or more",
        category=CATEGORY,
        over="outbound",
        severity="notice",
        priority="low",
        where="n_hops >= 2 and final_status = 200",
        evidence=("n_hops", *_SEEN),
        why="Readers wait longer, and a long chain often ends somewhere else than it once did.",
        fix="Link to the final URL.",
        source=GOOGLE + "crawling-indexing/301-redirects",
        flags=({**OUTSIDE, "n_hops": 2},),
        passes=({**OUTSIDE, "n_hops": 1}, {**OUTSIDE, "n_hops": 2, "final_status": 404}),
    ),
    Rule(
        slug="out-redirect-offtopic",
        title="Outbound link now leads to another domain",
        category=CATEGORY,
        over="outbound",
        severity="warning",
        priority="high",
        gate="n_hops > 0 and final_status = 200",
        where="final_host <> domain and not ends_with(final_host, '.' || domain)",
        evidence=("final_host", *_SEEN),
        why="What you recommended has moved to another owner's site, "
        "or the domain was sold. Your recommendation went with it.",
        fix="Read the new page. Link to it directly if it is what you mean; else remove the link.",
        source=GOOGLE + "essentials/spam-policies#expired-domain-abuse",
        limits="A firm that changed its name, and a link shortener, look the same.",
        flags=({**OUTSIDE, "n_hops": 1, "final_host": "bazaar.example"},),
        passes=(
            {**OUTSIDE, "n_hops": 1},
            {**OUTSIDE, "n_hops": 1, "final_host": "www.museum.example"},
            {**OUTSIDE, "n_hops": 0, "final_host": "bazaar.example"},
            {**OUTSIDE, "n_hops": 1, "final_host": "bazaar.example", "final_status": 404},
        ),
    ),
    Rule(
        slug="out-spam-like",
        title="Outbound link to a bad neighbourhood",
        category=CATEGORY,
        over="outbound",
        severity="issue",
        priority="high",
        where="len(poison_words) > 0",
        evidence=("poison_words", "title", *_SEEN),
        why=_SPAM_WHY,
        fix="Look at the page. If nobody of yours placed the link, look for a break-in; remove it, "
        "or mark it rel=sponsored or ugc.",
        source=GOOGLE + "essentials/spam-policies#link-spam",
        limits="Judged by words of trades that live on spam in the host, the anchors "
        "and the title: a newspaper about casinos is "
        "flagged as well, a site with a harmless name is not. Words that your own start page uses are left out.",
        flags=({**OUTSIDE, "poison_words": ["casino"]},),
        passes=(OUTSIDE,),
    ),
    Rule(
        slug="links-localhost",
        title="Link to a machine that only you can reach",
        category=CATEGORY,
        over="outbound",
        severity="issue",
        priority="high",
        where=r"regexp_matches(host, '^(localhost|127\..*|\[::1\]|.*\.local|.*\.localhost|10\..*|192\.168\..*)$') "
        "and not coalesce(list_bool_and(list_transform(anchors, lambda said: contains(lower(said), host))), false)",
        evidence=("linked_from", "n_pages", "anchors"),
        why="The link works on the machine where the page was written, and for no reader.",
        fix="Put in the public address, or remove the link.",
        source=RFC + "rfc6761#section-6.3",
        flags=(
            {**OUTSIDE, "host": "localhost"},
            {**OUTSIDE, "host": "192.168.1.20"},
            {**OUTSIDE, "host": "nas.local"},
            {**OUTSIDE, "host": "localhost", "anchors": ["http://localhost:5000/", "preview"]},
        ),
        limits="Where the link's own words are that address, the text is about it, as in a manual: such links are left "
        "out.",
        passes=(
            OUTSIDE,
            {**OUTSIDE, "host": "local.example"},
            {**OUTSIDE, "host": "localhost", "anchors": ["http://localhost:5000/"]},
        ),
    ),
)
