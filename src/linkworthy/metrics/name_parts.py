"""What search results and social networks show of an own page: titles in pixels, their own part, OpenGraph."""

from __future__ import annotations

import duckdb
import pyarrow as pa

from linkworthy.metrics.widths import DESCRIPTION_PX, TITLE_PX, widths

_SEPARATORS = "' [|·•–—»:] | - | :: | // '"
"""What parts the name of a page from that of its site."""


def open_name_parts(db: duckdb.DuckDBPyConnection) -> None:
    """Make the temporary tables ``page_names`` and ``page_graph``."""
    _open_widths(db)
    _open_own_lengths(db)
    db.execute(r"""
        create or replace temp table title_repeat as
        with branded as (
            select last from title_length where last is not null group by last having count(*) >= 5),
        worded as (
            select url, unnest(string_split_regex(lower(
                regexp_replace(if(b.last is null or own_title <> title, own_title, left(title, -length(b.last))),
                    '[\pL\pN_]+([.][\pL\pN_]+)+', ' ', 'g')),
                '[^\pL\pN]+')) as word
            from title_length left join branded b using (last) where own_length >= 14)
        select url, max(n) as n from (
            -- The site's name may stand in a title beside its subject; names of hosts and of classes are one word.
            select url, word, count(*) - any_value(contains(p.host, word))::int as n
            from worded join own_page p using (url) where length(word) > 3 group by url, word)
        group by url
    """)
    db.execute("""
        create or replace temp table heading_list as
        select p.url, list_filter(p.h2, lambda one: trim(one) <> '') as h2 from pages p semi join own_page o using (url)
        where p.is_own and p.role <> 'probe' and len(p.h2) > 0 and p.status = 200
    """)
    db.execute("""
        create or replace temp table page_names as
        with listed as (
            select hash(list_transform(h2, lambda one: lower(one))) as key, count(*) as n
            from heading_list join index_status x using (url) anti join variant v using (url)
            where x.is_indexable and len(h2) > 0 group by key having count(*) > 1)
        select p.url, coalesce(r.n, 0) as title_repeats, w.title_width, w.description_width,
            l.own_length as title_own_length,
            list_max(list_transform(h.h2, lambda one: {'n': length(one), 'text': one})).text as long_heading,
            if(x.is_indexable and v.url is null, coalesce(g.n - 1, 0), 0) as h2_twins
        from own_page p left join title_repeat r using (url) left join name_width w using (url)
            left join title_length l using (url)
            left join heading_list h using (url) left join index_status x using (url) left join variant v using (url)
            left join listed g on len(h.h2) > 0 and g.key = hash(list_transform(h.h2, lambda one: lower(one)))
    """)
    db.execute("""
        create or replace temp table page_graph as
        select s.url, any_value(data ->> '$."og:title"') as og_title,
            any_value(data ->> '$."og:description"') as og_description,
            any_value(coalesce(data ->> '$."og:image"[0]', data ->> '$."og:image"')) as og_image,
            any_value(coalesce(data ->> '$."og:url"[0]', data ->> '$."og:url"')) as og_url
        from structured s semi join own_page p using (url)
        where s.syntax = 'opengraph' and s.fault is null group by s.url
    """)


def _open_widths(db: duckdb.DuckDBPyConnection) -> None:
    """Measure titles and descriptions in batches; what is kept of each page is its URL and two numbers."""
    rows = db.sql("select url, title, description from own_page where title is not null or description is not null")
    measured = [
        pa.table(
            {
                "url": batch.column("url"),
                "title_width": widths(batch.column("title"), TITLE_PX),
                "description_width": widths(batch.column("description"), DESCRIPTION_PX),
            }
        )
        for batch in rows.to_arrow_reader(100_000)
    ]
    schema = pa.schema([("url", pa.string()), ("title_width", pa.float64()), ("description_width", pa.float64())])
    db.register("measured_width", pa.concat_tables(measured) if measured else schema.empty_table())
    db.execute("create or replace temp table name_width as select * from measured_width")
    db.unregister("measured_width")


def _open_own_lengths(db: duckdb.DuckDBPyConnection) -> None:
    """Find the end and the beginning that at least half of all titles share, and measure what is left without it."""
    db.execute(f"""
        create or replace temp table title_length as
        with parted as (
            select p.url, p.title, regexp_split_to_array(p.title, {_SEPARATORS}) as parts from own_page p
                join index_status x using (url) where x.is_indexable and p.title is not null),
        common as (
            select (select parts[-1] from parted where len(parts) > 1 group by 1
                    having count(*) * 2 >= (select count(*) from parted) and count(*) >= 5) as last,
                (select parts[1] from parted where len(parts) > 1 group by 1
                    having count(*) * 2 >= (select count(*) from parted) and count(*) >= 5) as first)
        select url, title, if(len(parts) > 1, parts[-1], null) as last, case
            when len(parts) > 1 and parts[-1] = common.last then left(title, -length(common.last) - 3)
            when len(parts) > 1 and parts[1] = common.first then right(title, -length(common.first) - 3)
            else title end as own_title, length(own_title) as own_length
        from parted cross join common
    """)
