from __future__ import annotations

import bz2
import contextlib
import gzip
import lzma
from pathlib import Path

import pytest
import zstandard
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from linkworthy.errors import InputError
from linkworthy.site import SiteConfig
from linkworthy.sources.counts import CountSource
from linkworthy.sources.recognise import recognise
from linkworthy.sources.tables import TableSource
from tests.support import exports

CONFIG = SiteConfig(url="https://shop.example/")
AHREFS_ROW = {"Referring page URL": "https://blog.example/a", "Target URL": "https://shop.example/", "Anchor": "shop"}
FROG_ROW = {"Type": "Hyperlink", "Source": "https://blog.example/a", "Destination": "https://shop.example/"}
LATEST = [("https://blog.example/a", "2026-09-28"), ("https://forum.example/b", "2026-09-27")]


def said_of(folder: Path, content: bytes, mapping: dict[str, str] | None = None) -> str:
    return recognise(exports.write(folder, "file", content), CONFIG, mapping).reported_by


def refusal(folder: Path, content: bytes, mapping: dict[str, str] | None = None) -> str:
    with pytest.raises(InputError) as fault:
        recognise(exports.write(folder, "file", content), CONFIG, mapping)
    assert "\n" not in str(fault.value)
    return str(fault.value)


@pytest.mark.parametrize(
    ("content", "reported_by"),
    [
        (exports.ahrefs_tsv([AHREFS_ROW]), "ahrefs"),
        (exports.ahrefs_csv([AHREFS_ROW]), "ahrefs"),
        (exports.ahrefs_csv([AHREFS_ROW], ";"), "ahrefs"),
        (exports.table_bytes(exports.AHREFS_OLD, []), "ahrefs"),
        (exports.all_inlinks([FROG_ROW]), "screaming-frog"),
        (exports.all_inlinks([FROG_ROW], title=True), "screaming-frog"),
        *((exports.latest_links(LATEST, language), "search-console") for language in exports.LATEST_LINKS),
        (exports.latest_links([("https://blog.example/a", "Sep 15, 2026")]), "search-console"),
        (exports.table_bytes(exports.BING_PAGES, [["https://b.example/", "a", "https://shop.example/"]]), "bing"),
        (
            exports.table_bytes(
                ["Source", "Anchor text", "Target"], [["https://b.example/", "a", "https://shop.example/"]]
            ),
            "list",
        ),
        (exports.table_bytes(["url", "first seen"], [[*LATEST[0]]]), "list"),
        (b"https://blog.example/a\nhttps://forum.example/b,c\n", "list"),
        (b"# links\nhttps://blog.example/a;jsessionid=1\n", "list"),
        (exports.combined_line().encode(), "access-log"),
        (exports.combined_line(prefix="www.shop.example:443 ").encode(), "access-log"),
        (b"WARC/1.0\r\nWARC-Type: warcinfo\r\nContent-Length: 0\r\n\r\n\r\n\r\n", "warc"),
    ],
)
def test_each_layout_is_told_by_its_content(tmp_path: Path, content: bytes, reported_by: str) -> None:
    assert said_of(tmp_path, content) == reported_by


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, lzma.compress])
def test_packing_is_seen_through(tmp_path: Path, pack: object) -> None:
    assert callable(pack)
    assert said_of(tmp_path, pack(exports.ahrefs_csv([AHREFS_ROW]))) == "ahrefs"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"\x89PNG\r\n\x1a\n....", "PNG image"),
        (b"%PDF-1.7\n", "PDF"),
        (b"PK\x03\x04....", "ZIP archive"),
        (b'<?xml version="1.0"?><urlset/>', "XML"),
        (b"<!DOCTYPE html><p>", "HTML page"),
        (b'{"a": 1}', "JSON"),
        (b'[{"url": "https://a.example/"}]', "a table as JSON is not read; export it as CSV"),
        (b"# old\ndomain:a.example\nhttps://b.example/x\ndomain:c.example\n", "disavow --previous"),
        (b"", "empty file"),
        (b"  \n\n", "empty file"),
        (gzip.compress(b"", mtime=0), "empty file"),
        (bytes(range(256)) * 20, "binary data"),
        (b"some words\nand more\n", "text without a URL"),
        (b"a,b\n1,2\n", "text without a URL"),
    ],
)
def test_a_file_of_no_known_kind_is_named_in_one_line(tmp_path: Path, content: bytes, words: str) -> None:
    assert words in refusal(tmp_path, content)


def performance(first: str, label: str) -> bytes:
    header = [first, "Klicks", "Impressionen", "CTR", "Position"]
    return exports.table_bytes(header, [[label, "1.204", "22.100", "5,45 %", "12,3"]] * 2)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (performance("Land", "Deutschland"), "by country"),
        (performance("デバイス", "モバイル"), "by device"),
        (performance("Apparence dans la recherche", "Vidéos"), "by search appearance"),
        (performance("Datum", "15. März 2026"), "by day"),
    ],
)
def test_sums_over_the_whole_site_are_refused(tmp_path: Path, content: bytes, words: str) -> None:
    assert f"Search Console performance {words}: sums of the whole site" in refusal(tmp_path, content)


def test_columns_that_cannot_be_told_are_shown_with_the_way_to_name_them(tmp_path: Path) -> None:
    content = exports.table_bytes(["one", "two"], [["https://a.example/", "https://b.example/"]])
    assert "--map source=COLUMN,target=COLUMN,anchor=COLUMN" in refusal(tmp_path, content)
    assert "1: one | 2: two" in refusal(tmp_path, content)
    assert said_of(tmp_path, content, {"source": "two"}) == "list"
    assert said_of(tmp_path, content, {"source": "1", "target": "2"}) == "list"
    assert "no such column" in refusal(tmp_path, content, {"source": "three"})
    assert "no such role" in refusal(tmp_path, content, {"sources": "one"})
    assert "names no source" in refusal(tmp_path, content, {"target": "one"})


def test_a_missing_file_is_an_input_error(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        recognise(tmp_path / "none.csv", CONFIG)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=200, deadline=None)
@given(st.binary(max_size=400) | st.text(alphabet='"\n\r,;\thttps://a.e ', max_size=200).map(str.encode))
def test_any_bytes_give_a_source_or_a_refusal(tmp_path: Path, content: bytes) -> None:
    with contextlib.suppress(InputError):
        recognise(exports.write(tmp_path, "file", content), CONFIG)


def test_an_archive_whose_first_records_are_damaged_is_still_one(tmp_path: Path) -> None:
    head = b"WARC/1.1\r\nWARC-Type: response\r\nWARC-Target-URI: https://a.example/\r\n"
    record = head + b"Content-Length: 4\r\n\r\nbody\r\n\r\n"
    packed = gzip.compress(record, mtime=0)
    broken = bytearray(packed)
    broken[20:40] = b"\xff" * 20
    path = tmp_path / "damaged"
    path.write_bytes(bytes(broken) + packed)
    assert recognise(path, CONFIG).reported_by == "warc"
    path.write_bytes(packed + bytes(broken) + packed)
    assert recognise(path, CONFIG).reported_by == "warc"
    path.write_bytes(zstandard.compress(record))
    assert recognise(path, CONFIG).reported_by == "warc"
    path.write_bytes(bytes(broken))
    with pytest.raises(InputError, match="damaged from its first bytes on"):
        recognise(path, CONFIG)


HOSTS = ["a.example", "b.example", "c.example", "d.example"]


@pytest.mark.parametrize(
    ("header", "roles"),
    [
        (["Domain", "Links"], {"host": 0, "n_links": 1}),
        (["No.", "Host", "Backlinks", "Note"], {"host": 1, "n_links": 2}),
        (["Referring domain", "First seen"], {"host": 0, "first_seen": 1}),
    ],
)
def test_a_table_of_domains_that_link_is_told_by_what_it_holds(
    tmp_path: Path, header: list[str], roles: dict[str, int]
) -> None:
    value = {"Links": "1 240", "Backlinks": "7", "First seen": "2026-03-14", "No.": "x1", "Note": "seen"}
    rows = [[value.get(name, host) for name in header] for host in HOSTS]
    for n in (1, len(rows)):
        found = recognise(exports.write(tmp_path, "file", exports.table_bytes(header, rows[:n])), CONFIG)
        assert isinstance(found, CountSource)
        assert (found.reported_by, found.layout.table, found.layout.roles) == ("list", "domain_reports", roles)


@pytest.mark.parametrize(
    "header", [["Domain", "Common keywords", "Traffic"], ["Website", "Visits", "Rank"], ["Domain", "Keywords"]]
)
def test_a_table_of_domains_that_need_not_link_is_refused(tmp_path: Path, header: list[str]) -> None:
    rows = [[host, *("12" for _ in header[1:])] for host in HOSTS]
    assert "no link data that is known here" in refusal(tmp_path, exports.table_bytes(header, rows))


@pytest.mark.parametrize(
    "content",
    [
        b"# exported\n# by me\nsource,target\nhttps://a.example/,https://shop.example/\n# the end\n",
        b"source,target\nhttps://a.example/,https://shop.example/\n# one\n# two\n# three\n",
        b"source;target\nhttps://a.example/;https://shop.example/\nhttps://b.example/;https://shop.example/\n#\n#\n#",
    ],
)
def test_comments_are_no_rows_of_a_table(tmp_path: Path, content: bytes) -> None:
    found = recognise(exports.write(tmp_path, "file", content), CONFIG)
    assert isinstance(found, TableSource)
    assert (found.layout.n_columns, found.layout.roles) == (2, {"source": 0, "target": 1})


def test_a_text_that_quotes_the_header_of_a_vendor_is_not_its_file(tmp_path: Path) -> None:
    header = exports.ahrefs_csv([])
    assert said_of(tmp_path, b"some words\n" + header) == "ahrefs"
    assert "no link data" in refusal(tmp_path, b"some words\n" + header + b"def row(a, b):\n    return a\n" * 9)
