"""Small link indexes for tests: archives with known links, and the same links as plain rows to compare with."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import NamedTuple

from linkworthy.archives.writer import WarcWriter
from linkworthy.index.append import Shape
from linkworthy.index.manifest import Batch
from linkworthy.pipeline.indexing import append_archives

HTML = (("Content-Type", "text/html; charset=utf-8"),)
HOSTS = ("shop.example", "www.shop.example", "other.example", "shop.example-x.org")
TARGETS = [f"https://{host}/{path}" for host in HOSTS for path in ("", "a", "a?b=c", "blog/one", "blog/two")]


class Told(NamedTuple):
    """One link of one page."""

    target: str
    anchor: str
    rel: str = ""


class Capture(NamedTuple):
    """One page as captured."""

    url: str
    links: Sequence[Told]
    status: int = 200
    head: str = ""
    address: str = "192.0.2.1"


def write_captures(path: Path, day: date, captures: Sequence[Capture]) -> Path:
    """Write a WARC of captures, all of one day."""
    when = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
    with path.open("wb") as file:
        writer = WarcWriter(file)
        for one in captures:
            links = "".join(
                f'<p>Words <a href="{link.target}"{f" rel={link.rel}" if link.rel else ""}>{link.anchor}</a></p>'
                for link in one.links
            )
            html = f"<!doctype html><html lang=en><head><title>Page</title>{one.head}</head><body><main>{links}</main>"
            writer.response(one.url, one.status, HTML, html.encode(), when, address=one.address)
    return path


def random_captures(seed: int, n_pages: int = 60, n_links: int = 8) -> list[Capture]:
    """Give pages of thirty domains with links to a few targets; other seeds give other links of the same pages."""
    draw = random.Random(seed)
    return [
        Capture(
            f"https://{'www.' if n % 3 else ''}blog{n % 30}.test/page-{n}",
            [
                Told(draw.choice(TARGETS), f"anchor {draw.randint(0, 3)}", draw.choice(("", "", "nofollow", "ugc")))
                for _ in range(draw.randint(0, n_links))
            ],
            draw.choice((200, 200, 200, 200, 404)),
            f"<meta name='google-site-verification' content='token-{n % 30 // 2}-abcdefghijkl'>",
            f"192.0.{n % 30 % 4}.{n % 30}",
        )
        for n in range(n_pages)
    ]


def make_index(
    folder: Path, batches: Sequence[tuple[str, date, Sequence[Capture]]], shape: Shape | None = None
) -> list[Batch]:
    """Append batches, one archive each, to an index."""
    done = []
    for name, day, captures in batches:
        archive = write_captures(folder.parent / f"{name}.warc.gz", day, captures)
        made = append_archives(folder, [archive], name=name, source="own", shape=shape or Shape(n_buckets=3), workers=1)
        done.append(made.batch)
    return done
