"""The documents say what the code does: generated pages are fresh, shown commands exist, words are explained."""

from __future__ import annotations

import re
from dataclasses import fields, is_dataclass
from pathlib import Path

import pytest

from linkworthy.catalogue.signal import CRITERIA, KINDS
from linkworthy.cli.main import VERBS
from linkworthy.cli.pages import docstrings_of, pages
from linkworthy.rules import RULES
from linkworthy.signals import SIGNALS
from linkworthy.site import SiteConfig
from linkworthy.tables import TABLES
from tests.support.commandlines import fault_of

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
TOP = ("README.md", "CONTRIBUTING.md", "CHANGELOG.md")
PAGES = sorted([*DOCS.glob("*.md"), *(ROOT / name for name in TOP)])
WRITTEN = [page for page in PAGES if page.name not in pages()]


def text_of(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def shown_commands(text: str) -> list[str]:
    """Give every command line that a document shows: in blocks of code, and between backticks."""
    blocks = re.findall(r"^ *```[^\n]*\n(.*?)^ *```", text, re.MULTILINE | re.DOTALL)
    lines = [line.strip() for block in blocks for line in block.splitlines()]
    inline = re.findall(r"`([^`\n]+)`", re.sub(r"^ *```.*?^ *```", "", text, flags=re.MULTILINE | re.DOTALL))
    return [line for line in [*lines, *inline] if line.startswith("linkworthy ")]


@pytest.mark.parametrize("name", pages())
def test_a_generated_page_is_fresh(name: str) -> None:
    assert text_of(DOCS / name) == pages()[name], "run 'make docs'"


@pytest.mark.parametrize("page", WRITTEN, ids=lambda page: page.name)
def test_every_command_that_a_page_shows_exists(page: Path) -> None:
    assert [fault for line in shown_commands(text_of(page)) if (fault := fault_of(line))] == []


def test_the_readme_shows_commands_and_make_targets_that_exist() -> None:
    readme = text_of(ROOT / "README.md")
    assert len(shown_commands(readme)) >= 10
    targets = re.findall(r"^([a-z]+):", text_of(ROOT / "Makefile"), re.MULTILINE)
    asked = {word for page in WRITTEN for word in re.findall(r"(?:^|`)make ([a-z]+)", text_of(page), re.MULTILINE)}
    assert {"run", "test"} <= asked
    assert asked <= set(targets)


def test_advice_in_the_code_names_verbs_that_exist() -> None:
    named = {
        (verb, path.name)
        for path in (ROOT / "src").rglob("*.py")
        for verb in re.findall(r"'linkworthy ([a-z]+)", text_of(path))
    }
    assert len(named) > 5
    assert {(verb, name) for verb, name in named if verb not in VERBS} == set()


def test_every_table_rule_signal_setting_and_verb_has_its_place() -> None:
    assert re.findall(r"^## (\w+)$", text_of(DOCS / "tables.md"), re.MULTILINE) == list(TABLES)
    assert set(re.findall(r"^### (\S+)$", text_of(DOCS / "rules.md"), re.MULTILINE)) == {rule.slug for rule in RULES}
    assert set(re.findall(r"^### (\S+)$", text_of(DOCS / "signals.md"), re.MULTILINE)) == {s.slug for s in SIGNALS}
    assert list(re.findall(r"^## (\S+)$", text_of(DOCS / "cli.md"), re.MULTILINE)) == list(VERBS)
    settings = text_of(DOCS / "settings.md")
    sections = {item.name: item.default_factory for item in fields(SiteConfig) if is_dataclass(item.default_factory)}
    assert {"business", "limits", "network"} <= sections.keys()
    for form in (SiteConfig, *sections.values()):
        names = {item.name for item in fields(form)} - sections.keys()
        assert names == docstrings_of(form).keys(), "every setting has a docstring"
        assert {name for name in names if f"| `{name}` |" not in settings} == set()


def test_the_glossary_is_in_order_and_names_what_is_judged() -> None:
    rows = re.findall(r"^\| ([^|]+?) \| (.+?) \|$", text_of(DOCS / "terms.md"), re.MULTILINE)[1:]
    terms = dict(rows)
    assert [term for term, _ in rows] == sorted(terms, key=str.lower), "in alphabetical order, each once"
    assert terms["verdict"].startswith("keep, watch, act, disavow or not known")
    assert terms["state"] == "live, gone, could not check, not checked"
    for kind in KINDS:
        assert kind in terms["kind (of harm)"]
    for criterion in CRITERIA:
        assert criterion.replace("_", " ").partition(" ")[0] in terms["criterion"]


def test_every_page_can_be_reached_from_the_readme() -> None:
    named = set(re.findall(r"\((docs/[a-z-]+\.md)\)", text_of(ROOT / "README.md")))
    assert named == {f"docs/{page.name}" for page in DOCS.glob("*.md")}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_between_pages_lead_somewhere(page: Path) -> None:
    targets = re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", re.sub(r"`[^`\n]*`", "", text_of(page)))
    local = [target for target in targets if "://" not in target]
    assert [target for target in local if not (page.parent / target).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_no_page_names_a_place_on_somebodys_machine(page: Path) -> None:
    assert re.findall(r"(?<![\w.])/(?:home|root|work|Users|mnt)/\S*|[A-Z]:\\\\\S*|localhost:\d+", text_of(page)) == []
