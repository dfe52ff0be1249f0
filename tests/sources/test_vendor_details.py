"""Older spellings and odd cells of vendors' exports."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from linkworthy.errors import InputError
from linkworthy.site import SiteConfig
from linkworthy.sources.base import Context
from linkworthy.sources.counts import NO_FIGURE
from linkworthy.sources.recognise import recognise
from tests.support import exports
from tests.support.imported import WHEN, imported
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


@pytest.mark.parametrize("scheme", ["", "https://"])
def test_urls_without_scheme_are_urls(tmp_path: Path, scheme: str) -> None:
    row = {"URL": "blog.example/post?x=1", "Target URL": f"{scheme}shop.example/shoes", "Page Authority": "12"}
    found = one(tmp_path, list(OSE), row, preamble=OSE_PREAMBLE)
    assert found["source_url"] == "http://blog.example/post?x=1"
    assert found["target_url"] == f"{scheme or 'http://'}shop.example/shoes"


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
    ("cells", "state"),
    [
        ({"Link State": "Deleted", "Lost Date": ""}, "lost"), ({"Link State": "lost"}, "lost"),
        ({"Link State": "active", "Lost Date": ""}, "live"), ({"Link State": "New"}, "live"),
        ({"Link State": "redirected"}, None), ({"Lost Date": ""}, "live"), ({"Lost Date": "2026-01-02"}, "lost"),
    ],
)  # fmt: skip
def test_moz_says_in_a_word_what_is_lost(tmp_path: Path, cells: dict[str, str], state: str | None) -> None:
    row = {"URL": "https://blog.example/", "PA": "12", "Target URL": "https://shop.example/"} | cells
    assert one(tmp_path, list(row), row)["state"] == state


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


AHREFS_2017 = (
    "#,Domain Rating,URL Rating (desc),Referring Domains,Referring Page URL,Referring Page Title,Internal Links Count,"
    "External Links Count,Link URL,TextPre,Link Anchor,TextPost,Type,Backlink Status,First Seen,Last Check,Day Lost"
)


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("Dofollow", ("text", False, None)), ("Nofollow", ("text", True, None)), ("Text", ("text", None, None)),
        ("Image, Nofollow, UGC", ("image", True, True)), ("No Follow", ("text", True, None)),
        ("Redirect", ("redirect", None, None)),
    ],
)  # fmt: skip
def test_a_type_may_say_whether_a_link_is_followed(
    tmp_path: Path, said: str, told: tuple[str, bool | None, bool | None]
) -> None:
    row = {"Referring Page URL": "https://blog.example/", "Link URL": "https://shop.example/", "Type": said}
    found = one(tmp_path, AHREFS_2017.split(","), row)
    assert tuple(map(found.get, ("kind", "is_nofollow", "is_ugc"))) == told


@pytest.mark.parametrize(
    "header",
    [
        "Typ,Quelle,Ziel,Alt-Text,Ankertext,Statuscode,Status,Follow,Rel,Linkposition",
        "Type,Source,Destination,Alt Text,Anchor,Status Code,Status,Follow,Rel,Link Position",
        "Type,De,À,Texte alternatif,Texte d'ancrage,Code HTTP,Statut,Suivre,Rel,Position du lien",
    ],
    ids=["German", "English", "French"],
)
def test_a_crawl_in_another_language_with_the_old_word_for_a_link(tmp_path: Path, header: str) -> None:
    names = header.split(",")
    cells = ["HREF", "https://blog.example/", "https://shop.example/", "", "red", "200", "OK", "false", "", "Footer"]
    path = exports.write(tmp_path, "file", exports.table_bytes(names, [cells]))
    source = recognise(path, CONFIG)
    (found,) = imported(source, path, CONFIG).rows("observations")
    assert source.reported_by == "screaming-frog"
    assert [found[name] for name in ("kind", "anchor", "is_nofollow", "region")] == ["text", "red", True, "footer"]


@pytest.mark.parametrize(
    "header",
    [
        "Quelle;Zielseite;Ankertext;Zuerst gesehen",
        "URL de origen;URL de destino;Texto de anclaje;Visto por primera vez",
        "ソースURL;リンク先;アンカーテキスト;初回検出日",
        "Страница источник;Целевая страница;Текст ссылки;Впервые обнаружено",
    ],
    ids=["de", "es", "ja", "ru"],
)  # fmt: skip
def test_headers_of_tables_in_other_languages(tmp_path: Path, header: str) -> None:
    text = header + "\r\nhttps://blog.example/;https://shop.example/x;rote Schuhe;03.02.2026\r\n"
    path = exports.write(tmp_path, "file", text.encode("utf-8-sig"))
    (found,) = imported(recognise(path, CONFIG), path, CONFIG).rows("observations")
    assert (found["anchor"], found["target_url"]) == ("rote Schuhe", "https://shop.example/x")
    assert str(found["first_seen_at"])[:10] == "2026-02-03"


def test_lines_without_scheme_are_read_as_https_and_that_is_said(tmp_path: Path) -> None:
    lines = b"example.com/page\nblog.foo.de/a?b=c,d\nhttps://x.example/\n\nwww.foo.org\nno url\n"
    path = exports.write(tmp_path, "file", lines)
    context = Context(config=CONFIG, imported_at=WHEN)
    batches = list(recognise(path, CONFIG).read(path, context))
    found = [
        url
        for batch in batches
        if batch.table == "observations" and isinstance(batch.rows, pa.Table)
        for url in batch.rows.column("source_url").to_pylist()
    ]
    assert found == [
        "https://example.com/page",
        "https://blog.foo.de/a?b=c,d",
        "https://x.example/",
        "https://www.foo.org/",
    ]
    assert sum(batch.n_rows_rejected for batch in batches) == 1
    assert context.noticed == ["3 linking pages without scheme are taken for https://"]


def test_a_list_of_hosts_gives_domains(tmp_path: Path) -> None:
    path = exports.write(tmp_path, "file", b"# mine\nblog.foo.de\nexample.com\nwww.bar.org\nshop.example\n")
    found = imported(recognise(path, CONFIG), path, CONFIG)
    assert [row["domain"] for row in found.rows("domain_reports")] == ["foo.de", "example.com", "bar.org"]
    assert (found.n_used, found.n_rejected) == (3, 2)


def test_headings_and_notes_among_counts_are_no_anchors(tmp_path: Path) -> None:
    text = b"Anchor,Backlinks Count\nred shoes,3\nAnchor,Backlinks Count\n-,0\nMade by a tool, see its help\n,7\n"
    path = exports.write(tmp_path, "file", text)
    found = imported(recognise(path, CONFIG), path, CONFIG)
    assert [(row["anchor"], row["n_links"]) for row in found.rows("anchor_reports")] == [
        ("red shoes", 3),
        ("-", 0),
        ("", 7),
    ]
    assert {row["reason"] for row in found.rows("rejects")} == {NO_FIGURE}


def test_a_point_groups_thousands_where_semicolons_part_the_cells(tmp_path: Path) -> None:
    text = b"URL;Status;UR;Referring domains;Traffic;Top keyword\nhttps://shop.example/a;;5;3;1.234;red\n"
    path = exports.write(tmp_path, "file", text)
    (found,) = imported(recognise(path, CONFIG), path, CONFIG).rows("page_reports")
    assert found["traffic"] == 1234.0


@pytest.mark.parametrize(
    "spelling", [str.upper, str.lower, lambda name: f" {name}\u00a0\u200b"], ids=["A", "a", "spaced"]
)
def test_headers_are_known_by_their_letters(tmp_path: Path, spelling: Callable[[str], str]) -> None:
    row = {spelling("SourceURL"): "https://blog.example/", spelling("TargetURL"): "https://shop.example/"}
    header = [spelling(name) for name in MAJESTIC]
    path = exports.write(tmp_path, "file", exports.table_bytes(header, exports.by_header(header, [row])))
    assert recognise(path, CONFIG).reported_by == "majestic"


def test_domains_that_the_site_links_to_are_refused(tmp_path: Path) -> None:
    header = b"Domain,DR,Dofollow ref. domains,Linked domains,Links from target,Dofollow links,First seen\n"
    path = exports.write(tmp_path, "file", header + b"a.example,3,4,5,6,7,2025-01-01\n")
    with pytest.raises(InputError, match="sites that the own site links to"):
        recognise(path, CONFIG)


@pytest.mark.parametrize(
    ("header", "cells", "by"),
    [
        (
            "Source URL,Source First Found Date,Source Crawl Date,Target URL,Source Trust Flow",
            "2025-01-01,2025-02-02,{},9", "majestic",
        ),
        ("Source page,First seen,Last seen,Target page,Toxicity score", "2025-01-01,2025-02-02,{},9", "semrush"),
        ("Backlink URL,Discovered,Last seen,Target,Score", "2025-01-01,2025-02-02,{},9", "list"),
    ],
    ids=["majestic", "semrush", "list"],
)  # fmt: skip
def test_other_words_for_the_same_columns(tmp_path: Path, header: str, cells: str, by: str) -> None:
    text = f"{header}\nhttps://blog.example/,{cells.format('https://shop.example/x')}\n"
    path = exports.write(tmp_path, "file", text.encode())
    source = recognise(path, CONFIG)
    (found,) = imported(source, path, CONFIG).rows("observations")
    assert (source.reported_by, found["target_url"]) == (by, "https://shop.example/x")
    assert [str(found[name])[:10] for name in ("first_seen_at", "last_seen_at")] == ["2025-01-01", "2025-02-02"]


def test_a_german_export_of_links_tells_region_and_keeps_all_its_columns(tmp_path: Path) -> None:
    row = {
        "Typ": "Hyperlink", "Quelle": "https://blog.example/", "Ziel": "https://shop.example/", "Ankertext": "shop",
        "Follow": "Falsch", "Pfadtyp": "Absolut", "Linkpfad": "//body/a", "Linkposition": "Fußzeile",
    }  # fmt: skip
    found = one(tmp_path, list(row), row)
    assert (found["region"], found["is_nofollow"]) == ("footer", True)
    assert dict(found["opinions"]) == {"pfadtyp": "Absolut", "linkpfad": "//body/a"}
