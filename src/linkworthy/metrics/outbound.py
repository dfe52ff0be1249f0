"""What else a linking page and its site link to, what stands on all pages of a site, and links that go both ways."""

from __future__ import annotations

import duckdb

from linkworthy.engine.embedded import quoted
from linkworthy.metrics.wordlists import phrase_pattern, word_file, words
from linkworthy.site import SiteConfig

OUTSIDE = "('nav', 'header', 'footer', 'sidebar')"
"""Regions that a template fills."""
SITEWIDE_PAGES = 20
SITEWIDE_SHARE = 0.5
SITEWIDE_MIN_READ = 3

_SITEWIDE = f"""
create or replace temp table sitewide as
with own_link as (
  select source_domain as domain, source_url, url as target_url from links
  where not is_internal and target_host in (select host from own_host)
    and (region in {OUTSIDE} or region is null)
), read as (
  select domain, count(*) as n_read from pages
  where not is_own and is_html and redirect_url is null and status < 400 group by domain
)
select o.domain, o.target_url, count(distinct o.source_url) as n_pages, max(r.n_read) as n_read,
  least(1.0, count(distinct o.source_url) / max(r.n_read)) as share
from own_link o join read r using (domain) group by o.domain, o.target_url
"""

_REPORTED = """
create or replace temp table same_link as
select source_domain, target_url, anchor_key, count(distinct source_url) as n_pages from base
where region is distinct from 'main' and region is distinct from 'comment' group by source_domain, target_url,
anchor_key
"""

_EXTERNAL = """
create or replace temp table page_outbound as
select l.source_url as url,
  count(*) filter (not l.is_internal) as n_external_links,
  count(distinct l.target_domain) filter (not l.is_internal) as n_external_domains,
  count(*) filter (not l.is_internal and not (l.is_nofollow or l.is_ugc or l.is_sponsored)) as n_external_followed,
  count(distinct l.target_domain) filter (not l.is_internal and l.region in ('comment', 'author')) as n_comment_domains,
  count(distinct l.target_domain) filter (not l.is_internal and l.region in ('main', 'list')) as n_text_domains,
  count(distinct l.url) filter (not (l.is_nofollow or l.is_ugc or l.is_sponsored)) as n_followed_targets,
  count(*) filter (not l.is_internal and l.is_hidden and l.region in ('main', 'list', 'comment')) as n_hidden_external,
  count(*) filter (not l.is_internal and regexp_matches(
    lower(concat(' ', l.anchor, ' | ', regexp_replace(l.target_host, '[.-]', ' ', 'g'), ' ')), {poison})) as
    n_poison_anchors
from links l
where l.url is not null and l.source_url in (select page_url from base) group by l.source_url
"""

_SITE_RATE = """
create or replace temp table site_outbound as
select source_domain as domain, count(distinct (source_url, target_domain)) / count(distinct source_url) as rate
from links where not is_internal and target_domain is not null and (region is null or region in ('main', 'list',
'comment', 'author'))
  and source_domain in (select domain from domain_protection) group by source_domain
"""

_MUTUAL = """
create or replace temp table mutual as
with ours as (select distinct target_domain as domain from links where not is_internal
  and source_url in (select url from pages where is_own) and not is_nofollow and not is_sponsored),
between_them as (select distinct source_domain, target_domain from links where not is_internal
  and source_domain in (select domain from ours) and target_domain in (select domain from domain_protection where
  protected_as is null))
select p.domain, p.domain in (select domain from ours) as is_reciprocal,
  p.domain not in (select domain from ours) and p.domain in (select target_domain from between_them) as is_ring
from domain_protection p
"""


def _blocked() -> str:
    names = ", ".join(quoted(name) for name in word_file("platforms")["link_tool_bots"]["names"])
    search = ", ".join(quoted(name) for name in word_file("platforms")["link_tool_bots"]["search"])
    return f"""
create or replace temp table blocking as
select regexp_extract(host_url, '^https?://([^/:]+)', 1) as host,
  max(case when list_has_any(list_transform(blocked_bots, lambda b: lower(b)), [{search}]) then 0
      else len(list_intersect(list_transform(blocked_bots, lambda b: lower(b)), [{names}])) end) as n_blocked_bots
from robots where verdict = 'rules' group by 1
"""


def _footprint() -> str:
    spam = word_file("spam")["footprint"]
    paths = " or ".join(f"contains(place, {quoted(path)})" for path in spam["paths"])
    engines = ", ".join(quoted(name) for name in spam["engines"])
    return f"""
create or replace temp table footprint as
select b.link_id, ({paths})::int + coalesce(p.engine in ({engines})
    and p.page_kind = 'profile', false)::int
  + coalesce(p.page_kind = 'profile' and p.n_main_words < 60, false)::int as n_footprint
from (select link_id, page_url, region, lower(regexp_replace(page_url, '^https?://[^/]+', '')) as place from base) b
left join linking_page p on p.url = b.page_url
"""


_LINKING_PAGE = """
create or replace temp table linking_page as
select * from pages where url in (select page_url from base) and not is_own
qualify row_number() over (partition by url order by fetched_at desc, role) = 1
"""


def measure_outbound(db: duckdb.DuckDBPyConnection, config: SiteConfig, poison: str) -> None:
    """Make the temporary tables of this module; ``poison`` is the expression that finds words of spam trades."""
    hosts = db.execute(
        "select distinct target_host from links where target_domain in (select domain from own_domain)"
    ).fetchall()
    db.execute("create or replace temp table own_host (host varchar)")
    db.executemany(
        "insert into own_host values (?)", [("",), *((host,) for (host,) in hosts if config.is_own_host(host))]
    )
    credit = phrase_pattern(words("anchors", "credit"))
    external = _EXTERNAL.replace("{poison}", quoted(poison))
    for statement in (_LINKING_PAGE, _SITEWIDE, _REPORTED, external, _SITE_RATE, _MUTUAL,
                      _blocked(), _footprint()):  # fmt: skip
        db.execute(statement)
    db.execute(
        "create or replace temp table credit as select link_id, region in ('footer', 'sidebar') and regexp_matches("
        f"lower(concat_ws(' ', right(before, 40), anchor)), {quoted(credit)}) as is_credit from base where region "
        "is not null"
    )
