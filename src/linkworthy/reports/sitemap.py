"""The XML sitemap of a site: every page that a search engine may index, once, in files that keep to the limits.

Source: https://www.sitemaps.org/protocol.html (50,000 URLs and 50 MiB a file, one host a sitemap, index files) and
https://developers.google.com/search/docs/specialty/international/localized-versions (xhtml:link).
"""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urljoin
from xml.sax.saxutils import escape, quoteattr

from linkworthy import urls
from linkworthy.questions import Answers
from linkworthy.reports.formats import replacing

MAX_URLS = 50_000
MAX_BYTES = 50 * 2**20
_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
_NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"
_XHTML = "http://www.w3.org/1999/xhtml"

_PAGES = """
select p.url, p.hreflang,
    strftime(make_timestamp(epoch_us(coalesce(p.modified_at, p.last_modified_at))), '%Y-%m-%dT%H:%M:%SZ') as changed
from pages p join page_metrics m using (url)
where p.is_own and p.role <> 'probe' and p.host = ? and m.is_indexable and m.variant_of is null order by p.url
"""


@dataclass(frozen=True, slots=True)
class Sitemap:
    """What was written: the file to submit first."""

    paths: list[Path]
    n_urls: int
    n_other_hosts: int
    """Indexable own pages of other hosts: a sitemap may name pages of its own host only."""


def write_sitemap(
    answers: Answers, start: str, path: Path, *, with_alternates: bool = False, is_packed: bool = False,
    max_urls: int = MAX_URLS, max_bytes: int = MAX_BYTES,
) -> Sitemap:  # fmt: skip
    """Write the sitemap of the start page's host to a file, or an index there and numbered files beside it.

    The last change of a page is told only where the page or its server says one.
    """
    host = urls.host_of(start)
    entries = _entries(answers, host, with_alternates=with_alternates)
    files = list(_files(entries, max_urls, max_bytes, with_alternates=with_alternates))
    ending = ".gz" if is_packed else ""
    paths: list[Path] = []
    if len(files) <= 1:
        paths.append(_write(path, files[0][0] if files else _wrapped([], with_alternates=False), is_packed=is_packed))
    else:
        stem = path.name.removesuffix(".gz").removesuffix(".xml")
        names = [f"{stem}-{n}.xml{ending}" for n in range(1, len(files) + 1)]
        index = "".join(f"<sitemap><loc>{escape(urljoin(start, '/' + name))}</loc></sitemap>\n" for name in names)
        text = f'{_HEAD}<sitemapindex xmlns="{_NAMESPACE}">\n{index}</sitemapindex>\n'
        paths.append(_write(path, text, is_packed=is_packed))
        paths += [
            _write(path.with_name(name), text, is_packed=is_packed)
            for name, (text, _n) in zip(names, files, strict=True)
        ]
    others = answers.one(
        "select count(*) as n from pages p join page_metrics m using (url) where p.is_own and p.role <> 'probe' "
        "and p.host <> ? and m.is_indexable and m.variant_of is null",
        [host],
    )["n"]
    return Sitemap(paths, sum(n for _text, n in files), others)


def _entries(answers: Answers, host: str, *, with_alternates: bool) -> Iterator[str]:
    result = answers.db.execute(_PAGES, [host])
    while rows := result.fetchmany(5_000):
        for url, alternates, changed in rows:
            lines = [f"<loc>{escape(url)}</loc>"]
            if changed is not None:
                lines.append(f"<lastmod>{changed}</lastmod>")
            if with_alternates:
                lines += map(_alternate, alternates or ())
            yield f"<url>{''.join(lines)}</url>\n"


def _alternate(row: dict[str, Any]) -> str:
    return f'<xhtml:link rel="alternate" hreflang={quoteattr(row["lang"])} href={quoteattr(row["url"])}/>'


def _files(
    entries: Iterator[str], max_urls: int, max_bytes: int, *, with_alternates: bool
) -> Iterator[tuple[str, int]]:
    held: list[str] = []
    size = room = 500  # the frame around the entries
    for entry in entries:
        n_bytes = len(entry.encode())
        if held and (len(held) == max_urls or size + n_bytes > max_bytes):
            yield _wrapped(held, with_alternates=with_alternates), len(held)
            held, size = [], room
        held.append(entry)
        size += n_bytes
    if held:
        yield _wrapped(held, with_alternates=with_alternates), len(held)


def _wrapped(entries: list[str], *, with_alternates: bool) -> str:
    more = f' xmlns:xhtml="{_XHTML}"' if with_alternates else ""
    return f'{_HEAD}<urlset xmlns="{_NAMESPACE}"{more}>\n{"".join(entries)}</urlset>\n'


def _write(path: Path, text: str, *, is_packed: bool) -> Path:
    data = text.encode()
    with replacing(path) as temporary:
        temporary.write_bytes(gzip.compress(data, mtime=0) if is_packed else data)
    return path
