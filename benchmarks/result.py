"""What a benchmark says: one object a target."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """One target of one benchmark; without a peer, ``peer`` is null and ``target`` is in ``unit``, else a ratio."""

    name: str
    target_name: str
    ours: float | None
    peer: float | None = None
    peer_name: str | None = None
    unit: str
    ratio: float | None = None
    higher_is_better: bool
    target: float
    met: bool | None
    why: str
    peak_mb: float | None
    n_runs: int
    spread: tuple[float, float] | None = None
    """Least and greatest of our runs, in the unit."""


def against(
    name: str,
    target_name: str,
    ours: list[float],
    peer: list[float],
    *,
    peer_name: str,
    unit: str,
    target: float,
    peak_mb: float | None,
    why: str,
) -> Result:
    """Compare medians of times with a peer's: the ratio ours/peer is to be at most the target."""
    ratio = median(ours) / median(peer)
    return Result(
        name=name,
        target_name=target_name,
        ours=median(ours),
        peer=median(peer),
        peer_name=peer_name,
        unit=unit,
        ratio=ratio,
        higher_is_better=False,
        target=target,
        met=bool(ratio <= target),
        why=why,
        peak_mb=peak_mb,
        n_runs=len(ours),
        spread=(min(ours), max(ours)),
    )


def below(
    name: str, target_name: str, ours: list[float], *, unit: str, target: float, peak_mb: float | None, why: str
) -> Result:
    """Hold the median of our figures against a limit in the same unit."""
    return Result(
        name=name,
        target_name=target_name,
        ours=median(ours),
        unit=unit,
        higher_is_better=False,
        target=target,
        met=bool(median(ours) <= target),
        why=why,
        peak_mb=peak_mb,
        n_runs=len(ours),
        spread=(min(ours), max(ours)),
    )


def not_run(name: str, target_name: str, *, unit: str, target: float, why: str) -> Result:
    """Say why a target could not be measured here."""
    return Result(
        name=name,
        target_name=target_name,
        ours=None,
        unit=unit,
        higher_is_better=False,
        target=target,
        met=None,
        why=why,
        peak_mb=None,
        n_runs=0,
    )


def faster(
    name: str,
    target_name: str,
    ours: list[float],
    peer: list[float],
    *,
    peer_name: str,
    unit: str,
    target: float,
    peak_mb: float | None,
    why: str,
) -> Result:
    """Compare medians of rates with a peer's: the ratio ours/peer is to be at least the target."""
    ratio = median(ours) / median(peer)
    return Result(
        name=name,
        target_name=target_name,
        ours=median(ours),
        peer=median(peer),
        peer_name=peer_name,
        unit=unit,
        ratio=ratio,
        higher_is_better=True,
        target=target,
        met=bool(ratio >= target),
        why=why,
        peak_mb=peak_mb,
        n_runs=len(ours),
        spread=(min(ours), max(ours)),
    )


def above(
    name: str, target_name: str, ours: list[float], *, unit: str, target: float, peak_mb: float | None, why: str
) -> Result:
    """Hold the median of our figures against a floor in the same unit."""
    return Result(
        name=name,
        target_name=target_name,
        ours=median(ours),
        unit=unit,
        higher_is_better=True,
        target=target,
        met=bool(median(ours) >= target),
        why=why,
        peak_mb=peak_mb,
        n_runs=len(ours),
        spread=(min(ours), max(ours)),
    )
