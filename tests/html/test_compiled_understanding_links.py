"""What networks are told of a page's links and words, compiled: the same as by the plain form."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from linkworthy.html import letters
from linkworthy.html.compiled import spelling

pytestmark = pytest.mark.xdist_group("compiled")

_CHARACTERS = st.characters(exclude_categories=()) | st.sampled_from("aZ Éß,09\n\ud800")


@settings(max_examples=60, deadline=None)
@given(texts=st.lists(st.text(_CHARACTERS, max_size=60), max_size=8), limit=st.integers(0, 40))
@example(texts=[], limit=9)
@example(texts=[""], limit=9)
@example(texts=["", "Über die Straße, 12 mal\u3000so", "", "a" * 23 + "b", "a" * 24 + "b", "a" * 24 + "c"], limit=60)
@example(texts=["one\ntwo", "\ud800 Lone\r\n", "\n"], limit=60)
def test_texts_are_taken_apart_as_by_whole_columns(texts: list[str], limit: int) -> None:
    found, expected = spelling.letters_of(texts, limit), letters.letters_of(texts, limit)
    for name in expected._fields:
        np.testing.assert_array_equal(getattr(found, name), getattr(expected, name), err_msg=name, strict=True)
    table = np.arange(letters.N_NUMBERS) ** 2
    np.testing.assert_array_equal(spelling.sums(found, table), expected.sums(table), strict=True)
