"""One site's folder: ``site.toml``, ``journal.sqlite``, ``runs/``, ``snapshots/``, ``reports/``."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from linkworthy import urls
from linkworthy.errors import InputError, StageError
from linkworthy.site import config, parts, snapshots
from linkworthy.site.config import SiteConfig
from linkworthy.site.journal import Journal
from linkworthy.site.runs import Run
from linkworthy.site.snapshots import Snapshot


class Site:
    """A site folder on disk."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.config = config.read(folder / "site.toml")

    @classmethod
    def create(cls, folder: Path, settings: SiteConfig) -> Site:
        """Make a site folder with its settings.

        Raises: InputError where the folder holds a site already.
        """
        if (folder / "site.toml").exists():
            raise InputError(f"{folder} holds a site already; edit {folder / 'site.toml'}")
        folder.mkdir(parents=True, exist_ok=True)
        parts.write_text(folder / "site.toml", config.write(settings))
        return cls(folder)

    def save(self, settings: SiteConfig) -> None:
        """Replace the settings."""
        parts.write_text(self.folder / "site.toml", config.write(settings))
        self.config = settings

    @property
    def journal(self) -> Journal:
        """The journal: small state that any process may write."""
        return Journal(self.folder / "journal.sqlite")

    @property
    def reports(self) -> Path:
        """The folder of reports."""
        path = self.folder / "reports"
        path.mkdir(exist_ok=True)
        return path

    def snapshots(self) -> list[Snapshot]:
        """Give all snapshots, oldest first."""
        home = self.folder / "snapshots"
        return [snapshots.read(path.parent) for path in sorted(home.glob(f"*/{snapshots.MANIFEST}"))]

    def latest(self) -> Snapshot:
        """Give the newest snapshot.

        Raises: StageError where nothing was run yet.
        """
        folders = sorted(path.parent for path in (self.folder / "snapshots").glob(f"*/{snapshots.MANIFEST}"))
        if not folders:
            raise StageError(f"{self.folder}: nothing was run yet; start with 'linkworthy run {self.config.url}'")
        return snapshots.read(folders[-1])

    def snapshot(self, snapshot_id: str) -> Snapshot:
        """Give a snapshot by its id, or by the beginning that no other's has.

        Raises: InputError where none or several begin so.
        """
        folders = [path.parent for path in (self.folder / "snapshots").glob(f"*/{snapshots.MANIFEST}")]
        found = [folder for folder in folders if folder.name == snapshot_id]
        found = found or [folder for folder in folders if folder.name.startswith(snapshot_id)]
        if len(found) != 1:
            raise InputError(f"{self.folder}: {len(found)} snapshots begin with {snapshot_id!r}")
        return snapshots.read(found[0])

    def begin(self, verb: str, arguments: Mapping[str, Any], *, fresh: bool = False) -> Run:
        """Start a run, or take up the unfinished one of the same verb and arguments.

        Raises: StageError where another process works on that run.
        """
        home = self.folder / "runs"
        home.mkdir(exist_ok=True)
        for folder in sorted(home.iterdir()):
            if (self.folder / "snapshots" / folder.name).exists():
                shutil.rmtree(folder, ignore_errors=True)  # killed between publishing and tidying up
                continue
            state = _state_of(folder)
            if state is None or state["verb"] != verb or state["arguments"] != json.loads(json.dumps(dict(arguments))):
                continue
            base = snapshots.read(self.folder / "snapshots" / state["base"]) if state["base"] else None
            run = Run(folder, self.folder / "snapshots", base).open(verb, arguments, state["started_at"])
            newest = self._newest()
            if fresh:
                run.abandon()
            elif newest is None or (newest.id == state["base"] and newest.id < folder.name):
                return run
            else:
                run.close()
                return self._moved(folder, state, newest).open(verb, arguments, "")
        folder, started_at = self._next_run()
        return Run(folder, self.folder / "snapshots", self._newest()).open(verb, arguments, started_at)

    def unfinished(self, verb: str) -> dict[str, Any] | None:
        """Give the arguments of the newest unfinished run of a verb, null where there is none."""
        home = self.folder / "runs"
        for folder in sorted(home.iterdir(), reverse=True) if home.is_dir() else ():
            state = None if (self.folder / "snapshots" / folder.name).exists() else _state_of(folder)
            if state is not None and state["verb"] == verb:
                return dict(state["arguments"])
        return None

    def _newest(self) -> Snapshot | None:
        try:
            return self.latest()
        except StageError:
            return None

    def _next_run(self) -> tuple[Path, str]:
        """Give the folder of a new run, named after this second, and the second."""
        home = self.folder / "runs"
        taken = {path.name for path in (*home.iterdir(), *(self.folder / "snapshots").glob("*"))}
        now = datetime.now(UTC)
        run_id = stamp = now.strftime("%Y-%m-%dT%H%M%SZ")
        count = 1
        while run_id in taken:
            count += 1
            run_id = f"{stamp}-{count:03}"
        return home / run_id, now.isoformat(timespec="seconds")

    def _moved(self, folder: Path, state: dict[str, Any], newest: Snapshot) -> Run:
        """Put an unfinished run on top of a snapshot that another command made meanwhile.

        What it has fetched and written stays; its steps are gone through again, since what they rest on has changed.
        """
        target, started_at = self._next_run()
        folder.rename(target)
        anew = {"started_at": started_at, "base": newest.id, "steps": {}, "dropped": [], "replaced": [], "facts": {}}
        parts.write_text(target / "run.json", json.dumps(state | anew, indent=1, ensure_ascii=False) + "\n")
        return Run(target, self.folder / "snapshots", newest)


def _state_of(folder: Path) -> dict[str, Any] | None:
    """Read an unfinished run's state; null where the run was killed before it had one, or after it was published."""
    if not (folder / "tables").is_dir():
        return None
    try:
        state: dict[str, Any] = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return state


def folder_for(place: str, home: Path) -> Path:
    """Find the site folder that a user means: a folder, or the one named after a URL's host below ``home``."""
    path = Path(place)
    if (path / "site.toml").exists():
        return path
    url = urls.normalise(place if "://" in place else f"https://{place}/")
    if url is None:
        raise InputError(f"{place!r} is neither a site folder nor an http(s) URL")
    return home / urls.host_of(url).strip("[]").replace(":", "-")
