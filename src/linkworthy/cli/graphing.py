"""``linkworthy graph``: a link graph built, ranked and asked."""

from __future__ import annotations

import shutil
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from linkworthy.cli.graph_asking import lookup, what_if, why
from linkworthy.cli.graph_beside import compare, history
from linkworthy.cli.graph_flowing import flow
from linkworthy.cli.graph_options import bytes_of, graph_argument, json_option, memory_option, quiet_option
from linkworthy.cli.graph_ranking import rank
from linkworthy.cli.graph_spark import spark_rank
from linkworthy.cli.output import show_json
from linkworthy.cli.progress import listener

if TYPE_CHECKING:
    from linkworthy.graph.inputs import Links


@click.group(
    epilog="""\b
Examples:
  linkworthy graph build web cc-main-vertices.txt.gz cc-main-edges.txt.gz
  linkworthy graph build web cc-main-domain-t.graph cc-main-domain-vertices.txt.gz --memory 16G
  linkworthy graph rank web
  linkworthy graph lookup web shop.example rival.example
  linkworthy graph why web shop.example
  linkworthy graph what-if web shop.example --without spam.example --with blog.example
  linkworthy graph flow shop.example
  linkworthy graph history shop.example web-spring web-summer web-autumn
  linkworthy graph compare web tranco.csv"""
)
def command() -> None:
    """Build a link graph, rank it, and open every score into its arithmetic.

    A graph is a folder. Its input is a release of Common Crawl, an edge list, or the links of a site folder.
    """


@command.command(
    epilog="""\b
Examples:
  linkworthy graph build web vertices.txt.gz edges.txt.gz --kind domain
  linkworthy graph build cnr cnr-2000.graph
  linkworthy graph build links links.csv --source Source --target Destination
  linkworthy graph build neighbours shop.example --of domains
  linkworthy graph build pages shop.example --of pages
  linkworthy graph build web-reversed web --transposed"""
)
@graph_argument
@click.argument("inputs", nargs=-1, required=True, metavar="INPUT...")
@click.option("--kind", type=click.Choice(["domain", "host", "page", "other"]), help="What nodes are; else it is told.")
@click.option("--of", "level", type=click.Choice(["domains", "hosts", "pages"]), default="domains", show_default=True,
              help="What of a site folder becomes nodes.")  # fmt: skip
@click.option(
    "--transposed", "is_transposed", is_flag=True, help="The .graph file lists in-links; or turn a graph round."
)
@click.option("--source", default="", metavar="COLUMN", help="Column of a table that links.")
@click.option("--target", default="", metavar="COLUMN", help="Column of a table that is linked to.")
@click.option("--weight", default="", metavar="COLUMN", help="Column of a table that weighs links.")
@click.option("--surfer", is_flag=True, help="Of pages: weigh links by where they stand on the page.")
@memory_option
@json_option
@quiet_option
def build(
    graph: Path, inputs: tuple[str, ...], *, kind: str | None, level: str, is_transposed: bool, source: str,
    target: str, weight: str, surfer: bool, memory: str, as_json: bool, quiet: bool,
) -> None:  # fmt: skip
    """Build GRAPH, a new folder, from INPUT: BVGraph files, vertices and edges, tables, or a site folder.

    A stopped build goes on with the same command. Memory and disk are checked before anything is read.
    """
    from linkworthy.graph.build import build as made
    from linkworthy.graph.build import check_place

    room = bytes_of(memory)
    check_place(graph)
    with listener(quiet=quiet) as progress:
        columns = {"source": source, "target": target, "weight": weight}
        links = _links(graph, inputs, kind, level, columns, is_transposed=is_transposed, surfer=surfer, room=room)
        header = made(graph, links, memory_bytes=room, progress=progress).header
    if as_json:
        show_json(asdict(header))
    else:
        noun = {"other": "node"}.get(header.kind, header.kind)
        click.echo(f"{graph}: {header.n_nodes:,} {noun}s, {header.n_arcs:,} links; next: linkworthy graph rank {graph}")


def _links(
    graph: Path, inputs: tuple[str, ...], kind: Any, level: Any, columns: dict[str, str], *, is_transposed: bool,
    surfer: bool, room: int,
) -> Links:  # fmt: skip
    if len(inputs) == 1 and (tables := _site_tables(inputs[0])):
        from linkworthy.graph.reading.site import links_of_site

        found, own, identity = tables
        return links_of_site(found, level, is_weighted=surfer, own=own, identity=identity, memory_bytes=room)
    from linkworthy.graph.reading.recognise import open_links

    return open_links(
        [Path(one) for one in inputs], kind=kind, is_transposed=is_transposed, memory_bytes=room,
        scratch=graph.absolute().parent, **columns,
    )  # fmt: skip


def _site_tables(place: str) -> tuple[dict[str, list[Path]], str, str] | None:
    from linkworthy.cli.common import open_site
    from linkworthy.urls import domain_of

    if not (Path(place) / "site.toml").exists():
        return None
    site = open_site(place)
    snapshot = site.latest()
    return snapshot.tables(), domain_of(site.config.url), f"{site.folder.absolute()} {snapshot.id}"


@command.command()
@graph_argument
@json_option
def check(graph: Path, *, as_json: bool) -> None:
    """Check every file of GRAPH against its checksum, and walk all rows."""
    from linkworthy.graph.checking import check_graph
    from linkworthy.graph.store import Graph

    opened = Graph(graph)
    n_bytes = check_graph(opened)
    free = shutil.disk_usage(graph).free
    if as_json:
        show_json({"n_nodes": len(opened), "n_arcs": opened.header.n_arcs, "size_bytes": n_bytes, "free_bytes": free})
    else:
        click.echo(f"{graph}: whole; {len(opened):,} nodes, {opened.header.n_arcs:,} links, {n_bytes / 2**20:,.1f} MiB")


for _verb in (rank, lookup, why, what_if, flow, history, compare, spark_rank):
    command.add_command(_verb)
