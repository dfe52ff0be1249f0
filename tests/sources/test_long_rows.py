from __future__ import annotations

import gzip
from collections.abc import Callable
from pathlib import Path

import pytest

from linkworthy.sources.rows import LONG_ROW
from tests.support import exports
from tests.support.imports import import_one

LONG = "x" * 600_000
LINKS = "".join(f"https://blog{n}.example/,https://shop.example/,shop\n" for n in range(50))


@pytest.mark.parametrize("encode", [str.encode, lambda text: gzip.compress(text.encode(), mtime=0)], ids=["text", "gz"])
@pytest.mark.parametrize(
    ("before", "after", "n_rows"),
    [
        (f"url,target,anchor\nhttps://long.example/,https://shop.example/,{LONG}\n", LINKS, 51),
        (f"url,target,anchor\n{LINKS[:51]}https://long.example/,https://shop.example/,{LONG}\n", LINKS, 52),
        (f"{LONG}\n", LINKS.replace(",https://shop.example/,shop", ""), 51),
    ],
    ids=["first row", "second row", "before a list"],
)
def test_a_huge_row_hides_none_of_those_behind_it(
    tmp_path: Path, before: str, after: str, n_rows: int, encode: Callable[[str], bytes]
) -> None:
    _, (file,) = import_one(tmp_path, exports.write(tmp_path, "links", encode(before + after)))
    assert file["state"] == "read"
    assert file["n_rows_in"] == n_rows
    assert file["n_rows_used"] >= n_rows - 1


def test_a_text_of_one_huge_line_is_refused_with_its_length(tmp_path: Path) -> None:
    _, (file,) = import_one(tmp_path, exports.write(tmp_path, "text", LONG.encode()))
    assert LONG_ROW in file["detail"]
