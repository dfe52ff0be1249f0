from __future__ import annotations

import csv
import io
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkworthy import urls
from linkworthy.engine.embedded import Embedded
from linkworthy.reports.redirect_map import Redirect, lint, read_redirect_map, redirect_map, rule_key, to_csv
from linkworthy.reports.redirect_nginx import to_nginx
from tests.support.runs import make_run

SITE = "https://shop.example"


def row(path: str, to: str | None, *, domains: int = 1, why: str = "both are about: kettle") -> dict[str, Any]:
    return {
        "url": SITE + path, "status": 404, "final_status": 404, "n_referring_domains": domains, "n_visits": None,
        "suggested_url": SITE + to if to else None, "suggested_why": why if to else None, "suggested_share": 0.8,
    }  # fmt: skip


def test_a_deleted_page_gets_one_exact_location() -> None:
    plan = redirect_map([row("/old.html", "/new")], {SITE + "/new": 200})
    assert 'location = "/old.html" { return 301 "https://shop.example/new"; }' in to_nginx(plan).splitlines()


def test_a_chain_of_rules_is_pointed_at_its_end() -> None:
    plan = redirect_map([row("/a", "/b"), row("/b", "/c")], {SITE + "/c": 200})
    assert [r.to_url for r in plan.redirects] == [SITE + "/c", SITE + "/c"]
    assert lint(plan.redirects, {SITE + "/c": 200}) == []


@pytest.mark.parametrize("rows", [[row("/a", "/a")], [row("/a", "/b"), row("/b", "/a")]])
def test_a_loop_is_left_out_and_reported(rows: list[dict[str, Any]]) -> None:
    plan = redirect_map(rows, {SITE + "/a": 200, SITE + "/b": 200})
    assert not plan.redirects
    assert len(plan.problems) == len(rows)


@pytest.mark.parametrize("status", [404, 301, 500, None])
def test_a_target_that_is_not_200_is_left_out(status: int | None) -> None:
    plan = redirect_map([row("/a", "/b")], {SITE + "/b": status})
    assert not plan.redirects
    assert plan.problems


def test_without_a_suggestion_the_owner_is_asked_to_choose() -> None:
    plan = redirect_map([row("/a", None)], {})
    assert [(lost.url, lost.why) for lost in plan.open] == [(SITE + "/a", "it answers 404")]
    assert "return 301" not in to_nginx(plan)


def test_the_most_linked_page_comes_first() -> None:
    plan = redirect_map([row("/a", "/n"), row("/b", "/n", domains=5)], {SITE + "/n": 200})
    assert [r.from_url for r in plan.redirects] == [SITE + "/b", SITE + "/a"]


def test_lint_names_each_fault() -> None:
    def rule(start: str, end: str) -> Redirect:
        return Redirect(from_url=start, to_url=end, why="", share=1.0, status=404, n_referring_domains=1, n_visits=None)

    found = lint([rule("a", "a"), rule("b", "c"), rule("c", "d"), rule("c", "d")], {"a": 200, "c": 200})
    assert [text.partition(": ")[2] for text in found] == [
        "redirects to itself", "c is redirected as well", "d does not answer 200", "d does not answer 200",
            "comes twice",
    ]  # fmt: skip


def test_an_address_with_a_query_becomes_a_pattern_of_the_map() -> None:
    text = to_nginx(redirect_map([row("/old?id=7", "/new")], {SITE + "/new": 200}))
    assert r'"~^shop\\.example\\/old\\?id\\=7$" "https://shop.example/new";' in text
    assert "if ($linkworthy_to) { return 301 $linkworthy_to; }" in text


HOSTILE = st.text(st.sampled_from("ab/?&=%\"'\\;{}$#\n\r\t .()[]*+^|~é"), max_size=30)


def tokens(config: str) -> list[str]:
    """Read nginx configuration as nginx does: words, quoted strings with their escapes, and the marks ; { }."""
    out: list[str] = []
    i = 0
    while i < len(config):
        c = config[i]
        if c.isspace():
            i += 1
        elif c == "#":
            i = config.index("\n", i)
        elif c in ";{}":
            out.append(c)
            i += 1
        elif c == '"':
            i += 1
            word = ""
            while config[i] != '"':
                if config[i] == "\\" and config[i + 1] in "\"'\\":
                    i += 1
                word += config[i]
                i += 1
            out.append(word)
            i += 1
        else:
            found = re.match(r"[^\s;{}]+", config[i:])
            assert found
            out.append(found.group())
            i += len(found.group())
    return out


BROKEN_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
"""Servers answer 400 to it, so that no rule is written."""


@given(HOSTILE, HOSTILE, HOSTILE)
def test_no_address_breaks_out_of_the_nginx_configuration(start: str, end: str, why: str) -> None:
    old, new = urls.normalise(f"{SITE}/{start}"), urls.normalise(f"{SITE}/{end}")
    if old is None or new is None or rule_key(old) == rule_key(new) or old.endswith("?") or BROKEN_PERCENT.search(old):
        return
    given_row = {**row("/x", "/y", why=why), "url": old, "suggested_url": new}
    text = to_nginx(redirect_map([given_row], {new: 200}))
    found = tokens(text)
    if "map" in found:
        assert found[:8] == ["map", "$host$request_uri", "$linkworthy_to", "{", "default", "", ";", found[7]]
        assert found[9:] == [";", "}", "if", "($linkworthy_to)", "{", "return", "301", "$linkworthy_to", ";", "}"]
        pattern, target = found[7], found[8]
        request = old.partition("://")[2]
        assert re.fullmatch(pattern[1:], request)
        assert not re.fullmatch(pattern[1:], "x" + request)
    else:
        assert found == ["location", "=", found[2], "{", "return", "301", found[6], ";", "}"]
        target = found[6]
        assert "https://shop.example" + found[2] == old
    assert "$" not in target
    assert urls.normalise(target.replace("%24", "$").replace("%7B", "{").replace("%7D", "}")) is not None


@given(st.text(max_size=40), st.text(max_size=40))
def test_no_cell_starts_a_formula(path: str, why: str) -> None:
    given_row = {**row("/x", "/y", why=why), "url": path + "x"}
    cells = [c for line in csv.reader(io.StringIO(to_csv(redirect_map([given_row], {SITE + "/y": 200})))) for c in line]
    assert all(not cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n")) for cell in cells)


def test_the_map_is_read_from_a_snapshot(tmp_path: Path) -> None:
    run = make_run(
        tmp_path,
        targets=[{**row("/old", "/new"), "n_links": 1}, {**row("/older", "/gone"), "n_links": 1}],
        pages=[{"url": SITE + "/new", "status": 200}, {"url": SITE + "/gone", "status": 404}],
    )
    with Embedded(workers=1).connect(run.tables()) as db:
        plan = read_redirect_map(db)
    assert [(r.from_url, r.to_url) for r in plan.redirects] == [(SITE + "/old", SITE + "/new")]
    assert len(plan.problems) == 1


def test_a_linked_page_whose_redirects_loop_or_never_end_is_left_to_the_owner(tmp_path: Path) -> None:
    lost = {"status": 301, "final_status": None, "n_links": 1}
    run = make_run(
        tmp_path,
        targets=[
            {**row("/loop", None), **lost, "final_url": SITE + "/loop", "n_hops": 2},
            {**row("/mended", "/new"), **lost, "final_url": SITE + "/loop", "n_hops": 2},
            {**row("/long", None, domains=3), **lost, "final_status": 301, "final_url": SITE + "/21", "n_hops": 20},
            {**row("/unknown", None), **lost, "final_url": SITE + "/silent", "n_hops": 1},
        ],
        redirects=[
            {"url": SITE + "/loop", "is_loop": True}, {"url": SITE + "/mended", "is_loop": True},
            {"url": SITE + "/long", "is_loop": False, "is_offsite": False, "final_status": 301, "n_hops": 20},
            {"url": SITE + "/unknown", "is_loop": False, "is_offsite": False, "n_hops": 1},
        ],
        pages=[{"url": SITE + "/new", "status": 200}],
    )  # fmt: skip
    with Embedded(workers=1).connect(run.tables()) as db:
        plan = read_redirect_map(db)
    assert [(lost.url, lost.why) for lost in plan.open] == [
        (SITE + "/long", "20 redirects in a row, and no page at their end"),
        (SITE + "/loop", f"its redirects loop: {SITE}/loop comes twice"),
    ]
    assert [(r.from_url, r.to_url) for r in plan.redirects] == [(SITE + "/mended", SITE + "/new")]
    assert f"# {SITE}/loop (its redirects loop" in to_nginx(plan).replace("#   ", "# ")
