"""``journal.sqlite``: small state that any process may write in short transactions: labels, commands, outreach."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from linkworthy.errors import InputError

WORDS = ("good", "bad", "ignore")
RUNS_TOLD = 20
"""Runs whose last figures are kept."""
_SCHEMA = """
create table if not exists labels (
  subject text primary key, word text not null, note text not null, labelled_at text not null);
create table if not exists commands (
  run text not null, command text not null, sent_at text not null, primary key (run, command));
create table if not exists figures (run text primary key, told_at text not null, figures text not null);
create table if not exists outreach (
  url text primary key, state text not null, note text not null, changed_at text not null);
create table if not exists listings (url text primary key, is_listed integer not null, seen_on text not null);
"""


@dataclass(frozen=True, slots=True)
class Label:
    """The user's own word on a link id, a page URL or a domain."""

    subject: str
    word: str
    note: str
    labelled_at: str


@dataclass(frozen=True, slots=True)
class ListingAnswer:
    """What a search engine answered to a ``site:`` query for a page, and on which day the user saw it."""

    url: str
    is_listed: bool
    seen_on: str


class Journal:
    """Opens the file for each transaction, so that no process holds it."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        with closing(sqlite3.connect(self.path, timeout=10)) as db:
            db.execute("pragma journal_mode=wal")
            db.executescript(_SCHEMA)
            with db:
                yield db

    def label(self, subject: str, word: str, note: str = "") -> None:
        """Keep the user's word on a link, a page or a domain; a later word replaces it.

        Raises: InputError where the word is none of WORDS.
        """
        if word not in WORDS:
            raise InputError(f"label {word!r}: one of {', '.join(WORDS)}")
        with self._open() as db:
            db.execute("insert or replace into labels values (?, ?, ?, ?)", (subject, word, note, _now()))

    def labels(self) -> list[Label]:
        """Give all labels in the order of their subjects."""
        with self._open() as db:
            return [
                Label(*row)
                for row in db.execute("select subject, word, note, labelled_at from labels order by subject")
            ]

    def answer(self, url: str, *, is_listed: bool, seen_on: date) -> None:
        """Keep what a search engine answered for a page; a later day replaces it, an earlier one does not."""
        with self._open() as db:
            db.execute(
                "insert into listings values (?, ?, ?) on conflict (url) do update set is_listed = excluded.is_listed, "
                "seen_on = excluded.seen_on where excluded.seen_on >= listings.seen_on",
                (url, int(is_listed), seen_on.isoformat()),
            )

    def forget(self, subject: str) -> bool:
        """Take back the label and the answer on a subject; tells whether there was one."""
        with self._open() as db:
            n = db.execute("delete from labels where subject = ?", (subject,)).rowcount
            return n + db.execute("delete from listings where url = ?", (subject,)).rowcount > 0

    def answers(self) -> list[ListingAnswer]:
        """Give the answers in the order of their URLs."""
        with self._open() as db:
            rows = db.execute("select url, is_listed, seen_on from listings order by url").fetchall()
        return [ListingAnswer(url, bool(is_listed), seen_on) for url, is_listed, seen_on in rows]

    def command(self, run: str, command: str) -> None:
        """Ask a run to pause, go on or stop."""
        with self._open() as db:
            db.execute("insert or replace into commands values (?, ?, ?)", (run, command, _now()))

    def commands(self, run: str) -> list[str]:
        """Give the commands sent to a run, oldest first."""
        with self._open() as db:
            return [row[0] for row in db.execute("select command from commands where run = ? order by sent_at", (run,))]

    def forget_commands(self, run: str) -> None:
        """Drop the commands that were sent to a run: they were meant for a process that has ended."""
        with self._open() as db:
            db.execute("delete from commands where run = ?", (run,))

    def tell(self, run: str, figures: Mapping[str, Any]) -> list[str]:
        """Replace the live figures of a run, and give the commands sent to it, oldest first."""
        with self._open() as db:
            db.execute("insert or replace into figures values (?, ?, ?)", (run, _now(), json.dumps(dict(figures))))
            db.execute(
                "delete from figures where run not in (select run from figures order by told_at desc limit ?)",
                (RUNS_TOLD,),
            )
            return [row[0] for row in db.execute("select command from commands where run = ? order by sent_at", (run,))]

    def figures(self, run: str) -> dict[str, Any] | None:
        """Give the last figures that a run told of itself with ``told_at``, null where it told none."""
        with self._open() as db:
            row = db.execute("select told_at, figures from figures where run = ?", (run,)).fetchone()
        return None if row is None else {"told_at": row[0], **json.loads(row[1])}


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="microseconds")
