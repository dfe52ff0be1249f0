"""The gate of a continuous build: which findings are new, whether they pass, and what is told of them."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, get_args

from linkworthy.catalogue.rule import Rule, Severity
from linkworthy.errors import InputError
from linkworthy.site.parts import write_text

SEVERITIES: tuple[str, ...] = get_args(Severity)
_BUDGET = re.compile(r"([a-z0-9*-]+)=(\d{1,9})")
_VERSION = 1

Found = Mapping[str, Any]
"""One row of ``findings``: rule, key, n, severity, value."""


@dataclass(frozen=True, slots=True)
class Gate:
    """What a build may not have: a severity or worse, or more findings of a rule or severity than a number."""

    fail_on: frozenset[str] = frozenset()
    """Severities and slugs of which one new finding fails the build."""
    budgets: Mapping[str, int] = field(default_factory=dict)
    """Severity or slug, and how many findings of it pass, old ones included."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What came of it."""

    new: tuple[Found, ...]
    """Findings that the baseline does not hold; all of them without a baseline."""
    n_known: int
    failures: tuple[str, ...]
    """Why the build fails, a sentence each; empty where it passes."""
    failed_rules: frozenset[str]


def read_gate(fail_on: Sequence[str], budgets: Sequence[str], rules: Sequence[Rule]) -> Gate:
    """Read what the command says; a severity stands for itself and all that are worse.

    Raises: InputError naming the word that is neither a severity nor a rule.
    """
    slugs = {rule.slug for rule in rules}
    wanted: set[str] = set()
    for word in fail_on:
        _check(word, slugs, "--fail-on")
        wanted |= set(SEVERITIES[: SEVERITIES.index(word) + 1]) if word in SEVERITIES else {word}
    allowed: dict[str, int] = {}
    for text in budgets:
        found = _BUDGET.fullmatch(text)
        if not found:
            raise InputError(f"--budget {text!r}: write RULE=NUMBER or SEVERITY=NUMBER, as title-missing=5")
        _check(found[1], slugs, "--budget")
        allowed[found[1]] = int(found[2])
    return Gate(frozenset(wanted), allowed)


def _check(word: str, slugs: set[str], option: str) -> None:
    if word not in SEVERITIES and word not in slugs:
        raise InputError(f"{option} {word!r}: neither a rule nor one of {', '.join(SEVERITIES)}")


def decide(findings: Sequence[Found], gate: Gate, baseline: Mapping[tuple[str, str], int]) -> Verdict:
    """Compare findings with a baseline and a gate.

    A finding is known where the baseline holds as many of the same rule and key: links that only changed their place
    on a page stay known.
    """
    left = dict(baseline)
    new: list[Found] = []
    for found in findings:
        key = (found["rule"], found["key"])
        if left.get(key, 0) > 0:
            left[key] -= 1
        else:
            new.append(found)
    failures: list[str] = []
    failed: set[str] = set()
    fresh = Counter((found["rule"], found["severity"]) for found in new)
    for (rule, severity), n in sorted(fresh.items()):
        if rule in gate.fail_on or severity in gate.fail_on:
            failures.append(f"{rule}: {n} new finding{'s' if n > 1 else ''} ({severity})")
            failed.add(rule)
    for name, most in sorted(gate.budgets.items()):
        over = [found["rule"] for found in findings if name in (found["rule"], found["severity"])]
        if len(over) > most:
            failures.append(f"{name}: {len(over)} findings, {most} allowed")
            failed |= set(over)
    return Verdict(tuple(new), len(findings) - len(new), tuple(failures), frozenset(failed))


def read_baseline(path: Path) -> dict[tuple[str, str], int]:
    """Read a baseline: how many findings of each rule and key are known.

    Raises: InputError where the file is missing or is no baseline.
    """
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        if data["version"] != _VERSION:
            raise InputError(f"{path}: a baseline of another version; write it anew")
        return {(rule, key): int(n) for rule, keys in data["findings"].items() for key, n in keys.items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as fault:
        raise InputError(f"{path}: no baseline ({type(fault).__name__}); --write-baseline makes one") from None


def write_baseline(path: Path, findings: Iterable[Found]) -> None:
    """Write the findings of today as known, in an order that makes small differences."""
    counts = Counter((found["rule"], found["key"]) for found in findings)
    data: dict[str, dict[str, int]] = {}
    for (rule, key), n in sorted(counts.items()):
        data.setdefault(rule, {})[key] = n
    text = json.dumps({"version": _VERSION, "findings": data}, indent=1, ensure_ascii=False)
    path.parent.mkdir(parents=True, exist_ok=True)
    write_text(path, text + "\n")
