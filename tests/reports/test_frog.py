"""Reports under Screaming Frog's names: every one runs, filters as its name says, and has the columns expected."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from linkworthy.questions import Answers
from linkworthy.reports.frog import NAMES, write_frog
from tests.support.measured import SITE, link, measured, page, redirect


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("frog")
    run = measured(
        home,
        pages=[
            page("/", title="Tea", description="d" * 200, h1="Tea", n_words=300, h2=["One", "Two"], depth=0),
            page("/Twin?a=1", title="=cmd()", n_words=10, depth=1),
            page("/twin2", title="=CMD()", n_words=10, is_noindex=True, depth=1),
            page("/twin3", title="=CMD()", n_words=10, depth=1),
            redirect("/old", "/older"),
            redirect("/older", "/"),
            page("/gone", status=404, is_html=True),
            {"url": "https://else.example/", "status": 503, "role": "outbound", "is_html": True},
        ],
        links=[
            link("/", "/gone", anchor="Gone", path="main:nth-of-type(1) > a:nth-of-type(2)", region="nav"),
            link("/", "/old", href="old", is_nofollow=True),
            {"source_url": SITE + "/", "url": "https://else.example/", "href": "//else.example/"},
        ],
    )
    with Answers(run) as answers:
        assert [path.stem for path, _n in write_frog(answers, home)] == list(NAMES)
    return home


def rows(folder: Path, name: str) -> list[dict[str, str]]:
    with (folder / f"{name}.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def paths(folder: Path, name: str) -> list[str]:
    return [row["Address"].removeprefix(SITE) for row in rows(folder, name)]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("internal_all", ["/", "/Twin?a=1", "/gone", "/old", "/older", "/twin2", "/twin3"]),
        ("external_all", ["https://else.example/"]),
        ("response_codes_client_error_(4xx)", ["/gone"]),
        ("response_codes_server_error_(5xx)", ["https://else.example/"]),
        ("response_codes_redirection_(3xx)", ["/old", "/older"]),
        ("page_titles_duplicate", ["/Twin?a=1", "/twin3"]),
        ("page_titles_same_as_h1", ["/"]),
        ("meta_description_over_155_characters", ["/"]),
        ("meta_description_missing", ["/Twin?a=1", "/twin3"]),
        ("content_low_content_pages", ["/Twin?a=1", "/twin3"]),
        ("directives_noindex", ["/twin2"]),
        ("url_parameters", ["/Twin?a=1"]),
        ("url_uppercase", ["/Twin?a=1"]),
        ("redirect_chains", ["/old"]),
        ("all_redirects", ["/old", "/older"]),
    ],
)
def test_a_report_lists_what_its_name_says(folder: Path, name: str, expected: list[str]) -> None:
    assert paths(folder, name) == expected


def test_a_page_has_its_figures_and_no_cell_starts_a_formula(folder: Path) -> None:
    start, twin, *_ = rows(folder, "internal_all")
    assert (start["Status Code"], start["Status"], start["Indexability"]) == ("200", "OK", "Indexable")
    assert (start["Title 1 Length"], start["H2-2"], start["Folder Depth"]) == ("3", "Two", "0")
    assert twin["Title 1"] == "'=cmd()"
    (gone,) = rows(folder, "response_codes_client_error_(4xx)")
    assert (gone["Indexability"], gone["Indexability Status"]) == ("Non-Indexable", "Client Error")


def test_links_have_the_columns_of_all_inlinks(folder: Path) -> None:
    with (folder / "all_inlinks.csv").open(encoding="utf-8-sig") as file:
        head = next(csv.reader(file))
    assert ",".join(head) == (
        "Type,Source,Destination,Size (Bytes),Alt Text,Anchor,Status Code,Status,Follow,Target,Rel,Path Type,"
        "Link Path,Link Position,Link Origin"
    )
    found = {row["Destination"].removeprefix(SITE): row for row in rows(folder, "all_inlinks")}
    assert (found["/gone"]["Link Path"], found["/gone"]["Link Position"]) == ("//body/main[1]/a[2]", "Navigation")
    assert (found["/old"]["Path Type"], found["/old"]["Follow"]) == ("Path-Relative", "false")
    assert found["https://else.example/"]["Path Type"] == "Protocol-Relative"
    assert [row["Destination"] for row in rows(folder, "client_error_(4xx)_inlinks")] == [SITE + "/gone"]
