"""What to do, in order of value: findings, links and prospects brought down to tasks, each with what stands behind it.

Value of a task: referring domains concerned, plus ln(1 + visits), times 2 for an issue, 0.8 for a warning and 0.2 for
an opportunity, times 1, 0.6 or 0.3 by priority; where no link stands behind a finding, half the logarithm of its pages
takes their place. A task on links is worth the domains that it concerns, times 0.3 for a disavow file. The arithmetic
is shown with each task.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from linkworthy.catalogue.rule import Rule
from linkworthy.questions import Answers

SEVERITY_WEIGHT = {"issue": 2.0, "warning": 0.8, "opportunity": 0.2}
PRIORITY_WEIGHT = {"high": 1.0, "medium": 0.6, "low": 0.3}


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """One task."""

    title: str
    how: str
    why: str
    value: float
    terms: str
    """The arithmetic of its value."""
    anchor: str
    """Where in the report its evidence stands."""
    who: str
    """Whose task it is: site, links, outreach."""


def actions(answers: Answers, rules: dict[str, Rule]) -> list[Action]:
    """Give the tasks that follow from a snapshot, most valuable first."""
    found = [*_from_findings(answers, rules), *_from_verdicts(answers), *_from_prospects(answers)]
    return sorted(found, key=lambda action: (-action.value, action.title))


def _from_findings(answers: Answers, rules: dict[str, Rule]) -> list[Action]:
    rows = answers.rows(
        """
        select rule, any_value(severity) as severity, any_value(priority) as priority, count(*) as n,
          sum(coalesce(value, 0)) as value
        from findings group by rule order by rule"""
    )
    out = []
    for row in rows:
        rule = rules.get(row["rule"])
        if rule is None or rule.severity == "notice":
            continue
        behind = float(row["value"]) + math.log1p(row["n"]) / 2
        weight = SEVERITY_WEIGHT[row["severity"]] * PRIORITY_WEIGHT[row["priority"]]
        value = weight * behind
        links = f"{row['value']:.1f} domains and visits behind it" if row["value"] else "no link behind it"
        out.append(
            Action(
                title=f"{rule.title}: {row['n']} found",
                how=rule.fix,
                why=rule.why,
                value=value,
                terms=f"{row['severity']}, {row['priority']} priority ({weight:.2f}) × ({links}, {row['n']} found)",
                anchor=f"rule-{rule.slug}",
                who="site",
            )
        )
    return out


_DISAVOW = (
    "Google needs such a file from hardly any site. Look at the evidence; upload the file beside this report after "
    "a manual action for links only, or where you bought them and cannot have them removed."
)
_LINK_TASKS = {
    "act": (
        "Links to put right",
        "Each says what to do: have it restored, qualified or pointed at the right page.",
        1.0,
    ),
    "disavow": ("Links that a disavow file would name", _DISAVOW, 0.3),
}
"""By verdict: task, what to do, and weight: search engines leave most links out of account that they distrust."""


def _from_verdicts(answers: Answers) -> list[Action]:
    rows = answers.rows(
        """
        select verdict, count(*) as n, count(distinct source_domain) as n_domains from verdicts
        where verdict in ('act', 'disavow') group by verdict order by verdict"""
    )
    out = []
    for row in rows:
        title, how, weight = _LINK_TASKS[row["verdict"]]
        out.append(
            Action(
                title=f"{title}: {row['n']} from {row['n_domains']} domains",
                how=how,
                why="Verdicts with their terms stand in the evidence.",
                value=weight * row["n_domains"],
                terms=f"{row['n_domains']} referring domains × {weight:g}",
                anchor=f"verdict-{row['verdict']}",
                who="links",
            )
        )
    return out


_PROSPECT_TASKS = {
    "broken": "Win back links that lead to a deleted page",
    "lost": "Ask for links that were lost",
    "mention": "Ask for a link where you are named",
    "forum": "Take part in forums of your trade",
    "blog": "Comment on blogs with something to say",
    "directory": "Be listed in directories",
    "competitor": "Win links that competitors have",
}


def _from_prospects(answers: Answers) -> list[Action]:
    rows = answers.rows(
        """
        select kind, count(*) as n, sum(worth) as worth, max_by(how, worth) as how, max_by(why, worth) as why
        from prospects group by kind order by kind"""
    )
    return [
        Action(
            title=f"{_PROSPECT_TASKS[row['kind']]}: {row['n']}",
            how=str(row["how"]),
            why=str(row["why"]),
            value=float(row["worth"]),
            terms=f"the worth of {row['n']} prospects together",
            anchor=f"prospects-{row['kind']}",
            who="outreach",
        )
        for row in rows
    ]


def first_steps(found: list[Action], n: int = 10) -> list[dict[str, Any]]:
    """Give the first tasks for the machine-readable report."""
    return [
        {"title": a.title, "how": a.how, "value": round(a.value, 2), "terms": a.terms, "who": a.who} for a in found[:n]
    ]
