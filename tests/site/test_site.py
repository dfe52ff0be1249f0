"""The site folder: settings, runs that survive a kill, snapshots that never change."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from unittest.mock import Mock

import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkworthy.errors import InputError, StageError
from linkworthy.site import Business, Limits, Site, SiteConfig, config, folder, folder_for

CONFIG = SiteConfig(url="https://shop.example/")
ROW = {"sitemap_url": "https://shop.example/sitemap.xml", "url": "https://shop.example/", "alternates": []}


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return Site.create(tmp_path / "shop.example", CONFIG)


texts = st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=20), max_size=3).map(tuple)


@given(
    brands=texts,
    topics=texts,
    places=texts,
    pages=st.integers(0, 10**9),
    seconds=st.floats(0, 1e6),
    local=st.booleans(),
)
def test_settings_are_read_back_as_written(
    tmp_path_factory: pytest.TempPathFactory,
    brands: tuple[str, ...],
    topics: tuple[str, ...],
    places: tuple[str, ...],
    pages: int,
    seconds: float,
    local: bool,  # noqa: FBT001 - hypothesis names it
) -> None:
    given_config = SiteConfig(
        url="https://shop.example/",
        brands=brands,
        topics=topics,
        business=Business(is_local=local, places=places),
        limits=Limits(max_pages=pages, timeout_s=seconds),
    )
    path = tmp_path_factory.mktemp("config") / "site.toml"
    path.write_text(config.write(given_config), encoding="utf-8")
    assert config.read(path) == given_config


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("url = 3", "url: should be str"),
        ("brands = []", "'url' is missing"),
        ("url = 'ftp://x'", "is no http or https URL"),
        ("url = 'https://x.example'\nbrand = ['x']", "unknown setting 'brand'"),
        ("url = 'https://x.example'\n[limits]\nmax_pages = true", "should be int"),
        ("url = 'https://x.example'\n[limits]\ntimeout_s = -1", "should not be negative"),
        ("url = 'https://x.example'\nbrands = 'x'", "should be a list of texts"),
        ("url = ", "not a settings file"),
    ],
)
def test_a_wrong_setting_is_named(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "site.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=message):
        config.read(path)


def test_a_named_host_is_own_and_a_named_domain_owns_its_hosts() -> None:
    settings = SiteConfig(url="https://www.shop.example/", hosts=("blog.other.example", "alias.example"))
    assert settings.is_own_host("shop.example")
    assert settings.is_own_host("blog.other.example")
    assert not settings.is_own_host("other.example")
    assert settings.is_own_host("www.alias.example")


def test_the_same_command_takes_up_an_unfinished_run(site: Site) -> None:
    run = site.begin("crawl", {"depth": 3})
    run.write("sitemap_urls", "crawl", [ROW])
    run.finish("fetch", n_pages=1)
    run.close()
    other = site.begin("crawl", {"depth": 4})
    assert not other.is_resumed
    other.close()
    again = site.begin("crawl", {"depth": 3})
    assert again.is_resumed
    assert again.is_done("fetch")
    assert again.facts_of("fetch") == {"n_pages": 1}
    assert [path.name for path in again.files("sitemap_urls")] == ["sitemap_urls.crawl.000000.parquet"]
    again.close()


def test_a_fresh_run_forgets_the_unfinished_one(site: Site) -> None:
    run = site.begin("crawl", {})
    run.finish("fetch")
    run.close()
    again = site.begin("crawl", {}, fresh=True)
    assert not again.is_done("fetch")
    again.close()


def test_a_run_in_use_is_refused(site: Site) -> None:
    run = site.begin("crawl", {})
    with pytest.raises(StageError, match=f"another linkworthy is at work .pid {os.getpid()}"):
        site.begin("crawl", {})
    run.close()


def test_a_killed_process_lets_go_of_its_run(site: Site) -> None:
    code = (
        "import os, signal, sys; from pathlib import Path; from linkworthy.site import Site;"
        "run = Site(Path(sys.argv[1])).begin('crawl', {}); run.finish('fetch'); os.kill(os.getpid(), signal.SIGKILL)"
    )
    done = subprocess.run([sys.executable, "-c", code, str(site.folder)], check=False)
    assert done.returncode == -9
    run = site.begin("crawl", {})
    assert run.is_done("fetch")
    run.close()


def test_a_snapshot_keeps_what_the_run_did_not_write(site: Site) -> None:
    run = site.begin("crawl", {})
    run.write("sitemap_urls", "crawl", [ROW])
    first = run.publish()
    run = site.begin("import", {})
    run.write("rejects", "import-1", [{"file": "a.csv", "row": 1, "reason": "empty URL", "sample": ""}])
    second = run.publish()
    assert second.files("sitemap_urls") == first.files("sitemap_urls")
    assert second.base == first.id
    assert [s.id for s in site.snapshots()] == [first.id, second.id]
    assert not list((site.folder / "runs").iterdir())


def test_runs_of_one_second_keep_their_order_and_each_is_found(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    moment = datetime(2026, 3, 1, 12, tzinfo=UTC)
    monkeypatch.setattr(folder, "datetime", Mock(now=Mock(return_value=moment)))
    ids = [site.begin("crawl", {"run": n}).publish().id for n in range(12)]
    assert [snapshot.id for snapshot in site.snapshots()] == ids
    assert [site.snapshot(name).id for name in ids] == ids
    assert site.latest().id == ids[-1]
    with pytest.raises(InputError, match="12 snapshots begin with '2026-03-01'"):
        site.snapshot("2026-03-01")
    with pytest.raises(InputError, match=r"0 snapshots begin with '\*'"):
        site.snapshot("*")


def test_a_group_is_replaced_and_a_dropped_table_is_gone(site: Site) -> None:
    run = site.begin("crawl", {})
    run.write("sitemap_urls", "crawl", [ROW])
    run.write("rejects", "crawl", [{"file": "a", "row": 1, "reason": "r", "sample": ""}])
    old = run.publish()
    run = site.begin("crawl", {})
    run.replace("crawl")
    assert not run.has("rejects")
    run.write("sitemap_urls", "crawl", [])
    new = run.publish()
    assert new.has("sitemap_urls")
    assert pq.read_table(new.files("sitemap_urls")[0]).num_rows == 0
    assert pq.read_table(old.files("sitemap_urls")[0]).num_rows == 1
    assert not new.has("rejects")


def test_rows_that_do_not_fit_are_refused_by_column(site: Site) -> None:
    run = site.begin("crawl", {})
    with pytest.raises(StageError, match="has no column nonsense"):
        run.write("sitemap_urls", "crawl", [{**ROW, "nonsense": 1}])
    with pytest.raises(StageError, match="column url may not be null"):
        run.write("sitemap_urls", "crawl", [{"sitemap_url": "x"}])
    assert run.files("sitemap_urls") == []
    run.close()


def test_a_run_killed_after_publishing_is_tidied_up(site: Site) -> None:
    run = site.begin("crawl", {})
    run.write("sitemap_urls", "crawl", [ROW])
    left = run.folder
    snapshot = run.publish()
    left.mkdir()
    (left / "run.json").write_text("{}", encoding="utf-8")
    again = site.begin("crawl", {})
    assert not left.exists()
    assert site.latest().id == snapshot.id
    again.close()


def test_nothing_run_yet_says_how_to_start(site: Site) -> None:
    with pytest.raises(StageError, match=r"nothing was run yet; start with 'linkworthy run https://shop\.example/'"):
        site.latest()


def test_a_site_is_found_by_folder_url_or_host(site: Site) -> None:
    home = site.folder.parent
    assert folder_for(str(site.folder), home) == site.folder
    assert folder_for("https://shop.example/page", home) == site.folder
    assert folder_for("shop.example", home) == site.folder
    with pytest.raises(InputError, match="neither a site folder nor"):
        folder_for("http://", home)


def test_labels_and_commands_are_kept(site: Site) -> None:
    site.journal.label("spam.example", "bad", "seen")
    site.journal.label("spam.example", "ignore")
    assert [(label.subject, label.word, label.note) for label in site.journal.labels()] == [
        ("spam.example", "ignore", "")
    ]
    site.journal.command("run-1", "stop")
    assert site.journal.commands("run-1") == ["stop"]
    with pytest.raises(InputError, match="one of good, bad, ignore"):
        site.journal.label("x", "great")
