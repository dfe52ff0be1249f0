"""Spark gives the index that the embedded engine gives, row for row, whatever dies meanwhile."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from datetime import UTC, date, datetime
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from linkworthy.engine import stores
from linkworthy.errors import InputError, SourceError
from linkworthy.index.append import Shape
from linkworthy.index.manifest import faults_of, read_manifest
from linkworthy.pipeline.indexing import append_archives
from tests.support.command import environment, linkworthy, program
from tests.support.linkindexes import Capture, Told, make_index, random_captures, write_captures
from tests.support.sparkcluster import QUICK, cluster
from tests.support.wat_writer import envelope, write_wat

DAY = date(2026, 10, 5)
ODD = [
    Capture("http://[2001:db8::1]:8080/six", [Told("https://under_score.example/", "é" * 200), Told("/here", "own")]),
    Capture("https://xn--bcher-kva.example/", [Told("http://192.0.2.7/x?a=)b", "\U0001f517 sign", "ugc")]),
    Capture("https://many.example/a", [Told(f"https://t{n}.example/", "", "sponsored") for n in range(40)]),
    *(Capture(f"https://same.example/{n}", [Told("https://t.example/", "template")] * 2) for n in range(9)),
]
HTML = b'<html lang=de><meta name=robots content=nofollow><p><a href="https://t.example/x">Anchor</a><img alt=b src=i>'


def archives_in(folder: Path) -> list[Path]:
    made = [write_captures(folder / f"{n}.warc.gz", DAY, random_captures(n, 90, 20)) for n in range(4)]
    # The same captures in a second archive, some with other links within the same second.
    made.append(write_captures(folder / "again.warc.gz", DAY, random_captures(2, 60)))
    made.append(write_captures(folder / "odd.warc.gz", DAY, ODD))
    when = datetime(2026, 10, 6, 23, 59, 59, 900_000, tzinfo=UTC)
    about = [envelope(f"https://wat.example/{n}", 200, [("Content-Type", "text/html")], HTML, when) for n in range(5)]
    write_wat(folder / "a.wat.gz", about, when)
    return [*made, folder / "a.wat.gz"]


def assert_same(one: Path, other: Path) -> None:
    first, second = read_manifest(one), read_manifest(other)
    assert first.batches == second.batches
    assert [(file.name, file.n_rows) for file in first.files] == [(file.name, file.n_rows) for file in second.files]
    assert faults_of(other, second) == []
    for file in first.files:
        rows, theirs = pq.read_table(one / file.name), pq.read_table(other / file.name)
        assert rows.schema.names == theirs.schema.names
        assert rows.schema.types == theirs.schema.types
        for name in rows.column_names:
            assert rows.column(name).to_pylist() == theirs.column(name).to_pylist(), (file.name, name)


@pytest.mark.xdist_group("spark")
@pytest.mark.timeout(900)
def test_a_worker_killed_in_mid_job_costs_no_row_and_doubles_none(tmp_path: Path) -> None:
    archives = archives_in(tmp_path)
    embedded, spark = tmp_path / "embedded", tmp_path / "spark"
    for index in (embedded, spark):
        make_index(index, [("before", date(2026, 9, 5), random_captures(20))])
    wet = tmp_path / "refused.wet"
    wet.write_bytes(b"WARC/1.0\r\nWARC-Type: conversion\r\nContent-Length: 2\r\n\r\nhi\r\n\r\n")
    with cluster(tmp_path / "cluster", 2) as made:
        settings = {
            "spark.executor.memory": "512m", "spark.sql.shuffle.partitions": "2", "spark.ui.enabled": "false",
            "spark.driver.memory": "512m", "spark.executor.extraJavaOptions": QUICK,
                "spark.driver.extraJavaOptions": QUICK,
        }  # fmt: skip
        command = program(
            "index", "append", spark, *archives, wet, "--name", "next", "--engine", "spark", "--master", made.master,
            *(text for name, value in settings.items() for text in ("--conf", f"{name}={value}")), "--json", "--quiet",
        )  # fmt: skip
        env = environment(**made.env)
        with subprocess.Popen(command, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as driver:
            parts = spark / "incoming" / "next" / "parts"
            while not list(parts.glob("*.json")) or not list(made.work_of(0).glob("app-*/*")):
                assert driver.poll() is None, driver.communicate()
                time.sleep(0.05)
            made.kill_worker(0)
            n_done = len(list(parts.glob("*.json")))
            said, told = driver.communicate(timeout=240)
        assert driver.returncode == 5, told
        assert n_done < len(archives), "the job was over before the worker was killed"
    (failed,) = json.loads(said)["failed"]
    assert failed["archive"] == str(wet)
    append_archives(embedded, [*archives, wet], name="next", source="own", shape=Shape(), workers=1)
    assert_same(embedded, spark)
    assert not (spark / "incoming" / "next").exists()


def test_without_java_or_pyspark_one_line_says_what_to_install(tmp_path: Path) -> None:
    archive = write_captures(tmp_path / "a.warc.gz", DAY, random_captures(1, 3))
    command = ("index", "append", "x", archive, "--name", "a", "--engine", "spark")
    done = linkworthy(*command, cwd=tmp_path, code=2, JAVA_HOME=str(tmp_path))
    assert done.err.count("\n") == 1
    assert "Java 17" in done.err
    hidden = tmp_path / "hidden"
    hidden.mkdir()
    (hidden / "pyspark.py").write_text("raise ImportError\n", encoding="utf-8")
    path = f"{hidden}:{environment()['PYTHONPATH']}"
    done = linkworthy(*command, cwd=tmp_path, code=2, PYTHONPATH=path)
    assert "pip install 'linkworthy[spark]'" in done.err
    assert done.err.count("\n") == 1


def test_archives_of_a_list_and_of_object_stores_are_told_apart(tmp_path: Path) -> None:
    archive = write_captures(tmp_path / "a.warc.gz", DAY, random_captures(1, 3))
    listed = tmp_path / "list.txt"
    listed.write_text(f"# a comment\n{archive}\n", encoding="utf-8")
    done = linkworthy("index", "append", "x", "--list", listed, "--name", "a", "--json", cwd=tmp_path)
    assert done.json["n_archives"] == 1
    done = linkworthy("index", "append", "x", "s3://bucket/a.warc.gz", "--name", "b", cwd=tmp_path, code=2)
    assert "--engine spark" in done.err
    assert "no archive is named" in linkworthy("index", "append", "x", "--name", "b", cwd=tmp_path, code=2).err
    done = linkworthy("index", "append", "x", archive, "--name", "b", "--engine", "spark", "--conf", "x", cwd=tmp_path,
                      code=2)  # fmt: skip
    assert "NAME=VALUE" in done.err


def test_a_file_in_a_store_is_there_whole_under_its_name(tmp_path: Path) -> None:
    source = tmp_path / "a.bin"
    source.write_bytes(b"one")
    for place in (str(tmp_path / "store" / "x" / "a"), f"file://{tmp_path}/other/x/a"):
        stores.put(source, place)
        stores.put(source, place)
        assert stores.read(place) == b"one"
        assert stores.fetch(place, tmp_path).read_bytes() == b"one"
        assert [path.name for path in stores.local(place).parent.iterdir()] == ["a"]
        stores.remove(place.rpartition("/")[0])
        assert stores.read(place) is None
        stores.remove(place)
    with pytest.raises(SourceError, match="gone"):
        stores.fetch("mock:///gone", tmp_path)
    with pytest.raises(InputError, match="no place that can be reached"):
        stores.read("unknown://x/y")


def test_the_engine_is_not_loaded_by_those_who_do_not_ask_for_it() -> None:
    code = "import sys, linkworthy.cli.indexing, linkworthy.pipeline.spark_indexing; print('pyspark' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], env=environment(), capture_output=True, check=True)
    assert done.stdout.strip() == b"False"
