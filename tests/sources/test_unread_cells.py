from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from tests.support import exports
from tests.support.imports import import_one, rows_of


def test_a_table_without_header_keeps_every_cell(tmp_path: Path) -> None:
    lines = [f"https://b{n}.example/,https://shop.example/,blue shoes,2026-10-01,{n + 5},nofollow" for n in range(3)]
    run, _ = import_one(tmp_path, exports.write(tmp_path, "links.csv", "\n".join(lines).encode()))
    row = rows_of(run, "observations")[0]
    assert (row["anchor"], row["first_seen_at"]) == ("blue shoes", datetime(2026, 10, 1, tzinfo=UTC))
    assert dict(row["opinions"]) == {"column 5": "5", "column 6": "nofollow"}


def test_dates_that_cannot_be_read_are_counted_and_kept_as_written(tmp_path: Path) -> None:
    good = "".join(f"https://good{n}.example/,https://shop.example/,2026-09-0{n % 9 + 1}\n" for n in range(90_000))
    odd = ["20261001", "3 days ago", "46000", "2026-10", "", "-"]
    lines = "".join(f"https://odd{n}.example/,https://shop.example/,{day}\n" for n, day in enumerate(odd))
    content = f"source,target,first seen\n{good}{lines}".encode()
    run, (file,) = import_one(tmp_path, exports.write(tmp_path, "links.csv", content))
    assert "3 dates could not be read" in file["detail"]
    found = {row["source_domain"]: row for row in rows_of(run, "observations")[-len(odd) :]}
    assert found["odd0.example"]["first_seen_at"] == datetime(2026, 10, 1, tzinfo=UTC)
    kept = [dict(row["opinions"]).get("first seen as written") for row in found.values()]
    assert kept == [None, "3 days ago", "46000", "2026-10", None, None]
