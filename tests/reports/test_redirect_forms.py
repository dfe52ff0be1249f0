"""Whatever the addresses hold, the rules that are written give exactly the map."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from linkworthy import urls
from linkworthy.reports.redirect_forms import REDIRECT_FORMS
from linkworthy.reports.redirect_map import RedirectMap, redirect_map, rule_key
from linkworthy.reports.redirect_text import target
from tests.support.redirectrules import INTERPRETERS

SITE = "https://shop.example"
PIECES = st.sampled_from(
    ["a", "b", "Z9", "é", "日本", " ", "%20", "+", "'", '"', "\\", "$1", "${x}", "%{y}", "%1", ";", "{", "}", "(", ")",
     "[", "]", "*", "|", "^", ".", "~", "!", "@", "&", "=", "x=1", ",", "%C3%A9", "%c3%a9", "%25", "%3F", "%2F", "<",
     "`", ":id", "/", "//", "?", "%0A", "\\x41", "%", "\n"]
)  # fmt: skip
TEXT = st.lists(PIECES, max_size=7).map("".join)
WHY = st.text(st.sampled_from("ab \\\n\"'#;{}<>"), max_size=8)


def row(start: str, end: str, why: str = "alike") -> dict[str, Any]:
    return {
        "url": start, "status": 404, "final_status": 404, "n_referring_domains": 1, "n_visits": None,
        "suggested_url": end, "suggested_why": why, "suggested_share": 0.8,
    }  # fmt: skip


def plan_of(pairs: list[tuple[str, str]], why: str = "alike") -> RedirectMap:
    return redirect_map([row(start, end, why) for start, end in pairs], {end: 200 for _, end in pairs})


def same(form: str, url: str) -> str:
    """Give a target as a form spells it."""
    text = target(url)
    if form not in {"netlify", "cloudflare-pages"}:
        return text
    scheme, mark, rest = text.partition("://")
    path, question, query = rest.partition("?")
    return scheme + mark + path.replace("/:", "/%3A") + question + query


@pytest.mark.parametrize("form", INTERPRETERS)
@settings(deadline=None, max_examples=60)
@given(pairs=st.lists(st.tuples(TEXT, TEXT), min_size=1, max_size=6), why=WHY)
@example(pairs=[("%0A", "a"), ("", ""), ("", "")], why="")
def test_the_rules_give_exactly_the_map(form: str, pairs: list[tuple[str, str]], why: str) -> None:
    named = [
        (urls.normalise(f"{SITE}/{n % 2}{start}"), urls.normalise(f"https://new.example/{end}"))
        for n, (start, end) in enumerate(pairs)
    ]
    plan = plan_of([(start, end) for start, end in named if start and end], why)
    rules = REDIRECT_FORMS[form](plan)
    refused = {start for start in (r.from_url for r in plan.redirects) if f"{start}: " in "\n".join(rules.left_out)}
    kept = [r for r in plan.redirects if r.from_url not in refused]
    assert rules.n_rules == len(kept) or refused
    answer = INTERPRETERS[form]
    keys = {rule_key(r.from_url) for r in plan.redirects}
    for redirect in kept:
        host, _, request = rule_key(redirect.from_url).partition("/")
        sent = f"/{request}" if form in {"nginx", "apache"} else target(f"/{request}")
        assert answer(rules.text, host, sent) == same(form, redirect.to_url)
        if rule_key(redirect.from_url).partition("?")[0] + "zz" not in keys:
            assert answer(rules.text, host, f"/{request.partition('?')[0]}zz") is None
        assert form == "cloudflare-pages" or answer(rules.text, "other.example", f"/{request}") is None


@pytest.mark.parametrize("form", ["nginx", "apache", "cloudflare", "cloudflare-pages"])
def test_a_rule_without_a_query_answers_whatever_the_query_is(form: str) -> None:
    text = REDIRECT_FORMS[form](plan_of([(f"{SITE}/old", f"{SITE}/new")])).text
    assert INTERPRETERS[form](text, "shop.example", "/old?utm_source=x") == f"{SITE}/new"


@pytest.mark.parametrize("form", ["nginx", "apache", "netlify"])
def test_a_rule_with_a_query_stands_before_that_of_its_path(form: str) -> None:
    plan = plan_of([(f"{SITE}/old", f"{SITE}/new"), (f"{SITE}/old?id=7", f"{SITE}/seven")])
    text = REDIRECT_FORMS[form](plan).text
    answer = INTERPRETERS[form]
    assert answer(text, "shop.example", "/old?id=7") == f"{SITE}/seven"
    assert answer(text, "shop.example", "/old") == f"{SITE}/new"
    assert answer(text, "shop.example", "/old?id=77") == f"{SITE}/new"


@pytest.mark.parametrize("form", REDIRECT_FORMS)
def test_the_same_plan_gives_the_same_text(form: str) -> None:
    pairs = [(f"{SITE}/{name}", f"{SITE}/new") for name in "cab"]
    assert REDIRECT_FORMS[form](plan_of(pairs)).text == REDIRECT_FORMS[form](plan_of(pairs[::-1])).text


@pytest.mark.parametrize(
    ("form", "path", "why"),
    [
        ("apache", "/a%2Fb", "encoded slash"),
        ("apache", "/a%zz", "encodes nothing"),
        ("nginx", "/a%zz", "encodes nothing"),
        ("nginx", "/" + "%20" * 600, "longer than a word"),
        ("netlify", "/a*", "stand for something else"),
        ("netlify", "/a?b", "plain, different names"),
        ("netlify", "/a?200=b", "plain, different names"),
        ("cloudflare", "/a?b=c", "neither query nor port"),
        ("cloudflare-pages", "/a?b=c", "no query"),
        ("cloudflare-pages", "/:b", "stand for something else"),
        ("cloudflare-pages", "/" + "a" * 1000, "1,000 characters"),
    ],
)
def test_what_a_server_cannot_say_is_left_out_with_its_reason(form: str, path: str, why: str) -> None:
    rules = REDIRECT_FORMS[form](plan_of([(SITE + path, f"{SITE}/new")]))
    assert rules.n_rules == 0
    assert why in rules.left_out[0]


def test_cloudflare_pages_takes_2000_rules_and_names_the_others() -> None:
    rules = REDIRECT_FORMS["cloudflare-pages"](plan_of([(f"{SITE}/{n}", f"{SITE}/new") for n in range(2003)]))
    assert (rules.n_rules, len(rules.left_out)) == (2000, 3)


def test_a_scheme_alone_is_a_rule_for_the_host() -> None:
    plan = plan_of([("http://shop.example/a", "https://shop.example/a")])
    assert not plan.redirects
    assert "one rule for the whole host" in plan.problems[0]


def test_a_query_added_to_the_same_path_would_come_back() -> None:
    plan = plan_of([(f"{SITE}/a", f"{SITE}/a?x=1")])
    assert not plan.redirects
    assert "come back to itself" in plan.problems[0]


def test_a_chain_is_followed_across_schemes() -> None:
    plan = plan_of([(f"{SITE}/a", "http://shop.example/b"), (f"{SITE}/b", f"{SITE}/c")])
    assert {r.to_url for r in plan.redirects} == {f"{SITE}/c"}


def test_many_pages_led_to_the_start_page_are_warned_of() -> None:
    assert plan_of([(f"{SITE}/a", f"{SITE}/")]).warnings == ()
    plan = plan_of([(f"{SITE}/{name}", f"{SITE}/") for name in "ab"])
    assert "soft 404" in plan.warnings[0]
    assert len(plan.redirects) == 2
