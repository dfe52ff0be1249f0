"""Tables in which vendors count instead of listing links: referring domains, anchors, pages, queries, popularity."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from linkworthy import urls
from linkworthy.errors import InputError
from linkworthy.site import SiteConfig
from linkworthy.sources import cells, numbers, wrong_site
from linkworthy.sources.ahead import in_order
from linkworthy.sources.base import Batch, Context
from linkworthy.sources.completed import completed
from linkworthy.sources.delimited import Chunk, read_chunks
from linkworthy.sources.layouts import Layout
from linkworthy.sources.observations import MAX_ANCHOR, MAX_OPINION, Tally
from linkworthy.sources.rows import SAMPLE
from linkworthy.sources.streams import open_text
from linkworthy.tables import table as table_named

NO_HOST = "referring domain: not a host"
OWN_DOMAIN = "own domain, not a referring one"
OTHER_SITE = "page of another site"
NO_QUERY = "search query: empty"
NO_RANK = "place in the list: not a whole number from 1"
NO_NAME = "place in the list: not of a host"
NO_FIGURE = "no figure in the row: a heading, a note or an empty row"

_NO_TEXT = pa.scalar(None, pa.string())
_PLAIN_HOST = r"^(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z][a-z-]*[a-z]$"
_STATUS = (100, 599)
_SUBJECTS = {
    "domain_reports": ("host",),
    "anchor_reports": ("anchor",),
    "page_reports": ("url",),
    "keyword_reports": ("keyword", "url"),
    "popularity": ("host", "reversed_host", "rank"),
}
"""Roles that name what is counted, and that a row is shown by where it is rejected."""
_ANY_TEXT = frozenset({"anchor_reports", "keyword_reports"})
"""Tables whose subject may be any text, so that a heading in mid-file looks like one."""
_SEARCH_CONSOLE_PAGES = "Search Console top linked pages"


@dataclass(slots=True)
class CountSource:
    """A delimited file of counts whose layout is known."""

    layout: Layout
    detail: str | None = None
    is_damaged: bool = False
    refusal: str | None = None
    """After reading: why the file is refused as a list of links, where its owner may have taken it for one."""
    _tally: Tally = field(default_factory=Tally)

    @property
    def reported_by(self) -> str:
        """Who speaks."""
        return self.layout.reported_by

    @property
    def recognised_as(self) -> str:
        """The layout in words."""
        return self.layout.recognised_as

    def read(self, path: Path, context: Context) -> Iterator[Batch]:
        """Read the file in batches of bounded size.

        Raises: SourceError where the file is damaged; InputError where its pages are another site's.
        """
        layout, self._tally = self.layout, Tally()
        needed = 1 + max(layout.roles[role] for role in _SUBJECTS[layout.table] if role in layout.roles)
        with open_text(path, context) as text:
            chunks = read_chunks(
                text,
                layout.delimiter,
                layout.n_columns,
                layout.wanted,
                n_needed=needed,
                skip_bytes=layout.skip_bytes,
            )
            shaped = in_order(lambda chunk: shape_counts(completed(chunk, layout), layout, context, str(path)), chunks)
            n_rows = 0
            for batches, part in shaped:
                self._tally.add(part)
                n_rows += sum(batch.n_rows_used + batch.n_rows_rejected for batch in batches)
                yield from batches
        self._judge(context.config, n_rows)

    def _judge(self, config: SiteConfig, n_rows: int) -> None:
        """Say what the whole file turned out to be."""
        tally, site = self._tally, urls.domain_of(config.url)
        if tally.n_foreign > tally.n_used and tally.foreign:
            other, count = tally.foreign.most_common(1)[0]
            total = tally.n_foreign + tally.n_used
            if 2 * count > total:
                raise InputError(wrong_site.question("its pages are those of", other, count, total, site))
        if not n_rows:
            self.detail = "it has a header and no rows"
        elif not tally.n_used:
            self.detail = "no row of it can be used; the table of rejects says why"
        elif self.layout.recognised_as.startswith(_SEARCH_CONSOLE_PAGES):
            kept = "1 count is" if tally.n_used == 1 else f"{tally.n_used:,} counts are"
            self.refusal = (
                "a Search Console list of your own top linked pages: it names targets and no linking page "
                f"(export 'Latest links' for those); its {kept} kept in page_reports"
            )


def shape_counts(chunk: Chunk, layout: Layout, context: Context, file: str) -> tuple[list[Batch], Tally]:
    """Turn one chunk of rows into a batch of the layout's table and one of rejects, and count what it speaks of."""
    batches: list[Batch] = []
    tally = Tally()
    broken = [{"file": file, "row": row, "reason": reason, "sample": sample} for row, reason, sample in chunk.rejects]
    if broken:
        batches.append(Batch(table="rejects", rows=broken, n_rows_rejected=len(broken)))
    n_rows = len(chunk.numbers)
    if not n_rows:
        return batches, tally
    columns = {role: chunk.columns[place] for role, place in layout.roles.items()}
    values, reason = _SHAPES[layout.table](columns, context.config, tally)
    values |= _values(columns, layout, context)
    reason = pc.coalesce(reason, _empty(values, layout))
    is_used = pc.is_null(reason)
    n_used = pc.sum(is_used).as_py() or 0
    tally.n_used += n_used
    if n_used < n_rows:
        rejects = _rejects(columns, layout, chunk.numbers, reason, file)
        batches.append(Batch(table="rejects", rows=rejects, n_rows_rejected=rejects.num_rows))
    if n_used:
        said = {name: cells.clipped(chunk.columns[place], MAX_OPINION) for name, place in layout.opinions.items()}
        values |= {
            "file": pa.repeat(pa.scalar(file), n_rows),
            "row": chunk.numbers,
            "opinions": cells.opinions(said, n_rows),
            ("list" if layout.table == "popularity" else "reported_by"): pa.repeat(
                pa.scalar(layout.reported_by), n_rows
            ),
        }
        rows = pa.table(values)
        batches.append(
            Batch(table=layout.table, rows=rows if n_used == n_rows else rows.filter(is_used), n_rows_used=n_used)
        )
    return batches, tally


def hosts_of(column: pa.Array) -> pa.Array:
    """Read hosts, with or without scheme and path, as lower-case ASCII; null where a cell holds none."""
    column = pc.replace_substring_regex(column, r"^https?://([^/]*)/?$", r"\1")
    is_plain = pc.match_substring_regex(column, _PLAIN_HOST)
    if pc.all(is_plain, min_count=0).as_py():
        return column
    others = cells.by_distinct(pc.if_else(is_plain, _NO_TEXT, column), _host, pa.string())
    return pc.if_else(is_plain, column, others)


def _host(text: str) -> str | None:
    text = text.strip().removeprefix("*.")
    url = urls.normalise(text if "://" in text else f"http://{text}") if text else None
    host = urls.host_of(url) if url else ""
    return host if "." in host or urls.is_address(host) else None


def _domains(host: pa.Array) -> pa.Array:
    """Give registrable domains; a host of two labels is its own, whether registered or itself a suffix."""
    is_short = pc.equal(pc.count_substring(host, "."), 1)
    others = cells.by_distinct(pc.if_else(is_short, _NO_TEXT, host), urls.registrable_domain, pa.string())
    return pc.if_else(is_short, host, others)


def _is_own(host: pa.Array, domain: pa.Array, config: SiteConfig) -> pa.Array:
    own_hosts, own_domains = pa.array(list(config.hosts), pa.string()), pa.array(sorted(config.own_domains))
    return pc.fill_null(pc.or_(pc.is_in(host, own_hosts), pc.is_in(domain, own_domains)), False)


def _empty(values: Mapping[str, pa.Array], layout: Layout) -> pa.Array:
    """Reject rows whose subject may be any text, and which count nothing: all their figures are missing."""
    schema = table_named(layout.table).schema
    figures = [
        column
        for name, column in values.items()
        if name in schema.names and (pa.types.is_integer(kind := schema.field(name).type) or pa.types.is_floating(kind))
    ]
    n_rows = len(next(iter(values.values())))
    if layout.table not in _ANY_TEXT or not figures:
        return pa.nulls(n_rows, pa.string())
    return _says(functools.reduce(pc.and_, map(pc.is_null, figures)), NO_FIGURE)


def _says(is_so: pa.Array, reason: str) -> pa.Array:
    return pc.if_else(is_so, pa.scalar(reason), _NO_TEXT)


Shaped = tuple[dict[str, pa.Array], pa.Array]
"""Columns of the table, and the reason why a row cannot be used, null where it can."""


def _domain_rows(columns: Mapping[str, pa.Array], config: SiteConfig, _tally: Tally) -> Shaped:
    host = hosts_of(columns["host"])
    domain = _domains(host)
    reason = pc.coalesce(_says(pc.is_null(host), NO_HOST), _says(_is_own(host, domain, config), OWN_DOMAIN))
    return {"host": host, "domain": domain}, reason


def _anchor_rows(columns: Mapping[str, pa.Array], _config: SiteConfig, _tally: Tally) -> Shaped:
    anchor = cells.clipped(columns["anchor"], MAX_ANCHOR)
    return {"anchor": anchor}, pa.nulls(len(anchor), pa.string())


def _page_rows(columns: Mapping[str, pa.Array], config: SiteConfig, tally: Tally) -> Shaped:
    page = cells.urls_of(columns["url"])
    is_own, is_foreign = _sites(page, config, tally)
    refused = pc.if_else(pc.is_null(page.url), columns["url"], _NO_TEXT)
    worded = cells.by_distinct(refused, lambda text: f"page: {urls.rejection(text) or 'not a URL'}", pa.string())
    return {"url": page.url, "is_own": is_own}, pc.coalesce(worded, _says(is_foreign, OTHER_SITE))


def _sites(page: cells.Urls, config: SiteConfig, tally: Tally) -> tuple[pa.Array, pa.Array]:
    """Tell which pages are own and which are neither own nor a competitor's, and count the latter."""
    is_own = _is_own(page.host, page.domain, config)
    is_rival = pc.fill_null(pc.is_in(page.domain, pa.array(sorted(config.rival_domains), pa.string())), False)
    is_foreign = pc.and_(pc.is_valid(page.url), pc.invert(pc.or_(is_own, is_rival)))
    tally.add_foreign(page.domain.filter(is_foreign))
    return is_own, is_foreign


def _keyword_rows(columns: Mapping[str, pa.Array], config: SiteConfig, tally: Tally) -> Shaped:
    keyword = cells.clipped(columns["keyword"], MAX_ANCHOR)
    reason = _says(pc.equal(pc.utf8_trim_whitespace(keyword), ""), NO_QUERY)
    if "url" not in columns:
        return {"keyword": keyword}, reason
    page = cells.urls_of(columns["url"])
    is_own, _ = _sites(page, config, tally)
    is_others = pc.and_(pc.is_valid(page.url), pc.invert(is_own))
    return {"keyword": keyword, "url": page.url}, pc.coalesce(reason, _says(is_others, OTHER_SITE))


def _popular_rows(columns: Mapping[str, pa.Array], _config: SiteConfig, _tally: Tally) -> Shaped:
    if "reversed_host" in columns:
        labels = pc.split_pattern(pc.utf8_trim_whitespace(columns["reversed_host"]), ".")
        turned = [".".join(reversed(parts)) for parts in labels.to_pylist()]
        host = hosts_of(pa.array(turned, pa.string()))
    else:
        host = hosts_of(columns["host"])
    rank = numbers.whole_numbers(columns["rank"])
    is_ranked = pc.fill_null(pc.greater(rank, 0), False)
    reason = pc.coalesce(_says(pc.invert(is_ranked), NO_RANK), _says(pc.is_null(host), NO_NAME))
    return {"host": host, "domain": _domains(host)}, reason


_SHAPES = {
    "domain_reports": _domain_rows,
    "anchor_reports": _anchor_rows,
    "page_reports": _page_rows,
    "keyword_reports": _keyword_rows,
    "popularity": _popular_rows,
}


def _values(columns: Mapping[str, pa.Array], layout: Layout, context: Context) -> dict[str, pa.Array]:
    """Read the columns that need no more than their type."""
    schema = table_named(layout.table).schema
    out: dict[str, pa.Array] = {}
    for role, column in columns.items():
        if role in {"first_seen", "last_seen", "lost"}:
            out[f"{role}_at"] = cells.instants(column, layout.date_order, context.imported_at)
        elif role == "day":
            out[role] = (
                cells.instants(column, layout.date_order, context.imported_at)
                .cast(pa.timestamp("us"))
                .cast(pa.date32(), safe=False)
            )
        elif role == "status":
            out[role] = _statuses(column)
        elif role == "country":
            said = pc.utf8_trim_whitespace(column)
            out[role] = pc.if_else(pc.equal(said, ""), _NO_TEXT, cells.clipped(said, MAX_OPINION))
        elif role in schema.names and pa.types.is_integer(schema.field(role).type):
            out[role] = numbers.whole_numbers(column)
        elif role in schema.names and pa.types.is_floating(schema.field(role).type):
            out[role] = numbers.decimal_numbers(column, layout.decimal_mark)
    return out


def _statuses(column: pa.Array) -> pa.Array:
    status = numbers.whole_numbers(column)
    is_one = pc.and_(pc.greater_equal(status, _STATUS[0]), pc.less_equal(status, _STATUS[1]))
    return pc.if_else(is_one, status, pa.scalar(None, pa.int64())).cast(pa.int16())


def _rejects(
    columns: Mapping[str, pa.Array], layout: Layout, row_numbers: pa.Array, reason: pa.Array, file: str
) -> pa.Table:
    is_bad = pc.is_valid(reason)
    shown = [columns[role].filter(is_bad) for role in _SUBJECTS[layout.table] if role in columns]
    reasons = reason.filter(is_bad)
    return pa.table(
        {
            "file": pa.repeat(pa.scalar(file), len(reasons)),
            "row": row_numbers.filter(is_bad),
            "reason": reasons,
            "sample": cells.clipped(pc.binary_join_element_wise(*shown, " → "), SAMPLE),
        }
    )
