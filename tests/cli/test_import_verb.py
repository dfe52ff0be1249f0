"""The verb ``import`` at its edges: standard input, exit codes, what it says of what it did not use."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from linkworthy.engine.embedded import Embedded
from linkworthy.site import Site, SiteConfig
from linkworthy.sources.importer import import_files
from tests.support import exports
from tests.support.command import environment, linkworthy
from tests.support.imports import rows_of
from tests.support.workbooks import parts as parts_of
from tests.support.workbooks import sheet_xml, workbook, zipped

SHOP = "https://shop.example/"
SITE = SiteConfig(url=SHOP)
HEADER = ["Source url", "Anchor", "Target url"]
PEAK = """
import sys
from pathlib import Path
from linkworthy.engine.embedded import Embedded
from linkworthy.engine.progress import SILENT
from linkworthy.site import Site, SiteConfig
from linkworthy.sources.importer import import_files
config = SiteConfig(url="https://shop.example/")
run = Site.create(Path(sys.argv[1]), config).begin("run", {})
(row,) = import_files(run, config, Embedded(workers=1), SILENT, [Path(sys.argv[2])])["files"]
peak = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM"))
print(row["state"], row["n_rows_used"], row["n_rows_rejected"], int(peak.split()[1]) >> 10)
"""


def table(*names: str) -> bytes:
    return exports.table_bytes(HEADER, [[f"https://{name}.example/", name, SHOP] for name in names])


@pytest.fixture
def site(tmp_path: Path) -> Path:
    Site.create(tmp_path / "site", SITE)
    return tmp_path


def test_standard_input_is_a_file_like_any_other(site: Path) -> None:
    text = (table("a", "b") + b"mailto:me,x," + SHOP.encode() + b"\n").decode()
    said = linkworthy("import", "site", "-", "--json", cwd=site, stdin=text).json
    (told,) = said["imports"]
    assert (told["n_rows_used"], told["n_rows_rejected"]) == (2, 1)
    assert told["file"].startswith("standard input ")
    (reason,) = said["rejects"]
    assert (reason["n"], reason["row"]) == (1, 3)
    assert reason["sample"].startswith("mailto:me")
    again = linkworthy("import", "site", "-", "--json", cwd=site, stdin=text).json
    assert len(again["imports"]) == 1
    other = linkworthy("import", "site", "-", "--json", cwd=site, stdin=table("c").decode()).json
    assert len(other["imports"]) == 2


def test_what_was_not_used_is_said_with_one_line_each(site: Path) -> None:
    exports.write(site, "a.zip", zipped({"a.csv": table("a") + b"x y,,\n", "b\x1b[1m.txt": "words"}))
    exports.write(site, "twin.csv", table("a") + b"x y,,\n")
    done = linkworthy("import", "site", "a.zip", "twin.csv", "none.csv", "-q", cwd=site, code=2)
    lines = done.err.splitlines()
    assert "refused: a.zip!b?[1m.txt: text without a URL, no link data that is known here" in lines
    assert any(line.startswith("refused: none.csv: cannot be read") for line in lines)
    assert "same content: twin.csv is a.zip!a.csv" in lines
    assert any(line.startswith("rejected: 1 x") and "a.zip!a.csv row 2: x y" in line for line in lines)
    assert linkworthy("table", "site", "rejects", "--csv", cwd=site).out.count("a.zip!a.csv") == 1


def test_a_workbook_s_other_sheets_are_no_failure(site: Path) -> None:
    sheets = {"Links": sheet_xml({1: [*HEADER], 2: ["https://a.example/", "a", SHOP]}), "About": sheet_xml({1: ["x"]})}
    exports.write(site, "a.xlsx", zipped(parts_of(sheets)))
    said = linkworthy("import", "site", "a.xlsx", "--json", cwd=site).json
    assert [row["state"] for row in said["imports"]] == ["left out", "read"]


class Killed(BaseException):
    """Ends the process where it stands."""


class Fuse:
    """Progress that ends the process after some news."""

    def __init__(self, n_left: int) -> None:
        self.n_left = n_left

    def start(self, task: str, total: int | None = None) -> None: ...

    def update(self, done: int, total: int | None = None, note: str = "") -> None:
        self.n_left -= 1
        if self.n_left == 0:
            raise Killed

    def finish(self, note: str = "") -> None: ...


def outcome(run: Any) -> dict[str, list[str]]:
    volatile = {"imported_at"}
    return {
        table: sorted(str({k: v for k, v in row.items() if k not in volatile}) for row in rows_of(run, table))
        for table in ("imports", "observations", "rejects")
    }


def test_a_killed_import_of_containers_ends_as_if_undisturbed(tmp_path: Path) -> None:
    book = workbook({1: [*HEADER], 3: ["https://x.example/", "x", SHOP], 4: ["no", "x", SHOP]})
    inner = zipped({"c.csv": table("f", "g"), "bad.txt": "words"})
    content = zipped({"a.csv": table("a", "b"), "b.xlsx": book, "in.zip": inner, "d.csv": table("h")})
    path = exports.write(tmp_path, "a.zip", content)

    def work(folder: Path, n_news: int) -> dict[str, list[str]] | None:
        site = Site(folder) if folder.exists() else Site.create(folder, SITE)
        run = site.begin("import", {"files": [str(path)]})
        try:
            import_files(run, SITE, Embedded(workers=1), Fuse(n_news), [path])
        except Killed:
            return None
        else:
            return outcome(run)
        finally:
            run.close()

    expected = work(tmp_path / "undisturbed", -1)
    assert expected is not None
    n_kills = 0
    for n_news in range(1, 40, 3):
        found = work(tmp_path / f"killed-{n_news}", n_news)
        if found is None:
            n_kills += 1
            found = work(tmp_path / f"killed-{n_news}", -1)
        assert found == expected, n_news
    assert n_kills > 4


def test_a_line_without_end_takes_no_memory(tmp_path: Path) -> None:
    def peak(name: str, content: bytes) -> list[str]:
        path = exports.write(tmp_path, f"{name}.csv", content)
        done = subprocess.run(
            [sys.executable, "-c", PEAK, str(tmp_path / name), str(path)], env=environment(), capture_output=True,
            check=True, timeout=200,
        )  # fmt: skip
        return done.stdout.decode().split()

    short = table("a", "b")
    *told, small = peak("small", short)
    assert told == ["read", "2", "0"]
    *told, large = peak("large", short + b"x" * (64 << 20) + b"\n" + short)
    assert told == ["read", "4", "2"]
    assert int(large) - int(small) < 60, "MiB for a line of 64 MiB"


def test_lists_of_links_are_made_ready_after_an_import_alone(site: Path) -> None:
    exports.write(site, "a.csv", table("a", "b"))
    linkworthy("import", "site", "a.csv", "-q", cwd=site)
    said = linkworthy("sources", "site", "--json", cwd=site)
    assert [(row["source"], row["n_domains"]) for row in said.json["sources"]] == [("list", 2)]
    assert "merge: done" in said.err
    assert "merge" not in linkworthy("sources", "site", "--json", cwd=site).err
    names = [row["domain"] for row in linkworthy("domains", "site", "--json", cwd=site).json]
    assert (names, len(linkworthy("links", "site", "--json", cwd=site).json)) == (["a.example", "b.example"], 2)


def test_what_is_made_ready_beside_another_command_stays_out_of_its_way(site: Path) -> None:
    exports.write(site, "a.csv", table("a", "b"))
    linkworthy("import", "site", "a.csv", "-q", cwd=site)
    at_work = Site(site / "site").begin("crawl", {})
    try:
        said = linkworthy("anchors", "site", "--json", cwd=site)
    finally:
        at_work.close()
    assert [row["anchor"] for row in said.json] == ["a", "b"]
    assert [snapshot.verb for snapshot in Site(site / "site").snapshots()] == ["import"]
    assert [path.name for path in (site / "site" / "runs").iterdir()] == [at_work.id]
