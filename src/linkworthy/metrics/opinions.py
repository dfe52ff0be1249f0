"""What vendors think of a linking domain, kept as their opinion: authority, traffic, spam. Never our own score.

Vendors agree with each other at a Spearman of about 0.75; the median of several is shown, and one signal reads it.
"""

from __future__ import annotations

import duckdb

from linkworthy.engine.embedded import quoted

AUTHORITY = {
    "ahrefs": ("domain rating", "dr", "domain_rating_source"),
    "moz": ("domain authority", "da"),
    "majestic": ("domaintrustflow", "trust flow", "sourcetrustflow"),
    "semrush": ("domain ascore", "page ascore", "authority score"),
}
"""Columns of 0..100 that judge the linking domain, the vendor's best one first."""
PAGE_AUTHORITY = ("ur", "url rating", "url rating (desc)", "pa", "page authority", "page ascore", "source trust flow",
                  "sourcetrustflow", "url_rating_source", "url rating source")  # fmt: skip
"""Columns of 0..100 that judge the linking page."""
TRUST = ("trust flow", "source trust flow", "sourcetrustflow", "domain trust flow", "domaintrustflow")
CITATION = ("citation flow", "source citation flow", "sourcecitationflow", "domain citation flow", "domaincitationflow")
"""One vendor's pair: flow from reviewed sites, and flow from any."""
REFERRING = ("refdomains source", "referring domains", "domains", "linking domains", "ref domains")
TRAFFIC = ("domain traffic", "traffic", "traffic_domain", "organic traffic")
SPAM = {"spam score": 100.0, "toxicity score": 100.0, "toxicity": 100.0}
"""Scores and what they are out of."""
SPAM_FLAGS = ("is spam", "is_spam")


def _rank_sql() -> str:
    cases = [
        f"when key = {quoted(f'{vendor}.{name}')} then {rank}"
        for vendor, names in AUTHORITY.items()
        for rank, name in enumerate(names)
    ]
    return f"case {' '.join(cases)} end"


def measure_opinions(db: duckdb.DuckDBPyConnection) -> None:
    """Make the temporary table ``opinion``, a row per referring domain that a vendor speaks of."""
    traffic = ", ".join(quoted(name) for name in TRAFFIC)
    pages, trust, citation, referring = (
        ", ".join(quoted(name) for name in names) for names in (PAGE_AUTHORITY, TRUST, CITATION, REFERRING)
    )
    flags = ", ".join(quoted(name) for name in SPAM_FLAGS)
    scores = " ".join(f"when name = {quoted(name)} then value / {most}" for name, most in SPAM.items())
    db.execute(f"""
create or replace temp table opinion as
with said as (
  select source_domain as domain, unnest(map_entries(opinions)) as entry from base where opinions is not null
), split as (
  select domain, entry.key as key, split_part(entry.key, '.', 1) as vendor,
    regexp_replace(entry.key, '^[^.]*[.]', '') as name, lower(trim(entry.value)) as text,
    try_cast(regexp_replace(entry.value, '[,\\s]', '', 'g') as double) as value
  from said
), authority as (
  select domain, vendor, arg_min(value, rank) as value
  from (select domain, vendor, {_rank_sql()} as rank, max(value) as value from split where value between 0 and 100
  group by all)
  where rank is not null group by domain, vendor
), median_of as (select domain, median(value) as vendor_authority from authority group by domain),
other as (
  select domain, max(case when name in ({traffic}) then value end) as vendor_traffic,
    max(case when name in ({pages}) and value between 0 and 100 then value end) as vendor_page_authority,
    max(case when name in ({trust}) and value between 0 and 100 then value end)
      / nullif(max(case when name in ({citation}) and value between 5 and 100 then value end), 0) as vendor_trust_ratio,
    max(case when name in ({referring}) and vendor in ('ahrefs', 'moz', 'majestic', 'semrush') then value end)
      as vendor_domains,
    max(case when name in ({flags}) then case when text in ('true', '1', 'yes') then 1.0 when text in ('false', '0',
    'no') then 0.0 end
             {scores} end) as vendor_spam
  from split group by domain
)
select domain, vendor_authority, vendor_traffic, vendor_page_authority, vendor_trust_ratio, vendor_domains,
  least(1.0, vendor_spam) as vendor_spam
from other left join median_of using (domain)
""")
