"""Spark ranks a graph as this machine does."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from linkworthy.graph.flow import Flow
from linkworthy.graph.pagerank import pagerank
from tests.support.command import environment
from tests.support.graphs import made, random_links

PROGRAM = """
import json, sys
import pyarrow.parquet as pq
from linkworthy.engine.spark import Spark
from linkworthy.errors import InputError
from linkworthy.graph.spark_pagerank import rank_on_spark
settings = {"spark.sql.shuffle.partitions": "2", "spark.ui.enabled": "false",
            "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1"}
with Spark("local[1]", settings) as spark:
    done = rank_on_spark(spark, [sys.argv[1]], sys.argv[2], tolerance=1e-5)
    try:
        rank_on_spark(spark, [sys.argv[1]], sys.argv[2], damping=1.0)
    except InputError as fault:
        said = str(fault)
rows = pq.read_table(done.scores).to_pylist()
print(json.dumps([done.n_nodes, done.n_links, done.n_iterations, {row["node"]: row["score"] for row in rows}, said]))
"""


@pytest.mark.xdist_group("spark")
@pytest.mark.timeout(900)
def test_the_scores_are_those_of_the_embedded_ranking_to_a_millionth(tmp_path: Path) -> None:
    given = random_links(7, 40, 200)
    numbers = {node: n for n, node in enumerate(sorted({node for link in given for node in link}))}
    # Repeats and loops are among them; a pair of its own beside.
    n = len(numbers)
    links = [(numbers[source], numbers[target]) for source, target in given] + [(n, n + 1)]
    text = tmp_path / "links.txt"
    text.write_text("".join(f"{source}\t{target}\n" for source, target in links), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, text, tmp_path / "work"], env=environment(SPARK_LOCAL_IP="127.0.0.1"),
        capture_output=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr.decode()[-3_000:]
    n_nodes, n_links, n_iterations, scores, said = json.loads(done.stdout.splitlines()[-1])
    different = [link for link in set(links) if link[0] != link[1]]
    assert (n_nodes, n_links) == (n + 2, len(different))
    assert 5 < n_iterations < 100
    assert "damping" in said
    ours = pagerank(Flow(made(tmp_path, n + 2, different), memory_bytes=1 << 24)).scores
    assert [scores[str(node)] for node in range(n + 2)] == pytest.approx(ours.tolist(), abs=1e-6)
    assert sum(scores.values()) == pytest.approx(1, abs=1e-9)
    assert sorted(path.name for path in (tmp_path / "work").iterdir()) == ["scores"]
