"""What one reading of a document gathers, before anything is judged or resolved."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from linkworthy.html.texts import Texts

Column = list[str] | Texts
Attributes = dict[str, str | None]

FoundBlock = tuple[str, str, int, int, int, str]
"""A run of visible text between two block boundaries: tag, region, group, words, link words, text."""


class FoundBlocks(Sequence[FoundBlock]):
    """Blocks as columns; their texts may not be made yet."""

    def __init__(self, columns: tuple[list[str], list[str], list[int], list[int], list[int], Texts]) -> None:
        self.columns = columns

    def __len__(self) -> int:
        return len(self.columns[0])

    def __iter__(self) -> Iterator[FoundBlock]:
        return zip(*self.columns, strict=True)

    def __eq__(self, other: object) -> bool:
        return list(self) == list(other) if isinstance(other, Sequence) else NotImplemented

    __hash__ = None  # type: ignore[assignment]

    def __getitem__(self, place: Any) -> Any:
        return list(self)[place]


class FoundLink:
    """An a or area element with href."""

    __slots__ = (
        "after", "alts", "attributes", "before", "group", "href", "is_area", "is_hidden", "n_images", "path", "region",
        "texts",
    )  # fmt: skip

    def __init__(
        self,
        href: str,
        attributes: Attributes,
        is_area: bool,  # noqa: FBT001 - given in the order of the fields
        region: str,
        group: int,
        *,
        is_hidden: bool,
        path: str,
    ) -> None:
        self.href = href
        self.attributes = attributes
        self.is_area = is_area
        self.region = region
        self.group = group
        self.is_hidden = is_hidden
        self.path = path
        self.texts: list[str] = []
        self.alts: list[str] | None = None
        self.n_images = 0
        self.before = ""
        self.after = ""


@dataclass(slots=True)
class FoundLinks:
    """Links as columns, in document order; anchors have their white space folded."""

    hrefs: Column
    rels: list[str | None]
    kinds: list[str]
    anchors: Column
    regions: list[str]
    groups: list[int]
    paths: Column
    befores: Column
    afters: Column
    is_hidden: list[bool]

    def __len__(self) -> int:
        return len(self.hrefs)


@dataclass(slots=True)
class FoundForm:
    """A form: what it is called, where it goes, what it asks for."""

    attributes: Attributes
    region: str
    fields: list[str] = field(default_factory=list)
    """Kind of control, name, id, placeholder and value of each, in lower case."""
    text: str = ""


@dataclass(slots=True)
class Captured:
    """An element whose text was kept, with its attributes."""

    attributes: Attributes
    text: str = ""
    region: str = ""


@dataclass(slots=True)
class Group:
    """A list or table and what its text is made of, to tell lists of links from prose."""

    n_words: int = 0
    n_link_words: int = 0
    n_links: int = 0


@dataclass(slots=True)
class Gathered:
    """Everything that a reading found, in document order and bounded."""

    html: Attributes = field(default_factory=dict)
    body: Attributes = field(default_factory=dict)
    base_href: str | None = None
    metas: list[Attributes] = field(default_factory=list)
    link_elements: list[tuple[Attributes, bool]] = field(default_factory=list)
    """Attributes, and whether it stands in the head."""
    titles: list[Captured] = field(default_factory=list)
    h1: list[Captured] = field(default_factory=list)
    h2: list[Captured] = field(default_factory=list)
    times: list[Captured] = field(default_factory=list)
    addresses: list[Captured] = field(default_factory=list)
    json_ld: list[Captured] = field(default_factory=list)
    scripts: list[Captured] = field(default_factory=list)
    links: list[FoundLink] = field(default_factory=list)
    columns: FoundLinks | None = None
    """The links as columns; see ``linked``."""
    blocks: list[FoundBlock] | FoundBlocks = field(default_factory=list)
    groups: list[Group] = field(default_factory=list)
    images: list[tuple[Attributes, bool]] = field(default_factory=list)
    """Attributes, and whether it stands inside a link."""
    resources: list[tuple[str, str]] = field(default_factory=list)
    """Kind and href."""
    forms: list[FoundForm] = field(default_factory=list)
    skeleton: list[int] = field(default_factory=list)
    """A number for each block element, see ``skeleton``."""
    template_hash: int | None = field(default=None, compare=False)
    """The hash of these where it is known."""
    comment_ids: set[str] = field(default_factory=set)
    n_elements: int = 0
    n_titles: int = 0
    n_h1: int = 0
    n_links: int = 0
    n_images: int = 0
    n_images_no_alt: int = 0
    n_words: int = 0
