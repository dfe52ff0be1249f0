"""The stage that measures links: tables ``backlinks``, ``domains`` and ``edges``, all that signals read."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from linkworthy.engine.embedded import Embedded
from linkworthy.engine.progress import Progress
from linkworthy.metrics.anchors import anchor_rows, names_of
from linkworthy.metrics.authority import measure_authority
from linkworthy.metrics.copies import find_copies
from linkworthy.metrics.domains import write_domains, write_edges
from linkworthy.metrics.linkbase import make_base
from linkworthy.metrics.linktext import read_pages
from linkworthy.metrics.networks import find_networks, shared_counts
from linkworthy.metrics.newest import show_once
from linkworthy.metrics.opinions import measure_opinions
from linkworthy.metrics.outbound import measure_outbound
from linkworthy.metrics.own import scalar
from linkworthy.metrics.owners import own_sites, shared_values
from linkworthy.metrics.repeats import measure_snippets
from linkworthy.metrics.standards import measure_standards
from linkworthy.metrics.velocity import measure_velocity
from linkworthy.site import Run, SiteConfig
from linkworthy.site.journal import Label, ListingAnswer
from linkworthy.tables import table

PART_ROWS = 20_480
"""Rows of one part file of ``backlinks``, a multiple of DuckDB's vector; the judgement gives each file to a process."""

_SELECT = r"""
select b.link_id, b.source_url, b.source_host, b.source_domain, b.target_url, b.anchor, a.anchor_kind, b.kind, b.state,
  case when b.state in ('live', 'not checked') then null else b.state_reason end as state_reason,
  b.counts, case when b.counts = 'yes' then null else b.counts_reason end as counts_reason, b.rel, b.is_followed,
  case when b.state <> 'live' then null when regexp_matches(b.rel, '(^| )(nofollow|ugc|sponsored)( |$)') then 'link'
    when not q.is_nofollow or q.is_nofollow is null then null
    when regexp_matches(lower(q.x_robots_tag), '\b(nofollow|none)\b') then 'header' else 'meta' end as nofollow_by,
  case when b.counts = 'no' then 0.0 when q.is_html and o.n_followed_targets > 0 then 1.0 / o.n_followed_targets end
    as page_share,
  case when b.state = 'live' and b.target_url is not null then nullif(first_value(b.link_id) over (
    partition by b.page_url, b.target_url, b.state order by b.position nulls last, b.link_id), b.link_id) end
    as duplicate_of,
  b.region, b.position,
  b.before, b.after, b.is_hidden,
  coalesce(b.check_status, p.status) as source_status, coalesce(p.title, b.reported_title) as source_title,
  q.page_kind as source_kind, q.engine as source_engine, q.language as source_language,
  case when q.language is null or len(l.codes) = 0 then null else list_contains(l.codes, q.language) end as
  is_language_ours,
  case when p.url is null or p.is_unsure then null else p.index_reason is null end as is_source_indexable,
  case when not p.is_unsure then p.index_reason end as source_index_reason,
  q.n_words, q.n_main_words,
  coalesce(q.n_external_links, o.n_external_links) as n_external_links,
  coalesce(q.n_external_domains, o.n_external_domains) as n_external_domains,
  coalesce(q.n_external_followed, o.n_external_followed) as n_external_followed,
  case when q.is_html then coalesce(o.n_comment_domains, 0) end as n_comment_domains,
  t.n_poison_words, case when q.is_html then coalesce(o.n_poison_anchors, 0) end as n_poison_anchors,
  case when q.is_html then q.author is not null end as has_author, case when q.is_html then q.published_at is not
  null end as has_date,
  q.published_at, t.paid_words, t.source_topic, t.topic_share,
  t.page_relevance, k.context_relevance, s.site_relevance, s.place_match, s.country_match,
  k.n_context_words, c.is_credit,
  k.comment_relevance, k.is_stock_comment, sn.n_snippet_domains,
  ss.names_contact, ss.names_policy, ss.invites_guests, ss.sells_words, ss.comment_followed_share,
  ss.site_poison_share, ss.one_shot_share, case when q.is_html then coalesce(o.n_hidden_external, 0) end as
  n_hidden_external, t.is_parked, t.has_wall, t.is_machine_page, pi.n_page_inlinks, pe.n_peer_domains,
  so.rate as site_outbound_rate, bl.n_blocked_bots,
  d.n_domain_links, d.n_domain_pages, coalesce(s.n_pages_read, 0) as n_pages_read,
  sw.share as sitewide_share, g.n_pages as n_same_link_pages,
  sw.is_sitewide, sw.is_sitewide and row_number() over (
    partition by b.source_domain, b.target_url, sw.is_sitewide order by b.source_url, b.link_id) > 1 as is_repeat,
  n.network_id, n.network_size, n.network_evidence,
  case when q.is_html then coalesce(e.id, 0) end as n_id_domains, case when q.is_html then coalesce(e.address, 0)
  end as n_address_domains,
  case when q.is_html then coalesce(e.subnet, 0) end as n_subnet_domains, case when q.is_html then
  coalesce(e.design, 0) end as n_design_domains,
  case when q.is_html then coalesce(e.text, 0) end as n_text_domains, case when q.is_html then coalesce(e.interlink,
  0) end as n_interlink_domains,
  case when q.is_html then coalesce(e.title, 0) end as n_title_domains,
  case when q.is_html then coalesce(e.tag, 0) end as n_tag_domains,
  case when q.is_html then coalesce(e.cocited, 0) end as n_cocited_domains,
  case when q.is_html then x.scraped_url is not null end as is_scraped, x.scraped_url,
  case when z.is_own_crawled then m.is_reciprocal end as is_reciprocal, case when z.is_own_crawled then m.is_ring
  end as is_ring,
  a.is_money_anchor, a.keyword, u.n_domains as anchor_domains, u.share as anchor_share,
  v.n_burst_domains, v.burst_ratio, v.lost_share as burst_lost_share,
  case when a.is_money_anchor then ab.n_anchor_burst when a.is_money_anchor is not null then 0 end as n_anchor_burst,
  case when a.is_money_anchor then ab.n_spun_anchors when a.is_money_anchor is not null then 0 end as n_spun_anchors,
  f.n_footprint, b.first_seen_at, b.last_seen_at, b.reported_by, b.n_visits,
  wr.authority, wr.authority_rank, wr.authority_low, wr.authority_high, wr.trust, wr.spam_mass,
  i.vendor_authority, i.vendor_traffic, i.vendor_spam,
  i.vendor_page_authority, i.vendor_trust_ratio, i.vendor_domains, an.is_listed, an.listed_at,
  pr.protected_as is not null or os.own_id is not null as is_protected,
  coalesce(case when os.own_id is not null then 'own' end, pr.protected_as) as protected_as,
  coalesce(tp.final_status, b.target_status) as target_status,
  coalesce(l1.word, l2.word, l3.word, l4.word) as label
from base b
left join judged_page p on p.url = b.page_url
left join judged_page q on q.url = b.page_url and q.is_html and q.status < 400
left join page_reading t on t.url = b.page_url
left join link_reading k on k.link_id = b.link_id
left join site_reading s on s.domain = b.source_domain
left join page_outbound o on o.url = b.page_url
left join site_outbound so on so.domain = b.source_domain
left join blocking bl on bl.host = b.source_host
left join domain_count d on d.domain = b.source_domain
left join sitewide_link sw on sw.link_id = b.link_id
left join same_link g on g.source_domain = b.source_domain and g.target_url is not distinct from b.target_url
  and g.anchor_key is not distinct from b.anchor_key
left join network n on n.domain = b.source_domain
left join evidence_count e on e.domain = b.source_domain
left join scraped x on x.url = b.page_url
left join mutual m on m.domain = b.source_domain
left join anchor a on a.anchor is not distinct from b.anchor and a.kind = b.kind and a.target_url is not distinct
from b.target_url
left join anchor_use u on u.anchor_key = b.anchor_key
left join burst v on v.domain = b.source_domain
left join anchor_burst ab on ab.domain = b.source_domain and ab.anchor_key is not distinct from b.anchor_key
left join footprint f on f.link_id = b.link_id
left join credit c on c.link_id = b.link_id
left join opinion i on i.domain = b.source_domain
left join link_rank wr on wr.link_id = b.link_id
left join snippet sn on sn.link_id = b.link_id
left join site_standards ss on ss.domain = b.source_domain
left join page_inlinks pi on pi.url = b.page_url
left join peers pe on pe.domain = b.source_domain
left join listing_answer an on an.url = b.source_url
left join domain_protection pr on pr.domain = b.source_domain
left join own_site os on os.domain = b.source_domain
left join target_page tp on tp.url = b.target_url
left join label l1 on l1.subject = b.link_id
left join label l2 on l2.subject = b.source_url
left join label l3 on l3.subject = b.source_host and b.source_host <> b.source_domain
left join label l4 on l4.subject = b.source_domain
cross join (select list(code order by code) as codes from own_language) l
cross join (select count(*) > 0 as is_own_crawled from pages where is_own and is_html) z
order by b.source_domain, b.source_url, b.target_url, b.link_id
"""

_JUDGED_PAGE = """
create or replace temp table judged_page as
select *, case
  when is_googlebot_allowed = false then 'robots'
  when is_googlebot_allowed is null and (state = 'disallowed' or is_robots_allowed = false) then 'robots'
  when state = 'disallowed' then 'not read'
  when status is null then coalesce(fault, state)
  when redirect_url is not null then 'redirected'
  when status <> 200 then 'status ' || status
  when is_html = false then 'not-html'
  when is_noindex then 'noindex'
  when canonical_url is not null and rtrim(regexp_replace(canonical_url, '^https?://', ''), '/')
    <> rtrim(regexp_replace(url, '^https?://', ''), '/') then 'canonicalised'
end as index_reason,
  coalesce(index_reason = 'not read' or (status is null and index_reason <> 'robots' and fault is distinct from
    'name-not-found') or status in (403, 408, 425, 429, 503), false) as is_unsure
from linking_page
"""

_COUNTS = """
create or replace temp table domain_count as
select source_domain as domain, count(*) as n_domain_links, count(distinct source_url) as n_domain_pages from base
group by 1
"""

_ANCHOR_USE = """
create or replace temp table anchor_use as
select anchor_key, count(distinct source_domain) as n_domains,
  count(distinct source_domain) / (select greatest(1, count(distinct source_domain)) from base) as share
from base where anchor_key is not null group by anchor_key
"""

_SITEWIDE_LINK = """
create or replace temp table sitewide_link as
select b.link_id, w.share, case
  when b.region in ('main', 'comment', 'author') then false
  when w.share is null and coalesce(g.n_pages, 0) < 20 then null
  when coalesce(g.n_pages, 0) >= 20 or w.n_pages >= 20 then true
  when b.region is null and w.n_read < 5 then null
  else w.share >= 0.5 and w.n_read >= 3 end as is_sitewide
from base b
left join sitewide w on w.domain = b.source_domain and w.target_url = b.target_url
left join same_link g on g.source_domain = b.source_domain and g.target_url is not distinct from b.target_url
  and g.anchor_key is not distinct from b.anchor_key
"""

_TARGET = """
create or replace temp table target_page as
select url, any_value(final_status) as final_status from pages where url in (select target_url from base) group by url
"""


_COUNTED = ("tag", "address", "subnet", "design", "title", "text", "interlink", "cocited")
"""Kinds of shared evidence that are counted as they are; identifiers and contacts are one."""


def measure_links(
    run: Run,
    config: SiteConfig,
    engine: Embedded,
    progress: Progress,
    labels: Sequence[Label] = (),
    answers: Sequence[ListingAnswer] = (),
    graph: Path | None = None,
) -> dict[str, Any]:
    """Write ``backlinks``, ``domains`` and ``edges``; gives their numbers of rows for the journal.

    Authority comes from the ranked graph in the folder ``graph``; without one it is not known.
    """
    for name in ("backlinks", "domains", "edges"):
        run.discard(name, "metrics")
    progress.start("measure links", 6)
    with engine.connect(run.tables()) as db:
        show_once(db, run.tables())
        make_base(db, config, labels)
        if not scalar(db, "select count(*) from base"):
            return _write_none(run, db, progress, measure_authority(db, graph))
        progress.update(1, 6, "read the text of linking pages")
        _profile, poison = read_pages(db, config)
        progress.update(2, 6, "compare texts")
        find_copies(db)
        progress.update(3, 6, "look for shared owners")
        _cluster(db)
        progress.update(4, 6, "anchors, dates and links of linking pages")
        measure_outbound(db, config, poison)
        measure_standards(db)
        measure_snippets(db)
        _register_answers(db, answers)
        _classify_anchors(db, config)
        measure_velocity(db)
        measure_opinions(db)
        ranked = measure_authority(db, graph)
        _own_languages(db, config)
        for statement in (_JUDGED_PAGE, _COUNTS, _ANCHOR_USE, _SITEWIDE_LINK, _TARGET):
            db.execute(statement)
        progress.update(5, 6, "write")
        n_links = _write(db, run)
    with engine.connect(run.tables()) as db:
        show_once(db, run.tables())
        n_domains = write_domains(db, run)
        n_edges = write_edges(db, run)
    told = f"; the graph holds {ranked['n_in_graph']} of {ranked['n_asked']}" if ranked else ""
    progress.finish(f"{n_links} links from {n_domains} domains{told}")
    return {"n_backlinks": n_links, "n_referring_domains": n_domains, "n_edges": n_edges} | ranked


def _write_none(run: Run, db: duckdb.DuckDBPyConnection, progress: Progress, ranked: dict[str, Any]) -> dict[str, Any]:
    """Write the tables of a site that nobody links to: no page is read, and own pages are compared with none."""
    for name in ("backlinks", "domains"):
        run.write(name, "metrics", table(name).schema.empty_table())
    n_edges = write_edges(db, run)
    progress.finish("no links of other sites")
    return {"n_backlinks": 0, "n_referring_domains": 0, "n_edges": n_edges} | ranked


def _write(db: duckdb.DuckDBPyConnection, run: Run) -> int:
    reader = db.sql(_SELECT).to_arrow_reader(PART_ROWS)
    total = 0
    for n, batch in enumerate(reader):
        total += run.write("backlinks", "metrics", batch, n)
    if not total:
        run.write("backlinks", "metrics", table("backlinks").schema.empty_table())
    return total


def _cluster(db: duckdb.DuckDBPyConnection) -> None:
    """Make the temporary tables ``network``, ``evidence_count`` and ``own_site``."""
    shared = list(shared_values(db))
    ((n_domains,),) = db.execute("select count(*) from domain_protection").fetchall()
    rows = [
        {"domain": domain, "network_id": net.id, "network_size": len(net.domains), "network_evidence": net.evidence}
        for net in find_networks(shared, n_domains)
        for domain in net.domains
    ]
    schema = [
        ("domain", pa.string()),
        ("network_id", pa.string()),
        ("network_size", pa.int32()),
        ("network_evidence", pa.string()),
    ]
    db.register("network", pa.Table.from_pylist(rows, pa.schema(schema)))
    counts = [
        {"domain": domain, **{kind: kinds.get(kind) for kind in _COUNTED},
         "id": max(kinds.get("id", 0), kinds.get("contact", 0))}
        for domain, kinds in sorted(shared_counts(shared).items())
    ]  # fmt: skip
    names = ("id", *_COUNTED)
    schema = [("domain", pa.string()), *((name, pa.int32()) for name in names)]
    db.register("evidence_count", pa.Table.from_pylist(counts, pa.schema(schema)))
    own = own_sites(db)
    data = {"domain": [domain for domain, _ in own], "own_id": [value for _, value in own]}
    db.register("own_site", pa.table(data, pa.schema([("domain", pa.string()), ("own_id", pa.string())])))


def _classify_anchors(db: duckdb.DuckDBPyConnection, config: SiteConfig) -> None:
    """Make the temporary table ``anchor``, a row per anchor, kind and target page."""
    rows = db.execute(
        "select distinct b.anchor, b.kind, o.title, o.h1 from base b left join own_page o on o.url = b.target_url"
    ).fetchall()
    fields = [("anchor", pa.string()), ("kind", pa.string()), ("title", pa.string()), ("heading", pa.string()),
              ("anchor_kind", pa.string()), ("is_money_anchor", pa.bool_()), ("keyword", pa.string())]  # fmt: skip
    db.register("anchor_class", pa.Table.from_pylist(anchor_rows(rows, names_of(config)), pa.schema(fields)))
    db.execute(
        "create or replace temp table anchor as select distinct b.anchor, b.kind, b.target_url, c.anchor_kind, "
        "c.is_money_anchor, "
        "c.keyword from base b left join own_page o on o.url = b.target_url join anchor_class c on c.anchor is not "
        "distinct from b.anchor "
        "and c.kind = b.kind and c.title is not distinct from o.title and c.heading is not distinct from o.h1"
    )


def _own_languages(db: duckdb.DuckDBPyConnection, config: SiteConfig) -> None:
    """Make the temporary table ``own_language``: the owner's stated ones, else those of a tenth of the own pages."""
    if config.languages:
        codes = [code.lower()[:2] for code in config.languages]
    else:
        found = db.execute(
            "select language from own_page where language is not null group by language "
            "having count(*) >= 0.1 * (select count(*) from own_page where language is not null) order by 1"
        ).fetchall()
        codes = [code for (code,) in found]
    db.register("own_language", pa.table({"code": pa.array(codes, pa.string())}))


def _register_answers(db: duckdb.DuckDBPyConnection, answers: Sequence[ListingAnswer]) -> None:
    """Make the temporary table ``listing_answer``: what a search engine said of a page, as the user saw it."""
    data = {
        "url": [answer.url for answer in answers],
        "is_listed": [answer.is_listed for answer in answers],
        "listed_at": [datetime.fromisoformat(answer.seen_on).replace(tzinfo=UTC) for answer in answers],
    }
    schema = [("url", pa.string()), ("is_listed", pa.bool_()), ("listed_at", pa.timestamp("us", tz="UTC"))]
    db.register("listing_answer", pa.table(data, pa.schema(schema)))
