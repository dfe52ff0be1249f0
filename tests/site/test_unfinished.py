"""Unfinished runs that another command has overtaken, and runs that somebody else works on."""

from __future__ import annotations

from pathlib import Path

import pytest

from linkworthy.errors import StageError
from linkworthy.site import Site, SiteConfig

REJECT = {"file": "a.csv", "row": 1, "reason": "no URL", "sample": "x"}


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return Site.create(tmp_path / "site", SiteConfig(url="https://shop.example/"))


def test_a_run_overtaken_by_another_command_goes_on_on_top_of_it(site: Site) -> None:
    crawl = site.begin("crawl", {})
    crawl.write("rejects", "crawl", [REJECT])
    (crawl.folder / "frontier").mkdir()
    crawl.finish("index")
    crawl.close()

    imported = site.begin("import", {})
    imported.write("rejects", "import", [REJECT | {"row": 2}])
    second = imported.publish()

    again = site.begin("crawl", {})
    assert again.is_resumed
    assert again.id > second.id
    assert (again.folder / "frontier").is_dir(), "what was fetched stays"
    assert not again.is_done("index"), "what rests on the links is made again"
    third = again.publish()
    assert site.latest().id == third.id
    assert {part.group for part in third.parts} == {"crawl", "import"}
    assert third.base == second.id
    assert not list((site.folder / "runs").iterdir())


def test_a_run_that_nobody_has_overtaken_keeps_its_steps(site: Site) -> None:
    site.begin("import", {}).publish()
    crawl = site.begin("crawl", {})
    crawl.finish("index", n=3)
    crawl.close()
    again = site.begin("crawl", {})
    assert (again.id, again.is_done("index")) == (crawl.id, True)
    again.close()


def test_a_fresh_start_never_removes_a_run_that_somebody_works_on(site: Site) -> None:
    working = site.begin("crawl", {})
    with pytest.raises(StageError, match="another linkworthy is at work"):
        site.begin("crawl", {}, fresh=True)
    assert working.folder.is_dir()
    working.close()
    anew = site.begin("crawl", {}, fresh=True)
    assert not anew.is_resumed
    anew.close()
