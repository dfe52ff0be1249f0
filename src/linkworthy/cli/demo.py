"""``linkworthy demo``: the demonstration web, served on loopback, and the whole job on it."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from linkworthy.cli.common import fresh_option, json_option, open_job, quiet_option
from linkworthy.cli.output import show_json
from linkworthy.cli.run import finished
from linkworthy.cli.words import told
from linkworthy.demo import Served, World, build, run_server_forever, serve, site_config, write_exports
from linkworthy.errors import LinkworthyError
from linkworthy.site import Site

FOLDER = Path("demo-web")
seed_option = click.option("--seed", type=click.IntRange(0), default=1, show_default=True, help="Which world.")
folder_option = click.option(
    "--folder", type=click.Path(file_okay=False, path_type=Path), default=FOLDER, show_default=True, help="Where."
)


@click.group(
    epilog="""\b
Examples:
  linkworthy demo run
  linkworthy demo run --seed 7 --folder /tmp/seven
  linkworthy demo serve &     then crawl it with --connect-to and --ca-file as demo-web/site.toml has them"""
)
def command() -> None:
    """Run the job on a small web of our own: a shop with faults, and good and bad sites that link to it."""


@command.command()
@seed_option
@folder_option
@click.option("--pdf/--no-pdf", default=True, help="Write the report as PDF too, where Chromium is installed.")
@json_option
@quiet_option
@fresh_option
def run(seed: int, folder: Path, *, pdf: bool, as_json: bool, quiet: bool, fresh: bool) -> None:
    """Serve the world, write the exports that its owner has, and do the whole job on them."""
    world = build(seed)
    folder.mkdir(parents=True, exist_ok=True)
    files = tuple(write_exports(world, folder / "exports"))
    with serving(world) as served:
        place = folder / world.owner.host
        config = site_config(world, served)
        if (place / "site.toml").exists():
            site = Site(place)
            site.save(config)
        else:
            site = Site.create(place, config)
        arguments = {"seed": seed, "files": [str(path) for path in files]}
        with open_job(site, "demo", arguments, quiet=quiet, fresh=fresh) as job:
            summary, code = finished(job, files, {}, pdf=pdf)
    show_json(summary) if as_json else told(summary)
    raise click.exceptions.Exit(code)


@command.command("serve")
@seed_option
@folder_option
@json_option
def serve_until_interrupted(seed: int, folder: Path, *, as_json: bool) -> None:
    """Serve the world until interrupted; settings, addresses and exports lie in the folder meanwhile."""
    world = build(seed)
    told_where = {"folder": str(folder), "site": world.owner.url, "settings": str(folder / "site.toml")}
    if as_json:
        show_json(told_where)
    else:
        click.echo(f"serving {world.owner.url} and {len(world.hosts)} hosts; settings and exports in {folder}")
    asyncio.run(run_server_forever(world, folder))


@contextmanager
def serving(world: World) -> Iterator[Served]:
    """Serve a world from a thread of its own until the context is left.

    Raises: InputError where it cannot be served.
    """
    is_ready = threading.Event()
    box: dict[str, Served] = {}
    faults: list[LinkworthyError] = []
    loop = asyncio.new_event_loop()
    stop = asyncio.Event()

    async def until_stopped() -> None:
        try:
            async with serve(world) as served:
                box["served"] = served
                is_ready.set()
                await stop.wait()
        except LinkworthyError as fault:
            faults.append(fault)
            is_ready.set()

    thread = threading.Thread(target=lambda: loop.run_until_complete(until_stopped()), daemon=True)
    thread.start()
    is_ready.wait()
    if faults:
        raise faults[0]
    try:
        yield box["served"]
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join(timeout=10)
        loop.close()
