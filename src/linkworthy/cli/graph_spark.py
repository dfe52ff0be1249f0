"""``linkworthy graph spark-rank``: links ranked by a cluster."""

from __future__ import annotations

import click

from linkworthy.cli.cluster import cluster_options, settings_of
from linkworthy.cli.graph_options import json_option, quiet_option, show
from linkworthy.cli.output import show_json
from linkworthy.cli.progress import listener


@click.command(
    name="spark-rank",
    epilog="""\b
Examples:
  linkworthy graph spark-rank edges.txt.gz --work ranking
  linkworthy graph spark-rank s3://bucket/edges.parquet --work s3://bucket/ranking --master spark://head:7077""",
)
@click.argument("links", nargs=-1, required=True, metavar="LINKS...")
@click.option("--work", required=True, metavar="PLACE",
              help="A folder or s3://, gs://, abfs:// URI that every machine reads and writes.")  # fmt: skip
@cluster_options
@click.option("--damping", type=click.FloatRange(0, 1, max_open=True), default=0.85, show_default=True)
@click.option("--tolerance", type=click.FloatRange(0, min_open=True), default=1e-6, show_default=True,
              help="L1 change at which to stop.")  # fmt: skip
@click.option("--limit", type=click.IntRange(1), default=20, show_default=True, help="Nodes to show.")
@json_option
@quiet_option
def spark_rank(
    links: tuple[str, ...], *, work: str, master: str, settings: tuple[str, ...], damping: float, tolerance: float,
    limit: int, as_json: bool, quiet: bool,
) -> None:  # fmt: skip
    """Rank the nodes of LINKS by PageRank on Apache Spark.

    LINKS are Parquet with columns source and target, or text with a tab between them. For what no single machine
    holds; pip install 'linkworthy[spark]'. All scores come to lie in PLACE/scores. A killed ranking goes on with the
    same command.
    """
    from linkworthy.engine.spark import Spark
    from linkworthy.graph.spark_pagerank import best_on_spark, rank_on_spark

    chosen = settings_of(settings)
    with listener(quiet=quiet) as progress, Spark(master, chosen) as spark:
        done = rank_on_spark(spark, links, work, damping=damping, tolerance=tolerance, progress=progress)
        best = [one._asdict() for one in best_on_spark(spark, done, limit)]
    if as_json:
        show_json({**done._asdict(), "best": best})
        return
    show(best)
    click.echo(
        f"{done.n_nodes:,} nodes, {done.n_links:,} links ranked in {done.n_iterations} iterations "
        f"(last change {done.change:.1e}); all scores: {done.scores}"
    )
