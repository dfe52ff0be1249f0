"""Writes WARC 1.1: one gzip member a record, digests, and identifiers that follow from the content."""

from __future__ import annotations

import base64
import hashlib
import uuid
import zlib
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import BinaryIO

_CODED = frozenset({"content-encoding", "transfer-encoding", "content-length"})
_LINE_BREAKS = str.maketrans("", "", "\r\n\0")


class WarcWriter:
    """Appends records to an open file. The same records give the same bytes.

    Source: https://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/
    """

    def __init__(self, file: BinaryIO, *, is_compressed: bool = True) -> None:
        self._file = file
        self._is_compressed = is_compressed

    def warcinfo(self, fields: Mapping[str, str], written_at: datetime) -> int:
        """Write what the archive says about itself; give the offset of the record."""
        block = "".join(f"{name}: {_clean(value)}\r\n" for name, value in fields.items()).encode()
        return self.record("warcinfo", block, {"Content-Type": "application/warc-fields"}, written_at)

    def response(
        self,
        url: str,
        status: int,
        headers: Iterable[tuple[str, str]],
        body: bytes,
        captured_at: datetime,
        *,
        reason: str = "",
        address: str | None = None,
        is_truncated: bool = False,
    ) -> int:
        """Write one response whose body is decoded already; give the offset of the record.

        Headers that say how the body was coded on the wire get ``X-Crawl-`` in front, as Common Crawl writes them.
        """
        lines = [f"HTTP/1.1 {status} {_clean(reason)}"]
        lines += [
            f"{'X-Crawl-' if name.lower() in _CODED else ''}{_clean(name)}: {_clean(value)}" for name, value in headers
        ]
        lines += [f"Content-Length: {len(body)}", "", ""]
        fields = {"WARC-Target-URI": url, "Content-Type": "application/http; msgtype=response"}
        fields["WARC-Payload-Digest"] = digest(body)
        if address:
            fields["WARC-IP-Address"] = address
        if is_truncated:
            fields["WARC-Truncated"] = "length"
        return self.record("response", "\r\n".join(lines).encode("latin-1", "replace") + body, fields, captured_at)

    def record(self, kind: str, block: bytes, fields: Mapping[str, str], written_at: datetime) -> int:
        """Write one record of any type; give its offset."""
        date = written_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        block_digest = digest(block)
        name = "\n".join((kind, fields.get("WARC-Target-URI", ""), date, block_digest))
        header = {
            "WARC-Type": kind,
            "WARC-Record-ID": f"<urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, name)}>",
            "WARC-Date": date,
            **fields,
            "WARC-Block-Digest": block_digest,
            "Content-Length": str(len(block)),
        }
        lines = "".join(f"{key}: {_clean(value)}\r\n" for key, value in header.items())
        data = f"WARC/1.1\r\n{lines}\r\n".encode() + block + b"\r\n\r\n"
        offset = self._file.tell()
        if self._is_compressed:
            packer = zlib.compressobj(wbits=31)
            data = packer.compress(data) + packer.flush()
        self._file.write(data)
        return offset


def digest(data: bytes) -> str:
    """Give a digest in the form that web archives use: SHA-1 in Base32."""
    return "sha1:" + base64.b32encode(hashlib.sha1(data, usedforsecurity=False).digest()).decode("ascii")


def _clean(text: str) -> str:
    """Drop what would end a header line."""
    return text.translate(_LINE_BREAKS)
