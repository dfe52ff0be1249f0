"""Common Crawl's lists and tables: which crawls there are, which files a crawl has, where the captures of a domain lie.

Source: https://commoncrawl.org/get-started and https://github.com/commoncrawl/cc-index-table
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from linkworthy.errors import InputError, SourceError
from linkworthy.site.parts import write_text

if TYPE_CHECKING:
    import pyarrow.parquet as pq

BASE = "https://data.commoncrawl.org/"
CRAWLS = "https://index.commoncrawl.org/collinfo.json"
KINDS = ("wat", "warc", "wet", "robotstxt", "non200responses", "cc-index-table")
MAX_LIST_BYTES = 1 << 26
"""A list of paths inflates to at most this; a crawl's is about 10 MB."""
_CRAWL = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,60}")
_PATH = re.compile(r"(?!.*\.\.)[A-Za-z0-9][A-Za-z0-9._=/+-]{0,500}")
_COLUMNS = (
    "url", "url_host_registered_domain", "fetch_status", "warc_filename", "warc_record_offset", "warc_record_length",
)  # fmt: skip
_KEY = "url_host_registered_domain"
_SORTED = "url_surtkey"


class Crawl(NamedTuple):
    """One crawl, as the list of crawls names it."""

    id: str
    name: str
    from_time: str | None
    to_time: str | None


class Item(msgspec.Struct, frozen=True, omit_defaults=True):
    """One thing to fetch: a whole file, or a range of one."""

    path: str
    """Below the base."""
    offset: int | None = None
    n_bytes: int | None = None
    """Of the range."""
    url: str | None = None
    """The page whose capture the range holds."""


class Plan(msgspec.Struct, frozen=True):
    """What a question needs of a crawl."""

    crawl: str
    base: str
    items: tuple[Item, ...]
    domains: tuple[str, ...] = ()

    @property
    def n_bytes(self) -> int | None:
        """Bytes of all ranges, null where whole files are among them."""
        sizes = [one.n_bytes for one in self.items]
        return None if None in sizes else sum(size or 0 for size in sizes)


def read_crawls(body: bytes) -> list[Crawl]:
    """Read the list of crawls, newest first as it is.

    Raises: SourceError where it is none.
    """
    try:
        listed = msgspec.json.decode(body, type=list[dict[str, Any]])
        return [Crawl(str(one["id"]), str(one.get("name", "")), one.get("from"), one.get("to")) for one in listed]
    except (msgspec.MsgspecError, KeyError) as fault:
        raise SourceError(f"the list of crawls cannot be read: {fault}") from None


def list_path(crawl: str, kind: str) -> str:
    """Give the path of the list of a crawl's files of one kind.

    Raises: InputError for what is no crawl's name.
    """
    if not _CRAWL.fullmatch(crawl):
        raise InputError(f"{crawl!r}: no name of a crawl, such as CC-MAIN-2026-43")
    return f"crawl-data/{crawl}/{kind}.paths.gz"


def read_paths(body: bytes) -> list[str]:
    """Read a list of paths, packed or not; a line that is no plain relative path is refused.

    Raises: SourceError where the list is damaged or names what is no path.
    """
    if body.startswith(b"\x1f\x8b"):
        decoder = zlib.decompressobj(wbits=31)
        try:
            body = decoder.decompress(body, MAX_LIST_BYTES)
        except zlib.error:
            raise SourceError("the list of paths is damaged: fetch it again") from None
        if not decoder.eof:
            raise SourceError("the list of paths is cut, or larger than any")
    paths = [line.strip() for line in body.decode("utf-8", "replace").splitlines() if line.strip()]
    if strange := next((path for path in paths if not _PATH.fullmatch(path)), None):
        raise SourceError(f"the list of paths names {strange[:80]!r}, which is none")
    return paths


def spread(paths: Sequence[str], n_files: int | None) -> list[str]:
    """Choose files evenly from a list, so that a sample of a crawl is no corner of it; all where no number is given."""
    if n_files is None or n_files >= len(paths):
        return list(paths)
    return [paths[n * len(paths) // n_files] for n in range(n_files)]


def captures_of(
    table: pq.ParquetFile, domains: frozenset[str], *, statuses: frozenset[int] | None = frozenset({200})
) -> Iterator[Item]:
    """Give the captures of registered domains in one file of the columnar URL index.

    Row groups whose statistics exclude the domains are not read; of those that hold none, only the column of domains.
    ``statuses`` null: of any status.
    """
    import pyarrow as pa  # noqa: PLC0415 - --help must not pay for Arrow
    import pyarrow.compute as pc  # noqa: PLC0415 - --help must not pay for Arrow

    wanted = pa.array(sorted(domains), pa.string())
    for group in _groups(table, domains):
        held = table.read_row_group(group, columns=[_KEY]).column(_KEY).cast(pa.string())
        is_wanted = pc.is_in(held, value_set=wanted)
        if not pc.any(is_wanted).as_py():
            continue
        for row in table.read_row_group(group, columns=list(_COLUMNS)).filter(is_wanted).to_pylist():
            is_asked = statuses is None or row["fetch_status"] in statuses
            if is_asked and row["warc_record_length"] and _PATH.fullmatch(row["warc_filename"] or ""):
                length = int(row["warc_record_length"])
                yield Item(row["warc_filename"], int(row["warc_record_offset"]), length, row["url"])


def _groups(table: pq.ParquetFile, domains: frozenset[str]) -> list[int]:
    """Give the row groups that may hold captures of the domains: by SURT key, in whose order files are, and by name."""
    names = [table.metadata.schema.column(n).name for n in range(table.metadata.num_columns)]
    low = {domain: ",".join(reversed(domain.split("."))) for domain in domains}
    found = []
    for group in range(table.metadata.num_row_groups):
        may_hold = set(domains)
        for name in (_SORTED, _KEY):
            if name not in names:
                continue
            bounds = table.metadata.row_group(group).column(names.index(name)).statistics
            if bounds is None or not bounds.has_min_max:
                continue
            least, greatest = _text(bounds.min), _text(bounds.max)
            # The keys of a domain begin with its reversed name and a bracket or comma; '-' comes behind both.
            ends = {one: (low[one], low[one] + "-") if name == _SORTED else (one, one) for one in may_hold}
            may_hold = {one for one in may_hold if ends[one][0] <= greatest and ends[one][1] >= least}
        if may_hold:
            found.append(group)
    return found


def _text(value: Any) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)


def write_plan(path: Path, plan: Plan) -> None:
    """Write a plan, whole or not at all."""
    write_text(path, msgspec.json.format(msgspec.json.encode(plan), indent=1).decode() + "\n")


def read_plan(path: Path) -> Plan:
    """Read a plan; paths in it are held to be as hostile as any.

    Raises: InputError where it is none.
    """
    try:
        plan = msgspec.json.decode(path.read_bytes(), type=Plan)
    except (OSError, msgspec.MsgspecError) as fault:
        raise InputError(f"{path}: no plan of 'linkworthy commoncrawl plan': {fault}") from None
    for item in plan.items:
        is_range = item.offset is not None and item.n_bytes is not None
        if not _PATH.fullmatch(item.path) or (is_range and ((item.offset or 0) < 0 or (item.n_bytes or 0) < 1)):
            raise InputError(f"{path}: {item.path[:80]!r} is no path and range")
    return plan
