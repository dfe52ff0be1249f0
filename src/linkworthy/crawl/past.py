"""What the crawl before has read, to be used again where a server says that it still stands (304).

Facts of its pages and their validators go into a SQLite file of the run; what the pages hold is read from the parts of
that crawl when it is needed, a few parts at a time: memory does not grow with the site.
"""

from __future__ import annotations

import json
import sqlite3
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec
import xxhash

from linkworthy import __version__
from linkworthy.errors import StageError
from linkworthy.fetch.base import Headers, header
from linkworthy.html.page import Block, Image, Item, Link, Page, Resource
from linkworthy.site import Run, SiteConfig
from linkworthy.site.snapshots import read as read_snapshot
from linkworthy.tables import TABLES

if TYPE_CHECKING:
    import pyarrow as pa

MAX_PARTS = 4
"""Parts whose content is held at a time."""
_ROWS_AT_ONCE = 2_000
_NAMES = TABLES["pages"].names
_FACTS = _NAMES[_NAMES.index("last_modified_at") : _NAMES.index("feeds") + 1]
_KEPT = ("url", "headers", "content_type", "content_encoding", "server", "n_bytes", "n_decoded_bytes", *_FACTS)
_TOLD = ("x-robots-tag", "link", "content-type")
"""Headers that say something of the page: a 304 that brings another value of one speaks of another page."""
_CONTENT: Mapping[str, tuple[str, str, type[Any]]] = {
    "links": ("links", "source_url", Link),
    "blocks": ("blocks", "url", Block),
    "images": ("images", "url", Image),
    "resources": ("resources", "url", Resource),
    "structured": ("items", "url", Item),
}
"""Table: where a page holds its rows, the column that names the page, and the shape of a row."""
_SCHEMA = """
create table pages (url text primary key, etag text, modified text, part integer, row blob not null) without rowid;
create table parts (part integer, name text, path text, primary key (part, name)) without rowid;
"""


class Validators(NamedTuple):
    """What a server is asked with whether its page has changed, as it was received."""

    etag: str | None
    modified: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """A page as the crawl before has read it."""

    page: Page
    headers: Headers
    n_bytes: int | None
    n_decoded_bytes: int | None

    def stands_under(self, headers: Headers) -> bool:
        """Tell whether the headers of a 304 leave it as it is."""
        return all(header(headers, name) in {None, header(self.headers, name)} for name in _TOLD)

    def freshened(self, headers: Headers) -> Headers:
        """Give its headers with those of a 304 in the place of older ones.

        Source: RFC 9111 3.2 and 4.3.4; the length is that of the body that stands.
        """
        new = {name for name, _ in headers} - {"content-length"}
        kept = [pair for pair in self.headers if pair[0] not in new]
        return (*kept, *(pair for pair in headers if pair[0] in new))


class Past:
    """Looks pages of the crawl before up; picklable, each process opens the file for itself."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._opened: sqlite3.Connection | None = None
        self._parts: OrderedDict[int, dict[str, _Rows]] = OrderedDict()

    def __reduce__(self) -> tuple[type[Past], tuple[Path]]:
        """Travel between processes as the path alone."""
        return Past, (self._path,)

    def validators(self, url: str) -> Validators | None:
        """Give what to ask the server with, null where the page was not read or came without."""
        row = self._db.execute("select etag, modified from pages where url = ?", (url,)).fetchone()
        return Validators(*row) if row else None

    def stored(self, url: str) -> Stored | None:
        """Give a page as it was read, null where its parts are no longer there."""
        row = self._db.execute("select part, row from pages where url = ?", (url,)).fetchone()
        if row is None:
            return None
        part, packed = row
        facts: dict[str, Any] = msgspec.msgpack.decode(packed)
        page = Page(url=url, facts={name: facts[name] for name in _FACTS})
        try:
            held = self._part(part) if part is not None else {}
        except (OSError, ValueError):  # pyarrow's own faults are of these two kinds
            return None
        for name, (where, _key, kind) in _CONTENT.items():
            if name in held:
                setattr(page, where, [kind(*values) for values in held[name].of(url)])
        return Stored(
            page=page,
            headers=tuple((name, value) for name, value in facts["headers"] or ()),
            n_bytes=facts["n_bytes"],
            n_decoded_bytes=facts["n_decoded_bytes"],
        )

    @property
    def _db(self) -> sqlite3.Connection:
        if self._opened is None:
            self._opened = sqlite3.connect(f"{self._path.absolute().as_uri()}?mode=ro", uri=True)
        return self._opened

    def _part(self, part: int) -> dict[str, _Rows]:
        held = self._parts.get(part)
        if held is None:
            paths = self._db.execute("select name, path from parts where part = ?", (part,)).fetchall()
            held = self._parts[part] = {name: _Rows(name, Path(path)) for name, path in paths}
            while len(self._parts) > MAX_PARTS:
                self._parts.popitem(last=False)
        self._parts.move_to_end(part)
        return held


class _Rows:
    """Rows of one table in one part, page by page: those of a page stand together."""

    def __init__(self, name: str, path: Path) -> None:
        import pyarrow.compute as pc  # noqa: PLC0415 - only where something has not changed
        import pyarrow.parquet as pq  # noqa: PLC0415 - only where something has not changed

        _where, key, kind = _CONTENT[name]
        self._rows = pq.read_table(path, columns=[key, *kind._fields]).select([key, *kind._fields])
        self._places: dict[str, tuple[int, int]] = {}
        start = 0
        for counted in pc.value_counts(self._rows.column(0)).to_pylist():
            self._places[counted["values"]] = (start, counted["counts"])
            start += counted["counts"]
        self._rows = self._rows.remove_column(0)

    def of(self, url: str) -> Iterator[tuple[Any, ...]]:
        start, n = self._places.get(url, (0, 0))
        some = self._rows.slice(start, n)
        return zip(*(column.to_pylist() for column in some.columns), strict=True)


def version(config: SiteConfig) -> str:
    """Name what a page's rows depend on besides its bytes: this program, its columns, and who asked."""
    columns = {name: TABLES[name].names for name in ("pages", *_CONTENT)}
    asked = (config.network.user_agent, config.network.headers, config.login.user_env, config.login.page)
    return f"{__version__} {xxhash.xxh3_64_hexdigest(json.dumps([columns, asked]).encode())}"


def past_of(run: Run, config: SiteConfig, group: str, path: Path) -> Past | None:
    """Put the pages of the crawl before that may be asked for with conditions into a file; null where there are none.

    A browser makes of the same bytes what the data of the moment want: rendered pages are always fetched.
    """
    if not config.network.conditional or config.browser.render:
        return None
    if not path.exists():
        temporary = path.with_name(f"{path.name}.tmp")
        temporary.unlink(missing_ok=True)
        db = sqlite3.connect(temporary)
        try:
            db.executescript(f"pragma journal_mode = off; pragma synchronous = off; {_SCHEMA}")
            with db:
                _remember(db, _files(run, config, group))
        finally:
            db.close()
        temporary.replace(path)
    with sqlite3.connect(path) as db:
        is_known = db.execute("select 1 from pages limit 1").fetchone() is not None
    db.close()
    return Past(path) if is_known else None


def _files(run: Run, config: SiteConfig, group: str) -> dict[str, list[Path]]:
    """Give the files of the crawl before, none where another program, or for another agent, has written them."""
    found = [part for part in run.base.parts if part.group == group] if run.base else []
    out: dict[str, list[Path]] = {}
    for part in found:
        home = run.base.folder.parent / part.snapshot if run.base else run.folder
        try:
            steps = read_snapshot(home).facts.get("steps", {})
        except StageError:
            return {}
        if steps.get(group, {}).get("version") != version(config):
            return {}
        out.setdefault(part.table, []).extend(home / name for name in part.files)
    return out


def _remember(db: sqlite3.Connection, files: Mapping[str, list[Path]]) -> None:
    import pyarrow.parquet as pq  # noqa: PLC0415 - only where a crawl goes before

    for path in files.get("pages", ()):
        for batch in pq.ParquetFile(path).iter_batches(_ROWS_AT_ONCE):
            db.executemany("insert or ignore into pages values (?, ?, ?, null, ?)", _packed(batch))
    if db.execute("select 1 from pages limit 1").fetchone() is None:
        return
    for name, (_where, key, _kind) in _CONTENT.items():
        for path in files.get(name, ()):
            part = int(path.name.split(".")[2])
            db.execute("insert into parts values (?, ?, ?)", (part, name, str(path.absolute())))
            urls = pq.read_table(path, columns=[key], read_dictionary=[key]).column(0).unique().to_pylist()
            db.executemany("update pages set part = ? where url = ?", ((part, url) for url in urls))


def _packed(batch: pa.RecordBatch) -> Iterator[tuple[str, str | None, str | None, bytes]]:
    """Give the own pages of a batch that came whole and with a validator."""
    import pyarrow as pa  # noqa: PLC0415 - only where a crawl goes before
    import pyarrow.compute as pc  # noqa: PLC0415 - only where a crawl goes before

    is_whole = pc.and_(pc.equal(batch["status"], 200), pc.equal(batch["role"], "own"))
    is_whole = pc.and_(is_whole, pc.and_(pc.equal(batch["state"], "answered"), pc.invert(batch["is_truncated"])))
    headers = batch["headers"].cast(pa.map_(pa.string(), pa.string()))
    etags = pc.map_lookup(headers, pa.scalar("etag"), "first")
    dates = pc.map_lookup(headers, pa.scalar("last-modified"), "first")
    is_asked = pc.and_(pc.fill_null(is_whole, False), pc.or_(pc.is_valid(etags), pc.is_valid(dates)))
    chosen = batch.select(list(_KEPT)).filter(is_asked).to_pylist()
    validators = zip(etags.filter(is_asked).to_pylist(), dates.filter(is_asked).to_pylist(), strict=True)
    for row, (etag, modified) in zip(chosen, validators, strict=True):
        yield row["url"], etag, modified, msgspec.msgpack.encode(row)
