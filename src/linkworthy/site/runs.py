"""A run: the tables of one command while it works. Killed at any moment, the same command takes it up again.

``runs/<id>/run.json`` says which steps are done, ``runs/<id>/tables/`` holds the parts written so far, and other files
of the run's folder (its frontier) belong to the stages. Publishing renames ``tables/`` into ``snapshots/``.
"""

from __future__ import annotations

import fcntl
import json
import os
import re
import shutil
from collections.abc import Container, Iterable, Mapping
from pathlib import Path
from typing import Any

from linkworthy.errors import StageError
from linkworthy.site import parts, snapshots
from linkworthy.site.snapshots import Part, Snapshot
from linkworthy.tables import table as table_named

_GROUP = re.compile(r"[a-z0-9-]+")


class Run:
    """One command at work on one site. Made by ``Site.begin``; the lock is held until ``close``."""

    def __init__(self, folder: Path, snapshots_folder: Path, base: Snapshot | None) -> None:
        self.folder = folder
        self.id = folder.name
        self.base = base
        self.is_resumed = (folder / "run.json").exists()
        self._snapshots = snapshots_folder
        self._tables = folder / "tables"
        self._lock: int | None = None
        self._state: dict[str, Any] = {}

    def open(self, verb: str, arguments: Mapping[str, Any], started_at: str) -> Run:
        """Take the lock, and read or start the run's state.

        Raises: StageError where another process holds the run.
        """
        self._tables.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(self.folder / "lock", os.O_RDWR | os.O_CREAT, 0o644)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            holder = os.pread(descriptor, 200, 0).decode("utf-8", "replace").strip()
            os.close(descriptor)
            raise StageError(f"{self.folder}: another linkworthy is at work ({holder})") from None
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, f"pid {os.getpid()}, boot {_boot_id()}\n".encode(), 0)
        self._lock = descriptor
        if self.is_resumed:
            self._state = json.loads((self.folder / "run.json").read_text(encoding="utf-8"))
        else:
            base = self.base.id if self.base else None
            self._state = {"verb": verb, "arguments": dict(arguments), "started_at": started_at, "base": base}
            self._state |= {"steps": {}, "dropped": [], "replaced": [], "facts": {}}
            self._save()
        for leftover in self._tables.glob("*.tmp"):
            leftover.unlink()
        return self

    @property
    def verb(self) -> str:
        """The command that this run carries out."""
        return str(self._state["verb"])

    @property
    def started_at(self) -> str:
        """When the run was begun, ISO 8601 in UTC; a resumed run keeps it."""
        return str(self._state["started_at"])

    @property
    def created_at(self) -> str:
        """The moment that the snapshot of this run will bear."""
        return self.started_at

    @property
    def facts(self) -> Mapping[str, Any]:
        """What the run keeps beside the tables, the facts of its finished steps included."""
        return {**self._state["facts"], "steps": self._state["steps"], "arguments": self._state["arguments"]}

    def is_done(self, step: str) -> bool:
        """Tell whether a step was finished, in this process or in one that was killed."""
        return step in self._state["steps"]

    def finish(self, step: str, **facts: Any) -> None:
        """Note that a step is finished: from here on it is not done again."""
        self._state["steps"][step] = facts
        self._save()

    def facts_of(self, step: str) -> Mapping[str, Any]:
        """Give what a finished step noted."""
        return dict(self._state["steps"].get(step, {}))

    def note(self, **facts: Any) -> None:
        """Keep facts beside the tables, in the snapshot's manifest."""
        self._state["facts"].update(facts)
        self._save()

    def path(self, table: str, group: str, n: int) -> Path:
        """Give the path of one part file, for a stage that writes it by itself."""
        if not _GROUP.fullmatch(group):
            raise StageError(f"group {group!r}: small letters, digits and hyphens only")
        return self._tables / f"{table_named(table).name}.{group}.{n:06d}.parquet"

    def write(self, table: str, group: str, rows: Any, n: int = 0) -> int:
        """Write rows as part file ``n`` of a group, atomically; gives the number of rows.

        Rows are mappings, an Arrow table or a record batch; columns that are missing become null.
        """
        return parts.write_table(self.path(table, group, n), table_named(table), rows)

    def discard(self, table: str, group: str, from_n: int = 0, *, keep: Container[int] = ()) -> None:
        """Remove part files of a group, from number ``from_n`` on, but for those whose numbers are to be kept.

        ``*`` stands for all tables.
        """
        for path in self._own(table, group):
            n = int(path.name.split(".")[2])
            if n >= from_n and n not in keep:
                path.unlink()

    def drop(self, names: Iterable[str]) -> None:
        """Leave tables of the snapshot before out of this run: what they rest on has changed."""
        self._state["dropped"] = sorted({*self._state["dropped"], *names})
        self._save()

    def replace(self, *groups: str) -> None:
        """Leave every part of these groups in the snapshot before out of this run: their stage writes them anew."""
        self._state["replaced"] = sorted({*self._state["replaced"], *groups})
        self._save()

    def files(self, table: str) -> list[Path]:
        """Give the files of a table as this run sees it: its own, and those of the snapshot before for other groups."""
        own = self._own(table)
        groups = {path.name.split(".")[1] for path in own}
        kept = [part for part in self._inherited() if part.table == table and part.group not in groups]
        return [*(self._snapshots / part.snapshot / name for part in kept for name in part.files), *own]

    def has(self, table: str) -> bool:
        """Tell whether a table was written, by this run or before it."""
        return bool(self._own(table)) or any(part.table == table for part in self._inherited())

    def tables(self) -> dict[str, list[Path]]:
        """Give every table that this run sees with its files."""
        names = {path.name.split(".")[0] for path in self._tables.glob("*.parquet")} | {
            p.table for p in self._inherited()
        }
        return {name: self.files(name) for name in sorted(names)}

    def publish(self) -> Snapshot:
        """Make the run's tables the newest snapshot, in one rename, and remove the run's folder."""
        import pyarrow.parquet as pq  # noqa: PLC0415 - --help must not pay for Arrow

        own: dict[tuple[str, str], list[Path]] = {}
        for path in sorted(self._tables.glob("*.parquet")):
            name, group, _n, _end = path.name.split(".")
            own.setdefault((name, group), []).append(path)
        kept = [part for part in self._inherited() if (part.table, part.group) not in own]
        written = [
            Part(name, group, self.id, tuple(p.name for p in files), sum(pq.read_metadata(p).num_rows for p in files))
            for (name, group), files in own.items()
        ]
        base = self._state["base"]
        target = self._snapshots / self.id
        snapshot = Snapshot(target, self.id, self.verb, self.started_at, base, (*kept, *written), self.facts)
        parts.write_text(self._tables / snapshots.MANIFEST, snapshots.manifest(snapshot))
        self._snapshots.mkdir(parents=True, exist_ok=True)
        self._tables.rename(target)
        self.close()
        shutil.rmtree(self.folder, ignore_errors=True)
        return snapshot

    def abandon(self) -> None:
        """Give the run up and remove what it wrote."""
        self.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def close(self) -> None:
        """Let go of the lock; the run's folder stays for the next try."""
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    def _own(self, table: str, group: str = "*") -> list[Path]:
        return sorted(self._tables.glob(f"{table}.{group}.*.parquet"))

    def _inherited(self) -> tuple[Part, ...]:
        dropped, replaced = self._state["dropped"], self._state["replaced"]
        parts_before = self.base.parts if self.base else ()
        return tuple(part for part in parts_before if part.table not in dropped and part.group not in replaced)

    def _save(self) -> None:
        parts.write_text(self.folder / "run.json", json.dumps(self._state, indent=1, ensure_ascii=False) + "\n")


def _boot_id() -> str:
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    except OSError:
        return "unknown"
