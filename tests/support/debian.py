"""A Debian documentation package as a website on loopback, and its links counted from the files alone."""

from __future__ import annotations

import mimetypes
from collections import Counter
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urldefrag, urljoin

import pytest

from tests.support.server import Answer, answer

HOST = "docs.example"
START = f"http://{HOST}/"
POSTGRESQL = Path("/usr/share/doc/postgresql-doc-15/html")


class Documentation(NamedTuple):
    """What the files say, counted without any code of the product."""

    files: dict[str, bytes]
    """Served files by path."""
    hrefs: dict[str, list[str]]
    """Every href of an a or area element, by the URL of its page, in the order of the document."""
    statuses: dict[str, int]
    """Status of every own URL that clicks from the start page lead to."""
    outbound: set[str]
    """URLs of other hosts that reached pages link to, as they are written."""


def documentation(root: Path = POSTGRESQL, gone: Collection[str] = ()) -> Documentation:
    """Read a package and follow its links from ``index.html``; files named in ``gone`` are not served."""
    if not root.is_dir():
        pytest.skip(f"the Debian package is not installed: {root}")
    files = {f"/{p.relative_to(root).as_posix()}": p.read_bytes() for p in sorted(root.rglob("*")) if p.is_file()}
    files = {path: body for path, body in files.items() if path.removeprefix("/") not in gone}
    files["/"] = files["/index.html"]
    hrefs = {urljoin(START, path): _hrefs(body) for path, body in files.items() if path.endswith((".html", "/"))}
    statuses, outbound, waiting = {START: 200}, set(), [START]
    while waiting:
        source = waiting.pop()
        for href in hrefs.get(source, ()):
            target = urldefrag(urljoin(source, href.strip()))[0]
            if not target.startswith(START):
                outbound |= {target} if target.startswith(("http://", "https://")) else set()
            elif target not in statuses:
                statuses[target] = 200 if target.removeprefix(START[:-1]) in files else 404
                waiting.append(target)
    return Documentation(files, hrefs, statuses, outbound)


def served(files: Mapping[str, bytes]) -> dict[str, Answer]:
    """Give the answers of a plain file server."""
    return {path: answer(body, headers={"Content-Type": _kind(path)}) for path, body in files.items()}


def links_to(docs: Documentation, status: int) -> Counter[tuple[str, str]]:
    """Count links between reached own pages to URLs of a status, by source and target."""
    out: Counter[tuple[str, str]] = Counter()
    for source, hrefs in docs.hrefs.items():
        if docs.statuses.get(source) == 200:
            targets = (urldefrag(urljoin(source, href.strip()))[0] for href in hrefs)
            out.update((source, target) for target in targets if docs.statuses.get(target) == status)
    return out


def _kind(path: str) -> str:
    return mimetypes.guess_type(path if "." in path else "index.html")[0] or "application/octet-stream"


def _hrefs(body: bytes) -> list[str]:
    from lxml import html

    return [
        element.get("href") for element in html.fromstring(body).iter("a", "area") if element.get("href") is not None
    ]
