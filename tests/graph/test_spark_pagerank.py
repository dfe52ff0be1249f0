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
from pathlib import Path
import pyarrow.parquet as pq
from linkworthy.cli.graphing import command
from linkworthy.engine.progress import Silent as Progress
from linkworthy.engine.spark import Spark
from linkworthy.errors import InputError
from linkworthy.graph.spark_pagerank import rank_on_spark
settings = {"spark.sql.shuffle.partitions": "2", "spark.ui.enabled": "false",
            "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1"}
class Stops(Progress):
    def update(self, done, total=None, note=""):
        if done == 3:
            raise KeyboardInterrupt
with Spark("local[1]", settings) as spark:
    try:
        rank_on_spark(spark, [sys.argv[1]], sys.argv[2], tolerance=1e-5, progress=Stops())
    except KeyboardInterrupt:
        left = sorted(path.name for path in Path(sys.argv[2]).iterdir())
    try:
        rank_on_spark(spark, [sys.argv[1]], sys.argv[2], damping=1.0)
    except InputError as fault:
        said = str(fault)
# What is read again from the start would not be found.
Path(sys.argv[1]).unlink()
conf = [word for name, value in settings.items() for word in ("--conf", f"{name}={value}")]
arguments = ["spark-rank", sys.argv[1], "--work", sys.argv[2], "--master", "local[1]", "--tolerance", "1e-5"]
command.main([*arguments, *conf, "--json", "--limit", "3"], standalone_mode=False)
rows = pq.read_table(sys.argv[2] + "/scores").to_pylist()
print(json.dumps([left, {row["node"]: row["score"] for row in rows}, said]))
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
    told, _, rest = done.stdout.decode().rpartition("[[")
    left, scores, said = json.loads(f"[[{rest}")
    told = json.loads(told)
    different = [link for link in set(links) if link[0] != link[1]]
    assert (told["n_nodes"], told["n_links"]) == (n + 2, len(different))
    assert 5 < told["n_iterations"] < 100
    assert "damping" in said
    assert left == ["links", "nodes", "ranking.json", "step-3"]
    assert [one["score"] for one in told["best"]] == sorted(scores.values(), reverse=True)[:3]
    assert told["best"][0]["points"] == 100
    ours = pagerank(Flow(made(tmp_path, n + 2, different), memory_bytes=1 << 24)).scores
    assert [scores[str(node)] for node in range(n + 2)] == pytest.approx(ours.tolist(), abs=1e-6)
    assert sum(scores.values()) == pytest.approx(1, abs=1e-9)
    assert sorted(path.name for path in (tmp_path / "work").iterdir()) == ["scores"]
