"""What understanding a page takes beside extracting it, for ``judge``: both on the same real pages, in turn.

Pages are extracted by the compiled pass, which is the harder measure; times are processor time of this thread.
"""

from __future__ import annotations

import time

from benchmarks.result import Result, against, not_run
from benchmarks.wcxb import absent, real_pages
from linkworthy.html import faster
from linkworthy.html.parse import parse
from linkworthy.html.understood import understood

TARGET = "understanding of a page, beside its extraction"
_HEADERS = [("content-type", "text/html")]


def beside_extraction(*, quick: bool) -> Result:
    """Read real pages and understand them, in turn."""
    why = absent()
    if why is not None:
        return not_run("judge", TARGET, unit="ms", target=1.0, why=why)
    faster.prepare()
    faster.reader.take()
    given = [(page.body, page.url) for page in real_pages(40 if quick else 200)]
    extracting, understanding = [], []
    for _ in range(2 if quick else 4):
        extracted_ms, understood_ms = _pass(given)
        extracting.append(extracted_ms)
        understanding.append(understood_ms)
    size = sum(len(body) for body, _ in given) / len(given) / 1_000
    said = f"{len(given)} real pages of {size:.0f} KB, extracted by the compiled pass"
    # The first time around everything is loaded.
    return against(
        "judge", TARGET, understanding[1:], extracting[1:], peer_name="extraction", unit="ms", target=1.0,
        peak_mb=None, why=said,
    )  # fmt: skip


def _pass(given: list[tuple[bytes, str]]) -> tuple[float, float]:
    """Give the milliseconds a page of both."""
    extracting = understanding = 0.0
    for body, url in given:
        began = time.thread_time()
        page = parse(body, _HEADERS, url)
        between = time.thread_time()
        understood(page)
        extracting += between - began
        understanding += time.thread_time() - between
    return 1_000 * extracting / len(given), 1_000 * understanding / len(given)
