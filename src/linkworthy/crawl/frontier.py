"""The durable frontier: every URL once, in rounds whose order does not depend on which answer came first.

URLs that were found are *offers*. They become work when the round before is over, nearest first, so that depth, finder
and limits are the same however the network behaves. Results are committed with the number of the Parquet part that
holds them: after a kill, parts above the last committed number are thrown away and their URLs are fetched again.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import NamedTuple

_SCHEMA = """
create table if not exists urls (
  role text not null, url text not null, depth integer, found_by text not null, found_on text not null,
  state text not null, refusal text, n_attempts integer not null, not_before real not null, part integer not null,
  primary key (role, url)) without rowid;
create index if not exists urls_state on urls (state, role, url) where state != 'done';
create table if not exists offers (
  role text not null, url text not null, phase integer not null, step integer not null, priority integer not null,
  found_by text not null, found_on text not null, depth integer, primary key (role, url)) without rowid;
create index if not exists offers_order on offers (phase, step);
create table if not exists counters (name text primary key, n integer not null) without rowid;
create table if not exists facts (name text primary key, value text not null) without rowid;
"""
_OFFER = """
insert into offers select ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8 where not exists (
  select 1 from urls where role = ?1 and url = ?2)
on conflict (role, url) do update set phase = excluded.phase, step = excluded.step, priority = excluded.priority,
  found_by = excluded.found_by, found_on = excluded.found_on, depth = excluded.depth
where (excluded.phase, excluded.step, excluded.priority, excluded.found_on)
  < (offers.phase, offers.step, offers.priority, offers.found_on)
"""

_OFFERS_AT_ONCE = 100_000

WAITING = "waiting"
AGAIN = "again"
REFUSED = "refused"
DONE = "done"


class Offer(NamedTuple):
    """A URL that was found. Of several offers of one URL the least by phase, step, priority and found_on stands."""

    role: str
    url: str
    phase: int
    step: int
    priority: int
    found_by: str
    found_on: str = ""
    depth: int | None = None

    @property
    def order(self) -> tuple[int, int, int, str]:
        """What decides between two offers of one URL."""
        return (self.phase, self.step, self.priority, self.found_on)


class Entry(NamedTuple):
    """A URL of the frontier that has work to do."""

    role: str
    url: str
    depth: int | None
    found_by: str
    found_on: str
    state: str
    refusal: str | None
    n_attempts: int
    not_before: float


class Result(NamedTuple):
    """What became of an entry: done, or to be tried again not before an instant (seconds of the epoch)."""

    entry: Entry
    state: str = DONE
    n_attempts: int = 1
    not_before: float = 0.0


Decide = Callable[[Offer, "Counter[str]"], str | None]
"""Says why an offer is refused, null where it is taken; counts what it takes in the counters, which are kept.

An empty text refuses without a word: nothing is written about that URL.
"""


class Frontier:
    """Opens the frontier's file; one process at a time."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._db = sqlite3.connect(path, isolation_level=None)
        self._db.execute("pragma journal_mode = wal")
        self._db.execute("pragma synchronous = normal")
        self._db.executescript(_SCHEMA)
        self._counters = Counter(dict(self._db.execute("select name, n from counters")))

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    @property
    def part(self) -> int:
        """The number of the last part that was committed, 0 for none."""
        return int(self.fact("part") or 0)

    @property
    def counters(self) -> Counter[str]:
        """What deciding on offers has counted so far."""
        return Counter(self._counters)

    def fact(self, name: str) -> str | None:
        """Give a fact that was kept, null where it was not."""
        row = self._db.execute("select value from facts where name = ?", (name,)).fetchone()
        return str(row[0]) if row else None

    def keep(self, name: str, value: str) -> None:
        """Keep a fact."""
        self._db.execute("insert or replace into facts values (?, ?)", (name, value))

    def seed(self, offers: Iterable[Offer]) -> None:
        """Offer the first URLs, once for all times that the frontier is opened."""
        if self.fact("seeded") is None:
            with _transaction(self._db):
                self._offer(offers)
                self.keep("seeded", "yes")

    def commit(
        self,
        part: int,
        results: Iterable[Result] = (),
        offers: Iterable[Offer] = (),
        facts: Mapping[str, str] | None = None,
    ) -> None:
        """Note results whose rows are on disk under this part number, the URLs that they offer, and facts."""
        with _transaction(self._db):
            self._db.executemany(
                "update urls set state = ?, n_attempts = ?, not_before = ?, part = ? where role = ? and url = ?",
                ((r.state, r.n_attempts, r.not_before, part, r.entry.role, r.entry.url) for r in results),
            )
            self._offer(offers)
            for name, value in {**(facts or {}), "part": str(part)}.items():
                self.keep(name, value)

    def pending(self, *states: str) -> list[Entry]:
        """Give the entries in these states in their order."""
        marks = ", ".join("?" * len(states))
        return [
            Entry(*row)
            for row in self._db.execute(
                "select role, url, depth, found_by, found_on, state, refusal, n_attempts, not_before from urls"
                f" where state in ({marks}) order by role, url",
                states,
            )
        ]

    def advance(self, decide: Decide) -> bool:
        """Turn the nearest offers into work once the round before is over; false where nothing is left to do.

        Offers are decided on in the order of priority and URL.
        """
        if self._db.execute("select 1 from urls where state != 'done' limit 1").fetchone():
            return True
        while (nearest := self._nearest()) is not None:
            with _transaction(self._db):
                self._admit(nearest, decide)
            if self._db.execute("select 1 from urls where state != 'done' limit 1").fetchone():
                return True
        return False

    def count(self, role: str) -> int:
        """Give how many URLs of a role were taken up so far."""
        row = self._db.execute("select count(*) from urls where role = ? and refusal is null", (role,)).fetchone()
        return int(row[0])

    def n_waiting(self) -> int:
        """Give how many URLs wait, offers included."""
        row = self._db.execute(
            "select (select count(*) from urls where state != 'done') + (select count(*) from offers)"
        ).fetchone()
        return int(row[0])

    def _nearest(self) -> tuple[int, int] | None:
        row = self._db.execute("select phase, step from offers order by phase, step limit 1").fetchone()
        return (row[0], row[1]) if row else None

    def _admit(self, nearest: Sequence[int], decide: Decide) -> None:
        before = Counter(self._counters)
        offers = [
            Offer(*row)
            for row in self._db.execute(
                "select role, url, phase, step, priority, found_by, found_on, depth from offers"
                " where phase = ? and step = ? order by priority, url, role",
                nearest,
            )
        ]
        self._db.execute("delete from offers where phase = ? and step = ?", nearest)
        rows = []
        for offer in offers:
            refusal = decide(offer, self._counters)
            state = WAITING if refusal is None else REFUSED if refusal else DONE
            rows.append((offer.role, offer.url, offer.depth, offer.found_by, offer.found_on, state, refusal, 0, 0.0, 0))
        self._db.executemany("insert into urls values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", rows)
        changed = [(name, n) for name, n in self._counters.items() if before[name] != n]
        self._db.executemany("insert or replace into counters values (?, ?)", changed)

    def _offer(self, offers: Iterable[Offer]) -> None:
        rest = iter(offers)
        while some := list(islice(rest, _OFFERS_AT_ONCE)):
            least: dict[tuple[str, str], Offer] = {}
            for offer in some:
                known = least.get((offer.role, offer.url))
                if known is None or offer.order < known.order:
                    least[offer.role, offer.url] = offer
            self._db.executemany(_OFFER, least.values())


class _transaction:  # noqa: N801 - reads as a statement
    """Commits at the end, rolls back where an exception passes."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def __enter__(self) -> None:
        self._db.execute("begin immediate")

    def __exit__(self, kind: object, *_rest: object) -> None:
        self._db.execute("commit" if kind is None else "rollback")
