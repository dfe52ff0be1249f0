"""What a linking site shows of its standards: who runs it, its rules, whom it invites, what its comments pass on.

Everything is read off the pages and links that are there anyway; a site of which no page was read has no row, so that
all of it is not known.
"""

from __future__ import annotations

import duckdb

from linkworthy.engine.embedded import quoted
from linkworthy.metrics.wordlists import phrase_pattern, words

MAX_LABEL_WORDS = 4
"""Words of an anchor that names a page of the site itself; a longer one is a sentence."""
MIN_COMMENT_LINKS = 3
"""External links in comments from which on their followed share is told."""

_SAYS = """
create or replace temp table site_says as
with label as (
  select l.source_domain as domain, l.is_internal, l.target_domain,
    case when length(l.anchor) <= 40 and len(string_split(l.anchor, ' ')) <= {most} then lower(l.anchor) end as said,
    lower(regexp_extract(regexp_replace(l.url, '[?#].*$', ''), '/([^/.]+)(?:[.][a-z]+)?/?$', 1)) as last
  from links l
  where l.is_internal and l.source_domain in (select domain from domain_protection)
    and coalesce(l.region, '') not in ('comment', 'author')
)
select domain,
  bool_or(said in ({contact}) or last in ({contact})) as has_contact_link,
  bool_or(said in ({policy}) or last in ({policy})) as has_policy_link,
  bool_or(regexp_matches(said, {guests}) or last in ({guest_names})) as invites_guests
from label group by domain
"""

_STANDARDS = """
create or replace temp table site_standards as
with page as (
  select p.domain, count(*) as n_read,
    bool_or(len(p.emails) > 0 or len(p.telephones) > 0 or len(p.addresses) > 0) as has_contact_data,
    max(r.sells_words) as sells_words, bool_or(r.invites_guests) as text_invites,
    avg((coalesce(o.n_poison_anchors, 0) >= 2)::int) as poison_share,
    avg(case when p.page_kind = 'article' then (o.n_text_domains between 1 and 2)::int end) as one_shot_share,
    count(*) filter (p.page_kind = 'article') as n_articles
  from linking_page p left join page_reading r using (url) left join page_outbound o using (url)
  where p.is_html and p.status < 400 group by p.domain
), comment as (
  select source_domain as domain,
    avg((not (is_nofollow or is_ugc or is_sponsored))::int) as followed_share
  from links where not is_internal and region in ('comment', 'author')
    and source_domain in (select domain from domain_protection)
  group by source_domain having count(*) >= {least}
)
select p.domain, coalesce(p.has_contact_data, false) or coalesce(s.has_contact_link, false) as names_contact,
  coalesce(s.has_policy_link, false) as names_policy,
  coalesce(s.invites_guests, false) or coalesce(p.text_invites, false) as invites_guests, p.sells_words,
  c.followed_share as comment_followed_share, p.poison_share as site_poison_share,
  case when p.n_articles >= 3 then p.one_shot_share end as one_shot_share
from page p left join site_says s using (domain) left join comment c using (domain)
"""

_WITHIN = """
create or replace temp table page_inlinks as
with read as (select domain, count(*) as n_read from linking_page where is_html and status < 400 group by domain),
into_page as (
  select l.url, count(distinct l.source_url) as n_inlinks from links l
  where l.is_internal and l.source_url <> l.url and l.url in (select page_url from base) group by l.url
)
select p.url, coalesce(i.n_inlinks, 0) as n_page_inlinks
from linking_page p join read r on r.domain = p.domain and r.n_read >= 3 left join into_page i on i.url = p.url
"""

_PEERS = """
create or replace temp table peers as
with seen as (
  select l.target_domain as domain, count(distinct l.source_domain) as n from links l
  where not l.is_internal and not (l.is_nofollow or l.is_ugc or l.is_sponsored)
    and l.target_domain in (select domain from domain_protection) group by l.target_domain
), crawled as (select count(distinct source_domain) as n from links)
select d.domain, coalesce(s.n, 0) as n_peer_domains
from domain_protection d left join seen s using (domain) cross join crawled c where c.n >= 20
"""


def _set(section: str) -> str:
    return ", ".join(quoted(word) for word in words("standards", section))


def measure_standards(db: duckdb.DuckDBPyConnection) -> None:
    """Make the temporary tables ``site_standards``, ``page_inlinks`` and ``peers``; needs those of outbound."""
    guests = phrase_pattern(words("standards", "guests"))
    names = ", ".join(quoted(word) for word in words("standards", "guests") if " " not in word) or "''"
    says = _SAYS.format(
        most=MAX_LABEL_WORDS, contact=_set("contact"), policy=_set("policy"), guests=quoted(guests), guest_names=names
    )
    for statement in (says, _STANDARDS.format(least=MIN_COMMENT_LINKS), _WITHIN, _PEERS):
        db.execute(statement)
