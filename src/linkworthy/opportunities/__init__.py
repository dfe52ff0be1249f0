"""Chances for more good links: forums, blogs, directories, competitors, broken and lost links, mentions."""

from __future__ import annotations

from typing import Any

from linkworthy.engine.embedded import Embedded
from linkworthy.engine.progress import Progress
from linkworthy.opportunities.candidates import candidates, is_closed
from linkworthy.opportunities.places import places
from linkworthy.opportunities.reading import read_sites
from linkworthy.opportunities.winnable import broken, competing, lost, mentions
from linkworthy.site import Run, SiteConfig

__all__ = ["candidates", "find_prospects"]


def find_prospects(run: Run, config: SiteConfig, engine: Embedded, progress: Progress) -> dict[str, Any]:
    """Write table ``prospects`` from what was read of linking pages and candidates; gives the number of each kind."""
    progress.start("prospects")
    with engine.connect(run.tables()) as db:
        sites = {name: site for name, site in read_sites(db, config).items() if not is_closed(name, config)}
        found = places(sites)
        found += competing(sites, {prospect.domain for prospect in found})
        found += broken(db) + lost(db) + mentions(db, config, sites)
    rows = [prospect.row(config) for prospect in found]
    rows.sort(key=lambda row: (-row["worth"], row["kind"], row["url"]))
    run.write("prospects", "prospects", rows)
    counts: dict[str, int] = {}
    for row in rows:
        counts[row["kind"]] = counts.get(row["kind"], 0) + 1
    progress.finish(f"{len(rows)} found")
    return counts
