"""The durable frontier: every URL once, in rounds whose order does not depend on which answer came first.

URLs that were found are *offers*. They become work when the round before is over, nearest first, so that depth, finder
and limits are the same however the network behaves. Results are committed with the number of the Parquet part that
holds them: after a kill, parts whose number was not committed are thrown away and their URLs are fetched again.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from linkworthy import urls
from linkworthy.crawl.seen import Seen, fingerprints

_SCHEMA = """
create table if not exists urls (
  id integer primary key, role text not null, url text not null, host text not null, depth integer,
  found_by text not null, found_on text not null, state text not null, refusal text, n_attempts integer not null,
  not_before real not null, told text);
create index if not exists urls_open on urls (state, host, id) where state != 'done';
create table if not exists offers (
  role text not null, url text not null, phase integer not null, step integer not null, priority integer not null,
  found_by text not null, found_on text not null, depth integer, primary key (role, url)) without rowid;
create table if not exists counters (name text primary key, n integer not null) without rowid;
create table if not exists facts (name text primary key, value text not null) without rowid;
create table if not exists parts (n integer primary key);
"""
_OFFER = """
insert into offers values (?, ?, ?, ?, ?, ?, ?, ?)
on conflict (role, url) do update set phase = excluded.phase, step = excluded.step, priority = excluded.priority,
  found_by = excluded.found_by, found_on = excluded.found_on, depth = excluded.depth
where (excluded.phase, excluded.step, excluded.priority, excluded.found_on)
  < (offers.phase, offers.step, offers.priority, offers.found_on)
"""
_ENTRY = "id, role, url, host, depth, found_by, found_on, state, refusal, n_attempts, not_before, told"

_OFFERS_AT_ONCE = 50_000
_ROWS_AT_ONCE = 10_000
_CACHE_KB = 48_000

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

    id: int
    role: str
    url: str
    host: str
    depth: int | None
    found_by: str
    found_on: str
    state: str
    refusal: str | None
    n_attempts: int
    not_before: float
    told: str | None = None
    """What the last answer was where it was a refusal: its status and the seconds that it asked to wait."""

    @classmethod
    def single(cls, role: str, url: str, found_by: str, found_on: str = "") -> Entry:
        """Give an entry that stands in no frontier: one URL that is asked for on purpose."""
        return cls(0, role, url, urls.host_of(url), None, found_by, found_on, WAITING, None, 0, 0.0)


class Result(NamedTuple):
    """What became of an entry: done, or to be tried again not before an instant (seconds of the epoch)."""

    id: int
    state: str = DONE
    n_attempts: int = 1
    not_before: float = 0.0
    told: str | None = None
    """What to remember of a refusal, for the entry to be tried again."""


Decide = Callable[[Offer, "Counter[str]"], str | None]
"""Says why an offer is refused, null where it is taken; counts what it takes in the counters, which are kept.

An empty text refuses without a word: nothing is written about that URL.
"""


class Frontier:
    """Opens the frontier's file; one process at a time. Memory holds fingerprints of its URLs, 8 to 28 bytes each."""

    def __init__(self, path: Path, *, spared: Sequence[str] = ()) -> None:
        """Open or begin the file; a URL that was taken up in another role is not asked for in one of those spared."""
        self._spared = tuple(spared)
        path.parent.mkdir(parents=True, exist_ok=True)
        self._db = sqlite3.connect(path, isolation_level=None)
        self._db.execute("pragma journal_mode = wal")
        self._db.execute("pragma synchronous = normal")
        self._db.execute(f"pragma cache_size = -{_CACHE_KB}")
        self._db.executescript(_SCHEMA)
        if "told" not in (row[1] for row in self._db.execute("pragma table_info(urls)")):
            self._db.execute("alter table urls add column told text")  # begun by an earlier version
        self._counters = Counter(dict(self._db.execute("select name, n from counters")))
        self._n_open = self._db.execute("select count(*) from urls where state != 'done'").fetchone()[0]
        self._n_offers = self._db.execute("select count(*) from offers").fetchone()[0]
        self._steps = set(self._db.execute("select distinct phase, step from offers").fetchall())
        """Where offers may stand."""
        self._taken, self._known = Seen(), Seen()
        self._remember("select role || ' ' || url from urls", self._taken, self._known)
        self._remember("select role || ' ' || url from offers", self._known)

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    @property
    def part(self) -> int:
        """The greatest number of a part that was committed, 0 for none."""
        return int(self._db.execute("select coalesce(max(n), 0) from parts").fetchone()[0])

    @property
    def parts(self) -> set[int]:
        """The numbers of all parts that were committed."""
        return {n for (n,) in self._db.execute("select n from parts")}

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
        results: Sequence[Result] = (),
        offers: Iterable[Offer] = (),
        facts: Mapping[str, str] | None = None,
    ) -> None:
        """Note results whose rows are on disk under this part number, the URLs that they offer, and facts.

        Each result is of an entry that was pending. What was applied before becomes durable with it.
        """
        self.apply(results, offers)
        for name, value in (facts or {}).items():
            self.keep(name, value)
        self._db.execute("insert or ignore into parts values (?)", (part,))
        self._db.execute("commit")

    def apply(self, results: Sequence[Result], offers: Iterable[Offer]) -> None:
        """Note results and offers as ``commit`` does, to be forgotten at a kill unless a commit follows."""
        if not self._db.in_transaction:
            self._db.execute("begin immediate")
        self._db.executemany(
            "update urls set state = ?, n_attempts = ?, not_before = ?, told = ? where id = ?",
            ((r.state, r.n_attempts, r.not_before, r.told, r.id) for r in results),
        )
        self._offer(offers)
        self._n_open -= sum(result.state == DONE for result in results)

    def hosts(self, state: str) -> list[tuple[str, int]]:
        """Give every host that has entries in a state, with their number, in the order of their names."""
        return self._db.execute(
            "select host, count(*) from urls where state = ? and state != 'done' group by host order by host", (state,)
        ).fetchall()

    def of_host(self, state: str, host: str, after: int, limit: int) -> list[Entry]:
        """Give the next entries of a host in a state: those whose id is greater than ``after``."""
        rows = self._db.execute(
            f"select {_ENTRY} from urls where state = ? and state != 'done' and host = ? and id > ?"
            " order by id limit ?",
            (state, host, after, limit),
        )
        return [Entry(*row) for row in rows]

    def pending(self, *states: str) -> list[Entry]:
        """Give all entries in these states in the order in which they were taken up."""
        marks = ", ".join("?" * len(states))
        rows = self._db.execute(
            f"select {_ENTRY} from urls where state in ({marks}) and state != 'done' order by id", states
        )
        return [Entry(*row) for row in rows]

    def advance(self, decide: Decide) -> bool:
        """Turn the nearest offers into work once the round before is over; false where nothing is left to do.

        Offers are decided on in the order of priority and URL.
        """
        while not self._n_open:
            if not self._steps:
                return False
            nearest = min(self._steps)
            with _transaction(self._db):
                self._admit(nearest, decide)
            self._steps.discard(nearest)
        return True

    def count(self, role: str) -> int:
        """Give how many URLs of a role were taken up so far."""
        row = self._db.execute("select count(*) from urls where role = ? and refusal is null", (role,)).fetchone()
        return int(row[0])

    def n_done(self) -> int:
        """Give how many URLs are done, those left aside apart; counted anew at each call."""
        row = self._db.execute("select count(*) from urls where state = 'done' and refusal is null").fetchone()
        return int(row[0])

    def n_waiting(self) -> int:
        """Give how many URLs wait, offers included."""
        return int(self._n_open + self._n_offers)

    def _admit(self, nearest: tuple[int, int], decide: Decide) -> None:
        before = Counter(self._counters)
        if self._spared:
            self._drop_known(nearest)
        found = self._db.execute(
            "select role, url, phase, step, priority, found_by, found_on, depth from offers"
            " where phase = ? and step = ? order by priority, url, role",
            nearest,
        )
        while some := found.fetchmany(_ROWS_AT_ONCE):
            self._take_up([Offer(*row) for row in some], decide)
        self._n_offers -= self._db.execute("delete from offers where phase = ? and step = ?", nearest).rowcount
        changed = [(name, n) for name, n in self._counters.items() if before[name] != n]
        self._db.executemany("insert or replace into counters values (?, ?)", changed)

    def _drop_known(self, nearest: tuple[int, int]) -> None:
        """Drop offers of spared roles whose URL is asked for in another one."""
        marks = ", ".join("?" * len(self._spared))
        asked_for = f"select url from urls where role not in ({marks}) and refusal is null"
        self._n_offers -= self._db.execute(
            f"delete from offers where phase = ? and step = ? and role in ({marks}) and url in ({asked_for})",
            (*nearest, *self._spared, *self._spared),
        ).rowcount

    def _take_up(self, offers: Sequence[Offer], decide: Decide) -> None:
        rows = []
        for offer in offers:
            refusal = decide(offer, self._counters)
            state = WAITING if refusal is None else REFUSED if refusal else DONE
            host = urls.host_of(offer.url)
            found = (offer.depth, offer.found_by, offer.found_on)
            rows.append((offer.role, offer.url, host, *found, state, refusal, 0, 0.0))
            self._n_open += state != DONE
        self._db.executemany("insert into urls values (null, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, null)", rows)
        self._taken.add(fingerprints(f"{offer.role} {offer.url}" for offer in offers))

    def _offer(self, offers: Iterable[Offer]) -> None:
        rest = iter(offers)
        while some := list(islice(rest, _OFFERS_AT_ONCE)):
            names = fingerprints(f"{offer.role} {offer.url}" for offer in some)
            is_taken = self._taken.has(names)
            least: dict[tuple[str, str], Offer] = {}
            for offer, is_known in zip(some, is_taken.tolist(), strict=True):
                if is_known:
                    continue
                known = least.get((offer.role, offer.url))
                if known is None or offer.order < known.order:
                    least[offer.role, offer.url] = offer
            self._db.executemany(_OFFER, (least[key] for key in sorted(least)))
            self._n_offers += self._known.add(names[~is_taken])
            self._steps.update((offer.phase, offer.step) for offer in least.values())

    def _remember(self, query: str, *sets: Seen) -> None:
        rows: Iterator[tuple[str]] = self._db.execute(query)
        while some := list(islice(rows, _OFFERS_AT_ONCE)):
            names = fingerprints(text for (text,) in some)
            for known in sets:
                known.add(names)


class _transaction:  # noqa: N801 - reads as a statement
    """Commits at the end, rolls back where an exception passes; within one that is open it leaves that to its end."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db
        self._is_outermost = not db.in_transaction

    def __enter__(self) -> None:
        if self._is_outermost:
            self._db.execute("begin immediate")

    def __exit__(self, kind: object, *_rest: object) -> None:
        if self._is_outermost:
            self._db.execute("commit" if kind is None else "rollback")
