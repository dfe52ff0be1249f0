"""What a signal is: a frozen literal with a value over a link's columns, a ramp, words, and rows that prove it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, get_args

Criterion = Literal["relevance", "authority", "link_quality", "editorial", "outbound", "indexing"]
Kind = Literal["network", "automated", "comment", "sitewide", "irrelevant"]
Example = tuple[Mapping[str, Any], float | None]
"""A row of ``backlinks`` (columns left out are null) and the score that it must give."""

CRITERIA: tuple[Criterion, ...] = get_args(Criterion)
"""The six criteria of a good link, in report order."""
KINDS: tuple[Kind, ...] = get_args(Kind)
"""The five kinds of harm, in report order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Signal:
    """One thing that speaks for or against a link.

    For a criterion, score 1 is fully good; for a kind of harm, score 1 is fully present. A null value is not known
    and counts
    for nothing.
    """

    slug: str
    """Its name, for good."""
    title: str
    """What it says where it speaks, in a few words."""
    aspect: Criterion | Kind
    """The criterion or the kind of harm that it speaks to."""
    group: str
    """The evidence that it rests on: signals of one group are not independent, and do not corroborate each other."""
    value: str
    """SQL value over the columns of ``backlinks``."""
    ramp: tuple[float, float]
    """Values of score 0 and score 1: bad and good end for a criterion, absent and present for a kind."""
    unit: str
    """Unit of the value."""
    weight: float
    """A criterion's weighted mean counts it so; to a kind of harm it adds at most so much."""
    provenance: str
    """Where the weight comes from."""
    is_strong: bool = False
    """Alone enough to find a kind of harm."""
    evidence: tuple[str, ...]
    """Columns of ``backlinks`` that show it."""
    why: str
    """Why it matters, in a sentence."""
    limits: str
    """What it cannot see, or where it may be wrong."""
    source: str
    """The guideline, paper or page behind it."""
    examples: tuple[Example, ...]
    """At least one row that it speaks on, one on which it stays silent, and one on which it is not known."""

    @property
    def is_harm(self) -> bool:
        """Tell whether it speaks to a kind of harm."""
        return self.aspect in KINDS

    @property
    def score(self) -> str:
        """The SQL expression of its place on the ramp, 0..1; null where the value is null."""
        return score_of(f"({self.value})", self.ramp)


def score_of(value: str, ramp: tuple[float, float]) -> str:
    """Give the SQL expression that places a value on a ramp."""
    low, high = ramp
    part = f"(({value})::double - ({low})) / ({high} - ({low}))"
    return f"case when {value} is not null then greatest(0.0, least(1.0, {part})) end"
