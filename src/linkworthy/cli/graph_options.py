"""Options that graph's verbs share; a lookup takes milliseconds, so nothing of the pipeline is imported for them."""

from __future__ import annotations

from pathlib import Path

import click

json_option = click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
quiet_option = click.option("-q", "--quiet", is_flag=True, help="No progress on standard error.")
memory_option = click.option(
    "--memory", default="4G", show_default=True, metavar="SIZE", help="Memory to use at most, as 800M or 12G."
)
graph_argument = click.argument("graph", type=click.Path(path_type=Path))
ranks_option = click.option("--ranks", "ranks_name", default="pagerank", show_default=True, help="Which ranks.")
