"""What ``linkworthy index append --engine spark`` adds: where archives may lie, and how a cluster is named."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from linkworthy.cli.cluster import cluster_options, settings_of
from linkworthy.errors import InputError

if TYPE_CHECKING:
    from linkworthy.engine.progress import Progress
    from linkworthy.index.append import Shape
    from linkworthy.pipeline.indexing import Appended

F = TypeVar("F", bound=Callable[..., Any])


def spark_options(function: F) -> F:
    """Add the options that choose the engine and name a cluster."""
    options = [
        click.option(
            "--list", "listed", type=click.Path(exists=True, dir_okay=False, path_type=Path),
            help="A file that names archives, one path or URI a line.",
        ),
        click.option(
            "--engine", type=click.Choice(["embedded", "spark"]), default="embedded", show_default=True,
            help="Who works: this machine, or Apache Spark (pip install 'linkworthy[spark]').",
        ),
        cluster_options,
        click.option(
            "--work", default="", metavar="PLACE",
            help="With Spark: a folder or s3://, gs://, abfs:// URI that every machine reads and writes. "
            "Default: a folder in INDEX.",
        ),
    ]  # fmt: skip
    for option in reversed(options):
        function = option(function)
    return function


def places(archives: Sequence[str], listed: Path | None) -> list[str]:
    """Give the archives that are named and those of a list, as they stand there.

    Raises: InputError where there is none.
    """
    found = list(archives)
    if listed is not None:
        lines = listed.read_text(encoding="utf-8").splitlines()
        found += [line.strip() for line in lines if line.strip() and not line.startswith("#")]
    if not found:
        raise InputError("no archive is named: give ARCHIVE or --list")
    return found


def local_archives(found: Sequence[str]) -> list[Path]:
    """Give the archives as files of this machine.

    Raises: InputError for a URI, which Spark alone reads, and for a file that is not there.
    """
    from linkworthy.pipeline.indexing import archives_in

    for place in found:
        if "://" in place:
            raise InputError(f"{place}: read with --engine spark; 'linkworthy commoncrawl fetch' brings files here")
        if not Path(place).exists():
            raise InputError(f"{place}: no such file or folder")
    return archives_in([Path(place) for place in found])


def append_by_spark(
    folder: Path,
    found: Sequence[str],
    *,
    name: str,
    source: str,
    shape: Shape,
    master: str,
    settings: Sequence[str],
    work: str,
    memory_bytes: int,
    progress: Progress,
) -> Appended:
    """Append archives to an index by Spark.

    Raises: InputError for a setting without a value.
    """
    from linkworthy.engine.spark import Spark
    from linkworthy.pipeline.spark_indexing import append_archives_on_spark

    chosen = settings_of(settings)
    here = [place for place in found if "://" not in place]
    archives = [place for place in found if "://" in place]
    archives += [str(path.absolute()) for path in local_archives(here)] if here else []
    with Spark(master, chosen, watch=progress.update) as spark:
        return append_archives_on_spark(
            folder, archives, spark, name=name, source=source, work=work, shape=shape, memory_bytes=memory_bytes,
            progress=progress,
        )  # fmt: skip
