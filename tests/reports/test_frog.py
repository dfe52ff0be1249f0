"""Reports under Screaming Frog's names: every one runs, filters as its name says, and has the columns expected."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from linkworthy.questions import Answers
from linkworthy.reports.frog import NAMES, write_frog
from linkworthy.site import SiteConfig
from linkworthy.sources.recognise import recognise
from tests.support.imported import imported
from tests.support.measured import SITE, block, link, measured, page, redirect


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("frog")
    run = measured(
        home,
        pages=[
            page(
                "/",
                title="Tea",
                description="d" * 200,
                h1="Tea",
                n_words=300,
                h2=["One", "Two"],
                depth=0,
                n_titles=1,
                n_h1=2,
                n_decoded_bytes=10_000,
                language="en",
                html_lang="en",
                http_version="2",
                hreflang=[{"lang": "en", "url": SITE + "/"}, {"lang": "de", "url": SITE + "/de"}],
            ),
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
            {
                "source_url": SITE + "/",
                "url": "https://else.example/logo",
                "n": 3,
                "kind": "image",
                "anchor": "A logo",
                "href": "https://else.example/logo",
                "is_internal": False,
            },
        ],
        images=[{"url": SITE + "/", "n": 0, "image_url": SITE + "/pot.png", "alt": "A pot", "width": 4, "height": 3}],
        resources=[{"url": SITE + "/", "n": 0, "kind": "script", "resource_url": SITE + "/a.js"}],
        blocks=[{**block("/", "The cat sat on the mat. The dog ran to the park. " * 30), "tag": "p", "n_words": 360}],
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


def test_widths_ease_and_share_of_text_are_filled(folder: Path) -> None:
    start = rows(folder, "internal_all")[0]
    assert start["Title 1 Pixel Width"] == "34"
    assert int(start["Meta Description 1 Pixel Width"]) > 1_000
    assert float(start["Flesch Reading Ease Score"]) > 90
    assert start["Readability"] == "Very Easy"
    assert 10 < float(start["Text Ratio"]) < 20
    assert start["HTTP Version"] == "HTTP/2"
    assert rows(folder, "h1_all")[0]["Occurrences"] == "2"


HEADS = {
    "page_titles_all": "Address,Occurrences,Title 1,Title 1 Length,Title 1 Pixel Width,"
    "Indexability,Indexability Status",
    "h1_all": "Address,Occurrences,H1-1,H1-1 Length,Indexability,Indexability Status",
    "directives_all": "Address,Occurrences,Meta Robots 1,X-Robots-Tag 1,Meta Refresh 1,Canonical Link Element 1,"
    "HTTP Canonical,Indexability,Indexability Status",
    "hreflang_all": "Address,Title 1,Occurrences,HTML hreflang 1,HTML hreflang 1 URL,HTML hreflang 2,"
    "HTML hreflang 2 URL,Indexability,Indexability Status",
    "images_all": "Address,Content Type,Size (bytes),IMG Inlinks,Indexability,Indexability Status,Dimensions",
    "redirect_chains": "Chain Type,Number of Redirects,Loop,Source,Temp Redirect in Chain,Address,Final Address,"
    "Final Indexability,Final Indexability Status,Final Content,Final Status Code,Final Status,Alt Text,Anchor Text,"
    "Link Path,Link Position,"
    + ",".join(f"Content {n},Status Code {n},Status {n},Redirect Type {n},Redirect URL {n}" for n in (1, 2, 3)),
}  # fmt: skip


@pytest.mark.parametrize("name", HEADS)
def test_reports_have_the_columns_of_screaming_frog(folder: Path, name: str) -> None:
    with (folder / f"{name}.csv").open(encoding="utf-8-sig") as file:
        assert ",".join(next(csv.reader(file))) == HEADS[name]


def test_a_chain_is_told_step_by_step(folder: Path) -> None:
    (chain,) = rows(folder, "redirect_chains")
    assert [chain[f"Status Code {n}"] for n in (1, 2, 3)] == ["301", "301", "200"]
    assert [chain[f"Redirect URL {n}"].removeprefix(SITE) for n in (1, 2, 3)] == ["/older", "/", ""]
    assert (chain["Source"], chain["Final Indexability"]) == (SITE + "/", "Indexable")


def test_what_is_exported_is_read_back_and_a_linked_image_is_a_link(folder: Path) -> None:
    found = {row["Destination"]: row for row in rows(folder, "all_inlinks") if row["Source"] == SITE + "/"}
    logo = found["https://else.example/logo"]
    assert (logo["Type"], logo["Alt Text"], logo["Anchor"]) == ("Hyperlink", "A logo", "")
    assert (found[SITE + "/pot.png"]["Type"], found[SITE + "/pot.png"]["Alt Text"]) == ("Image", "A pot")
    assert found[SITE + "/a.js"]["Type"] == "JavaScript"
    config = SiteConfig(url="https://else.example/")
    path = folder / "external_links.csv"
    read = imported(recognise(path, config), path, config).rows("observations")
    assert [(row["target_url"], row["anchor"]) for row in read] == [
        ("https://else.example/", ""),
        ("https://else.example/logo", "A logo"),
    ]
    pages = folder / "internal_all.csv"
    own = SiteConfig(url=SITE)
    assert len(imported(recognise(pages, own), pages, own).rows("page_reports")) == 7


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
