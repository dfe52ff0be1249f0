"""The owner's link data: headers to the letter, partial, disagreeing, and with a rhythm before the blast."""

from __future__ import annotations

import csv
import re
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest

from linkworthy import demo, urls
from linkworthy.demo.build import build
from linkworthy.demo.model import TODAY, World

AHREFS = [
    "Referring page title", "Referring page URL", "Language", "Platform", "Referring page HTTP code",
    "Domain rating", "UR", "Domain traffic", "Referring domains", "Linked domains", "External links",
    "Page traffic", "Keywords", "Target URL", "Left context", "Anchor", "Right context", "Redirect Chain URLs",
    "Redirect Chain status codes", "Type", "Is spam", "Content", "Nofollow", "UGC", "Sponsored", "Rendered", "Raw",
    "Lost status", "Drop reason", "Discovered status", "First seen", "Last seen", "Lost", "Author", "Page type",
    "Page category", "Links in group",
]  # fmt: skip
LINE = re.compile(
    r'^\S+ - - \[\d\d/\w{3}/\d{4}:\d\d:\d\d:\d\d \+0000\] "GET /\S* HTTP/1\.1" \d{3} \d+ "[^"]+" "[^"]+"$'
)


@pytest.fixture(params=[0, 1, 2])
def world(request: pytest.FixtureRequest) -> World:
    return build(request.param)


def rows(path: Path) -> list[dict[str, str]]:
    raw = path.read_bytes()
    is_wide = raw.startswith(b"\xff\xfe")
    text = raw.decode("utf-16" if is_wide else "utf-8")
    return list(csv.DictReader(text.splitlines(), delimiter="\t" if is_wide else ","))


def test_files_follow_the_headers_of_their_makers(world: World, tmp_path: Path) -> None:
    ahrefs, console, listed, log, rival = demo.write_exports(world, tmp_path)
    assert ahrefs.read_bytes()[:2] == b"\xff\xfe"
    assert list(rows(ahrefs)[0]) == AHREFS
    assert list(rows(rival)[0]) == AHREFS
    assert list(rows(console)[0]) == ["Linking page", "Last crawled"]
    assert "Source URL" in rows(listed)[0]
    assert all(LINE.match(line) for line in log.read_text().splitlines())
    assert all(row["Target URL"].startswith(f"https://{world.host_of('competitor')}/") for row in rows(rival))


def test_the_same_seed_writes_the_same_files(world: World, tmp_path: Path) -> None:
    first = [path.read_bytes() for path in demo.write_exports(world, tmp_path / "one")]
    assert first == [path.read_bytes() for path in demo.write_exports(world, tmp_path / "two")]


def test_every_link_is_in_some_export_and_no_export_has_all(world: World, tmp_path: Path) -> None:
    ahrefs, console, listed, log, _ = demo.write_exports(world, tmp_path)
    by_file = [
        {row["Referring page URL"] for row in rows(ahrefs)},
        {row["Linking page"] for row in rows(console)},
        {row["Source URL"] for row in rows(listed)},
        {line.split('"')[3] for line in log.read_text().splitlines()},
    ]
    sources = {link.source_url for link in world.links}
    assert sources <= set().union(*by_file)
    assert all(not sources <= known for known in by_file)


def test_the_log_holds_search_spam_and_origin_only_referrers(world: World, tmp_path: Path) -> None:
    log = demo.write_exports(world, tmp_path)[3].read_text()
    referrers = Counter(line.split('"')[3] for line in log.splitlines())
    assert referrers["https://www.google.com/"] > 5
    assert referrers[world.facts["lure_url"]] > 5
    assert referrers[f"https://{world.host_of('newspaper')}/"] > 5
    assert referrers["-"] > 5


def test_ten_weeks_of_ordinary_links_come_before_the_blast(world: World) -> None:
    first: dict[str, tuple[int, bool]] = {}
    for link in world.links:
        if {"ahrefs", "list"} & set(link.reporters):
            week = (TODAY - link.first_seen) // timedelta(days=7)
            first[urls.domain_of(link.source_url)] = (week, "automated" in link.kinds)
    blast = {week for week, is_blast in first.values() if is_blast}
    ordinary = Counter(week for week, is_blast in first.values() if not is_blast)
    assert len([name for name, (_, is_blast) in first.items() if is_blast]) >= 12
    assert len(blast) <= 2
    assert not set(ordinary) & blast
    assert len(ordinary) >= 10
    assert max(ordinary.values()) <= 4
