"""Visits as whole numbers: each referrer and target has a number, and a visit is one integer that can be sorted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from linkworthy import urls
from linkworthy.site import SiteConfig
from linkworthy.sources import referrers
from linkworthy.sources.weblogs.agents import is_bot
from linkworthy.sources.weblogs.entry import NO_REFERRER, NO_STATUS, NO_TIME, NOT_A_REQUEST, OTHER_HOST
from linkworthy.sources.weblogs.landing import base_of, kind_of_visit, landed
from linkworthy.sources.weblogs.split import Coded, Ints, Split

DAY_S = 86_400
_REFERRER_BITS, _TARGET_BITS, _STATUS_BITS, _KIND_BITS = 18, 17, 9, 4
MAX_REFERRERS, MAX_TARGETS = 1 << _REFERRER_BITS, 1 << _TARGET_BITS
"""Referrers, and targets, that have numbers at once: as many as the key has room for."""
PIECE_ROWS = 65_536
JOIN_ROWS = 100_000
"""Rows of counts that wait before they are joined with the rest."""
MAX_NAME_BYTES = 32_000_000
"""Of all names together, about."""
_NAME_BYTES = 160
"""What a name costs besides its characters: the object, and its places in two tables."""
_MAX_OTHER_HOSTS = 10_000
_MAX_AGENTS = 16_384

_EARLIEST = 7_887 * DAY_S
"""6 August 1991."""
_KINDS = referrers.KINDS
_HINTS = ("", "ad", "mail", "social", "search", "assistant")
_REFUSALS = (NOT_A_REQUEST, OTHER_HOST, NO_REFERRER)
_VISIT_KIND = np.array([[_KINDS.index(kind_of_visit(kind, hint)) for hint in _HINTS] for kind in _KINDS], np.int64)


class Counted(NamedTuple):
    """Counts by key: 15 bits of day, then referrer, target, status less 100, and kind."""

    key: Ints
    n_visits: Ints
    n_bots: Ints
    first_at: Ints
    """Seconds since 1970, by people; the greatest number where none was one."""
    last_at: Ints
    """The least number where no visit was a person's."""
    row: Ints
    """The first line by a person, the greatest number where none was one."""


_SUMS = {"n_visits": np.add, "n_bots": np.add, "first_at": np.minimum, "last_at": np.maximum, "row": np.minimum}
_NOBODY_YET, _NOBODY_LAST = np.iinfo(np.int64).max, np.iinfo(np.int64).min


class Names:
    """Gives referrers and targets numbers, and knows them again until it is told to forget."""

    def __init__(self, config: SiteConfig, latest: int) -> None:
        self.other_hosts: Counter[str] = Counter()
        self._is_own = lru_cache(maxsize=8_192)(config.is_own_host)
        self._said = referrers.said_by_owner(config)
        self._base = base_of(config)
        self._latest = latest
        self._bots: dict[str | None, bool] = {}
        self.forget()

    def forget(self) -> None:
        """Begin anew; numbers given before are void, and what was worked out for these names is not kept elsewhere."""
        for cached in (urls.registrable_domain, urls.public_suffix, referrers.kind_of_host):
            cached.cache_clear()
        self._referrers: dict[str | None, int] = {}
        self._targets: dict[str | None, int] = {}
        self._referrer_urls: dict[str, int] = {}
        self._target_urls: dict[str, int] = {}
        self._n_bytes = 0

    def has_room(self, split: Split) -> bool:
        """Tell whether there are numbers and memory for all names of a piece, even if none is known."""
        return (
            len(self._referrer_urls) + len(split.referrer.values) <= MAX_REFERRERS
            and len(self._target_urls) + len(split.asked.values) <= MAX_TARGETS
            and self._n_bytes <= MAX_NAME_BYTES
        )

    @staticmethod
    def pieces(split: Split) -> Iterator[tuple[int, Split]]:
        """Cut columns into pieces that hold no more names than there is always room for."""
        if len(split.rows) <= PIECE_ROWS:
            yield 0, split
            return
        for start in range(0, len(split.rows), PIECE_ROWS):
            here = slice(start, start + PIECE_ROWS)
            yield (
                start,
                Split(
                    split.rows[here],
                    split.at[here],
                    split.status[here],
                    _part(split.asked, here),
                    _part(split.referrer, here),
                    _part(split.agent, here),
                ),
            )

    def resolve(self, split: Split) -> tuple[Counted, list[tuple[int, str]]]:
        """Turn requests into visits; gives the place and the reason of each that is none."""
        target = self._numbers(split.asked, self._targets, self._target)
        referrer = self._numbers(split.referrer, self._referrers, self._referrer)
        is_machine = self._machines(split.agent)
        is_late = (split.at > self._latest) | (split.at < _EARLIEST)
        is_bad = is_late | (target < 0) | (referrer < 0) | (split.status == 0)
        refused = [
            (place, self._reason(bool(is_late[place]), int(target[place]), int(referrer[place])))
            for place in np.flatnonzero(is_bad).tolist()
        ]
        if refused:
            good = ~is_bad
            target, referrer, is_machine = target[good], referrer[good], is_machine[good]
            at, status, row = split.at[good], split.status[good], split.rows[good]
        else:
            at, status, row = split.at, split.status, split.rows
        kind = _VISIT_KIND[referrer & 15, target & 7]
        key = joined(at // DAY_S, referrer >> 4, target >> 3, status - 100, kind)
        people = ~is_machine
        visits = Counted(
            key=key,
            n_visits=people.astype(np.int64),
            n_bots=is_machine.astype(np.int64),
            first_at=np.where(people, at, _NOBODY_YET),
            last_at=np.where(people, at, _NOBODY_LAST),
            row=np.where(people, row, _NOBODY_YET),
        )
        return visits, refused

    @staticmethod
    def _reason(is_late: bool, target: int, referrer: int) -> str:  # noqa: FBT001 - called with a column's value
        if is_late:
            return NO_TIME
        if target < 0:
            return _REFUSALS[-target - 1]
        return _REFUSALS[-referrer - 1] if referrer < 0 else NO_STATUS

    def _numbers(self, column: Coded, known: dict[str | None, int], work_out: Callable[[str], int]) -> Ints:
        numbers = list(map(known.get, column.values))
        if None in numbers:
            for place, text in enumerate(column.values):
                if numbers[place] is None:
                    numbers[place] = known[text] = work_out(text or "")
                    self._n_bytes += len(text or "") + _NAME_BYTES
        return np.array(numbers, np.int64)[column.codes]

    def _target(self, asked: str) -> int:
        """Give the number of what was asked for, with the hint in the last 3 bits; negative where it is no page."""
        landing = landed(asked, self._base, self._is_own)
        if landing.url is None:
            if landing.reason == OTHER_HOST and len(self.other_hosts) < _MAX_OTHER_HOSTS:
                self.other_hosts[asked.partition("\n")[0].rpartition("://")[2]] += 1
            return -1 - _REFUSALS.index(landing.reason)
        number = self._target_urls.setdefault(landing.url, len(self._target_urls))
        return number << 3 | _HINTS.index(landing.hint)

    def _referrer(self, text: str) -> int:
        """Give the number of a referrer, with its kind in the last 4 bits; negative where it is no URL."""
        found = referrers.read(text, self._is_own, self._said)
        if found is None:
            return -1 - _REFUSALS.index(NO_REFERRER)
        number = self._referrer_urls.setdefault(found.url, len(self._referrer_urls))
        return number << 4 | _KINDS.index(found.kind)

    def _machines(self, agent: Coded) -> npt.NDArray[np.bool_]:
        if len(self._bots) > _MAX_AGENTS:
            self._bots = {}
        told = list(map(self._bots.get, agent.values))
        if None in told:
            for place, text in enumerate(agent.values):
                if told[place] is None:
                    # A format without agents does not say who asks; nobody is called a machine without a word of it.
                    told[place] = self._bots[text] = text is not None and is_bot(text)
        return np.array(told, bool)[agent.codes]

    def ranks(self) -> Ranks:
        """Put the names that are known now in order."""
        return Ranks(list(self._referrer_urls), list(self._target_urls))


def by_link(counted: Counted) -> Counted:
    """Choose the counts of people who came by a link, and leave day, status and kind out of their keys."""
    is_link = (counted.key & (1 << _KIND_BITS) - 1 == _KINDS.index("link")) & (counted.n_visits > 0)
    chosen = Counted(*(column[is_link] for column in counted))
    _, referrer, target, _, _ = parted(chosen.key)
    zero = np.zeros_like(referrer)
    return chosen._replace(key=joined(zero, referrer, target, zero, zero))


class Ranks:
    """Names in the order of their texts, so that keys made of their places sort as the texts do."""

    def __init__(self, referrers: list[str], targets: list[str]) -> None:
        self._referrers, self._referrer_places = _in_order(referrers)
        self._targets, self._target_places = _in_order(targets)
        self._kinds, self._kind_places = _in_order(list(_KINDS))
        domains = pa.array([urls.domain_of(url) for url in referrers], pa.string())
        self._domains = domains.take(pa.array(np.argsort(self._referrer_places)))

    def ranked(self, counted: Counted) -> Counted:
        """Give counts with the places of names for their numbers; their order is lost."""
        day, referrer, target, status, kind = parted(counted.key)
        places = self._referrer_places[referrer], self._target_places[target]
        return counted._replace(key=joined(day, *places, status, self._kind_places[kind]))

    def table(self, counted: Counted) -> pa.Table:
        """Give ranked counts with their names."""
        day, referrer, target, status, kind = parted(counted.key)
        places = pa.array(referrer)
        columns = {
            "day": pa.array(day.astype(np.int32)).cast(pa.date32()),
            "referrer_url": self._referrers.take(places),
            "referrer_domain": self._domains.take(places),
            "referrer_kind": self._kinds.take(pa.array(kind)),
            "target_url": self._targets.take(pa.array(target)),
            "status": pa.array((status + 100).astype(np.int16)),
        }
        rest = {name: pa.array(getattr(counted, name)) for name in Counted._fields[1:]}
        return pa.table(columns | rest)


def _in_order(names: list[str]) -> tuple[pa.Array, Ints]:
    """Give texts in the order of their bytes, and the place of each there."""
    column = pa.array(names, pa.string())
    order = pc.array_sort_indices(column)
    places = np.empty(len(names), np.int64)
    places[order.to_numpy()] = np.arange(len(names))
    return column.take(order), places


def joined(day: Ints, referrer: Ints, target: Ints, status: Ints, kind: Ints) -> Ints:
    """Join the parts of a key."""
    key = day << _REFERRER_BITS | referrer
    key = key << _TARGET_BITS | target
    key = key << _STATUS_BITS | status
    return key << _KIND_BITS | kind


def parted(key: Ints) -> tuple[Ints, Ints, Ints, Ints, Ints]:
    """Give day, referrer, target, status less 100 and kind of keys."""
    parts = []
    for n_bits in (_KIND_BITS, _STATUS_BITS, _TARGET_BITS, _REFERRER_BITS):
        parts.append(key & (1 << n_bits) - 1)
        key = key >> n_bits
    kind, status, target, referrer = parts
    return key, referrer, target, status, kind


def _part(column: Coded, here: slice) -> Coded:
    used, codes = np.unique(column.codes[here], return_inverse=True)
    return Coded([column.values[place] for place in used.tolist()], codes.astype(np.int32))


class Counts:
    """Adds visits up by their keys, in parts that are joined now and then."""

    def __init__(self) -> None:
        self._parts: list[Counted] = []
        self._n_waiting = 0
        self._n_joined = 0

    @property
    def n_rows(self) -> int:
        """Rows that are kept, those that may yet be joined not counted."""
        return self._n_joined

    def add(self, visits: Counted) -> None:
        """Count visits."""
        part = _summed([visits])
        self._parts.append(part)
        self._n_waiting += len(part.key)
        if self._n_waiting > max(JOIN_ROWS, self._n_joined):
            self._join()

    def take(self) -> Counted:
        """Give all counts in the order of their keys, and begin anew."""
        self._join()
        counted = self._parts[0] if self._parts else Counted(*[np.zeros(0, np.int64)] * 6)
        self._parts, self._n_joined = [], 0
        return counted

    def _join(self) -> None:
        if len(self._parts) > 1:
            parts, self._parts = self._parts, []
            self._parts = [_summed(parts)]
        self._n_joined = len(self._parts[0].key) if self._parts else 0
        self._n_waiting = 0


def _summed(parts: list[Counted]) -> Counted:
    """Add up by key; column after column, so that only one is in memory twice."""
    key = np.concatenate([part.key for part in parts])
    order = np.argsort(key)
    key = key[order]
    is_first = np.ones(len(key), dtype=bool)
    is_first[1:] = key[1:] != key[:-1]
    starts = np.flatnonzero(is_first)
    if not len(starts):
        return parts[0]
    key = key[starts]
    columns = []
    for name, add_up in _SUMS.items():
        column = np.concatenate([getattr(part, name) for part in parts])
        columns.append(add_up.reduceat(column[order], starts))
    return Counted(key, *columns)
