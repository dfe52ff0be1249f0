"""Questions to the link index, compared with the same questions asked of plain rows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from linkworthy import urls
from linkworthy.errors import InputError, StageError
from linkworthy.index.append import Shape
from linkworthy.index.compact import compact
from linkworthy.index.lookup import LinkIndex
from linkworthy.index.scopes import scope_of
from linkworthy.questions import linkchanges, linkcounts, linkcoverage, linksets, linksql
from linkworthy.questions.linkindex import ORDERS, UNITS, IndexFilter, Query, about_backlinks, backlinks
from tests.support.linkindexes import Capture, Told, make_index, random_captures

DAYS = (date(2026, 8, 5), date(2026, 9, 5), date(2026, 10, 5))
BATCHES = [(f"month-{n}", day, random_captures(n)) for n, day in enumerate(DAYS)]
Row = dict[str, Any]
Key = tuple[str, str, str]


def truth() -> dict[Key, Row]:
    """Give every external link as plain Python sees it, by source, target and anchor."""
    found: dict[Key, Row] = {}
    for _, day, captures in BATCHES:
        for one in captures:
            held: dict[Key, list[Told]] = defaultdict(list)
            for link in one.links:
                held[one.url, urls.normalise(link.target) or "", link.anchor].append(link)
            for key, links in held.items():
                row = found.setdefault(key, {"first": day, "days": [], "followed": False, "n": 0})
                row["days"].append(day)
                row["followed"] |= any(not link.rel for link in links)
                row["n"] = len(links)
                row["rel"] = links[0].rel
    return found


@pytest.fixture(scope="module", params=["appended", "compacted"])
def index(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LinkIndex]:
    folder = tmp_path_factory.mktemp(request.param) / "index"
    make_index(folder, BATCHES)
    if request.param == "compacted":
        compact(folder)
    with LinkIndex(folder) as opened:
        yield opened


def asked(index: LinkIndex, query: Query) -> list[Row]:
    return index.all_rows(query.sql, query.values)


def key_of_row(row: Row) -> Key:
    return row["source_url"], row["target_url"], row["anchor"]


SCOPES: dict[str, tuple[str, Callable[[str], bool]]] = {
    "domain": ("shop.example", lambda t: urls.domain_of(t) == "shop.example"),
    "host": ("www.shop.example", lambda t: urls.host_of(t) == "www.shop.example"),
    "page": ("https://www.shop.example/a", lambda t: t == "https://www.shop.example/a"),
    "prefix": ("shop.example/blog/*", lambda t: t.startswith("https://shop.example/blog/")),
}


@pytest.mark.parametrize("kind", SCOPES)
def test_a_scope_holds_its_links_and_no_others(index: LinkIndex, kind: str) -> None:
    text, holds = SCOPES[kind]
    scope = scope_of(text)
    assert scope.kind == kind
    found = asked(index, about_backlinks(index, scope))
    wanted = {key: row for key, row in truth().items() if holds(key[1])}
    assert {key_of_row(row) for row in found} == wanted.keys()
    for row in found:
        told = wanted[key_of_row(row)]
        assert (row["first_seen_on"], row["last_seen_on"]) == (told["days"][0], told["days"][-1])
        assert (row["n_captures"], row["is_followed"]) == (len(told["days"]), told["followed"])
        assert (row["is_nofollow"], row["is_ugc"]) == (told["rel"] == "nofollow", told["rel"] == "ugc")
        assert (row["n_occurrences"], row["seen_in"]) == (told["n"], [DAYS.index(day) + 1 for day in told["days"]])


def test_names_are_domains_or_hosts_and_urls_are_pages() -> None:
    given = {"Shop.Example": "domain", "a.b.shop.example": "host", "https://shop.example": "page",
             "shop.example/a": "page", "shop.example/a*": "prefix", "192.0.2.1": "domain",
             "me.github.io": "domain"}  # fmt: skip
    assert {text: scope_of(text).kind for text in given} == given
    assert scope_of("https://shop.example/x", "domain").low == "example,shop)"
    for text in ("", "mailto:x@y.example", "https://", "a,b.example"):
        with pytest.raises(InputError, match="neither a domain"):
            scope_of(text)


FILTERS: dict[str, tuple[IndexFilter, Callable[[Key, Row], bool]]] = {
    "source": (IndexFilter(source="blog3.test"), lambda k, _: urls.domain_of(k[0]) == "blog3.test"),
    "anchor": (IndexFilter(anchor="ANCHOR 2"), lambda k, _: k[2] == "anchor 2"),
    "followed": (IndexFilter(followed=True), lambda _, r: r["followed"]),
    "nofollow": (IndexFilter(followed=False), lambda _, r: not r["followed"]),
    "since": (IndexFilter(since=DAYS[1]), lambda _, r: r["first"] >= DAYS[1]),
    "until": (IndexFilter(until=DAYS[1]), lambda _, r: r["first"] <= DAYS[1]),
    "seen_since": (IndexFilter(seen_since=DAYS[2]), lambda _, r: r["days"][-1] >= DAYS[2]),
    "batch": (IndexFilter(batch="month-1"), lambda _, r: DAYS[1] in r["days"]),
    "where": (IndexFilter(where="n_captures > 1 -- twice"), lambda _, r: len(r["days"]) > 1),
    "both": (IndexFilter(followed=True, since=DAYS[1]), lambda _, r: r["followed"] and r["first"] >= DAYS[1]),
}


@pytest.mark.parametrize("name", FILTERS)
def test_a_filter_leaves_what_it_says(index: LinkIndex, name: str) -> None:
    only, keeps = FILTERS[name]
    wanted = {key for key, row in truth().items() if urls.domain_of(key[1]) == "shop.example" and keeps(key, row)}
    scope = scope_of("shop.example")
    assert {key_of_row(row) for row in backlinks(index, scope, only, limit=5_000).table.to_pylist()} == wanted
    counted = linkcounts.count(index, scope, only)
    assert (counted["n_links"], counted["n_pages"]) == (len(wanted), len({key[0] for key in wanted}))
    assert counted["n_domains"] == len({urls.domain_of(key[0]) for key in wanted})


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("unit", UNITS)
def test_pages_of_an_answer_are_the_whole_answer(index: LinkIndex, order: str, unit: Any) -> None:
    scope = scope_of("shop.example")
    whole = asked(index, about_backlinks(index, scope, order=order, one_per=unit))
    found, after = [], None
    while True:
        page = backlinks(index, scope, order=order, one_per=unit, limit=37, after=after)
        found += page.table.to_pylist()
        after = page.next
        if after is None:
            break
    assert found == whole
    if unit == "domain":
        assert len(found) == len({row["source_domain"] for row in found}) == 30
    if unit == "owner":
        assert len(found) == 15, "two blogs share each token"
    with pytest.raises(InputError, match="--after"):
        backlinks(index, scope, order=order, one_per=unit, after="nonsense")


def test_a_filter_that_is_no_predicate_is_refused(index: LinkIndex) -> None:
    for where in ("select", "true); drop table x; --", "nosuch = 1"):
        with pytest.raises(InputError):
            backlinks(index, scope_of("shop.example"), IndexFilter(where=where))
    with pytest.raises(InputError, match="no batch"):
        backlinks(index, scope_of("shop.example"), IndexFilter(batch="never"))


def test_domains_addresses_and_networks_are_counted_once(index: LinkIndex) -> None:
    scope = scope_of("shop.example")
    domains = asked(index, linkcounts.about_domains(index, scope))
    assert len(domains) == 30
    assert sum(row["n_links"] for row in domains) == linkcounts.count(index, scope)["n_links"]
    addresses = asked(index, linkcounts.about_addresses(index, scope))
    networks = asked(index, linkcounts.about_addresses(index, scope, subnets=True))
    assert (len(addresses), len(networks)) == (30, 4)
    assert {row["subnet"] for row in networks} == {f"192.0.{n}.0/24" for n in range(4)}
    assert linkcounts.count(index, scope, owners=True)["n_owners"] == 15
    anchors = asked(index, linkcounts.about_anchors(index, scope))
    assert {row["anchor"] for row in anchors} == {f"anchor {n}" for n in range(4)}
    assert sum(row["links_share"] for row in anchors) == pytest.approx(1)


def test_best_velocity_and_batch_agree_with_the_rows(index: LinkIndex) -> None:
    scope = scope_of("shop.example")
    wanted = {key: row for key, row in truth().items() if urls.domain_of(key[1]) == "shop.example"}
    best = asked(index, linkcounts.about_best(index, scope))
    domains = defaultdict(set)
    for source, target, _ in wanted:
        domains[target].add(urls.domain_of(source))
    assert {row["target_url"]: row["n_domains"] for row in best} == {t: len(d) for t, d in domains.items()}
    assert [row["n_domains"] for row in best] == sorted((row["n_domains"] for row in best), reverse=True)
    months = asked(index, linkcounts.about_velocity(index, scope))
    assert [row["n_new_links"] for row in months] == [sum(r["first"] == day for r in wanted.values()) for day in DAYS]
    assert months[-1]["n_known_domains"] == 30
    with pytest.raises(InputError, match="period"):
        linkcounts.about_velocity(index, scope, period="fortnight")
    counted = linkcounts.batch(index, ["https://www.shop.example/x", "nobody.example", "other.example"]).to_pylist()
    assert [row["domain"] for row in counted] == ["shop.example", "nobody.example", "other.example"]
    assert counted[0]["n_links"] == len(wanted)
    assert counted[1]["n_links"] == 0


def test_changes_between_two_days_have_their_reasons(index: LinkIndex, monkeypatch: pytest.MonkeyPatch) -> None:
    scope = scope_of("shop.example")
    found = asked(index, linkchanges.about_changes(index, scope, date(2026, 8, 31), date(2026, 9, 30)))
    statuses = {one.url: one.status for one in BATCHES[1][2]}
    expected = {}
    for key, row in truth().items():
        if urls.domain_of(key[1]) == "shop.example":
            stood, stands = DAYS[0] in row["days"], DAYS[1] in row["days"]
            if stood != stands:
                gone = "page gone" if statuses[key[0]] == 404 else "link removed"
                expected[key] = ("new", "link added") if stands else ("lost", gone)
    assert {key_of_row(row): (row["change"], row["reason"]) for row in found} == expected
    last = asked(index, linkchanges.about_changes(index, scope, date(2026, 9, 30), date(2026, 10, 31)))
    back = {key_of_row(row) for row in last if row["change"] == "returned"}
    assert back == {
        key
        for key, row in truth().items()
        if urls.domain_of(key[1]) == "shop.example" and row["days"] == [DAYS[0], DAYS[2]]
    }
    everywhere = [
        row
        for table in linkchanges.all_changes(index, date(2026, 8, 31), date(2026, 9, 30))
        for row in table.to_pylist()
    ]
    of_shop = [row for row in everywhere if urls.domain_of(row["target_url"]) == "shop.example"]
    assert sorted(map(str, of_shop)) == sorted(map(str, found))
    assert len(everywhere) > len(found)
    monkeypatch.setattr(linkchanges, "_MAX_BATCH", 0)
    unsieved = linkchanges.all_changes(index, date(2026, 8, 31), date(2026, 9, 30))
    assert sorted(map(str, everywhere)) == sorted(str(row) for table in unsieved for row in table.to_pylist())
    with pytest.raises(InputError, match="before the last"):
        linkchanges.about_changes(index, scope, DAYS[1], DAYS[0])


def test_changes_of_all_sites_are_those_of_each_between_any_two_days(
    index: LinkIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, after = date(2026, 1, 1), date(2027, 1, 1)
    spans = [(before, DAYS[0]), (DAYS[0], DAYS[1]), (DAYS[1], DAYS[2]), (DAYS[0], DAYS[2]), (DAYS[1], after)]
    given = [[row for one in linkchanges.all_changes(index, *span) for row in one.to_pylist()] for span in spans]
    monkeypatch.setattr(linkchanges, "_MAX_BATCH", 0)
    for span, found in zip(spans, given, strict=True):
        assert found == [row for one in linkchanges.all_changes(index, *span) for row in one.to_pylist()]
    assert {row["change"] for found in given for row in found} == {"new", "lost", "returned"}


def test_a_page_that_was_not_captured_again_loses_nothing(tmp_path: Path) -> None:
    link = [Told("https://shop.example/", "Shop")]
    one = Capture("https://one.test/", link), Capture("https://two.test/", link), Capture("https://three.test/", link)
    two = Capture("https://one.test/", []), Capture("https://three.test/", link, 404)
    make_index(tmp_path / "index", [("a", DAYS[0], one), ("b", DAYS[1], two)])
    with LinkIndex(tmp_path / "index") as opened:
        found = asked(opened, linkchanges.about_changes(opened, scope_of("shop.example"), DAYS[0], DAYS[1]))
        everywhere = [row for table in linkchanges.all_changes(opened, DAYS[0], DAYS[1]) for row in table.to_pylist()]
    assert everywhere == found
    assert [(row["source_url"], row["change"], row["reason"]) for row in found] == [
        ("https://one.test/", "lost", "link removed")
    ], "an error page with the link on it still holds it"


def test_an_error_of_a_target_makes_its_links_broken(tmp_path: Path) -> None:
    pages = [
        Capture("https://one.test/", [Told("https://shop.example/old", "Old"), Told("https://shop.example/", "Shop")]),
        Capture("https://shop.example/old", [], 404),
        Capture("https://shop.example/", []),
    ]
    make_index(tmp_path / "index", [("a", DAYS[0], pages)])
    with LinkIndex(tmp_path / "index") as opened:
        (found,) = asked(opened, linkcounts.about_broken(opened, scope_of("shop.example")))
        covered = linkcoverage.coverage(opened, scope_of("shop.example"))
    assert (found["target_url"], found["status"], found["anchor"]) == ("https://shop.example/old", 404, "Old")
    assert covered["pages"]["captured_share"] == 1
    assert covered["unseen"]["is_estimated"] is False


def test_outgoing_links_are_those_of_the_source(index: LinkIndex) -> None:
    scope = scope_of("blog3.test")
    wanted = {key for key in truth() if urls.domain_of(key[0]) == "blog3.test"}
    assert {key_of_row(row) for row in asked(index, linksets.about_outgoing(index, scope))} == wanted
    domains = asked(index, linksets.about_linked_domains(index, scope))
    assert {row["domain"] for row in domains} == {urls.domain_of(key[1]) for key in wanted}


def test_the_order_by_source_can_be_left_out(tmp_path: Path) -> None:
    make_index(tmp_path / "index", BATCHES[:1], Shape(2, has_outgoing=False))
    with LinkIndex(tmp_path / "index") as opened, pytest.raises(StageError, match="without the order by source"):
        linksets.about_outgoing(opened, scope_of("blog3.test"))


def test_an_intersection_holds_who_links_to_enough_and_to_none_left_out(index: LinkIndex) -> None:
    sites = ["https://shop.example/blog/one", "https://www.shop.example/", "https://other.example/a"]
    linking = {
        site: {urls.domain_of(source) for source, target, _ in truth() if target == site}
        for site in (*sites, "https://other.example/blog/two")
    }
    scopes = [scope_of(site) for site in sites]
    for at_least in (None, 1, 2):
        found = asked(index, linksets.about_intersection(index, scopes, at_least=at_least))
        wanted = {
            domain for domain in set().union(*linking.values())
            if sum(domain in linking[site] for site in sites) >= (at_least or 3)
        }  # fmt: skip
        assert {row["domain"] for row in found} == wanted
    without = linksets.about_intersection(
        index, scopes[:1], at_least=1, without=[scope_of("https://other.example/blog/two")]
    )
    assert {row["domain"] for row in asked(index, without)} == linking[sites[0]] - linking[
        "https://other.example/blog/two"
    ]
    with pytest.raises(InputError, match="cannot be"):
        linksets.about_intersection(index, scopes, at_least=4)


def test_what_repeats_over_a_host_has_its_share(tmp_path: Path) -> None:
    footer, once = Told("https://shop.example/", "Footer"), Told("https://shop.example/", "Once")
    pages = [Capture(f"https://blog.test/{n}", [footer, *([once] if n == 0 else [])]) for n in range(10)]
    make_index(tmp_path / "index", [("a", DAYS[0], [*pages, Capture("https://alone.test/", [footer])])])
    with LinkIndex(tmp_path / "index") as opened:
        rows = asked(opened, about_backlinks(opened, scope_of("shop.example")))
        shares = {(row["source_domain"], row["anchor"]): row["host_share"] for row in rows}
        kept = linkcounts.count(opened, scope_of("shop.example"), IndexFilter(template=False))
    assert shares == {("blog.test", "Footer"): 1.0, ("blog.test", "Once"): 0.1, ("alone.test", "Footer"): None}
    assert kept["n_links"] == 2


def test_coverage_says_who_saw_what(index: LinkIndex) -> None:
    said = linkcoverage.coverage(index, scope_of("shop.example"))
    wanted = {key: row for key, row in truth().items() if urls.domain_of(key[1]) == "shop.example"}
    for number, one in enumerate(said["by_batch"]):
        seen = [row for row in wanted.values() if DAYS[number] in row["days"]]
        assert (one["name"], one["n_links"]) == (f"month-{number}", len(seen))
        assert one["n_links_alone"] == sum(len(row["days"]) == 1 for row in seen)
    assert said["unseen"]["n_seen"] == 30
    assert linkcoverage.status(index)["n_batches"] == 3


def test_sql_reads_and_never_writes(index: LinkIndex) -> None:
    told = asked(index, linksql.about_sql(
        index, "select count(*) as n from links where target_domain = 'shop.example' and target_url like 'https%'"
    ))  # fmt: skip
    assert told[0]["n"] == linkcounts.count(index, scope_of("shop.example"))["n_links"]
    rows = linksql.stream(index, linksql.about_sql(index, "select name from batches order by number"))
    assert [name for batch in rows.batches for name in batch.column(0).to_pylist()] == [f"month-{n}" for n in range(3)]
    for query in ("drop table links", "select 1; select 2", "selekt"):
        with pytest.raises(InputError):
            linksql.about_sql(index, query)


def test_an_empty_site_has_empty_answers(index: LinkIndex) -> None:
    scope = scope_of("nobody.example")
    assert backlinks(index, scope).table.num_rows == 0
    assert linkcounts.count(index, scope)["n_links"] == 0
    assert asked(index, linkcounts.about_broken(index, scope)) == []
    assert linkcoverage.coverage(index, scope)["unseen"]["reason"] == "no link was seen"
