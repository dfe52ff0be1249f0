"""The shape of a parsed page. Field names are those of the tables ``pages``, ``links``, ``blocks``, ``images``, …."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import repeat
from typing import Any, NamedTuple, TypeVar, overload

from linkworthy.html.texts import Texts

Row = TypeVar("Row", bound=tuple[Any, ...])


class Rows(Sequence[Row]):
    """Rows of one kind that are kept as columns: made into rows only where somebody looks at them."""

    __slots__ = ("_kind", "held")

    def __init__(self, kind: type[Row], columns: Sequence[list[Any] | Texts]) -> None:
        self._kind = kind
        self.held = columns
        """One column for each field; those of texts may not be made yet."""

    @property
    def columns(self) -> list[list[Any]]:
        """One list for each field."""
        return [column.made() if isinstance(column, Texts) else column for column in self.held]

    def __len__(self) -> int:
        return len(self.held[0])

    def __iter__(self) -> Iterator[Row]:
        return map(tuple.__new__, repeat(self._kind), zip(*self.columns, strict=True))

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Rows):
            return self.columns == other.columns
        return list(self) == other if isinstance(other, list) else NotImplemented

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return repr(list(self))

    @overload
    def __getitem__(self, place: int) -> Row: ...

    @overload
    def __getitem__(self, place: slice) -> list[Row]: ...

    def __getitem__(self, place: int | slice) -> Row | list[Row]:
        if isinstance(place, slice):
            return list(Rows(self._kind, [column[place] for column in self.columns]))
        return tuple.__new__(self._kind, [column[place] for column in self.held])

    def column(self, name: str) -> list[Any]:
        """Give one column by the name of its field."""
        column = self._held_as(name)
        return column.made() if isinstance(column, Texts) else column

    def cells(self, name: str, places: Sequence[int]) -> list[Any]:
        """Give some cells of one column by the name of its field."""
        column = self._held_as(name)
        return list(map(column.at if isinstance(column, Texts) else column.__getitem__, places))

    def cell(self, name: str, place: int) -> Any:
        """Give one cell of one column by the name of its field."""
        column = self._held_as(name)
        return column.at(place) if isinstance(column, Texts) else column[place]

    def nulls(self, name: str) -> list[int]:
        """Give the places where a column is null."""
        column = self._held_as(name)
        if isinstance(column, Texts):
            return column.nulls()
        return [place for place, value in enumerate(column) if value is None]

    def _held_as(self, name: str) -> list[Any] | Texts:
        fields: tuple[str, ...] = self._kind._fields  # type: ignore[attr-defined]
        return self.held[fields.index(name)]


class Link(NamedTuple):
    """One a or area element with href, in document order; the columns of table ``links`` that the page itself knows."""

    n: int
    href: str
    url: str | None
    target_host: str | None
    target_domain: str | None
    fragment: str | None
    is_internal: bool
    kind: str
    anchor: str
    rel: str | None
    is_nofollow: bool
    is_ugc: bool
    is_sponsored: bool
    region: str | None
    path: str | None
    position: float
    before: str | None
    after: str | None
    is_hidden: bool | None


class Block(NamedTuple):
    """One block of visible text; the columns of table ``blocks`` that the page itself knows."""

    n: int
    tag: str
    region: str
    text_hash: int
    n_words: int
    n_link_words: int
    text: str


class Image(NamedTuple):
    """One img element; the columns of table ``images`` that the page itself knows."""

    n: int
    image_url: str | None
    alt: str | None
    width: int | None
    height: int | None
    loading: str | None
    is_linked: bool


class Resource(NamedTuple):
    """One resource; the columns of table ``resources`` that the page itself knows."""

    n: int
    kind: str
    resource_url: str
    is_insecure: bool


class Item(NamedTuple):
    """One item of structured data; the columns of table ``structured`` that the page itself knows."""

    n: int
    syntax: str
    type: str | None
    data: str
    fault: str | None


@dataclass(slots=True, kw_only=True)
class Page:
    """What ``parse(bytes, headers, url)`` gives: facts are columns of ``pages``, the rest are rows of their tables."""

    url: str
    """Normalised URL that the page was parsed as."""
    facts: dict[str, Any]
    """Every column of ``pages`` that comes from headers and HTML, from ``last_modified_at`` to ``feeds``."""
    links: Sequence[Link] = ()
    blocks: Sequence[Block] = ()
    images: list[Image] = field(default_factory=list)
    resources: list[Resource] = field(default_factory=list)
    items: list[Item] = field(default_factory=list)

    @property
    def canonical_url(self) -> str | None:
        """The canonical that the page names."""
        value = self.facts["canonical_url"]
        return value if isinstance(value, str) else None

    @property
    def published_at(self) -> datetime | None:
        """The date of publication that the page names."""
        value = self.facts["published_at"]
        return value if isinstance(value, datetime) else None
