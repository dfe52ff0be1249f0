from __future__ import annotations

import gzip
import io
import tempfile
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st
from warcio.archiveiterator import ArchiveIterator

from linkworthy.archives import codecs, warc
from linkworthy.archives.files import ArchiveFile
from linkworthy.archives.members import Archive
from linkworthy.archives.record import parse_date
from linkworthy.archives.writer import digest
from linkworthy.errors import SourceError
from tests.support.shared import ROOT, shared
from tests.support.warcs import page, read_all, warc_of, write_warc

URLS = [f"https://site{n}.example/page" for n in range(5)]
PAGES = [page(url, f"<p>{url} " + f"{n}" * 300) for n, url in enumerate(URLS)]
PACKED, PACKED_AT = warc_of(PAGES)
PLAIN, PLAIN_AT = warc_of(PAGES, is_compressed=False)


def urls_in(tmp_path: Path, data: bytes) -> tuple[list[str | None], list[str]]:
    path = tmp_path / "a.warc"
    path.write_bytes(data)
    records, losses = read_all(path)
    return [record.uri for record in records], [loss.reason for loss in losses]


@pytest.mark.parametrize("data", [PACKED, PLAIN, gzip.compress(PLAIN)], ids=["records packed", "plain", "one member"])
def test_every_record_of_a_sound_archive_is_read(tmp_path: Path, data: bytes) -> None:
    assert urls_in(tmp_path, data) == (URLS, [])


def test_zstd_frames_are_read(tmp_path: Path) -> None:
    records = [PLAIN[start:end] for start, end in zip(PLAIN_AT, [*PLAIN_AT[1:], len(PLAIN)], strict=True)]
    frames = [zstandard.ZstdCompressor().compress(record) for record in records]
    assert urls_in(tmp_path, b"".join(frames)) == (URLS, [])
    damaged = frames[1][:-9] + b"\0" * 9
    found, reasons = urls_in(tmp_path, b"".join([frames[0], damaged, *frames[2:]]))
    assert found == [URLS[0], *URLS[2:]]
    assert len(reasons) == 1


def test_a_zstd_dictionary_in_the_first_frame_is_used(tmp_path: Path) -> None:
    dictionary = zstandard.ZstdCompressionDict(PLAIN)
    frame = b"\x5d\x2a\x4d\x18" + len(PLAIN).to_bytes(4, "little") + PLAIN
    packed = zstandard.ZstdCompressor(dict_data=dictionary).compress(PLAIN)
    assert urls_in(tmp_path, frame + packed) == (URLS, [])


def test_a_corrupt_member_costs_itself_alone(tmp_path: Path) -> None:
    middle = (PACKED_AT[1] + PACKED_AT[2]) // 2
    data = PACKED[:middle] + b"\xff\xff\xff\xff" + PACKED[middle + 4 :]
    assert urls_in(tmp_path, data) == ([URLS[0], *URLS[2:]], ["corrupt compressed member"])


def test_a_loss_tells_where_and_how_much(tmp_path: Path) -> None:
    path = tmp_path / "a.warc.gz"
    path.write_bytes(PACKED[: PACKED_AT[1]] + b"garbage" + PACKED[PACKED_AT[1] :])
    records, losses = read_all(path)
    assert len(records) == 5
    assert losses == [(PACKED_AT[1], 7, "bytes between compressed members")]


def test_a_wrong_checksum_loses_the_record(tmp_path: Path) -> None:
    data = bytearray(PACKED)
    data[PACKED_AT[1] - 8] ^= 1
    assert urls_in(tmp_path, bytes(data)) == (URLS[1:], ["corrupt compressed member"])


def test_a_record_that_the_file_ends_in_is_given_as_far_as_it_goes(tmp_path: Path) -> None:
    for data, start in ((PACKED, PACKED_AT[4]), (PLAIN, PLAIN_AT[4])):
        path = tmp_path / "cut.warc"
        path.write_bytes(data[:-40])
        records, losses = read_all(path)
        assert [record.uri for record in records] == URLS
        assert [record.is_truncated for record in records] == [False] * 4 + [True]
        assert [loss.offset for loss in losses] == [start]


def test_a_plain_file_goes_on_at_the_next_record_line(tmp_path: Path) -> None:
    data = PLAIN[: PLAIN_AT[2]] + b"XXXX" + PLAIN[PLAIN_AT[2] + 4 :]
    assert urls_in(tmp_path, data) == ([*URLS[:2], *URLS[3:]], ["bytes that begin no record"])


@pytest.mark.parametrize("wrong", ["1", "200", "99999999999", "x", ""])
@pytest.mark.parametrize("is_compressed", [True, False])
def test_a_wrong_content_length_is_mended(tmp_path: Path, wrong: str, *, is_compressed: bool) -> None:
    second = PLAIN[PLAIN_AT[1] : PLAIN_AT[2]]
    head, _, rest = second.partition(b"Content-Length: ")
    second = head + b"Content-Length: " + wrong.encode() + rest[rest.index(b"\r\n") :]
    pieces = [PLAIN[: PLAIN_AT[1]], second, PLAIN[PLAIN_AT[2] :]]
    path = tmp_path / "a.warc"
    path.write_bytes(b"".join(gzip.compress(piece) if is_compressed else piece for piece in pieces))
    records, losses = read_all(path)
    assert [record.uri for record in records] == URLS
    response = records[1].response
    assert response is not None
    assert response.body == PAGES[1][3]
    assert not losses


@pytest.mark.parametrize(
    ("lines", "is_mended"),
    [
        ("WARC-Type: resource\r\nContent-Length: 5", False),
        ("Content-Length: 5\r\nWARC-Type: resource", False),
        ("WARC-Type: resource\r\ncontent-length:5\r\nX: y", False),
        ("WARC-Type: resource\r\nContent-Length: 5\r\nContent-Length: 6", False),
        ("WARC-Type: resource\r\ncontent-length: 3\r\nContent-Length: 5", True),
        ("WARC-Type: resource\r\nContent-Length: 5\r\n 5", True),
        ("WARC-Type: resource\r\nContent-Length: five", True),
        ("WARC-Type: resource\r\nX: Content-Length\r\n\tContent-Length: 6\r\nContent-Length: 5", False),
    ],
    ids=["last", "first", "small", "twice", "twice and wrong", "folded", "no number", "named in a value"],
)
def test_the_first_length_of_a_header_counts_however_it_is_written(
    tmp_path: Path, lines: str, *, is_mended: bool
) -> None:
    path = tmp_path / "a.warc.gz"
    path.write_bytes(gzip.compress(f"WARC/1.0\r\n{lines}\r\n\r\n12345\r\n\r\n".encode(), mtime=0))
    records, losses = read_all(path)
    assert [(one.type, one.content, one.is_mended) for one in records] == [("resource", b"12345", is_mended)]
    assert losses == []


def test_a_huge_record_is_cut_and_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(warc, "MAX_CONTENT_BYTES", 100)
    for name, data in (("plain", PLAIN), ("packed", PACKED), ("one", gzip.compress(PLAIN))):
        path = tmp_path / name
        path.write_bytes(data)
        records, losses = read_all(path)
        assert [record.uri for record in records] == URLS
        assert all(record.is_cut and len(record.content) == 100 and record.n_bytes > 300 for record in records)
        assert not losses


def test_a_record_is_found_again_at_its_place(tmp_path: Path) -> None:
    for data in (PACKED, PLAIN, gzip.compress(PLAIN)):
        path = tmp_path / "a.warc"
        path.write_bytes(data)
        records, _ = read_all(path)
        with ArchiveFile(path) as file:
            archive = Archive(file)
            assert [warc.read_record_at(archive, record.offset, record.inner) for record in records] == records


def test_an_empty_file_holds_no_record(tmp_path: Path) -> None:
    assert urls_in(tmp_path, b"") == ([], [])


ARC = b"filedesc://a.arc 0.0.0.0 20080430204825 text/plain 10\n1 1 X\n"


@pytest.mark.parametrize("data", [ARC, b"\x04\x22\x4d\x18rest"], ids=["ARC", "LZ4"])
def test_what_is_not_read_is_said_in_one_line(tmp_path: Path, data: bytes) -> None:
    for form in (data, gzip.compress(data)) if data.startswith(b"f") else (data,):
        with pytest.raises(SourceError, match="is not read") as caught:
            urls_in(tmp_path, form)
        assert "\n" not in str(caught.value)


def test_a_file_that_is_absent_is_named(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"nowhere\.warc: cannot be opened"):
        read_all(tmp_path / "nowhere.warc")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2024-05-17T23:31:22Z", datetime(2024, 5, 17, 23, 31, 22, tzinfo=UTC)),
        ("2024-05-17T23:31:22.123456Z", datetime(2024, 5, 17, 23, 31, 22, tzinfo=UTC)),
        ("2024-05-17T23:31:22+02:00", datetime(2024, 5, 17, 21, 31, 22, tzinfo=UTC)),
        ("2024-05-17T23:31", datetime(2024, 5, 17, 23, 31, tzinfo=UTC)),
        ("2024-05", datetime(2024, 5, 1, tzinfo=UTC)),
        ("2024", datetime(2024, 1, 1, tzinfo=UTC)),
        ("20080430204825", datetime(2008, 4, 30, 20, 48, 25, tzinfo=UTC)),
        ("2008-10-294T05:21:46-0700", None),
        ("2024-13-01T00:00:00Z", None),
        ("yesterday", None),
        ("", None),
    ],
)
def test_dates_may_be_cut_to_any_precision(text: str, expected: datetime | None) -> None:
    assert parse_date(text) == expected


@pytest.mark.parametrize("is_compressed", [True, False])
def test_another_reader_reads_what_is_written(tmp_path: Path, *, is_compressed: bool) -> None:
    path = write_warc(tmp_path / "a.warc", PAGES, is_compressed=is_compressed)
    with path.open("rb") as file:
        for record, (url, _, _, body) in zip(ArchiveIterator(file, check_digests="raise"), PAGES, strict=True):
            assert record.rec_type == "response"
            assert record.rec_headers.get_header("WARC-Target-URI") == url
            assert record.http_headers.get_header("Content-Length") == str(len(body))
            assert record.content_stream().read() == body


def test_writing_again_gives_the_same_bytes() -> None:
    assert warc_of(PAGES) == warc_of(PAGES)
    assert digest(b"") == "sha1:3I42H3S6NNFQ2MSVX7XZKYAYSCX5QBYJ"  # of the whirlwind capture: an empty entity


def touched(offsets: list[int], length: int, start: int, end: int) -> set[int]:
    """Give the numbers of the records that a change of these bytes touches, the one before for its separator."""
    ends = [*offsets[1:], length]
    return {n for n, (a, b) in enumerate(zip(offsets, ends, strict=True)) if a < end and b > start - 4}


@pytest.mark.parametrize(("data", "offsets"), [(PACKED, PACKED_AT), (PLAIN, PLAIN_AT)], ids=["packed", "plain"])
@settings(max_examples=300, deadline=None)
@given(st.data())
def test_damage_costs_at_most_the_records_that_it_touches(data: bytes, offsets: list[int], draw: st.DataObject) -> None:
    start = draw.draw(st.integers(0, len(data)), "at")
    n_gone = draw.draw(st.integers(0, 1_000), "bytes removed")
    put = draw.draw(st.binary(max_size=40), "bytes put in")
    damaged = data[:start] + put + data[start + n_gone :]
    end = min(start + max(n_gone, 1), len(data))
    spared = set(range(len(URLS))) - touched(offsets, len(data), start, end)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.warc"
        path.write_bytes(damaged)
        records, _ = read_all(path)
    sound = {record.uri: record for record in records}
    for n in spared:
        record = sound[URLS[n]]
        assert record.response is not None
        assert record.response.body == PAGES[n][3]


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=600))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a"
        for form in (data, PACKED + data, b"WARC/1.0\r\n" + data, b"\x1f\x8b\x08" + data, b"\x28\xb5\x2f\xfd" + data):
            path.write_bytes(form)
            with suppress(SourceError):  # ARC or LZ4, by chance
                read_all(path)


REAL = sorted(path for path in (ROOT / "warc").rglob("*.w*") if path.is_file() and ".lz4" not in path.name)
SPLIT_OVER_MEMBERS = {"example-wrong-chunks.warc.gz"}
"""One record written as two members; what its second member holds begins no record and is counted as lost."""
ONE_MEMBER = {"example-bad-non-chunked.warc.gz"}
"""All records in one member, which the other reader refuses."""


@pytest.mark.shared
@pytest.mark.parametrize("path", REAL, ids=[path.name for path in REAL])
def test_real_archives_give_the_records_that_another_reader_finds(path: Path) -> None:
    records, losses = read_all(path)
    found = [(record.type, record.header("warc-record-id")) for record in records]
    if path.name in SPLIT_OVER_MEMBERS:
        assert [loss.reason for loss in losses] == [warc.NO_RECORD]
        assert len(found) == 2
        return
    plain = gzip.decompress(path.read_bytes()) if path.name in ONE_MEMBER else path.read_bytes()
    with io.BytesIO(plain) as file:
        expected = [(one.rec_type, one.rec_headers.get_header("WARC-Record-ID")) for one in ArchiveIterator(file)]
    assert found == expected
    reasons = {"clipped.warc.gz": [codecs.CUT], "example-trunc.warc": [warc.NO_RECORD]}
    assert [loss.reason for loss in losses] == reasons.get(path.name, [])


@pytest.mark.shared
def test_the_truncated_and_the_coded_responses_are_read() -> None:
    resources = ("warc", "ukwa_warc_indexer_resources", "warc-indexer", "src", "test", "resources", "compression")
    bodies = set()
    for coding in ("none", "gzip", "brotli"):
        for ending in ("warc", "warc.gz"):
            records, losses = read_all(shared(*resources, f"transfer_compression_{coding}.{ending}"))
            assert not losses
            bodies.add(next(one.response.status for one in records if one.type == "response" and one.response))
    assert bodies == {200}
