"""Redirect targets for lost own URLs that others still link to: the nearest page that is there, or none."""

from __future__ import annotations

import duckdb

LEAST_COVERAGE = 0.5
"""Share of the lost page's weighted words that the suggested page must have."""
LEAST_SHARE = 0.5
"""Sureness below which similarity suggests nothing."""
SPELLED_OTHERWISE = 0.95
SECTION = 0.3
"""Sureness of the section page, the last resort: a redirect there is often read as a soft 404."""
MAX_PAGES_PER_WORD = 1_000
"""A word on more pages than this tells none of them apart, and finds no candidate."""


def open_suggestions(db: duckdb.DuckDBPyConnection) -> None:
    """Make the temporary table ``suggestion``: url, suggested_url, suggested_why, suggested_share.

    Tried in turn: the end of its redirects where these are too long or temporary; the same address in another
    spelling or with another file ending; the page with the nearest words; the section that it stood in. The home page
    is never suggested. Words are those of the last part of the address (weight 1), of its folders and of the anchors
    that lead to it (weight 1/2), each times ln(1 + N/df) over N indexable pages, half of ln(1 + N) for a word that is
    on none. sureness = 0.7 coverage of the lost page's words + 0.15 share of the suggested address's words that are
    among them + 0.15 for the same folder (0.05 where that is the root).
    """
    _open_candidates(db)
    _open_lost(db)
    _open_near(db)
    db.execute(f"""
        create or replace temp table suggestion as
        select url, suggested_url, suggested_why, suggested_share from (
            select t.url, r.final_url as suggested_url, 'its redirects end there' as suggested_why,
                1.0::double as suggested_share, 0 as rank
            from linked_target t join redirect r using (url)
            where (r.n_hops >= 2 or r.is_temporary) and r.final_status = 200 and not r.is_offsite and not r.is_to_home
            union all
            select l.url, c.url, 'the same address, written otherwise', {SPELLED_OTHERWISE}, 1
            from lost l join candidate c on c.spelling = l.spelling
            union all
            select url, candidate, why, share, 2 from near
            union all
            select l.url, c.url, 'the section that it stood in', {SECTION}, 3
            from lost l join candidate c on starts_with(l.spelling, c.spelling || '/')
        ) qualify row_number() over (
            partition by url order by rank, suggested_share desc, length(suggested_url) * if(rank = 3, -1, 1),
                suggested_url) = 1
    """)


def _open_candidates(db: duckdb.DuckDBPyConnection) -> None:
    """List own indexable pages besides the start pages, with the words of their address, title and first heading."""
    # A plural s and the file ending say nothing about what a page is about.
    db.execute(r"""
        create or replace temp macro address(u) as
            regexp_replace(url_variant_key(u), '\.(html?|php|aspx?|jsp|shtml)$', '')
    """)
    db.execute(r"create or replace temp macro folder(u) as regexp_extract(rtrim(url_path(u), '/'), '^(.*/)', 1)")
    db.execute(r"""
        create or replace temp macro words_of(t) as list_distinct(list_transform(list_filter(
            regexp_extract_all(lower(t), '[\p{L}\p{N}]+'), lambda w: length(w) > 1 or w between '0' and '9'),
            lambda w: if(length(w) > 3, regexp_replace(w, 's$', ''), w)))
    """)
    db.execute(r"""
        create or replace temp macro readable(t) as coalesce(try(url_decode(t)), t)
    """)
    db.execute(r"""
        create or replace temp macro slug(u) as
            readable(regexp_replace(url_path(u), '\.[A-Za-z0-9]{2,5}$', '')) || ' ' || url_query(u)
    """)
    db.execute("""
        create or replace temp table candidate as
        select p.url, address(p.url) as spelling, p.title, p.h1 from own_page p join index_status i using (url)
        where i.is_indexable and url_variant_key(p.url) not in (select key from home)
    """)
    db.execute("""
        create or replace temp table candidate_word as
        select url, word, bool_or(in_slug) as in_slug from (
            select url, unnest(words_of(slug(url))) as word, true as in_slug from candidate
            union all
            select url, unnest(words_of(coalesce(title, '') || ' ' || coalesce(h1, ''))), false from candidate)
        group by url, word
    """)
    db.execute("""
        create or replace temp table word_weight as
        select word, count(*) as n_pages, ln(1 + (select count(*) from candidate) / count(*)) as weight
        from candidate_word group by word
    """)


def _open_lost(db: duckdb.DuckDBPyConnection) -> None:
    """List linked URLs that end in 404, 410, a loop or wrongly on the start page, with their weighted words."""
    db.execute("""
        create or replace temp table lost as
        select t.url, address(t.url) as spelling from linked_target t join own_page p using (url)
            left join redirect r using (url)
        where coalesce(r.final_status, if(r.url is null, p.status, null)) in (404, 410) or r.is_loop or r.is_to_home
    """)
    db.execute("""
        create or replace temp table lost_word as
        select url, word, max(base) * coalesce(any_value(weight), ln(1 + (select count(*)
            from candidate)) / 2) as weight from (
            select url, unnest(words_of(slug(url))) as word, 0.5 as base from lost
            union all
            select url, unnest(words_of(slug('https://h/' || regexp_extract(rtrim(url, '/'), '[^/]*$')))), 1.0 from lost
            union all
            select l.url, unnest(words_of(l.anchor)), 0.5 from live_link l
                join lost using (url) where l.anchor is not null)
        left join word_weight using (word) group by url, word
    """)


def _open_near(db: duckdb.DuckDBPyConnection) -> None:
    """Score candidates that share a word with a lost page."""
    db.execute(f"""
        create or replace temp table near as
        with met as (
            select q.url, c.url as candidate, sum(q.weight) as met, coalesce(sum(w.weight)
                filter (c.in_slug), 0) as met_slug,
                array_to_string(list(q.word order by q.weight desc, q.word)[:4], ', ') as shared
            from lost_word q join word_weight w using (word) join candidate_word c using (word)
            where w.n_pages <= {MAX_PAGES_PER_WORD} group by q.url, c.url),
        lost_total as (select url, sum(weight) as total from lost_word group by url),
        slug_total as (
            select c.url, sum(w.weight) as total from candidate_word c
                join word_weight w using (word) where c.in_slug group by c.url)
        select m.url, m.candidate, 'both are about: ' || m.shared as why, m.met / l.total as coverage,
            0.7 * m.met / l.total + 0.15 * coalesce(m.met_slug / s.total, 0)
                + case when folder(m.url) <> folder(m.candidate) then 0 when folder(m.url) = '/' then 0.05 else 0.15
                    end as share
        from met m join lost_total l using (url) left join slug_total s on s.url = m.candidate
        where coverage >= {LEAST_COVERAGE} and share >= {LEAST_SHARE}
    """)
