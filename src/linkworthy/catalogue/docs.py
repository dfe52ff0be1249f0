"""Generates the page of all rules from the rules themselves."""

from __future__ import annotations

from collections.abc import Sequence

from linkworthy.catalogue.needs import NEEDS
from linkworthy.catalogue.relations import RELATIONS, column_needs, later_needs
from linkworthy.catalogue.rule import Rule

_HEAD = """# Rules

Every check of the audit, generated from `linkworthy.rules`. A rule judges the rows of one relation that pass its gate;
a row is a finding where the predicate is true, and counted as unknown where it is null. Severity: *issue* (repair it),
*warning* (look at it), *opportunity* (could be better), *notice* (good to know).
"""


def rules_page(rules: Sequence[Rule]) -> str:
    """Give the Markdown page of these rules, one section each, under their categories."""
    lines = [_HEAD]
    for category in dict.fromkeys(rule.category for rule in rules):
        lines += [f"## {category}", ""]
        for rule in rules:
            if rule.category == category:
                lines += rule_section(rule)
    return "\n".join(lines).rstrip() + "\n"


def rule_section(rule: Rule) -> list[str]:
    """Give the lines of one rule's section."""
    wanted = (
        *rule.needs,
        *column_needs(rule.over, rule.expression),
        *later_needs(rule.over, rule.expression),
    )
    needs = [NEEDS[need].words for need in dict.fromkeys(wanted)]
    return [
        f"### {rule.slug}",
        "",
        f"**{rule.title}.** {rule.severity.capitalize()}, {rule.priority} priority.",
        "",
        f"- Why: {rule.why}",
        f"- Fix: {rule.fix}",
        *([f"- Limits: {rule.limits}"] if rule.limits else []),
        f"- Judges: {RELATIONS[rule.over].about} (`{rule.over}`)",
        *([f"- Gate: `{rule.gate}`"] if rule.gate != "true" else []),
        f"- Predicate: `{rule.where}`",
        *([f"- Needs: {'; '.join(needs)}"] if needs else []),
        f"- Evidence: {', '.join(f'`{column}`' for column in rule.evidence)}",
        f"- Source: <{rule.source}>",
        "",
    ]
