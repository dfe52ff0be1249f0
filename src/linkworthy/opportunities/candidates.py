"""Which pages of strangers are worth reading for prospects: sites that good linking pages and competitors lead to."""

from __future__ import annotations

from linkworthy import urls
from linkworthy.engine.embedded import Embedded
from linkworthy.metrics.protected import is_platform, protected_as
from linkworthy.site import Run, SiteConfig

MAX_CANDIDATES = 200
MIN_RELEVANCE = 0.3
"""A linking page less relevant than this recommends nobody."""


def candidates(run: Run, config: SiteConfig, engine: Embedded) -> list[tuple[str, str]]:
    """Give up to 200 pages to read, each with the page that names it, the most recommended domains first.

    They are pages that link to a competitor by some export's word, then start pages of domains that relevant linking
    pages link to. Own, owned, competing, harmful and platform domains are left out, and domains read already.
    """
    with engine.connect(run.tables()) as db:
        named = db.execute(_REPORTED, [list(config.competitors)]).fetchall()
        recommended = db.execute(_RECOMMENDED, [MIN_RELEVANCE]).fetchall()
    chosen: dict[str, tuple[str, str]] = {}
    for url, found_on in (*named, *recommended):
        domain = urls.domain_of(url)
        if len(chosen) >= MAX_CANDIDATES:
            break
        if domain not in chosen and not is_closed(domain, config):
            chosen[domain] = (url, found_on)
    return list(chosen.values())


def is_closed(domain: str, config: SiteConfig) -> bool:
    """Tell whether a domain is never a prospect: own, owned, a competitor, or a platform's own site."""
    if domain in config.competitors or config.is_own_host(domain) or is_platform(domain):
        return True
    return protected_as(domain, config) in {"own", "platform"}


_READ = "select distinct domain from pages where role = 'linking' and state = 'answered'"
_REPORTED = f"""
select source_url, any_value(file) as found_on from observations
where list_contains(?, regexp_extract(target_url, '^https?://(?:www\\.)?([^/:]+)', 1))
  and source_domain not in ({_READ})
group by source_url order by count(*) desc, source_url"""
_RECOMMENDED = f"""
with good as (
  select distinct b.source_url, b.source_domain from backlinks b left join verdicts v using (link_id)
  where b.page_relevance >= ? and coalesce(v.harm, 0) < 0.5 and coalesce(v.verdict, '') <> 'disavow'),
named as (
  select l.target_domain as domain, l.target_host as host, l.url, l.source_url, l.source_domain
  from links l join good g on g.source_url = l.source_url
  where l.url is not null and not l.is_internal and coalesce(l.region, 'main') in ('main', 'list', 'sidebar', 'author'))
select regexp_extract(min(url), '^https?://[^/]+', 0) || '/' as url, min(source_url) as found_on
from named where domain not in ({_READ})
group by domain order by count(distinct source_domain) desc, domain"""
