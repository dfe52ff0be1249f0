"""``linkworthy init``: make a site folder."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from linkworthy import urls
from linkworthy.cli.common import json_option, network_options
from linkworthy.cli.output import show_json
from linkworthy.cli.run import guessed
from linkworthy.errors import InputError
from linkworthy.site import Business, Site, SiteConfig, folder_for

ASKED = ("brands", "topics", "keywords", "competitors", "markets", "languages")


@click.command(
    epilog="""\b
Examples:
  linkworthy init https://shop.example
  linkworthy init https://shop.example --brand "Good Tea" --topic tea --competitor rival.example --yes
  linkworthy init https://shop.example --local --place Leeds"""
)
@click.argument("url")
@click.option(
    "--folder", type=click.Path(file_okay=False, path_type=Path), help="Where; default: the host's name here."
)
@click.option("--brand", "brands", multiple=True, help="A brand name; may be repeated.")
@click.option("--topic", "topics", multiple=True, help="What the site is about; may be repeated.")
@click.option("--keyword", "keywords", multiple=True, help="A search word to be found for; may be repeated.")
@click.option("--competitor", "competitors", multiple=True, help="A competitor's domain; may be repeated.")
@click.option("--market", "markets", multiple=True, help="ISO 3166 code of a country; may be repeated.")
@click.option("--language", "languages", multiple=True, help="ISO 639-1 code; may be repeated.")
@click.option(
    "--local/--online", "is_local", default=None, help="Customers come from around a place, or from anywhere."
)
@click.option("--place", "places", multiple=True, help="A town or region that a local business serves.")
@click.option("-y", "--yes", is_flag=True, help="Take the guess without asking.")
@network_options
@json_option
def command(
    url: str,
    *,
    folder: Path | None,
    is_local: bool | None,
    places: tuple[str, ...],
    yes: bool,
    as_json: bool,
    **given: Any,
) -> None:
    """Make a site folder for URL with settings that you give, and a guess for the rest, shown for you to correct."""
    normal = urls.normalise(url if "://" in url else f"https://{url}/")
    if normal is None:
        raise InputError(f"{url!r} is no http or https URL")
    place = folder or folder_for(normal, Path.cwd())
    if (place / "site.toml").exists():
        raise InputError(f"{place} holds a site already; edit {place / 'site.toml'}")
    said: dict[str, Any] = {name: tuple(given.pop(name)) for name in ASKED}
    business = Business(is_local=bool(is_local or places), places=places)
    config = guessed(SiteConfig(url=normal, **{k: v for k, v in said.items() if v}), given)
    config = replace(config, **{k: v for k, v in said.items() if v})
    if is_local is not None or places:
        config = replace(config, business=business)
    config = replace(config, guessed=tuple(name for name in config.guessed if not said.get(name)))
    if not yes and not as_json and sys.stdin.isatty():
        config = _asked(config)
    site = Site.create(place, config)
    if as_json:
        show_json({"folder": str(site.folder), **{name: list(getattr(config, name)) for name in (*ASKED, "guessed")}})
        return
    for name in ASKED:
        mark = " (guessed)" if name in config.guessed else ""
        click.echo(f"{name:12} {', '.join(getattr(config, name)) or 'none'}{mark}")
    kind = f"local: {', '.join(config.business.places) or 'no place named'}" if config.business.is_local else "online"
    click.echo(f"{'business':12} {kind}{' (guessed)' if 'business' in config.guessed else ''}")
    click.echo(f"made {site.folder / 'site.toml'}; correct it there, then: linkworthy run {normal} FILES…")


def _asked(config: SiteConfig) -> SiteConfig:
    """Ask for each list with the guess as the default; what is answered is no guess any more."""
    answers: dict[str, Any] = {}
    for name in ASKED:
        text = click.prompt(f"{name}, by commas", default=", ".join(getattr(config, name)), show_default=True)
        answers[name] = tuple(part.strip() for part in text.split(",") if part.strip())
    local = click.confirm(
        "a local business, whose customers come from around a place?", default=config.business.is_local
    )
    places = config.business.places
    if local:
        text = click.prompt("places, by commas", default=", ".join(places))
        places = tuple(part.strip() for part in text.split(",") if part.strip())
    return replace(config, **answers, business=replace(config.business, is_local=local, places=places), guessed=())
