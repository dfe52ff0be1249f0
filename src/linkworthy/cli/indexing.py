"""``linkworthy index``: an own backlink index out of WAT and WARC, made, kept and asked."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Any

import click

from linkworthy.cli.common import json_option, quiet_option
from linkworthy.cli.index_spark import append_by_spark, local_archives, places, spark_options
from linkworthy.cli.output import show_json
from linkworthy.cli.progress import listener
from linkworthy.errors import SourceError, StageError

_QUESTIONS = {
    "backlinks": "List the links to a page, host, domain or prefix.",
    "count": "Count links, pages, domains, addresses, networks.",
    "domains": "List the referring domains.",
    "addresses": "List the linking servers' addresses or /24 networks.",
    "anchors": "List the anchors.",
    "best": "List the pages that most domains link to.",
    "broken": "List the links to pages that answer with an error.",
    "outgoing": "List the links that a site holds, or the domains that it links to.",
    "intersect": "List the domains that link to several sites.",
    "changes": "List the links that are new, lost or back between two days.",
    "velocity": "Count new links, pages and domains by period.",
    "batch": "Count the links to each domain of a file.",
    "coverage": "Say what is covered of a site, who saw it, and what nobody saw.",
    "sql": "Ask the index in SQL.",
}
"""Questions, and the line that --help shows; their module is loaded when one is asked."""


class _Index(click.Group):
    """A group that loads its questions when they are called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Give the verbs in the order of the work."""
        del ctx
        return [
            *(name for name in ("extract", "append", "compact", "status", "check") if name in self.commands),
            *_QUESTIONS,
        ]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Give a verb, a question from its module."""
        if cmd_name not in _QUESTIONS:
            return super().get_command(ctx, cmd_name)
        found = importlib.import_module("linkworthy.cli.index_questions").QUESTIONS[cmd_name]
        if not isinstance(found, click.Command):
            raise TypeError(f"index {cmd_name} is no click command")
        return found

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the verbs without importing the questions."""
        del ctx
        made = [(name, one.get_short_help_str(80)) for name, one in self.commands.items()]
        with formatter.section("Make and keep it"):
            formatter.write_dl(made)
        with formatter.section("Ask it"):
            formatter.write_dl(list(_QUESTIONS.items()))


index_argument = click.argument(
    "folder", metavar="INDEX", type=click.Path(exists=True, file_okay=False, path_type=Path)
)


@click.group(
    cls=_Index,
    epilog="""\b
Examples:
  linkworthy index append web.index crawl/*.wat.gz --name CC-MAIN-2026-43 --source commoncrawl
  linkworthy index backlinks web.index shop.example --followed --one-per domain
  linkworthy index changes web.index shop.example --from 2026-09-30 --to 2026-10-31""",
)
def command() -> None:
    """Make a backlink index of your own out of WAT and WARC files, keep it, and ask it.

    An index is a folder of Parquet files, sorted by target, with a manifest. Months are appended one after the other;
    whatever is killed, the index stays as it was before.
    """


workers_option = click.option("--workers", type=click.IntRange(0), default=0, help="Processes; 0: one a core.")
archives_argument = click.argument(
    "archives", nargs=-1, required=True, metavar="ARCHIVE…", type=click.Path(exists=True, path_type=Path)
)


@command.command(
    epilog="""\b
Examples:
  linkworthy index extract crawl/*.warc.gz --to tables
  linkworthy index extract crawl/ --to tables --all --json"""
)
@archives_argument
@click.option("--to", "folder", required=True, type=click.Path(file_okay=False, path_type=Path), help="Where to.")
@click.option("--all/--external", "has_internal", default=False, help="Keep links within one domain as well.")
@workers_option
@json_option
@quiet_option
def extract(
    archives: tuple[Path, ...], folder: Path, *, has_internal: bool, workers: int, as_json: bool, quiet: bool
) -> None:
    """Write the tables pages, links and rejects of WAT and WARC files as Parquet, one or more parts an archive.

    Damaged archives give all that is whole in them; what is lost is counted. An archive that is there already is not
    read again, so a killed command goes on. Exit code 5: an archive could not be read (the rest was).
    """
    from linkworthy.engine.embedded import Embedded
    from linkworthy.pipeline.indexing import archives_in, extract_all, summed

    with listener(quiet=quiet) as progress:
        found = archives_in(archives)
        results = list(
            extract_all(found, folder, Embedded(workers), is_external_only=not has_internal, progress=progress)
        )
    said = summed(results)
    _tell(said, as_json=as_json)
    raise click.exceptions.Exit(SourceError.exit_code if said["failed"] else 0)


@command.command(
    epilog="""\b
Examples:
  linkworthy index append web.index CC-MAIN-2026-43/*.wat.gz --name CC-MAIN-2026-43 --source commoncrawl
  linkworthy index append own.index crawl.warc.gz --name 2026-11 --all-links
  linkworthy index append web.index --list wat.txt --name CC-MAIN-2026-43 --engine spark --master spark://head:7077"""
)
@click.argument("folder", metavar="INDEX", type=click.Path(file_okay=False, path_type=Path))
@click.argument("archives", nargs=-1, metavar="[ARCHIVE…]", type=click.Path(path_type=str))
@click.option("--name", required=True, help="What this batch is called: a crawl, a month. Each name is appended once.")
@click.option(
    "--source", default="own", show_default=True, help="Who captured it; several batches may have one source."
)
@click.option(
    "--buckets",
    "n_buckets",
    type=click.IntRange(1, 4_096),
    default=16,
    show_default=True,
    help="Of a new index: parts that its rows are dealt to; one for each 5 million links, about.",
)
@click.option(
    "--outgoing/--no-outgoing",
    default=True,
    help="Of a new index: keep the order by source as well, for outgoing links. Default: it is kept.",
)
@click.option("--all-links", is_flag=True, help="Of a new index: keep links within one domain as well.")
@click.option(
    "--memory",
    "memory_mb",
    type=click.IntRange(128),
    default=1_024,
    show_default=True,
    help="Megabytes for sorting, with Spark in each task; more is spilt to disk.",
)
@workers_option
@spark_options
@json_option
@quiet_option
def append(
    folder: Path, archives: tuple[str, ...], *, name: str, source: str, n_buckets: int, outgoing: bool,
    all_links: bool, memory_mb: int, workers: int, listed: Path | None, engine: str, master: str,
    settings: tuple[str, ...], work: str, as_json: bool, quiet: bool,
) -> None:  # fmt: skip
    """Extract WAT and WARC files and append them to INDEX as one batch; INDEX is made where there is none.

    A killed command leaves the index as it was; the same command goes on. With --engine spark a cluster extracts,
    merges and sorts; INDEX lies on this machine, and questions need no Spark. Exit code 5: an archive could not be read
    (the rest was).
    """
    from linkworthy.index.append import Shape
    from linkworthy.pipeline.indexing import append_archives

    shape = Shape(n_buckets, has_outgoing=outgoing, is_external_only=not all_links)
    found = places(archives, listed)
    with listener(quiet=quiet) as progress:
        if engine == "spark":
            done = append_by_spark(
                folder, found, name=name, source=source, shape=shape, master=master, settings=settings, work=work,
                memory_bytes=memory_mb << 20, progress=progress,
            )  # fmt: skip
        else:
            done = append_archives(
                folder, local_archives(found), name=name, source=source, shape=shape, workers=workers,
                memory_bytes=memory_mb << 20, progress=progress,
            )  # fmt: skip
    batch = {field: getattr(done.batch, field) for field in done.batch.__struct_fields__}
    failed = [one._asdict() for one in done.failed]
    _tell({**batch, "is_new": done.is_new, "failed": failed}, as_json=as_json)
    if not done.is_new:
        click.echo(f"{name} is in already: nothing was done", err=True)
    raise click.exceptions.Exit(SourceError.exit_code if failed else 0)


@command.command(epilog="\b\nExample:\n  linkworthy index compact web.index --memory 4096")
@index_argument
@click.option("--memory", "memory_mb", type=click.IntRange(128), default=1_024, show_default=True, help="Megabytes.")
@json_option
@quiet_option
def compact(folder: Path, *, memory_mb: int, as_json: bool, quiet: bool) -> None:
    """Merge the files of each bucket into one: the same answers, quicker and smaller."""
    from linkworthy.index.compact import compact as compacted

    with listener(quiet=quiet) as progress:
        manifest = compacted(folder, memory_bytes=memory_mb << 20, progress=progress)
    if as_json:
        show_json({"generation": manifest.generation, "n_files": len(manifest.files)})


@command.command(epilog="\b\nExample:\n  linkworthy index status web.index --json")
@index_argument
@json_option
def status(folder: Path, *, as_json: bool) -> None:
    """Say which batches are in, how many links and pages, and what they take on disk."""
    from linkworthy.index.lookup import LinkIndex
    from linkworthy.questions.linkcoverage import batches
    from linkworthy.questions.linkcoverage import status as state

    with LinkIndex(folder) as index:
        said, known = state(index), batches(index)
    if as_json:
        show_json({**said, "batches": known})
        return
    for batch in known:
        click.echo(
            f"{batch['name']} ({batch['source']}): {batch['from_day']} to {batch['to_day']}, "
            f"{batch['n_pages']:,} pages, "
            f"{batch['n_links']:,} links, {batch['n_rejects']:,} rejects"
        )
    for table in ("links", "outgoing", "pages"):
        size = said[table]
        click.echo(f"{table}: {size['n_rows']:,} rows, {size['n_bytes']:,} bytes in {size['n_files']} files")
    if said["bytes_a_link"] is not None:
        click.echo(f"{said['bytes_a_link']} bytes a link")


@command.command(epilog="\b\nExample:\n  linkworthy index check web.index")
@index_argument
@json_option
def check(folder: Path, *, as_json: bool) -> None:
    """Compare every file of INDEX with its checksum. Exit code 6: a file is damaged or absent."""
    from linkworthy.index.manifest import faults_of, read_manifest

    manifest = read_manifest(folder)
    faults = faults_of(folder, manifest)
    if as_json:
        show_json({"n_files": len(manifest.files), "faults": faults})
    else:
        click.echo("".join(f"{fault}\n" for fault in faults), nl=False)
    click.echo(f"{len(manifest.files)} files, {len(faults)} faults", err=True)
    raise click.exceptions.Exit(StageError.exit_code if faults else 0)


def _tell(said: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        show_json(said)
        return
    for name, value in said.items():
        if isinstance(value, int) and not isinstance(value, bool):
            click.echo(f"{name}: {value:,}")
        elif isinstance(value, str):
            click.echo(f"{name}: {value}")
    for reason, n in said.get("hrefs", {}).items():
        click.echo(f"hrefs left without a page, {reason}: {n:,}")
    for one in said["failed"]:
        click.echo(f"not read: {one['archive']}: {one['reason']}", err=True)
