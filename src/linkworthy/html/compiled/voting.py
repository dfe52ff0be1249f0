"""What several small networks of one sort say, compiled; ``html.nets`` gives the same network by network.

All sums are exact, so it does not matter in which order they are taken: inputs that are 0, as most are, cost nothing,
and those that are the same in all rows are added once.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from linkworthy.html import columns
from linkworthy.html.columns import Matrix
from linkworthy.html.compiled.jit import compiled, exact, part
from linkworthy.html.compiled.spaces import Integers
from linkworthy.html.nets import SHARE_STEP, ExactNet

_FARTHEST = 30.0
"""Beyond so much the share of a class is 0 or 1."""
_STEP, _LARGEST = columns.STEP, columns.LARGEST
_N_LAYERS = 2

Halves = NDArray[np.float32]


class Votes(NamedTuple):
    """Networks of two layers side by side."""

    first: Halves
    """Weights of the first layers: inputs x all hidden values; of half precision, so that floats hold them."""
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
            np.hstack([weights for weights, _ in firsts]).astype(np.float32), np.hstack([bias for _, bias in firsts]),
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


@exact
def _add_one(hidden: Matrix, row: int, weights: Halves, place: int, value: float) -> None:
    for unit in range(hidden.shape[1]):
        hidden[row, unit] += value * weights[place, unit]


@exact
def _add_to_two(hidden: Matrix, row: int, weights: Halves, rows: Matrix, p: int) -> None:
    """Add an input to a row and the next one."""
    a, b = rows[row, p], rows[row + 1, p]
    for unit in range(hidden.shape[1]):
        hidden[row, unit] += a * weights[p, unit]
        hidden[row + 1, unit] += b * weights[p, unit]


@exact
def _add_four_to_two(hidden: Matrix, row: int, weights: Halves, rows: Matrix, p: int, q: int, r: int, s: int) -> None:
    """Add four inputs to two rows: each weight and each sum is then loaded once for many."""
    a, b, c, d = rows[row, p], rows[row, q], rows[row, r], rows[row, s]
    e, f, g, h = rows[row + 1, p], rows[row + 1, q], rows[row + 1, r], rows[row + 1, s]
    for unit in range(hidden.shape[1]):
        w, x, y, z = weights[p, unit], weights[q, unit], weights[r, unit], weights[s, unit]
        hidden[row, unit] += a * w + b * x + c * y + d * z
        hidden[row + 1, unit] += e * w + f * x + g * y + h * z


@compiled
def _score(rows: Matrix, weights: Halves, bias: Matrix, places: Integers, hidden: Matrix) -> None:
    """Fill the hidden values before they are bent, a row a row; ``places`` holds twice as many as there are inputs."""
    n_rows, n_varying = rows.shape[0], 0
    for unit in range(hidden.shape[1]):
        hidden[0, unit] = bias[unit]
    for place in range(rows.shape[1]):
        value = rows[0, place]
        is_same = True
        for row in range(1, n_rows):
            if rows[row, place] != value:
                is_same = False
                break
        if not is_same:
            places[n_varying] = place
            n_varying += 1
        elif value != 0:
            _add_one(hidden, 0, weights, place, value)
    for row in range(1, n_rows):
        for unit in range(hidden.shape[1]):
            hidden[row, unit] = hidden[0, unit]
    for row in range(0, n_rows - 1, 2):
        end = n_varying
        for n in range(n_varying):
            if rows[row, places[n]] != 0 or rows[row + 1, places[n]] != 0:
                places[end] = places[n]
                end += 1
        n = n_varying
        while n + 4 <= end:
            p, q, r, s = places[n], places[n + 1], places[n + 2], places[n + 3]
            _add_four_to_two(hidden, row, weights, rows, p, q, r, s)
            n += 4
        while n < end:
            _add_to_two(hidden, row, weights, rows, places[n])
            n += 1
    if n_rows % 2:
        for n in range(n_varying):
            value = rows[n_rows - 1, places[n]]
            if value != 0:
                _add_one(hidden, n_rows - 1, weights, places[n], value)


@part
def stepped(value: float) -> float:
    """Round to steps, within bounds."""
    return max(min(np.rint(value * (1 / _STEP)) * _STEP, _LARGEST), -_LARGEST)


@part
def _bend(hidden: Matrix, row: int) -> None:
    for unit in range(hidden.shape[1]):
        value = np.rint(hidden[row, unit] * (1 / _STEP)) * _STEP
        hidden[row, unit] = min(max(value, 0.0), _LARGEST)


@exact
def _product(hidden: Matrix, row: int, start: int, end: int, weights: Matrix, of: int) -> float:
    total = 0.0
    for unit in range(start, end):
        total += hidden[row, unit] * weights[unit, of]
    return total


@compiled
def _settle(hidden: Matrix, weights: Matrix, bias: Matrix, scores: Matrix) -> None:
    """Fill what is to be raised: rows x networks x classes."""
    n_nets, n_classes = bias.shape
    width = hidden.shape[1] // n_nets
    for row in range(hidden.shape[0]):
        _bend(hidden, row)
        for net in range(n_nets):
            for of in range(n_classes):
                said = _product(hidden, row, net * width, (net + 1) * width, weights, of)
                scores[row, net, of] = bias[net, of] + said
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
