"""Seconds that work takes on cores of its own: processor time, which other programs on the machine disturb less."""

from __future__ import annotations

import time
from typing import Self

N_CORES = 2
MEANING = (
    f"seconds are processor time, on {N_CORES} cores: the calling thread's own, or that of all threads over the cores, "
    "whichever is more"
)


class Busy:
    """Measures the processor time of a block of work; a context manager."""

    def __enter__(self) -> Self:
        """Begin."""
        self._thread, self._process = time.thread_time(), time.process_time()
        return self

    def __exit__(self, *_fault: object) -> None:
        """End."""
        self.thread_s, self.process_s = time.thread_time() - self._thread, time.process_time() - self._process

    @property
    def pipeline_s(self) -> float:
        """Give the seconds on a quiet machine, where nothing but the calling thread and the cores are waited for."""
        return max(self.thread_s, self.process_s / N_CORES)
