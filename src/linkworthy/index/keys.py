"""Identity of links by whole columns: the keys and hashes that ``urls`` gives for single links."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import xxhash

from linkworthy import urls

_SCHEME = r"^[^:]*://"
_TRACKED = r"(?i)[?&](?:utm_|" + "|".join(sorted(urls.TRACKING_PARAMETERS)) + r")"
_FOLDED = r"^[a-z0-9!-/:-@\[-`{-~]*(?: [a-z0-9!-/:-@\[-`{-~]+)*$"
"""ASCII without capitals and with single spaces inside: folding gives it back as it is."""


def page_keys(column: pa.Array) -> pa.Array:
    """Give ``urls.page_key`` of every URL; null stays null."""
    is_tracked = pc.match_substring_regex(column, _TRACKED)
    bare = pc.replace_substring_regex(column, _SCHEME, "")
    return _mended(column, bare, is_tracked, urls.page_key)


def folded(column: pa.Array) -> pa.Array:
    """Give ``urls.fold`` of every anchor; null stays null."""
    return _mended(column, column, pc.invert(pc.match_substring_regex(column, _FOLDED)), urls.fold)


def identities(sources: pa.Array, targets: pa.Array, anchors: pa.Array, kinds: pa.Array) -> pa.Array:
    """Give ``urls.link_identity`` by keys of source and target, folded anchors and kinds; null counts as empty."""
    joined = pc.binary_join_element_wise(
        sources, pc.fill_null(targets, ""), pc.fill_null(anchors, ""), kinds, pa.scalar("\n")
    )
    return pa.array([xxhash.xxh3_128_hexdigest(text.encode()) for text in joined.to_pylist()], pa.string())


def attributed(opinions: pa.Array, reported_by: pa.Array) -> pa.Array:
    """Put the name of who says so before every key of a column of maps: ``ahrefs.domain rating``."""
    offsets = opinions.offsets.to_numpy()
    start, end = int(offsets[0]), int(offsets[-1])
    rows = np.repeat(np.arange(len(opinions)), np.diff(offsets))
    speakers = pc.fill_null(reported_by.take(pa.array(rows)), "")
    keys = pc.binary_join_element_wise(speakers, opinions.keys.slice(start, end - start), ".")
    return pa.MapArray.from_arrays(pa.array(offsets - start), keys, opinions.items.slice(start, end - start))


def n_entries(opinions: pa.Array) -> pa.Array:
    """Count the entries of every map."""
    return pa.array(np.diff(opinions.offsets.to_numpy()), pa.int32())


def _mended(column: pa.Array, quick: pa.Array, is_slow: pa.Array, function: Callable[[str], str]) -> pa.Array:
    """Replace the values for which the quick way does not hold, each distinct one worked out once."""
    if not pc.any(is_slow).as_py():
        return quick
    slow = pc.if_else(is_slow, column, pa.scalar(None, pa.string())).dictionary_encode()
    values = pa.array([function(text) for text in slow.dictionary.to_pylist()], pa.string())
    return pc.if_else(pc.fill_null(is_slow, False), values.take(slow.indices), quick)
