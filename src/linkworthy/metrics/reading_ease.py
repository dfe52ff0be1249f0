"""Reading ease: how long the sentences and words of a page's main text are, by the formula of its language."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from linkworthy.engine.embedded import quoted
from linkworthy.metrics import ease_kernels as kernels
from linkworthy.metrics.own import scalar
from linkworthy.metrics.shingles import buffers

CHARACTERS = 600
"""Characters of one paragraph that are looked at, so that the cost is bounded."""
PARAGRAPHS = 12
"""Paragraphs of a page that are looked at."""
WORDS = 80
"""Words below which a text is too short for a formula made for samples of a hundred."""
_AT_ONCE = 50_000
VOWELS = "aeiouyàâäáæéèêëíîïìóôöòøœúûüùýÿåãõ"
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

Counts = npt.NDArray[np.int32]


def open_ease(db: duckdb.DuckDBPyConnection) -> None:
    """Make the temporary table ``page_ease``; linear in the first paragraphs of pages. Memory: 24 bytes a page."""
    languages = ", ".join(quoted(language) for language in _FORMULAS)
    db.execute(f"""
        create or replace temp table worded as
        select url, (row_number() over (order by url) - 1)::int as page from (
            select distinct url from pages where is_own and language in ({languages}))
    """)
    prose = db.sql(f"""
        select p.page, lower(b.text[:{CHARACTERS}]) as text from blocks b join worded p using (url)
        where b.tag = 'p' and b.region = 'main' and b.n_words >= 15
        qualify row_number() over (partition by p.page order by b.n) <= {PARAGRAPHS}
    """)
    sums = np.zeros((3, scalar(db, "select count(*) from worded")))
    for batch in prose.to_arrow_reader(_AT_ONCE):
        page, counts = batch.column("page").to_numpy(), counted(batch.column("text"))
        for place in range(3):
            sums[place] += np.bincount(page, counts[:, place], sums.shape[1])
    names = ("n_words", "n_sentences", "n_syllables")
    columns = {name: total.astype(np.int64) for name, total in zip(names, sums, strict=True)}
    db.register("counted", pa.table({"page": np.arange(sums.shape[1], dtype=np.int32), **columns}))
    cases = " ".join(
        f"when '{language}' then {constant} - {sentence} * n_words / n_sentences - {syllable} * n_syllables / n_words"
        for language, (constant, sentence, syllable) in _FORMULAS.items()
    )
    # Sums as whole numbers of any size: the formula is worked out in decimals, and these have their own rules.
    listed = ", ".join(f"{name}::hugeint as {name}" for name in names)
    db.execute(f"""
        create or replace temp table page_ease as
        with summed as (select url, {listed} from counted join worded using (page))
        select c.url, case p.language {cases} end as reading_ease
        from summed c join (select url, any_value(language) as language from pages where is_own and role <> 'probe'
            group by url) p using (url) where n_words >= {WORDS}
    """)
    db.unregister("counted")


def counted(texts: pa.Array) -> Counts:
    """Give words, sentences and syllables of texts in small letters.

    A text has a word more than spaces and one sentence at least; its syllables are its runs of vowels but for silent
    letters e.
    """
    data, offsets = buffers(texts)
    found = np.zeros((len(texts), 4), np.int32)
    kernels.count(data, offsets, _kinds(), found)
    return np.column_stack((found[:, 0] + 1, np.maximum(found[:, 1], 1), found[:, 2] - found[:, 3]))


@lru_cache(maxsize=1)
def _kinds() -> npt.NDArray[Any]:
    """Give the kinds of the characters up to the last vowel that is known."""
    kinds = np.zeros(ord(max(VOWELS)) + 1, np.uint8)
    word = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_"
    for kind, letters in (
        (kernels.SPACE, "\t\n\f\r "), (kernels.END, ".!?"), (kernels.VOWEL, VOWELS), (kernels.SOUND, "aeiouy"),
        (kernels.WORD, word),
    ):  # fmt: skip
        for letter in letters:
            kinds[ord(letter)] |= kind
    return kinds
