"""A generated link index for the benchmarks ``lookup`` and ``diff``: a few sites have most links, most have few.

Links to a site and pages of a host follow power laws (exponents 0.7 and 0.6), as in the published web graphs; a page
has fifteen outgoing links; two links in five repeat one of a few hundred anchors. The files are made by the index's own
append.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import duckdb

from linkworthy.engine.embedded import quoted
from linkworthy.index.append import Parts, Shape, append, create
from linkworthy.index.manifest import read_manifest

LINKS_PER_PAGE = 15
N_PARTS = 20
_PAGES = """
copy (
  with p as (select range as page, (pow(hash(range, 7) / 18446744073709551616.0, 2.5) * {n_hosts})::bigint as host
             from range({first}, {last}))
  select 'https://www.source-' || host || '.' || suffix || '/' || (page % 97) || '/article-' || page as url,
    'www.source-' || host || '.' || suffix as host, 'source-' || host || '.' || suffix as domain,
    timestamptz '{day} 12:00:00+00' as fetched_at, 200::smallint as status, null::varchar as redirect_url,
    false as is_noindex, false as is_nofollow, null::varchar as canonical_url, 'Title of page ' || page as title,
    ['en', 'de', 'fr', 'es'][1 + host % 4] as language, null::varchar as html_lang,
    case host % 3 when 0 then 'WordPress 6.4' end as generator,
    '198.' || host % 200 || '.' || (host // 200) % 250 || '.' || (host // 50000) % 250 as address,
    case when host % 4 = 0 then ['analytics:G-' || host // 8] else []::varchar[] end as owner_ids,
    {n}::int as n_external_links, page
  from (select *, ['com', 'org', 'de', 'net', 'co.uk', 'fr'][1 + host % 6] as suffix from p)
) to {pages} (format parquet, compression zstd, compression_level 1)
"""
_LINKS = """
copy (
  with l as (
    select p.*, (hash(page, n, {salt}) // 2)::bigint as h,
      (pow(hash(page, n, {salt}, 3) / 18446744073709551616.0, 3.3) * {n_sites})::bigint as site
    from (select *, unnest(range({n})) as n from read_parquet({pages})) p),
  t as (select *, ['com', 'org', 'de', 'net', 'io'][1 + site % 5] as suffix from l)
  select url as source_url, domain as source_domain, n::int as n, fetched_at as captured_at,
    'https://www.site-' || site || '.' || suffix || case h % 5 when 0 then '/' else
      '/' || ['blog', 'products', 'docs', 'news'][1 + h % 4] || '/' || (h // 7) % (1 + {n_sites} // (site + 1))
      end as url,
    'www.site-' || site || '.' || suffix as target_host, 'site-' || site || '.' || suffix as target_domain,
    case when h % 5 < 2 then 'anchor ' || h % 300 else 'a text of link ' || h % 1000003 end as anchor,
    case h % 11 when 0 then 'image' else 'text' end as kind, h % 6 = 0 as is_nofollow, h % 50 = 0 as is_ugc,
    h % 70 = 0 as is_sponsored, null::varchar as region, n / {n} as position
  from t
) to {links} (format parquet, compression zstd, compression_level 1)
"""


def make(folder: Path, n_links: int, *, days: tuple[str, ...] = ("2026-10-01",), changed: float = 0.1) -> Path:
    """Make an index of one batch a day, each of ``n_links``; each day ``changed`` of the pages have other links."""
    index = folder / "index"
    create(index, Shape(n_buckets=max(4, n_links * len(days) // 3_000_000)))
    parts = folder / "parts"
    for number, day in enumerate(days):
        parts.mkdir()
        files = _write(parts, n_links, day, number, changed)
        append(index, files, name=day, source="generated", memory_bytes=4 << 30)
        shutil.rmtree(parts)
    return index


def _write(parts: Path, n_links: int, day: str, number: int, changed: float) -> Parts:
    n_pages = n_links // LINKS_PER_PAGE
    links: list[Path] = []
    pages: list[Path] = []
    kept = round(N_PARTS * (1 - changed))
    with duckdb.connect() as db:
        db.execute("set timezone = 'UTC'")
        db.execute("set enable_progress_bar = false")
        for part in range(N_PARTS):
            pages.append(parts / f"pages-{part}.parquet")
            links.append(parts / f"links-{part}.parquet")
            about = {
                "day": day, "n": LINKS_PER_PAGE, "n_hosts": max(10, n_pages // 20), "n_sites": max(10, n_links // 60),
                "first": part * n_pages // N_PARTS, "last": (part + 1) * n_pages // N_PARTS,
                "salt": 0 if part < kept else number, "pages": quoted(str(pages[-1])), "links": quoted(str(links[-1])),
            }  # fmt: skip
            db.execute(_PAGES.format(**about))
            db.execute(_LINKS.format(**about))
    return Parts(links, pages)


def bytes_a_link(index: Path) -> float:
    """Give the bytes on disk a link in the order by target."""
    files = read_manifest(index).of("links")
    return sum(one.n_bytes for one in files) / sum(one.n_rows for one in files)
