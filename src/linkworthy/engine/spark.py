"""The Spark engine: the same shards and SQL as the embedded engine, on a cluster. Nothing else imports pyspark."""

from __future__ import annotations

import importlib
import os
import pickle
import re
import shutil
import sys
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as StillRunning
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Generic, Self

import pyarrow as pa

from linkworthy.engine.base import Result, Shard, State
from linkworthy.engine.embedded import repeat
from linkworthy.engine.lean import let_in
from linkworthy.errors import InputError, StageError

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

LOCAL = "local[*]"
"""Spark within one process of this machine, for trying out."""
WATCH_S = 1.0
_SETTINGS = {
    "spark.sql.session.timeZone": "UTC",
    "spark.ui.showConsoleProgress": "false",
    "spark.log.level": "ERROR",
    # Java's own sizes of a batch; a task holds one.
    "spark.sql.execution.arrow.maxRecordsPerBatch": "20000",
}

_RAISED = re.compile(r"[A-Za-z_][\w.]*(?:Error|Exception|Interrupt|Exit): ")

Watcher = Callable[[int, int], None]
"""Told how many tasks are done, and of how many."""


def _nobody(done: int, total: int) -> None:
    del done, total


class Spark:
    """Runs on the cluster of a master (``spark://…``, ``yarn``, ``k8s://…``, ``local[*]``); a context manager.

    ``settings`` are Spark's own. Every worker needs Python with this package, and all reach the same files.

    Raises: InputError where pyspark or Java is missing, or the cluster does not answer.
    """

    def __init__(
        self, master: str = LOCAL, settings: Mapping[str, str] | None = None, watch: Watcher = _nobody
    ) -> None:
        self._watch = watch
        self._session = _session(master, {**_SETTINGS, **(settings or {})})
        self._n_registered = 0

    def __enter__(self) -> Self:
        """Give itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Leave the cluster."""
        self._session.stop()

    def map_shards(self, shards: Iterable[Shard], function: Callable[[Shard], Result]) -> Iterator[Result]:
        """Apply a picklable pure function to every shard, one task each; results come in the order of the shards.

        A task that fails, or whose worker is lost, is run again: what a function writes must be the same each time.
        """
        listed = list(shards)
        if not listed:
            return
        frame = self._session.range(0, len(listed), 1, len(listed))
        rows = self._collected(frame.mapInArrow(_Mapped(function, listed), "n bigint, result binary"))
        for row in sorted(rows, key=lambda row: int(row.n)):
            yield pickle.loads(row.result)  # noqa: S301 - pickled by our own task

    def map_parts(
        self, sql: str, n_parts: int, column: str, function: Callable[[Iterator[pa.RecordBatch]], Result | None]
    ) -> list[Result]:
        """Apply a picklable function to each part of a query's rows: those with the same number in a column.

        Numbers go from 0 to below ``n_parts``. A part without rows has no result.
        """
        frame = self._session.sql(sql)
        frame = frame.repartitionById(n_parts, frame[column])
        rows = self._collected(frame.mapInArrow(_Part(function), "result binary"))
        return [pickle.loads(row.result) for row in rows]  # noqa: S301 - pickled by our own task

    def aggregate(self, sql: str, tables: Mapping[str, Sequence[Path] | pa.Table]) -> pa.Table:
        """Answer a query over named tables."""
        for name, source in tables.items():
            if isinstance(source, pa.Table):
                self._session.createDataFrame(source).createOrReplaceTempView(name)
            else:
                self.open_view(name, [str(path) for path in source])
        return self.ask(sql)

    def iterate(
        self, state: State, step: Callable[[State], tuple[State, float]], tolerance: float, limit: int
    ) -> State:
        """Repeat a step until the change it reports is at most the tolerance, or the limit is reached."""
        return repeat(state, step, tolerance, limit)

    def open_view(self, name: str, places: Sequence[str]) -> None:
        """Make Parquet files visible under a name.

        Raises: StageError where one cannot be read.
        """
        with _told():
            self._session.read.parquet(*[named(place) for place in places]).createOrReplaceTempView(name)

    def open_lines(self, name: str, places: Sequence[str], columns: Sequence[str]) -> None:
        """Make text files with tabs between columns visible under a name; all columns are texts.

        Raises: StageError where one cannot be read.
        """
        schema = ", ".join(f"{column} string" for column in columns)
        with _told():
            frame = self._session.read.csv([named(place) for place in places], schema=schema, sep="\t", quote="")
            frame.createOrReplaceTempView(name)

    def store(self, sql: str, place: str) -> None:
        """Write the rows of a query as Parquet files in a folder, in the stead of what stands there."""
        self._watched(lambda: self._session.sql(sql).write.mode("overwrite").parquet(named(place)))

    def define(self, statements: Iterable[str]) -> None:
        """Carry out statements that define functions or views."""
        for sql in statements:
            with _told():
                self._session.sql(sql)

    def ask(self, sql: str) -> pa.Table:
        """Answer a query over the views that are open."""
        return self._watched(self._session.sql(sql).toArrow)

    def _collected(self, frame: DataFrame) -> list[Any]:
        return list(self._watched(frame.collect))

    def _watched(self, action: Callable[[], Any]) -> Any:
        """Run a job on another thread, and say how far it is."""
        tracker = self._session.sparkContext.statusTracker()
        with _told(), ThreadPoolExecutor(1) as pool:
            running = pool.submit(action)
            while True:
                try:
                    return running.result(WATCH_S)
                except StillRunning:
                    stages = [tracker.getStageInfo(stage) for stage in tracker.getActiveStageIds()]
                    known = [stage for stage in stages if stage is not None]
                    if known:
                        self._watch(sum(one.numCompletedTasks for one in known), sum(one.numTasks for one in known))


class _Mapped(Generic[Shard, Result]):
    """What a task of :meth:`Spark.map_shards` does."""

    def __init__(self, function: Callable[[Shard], Result], shards: list[Shard]) -> None:
        self._function = function
        self._shards = shards

    def __call__(self, batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            for n in batch.column(0).to_pylist():
                result = pickle.dumps(self._function(self._shards[n]))
                yield pa.RecordBatch.from_pydict({"n": pa.array([n], pa.int64()), "result": pa.array([result])})


class _Part(Generic[Result]):
    """What a task of :meth:`Spark.map_parts` does."""

    def __init__(self, function: Callable[[Iterator[pa.RecordBatch]], Result | None]) -> None:
        self._function = function

    def __call__(self, batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        result = self._function(batches)
        if result is not None:
            yield pa.RecordBatch.from_pydict({"result": pa.array([pickle.dumps(result)])})


class _told:  # noqa: N801 - used as a function
    """Turns Spark's errors into one line."""

    def __enter__(self) -> None:
        """Do nothing."""

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Raise the line."""
        if isinstance(fault, _errors()):
            raise StageError(f"Spark: {_line(fault)}") from None


def named(place: str) -> str:
    """Give a place as Spark names it: a path with its scheme, so that a cluster's default store is not meant."""
    if place.startswith("s3://"):
        return f"s3a://{place.removeprefix('s3://')}"
    return place if "://" in place else f"file://{Path(place).absolute()}"


def _session(master: str, settings: Mapping[str, str]) -> SparkSession:
    home = os.environ.get("JAVA_HOME")
    if not (Path(home, "bin", "java").is_file() if home else shutil.which("java")):
        raise InputError(
            f"Spark runs on Java 17 or later: {f'JAVA_HOME={home} holds none' if home else 'no java was found'}"
        )
    let_in()
    # It says so at every call, and no table of ours passes through pandas.
    warnings.filterwarnings("ignore", "PySpark does not yet fully support pandas", FutureWarning)
    try:
        import pandas  # noqa: F401, ICN001, PLC0415 - Spark asks for it only when a job begins
        from pyspark.sql import SparkSession  # noqa: PLC0415 - an extra
    except ImportError:
        raise InputError("Spark is not installed: pip install 'linkworthy[spark]'") from None
    # Spark itself would take whatever python3 is; on a cluster the same path has to lead to it, or the setting says.
    os.environ.setdefault("PYSPARK_PYTHON", settings.get("spark.pyspark.python", sys.executable))
    builder = SparkSession.builder.master(master).appName("linkworthy")
    for name, value in settings.items():
        builder = builder.config(name, value)
    try:
        return builder.getOrCreate()
    except _errors() as fault:
        raise InputError(f"Spark at {master}: {_line(fault)}") from None


def _errors() -> tuple[type[Exception], ...]:
    """Give what Spark raises, in Python's words and in Java's."""
    named = (("pyspark.errors", "PySparkException"), ("py4j.protocol", "Py4JError"))
    return tuple(getattr(importlib.import_module(module), name) for module, name in named)


def _line(fault: BaseException) -> str:
    """Give the line of an error that says what happened: the last one of Python's trace, else the first."""
    java = getattr(fault, "java_exception", None)
    lines = [line for line in (str(fault) if java is None else str(java)).splitlines() if line.strip()]
    raised = [line for line in lines if _RAISED.match(line)]
    line = raised[-1] if raised else next(iter(lines), type(fault).__name__)
    return line.strip().removeprefix("linkworthy.errors.")[:400]
