"""Words and runs of words out of UTF-8."""

from __future__ import annotations

import re

import numpy as np
import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from linkworthy.metrics.shingles import Reading, read_texts, texts_of


def said(texts: list[str], read: Reading) -> list[str]:
    data = "".join(texts).encode("utf-8", "replace")
    return [data[a:b].decode() for a, b in zip(read.starts, read.stops, strict=True)]


@settings(deadline=None)
@given(st.lists(st.text(st.sampled_from("aAbZéßİ7 ,.-_\n\ud800𝔘"), max_size=40), max_size=6))
def test_words_are_found_as_a_regular_expression_finds_them(texts: list[str]) -> None:
    read = read_texts(texts_of(texts), with_spans=True)
    found = [re.findall(r"[^\W_\ud800]+", one) for one in texts]
    assert said(texts, read) == [word for one in found for word in one]
    assert np.diff(read.ends, prepend=0).tolist() == [len(one) for one in found]


def test_case_and_place_do_not_change_a_run() -> None:
    read = read_texts(texts_of(["Copper KETTLE of Éire", "…copper; kettle, OF éire!"]), k=4)
    assert read.runs[0] == read.runs[4] != 0
    assert read.runs[[1, 2, 3, 5, 6, 7]].tolist() == [0] * 6


def test_characters_of_scripts_without_spaces_are_words() -> None:
    assert read_texts(texts_of(["銅のやかん"])).ends.tolist() == [5]


def test_marks_belong_to_the_word_that_they_stand_on() -> None:
    assert read_texts(texts_of(["हिन्दी शब्द", "e\u0301te\u0301", "\u0301"])).ends.tolist() == [2, 3, 3]


def test_runs_cross_texts_only_where_they_are_joined() -> None:
    texts = texts_of(["a b", "c d", "e f"])
    assert np.count_nonzero(read_texts(texts, k=3).runs) == 0
    read = read_texts(texts, np.array([False, True, False]), k=3)
    assert np.flatnonzero(read.runs).tolist() == [0, 1]


def test_a_slice_of_an_array_and_an_absent_text_are_read_as_they_are() -> None:
    texts = pa.array(["x y z", "a b c", None, "d e f"])
    whole = read_texts(texts_of(["a b c", "", "d e f"]), k=3)
    assert read_texts(texts.slice(1), k=3).runs.tolist() == whole.runs.tolist()
