"""Older spellings and odd cells of vendors' exports."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from linkworthy.errors import InputError
from linkworthy.site import SiteConfig
from linkworthy.sources.recognise import recognise
from tests.support import exports
from tests.support.imported import imported
from tests.support.vendor_exports import MAJESTIC, OSE, OSE_PREAMBLE

CONFIG = SiteConfig(url="https://shop.example/")


def one(
    folder: Path, header: list[str], row: dict[str, str], table: str = "observations", **form: Any
) -> dict[str, Any]:
    path = exports.write(folder, "file", exports.table_bytes(header, exports.by_header(header, [row]), **form))
    (found,) = imported(recognise(path, CONFIG), path, CONFIG).rows(table)
    return found


def test_anchor_and_target_in_one_cell_are_parted(tmp_path: Path) -> None:
    row = {
        "Referring page": "https://blog.example/",
        "Anchor and target URL": "red shoes https://shop.example/a",
        "DR": "3",
    }
    found = one(tmp_path, ["DR", "Referring page", "Kw.", "Anchor and target URL"], row)
    assert (found["anchor"], found["target_url"]) == ("red shoes", "https://shop.example/a")


def test_spaces_around_headers_do_not_matter(tmp_path: Path) -> None:
    header = [f" {name} " for name in exports.SEMRUSH]
    row = {" Source url ": "https://blog.example/", " Target url ": "https://shop.example/", " Nofollow ": "TRUE"}
    assert one(tmp_path, header, row)["is_nofollow"] is True


def test_urls_without_scheme_are_urls(tmp_path: Path) -> None:
    row = {"URL": "blog.example/post?x=1", "Target URL": "shop.example/shoes", "Page Authority": "12"}
    found = one(tmp_path, list(OSE), row, preamble=OSE_PREAMBLE)
    assert (found["source_url"], found["target_url"]) == ("http://blog.example/post?x=1", "http://shop.example/shoes")


@pytest.mark.parametrize(
    ("cells", "state", "lost_on"),
    [
        ({"FlagDeleted": "1", "DateLost": "2026-01-02"}, "lost", "2026-01-02"),
        ({"FlagDeleted": "+"}, "lost", "None"),
        ({"FlagDeleted": "0", "DateLost": "0000-00-00"}, "live", "None"),
        ({"FlagDeleted": "-"}, "live", "None"),
        ({"DateLost": "2026-01-02"}, "lost", "2026-01-02"),
    ],
)
def test_majestic_says_by_flag_and_by_date_what_is_lost(
    tmp_path: Path, cells: dict[str, str], state: str, lost_on: str
) -> None:
    row = {"SourceURL": "https://blog.example/", "TargetURL": "https://shop.example/"} | cells
    found = one(tmp_path, list(MAJESTIC), row)
    assert (found["state"], str(found["lost_at"])[:10]) == (state, lost_on)


@pytest.mark.parametrize(
    ("cells", "kind"),
    [
        ({"LinkType": "TextLink"}, "text"), ({"LinkType": "ImageLink"}, "image"), ({"LinkType": "Frame"}, "frame"),
        ({"LinkType": "Redirect"}, "redirect"), ({"LinkType": "Nonesuch"}, "unknown"),
    ],
)  # fmt: skip
def test_majestic_s_kinds_of_link(tmp_path: Path, cells: dict[str, str], kind: str) -> None:
    row = {"SourceURL": "https://blog.example/", "TargetURL": "https://shop.example/"} | cells
    assert one(tmp_path, list(MAJESTIC), row)["kind"] == kind


def test_a_mention_is_no_link(tmp_path: Path) -> None:
    header = [name for name in MAJESTIC if name != "LinkType"]
    row = {"SourceURL": "https://blog.example/", "TargetURL": "https://shop.example/", "FlagMention": "+"}
    assert one(tmp_path, header, row, "rejects")["reason"] == "resource or relation, not a link that a reader follows"


@pytest.mark.parametrize(("flag", "kind"), [("Text", "text"), ("Image", "image"), ("Frame", "frame"), ("", "unknown")])
def test_semrush_s_flags_name_the_kind(tmp_path: Path, flag: str, kind: str) -> None:
    row = {"Source url": "https://blog.example/", "Target url": "https://shop.example/", flag: "true"}
    assert one(tmp_path, exports.SEMRUSH, row)["kind"] == kind


def test_filters_of_an_export_are_no_data(tmp_path: Path) -> None:
    path = exports.write(tmp_path, "file", b"Filter,Value\nSearch type,Web\nDate,Last 3 months\n")
    with pytest.raises(InputError, match="filters of a Search Console export"):
        recognise(path, CONFIG)


def test_a_header_alone_is_told_and_has_no_rows(tmp_path: Path) -> None:
    path = exports.write(tmp_path, "file", exports.table_bytes(exports.AHREFS_DOMAINS, []))
    source = recognise(path, CONFIG)
    assert imported(source, path, CONFIG).n_used == 0
    assert (source.recognised_as.partition(",")[0], source.detail) == (
        "Ahrefs referring domains",
        "it has a header and no rows",
    )


def test_names_given_by_the_user_count_more_than_a_vendor_s_layout(tmp_path: Path) -> None:
    header = ["Referring page URL", "Domain rating", "Where", "Target URL"]
    row = ["https://blog.example/", "3", "https://forum.example/", "https://shop.example/"]
    path = exports.write(tmp_path, "file", exports.table_bytes(header, [row]))
    source = recognise(path, CONFIG, {"source": "Where", "target": "Target URL"})
    (found,) = imported(source, path, CONFIG).rows("observations")
    assert (found["source_url"], found["reported_by"]) == ("https://forum.example/", "list")
    assert recognise(path, CONFIG, {"source": "1"}).reported_by == "ahrefs"
    assert recognise(path, CONFIG, {"source": "URL"}).reported_by == "ahrefs"
