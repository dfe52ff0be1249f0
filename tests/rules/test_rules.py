from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterator

import pytest

from linkworthy.catalogue.docs import rules_page
from linkworthy.catalogue.needs import NEEDS
from linkworthy.catalogue.relations import RELATIONS
from linkworthy.catalogue.rule import Rule
from linkworthy.rules import OURS, RULES, rule_named
from linkworthy.tables import TABLES
from tests.support.shared import shared
from tests.support.sqlrows import judged, judged_by_each, relation_schema

EACH_RULE = pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.slug)


@EACH_RULE
def test_its_rows_are_flagged_and_their_neighbours_are_not(rule: Rule) -> None:
    assert rule.flags
    assert rule.passes
    told = judged(rule.over, (*rule.flags, *rule.passes), rule.expression)
    assert told[: len(rule.flags)] == [True] * len(rule.flags)
    assert True not in told[len(rule.flags) :]


@EACH_RULE
def test_its_words_are_whole(rule: Rule) -> None:
    assert set(rule.evidence) <= set(relation_schema(rule.over).names)
    for text in (rule.why, rule.fix, *([rule.limits] if rule.limits else [])):
        assert text[0].isupper()
        assert text.endswith(".")
    assert not rule.title.endswith(".")
    assert len(rule.title) <= 70
    assert rule.source.startswith("https://")
    assert set(rule.needs) <= set(NEEDS)


@EACH_RULE
def test_its_examples_catch_every_mutant_of_its_predicate(rule: Rule) -> None:
    assert survivors(rule, list(mutants(rule))) == []


def survivors(rule: Rule, expressions: list[str]) -> list[str]:
    """Give the predicates that judge all examples as the rule does."""
    n = len(rule.flags)
    answers = judged_by_each(rule.over, (*rule.flags, *rule.passes), expressions) if expressions else []
    return [
        expression
        for expression, told in zip(expressions, answers, strict=True)
        if all(flag is True for flag in told[:n]) and True not in told[n:]
    ]


def mutants(rule: Rule) -> Iterator[str]:
    """Give the rule's predicate with one comparison turned, one part or one listed value dropped, or no gate."""
    if rule.gate != "true":
        yield f"({rule.where})"
    for where in {*turned(rule.where), *dropped(rule.where), *shortened(rule.where)}:
        yield f"({rule.gate}) and ({where})"


_TURNS = {
    ">=": (">", "<"), "<=": ("<", ">"), ">": (">=", "<="), "<": ("<=", ">="), "=": ("<>",), "<>": ("=",), "not ": ("",),
    " is null": (" is not null",), " is not null": (" is null",), " is distinct from ": (" is not distinct from ",),
    " and ": (" or ",), " or ": (" and ",), "true": ("false",), "0.9 * (1 - ": ("0.9 * (1 + ",),
        "0.5 * (1 - ": ("0.5 * (1 + ",),
}  # fmt: skip
_TOKEN = re.compile(
    r"('(?:[^']|'')*')"
    r"|( is not null| is null| is distinct from | and | or |>=|<=|<>|>|<|=|\bnot |\btrue\b|0\.\d \* \(1 - )"
)


def turned(where: str) -> Iterator[str]:
    """Turn each comparison, negation and connection; texts in quotes are left alone."""
    for found in _TOKEN.finditer(where):
        for other in _TURNS.get(found.group(2) or "", ()):
            yield where[: found.start()] + other + where[found.end() :]


def dropped(where: str) -> Iterator[str]:
    """Drop each part of the outermost and, or or."""
    for word in (" and ", " or "):
        parts = outermost(where, word)
        for i in range(len(parts)):
            if len(parts) > 1:
                yield word.join(parts[:i] + parts[i + 1 :])


def outermost(text: str, word: str) -> list[str]:
    """Split a text at a word that stands in no brackets and no quotes."""
    parts, depth, is_quoted, last, i = [], 0, False, 0, 0
    while i < len(text):
        if text[i] == "'":
            is_quoted = not is_quoted
        elif not is_quoted:
            depth += (text[i] in "([") - (text[i] in ")]")
            if depth == 0 and text.startswith(word, i):
                parts.append(text[last:i])
                last = i + len(word)
        i += 1
    return [*parts, text[last:]]


def shortened(where: str) -> Iterator[str]:
    """Drop each value of each list."""
    for found in re.finditer(r"in \(([^()]*)\)|\[([^\[\]]*)\]", where):
        group = 1 if found.group(1) is not None else 2
        values = found.group(group).split(", ")
        for i in range(len(values)):
            if len(values) > 1 and "'^" not in found.group(group):
                kept = ", ".join(values[:i] + values[i + 1 :])
                yield where[: found.start(group)] + kept + where[found.end(group) :]


def test_the_mutants_themselves_are_made() -> None:
    rule = RULES[0]
    made = set(turned("a > 1 and not b")) | set(dropped("a > 1 and not b"))
    assert made == {"a >= 1 and not b", "a <= 1 and not b", "a > 1 or not b", "a > 1 and b", "a > 1", "not b"}
    assert set(shortened("status in (1, 2)")) == {"status in (1)", "status in (2)"}
    assert survivors(rule, ["true", rule.expression]) == [rule.expression]


def test_every_slug_comes_once_and_is_found() -> None:
    assert [slug for slug, n in Counter(rule.slug for rule in RULES).items() if n > 1] == []
    assert rule_named("bl-target-404") in RULES
    assert rule_named("no-such-rule") is None


@pytest.mark.shared
def test_every_slug_is_in_the_list_of_checks_or_ours_with_a_reason() -> None:
    with shared("..", "reference", "audit-checks.csv").open(encoding="utf-8", newline="") as file:
        listed = {row["slug"] for row in csv.DictReader(file)}
    slugs = {rule.slug for rule in RULES}
    assert slugs - listed == set(OURS)
    assert all(OURS.values())


def test_every_bullet_of_the_mission_has_rules() -> None:
    bullets = {
        "outbound links work": {"out-broken", "out-domain-expired", "resp-ext-4xx", "resp-ext-5xx",
            "resp-ext-no-response"},
        "no bad neighbourhood": {"out-spam-like", "out-redirect-offtopic"},
        "broken links": {"resp-link-to-4xx", "resp-int-4xx", "resp-int-5xx", "resp-int-no-response"},
        "could not check": {"out-unchecked", "resp-rate-limited", "resp-bot-blocked", "bl-target-unchecked"},
        "deleted page with backlinks": {"bl-target-404", "bl-soft-404-redirect"},
        "redirect chains and loops": {"resp-int-chain", "resp-int-loop", "resp-link-to-redirect",
            "bl-target-redirect-chain"},
        "page load": {"resp-slow-ttfb", "resp-slow", "resp-large-html", "cwv-lcp", "cwv-inp", "cwv-cls",
            "mob-viewport"},
        "duplicates": {"content-exact-dup", "content-near-dup", "content-internal-dup-share", "content-common-share"},
        "variants": {"resp-host-variants", "resp-https-missing", "url-slash-twin", "url-case-twin", "canon-params"},
        "canonical tags": {"canon-chain", "canon-loop", "canon-to-error", "canon-to-redirect", "canon-conflicting"},
    }  # fmt: skip
    slugs = {rule.slug for rule in RULES}
    assert {name: wanted - slugs for name, wanted in bullets.items() if wanted - slugs} == {}


def test_relations_and_needs_are_known() -> None:
    assert {rule.over for rule in RULES} <= set(RELATIONS)
    assert {need for relation in RELATIONS.values() for need in relation.needs} <= set(NEEDS)
    assert {need for relation in RELATIONS.values() for _kind, need in relation.later.values()} <= set(NEEDS)
    assert {name for name, need in NEEDS.items() if need.sql and set(need.columns) - set(TABLES["pages"].names)} <= {
        "browser"
    }
    for relation in RELATIONS.values():
        assert {*relation.key, "value"} <= set(relation_schema(relation.name).names)


def test_the_page_of_rules_has_a_section_for_each() -> None:
    page = rules_page(RULES)
    sections = [line[4:] for line in page.splitlines() if line.startswith("### ")]
    assert sorted(sections) == sorted(rule.slug for rule in RULES)
    assert all(rule.why in page and rule.fix in page and rule.source in page for rule in RULES)
