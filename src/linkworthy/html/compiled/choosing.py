"""Which blocks are the main text, and what tables say of words, compiled.

``html.learned.choice`` and ``html.letters.Letters.sums`` are the plain forms and the oracles.
"""

from __future__ import annotations

import numpy as np

from linkworthy.html.compiled.around import Floats
from linkworthy.html.compiled.jit import compiled, part
from linkworthy.html.compiled.secondrows import Flags
from linkworthy.html.compiled.spaces import Integers

N_SCENARIOS = 32
_MIN_REPEATED = 4


@compiled
def kind_sums(words: Integers, firsts: Integers, tables: Floats, weights: Floats, out: Integers) -> None:
    """Write for each text the sum of what tables say of its words, each table as much as it weighs."""
    for text in range(len(out)):
        total = np.int64(0)
        for place in range(firsts[text], firsts[text + 1]):
            said = 0.0
            for group in range(len(weights)):
                said += weights[group] * tables[group, words[place]]
            total += np.int64(np.rint(said))
        out[text] = total


@part
def _count_once(order: Integers, words: Floats, same: Integers, n_same: Integers, seen: Integers, out: Floats) -> None:
    """Write the words of each block, 0 for one that says what a likelier one says."""
    for row in range(len(words)):
        seen[same[row]] = 0
    for place in range(len(order)):
        row = order[place]
        is_repeated = n_same[row] > 1 and words[row] >= _MIN_REPEATED
        out[row] = 0.0 if is_repeated and seen[same[row]] else words[row]
        seen[same[row]] = 1


@compiled
def choose(
    order: Integers,
    shares: Floats,
    words: Floats,
    same: Integers,
    n_same: Integers,
    together: float,
    seen: Integers,
    counted: Floats,
    said: Floats,
    chosen: Flags,
) -> None:
    """Mark the blocks with the largest word F1; ``order`` is by falling share, three arrays are room to work in."""
    n = len(order)
    _count_once(order, words, same, n_same, seen, counted)
    said[0] = 0
    hit = 0.0
    for place in range(n):
        said[place + 1] = said[place] + counted[order[place]]
        hit += counted[order[place]] * shares[order[place]]
    best, most, so_far = 0, -1.0, 0.0
    for k in range(n + 1):
        if k > 0:
            so_far += counted[order[k - 1]] * shares[order[k - 1]]
        apart = 2 * so_far / (said[k] + hit + 1e-9)
        joint, weight, above = 0.0, 0.0, n
        for scenario in range(N_SCENARIOS):
            level = (scenario + 0.5) / N_SCENARIOS
            while above > 0 and shares[order[above - 1]] <= level:
                above -= 1
            true = said[above]
            both = said[k] + true
            score = 2 * min(said[k], true) / max(both, 1.0) if both > 0 else 1.0
            joint += score * level
            weight += level
        score = apart + together * (joint / weight - apart)
        if score > most:
            best, most = k, score
    for place in range(n):
        chosen[order[place]] = place < best
