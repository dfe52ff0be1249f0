"""Links of own pages as numbers: who links to a page, directly or through redirects, and where a page's links lead.

URLs are numbered once, and every link becomes two numbers and a few flags; all that is counted of links is counted by
one pass over these. Memory: 5 bytes a link, twice that while links are put in the order of their pages, and about 150
bytes a URL.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from linkworthy.metrics import own_link_kernels as kernels
from linkworthy.metrics.own import scalar

Array = npt.NDArray[Any]

TEXT = "(l.region is null or l.region in ('main', 'list', 'comment', 'author'))"
"""Regions that no template fills; an archive without HTML does not tell, and all its links count."""
N_LISTED = 20
"""Linking pages listed for one redirect."""
_AT_ONCE = 1 << 20
_FOLDER = "if(regexp_matches({0}, '/((index|default)[.][a-z]+)?$'), regexp_replace({0}, '[^/]*$', ''), null)"
"""The folder that a URL is the index of, null where it is none."""


@dataclass(frozen=True, slots=True)
class OwnLinks:
    """All links from own pages to URLs on own hosts, by the numbers of temporary table ``numbered``."""

    n_pages: int
    """Own pages are numbered from 0 in the order of their URLs; other URLs come after them."""
    n_urls: int
    firsts: Array
    """For each own page its first link, and the number of all links."""
    targets: Array
    flags: Array


def read_own_links(db: duckdb.DuckDBPyConnection) -> OwnLinks:
    """Make the temporary table ``numbered`` of own pages, what they redirect to and link to; gives their links.

    Of a page that was captured several times the links of the newest capture count.
    """
    db.execute(f"""
        create or replace temp table numbered as
        select url, (row_number() over (order by not is_page, url) - 1)::int as id, is_page, is_nofollow,
            {_FOLDER.format("url")} as folder
        from (select url, true as is_page, coalesce(is_nofollow, false) as is_nofollow from own_page
            union all
            select url, false, false from (select unnest(urls) as url from chain) anti join own_page using (url)
            group by url)
    """)
    db.execute("""
        create or replace temp table recaptured as
        select source_url, arg_max(capture, (captured_at, capture)) as capture from links
        where source_url in (select url from own_page) group by source_url having min(capture) <> max(capture)
    """)
    rows = db.sql(f"""
        select s.id as source, coalesce(t.id, -1) as target, if(t.id is null, l.url, null) as url,
            (case when l.is_nofollow or s.is_nofollow then {kernels.NOFOLLOW}
                when not l.is_nofollow then {kernels.FOLLOWED} else 0 end
                + if({TEXT}, {kernels.TEXT}, 0)
                + if(starts_with(l.source_url, if(t.id is null, {_FOLDER.format("l.url")}, t.folder)),
                    {kernels.ABOVE}, 0))::utinyint as flags
        from links l join numbered s on s.url = l.source_url left join numbered t on t.url = l.url
            left join recaptured c on c.source_url = l.source_url
        where s.is_page and l.url is not null and is_own_host(l.target_host)
            and (c.capture is null or c.capture = l.capture)
    """)
    n_pages = scalar(db, "select count(*) from own_page")
    read = _Arrays(scalar(db, "select count(*) from links"), scalar(db, "select count(*) from numbered"))
    for batch in rows.to_arrow_reader(_AT_ONCE):
        read.add(batch)
    if read.others:
        db.register("other_url", pa.table({"url": list(read.others), "id": pa.array(read.others.values(), pa.int32())}))
        db.execute("insert into numbered select url, id, false, false, null from other_url")
        db.unregister("other_url")
    return read.grouped(n_pages)


class _Arrays:
    """Links while they are read, in the order in which they come."""

    def __init__(self, n_most: int, n_numbered: int) -> None:
        self._n = 0
        self._n_numbered = n_numbered
        self._sources, self._targets = np.empty(n_most, np.int32), np.empty(n_most, np.int32)
        self._flags = np.empty(n_most, np.uint8)
        self.others: dict[str, int] = {}
        """Numbers of linked URLs that the crawl did not ask for."""

    def add(self, batch: pa.RecordBatch) -> None:
        """Add links; a target without number gets one."""
        source, target, url, flags = batch.columns
        target = target.to_numpy(zero_copy_only=False)
        if url.null_count < len(url):
            named = url.dictionary_encode()
            first = self._n_numbered
            ids = [self.others.setdefault(one, first + len(self.others)) for one in named.dictionary.to_pylist()]
            unknown = np.flatnonzero(target < 0)
            target = target.copy()
            target[unknown] = np.array(ids, np.int32)[named.indices.drop_null().to_numpy()]
        end = self._n + batch.num_rows
        self._sources[self._n : end] = source.to_numpy()
        self._targets[self._n : end] = target
        self._flags[self._n : end] = flags.to_numpy()
        self._n = end

    def grouped(self, n_pages: int) -> OwnLinks:
        """Give the links in the order of their pages; they are used up."""
        sources, targets, flags = (a[: self._n] for a in (self._sources, self._targets, self._flags))
        firsts = np.zeros(n_pages + 1, np.int64)
        np.cumsum(np.bincount(sources, minlength=n_pages), out=firsts[1:])
        by_page, flags_by_page = np.empty(self._n, np.int32), np.empty(self._n, np.uint8)
        kernels.group(sources, targets, flags, firsts[:-1].copy(), by_page, flags_by_page)
        del self._sources, self._targets, self._flags
        return OwnLinks(n_pages, self._n_numbered + len(self.others), firsts, by_page, flags_by_page)


def count_own_links(db: duckdb.DuckDBPyConnection, links: OwnLinks) -> None:
    """Make the temporary tables ``page_links`` (of each own page), ``inlink_count`` (of each URL) and ``linked_from``.

    The last one holds the first pages that link to each redirect.

    Repeated links are counted each; a page's links to itself count as links, and the page not as one that links to it.
    """
    redirects, lead_firsts, leads = _leads(db, links.n_urls)
    chain = np.full(links.n_urls, -1, np.int32)
    chain[redirects] = np.arange(redirects.size, dtype=np.int32)
    room = np.zeros((3, links.n_urls), np.int32)
    given = (links.firsts, links.targets, links.flags)
    out = np.zeros((links.n_pages, 6), np.int32)
    is_error = _marked(db, links.n_urls, "own_page", "state = 'failed' or status >= 400")
    kernels.count_out(*given, is_error, chain, room[0], out)
    into = np.zeros((links.n_urls, 5), np.int32)
    is_indexable = _marked(db, links.n_urls, "index_status", "is_indexable")
    n_listed, listed = np.zeros(redirects.size, np.int32), np.full((redirects.size, N_LISTED), -1, np.int32)
    kernels.count_into(
        *given, lead_firsts, leads, chain, is_indexable, room[1], room[2], into, n_listed, listed
    )  # fmt: skip
    names = ("n_links_to_errors", "n_links_to_redirects", "n_nofollow_links", "n_followed_links", "n_main_links")
    columns = {name: out[:, place] for place, name in enumerate(names)}
    _keep(db, "page_links", {**columns, "links_above": out[:, 5] > 0})
    names = ("n_inlinks", "n_followed_inlinks", "n_inlinking_pages", "n_main_inlinks", "n_indexable_inlinks")
    _keep(db, "inlink_count", {name: into[:, place] for place, name in enumerate(names)}, "where n_inlinks > 0")
    _open_linked_from(db, redirects, listed)


def _open_linked_from(db: duckdb.DuckDBPyConnection, redirects: Array, listed: Array) -> None:
    row, place = np.nonzero(listed >= 0)
    db.register("listed_page", pa.table({"redirect": redirects[row], "place": place, "page": listed[row, place]}))
    db.execute("""
        create or replace temp table linked_from as
        select r.url, list(p.url order by place) as pages from listed_page
            join numbered r on r.id = redirect join numbered p on p.id = page group by r.url
    """)
    db.unregister("listed_page")


def _leads(db: duckdb.DuckDBPyConnection, n_urls: int) -> tuple[Array, Array, Array]:
    """Give the URLs that redirect, and as two arrays for each URL the others that it leads to."""
    found = db.sql("""
        select s.id as source, t.id as target
        from (select distinct url, unnest(urls) as to_url from chain) c
            join numbered s using (url) join numbered t on t.url = c.to_url order by source, target
    """).to_arrow_table()
    source, target = (found.column(name).to_numpy() for name in ("source", "target"))
    is_other = source != target
    firsts = np.zeros(n_urls + 1, np.int64)
    np.cumsum(np.bincount(source[is_other], minlength=n_urls), out=firsts[1:])
    return np.unique(source), firsts, target[is_other].copy()


def _marked(db: duckdb.DuckDBPyConnection, n_urls: int, table: str, predicate: str) -> Array:
    """Tell for each number whether a predicate holds for its URL."""
    found = db.sql(f"select id from {table} join numbered using (url) where {predicate}").to_arrow_table()
    out = np.zeros(n_urls, np.bool_)
    out[found.column("id").to_numpy()] = True
    return out


def _keep(db: duckdb.DuckDBPyConnection, name: str, columns: dict[str, Array], where: str = "") -> None:
    """Keep columns that begin with the URL of number 0."""
    n_rows = len(next(iter(columns.values())))
    data = {name: np.ascontiguousarray(column) for name, column in columns.items()}
    db.register("counted", pa.table({"id": np.arange(n_rows, dtype=np.int32), **data}))
    db.execute(f"""
        create or replace temp table {name} as
        select url, counted.* exclude (id) from counted join numbered using (id) {where}
    """)
    db.unregister("counted")
