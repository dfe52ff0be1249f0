"""Generated pages of docs/: tables, rules, signals and verbs. ``python -m linkworthy.cli.pages docs`` writes them."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from linkworthy.catalogue.docs import rules_page, signals_page
from linkworthy.cli.main import VERBS, cli
from linkworthy.rules import RULES
from linkworthy.signals import SIGNALS
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
    with click.Context(cli, info_name="linkworthy", max_content_width=100, terminal_width=100) as top:
        out += ["```", cli.get_help(top), "```\n"]
        for name in VERBS:
            verb = cli.get_command(top, name)
            if verb is not None:
                with click.Context(verb, info_name=name, parent=top, terminal_width=100) as context:
                    out += [f"## {name}\n", "```", verb.get_help(context), "```\n"]
    return "\n".join(out).rstrip() + "\n"


def pages() -> dict[str, str]:
    """Give every generated page by its file name."""
    return {
        "tables.md": tables_page(),
        "rules.md": MADE + "\n" + rules_page(RULES),
        "signals.md": MADE + "\n" + signals_page(SIGNALS),
        "cli.md": verbs_page(),
    }


if __name__ == "__main__":
    for file_name, text in pages().items():
        (Path(sys.argv[1]) / file_name).write_text(text, encoding="utf-8")
