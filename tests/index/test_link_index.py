"""The link index on disk: sorted, checked, appended and compacted without a change of answers, whole after kills."""

from __future__ import annotations

import random
import signal
import subprocess
import time
from datetime import date
from pathlib import Path
from urllib.parse import urlsplit

import duckdb
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linkworthy import urls
from linkworthy.errors import InputError, StageError
from linkworthy.index.append import Parts, Shape, append, create
from linkworthy.index.compact import compact
from linkworthy.index.layout import MACROS, TABLES, bucket_of, key_of, url_of
from linkworthy.index.lookup import LinkIndex
from linkworthy.index.manifest import faults_of, read_manifest, writing
from linkworthy.index.scopes import scope_of
from linkworthy.questions.linkcounts import count
from tests.support.command import environment, linkworthy, program
from tests.support.linkindexes import make_index, random_captures, write_captures

DAYS = (date(2026, 8, 5), date(2026, 9, 5), date(2026, 10, 5))
BATCHES = [(f"month-{n}", day, random_captures(n)) for n, day in enumerate(DAYS)]
HOSTS = st.from_regex(r"\A[a-z0-9_]([a-z0-9-]{0,8}[a-z0-9])?(\.[a-z]{2,5}){1,3}\Z") | st.sampled_from(
    ["192.0.2.7", "[2001:db8::1]", "xn--bcher-kva.example"]
)


def state_of(folder: Path) -> dict[str, str]:
    return {one.name: one.digest for one in read_manifest(folder).files}


@given(
    host=HOSTS,
    port=st.sampled_from(["", ":8080"]),
    rest=st.text("abz/.?=&%()*,~-_", max_size=30),
    is_https=st.booleans(),
)
def test_a_key_gives_back_its_url_and_agrees_with_the_standard_library(
    host: str, port: str, rest: str, *, is_https: bool
) -> None:
    url = urls.normalise(f"http{'s' if is_https else ''}://{host}{port}/{rest}")
    key = key_of(url) if url else None
    if url is None or key is None:
        return
    assert url_of(key, is_https=is_https) == url
    split = urlsplit(url)
    labels = [split.netloc.rpartition(":")[0] if port else split.netloc]
    labels = labels if urls.is_address(labels[0]) else labels[0].split(".")[::-1]
    assert key.startswith(",".join(labels) + ")")


@settings(max_examples=20, deadline=None)
@given(st.lists(HOSTS, min_size=1, max_size=20))
def test_keys_and_buckets_are_the_same_in_sql(hosts: list[str]) -> None:
    found = [url for host in hosts if (url := urls.normalise(f"https://{host}/a?b=)c"))]
    with duckdb.connect() as db:
        for sql in MACROS:
            db.execute(sql)
        for url in found:
            host = urls.host_of(url)
            told = db.execute("select key_of($u, $h), url_of(key_of($u, $h), true), bucket_of($h, 7), has_key($h), "
                              "host_of($u)", {"u": url, "h": host}).fetchall()[0]  # fmt: skip
            assert told == (key_of(url), url, bucket_of(host, 7), key_of(url) is not None, host)


def test_a_batch_adds_files_and_changes_none(tmp_path: Path) -> None:
    index = tmp_path / "index"
    make_index(index, BATCHES[:1])
    before = {path: path.stat().st_mtime_ns for path in index.rglob("*.parquet")}
    make_index(index, BATCHES[1:2])
    assert {path: path.stat().st_mtime_ns for path in before} == before
    assert len(list(index.rglob("*.parquet"))) > len(before)
    assert faults_of(index, read_manifest(index)) == []


def test_the_files_are_sorted_and_hold_the_declared_columns(tmp_path: Path) -> None:
    index = tmp_path / "index"
    make_index(index, BATCHES[:2])
    for one in read_manifest(index).files:
        rows = pq.read_table(index / one.name)
        relation = TABLES[one.table]
        assert rows.column_names == list(relation.names)
        keys = [tuple(row[name] for name in relation.sort) for row in rows.to_pylist()]
        assert keys == sorted(keys)
        assert all(not rows.column(c.name).null_count for c in relation.columns if not c.null)


def test_compaction_changes_no_answer(tmp_path: Path) -> None:
    index = tmp_path / "index"
    make_index(index, BATCHES)
    everything = "select * from {} order by all"

    def rows() -> list[object]:
        with LinkIndex(index) as opened:
            return [opened.all_rows(everything.format(opened.rows(table))) for table in TABLES]

    before = rows()
    merged = compact(index)
    assert rows() == before
    assert max(len(merged.of("links", bucket)) for bucket in range(merged.n_buckets)) == 1
    assert compact(index) == merged, "nothing is left to do"
    make_index(index, [("month-3", date(2026, 11, 5), random_captures(9))])
    assert {str(path.relative_to(index)) for path in index.rglob("*.parquet")} == set(state_of(index)), "swept"


def test_the_same_batches_give_the_same_bytes(tmp_path: Path) -> None:
    (tmp_path / "one").mkdir()
    (tmp_path / "two").mkdir()
    make_index(tmp_path / "one" / "index", BATCHES)
    make_index(tmp_path / "two" / "index", BATCHES)
    assert state_of(tmp_path / "one" / "index") == state_of(tmp_path / "two" / "index")


def test_a_batch_of_a_known_name_is_left_as_it_is(tmp_path: Path) -> None:
    index = tmp_path / "index"
    make_index(index, BATCHES[:1])
    before = state_of(index)
    make_index(index, [("month-0", DAYS[1], BATCHES[1][2])])
    assert state_of(index) == before


def test_only_links_between_domains_are_kept_unless_all_are_wanted(tmp_path: Path) -> None:
    captures = random_captures(1)
    for folder, shape, wanted in (("external", Shape(2), 0), ("all", Shape(2, is_external_only=False), 1)):
        index = tmp_path / folder
        inside = [captures[0]._replace(url="https://www.shop.example/about", links=captures[1].links * 3, status=200)]
        make_index(index, [(folder, DAYS[0], inside)], shape)
        with LinkIndex(index) as opened:
            own = opened.all_rows(f"select 1 from {opened.rows('links')} where source_domain = target_domain")
        assert (len(own) > 0) == bool(wanted)


def test_damage_to_a_file_is_found(tmp_path: Path) -> None:
    index = tmp_path / "index"
    make_index(index, BATCHES[:1])
    first, second, *_ = sorted(index.rglob("*.parquet"))
    data = bytearray(first.read_bytes())
    data[len(data) // 2] ^= 1
    first.write_bytes(bytes(data))
    second.unlink()
    faults = faults_of(index, read_manifest(index))
    assert sorted(fault.partition(": ")[2] for fault in faults) == ["absent", "the checksum is another one"]
    assert linkworthy("index", "check", index, cwd=tmp_path, code=6).out.count("\n") == 2


def test_two_writers_at_once_are_refused_and_readers_are_not(tmp_path: Path) -> None:
    index = tmp_path / "index"
    make_index(index, BATCHES[:1])
    with writing(index), LinkIndex(index) as opened:
        with pytest.raises(StageError, match="another process writes"):
            compact(index)
        assert count(opened, scope_of("shop.example"))["n_links"] > 0


def test_a_reader_goes_on_with_the_state_that_it_opened(tmp_path: Path) -> None:
    index = tmp_path / "index"
    make_index(index, BATCHES[:2])
    with LinkIndex(index) as opened:
        before = count(opened, scope_of("shop.example"))
        compact(index)
        assert count(opened, scope_of("shop.example")) == before


def test_what_is_no_index_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no link index here"):
        read_manifest(tmp_path)
    (tmp_path / "manifest.json").write_text("{}", encoding="utf-8")
    with pytest.raises(InputError, match="cannot be read"):
        read_manifest(tmp_path)
    with pytest.raises(InputError, match="buckets"):
        create(tmp_path / "new", Shape(n_buckets=0))
    create(tmp_path / "new", Shape())
    with pytest.raises(InputError, match="nothing to append"):
        append(tmp_path / "new", Parts([], []), name="x", source="own")


def test_a_kill_at_any_moment_leaves_the_old_index_whole_and_the_same_command_goes_on(tmp_path: Path) -> None:
    archives = [write_captures(tmp_path / f"{n}.warc.gz", DAYS[0], random_captures(n, 150, 30)) for n in range(3)]
    undisturbed, killed = tmp_path / "undisturbed", tmp_path / "killed"
    for index in (undisturbed, killed):
        make_index(index, BATCHES[:1])
    command = ("append", killed, *archives, "--name", "next", "--workers", "1", "--quiet")
    began = time.monotonic()
    linkworthy("index", "append", undisturbed, *archives, "--name", "next", "--workers", "1", "--quiet", cwd=tmp_path)
    whole_s = time.monotonic() - began
    before = state_of(killed)
    draw = random.Random(5)
    for share in (0.45, 0.65, 0.85):
        child = subprocess.Popen(program("index", *command), cwd=tmp_path, env=environment(), stdout=subprocess.DEVNULL)
        time.sleep(whole_s * (share + draw.uniform(-0.05, 0.1)))
        child.send_signal(signal.SIGKILL)
        child.wait()
        assert faults_of(killed, read_manifest(killed)) == []
        if len(read_manifest(killed).batches) == 1:
            assert state_of(killed) == before
            with LinkIndex(killed) as opened:
                assert count(opened, scope_of("shop.example"))["n_links"] > 0
    linkworthy("index", *command, cwd=tmp_path)
    assert state_of(killed) == state_of(undisturbed)
    assert not (killed / "incoming" / "next").exists()
