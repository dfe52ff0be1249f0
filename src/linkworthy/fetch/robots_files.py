"""The user's own robots.txt files in place of those that hosts have: to crawl as if a change were already made."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

from linkworthy import urls
from linkworthy.errors import InputError
from linkworthy.fetch.base import Exchange, Fetcher, Hop, Request
from linkworthy.fetch.outgoing import pairs
from linkworthy.fetch.robots_rules import MAX_ROBOTS_BYTES

ANY_HOST = "*"


class WithRobotsFiles:
    """Answers for robots.txt of some hosts out of files, and passes all else on to another fetcher."""

    def __init__(self, inner: Fetcher, entries: Iterable[str]) -> None:
        """Read the files named as HOST=PATH.

        Raises: InputError where one cannot be read.
        """
        self._inner = inner
        self._files = dict(_read(host, path) for host, path in pairs(entries, "robots_files"))

    async def fetch(self, request: Request) -> Exchange:
        """Answer with a file, or fetch."""
        parts = urls.split(request.url)
        if parts.path != "/robots.txt" or parts.query:
            return await self._inner.fetch(request)
        body = self._files.get(parts.host, self._files.get(ANY_HOST))
        if body is None:
            return await self._inner.fetch(request)
        hop = Hop(url=request.url, status=200, headers=(("content-type", "text/plain"),))
        return Exchange(request=request, hops=(hop,), body=body, n_bytes=len(body), fetched_at=datetime.now(UTC))

    async def close(self) -> None:
        """Close the other fetcher."""
        await self._inner.close()


def _read(host: str, path: str) -> tuple[str, bytes]:
    url = urls.normalise(f"http://{host}/") if host != ANY_HOST else None
    if url is None and host != ANY_HOST:
        raise InputError(f"robots_files: {host!r} is no host name")
    try:
        with Path(path).open("rb") as file:
            return urls.host_of(url) if url else ANY_HOST, file.read(MAX_ROBOTS_BYTES)
    except OSError as fault:
        raise InputError(f"robots_files: {path!r} cannot be read: {fault.strerror}") from None
