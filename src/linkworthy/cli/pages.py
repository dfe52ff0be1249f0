"""Generated pages of docs/: tables, rules, signals, settings, verbs; ``python -m linkworthy.cli.pages docs``."""

from __future__ import annotations

import ast
import inspect
import itertools
import sys
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

import click

from linkworthy.catalogue.docs import rules_page
from linkworthy.catalogue.signal_docs import signals_page
from linkworthy.cli.main import VERBS, cli
from linkworthy.rules import RULES
from linkworthy.signals import SIGNALS
from linkworthy.site import config
from linkworthy.tables import TABLES

MADE = "<!-- Made by `make docs`; edit the code instead. -->\n"


def tables_page() -> str:
    """Write docs/tables.md from the schemas."""
    out = [MADE, "# Tables\n"]
    out.append("Between two stages lies a table. A column says when it is null; `–` means never.\n")
    for table in TABLES.values():
        out += [f"## {table.name}\n", f"{table.about}\n"]
        out.append(
            f"Key: {', '.join(table.key)}. Sorted by: {', '.join(table.sort)}. Written by: {table.written_by}.\n"
        )
        out += ["| column | type | meaning | null when |", "|---|---|---|---|"]
        for column in table.columns:
            unit = f" ({column.unit})" if column.unit else ""
            out.append(f"| `{column.name}` | {column.kind} | {column.meaning}{unit} | {column.null or '–'} |")
        out.append("")
    return "\n".join(out).rstrip() + "\n"


def verbs_page() -> str:
    """Write docs/cli.md from the verbs' own help."""
    out = [MADE, "# Command line\n"]
    with click.Context(cli, info_name="linkworthy", help_option_names=["-h", "--help"], terminal_width=100) as top:
        out += ["```", cli.get_help(top), "```\n"]
        for name in VERBS:
            out += _verb(name, cli.get_command(top, name), top)
    return "\n".join(out).rstrip() + "\n"


def _verb(name: str, verb: click.Command | None, parent: click.Context) -> list[str]:
    if verb is None:
        raise LookupError(f"verb {name} is listed and cannot be loaded")
    with click.Context(verb, info_name=name, parent=parent, terminal_width=100) as context:
        path = context.command_path.partition(" ")[2]
        out = [f"## {path}\n", "```", verb.get_help(context), "```\n"]
        if isinstance(verb, click.Group):
            for below in verb.list_commands(context):
                out += _verb(below, verb.get_command(context, below), context)
    return out


def settings_page() -> str:
    """Write docs/settings.md from the settings' own types, defaults and docstrings."""
    out = [MADE, "# Settings\n"]
    out.append("`site.toml` says what the owner knows of the site. What it leaves out has the default named here.\n")
    sections = [
        (f"[{f.name}]", f.default_factory) for f in fields(config.SiteConfig) if is_dataclass(f.default_factory)
    ]
    parts: list[tuple[str, Any]] = [("At the top", config.SiteConfig), *sections]
    for title, form in parts:
        said = docstrings_of(form)
        out += [f"## {title}\n", "| setting | type | default | meaning |", "|---|---|---|---|"]
        for item in fields(form):
            if item.name in said:
                kind = "list of texts" if str(item.type).startswith("tuple") else _KINDS[str(item.type)]
                out.append(f"| `{item.name}` | {kind} | {_default(item.default)} | {said[item.name]} |")
        out.append("")
    return "\n".join(out).rstrip() + "\n"


def docstrings_of(form: type) -> dict[str, str]:
    """Give the docstring below each field of a dataclass, out of its source."""
    (body,) = ast.parse(inspect.getsource(form)).body
    lines = body.body if isinstance(body, ast.ClassDef) else []
    out: dict[str, str] = {}
    for field, text in itertools.pairwise(lines):
        if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name) and isinstance(text, ast.Expr):
            out[field.target.id] = str(ast.literal_eval(text.value)).replace("``", "`")
    return out


_KINDS = {"str": "text", "bool": "true or false", "int": "whole number", "float": "number"}


def _default(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return f"`{value}`" if value not in ("", ()) and isinstance(value, (str, int, float)) else "–"


def pages() -> dict[str, str]:
    """Give every generated page by its file name."""
    return {
        "tables.md": tables_page(),
        "rules.md": rules_page(RULES),
        "signals.md": signals_page(SIGNALS),
        "settings.md": settings_page(),
        "cli.md": verbs_page(),
    }


if __name__ == "__main__":
    for file_name, text in pages().items():
        (Path(sys.argv[1]) / file_name).write_text(text, encoding="utf-8")
