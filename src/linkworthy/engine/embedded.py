"""The embedded engine: worker processes and DuckDB, on one machine."""

from __future__ import annotations

import multiprocessing
import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from linkworthy.engine.base import Result, Shard, State
from linkworthy.engine.lean import leave_out
from linkworthy.tables import TABLES


class Embedded:
    """Runs on this machine, with ``workers`` processes and ``memory_bytes`` for DuckDB (0: DuckDB's own default)."""

    def __init__(self, workers: int = 0, memory_bytes: int = 0, scratch: Path | None = None) -> None:
        self.workers = workers or len(os.sched_getaffinity(0))
        self.memory_bytes = memory_bytes
        self.scratch = scratch

    def map_shards(self, shards: Iterable[Shard], function: Callable[[Shard], Result]) -> Iterator[Result]:
        """Apply a picklable pure function to every shard; results come in the order of the shards.

        At most twice as many shards as workers are under way, so that memory does not grow with their number.
        """
        if self.workers == 1:
            yield from map(function, shards)
            return
        context = multiprocessing.get_context("spawn")
        with ProcessPoolExecutor(self.workers, mp_context=context, initializer=leave_out) as pool:
            waiting: deque[Future[Result]] = deque()
            for shard in shards:
                waiting.append(pool.submit(function, shard))
                if len(waiting) >= 2 * self.workers:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()

    def aggregate(self, sql: str, tables: Mapping[str, Sequence[Path] | pa.Table]) -> pa.Table:
        """Answer a query over named tables."""
        with self.connect(tables) as db:
            return db.sql(sql).to_arrow_table()

    def iterate(
        self, state: State, step: Callable[[State], tuple[State, float]], tolerance: float, limit: int
    ) -> State:
        """Repeat a step until the change it reports is at most the tolerance, or the limit is reached."""
        return repeat(state, step, tolerance, limit)

    def connect(self, tables: Mapping[str, Sequence[Path] | pa.Table]) -> duckdb.DuckDBPyConnection:
        """Open an in-memory DuckDB whose views are the named tables; known tables that are not named are empty views.

        The connection can neither install extensions nor reach anything but local files.
        """
        db = self.bare()
        for name, source in tables.items():
            open_view(db, name, source)
        for name in TABLES.keys() - tables.keys():
            open_view(db, name, [])
        return db

    def bare(self) -> duckdb.DuckDBPyConnection:
        """Open an in-memory DuckDB without any table, with the same limits as :meth:`connect`."""
        db = duckdb.connect(config=self._settings())
        db.execute("set timezone = 'UTC'")
        # The bar would be drawn on standard output, which is for data.
        db.execute("set enable_progress_bar = false")
        return db

    def _settings(self) -> dict[str, Any]:
        settings: dict[str, Any] = {"autoinstall_known_extensions": False, "autoload_known_extensions": False}
        if self.memory_bytes:
            settings["memory_limit"] = f"{self.memory_bytes}B"
        if self.scratch:
            settings["temp_directory"] = str(self.scratch)
        return settings


def repeat(state: State, step: Callable[[State], tuple[State, float]], tolerance: float, limit: int) -> State:
    """Repeat a step until the change it reports is at most the tolerance, or the limit is reached."""
    for _ in range(limit):
        state, change = step(state)
        if change <= tolerance:
            break
    return state


def open_view(db: duckdb.DuckDBPyConnection, name: str, source: Sequence[Path] | pa.Table) -> None:
    """Make a table visible under its name: Parquet files as a view, Arrow as it is, no files as an empty table."""
    if isinstance(source, pa.Table):
        db.register(name, source)
    elif source:
        files = ", ".join(quoted(str(path)) for path in source)
        read = f"select * from read_parquet([{files}], union_by_name = true)"
        if name in TABLES and not set(TABLES[name].names) <= set(db.sql(read).columns):
            # A snapshot of an earlier version lacks columns that have come since: there they are null.
            db.register(f"form of {name}", TABLES[name].schema.empty_table())
            read += f' union all by name select * from "form of {name}"'
        db.execute(f'create or replace view "{name}" as {read}')
    elif name in TABLES:
        db.register(name, TABLES[name].schema.empty_table())


def quoted(text: str) -> str:
    """Quote a text as a SQL literal."""
    return "'" + text.replace("'", "''") + "'"
