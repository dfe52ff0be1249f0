"""Visible text of own pages, block by block: headings in their order, placeholders, wrong decoding, reading ease."""

from __future__ import annotations

import duckdb

from linkworthy.engine.embedded import quoted
from linkworthy.metrics.wordlists import word_file

EASE_CHARACTERS = 600
"""Characters of one paragraph that reading ease looks at, so that its cost is bounded."""
EASE_PARAGRAPHS = 12
"""Paragraphs of a page that reading ease looks at."""
EASE_WORDS = 80
"""Words below which a text is too short for a formula made for samples of a hundred."""
_HEADINGS = "('h1', 'h2', 'h3', 'h4', 'h5', 'h6')"
_VOWELS = "[aeiouyàâäáæéèêëíîïìóôöòøœúûüùýÿåãõ]+"
_GARBLED = (
    "(Ã[\\x{0080}-\\x{00BF}][^ ]{0,20}|â€[™œ\\x{009d}˜“”¦][^ ]{0,20}|Â[\\x{00A0}-\\x{00BF}]|"
    "[\\pL]{1,20}\\x{FFFD}[^ ]{0,20}|\\x{FFFD}+[\\pL]{2}[^ ]{0,20})"
)
"""UTF-8 that was read as Windows-1252, and the sign for what could not be decoded."""
_SUSPECT = "[ÃÂâ\\x{FFFD}]"
"""A sign that all of it holds: classes of letters are slow to look for, and most text has none of these."""

_FORMULAS = {
    "en": (206.835, 1.015, 84.6),
    "de": (180.0, 1.0, 58.5),
    "es": (206.84, 1.02, 60.0),
    "fr": (207.0, 1.015, 73.6),
    "it": (217.0, 1.3, 60.0),
    "nl": (206.84, 0.93, 77.0),
}
"""Constant, weight of words a sentence, weight of syllables a word.

Source: Flesch 1948 (en), Amstad 1978 (de), Fernández Huerta 1959 (es), Kandel and Moles 1958 (fr), Franchina and Vacca
1986 (it), Douma 1960 (nl).
"""


def open_text_parts(db: duckdb.DuckDBPyConnection) -> None:
    """Make the temporary tables ``page_text``, ``page_headings`` and ``page_ease``; linear in blocks.

    Samples of code are left out where text is looked for that should not be there: they may be about it.
    """
    placeholders = "|".join(word_file("placeholders")["text"]["patterns"])
    db.execute(f"""
        create or replace temp table page_text as
        select b.url, sum(length(b.text)) as n_text_characters,
            min(b.text[:200]) filter (b.region in ('main', 'list')
                and b.tag <> 'pre' and regexp_matches(b.text, {quoted(placeholders)}, 'i')) as placeholder,
            min(nullif(case when b.tag <> 'pre' and regexp_matches(b.text, {quoted(_SUSPECT)})
                then regexp_extract(b.text, {quoted(_GARBLED)}) end, '')) as garbled
        from blocks b semi join own_page p using (url) group by b.url
    """)
    _open_headings(db)
    _open_ease(db)


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


def _open_ease(db: duckdb.DuckDBPyConnection) -> None:
    cases = " ".join(
        f"when '{language}' then {constant} - {sentence} * n_words / n_sentences - {syllable} * n_syllables / n_words"
        for language, (constant, sentence, syllable) in _FORMULAS.items()
    )
    languages = ", ".join(quoted(language) for language in _FORMULAS)
    db.execute(f"""
        create or replace temp table page_ease as
        with prose as (
            select b.url, lower(b.text[:{EASE_CHARACTERS}]) as text from blocks b
                semi join (select url from pages where is_own and language in ({languages})) p using (url)
            where b.tag = 'p' and b.region = 'main' and b.n_words >= 15
            qualify row_number() over (partition by b.url order by b.n) <= {EASE_PARAGRAPHS}),
        counted as (
            select url, sum(length(text) - length(regexp_replace(text, '\\s+', '', 'g')) + 1) as n_words,
                sum(greatest(1, len(regexp_extract_all(text, '[.!?…]+(\\s|$)')))) as n_sentences,
                sum(len(regexp_extract_all(text, '{_VOWELS}'))
                    - len(regexp_extract_all(text, '[^aeiouy\\s]e\\b'))) as n_syllables
            from prose group by url)
        select c.url, case p.language {cases} end as reading_ease
        from counted c join (select url, any_value(language) as language from pages where is_own and role <> 'probe'
            group by url) p using (url) where n_words >= {EASE_WORDS}
    """)
