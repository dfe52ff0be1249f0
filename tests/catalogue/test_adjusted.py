from __future__ import annotations

from pathlib import Path

import pytest

from linkworthy.catalogue.adjusted import FILE, adjusted
from linkworthy.catalogue.rule import Rule
from linkworthy.engine.embedded import Embedded
from linkworthy.engine.progress import SILENT
from linkworthy.errors import InputError
from linkworthy.rules import RULES, audit_site, rule_named
from linkworthy.site import SiteConfig
from tests.support.measured import SITE, link, measured, page, rows
from tests.support.runs import START

OWN = """
[[add]]
slug = "own-price"
title = "Page without a price"
over = "own_pages"
gate = "is_indexable"
where = "not contains(title, '£')"
evidence = ["title"]
severity = "issue"
why = "Readers look for it."
fix = "Name it."
"""


def rules_with(folder: Path, text: str) -> dict[str, Rule]:
    (folder / FILE).write_text(text, encoding="utf-8")
    return {rule.slug: rule for rule in adjusted(RULES, folder).rules}


def test_without_a_file_the_rules_stay_as_they_are(tmp_path: Path) -> None:
    assert adjusted(RULES, tmp_path).rules == RULES


def test_a_rule_is_graded_scoped_and_added(tmp_path: Path) -> None:
    rules = rules_with(tmp_path, '[rules.title-missing]\nseverity = "notice"\nonly = "n_words > 9"\n' + OWN)
    plain = rule_named("title-missing")
    assert plain
    assert rules["title-missing"].severity == "notice"
    assert rules["title-missing"].gate == f"{plain.gate} and (n_words > 9)"
    assert rules["own-price"].severity == "issue"
    assert len(rules) == len(RULES) + 1


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[rules.title-mising]\nmute = true", "did you mean 'title-missing'"),
        ("[rules.title-missing]\nmuted = true", "did you mean 'mute'"),
        ('[rules.title-missing]\nmute = "yes"', "mute"),
        ('[rules.title-missing]\nseverity = "fatal"', "one of: issue"),
        ('[rules.title-missing]\nonly = "no_such_column > 1"', "no_such_column"),
        ('[rules.title-missing]\nonly = "1 = 1); drop table x; --"', "title-missing"),
        (OWN.replace("own-price", "title-missing"), "taken"),
        (OWN.replace("own_pages", "own_page"), "did you mean 'own_pages'"),
        (OWN.replace('fix = "Name it."', ""), "needs the texts"),
        (OWN.replace("not contains(title, '£')", "not a predicate"), "own-price"),
        (OWN.replace("not contains(title, '£')", "title"), "is varchar, and no condition"),
        ("[rules", "rules.toml"),
        ("rule = 1", "did you mean 'rules'"),
    ],
    ids=range(13),
)
def test_what_is_wrong_is_said_in_one_line(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(InputError) as fault:
        rules_with(tmp_path, text)
    assert said in str(fault.value)
    assert "\n" not in str(fault.value)


def test_an_audit_heeds_the_owners_file(tmp_path: Path) -> None:
    run = measured(tmp_path, pages=[page("/", depth=0, title="Pots"), page("/a", title="Pots, £ 5")])
    text = "[rules.canon-missing]\nmute = true\n[rules.desc-missing]\nexcept = \"path = '/a'\"\n" + OWN
    (tmp_path / "site" / FILE).write_text(text, encoding="utf-8")
    audit_site(run, SiteConfig(url=START), Embedded(workers=1), SILENT)
    found = {(row["rule"], row["key"], row["severity"]) for row in rows(run, "findings")}
    assert ("own-price", START, "issue") in found
    assert not any(rule == "canon-missing" for rule, _key, _severity in found)
    assert {key for rule, key, _severity in found if rule == "desc-missing"} == {START}
    assert not any(rule == "own-price" and key == SITE + "/a" for rule, key, _severity in found)
    states = {row["rule"]: row["state"] for row in rows(run, "coverage")}
    assert states["canon-missing"] == "muted"
    assert states["own-price"] == "judged"


@pytest.mark.parametrize(("over", "where"), [("own_pages", "cast(title as int) > 3"), ("page_links", "href::int > 3")])
def test_a_predicate_that_fails_on_a_row_is_named(tmp_path: Path, over: str, where: str) -> None:
    run = measured(
        tmp_path, pages=[page("/", depth=0, title="Pots")], links=[link("/", "/a", href="/a", region="main")]
    )
    text = OWN.replace("not contains(title, '£')", where).replace("own_pages", over)
    text = text.replace('gate = "is_indexable"', "").replace('evidence = ["title"]', "")
    (tmp_path / "site" / FILE).write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=r"^rule own-price: Conversion Error: Could not convert string '[^\n]+$"):
        audit_site(run, SiteConfig(url=START), Embedded(workers=1), SILENT)
