"""Every vendor's export as spreadsheets of other countries and careless hands leave it: all of it is read."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from linkworthy.site import SiteConfig
from linkworthy.site.parts import as_table
from linkworthy.sources.base import Context
from linkworthy.sources.recognise import recognise
from linkworthy.tables import table as table_named
from tests.support import exports
from tests.support.imported import WHEN
from tests.support.vendor_exports import COUNTS, LINKS, Export

CONFIG = SiteConfig(url="https://shop.example/")
N_ROWS = 9
SUBJECTS = {
    "observations": "source_url", "domain_reports": "host", "popularity": "host", "page_reports": "url",
    "keyword_reports": "keyword", "anchor_reports": "anchor",
}  # fmt: skip


class Disguise(NamedTuple):
    """How a table is written anew."""

    delimiter: str
    encoding: str
    dates: str
    decimal_mark: str
    thousands: str
    header: Callable[[str], str]
    titles: Sequence[str] = ()
    more_columns: Sequence[str] = ()
    has_dirt: bool = False


GERMAN = Disguise(
    ";",
    "utf-8-sig",
    "%d.%m.%Y %H:%M",
    ",",
    ".",
    "{}  ".format,
    titles=("Export für shop.example", "", "Stand: 22.11.2026"),
)
AMERICAN = Disguise(
    "\t", "utf-16-le", "%m/%d/%Y %I:%M:%S %p", ".", ",", str.upper, more_columns=("Owner", ""), has_dirt=True
)
FRENCH = Disguise("|", "utf-8", "%d/%m/%Y", ",", "\u202f", lambda name: name.replace(" ", "\u00a0"), has_dirt=True)
GIVEN: dict[str, Callable[[int], Any]] = {
    "source_url": "https://blog{}.example/post?a=1".format,
    "target_url": "https://shop.example/p/{}".format,
    "anchor": 'große "rote" Schuhe;\nPaar {}'.format,
    "source_title": "Titel, | {}".format,
    "host": "site-{}.example".format,
    "url": "https://shop.example/{}".format,
    "keyword": "schöner schuh {}".format,
    "country": lambda _: "de",
    "status": lambda n: (200, 301, 404)[n % 3],
    "is_nofollow": lambda n: n % 2 == 0,
    "is_ugc": lambda n: n % 3 == 0,
    "is_sponsored": lambda _: False,
    "first_seen_at": lambda n: datetime(2025, 3, 20 + n, tzinfo=UTC),
    "last_seen_at": lambda n: datetime(2026, 5, 14 + n, tzinfo=UTC),
    "lost_at": lambda n: datetime(2026, 6, 20, tzinfo=UTC) if n % 2 else None,
    "day": lambda n: datetime(2026, 2, 14 + n, tzinfo=UTC),
    "score": lambda n: n + 0.25,
    "position": lambda n: n + 1.5,
    "rank": lambda n: n + 1,
}


def written(export: Export, name: str, value: Any, form: Disguise) -> str:
    if value is None or isinstance(value, bool):
        return "" if value is None else export.flags[0 if value else 1]
    if isinstance(value, datetime):
        return str(int(value.timestamp())) if export.dates == "%s" else value.strftime(form.dates)
    if isinstance(value, float):
        return str(value).replace(".", form.decimal_mark)
    if isinstance(value, int):
        return str(value) if name in {"rank", "status"} else f"{value:,}".replace(",", form.thousands)
    if name == "host" and export.name == "common crawl":
        return ".".join(reversed(value.split(".")))
    return f"https://{value}" if name == "host" and export.name in {"crux", "bing domains"} else str(value)


def content(export: Export, rows: Sequence[dict[str, Any]], form: Disguise) -> tuple[bytes, int]:
    """Write rows in disguise; gives how many rows of dirt stand among them."""
    header = (*export.header, *(form.more_columns if export.has_header else ()))
    cells = [
        {**export.constant, **{export.says[name]: written(export, name, value, form) for name, value in row.items()}}
        for row in rows
    ]
    lines = exports.by_header(header, cells)
    n_dirt = 0
    if form.has_dirt and export.has_header:
        lines[4:4] = [["n/a"] * len(header)]
        n_dirt = 1
    text = io.StringIO()
    titles = form.titles if export.has_header else ()
    text.writelines(f"{line}\r\n" for line in (*titles, *export.preamble))
    writer = csv.writer(text, delimiter=form.delimiter, lineterminator="\r\n", quoting=csv.QUOTE_ALL)
    writer.writerows([[*map(form.header, header)]] if export.has_header else [])
    writer.writerows(lines)
    mark = exports.MARKS.get(form.encoding, b"")
    return mark + text.getvalue().encode(form.encoding.removesuffix("-sig")), n_dirt


@pytest.mark.parametrize("form", [GERMAN, AMERICAN, FRENCH], ids=["German", "American", "French"])
@pytest.mark.parametrize("export", [*LINKS, *COUNTS], ids=lambda export: export.name)
def test_an_export_in_disguise_is_read_whole(tmp_path: Path, export: Export, form: Disguise) -> None:
    if export.name == "bing pages":
        form = form._replace(header="{}".format, more_columns=())  # to the letter: other tables have these columns too
    rows = [{name: GIVEN.get(name, _count)(n) for name in export.says} for n in range(N_ROWS)]
    data, n_dirt = content(export, rows, form)
    path = exports.write(tmp_path, "file", data)
    source = recognise(path, CONFIG)
    assert source.reported_by == export.reported_by
    found: dict[str, list[dict[str, Any]]] = {}
    n_used = n_rejected = 0
    for batch in source.read(path, Context(config=CONFIG, imported_at=WHEN)):
        found.setdefault(batch.table, []).extend(as_table(table_named(batch.table), batch.rows).to_pylist())
        n_used += batch.n_rows_used
        n_rejected += batch.n_rows_rejected
    assert (n_used, n_rejected) == (N_ROWS, n_dirt), found.get("rejects")
    subject = SUBJECTS[export.table]
    told = {row[subject].replace("\r\n", "\n"): row for row in found[export.table]}
    for row in rows:
        got = told[row[subject]]
        wrong = {name: got[name] for name, value in row.items() if not _same(got[name], value)}
        assert wrong == {}


def _count(n: int) -> int:
    return 1_234 + n


def _same(found: Any, value: Any) -> bool:
    if isinstance(value, datetime):
        return bool(found == (value if isinstance(found, datetime) else value.date()))
    return bool((found.replace("\r\n", "\n") if isinstance(found, str) else found) == value)
