"""``linkworthy graph``: a link graph built, ranked and asked."""

from __future__ import annotations

import shutil
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from linkworthy.cli.graph_asking import compare, lookup, what_if, why
from linkworthy.cli.graph_options import graph_argument, json_option, memory_option, quiet_option
from linkworthy.cli.output import show_json
from linkworthy.cli.progress import listener
from linkworthy.errors import InputError

if TYPE_CHECKING:
    from linkworthy.graph.inputs import Links

MEASURES = ("pagerank", "harmonic", "trust", "spam-mass", "truncated", "indegree")
NOISE_ARCS = 20_000_000
"""Up to so many links the noise band is measured unless that is declined: it takes seconds."""


@click.group(
    epilog="""\b
Examples:
  linkworthy graph build web cc-main-vertices.txt.gz cc-main-edges.txt.gz
  linkworthy graph build web cc-main-domain-t.graph cc-main-domain-vertices.txt.gz --memory 16G
  linkworthy graph rank web
  linkworthy graph lookup web shop.example rival.example
  linkworthy graph why web shop.example
  linkworthy graph what-if web shop.example --without spam.example --with blog.example
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


@command.command(
    epilog="""\b
Examples:
  linkworthy graph rank web
  linkworthy graph rank web --measure trust --seeds good-sites.txt
  linkworthy graph rank web --measure spam-mass --seeds good-sites.txt
  linkworthy graph rank web --towards german-sites.txt --name german
  linkworthy graph rank web --measure harmonic"""
)
@graph_argument
@click.option("--measure", type=click.Choice(MEASURES), default="pagerank", show_default=True)
@click.option("--damping", type=click.FloatRange(0, 1, max_open=True), default=0.85, show_default=True)
@click.option("--tolerance", type=click.FloatRange(0, min_open=True), help="L1 change at which to stop.")
@click.option("--seeds", type=click.Path(exists=True, dir_okay=False, path_type=Path),
              help="Known good nodes, one a line: for trust and spam-mass.")  # fmt: skip
@click.option("--towards", type=click.Path(exists=True, dir_okay=False, path_type=Path),
              help="Bias PageRank towards these nodes, one a line: a topic, a country.")  # fmt: skip
@click.option("--levels", type=click.IntRange(1, 50), default=2, show_default=True, help="Links to truncate at.")
@click.option("--noise", type=click.IntRange(0, 64), help="Resampled graphs behind the noise band; 0 for none.")
@click.option("--name", default="", help="Name of the ranks; default: the measure.")
@memory_option
@json_option
@quiet_option
def rank(
    graph: Path, *, measure: str, damping: float, tolerance: float | None, seeds: Path | None, towards: Path | None,
    levels: int, noise: int | None, name: str, memory: str, as_json: bool, quiet: bool,
) -> None:  # fmt: skip
    """Rank GRAPH by a measure; the ranks are kept beside it.

    The score is 100 (ln x - ln least) / (ln greatest - ln least) of the raw value x.
    """
    from linkworthy.graph import measures
    from linkworthy.graph.flow import Flow
    from linkworthy.graph.store import Graph

    opened = Graph(graph)
    flow = Flow(opened, memory_bytes=bytes_of(memory))
    if measure in {"trust", "spam-mass"} and seeds is None:
        raise InputError(f"{measure} needs --seeds: a file of nodes known to be good, one a line")
    if towards is not None and not name:
        raise InputError("ranks towards some nodes need a --name of their own")
    with listener(quiet=quiet) as progress:
        good = _nodes(opened, seeds, quiet=quiet)
        if measure == "pagerank":
            samples = noise if noise is not None else 8 if opened.header.n_arcs <= NOISE_ARCS else 0
            made = measures.rank(
                flow, damping=damping, tolerance=tolerance, n_samples=samples, name=_safe(name or "pagerank"),
                towards=_nodes(opened, towards, quiet=quiet), progress=progress,
            )  # fmt: skip
        elif measure == "trust":
            made = measures.rank_trust(flow, good, name=_safe(name or "trust"), damping=damping, progress=progress)
        elif measure == "spam-mass":
            made = measures.rank_spam_mass(flow, good, damping=damping, progress=progress)
        elif measure == "truncated":
            made = measures.rank_truncated(flow, levels, damping=damping, progress=progress)
        elif measure == "harmonic":
            made = measures.rank_harmonic(flow, progress=progress)
        else:
            made = measures.rank_indegree(opened, progress=progress)
    if as_json:
        show_json({"name": made.name, **asdict(made.facts)})
    else:
        error = f", each within {made.facts.error:.1%} (standard error)" if made.facts.error else ""
        click.echo(f"{graph}: {len(opened):,} nodes ranked by {made.name}{error}; ask: linkworthy graph lookup {graph}")


def _safe(name: str) -> str:
    if not name.replace("-", "").replace("_", "").isalnum() or not name.isascii():
        raise InputError(f"a name of ranks is letters, digits and dashes, not {name!r}")
    return name


def _nodes(graph: Any, path: Path | None, *, quiet: bool) -> list[int]:
    """Find the nodes that a file names, one a line; says how many are not in the graph."""
    from linkworthy.graph.names import NameList

    if path is None:
        return []
    names = NameList(graph)
    lines = path.read_text(encoding="utf-8-sig", errors="replace").splitlines()
    asked = [line.split("#")[0].split(",")[-1].strip() for line in lines]
    found = {name: names.find(name) for name in asked if name}
    missing = [name for name, node in found.items() if node is None]
    if missing and not quiet:
        click.echo(
            f"{path.name}: {len(missing):,} of {len(found):,} are not in the graph, {missing[0]!r} first", err=True
        )
    return sorted({node for node in found.values() if node is not None})


def bytes_of(text: str) -> int:
    """Read a size as 800M or 12G.

    Raises: InputError where it is none.
    """
    units = {"K": 10, "M": 20, "G": 30, "T": 40}
    body = text.strip().upper().removesuffix("B").removesuffix("I")
    try:
        size = float(body[:-1]) * 2 ** units[body[-1]] if body[-1:] in units else float(body)
    except ValueError:
        raise InputError(f"a size is a number and K, M or G, not {text!r}") from None
    if not (1 << 20) <= size < float(1 << 60):
        raise InputError(f"{text!r} is no memory to work with: at least 1M")
    return int(size)


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


for _verb in (lookup, why, what_if, compare):
    command.add_command(_verb)
