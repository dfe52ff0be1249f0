from __future__ import annotations

import duckdb
import numpy as np
import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from linkworthy.metrics.reading_ease import VOWELS, counted

SIMPLE = rf"""
select length(text) - length(regexp_replace(text, '\s+', '', 'g')) + 1,
    greatest(1, len(regexp_extract_all(text, '[.!?…]+(\s|$)'))),
    len(regexp_extract_all(text, '[{VOWELS}]+')) - len(regexp_extract_all(text, '[^aeiouy\s]e\b'))
from texts
"""
LETTERS = "aeiouyäéøœÿ xbtsz  e . !?…\t\n\r\v09_-'日本😀ıßeee.. "


@settings(deadline=None, max_examples=30)
@given(st.lists(st.text(LETTERS, max_size=30) | st.text(max_size=20), min_size=1, max_size=20))
def test_words_sentences_and_syllables_are_those_of_regular_expressions(texts: list[str]) -> None:
    small = pa.array([text.lower().replace("\0", "") for text in texts], pa.string())
    with duckdb.connect() as db:
        db.register("texts", pa.table({"text": small}))
        assert counted(small).tolist() == [list(row) for row in db.sql(SIMPLE).fetchall()]


def test_a_part_of_a_column_is_counted_as_it_stands() -> None:
    texts = pa.array(["left out", "one. two? fine", "we were here", "left out"])
    assert counted(texts.slice(1, 2)).tolist() == [[3, 2, 3], [3, 1, 2]]
    assert counted(pa.array([], pa.string())).dtype == np.int32
