"""``linkworthy migration`` as a program: what it prints, how it ends, and that it can be repeated."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path

import pytest

from linkworthy.site import Site
from tests.support.command import linkworthy
from tests.support.smallweb import small_web

pytestmark = pytest.mark.xdist_group("verbs-2")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("migration")
    with small_web() as web:
        Site.create(folder / "site", web.config)
        (folder / "wrong.csv").write_text(
            "from,to\n/old-chain,/about\n/older-chain,/about\n/older-chain,/news\n/evil,/tea/\nnot a url,/x\n"
        )
        (folder / "right.csv").write_text("/older-chain,/about\n/about,/about\n")
        (folder / "closed.csv").write_text("/older-chain,/about\n/private/x,/about\n")
        yield folder


def test_a_wrong_redirect_ends_with_1_and_everything_in_json(home: Path) -> None:
    done = linkworthy("migration", "site", "wrong.csv", "--json", cwd=home, code=1)
    said = done.json
    assert {row["state"]: row["n"] for row in said["counts"]} == {
        "chain": 1, "ok": 1, "wrong target": 1, "no redirect": 1,
    }  # fmt: skip
    assert said["faults"] == [{"line": 6, "reason": "not a URL", "text": "not a url"}]
    assert said["contradictions"] == [[4, 3]]
    assert said["checks"][-1]["state"] == "ok"
    assert said["snapshot"] == Site(home / "site").latest().id


def test_all_as_expected_ends_with_0(home: Path) -> None:
    done = linkworthy("migration", "site", "right.csv", "--quiet", cwd=home)
    assert "ok" in done.out
    assert done.err == ""


def test_what_could_not_be_checked_ends_with_4(home: Path) -> None:
    done = linkworthy("migration", "site", "closed.csv", cwd=home, code=4)
    assert "could not check" in done.out


def test_people_are_told_the_line_and_the_reason(home: Path) -> None:
    done = linkworthy("migration", "site", "wrong.csv", cwd=home, code=1)
    assert "2 redirects in a row" in done.out
    assert "line 6: not a URL: not a url" in done.err
    assert "line 4: expects something else than line 3" in done.err


def test_the_checks_are_exported_and_stay_a_table(home: Path) -> None:
    done = linkworthy("migration", "site", "wrong.csv", "--csv", cwd=home, code=1)
    rows = list(csv.DictReader(io.StringIO(done.out)))
    assert sorted(row["line"] for row in rows) == ["2", "3", "4", "5"]
    assert rows[-1]["state"] == "ok"
    linkworthy("migration", "site", "wrong.csv", "-o", "checks.xlsx", cwd=home, code=1)
    assert (home / "checks.xlsx").read_bytes()[:2] == b"PK"
    assert len(linkworthy("table", "site", "redirect_checks", "--json", cwd=home).json) == 4


def test_a_file_without_urls_is_refused_in_one_line(home: Path) -> None:
    (home / "empty.csv").write_text("hello\n")
    done = linkworthy("migration", "site", "empty.csv", cwd=home, code=2)
    assert done.err.startswith("linkworthy: empty.csv: no line with a URL")
    assert done.err.count("\n") == 1
