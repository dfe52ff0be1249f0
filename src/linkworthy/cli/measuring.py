"""``linkworthy lab``: measure page load, phones and accessibility in a browser."""

from __future__ import annotations

from typing import Any

import click

from linkworthy.cli.common import (
    fresh_option,
    json_option,
    network_options,
    open_job,
    open_site,
    quiet_option,
    site_argument,
)
from linkworthy.cli.output import show_json, show_rows
from linkworthy.errors import StageError
from linkworthy.pipeline.job import do_lab
from linkworthy.questions import Answers

_PAGES = """
    select url, device, n_template_pages, state, round(lcp_ms) as lcp_ms, round(lcp_spread) as lcp_spread,
        round(cls, 3) as cls, round(tbt_ms) as tbt_ms, transfer_bytes, round(access_score, 2) as access_score, fault
    from lab_pages order by n_template_pages desc, url, device
"""


@click.command(
    epilog="""\b
Examples:
  linkworthy lab shop.example
  linkworthy lab . --pages 5 --loads 5 --json
  linkworthy table . lab_pages            all that was measured
  linkworthy audit .                      then judge by it"""
)
@site_argument
@click.option("--pages", type=click.IntRange(1, 1_000), default=20, show_default=True, help="Pages at most.")
@click.option(
    "--loads", type=click.IntRange(3, 25), default=3, show_default=True, help="Loads of a page on each device."
)
@network_options
@json_option
@quiet_option
@fresh_option
def command(site: str, *, pages: int, loads: int, as_json: bool, quiet: bool, fresh: bool, **options: Any) -> None:
    """Measure one page of each URL template in a browser, on a desktop and on a slow phone.

    Web Vitals as medians with their spread, what phones show, accessibility by axe-core, and the page before and after
    its scripts ran. A page is fetched once; its loads are handed out at the pace of the device. Needs
    linkworthy[browser] and an installed Chromium.
    """
    asked = {"pages": pages, "loads": loads}
    with open_job(open_site(site), "lab", asked, quiet=quiet, fresh=fresh, options=options) as job:
        if not job.run.has("pages"):
            job.run.abandon()
            raise StageError(f"no pages yet: 'linkworthy crawl {site}' first")
        do_lab(job, limit=pages, n_loads=loads)
        snapshot = job.run.publish()
    with Answers(snapshot) as answers:
        table = answers.ask(_PAGES)
    if as_json:
        show_json({"snapshot": snapshot.id, "pages": table.to_pylist()})
    else:
        show_rows(table, as_json=False, note=f"judge by it: linkworthy audit {site}")
