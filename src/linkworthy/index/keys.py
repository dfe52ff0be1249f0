"""Identity of links by whole columns: the keys and hashes that ``urls`` gives for single links."""

from __future__ import annotations

from collections.abc import Callable

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


def _mended(column: pa.Array, quick: pa.Array, is_slow: pa.Array, function: Callable[[str], str]) -> pa.Array:
    """Replace the values for which the quick way does not hold, each distinct one worked out once."""
    if not pc.any(is_slow).as_py():
        return quick
    slow = pc.if_else(is_slow, column, pa.scalar(None, pa.string())).dictionary_encode()
    values = pa.array([function(text) for text in slow.dictionary.to_pylist()], pa.string())
    return pc.if_else(pc.fill_null(is_slow, False), values.take(slow.indices), quick)
