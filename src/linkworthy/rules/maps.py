"""Rules on files that guide crawlers: sitemaps, robots.txt, and files with a fixed address."""

from __future__ import annotations

from linkworthy.rules.common import ENTRY, GOOGLE, RFC, SITE
from linkworthy.rules.forms import Form

SITEMAPS = "Sitemaps"
ROBOTS = "Robots.txt and site files"
_MAP = GOOGLE + "crawling-indexing/sitemaps/build-sitemap"
_ROBOTS = GOOGLE + "crawling-indexing/robots/robots_txt"
_BOTS = "https://developers.google.com/search/docs/crawling-indexing/overview-google-crawlers"
_AI = (
    "GPTBot",
    "ClaudeBot",
    "CCBot",
    "Google-Extended",
    "PerplexityBot",
    "Applebot-Extended",
    "Bytespider",
    "Amazonbot",
)
_ANSWERS = ("OAI-SearchBot", "Claude-SearchBot", "PerplexityBot", "ChatGPT-User")

_map = Form(
    category=SITEMAPS, over="sitemaps", shows="n_urls", source=_MAP,
    row={"url": SITE + "sitemap.xml", "n_urls": 40, "n_dated": 40, "n_dates": 30, "n_future": 0, "n_unsafe": 0,
        "n_foreign": 0,
         "n_rejected": 0, "is_long": False, "is_large": False, "is_unread": False, "value": 0.0},
)  # fmt: skip
_entry = Form(category=SITEMAPS, over="map_entries", row=ENTRY, shows="sitemap_url", source=_MAP)
_file = Form(
    category=ROBOTS, over="own_robots", source=_ROBOTS, shows="status", gate="status = 200", closed=({"status": 404},),
    row={"host_url": "https://shop.example", "status": 200, "verdict": "rules", "is_site_blocked": False,
        "blocked_bots": [],
         "unknown_lines": [], "sitemap_lines": [],
         "n_bytes": 100, "is_html_body": False, "has_mark": False, "n_rules": 2, "n_groups": 1},
)  # fmt: skip
_fixed = Form(
    category=ROBOTS, over="site_files", source="https://llmstxt.org/",
    row={"url": SITE + "llms.txt", "path": "/llms.txt", "status": 200, "n_faults": 0},
)  # fmt: skip


def _blocks(*bots: str) -> str:
    """Give the predicate that finds one of these bots among those that may not read the start page."""
    listed = ", ".join(f"'{bot}'" for bot in bots)
    return f"list_has_any(blocked_bots, [{listed}])"


MAPS = (
    _map(
        "map-50k", "Sitemap with over 50,000 addresses", "issue high", "is_long or n_urls > 50000",
        bad=({"is_long": True}, {"n_urls": 50_001}), good={"n_urls": 50_000}, shows="n_rejected",
        why="Search engines read the first 50,000, or refuse the file.", fix="Part it, and list the parts in an index.",
        source="https://www.sitemaps.org/protocol.html#index",
    ),
    _map(
        "map-50mb", "Sitemap over 50 MB", "issue high", "is_large",
        bad={"is_large": True}, good={}, why="Search engines stop reading at 50 MB.",
        fix="Part it, and list the parts in an index.", source="https://www.sitemaps.org/protocol.html#index",
    ),
    _map(
        "map-invalid", "Sitemap with something that cannot be read", "issue high",
        "(n_rejected > 0 and not is_long and not is_large) or n_foreign > 0",
        bad=({"n_rejected": 1}, {"n_foreign": 1}),
        good=({}, {"n_rejected": 1, "is_long": True}, {"n_rejected": 1, "is_large": True}),
        shows="n_rejected reason n_foreign",
        why="Entries that are broken or name another site are left out, and a broken file as a whole.",
        fix="Correct what the reason names; table rejects holds each entry.",
        source="https://www.sitemaps.org/protocol.html",
    ),
    _map(
        "map-lastmod", "Sitemap whose dates say nothing", "opportunity low",
        "n_dated = 0 or n_future > 0 or (n_dates = 1 and n_dated >= 10)",
        bad=({"n_dated": 0, "n_dates": 0}, {"n_future": 1}, {"n_dates": 1, "n_dated": 10}),
        good=({}, {"n_dates": 2, "n_dated": 10}, {"n_dates": 1, "n_dated": 9}), shows="n_dated n_dates n_future",
        gate="n_urls > 0", closed=({"n_urls": 0},),
        why="Google uses lastmod where it is right; absent, in the future, or the same for all, it is ignored.",
        fix="Write the day on which each page really changed.",
    ),
    _map(
        "map-http", "Sitemap names addresses without encryption", "warning medium", "n_unsafe > 0",
        bad={"n_unsafe": 1}, good={}, shows="n_unsafe",
        why="They redirect, or they are second addresses of pages over https.", fix="Write https:// in the sitemap.",
    ),
    _entry(
        "map-redirect", "Sitemap names an address that redirects", "warning low", "redirect_url is not null",
        bad={"redirect_url": SITE + "pots"}, good={}, shows="redirect_url status",
        why="Search engines ask twice, and trust the sitemap less.", fix="Name the address at which it ends.",
    ),
    _entry(
        "map-multiple", "Address in several sitemaps", "notice low", "n_sitemaps > 1",
        bad={"n_sitemaps": 2}, good={"n_sitemaps": 1}, shows="n_sitemaps",
        why="No harm to search; reports by sitemap count it twice.", fix="Part pages by kind, each in one file.",
    ),
    _file(
        "robots-syntax", "Lines in robots.txt that no crawler understands", "warning low",
        "len(unknown_lines) > 0 or len(sitemap_lines) > 0 or has_mark or n_bytes > 512000 or is_html_body "
        "or (n_rules > 0 and n_groups = 0)",
        bad=(
            {"unknown_lines": ["Dissallow: /"]}, {"sitemap_lines": ["Sitemap: /map.xml"]},
            {"has_mark": True}, {"n_bytes": 512_001}, {"is_html_body": True},
            {"n_groups": 0},
        ),
        good=({}, {"n_bytes": 512_000}, {"n_rules": 0, "n_groups": 0}), shows="unknown_lines sitemap_lines n_bytes",
        why="A misspelt rule is no rule, a sitemap is named by its whole address, Noindex has not been read since "
        "2019, and what stands behind 500 KiB is not read.",
        fix="Correct the lines shown; say noindex in a meta or header; save the file as plain UTF-8.",
        source=RFC + "rfc9309#section-2.2",
        limits="Only the first 500 KiB are kept, so a longer file is told by its size there.",
    ),
    _file(
        "robots-crawl-delay", "robots.txt asks for ten seconds between requests", "opportunity low",
        "longest_delay_s >= 10",
        bad={"longest_delay_s": 10.0}, good={"longest_delay_s": 9.0}, shows="longest_delay_s",
        why="At one page in ten seconds, 8,640 pages a day can be read at most; Google does not heed it, others do.",
        fix="Remove it, or lower it, unless the server needs it.",
    ),
    _file(
        "robots-changed", "robots.txt is not what it was", "warning high", "text <> earlier_text",
        bad={"text": "Disallow: /", "earlier_text": "Allow: /"}, good={"text": "Allow: /", "earlier_text": "Allow: /"},
        shows="text earlier_text", why="One line can take the site out of search.",
        fix="Check that the change was meant.",
        needs="page_changes",
    ),
    _file(
        "robots-ai-policy", "robots.txt keeps out bots that gather text for AI", "notice medium", _blocks(*_AI),
        bad=tuple({"blocked_bots": [bot]} for bot in _AI), good={"blocked_bots": ["Googlebot"]}, shows="blocked_bots",
        why="Your texts do not train these models, and may be missing from what they answer: a choice, not a fault.",
        fix="Nothing, if it is meant.", source=_BOTS,
    ),
    _file(
        "ai-search-bots-blocked", "robots.txt keeps out bots of answer engines", "warning high", _blocks(*_ANSWERS),
        bad=tuple({"blocked_bots": [bot]} for bot in _ANSWERS), good={"blocked_bots": ["GPTBot"]}, shows="blocked_bots",
        why="These bots fetch pages to link to them in answers: kept out, the site is not named there.",
        fix="Let them in, even if bots that gather for training stay out.",
        source="https://platform.openai.com/docs/bots",
    ),
    Form(
        category=ROBOTS, over="own_files", shows="kind n_pages on_page", source=_ROBOTS,
        row={"url": SITE + "a.js", "kind": "script", "on_page": SITE, "n_pages": 1, "is_own_host": True},
        gate="kind in ('script', 'style')", closed=({"kind": "image"},),
    )(
        "robots-blocks-assets", "robots.txt closes scripts or styles", "issue high",
        "is_own_host and (state = 'disallowed' or not is_googlebot_allowed)",
        bad=({"state": "disallowed"}, {"is_googlebot_allowed": False}),
        good=({"state": "answered", "is_googlebot_allowed": True}, {"state": "disallowed", "is_own_host": False}),
        shows="state is_googlebot_allowed", needs="files",
        why="Search engines see the page without style or content, as no reader does.",
        fix="Open the folders of scripts and styles.",
    ),
    _fixed(
        "ai-llms-txt", "No llms.txt", "notice low", "path = '/llms.txt' and (status = 404 or n_faults > 0)",
        bad=({"status": 404}, {"n_faults": 1}), good=({}, {"path": "/ads.txt", "status": 404}), shows="status n_faults",
        why="A proposal for telling language models what the site holds; no large engine is known to read it.",
        fix="Nothing, or write one as a trial.",
    ),
    _fixed(
        "security-txt", "No security.txt", "notice low", "path = '/.well-known/security.txt' and status = 404",
        bad={"path": "/.well-known/security.txt", "status": 404},
        good=({"path": "/.well-known/security.txt"}, {"status": 404}), shows="status",
        why="Who finds a hole does not know whom to tell.", fix="Name an address at /.well-known/security.txt.",
        source=RFC + "rfc9116",
    ),
    _fixed(
        "ads-txt-links", "Faults in ads.txt", "notice low", "path in ('/ads.txt', '/app-ads.txt') and n_faults > 0",
        bad=({"path": "/ads.txt", "n_faults": 1}, {"path": "/app-ads.txt", "n_faults": 1}),
        good=({"path": "/ads.txt"}, {"n_faults": 1}), shows="n_faults",
        why="Sellers in broken lines may not sell your advertising space.", fix="Correct the lines.",
        source="https://iabtechlab.com/ads-txt/",
    ),
)  # fmt: skip
