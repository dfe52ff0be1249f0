"""Every vendor's export is told by its content, and each row comes back whole."""

from __future__ import annotations

import contextlib
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from linkworthy.errors import InputError, SourceError
from linkworthy.site import SiteConfig
from linkworthy.site.parts import as_table
from linkworthy.sources.base import Context
from linkworthy.sources.recognise import recognise
from linkworthy.tables import table as table_named
from tests.support import exports
from tests.support.imported import WHEN
from tests.support.vendor_exports import COUNTS, LINKS, Export

SITE = "https://shop.example/"
FORMS: list[dict[str, Any]] = [
    {},
    {"delimiter": "\t", "encoding": "utf-16-le", "quote_all": True},
    {"delimiter": ";", "encoding": "utf-8-sig"},
    {"delimiter": ",", "encoding": "utf-16-be"},
    {"delimiter": "\t"},
]
"""As the vendor writes it, and as spreadsheets write it after the vendor."""
QUIET = settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\x00\r"), max_size=14) | st.sampled_from(
    [
        'a "quoted" word',
        "one,two;three\tfour|five",
        "first line\nsecond line",
        "靴と鞋",
        "=1+1",
        "https://a.example/",
        "",
    ]
)
DAYS = st.integers(1_010_000_000 // 86_400, 1_790_000_000 // 86_400).map(
    lambda day: datetime.fromtimestamp(day * 86_400, UTC)
)
COUNT = st.integers(0, 5_000_000)


def read(path: Path, config: SiteConfig) -> tuple[str, dict[str, list[dict[str, Any]]], int, int]:
    source = recognise(path, config)
    found: dict[str, list[dict[str, Any]]] = {}
    n_used = n_rejected = 0
    for batch in source.read(path, Context(config=config, imported_at=WHEN)):
        rows = as_table(table_named(batch.table), batch.rows).to_pylist()
        found.setdefault(batch.table, []).extend(rows)
        n_used += batch.n_rows_used
        n_rejected += batch.n_rows_rejected
    return source.reported_by, found, n_used, n_rejected


def written(export: Export, name: str, value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return export.flags[0 if value else 1]
    if isinstance(value, datetime):
        return str(int(value.timestamp())) if export.dates == "%s" else value.strftime(export.dates)
    if name == "host" and export.name == "common crawl":
        return ".".join(reversed(str(value).split(".")))
    if name == "host" and export.name in {"crux", "bing domains"}:
        return f"https://{value}"
    return str(value)


@st.composite
def link_rows(draw: st.DrawFn, export: Export) -> list[dict[str, Any]]:
    kinds: dict[str, st.SearchStrategy[Any]] = {
        "source_url": st.integers(0, 99).map("https://blog.example/post?id={}".format),
        "target_url": st.sampled_from([SITE, "https://www.shop.example/shoes"]),
        "anchor": TEXT,
        "source_title": TEXT,
        "is_nofollow": st.none() | st.booleans(),
        "is_ugc": st.none() | st.booleans(),
        "is_sponsored": st.none() | st.booleans(),
        "first_seen_at": st.none() | DAYS,
        "last_seen_at": st.none() | DAYS,
    }
    row = st.fixed_dictionaries({name: kinds[name] for name in export.says})
    return draw(st.lists(row, min_size=1, max_size=6))


@st.composite
def count_rows(draw: st.DrawFn, export: Export) -> list[dict[str, Any]]:
    kinds: dict[str, st.SearchStrategy[Any]] = {
        "host": st.integers(0, 99).map("site-{}.example".format),
        "anchor": TEXT.filter(lambda text: "://" not in text and not text.strip().isdecimal()),
        "keyword": TEXT.filter(lambda text: text.strip() != "" and "://" not in text),
        "url": st.integers(0, 99).map("https://shop.example/{}".format),
        "country": st.sampled_from(["de", "us"]),
        "status": st.sampled_from([200, 301, 404]),
        "day": DAYS,
        "first_seen_at": st.none() | DAYS,
        "last_seen_at": st.none() | DAYS,
        "lost_at": st.none() | DAYS,
        "score": st.integers(0, 1000).map(lambda n: n / 4),
        "position": st.integers(4, 400).map(lambda n: n / 4),
    }
    row = st.fixed_dictionaries({name: kinds.get(name, COUNT) for name in export.says})
    rows = draw(st.lists(row, min_size=2, max_size=6))
    return [{**row, "rank": n} if "rank" in row else row for n, row in enumerate(rows, 1)]


def same(found: Any, given_value: Any, name: str) -> bool:
    if name == "day":
        return bool(found == given_value.date())
    if name == "source_title":
        return bool((found or "") == given_value)
    return bool(found == given_value)


def assert_read_whole(folder: Path, export: Export, rows: list[dict[str, Any]]) -> None:
    content = export.content([{name: written(export, name, value) for name, value in row.items()} for row in rows])
    reported_by, found, n_used, n_rejected = read(exports.write(folder, "file", content), SiteConfig(url=SITE))
    assert (reported_by, n_used, n_rejected) == (export.reported_by, len(rows), 0), found.get("rejects")
    given_back = sorted(found[export.table], key=lambda row: row["row"])
    assert [row["row"] for row in given_back] == list(range(1, len(rows) + 1))
    for got, row in zip(given_back, rows, strict=True):
        wrong = {name: (got[name], value) for name, value in row.items() if not same(got[name], value, name)}
        assert wrong == {}
        assert {name: got[name] for name in export.gives} == dict(export.gives)
        said = {
            name: export.constant[head].strip() for name, head in export.opinions.items() if head in export.constant
        }
        assert {name: dict(got["opinions"]).get(name) for name in said} == said


@pytest.mark.parametrize("export", LINKS, ids=lambda export: export.name)
@QUIET
@given(data=st.data())
def test_every_link_of_every_layout_is_read_whole(tmp_path: Path, export: Export, data: st.DataObject) -> None:
    form = data.draw(st.sampled_from(FORMS))
    assert_read_whole(tmp_path, replace(export, **form), data.draw(link_rows(export)))


@pytest.mark.parametrize("export", COUNTS, ids=lambda export: export.name)
@QUIET
@given(data=st.data())
def test_every_count_of_every_layout_is_read_whole(tmp_path: Path, export: Export, data: st.DataObject) -> None:
    assert_read_whole(tmp_path, export, data.draw(count_rows(export)))


@pytest.mark.parametrize("export", [*LINKS, *COUNTS], ids=lambda export: export.name)
@settings(max_examples=3, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(tail=st.binary(max_size=80), cut=st.integers(0, 400))
def test_any_bytes_after_a_layout_s_beginning_are_read_or_refused(
    tmp_path: Path, export: Export, tail: bytes, cut: int
) -> None:
    row = {"source_url": "https://b.example/", "target_url": SITE, "url": SITE, "host": "b.example", "rank": "1"}
    path = exports.write(tmp_path, "file", export.content([row, row])[: 60 + cut] + tail)
    with contextlib.suppress(InputError, SourceError):
        read(path, SiteConfig(url=SITE))


def test_names_of_layouts_are_told_apart() -> None:
    names = [export.name for export in (*LINKS, *COUNTS)]
    assert len(names) == len(set(names))
