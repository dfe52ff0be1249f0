from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest

from linkworthy.crawl.admission import SKIPPED_SHOWN, Admission
from linkworthy.crawl.found import start
from linkworthy.crawl.frontier import Offer
from linkworthy.crawl.scope import Scope
from linkworthy.crawl.traps import SESSION_BUDGET, has_repeats
from linkworthy.site import Limits, ScopeSettings, SiteConfig

SCOPE = Scope(SiteConfig(url="https://shop.example/", limits=Limits(max_pages=1_000, max_depth=3)))


def click(url: str, depth: int | None = 1) -> Offer:
    return Offer("own", url, 2, depth or 0, 2, "link", depth=depth)


def decide(urls: list[str], **kwargs: int) -> Counter[str | None]:
    counters: Counter[str] = Counter()
    admission = Admission(SCOPE, n_reserved=kwargs.get("n_reserved", 0))
    return Counter(admission.decide(click(url), counters) for url in urls)


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("https://shop.example/a?PHPSESSID=1", "trap-session-id"),
        ("https://shop.example/a;jsessionid=AB12?x=1", "trap-session-id"),
        ("https://shop.example/events/2031/05", "trap-calendar"),
        ("https://shop.example/diary?month=5&year=2031", "trap-calendar"),
        ("https://shop.example/a/b/a/b/a/b/", "trap-repeating-path"),
        ("https://shop.example/shoes?color=1&size=2&brand=3&sort=4", "trap-facets"),
        ("https://shop.example/shoes?color=1&size=2", "trap-template"),
        ("https://shop.example/shoes/17", None),
        ("https://shop.example/shoes?id=17", None),
    ],
)
def test_a_url_belongs_to_the_family_that_tells_most(url: str, reason: str | None) -> None:
    family = SCOPE.family(url)
    assert (family.reason if family else None) == reason


def test_numbers_and_values_do_not_make_another_template() -> None:
    one = SCOPE.family("https://shop.example/p/1?page=2&sort=up")
    assert one == SCOPE.family("https://shop.example/p/22?page=3&sort=down")
    assert one != SCOPE.family("https://shop.example/p/1?page=2&size=2")


def test_many_pages_of_one_form_are_no_trap() -> None:
    assert decide([f"https://shop.example/shoes/{n % 990}" for n in range(900)]) == {None: 900}


@pytest.mark.parametrize(("path", "n_repeats"), [("/a/a/", 2), ("/a/a/a", 3), ("/x/a/b/a/b/a/b", 3), ("/", 0)])
def test_a_path_that_repeats_three_times_is_noticed(path: str, n_repeats: int) -> None:
    assert has_repeats(path) is (n_repeats >= 3)


def test_a_family_is_crawled_up_to_its_budget_and_few_of_the_rest_are_shown() -> None:
    counts = decide([f"https://shop.example/a?sid={n}" for n in range(500)])
    assert counts == {None: SESSION_BUDGET, "trap-session-id": SKIPPED_SHOWN, "": 500 - SESSION_BUDGET - SKIPPED_SHOWN}


def test_the_limit_of_pages_keeps_room_for_reserved_urls() -> None:
    assert (
        decide([f"https://shop.example/{chr(97 + n % 26)}{'x' * n}" for n in range(1_200)], n_reserved=100)[None] == 900
    )


def test_depth_and_patterns_bound_the_crawl() -> None:
    assert SCOPE.refusal("https://shop.example/a", 4) == "limit-depth"
    assert SCOPE.refusal("https://shop.example/a", 3) is None
    settings = ScopeSettings(include=("https://shop.example/a*",), exclude=("*.pdf",))
    scope = Scope(replace(SCOPE.config, scope=settings))
    assert scope.refusal("https://shop.example/b", 1) == "not-included"
    assert scope.refusal("https://shop.example/a.pdf", 1) == "excluded"
    assert scope.refusal("https://shop.example/a", None) is None


def test_the_start_page_is_always_taken() -> None:
    assert Admission(SCOPE, n_reserved=5_000).decide(start("https://shop.example/"), Counter()) is None
