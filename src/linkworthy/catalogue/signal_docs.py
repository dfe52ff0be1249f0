"""Generates the page of all signals from the signals themselves."""

from __future__ import annotations

from collections.abc import Sequence

from linkworthy.catalogue.signal import CRITERIA, KINDS, Signal

_HEAD = """# Signals

Every signal of the judgement, generated from `linkworthy.signals`. A signal is a value over the columns of `backlinks`
and a ramp from score 0 to score 1: for a criterion, 1 is fully good; for a kind of harm, 1 is fully present. A value
that is null is not known and counts for nothing. A criterion is the weighted mean of its known signals. To a kind of
harm a signal adds at most its weight, signals that rest on the same evidence do not corroborate each other, and one
weak signal is never a verdict.
"""


def signals_page(signals: Sequence[Signal]) -> str:
    """Give the Markdown page of these signals, one section each, under their criteria and kinds of harm."""
    lines = [_HEAD]
    titles: dict[str, str] = {name: f"Criterion: {name.replace('_', ' ')}" for name in CRITERIA}
    titles |= {name: f"Kind of harm: {name}" for name in KINDS}
    for aspect, title in titles.items():
        lines += [f"## {title}", ""]
        for signal in signals:
            if signal.aspect == aspect:
                lines += signal_section(signal)
    return "\n".join(lines).rstrip() + "\n"


def signal_section(signal: Signal) -> list[str]:
    """Give the lines of one signal's section."""
    strong = "; alone enough to find this kind of harm" if signal.is_strong else ""
    low, high = signal.ramp
    return [
        f"### {signal.slug}",
        "",
        f"**{signal.title}.** Weight {signal.weight:g}{strong}.",
        "",
        f"- Why: {signal.why}",
        f"- Limits: {signal.limits}",
        f"- Value: `{' '.join(signal.value.split())}` ({signal.unit})",
        f"- Ramp: {low:g} scores 0, {high:g} scores 1",
        f"- Rests on: {signal.group}",
        f"- Weight from: {signal.provenance}",
        f"- Evidence: {', '.join(f'`{column}`' for column in signal.evidence)}",
        f"- Source: {signal.source}",
        "",
    ]
