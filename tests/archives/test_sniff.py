from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from linkworthy.archives.sniff import Kind, read_head, recognise_archive
from tests.support.shared import shared
from tests.support.warcs import page, warc_of


@pytest.mark.parametrize(
    ("name", "kind"),
    [("whirlwind.warc.gz", "warc"), ("whirlwind.warc.wat.gz", "wat"), ("whirlwind.warc.wet.gz", "wet")],
)
@pytest.mark.shared
def test_kinds_are_told_by_content(name: str, kind: Kind, tmp_path: Path) -> None:
    renamed = tmp_path / "links.csv"
    renamed.write_bytes(shared("warc", name).read_bytes())
    assert recognise_archive(read_head(renamed)) == kind


@pytest.mark.parametrize("ending", ["arc", "arc.gz"])
@pytest.mark.shared
def test_an_arc_is_told(ending: str) -> None:
    assert recognise_archive(read_head(shared("warc", "warcio_test", "test", "data", f"example.{ending}"))) == "arc"


def test_a_wat_without_warcinfo_is_told_by_its_json() -> None:
    head = b'WARC/1.0\r\nWARC-Type: metadata\r\nContent-Type: application/json\r\n\r\n{"Container":{"Filename":"a"}}'
    assert recognise_archive(head) == "wat"


@pytest.mark.parametrize("head", [b"", b"https://a.example/\n", b"\xff\xfea\0", b"source,target\n"])
def test_other_bytes_are_no_archive(head: bytes) -> None:
    assert recognise_archive(head) is None


def test_a_damaged_first_member_does_not_hide_the_kind(tmp_path: Path) -> None:
    data, offsets = warc_of([page("https://a.example/", "a" * 500), page("https://b.example/", "b")])
    path = tmp_path / "a"
    path.write_bytes(b"\0" * 10 + data[10 : offsets[1] - 20] + data[offsets[1] :])
    assert recognise_archive(read_head(path)) == "warc"


def test_the_head_of_any_file_is_bounded(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(gzip.compress(bytes(10_000_000)))
    assert len(read_head(path)) == 8_192
