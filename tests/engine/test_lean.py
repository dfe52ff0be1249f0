"""What nobody uses is not loaded, and what has done its work is let go."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest

from linkworthy.engine.lean import let_go, unchanged_files

PROGRAM = """
import sys
from linkworthy.engine.lean import leave_out
leave_out()
leave_out()
import duckdb, pyarrow as pa
arrow_table = pa.table({"n": pa.array([1, 2, 3])})
print(duckdb.sql("select sum(n)::int from arrow_table").fetchall(), "pandas" in sys.modules)
"""


def test_arrow_and_duckdb_do_without_what_is_left_out() -> None:
    said = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True).stdout
    assert said.strip() == "[(6,)] False"


def _range(first: str, name: str, rss: int, anonymous: int, swap: int) -> list[str]:
    sizes = [f"Rss: {rss:18} kB", f"Anonymous: {anonymous:12} kB", f"Swap: {swap:17} kB", "VmFlags: rd mr"]
    return [f"{first} 00000000 fe:00 260850    {name}", *sizes]


def test_only_large_parts_of_files_that_nobody_changed_are_let_go() -> None:
    library = "/usr/lib/lib large.so"
    lines = [
        *_range("7f0000000000-7f0001000000 r-xp", library, 9_000, 0, 0),
        *_range("7f0001000000-7f0002000000 r--p", library, 9_000, 4, 0),
        *_range("7f0002000000-7f0003000000 r--p", library, 9_000, 0, 4),
        *_range("7f0003000000-7f0004000000 rw-p", library, 9_000, 0, 0),
        *_range("7f0004000000-7f0005000000 r-xp", library, 100, 0, 0),
        *_range("7f0005000000-7f0006000000 rw-p", "[heap]", 9_000, 0, 0),
        *_range("7f0006000000-7f0007000000 r--s", library, 9_000, 0, 0),
        *_range("7f0007000000-7f0008000000 r--p", "/usr/lib/other.so", 9_000, 0, 0),
    ]
    assert list(unchanged_files(lines)) == [(0x7F0000000000, 0x7F0001000000), (0x7F0007000000, 0x7F0008000000)]


@pytest.mark.filterwarnings("error")
def test_what_was_let_go_still_works() -> None:
    values = np.arange(100_000, dtype=np.float64)
    before = float(np.linalg.norm(values))
    let_go()
    let_go()
    assert float(np.linalg.norm(values)) == before
