from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.support.measured import SITE, by_path, measured, page, redirect


def canonical(path: str, to: str, **columns: Any) -> dict[str, Any]:
    return page(path, canonical_url=SITE + to if to.startswith("/") else to, **columns)


@pytest.mark.parametrize(
    ("others", "target", "expected"),
    [
        ([], "/x", ("self", None)),
        ([page("/t")], "/t", ("other", 200)),
        ([canonical("/t", "/t")], "/t", ("other", 200)),
        ([], "/never-fetched", ("other", None)),
        ([], "https://elsewhere.example/", ("cross-domain", None)),
        ([], "https://www.shop.example/x", ("other", None)),
        ([page("/t", status=404)], "/t", ("to-error", 404)),
        ([{"url": SITE + "/t", "state": "failed", "fault": "refused"}], "/t", ("to-error", None)),
        ([redirect("/t", "/u"), page("/u")], "/t", ("to-redirect", 301)),
        ([redirect("/t", "/x")], "/t", ("to-redirect", 301)),
        ([page("/t", is_noindex=True)], "/t", ("to-noindex", 200)),
        ([canonical("/t", "/u"), page("/u")], "/t", ("chain", 200)),
        ([canonical("/t", "/x")], "/t", ("loop", 200)),
        ([canonical("/t", "/u"), canonical("/u", "/t")], "/t", ("loop", 200)),
    ],
)
def test_where_a_canonical_leads_is_told(
    tmp_path: Path, others: list[dict[str, Any]], target: str, expected: tuple[str, int | None]
) -> None:
    found = by_path(measured(tmp_path, pages=[canonical("/x", target), *others]), "page_metrics")["/x"]
    assert (found["canonical_state"], found["canonical_status"]) == expected


def test_no_canonical_and_no_html_are_two_things(tmp_path: Path) -> None:
    found = by_path(measured(tmp_path, pages=[page("/x"), page("/x.pdf", is_html=False)]), "page_metrics")
    assert found["/x"]["canonical_state"] == "none"
    assert found["/x.pdf"]["canonical_state"] is None
