from __future__ import annotations

import gzip
import os
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from linkworthy.engine.embedded import Embedded
from linkworthy.engine.progress import SILENT
from linkworthy.site import Run, Site, SiteConfig
from linkworthy.sources.importer import import_files, walk
from linkworthy.tables import TABLES
from tests.support import exports
from tests.support.runs import make_run

CONFIG = SiteConfig(url="https://shop.example/")
ROWS = [
    {
        "Referring page URL": f"https://Blog{n}.example/post?id={n}",
        "Referring page title": f'A "title", \nwith a break {n}',
        "Target URL": "https://www.shop.example/shoes",
        "Anchor": "Schuhe, 靴",
        "Type": ("text", "image", "odd")[n % 3],
        "Nofollow": ("true", "false", "")[n % 3],
        "First seen": "2026-01-02 03:04:05",
        "Last seen": "2026-05-06 00:00:00",
        "Lost": "2026-06-01 00:00:00" if n % 2 else "",
        "Domain rating": str(n),
        "Is spam": "false",
    }
    for n in range(12)
]


def imported(
    run: Run, *files: Path, mapping: dict[str, str] | None = None, config: SiteConfig = CONFIG
) -> dict[str, Any]:
    facts = import_files(run, config, Embedded(workers=1), SILENT, files, mapping)
    for row in rows_of(run, "imports"):
        assert row["n_rows_in"] == row["n_rows_used"] + row["n_rows_rejected"]
        assert row["n_rows_rejected"] == sum(reject["file"] == row["file"] for reject in rows_of(run, "rejects"))
    return facts


def rows_of(run: Run, table: str) -> list[dict[str, Any]]:
    return [row for path in run.files(table) for row in pq.read_table(path).to_pylist()]


def one(tmp_path: Path, content: bytes, **more: Any) -> tuple[Run, dict[str, Any]]:
    run = make_run(tmp_path)
    facts = imported(run, exports.write(tmp_path, "given.csv", content), **more)
    return run, facts["files"][0]


@pytest.mark.parametrize("content", [exports.ahrefs_tsv(ROWS), exports.ahrefs_csv(ROWS), exports.ahrefs_csv(ROWS, ";")])
def test_an_ahrefs_export_is_read_whole_in_each_of_its_forms(tmp_path: Path, content: bytes) -> None:
    run, told = one(tmp_path, content)
    assert (told["state"], told["reported_by"], told["n_rows_in"], told["n_rows_used"]) == ("read", "ahrefs", 12, 12)
    assert told["last_at"].startswith("2026-06-01")
    found = sorted(rows_of(run, "observations"), key=lambda row: row["row"])
    for n, (row, given_row) in enumerate(zip(found, ROWS, strict=True)):
        assert row["row"] == n + 1
        assert row["source_url"] == given_row["Referring page URL"].replace("Blog", "blog")
        assert row["source_domain"] == f"blog{n}.example"
        assert (row["target_url"], row["anchor"]) == (given_row["Target URL"], given_row["Anchor"])
        assert row["source_title"] == given_row["Referring page title"]
        assert row["kind"] == ("text", "image", "unknown")[n % 3]
        assert row["is_nofollow"] is (True, False, None)[n % 3]
        assert (row["state"], row["lost_at"] is None) == (("lost", False) if n % 2 else ("live", True))
        assert dict(row["opinions"]) == {"domain rating": str(n), "is spam": "false"}
        assert row["is_lead"] is False


def test_rows_that_cannot_be_used_are_kept_with_their_reason(tmp_path: Path) -> None:
    bad = [
        {"Referring page URL": "mailto:me@blog.example", "Target URL": "https://shop.example/"},
        {"Referring page URL": "", "Target URL": "https://shop.example/"},
        {"Referring page URL": "https://blog.example/", "Target URL": "https://elsewhere.example/"},
        {"Referring page URL": "https://shop.example/a", "Target URL": "https://shop.example/"},
        {"Referring page URL": "https://blog.example/", "Target URL": "javascript:void(0)"},
    ]
    run, told = one(tmp_path, exports.ahrefs_csv([*ROWS, *bad]))
    assert (told["n_rows_used"], told["n_rows_rejected"]) == (12, 5)
    rejects = sorted(rows_of(run, "rejects"), key=lambda row: row["row"])
    assert [(row["row"], row["reason"]) for row in rejects] == [
        (13, "linking page: not http or https"),
        (14, "linking page: empty URL"),
        (15, "link to another site, not a backlink"),
        (16, "internal link, not a backlink"),
        (17, "target: not http or https"),
    ]
    assert rejects[2]["sample"] == "https://blog.example/ → https://elsewhere.example/"


def test_an_export_about_another_site_is_refused_by_name(tmp_path: Path) -> None:
    run, told = one(tmp_path, exports.ahrefs_csv(ROWS), config=SiteConfig(url="https://another.example/"))
    assert told["state"] == "refused"
    assert told["detail"].startswith(
        "its links lead to shop.example (12 of 12), and the site is another.example; which is meant?"
    )
    assert "name shop.example in site.toml" in told["detail"]
    assert not rows_of(run, "observations")
    assert not rows_of(run, "rejects")


def test_a_list_of_own_pages_is_refused(tmp_path: Path) -> None:
    _, told = one(tmp_path, b"https://shop.example/a\nhttps://shop.example/b\n")
    assert (told["state"], told["detail"]) == (
        "refused",
        "it lists pages of shop.example itself (2) and no linking page",
    )


def test_a_crawl_s_inlinks_give_its_backlinks_and_refuse_the_rest(tmp_path: Path) -> None:
    def link(source: str, target: str, **more: str) -> dict[str, str]:
        return {"Type": "Hyperlink", "Source": source, "Destination": target, "Follow": "TRUE", **more}

    blog, shop = "https://blog.example/", "https://shop.example/"
    rows = [
        link(shop, shop + "a"),
        link(shop, blog),
        link(blog, shop, Anchor="shop", Rel="ugc noopener", Follow="FALSE", **{"Link Position": "Footer"}),
        link(blog, shop + "logo.png", Type="Image"),
        link(blog, shop, **{"Alt Text": "logo"}),
    ]
    run, told = one(tmp_path, exports.all_inlinks(rows, title=True))
    assert (told["reported_by"], told["n_rows_used"], told["n_rows_rejected"]) == ("screaming-frog", 2, 3)
    text, image = sorted(rows_of(run, "observations"), key=lambda row: row["row"])
    assert (text["anchor"], text["kind"], text["region"]) == ("shop", "text", "footer")
    assert (text["is_nofollow"], text["is_ugc"], text["is_sponsored"]) == (True, True, False)
    assert (image["anchor"], image["kind"], image["is_nofollow"]) == ("logo", "image", False)
    own = [link(shop, shop + "a"), link(shop, blog)]
    _, told = one(tmp_path / "own", exports.all_inlinks(own)) if (tmp_path / "own").mkdir() is None else (None, {})
    assert (told["state"], told["detail"]) == ("read", "no row of it is a backlink; the table of rejects says why")


@pytest.mark.parametrize(
    ("content", "n_used", "n_rejected"),
    [
        (b"Linking page,Last crawled\nn/a,2026-01-02\nhttps://a.example/,2026-01-03\n", 1, 1),
        (b"Seite;Tag\n-;2026-01-02\n;3.1.2026\nhttps://a.example/;2026-01-03\n", 1, 2),
        (b"made by hand,2026\nURL,Title\nno url,a title\nhttps://a.example/,b\n", 1, 1),
        (b"a.example/page\nhttps://a.example/\n", 2, 0),
        (b"my links\nhttps://a.example/\n", 1, 0),
    ],
    ids=["known-words", "unknown-words", "behind-a-preamble", "no-header", "one-column"],
)
def test_rows_without_a_url_before_the_first_one_are_no_header(
    tmp_path: Path, content: bytes, n_used: int, n_rejected: int
) -> None:
    _, told = one(tmp_path, content)
    assert (told["n_rows_used"], told["n_rows_rejected"]) == (n_used, n_rejected)


@pytest.mark.parametrize(
    ("content", "detail"),
    [
        (exports.ahrefs_csv([]), "it has a header and no rows"),
        (b"Linking page,Last crawled\n", "one line, a header without rows?, no link data that is known here"),
    ],
    ids=["known-header", "unknown-header"],
)
def test_an_export_without_rows_is_told(tmp_path: Path, content: bytes, detail: str) -> None:
    _, told = one(tmp_path, content)
    assert (told["n_rows_in"], told["detail"]) == (0, detail)


def test_latest_links_give_linking_pages_with_the_day_of_their_crawl(tmp_path: Path) -> None:
    run, told = one(tmp_path, exports.latest_links([("https://blog.example/ä", "15.9.2026")] * 2, "de"))
    assert told["reported_by"] == "search-console"
    first, _ = rows_of(run, "observations")
    assert (first["source_url"], first["target_url"], first["anchor"]) == ("https://blog.example/%C3%A4", None, None)
    assert (first["kind"], str(first["last_seen_at"])) == ("unknown", "2026-09-15 00:00:00+00:00")


def test_columns_are_taken_from_the_user_s_word(tmp_path: Path) -> None:
    table = exports.table_bytes(["a", "b", "c"], [["https://one.example/", "x", "https://shop.example/"]])
    run, _ = one(tmp_path, table, mapping={"source": "A", "anchor": "2", "target": "c"})
    (row,) = rows_of(run, "observations")
    assert (row["source_url"], row["anchor"], row["target_url"]) == (
        "https://one.example/",
        "x",
        "https://shop.example/",
    )


def test_lines_before_the_header_are_skipped(tmp_path: Path) -> None:
    header = ["URL", "Title", "Anchor Text", "Spam Score", "Target URL"]
    rows = [["https://blog.example/", "t", "shoes", "3", "https://shop.example/"]]
    run, told = one(tmp_path, exports.table_bytes(header, rows, preamble=["Links", "", "for: shop.example", ""]))
    (found,) = rows_of(run, "observations")
    assert (found["anchor"], dict(found["opinions"])) == ("shoes", {"spam score": "3"})
    assert (told["n_rows_in"], told["reported_by"]) == (1, "list")


def test_a_bad_file_does_not_stop_the_others(tmp_path: Path) -> None:
    run = make_run(tmp_path)
    folder = tmp_path / "files"
    (folder / "deep").mkdir(parents=True)
    exports.write(folder, "a.csv", b"\x89PNG\r\n\x1a\n")
    exports.write(folder / "deep", "b.csv", exports.ahrefs_csv(ROWS))
    exports.write(folder, ".hidden", b"x")
    facts = imported(run, folder, tmp_path / "none.csv")
    assert [row["state"] for row in facts["files"]] == ["refused", "read", "refused"]
    assert [Path(row["file"]).name for row in facts["refused"]] == ["a.csv", "none.csv"]
    assert "PNG image" in facts["refused"][0]["detail"]
    assert len(rows_of(run, "observations")) == 12
    assert len(rows_of(run, "imports")) == 3


def test_a_pipe_is_refused_and_never_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    facts = imported(make_run(tmp_path), tmp_path / "pipe")
    assert "no regular file" in facts["refused"][0]["detail"]


def test_a_damaged_file_gives_what_can_be_read(tmp_path: Path) -> None:
    whole = gzip.compress(exports.ahrefs_csv(ROWS * 2000), compresslevel=1)
    run, told = one(tmp_path, whole[: len(whole) // 2])
    assert told["state"] == "damaged"
    assert "damaged after" in told["detail"]
    assert 1000 < told["n_rows_used"] < 24_000
    assert told["n_rows_used"] == len(rows_of(run, "observations"))


def test_the_same_content_again_replaces_itself(tmp_path: Path) -> None:
    run = make_run(tmp_path)
    path = exports.write(tmp_path, "a.csv", exports.ahrefs_csv(ROWS))
    twin = exports.write(tmp_path, "b.csv", exports.ahrefs_csv(ROWS))
    assert len(imported(run, path, twin)["files"]) == 1
    run.publish()
    site = Site(tmp_path / "site")
    again = site.begin("import", {})
    imported(again, twin)
    assert {row["file"] for row in rows_of(again, "observations")} == {str(twin)}
    assert len(rows_of(again, "observations")) == 12


def test_a_killed_import_begins_its_file_anew_and_leaves_finished_ones(tmp_path: Path) -> None:
    run = make_run(tmp_path)
    path = exports.write(tmp_path, "a.csv", exports.ahrefs_csv(ROWS))
    group = f"import-{imported(run, path)['files'][0]['content_hash'][:10]}"
    other = exports.write(tmp_path, "b.csv", exports.latest_links([("https://blog.example/", "2026-01-01")]))
    run.write("rejects", "import-0000000000", [])
    before = run.path("observations", group, 0).stat().st_mtime_ns
    facts = imported(run, path, other)
    assert run.path("observations", group, 0).stat().st_mtime_ns == before
    assert [row["n_rows_used"] for row in facts["files"]] == [12, 1]
    next_group = f"import-{facts['files'][1]['content_hash'][:10]}"
    run.write("observations", next_group, rows_of(run, "observations")[:3], 7)
    run._state["steps"].pop(next_group)
    imported(run, other)
    assert len(run.files("observations")) == 2


def test_progress_is_told_in_bytes(tmp_path: Path) -> None:
    class Heard:
        def __init__(self) -> None:
            self.said: list[tuple[int, int | None]] = []

        def start(self, task: str, total: int | None = None) -> None:
            self.said.append((0, total))

        def update(self, done: int, total: int | None = None, note: str = "") -> None:
            self.said.append((done, total))

        def finish(self, note: str = "") -> None: ...

    heard = Heard()
    files = [exports.write(tmp_path, f"{n}.csv", exports.ahrefs_csv(ROWS[n:])) for n in range(2)]
    total = sum(path.stat().st_size for path in files)
    import_files(make_run(tmp_path), CONFIG, Embedded(workers=1), heard, files)
    assert heard.said[-1] == (total, total)
    assert heard.said == sorted(heard.said, key=lambda pair: pair[0])


def test_a_folder_s_files_come_once_and_in_order(tmp_path: Path) -> None:
    for name in ("b", "a"):
        exports.write(tmp_path, name, b"")
    assert [path.name for path in walk([tmp_path / "b", tmp_path])] == ["b", "a"]


CELL = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=12)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    cells=st.lists(st.tuples(CELL, CELL, st.sampled_from(["", "a,b", 'c"d', "e;f"])), min_size=1, max_size=8),
    form=st.sampled_from(["tsv", ",", ";"]),
)
def test_any_words_in_a_table_come_back(
    tmp_path_factory: pytest.TempPathFactory, cells: list[tuple[str, str, str]], form: str
) -> None:
    rows = [
        {
            "Referring page URL": f"https://blog.example/{n}",
            "Target URL": "https://shop.example/",
            "Referring page title": title,
            "Anchor": anchor,
            "Platform": platform,
        }
        for n, (title, anchor, platform) in enumerate(cells)
    ]
    content = exports.ahrefs_tsv(rows) if form == "tsv" else exports.ahrefs_csv(rows, form)
    if form != "tsv" and any("\r" in cell for row in cells for cell in row):
        return  # csv.writer leaves a lone CR bare
    run, told = one(tmp_path_factory.mktemp("words"), content)
    assert told["n_rows_used"] == len(rows)
    found = sorted(rows_of(run, "observations"), key=lambda row: row["row"])
    assert [(row["source_title"] or "", row["anchor"]) for row in found] == [
        (title, anchor) for title, anchor, _ in cells
    ]
    assert [dict(row["opinions"]).get("platform", "") for row in found] == [platform for _, _, platform in cells]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.binary(max_size=300)
    | st.tuples(
        st.sampled_from([exports.ahrefs_csv(ROWS[:2]), exports.ahrefs_tsv(ROWS[:2])]), st.binary(max_size=60)
    ).map(b"".join)
)
def test_any_bytes_are_read_or_refused(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    folder = tmp_path_factory.mktemp("bytes")
    _, told = one(folder, content)
    assert told["state"] in {"read", "refused", "damaged"}


def test_every_table_a_source_writes_is_known() -> None:
    assert {"imports", "observations", "visits", "rejects"} <= TABLES.keys()
