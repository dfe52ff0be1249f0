"""Visible text of own pages, block by block: headings in their order, placeholders, wrong decoding, reading ease."""

from __future__ import annotations

import duckdb

from linkworthy.engine.embedded import quoted
from linkworthy.metrics.reading_ease import open_ease
from linkworthy.metrics.wordlists import word_file

_HEADINGS = "('h1', 'h2', 'h3', 'h4', 'h5', 'h6')"
_GARBLED = (
    "(Ã[\\x{0080}-\\x{00BF}][^ ]{0,20}|â€[™œ\\x{009d}˜“”¦][^ ]{0,20}|Â[\\x{00A0}-\\x{00BF}]|"
    "[\\pL]{1,20}\\x{FFFD}[^ ]{0,20}|\\x{FFFD}+[\\pL]{2}[^ ]{0,20})"
)
"""UTF-8 that was read as Windows-1252, and the sign for what could not be decoded."""
_SUSPECT = "[ÃÂâ\\x{FFFD}]"
"""A sign that all of it holds: classes of letters are slow to look for, and most text has none of these."""


def open_text_parts(db: duckdb.DuckDBPyConnection) -> None:
    """Make the temporary tables ``page_text``, ``page_headings`` and ``page_ease``; linear in blocks.

    Samples of code are left out where text is looked for that should not be there: they may be about it.
    """
    placeholders = "|".join(word_file("placeholders")["text"]["patterns"])
    db.execute(f"""
        create or replace temp table page_text as
        select b.url, sum(length(b.text)) as n_text_characters,
            min(case when b.region in ('main', 'list') and b.tag <> 'pre'
                and regexp_matches(b.text, {quoted(placeholders)}, 'i') then b.text[:200] end) as placeholder,
            min(nullif(case when b.tag <> 'pre' and strlen(b.text) > length(b.text)
                and regexp_matches(b.text, {quoted(_SUSPECT)})
                then regexp_extract(b.text, {quoted(_GARBLED)}) end, '')) as garbled
        from blocks b semi join own_page p using (url) group by b.url
    """)
    _open_headings(db)
    open_ease(db)


def _open_headings(db: duckdb.DuckDBPyConnection) -> None:
    # A question is answered where the block after it is a sentence: ten words that do not all stand in links.
    db.execute(f"""
        create or replace temp table heading as
        select b.url, b.n, right(b.tag, 1) as level, regexp_matches(b.text, '[?？؟]\\s*$') and b.region = 'main'
            and b.tag <> 'h1' as asks
        from blocks b semi join own_page p using (url) where b.tag in {_HEADINGS} and b.region in ('main', 'list')
    """)
    db.execute("""
        create or replace temp table page_headings as
        with asked as (
            select h.url, count(*) as n_questions, count(*) filter (
                a.url is null or a.n_words < 10 or a.n_link_words * 2 > a.n_words) as n_unanswered
            from heading h left join blocks a on a.url = h.url and a.n = h.n + 1 where h.asks group by h.url)
        select h.url, string_agg(h.level, '' order by h.n)[:100] as heading_levels,
            coalesce(any_value(a.n_questions), 0) as n_questions, coalesce(any_value(a.n_unanswered), 0) as n_unanswered
        from heading h left join asked a using (url) group by h.url
    """)
