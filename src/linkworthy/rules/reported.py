"""Rules that join the crawl to reports and logs: search engines' figures, analytics, and what bots met."""

from __future__ import annotations

from linkworthy.rules.common import GOOGLE, INDEXABLE, PAGE, SERVED, SITE
from linkworthy.rules.forms import Form

CATEGORY = "Search, visitors and bots"
_CONSOLE = "https://support.google.com/webmasters/answer/"
_SEEN = "n_inlinks n_referring_domains"

_page = Form(
    category=CATEGORY, over="own_pages", row=PAGE, gate=INDEXABLE, closed=({"is_indexable": False},), shows=_SEEN,
    source=_CONSOLE + "7576553",
)  # fmt: skip
_shut = Form(
    category=CATEGORY, over="own_pages", row={**PAGE, "is_indexable": False, "index_reason": "noindex"},
    gate="not is_indexable", closed=({"is_indexable": True},), shows=f"index_reason {_SEEN}",
    source=_CONSOLE + "7576553",
)  # fmt: skip
_said = Form(
    category=CATEGORY, over="reported_pages", source=_CONSOLE + "7576553", shows="status depth n_inlinking_pages",
    row={"url": SITE + "old", "is_known": True, "state": "answered", "status": 200, "is_html": True,
        "is_indexable": True,
         "n_inlinking_pages": 2, "is_file": False, "depth": 1},
)  # fmt: skip

REPORTED = (
    _page(
        "gsc-no-data", "Page that search never shows", "notice low", "impressions = 0",
        bad={"impressions": 0.0}, good={"impressions": 1.0}, needs="search",
        why="It may not be indexed, or answer no question that is asked.",
        fix="Look whether it is indexed; if so, see what readers search for.",
        limits="Exports hold the first thousand pages at most: on a large site the others look as if they were never "
        "shown.",
    ),
    _shut(
        "gsc-nonindexable", "Page that may not be indexed is shown in search", "warning medium", "impressions > 0",
        bad={"impressions": 1.0}, good={"impressions": 0.0}, shows="impressions clicks", needs="search",
        why="It is about to go, and its visits with it; or it says noindex by mistake.",
        fix="Check whether it should be found.", limits="A change of the last days is not in the export yet.",
    ),
    _said(
        "gsc-orphan", "Page that search shows and no own page links to", "warning medium",
        "impressions > 0 and (not is_known or (n_inlinking_pages = 0 and depth is distinct from 0)) and not is_file",
        bad=({"impressions": 1.0, "is_known": False, "n_inlinking_pages": None},
            {"impressions": 1.0, "n_inlinking_pages": 0}),
        good=(
            {"impressions": 1.0}, {"impressions": 0.0, "n_inlinking_pages": 0},
            {"impressions": 1.0, "n_inlinking_pages": 0, "depth": 0},
            {"impressions": 1.0, "n_inlinking_pages": 0, "is_file": True},
        ),
        shows="impressions clicks is_known", needs="spider search",
        why="It is found in spite of the site; one link could make much of it.",
        fix="Link to it from pages on its subject.",
        limits="Pages beyond the limits of the crawl count as not linked.",
    ),
    _page(
        "gsc-not-on-google", "Google says that the page is not indexed", "warning high", "google_verdict <> 'indexed'",
        bad={"google_verdict": "not indexed"}, good={"google_verdict": "indexed"}, shows="google_verdict",
        why="It cannot be found.", fix="Follow the reason that Google gives.", source=_CONSOLE + "9012289",
        gate="not is_home", closed=({"is_home": True},),
    ),
    _page(
        "gsc-indexable-not-indexed", "Page that may be indexed and is not", "warning high",
        "google_verdict in ('discovered', 'crawled')",
        bad=({"google_verdict": "discovered"}, {"google_verdict": "crawled"}), good={"google_verdict": "indexed"},
        shows="google_verdict link_score",
        why="Google knows it and leaves it out: it finds the page not worth its place.",
        fix="Link to it from strong pages, and say more.", source=_CONSOLE + "7440203",
    ),
    _page(
        "gsc-has-issues", "Page is indexed with issues", "warning medium", "google_issues is not null",
        bad={"google_issues": "structured data"}, good={}, shows="google_issues", why="A part of it is not used.",
        fix="Open the URL in Search Console.", source=_CONSOLE + "9012289",
    ),
    _page(
        "gsc-canonical", "Google chose another canonical", "warning high",
        "google_canonical <> coalesce(canonical_url, url)",
        bad={"google_canonical": SITE + "pots"}, good={"google_canonical": PAGE["url"]},
        shows="google_canonical canonical_url",
        why="Google takes the page for a copy of another one.",
        fix="Set the two pages apart, or redirect one to the other.",
        source=GOOGLE + "crawling-indexing/canonicalization-troubleshooting",
    ),
    _page(
        "gsc-mobile", "Google called the page unfit for phones", "notice medium", "mobile_verdict = 'failed'",
        bad={"mobile_verdict": "failed"}, good={"mobile_verdict": "passed"}, shows="mobile_verdict",
        why="Google stopped this report in 2023: the word is old.", fix="See the rules on phones.",
        source=_CONSOLE + "9012289",
    ),
    _page(
        "gsc-amp", "Google calls the AMP page invalid", "issue medium", "amp_verdict = 'failed'",
        bad={"amp_verdict": "failed"}, good={"amp_verdict": "passed"}, shows="amp_verdict",
        why="It is not shown as AMP.", fix="Follow the reason that Google gives.", source=_CONSOLE + "7450883",
    ),
    _page(
        "gsc-rich", "Google calls the structured data invalid", "issue medium", "rich_verdict = 'failed'",
        bad={"rich_verdict": "failed"}, good={"rich_verdict": "passed"}, shows="rich_verdict schema_types",
        why="No rich result is shown.", fix="Correct what Google names.", source=_CONSOLE + "7552505",
    ),
    _page(
        "ga-no-data", "Page without a visit", "notice low", "sessions = 0",
        bad={"sessions": 0.0}, good={"sessions": 1.0}, shows="sessions", why="Nobody begins a visit there.",
        fix="See whether it is needed.", source="https://support.google.com/analytics/answer/9964640",
    ),
    _shut(
        "ga-nonindexable", "Page that may not be indexed has visits", "warning medium", "sessions > 0",
        bad={"sessions": 1.0}, good={"sessions": 0.0}, shows="sessions",
        why="Readers come there: perhaps it should be found.", fix="Check whether it says noindex by mistake.",
        source="https://support.google.com/analytics/answer/9964640",
    ),
    _page(
        "ga-bounce", "Most visitors leave at once", "notice low", "bounce_share > 0.7",
        bad={"bounce_share": 0.71}, good={"bounce_share": 0.7}, shows="bounce_share sessions",
        why="The page may not hold what its title promised; or it answers at once.", fix="Read it as a stranger would.",
        source="https://support.google.com/analytics/answer/12195621",
    ),
    _page(
        "ga-orphan", "Page with visits that no own page links to", "warning medium",
        "sessions > 0 and n_inlinking_pages = 0",
        bad={"sessions": 1.0, "n_inlinking_pages": 0},
        good=({"sessions": 0.0, "n_inlinking_pages": 0}, {"sessions": 1.0, "n_inlinking_pages": 1}), shows="sessions",
        needs="spider",
        why="Readers come there in spite of the site.", fix="Link to it from pages on its subject.",
        source="https://support.google.com/analytics/answer/9964640", gate="not is_home", closed=({"is_home": True},),
    ),
    _page(
        "log-bot-never", "Page that no bot has fetched", "warning medium", "n_bot_hits = 0",
        bad={"n_bot_hits": 0, "bot_share": 0.3}, good={"n_bot_hits": 1, "bot_share": 0.3}, shows="depth link_score",
        needs="bots", gate="bot_share >= 0.3", closed=({"bot_share": 0.29},),
        why="What is not fetched is not indexed.",
        fix="Link to it from pages that bots fetch often; name it in the sitemap.",
        limits="All declared bots in the imported logs are counted together, over the days that the logs hold. "
        "Asked only where bots fetched three in ten of the pages that may be indexed: else the log is too short.",
        source=GOOGLE + "crawling-indexing/large-site-managing-crawl-budget",
    ),
    Form(
        category=CATEGORY, over="site", row={"url": SITE, "n_pages": 100}, shows="n_bot_hits n_wasted_hits",
        source=GOOGLE + "crawling-indexing/large-site-managing-crawl-budget",
    )(
        "log-waste", "Bots spend a fifth of their requests on nothing", "warning medium",
        "n_wasted_hits > n_bot_hits * 0.2 and n_bot_hits >= 1000",
        bad={"n_wasted_hits": 201, "n_bot_hits": 1000},
        good=({"n_wasted_hits": 200, "n_bot_hits": 1000}, {"n_wasted_hits": 999, "n_bot_hits": 999}), needs="bots",
        why="Redirects, parameters and pages that may not be indexed are fetched while others wait.",
        fix="Link to final addresses, and close parameters in robots.txt.",
        limits="Requests for pictures, scripts and other files are left out.",
    ),
    Form(
        category=CATEGORY, over="own_pages", row={**PAGE, "n_bot_hits": 9}, gate=SERVED, closed=({"status": 404},),
        shows="n_bot_hits n_bot_errors", source=GOOGLE + "crawling-indexing/http-network-errors",
    )(
        "log-bot-errors", "Bots meet errors that readers do not", "issue high",
        "n_bot_errors >= 2 and n_bot_errors * 10 >= n_bot_hits",
        bad={"n_bot_errors": 2, "n_bot_hits": 20},
        good=({"n_bot_errors": 1, "n_bot_hits": 9}, {"n_bot_errors": 2, "n_bot_hits": 21}),
        needs="bots",
        why="The page answers us, and answered bots with an error: a limit or a block turns them away.",
        fix="Look at the log for the hours of these errors, and at rules of the firewall.",
        limits="Answers 401, 403 and 429 are left out; an error of some hours that is over counts as well.",
    ),
    Form(category=CATEGORY, over="own_pages", row=PAGE, gate=SERVED, closed=({"status": 404},),
        source=GOOGLE + "crawling-indexing/verifying-googlebot")(
        "log-fake-bot", "Somebody poses as a search engine's bot", "notice low", "n_false_bot_hits > 0",
        bad={"n_false_bot_hits": 1}, good={"n_false_bot_hits": 0}, shows="n_false_bot_hits",
        why="It takes what only bots get, and spoils the figures.", fix="Block it by its address.",
    ),
    *(
        Form(
            category=category, over="own_pages", row=PAGE, gate=SERVED, closed=({"status": 404},),
            shows="second_answer", source=source
        )(
            slug, title, grade, f"second_answer = '{word}'", bad={"second_answer": word},
            good={"second_answer": "same"},
            why=why, fix=fix,
        )
        for slug, title, grade, word, category, why, fix, source in (
            (
                "resp-flaky", "Page answers differently the second time", "warning medium", "differs",
                "Broken pages and links",
                "Search engines and readers meet one page today and another tomorrow.",
                "Look for servers that are not alike.",
                GOOGLE + "crawling-indexing/http-network-errors",
            ),
            (
                "ai-waf-block", "Bots of AI are let in and turned away", "warning high", "bot turned away",
                "Robots.txt and site files", "The file robots.txt lets them in, and the firewall does not.",
                "Let one of the two decide.", "https://platform.openai.com/docs/bots",
            ),
        )
    ),
)  # fmt: skip
