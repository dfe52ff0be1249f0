"""Command lines as documents show them, checked against the verbs that exist without carrying them out."""

from __future__ import annotations

import re
import shlex

import click

from linkworthy.cli.main import cli

_REMARK = re.compile(r"\s{4,}\S.*$")


def words_of(line: str) -> list[str]:
    """Split a shown line into words; a comment, a redirection, a pipe or a remark set far apart ends it."""
    text = _REMARK.sub("", line.strip())
    words = shlex.shlex(text, posix=True, punctuation_chars=True)
    words.whitespace_split = True
    out = []
    for word in words:
        if word[0] in "<>|&;":
            break
        out.append(word)
    return out


def fault_of(line: str) -> str | None:
    """Say what is wrong with a shown command line: an unknown verb, option or value, or too many or few words."""
    name, *words = words_of(line)
    assert name == "linkworthy", line
    try:
        _check(cli, "linkworthy", words, None)
    except click.ClickException as fault:
        return f"{line}: {fault.format_message()}"
    return None


def _check(command: click.Command, name: str, words: list[str], parent: click.Context | None) -> None:
    context = click.Context(command, info_name=name, parent=parent)
    if isinstance(command, click.Group):
        while words and words[0].startswith("-"):
            words = words[1:]
        if not words:
            return
        below = command.get_command(context, words[0])
        if below is None:
            raise click.UsageError(f"no verb {words[0]}")
        _check(below, words[0], words[1:], context)
        return
    values, rest, _order = command.make_parser(context).parse_args(list(words))
    if rest:
        raise click.UsageError(f"too many words: {rest}")
    for param in command.params:
        if param.is_eager:
            continue
        if isinstance(param.type, click.Path):
            given = values.get(param.name)
            if param.required and not (isinstance(given, str | tuple) and given):
                raise click.UsageError(f"{param.name} is missing")
        else:
            param.handle_parse_result(context, values, [])
