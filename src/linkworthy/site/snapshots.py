"""A snapshot: the immutable tables of one run, with a manifest that says which run wrote each part."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from linkworthy.errors import StageError

MANIFEST = "manifest.json"
FORMAT = 1


@dataclass(frozen=True, slots=True)
class Part:
    """The files of one table that one stage wrote: ``group`` names the stage or the imported file."""

    table: str
    group: str
    snapshot: str
    files: tuple[str, ...]
    n_rows: int


class Readable(Protocol):
    """Whatever holds tables to read: a published snapshot, or a run before it is published."""

    @property
    def folder(self) -> Path:
        """Its folder, two levels below that of the site."""
        ...

    @property
    def id(self) -> str:
        """The snapshot's id, that of its run."""
        ...

    @property
    def created_at(self) -> str:
        """When the run was begun, ISO 8601 in UTC."""
        ...

    @property
    def facts(self) -> Mapping[str, Any]:
        """What the run keeps beside the tables."""
        ...

    def has(self, table: str) -> bool:
        """Tell whether a stage wrote this table."""
        ...

    def tables(self) -> dict[str, list[Path]]:
        """Give every table that was written with its files."""
        ...


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One published state of all tables. Parts that a run did not write are those of the snapshot before it."""

    folder: Path
    id: str
    verb: str
    created_at: str
    base: str | None
    parts: tuple[Part, ...]
    facts: Mapping[str, Any]
    """What the run wants to keep beside the tables: settings, counts, versions."""

    def files(self, table: str) -> list[Path]:
        """Give the Parquet files of a table, in the order they were written."""
        home = self.folder.parent
        return [home / p.snapshot / name for p in self.parts if p.table == table for name in p.files]

    def has(self, table: str) -> bool:
        """Tell whether a stage wrote this table; an empty table was written, an absent one was not."""
        return any(p.table == table for p in self.parts)

    def tables(self) -> dict[str, list[Path]]:
        """Give every table that was written with its files."""
        return {name: self.files(name) for name in dict.fromkeys(p.table for p in self.parts)}


def read(folder: Path) -> Snapshot:
    """Read a snapshot's manifest.

    Raises: StageError where the manifest is missing or damaged.
    """
    try:
        data = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        if data["format"] != FORMAT:
            raise StageError(
                f"{folder}: written by another version of linkworthy (format {data['format']}, this is {FORMAT})"
            )
        parts = tuple(
            Part(p["table"], p["group"], p["snapshot"], tuple(p["files"]), p["n_rows"]) for p in data["parts"]
        )
        return Snapshot(folder, data["id"], data["verb"], data["created_at"], data["base"], parts, data["facts"])
    except (OSError, ValueError, KeyError, TypeError) as fault:
        raise StageError(f"{folder}: not a snapshot: {type(fault).__name__}: {fault}") from None


def manifest(snapshot: Snapshot) -> str:
    """Give the manifest's text."""
    parts = [
        {"table": p.table, "group": p.group, "snapshot": p.snapshot, "files": list(p.files), "n_rows": p.n_rows}
        for p in snapshot.parts
    ]
    data = {
        "format": FORMAT,
        "id": snapshot.id,
        "verb": snapshot.verb,
        "created_at": snapshot.created_at,
        "base": snapshot.base,
        "parts": parts,
        "facts": dict(snapshot.facts),
    }
    return json.dumps(data, indent=1, ensure_ascii=False) + "\n"
