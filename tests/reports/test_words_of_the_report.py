"""Numbers in the report are followed by their noun as people say it."""

from __future__ import annotations

import pytest

from linkworthy.reports.html import count


@pytest.mark.parametrize(
    ("value", "noun", "said"),
    [
        (0, "page", "0 pages"),
        (1, "domain", "1 domain"),
        (2, "client error", "2 client errors"),
        (1500, "link", "1,500 links"),
    ],
)
def test_one_thing_is_named_as_one(value: int, noun: str, said: str) -> None:
    assert count(value, noun) == said
