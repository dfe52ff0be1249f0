"""Counts over the links of own pages, page by page: each pass is linear in links, and no pair of pages is stored."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from linkworthy.metrics.kernel import kernel

Array = npt.NDArray[Any]

NOFOLLOW, FOLLOWED, TEXT, ABOVE = 1, 2, 4, 8
"""Flags of a link: nofollow by itself or by its page, the opposite, in a region that no template fills, to an index of
a folder that the linking page stands in."""


@kernel
def group(sources: Array, targets: Array, flags: Array, places: Array, to_targets: Array, to_flags: Array) -> None:
    """Put links in the order of their pages; ``places`` holds where each page begins, and is moved on."""
    for i in range(sources.size):
        at = places[sources[i]]
        places[sources[i]] = at + 1
        to_targets[at] = targets[i]
        to_flags[at] = flags[i]


@kernel
def count_out(
    firsts: Array, targets: Array, flags: Array, is_error: Array, chain: Array, told: Array, out: Array
) -> None:
    """Count the links of each page.

    ``chain`` holds the number of a URL that redirects, -1 for others; ``told`` is room of a number for each URL.
    ``out`` gets for each page: links to errors, to redirects; and without links to itself nofollow ones, followed
    ones, different targets of text links, whether one leads above.
    """
    for page in range(firsts.size - 1):
        mark = page + 1
        for i in range(firsts[page], firsts[page + 1]):
            target, flag = targets[i], flags[i]
            is_moved = chain[target] >= 0
            out[page, 0] += is_error[target] and not is_moved
            out[page, 1] += is_moved
            if target == page:
                continue
            out[page, 2] += (flag & NOFOLLOW) > 0
            out[page, 3] += (flag & FOLLOWED) > 0
            out[page, 5] |= (flag & ABOVE) > 0
            if flag & TEXT and told[target] != mark:
                told[target] = mark
                out[page, 4] += 1


@kernel
def count_into(
    firsts: Array, targets: Array, flags: Array, lead_firsts: Array, leads: Array, chain: Array, is_indexable: Array,
    seen: Array, read: Array, into: Array, n_listed: Array, listed: Array,
) -> None:  # fmt: skip
    """Count the links into each URL, directly and through redirects.

    ``leads`` holds the other URLs that a URL leads to, ``chain`` the number of a URL that redirects, -1 for others;
    ``seen`` and ``read`` are room of a number for each URL. ``into`` gets for each URL: links, followed links; and
    without links from itself different pages, those that link from text, those that are indexable. ``listed`` gets the
    first pages that link to each redirect.
    """
    for page in range(firsts.size - 1):
        mark = page + 1
        for i in range(firsts[page], firsts[page + 1]):
            target, flag = targets[i], flags[i]
            for j in range(lead_firsts[target] - 1, lead_firsts[target + 1]):
                url = target if j < lead_firsts[target] else leads[j]
                into[url, 0] += 1
                into[url, 1] += (flag & FOLLOWED) > 0
                if url != page and flag & TEXT and read[url] != mark:
                    read[url] = mark
                    into[url, 3] += 1
                if seen[url] == mark:
                    continue
                seen[url] = mark
                row = chain[url]
                if row >= 0 and n_listed[row] < listed.shape[1]:
                    listed[row, n_listed[row]] = page
                    n_listed[row] += 1
                into[url, 2] += url != page
                into[url, 4] += url != page and is_indexable[page]


@kernel
def count_edges(
    firsts: Array, targets: Array, flags: Array, node: Array, moved: Array, n_in: Array, out: Array
) -> None:
    """Count for each node the nodes with a followed link to it in ``n_in``, and all its links in ``out``.

    ``node`` holds the number of a URL among the nodes, -1 for none. ``moved`` holds for a page -1, or -2 for one that
    redirects, or the node that it redirects to: then that is its only link.
    """
    seen = np.zeros(n_in.size, np.int32)
    for page in range(firsts.size - 1):
        source = node[page]
        if source < 0:
            continue
        if moved[page] != -1:
            if moved[page] >= 0:
                out[source] += 1
                n_in[moved[page]] += 1
            continue
        for i in range(firsts[page], firsts[page + 1]):
            target = node[targets[i]]
            if target < 0 or target == source:
                continue
            out[source] += 1
            if flags[i] & FOLLOWED and seen[target] != page + 1:
                seen[target] = page + 1
                n_in[target] += 1


@kernel
def list_edges(
    firsts: Array, targets: Array, flags: Array, node: Array, moved: Array, places: Array, sources: Array,
    weights: Array,
) -> None:  # fmt: skip
    """Write for each node the nodes with a followed link to it, ascending, and how many each has.

    ``places`` holds where the list of each node begins, and is moved on to its end.
    """
    seen = np.zeros(places.size, np.int32)
    for page in range(firsts.size - 1):
        source = node[page]
        if source < 0:
            continue
        if moved[page] != -1:
            if moved[page] >= 0:
                sources[places[moved[page]]] = source
                weights[places[moved[page]]] = 1
                places[moved[page]] += 1
            continue
        for i in range(firsts[page], firsts[page + 1]):
            target = node[targets[i]]
            if target < 0 or target == source or not flags[i] & FOLLOWED:
                continue
            if seen[target] == page + 1:
                weights[places[target] - 1] += 1
                continue
            seen[target] = page + 1
            sources[places[target]] = source
            weights[places[target]] = 1
            places[target] += 1


@kernel
def gather(
    low: int, high: int, firsts: Array, sources: Array, weights: Array, scores: Array, out: Array, passed: Array,
    gathered: Array,
) -> None:  # fmt: skip
    """Sum for the nodes from ``low`` up to ``high`` what comes by their links; ``passed`` is score over links.

    The terms are added in the order of the links, one after the other: the sum is the same whatever the division of
    the nodes.
    """
    for node in range(low, high):
        total = 0.0
        for i in range(firsts[node], firsts[node + 1]):
            source = sources[i]
            total += passed[source] if weights[i] == 1 else scores[source] * (weights[i] / out[source])
        gathered[node] = total
