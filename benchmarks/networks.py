"""``networks``: the networks among a million referring domains."""

from __future__ import annotations

from benchmarks.quality_networks import speed
from benchmarks.result import Result


def benchmark(*, quick: bool) -> list[Result]:
    """Find them, from tables of evidence to clusters."""
    return speed(quick=quick)
