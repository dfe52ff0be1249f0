"""``linkworthy graph rank``: a graph ranked by one measure."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from linkworthy.cli.graph_options import bytes_of, graph_argument, json_option, memory_option, quiet_option
from linkworthy.cli.output import show_json
from linkworthy.cli.progress import listener
from linkworthy.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable

    from linkworthy.graph.groups import By, Groups
    from linkworthy.graph.ranks import Ranks
    from linkworthy.graph.store import Graph

MEASURES = ("pagerank", "harmonic", "trust", "spam-mass", "truncated", "supporters", "indegree")
GROUPS = ("domain", "owner", "address", "network")
NOISE_ARCS = 20_000_000
"""Up to so many links the noise band is measured unless that is declined: it takes seconds."""


@click.command(
    epilog="""\b
Examples:
  linkworthy graph rank web
  linkworthy graph rank web --measure trust --seeds good-sites.txt
  linkworthy graph rank web --measure spam-mass --seeds good-sites.txt
  linkworthy graph rank web --towards german-sites.txt --name german
  linkworthy graph rank web --measure harmonic
  linkworthy graph rank web --measure supporters --levels 4
  linkworthy graph rank web --measure indegree --by owner --groups owners.csv
  linkworthy graph rank hosts --measure indegree --by domain"""
)
@graph_argument
@click.option("--measure", type=click.Choice(MEASURES), default="pagerank", show_default=True)
@click.option("--damping", type=click.FloatRange(0, 1, max_open=True), default=0.85, show_default=True)
@click.option("--tolerance", type=click.FloatRange(0, min_open=True), help="L1 change at which to stop.")
@click.option("--seeds", type=click.Path(exists=True, dir_okay=False, path_type=Path),
              help="Known good nodes, one a line: for trust and spam-mass.")  # fmt: skip
@click.option("--towards", type=click.Path(exists=True, dir_okay=False, path_type=Path),
              help="Bias PageRank towards these nodes, one a line: a topic, a country.")  # fmt: skip
@click.option("--levels", type=click.IntRange(1, 50),
              help="Links to truncate at (2), or within which supporters are counted (4).")  # fmt: skip
@click.option("--by", type=click.Choice(GROUPS), help="Of indegree: count referrers once a domain, owner, ...")
@click.option("--groups", type=click.Path(exists=True, path_type=Path), metavar="FILE",
              help="Table of names and their owners or addresses, or a site folder.")  # fmt: skip
@click.option("--column", default="", help="Column of --groups that holds them, where its header does not tell.")
@click.option("--noise", type=click.IntRange(0, 64), help="Resampled graphs behind the noise band; 0 for none.")
@click.option("--name", default="", help="Name of the ranks; default: the measure.")
@memory_option
@json_option
@quiet_option
def rank(
    graph: Path, *, measure: str, damping: float, tolerance: float | None, seeds: Path | None, towards: Path | None,
    levels: int | None, by: By | None, groups: Path | None, column: str, noise: int | None, name: str, memory: str,
    as_json: bool, quiet: bool,
) -> None:  # fmt: skip
    """Rank GRAPH by a measure; the ranks are kept beside it.

    The score is 100 (ln x - ln least) / (ln greatest - ln least) of the raw value x.
    """
    from linkworthy.graph import measures
    from linkworthy.graph.flow import Flow
    from linkworthy.graph.room import check_rank_room
    from linkworthy.graph.store import Graph

    opened = Graph(graph)
    if measure in {"trust", "spam-mass"} and seeds is None:
        raise InputError(f"{measure} needs --seeds: a file of nodes known to be good, one a line")
    if towards is not None and not name:
        raise InputError("ranks towards some nodes need a --name of their own")
    if by is not None and measure != "indegree":
        raise InputError(f"--by counts referrers by group: it goes with --measure indegree, not {measure}")
    room = bytes_of(memory)
    check_rank_room(opened, room)
    flow = Flow(opened, memory_bytes=room)
    named = _safe(name or measure)
    samples = noise if noise is not None else 8 if opened.header.n_arcs <= NOISE_ARCS else 0
    with listener(quiet=quiet) as progress:
        good, wanted = (_nodes(opened, path, quiet=quiet) for path in (seeds, towards))
        makers: dict[str, Callable[[], Ranks]] = {
            "pagerank": lambda: measures.rank(
                flow, damping=damping, tolerance=tolerance, n_samples=samples, name=named, towards=wanted,
                progress=progress,
            ),
            "trust": lambda: measures.rank_trust(flow, good, name=named, damping=damping, progress=progress),
            "spam-mass": lambda: measures.rank_spam_mass(flow, good, damping=damping, progress=progress),
            "truncated": lambda: measures.rank_truncated(flow, levels or 2, damping=damping, progress=progress),
            "harmonic": lambda: measures.rank_harmonic(flow, progress=progress),
            "supporters": lambda: measures.rank_supporters(flow, levels or 4, progress=progress),
            "indegree": lambda: measures.rank_indegree(opened, progress=progress),
        }  # fmt: skip
        if by is None:
            made = makers[measure]()
        else:
            found = _groups(opened, by, groups, column, quiet=quiet)
            made = measures.rank_group_indegree(opened, found, by, progress=progress)
    if as_json:
        show_json({"name": made.name, **asdict(made.facts)})
    else:
        error = f", each within {made.facts.error:.1%} (standard error)" if made.facts.error else ""
        if made.facts.known_share is not None:
            error = f"; of {made.facts.known_share:.1%} of the links the {by} is known"
        click.echo(f"{graph}: {len(opened):,} nodes ranked by {made.name}{error}; ask: linkworthy graph lookup {graph}")


def _groups(opened: Graph, by: By, path: Path | None, column: str, *, quiet: bool) -> Groups:
    from linkworthy.graph.groups import domains_of, read_groups

    if by == "domain":
        return domains_of(opened)
    if path is None:
        raise InputError(f"--by {by} needs --groups: a table with a column of names and one of {by}s, or a site folder")
    found = read_groups(opened, _tables(path), by, column)
    if not found.n_groups:
        raise InputError(f"{path} tells no {by} of any node of {opened.folder}")
    if found.n_unmatched and not quiet:
        click.echo(f"{path.name}: {found.n_unmatched:,} rows name nothing that is in the graph", err=True)
    return found


def _tables(path: Path) -> list[Path]:
    """Give the files to read: the one named, or a site folder's table of referring domains."""
    from linkworthy.cli.common import open_site

    if not path.is_dir():
        return [path]
    if not (path / "site.toml").exists():
        raise InputError(f"{path} is a folder and no site")
    tables = open_site(str(path)).latest().tables()
    if "domains" not in tables:
        raise InputError(f"{path} has no table of referring domains yet: 'linkworthy judge' makes it")
    return tables["domains"]


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
