"""The whole job on three worlds: every planted case is found, and nothing else is called harmful."""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from typing import Any

import pytest

from tests.support.worlds import Judged

SEEDS = [pytest.param(seed, marks=pytest.mark.xdist_group(f"world-{seed}")) for seed in (1, 2, 3)]


@pytest.fixture(params=SEEDS)
def world(request: pytest.FixtureRequest, worlds: Callable[[int], Judged]) -> Judged:
    return worlds(request.param)


def links_of(world: Judged) -> dict[tuple[str, str], dict[str, Any]]:
    rows = world.rows(
        """
        select b.*, v.verdict, v.kinds, v.harm, v.goodness, v.reason, v.coverage_share, v.terms
        from backlinks b join verdicts v using (link_id)"""
    )
    return {(row["source_url"], row["target_url"]): row for row in rows}


def test_every_planted_link_is_known_with_its_state(world: Judged) -> None:
    found = links_of(world)
    wrong = []
    for case in world.truth.links:
        row = found.get((case["source_url"], case["target_url"]))
        if row is None or row["state"] not in case["states"]:
            wrong.append(
                (case["case"], case["source_url"], case["states"], row and (row["state"], row["state_reason"]))
            )
        elif case["reason"] and row["state_reason"] != case["reason"]:
            wrong.append((case["case"], case["source_url"], case["reason"], row["state_reason"]))
    assert wrong == []


def test_every_planted_link_counts_or_not_for_the_right_reason(world: Judged) -> None:
    found = links_of(world)
    wrong = []
    for case in world.truth.links:
        row = found[case["source_url"], case["target_url"]]
        if row["counts"] not in case["counts"]:
            wrong.append((case["case"], case["source_url"], case["counts"], row["counts"], row["counts_reason"]))
        elif case["counts_reason"] and row["counts_reason"] != case["counts_reason"]:
            wrong.append((case["case"], case["source_url"], case["counts_reason"], row["counts_reason"]))
    assert wrong == []


def test_every_planted_kind_of_harm_is_found_and_no_other(world: Judged) -> None:
    found = links_of(world)
    wrong = []
    for case in world.truth.links:
        kinds = set(found[case["source_url"], case["target_url"]]["kinds"])
        if not set(case["kinds"]) <= kinds or not kinds <= {*case["kinds"], *case["allowed_kinds"]}:
            wrong.append((case["case"], case["source_url"], case["kinds"], sorted(kinds)))
    assert wrong == []


def test_every_planted_link_gets_a_right_verdict(world: Judged) -> None:
    found = links_of(world)
    wrong = []
    for case in world.truth.links:
        row = found[case["source_url"], case["target_url"]]
        if row["verdict"] not in case["verdicts"]:
            wrong.append((case["case"], case["source_url"], case["verdicts"], row["verdict"], row["reason"]))
    assert wrong == []


def test_nothing_else_is_called_harmful(world: Judged) -> None:
    blamed = world.rows(
        "select source_domain, source_url, kinds, reason from verdicts where verdict = 'disavow' or len(kinds) > 0"
    )
    allowed = {case["source_url"] for case in world.truth.links if case["kinds"] or case["allowed_kinds"]}
    innocent = [
        row
        for row in blamed
        if row["source_url"] not in allowed and row["source_domain"] in world.truth.harmless_domains
    ]
    assert innocent == []
    disavowed = world.rows("select distinct source_domain from verdicts where verdict = 'disavow'")
    assert {row["source_domain"] for row in disavowed} <= world.truth.harmful_domains


def test_every_planted_fault_is_found(world: Judged) -> None:
    found: dict[str, set[str]] = {}
    for row in world.rows('select rule, "key" from findings'):
        found.setdefault(row["rule"], set()).add(row["key"])
    missing = []
    for fault in world.truth.faults:
        # A rule on what an own page leads to keeps the other end as its key; the probe of a made-up path has any.
        keys = {fault["url"], fault["other_url"]} - {""} or found.get(fault["rule"], set())
        if not keys & found.get(fault["rule"], set()):
            missing.append((fault["rule"], fault["url"], fault["case"]))
    assert missing == []


def test_every_planted_prospect_is_found(world: Judged) -> None:
    found = {(row["kind"], row["domain"]) for row in world.rows("select kind, domain from prospects")}
    missing = [chance for chance in world.truth.prospects
               if chance["is_required"] and (chance["kind"], chance["domain"]) not in found]  # fmt: skip
    assert missing == []


def test_no_harmful_site_and_no_platform_is_a_prospect(world: Judged) -> None:
    kinds = "('forum', 'blog', 'directory', 'competitor', 'mention')"
    offered = {row["domain"] for row in world.rows(f"select distinct domain from prospects where kind in {kinds}")}
    # The trade blog is a good place to comment although others bought comments there.
    planted = {chance["domain"] for chance in world.truth.prospects}
    assert not offered & (world.truth.harmful_domains - planted)
    assert world.world.host_of("competitor") not in offered


def test_rows_in_are_rows_used_and_rows_rejected(world: Judged) -> None:
    imports = world.rows("select * from imports")
    assert len(imports) >= 4
    for row in imports:
        assert row["state"] == "read", row
        assert row["n_rows_in"] == row["n_rows_used"] + row["n_rows_rejected"]
        assert row["n_rows_used"] > 0


def test_contributions_of_a_verdict_sum_to_what_it_prints(world: Judged) -> None:
    known = [row for row in links_of(world).values() if row["goodness"] is not None]
    assert known
    assert all(0 <= row["goodness"] <= 1 and 0 <= row["coverage_share"] <= 1 for row in known)
    assert all(len(row["terms"]) > 0 for row in known)


def test_authority_is_never_made_of_a_handful_of_links(world: Judged) -> None:
    assert world.rows("select count(*) as n from backlinks where authority is not null") == [{"n": 0}]


def test_the_report_stands_by_itself(world: Judged) -> None:
    (html,) = [path for path in world.reports if path.name == "report.html"]
    text = html.read_text(encoding="utf-8")
    assert escape(world.world.owner.brand, quote=False) in text
    for opener in ("<script src", "<link", "<img", "<iframe", "url(", "@import"):
        assert opener not in text
    names = {path.name for path in world.reports}
    assert {"report.html", "report.json", "links.csv", "domains.csv", "findings.csv", "prospects.csv"} <= names
