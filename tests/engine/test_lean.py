"""What nobody uses is not loaded: pyarrow alone would bring pandas along."""

from __future__ import annotations

import subprocess
import sys

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
