"""Rows out of captured pages, whatever archive holds them: WARC and WAT give the same tables by the same rules."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import xxhash

from linkworthy import urls
from linkworthy.archives.files import Loss
from linkworthy.crawl.rows import content_rows, hop_rows, page_row
from linkworthy.fetch.base import Exchange
from linkworthy.html.page import Page
from linkworthy.site import SiteConfig
from linkworthy.sources.base import Batch

ROWS_PER_BATCH = 20_000
"""Rows that are gathered before they are given on."""
RECORDS_PER_BATCH = 5_000
"""Records that are counted before the counts are given on, so that progress shows where no page matters."""
RECORDS_PER_NEWS = 100
"""Records between two words on how far reading is."""

NOT_A_PAGE = "source is no http or https URL with a host"
_OWN_TABLES = ("links", "blocks", "images", "resources", "structured")
_LINKING_TABLES = ("links", "blocks", "structured")


class Captures:
    """Gathers the rows of one archive and the counts of its records.

    Only pages that matter are kept: the owner's, and those that link or redirect to the owner, with all that they hold.
    A page captured twice in one archive gives its rows once, from its first capture; each capture gives observations.
    """

    def __init__(self, path: Path, reported_by: str, config: SiteConfig, *, has_bodies: bool) -> None:
        self._has_bodies = has_bodies
        self._file = str(path)
        self._capture = path.name
        self._reported_by = reported_by
        self._config = config
        self._tables: dict[str, list[dict[str, Any]]] = {}
        self._n_rows = self._n_used = self._n_rejected = 0
        self._stored: set[int] = set()
        self._own_hosts: dict[str, bool] = {}
        self.n_lost_bytes = 0
        self.n_losses = 0
        self.first_loss: Loss | None = None
        self.kinds: Counter[str] = Counter()
        """Records by type; what a reader counts here tells why an archive gave nothing."""

    # Records --------------------------------------------------------------------------------------------------------

    def use(self) -> None:
        """Count a record that was read, whether or not it gives rows."""
        self._n_used += 1

    def reject(self, row: int, reason: str, sample: str) -> None:
        """Count a record that cannot be used, and keep it with its reason."""
        self._n_rejected += 1
        self._add("rejects", {"file": self._file, "row": row, "reason": reason, "sample": sample[:200]})

    def lose(self, loss: Loss) -> None:
        """Count a stretch of the archive that gave nothing; its row in ``rejects`` is its byte offset, from 1."""
        self.n_losses += 1
        self.n_lost_bytes += loss.n_bytes
        self.first_loss = self.first_loss or loss
        self.reject(loss.offset + 1, loss.reason, f"{loss.n_bytes} bytes")

    def add(self, row: int, exchange: Exchange, page: Page | None, captured_at: datetime | None) -> None:
        """Count a captured page, and keep its rows where it matters.

        ``captured_at`` is null where the archive gives no date; the exchange then carries the date that stands in.
        """
        self.use()
        url = exchange.request.url
        is_own = self.is_own(urls.host_of(url))
        seen = [] if is_own else self._observations(row, exchange, page, captured_at)
        if not is_own and not seen:
            return
        for observation in seen:
            self._add("observations", observation)
        key = xxhash.xxh3_64_intdigest(url.encode())
        if key in self._stored:
            return
        self._stored.add(key)
        self._store(exchange, page, is_own=is_own)

    def _store(self, exchange: Exchange, page: Page | None, *, is_own: bool) -> None:
        role = "own" if is_own else "linking"
        row = page_row(exchange, page, role=role, is_own=is_own, found_by="archive")
        if not self._has_bodies:
            row["n_decoded_bytes"] = None
        self._add("pages", row)
        for hop in hop_rows(exchange):
            self._add("hops", hop)
        if page is None:
            return
        content = content_rows(page, captured_at=exchange.fetched_at, capture=self._capture)
        for table in _OWN_TABLES if is_own else _LINKING_TABLES:
            self._tables.setdefault(table, []).extend(content[table])
            self._n_rows += len(content[table])

    # Observations ---------------------------------------------------------------------------------------------------

    def _observations(
        self, row: int, exchange: Exchange, page: Page | None, captured_at: datetime | None
    ) -> list[dict[str, Any]]:
        url = exchange.request.url
        common = {
            "source_url": url,
            "source_domain": urls.domain_of(url),
            "reported_by": self._reported_by,
            "file": self._file,
            "row": row,
            "first_seen_at": captured_at,
            "last_seen_at": captured_at,
            "is_lead": False,
            "opinions": {},
        }
        location = exchange.last.location
        if location is not None and self.is_own(urls.host_of(location)):
            return [{**common, "target_url": location, "kind": "redirect"}]
        if page is None:
            return []
        common["source_title"] = page.facts.get("title")
        return [
            {
                **common,
                "target_url": link.url,
                "anchor": link.anchor,
                "kind": link.kind,
                "is_nofollow": link.is_nofollow,
                "is_ugc": link.is_ugc,
                "is_sponsored": link.is_sponsored,
                "region": link.region,
            }
            for link in page.links
            if link.target_host is not None and self.is_own(link.target_host)
        ]

    def is_own(self, host: str) -> bool:
        """Tell whether a host is the owner's."""
        found = self._own_hosts.get(host)
        if found is None:
            if len(self._own_hosts) > 500_000:
                self._own_hosts.clear()
            found = self._own_hosts[host] = self._config.is_own_host(host)
        return found

    # Batches --------------------------------------------------------------------------------------------------------

    def _add(self, table: str, row: dict[str, Any]) -> None:
        self._tables.setdefault(table, []).append(row)
        self._n_rows += 1

    def due(self) -> Iterator[Batch]:
        """Give on what has been gathered, if it is enough."""
        if self._n_rows >= ROWS_PER_BATCH or self._n_used + self._n_rejected >= RECORDS_PER_BATCH:
            yield from self.rest()

    def rest(self) -> Iterator[Batch]:
        """Give on what has been gathered; the counts go with the first batch."""
        tables, self._tables, self._n_rows = self._tables, {}, 0
        n_used, n_rejected = self._n_used, self._n_rejected
        self._n_used = self._n_rejected = 0
        tables.setdefault("pages", [])
        for table in sorted(tables, key=lambda name: (name != "pages", name)):
            yield Batch(table=table, rows=tables[table], n_rows_used=n_used, n_rows_rejected=n_rejected)
            n_used = n_rejected = 0

    def detail(self, wanted: str) -> str | None:
        """Say what was wrong with the archive, null where nothing was: losses, or no record of the wanted type."""
        said: list[str] = []
        if not self.kinds[wanted]:
            others = ", ".join(f"{kind or 'untyped'} {n}" for kind, n in sorted(self.kinds.items()) if n)
            said.append(f"0 {wanted} records: {others or 'no records at all'}")
        if self.first_loss is not None:
            offset, _, reason = self.first_loss
            places = "1 stretch" if self.n_losses == 1 else f"{self.n_losses:,} stretches"
            said.append(f"{places} lost, {self.n_lost_bytes:,} bytes; the first at byte {offset:,}: {reason}")
        return "; ".join(said) or None
