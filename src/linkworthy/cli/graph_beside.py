"""What lies beside a graph's own scores: second opinions, and earlier releases."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import click

from linkworthy.cli.graph_options import (
    graph_argument,
    json_option,
    open_ranked,
    ranks_option,
    show,
    svg_option,
    write_picture,
)
from linkworthy.cli.output import cell, show_json
from linkworthy.errors import InputError
from linkworthy.reports.cells import harmless


@click.command(
    epilog="""\b
Examples:
  linkworthy graph compare web tranco.csv majestic_million.csv
  linkworthy graph compare web ahrefs-domains.csv --column "Domain Rating"
  linkworthy graph compare web last-release-of-the-web"""
)
@graph_argument
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path), metavar="FILE...")
@ranks_option
@click.option("--column", default="", help="Column that holds the opinion, where the header does not tell.")
@json_option
def compare(graph: Path, files: tuple[Path, ...], *, ranks_name: str, column: str, as_json: bool) -> None:
    """Lay scores of GRAPH beside lists of popularity, vendors' scores or another graph: coverage and agreement."""
    from linkworthy.graph.opinions import compare as compared
    from linkworthy.graph.opinions import read_series

    opened = open_ranked(graph, ranks_name, is_random=False)
    found = compared(opened, [one for path in files for one in read_series(path, column)])
    if as_json:
        show_json([asdict(one) for one in found])
        return
    keys = ("title", "n_listed", "n_found", "coverage", "spearman", "kendall", "top_overlap")
    show([{key: getattr(one, key) for key in keys} for one in found])
    for one in found:
        if one.hollow:
            listed = ", ".join(harmless(name) for name in one.hollow[:10])
            click.echo(f"high here and not in {harmless(one.title)}: {listed}")
        for step in one.calibration:
            click.echo(
                f"our {step['ours']:.0f} is their {cell(step['theirs'])} ({cell(step['low'])} to {cell(step['high'])})"
            )


@click.command(
    epilog="""\b
Examples:
  linkworthy graph history shop.example web-spring web-summer web-autumn
  linkworthy graph history shop.example web-spring web-summer --svg history.svg
  linkworthy graph history shop.example web-* --json"""
)
@click.argument("name")
@click.argument("graphs", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="GRAPH...")
@ranks_option
@svg_option
@json_option
def history(name: str, graphs: tuple[Path, ...], *, ranks_name: str, svg: Path | None, as_json: bool) -> None:
    """Say NAME's score in each GRAPH, the oldest release first, and which changes are news.

    'usual' is what four of five names of about that rank move at most from one release to the next; a change within
    it is noise.
    """
    from linkworthy.graph.history import history as told
    from linkworthy.graph.pictures import history_svg

    opened = [(graph.absolute().name, open_ranked(graph, ranks_name)) for graph in graphs]
    found = told(opened, name)
    if all(one.score is None for one in found):
        raise InputError(f"none of the {len(found)} graphs holds {name!r}")
    write_picture(svg, lambda: history_svg(name, found))
    if as_json:
        show_json({"name": name, "ranks": ranks_name, "moments": [asdict(one) for one in found]})
        return
    keys = ("release", "score", "points", "usual", "rank", "percentile", "n_referrers", "low", "high")
    rows = [{key: getattr(one, key) for key in keys} | {"is_news": one.is_news} for one in found]
    show(rows)
