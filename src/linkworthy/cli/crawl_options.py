"""The options of ``linkworthy crawl`` that say what it takes in, and how they change the settings."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

import click

from linkworthy.site import SiteConfig
from linkworthy.site.config import MODES, WITHIN

F = TypeVar("F", bound=Callable[..., Any])

_SIMPLE = ("mode", "within", "follow", "max_per_host", "max_per_folder", "resources")
_LISTS = {
    "include": "include", "exclude": "exclude",
    "drop_parameter": "drop_parameters", "keep_parameter": "keep_parameters",
}  # fmt: skip


def scope_options(function: F) -> F:
    """Add the options of modes, scope, patterns, parameters, resources and record."""
    pattern = "A shell pattern over the URL (over path and query where it begins with /), or re: and an expression."
    options = [
        click.option("--mode", type=click.Choice(MODES), help="spider follows links; sitemap: what sitemaps name."),
        click.option(
            "--list", "list_place", metavar="FILE|URL|-",
            help="Fetch exactly these URLs: a text, CSV or sitemap, its URL, or - for standard input.",
        ),
        click.option("--follow", type=click.IntRange(0), help="With --list: levels of links to follow. Default: 0."),
        click.option(
            "--scope", "within", type=click.Choice(WITHIN),
            help="Where own pages lie; what lies elsewhere is checked as external links are. Default: site.",
        ),
        click.option("--include", multiple=True, metavar="PATTERN", help=f"Own URLs to take; repeatable. {pattern}"),
        click.option("--exclude", multiple=True, metavar="PATTERN", help="Own URLs to leave, in the same way."),
        click.option(
            "--drop-parameter", multiple=True, metavar="NAME",
            help="Take this query parameter off own URLs; utm_*, tracking, sessions, all, none; may be repeated.",
        ),
        click.option(
            "--keep-parameter", multiple=True, metavar="NAME", help="Keep this one; alone: all others go. Repeatable."
        ),
        click.option("--max-per-host", type=click.IntRange(1), help="Own URLs of one host at most."),
        click.option("--max-per-folder", type=click.IntRange(1), help="Own URLs below one first folder at most."),
        click.option("--resources/--no-resources", default=None, help="Check images, scripts and styles, each once."),
        click.option(
            "--refetch", is_flag=True,
            help="Fetch every page anew, also where the server would say that it has not changed since the last crawl.",
        ),
        click.option("--no-external", is_flag=True, help="Do not check where the site links to."),
        click.option(
            "--record", type=click.Path(path_type=Path), metavar="FILE|FOLDER",
            help="Write all that is fetched as WARC 1.1, when the crawl is over.",
        ),
    ]  # fmt: skip
    for option in reversed(options):
        function = option(function)
    return function


def scoped(config: SiteConfig, options: dict[str, Any]) -> SiteConfig:
    """Put what a command says about its scope on top of the site's settings."""
    said = {name: options[name] for name in _SIMPLE if options.get(name) is not None}
    said |= {setting: tuple(options[name]) for name, setting in _LISTS.items() if options.get(name)}
    if options.get("list_place"):
        said["mode"] = "list"
    limits = replace(config.limits, max_outbound=0) if options.get("no_external") else config.limits
    network = replace(config.network, conditional=False) if options.get("refetch") else config.network
    return replace(config, scope=replace(config.scope, **said), limits=limits, network=network)
