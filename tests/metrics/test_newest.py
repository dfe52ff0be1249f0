"""A page that an archive holds and that was fetched as well is one page, with one set of links and blocks."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

from linkworthy.engine.embedded import Embedded
from linkworthy.metrics.newest import show_once
from tests.support.runs import START, WHEN, make_run

OLD, NEW = WHEN - timedelta(days=9), WHEN
HERE, THERE = START, "https://far.example/"


def shown(tmp_path: Path, sql: str, **tables: list[dict[str, Any]]) -> list[tuple[Any, ...]]:
    run = make_run(tmp_path, None, **tables)
    with Embedded(workers=1).connect(run.tables()) as db:
        show_once(db, run.tables())
        return db.sql(sql).fetchall()


def page(url: str, found_by: str, **columns: Any) -> dict[str, Any]:
    return {"url": url, "found_by": found_by, "status": 200, "fetched_at": NEW, **columns}


def test_the_newest_answer_of_a_page_stands(tmp_path: Path) -> None:
    pages = [page(HERE, "archive", fetched_at=OLD, title="old"), page(HERE, "seed", title="new"), page(THERE, "link")]
    assert shown(tmp_path, "select url, title from pages order by url desc", pages=pages) == [
        (HERE, "new"),
        (THERE, None),
    ]


def test_of_two_equally_new_answers_the_fetched_one_stands(tmp_path: Path) -> None:
    pages = [page(HERE, "archive"), page(HERE, "seed", depth=0)]
    assert shown(tmp_path, "select found_by, depth from pages", pages=pages) == [("seed", 0)]


def test_a_failed_fetch_does_not_hide_what_the_archive_holds(tmp_path: Path) -> None:
    pages = [page(HERE, "archive", fetched_at=OLD), page(HERE, "seed", state="failed", status=None)]
    assert shown(tmp_path, "select found_by from pages", pages=pages) == [("archive",)]


def test_links_are_those_of_the_newest_capture_and_blocks_stand_once(tmp_path: Path) -> None:
    links = [
        {"source_url": HERE, "n": n, "url": THERE, "capture": capture, "captured_at": at}
        for capture, at, count in (("a.warc", OLD, 3), ("crawl", NEW, 2))
        for n in range(count)
    ]
    links.append({"source_url": THERE, "n": 0, "url": HERE, "capture": "a.warc", "captured_at": OLD})
    blocks = [{"url": url, "n": n, "text": f"{n}"} for url in (HERE, HERE, THERE) for n in range(2)]
    pages = [page(HERE, "archive", fetched_at=OLD), page(HERE, "seed"), page(THERE, "archive")]
    tables = {"pages": pages, "links": links, "blocks": blocks}
    found = shown(tmp_path / "a", "select source_url, capture, count(*) from links group by all order by all", **tables)
    assert found == [(THERE, "a.warc", 1), (HERE, "crawl", 2)]
    assert shown(tmp_path / "b", "select url, count(*) from blocks group by all order by all", **tables) == [
        (THERE, 2),
        (HERE, 2),
    ]
