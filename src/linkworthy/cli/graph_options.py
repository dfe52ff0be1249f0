"""Options that graph's verbs share; a lookup takes milliseconds, so nothing of the pipeline is imported for them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from linkworthy.errors import InputError

if TYPE_CHECKING:
    from linkworthy.graph.lookup import Lookup

json_option = click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
quiet_option = click.option("-q", "--quiet", is_flag=True, help="No progress on standard error.")
memory_option = click.option(
    "--memory", default="4G", show_default=True, metavar="SIZE", help="Memory to use at most, as 800M or 12G."
)
graph_argument = click.argument("graph", type=click.Path(path_type=Path))
ranks_option = click.option("--ranks", "ranks_name", default="pagerank", show_default=True, help="Which ranks.")
svg_option = click.option(
    "--svg", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE", help="Write the answer as a picture, too."
)


def open_ranked(graph: Path, name: str, *, is_random: bool = True) -> Lookup:
    """Open a ranked graph, for single answers unless told otherwise."""
    from linkworthy.graph.lookup import Lookup
    from linkworthy.graph.store import Graph

    return Lookup(Graph(graph, is_random=is_random), name)


def show(rows: list[dict[str, Any]]) -> None:
    """Print rows as a table; no rows print nothing."""
    import pyarrow as pa

    from linkworthy.cli.output import show_rows

    if rows:
        show_rows(pa.Table.from_pylist(rows), as_json=False)


def write_picture(path: Path | None, text: Callable[[], str]) -> None:
    """Write a picture where one is asked for, whole or not at all."""
    from linkworthy.site.parts import write_text

    if path is None:
        return
    if not path.absolute().parent.is_dir():
        raise InputError(f"{path.parent} does not exist")
    write_text(path, text())
    click.echo(f"{path} written", err=True)


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
