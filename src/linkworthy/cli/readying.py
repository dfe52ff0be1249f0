"""Answers about links for verbs that only read: what imports and crawls left to be merged or measured is done first."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from linkworthy.cli.common import need_links, open_job, open_site, open_snapshot
from linkworthy.pipeline.job import do_measure, need_index
from linkworthy.questions import Answers

MERGED = ("link_index", "disagreements")
MEASURED = ("backlinks", "domains")
_LINK_DATA = ("link_index", "observations", "domain_reports")


@contextmanager
def ready_answers(place: str, snapshot_id: str, tables: tuple[str, ...]) -> Iterator[Answers]:
    """Open the snapshot that the user means; where the newest one lacks ``tables``, they are made first.

    What was made is published, so that it is made once. While another process works on the site it is not: that
    process's snapshot, which is named after its beginning, would look older than this one.

    Raises: StageError where there is no link data at all.
    """
    snapshot = open_snapshot(place, snapshot_id)
    if snapshot_id or all(map(snapshot.has, tables)):
        with Answers(snapshot) as answers:
            yield answers
        return
    site = open_site(place)
    is_merged_only = set(tables) <= set(MERGED)
    with open_job(site, "merge" if is_merged_only else "measure", {}, quiet=False) as job:
        if not any(map(job.run.has, _LINK_DATA)):
            need_links(job)
        need_index(job)
        if not is_merged_only:
            do_measure(job)
        if not _is_anybody_at_work(site.folder / "runs", besides=job.run.id):
            with Answers(job.run.publish()) as answers:
                yield answers
            return
        try:
            with Answers(job.run) as answers:
                yield answers
        finally:
            job.run.abandon()


def _is_anybody_at_work(runs: Path, besides: str) -> bool:
    """Tell whether another process holds a run of the site."""
    return any(_is_held(path) for path in runs.glob("*/lock") if path.parent.name != besides)


def _is_held(path: Path) -> bool:
    try:
        descriptor = os.open(path, os.O_RDWR)
    except FileNotFoundError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return True
    finally:
        os.close(descriptor)
    return False
