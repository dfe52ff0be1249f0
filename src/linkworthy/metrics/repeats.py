"""The same words around a link on several sites: posted comments, widgets, spun profiles; and rare targets in common.

A *snippet* is the folded text before the link, its anchor and the text after it. Eight words are enough to be no
accident; a snippet of nothing but an anchor is none.
"""

from __future__ import annotations

import duckdb

MIN_WORDS = 8
MAX_TARGET_DOMAINS = 8
"""Linking domains that a rare target may have: what more cite is known to everybody."""
MIN_SHARED_TARGETS = 4
"""Rare targets that two domains have in common before that is no accident."""
MIN_SHARED_SHARE = 0.3
"""Of the rare targets of the one with fewer of them."""

_SNIPPETS = f"""
create or replace temp table snippet as
with said as (
  select link_id, source_domain, lower(trim(regexp_replace(concat_ws(' ', before, anchor, after), '\\s+', ' ', 'g')))
    as words
  from base where state = 'live'
), counted as (
  select words, count(distinct source_domain) as n from said
  where len(string_split(words, ' ')) >= {MIN_WORDS} group by words
)
select s.link_id, coalesce(c.n - 1, 0) as n_snippet_domains from said s left join counted c using (words)
where s.words <> ''
"""

_CITED = f"""
create or replace temp table rare_target as
with cited as (
  select distinct l.source_domain as domain, l.target_domain as target from links l
  where not l.is_internal and l.target_domain is not null and coalesce(l.region, 'main') in ('main', 'list')
    and l.source_domain in (select domain from domain_protection where protected_as is null)
    and l.target_domain not in (select domain from own_domain)
)
select domain, target from cited
qualify count(*) over (partition by target) between 2 and {MAX_TARGET_DOMAINS}
"""

COCITED_PAIRS = f"""
with held as (select domain, count(*) as n from rare_target group by domain),
pair as (
  select a.domain as one, b.domain as other, count(*) as n, min(a.target) as sample
  from rare_target a join rare_target b on a.target = b.target and a.domain < b.domain group by 1, 2
)
select p.one, p.other, p.n, p.sample from pair p join held x on x.domain = p.one join held y on y.domain = p.other
where p.n >= {MIN_SHARED_TARGETS} and p.n >= {MIN_SHARED_SHARE} * least(x.n, y.n)
order by p.one, p.other
"""
"""Pairs of domains that cite the same rare sites: what a network's customers are to its members."""


def measure_snippets(db: duckdb.DuckDBPyConnection) -> None:
    """Make the temporary table ``snippet``, a row per live link that has words around it."""
    db.execute(_SNIPPETS)


def find_rare_targets(db: duckdb.DuckDBPyConnection) -> None:
    """Make the temporary table ``rare_target``, a row per domain and rare domain that it links to."""
    db.execute(_CITED)
