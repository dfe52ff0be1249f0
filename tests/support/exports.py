"""Writers of the files that other tools export, by their published headers: no line of any real export is in them."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

AHREFS = [
    "Referring page title",
    "Referring page URL",
    "Language",
    "Platform",
    "Referring page HTTP code",
    "Domain rating",
    "UR",
    "Domain traffic",
    "Referring domains",
    "Linked domains",
    "External links",
    "Page traffic",
    "Keywords",
    "Target URL",
    "Left context",
    "Anchor",
    "Right context",
    "Redirect Chain URLs",
    "Redirect Chain status codes",
    "Type",
    "Is spam",
    "Content",
    "Nofollow",
    "UGC",
    "Sponsored",
    "Rendered",
    "Raw",
    "Lost status",
    "Drop reason",
    "Discovered status",
    "First seen",
    "Last seen",
    "Lost",
    "Author",
    "Page type",
    "Page category",
    "Links in group",
]
AHREFS_OLD = [
    "#",
    "DR",
    "URL rating",
    "Ref. page URL",
    "Ref. page title",
    "Link URL",
    "Link anchor",
    "Type",
    "Nofollow",
    "First seen",
    "Last check",
    "Day lost",
]
AHREFS_DOMAINS = [
    "Domain",
    "Is spam",
    "DR",
    "Dofollow ref. domains",
    "Dofollow linked domains",
    "Traffic ",
    "Keywords ",
    "Links to target",
    "Dofollow links",
    "First seen",
    "Lost",
]
SCREAMING_FROG = [
    "Type",
    "Source",
    "Destination",
    "Size (Bytes)",
    "Alt Text",
    "Anchor",
    "Status Code",
    "Status",
    "Follow",
    "Target",
    "Rel",
    "Path Type",
    "Link Path",
    "Link Position",
    "Link Origin",
]
LATEST_LINKS = {
    "en": ("Linking page", "Last crawled"),
    "de": ("Verweisende Seite", "Zuletzt gecrawlt"),
    "he": ("דף מקשר", "סריקה אחרונה"),
    "ja": ("リンク元ページ", "前回のクロール"),
}
TOP_PAGES = ("Target page", "Incoming links", "Linking sites")
TOP_SITES = ("אתר", "דפים מקשרים", "דפי יעד")
BING_PAGES = ("Source Url", "Anchor text", "Target Url")
SEMRUSH = [
    "Page ascore",
    "Source title",
    "Source url",
    "Target url",
    "Anchor",
    "External links",
    "Internal links",
    "Nofollow",
    "Sponsored",
    "Ugc",
    "Text",
    "Frame",
    "Form",
    "Image",
    "Sitewide",
    "First seen",
    "Last seen",
    "New link",
    "Lost link",
]
MAJESTIC = (
    '"SourceURL","AnchorText","SourceTrustFlow","TargetURL","FlagNoFollow","FirstIndexedDate","LastSeenDate"'.replace(
        '"', ""
    ).split(",")
)

MARKS = {"utf-8-sig": codecs.BOM_UTF8, "utf-16-le": codecs.BOM_UTF16_LE, "utf-16-be": codecs.BOM_UTF16_BE}


def table_bytes(
    header: Sequence[str],
    rows: Iterable[Sequence[str]],
    *,
    delimiter: str = ",",
    encoding: str = "utf-8",
    line_end: str = "\n",
    quote_all: bool = False,
    preamble: Sequence[str] = (),
) -> bytes:
    """Write a delimited table as bytes; UTF-16 gets its byte order mark."""
    text = io.StringIO()
    for line in preamble:
        text.write(line + line_end)
    writer = csv.writer(
        text, delimiter=delimiter, lineterminator=line_end, quoting=csv.QUOTE_ALL if quote_all else csv.QUOTE_MINIMAL
    )
    if header:
        writer.writerow(header)
    writer.writerows(rows)
    mark = MARKS.get(encoding, b"")
    return mark + text.getvalue().encode("utf-8" if encoding == "utf-8-sig" else encoding)


def by_header(header: Sequence[str], rows: Iterable[Mapping[str, str]]) -> list[list[str]]:
    """Lay rows out under a header; cells that are not given are empty."""
    return [[row.get(name, "") for name in header] for row in rows]


def ahrefs_tsv(rows: Iterable[Mapping[str, str]]) -> bytes:
    """Write Ahrefs' "Excel" variant: UTF-16 with mark, tabs, all cells quoted, CRLF."""
    return table_bytes(
        AHREFS, by_header(AHREFS, rows), delimiter="\t", encoding="utf-16-le", quote_all=True, line_end="\r\n"
    )


def ahrefs_csv(rows: Iterable[Mapping[str, str]], delimiter: str = ",") -> bytes:
    """Write Ahrefs' UTF-8 CSV."""
    return table_bytes(AHREFS, by_header(AHREFS, rows), delimiter=delimiter)


def all_inlinks(rows: Iterable[Mapping[str, str]], *, title: bool = False) -> bytes:
    """Write Screaming Frog's all_inlinks: mark, quoted cells, a title line on demand."""
    return table_bytes(
        SCREAMING_FROG,
        by_header(SCREAMING_FROG, rows),
        encoding="utf-8-sig",
        quote_all=True,
        preamble=['"All Inlinks"'] if title else (),
    )


def latest_links(rows: Iterable[tuple[str, str]], language: str = "en") -> bytes:
    """Write Search Console's latest links under the headers of a language."""
    return table_bytes(LATEST_LINKS[language], rows)


def combined_line(
    path: str = "/",
    referrer: str = "-",
    *,
    day: str = "17/May/2026",
    clock: str = "10:05:03 +0000",
    status: int = 200,
    agent: str = "Mozilla/5.0 (X11; Linux x86_64) Gecko/20100101 Firefox/140.0",
    method: str = "GET",
    prefix: str = "",
) -> str:
    """Write one line of a combined access log."""
    return f'{prefix}192.0.2.7 - - [{day}:{clock}] "{method} {path} HTTP/1.1" {status} 1234 "{referrer}" "{agent}"\n'


def write(folder: Path, name: str, content: bytes) -> Path:
    """Put bytes into a file."""
    path = folder / name
    path.write_bytes(content)
    return path
