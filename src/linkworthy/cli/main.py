"""The command ``linkworthy``: a list of verbs, each loaded only when it is called, so that --help is quick."""

from __future__ import annotations

import importlib
import sys

import click

from linkworthy import __version__
from linkworthy.engine.lean import leave_out
from linkworthy.errors import LinkworthyError

VERBS: dict[str, tuple[str, str]] = {
    "run": ("run", "The whole job: import, crawl, verify, audit, judge, report."),
    "init": ("init", "Make a site folder; guess brands, topics and markets."),
    "import": ("importing", "Read exports, lists, access logs and archives."),
    "crawl": ("crawling", "Crawl the own site."),
    "verify": ("verifying", "Fetch every linking page: live, gone, does it count?"),
    "lab": ("measuring", "Measure page load, phones and accessibility in a browser."),
    "audit": ("auditing", "Judge the own site by every rule."),
    "judge": ("judging", "Judge every link by every signal."),
    "prospects": ("prospecting", "Look for more good links."),
    "disavow": ("disavowing", "Write or check a disavow file."),
    "redirects": ("redirecting", "Write the 301 map for linked pages that moved."),
    "migration": ("migrating", "Check a list of old and expected URLs: does each redirect?"),
    "report": ("reporting", "Write the report: HTML, CSV, JSON, PDF."),
    "links": ("links", "List the links to the site."),
    "domains": ("domains", "List the referring domains."),
    "anchors": ("anchors", "List the anchors."),
    "sources": ("sources", "Compare the sources: coverage, overlap, contradictions."),
    "index": ("indexing", "An index of backlinks out of WAT and WARC: make and ask it."),
    "commoncrawl": ("commoncrawling", "Common Crawl: list, plan and fetch its files."),
    "graph": ("graphing", "Rank a link graph; open every score into its arithmetic."),
    "duplicates": ("duplicating", "Duplicate, common and unique text: site, page, two pages."),
    "table": ("table", "Show or export any table."),
    "compare": ("comparing", "Compare any two crawls: pages, changes, findings."),
    "extract": ("extracting", "Custom search and extraction over the record of a crawl."),
    "sitemap": ("sitemapping", "Write the XML sitemap of what may be indexed."),
    "export": ("frogging", "Write reports under Screaming Frog's file and column names."),
    "sql": ("sql", "Ask the tables in SQL."),
    "explain": ("explain", "Explain a rule, a signal, a table or a link's verdict."),
    "label": ("label", "Record your own word on a link, page or domain."),
    "model": ("model", "Learn from a labelled CSV, and measure it."),
    "doctor": ("doctor", "Check this machine and a site folder."),
    "demo": ("demo", "The demonstration web: run the job on it, or serve it."),
    "completion": ("completion", "Print the completion script of a shell."),
}
"""Verb: its module in this package, and the line that --help shows."""


class Verbs(click.Group):
    """A group that knows its verbs' names and help lines without importing them."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Give the verbs in the order of the work."""
        del ctx
        return list(VERBS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import one verb."""
        del ctx
        if cmd_name not in VERBS:
            return None
        module = importlib.import_module(f"linkworthy.cli.{VERBS[cmd_name][0]}")
        command = module.command
        if not isinstance(command, click.Command):
            raise TypeError(f"linkworthy.cli.{VERBS[cmd_name][0]}.command is no click command")
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the verbs without importing them."""
        del ctx
        with formatter.section("Verbs"):
            formatter.write_dl([(name, line) for name, (_module, line) in VERBS.items()])


@click.group(
    cls=Verbs,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Start with: linkworthy demo run, or linkworthy run https://your-site.example export.csv access.log.gz",
)
@click.version_option(__version__, prog_name="linkworthy")
@click.option("--debug", is_flag=True, help="Show the trace of an error.")
@click.pass_context
def cli(ctx: click.Context, *, debug: bool) -> None:
    """Tell whether a site is ready for backlinks, who links to it, which links are good, which harm, how to get more.

    Data goes to standard output, progress to standard error. Exit codes: 0 done, 2 wrong input (the rest was
    done), 3 the site does not answer, 4 a request could not be made, 5 a file could not be read, 6 a stage
    lacks something, 130 interrupted: the same command goes on. With --json an error is an object on standard
    output as well: {"error": {"kind", "message"}, "exit_code"}.
    """
    ctx.obj = {"debug": debug}


def main() -> None:
    """Run the command and turn an error into one line and its exit code."""
    leave_out()
    try:
        code = cli.main(prog_name="linkworthy", standalone_mode=False)
    except click.exceptions.Exit as leave:
        code = leave.exit_code
    except click.ClickException as fault:
        fault.show()
        code = fault.exit_code
        _tell(fault, fault.format_message(), code)
    except (KeyboardInterrupt, click.Abort):
        click.echo("interrupted; the same command goes on from here", err=True)
        code = 130
    except LinkworthyError as fault:
        if "--debug" in sys.argv:
            raise
        click.echo(f"linkworthy: {fault}", err=True)
        code = fault.exit_code
        _tell(fault, str(fault), code)
    sys.exit(code if isinstance(code, int) else 0)


def _tell(fault: Exception, message: str, code: int) -> None:
    """Print an error for programs, too, where they asked for JSON: no verb prints any before it has all of it."""
    if "--json" in sys.argv:
        from linkworthy.cli.output import show_json

        show_json({"error": {"kind": type(fault).__name__, "message": message}, "exit_code": code})
