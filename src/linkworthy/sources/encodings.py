"""Which encoding a text is in, by its first bytes: by its mark, by where its zeros stand, by how its letters follow."""

from __future__ import annotations

import codecs
import re
from typing import NamedTuple

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_WORDS = {
    "cp1250": "Windows-1250", "cp1251": "Windows-1251", "cp1252": "Windows-1252", "cp1253": "Windows-1253",
    "cp1254": "Windows-1254", "cp1255": "Windows-1255", "cp1256": "Windows-1256", "koi8_r": "KOI8-R",
    "cp932": "Shift JIS", "euc_jp": "EUC-JP", "gb18030": "GB 18030", "big5": "Big5", "cp949": "EUC-KR",
}  # fmt: skip
"""The encodings that are told apart, as a reader knows them: what spreadsheets of each market write."""
_LATIN = frozenset({"cp1250", "cp1254"})
"""Where one of these fits no better than Windows-1252, the commoner one is meant."""
_SAMPLE_BYTES = 1 << 16
_MIN_LETTERS = 12
"""Bytes beyond ASCII that tell one encoding from another; fewer are taken for Windows-1252."""
_MIXED_SHARE = 0.2
"""Share of lines beyond ASCII that are valid UTF-8, from which the others are strays in a UTF-8 text; text in another
encoding is valid UTF-8 by chance in hardly any line."""
_BEYOND_ASCII = re.compile(rb"[\x80-\xff]")


class Encoding(NamedTuple):
    """What a text is read as."""

    name: str
    """Python's name of the codec."""
    n_mark_bytes: int
    assumed: str | None
    """The encoding in words where no mark says it and it is not plain UTF-8: an assumption its owner should see."""


def encoding_of(first: bytes) -> tuple[str, int]:
    """Tell the encoding by its mark or its zeros: its name, and the bytes of its mark to skip; else UTF-8."""
    for mark, name in _MARKS:
        if first.startswith(mark):
            return name, len(mark)
    pairs = len(first) // 2
    if pairs >= 4:
        n_odd, n_even = first[1::2].count(0), first[::2].count(0)
        if n_odd > 0.4 * pairs and n_even < 0.1 * pairs:
            return "utf-16-le", 0
        if n_even > 0.4 * pairs and n_odd < 0.1 * pairs:
            return "utf-16-be", 0
    return "utf-8", 0


def assume(first: bytes) -> Encoding:
    """Tell the encoding of a text by its first bytes. Text that is no UTF-8 is taken for what its letters fit best."""
    name, n_mark_bytes = encoding_of(first)
    if name != "utf-8":
        return Encoding(name, n_mark_bytes, None if n_mark_bytes else "UTF-16")
    if first.isascii() or _is_utf8(first) or n_mark_bytes or _is_binary(first):
        return Encoding(name, n_mark_bytes, None)
    lines = [line for line in re.split(rb"[\r\n]+", first) if _BEYOND_ASCII.search(line)]
    n_valid = sum(map(_is_utf8, lines))
    if n_valid >= _MIXED_SHARE * len(lines):
        return Encoding("utf-8", 0, None)
    sample = b"\n".join(lines)[:_SAMPLE_BYTES]
    found = _by_letters(sample) if len(_BEYOND_ASCII.findall(sample)) >= _MIN_LETTERS else "cp1252"
    # Windows-1252 is read as UTF-8 whose stray bytes are Windows-1252: a row of UTF-8 further down stays what it is.
    return Encoding("utf-8" if found == "cp1252" else found, 0, _WORDS[found])


def _is_utf8(text: bytes) -> bool:
    try:
        codecs.getincrementaldecoder("utf-8")("strict").decode(text)
    except UnicodeDecodeError:
        return False
    return True


def _is_binary(first: bytes) -> bool:
    head = first[:4096]
    return sum(byte < 9 or 13 < byte < 31 for byte in head) * 20 > len(head)


def _by_letters(sample: bytes) -> str:
    """Name the encoding whose letters follow each other as in some language; Windows-1252 where none is told better."""
    from charset_normalizer import from_bytes  # noqa: PLC0415 - few files need it

    best = from_bytes(sample, cp_isolation=list(_WORDS)).best()
    if best is None or "cp1252" in best.could_be_from_charset:
        return "cp1252"
    if best.encoding in _LATIN:
        western = from_bytes(sample, cp_isolation=["cp1252"]).best()
        if western is not None and western.coherence >= best.coherence:
            return "cp1252"
    return best.encoding if best.encoding in _WORDS else "cp1252"
