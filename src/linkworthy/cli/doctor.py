"""``linkworthy doctor``: tell whether this machine is fit and a site folder whole."""

from __future__ import annotations

import importlib.util
import os
import platform
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import click

from linkworthy.cli.common import json_option
from linkworthy.cli.output import show_json
from linkworthy.errors import LinkworthyError, StageError
from linkworthy.fetch.chromium import find_chromium
from linkworthy.site import Site, folder_for

LEAST_FREE_BYTES = 2_000_000_000
_EXTRA = "pip install 'linkworthy[{}]'"


@click.command(
    epilog="""\b
Examples:
  linkworthy doctor
  linkworthy doctor shop.example --json"""
)
@click.argument("site", required=False)
@json_option
def command(site: str | None, *, as_json: bool) -> None:
    """Check this machine, and SITE where one is given: settings, snapshots, unfinished runs. Exit code 6 on a fault."""
    found = [*_machine(), *(_folder(site) if site else ())]
    if as_json:
        show_json([{"check": name, "state": state, "detail": detail} for name, state, detail in found])
    else:
        for name, state, detail in found:
            click.echo(f"{state:8} {name}: {detail}")
    raise click.exceptions.Exit(StageError.exit_code if any(state == "fault" for _n, state, _d in found) else 0)


def _machine() -> Iterator[tuple[str, str, str]]:
    supported = (3, 11) <= sys.version_info[:2] <= (3, 14)
    yield "python", "good" if supported else "fault", f"{platform.python_version()} (3.11 to 3.14 are supported)"
    cores = len(os.sched_getaffinity(0))
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    yield "machine", "good", f"{cores} cores, {memory / 2**30:.0f} GiB of memory"
    free = shutil.disk_usage(Path.cwd()).free
    yield "disk", "good" if free > LEAST_FREE_BYTES else "fault", f"{free / 2**30:.0f} GiB free here"
    chromium = find_chromium()
    yield "chromium", "good" if chromium else "absent", chromium or "no PDF of the report and no rendering without it"
    playwright = importlib.util.find_spec("playwright") is not None
    yield "rendering", "good" if playwright else "absent", "installed" if playwright else _EXTRA.format("browser")
    trustme = importlib.util.find_spec("trustme") is not None
    yield "demo", "good" if trustme else "absent", "installed" if trustme else _EXTRA.format("demo")


def _folder(place: str) -> Iterator[tuple[str, str, str]]:
    try:
        site = Site(folder_for(place, Path.cwd()))
    except LinkworthyError as fault:
        yield "site", "fault", str(fault)
        return
    yield "settings", "good", str(site.folder / "site.toml")
    if site.config.guessed:
        yield "guessed", "look", f"{', '.join(site.config.guessed)}: correct them in site.toml, then clear 'guessed'"
    try:
        snapshots = site.snapshots()
    except LinkworthyError as fault:
        yield "snapshots", "fault", str(fault)
        return
    yield "snapshots", "good", f"{len(snapshots)}, newest {snapshots[-1].id if snapshots else 'none'}"
    lost = sorted({str(p) for s in snapshots for files in s.tables().values() for p in files if not p.exists()})
    if lost:
        yield "files", "fault", f"{len(lost)} files of snapshots are gone, the first: {lost[0]}"
    runs = sorted(path.name for path in (site.folder / "runs").glob("*") if (path / "run.json").exists())
    if runs:
        yield "unfinished", "look", f"{', '.join(runs)}: the same command goes on with it, --fresh forgets it"
