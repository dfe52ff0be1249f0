from __future__ import annotations

import gzip
import io
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from linkworthy.crawl import listed
from linkworthy.errors import InputError

START = "https://shop.example/de/"
SHOP = "https://shop.example"


def read(tmp_path: Path, data: bytes) -> tuple[list[str], list[tuple[int, str]]]:
    path = tmp_path / "list"
    listed.keep(io.BytesIO(data), path)
    rejects: list[tuple[int, str]] = []
    return list(listed.read(path, START, lambda row, _why, text: rejects.append((row, text)))), rejects


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"https://shop.example/a\nhttps://shop.example/b\n", ["/a", "/b"]),
        (b"# ours\r\n\r\n/a\r\nshop.example/b\r\n  /c  ", ["/a", "/b", "/c"]),
        (b"https://shop.example/a,1.html\nhttps://shop.example/b,2.html\n", ["/a,1.html", "/b,2.html"]),
        (b"url,status\nhttps://shop.example/a,200\n/b,404\n", ["/a", "/b"]),
        (b"https://shop.example/a,200\nhttps://shop.example/b,404\n", ["/a", "/b"]),
        (b'"Status","Address"\n"200","https://shop.example/a"\n', ["/a"]),
        (b'Address;Title\nhttps://shop.example/a;"One; two"\n', ["/a"]),
        (b"200\thttps://shop.example/a\n404\t/b\n", ["/a", "/b"]),
        (b"\xef\xbb\xbfurl,n\n/a,1\n", ["/a"]),
        ("/a\n/b\n".encode("utf-16"), ["/a", "/b"]),
        (gzip.compress(b"/a\n", mtime=0), ["/a"]),
        (b"<urlset><url><loc>https://shop.example/a</loc></url></urlset>", ["/a"]),
        (
            b"<?xml version='1.0'?><rss><channel><item><link>https://shop.example/a</link></item></channel></rss>",
            ["/a"],
        ),
        (b"", []),
    ],
    ids=lambda value: None if isinstance(value, list) else str(value[:18]),
)
def test_a_list_is_read_as_it_is_meant(tmp_path: Path, data: bytes, expected: list[str]) -> None:
    found, rejects = read(tmp_path, data)
    assert found == [SHOP + path for path in expected]
    assert rejects == []


def test_what_is_no_url_is_told_with_its_row(tmp_path: Path) -> None:
    found, rejects = read(tmp_path, b"/a\nwords only\nmailto:x@shop.example\nhttp://\n/b\n")
    assert found == [f"{SHOP}/a", f"{SHOP}/b"]
    assert rejects == [(2, "words only"), (3, "mailto:x@shop.example"), (4, "http://")]


def test_an_index_of_sitemaps_is_refused_with_advice(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="index of sitemaps"):
        read(tmp_path, b"<sitemapindex><sitemap><loc>https://shop.example/1.xml</loc></sitemap></sitemapindex>")


def test_damaged_gzip_is_refused_and_nothing_is_kept(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="damaged"):
        read(tmp_path, gzip.compress(b"/a\n" * 900, mtime=0)[:-20])
    assert not (tmp_path / "list").exists()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(tmp_path: Path, data: bytes) -> None:
    try:
        found, _rejects = read(tmp_path, data)
    except InputError:
        return
    assert all(url.startswith("http") for url in found)
