"""One archive to tables: WAT and WARC alike, damage counted, the same files every time."""

from __future__ import annotations

from pathlib import Path

import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from linkworthy.errors import SourceError
from linkworthy.sources import extraction, gathering
from linkworthy.sources.extraction import Shard, batches, extract, extracted
from linkworthy.tables import table
from tests.support.shared import shared
from tests.support.warcs import WHEN, page, warc_of, write_warc
from tests.support.wat_writer import envelope, write_wat

BODY = """<!doctype html><html lang="de"><head><title> A  page </title><base href="/folder/">
<meta name="robots" content="noindex"><meta name="generator" content="Maker 1">
<meta name="google-site-verification" content="abcdefghijklmnop1234"><link rel="canonical" href="https://a.example/x">
<script src="https://www.googletagmanager.com/gtag/js?id=G-ABCDEFGH12"></script></head><body>
<p>Before <a href="https://b.example/one" rel="NoFollow ugc">One</a> after</p>
<a href="two"><img src="/i.png" alt="An image"></a><a href="https://user:pw@c.example.:8080/#top">Port
 and  break</a><a href="javascript:void(0)">no</a><a href="mailto:x@y.example">no</a><a href="data:text/plain,x">no</a>
<a href="https://xn--zzzzzz.example.%zz/">no</a><a href="http://[2001:db8::1]/six">six</a>
<style>a{}</style><img src="https://pictures.example/x.png"></body>"""
SHARED = ("url", "href", "kind", "anchor", "rel", "is_nofollow", "is_ugc", "is_internal", "n", "target_domain")


def links_of(path: Path, *, external: bool = False) -> list[dict[str, object]]:
    return [row for batch in batches(path, is_external_only=external) for row in batch.links.to_pylist()]


def wat_of(path: Path, html: bytes = BODY.encode()) -> Path:
    headers = [("Content-Type", "text/html"), ("X-Robots-Tag", "nofollow")]
    about = envelope("https://a.example/x", 200, headers, html, WHEN, address="192.0.2.7")
    write_wat(path, [about], WHEN)
    return path


def test_wat_and_warc_of_a_page_tell_the_same_links(tmp_path: Path) -> None:
    warc = write_warc(tmp_path / "a.warc.gz", [page("https://a.example/x", BODY)])
    from_warc, from_wat = links_of(warc), links_of(wat_of(tmp_path / "a.wat.gz"))
    assert [[row[name] for name in SHARED] for row in from_warc] == [[row[name] for name in SHARED] for row in from_wat]
    assert [row["url"] for row in from_warc] == [
        "https://b.example/one", "https://a.example/folder/two", "https://c.example:8080/", None, None, None, None,
        "http://[2001:db8::1]/six",
    ]  # fmt: skip
    assert [row["anchor"] for row in from_warc][:3] == ["One", "An image", "Port and break"]
    assert from_warc[0]["region"] is not None
    assert from_warc[0]["before"] == "Before"
    assert {row["region"] for row in from_wat} == {None}


def test_a_page_keeps_what_a_verdict_needs(tmp_path: Path) -> None:
    (found,) = [row for batch in batches(wat_of(tmp_path / "a.wat.gz")) for row in batch.pages.to_pylist()]
    assert found["is_noindex"]
    assert found["is_nofollow"], "X-Robots-Tag counts"
    assert (found["address"], found["generator"], found["html_lang"]) == ("192.0.2.7", "Maker 1", "de")
    assert found["canonical_url"] == "https://a.example/x"
    assert len(found["owner_ids"]) >= 2
    assert found["n_decoded_bytes"] is None, "a WAT holds no body"


def test_hrefs_that_lead_nowhere_are_counted_by_their_reason(tmp_path: Path) -> None:
    warc = write_warc(tmp_path / "a.warc.gz", [page("https://a.example/x", BODY), page("ftp://a.example/", "x")])
    done = extract(Shard(warc, tmp_path / "out", is_external_only=True))
    assert dict(done.counts.hrefs) == {"not a URL": 1, "not http or https": 3}
    assert (done.counts.n_pages, done.counts.n_links, done.counts.n_rejects) == (1, 3, 1)
    (rejects,) = done.files["rejects"]
    assert pq.read_table(tmp_path / "out" / rejects).to_pylist()[0]["sample"] == "ftp://a.example/"


def test_the_tables_are_those_that_are_declared_and_sorted(tmp_path: Path) -> None:
    names = ["z", "b", "m", "a"]
    warc = write_warc(tmp_path / "a.warc.gz", [page(f"https://{name}.example/", BODY) for name in names])
    done = extract(Shard(warc, tmp_path / "out"))
    for name in ("pages", "links"):
        rows = pq.read_table(tmp_path / "out" / done.files[name][0])
        assert rows.schema.equals(table(name).schema)
        keys = [tuple(row[key] for key in table(name).sort) for row in rows.to_pylist()]
        assert keys == sorted(keys)


def test_a_shard_gives_the_same_files_again_and_is_not_read_twice(tmp_path: Path) -> None:
    warc = write_warc(tmp_path / "a.warc.gz", [page(f"https://{n}.example/", BODY) for n in range(40)])
    one, other = extract(Shard(warc, tmp_path / "one")), extract(Shard(warc, tmp_path / "other"))
    assert one == other
    for name in sorted(path.name for path in (tmp_path / "one").iterdir()):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "other" / name).read_bytes()
    warc.unlink()
    assert extract(Shard(warc, tmp_path / "one")) == one
    assert extracted(Shard(warc, tmp_path / "nowhere")) is None


def test_damage_costs_what_it_touched_and_is_counted(tmp_path: Path) -> None:
    data, offsets = warc_of([page(f"https://{n}.example/", BODY) for n in range(9)])
    cut = bytearray(data)
    cut[offsets[3] + 60 : offsets[3] + 90] = b"\xff" * 30
    damaged = bytes(cut[: offsets[6]]) + b"garbage between members" + bytes(cut[offsets[6] :])[:-20]
    place = tmp_path / "damaged.warc.gz"
    place.write_bytes(damaged)
    done = extract(Shard(place, tmp_path / "out"))
    # The record that the file ends in is whole but for its checksum.
    assert done.counts.n_pages == 8
    assert (done.counts.n_losses, done.counts.n_rejects) == (3, 3)
    assert done.counts.n_lost_bytes >= 23 + 20


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=400), st.integers(0, 4_000), st.integers(0, 4_000))
def test_no_damage_stops_the_extraction(tmp_path: Path, noise: bytes, start: int, length: int) -> None:
    data, _ = warc_of([page(f"https://{n}.example/", BODY) for n in range(4)])
    place = tmp_path / "noise.warc.gz"
    place.write_bytes(data[:start] + noise + data[start + length :])
    assert sum(batch.pages.num_rows for batch in batches(place)) <= 4


def test_batches_stay_small_however_large_the_archive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(extraction, "WARC_LIMITS", gathering.Limits(n_links=1_000, n_pages=2_000))
    many = "".join(f'<a href="https://t{n}.example/">x</a>' for n in range(3_000))
    few = page("https://few.example/", '<a href="https://t.example/">x</a>')
    warc = write_warc(tmp_path / "a.warc.gz", [page("https://many.example/", many), *[few] * 1_500])
    sizes = [batch.links.num_rows for batch in batches(warc)]
    assert sizes[0] == 3_000
    assert len(sizes) == 3
    assert sum(sizes) == 4_500


def test_texts_and_other_archives_are_refused_with_advice(tmp_path: Path) -> None:
    wet = tmp_path / "a.wet"
    wet.write_bytes(b"WARC/1.0\r\nWARC-Type: conversion\r\nContent-Length: 2\r\n\r\nhi\r\n\r\n")
    with pytest.raises(SourceError, match="WET holds texts"):
        extract(Shard(wet, tmp_path / "out"))


@pytest.mark.shared
def test_every_shared_archive_gives_its_pages_or_says_why_not(tmp_path: Path) -> None:
    folder = shared("warc")
    refused, read = [], {}
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            try:
                read[path.name] = extract(Shard(path, tmp_path / "out")).counts
            except SourceError as fault:
                refused.append((path.name, str(fault)))
    assert all(".arc" in name or ".wet" in name for name, _ in refused)
    assert read["clipped.warc.gz"].n_losses == 1
    assert read["clipped.warc.gz"].n_links > 50
    assert read["example-trunc.warc"].n_pages == 1
    assert sum(counts.n_pages for counts in read.values()) > 200


def test_a_capture_without_a_date_counts_as_captured_when_its_archive_was_written(tmp_path: Path) -> None:
    response = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<a href='https://b.example/'>x</a>"
    record = b"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: https://a.example/\r\nContent-Length: %d\r\n\r\n"
    place = tmp_path / "undated.warc"
    place.write_bytes(record % len(response) + response + b"\r\n\r\n")
    (found,) = links_of(place)
    assert abs(found["captured_at"].timestamp() - place.stat().st_mtime) < 1  # type: ignore[attr-defined]
    assert extraction.kind_of(place) == "warc"
