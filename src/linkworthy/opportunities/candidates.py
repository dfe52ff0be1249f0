"""Which pages of strangers are worth reading for prospects: sites that good linking pages and competitors lead to."""

from __future__ import annotations

from linkworthy import urls
from linkworthy.engine.embedded import Embedded
from linkworthy.metrics.protected import is_platform, protected_as
from linkworthy.site import Run, SiteConfig

MAX_CANDIDATES = 200
"""Domains that are read in one run."""
MAX_PAGES_PER_DOMAIN = 4
"""The pages that are named, and the start page: a blog is told by its posts, a directory by its form."""
MIN_RELEVANCE = 0.3
"""A linking page less relevant than this recommends nobody."""


def candidates(run: Run, config: SiteConfig, engine: Embedded) -> list[tuple[str, str]]:
    """Give the pages to read of up to 200 domains, each with the page that names it, most recommended domains first.

    They are pages that link to a competitor by some export's word, then pages that relevant linking pages link to, and
    the start pages of both. Own, owned, competing, harmful and platform domains are left out, and domains read already.
    """
    with engine.connect(run.tables()) as db:
        found = db.execute(_REPORTED).fetchall() + db.execute(_RECOMMENDED, [MIN_RELEVANCE]).fetchall()
    chosen: dict[str, list[tuple[str, str]]] = {}
    for url, found_on in found:
        domain = urls.domain_of(url)
        if (domain in chosen or len(chosen) < MAX_CANDIDATES) and not is_closed(domain, config):
            pages = chosen.setdefault(domain, [])
            start = f"{url[: url.index('/', 8)]}/"
            pages += [(page, found_on) for page in (url, start) if page not in {known for known, _by in pages}]
    return [page for pages in chosen.values() for page in pages[:MAX_PAGES_PER_DOMAIN]]


def is_closed(domain: str, config: SiteConfig) -> bool:
    """Tell whether a domain is never a prospect: own, owned, a competitor, or a platform's own site."""
    if domain in config.rival_domains or config.is_own_host(domain) or is_platform(domain):
        return True
    return protected_as(domain, config) in {"own", "platform"}


_READ = "select distinct domain from pages where role = 'linking' and state = 'answered'"
_REPORTED = f"""
select source_url, any_value(file) as found_on from observations
where rival_domain is not null and source_domain not in ({_READ})
group by source_url, source_domain order by count(*) desc, source_domain, source_url"""
_RECOMMENDED = f"""
with good as (
  select distinct b.source_url, b.source_domain from backlinks b left join verdicts v using (link_id)
  where b.page_relevance >= ? and coalesce(v.harm, 0) < 0.5 and coalesce(v.verdict, '') <> 'disavow'),
named as (
  select l.target_domain as domain, l.url, l.source_url, l.source_domain
  from links l join good g on g.source_url = l.source_url
  where l.url is not null and not l.is_internal
    and coalesce(l.region, 'main') in ('main', 'list', 'sidebar', 'author')),
ranked as (
  select domain, url, min(source_url) as found_on, count(distinct source_domain) as n_pages,
    max(count(distinct source_domain)) over (partition by domain) as n_domain
  from named where domain not in ({_READ}) group by domain, url)
select url, found_on from ranked order by n_domain desc, domain, n_pages desc, url"""
