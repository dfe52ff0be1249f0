"""What the columns of one table of links mean: the layout that a vendor's module or a look at the cells arrives at."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from linkworthy.sources.dates import Order
from linkworthy.sources.formulas import linked_url
from linkworthy.sources.rows import Buffer, Rows

ROLES = (
    "source", "target", "anchor", "title", "first_seen", "last_seen", "lost", "nofollow", "follow", "ugc", "sponsored",
    "rel", "kind", "region", "alt",
)  # fmt: skip
"""What a column may be for us; ``--map`` takes these names."""

SAMPLE_ROWS = 200
_PREAMBLE_ROWS = 20
"""Rows before the header that are looked at: Moz writes 6, Screaming Frog one."""
_HOST = re.compile(r"(?:[\w-]+\.)+(?:[^\W\d_]{2,}|xn--[a-z0-9-]+)\.?", re.IGNORECASE)
_BARE = re.compile(rf"{_HOST.pattern}(?::\d{{1,5}})?(?:[/?#]\S*)?", re.IGNORECASE)
_URL = re.compile(r"\s*https?://[^\s/]", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """How to read one delimited file of links."""

    reported_by: str
    recognised_as: str
    delimiter: str
    n_columns: int
    skip_bytes: int
    """UTF-8 bytes before the first row: preamble and header."""
    roles: Mapping[str, int]
    """Our name for a column to its place."""
    opinions: Mapping[str, int] = field(default_factory=dict)
    """The source's own name of a score or flag, in lower case, to its place."""
    kinds: Mapping[str, str] = field(default_factory=dict)
    """The source's words for a link's kind, in lower case, to ours; an empty text: no link that a reader follows."""
    regions: Mapping[str, str] = field(default_factory=dict)
    """The source's words for a region, in lower case, to ours."""
    date_order: Order | None = None
    is_crawl: bool = False
    """An export of a crawl: rows inside the site are expected, and no sign of the wrong file."""
    table: str = "observations"
    """The table that its rows go into."""
    decimal_mark: str = "."
    """What stands before the decimals of a number."""
    flag_kinds: Mapping[str, int] = field(default_factory=dict)
    """Our kind of link to the place of the flag that says so; the first that is true decides."""
    lost_parts: tuple[int, int] | None = None
    """Places of the date of loss and of the flag that calls a link lost, where a file has both."""
    bare_scheme: str = ""
    """What is written before URLs that stand without scheme: nothing, ``http://`` or ``https://``."""
    rivals: Mapping[str, int] = field(default_factory=dict)
    """Sites that a column each speaks of, as the header names them, to its place."""

    @property
    def wanted(self) -> list[int]:
        """Places of the columns that are read."""
        places = {*self.roles.values(), *self.opinions.values(), *self.flag_kinds.values(), *self.rivals.values()}
        return sorted(place for place in places.union(self.lost_parts or ()) if place < self.n_columns)


@dataclass(frozen=True, slots=True)
class Grid:
    """The beginning of a delimited file, cut into cells."""

    delimiter: str
    rows: tuple[tuple[str, ...], ...]
    starts: tuple[int, ...]
    """Where each row ends in the UTF-8 bytes of the file."""
    lead: int = 0
    """Bytes before the first row: a hint of the delimiter that Excel reads."""

    def without(self, n_rows: int) -> list[tuple[str, ...]]:
        """Give the rows after the first ``n_rows``."""
        return list(self.rows[n_rows:])


def is_url(text: str) -> bool:
    """Tell whether a cell begins as an http(s) URL does, or is a formula that links to one."""
    return _URL.match(text) is not None or (text.lstrip()[:1] == "=" and linked_url(text) is not None)


def is_host(text: str) -> bool:
    """Tell whether a cell is a host's name and nothing else."""
    return _HOST.fullmatch(text.strip()) is not None


def is_bare_url(text: str) -> bool:
    """Tell whether a cell is a URL without its scheme: a host, and whatever follows it without a space."""
    return _BARE.fullmatch(text.strip()) is not None


def named(header: str) -> str:
    """Bring a header to one spelling: lower case, words separated by one space, no outer marks."""
    shown = "".join(c for c in header if unicodedata.category(c) != "Cf")
    text = re.sub(r"(?<=[a-z])(?=[A-Z][a-z])|(?<=[a-z])(?=URL\b)", " ", shown.strip().strip("\"'").rstrip(" :*"))
    return " ".join(re.sub(r"[_\-]+", " ", text).split()).casefold()


def cut(head: bytes, delimiter: str, *, is_whole: bool) -> Grid:
    """Cut the beginning of a file into rows; a last row that may not be whole is left out."""
    buffer = Buffer(_Once(head))
    reader = Rows(buffer, delimiter)
    rows: list[tuple[str, ...]] = []
    ends: list[int] = []
    lead = 0
    while len(rows) < SAMPLE_ROWS:
        row = reader.next()
        if row is None:
            break
        if not rows and row.cells and row.cells[0].lower().startswith("sep="):
            lead = buffer.at  # Excel's hint of the delimiter
            continue
        rows.append(tuple(row.cells))
        ends.append(buffer.at)
    if not is_whole and len(rows) < SAMPLE_ROWS:
        rows, ends = rows[:-1], ends[:-1]
    return Grid(delimiter, tuple(rows), tuple(ends), lead)


class _Once:
    def __init__(self, data: bytes) -> None:
        self._data = data

    def read(self, size: int) -> bytes:
        data, self._data = self._data[:size], self._data[size:]
        return data


def header_rows(grid: Grid) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Give the rows that may be the header, with their place: those before the first row that holds a URL."""
    for n, row in enumerate(grid.rows[:_PREAMBLE_ROWS]):
        if any(is_url(cell) for cell in row):
            return
        if len(row) > 0:
            yield n, row


def find(names: Sequence[str], *wanted: str) -> int | None:
    """Give the place of the first of the wanted names that a header has; spaces inside do not count."""
    spelled = squeezed(tuple(names))
    return next((place for name in wanted if (place := spelled.get(name.replace(" ", ""))) is not None), None)


@lru_cache(maxsize=64)
def squeezed(names: tuple[str, ...]) -> Mapping[str, int]:
    """Give the place of every name of a header, spelled without spaces; the first where it comes twice."""
    out: dict[str, int] = {}
    for place, name in enumerate(names):
        out.setdefault(name.replace(" ", ""), place)
    return out


def roles_by_name(names: Sequence[str], words: Mapping[str, Sequence[str]]) -> dict[str, int]:
    """Give the place of every role whose words a header holds; the first word found wins."""
    found = {role: find(names, *wanted) for role, wanted in words.items()}
    return {role: place for role, place in found.items() if place is not None}
