"""What a demonstration world is made of: hosts, answers, planted links, faults and prospects."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from linkworthy.demo.names import Gazetteer
from linkworthy.demo.words import Topic

TODAY = date(2026, 11, 20)
"""The day on which the world stands still; every date in it is counted from here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """How the server answers one URL."""

    status: int = 200
    body: bytes = b""
    headers: tuple[tuple[str, str], ...] = ()
    delay_s: float = 0.0
    """Seconds before the first byte."""
    n_refusals: int = 0
    """Requests that are answered 429 with Retry-After 1 before this answer is given."""
    is_never: bool = False
    """The connection is accepted and nothing is ever answered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Host:
    """One name, the loopback address that it lives at, and what it answers where nothing is found."""

    name: str
    role: str
    address: str
    schemes: tuple[str, ...]
    not_found: Answer
    alias_of: str = ""
    """The host whose answers it gives as well."""
    twin_scheme: str = ""
    """The scheme whose answers are given under this one, too: an http twin of an https site."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkCase:
    """One planted link from another site to the owner's, and what is true of it."""

    case: str
    source_url: str
    target_url: str
    anchor: str
    rel: str = ""
    kinds: tuple[str, ...] = ()
    """Kinds of harm that must be found."""
    allowed_kinds: tuple[str, ...] = ()
    """Kinds that may be found besides."""
    verdicts: tuple[str, ...] = ("keep", "watch")
    """Verdicts that are right."""
    states: tuple[str, ...] = ("live",)
    """States that are right."""
    reason: str = ""
    """The state's reason, empty where it is not asserted."""
    counts: tuple[str, ...] = ("yes",)
    """Values of ``counts`` that are right."""
    counts_reason: str = ""
    rating: int = 20
    """What the vendor's made-up export says of the domain, 0..100."""
    traffic: int = 500
    """What it says of the domain's visits a month."""
    title: str = ""
    first_seen: date = TODAY
    reporters: tuple[str, ...] = ()
    """Which exports hold it: ahrefs, gsc, list, log, log-origin."""

    @property
    def is_harmful(self) -> bool:
        """The link is of a kind to avoid."""
        return bool(self.kinds)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One planted fault of the owner's site."""

    rule: str
    """Slug as in the audit's catalogue."""
    url: str
    """Own page; empty where the crawler chooses the URL itself."""
    case: str
    other_url: str = ""
    """The other end: link target, twin, canonical, successor."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chance:
    """One planted prospect."""

    kind: str
    """forum, blog, directory, competitor, broken, lost, mention."""
    domain: str
    url: str
    is_required: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Owner:
    """The owner's side: what goes into the settings."""

    brand: str
    brands: tuple[str, ...]
    url: str
    host: str
    topic: Topic
    keywords: tuple[str, ...]
    is_local: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """Everything that one seed gives."""

    seed: int
    owner: Owner
    gazetteer: Gazetteer
    hosts: Mapping[str, Host]
    answers: Mapping[str, Answer]
    """By normalised URL."""
    links: tuple[LinkCase, ...]
    faults: tuple[Fault, ...]
    chances: tuple[Chance, ...]
    roles: Mapping[str, tuple[str, ...]]
    """Hosts by the part that they play."""
    facts: Mapping[str, str] = field(default_factory=dict)
    """Single facts that tests and exports need, by name."""

    @property
    def n_pages(self) -> int:
        """HTML pages that answer with a body of their own."""
        return sum(
            1
            for answer in self.answers.values()
            if answer.status == 200 and ("content-type", "text/html; charset=utf-8") in answer.headers
        )

    def host_of(self, role: str) -> str:
        """Give the first host that plays a part."""
        return self.roles[role][0]
