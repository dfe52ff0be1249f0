"""Every verb on a small web: what it prints where, how it ends, and what it refuses."""

from __future__ import annotations

import hashlib
import shlex
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from linkworthy.site import Site
from tests.support.command import Done, environment, linkworthy, program
from tests.support.server import silence
from tests.support.smallweb import SHOP, SmallWeb, small_web

pytestmark = pytest.mark.xdist_group("verbs")
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00"
PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<< /Type /Catalog >>\nendobj\n"


@dataclass(frozen=True)
class Shop:
    """A site on which the whole job was done once, as a program of its own."""

    home: Path
    web: SmallWeb
    list_file: Path
    ran: Done

    @property
    def folder(self) -> Path:
        return self.home / "site"

    def __call__(self, *arguments: str | Path, code: int | None = 0, stdin: str = "") -> Done:
        return linkworthy(*arguments, cwd=self.home, code=code, stdin=stdin)


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    home = tmp_path_factory.mktemp("verbs")
    with small_web() as web:
        Site.create(home / "site", web.config)
        list_file = web.write_list(home)
        ran = linkworthy("run", "site", list_file, "--no-pdf", "--json", cwd=home)
        yield Shop(home, web, list_file, ran)


@pytest.fixture
def fresh(tmp_path: Path, shop: Shop) -> Shop:
    """Give a site on which nothing was done yet."""
    Site.create(tmp_path / "site", shop.web.config)
    return Shop(tmp_path, shop.web, shop.list_file, shop.ran)


@pytest.fixture
def copy(tmp_path: Path, shop: Shop) -> Shop:
    """Give a site on which the job was done, to be changed."""
    shutil.copytree(shop.folder, tmp_path / "site")
    return Shop(tmp_path, shop.web, shop.list_file, shop.ran)


def digests(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file()
    }


def is_one_line(done: Done) -> bool:
    return done.out == "" and done.err.startswith("linkworthy: ") and done.err.count("\n") == 1


def test_a_run_tells_its_result_on_stdout_and_its_progress_on_stderr(shop: Shop) -> None:
    said = shop.ran.json
    assert said["links"]["n_live"] >= 8
    assert said["site"]["n_pages"] >= 10
    assert said["site_fault"] is None
    assert said["refused"] == []
    assert Path(shop.home / said["reports"][0]).is_file()
    assert "crawl: done in" in shop.ran.err
    assert "verify: done in" in shop.ran.err


READERS = [
    ("links", "site"), ("domains", "site"), ("anchors", "site"), ("sources", "site"),
    ("sources", "site", "--by", "file"), ("sources", "site", "--about", "all"),
    ("table", "site", "checks"), ("duplicates", "site"), ("duplicates", "site", "/tea/sencha", "/tea/gyokuro"),
    ("sql", "site", "select 1 as one"), ("redirects", "site"), ("disavow", "site"), ("label", "site", "--list"),
    ("explain", "bl-target-404"), ("explain", "bl-target-404", "site"), ("explain", "page-on-topic"),
    ("explain", "backlinks"), ("explain", "blog.example", "site"), ("doctor", "site"), ("doctor",),
    ("report", "site", "--no-pdf"),
]  # fmt: skip


@pytest.mark.parametrize("arguments", READERS, ids=" ".join)
def test_a_question_answered_in_json_prints_json_alone(shop: Shop, arguments: tuple[str, ...]) -> None:
    done = shop(*arguments, "--json", code=None)
    assert done.code in ({0, 6} if arguments[0] == "doctor" else {0})
    assert done.json is not None


@pytest.mark.parametrize("arguments", READERS, ids=" ".join)
def test_a_question_has_an_answer_for_people_without_control_characters(shop: Shop, arguments: tuple[str, ...]) -> None:
    done = shop(*arguments, code=None)
    assert done.out or arguments[0] == "label"
    assert {c for c in done.out + done.err if ord(c) < 32} <= {"\n", "\t"}
    assert "\x7f" not in done.out + done.err


WRITERS = ("crawl", "verify", "audit", "judge", "prospects")


@pytest.mark.parametrize("verb", WRITERS)
def test_a_stage_alone_prints_json_alone_and_makes_a_snapshot(copy: Shop, verb: str) -> None:
    before = digests(copy.folder / "snapshots")
    done = copy(verb, "site", "--json")
    assert done.json["snapshot"] == Site(copy.folder).latest().id
    assert done.err
    after = digests(copy.folder / "snapshots")
    assert len(Site(copy.folder).snapshots()) == 2
    assert {name: after[name] for name in before} == before, "the old snapshot is untouched"


def test_quiet_says_nothing_while_it_works(copy: Shop) -> None:
    assert copy("import", "site", copy.list_file, "--quiet", "--json").err == ""


def test_a_second_run_makes_a_new_snapshot_and_leaves_the_old_one_as_it_was(copy: Shop) -> None:
    before = digests(copy.folder / "snapshots") | digests(copy.folder / "reports")
    said = copy("run", "site", copy.list_file, "--no-pdf", "--json").json
    after = digests(copy.folder / "snapshots") | digests(copy.folder / "reports")
    assert {name: after.get(name) for name in before} == before
    assert [s.id for s in Site(copy.folder).snapshots()] == [shop_id(copy), said["snapshot"]]
    assert not list((copy.folder / "runs").iterdir())


def shop_id(shop: Shop) -> str:
    return str(shop.ran.json["snapshot"])


def test_a_snapshot_is_found_by_the_beginning_of_its_id(shop: Shop) -> None:
    whole = shop("links", "site", "--json").json
    assert shop("links", "site", "--json", "--snapshot", shop_id(shop)[:12]).json == whole
    done = shop("links", "site", "--snapshot", "1999", code=2)
    assert is_one_line(done)
    assert "0 snapshots begin with '1999'" in done.err


def test_links_are_filtered_ordered_and_paged(shop: Shop) -> None:
    every = shop("links", "site", "--json", "--limit", "1000").json
    assert len(every) == shop.ran.json["links"]["n_links"]
    gone = shop("links", "site", "--json", "--state", "gone").json
    assert gone
    assert {row["state"] for row in gone} == {"gone"}
    pages = [shop("links", "site", "--json", "--limit", "4", "--offset", str(n)).json for n in (0, 4)]
    assert [*pages[0], *pages[1]] == every[:8]
    assert len(shop("links", "site", "--json", "--one-per-domain").json) == shop.ran.json["links"]["n_domains"]
    assert {row["source_url"] for row in shop("links", "site", "--json", "--nofollow").json} == {
        "http://forum.example/t/1"
    }


def test_a_cell_from_the_web_never_starts_a_formula(shop: Shop) -> None:
    for arguments in (("links", "site"), ("anchors", "site"), ("table", "site", "links", "--limit", "1000")):
        said = shop(*arguments, "--csv").out
        cells = [cell.strip('"') for line in said.splitlines() for cell in line.split(",")]
        assert [cell for cell in cells if cell.startswith(("=", "+", "@"))] == []
        assert "\x1b" not in said
    report = shop.home / shop.ran.json["reports"][0]
    for path in report.parent.glob("*.csv"):
        assert ",=" not in path.read_text(encoding="utf-8")
        assert "\x1b" not in path.read_text(encoding="utf-8")


def test_a_hostile_title_and_anchor_are_known_but_never_reach_the_terminal(shop: Shop) -> None:
    query = "select anchor, (select any_value(title) from pages where url like '%evil.example%') as title from checks "
    query += "where source_url like '%evil.example%'"
    rows = shop("sql", "site", query, "--json").json
    assert any("red" in row["anchor"] for row in rows)
    assert "\x1b" not in shop("sql", "site", query).out
    assert "\x1b" not in shop("explain", "evil.example", "site").out
    assert "\x1b" not in shop("sql", "site", query, "--csv").out


def test_labels_stand_before_our_verdict(copy: Shop) -> None:
    copy("label", "site", "list.example", "bad", "--note", "bought")
    assert copy("label", "site", "--list", "--json").json[0]["subject"] == "list.example"
    copy("judge", "site")
    (row,) = copy("explain", "list.example", "site", "--json").json
    assert row["label"] == "bad"
    assert row["verdict"] in {"disavow", "act"}


def test_redirects_and_disavow_are_written_to_a_file_on_demand(copy: Shop) -> None:
    done = copy("redirects", "site", "--format", "csv", "-o", "map.csv")
    assert done.out == ""
    assert (copy.home / "map.csv").read_text(encoding="utf-8")
    copy("disavow", "site", "-o", "disavow.txt")
    assert "#" in (copy.home / "disavow.txt").read_text(encoding="utf-8")
    assert copy("disavow", "site", "--check", "disavow.txt", "--json", code=None).json["lint"] == []


def test_a_table_is_exported_as_parquet(shop: Shop, tmp_path: Path) -> None:
    import pyarrow.parquet as pq

    shop("table", "site", "pages", "--parquet", tmp_path / "pages.parquet", "--where", "is_own")
    assert pq.read_table(tmp_path / "pages.parquet").num_rows >= 10


def test_sql_is_read_from_standard_input(shop: Shop) -> None:
    assert shop("sql", "site", "-", "--json", stdin="select 40 + 2 as n").json == [{"n": 42}]


@pytest.mark.parametrize(
    "query",
    ["selekt 1", "select * from nowhere", "drop view pages", "select 1; select 2", "", "copy pages to 'out.csv'",
     "explain analyze copy pages to 'out.csv'", "attach 'x.db'", "select nothing from pages"],
)  # fmt: skip
def test_wrong_sql_is_refused_in_one_line(shop: Shop, query: str) -> None:
    done = shop("sql", "site", query, code=2)
    assert is_one_line(done)
    assert not (shop.home / "out.csv").exists()


def test_a_wrong_predicate_is_refused_in_one_line(shop: Shop) -> None:
    assert is_one_line(shop("table", "site", "pages", "--where", "stat = 3", code=2))
    assert is_one_line(
        shop("table", "site", "pages", "--where", "true); copy (select 1) to 'out.csv'; select (1", code=2)
    )
    assert not (shop.home / "out.csv").exists()


def test_an_unknown_table_verb_or_option_is_a_usage_error(shop: Shop) -> None:
    assert "no_such" in shop("table", "site", "no_such", code=2).err
    assert "crwal" in shop("crwal", "site", code=2).err
    assert "--colour" in shop("crawl", "site", "--colour", "red", code=2).err
    assert shop("links", "site", "--state", "alive", code=2).out == ""


def test_an_unknown_subject_is_refused_in_one_line(shop: Shop) -> None:
    assert is_one_line(shop("explain", "no-such-rule", code=2))
    assert is_one_line(shop("explain", "nobody.example", "site", code=2))


def test_a_site_that_nobody_made_is_refused_in_one_line(shop: Shop) -> None:
    for verb in ("crawl", "links", "judge", "report"):
        done = shop(verb, "absent.example", code=2)
        assert is_one_line(done)
        assert "linkworthy init" in done.err
    assert is_one_line(shop("links", "no such thing", code=2))


def test_before_the_first_run_a_question_says_how_to_begin(fresh: Shop) -> None:
    for arguments in (("links", "site"), ("sql", "site", "select 1"), ("report", "site"), ("disavow", "site")):
        done = fresh(*arguments, code=6)
        assert is_one_line(done)
        assert "linkworthy run" in done.err
    for verb in ("verify", "judge", "prospects"):
        assert "linkworthy import" in fresh(verb, "site", code=6).err
    assert "linkworthy crawl" in fresh("audit", "site", code=6).err
    assert not list((fresh.folder / "runs").glob("*"))
    assert Site(fresh.folder).snapshots() == []


def test_debug_shows_the_trace(shop: Shop) -> None:
    done = shop("--debug", "links", "site", "--snapshot", "1999", code=1)
    assert "Traceback" in done.err
    assert "InputError" in done.err


@pytest.mark.parametrize(("name", "content"), [("a.csv", PNG), ("b.log", PDF), ("c.txt", bytes(range(256)) * 40)])
def test_a_file_of_no_known_kind_is_named_and_the_others_are_read(fresh: Shop, name: str, content: bytes) -> None:
    (fresh.home / name).write_bytes(content)
    done = fresh("import", "site", name, fresh.list_file, "--json", code=2)
    states = {Path(row["file"]).name: row["state"] for row in done.json["imports"]}
    assert states == {name: "refused", "list.csv": "read"}
    (refused,) = [row for row in done.json["imports"] if row["state"] == "refused"]
    assert "\n" not in refused["detail"]
    assert refused["detail"]
    assert all(row["n_rows_in"] == row["n_rows_used"] + row["n_rows_rejected"] for row in done.json["imports"])
    assert fresh("sql", "site", "select count(*) as n from observations", "--json").json[0]["n"] >= 12


def test_a_missing_file_is_refused(fresh: Shop) -> None:
    done = fresh("import", "site", "nothing-here.csv", code=2)
    assert "nothing-here.csv" in done.out + done.err


def test_a_wrong_map_is_refused_in_one_line(fresh: Shop) -> None:
    assert is_one_line(fresh("import", "site", fresh.list_file, "--map", "sauce=URL", code=2))
    assert "Traceback" not in fresh("import", "site", fresh.list_file, "--map", "source=No such column", code=2).err
    assert not list((fresh.folder / "runs").glob("*")), "a wrong command leaves no run behind"


def test_importing_a_file_twice_changes_nothing(fresh: Shop) -> None:
    fresh("import", "site", fresh.list_file)
    first = fresh("sql", "site", "select * exclude (first_seen_at) from observations order by all", "--json").json
    fresh("import", "site", fresh.list_file)
    assert (
        fresh("sql", "site", "select * exclude (first_seen_at) from observations order by all", "--json").json == first
    )


def test_a_site_that_does_not_answer_is_said_in_the_report(tmp_path: Path, shop: Shop) -> None:
    from dataclasses import replace

    dead = "http://dead.example/"
    routes = (*shop.web.config.network.connect_to, "dead.example:80:127.0.0.1:1", "dead.example:443:127.0.0.1:1")
    config = replace(shop.web.config, url=dead, network=replace(shop.web.config.network, connect_to=routes))
    Site.create(tmp_path / "site", config)
    crawled = linkworthy("crawl", "site", "--quiet", cwd=tmp_path, code=3)
    assert is_one_line(crawled)
    assert "dead.example" in crawled.err
    assert Site(tmp_path / "site").snapshots() == []
    assert not list((tmp_path / "site" / "runs").glob("*"))

    links = tmp_path / "links.csv"
    links.write_text("Source URL,Target URL\nhttp://blog.example/tea,http://dead.example/\n", encoding="utf-8")
    done = linkworthy("run", "site", links, "--no-pdf", "--json", cwd=tmp_path, code=3)
    assert "dead.example" in done.json["site_fault"]
    page = (tmp_path / done.json["reports"][0]).read_text(encoding="utf-8")
    assert "does not answer" in page or "did not answer" in page
    snapshot = Site(tmp_path / "site").latest()
    assert not snapshot.has("probes"), "nothing of the crawl is half-written"
    assert done.json["links"]["n_links"] >= 1


def test_a_job_with_a_refused_file_is_done_and_ends_with_exit_code_2(fresh: Shop) -> None:
    (fresh.home / "picture.csv").write_bytes(PNG)
    done = fresh("run", "site", fresh.list_file, "picture.csv", "--no-pdf", "--json", code=2)
    assert [Path(row["file"]).name for row in done.json["refused"]] == ["picture.csv"]
    assert done.json["links"]["n_links"] >= 12


def connected(shop: Shop) -> list[str]:
    return [part for route in shop.web.config.network.connect_to for part in ("--connect-to", route)]


def test_init_shows_its_guess_and_refuses_a_folder_in_use(tmp_path: Path, shop: Shop) -> None:
    done = linkworthy("init", SHOP, "--yes", "--topic", "tea", *connected(shop), cwd=tmp_path)
    assert "(guessed)" in done.out
    assert "shop.example" in done.out
    config = Site(tmp_path / "shop.example").config
    assert config.url == SHOP
    assert config.topics == ("tea",)
    assert "topics" not in config.guessed
    assert "brands" in config.guessed
    again = linkworthy("init", SHOP, "--yes", *connected(shop), cwd=tmp_path, code=2)
    assert is_one_line(again)
    assert "holds a site already" in again.err


def test_init_answers_in_json_and_makes_a_folder_where_it_is_told(tmp_path: Path, shop: Shop) -> None:
    said: dict[str, Any] = linkworthy(
        "init", "shop.example", "--folder", "here", "--json", *connected(shop), cwd=tmp_path
    ).json
    assert said["folder"] == "here"
    assert said["brands"]
    assert (tmp_path / "here" / "site.toml").is_file()


def test_init_of_a_site_that_does_not_answer_guesses_from_the_name(tmp_path: Path) -> None:
    done = linkworthy("init", "http://green-tea.example/", "--yes", "--connect-to", "::127.0.0.1:1", cwd=tmp_path)
    assert "green tea" in done.out
    assert is_one_line(linkworthy("init", "ftp://x.example/", cwd=tmp_path, code=2))


def test_an_interrupted_command_ends_with_130_and_goes_on(tmp_path: Path) -> None:
    with small_web({"shop.example": {"*": silence}}) as web:
        Site.create(tmp_path / "site", web.config)
        process = subprocess.Popen(
            program("crawl", "site"), cwd=tmp_path, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        while not web.server.asked:
            assert process.poll() is None
            time.sleep(0.01)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert out == b""
    assert err.decode().splitlines()[-1] == "interrupted; the same command goes on from here"
    assert "Traceback" not in err.decode()
    with small_web() as web:
        Site(tmp_path / "site").save(web.config)
        assert "going on with the run" in linkworthy("crawl", "site", cwd=tmp_path).err


def test_a_reader_that_leaves_early_is_no_error(shop: Shop) -> None:
    shell = f"{shlex.join(program('table', 'site', 'links', '--csv', '--limit', '100000'))} | head -1"
    done = subprocess.run(
        ["bash", "-o", "pipefail", "-c", shell], cwd=shop.home, env=environment(), capture_output=True, check=False
    )
    assert done.stdout.count(b"\n") == 1
    assert done.stderr == b""
    closed = f"{shlex.join(program('sql', 'site', 'select * from range(200000)', '--csv'))} | true"
    done = subprocess.run(["bash", "-c", closed], cwd=shop.home, env=environment(), capture_output=True, check=False)
    assert b"Traceback" not in done.stderr
