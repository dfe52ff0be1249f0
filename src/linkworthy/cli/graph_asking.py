"""Questions to a ranked graph: lookup, why, what-if."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from linkworthy.cli.graph_options import (
    bytes_of,
    graph_argument,
    json_option,
    memory_option,
    open_ranked,
    quiet_option,
    ranks_option,
    show,
    svg_option,
    write_picture,
)
from linkworthy.cli.output import show_json
from linkworthy.cli.progress import listener
from linkworthy.errors import InputError
from linkworthy.reports.cells import harmless

if TYPE_CHECKING:
    from linkworthy.graph.lookup import Lookup
    from linkworthy.graph.neighbourhood import Neighbourhood
    from linkworthy.graph.whatif import Change


@click.command(
    epilog="""\b
Examples:
  linkworthy graph lookup web                          the top of the graph
  linkworthy graph lookup web shop.example
  linkworthy graph lookup web shop.example rival.example --limit 5 --json
  linkworthy graph lookup web shop.example --around --svg neighbourhood.svg"""
)
@graph_argument
@click.argument("names", nargs=-1, metavar="[NAME]...")
@ranks_option
@click.option("--limit", type=click.IntRange(0), default=100, show_default=True, help="Referrers to list.")
@click.option(
    "--around", is_flag=True, help="Say, too, which of the best twenty link to each other or are linked back."
)
@svg_option
@json_option
def lookup(
    graph: Path, names: tuple[str, ...], *, ranks_name: str, limit: int, around: bool, svg: Path | None, as_json: bool
) -> None:
    """Say score, rank, percentile and noise band of each NAME, and its best referrers; without a NAME the top.

    The picture of --svg is the neighbourhood of one NAME.
    """
    from linkworthy.graph.lookup import beside, table
    from linkworthy.graph.ranks import names_of_ranks, top

    opened = open_ranked(graph, ranks_name)
    asked = names or tuple(opened.names.name(node) for node in top(opened.ranks, min(limit, 20)))
    if (around or svg) and len(names) != 1:
        raise InputError("a neighbourhood is that of one NAME: give exactly one")
    answers = [opened.ask(name, limit if names else 0) for name in asked]
    near = _around(opened, names[0], svg) if around or svg else None
    others = [beside(opened, name) for name in names]
    if as_json:
        show_json(
            {"graph": str(graph), "ranks": ranks_name, "has_ranks": names_of_ranks(opened.graph),
             "scale": {"low": opened.ranks.facts.low, "high": opened.ranks.facts.high},
             "answers": [asdict(one) | ({"beside": others[k]} if names else {}) for k, one in enumerate(answers)],
             **({"neighbourhood": asdict(near)} if near else {})}
        )  # fmt: skip
        return
    show(table(answers))
    for one, more in zip(answers, others, strict=False):
        if more:
            click.echo(f"\n{harmless(one.name)} by other measures:")
            show(more)
        click.echo(f"\n{harmless(one.name)}: {one.n_referrers:,} referrers, the best first")
        show([asdict(referrer) for referrer in one.referrers])
    if near is not None and around:
        shared = f"{near.density:.0%} of the links that could stand among them" if near.density is not None else "none"
        click.echo(f"\nthe best {len(near.neighbours):,}: {len(near.links):,} links among them, {shared}")
        show([asdict(one) for one in near.neighbours])


def _around(opened: Lookup, name: str, svg: Path | None) -> Neighbourhood:
    from linkworthy.graph.neighbourhood import neighbourhood
    from linkworthy.graph.pictures import neighbourhood_svg

    found = neighbourhood(opened, name)
    write_picture(svg, lambda: neighbourhood_svg(found))
    return found


@click.command(
    epilog="""\b
Examples:
  linkworthy graph why web shop.example
  linkworthy graph why web shop.example --limit 100 --json
  linkworthy graph why web shop.example --svg make-up.svg"""
)
@graph_argument
@click.argument("name")
@ranks_option
@click.option("--limit", type=click.IntRange(1), default=20, show_default=True, help="Contributions to list.")
@svg_option
@json_option
def why(graph: Path, name: str, *, ranks_name: str, limit: int, svg: Path | None, as_json: bool) -> None:
    """Open NAME's score into what each referrer contributes; the parts sum to the score.

    'points' is what the score loses at once without that link; what-if says what it loses in all.
    """
    from linkworthy.graph.pictures import make_up_svg
    from linkworthy.graph.why import why as explained

    found = explained(open_ranked(graph, ranks_name), name, limit)
    write_picture(svg, lambda: make_up_svg(found))
    if as_json:
        show_json(asdict(found))
        return
    title = harmless(found.name)
    click.echo(f"{title}: score {found.score:.2f} of 100, raw {found.raw:.3g}, from {found.n_referrers:,} referrers")
    given = found.given / found.raw if found.raw else 0.0
    click.echo(f"{given:.1%} of it every node has; {found.half:,} referrers carry half of the rest")
    click.echo(f"sum of all parts misses the score by {found.error:.1e}")
    show(
        [
            {"name": one.name, "share": f"{one.share:.2%}", "points": one.points, "score": one.score,
             "n_targets": one.n_targets}
            for one in found.contributions
        ]
    )  # fmt: skip


@click.command(
    "what-if",
    epilog="""\b
Examples:
  linkworthy graph what-if web shop.example --without spam.example --without farm.example
  linkworthy graph what-if web shop.example --disavow disavow.txt
  linkworthy graph what-if web shop.example --with blog.example
  linkworthy graph what-if web shop.example --merge old-shop.example=shop.example
  linkworthy graph what-if web shop.example --redirect old-shop.example=shop.example --json""",
)
@graph_argument
@click.argument("name")
@click.option("--without", multiple=True, metavar="NODE", help="Without its link to NAME; may be repeated.")
@click.option("--disavow", type=click.Path(exists=True, dir_okay=False, path_type=Path),
              help="Without the links of the domains in a disavow file.")  # fmt: skip
@click.option("--with", "more", multiple=True, metavar="NODE", help="With a link from it to NAME; may be repeated.")
@click.option("--merge", multiple=True, metavar="NODE=INTO", help="One node becomes part of another.")
@click.option("--redirect", multiple=True, metavar="NODE=TO", help="One node redirects to another; its links end.")
@memory_option
@json_option
@quiet_option
def what_if(
    graph: Path, name: str, *, without: tuple[str, ...], disavow: Path | None, more: tuple[str, ...],
    merge: tuple[str, ...], redirect: tuple[str, ...], memory: str, as_json: bool, quiet: bool,
) -> None:  # fmt: skip
    """Say what NAME's score would be without links, with new ones, or after nodes merge: the same as ranking anew."""
    from linkworthy.graph.flow import Flow
    from linkworthy.graph.whatif import Change, outcome_for

    if not (without or disavow or more or merge or redirect):
        raise InputError("say what changes: --without, --disavow, --with, --merge or --redirect")
    opened, change = open_ranked(graph, "pagerank", is_random=False), Change()
    node = opened.node(name)
    for pairs, keeps in ((merge, True), (redirect, False)):
        for pair in pairs:
            one, _equals, other = pair.partition("=")
            change.merge(opened.graph, opened.node(one), opened.node(other), keeps_links=keeps)
    _take_away(opened, change, node, without, disavow)
    for source in more:
        change.add(opened.graph, opened.node(source), node)
    with listener(quiet=quiet) as progress:
        found = outcome_for(Flow(opened.graph, memory_bytes=bytes_of(memory)), opened, change, node, progress)
    if as_json:
        show_json(asdict(found))
        return
    click.echo(
        f"{harmless(found.name)}: {found.score:.2f} → {found.score_after:.2f} ({found.points:+.2f} points), "
        f"rank {found.rank:,} → {found.rank_after:,}"
    )
    click.echo(f"{found.n_removed:,} links fewer, {found.n_added:,} more, {found.n_gone:,} nodes gone")
    if found.others:
        click.echo("others that move most:")
        show([asdict(one) for one in found.others])


def _take_away(opened: Lookup, change: Change, node: int, without: tuple[str, ...], disavow: Path | None) -> None:
    for source in without:
        try:
            change.remove(opened.graph, opened.node(source), node)
        except InputError as fault:
            raise InputError(f"{source}: {fault}") from None
    if disavow is None:
        return
    from linkworthy.reports.disavow import read_disavow

    entries = read_disavow(disavow.read_bytes()).entries
    # A URL disavows one page; in a graph of domains only whole domains can be taken away.
    whole = [entry.value for entry in entries if entry.kind == "domain" or opened.names.kind == "page"]
    if len(whole) < len(entries):
        click.echo(
            f"{len(entries) - len(whole):,} lines of single pages are left out: nodes are {opened.names.kind}s",
            err=True,
        )
    found = [opened.names.find(value) for value in whole]
    change.remove_all(opened.graph, [one for one in found if one is not None], node)
