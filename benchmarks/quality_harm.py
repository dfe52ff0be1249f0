"""``quality-harm``: how much a name alone tells of spam, learned on one list and measured on others; beside a peer.

Names are one weak sign, and verdicts never rest on them; the figures say how weak. Intervals are of 95 %, by drawing
names with replacement.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from benchmarks.guard_peer import compare
from benchmarks.named import LISTS, absent, is_held_out, known_good, listed
from benchmarks.result import Result, not_run
from linkworthy.engine.learning import Net, Plan, train
from linkworthy.metrics.names import name_rows

LEARNED = "matomo"
TARGET_AUC, TARGET_RECALL = 0.65, 0.08
"""No target is set; these are floors of our own, under what was first measured."""
NAMELESS = frozenset({"popcar2"})
"""Lists whose names tell nothing: content farms are called as magazines are."""
N_DRAWS = 300
PLAN = Plan(n_hidden=0, n_epochs=15, rate=3e-3, decay=0.05, batch=128)
Shares = npt.NDArray[np.float32]


def benchmark(*, quick: bool) -> list[Result]:
    """Learn on one list, measure on the others less what they share with it, against ordinary names held out."""
    if (why := absent()) is not None:
        return [not_run("quality-harm", "AUC by name", unit="share", target=TARGET_AUC, why=why)]
    learned, good = listed(LEARNED), known_good()
    spam = sorted(learned - good)
    net = _learned(spam, sorted(name for name in good - learned if not is_held_out(name)))
    held = sorted(name for name in good - learned if is_held_out(name))
    of_good = _risks(held, net)
    results = []
    for name, (_, what) in LISTS.items():
        if name == LEARNED:
            continue
        others = sorted(listed(name) - learned - good)
        of_spam = _risks(others[:: max(1, len(others) // (1_000 if quick else 20_000))], net)
        said = (f"learned on {len(spam):,} names of {LEARNED}; {len(of_spam):,} of {name} ({what}) that it does not "
                f"share, against {len(held):,} ordinary names held out")  # fmt: skip
        results += _of_list(name, of_spam, of_good, said, n_draws=50 if quick else N_DRAWS)
    return [*results, *compare(quick=quick)]


def _learned(spam: list[str], good: list[str]) -> Net:
    labels = np.asarray([1] * len(spam) + [0] * len(good), dtype=np.int64)
    weights = np.where(labels == 1, 1 / max(1, len(spam)), 1 / max(1, len(good))).astype(np.float32)
    return train(name_rows([*spam, *good]), labels, 2, PLAN, weights)


def _risks(names: list[str], net: Net) -> Shares:
    parts = [net.shares(name_rows(names[at : at + 2_000]))[:, 0] for at in range(0, len(names), 2_000)]
    return np.concatenate(parts) if parts else np.zeros(0, dtype=np.float32)


def _of_list(name: str, spam: Shares, good: Shares, why: str, n_draws: int) -> list[Result]:
    rng = np.random.default_rng(1)
    draws = [(rng.choice(spam, len(spam)), rng.choice(good, len(good))) for _ in range(n_draws)]
    results = []
    floors = (0.5, 0.0) if name in NAMELESS else (TARGET_AUC, TARGET_RECALL)
    for what, figure, target in zip(("AUC", "recall at 1 % false alarms"), (auc, recall_at), floors, strict=True):
        low, high = np.quantile([figure(*drawn) for drawn in draws], [0.025, 0.975])
        value = figure(spam, good)
        results.append(Result(
            name="quality-harm", target_name=f"{what} by name on {name} (the floor is ours)", ours=value, unit="share",
            higher_is_better=True, target=target, met=value >= target, peak_mb=None, n_runs=1,
            spread=(float(low), float(high)), why=f"{why}; 95 % interval {low:.3f} to {high:.3f}",
        ))  # fmt: skip
    return results


def auc(spam: Shares, good: Shares) -> float:
    """Give the share of pairs in which the listed name has the larger risk."""
    both = np.concatenate([spam, good])
    _, place, counts = np.unique(both, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(counts) - (counts - 1) / 2)[place]
    n = len(spam)
    return float((ranks[:n].sum() - n * (n + 1) / 2) / (n * len(good)))


def recall_at(spam: Shares, good: Shares, alarms: float = 0.01) -> float:
    """Give the share of listed names above the risk that one in a hundred ordinary names has."""
    return float((spam > np.quantile(good, 1 - alarms)).mean())
