"""Links to win: broken and lost ones, competitors' links that the owner lacks, mentions without a link."""

from __future__ import annotations

import re

import duckdb

from linkworthy.opportunities.candidates import is_closed
from linkworthy.opportunities.prospect import Prospect
from linkworthy.opportunities.reading import ReadSite, rows
from linkworthy.site import SiteConfig

MIN_NAME_CHARACTERS = 4
"""A shorter brand name is a word of some language."""
MIN_COMPETITOR_RELEVANCE = 0.2

_BROKEN = """
select t.url, t.final_status, t.suggested_url, t.suggested_why, count(distinct b.source_domain) as n_domains,
  min(b.source_url) as source_url, min(b.source_domain) as source_domain, max(b.page_relevance) as relevance,
  list_sort(list(distinct b.source_url))[:5] as pages, max(coalesce(b.n_visits, 0)) as n_visits
from targets t join backlinks b on b.target_url = t.url left join verdicts v using (link_id)
where t.final_status in (404, 410) and b.state <> 'gone' and coalesce(v.harm, 0) < 0.5
group by all order by n_domains desc, t.url"""
_LOST = """
select b.source_url, b.source_domain, b.target_url, b.anchor, b.state_reason, b.source_title,
  coalesce(b.page_relevance, b.site_relevance) as relevance
from backlinks b left join verdicts v using (link_id)
where b.state = 'gone' and coalesce(v.harm, 0) < 0.5 and b.protected_as is distinct from 'own'
qualify row_number() over (partition by b.source_url order by b.target_url, b.link_id) = 1
order by b.source_url"""
_NAMED = """
select b.url, any_value(p.domain) as domain, any_value(p.title) as title, min_by(b.text, b.n) as text
from blocks b join pages p on p.url = b.url
where not p.is_own and p.state = 'answered' and p.role in ('linking', 'prospect') and b.region in ('main', 'comment')
  and regexp_matches(b.text, ?, 'i')
  and b.url not in (select source_url from links where list_contains(?, target_domain))
  and p.domain not in (select source_domain from backlinks where state = 'live')
group by b.url order by b.url"""


def broken(db: duckdb.DuckDBPyConnection) -> list[Prospect]:
    """Give own pages that are gone and still linked to: the redirect that wins each link back."""
    out = []
    for row in rows(db, _BROKEN):
        repair = (
            f"Redirect {row['url']} to {row['suggested_url']} ({row['suggested_why']}); "
            "'linkworthy redirects' writes the rule."
            if row["suggested_url"]
            else f"Put the page back, or redirect {row['url']} to what took its place; no page is near enough to name."
        )
        why = f"answers {row['final_status']} and is linked from {row['n_domains']} domains: {', '.join(row['pages'])}"
        out.append(
            Prospect(
                kind="broken",
                url=row["url"],
                domain=row["source_domain"],
                title=None,
                why=why,
                how=repair,
                target_url=row["suggested_url"],
                relevance=row["relevance"],
                n_domains=row["n_domains"],
            )
        )
    return out


def lost(db: duckdb.DuckDBPyConnection) -> list[Prospect]:
    """Give links that were there and are gone: whom to ask, and for what."""
    return [
        Prospect(
            kind="lost",
            url=row["source_url"],
            domain=row["source_domain"],
            title=row["source_title"],
            why=f"linked to {row['target_url'] or 'you'} before; now: {row['state_reason']}",
            how="Ask what led to the change, and offer the page that serves its readers best now.",
            target_url=row["target_url"],
            relevance=row["relevance"],
        )
        for row in rows(db, _LOST)
    ]


def mentions(db: duckdb.DuckDBPyConnection, config: SiteConfig, sites: dict[str, ReadSite]) -> list[Prospect]:
    """Give pages that say the owner's name and do not link: the shortest way to a link is to ask for it."""
    names = [name for name in config.brands if len(name) >= MIN_NAME_CHARACTERS]
    if not names:
        return []
    pattern = "|".join(rf"\b{re.escape(name)}\b" for name in names)
    found = rows(db, _NAMED, [pattern, sorted(config.own_domains)])
    return [
        Prospect(
            kind="mention",
            url=row["url"],
            domain=row["domain"],
            title=row["title"],
            why=f"names you without a link: “{_around(row['text'], pattern)}”",
            how="Thank the author and ask for a link on the name.",
            target_url=config.url,
            relevance=sites[row["domain"]].relevance if row["domain"] in sites else None,
            is_new=True,
        )
        for row in found
        if not is_closed(row["domain"], config) and not (row["domain"] in sites and sites[row["domain"]].is_harmful)
    ]


def competing(sites: dict[str, ReadSite], taken: set[str]) -> list[Prospect]:
    """Give relevant sites that link to a competitor and not to the owner, and are no forum, blog or directory."""
    return [
        Prospect(
            kind="competitor",
            url=site.best_url,
            domain=site.domain,
            title=site.best_title,
            why=f"links to {', '.join(site.competitors)} and not to you; relevance {site.relevance or 0:.2f}",
            how="See what the link was given for, and offer something that serves the same readers better.",
            relevance=site.relevance,
            is_followed=site.is_followed,
            n_competitors=len(site.competitors),
            last_active_at=site.last_active_at,
            is_new=True,
        )
        for site in sites.values()
        if site.competitors
        and not site.links_to_us
        and not site.is_harmful
        and site.domain not in taken
        and (site.relevance or 0.0) >= MIN_COMPETITOR_RELEVANCE
    ]


def _around(text: str, pattern: str) -> str:
    found = re.search(pattern, text, re.IGNORECASE)
    start = max(0, found.start() - 60) if found else 0
    return text[start : start + 160].strip()
