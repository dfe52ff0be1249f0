from __future__ import annotations

from pathlib import Path

import pytest

from linkworthy.catalogue.segments import read_segments, write_segments
from linkworthy.engine.embedded import Embedded
from linkworthy.errors import InputError
from tests.support.measured import SITE, measured, page, rows


def named(folder: Path, text: str) -> dict[str, str]:
    (folder / "rules.toml").write_text(f"[segments]\n{text}", encoding="utf-8")
    return read_segments(folder)


def test_a_segment_is_a_shell_pattern_an_expression_or_a_predicate(tmp_path: Path) -> None:
    run = measured(tmp_path, pages=[
        page("/", depth=0), page("/shop/tea"), page("/shop/a+b", page_kind="product"), page("/2024/shop/"),
    ])  # fmt: skip
    segments = named(
        tmp_path,
        """
        shop = "/shop/*"
        whole = "https://shop.example/shop/a+?"
        dated = "re:/20[0-9]{2}/"
        goods = "sql: page_kind = 'product' or is_home"
        nothing = "/x"
    """,
    )
    write_segments(run, Embedded(1), segments)
    found: dict[str, list[str]] = {}
    for row in rows(run, "segments"):
        found.setdefault(row["segment"], []).append(row["url"].removeprefix(SITE))
    assert found == {
        "shop": ["/shop/a+b", "/shop/tea"], "whole": ["/shop/a+b"], "dated": ["/2024/shop/"],
        "goods": ["/", "/shop/a+b"],
    }  # fmt: skip


@pytest.mark.parametrize(
    ("text", "word"),
    [("a = 1", "a"), ("b = ''", "b"), ("c = 'sql: no_such_column > 1'", "no_such_column"), ("d = 're:('", "d"),
     ("d = [", "rules.toml")],
)  # fmt: skip
def test_what_is_wrong_with_a_segment_is_said(tmp_path: Path, text: str, word: str) -> None:
    with pytest.raises(InputError, match=word):
        named(tmp_path, text)


def test_without_the_file_or_its_part_there_are_none(tmp_path: Path) -> None:
    assert read_segments(tmp_path) == {}
    (tmp_path / "rules.toml").write_text("", encoding="utf-8")
    assert read_segments(tmp_path) == {}
