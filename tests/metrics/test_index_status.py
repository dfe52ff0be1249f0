from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.support.measured import SITE, by_path, measured, page, redirect

NOW = datetime(2026, 1, 1, tzinfo=UTC)
OTHER = {"canonical_url": SITE + "/other"}


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (page("/x"), (True, None)),
        (page("/x", canonical_url=SITE + "/x"), (True, None)),
        (page("/x", is_robots_allowed=True, is_noindex=False), (True, None)),
        (page("/x", is_robots_allowed=False, is_noindex=True), (False, "robots")),
        ({"url": SITE + "/x", "state": "disallowed"}, (False, "robots")),
        ({"url": SITE + "/x", "state": "failed", "fault": "timeout"}, (None, None)),
        ({"url": SITE + "/x", "state": "skipped"}, (None, None)),
        (redirect("/x", "/other"), (False, "redirected")),
        (redirect("/x", "/other", is_html=True, is_noindex=True), (False, "redirected")),
        (page("/x", redirect_url=SITE + "/other", redirect_kind="meta-refresh"), (False, "redirected")),
        (page("/x", redirect_url=SITE + "/x", redirect_kind="meta-refresh"), (True, None)),
        (page("/x", status=404, is_noindex=True), (False, "status")),
        (page("/x", status=204), (False, "status")),
        (page("/x", is_html=False), (False, "not-html")),
        (page("/x", is_noindex=True, **OTHER), (False, "noindex")),
        (page("/x", meta_robots="unavailable_after: 2020-01-01", fetched_at=NOW, **OTHER), (False, "unavailable")),
        (page("/x", meta_robots="unavailable_after: 2030-01-01", fetched_at=NOW), (True, None)),
        (page("/x", x_robots_tag="unavailable_after: some day", fetched_at=NOW), (True, None)),
        (page("/x", **OTHER), (False, "canonicalised")),
        (page("/x", canonical_url="https://elsewhere.example/"), (False, "canonicalised")),
    ],
)
def test_the_first_reason_that_stops_a_crawler_is_named(
    tmp_path: Path, given: dict[str, Any], expected: tuple[bool | None, str | None]
) -> None:
    found = by_path(measured(tmp_path, pages=[given, page("/other")]), "page_metrics")["/x"]
    assert (found["is_indexable"], found["index_reason"]) == expected


def test_the_last_day_of_a_page_is_kept(tmp_path: Path) -> None:
    said = {"meta_robots": "noarchive, Unavailable_After: Saturday, 25-Jun-22 15:00:00 GMT, max-snippet:20"}
    pages = [page("/x", fetched_at=NOW, **said), page("/y", fetched_at=NOW)]
    found = by_path(measured(tmp_path, pages=pages), "page_metrics")
    assert found["/x"]["unavailable_at"] == datetime(2022, 6, 25, 15, tzinfo=UTC)
    assert found["/y"]["unavailable_at"] is None


def test_a_page_that_two_stages_captured_counts_once_with_its_newest_answer(tmp_path: Path) -> None:
    pages = [
        page("/x", status=404, fetched_at=datetime(2026, 1, 1, tzinfo=UTC)),
        page("/x", fetched_at=datetime(2026, 1, 2, tzinfo=UTC)),
        {"url": SITE + "/x", "state": "failed", "fetched_at": datetime(2026, 1, 3, tzinfo=UTC)},
    ]
    found = by_path(measured(tmp_path, pages=pages), "page_metrics")
    assert found["/x"]["is_indexable"]


def test_pages_of_other_sites_and_probes_are_not_measured(tmp_path: Path) -> None:
    pages = [page("/"), page("/nothing-here-7", status=404, role="probe"), {"url": "https://b.example/", "status": 200}]
    assert set(by_path(measured(tmp_path, pages=pages), "page_metrics")) == {"/"}
