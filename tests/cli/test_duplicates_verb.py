"""``linkworthy duplicates`` on a measured site: tables, one page, a pair as HTML, and what it refuses."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.command import linkworthy
from tests.support.measured import block, measured, page

TEXT = "copper kettles <b>boil</b> water faster than iron kettles of the same size \x1b[31m do"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("duplicates")
    said = {"/a": TEXT, "/b": f"yes {TEXT}", "/c": "nothing of the kind stands here", "/d": "nor here", "/e": "or here"}
    run = measured(
        folder,
        pages=[page(path, n_words=len(text.split())) for path, text in said.items()],
        blocks=[block(path, text) for path, text in said.items()],
    )
    run.publish()
    return folder


def test_the_site_its_pages_and_near_duplicates_are_listed(home: Path) -> None:
    told = linkworthy("duplicates", "site", "--json", cwd=home).json
    assert told["n_pages"] == 5
    assert {one["near_duplicate_url"][-2:] for one in told["pages"][:2]} == {"/a", "/b"}
    assert told["settings"] == {"words": 7, "common_share": 0.5, "similarity_share": 0.9}
    near = linkworthy("duplicates", "site", "--near", "--similarity", "0.5", "--csv", cwd=home).out.splitlines()
    assert near[0] == "url,other_url,similarity_share"
    assert len(near) == 2
    clusters = linkworthy("duplicates", "site", "--clusters", "--words", "20", "--json", cwd=home).json
    assert clusters == []


def test_a_pair_is_written_as_html_that_holds_no_foreign_markup(home: Path) -> None:
    done = linkworthy("duplicates", "site", "/a", "/b", "--html", "pair.html", cwd=home)
    html = (home / "pair.html").read_text(encoding="utf-8")
    assert done.out.strip() == "pair.html"
    assert '<mark class="p1" id="a1"><a href="#b1"' in html
    assert '<mark class="p1" id="b1"><a href="#a1"' in html
    assert "&lt;b&gt;boil" in html
    assert "\x1b" not in html


def test_a_page_tells_its_words_and_who_shares_them(home: Path) -> None:
    told = linkworthy("duplicates", "site", "/b", "--json", cwd=home).json
    assert (told["n_words"], told["n_unique"], told["n_duplicate"], told["n_common"]) == (17, 1, 16, 0)
    assert [(one["url"][-2:], one["n_words"]) for one in told["others"]] == [("/a", 16)]
    assert "".join(piece["text"] for piece in told["blocks"][0]) == f"yes {TEXT}"


def test_what_cannot_be_shown_is_said_in_one_line(home: Path) -> None:
    for arguments, word in [
        (("/nowhere",), "no own page"),
        (("/a", "-o", "a.csv"), "--html"),
        (("--html", "a.html"), "name its URL"),
    ]:
        done = linkworthy("duplicates", "site", *arguments, cwd=home, code=2)
        assert word in done.err
        assert done.err.count("\n") == 1
