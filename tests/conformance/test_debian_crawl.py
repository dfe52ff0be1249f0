"""A documentation package of 1,170 pages, served on loopback and crawled whole, against links counted from its files.

Every hundredth file is kept back, so that there are broken links to find: the package itself has none.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from linkworthy.engine.embedded import Embedded
from linkworthy.engine.progress import SILENT
from linkworthy.metrics.pages import measure_site
from linkworthy.rules import audit_site
from linkworthy.site import Run, Site, SiteConfig
from tests.support.crawling import crawled, on_loopback, rows_of
from tests.support.debian import HOST, POSTGRESQL, START, Documentation, documentation, links_to, served
from tests.support.server import Server

pytestmark = [pytest.mark.debian, pytest.mark.xdist_group("debian")]


@dataclass(frozen=True)
class Crawled:
    """What the files say, and what the crawl and the audit say."""

    docs: Documentation
    run: Run
    asked: Counter[tuple[str, str]]
    facts: dict[str, Any]

    def rows(self, table: str, *columns: str, where: str = "true") -> list[tuple[Any, ...]]:
        return rows_of(self.run, table, *columns, where=where)

    def flagged(self, rule: str) -> list[str]:
        return [key for (key,) in self.rows("findings", "key", where=f"rule = '{rule}'")]


@pytest.fixture(scope="module")
def crawl(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crawled]:
    names = sorted(path.name for path in POSTGRESQL.glob("*.html") if path.name != "index.html")
    docs = documentation(gone=names[7::97])
    folder = tmp_path_factory.mktemp("debian")

    async def work(config: SiteConfig, server: Server) -> tuple[Run, dict[str, Any], Counter[tuple[str, str]]]:
        run = Site.create(folder / "site", config).begin("run", {})
        facts = await crawled(run, config)
        return run, facts, Counter((asked.method, asked.target) for asked in server.asked)

    run, facts, asked = on_loopback({HOST: served(docs.files)}, work)
    config = SiteConfig(url=START)
    measure_site(run, config, Embedded(1), SILENT)
    audit_site(run, config, Embedded(1), SILENT)
    yield Crawled(docs, run, asked, facts)
    run.close()


def test_every_page_is_found_once_with_its_status_and_none_is_invented(crawl: Crawled) -> None:
    pages = crawl.rows("pages", "url", "status", where="role = 'own'")
    assert len(pages) == len(dict(pages)) >= 1_000
    assert dict(pages) == crawl.docs.statuses
    assert crawl.facts["n_own"] == len(pages)


def test_no_page_is_asked_for_twice(crawl: Crawled) -> None:
    repeated = {target: n for (_method, target), n in crawl.asked.items() if n > 1}
    assert repeated.pop("/robots.txt", 1) <= 1 + len(os.sched_getaffinity(0)), "each process reads it once"
    assert repeated.keys() <= {"/index.html"}, "a probe asks once more whether the start page has a twin there"


def test_every_link_of_the_files_has_its_row_and_no_other(crawl: Crawled) -> None:
    found = crawl.rows("links", "source_url", "n", "href")
    statuses = crawl.docs.statuses
    written = [
        (source, n, href)
        for source, hrefs in crawl.docs.hrefs.items()
        if statuses.get(source) == 200
        for n, href in enumerate(hrefs)
    ]
    assert len(found) >= 20_000
    assert sorted(found) == sorted(written)


def test_every_page_of_another_host_that_is_linked_to_was_tried(crawl: Crawled) -> None:
    tried = {url for (url,) in crawl.rows("pages", "url", where="role = 'outbound'")}
    written = {url if url.count("/") > 2 else f"{url}/" for url in crawl.docs.outbound}
    assert tried == written, "a URL without a path stands for its root, and differs in nothing else"


def test_every_broken_link_and_broken_page_is_found_and_no_other(crawl: Crawled) -> None:
    broken = {url for url, status in crawl.docs.statuses.items() if status == 404}
    assert len(broken) >= 10
    assert set(crawl.flagged("resp-int-4xx")) == broken
    expected = links_to(crawl.docs, 404)
    assert Counter(crawl.flagged("resp-link-to-4xx")) == Counter(
        source for (source, _target), n in expected.items() for _ in range(n)
    )


@pytest.mark.parametrize(
    ("rule", "marks"),
    [("h1-missing", (b"<h1",)), ("mob-viewport", (b'name="viewport"',)), ("desc-missing", (b'name="description"',)),
     ("canon-missing", (b'rel="canonical"',))],
)  # fmt: skip
def test_what_the_audit_says_a_page_lacks_its_file_lacks(crawl: Crawled, rule: str, marks: tuple[bytes, ...]) -> None:
    """The start page has a twin, /index.html: only one of the two is judged."""
    files, flagged = crawl.docs.files, set(crawl.flagged(rule))
    pages = {url for url, status in crawl.docs.statuses.items() if status == 200}
    lacking = {url for url in pages if not any(mark in files[url.removeprefix(START[:-1])] for mark in marks)}
    assert flagged <= lacking
    assert lacking - flagged <= {START, f"{START}index.html"}


def test_titles_called_the_same_are_the_same(crawl: Crawled) -> None:
    flagged = crawl.flagged("title-duplicate")
    titles = dict(crawl.rows("pages", "url", "title", where="role = 'own'"))
    counts = Counter(titles[url] for url in flagged)
    assert flagged
    assert all(n > 1 for n in counts.values())


def test_a_rule_that_has_nothing_to_find_here_finds_nothing(crawl: Crawled) -> None:
    found = {rule for (rule,) in crawl.rows("findings", "distinct rule")}
    never = {
        "resp-int-5xx", "resp-int-no-response", "resp-int-chain", "resp-int-loop", "links-orphan", "canon-to-error",
        "sec-mixed-content", "resp-soft-404-probe", "resp-rate-limited", "resp-bot-blocked",
    }  # fmt: skip
    assert found.isdisjoint(never)


def test_the_package_as_it_is_has_no_broken_link() -> None:
    assert set(documentation().statuses.values()) == {200}
    assert Path(POSTGRESQL, "index.html").is_file()
