"""Access logs in the combined format, with or without the virtual host in front: visits, and referrers as leads."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from linkworthy import urls
from linkworthy.site import SiteConfig
from linkworthy.sources import cells, dates, referrers
from linkworthy.sources.base import Batch, Context
from linkworthy.sources.lines import read_blocks
from linkworthy.sources.rows import SAMPLE, Buffer
from linkworthy.sources.streams import Unpacked, Utf8
from linkworthy.sources.visits import Visits

COMBINED = (
    r"^(?:(?P<vhost>[A-Za-z0-9.\-]+|\[[0-9A-Fa-f:.]+\])(?::(?P<port>\d{1,5}))? )?\S+ \S+ [^\[\]]{1,256} "
    r"\[(?P<day>\d{1,2}/[A-Za-z]{3}/\d{4}):(?P<hour>[01]\d|2[0-3]):(?P<minute>[0-5]\d):(?P<second>[0-5]\d|60) "
    r"(?P<zone>[+\-]\d{4})\] "
    r'"(?P<request>[^"\\]*(?:\\.[^"\\]*)*)" (?P<status>[1-5]\d\d) (?:\d+|-) '
    r'"(?P<referrer>[^"\\]*(?:\\.[^"\\]*)*)" "(?P<agent>[^"\\]*(?:\\.[^"\\]*)*)"'
)
"""Source: https://httpd.apache.org/docs/2.4/logs.html#combined"""

NOT_A_LINE = "not a line of a combined access log"
NOT_A_REQUEST = "not a request for a page"
OTHER_HOST = "request for another host"
NO_REFERRER = "referrer is no URL"
NO_TIME = "time is none"

_METHODS = frozenset({"GET", "HEAD", "POST"})
_ESCAPED = re.compile(r'\\(?:x([0-9A-Fa-f]{2})|(["\\tnrvbf]))')
_LINE = re.compile(COMBINED)
_NO_TEXT = pa.scalar(None, pa.string())


def is_log(head: bytes) -> bool:
    """Tell whether most of the first lines of a text are lines of a combined log."""
    lines = [line for line in head[:65_536].decode("utf-8", "replace").splitlines()[:100] if line.strip()]
    if len(head) > 65_536 or len(lines) > 1:
        lines = lines[:-1] or lines
    return bool(lines) and 2 * sum(_LINE.match(line[:8192]) is not None for line in lines) > len(lines)


def unescape(text: str) -> str:
    r"""Undo what Apache and nginx do to quotes, backslashes and bytes: ``\"`` and ``\x22``."""
    if "\\" not in text:
        return text
    raw = bytearray()
    at = 0
    for found in _ESCAPED.finditer(text):
        raw += text[at : found.start()].encode("utf-8", "replace")
        raw += (
            bytes.fromhex(found[1])
            if found[1]
            else {"t": b"\t", "n": b"\n", "r": b"\r"}.get(found[2], found[2].encode())
        )
        at = found.end()
    raw += text[at:].encode("utf-8", "replace")
    return raw.decode("utf-8", "linkworthy-cp1252")


@dataclass(frozen=True, slots=True)
class LogSource:
    """A combined access log."""

    reported_by: str = "access-log"
    recognised_as: str = "access log in the combined format, by its lines"
    detail: str | None = None
    is_damaged: bool = False

    def read(self, path: Path, context: Context) -> Iterator[Batch]:
        """Read the log; rejects come as it is read, visits and leads by day and page at its end.

        Raises: SourceError where the file is damaged, after all that was read.
        """
        file = str(path)
        with Unpacked(path, context.on_bytes) as unpacked, Visits() as visits:
            buffer = Buffer(Utf8(unpacked))
            for block in read_blocks(buffer):
                table, reason = _columns(block.texts, block.numbers, context)
                is_used = pc.is_null(reason)
                visits.add(table.filter(is_used))
                n_used = pc.sum(is_used).as_py() or 0
                yield Batch(table="visits", rows=[], n_rows_used=n_used)
                if n_used < len(reason):
                    yield _rejects(block.texts, block.numbers, reason, file)
                if block.rejects:
                    rows = [{"file": file, "row": n, "reason": why, "sample": text} for n, why, text in block.rejects]
                    yield Batch(table="rejects", rows=rows, n_rows_rejected=len(rows))
            for table in visits.by_day():
                yield Batch(table="visits", rows=table)
            for table in visits.leads(file, self.reported_by):
                yield Batch(table="observations", rows=table)
            if buffer.fault:
                raise buffer.fault


def _rejects(texts: pa.Array, numbers: pa.Array, reason: pa.Array, file: str) -> Batch:
    is_bad = pc.is_valid(reason)
    table = pa.table(
        {
            "file": pa.repeat(pa.scalar(file), pc.sum(is_bad).as_py()),
            "row": numbers.filter(is_bad),
            "reason": reason.filter(is_bad),
            "sample": cells.clipped(texts.filter(is_bad), SAMPLE),
        }
    )
    return Batch(table="rejects", rows=table, n_rows_rejected=table.num_rows)


def _columns(texts: pa.Array, numbers: pa.Array, context: Context) -> tuple[pa.Table, pa.Array]:
    """Take lines apart: the columns of a visit, and why a line is none."""
    config = context.config
    parts = pc.extract_regex(texts, COMBINED)
    part = {name: pc.struct_field(parts, name) for name in ("vhost", "port", "request", "status", "referrer", "agent")}
    when = _times(parts, context)
    asked = _targets(part, config)
    target_kind = pc.struct_field(asked, "reason")
    referrer = cells.by_distinct(part["referrer"], lambda text: _referrer(text, config), _REFERRER)
    agent = cells.by_distinct(part["agent"], lambda text: referrers.is_bot(unescape(text)), pa.bool_())
    kind = pc.struct_field(referrer, "kind")
    reason = pc.coalesce(
        pc.if_else(pc.is_null(parts), NOT_A_LINE, _NO_TEXT),
        pc.if_else(pc.is_null(when), NO_TIME, _NO_TEXT),
        target_kind,
        pc.if_else(pc.is_null(kind), NO_REFERRER, _NO_TEXT),
    )
    table = pa.table(
        {
            "row": numbers,
            "at": when,
            "referrer_url": pc.struct_field(referrer, "url"),
            "referrer_kind": kind,
            "target_url": pc.struct_field(asked, "url"),
            "status": pc.if_else(pc.equal(part["status"], ""), _NO_TEXT, part["status"]).cast(pa.int16()),
            "is_bot": agent,
        }
    )
    return table, reason


_REFERRER = pa.struct([("url", pa.string()), ("kind", pa.string())])
_TARGET = pa.struct([("url", pa.string()), ("reason", pa.string())])


def _referrer(text: str, config: SiteConfig) -> dict[str, str] | None:
    plain = unescape(text).strip()
    if plain in {"", "-"}:
        return {"url": "", "kind": "none"}
    url = urls.normalise(plain)
    if url is None:
        return None
    host = urls.host_of(url)
    return {"url": url, "kind": "own" if config.is_own_host(host) else referrers.kind_of_host(host)}


def _targets(part: dict[str, pa.Array], config: SiteConfig) -> pa.Array:
    """Work out the own URL that each request asks for, or why it asks for none."""
    origin = urls.split(config.url)
    asked = pc.binary_join_element_wise(
        pc.fill_null(part["vhost"], ""), pc.fill_null(part["port"], ""), part["request"], "\n"
    )
    base = f"{origin.scheme}://{origin.host}{':' + origin.port if origin.port else ''}"
    return cells.by_distinct(asked, lambda text: _target(text, base, config), _TARGET)


def _target(text: str, base: str, config: SiteConfig) -> dict[str, str | None]:
    vhost, port, request = text.split("\n", 2)
    method, _, rest = unescape(request).partition(" ")
    path = rest.rpartition(" HTTP/")[0] or rest
    if method not in _METHODS or not path:
        return {"url": None, "reason": NOT_A_REQUEST}
    if vhost and not config.is_own_host(vhost.lower()):
        return {"url": None, "reason": OTHER_HOST}
    if path.startswith("/"):
        url = urls.normalise((_origin(vhost.lower(), port, base) if vhost else base) + path)
    else:
        url = urls.normalise(path) if "://" in path else None
        if url and not config.is_own_host(urls.host_of(url)):
            return {"url": None, "reason": OTHER_HOST}
    return {"url": url, "reason": None} if url else {"url": None, "reason": NOT_A_REQUEST}


def _origin(host: str, port: str, base: str) -> str:
    if port == "443":
        return f"https://{host}"
    if port in {"80", ""}:
        return f"{'http' if port else base.partition(':')[0]}://{host}"
    return f"{base.partition(':')[0]}://{host}:{port}"


def _times(parts: pa.Array, context: Context) -> pa.Array:
    """Read the times of lines as UTC; null where one is none."""
    day = cells.by_distinct(pc.struct_field(parts, "day"), _day, pa.int64())
    zone = cells.by_distinct(pc.struct_field(parts, "zone"), _zone, pa.int64())
    seconds = np.zeros(len(parts), dtype=np.int64)
    for name, unit in (("hour", 3600), ("minute", 60), ("second", 1)):
        field = pc.struct_field(parts, name)
        number = pc.fill_null(pc.if_else(pc.is_valid(parts), field, "0"), "0").cast(pa.int64())
        seconds += number.to_numpy(zero_copy_only=False) * unit
    total = pc.subtract(pc.add(day, pa.array(seconds)), zone)
    when = pc.multiply(total, 1_000_000).cast(cells.INSTANT)
    latest = pa.scalar(dates.latest(context.imported_at), cells.INSTANT)
    return pc.if_else(pc.less_equal(when, latest), when, pa.scalar(None, cells.INSTANT))


def _day(text: str) -> int | None:
    when = dates.parse(text.replace("/", " "))
    return int(when.timestamp()) if when else None


def _zone(text: str) -> int | None:
    hours, minutes = int(text[1:3]), int(text[3:5])
    if hours > 14 or minutes > 59:
        return None
    return (hours * 3600 + minutes * 60) * (-1 if text[0] == "-" else 1)
