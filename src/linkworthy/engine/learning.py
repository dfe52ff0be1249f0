"""A small network and its training in numpy: one hidden layer or none, cross-entropy, Adam, no other dependency.

Formula: p = softmax(W2 relu(W1 z + b1) + b2) with z the standardised row; without a hidden layer p = softmax(W z + b).
Two classes are one logistic output. Deterministic for a seed. Memory: the rows, once more while they are standardised.
Source: Kingma and Ba 2015, Adam; weight decay is decoupled (Loshchilov and Hutter 2019).
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
import numpy.typing as npt

Matrix = npt.NDArray[np.float32]
Labels = npt.NDArray[np.int64]

_SMALLEST = 1e-6


@dataclass(frozen=True, slots=True)
class Net:
    """Weights; standardising is folded into the first layer."""

    layers: tuple[tuple[Matrix, Matrix], ...]
    """Weights (inputs x outputs) and bias of each layer."""

    def scores(self, rows: Matrix) -> Matrix:
        """Give the outputs before softmax, a row a row."""
        out = rows
        for n, (weights, bias) in enumerate(self.layers):
            out = out @ weights + bias
            if n + 1 < len(self.layers):
                np.maximum(out, 0, out=out)
        return out

    def shares(self, rows: Matrix) -> Matrix:
        """Give the probability of each class; of two classes, that of the second one alone, as one column."""
        scores = self.scores(rows)
        if scores.shape[1] == 1:
            return np.asarray(1 / (1 + np.exp(-np.clip(scores, -30, 30))), dtype=np.float32)
        return _softmax(scores)

    def arrays(self, prefix: str) -> dict[str, npt.NDArray[np.float16]]:
        """Give the weights under names, for a file; half precision is enough for what the network decides."""
        return {f"{prefix}{kind}{n}": part.astype(np.float16)
                for n, layer in enumerate(self.layers) for kind, part in zip("wb", layer, strict=True)}  # fmt: skip


def net_of(arrays: dict[str, npt.NDArray[np.float16]], prefix: str) -> Net:
    """Give the network whose weights stand under these names."""
    layers: list[tuple[Matrix, Matrix]] = []
    while (weights := arrays.get(f"{prefix}w{len(layers)}")) is not None:
        bias = arrays[f"{prefix}b{len(layers)}"]
        layers.append((weights.astype(np.float32), bias.astype(np.float32)))
    return Net(tuple(layers))


def load(path: Path) -> dict[str, npt.NDArray[np.float16]]:
    """Give the arrays of a file; no object is unpickled."""
    with path.open("rb") as stream, np.load(stream, allow_pickle=False) as file:
        return {name: file[name] for name in file.files}


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How a network is trained."""

    n_hidden: int = 0
    n_epochs: int = 10
    rate: float = 2e-3
    decay: float = 1e-3
    dropout: float = 0.0
    """Share of hidden values that are left out at each step."""
    input_dropout: float = 0.0
    """Share of inputs that are."""
    batch: int = 256
    seed: int = 1


def train(rows: Matrix, labels: Labels, n_classes: int, plan: Plan, weights: Matrix | None = None) -> Net:
    """Fit a network to rows and their classes; ``weights`` counts each row."""
    rng = np.random.default_rng(plan.seed)
    mean, spread = rows.mean(axis=0), rows.std(axis=0) + _SMALLEST
    spread = np.where(spread < 1e-4, 1, spread).astype(np.float32)
    ready = (rows - mean) / spread
    n_out = 1 if n_classes == 2 else n_classes
    sizes = [rows.shape[1], plan.n_hidden, n_out] if plan.n_hidden else [rows.shape[1], n_out]
    layers = [(rng.normal(0, np.sqrt(2 / a), (a, b)).astype(np.float32), np.zeros(b, dtype=np.float32))
              for a, b in pairwise(sizes)]  # fmt: skip
    if not plan.n_hidden:
        layers[0] = (layers[0][0] * 0, layers[0][1])
    targets = labels[:, None].astype(np.float32) if n_out == 1 else np.eye(n_classes, dtype=np.float32)[labels]
    weigh = np.ones(len(rows), dtype=np.float32) if weights is None else weights / weights.mean()
    _fit(layers, ready, targets, weigh, plan, rng)
    first, bias = layers[0]
    first = first / spread[:, None]
    return Net(((first, bias - mean @ first), *layers[1:]))


def _fit(
    layers: list[tuple[Matrix, Matrix]],
    rows: Matrix,
    targets: Matrix,
    weigh: Matrix,
    plan: Plan,
    rng: np.random.Generator,
) -> None:
    flat = [part for layer in layers for part in layer]
    first = [np.zeros_like(part) for part in flat]
    second = [np.zeros_like(part) for part in flat]
    n_batches = max(1, len(rows) // plan.batch)
    n_steps = plan.n_epochs * n_batches
    step = 0
    for _ in range(plan.n_epochs):
        for picked in np.array_split(rng.permutation(len(rows)), n_batches):
            step += 1
            rate = plan.rate * min(1.0, step / 50) * (0.5 + 0.5 * np.cos(np.pi * step / n_steps))
            seen = rows[picked]
            if plan.input_dropout:
                seen *= _kept(rng, seen.shape, plan.input_dropout)
            slopes = _slopes(layers, seen, targets[picked], weigh[picked], plan.dropout, rng)
            for n, slope in enumerate(slopes):
                first[n] += 0.1 * (slope - first[n])
                second[n] += 0.001 * (slope * slope - second[n])
                lean = first[n] / (1 - 0.9**step)
                size = np.sqrt(second[n] / (1 - 0.999**step)) + 1e-8
                flat[n] -= (rate * lean / size).astype(np.float32)
                if flat[n].ndim == 2:
                    flat[n] *= np.float32(1 - rate * plan.decay)


def _slopes(
    layers: list[tuple[Matrix, Matrix]],
    rows: Matrix,
    targets: Matrix,
    weigh: Matrix,
    dropout: float,
    rng: np.random.Generator,
) -> list[Matrix]:
    """Give the gradient of each weight and bias."""
    net = Net(tuple(layers))
    if len(layers) == 1:
        wrong = (net.shares(rows) - targets) * (weigh[:, None] / len(rows))
        return [rows.T @ wrong, wrong.sum(axis=0)]
    (w1, b1), (w2, b2) = layers
    hidden = np.maximum(rows @ w1 + b1, 0)
    if dropout:
        hidden *= _kept(rng, hidden.shape, dropout)
    wrong = (Net(((w2, b2),)).shares(hidden) - targets) * (weigh[:, None] / len(rows))
    back = (wrong @ w2.T) * (hidden > 0)
    if dropout:
        back /= np.float32(1 - dropout)
    return [rows.T @ back, back.sum(axis=0), hidden.T @ wrong, wrong.sum(axis=0)]


def _kept(rng: np.random.Generator, shape: tuple[int, ...], dropout: float) -> Matrix:
    """Give 0 for what is left out, and for the rest what makes up for it."""
    return np.asarray((rng.random(shape, dtype=np.float32) > dropout) / np.float32(1 - dropout), dtype=np.float32)


def _softmax(scores: Matrix) -> Matrix:
    raised = np.exp(scores - scores.max(axis=1, keepdims=True))
    return np.asarray(raised / raised.sum(axis=1, keepdims=True), dtype=np.float32)


def folds_of(groups: list[str], n_folds: int) -> Labels:
    """Give each row the number of its fold; rows of one group (a site) share a fold, whatever order they come in."""
    import hashlib  # noqa: PLC0415 - only training needs it

    return np.asarray([int(hashlib.sha256(group.encode()).hexdigest()[:12], 16) % n_folds for group in groups])
