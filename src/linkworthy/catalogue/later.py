"""Columns of own pages that nothing gives yet, with what would give them.

A column that the table ``pages`` comes to hold under its name here is read from there, and its rules are judged.
"""

from __future__ import annotations

from linkworthy.catalogue.relation import Later


def _columns(need: str, kind: str, names: str) -> dict[str, tuple[str, str]]:
    return dict.fromkeys(names.split(), (kind, need))


_BROWSER: Later = {
    **_columns("browser", "boolean", "is_rendered is_settled raw_is_noindex raw_is_nofollow has_endless_list"),
    **_columns("browser", "double", "lcp_ms cls"),
    **_columns(
        "browser",
        "int",
        "n_requests n_blocked_requests n_failed_requests n_console_errors n_console_warnings n_script_errors "
        "n_browser_issues raw_n_words raw_n_main_words raw_n_links n_script_links n_hidden_words n_hidden_outlinks "
        "n_background_images raw_n_types",
    ),
    **_columns("browser", "varchar", "moved_to_url raw_title raw_h1 raw_description raw_canonical_url"),
}
_LOAD: Later = {
    **_columns("measured_load", "double", "inp_ms fcp_ms transfer_bytes third_party_share carbon_share"),
    **_columns("measured_load", "double", "small_text_share overlay_share access_score"),
    **_columns("measured_load", "int", "n_loads n_small_targets mobile_n_main_words"),
    **_columns("measured_load", "boolean", "is_too_wide is_lcp_lazy"),
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
PAGES_LATER: Later = {**_BROWSER, **_LOAD, **_REPORTS}
"""SQL type and need of each."""
