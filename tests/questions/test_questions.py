"""Questions to a snapshot: filters, orders, pages, counts, SQL that only reads, and the few figures of the summary."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from linkworthy.errors import InputError, StageError
from linkworthy.questions import Answers, LinkFilter, anchors, backlinks, count, domains, rows_of, size_of, sql, summary
from linkworthy.questions.domains import DOMAIN_ORDERS
from linkworthy.questions.links import ORDERS
from tests.support.judged_links import day, link, run_with
from tests.support.runs import START, make_run

LINKS = [
    link("https://a.example/1", goodness=0.9, harm=0.0, first_seen_at=day(3), vendor_authority=40.0, n_visits=7),
    link("https://a.example/2", f"{START}tea", "green tea", goodness=0.5, harm=0.1, first_seen_at=day(9)),
    link("https://www.b.example/x", anchor="SHOP ", state="gone", counts="no", verdict="watch", harm=0.2),
    link("https://c.example/p", anchor="cheap tea", verdict="disavow", kinds=["network", "comment"], harm=0.9,
         counts="no", is_followed=False, region="comment", first_seen_at=day(1), reported_by=["ahrefs", "list"]),
    link("https://d.example/p", anchor=None, verdict="not known", state="could not check", counts="not known",
         is_followed=None, region=None),
]  # fmt: skip
DOMAINS = [
    {"domain": "a.example", "n_links": 2, "vendor_authority": 40.0, "n_visits": 7, "first_seen_at": day(3)},
    {"domain": "b.example", "n_links": 1},
    {"domain": "c.example", "n_links": 1, "first_seen_at": day(1)},
    {"domain": "d.example", "n_links": 1},
]


@pytest.fixture
def answers(tmp_path: Path) -> Iterator[Answers]:
    with Answers(run_with(tmp_path, LINKS, domains=DOMAINS)) as opened:
        yield opened


@pytest.fixture
def nothing(tmp_path: Path) -> Iterator[Answers]:
    with Answers(make_run(tmp_path / "nothing")) as opened:
        yield opened


def sources(answers: Answers, only: LinkFilter | None = None, **how: object) -> list[str]:
    found = backlinks(answers, only, **how)  # type: ignore[arg-type]
    return [url.removeprefix("https://") for url in found.column("source_url").to_pylist()]


@pytest.mark.parametrize(
    ("only", "expected"),
    [
        (LinkFilter(), ["a.example/1", "a.example/2", "c.example/p", "d.example/p", "www.b.example/x"]),
        (LinkFilter(domain="a.example"), ["a.example/1", "a.example/2"]),
        (LinkFilter(domain="b.example"), ["www.b.example/x"]),
        (LinkFilter(domain="www.b.example"), ["www.b.example/x"]),
        (LinkFilter(domain="example"), []),
        (LinkFilter(target=f"{START}te"), ["a.example/2"]),
        (LinkFilter(anchor="TEA"), ["a.example/2", "c.example/p"]),
        (LinkFilter(anchor="%"), []),
        (LinkFilter(state="gone"), ["www.b.example/x"]),
        (LinkFilter(counts="not known"), ["d.example/p"]),
        (LinkFilter(verdict="disavow"), ["c.example/p"]),
        (LinkFilter(kind="comment"), ["c.example/p"]),
        (LinkFilter(region="comment"), ["c.example/p"]),
        (LinkFilter(reported_by="ahrefs"), ["c.example/p"]),
        (LinkFilter(followed=True), ["a.example/1", "a.example/2", "www.b.example/x"]),
        (LinkFilter(followed=False), ["c.example/p"]),
        (LinkFilter(since=date(2026, 6, 3)), ["a.example/1", "a.example/2"]),
        (LinkFilter(domain="a.example", since=date(2026, 6, 4)), ["a.example/2"]),
        (LinkFilter(anchor="' or true or '"), []),
    ],
)
def test_a_filter_narrows_and_its_count_agrees(answers: Answers, only: LinkFilter, expected: list[str]) -> None:
    assert sources(answers, only) == expected
    counted = count(answers, only)
    assert counted["n_links"] == len(expected)
    assert counted["n_domains"] == len({url.partition("/")[0].removeprefix("www.") for url in expected})


def test_orders_put_what_is_not_known_last(answers: Answers) -> None:
    assert sources(answers, order="goodness")[:2] == ["a.example/1", "a.example/2"]
    assert sources(answers, order="harm")[0] == "c.example/p"
    assert sources(answers, order="harm")[-1] == "d.example/p"
    assert sources(answers, order="first-seen")[:3] == ["a.example/2", "a.example/1", "c.example/p"]
    assert sources(answers, order="visits")[0] == "a.example/1"
    for order in ORDERS:
        assert len(sources(answers, order=order)) == len(LINKS)


def test_pages_of_an_answer_join_without_gap_or_repeat(answers: Answers) -> None:
    whole = sources(answers, order="harm")
    assert [row for n in range(0, 6, 2) for row in sources(answers, order="harm", limit=2, offset=n)] == whole


def test_one_link_of_each_domain_is_the_first_in_the_order_asked_for(answers: Answers) -> None:
    one = sources(answers, order="first-seen", one_per_domain=True)
    assert one == ["a.example/2", "c.example/p", *sorted(one[2:], key=one.index)]
    assert sorted(one[2:]) == ["d.example/p", "www.b.example/x"]


def test_chosen_columns_come_in_their_order(answers: Answers) -> None:
    table = backlinks(answers, columns=("verdict", "source_url"))
    assert table.column_names == ["verdict", "source_url"]


def test_an_unknown_order_or_column_is_refused(answers: Answers) -> None:
    with pytest.raises(InputError, match="order 'size': one of"):
        backlinks(answers, order="size")
    with pytest.raises(InputError, match="order 'size': one of"):
        domains(answers, order="size")
    with pytest.raises(InputError, match="colour"):
        backlinks(answers, columns=("colour",))


def test_a_question_before_its_stage_names_the_verb(nothing: Answers) -> None:
    for ask in (backlinks, count, anchors, domains):
        with pytest.raises(StageError, match="'linkworthy judge' makes them"):
            ask(nothing)


def test_domains_carry_the_verdicts_on_their_links(answers: Answers) -> None:
    by_domain = {row["domain"]: row for row in domains(answers).to_pylist()}
    assert by_domain["a.example"]["verdicts"] == ["keep"]
    assert by_domain["a.example"]["best_goodness"] == pytest.approx(0.9)
    assert by_domain["c.example"]["worst_harm"] == pytest.approx(0.9)
    firsts = {order: domains(answers, order=order).column("domain")[0].as_py() for order in DOMAIN_ORDERS}
    assert firsts == {
        "links": "a.example", "first-seen": "a.example", "authority": "a.example", "visits": "a.example",
        "harm": "c.example", "domain": "a.example",
    }  # fmt: skip
    assert domains(answers, limit=1, offset=3).column("domain").to_pylist() == ["d.example"]


def test_anchors_fold_case_and_leave_out_links_that_are_gone(answers: Answers) -> None:
    rows = anchors(answers).to_pylist()
    assert {row["anchor"].lower() for row in rows} == {"shop", "green tea", "cheap tea"}
    (shop,) = [row for row in rows if row["anchor"].lower() == "shop"]
    assert (shop["n_domains"], shop["n_links"]) == (1, 1)
    assert sum(row["domain_share"] for row in rows) == pytest.approx(1.5), "a.example uses two anchors"


def test_rows_of_a_table_come_in_its_order_and_their_number_is_known(answers: Answers) -> None:
    table = rows_of(answers, "backlinks", where="state = 'live'", limit=2)
    assert table.num_rows == 2
    assert size_of(answers, "backlinks", "state = 'live'") == 3
    assert size_of(answers, "backlinks") == len(LINKS)
    assert size_of(answers, "pages") == 0, "a table that nobody wrote is empty"
    assert rows_of(answers, "backlinks", where="state = 'live' -- the rest is a remark").num_rows == 3


@pytest.mark.parametrize("where", ["stat = 1", "true); select (1", "true); delete from pages; select (1", ")", "--"])
def test_a_predicate_stays_a_predicate(answers: Answers, where: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="query:"):
        rows_of(answers, "backlinks", where=where)
    with pytest.raises(InputError, match="query:"):
        size_of(answers, "backlinks", where)


@pytest.mark.parametrize(
    "query",
    ["delete from backlinks", "create table x as select 1", "copy backlinks to 'x.csv'", "select 1; select 2", "",
     "attach ':memory:' as other", "pragma database_list", "set threads = 1", "call pragma_version()", "install httpfs",
     "explain analyze copy backlinks to 'x.csv'", "selec 1", "select missing from backlinks"],
)  # fmt: skip
def test_sql_that_is_wrong_or_does_more_than_read_is_refused(
    answers: Answers, query: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InputError, match="query:"):
        sql(answers, query)
    assert not (tmp_path / "x.csv").exists()


def test_sql_answers_over_all_tables(answers: Answers) -> None:
    table = sql(
        answers, "with v as (select * from verdicts) select verdict, count(*) as n from v group by 1 order by 1"
    )
    assert table.to_pylist() == [
        {"verdict": "disavow", "n": 1}, {"verdict": "keep", "n": 2}, {"verdict": "not known", "n": 1},
        {"verdict": "watch", "n": 1},
    ]  # fmt: skip
    assert sql(answers, "from backlinks select count(*) as n").to_pylist() == [{"n": 5}]


def test_the_summary_counts_what_is_there_and_is_silent_on_the_rest(answers: Answers, nothing: Answers) -> None:
    told = summary(answers)
    assert told["site"] is None
    assert told["findings"] is None
    assert told["links"] == {
        "n_links": 5, "n_pages": 5, "n_domains": 4, "n_live": 3, "n_gone": 1, "n_unchecked": 1, "n_counting": 2,
        "n_counting_domains": 1,
    }  # fmt: skip
    assert told["verdicts"] == {"disavow": 1, "keep": 2, "not known": 1, "watch": 1}
    silent = summary(nothing)
    assert all(silent[name] is None for name in ("site", "findings", "links", "verdicts", "prospects", "imports"))


def test_the_summary_of_a_site_counts_own_pages_and_findings(tmp_path: Path) -> None:
    pages = [
        {"url": START, "status": 200, "is_html": True},
        {"url": f"{START}gone", "status": 404, "is_html": True},
        {"url": f"{START}old", "status": 301, "redirect_url": START},
        {"url": f"{START}slow", "state": "failed", "fault": "timeout"},
        {"url": "https://a.example/1", "status": 200, "is_html": True},
    ]
    coverage = [{"rule": "one", "state": "judged"}, {"rule": "two", "state": "not judged", "needs": "a log"}]
    findings = [{"rule": "one", "key": f"{START}{n}", "severity": "issue", "value": float(n)} for n in range(3)]
    with Answers(make_run(tmp_path, None, pages=pages, coverage=coverage, findings=findings)) as answers:
        told = summary(answers)
    expected = {
        "n_urls": 4, "n_pages": 1, "n_redirects": 1, "n_client_errors": 1, "n_server_errors": 0, "n_failed": 1,
        "n_disallowed": 0,
    }  # fmt: skip
    assert {name: told["site"][name] for name in expected} == expected
    assert (told["findings"]["n_judged"], told["findings"]["n_not_judged"]) == (1, 1)
    (row,) = told["findings"]["by_rule"]
    assert (row["rule"], row["n"], row["value"]) == ("one", 3, 2.0)
