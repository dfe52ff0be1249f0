"""``compare``, ``sitemap`` and ``export`` as programs: what they print, what they write, what they refuse."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from linkworthy.archives.writer import WarcWriter
from linkworthy.site import Site
from tests.support.command import linkworthy
from tests.support.measured import SITE, measured, page
from tests.support.runs import complete

TITLE = "Tea \x1b[31m"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("exchange")
    measured(folder, pages=[page("/a", title=TITLE), page("/b")]).publish()
    site = Site(folder / "site")
    later = site.begin("crawl", {})
    later.write("pages", "given", complete("pages", [page("/a", title="Pots"), page("/c")], site.config))
    later.publish()
    return folder


def test_two_crawls_are_compared_for_people_and_for_programs(home: Path) -> None:
    told = linkworthy("compare", "site", "--json", cwd=home).json
    assert {slug: n for slug, n in told["counts"].items() if n} == {"chg-added": 1, "chg-removed": 1, "chg-title": 1}
    assert told["changes"][-1] == {"change": "chg-title", "url": f"{SITE}/a", "old_value": TITLE, "new_value": "Pots"}
    done = linkworthy("compare", "site", cwd=home)
    assert "chg-title: 1" in done.out
    assert "\x1b" not in done.out
    rows = linkworthy("compare", "site", told["before"], "--change", "chg-added", "--csv", cwd=home).out.splitlines()
    assert rows == ["change,url,old_value,new_value", f"chg-added,{SITE}/c,,200"]


def test_the_sitemap_is_written_and_its_files_are_named(home: Path) -> None:
    told = linkworthy("sitemap", "site", "-o", "map.xml.gz", "--json", cwd=home).json
    assert told == {"files": ["map.xml.gz"], "n_urls": 1, "n_other_hosts": 0}
    assert (home / "map.xml.gz").read_bytes()[:2] == b"\x1f\x8b"
    assert "no such folder" in linkworthy("sitemap", "site", "-o", "nowhere/map.xml", cwd=home, code=2).err


def test_chosen_reports_are_written_and_an_unknown_one_is_refused(home: Path) -> None:
    told = linkworthy("export", "site", "internal_all", "all_inlinks.csv", "--to", "out", "--json", cwd=home).json
    assert told == [{"file": "out/internal_all.csv", "n_rows": 2}, {"file": "out/all_inlinks.csv", "n_rows": 0}]
    assert "internal_all" in linkworthy("export", "--list", cwd=home).out
    assert "no report 'frogs'" in linkworthy("export", "site", "frogs", cwd=home, code=2).err


def test_values_are_extracted_from_the_record_of_a_crawl(tmp_path: Path) -> None:
    when = datetime(2026, 11, 22, tzinfo=UTC)
    with (tmp_path / "a.warc").open("wb") as file:
        writer = WarcWriter(file, is_compressed=False)
        for path, status, body in (("a", 200, b"<b>=1 \x1b[0m</b>"), ("b", 200, b"none"), ("c", 404, b"<b>no</b>")):
            writer.response(f"{SITE}/{path}", status, (("Content-Type", "text/html"),), body, when, reason="")
    told = linkworthy("extract", ".", "--css", "bold=b", "--text", "none=NONE", "--json", cwd=tmp_path).json
    assert [(row["url"][-2:], row["field"], row["n"]) for row in told] == [("/a", "bold", 0), ("/b", "none", 0)]
    csv = linkworthy("extract", "a.warc", "--css", "bold=b", "--absent", "--csv", cwd=tmp_path).out.splitlines()
    assert csv == ["url,field,n,value", f"{SITE}/b,bold,,"]
    assert "\x1b" not in linkworthy("extract", "a.warc", "--css", "bold=b", cwd=tmp_path).out
    assert "css bold=" in linkworthy("extract", "a.warc", "--css", "bold=[[", cwd=tmp_path, code=2).err


def test_a_program_is_told_of_an_error_in_json(tmp_path: Path) -> None:
    failed = linkworthy("links", "nowhere.example", "--json", cwd=tmp_path, code=2)
    assert (failed.json["exit_code"], failed.json["error"]["kind"]) == (2, "InputError")
    assert failed.err == f"linkworthy: {failed.json['error']['message']}\n"
    assert linkworthy("links", "--json", "--limit", "few", cwd=tmp_path, code=2).json["error"]["kind"] == "BadParameter"
    assert linkworthy("links", "nowhere.example", cwd=tmp_path, code=2).out == ""


def test_a_disavow_file_is_checked_without_a_site(tmp_path: Path) -> None:
    (tmp_path / "old.txt").write_text("domain:bad.example\ndomain:*.worse.example\n", encoding="utf-8")
    told = linkworthy("disavow", "--check", "old.txt", "--json", cwd=tmp_path, code=2).json
    assert [one["slug"] for one in told["lint"]] == ["wildcard"]
    assert "nowhere.example" in linkworthy("disavow", "nowhere.example", "--check", "old.txt", cwd=tmp_path, code=2).err
