"""Records what is fetched as WARC 1.1: each process into files of its own, whole records only, joined at the end.

A record is on its way to the disk before its page is: after a kill, what the tables hold is recorded, and what they do
not hold is fetched and recorded again. The later one counts.
"""

from __future__ import annotations

import io
import os
import shutil
import time
import uuid
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from linkworthy import __version__, urls
from linkworthy.archives.writer import WarcWriter, digest
from linkworthy.errors import StageError
from linkworthy.fetch.base import Exchange, Fetcher, Request, header
from linkworthy.fetch.outgoing import Outgoing
from linkworthy.fetch.redirects import follow
from linkworthy.fetch.replay import FAULT, FAULT_DETAIL, METHOD
from linkworthy.site import Login, SiteConfig

MAX_FILE_BYTES = 1 << 30
"""A file that has grown beyond this is finished, and another begun."""

_OPEN = ".open"
_CHUNK = 1 << 20
_SECRET = frozenset({"authorization", "proxy-authorization", "cookie"})
_TRUNCATED = {"timeout": "time", "too-slow": "time", "closed": "disconnect"}
_PROTOCOLS = {"2": "h2", "3": "h3"}


class RecordingFetcher:
    """Passes requests on to another fetcher and writes down what was asked and what came, hop by hop."""

    def __init__(self, inner: Fetcher, folder: Path, config: SiteConfig) -> None:
        """Take the fetcher that asks, and the folder of the record; no file is made before the first answer."""
        self._inner = inner
        self._folder = folder
        self._config = config
        self._outgoing = Outgoing(config.network, Login(), config.is_own_host)
        self._file: BinaryIO | None = None
        self._path = folder
        self._n_files = 0
        self._warcinfo_id = ""

    async def fetch(self, request: Request) -> Exchange:
        """Fetch, each hop recorded by itself."""
        return await follow(request, self._ask)

    async def close(self) -> None:
        """Finish the file and close the other fetcher."""
        self._finish()
        await self._inner.close()

    async def _ask(self, request: Request) -> Exchange:
        whole = replace(request, max_hops=0, if_none_match=None, if_modified_since=None)  # a 304 records nothing
        exchange = await self._inner.fetch(whole)
        if request.method != "POST":
            self._write(request, exchange)
        return exchange

    def _write(self, request: Request, exchange: Exchange) -> None:
        block = io.BytesIO()
        file = self._opened()
        self._records(WarcWriter(block), request, exchange)
        try:
            file.write(block.getvalue())
            if file.tell() >= MAX_FILE_BYTES:
                self._finish()
        except OSError as fault:
            raise StageError(f"cannot write the record {self._path}: {fault.strerror}") from None

    def _records(self, writer: WarcWriter, request: Request, exchange: Exchange) -> None:
        hop = exchange.last
        answer_id = _new_id()
        fields = {"WARC-Record-ID": answer_id, "WARC-Target-URI": request.url, "WARC-Warcinfo-ID": self._warcinfo_id}
        if hop.address:
            fields["WARC-IP-Address"] = hop.address
        if request.method == "HEAD":
            fields[METHOD.title()] = "HEAD"
        if hop.fault is not None and hop.location is None:
            fields[FAULT.title()] = hop.fault
            fields[FAULT_DETAIL.title()] = hop.fault_detail or ""
        at = exchange.fetched_at
        if hop.status is None or not exchange.raw_head:
            fields["Content-Type"] = "application/warc-fields"
            writer.record("metadata", f"fault: {hop.fault}\r\n".encode(), fields, at)
            return
        asked = {"WARC-Record-ID": _new_id(), "WARC-Concurrent-To": answer_id, "WARC-Warcinfo-ID": self._warcinfo_id}
        asked |= {"WARC-Target-URI": request.url, "Content-Type": "application/http; msgtype=request"}
        writer.record("request", self._request(request), asked, at)
        if hop.http_version in _PROTOCOLS:
            fields["WARC-Protocol"] = _PROTOCOLS[hop.http_version]
        if exchange.is_truncated:
            fields["WARC-Truncated"] = _TRUNCATED.get(hop.fault or "", "length")
        body = _body(exchange)
        fields["WARC-Payload-Digest"] = digest(body)  # chunks included, as the tools reckon that check it
        fields["Content-Type"] = "application/http; msgtype=response"
        writer.record("response", _head(exchange.raw_head) + body, fields, at)

    def _request(self, request: Request) -> bytes:
        """Give the request as HTTP/1.1 has it, without what lets us in."""
        parts = urls.split(request.url)
        target = request.url[request.url.index("/", len("https:/") + 1) :]
        lines = [f"{request.method} {target} HTTP/1.1", f"Host: {parts.host}"]
        sent = (line.removesuffix(";") for line in self._outgoing.lines(request))
        lines += [line for line in sent if line.partition(":")[0].lower() not in _SECRET]
        return ("\r\n".join(lines) + "\r\n\r\n").encode("utf-8", "replace")

    def _opened(self) -> BinaryIO:
        """Give the file that is being written; it is not buffered, so that a kill costs no whole record."""
        if self._file is None:
            self._folder.mkdir(parents=True, exist_ok=True)
            name = f"{time.time_ns():020d}-{os.getpid()}-{self._n_files:05d}.warc.gz"
            self._n_files += 1
            self._path = self._folder / name
            self._file = self._path.with_name(name + _OPEN).open("wb", buffering=0)
            self._warcinfo_id = _new_id()
            block = io.BytesIO()
            WarcWriter(block).record("warcinfo", self._about(), self._info(name), datetime.now(UTC))
            self._file.write(block.getvalue())
        return self._file

    def _about(self) -> bytes:
        network = self._config.network
        told = {
            "software": f"linkworthy/{__version__}",
            "format": "WARC File Format 1.1",
            "conformsTo": "https://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/",
            "http-header-user-agent": network.user_agent,
            "robots": network.robots,
            "isPartOf": self._config.url,
        }
        return "".join(f"{name}: {value}\r\n" for name, value in told.items()).encode()

    def _info(self, name: str) -> dict[str, str]:
        return {
            "WARC-Record-ID": self._warcinfo_id,
            "WARC-Filename": name,
            "Content-Type": "application/warc-fields",
        }

    def _finish(self) -> None:
        if self._file is not None:
            _finish(self._file, self._path)
            self._file = None


def _finish(file: BinaryIO, path: Path) -> None:
    file.flush()
    os.fsync(file.fileno())
    file.close()
    path.with_name(path.name + _OPEN).replace(path)


def _new_id() -> str:
    return f"<urn:uuid:{uuid.uuid4()}>"


def _head(raw: bytes) -> bytes:
    """Give the last head among the lines that came, under a status line that every reader of archives knows."""
    start = max(raw.rfind(b"\r\nHTTP/"), raw.rfind(b"\nHTTP/")) + 1
    lines = raw[start:].lstrip(b"\r\n")
    first, _, rest = lines.partition(b"\n")
    version, _, status = first.rstrip(b"\r").partition(b" ")
    if version not in {b"HTTP/1.0", b"HTTP/1.1"}:
        version = b"HTTP/1.1"
    end = rest.find(b"\n\r\n")
    headers = rest[: end + 1] if end >= 0 else b"" if rest.startswith(b"\r\n") else rest.rstrip(b"\r\n") + b"\r\n"
    return version + b" " + status + b"\r\n" + headers + b"\r\n"


def _body(exchange: Exchange) -> bytes:
    """Give the body as it came; chunks, which were undone, are put back as one, as the headers say."""
    coding = (header(exchange.headers, "transfer-encoding") or "").lower()
    if "chunked" not in coding or exchange.request.method == "HEAD":
        return exchange.wire
    chunk = b"%x\r\n%b\r\n" % (len(exchange.wire), exchange.wire) if exchange.wire else b""
    return chunk + b"0\r\n\r\n"


def mend(folder: Path | None) -> None:
    """Finish the files of processes that were killed: each ends with its last whole record."""
    for path in sorted(folder.glob(f"*{_OPEN}")) if folder is not None and folder.is_dir() else ():
        whole = _whole_bytes(path)
        if not whole:
            path.unlink()
            continue
        with path.open("r+b") as file:
            file.truncate(whole)
            _finish(file, path.with_name(path.name.removesuffix(_OPEN)))


def _whole_bytes(path: Path) -> int:
    """Give where the last whole gzip member of a file ends."""
    end = position = 0
    with path.open("rb") as file:
        unpacker = zlib.decompressobj(wbits=31)
        while chunk := file.read(_CHUNK):
            while chunk:
                try:
                    unpacker.decompress(chunk)
                except zlib.error:
                    return end
                position += len(chunk) - len(unpacker.unused_data)
                chunk = unpacker.unused_data
                if unpacker.eof:
                    end = position
                    unpacker = zlib.decompressobj(wbits=31)
    return end


def deliver(folder: Path, target: Path, name: str) -> list[Path]:
    """Join the files of a record under the names that the user wants; they appear whole, and done again are the same.

    A target that ends in ``.gz`` or ``.warc`` is a file, with others beside it where the record is large; any other is
    a folder, in which the files begin with ``name``.
    """
    mend(folder)
    parts = sorted(folder.glob("*.warc.gz")) if folder.is_dir() else []
    is_file = target.name.endswith((".gz", ".warc"))
    home = target.parent if is_file else target
    home.mkdir(parents=True, exist_ok=True)
    out = []
    for n, group in enumerate(_groups(parts)):
        stem = target.name.removesuffix(".gz").removesuffix(".warc")
        path = home / (f"{stem}{f'-{n:05d}' if n else ''}.warc.gz" if is_file else f"{name}-{n:05d}.warc.gz")
        temporary = path.with_name(path.name + ".tmp")
        with temporary.open("wb") as file:
            for part in group:
                with part.open("rb") as source:
                    shutil.copyfileobj(source, file, _CHUNK)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
        out.append(path)
    return out


def _groups(parts: Sequence[Path]) -> Iterator[list[Path]]:
    """Put files together up to the size of one."""
    group: list[Path] = []
    n_bytes = 0
    for part in parts:
        size = part.stat().st_size
        if group and n_bytes + size > MAX_FILE_BYTES:
            yield group
            group, n_bytes = [], 0
        group.append(part)
        n_bytes += size
    if group:
        yield group
