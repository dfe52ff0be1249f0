from __future__ import annotations

import bz2
import gzip
import io
import os
import stat
import struct
import tarfile
import zipfile
from pathlib import Path
from typing import Any

import pytest
import zstandard
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from linkworthy.sources import spools, zips
from linkworthy.sources.containers import arrivals
from linkworthy.sources.importer import walk
from tests.support import exports, warcs
from tests.support.imports import import_one, rows_of
from tests.support.workbooks import workbook, zipped

SHOP = "https://shop.example/"


def table(n: int, name: str = "b") -> bytes:
    return exports.table_bytes(
        ["Source url", "Anchor", "Target url"], [[f"https://{name}{i}.example/", f"a{i}", SHOP] for i in range(n)]
    )


def told_by_name(folder: Path, content: bytes, name: str = "a.zip") -> dict[str, dict[str, Any]]:
    """Import one container; gives the rows of imports by the name of the member."""
    path = exports.write(folder, name, content)
    _, told = import_one(folder, path)
    return {row["file"].removeprefix(str(path)): row for row in told}


def test_each_member_is_a_file_of_its_own(tmp_path: Path) -> None:
    members = {
        "one.csv": table(3),
        "deep/er/two.csv.gz": gzip.compress(table(4, "c"), mtime=0),
        "three.zst": zstandard.compress(table(5, "d")),
        "book.xlsx": workbook({1: ["Source url", "Target url"], 2: ["https://x.example/", SHOP]}),
        "access.log": exports.combined_line(referrer="https://e.example/").encode() * 3,
        "crawl.warc": warcs.warc_of([warcs.page("https://f.example/", f'<a href="{SHOP}">shop</a>')])[0],
        "inner.zip": zipped({"four.csv": table(2, "g"), "deeper.zip": zipped({"five.csv": table(1)})}),
        "readme.txt": "words",
        ".hidden": "x",
        "__MACOSX/._one.csv": "x",
        "folder/": "",
    }
    told = told_by_name(tmp_path, zipped(members))
    used = {name: row["n_rows_used"] for name, row in told.items()}
    assert used == {
        "!one.csv": 3, "!deep/er/two.csv.gz": 4, "!three.zst": 5, "!book.xlsx#Links": 1, "!access.log": 3,
        "!crawl.warc": 1, "!inner.zip!four.csv": 2, "!inner.zip!deeper.zip": 0, "!readme.txt": 0,
    }  # fmt: skip
    assert "a ZIP within a ZIP within a ZIP" in told["!inner.zip!deeper.zip"]["detail"]
    assert {name for name, row in told.items() if row["state"] == "refused"} == {
        "!inner.zip!deeper.zip", "!readme.txt",
    }  # fmt: skip


def test_observations_bear_the_member_s_name(tmp_path: Path) -> None:
    path = exports.write(tmp_path, "a.zip", zipped({"x/one.csv": table(2) + b"mailto:me,a,b\n"}))
    run, _ = import_one(tmp_path, path)
    assert {row["file"] for row in rows_of(run, "observations")} == {f"{path}!x/one.csv"}
    assert [(row["file"], row["row"]) for row in rows_of(run, "rejects")] == [(f"{path}!x/one.csv", 3)]


def test_names_reach_no_path_and_no_terminal(tmp_path: Path) -> None:
    members = {"../../up.csv": table(1), "/etc/abs.csv": table(2), "C:\\dos.csv": table(3), "a\x1b[31m.csv": table(4)}
    told = told_by_name(tmp_path, zipped(members))
    assert sorted(told) == ["!../../up.csv", "!/etc/abs.csv", "!C:\\dos.csv", "!a?[31m.csv"]
    assert all(row["state"] == "read" for row in told.values())
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.zip", "site"]


def test_the_same_content_in_another_container_is_the_same_file(tmp_path: Path) -> None:
    plain = exports.write(tmp_path, "plain.csv", table(3))
    packed = exports.write(tmp_path, "a.zip", zipped({"one.csv": table(3), "two.csv": table(3)}))
    run, told = import_one(tmp_path, plain, packed)
    assert [row["file"] for row in told] == [str(plain)]
    assert len(rows_of(run, "observations")) == 3


def test_two_members_of_one_name_are_told_apart(tmp_path: Path) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        file.writestr("a.csv", table(1))
        with pytest.warns(UserWarning, match="Duplicate"):
            file.writestr("a.csv", table(2))
    assert sorted(told_by_name(tmp_path, out.getvalue())) == ["!a.csv", "!a.csv (2)"]


def test_links_and_locked_members_are_refused_one_by_one(tmp_path: Path) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        link = zipfile.ZipInfo("link.csv")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        file.writestr(link, "/etc/passwd")
        file.writestr("locked.csv", table(1))
        file.writestr("odd.csv", table(1))
        file.writestr("fine.csv", table(2))
    content = bytearray(out.getvalue())
    for name, change in ((b"locked.csv", (8, 1)), (b"odd.csv", (10, 97))):
        central = content.rindex(name) - 46
        struct.pack_into("<H", content, central + change[0], change[1])
    told = told_by_name(tmp_path, bytes(content))
    assert told["!fine.csv"]["n_rows_used"] == 2
    assert told["!link.csv"]["detail"] == zips.LINK
    assert told["!locked.csv"]["detail"] == zips.LOCKED
    assert told["!odd.csv"]["detail"] == zips.FOREIGN


@pytest.mark.parametrize("share", [0.5, 0.8, 0.97])
def test_a_cut_zip_gives_the_members_before_the_cut(tmp_path: Path, share: float) -> None:
    whole = zipped({f"{n}.csv": table(400, f"n{n}x") for n in range(4)})
    told = told_by_name(tmp_path, whole[: int(len(whole) * share)])
    assert all("found without its directory" in row["detail"] for row in told.values())
    assert told["!0.csv"]["n_rows_used"] == 400
    assert sum(row["n_rows_used"] for row in told.values()) >= 1600 * (share - 0.15)


def test_a_zip_written_as_a_stream_is_recovered_too(tmp_path: Path) -> None:
    class Pipe(io.RawIOBase):
        def __init__(self) -> None:
            self.data = bytearray()

        def writable(self) -> bool:
            return True

        def write(self, data: Any) -> int:
            self.data += bytes(data)
            return len(data)

    pipe = Pipe()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as file:  # type: ignore[call-overload]
        file.writestr("one.csv", table(50))
        file.writestr("two.csv", table(60, "c"))
    whole = bytes(pipe.data)
    cut = whole[: whole.index(b"PK\x01\x02") + 10]
    (tmp_path / "cut").mkdir()
    for folder, content in ((tmp_path, whole), (tmp_path / "cut", cut)):
        told = told_by_name(folder, content)
        assert (told["!one.csv"]["n_rows_used"], told["!two.csv"]["n_rows_used"]) == (50, 60)


def test_a_damaged_member_gives_its_rows_before_the_damage(tmp_path: Path) -> None:
    content = bytearray(zipped({"a.csv": table(5000), "b.csv": table(7, "c")}))
    middle = content.index(b"b.csv") // 2
    content[middle : middle + 40] = bytes(40)
    told = told_by_name(tmp_path, bytes(content))
    assert told["!a.csv"]["state"] == "damaged"
    assert 500 < told["!a.csv"]["n_rows_used"] < 5000
    assert (told["!b.csv"]["state"], told["!b.csv"]["n_rows_used"]) == ("read", 7)


def test_members_that_share_their_bytes_are_refused(tmp_path: Path) -> None:
    whole = bytearray(zipped({"a.csv": table(20), "b.csv": table(5, "c")}))
    central = whole.rindex(b"a.csv") - 46
    struct.pack_into("<I", whole, central + 20, len(whole))
    told = told_by_name(tmp_path, bytes(whole))
    assert told["!a.csv"]["detail"] == zips.OVERLAP
    assert told["!b.csv"]["n_rows_used"] == 5


def test_a_bomb_ends_at_its_budget_and_what_stands_beside_it_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spools, "FREE_BYTES", 1 << 20)
    told = told_by_name(tmp_path, zipped({"zeros.csv": table(3) + b"a" * (64 << 20), "late.csv": table(1)}))
    assert told["!zeros.csv"]["state"] == "damaged"
    assert "over 400 times its size" in told["!zeros.csv"]["detail"]
    assert told["!zeros.csv"]["n_bytes"] < 30 << 20
    assert (told["!late.csv"]["state"], told["!late.csv"]["n_rows_used"]) == ("read", 1)


def test_members_beyond_the_limit_are_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(zips, "MAX_MEMBERS", 3)
    told = told_by_name(tmp_path, zipped({f"{n}.csv": table(n + 1) for n in range(8)}))
    assert sum(row["state"] == "read" for row in told.values()) == 3
    assert "5 more files" in told["!…"]["detail"]


@pytest.mark.parametrize("content", [zipped({}), b"PK\x03\x04....", b"PK\x03\x04" * 5000, b"PK\x05\x06" + bytes(18)])
def test_a_zip_without_files_is_refused_in_one_line(tmp_path: Path, content: bytes) -> None:
    (told,) = told_by_name(tmp_path, content).values()
    assert told["state"] == "refused"
    assert "\n" not in told["detail"]


def test_a_disk_without_room_ends_a_member(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spools, "KEPT_FREE_BYTES", 1 << 62)
    (told,) = told_by_name(tmp_path, zipped({"a.csv": table(3)})).values()
    assert "no room for it on the disk" in told["detail"]


# tar ------------------------------------------------------------------------------------------------------------------


def tarred(members: dict[str, bytes], form: int = tarfile.PAX_FORMAT) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=form) as file:
        for name, content in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            file.addfile(info, io.BytesIO(content))
        link = tarfile.TarInfo("link")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        file.addfile(link)
    return out.getvalue()


@pytest.mark.parametrize("form", [tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT])
@pytest.mark.parametrize("pack", [bytes, gzip.compress, bz2.compress, zstandard.compress])
def test_a_tar_is_read_as_it_comes(tmp_path: Path, form: int, pack: Any) -> None:
    long = "/".join(["folder" * 5] * (3 if form == tarfile.USTAR_FORMAT else 9)) + "/x.csv"
    told = told_by_name(tmp_path, pack(tarred({"a.csv": table(3), long: table(4, "c"), ".x": b"-"}, form)), "a.tgz")
    assert {name: row["n_rows_used"] for name, row in told.items()} == {"!a.csv": 3, f"!{long}": 4}


def test_a_cut_tar_gives_what_was_before_the_cut(tmp_path: Path) -> None:
    whole = gzip.compress(tarred({"a.csv": table(300), "b.csv": table(9000, "c")}), mtime=0)
    told = told_by_name(tmp_path, whole[: len(whole) // 2], "a.tgz")
    assert told["!a.csv"]["n_rows_used"] == 300
    assert told["!b.csv"]["state"] == "damaged"
    assert 100 < told["!b.csv"]["n_rows_used"] < 9000


# Folders --------------------------------------------------------------------------------------------------------------


def test_folders_are_walked_without_loops_hidden_files_and_site_folders(tmp_path: Path) -> None:
    (tmp_path / "in" / "deep").mkdir(parents=True)
    (tmp_path / "in" / "own").mkdir()
    for name in ("in/a.csv", "in/deep/b.csv", "in/.c.csv", "in/own/site.toml", "in/own/d.csv"):
        exports.write(tmp_path, name, b"")
    (tmp_path / "in" / "loop").symlink_to(tmp_path / "in", target_is_directory=True)
    (tmp_path / "in" / "self").symlink_to("self")
    os.mkfifo(tmp_path / "in" / "pipe")
    assert [path.name for path in walk([tmp_path / "in"])] == ["a.csv", "b.csv"]


def test_a_folder_without_files_is_said(tmp_path: Path) -> None:
    (tmp_path / "none").mkdir()
    _, (told,) = import_one(tmp_path, tmp_path / "none")
    assert told["detail"] == "a folder without files"


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_bytes_in_a_container_are_answered(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    folder = tmp_path_factory.mktemp("any")
    wrap = data.draw(st.sampled_from([zipped, tarred]))
    content = bytearray(wrap({"a.csv": table(3), "b": data.draw(st.binary(max_size=200))}))
    for _ in range(data.draw(st.integers(0, 4))):
        at = data.draw(st.integers(0, len(content) - 1))
        piece = data.draw(st.binary(min_size=1, max_size=9))
        content[at : at + len(piece)] = piece
    content = content[: data.draw(st.integers(0, len(content)))]
    _, told = import_one(folder, exports.write(folder, "a.zip", bytes(content)))
    assert {row["state"] for row in told} <= {"read", "refused", "damaged", "left out"}


def test_what_was_laid_down_is_gone_when_the_next_is_asked_for(tmp_path: Path) -> None:
    path = exports.write(tmp_path, "a.zip", zipped({f"{n}.csv": table(n + 1) for n in range(5)}))
    for _ in arrivals(path, tmp_path / "spool", lambda _: None):
        assert sum(found.is_file() for found in (tmp_path / "spool").rglob("*")) == 1


def test_a_file_packed_twice_is_read(tmp_path: Path) -> None:
    path = exports.write(tmp_path, "links.csv.gz", gzip.compress(gzip.compress(table(3), mtime=0), mtime=0))
    _, (file,) = import_one(tmp_path, path)
    assert (file["state"], file["n_rows_used"]) == ("read", 3)
