"""Columns' names as headings of the Markdown report."""

from __future__ import annotations

import pytest

from linkworthy.reports.headings import heading, shown
from linkworthy.tables import TABLES


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("source_url", "Linking page"), ("n_links", "Links"), ("first_seen_at", "First seen"),
        ("live_share", "Live (%)"),
        ("is_indexable", "Indexable"), ("load_ms", "Load (ms)"), ("redirect_url", "Redirect URL"), ("status", "Status"),
        ("n_targets", "Targets"), ("body_bytes", "Body (bytes)"),
    ],
)  # fmt: skip
def test_a_name_becomes_words(name: str, words: str) -> None:
    assert heading(name) == words


def test_every_column_of_every_table_has_a_heading_in_words() -> None:
    for table in TABLES.values():
        for name in table.names:
            words = heading(name)
            assert words.strip("%() ")
            assert "_" not in words
            assert not words[0].islower()


def test_a_share_is_shown_as_its_heading_says() -> None:
    assert [shown("live_share", value) for value in (0.256, None)] == ["26", None]
    assert shown("n_links", 3) == 3
