"""The Engine seam: what an engine does, whichever machine it runs on."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, TypeVar

if TYPE_CHECKING:
    import pyarrow as pa

Shard = TypeVar("Shard")
Result = TypeVar("Result")
State = TypeVar("State")


class Engine(Protocol):
    """Runs pure functions over shards, SQL over tables, and steps over a state."""

    def map_shards(self, shards: Iterable[Shard], function: Callable[[Shard], Result]) -> Iterator[Result]:
        """Apply a picklable pure function to every shard; results come in the order of the shards."""
        ...

    def aggregate(self, sql: str, tables: Mapping[str, Sequence[Path] | pa.Table]) -> pa.Table:
        """Answer a query over named tables."""
        ...

    def iterate(
        self, state: State, step: Callable[[State], tuple[State, float]], tolerance: float, limit: int
    ) -> State:
        """Repeat a step until the change it reports is at most the tolerance, or the limit is reached."""
        ...
