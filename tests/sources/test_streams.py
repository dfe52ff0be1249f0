from __future__ import annotations

import bz2
import codecs
import contextlib
import gzip
import io
import lzma
import os
import random
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

from linkworthy.errors import InputError, SourceError
from linkworthy.sources.encodings import assume
from linkworthy.sources.streams import Unpacked, Utf8
from linkworthy.sources.unpacking import FAULTS, Unpacking, gzip_decoder
from tests.support import exports
from tests.support.imports import import_one, rows_of

PACKERS: list[Callable[[bytes], bytes]] = [
    lambda data: gzip.compress(data, mtime=0), bz2.compress, lzma.compress, zstandard.compress,
]  # fmt: skip
LINES = b"".join(b"https://blog%d.example/%x\n" % (n, n * 7919) for n in range(40_000))
SHOP = "https://shop.example/"


def unpacked(path: Path) -> tuple[bytes, str]:
    pieces = []
    with Unpacked(path) as file:
        try:
            while piece := file.read(50_000):
                pieces.append(piece)
        except SourceError as fault:
            return b"".join(pieces), str(fault)
    return b"".join(pieces), ""


def utf8(data: bytes, step: int = 1 << 20) -> tuple[bytes, Utf8]:
    class Steps(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            return super().read(min(step, size or 0))

    text = Utf8(Steps(data))
    pieces = []
    while piece := text.read(1 << 16):
        pieces.append(piece)
    return b"".join(pieces), text


@pytest.mark.parametrize("pack", PACKERS)
def test_streams_one_after_the_other_are_one(tmp_path: Path, pack: Callable[[bytes], bytes]) -> None:
    assert unpacked(exports.write(tmp_path, "a", pack(LINES) + pack(b"more") + pack(b""))) == (LINES + b"more", "")


@pytest.mark.parametrize("pack", PACKERS)
def test_what_lies_before_a_cut_is_given_and_the_loss_said(tmp_path: Path, pack: Callable[[bytes], bytes]) -> None:
    packed = pack(LINES)
    found, fault = unpacked(exports.write(tmp_path, "a", packed[: len(packed) * 3 // 4]))
    assert LINES.startswith(found)
    assert f"damaged after {len(found):,} bytes: it is cut off" in fault
    if pack is not PACKERS[1] and pack is not PACKERS[3]:  # their blocks hold all of it
        assert len(found) > len(LINES) // 3


def test_every_byte_before_a_flaw_is_given(tmp_path: Path) -> None:
    packed = bytearray(gzip.compress(LINES, mtime=0))
    packed[len(packed) // 2 :] = random.Random(5).randbytes(len(packed) // 2)
    found, fault = unpacked(exports.write(tmp_path, "a", bytes(packed)))
    assert len(found) > len(LINES) // 3
    assert found[: len(LINES) // 3] == LINES[: len(LINES) // 3]
    assert "packed bytes are not read" in fault


def test_zeros_behind_a_stream_are_padding_and_else_a_flaw(tmp_path: Path) -> None:
    packed = gzip.compress(b"text", mtime=0)
    assert unpacked(exports.write(tmp_path, "a", packed + bytes(700))) == (b"text", "")
    found, fault = unpacked(exports.write(tmp_path, "a", packed + b"something else"))
    assert found == b"text"
    assert "something else follows" in fault


def test_a_bomb_of_gzip_ends_at_its_ratio(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("linkworthy.sources.streams.FREE_BYTES", 1 << 20)
    found, fault = unpacked(exports.write(tmp_path, "a", gzip.compress(bytes(60 << 20), mtime=0)))
    assert len(found) < 30 << 20
    assert "over 400 times its size" in fault


def test_what_is_appended_meanwhile_waits_and_what_is_gone_is_said(tmp_path: Path) -> None:
    path = exports.write(tmp_path, "a", LINES)
    with Unpacked(path) as file:
        first = file.read(100)
        with path.open("ab") as more:
            more.write(b"more")
        assert first + file.read(1 << 24) == LINES
        assert file.read(1) == b""
    with Unpacked(path) as file:
        os.truncate(path, 200)
        assert len(file.read(1 << 24)) == 200
        with pytest.raises(SourceError, match="shorter while it was read"):
            file.read(1)
    with Unpacked(path) as file:
        path.unlink()
        assert len(file.read(1 << 24)) == 200


def test_devices_pipes_folders_and_odd_names_are_refused_at_once(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for path, words in (
        (tmp_path / "pipe", "a pipe and no regular file; give -"), (Path("/dev/zero"), "a device"),
        (tmp_path, "a folder"), (tmp_path / "none", "No such file"), (Path("a\0b"), "null"),
    ):  # fmt: skip
        with pytest.raises(InputError, match=words):
            Unpacked(path)


@pytest.mark.parametrize(
    ("encoding", "text", "words"),
    [
        ("cp1251", "Купить обувь в Москве недорого, магазин", "Windows-1251"),
        ("cp932", "靴を買う 日本語のテキスト", "Shift JIS"),
        ("gbk", "购买鞋子 中国的鞋店", "GB 18030"),
        ("big5", "購買鞋子 台灣的鞋店，歡迎光臨本店，我們有很多新的商品", "Big5"),
        ("euc-kr", "신발 구매 한국어 텍스트", "EUC-KR"),
        ("cp1252", "où êtes-vous, chaussures été à la française, très bien", "Windows-1252"),
        ("cp1252", "zapatos de niño, año mañana, corazón, él está aquí", "Windows-1252"),
        ("cp1250", "Pánské boty levně, žluťoučký kůň úpěl ďábelské ódy", "Windows-1250"),
        ("utf-16-le", "Schuhe für Männer", "UTF-16"),
        ("utf-16-be", "Schuhe für Männer", "UTF-16"),
        ("utf-8", "où 靴 обувь", None),
    ],
)
def test_an_encoding_is_told_by_its_letters(encoding: str, text: str, words: str | None) -> None:
    lines = "URL,Anchor\n" + "".join(f"https://blog{n}.example/,{text}\n" for n in range(5))
    found, stream = utf8(lines.encode(encoding))
    assert found.decode() == lines
    assert stream.assumed == words


def test_stray_bytes_in_utf8_are_windows_1252_and_counted() -> None:
    found, stream = utf8("é,ü\n".encode() * 5 + "é€\n".encode("cp1252") + "靴\n".encode())
    assert found.decode() == "é,ü\n" * 5 + "é€\n靴\n"
    assert (stream.n_stray_bytes, stream.assumed) == (2, None)


@pytest.mark.parametrize("step", [1, 2, 3, 1000])
def test_marks_of_files_put_together_and_bare_line_ends_are_mended(step: int) -> None:
    mark = codecs.BOM_UTF8
    assert utf8(mark + b"a\n" + mark + b"b\n" + mark + b"c", step)[0] == b"a\nb\nc"
    assert utf8("a\n\ufeffb".encode("utf-16"), step)[0] == b"a\nb"
    assert utf8(b"a\rb\rc", step)[0] == b"a\nb\nc"
    assert utf8(b"a\r\nb\r\n", step)[0] == b"a\r\nb\r\n"


def test_a_text_cut_within_its_head_is_given_up_to_the_cut(tmp_path: Path) -> None:
    packed = gzip.compress(exports.table_bytes(["Source url", "Target url"], [
        [f"https://b{n * 7919:x}.example/", SHOP] for n in range(300)
    ]), mtime=0)  # fmt: skip
    run, (told,) = import_one(tmp_path, exports.write(tmp_path, "a.csv.gz", packed[: len(packed) // 2]))
    assert told["state"] == "damaged"
    assert 50 < told["n_rows_used"] == len(rows_of(run, "observations")) < 300
    assert {row["reason"] for row in rows_of(run, "rejects")} <= {"cut off where the file is damaged"}


@pytest.mark.parametrize("line_end", ["\r", "\n", "\r\n"])
def test_a_table_is_the_same_whatever_ends_its_lines(tmp_path: Path, line_end: str) -> None:
    rows = [[f"https://b{n}.example/", f"a{n}", SHOP] for n in range(50)]
    content = exports.table_bytes(["Source url", "Anchor", "Target url"], rows, line_end=line_end)
    run, _ = import_one(tmp_path, exports.write(tmp_path, "a.csv", content))
    assert sorted(row["anchor"] for row in rows_of(run, "observations")) == sorted(row[1] for row in rows)


def test_an_assumed_encoding_and_stray_bytes_are_said(tmp_path: Path) -> None:
    head = "Source url,Anchor,Target url\n"
    russian = head + "".join(f"https://b{n}.example/,Купить обувь в Москве,{SHOP}\n" for n in range(9))
    mixed = (head + f"https://c.example/,été,{SHOP}\n" * 9).encode() + f"https://d.example/,été,{SHOP}\n".encode(
        "cp1252"
    )
    plain = exports.table_bytes(["Source url", "Target url"], [["https://e.example/", SHOP]])
    contents = (russian.encode("cp1251"), mixed, plain)
    files = [exports.write(tmp_path, f"{n}.csv", content) for n, content in enumerate(contents)]
    run, told = import_one(tmp_path, *files)
    assert [row["detail"] for row in told] == [
        "read as Windows-1251, told by its letters", "2 bytes that are no UTF-8, read as Windows-1252", None,
    ]  # fmt: skip
    assert {row["anchor"] for row in rows_of(run, "observations")} == {"Купить обувь в Москве", "été", None}


def test_an_html_page_is_named_whatever_it_goes_on_with(tmp_path: Path) -> None:
    content = b"<!DOCTYPE html>\n" + b"https://blog.example/,https://shop.example/\n" * 50
    _, (told,) = import_one(tmp_path, exports.write(tmp_path, "links.csv", content))
    assert "an HTML page: was the download a login page?" in told["detail"]


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=400), st.integers(1, 50))
def test_any_bytes_become_utf8_however_they_are_cut(data: bytes, step: int) -> None:
    found, _ = utf8(data, step)
    found.decode()
    assert found == utf8(data)[0]


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_behind_a_gzip_mark_end_in_an_answer(data: bytes) -> None:
    reader = Unpacking(io.BytesIO(b"\x1f\x8b\x08\0" + data), gzip_decoder)
    with contextlib.suppress(*FAULTS):
        while piece := reader.read(100):
            assert len(piece) <= 100


def test_two_texts_decoded_at_once_count_their_own_strays() -> None:
    counts: list[int] = []

    def work(n: int) -> None:
        counts.append(utf8("é\n".encode() * 400 + b"\xe9\n" * n, 7)[1].n_stray_bytes)

    threads = [threading.Thread(target=work, args=(n,)) for n in (3, 5, 7)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(counts) == [3, 5, 7]


def test_plain_ascii_assumes_nothing() -> None:
    assert assume(b"a,b\n") == ("utf-8", 0, None)
