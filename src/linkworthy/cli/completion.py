"""``linkworthy completion``: the shell's completion script."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class

from linkworthy.cli.common import json_option
from linkworthy.cli.output import show_json


@click.command(
    epilog="""\b
Examples:
  linkworthy completion bash > ~/.local/share/bash-completion/completions/linkworthy
  linkworthy completion zsh > ~/.zfunc/_linkworthy
  linkworthy completion fish > ~/.config/fish/completions/linkworthy.fish"""
)
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@json_option
def command(shell: str, *, as_json: bool) -> None:
    """Print the script that completes verbs and options in SHELL."""
    from linkworthy.cli.main import cli

    kind = get_completion_class(shell)
    if kind is None:
        raise click.UsageError(f"no completion for {shell}")
    script = kind(cli, {}, "linkworthy", "_LINKWORTHY_COMPLETE").source()
    show_json({"shell": shell, "script": script}) if as_json else click.echo(script, nl=False)
