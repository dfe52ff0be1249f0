"""The whole job on one demonstration world, done once for all tests that look at it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from linkworthy.cli.demo import serving
from linkworthy.demo import Truth, World, build, site_config, truth, write_exports
from linkworthy.pipeline.job import Job, whole_job
from linkworthy.pipeline.reporting import write_reports
from linkworthy.questions import Answers
from linkworthy.site import Site, Snapshot


@dataclass(frozen=True)
class Judged:
    """A world, what is true of it, and what the job says of it."""

    world: World
    truth: Truth
    site: Site
    snapshot: Snapshot
    answers: Answers
    facts: dict[str, Any]
    reports: list[Path]

    def rows(self, sql: str) -> list[dict[str, Any]]:
        return self.answers.rows(sql)


@contextmanager
def judged(seed: int, folder: Path) -> Iterator[Judged]:
    """Serve a world, do the whole job on its exports, write the reports, and open the snapshot."""
    world = build(seed)
    with serving(world) as served:
        files = write_exports(world, folder / "exports")
        site = Site.create(folder / "site", site_config(world, served))
        job = Job(site=site, config=site.config, run=site.begin("run", {}))
        facts = whole_job(job, files, {})
        reports, _summary = write_reports(job.run, site, site.config, job.progress, pdf=False)
        snapshot = job.run.publish()
    with Answers(snapshot) as answers:
        yield Judged(world, truth(world), site, snapshot, answers, facts, reports)
