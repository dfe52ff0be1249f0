"""What verbs share: the site argument, overrides of settings, and opening a run."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from linkworthy.cli.progress import listener
from linkworthy.errors import StageError
from linkworthy.site import Site, SiteConfig, Snapshot, folder_for

if TYPE_CHECKING:
    from linkworthy.pipeline.job import Job

F = TypeVar("F", bound=Callable[..., Any])
SITE_HELP = "SITE is a site folder, or a URL whose folder stands in the current one. Default: the current folder."

site_argument = click.argument("site", default=".", metavar="[SITE]")
json_option = click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
quiet_option = click.option("-q", "--quiet", is_flag=True, help="No progress on standard error.")
fresh_option = click.option("--fresh", is_flag=True, help="Forget an unfinished run of this command.")
snapshot_option = click.option("--snapshot", "snapshot_id", default="", help="A snapshot by the beginning of its id.")


_LIMITS = ("max_pages", "max_depth", "delay_s", "requests_per_s", "connections_per_host", "timeout_s")


def network_options(function: F) -> F:
    """Add the options that change how requests leave."""
    options = [
        click.option("--max-pages", type=click.IntRange(1), help="Own URLs to fetch at most."),
        click.option("--max-depth", type=click.IntRange(0), help="Clicks from the start page at most."),
        click.option("--delay", "delay_s", type=click.FloatRange(0), help="Seconds between two requests to one host."),
        click.option(
            "--host-delay", multiple=True, metavar="HOST=SECONDS", help="The delay for one host; may be repeated."
        ),
        click.option("--rate", "requests_per_s", type=click.FloatRange(0), help="Requests in a second over all hosts."),
        click.option("--connections-per-host", type=click.IntRange(1), help="Connections at once to one host."),
        click.option("--timeout", "timeout_s", type=click.FloatRange(0.1), help="Seconds for one request."),
        click.option("--user-agent", help="User agent to send; robots.txt is read for it."),
        click.option(
            "--header",
            "headers",
            multiple=True,
            metavar="NAME: VALUE",
            help="Send this to own hosts; $NAME as a value stands for what the environment holds. May be repeated.",
        ),
        click.option("--cookies", is_flag=True, help="Keep cookies while the command runs and send them back."),
        click.option("--proxy", metavar="URL", help="http://, https://, socks4:// or socks5:// with host and port."),
        click.option("--ignore-robots", is_flag=True, help="Do not obey robots.txt (your own site only)."),
        click.option("--render", is_flag=True, help="Run the scripts of own pages in Chromium and read what comes."),
        click.option("--allow-private", is_flag=True, help="Let requests go to private and loopback addresses."),
        click.option(
            "--connect-to", multiple=True, metavar="HOST:PORT:ADDRESS:PORT", help="As curl's; may be repeated."
        ),
        click.option("--ca-file", type=click.Path(exists=True, dir_okay=False), help="More trusted authorities, PEM."),
        click.option(
            "--replay",
            multiple=True,
            type=click.Path(exists=True, dir_okay=False, path_type=Path),
            help="Answer requests from this WARC file and never from the network; may be repeated.",
        ),
    ]
    for option in reversed(options):
        function = option(function)
    return function


def overridden(config: SiteConfig, options: dict[str, Any]) -> SiteConfig:
    """Put the network options of a command on top of the site's settings."""
    limits = {k: options[k] for k in _LIMITS if options.get(k) is not None}
    network: dict[str, Any] = {k: options[k] for k in ("user_agent", "ca_file", "proxy") if options.get(k)}
    network |= {k: True for k in ("allow_private", "cookies") if options.get(k)}
    if options.get("headers"):
        network["headers"] = (*config.network.headers, *options["headers"])
    if options.get("connect_to"):
        network["connect_to"] = tuple(options["connect_to"])
    if options.get("host_delay"):
        limits["host_delays"] = (*config.limits.host_delays, *options["host_delay"])
    if options.get("ignore_robots"):
        network["robots"] = "ignore"
    browser = replace(config.browser, render=True) if options.get("render") else config.browser
    limited, networked = replace(config.limits, **limits), replace(config.network, **network)
    return replace(config, limits=limited, network=networked, browser=browser)


def open_site(place: str) -> Site:
    """Open the site folder that the user means."""
    return Site(folder_for(place, Path.cwd()))


def open_snapshot(place: str, snapshot_id: str) -> Snapshot:
    """Open the snapshot that the user means, the newest by default."""
    site = open_site(place)
    return site.snapshot(snapshot_id) if snapshot_id else site.latest()


@contextmanager
def open_job(
    site: Site,
    verb: str,
    arguments: dict[str, Any],
    *,
    quiet: bool,
    fresh: bool = False,
    options: dict[str, Any] | None = None,
) -> Iterator[Job]:
    """Begin or take up the run of a verb; the verb publishes it, and an error leaves it to be taken up again."""
    from linkworthy.pipeline.job import Job

    options = options or {}
    given = {key: value for key, value in options.items() if value not in (None, (), False, "")}
    said = {**arguments, **{key: _plain(value) for key, value in given.items()}}
    run = site.begin(verb, said, fresh=fresh)
    if run.is_resumed:
        click.echo(f"going on with the run of {run.started_at} (--fresh starts anew)", err=True)
    try:
        with listener(quiet=quiet) as progress:
            yield Job(
                site=site,
                config=overridden(site.config, options),
                run=run,
                progress=progress,
                replay=tuple(options.get("replay") or ()),
            )
    finally:
        run.close()


def need_links(job: Job) -> None:
    """Check that link data is at hand.

    Raises: StageError saying how to get some.
    """
    if not (job.run.has("link_index") or job.run.has("observations")):
        job.run.abandon()
        raise StageError("no link data yet: 'linkworthy import' reads exports, lists, logs and archives")


def _plain(value: Any) -> Any:
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    return str(value) if isinstance(value, Path) else value
