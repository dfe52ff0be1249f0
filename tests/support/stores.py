"""A store of files on loopback, laid out as Common Crawl's, that knows ranges and can be slow, broken and busy."""

from __future__ import annotations

import gzip
import io
import json
import re
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

CRAWL = "CC-MAIN-2026-43"
_RANGE = re.compile(r"bytes=(\d+)-(\d+)")


class Store:
    """Files by path, and what goes wrong: each request takes the next trouble of its path, if any is left."""

    def __init__(self, files: dict[str, bytes]) -> None:
        self.files = files
        self.troubles: dict[str, list[str]] = {}
        """By path: a status, ``cut`` (it breaks off), ``lie`` (a wrong length), ``slow``, ``whole`` (no ranges)."""
        self.asked: list[tuple[str, str | None]] = []
        """Path and Range of each request."""
        self.base = ""

    def trouble(self, path: str, *what: str) -> None:
        """Plan troubles for the next requests of a path."""
        self.troubles.setdefault(path, []).extend(what)


@contextmanager
def serving(store: Store) -> Iterator[str]:
    """Serve a store; gives its base URL."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"store": store}))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    store.base = f"http://127.0.0.1:{server.server_port}/"
    try:
        yield store.base
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    store: Store

    def do_GET(self) -> None:
        path = self.path.lstrip("/")
        asked = self.headers.get("Range")
        self.store.asked.append((path, asked))
        trouble = self.store.troubles.get(path) or [""]
        what = trouble.pop(0)
        if what.isdecimal():
            self._send(int(what), b"busy", {"Retry-After": "0"})
        elif path not in self.store.files:
            self._send(404, b"absent")
        else:
            self._file(self.store.files[path], asked if what != "whole" else None, what)

    def _file(self, data: bytes, asked: str | None, what: str) -> None:
        found = _RANGE.fullmatch(asked or "")
        tag = f'"{len(data)}-{data[:8].hex()}"'
        if self.headers.get("If-Match", tag) != tag:
            self._send(412, b"")
            return
        headers = {"ETag": tag}
        if found is None:
            self._send(200, data, headers, what)
            return
        first, last = int(found[1]), min(int(found[2]), len(data) - 1)
        if first >= len(data):
            self._send(416, b"")
            return
        headers["Content-Range"] = f"bytes {first}-{last}/{len(data)}"
        self._send(206, data[first : last + 1], headers, what)

    def _send(self, status: int, body: bytes, headers: dict[str, str] | None = None, what: str = "") -> None:
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body) + (7 if what == "lie" else 0)))
        self.end_headers()
        if what in {"cut", "lie"}:
            self.wfile.write(body[: len(body) // 2 if what == "cut" else len(body)])
            self.close_connection = True
        elif what == "slow":
            for piece in (body[: len(body) // 2], body[len(body) // 2 :]):
                self.wfile.write(piece)
                self.wfile.flush()
                time.sleep(0.2)
        else:
            self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


def packed(paths: Sequence[str]) -> bytes:
    """Give a list of paths as it is served."""
    return gzip.compress(("\n".join(paths) + "\n").encode(), mtime=0)


def url_index(rows: Sequence[dict[str, Any]], group_rows: int = 3) -> bytes:
    """Give one file of the columnar URL index: sorted by SURT key, in small row groups."""
    ordered = sorted(rows, key=lambda row: row["url_surtkey"])
    out = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(ordered), out, row_group_size=group_rows)
    return out.getvalue()


def crawl_list() -> bytes:
    """Give the list of crawls."""
    return json.dumps([{"id": CRAWL, "name": "October 2026 Index", "from": "2026-10-01", "to": "2026-10-14"},
                       {"id": "CC-MAIN-2026-39", "name": "September 2026 Index"}]).encode()  # fmt: skip
