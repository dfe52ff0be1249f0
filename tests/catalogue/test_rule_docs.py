from __future__ import annotations

from pathlib import Path

from linkworthy.catalogue.docs import rules_page
from linkworthy.rules import RULES

PAGE = Path(__file__).resolve().parents[2] / "docs" / "rules.md"


def test_the_page_of_rules_is_generated_from_the_rules() -> None:
    assert PAGE.read_text(encoding="utf-8") == rules_page(RULES)
