"""The owner's settings for a served world, and a world served until interrupted."""

from __future__ import annotations

import asyncio
import shutil
from dataclasses import replace
from pathlib import Path

from linkworthy.demo.exports import write_exports
from linkworthy.demo.model import World
from linkworthy.demo.server import Served, serve
from linkworthy.site import Business, Limits, Network, SiteConfig
from linkworthy.site import config as settings

HOSTS_FILE = "connect-to.txt"
CA_FILE = "ca.pem"
SITE_FILE = "site.toml"


def site_config(world: World, served: Served) -> SiteConfig:
    """Give the owner's settings: what a careful owner would have confirmed, with small limits."""
    owner, gazetteer = world.owner, world.gazetteer
    return SiteConfig(
        url=owner.url,
        name=owner.brand,
        hosts=(owner.host, f"www.{owner.host}"),
        brands=owner.brands,
        topics=(owner.topic.name, *owner.topic.things, *owner.topic.ranges),
        keywords=owner.keywords,
        competitors=(world.host_of("competitor"),),
        partners=(world.host_of("partner"),),
        markets=("GB",),
        languages=("en",),
        business=Business(
            is_local=owner.is_local,
            places=(gazetteer.town,) if owner.is_local else (),
            telephone=gazetteer.telephone,
        ),
        limits=Limits(max_pages=500, timeout_s=3.0, connections=32),
        network=Network(connect_to=served.connect_to, ca_file=str(served.ca_file)),
    )


async def run_server_forever(world: World, folder: Path) -> None:
    """Serve a world until cancelled; settings, addresses, authority and exports lie in the folder meanwhile.

    Writes site.toml, connect-to.txt (one HOST:PORT:ADDRESS:PORT a line), ca.pem and exports/.
    """
    async with serve(world) as served:
        _lay_out(world, served, folder)
        await asyncio.Event().wait()


def _lay_out(world: World, served: Served, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    kept = folder / CA_FILE
    shutil.copyfile(served.ca_file, kept)
    config = site_config(world, replace(served, ca_file=kept.resolve()))
    (folder / HOSTS_FILE).write_text("\n".join(served.connect_to) + "\n", encoding="utf-8")
    (folder / SITE_FILE).write_text(settings.write(config), encoding="utf-8")
    write_exports(world, folder / "exports")
