"""Collects rows and results, and puts them on disk together: first the parts, then the frontier."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from linkworthy.crawl.frontier import Frontier, Offer, Result
from linkworthy.site import Run
from linkworthy.tables import TABLES

MAX_RESULTS = 400
MAX_ROWS = 60_000
MAX_SECONDS = 10.0
"""A batch ends at any of the three: what a kill can cost stays small, and so does memory."""


class Batch:
    """The rows of one group that are not on disk yet."""

    def __init__(self, run: Run, group: str, frontier: Frontier) -> None:
        self._run = run
        self._group = group
        self._frontier = frontier
        self._rows: dict[str, list[dict[str, Any]]] = {}
        self._results: list[Result] = []
        self._offers: list[Offer] = []
        self._n_rows = 0
        self._since = time.monotonic()
        for name in TABLES:
            run.discard(name, group, frontier.part + 1)

    def add(
        self,
        rows: Mapping[str, Sequence[dict[str, Any]]],
        result: Result | None = None,
        offers: Iterable[Offer] = (),
    ) -> None:
        """Take the rows of one result, and write all of them where there are enough."""
        for name, more in rows.items():
            if more:
                self._rows.setdefault(name, []).extend(more)
                self._n_rows += len(more)
        if result is not None:
            self._results.append(result)
        self._offers.extend(offers)
        is_full = len(self._results) >= MAX_RESULTS or self._n_rows >= MAX_ROWS
        if is_full or time.monotonic() - self._since >= MAX_SECONDS:
            self.flush()

    def flush(self) -> None:
        """Write the parts, then commit the results with their number."""
        if self._rows or self._results or self._offers:
            n = self._frontier.part + 1
            for name, rows in self._rows.items():
                self._run.write(name, self._group, rows, n)
            self._frontier.commit(n, self._results, self._offers)
        self._rows, self._results, self._offers, self._n_rows = {}, [], [], 0
        self._since = time.monotonic()
