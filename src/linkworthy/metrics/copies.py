"""Linking pages whose main text stands elsewhere: on an own page (a scraper), or on a linking page of another domain.

The share is that of common hashes in the smaller of two sketches (``linktext.shingle_hashes``). Of two linking
pages the later one copies;
where neither date is known nobody is accused, and both domains still share text.
"""

from __future__ import annotations

import duckdb

MIN_SHARE = 0.5
"""Common part of the smaller sketch that makes a copy."""
MIN_HASHES = 8
"""Sketches with fewer hashes (about 40 words) tell nothing."""
MAX_PAGES_PER_HASH = 60
"""A run of words on more pages is a form letter or a licence, not a copied text."""

_PAIRS = f"""
create or replace temp table text_pair as
with sized as (select page, count(*) as n from sketch group by page having count(*) >= {MIN_HASHES}),
rare as (select hash from sketch semi join sized using (page) group by hash having count(*) between 2 and
{MAX_PAGES_PER_HASH}),
kept as (select s.page, s.hash from sketch s semi join rare using (hash) semi join sized using (page)),
hits as (select a.page as one, b.page as other, count(*) as n from kept a join kept b using (hash) where a.page <>
b.page group by 1, 2)
select o.url, o.domain, o.is_own, p.url as other_url, p.domain as other_domain, p.is_own as other_is_own,
  hits.n / least(a.n, b.n) as share, o.dated_at, p.dated_at as other_dated_at
from hits join sized a on a.page = one join sized b on b.page = other
join dated o on o.page = one join dated p on p.page = other
where hits.n >= {MIN_SHARE} * least(a.n, b.n) and o.domain <> p.domain
"""

_DATED = """
create or replace temp table dated as
select s.page, s.url, p.domain, p.is_own, coalesce(p.published_at, f.first_seen_at) as dated_at
from sketched s join (select url, any_value(domain) as domain, bool_or(is_own) as is_own, min(published_at) as
published_at
  from pages group by url) p using (url)
left join (select page_url as url, min(first_seen_at) as first_seen_at from base group by page_url) f using (url)
"""

_SCRAPED = """
create or replace temp table scraped as
select url, arg_max(other_url, (other_is_own::int, share, other_url)) as scraped_url
from text_pair
where not is_own and (
  (other_is_own and not coalesce(dated_at < other_dated_at, false))
  or (not other_is_own and coalesce(dated_at > other_dated_at, false)))
group by url
"""


def find_copies(db: duckdb.DuckDBPyConnection) -> None:
    """Make the temporary tables ``text_pair`` and ``scraped``."""
    for statement in (_DATED, _PAIRS, _SCRAPED):
        db.execute(statement)
