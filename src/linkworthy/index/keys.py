"""Identity of links by whole columns: the keys and hashes that ``urls`` gives for single links."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import xxhash

from linkworthy import urls

_SCHEME = r"^[^:]*://"
_SLOW_KEY = r"(?i)[?&](?:utm_|" + "|".join(sorted(urls.TRACKING_PARAMETERS)) + r")|%|\?$"
_FOLDED = r"^[a-z0-9!-/:-@\[-`{-~]*(?: [a-z0-9!-/:-@\[-`{-~]+)*$"
"""ASCII without capitals and with single spaces inside: folding gives it back as it is."""


def page_keys(column: pa.Array) -> pa.Array:
    """Give ``urls.page_key`` of every URL; null stays null."""
    bare = pc.if_else(
        pc.starts_with(column, "https://"),
        pc.binary_replace_slice(column, 0, 8, ""),
        pc.replace_substring_regex(pc.if_else(pc.starts_with(column, "https://"), "", column), _SCHEME, ""),
    )
    is_marked = pc.or_(pc.match_substring(column, "?"), pc.match_substring(column, "%"))
    if not pc.any(is_marked).as_py():
        return bare
    is_slow = pc.match_substring_regex(pc.if_else(is_marked, column, ""), _SLOW_KEY)
    return _mended(column, bare, is_slow, urls.page_key)


def folded(column: pa.Array) -> pa.Array:
    """Give ``urls.fold`` of every anchor; null stays null."""
    return _mended(column, column, pc.invert(pc.match_substring_regex(column, _FOLDED)), urls.fold)


def identities(sources: pa.Array, targets: pa.Array, anchors: pa.Array, kinds: pa.Array) -> pa.Array:
    """Give ``urls.link_identity`` by keys of source and target, folded anchors and kinds; null counts as empty."""
    joined = pc.binary_join_element_wise(
        sources, pc.fill_null(targets, ""), pc.fill_null(anchors, ""), kinds, pa.scalar("\n")
    )
    return pa.array([xxhash.xxh3_128_hexdigest(text.encode()) for text in joined.to_pylist()], pa.string())


def shares_of(keys: pa.Array, n_shares: int) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """Give each page key the number of its share, the same one for the same key."""
    digest = xxhash.xxh3_64_intdigest
    return np.fromiter((digest(key.encode()) % n_shares for key in keys.to_pylist()), np.int64, len(keys))


def numbered(*columns: pa.ChunkedArray) -> tuple[list[pa.Array], pa.Array]:
    """Replace texts by numbers that sort as the texts do, the same over all columns; null stays null.

    Gives the columns of numbers, and the texts in the order of their numbers.
    """
    chunks = [chunk for column in columns for chunk in column.chunks]
    whole = pa.chunked_array(chunks, pa.string()).combine_chunks()
    coded = (pa.concat_arrays(whole.chunks) if isinstance(whole, pa.ChunkedArray) else whole).dictionary_encode()
    order = pc.sort_indices(coded.dictionary)
    rank = np.empty(len(order), np.int32)
    rank[order.to_numpy()] = np.arange(len(order), dtype=np.int32)
    numbers = pa.array(rank, pa.int32()).take(coded.indices)
    out: list[pa.Array] = []
    start = 0
    for column in columns:
        out.append(numbers.slice(start, len(column)))
        start += len(column)
    return out, coded.dictionary.take(order)


def _mended(column: pa.Array, quick: pa.Array, is_slow: pa.Array, function: Callable[[str], str]) -> pa.Array:
    """Replace the values for which the quick way does not hold, each distinct one worked out once."""
    if not pc.any(is_slow).as_py():
        return quick
    slow = pc.if_else(is_slow, column, pa.scalar(None, pa.string())).dictionary_encode()
    values = pa.array([function(text) for text in slow.dictionary.to_pylist()], pa.string())
    return pc.if_else(pc.fill_null(is_slow, False), values.take(slow.indices), quick)
