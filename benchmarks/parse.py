"""``parse``: pages a second on one core with all columns, against BeautifulSoup with the same columns.

Real pages only: HTML of the Debian documentation packages that are installed, of 15 to 60 KB, and the WCXB set.
Both sides read the same page one right after the other; times are processor time of this thread.
"""

from __future__ import annotations

import importlib.util
import os
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from statistics import median

from benchmarks.result import Result, not_run
from linkworthy.html import faster
from linkworthy.html.parse import parse

DOCUMENTATION = Path("/usr/share/doc")
SMALLEST, LARGEST = 15_000, 60_000
"""Bytes of the pages that stand for a page of 30 KB."""
TARGET_PAGES = 1_500.0
TARGET_PEER = 10.0
TARGET_MS = 1.5
WCXB_PAGES = 50.0
"""A floor of our own: pages of 278 KB, most of it scripts."""
_HEADERS = [("content-type", "text/html")]

Page = tuple[str, bytes]


def benchmark(*, quick: bool) -> list[Result]:
    """Measure both corpora, with the compiled pass, which long crawls use once it is there."""
    faster.prepare()
    faster.reader.take()
    n_pages = 60 if quick else 400
    results: list[Result] = []
    documentation = _documentation(n_pages)
    if documentation:
        results += _against_soup(documentation, n_runs=3 if quick else 5)
    else:
        why = "no Debian documentation package with HTML is installed"
        results.append(not_run("parse", "pages of 30 KB", unit="pages/s", target=TARGET_PAGES, why=why))
    real = _wcxb(30 if quick else 150)
    if real:
        speeds = [1 / _seconds(_ours, real) for _ in range(3)]
        results.append(_at_least("WCXB pages (the floor is ours)", speeds, "pages/s", WCXB_PAGES, _size(real)))
    else:
        results.append(not_run("parse", "WCXB pages", unit="pages/s", target=WCXB_PAGES, why="the WCXB set is absent"))
    return results


def _against_soup(pages: Sequence[Page], n_runs: int) -> list[Result]:
    _seconds(_ours, pages)
    ours = [_seconds(_ours, pages) for _ in range(n_runs)]
    speeds = [1 / one for one in ours]
    why = _size(pages)
    results = [
        _at_least("pages of 30 KB", speeds, "pages/s", TARGET_PAGES, why),
        _at_least("processor time a page of 30 KB", [1_000 * one for one in ours], "ms", TARGET_MS, why, is_most=True),
    ]
    if importlib.util.find_spec("bs4") is None:
        missing = "beautifulsoup4 is not installed"
        return [*results, not_run("parse", "BeautifulSoup", unit="x", target=TARGET_PEER, why=missing)]
    from benchmarks.soup import columns

    sample = pages[:: max(1, len(pages) // 20)]
    builders = ["html.parser", *(["lxml"] if importlib.util.find_spec("lxml") else [])]
    mine: list[float] = []
    theirs: dict[str, list[float]] = {builder: [] for builder in builders}
    for _ in range(3):
        mine.append(_seconds(_ours, sample))
        for builder in builders:
            theirs[builder].append(_seconds(partial(_theirs, columns, builder), sample))
    best = min(builders, key=lambda builder: median(theirs[builder]))
    ratio = median(theirs[best]) / median(mine)
    return [
        *results,
        Result(
            name="parse", target_name="against BeautifulSoup", ours=1 / median(mine), peer=1 / median(theirs[best]),
            peer_name=f"BeautifulSoup ({best})", unit="pages/s", ratio=ratio, higher_is_better=True, target=TARGET_PEER,
            met=ratio >= TARGET_PEER, why=f"{len(sample)} of these pages, both sides in turn", peak_mb=None, n_runs=3,
            spread=(1 / max(mine), 1 / min(mine)),
        ),
    ]  # fmt: skip


def _at_least(target: str, figures: list[float], unit: str, limit: float, why: str, *, is_most: bool = False) -> Result:
    figure = median(figures)
    return Result(
        name="parse", target_name=target, ours=figure, unit=unit, higher_is_better=not is_most, target=limit,
        met=figure <= limit if is_most else figure >= limit, why=why, peak_mb=None, n_runs=len(figures),
        spread=(min(figures), max(figures)),
    )  # fmt: skip


def _ours(page: Page) -> None:
    parse(page[1], _HEADERS, page[0])


def _theirs(columns: Callable[[bytes, str, str], object], builder: str, page: Page) -> None:
    columns(page[1], page[0], builder)


def _seconds(call: Callable[[Page], object], pages: Sequence[Page]) -> float:
    """Give the processor seconds a page."""
    began = time.thread_time()
    for page in pages:
        call(page)
    return (time.thread_time() - began) / len(pages)


def _documentation(n_pages: int) -> list[Page]:
    """Give pages of the installed documentation, evenly from all of it, mostly of the same order of size."""
    found: list[str] = []
    for folder, _, names in os.walk(DOCUMENTATION):
        found += [f"{folder}/{name}" for name in names if name.endswith(".html")]
    paths = [path for path in map(Path, sorted(found)) if path.is_file()]
    fitting = [path for path in paths if SMALLEST <= path.stat().st_size <= LARGEST]
    chosen = fitting[:: max(1, len(fitting) // n_pages)][:n_pages]
    return [(f"http://docs.example{path}", path.read_bytes()) for path in chosen]


def _wcxb(n_pages: int) -> list[Page]:
    from tests.support import shared, wcxb

    if not shared.ROOT.joinpath("wcxb").exists():
        return []
    pages = list(wcxb.real_pages())
    return [(page.url, page.html) for page in pages[:: max(1, len(pages) // n_pages)][:n_pages]]


def _size(pages: Sequence[Page]) -> str:
    return f"{len(pages)} pages of {sum(len(body) for _, body in pages) / len(pages) / 1_000:.1f} KB"
