"""What a rule is: a frozen literal with a predicate over one relation, its words, and rows that prove it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

Severity = Literal["issue", "warning", "opportunity", "notice"]
Priority = Literal["high", "medium", "low"]
Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One check of the audit. A row is judged where ``gate`` is true, and flagged where ``where`` is true as well."""

    slug: str
    """Its name, for good."""
    title: str
    """What is wrong, in a few words: the heading of its findings."""
    category: str
    """Group that it is shown under."""
    over: str
    """Relation that it judges: a name in ``catalogue.relations.RELATIONS``."""
    severity: Severity
    priority: Priority
    where: str
    """SQL predicate: true is a defect, null is not judged."""
    gate: str = "true"
    """SQL predicate: rows that the rule has an opinion on."""
    needs: tuple[str, ...] = ()
    """Tables or means without which it is not judged, besides those of its relation."""
    evidence: tuple[str, ...] = ()
    """Columns of the relation that show the defect."""
    why: str
    """Why it matters, in a sentence or two for the site's owner."""
    fix: str
    """What to do."""
    source: str
    """URL of the specification or guideline behind it."""
    limits: str = ""
    """What the rule cannot see, or where it may be wrong."""
    flags: tuple[Row, ...]
    """Smallest rows that must be flagged; columns left out are null."""
    passes: tuple[Row, ...]
    """Their nearest neighbours, which must not be flagged."""

    @property
    def expression(self) -> str:
        """The whole predicate."""
        return f"({self.gate}) and ({self.where})"
