"""Columns of a link table become observations and rejects: one reason a row, each from a short list."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial

import pyarrow as pa
import pyarrow.compute as pc

from linkworthy import urls
from linkworthy.site import SiteConfig
from linkworthy.sources import cells
from linkworthy.sources.base import Batch, Context
from linkworthy.sources.delimited import Chunk
from linkworthy.sources.layouts import Layout
from linkworthy.sources.rows import SAMPLE

INTERNAL = "internal link, not a backlink"
OUTBOUND = "link to another site, not a backlink"
NO_LINK = "resource or relation, not a link that a reader follows"

MAX_ANCHOR = 1_000
MAX_OPINION = 200
_MAX_DOMAINS = 10_000

_FOLLOWS = re.compile(r"\b(?:(do|no)[\s-]?)?follow(?:ed)?\b")
_WORD_ENDS = re.compile(r"[\s,;/|+]+")
_REL_WORDS = frozenset({"dofollow", "nofollow", "ugc", "sponsored"})
_NO_TEXT = pa.scalar(None, pa.string())
_NO_FLAG = pa.scalar(None, pa.bool_())


@dataclass(slots=True)
class Tally:
    """What the rows of one file pointed at, so that a file about another site is told from this site's."""

    n_used: int = 0
    n_internal: int = 0
    n_foreign: int = 0
    n_unread_dates: int = 0
    foreign: Counter[str] = field(default_factory=Counter)

    def add_foreign(self, domains: pa.Array) -> None:
        """Count targets on other sites, by domain."""
        self.n_foreign += len(domains)
        if len(domains):
            self.foreign.update({pair["values"]: pair["counts"] for pair in pc.value_counts(domains).to_pylist()})

    def add(self, part: Tally) -> None:
        """Count what a part of the file held, domains as far as memory is bounded."""
        self.n_used += part.n_used
        self.n_internal += part.n_internal
        self.n_foreign += part.n_foreign
        self.n_unread_dates += part.n_unread_dates
        for domain, count in part.foreign.items():
            if domain in self.foreign or len(self.foreign) < _MAX_DOMAINS:
                self.foreign[domain] += count


def shape(chunk: Chunk, layout: Layout, context: Context, file: str) -> tuple[list[Batch], Tally]:
    """Turn one chunk of rows into a batch of observations and one of rejects, and count what it points at."""
    numbers, tally = chunk.numbers, Tally()
    n_rows = len(numbers)
    batches: list[Batch] = []
    broken = [{"file": file, "row": row, "reason": reason, "sample": sample} for row, reason, sample in chunk.rejects]
    if broken:
        batches.append(Batch(table="rejects", rows=broken, n_rows_rejected=len(broken)))
    if not n_rows:
        return batches, tally
    columns = {role: chunk.columns[place] for role, place in layout.roles.items()}
    if "anchor_and_target" in columns:
        columns |= _parted(columns.pop("anchor_and_target"))
    source = cells.urls_of(columns["source"])
    target = cells.urls_of(columns["target"]) if "target" in columns else None
    kind = _kinds(columns, layout, n_rows)
    reason = _reasons(columns, source, target, kind, context.config, tally)
    is_used = pc.is_null(reason)
    n_used = pc.sum(is_used).as_py() or 0
    tally.n_used += n_used
    if n_used < n_rows:
        rejects = _rejects(columns, numbers, reason, file)
        batches.append(Batch(table="rejects", rows=rejects, n_rows_rejected=rejects.num_rows))
    if n_used:
        times = _times(columns, layout, context)
        unread = _unread(columns, times)
        tally.n_unread_dates += sum(
            pc.sum(pc.and_(pc.not_equal(cell, ""), is_used)).as_py() for cell in unread.values()
        )
        table = _observations(chunk, columns, source, target, kind, layout, context, file, unread)
        for name, column in times.items():
            table = table.append_column(name, column)
        if n_used < n_rows:
            table = table.filter(is_used)
        batches.append(Batch(table="observations", rows=table, n_rows_used=n_used))
    return batches, tally


def _parted(both: pa.Array) -> dict[str, pa.Array]:
    """Part a cell that holds the anchor and, after it, the target's URL."""
    parts = pc.extract_regex(both, r"(?s)^(?P<anchor>.*?)\s*(?P<target>https?://\S+)\s*$")
    return {
        "anchor": pc.coalesce(pc.struct_field(parts, "anchor"), both),
        "target": pc.coalesce(pc.struct_field(parts, "target"), pa.scalar("")),
    }


def _kinds(columns: Mapping[str, pa.Array], layout: Layout, n_rows: int) -> pa.Array:
    """Give each row's kind in our words; an empty text where the row is no link that a reader follows."""
    if "kind" not in columns:
        return pa.repeat(pa.scalar("text" if "anchor" in columns else "unknown"), n_rows)
    kind = cells.by_distinct(columns["kind"], partial(_kind, layout.kinds), pa.string())
    if "alt" in columns and "anchor" in columns:
        is_image = pc.and_(pc.equal(columns["anchor"], ""), pc.not_equal(columns["alt"], ""))
        kind = pc.if_else(pc.and_(pc.equal(kind, "text"), is_image), "image", kind)
    return kind


def _kind(kinds: Mapping[str, str], text: str) -> str:
    """Read a cell that names a kind, alone or among other words: ``Text, Nofollow``."""
    said = text.strip().lower()
    if said in kinds:
        return kinds[said]
    words = [word for word in _words(said) if word in kinds]
    return kinds[next((word for word in words if word not in _REL_WORDS), words[0])] if words else "unknown"


def _words(text: str) -> list[str]:
    """Give the words of a cell, what is said of following in one spelling each."""
    joined = _FOLLOWS.sub(lambda part: f"{(part[1] or 'do')}follow", text.lower())
    return _WORD_ENDS.split(joined)


def _reasons(
    columns: Mapping[str, pa.Array],
    source: cells.Urls,
    target: cells.Urls | None,
    kind: pa.Array,
    config: SiteConfig,
    tally: Tally,
) -> pa.Array:
    """Say why a row cannot be used, null where it can; the first reason that holds is the one."""
    is_own = pc.fill_null(_own(source, config), False)
    reason = _refused(columns["source"], pc.is_null(source.url), "linking page")
    if target is None:
        tally.n_internal += pc.sum(is_own).as_py() or 0
        return pc.coalesce(reason, pc.if_else(is_own, INTERNAL, _NO_TEXT))
    is_own_target = pc.fill_null(_own(target, config), False)
    has_target = pc.is_valid(target.url)
    is_lost = pc.and_(pc.is_null(target.url), pc.not_equal(pc.utf8_trim_whitespace(columns["target"]), ""))
    is_internal = pc.and_(is_own, pc.or_(is_own_target, pc.invert(has_target)))
    is_foreign = pc.and_(has_target, pc.invert(pc.or_(is_own_target, _rival(target, config))))
    tally.n_internal += pc.sum(is_internal).as_py() or 0
    tally.add_foreign(target.domain.filter(pc.and_not(is_foreign, is_own)))
    return pc.coalesce(
        reason,
        _refused(columns["target"], is_lost, "target"),
        pc.if_else(is_internal, INTERNAL, _NO_TEXT),
        pc.if_else(is_foreign, OUTBOUND, _NO_TEXT),
        pc.if_else(pc.equal(kind, ""), NO_LINK, _NO_TEXT),
    )


def _own(found: cells.Urls, config: SiteConfig) -> pa.Array:
    """Tell which rows are of own hosts: an own registrable domain, or a host that the settings name."""
    own_hosts = pa.array(list(config.hosts), pa.string())
    own_domains = pa.array(sorted(config.own_domains), pa.string())
    return pc.or_(pc.is_in(found.domain, own_domains), pc.is_in(found.host, own_hosts))


def _rival(target: cells.Urls, config: SiteConfig) -> pa.Array:
    """Tell which targets are a competitor's."""
    return pc.fill_null(pc.is_in(target.domain, pa.array(sorted(config.rival_domains), pa.string())), False)


def _refused(column: pa.Array, is_refused: pa.Array, what: str) -> pa.Array:
    """Word the refusal of the cells that hold no URL, null for all others."""
    refused = pc.if_else(is_refused, column, _NO_TEXT)
    return cells.by_distinct(refused, lambda text: f"{what}: {urls.rejection(text) or 'not a URL'}", pa.string())


def _rejects(columns: Mapping[str, pa.Array], numbers: pa.Array, reason: pa.Array, file: str) -> pa.Table:
    is_bad = pc.is_valid(reason)
    shown = [columns[role].filter(is_bad) for role in ("source", "target") if role in columns]
    sample = pc.binary_join_element_wise(*shown, " → ") if len(shown) > 1 else shown[0]
    reasons = reason.filter(is_bad)
    return pa.table(
        {
            "file": pa.repeat(pa.scalar(file), len(reasons)),
            "row": numbers.filter(is_bad),
            "reason": reasons,
            "sample": cells.clipped(sample, SAMPLE),
        }
    )


def _observations(
    chunk: Chunk,
    columns: Mapping[str, pa.Array],
    source: cells.Urls,
    target: cells.Urls | None,
    kind: pa.Array,
    layout: Layout,
    context: Context,
    file: str,
    unread: Mapping[str, pa.Array],
) -> pa.Table:
    n_rows = len(chunk.numbers)
    said = {name: chunk.columns[place] for name, place in layout.opinions.items()} | dict(unread)
    out: dict[str, pa.Array] = {
        "source_url": source.url,
        "source_domain": source.domain,
        "kind": kind,
        "reported_by": pa.repeat(pa.scalar(layout.reported_by), n_rows),
        "file": pa.repeat(pa.scalar(file), n_rows),
        "row": chunk.numbers,
        "is_lead": pa.repeat(pa.scalar(False), n_rows),
        "opinions": cells.opinions({name: cells.clipped(cell, MAX_OPINION) for name, cell in said.items()}, n_rows),
    }
    if target is not None:
        out["target_url"] = target.url
        out["rival_domain"] = pc.if_else(_rival(target, context.config), target.domain, _NO_TEXT)
    if "anchor" in columns:
        out["anchor"] = cells.clipped(_anchor(columns, kind), MAX_ANCHOR)
    if "title" in columns:
        title = cells.clipped(columns["title"], MAX_ANCHOR)
        out["source_title"] = pc.if_else(pc.equal(title, ""), _NO_TEXT, title)
    if "region" in columns:
        out["region"] = cells.by_distinct(
            columns["region"], lambda text: layout.regions.get(text.strip().lower()), pa.string()
        )
    return pa.table(out | _qualifiers(columns))


def _anchor(columns: Mapping[str, pa.Array], kind: pa.Array) -> pa.Array:
    if "alt" not in columns:
        return columns["anchor"]
    return pc.if_else(pc.equal(kind, "image"), columns["alt"], columns["anchor"])


def _qualifiers(columns: Mapping[str, pa.Array]) -> dict[str, pa.Array]:
    """Read nofollow, ugc and sponsored from columns of flags, from a rel column, or from a column 'follow'."""
    out = {f"is_{word}": cells.flags(columns[word]) for word in ("nofollow", "ugc", "sponsored") if word in columns}
    if "follow" in columns and "is_nofollow" not in out:
        out["is_nofollow"] = pc.invert(cells.flags(columns["follow"]))
    if "rel" in columns:
        for word in ("nofollow", "ugc", "sponsored"):
            says = cells.by_distinct(columns["rel"], partial(_says, word), pa.bool_())
            known = out.get(f"is_{word}")
            out[f"is_{word}"] = says if known is None else pc.coalesce(known, says)
    if "kind" in columns and any(
        _REL_WORDS.intersection(_words(text)) for text in columns["kind"].unique().to_pylist()
    ):
        for word in ("nofollow", "ugc", "sponsored"):
            says = cells.by_distinct(columns["kind"], partial(_may_say, word), pa.bool_())
            known = out.get(f"is_{word}")
            out[f"is_{word}"] = says if known is None else pc.coalesce(known, says)
    return out


def _says(word: str, rel: str) -> bool:
    return word in _words(rel)


def _may_say(word: str, kind: str) -> bool | None:
    """Read what a cell for the kind says of a qualifier besides; null where it says nothing of it."""
    words = _words(kind)
    if word in words:
        return True
    return False if word == "nofollow" and "dofollow" in words else None


def _times(columns: Mapping[str, pa.Array], layout: Layout, context: Context) -> dict[str, pa.Array]:
    """Read first seen, last seen and lost; a column 'lost' says of every row whether the link lives."""
    out = {
        f"{role}_at": cells.instants(columns[role], layout.date_order, context.imported_at)
        for role in ("first_seen", "last_seen", "lost")
        if role in columns
    }
    if "lost" in columns:
        said = columns["lost"]
        is_gone = cells.losses(said)
        is_lost = pc.or_(pc.is_valid(out["lost_at"]), pc.fill_null(is_gone, False))
        is_live = pc.or_(pc.equal(pc.utf8_trim_whitespace(said), ""), pc.invert(pc.fill_null(is_gone, True)))
        out["state"] = pc.case_when(pc.make_struct(is_lost, is_live), pa.scalar("lost"), pa.scalar("live"))
    return out


def _unread(columns: Mapping[str, pa.Array], times: Mapping[str, pa.Array]) -> dict[str, pa.Array]:
    """Give the cells of dates that hold one and could not be read, all others empty; no column where all were read."""
    out: dict[str, pa.Array] = {}
    for role in ("first_seen", "last_seen", "lost"):
        if role not in columns:
            continue
        cell, when = columns[role], times[f"{role}_at"]
        if when.null_count == (pc.sum(pc.equal(cell, "")).as_py() or 0):
            continue
        is_unread = pc.and_(pc.is_null(when), pc.match_substring_regex(cell, r"[1-9]|\w\s+\w"))
        if role == "lost":
            is_unread = pc.and_(is_unread, pc.is_null(cells.losses(cell)))
        if pc.any(is_unread).as_py():
            out[f"{role.replace('_', ' ')} as written"] = pc.if_else(is_unread, cell, pa.scalar(""))
    return out
