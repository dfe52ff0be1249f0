"""Every verb that writes, killed at random moments and started again, ends with what an undisturbed run gives."""

from __future__ import annotations

import hashlib
import json
import os
import random
import shutil
import signal
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from linkworthy.engine.embedded import Embedded
from linkworthy.pipeline.job import Job, do_audit, do_crawl, do_import, do_index, do_judge, do_measure, do_verify
from linkworthy.site import Site
from tests.support.preloaded import Starter
from tests.support.smallweb import SHOP, SmallWeb, small_web

N_KILLS = int(os.environ.get("LINKWORTHY_KILLS", "8"))
"""Kills of each verb; more are asked for by the environment."""
MAX_STARTS = 4 * N_KILLS
VOLATILE = {
    # timings of the server and the connection
    "dns_ms", "connect_ms", "tls_ms", "ttfb_ms", "total_ms",
    # the page that answers 429 first does so once, whether or not the process that asked lived on
    "n_attempts",
}  # fmt: skip
"""Columns that differ between two undisturbed runs as well. So do instants since this test began: they read "now"."""
BEGAN = datetime.now(UTC)


@dataclass
class Stages:
    """Site folders as each verb finds them."""

    web: SmallWeb
    starter: Starter
    home: Path
    list_file: Path
    made: dict[str, Path] = field(default_factory=dict)

    def before(self, verb: str) -> Path:
        """Give a site folder in which everything before this verb is done."""
        if verb not in self.made:
            order = ("import", "crawl", "verify", "judge", "prospects", "report")
            base = self.before(order[order.index(verb) - 1]) if verb in order[1:] else None
            folder = self.home / f"before-{verb}" / "site"
            if base is None:
                Site.create(folder, self.web.config)
            else:
                shutil.copytree(base, folder)
                self._do(folder, order[order.index(verb) - 1])
            self.made[verb] = folder
        return self.made[verb]

    def write_redirects(self) -> Path:
        """Write a list of redirects that are all as they should be."""
        path = self.home / "redirects.csv"
        path.write_text("/older-chain,/about\n/about,/about\n/news,/news\n/tea/,/tea/\n", encoding="utf-8")
        return path

    def _do(self, folder: Path, verb: str) -> None:
        site = Site(folder)
        job = Job(site=site, config=site.config, run=site.begin("run", {"verb": verb}), engine=Embedded(1))
        if verb == "import":
            do_import(job, [self.list_file], {})
            do_index(job)
        elif verb == "crawl":
            do_crawl(job)
        elif verb == "verify":
            self.web.refusals.clear()
            do_index(job)
            do_verify(job)
        else:
            do_index(job)
            do_measure(job)
            do_audit(job)
            do_judge(job)
        job.run.publish()


@pytest.fixture(scope="module")
def stages(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stages]:
    home = tmp_path_factory.mktemp("kill")
    with small_web() as web, Starter() as starter:
        yield Stages(web, starter, home, web.write_list(home))


def tables_of(folder: Path) -> dict[str, list[str]]:
    """Give every row of every table of the newest snapshot as text, without the columns that may differ."""
    out = {}
    with Embedded(1).connect(Site(folder).latest().tables()) as db:
        for name in Site(folder).latest().tables():
            table = db.sql(f'select * from "{name}"').to_arrow_table()
            kept = table.drop_columns([column for column in table.column_names if column in VOLATILE])
            out[name] = sorted(json.dumps(row, default=_lasting) for row in kept.to_pylist())
    return out


def differences(expected: dict[str, Any], found: dict[str, Any]) -> list[str]:
    """Say in a few lines what differs between two outcomes."""
    out = [f"only in one: {name}" for name in expected.keys() ^ found.keys()]
    for name in expected.keys() & found.keys():
        one, other = Counter(_lines(expected[name])), Counter(_lines(found[name]))
        out += [f"{name} expected {line}" for line in (one - other)]
        out += [f"{name} found    {line}" for line in (other - one)]
    return out[:20]


def _lines(content: str | list[str]) -> list[str]:
    return content.splitlines() if isinstance(content, str) else content


def _lasting(value: Any) -> str:
    return "now" if isinstance(value, datetime) and value >= BEGAN else str(value)


def texts_of(folder: Path) -> dict[str, str]:
    """Give every text below a folder by its path; of a workbook its digest."""
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        if path.suffix == ".xlsx"
        else path.read_text(encoding="utf-8")
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@dataclass
class Trial:
    """One verb: how it is called, and what is left behind."""

    verb: str
    arguments: list[str]
    base: Path | None
    work: Path
    web: SmallWeb
    starter: Starter
    n_asked: int = 0

    def reset(self) -> None:
        """Begin anew from the base."""
        shutil.rmtree(self.work, ignore_errors=True)
        self.work.mkdir(parents=True)
        if self.base is not None:
            shutil.copytree(self.base, self.work / "site")
        self.web.refusals.clear()

    def outcome(self) -> Any:
        """Give what a finished command left."""
        if self.verb == "init":
            return texts_of(self.work / "site")
        if self.verb == "report":
            return texts_of(self.work / "site" / "reports")
        return tables_of(self.work / "site")

    def is_finished(self) -> bool:
        """Tell whether a killed verb had done all its work: a second ``init`` refuses a folder that holds a site."""
        return self.verb == "init" and (self.work / "site" / "site.toml").exists()

    def is_at_work(self, pid: int, began: float) -> bool:
        """Tell whether a process has left the start of the interpreter behind and is at the verb's own work."""
        if self.verb == "init":
            return len(self.web.server.asked) > self.n_asked
        if self.verb == "report":
            return any(path.stat().st_mtime >= began for path in (self.work / "site").glob("reports/*"))
        return any(_text_of(path).startswith(f"pid {pid},") for path in (self.work / "site").glob("runs/*/lock"))


def _text_of(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except OSError:
        return ""


def start(trial: Trial, pause_s: float | None, *, at_work: bool) -> bool:
    """Start the verb; false where it ended by itself.

    Its process group is killed ``pause_s`` after the verb has begun its work, or else after the process was started.
    """
    errors = trial.work / "stderr.txt"
    trial.n_asked = len(trial.web.server.asked)
    began = time.time()
    pid = trial.starter.start(trial.arguments, trial.work, errors)
    code = None
    while at_work and code is None and not trial.is_at_work(pid, began):
        code = trial.starter.wait(0.002)
    code = trial.starter.wait(pause_s) if code is None else code
    if code is None:
        os.killpg(pid, signal.SIGKILL)
        code = trial.starter.wait()
        if code == -signal.SIGKILL:
            return True
    assert code == 0, (trial.arguments, code, errors.read_text())
    return False


def trial_of(verb: str, stages: Stages) -> Trial:
    work = stages.home / f"work-{verb}"
    arguments = {
        "import": ["import", "site", str(stages.list_file)],
        "run": ["run", "site", str(stages.list_file), "--no-pdf"],
        "report": ["report", "site", "--no-pdf"],
        "migration": ["migration", "site", str(stages.write_redirects())],
        "init": ["init", SHOP, "--folder", "site", "--yes"],
    }.get(verb, [verb, "site"])
    if verb == "init":
        arguments += [part for route in stages.web.config.network.connect_to for part in ("--connect-to", route)]
    base = {
        "init": None, "run": stages.before("import"), "audit": stages.before("verify"),
        "migration": stages.before("crawl"),
    }.get(verb)  # fmt: skip
    if base is None and verb != "init":
        base = stages.before(verb)
    return Trial(verb, arguments, base, work, stages.web, stages.starter)


EARLY = ("init", "import", "crawl", "migration", "run")
LATE = ("verify", "audit", "judge", "prospects", "report")
VERBS = [pytest.param(verb, marks=pytest.mark.xdist_group("kill-early")) for verb in EARLY]
VERBS += [pytest.param(verb, marks=pytest.mark.xdist_group("kill-late")) for verb in LATE]


@pytest.mark.timeout(900)
@pytest.mark.parametrize("verb", VERBS)
def test_a_verb_killed_at_random_moments_ends_as_if_undisturbed(verb: str, stages: Stages) -> None:
    trial = trial_of(verb, stages)
    trial.reset()
    began = time.monotonic()
    assert not start(trial, None, at_work=False)
    work_s = time.monotonic() - began
    expected = trial.outcome()

    rng = random.Random(f"kill {verb}")
    n_kills = n_at_work = n_chains = n_since = 0
    trial.reset()
    for _ in range(MAX_STARTS):
        is_last = n_kills == N_KILLS
        at_work = n_kills % 4 != 3
        if start(trial, None if is_last else rng.uniform(0, work_s), at_work=at_work):
            n_kills += 1
            n_since += 1
            n_at_work += at_work
            if not trial.is_finished():
                continue
        else:
            work_s *= 0.85  # this start was quicker than the first one, which was measured
        if n_since:
            assert differences(expected, trial.outcome()) == [], f"{verb} after {n_since} kills"
            assert not list((trial.work / "site").glob("runs/*/run.json")), "a finished run leaves no folder"
            n_chains += 1
        if is_last:
            break
        n_since = 0
        trial.reset()
    assert n_kills == N_KILLS, "too many starts ended by themselves"
    assert n_chains, "no chain of kills was finished"
    assert n_at_work >= N_KILLS // 2, f"only {n_at_work} kills hit the verb at work"
