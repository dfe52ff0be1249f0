"""Columns of own pages that nothing gives yet, with what would give them.

A column that the table ``pages`` comes to hold under its name here is read from there, and its rules are judged.
"""

from __future__ import annotations

from linkworthy.catalogue.relation import Later


def _columns(need: str, kind: str, names: str) -> dict[str, tuple[str, str]]:
    return dict.fromkeys(names.split(), (kind, need))


_BROWSER: Later = {
    **_columns("shown", "boolean", "has_endless_list"),
    **_columns("shown", "int", "n_hidden_words n_hidden_outlinks n_background_images"),
}
_REPORTS: Later = {
    **_columns("analytics", "double", "sessions bounce_share"),
    **_columns("inspections", "varchar", "google_verdict google_canonical google_issues mobile_verdict amp_verdict"),
    **_columns("inspections", "varchar", "rich_verdict"),
    **_columns("second_look", "varchar", "second_answer"),
    **_columns("dictionaries", "int", "n_misspelt n_grammar_faults"),
    **_columns("meaning", "double", "nearest_meaning site_meaning"),
    **_columns("listings", "int", "n_other_listings"),
    **_columns("facts", "int", "n_unseen_facts n_conflicting_ids"),
    **_columns("bot_addresses", "int", "n_false_bot_hits"),
    **_columns("money_pages", "int", "n_money_links"),
}
PAGES_LATER: Later = {**_BROWSER, **_REPORTS}
"""SQL type and need of each."""
