"""Common Crawl's layout on loopback: lists, the columnar URL index by ranges, resumed and checked downloads."""

from __future__ import annotations

import json
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from linkworthy.archives.warc import read_records
from linkworthy.errors import FetchError, InputError, SourceError
from linkworthy.pipeline import commoncrawl
from linkworthy.pipeline.commoncrawl import crawls, fetch, files_of, plan_domains, plan_files
from linkworthy.pipeline.remote import Remote
from linkworthy.site import Network
from linkworthy.sources.commoncrawl import Item, Plan, list_path, read_paths, read_plan, spread, write_plan
from tests.support.command import environment, linkworthy, program
from tests.support.stores import CRAWL, Store, crawl_list, packed, serving, url_index
from tests.support.warcs import page, warc_of

PAGES = [(domain, n) for domain in ("shop.example", "rival.example", "zz.example", "aa.example") for n in range(6)]
WARC = "crawl-data/CC-MAIN-2026-43/segments/1/warc/CC-MAIN-20261001-00000.warc.gz"
WATS = [f"crawl-data/CC-MAIN-2026-43/segments/{n % 3}/wat/CC-MAIN-20261001-{n:05}.warc.wat.gz" for n in range(9)]
INDEX = [f"cc-index/table/cc-main/warc/crawl={CRAWL}/subset={subset}/part-0000{n}.parquet"
         for subset in ("crawldiagnostics", "warc") for n in range(2)]  # fmt: skip


def store_of() -> Store:
    html = [page(f"https://www.{domain}/{n}", f"<a href='https://t{n}.example/'>x</a>") for domain, n in PAGES]
    data, offsets = warc_of(html)
    ends = [*offsets[1:], len(data)]
    rows: list[dict[str, Any]] = [
        {
            "url_surtkey": ",".join(reversed(domain.split("."))) + f")/{n}", "url": f"https://www.{domain}/{n}",
            "url_host_registered_domain": domain, "fetch_status": 404 if n == 5 else 200, "warc_filename": WARC,
            "warc_record_offset": start, "warc_record_length": end - start, "crawl": CRAWL,
        }
        for (domain, n), start, end in zip(PAGES, offsets, ends, strict=True)
    ]  # fmt: skip
    whole = {path: bytes(f"wat {path}", "ascii") * 2_000 for path in WATS}
    return Store({
        "collinfo.json": crawl_list(),
        list_path(CRAWL, "wat"): packed(WATS),
        list_path(CRAWL, "warc"): packed([WARC]),
        list_path(CRAWL, "cc-index-table"): packed(INDEX),
        WARC: data, **whole, **{path: url_index([]) for path in INDEX[:0]},
        INDEX[2]: url_index(rows[:12]), INDEX[3]: url_index(rows[12:]),
    })  # fmt: skip


@pytest.fixture
def store() -> Iterator[Store]:
    made = store_of()
    with serving(made):
        yield made


@pytest.fixture
def waits() -> list[float]:
    return []


@pytest.fixture
def remote(store: Store, waits: list[float]) -> Iterator[Remote]:
    with Remote(store.base, Network(allow_private=True), delay_s=0, timeout_s=5, wait=waits.append) as made:
        yield made


def test_the_lists_say_what_there_is(remote: Remote, store: Store) -> None:
    assert [one.id for one in crawls(remote, f"{store.base}collinfo.json")] == [CRAWL, "CC-MAIN-2026-39"]
    assert files_of(remote, CRAWL) == {"wat": 9, "warc": 1, "cc-index-table": 4}
    with pytest.raises(FetchError, match="404"):
        files_of(remote, "CC-MAIN-1999-01")
    with pytest.raises(InputError, match="no name of a crawl"):
        files_of(remote, "../x")


def test_a_sample_is_spread_over_the_crawl(remote: Remote) -> None:
    plan = plan_files(remote, CRAWL, "wat", 3)
    assert [one.path for one in plan.items] == [WATS[0], WATS[3], WATS[6]]
    assert plan.n_bytes is None
    assert spread(WATS, None) == WATS
    assert len(plan_files(remote, CRAWL, "wat", 99).items) == 9


@pytest.mark.parametrize("lines", [["../../etc/passwd"], ["/etc/passwd"], ["https://elsewhere.example/x"], ["a/../b"]])
def test_a_list_that_names_places_elsewhere_is_refused(lines: list[str]) -> None:
    with pytest.raises(SourceError, match="which is none"):
        read_paths(packed(lines))
    with pytest.raises(SourceError, match=r"damaged|cut"):
        read_paths(packed(["a/b"])[:-4])


def test_captures_of_domains_are_found_by_reading_little(remote: Remote, store: Store, tmp_path: Path) -> None:
    plan = plan_domains(remote, CRAWL, ["https://www.shop.example/x", "zz.example"], tmp_path)
    assert {one.url for one in plan.items} == {
        f"https://www.{domain}/{n}" for domain in ("shop.example", "zz.example") for n in range(5)
    }
    assert [one.offset for one in plan.items] == sorted(one.offset or 0 for one in plan.items)
    assert plan.n_bytes == sum(one.n_bytes or 0 for one in plan.items)
    asked = len(store.asked)
    assert plan_domains(remote, CRAWL, ["zz.example", "shop.example"], tmp_path) == plan
    assert len(store.asked) == asked + 1, "only the list: what each file held was kept"
    few = plan_domains(remote, CRAWL, ["shop.example", "zz.example"], tmp_path, limit=2)
    assert len(few.items) == 4


def test_statuses_other_than_200_are_left_out_unless_wanted(remote: Remote, store: Store, tmp_path: Path) -> None:
    store.files.update(dict.fromkeys(INDEX[:2], store.files[INDEX[2]]))
    plan = plan_domains(remote, CRAWL, ["shop.example"], tmp_path, any_status=True)
    assert len({one.url for one in plan.items}) == 6


def test_single_records_become_a_warc(remote: Remote, tmp_path: Path) -> None:
    plan = plan_domains(remote, CRAWL, ["shop.example", "rival.example"], tmp_path / "parts")
    done = fetch(remote, plan, tmp_path / "out")
    (name,) = done.files
    found = [record.uri for record in read_records(tmp_path / "out" / name, lambda loss: pytest.fail(str(loss)))]
    assert found == [one.url for one in plan.items]
    assert (done.n_bytes, done.failed) == (plan.n_bytes, ())
    again = fetch(remote, plan, tmp_path / "out")
    assert (again.n_bytes, again.n_kept, again.files) == (0, 1, done.files)


def test_troubles_are_met_by_waiting_and_asking_again(
    remote: Remote, store: Store, waits: list[float], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(commoncrawl, "CHUNK_BYTES", 30_000)
    store.trouble(WATS[0], "503", "429", "cut", "", "cut", "lie", "500", "slow")
    store.trouble(list_path(CRAWL, "wat"), "503", "cut", "lie")
    plan = plan_files(remote, CRAWL, "wat", 2)
    done = fetch(remote, plan, tmp_path)
    assert done.failed == ()
    for item in plan.items:
        assert (tmp_path / item.path.rpartition("/")[2]).read_bytes() == store.files[item.path]
    assert {path.suffix for path in tmp_path.iterdir()} == {".gz"}, "nothing half done is left"
    assert len(waits) >= 5


def test_a_download_goes_on_where_it_was(
    remote: Remote, store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(commoncrawl, "CHUNK_BYTES", 10_000)
    store.trouble(WATS[0], "", "", *["404"] * 9)
    plan = Plan(CRAWL, store.base, (Item(WATS[0]), Item(WATS[1])))
    first = fetch(remote, plan, tmp_path)
    assert [path for path, _ in first.failed] == [WATS[0]]
    assert first.files == (WATS[1].rpartition("/")[2],), "what cannot be had costs itself alone"
    store.troubles.clear()
    store.asked.clear()
    second = fetch(remote, plan, tmp_path)
    assert store.asked[0] == (WATS[0], "bytes=20000-29999")
    assert (second.failed, second.n_kept) == ((), 1)
    assert (tmp_path / second.files[0]).read_bytes() == store.files[WATS[0]]


def test_a_file_that_changed_is_not_patched_together(
    remote: Remote, store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(commoncrawl, "CHUNK_BYTES", 10_000)
    store.trouble(WATS[0], "", "404")
    plan = Plan(CRAWL, store.base, (Item(WATS[0]),))
    fetch(remote, plan, tmp_path)
    store.files[WATS[0]] = b"something else" * 9_000
    ((_, reason),) = fetch(remote, plan, tmp_path).failed
    assert "has changed" in reason


def test_a_store_without_ranges_and_ranges_without_records_are_named(
    remote: Remote, store: Store, tmp_path: Path
) -> None:
    store.trouble(WATS[0], *["whole"] * 20)
    done = fetch(remote, Plan(CRAWL, store.base, (Item(WATS[0]), Item(WARC, 3, 50), Item(WARC, 10**9, 5))), tmp_path)
    reasons = [reason for _, reason in done.failed]
    assert "does not know ranges" in reasons[0]
    assert "no record begins at byte 3" in reasons[1]
    assert "416" in reasons[2]
    assert done.files == ()


def test_a_plan_is_read_back_and_held_to_be_hostile(tmp_path: Path) -> None:
    plan = Plan(CRAWL, "https://data.example/", (Item("a/b", 5, 6, "https://x.example/"), Item("c")), ("x.example",))
    write_plan(tmp_path / "plan.json", plan)
    assert read_plan(tmp_path / "plan.json") == plan
    for item in (Item("../a"), Item("a", -1, 5), Item("a", 0, 0)):
        write_plan(tmp_path / "bad.json", Plan(CRAWL, "https://data.example/", (item,)))
        with pytest.raises(InputError, match="no path and range"):
            read_plan(tmp_path / "bad.json")
    (tmp_path / "none.json").write_text("[]", encoding="utf-8")
    with pytest.raises(InputError, match="no plan"):
        read_plan(tmp_path / "none.json")


def test_the_command_plans_fetches_and_goes_on_after_a_kill(store: Store, tmp_path: Path) -> None:
    here = ("--base", store.base, "--allow-private", "--delay", "0")
    said = linkworthy("commoncrawl", "list", "--crawls", f"{store.base}collinfo.json", *here, "--json", cwd=tmp_path)
    assert said.json[0]["id"] == CRAWL
    asked = ("plan", CRAWL, "--domain", "shop.example", *here, "--to", "plan.json", "-q", "--json")
    planned = linkworthy("commoncrawl", *asked, cwd=tmp_path)
    assert planned.json["n_items"] == 5
    linkworthy("commoncrawl", "plan", CRAWL, "--files", "4", *here, "--to", "wats.json", "-q", cwd=tmp_path)
    command = ("commoncrawl", "fetch", "wats.json", "--to", "out", "--allow-private", "--delay", "0", "-q", "--json")
    store.trouble(WATS[0], *["slow"] * 50)
    child = subprocess.Popen(program(*command), cwd=tmp_path, env=environment(), stdout=subprocess.DEVNULL)
    until = time.monotonic() + 60
    while not any(path == WATS[0] for path, _ in store.asked) and time.monotonic() < until:
        time.sleep(0.02)
    child.send_signal(signal.SIGKILL)
    child.wait()
    store.troubles.clear()
    done = linkworthy(*command, cwd=tmp_path)
    assert json.loads(done.out)["failed"] == []
    kept = {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()}
    assert kept == {path.rpartition("/")[2]: store.files[path] for path in (WATS[0], WATS[2], WATS[4], WATS[6])}
