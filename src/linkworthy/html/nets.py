"""Small networks whose sums are exact, so that every machine gives the same shares to the last digit.

Inputs and hidden values are multiples of 1/128 and weights have half precision, that is multiples of 2^-24; products
and their sums then fit the 53 bits of a double whatever the order in which a library adds them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from linkworthy.engine.learning import Net
from linkworthy.html.columns import Array, Matrix, stepped

SHARE_STEP = 1 / 4096
"""Shares are multiples of this."""


@dataclass(frozen=True, slots=True)
class ExactNet:
    """Weights of a trained network in half precision, as doubles."""

    layers: tuple[tuple[Matrix, Matrix], ...]
    """Weights (inputs x outputs) and bias of each layer."""

    @classmethod
    def of(cls, net: Net) -> ExactNet:
        """Take a network as it was trained."""
        return cls.read(net.arrays(""), "")

    @classmethod
    def read(cls, arrays: dict[str, Array], prefix: str) -> ExactNet:
        """Give the network whose weights stand under these names."""
        layers: list[tuple[Matrix, Matrix]] = []
        while (weights := arrays.get(f"{prefix}w{len(layers)}")) is not None:
            layers.append((weights.astype(np.float64), arrays[f"{prefix}b{len(layers)}"].astype(np.float64)))
        return cls(tuple(layers))

    def arrays(self, prefix: str) -> dict[str, Array]:
        """Give the weights under names, for a file."""
        return {f"{prefix}{kind}{n}": part.astype(np.float16)
                for n, layer in enumerate(self.layers) for kind, part in zip("wb", layer, strict=True)}  # fmt: skip

    def shares(self, rows: Matrix) -> Matrix:
        """Give the probability of each class; of two classes, that of the second one alone, as one column.

        ``rows`` are rounded to steps already.
        """
        out = rows
        for n, (weights, bias) in enumerate(self.layers):
            out = out @ weights + bias
            if n + 1 < len(self.layers):
                out = stepped(np.maximum(out, 0))
        if out.shape[1] == 1:
            shares = 1 / (1 + np.exp(-np.clip(out, -30, 30)))
        else:
            raised = np.exp(out - out.max(axis=1, keepdims=True))
            shares = raised / raised.sum(axis=1, keepdims=True)
        return np.asarray(np.rint(shares / SHARE_STEP) * SHARE_STEP)


def mean_shares(nets: tuple[ExactNet, ...], rows: Matrix) -> Matrix:
    """Give the mean of what several networks say."""
    return np.asarray(sum([net.shares(rows) for net in nets], np.zeros(1)) / len(nets))
