"""The last day of a page, as ``unavailable_after`` names it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from linkworthy.html.robots_meta import unavailable_at

DAY = datetime(2025, 6, 25, 15, tzinfo=UTC)


@pytest.mark.parametrize(
    ("meta", "header", "expected"),
    [
        ("unavailable_after: 2025-06-25T15:00:00Z", None, DAY),
        ("noindex, UNAVAILABLE_AFTER: Wednesday, 25-Jun-25 15:00:00 GMT, nofollow", None, DAY),
        (None, "unavailable_after: 25 Jun 2025 15:00:00 GMT", DAY),
        ("googlebot: unavailable_after: 2025-06-25 15:00:00", None, DAY),
        ("unavailable_after: 2030-01-01", "unavailable_after: 2025-06-25T17:00:00+02:00", DAY),
        (None, "otherbot: unavailable_after: 2020-01-01, googlebot: unavailable_after: 2025-06-25T15:00Z", DAY),
        ("unavailable_after: soon, unavailable_after", None, None),
        ("unavailable_after", "noindex", None),
        (None, None, None),
    ],
)
def test_the_first_day_that_is_readable_counts(meta: str | None, header: str | None, expected: datetime | None) -> None:
    assert unavailable_at(meta, header) == expected
