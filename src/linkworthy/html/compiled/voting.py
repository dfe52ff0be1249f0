"""What several small networks of one sort say, compiled; ``html.nets`` gives the same network by network.

All sums are exact, so it does not matter in which order they are taken: inputs that are 0, as most are, cost nothing,
and those that are the same in all rows are added once.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from linkworthy.html import columns
from linkworthy.html.columns import Matrix
from linkworthy.html.compiled.jit import compiled, part
from linkworthy.html.compiled.spaces import Integers
from linkworthy.html.nets import SHARE_STEP, ExactNet

_FARTHEST = 30.0
"""Beyond so much the share of a class is 0 or 1."""
_STEP, _LARGEST = columns.STEP, columns.LARGEST
_N_LAYERS = 2


class Votes(NamedTuple):
    """Networks of two layers side by side."""

    first: Matrix
    """Weights of the first layers: inputs x all hidden values."""
    first_bias: Matrix
    second: Matrix
    """Weights of the second layers, one network below another: all hidden values x classes."""
    second_bias: Matrix
    """A row a network."""

    @classmethod
    def of(cls, nets: Sequence[ExactNet]) -> Votes:
        """Take networks of the same inputs and classes."""
        if any(len(net.layers) != _N_LAYERS for net in nets):
            raise ValueError("networks that vote have two layers each")
        firsts, seconds = zip(*(net.layers for net in nets), strict=True)
        return cls(
            np.hstack([weights for weights, _ in firsts]), np.hstack([bias for _, bias in firsts]),
            np.vstack([weights for weights, _ in seconds]), np.vstack([bias for _, bias in seconds]),
        )  # fmt: skip


def mean_shares(votes: Votes, rows: Matrix) -> Matrix:
    """Give the mean of what the networks say of each class; of two classes, of the second one alone, as one column.

    ``rows`` are rounded to steps already.
    """
    n_rows, (n_nets, n_classes) = len(rows), votes.second_bias.shape
    hidden = np.empty((n_rows, len(votes.second)))
    scores = np.empty((n_rows, n_nets, n_classes))
    _score(rows, votes.first, votes.first_bias, np.empty(2 * rows.shape[1], np.int64), hidden)
    _settle(hidden, votes.second, votes.second_bias, scores)
    # The library's own function of whole arrays, so that not even the last digit is another.
    np.exp(scores, out=scores)
    out = np.empty((n_rows, n_classes))
    _mean(scores, out)
    return out


@part
def _add_one(hidden: Matrix, row: int, weights: Matrix, place: int, value: float) -> None:
    for unit in range(hidden.shape[1]):
        hidden[row, unit] += value * weights[place, unit]


@part
def _add_four(
    hidden: Matrix, row: int, weights: Matrix, p: int, q: int, r: int, s: int, a: float, b: float, c: float, d: float
) -> None:
    """Add four inputs at once: what is added to is then loaded and stored once for four."""
    for unit in range(hidden.shape[1]):
        hidden[row, unit] += a * weights[p, unit] + b * weights[q, unit] + c * weights[r, unit] + d * weights[s, unit]


@compiled
def _score(rows: Matrix, weights: Matrix, bias: Matrix, places: Integers, hidden: Matrix) -> None:
    """Fill the hidden values before they are bent, a row a row; ``places`` holds twice as many as there are inputs."""
    n_varying = 0
    for unit in range(hidden.shape[1]):
        hidden[0, unit] = bias[unit]
    for place in range(rows.shape[1]):
        value = rows[0, place]
        is_same = True
        for row in range(1, rows.shape[0]):
            if rows[row, place] != value:
                is_same = False
                break
        if not is_same:
            places[n_varying] = place
            n_varying += 1
        elif value != 0:
            _add_one(hidden, 0, weights, place, value)
    for row in range(1, rows.shape[0]):
        for unit in range(hidden.shape[1]):
            hidden[row, unit] = hidden[0, unit]
    for row in range(rows.shape[0]):
        end = n_varying
        for n in range(n_varying):
            if rows[row, places[n]] != 0:
                places[end] = places[n]
                end += 1
        n = n_varying
        while n + 4 <= end:
            p, q, r, s = places[n], places[n + 1], places[n + 2], places[n + 3]
            _add_four(hidden, row, weights, p, q, r, s, rows[row, p], rows[row, q], rows[row, r], rows[row, s])
            n += 4
        while n < end:
            _add_one(hidden, row, weights, places[n], rows[row, places[n]])
            n += 1


@part
def stepped(value: float) -> float:
    """Round to steps, within bounds; what is no number stays none."""
    value = np.rint(value * (1 / _STEP)) * _STEP
    return max(min(value, _LARGEST), -_LARGEST)


@compiled
def _settle(hidden: Matrix, weights: Matrix, bias: Matrix, scores: Matrix) -> None:
    """Fill what is to be raised: rows x networks x classes."""
    n_nets, n_classes = bias.shape
    width = hidden.shape[1] // n_nets
    for row in range(hidden.shape[0]):
        for net in range(n_nets):
            for of in range(n_classes):
                scores[row, net, of] = bias[net, of]
            for unit in range(net * width, (net + 1) * width):
                value = hidden[row, unit]
                if value > 0:
                    value = stepped(value)
                    for of in range(n_classes):
                        scores[row, net, of] += value * weights[unit, of]
            if n_classes == 1:
                scores[row, net, 0] = -min(max(scores[row, net, 0], -_FARTHEST), _FARTHEST)
                continue
            largest = scores[row, net, 0]
            for of in range(1, n_classes):
                largest = max(largest, scores[row, net, of])
            for of in range(n_classes):
                scores[row, net, of] -= largest


@compiled
def _mean(raised: Matrix, out: Matrix) -> None:
    """Fill the mean of the networks' shares, each rounded to its steps."""
    n_nets, n_classes = raised.shape[1], raised.shape[2]
    for row in range(raised.shape[0]):
        for of in range(n_classes):
            out[row, of] = 0.0
        for net in range(n_nets):
            total = 0.0
            for of in range(n_classes):
                total += raised[row, net, of]
            for of in range(n_classes):
                share = raised[row, net, of] / total if n_classes > 1 else 1 / (1 + total)
                out[row, of] += np.rint(share / SHARE_STEP) * SHARE_STEP
        for of in range(n_classes):
            out[row, of] /= n_nets
