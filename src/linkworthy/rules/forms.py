"""The form of a rule that judges one relation: what its rules share is said once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from linkworthy.catalogue.rule import Priority, Rule, Severity

Bad = Mapping[str, Any] | tuple[Mapping[str, Any], ...]
"""What differs from a row without fault, in one example or in several."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """What rules on one relation share; called with the rest, it gives a rule.

    The rows that the rule must flag are ``row`` with each of ``bad`` on top, those that it must pass are ``row`` with
    each of ``good``, and the first bad row with each of ``closed`` on top: what the gate leaves out.
    """

    category: str
    over: str
    row: Mapping[str, Any]
    gate: str = "true"
    closed: tuple[Mapping[str, Any], ...] = ()
    shows: str = ""
    """Evidence of all rules, before their own."""
    source: str = ""

    def __call__(
        self,
        slug: str,
        title: str,
        grade: str,
        where: str,
        *,
        bad: Bad,
        good: Bad,
        why: str,
        fix: str,
        shows: str = "",
        source: str = "",
        limits: str = "",
        needs: str = "",
        gate: str = "",
        closed: tuple[Mapping[str, Any], ...] = (),
        category: str = "",
        absent_is_known: bool = False,
    ) -> Rule:
        """Give a rule; ``grade`` is its severity and priority, ``gate`` is asked besides that of the form.

        With ``absent_is_known`` a null says that the page has no such thing, and the rule passes it.
        """
        severity, priority = grade.split()
        bads = bad if isinstance(bad, tuple) else (bad,)
        goods = good if isinstance(good, tuple) else (good,)
        gates = [part for part in (self.gate, gate) if part and part != "true"]
        outside = ({**self.row, **bads[0], **one} for one in (*self.closed, *closed))
        return Rule(
            slug=slug,
            title=title,
            category=category or self.category,
            over=self.over,
            severity=cast("Severity", severity),
            priority=cast("Priority", priority),
            where=f"coalesce({where}, false)" if absent_is_known else where,
            gate=" and ".join(gates) or "true",
            needs=tuple(needs.split()),
            evidence=tuple(dict.fromkeys((*shows.split(), *self.shows.split()))),
            why=why,
            fix=fix,
            source=source or self.source,
            limits=limits,
            flags=tuple({**self.row, **one} for one in bads),
            passes=(*({**self.row, **one} for one in goods), *outside),
        )
