"""Link intersects: a column for each site that was compared."""

from __future__ import annotations

from pathlib import Path

from linkworthy.site import SiteConfig
from linkworthy.sources.intersect import NO_TARGET
from linkworthy.sources.recognise import recognise
from tests.support import exports
from tests.support.imported import Imported, imported
from tests.support.vendor_exports import INTERSECT

CONFIG = SiteConfig(url="https://shop.example/")


def read(folder: Path, rows: list[dict[str, str]], header: tuple[str, ...] = INTERSECT) -> Imported:
    path = exports.write(folder, "file", exports.table_bytes(header, exports.by_header(header, rows)))
    source = recognise(path, CONFIG)
    assert source.reported_by == "ahrefs"
    assert source.recognised_as.startswith("Ahrefs link intersect")
    return imported(source, path, CONFIG)


def test_each_site_that_a_page_links_to_is_an_observation(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        [
            {
                "Referring page URL": "https://blog.example/a",
                "Domain rating": "40",
                "Intersect": "2",
                "shop.example/": "1",
                "rival.example/": "3",
            },
            {
                "Referring page URL": "https://blog.example/b",
                "rival.example/": "https://rival.example/x",
                "other.example/": "0",
            },
        ],
    )
    assert (found.n_used, found.n_rejected) == (2, 0)
    told = [(row["row"], row["rival_domain"], row["target_url"]) for row in found.rows("observations")]
    assert told == [(1, None, None), (1, "rival.example", None), (2, "rival.example", "https://rival.example/x")]
    assert dict(found.rows("observations")[0]["opinions"])["domain rating"] == "40"


def test_rows_that_lead_nowhere_or_come_from_nowhere_are_rejected(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        [
            {"Referring page URL": "https://blog.example/a", "shop.example/": "-"},
            {"Referring page URL": "blog", "shop.example/": "1"},
            {"Referring page URL": "https://shop.example/b", "rival.example/": "1"},
        ],
    )
    assert (found.n_used, found.n_rejected) == (0, 3)
    reasons = {row["row"]: row["reason"] for row in found.rows("rejects")}
    assert reasons[1] == NO_TARGET
    assert reasons[2].startswith("linking page: ")
    assert reasons[3] == "internal link, not a backlink"


def test_a_cell_of_an_own_page_is_its_target(tmp_path: Path) -> None:
    found = read(
        tmp_path, [{"Referring page URL": "https://blog.example/a", "shop.example/": "https://shop.example/shoes"}]
    )
    (row,) = found.rows("observations")
    assert (row["target_url"], row["rival_domain"]) == ("https://shop.example/shoes", None)


def test_an_intersect_of_domains_counts_links_to_each_site(tmp_path: Path) -> None:
    header = ("Domain", "DR", "Intersect", "shop.example/", "rival.example/", "other.example/")
    rows = [["blog.example", "40", "2", "1,204", "3", "0"], ["dull.example", "1", "0", "", "", ""]]
    path = exports.write(tmp_path, "file", exports.table_bytes(header, rows))
    found = imported(recognise(path, CONFIG), path, CONFIG)
    assert (found.n_used, found.n_rejected) == (1, 1)
    told = [(row["host"], row["rival_domain"], row["n_links"]) for row in found.rows("domain_reports")]
    assert told == [("blog.example", None, 1204), ("blog.example", "rival.example", 3)]
    assert dict(found.rows("domain_reports")[0]["opinions"]) == {"dr": "40", "intersect": "2"}
    assert found.rows("rejects")[0]["sample"] == "dull.example"
