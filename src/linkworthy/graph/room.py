"""Checks that a ranking fits into memory and onto the disk before hours are spent on it."""

from __future__ import annotations

import shutil

from linkworthy.errors import StageError
from linkworthy.graph.pagerank import EXACT_ARCS
from linkworthy.graph.store import Graph

BASE_BYTES = 64 << 20
"""What the program and one part a core take."""
BYTES_A_LINK = 3
"""A best referrer on the disk, packed, as measured on graphs of 100 million links and rounded up."""


def check_rank_room(graph: Graph, memory_bytes: int) -> None:
    """Compare what a ranking needs with the memory allowed and the disk's free space.

    Raises: StageError saying which is short and by how much.
    """
    header = graph.header
    value = 8 if header.n_arcs <= EXACT_ARCS else 4
    # Iteration: vector, sums, contributions and shares of nodes that link; then scores and their order of all nodes.
    memory = BASE_BYTES + max(
        header.n_core * (4 * value + 4) + header.n_nodes * value, header.n_nodes * (2 * value + 8 + 8)
    )
    if memory > memory_bytes:
        raise StageError(
            f"ranking {header.n_nodes:,} nodes needs {memory / 2**30:.1f} GiB of memory: raise --memory, "
            f"now {memory_bytes / 2**30:.1f} GiB"
        )
    disk = header.n_nodes * (value + 4 + 4 + 8) + header.n_arcs * BYTES_A_LINK
    free = shutil.disk_usage(graph.folder).free
    if disk > free:
        raise StageError(
            f"ranks of {graph.folder} need about {disk / 2**30:.1f} GiB of disk, and {free / 2**30:.1f} are free"
        )
