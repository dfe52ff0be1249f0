from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from linkworthy import urls
from linkworthy.crawl.checks import Found, Linking, Reported, Target, check
from tests.support.runs import WHEN

TARGET = "https://shop.example/tea"
SOURCE = "https://blog.example/post"

PAGE = Linking(
    source_url=SOURCE, state="answered", fault=None, final_url=SOURCE, final_status=200, redirect_url=None,
    is_html=True, is_truncated=False, is_noindex=False, is_nofollow=False, canonical_url=None,
    is_googlebot_allowed=True, body_hash=7, fetched_at=WHEN, n_attempts=1,
)  # fmt: skip
LINK = Found(3, TARGET, "text", "Good tea", None, False, False, False, "main", "p/a", 0.5, "drink", "daily", False)
REPORT = Reported("id", TARGET, "good  TEA", "text", False)
FINE = Target(200, TARGET, 200, None)


def run(
    page: Linking = PAGE,
    reported: Reported | None = REPORT,
    found: Found | None = LINK,
    target: Target | None = FINE,
) -> list[dict[str, Any]]:
    return check(
        page,
        [reported] if reported else [],
        [found] if found else [],
        lambda _url: target,
        lambda url: urls.domain_of(url) == "shop.example",
    )


def verdict(**given: Any) -> tuple[str, str | None, str, str | None]:
    row = run(**given)[0]
    return row["state"], row["reason"], row["counts"], row["counts_reason"]


def test_a_link_that_stands_on_the_page_is_live_and_counts() -> None:
    row = run()[0]
    assert verdict() == ("live", None, "yes", None)
    assert (row["link_id"], row["n"], row["n_occurrences"], row["target_status"]) == ("id", 3, 1, 200)
    assert row["evidence"] == "drink [Good tea] daily"


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"is_nofollow": True, "is_ugc": True}, "nofollow"),
        ({"is_ugc": True}, "ugc"),
        ({"is_sponsored": True}, "sponsored"),
        ({"is_hidden": True}, "hidden"),
    ],
)
def test_a_live_link_may_not_count_for_what_it_says_itself(change: dict[str, Any], reason: str) -> None:
    assert verdict(found=LINK._replace(**change)) == ("live", None, "no", reason)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"is_nofollow": True}, "page-nofollow"),
        ({"is_noindex": True}, "noindex"),
        ({"is_googlebot_allowed": False}, "robots"),
        ({"canonical_url": "https://blog.example/other"}, "canonicalised"),
        ({"canonical_url": "https://other.example/post"}, "canonicalised"),
    ],
)
def test_a_live_link_may_not_count_for_what_its_page_says(change: dict[str, Any], reason: str) -> None:
    assert verdict(page=replace(PAGE, **change)) == ("live", None, "no", reason)


def test_a_canonical_that_names_the_page_itself_takes_nothing_away() -> None:
    for spelling in (
        "http://blog.example/post?utm_source=x",
        "https://blog.example/post/",
        "https://www.blog.example/post",
    ):
        assert verdict(page=replace(PAGE, canonical_url=spelling))[2:] == ("yes", None)


@pytest.mark.parametrize(
    ("target", "counts"),
    [
        (Target(404, TARGET, 404, None), ("no", "target-404")),
        (Target(301, "https://shop.example/coffee", 200, None), ("yes", "redirected")),
        (Target(301, "https://else.example/", 200, None), ("no", "target-redirected-away")),
        (Target(503, TARGET, 503, None), ("not known", "target-503")),
        (Target(None, None, None, "timeout"), ("not known", "target-timeout")),
        (Target(None, None, None, "not-recorded"), ("yes", None)),
        (None, ("yes", None)),
    ],
)
def test_what_the_target_answers_is_part_of_whether_it_counts(
    target: Target | None, counts: tuple[str, str | None]
) -> None:
    assert verdict(target=target)[2:] == counts


@pytest.mark.parametrize(
    ("change", "state", "reason"),
    [
        ({"final_status": 404}, "gone", "page-404"),
        ({"final_status": 410}, "gone", "page-410"),
        ({"state": "failed", "fault": "name-not-found", "final_status": None}, "gone", "domain-gone"),
        ({"final_url": "https://else.example/"}, "gone", "page-redirected"),
        ({"final_url": "https://blog.example/"}, "gone", "page-redirected"),
        ({}, "gone", "link-removed"),
        ({"final_status": 403}, "could not check", "403"),
        ({"final_status": 429}, "could not check", "429"),
        ({"final_status": 503}, "could not check", "503"),
        ({"state": "failed", "fault": "timeout", "final_status": None}, "could not check", "timeout"),
        ({"state": "failed", "fault": "tls-expired", "final_status": None}, "could not check", "tls-expired"),
        ({"state": "disallowed", "fault": "disallowed", "final_status": None}, "could not check", "robots"),
        ({"state": "skipped", "fault": "rate-limited", "final_status": None}, "could not check", "rate-limited"),
        ({"is_html": False}, "could not check", "not-html"),
        ({"is_truncated": True}, "could not check", "too-large"),
    ],
)
def test_gone_and_could_not_check_are_kept_apart(change: dict[str, Any], state: str, reason: str) -> None:
    counts = "no" if state == "gone" else "not known"
    assert verdict(page=replace(PAGE, **change), found=None) == (state, reason, counts, reason)


def test_a_link_is_found_by_its_target_where_its_anchor_has_changed() -> None:
    rows = run(reported=REPORT._replace(anchor="old words"))
    assert [(row["link_id"] == "id", row["state"], row["anchor"]) for row in rows] == [
        (True, "live", "Good tea"),
        (False, "live", "Good tea"),
    ]


def test_a_target_is_found_under_its_other_spellings() -> None:
    assert run(reported=REPORT._replace(target_url="http://www.shop.example/tea/"))[0]["state"] == "live"


def test_a_report_without_target_gives_every_link_its_own_row() -> None:
    rows = run(reported=Reported("id", None, None, "unknown", False))
    assert [row["link_id"] for row in rows] == [urls.link_identity(SOURCE, TARGET, "Good tea", "text")]


def test_a_report_without_target_is_gone_where_no_link_is_left() -> None:
    (row,) = run(reported=Reported("id", None, None, "unknown", False), found=None)
    assert (row["link_id"], row["state"], row["reason"], row["target_url"]) == ("id", "gone", "link-removed", None)


def test_a_link_that_nobody_reported_is_added() -> None:
    rows = run(reported=REPORT._replace(target_url="https://shop.example/coffee"))
    assert [(row["state"], row["target_url"]) for row in rows] == [
        ("gone", "https://shop.example/coffee"),
        ("live", TARGET),
    ]


def test_an_origin_out_of_a_log_is_no_removed_link() -> None:
    page = replace(PAGE, source_url="https://blog.example/", final_url="https://blog.example/")
    lead = REPORT._replace(anchor=None, kind="unknown", is_lead=True)
    assert verdict(page=page, reported=lead, found=None)[:2] == ("could not check", "page-not-named")


def test_a_page_that_redirects_to_the_site_is_a_live_redirect() -> None:
    page = replace(PAGE, final_url=TARGET, redirect_url=TARGET)
    row = run(page=page, found=None)[0]
    assert (row["state"], row["kind"], row["counts"]) == ("live", "redirect", "yes")


def test_a_page_whose_canonical_is_the_site_is_a_live_canonical() -> None:
    row = run(page=replace(PAGE, canonical_url=TARGET), found=None)[0]
    assert (row["state"], row["kind"], row["counts"]) == ("live", "canonical", "yes")


def test_evidence_is_bounded() -> None:
    link = LINK._replace(anchor="a" * 5_000, before="b" * 5_000, after="c" * 5_000, rel="d" * 500)
    assert len(run(found=link)[0]["evidence"]) <= 300
