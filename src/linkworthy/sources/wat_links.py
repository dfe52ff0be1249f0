"""The links of many WAT pages as columns, by compiled code: what ``wat_page`` and ``gathering`` give link by link."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from linkworthy import urls
from linkworthy.html.compiled.resolving import ASK, K_COLUMNS, NEAR
from linkworthy.html.fold import MAX_SHORT_CHARACTERS
from linkworthy.html.links import NO_REL, Target, rel_of
from linkworthy.html.page import Link
from linkworthy.html.texts import Texts
from linkworthy.sources.wat_page import MAX_LINKS
from linkworthy.sources.wat_scan import (
    C_ASKED,
    C_COLUMNS,
    C_KEPT,
    C_LINKS,
    C_NEAR,
    C_NOWHERE,
    C_URL_BYTES,
    F_COLUMNS,
    NOT_NEAR,
    NOT_NOWHERE,
    P_COLUMNS,
    REFUSED,
    S_ANCHORS,
    S_COLUMNS,
    S_FRAGMENTS,
    S_HOSTS,
    S_HREFS,
    S_LINKS,
    S_RELS,
    scan,
)  # fmt: skip
from linkworthy.sources.wat_survey import Room
from linkworthy.tables import table

if TYPE_CHECKING:
    from linkworthy.html.links import Near, Resolver

MAX_BYTES = 8_000_000
"""Bytes of a page's ``Links`` that are read here."""
_WHOLE = ("http://", "https://")
"""Beginnings of hrefs that need no base."""
_LEAST_URL_ROOM, _MAX_URL_ROOM = 1 << 20, 1 << 27
"""Bytes of the URLs of a batch that are read here: links on a page with a long URL may have very many."""
_MAX_REMEMBERED = 20_000
_SHORTEST_ENTRY = 16
"""Bytes that an entry takes at least, so that there are no more links than that."""
_KINDS = pa.array(["text", "image", "empty", "area"])
"""In the order of ``wat_scan``."""
_REL_FLAGS = ("is_nofollow", "is_ugc", "is_sponsored")
_TEXTS = {"hrefs": S_HREFS, "anchors": S_ANCHORS, "rels": S_RELS, "hosts": S_HOSTS, "fragments": S_FRAGMENTS}
_BOUNDS = ("href_bounds", "anchor_bounds", "rel_bounds", "url_bounds", "host_bounds", "fragment_bounds")
_MARKS = ("kinds", "has_rel", "targets")

Array = NDArray[Any]


class Columns(NamedTuple):
    """The links of a batch, page after page, and what is known of each page."""

    links: pa.Table
    """The fields of a link."""
    counts: list[int]
    """How many of them each page has, in the same order."""
    facts: dict[str, list[int]]
    """Columns of ``pages`` that count all links of a page, in the order in which pages were added."""


class Described(NamedTuple):
    """The links of a page as they stand in its record, and what resolves them."""

    links: bytes
    """JSON, nothing where there are none."""
    resolver: Resolver
    host: str
    """The host of the page itself."""
    is_utf8: bool = False
    """Whether somebody has looked."""


class Read(NamedTuple):
    """What was read of a page's links."""

    n_links: int
    n_url_bytes: int
    n_nowhere: int
    """Links that run a script, or write a letter or call."""
    lost: list[str]
    """Other hrefs that lead to no page."""


class WatLinks:
    """Takes the ``Links`` of some pages after the other, as bytes."""

    def __init__(self, *, is_external_only: bool) -> None:
        self._is_external_only = is_external_only
        self._fields = np.zeros((F_COLUMNS, P_COLUMNS), np.int64)
        self._row = np.zeros(K_COLUMNS, np.int64)
        self._held: dict[str, Array] = {name: np.empty(0, np.uint8) for name in (*_TEXTS, *_MARKS, "urls", "scratch")}
        self._held |= {name: np.zeros(1, np.int32) for name in (*_BOUNDS, "numbers", "strings")}
        self._state = np.zeros(S_COLUMNS, np.int64)
        self._remembered: dict[str, Target] = {}
        self.room = Room()
        """For surveys of the records whose links are taken here."""
        self._clear()

    def _clear(self) -> None:
        self._state[:] = 0
        self._counted: list[Array] = []
        self._hosts: list[tuple[str, str]] = []
        self._asked: dict[int, Target] = {}

    def add(self, pages: Sequence[Described]) -> list[Read | None]:
        """Take the links of some pages; gives null for those that only the plain form can read."""
        raws = [page.links if _is_readable(page) else b"?" for page in pages]
        nears = [page.resolver.near for page in pages]
        first = int(self._state[S_LINKS])
        own = [urls.registrable_domain(page.host) for page in pages]
        counted = self._scanned(raws, nears, own)
        is_read = counted[:, C_LINKS] >= 0
        self._counted.append(counted[is_read])
        read: list[Read | None] = []
        for page, near, domain, told in zip(pages, nears, own, counted.tolist(), strict=True):
            if near is None or told[C_LINKS] < 0:
                read.append(None)
                continue
            self._hosts.append((near.host, domain))
            read.append(self._asked_for(page, first, told))
            first += told[C_KEPT]
        return read

    def _scanned(self, raws: list[bytes], nears: Sequence[Near | None], domains: list[str]) -> Array:
        """Have the links of pages read; gives what is counted of each."""
        text, bounds = _joined(raws)
        base, base_bounds = _joined([near.base.encode() if near is not None else b"" for near in nears])
        places = [(near.origin, near.folder, near.query) if near is not None else (0, 0, 0) for near in nears]
        at, modes = np.array(places, np.int64), np.zeros(len(raws), np.int64)
        if self._is_external_only:
            # A base element may name another site; then its own links leave the page's.
            pairs = zip(nears, domains, strict=True)
            modes[:] = [NOT_NEAR if near and near.domain == domain else NOT_NOWHERE for near, domain in pairs]
        counted = np.zeros((len(raws), C_COLUMNS), np.int64)
        self._make_room(len(text), max(map(len, raws)))
        held, page = self._held, 0
        while (
            page := scan(
                page, text, bounds, base, base_bounds, at, MAX_LINKS, modes, held["strings"],
                self._fields, self._row, held["scratch"], self._state, counted,
                held["hrefs"], held["href_bounds"], held["anchors"], held["anchor_bounds"], held["rels"],
                held["rel_bounds"], held["urls"], held["url_bounds"], held["hosts"], held["host_bounds"],
                held["fragments"], held["fragment_bounds"], held["kinds"], held["has_rel"], held["targets"],
                held["numbers"],
            )
        ) < len(raws):  # fmt: skip
            if len(held["urls"]) < _MAX_URL_ROOM:
                self._reserve("urls", min(2 * len(held["urls"]), _MAX_URL_ROOM))
            else:
                counted[page, C_LINKS] = REFUSED
                page += 1
        return counted

    def _asked_for(self, page: Described, first: int, told: list[int]) -> Read:
        """Resolve what only Python can of the links of a page, which begin at ``first``."""
        n_url_bytes, lost = told[C_URL_BYTES], []
        if told[C_ASKED]:
            hrefs, bounds = self._held["hrefs"], self._held["href_bounds"]
            targets = self._held["targets"][first : first + told[C_KEPT]]
            for place in ((targets == ASK).nonzero()[0] + first).tolist():
                href = hrefs[bounds[place] : bounds[place + 1]].tobytes().decode()
                target = self._asked[place] = self._target(href, page.resolver)
                if target.url is None:
                    lost.append(href)
                else:
                    n_url_bytes += len(target.url)
        return Read(told[C_LINKS], n_url_bytes, told[C_NOWHERE], lost)

    def _target(self, href: str, resolver: Resolver) -> Target:
        """Say where a href leads; those that lead to the same from any page are remembered."""
        if resolver.encoding != "utf-8" or not href.startswith(_WHOLE):
            return resolver.target(href)
        found = self._remembered.get(href)
        if found is None:
            if len(self._remembered) >= _MAX_REMEMBERED:
                self._remembered.clear()
            found = self._remembered[href] = resolver.target(href)
        return found

    def _make_room(self, n_bytes: int, n_longest: int) -> None:
        """Make all arrays large enough for pages with so many bytes of links: no text is longer than its JSON."""
        state = self._state
        for name, column in _TEXTS.items():
            self._reserve(name, int(state[column]) + n_bytes)
        self._reserve("urls", _LEAST_URL_ROOM)
        self._reserve("scratch", n_longest)
        self._reserve("strings", n_longest + 1)
        for name in (*_BOUNDS, *_MARKS, "numbers"):
            self._reserve(name, int(state[S_LINKS]) + n_bytes // _SHORTEST_ENTRY + 2)

    def _reserve(self, name: str, size: int) -> None:
        held = self._held[name]
        if len(held) < size:
            larger = np.empty(max(size, 2 * len(held)), held.dtype)
            larger[: len(held)] = held
            self._held[name] = larger

    def leading(self, is_wanted: Callable[[str], bool]) -> list[bool]:
        """Tell of each page that was added whether a link that was kept leads to a wanted host, and begin anew."""
        n = int(self._state[S_LINKS])
        counts = np.concatenate([*self._counted, np.zeros((0, C_COLUMNS), np.int64)])[:, C_KEPT]
        host_ids, hosts = self._host_ids(n, counts)
        are_wanted = np.array([*map(is_wanted, hosts), False])
        page_of = np.repeat(np.arange(len(counts)), counts)
        leads = np.bincount(page_of[are_wanted[host_ids]], minlength=len(counts)) > 0
        self._clear()
        return [bool(one) for one in leads]

    def take(self, order: Sequence[int] | None = None) -> Columns:
        """Give what was added, pages in this order (by when they were added, where null), and begin anew."""
        n = int(self._state[S_LINKS])
        counted = np.concatenate([*self._counted, np.zeros((0, C_COLUMNS), np.int64)])
        counts = counted[:, C_KEPT]
        starts = counts.cumsum() - counts
        page_of = np.repeat(np.arange(len(counts)), counts)
        host_ids, hosts = self._host_ids(n, counts)
        domains: dict[str, int] = {}
        domain_of = np.array([domains.setdefault(urls.registrable_domain(host), len(domains)) for host in hosts] or [0])
        own = np.array([domains.setdefault(domain, len(domains)) for _, domain in self._hosts], np.int64)
        domain_ids = np.where(host_ids >= 0, domain_of[host_ids], -1)
        is_internal = domain_ids == own[page_of]
        is_external = (domain_ids >= 0) & ~is_internal
        rel_ids, rels = self._rels(n)
        flags = np.array([one[1:] for one in rels], np.bool_)[rel_ids]
        facts = _facts(page_of, counted, is_internal, is_external, is_external & ~flags.any(axis=1), domain_ids)
        pages = np.arange(len(counts)) if order is None else np.array(order, np.int64)
        kept = places_of(starts[pages], counts[pages])
        if self._is_external_only:
            kept = kept[is_external[kept]]
        places = pa.array(kept)
        number = self._held["numbers"][:n][kept]
        columns: dict[str, pa.Array] = {
            "n": pa.array(number),
            "href": self._column("hrefs", "href_bounds", n).take(places),
            "url": self._column("urls", "url_bounds", n, "url").take(places),
            "target_host": _named(host_ids[kept], list(hosts)),
            "target_domain": _named(domain_ids[kept], list(domains)),
            "fragment": self._column("fragments", "fragment_bounds", n, "fragment").take(places),
            "is_internal": pa.array(is_internal[kept]),
            "kind": _KINDS.take(pa.array(self._held["kinds"][:n][kept])),
            "anchor": self._column("anchors", "anchor_bounds", n).take(places),
            "rel": pa.array([one[0] for one in rels], pa.string()).take(pa.array(rel_ids[kept])),
            **{name: pa.array(flags[kept, place]) for place, name in enumerate(_REL_FLAGS)},
            "position": pa.array(number / counted[page_of[kept], C_LINKS]),
        }
        counts = np.bincount(page_of[kept], minlength=len(counts))[pages]
        self._clear()
        return Columns(_shaped(columns), counts.tolist(), facts)

    def _column(self, name: str, bounds: str, n: int, field: str = "") -> pa.StringArray:
        """Give one column of texts; what was asked for one by one stands in its places."""
        ends = self._held[bounds][: n + 1].copy()
        data = self._held[name][: ends[n]].tobytes()
        if not field:
            return pa.StringArray.from_buffers(n, pa.py_buffer(ends), pa.py_buffer(data))
        others = {place: getattr(target, field) for place, target in self._asked.items()}
        data, ends, is_null = Texts(data, ends, others, has_nulls=True).packed()
        validity = None if is_null is None else pa.py_buffer(np.packbits(~is_null, bitorder="little"))
        return pa.StringArray.from_buffers(n, pa.py_buffer(ends), pa.py_buffer(data), validity)

    def _host_ids(self, n: int, counts: Array) -> tuple[Array, dict[str, int]]:
        """Give the hosts that links lead to, by number: -1 where one leads to none."""
        known: dict[str, int] = {}
        encoded = self._column("hosts", "host_bounds", n).dictionary_encode()
        table_of = [known.setdefault(host, len(known)) if host else -1 for host in encoded.dictionary.to_pylist()]
        ids = np.array(table_of or [-1])[encoded.indices.to_numpy(zero_copy_only=False)]
        of_page = np.array([known.setdefault(host, len(known)) for host, _ in self._hosts], np.int64)
        is_near = self._held["targets"][:n] == NEAR
        ids[is_near] = np.repeat(of_page, counts)[is_near]
        for place, target in self._asked.items():
            ids[place] = -1 if target.host is None else known.setdefault(target.host, len(known))
        return ids, known

    def _rels(self, n: int) -> tuple[Array, list[tuple[str | None, bool, bool, bool]]]:
        """Give the number of each link's rel, and the rels in lower case with what is among them."""
        encoded = self._column("rels", "rel_bounds", n).dictionary_encode()
        said = [rel_of(rel[:MAX_SHORT_CHARACTERS]) for rel in encoded.dictionary.to_pylist()]
        indices = encoded.indices.to_numpy(zero_copy_only=False)
        return np.where(self._held["has_rel"][:n] != 0, indices, len(said)), [*said, NO_REL]


def places_of(starts: Array, counts: Array) -> Array:
    """Give the places of runs one behind the other, by where each begins and how long it is."""
    return np.repeat(starts - counts.cumsum() + counts, counts) + np.arange(counts.sum())


def _is_readable(page: Described) -> bool:
    """Tell whether compiled code may look at the links of a page."""
    if page.resolver.near is None or len(page.links) > MAX_BYTES:
        return False
    if page.is_utf8 or page.links.isascii():
        return True
    try:
        page.links.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _joined(pieces: list[bytes]) -> tuple[Array, Array]:
    """Give pieces as one array of bytes, and where each begins and ends."""
    bounds = np.zeros(len(pieces) + 1, np.int64)
    np.cumsum([len(piece) for piece in pieces], out=bounds[1:])
    return np.frombuffer(b"".join(pieces), np.uint8), bounds


def _named(ids: Array, names: list[str]) -> pa.Array:
    return pa.array(names, pa.string()).take(pa.array(ids, mask=ids < 0))


def _facts(
    page_of: Array, counted: Array, is_internal: Array, is_external: Array, is_followed: Array, domain_ids: Array
) -> dict[str, list[int]]:
    """Count the links of each page as ``wat_page`` does."""
    size = len(counted)
    pairs = np.unique(page_of[is_external] * (domain_ids.max(initial=0) + 1) + domain_ids[is_external])
    return {
        "n_links": counted[:, C_LINKS].tolist(),
        "n_internal_links": (np.bincount(page_of[is_internal], minlength=size) + counted[:, C_NEAR]).tolist(),
        "n_external_links": np.bincount(page_of[is_external], minlength=size).tolist(),
        "n_external_followed": np.bincount(page_of[is_followed], minlength=size).tolist(),
        "n_external_domains": np.bincount(pairs // (domain_ids.max(initial=0) + 1), minlength=size).tolist(),
    }


def _shaped(columns: dict[str, pa.Array]) -> pa.Table:
    schema = table("links").schema
    n = len(columns["n"])
    kinds = {name: schema.field(name).type for name in Link._fields}
    return pa.table({name: columns[name] if name in columns else pa.nulls(n, kind) for name, kind in kinds.items()})
