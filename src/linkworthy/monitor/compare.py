"""Compares the own pages of any two snapshots: what is new, gone or changed, each change under the name of its check.

A page is compared field by field where both crawls had an answer from it. What only one of the two has measured is
not compared, and ``Comparison.not_compared`` says so.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
import pyarrow as pa

from linkworthy.engine.embedded import open_view
from linkworthy.metrics.changes import IS_PART
from linkworthy.metrics.newest import ONCE
from linkworthy.questions import Answers, Question

MIN_WORDS_CHANGE = 0.2
"""Least change of a page's words, as a share of those before, that is told."""


class Check(NamedTuple):
    """One check of change: what it compares, and when the two differ."""

    slug: str
    about: str
    value: str
    """Expression over one side's columns."""
    needs: str = "pages"
    differs: str = "b.{0} is distinct from n.{0}"


_WORDS = f"abs(n.{{0}} - b.{{0}}) >= {MIN_WORDS_CHANGE} * greatest(b.{{0}}, 1)"
_TOLD = "b.{0} <> n.{0}"
_SPECIFIED: tuple[tuple[str, str, str, str, str], ...] = (
    ("chg-status", "status code", "status", "pages", ""),
    ("chg-indexability", "indexability", "indexability", "page_metrics", _TOLD),
    ("chg-canonical", "canonical", "canonical_url", "pages", ""),
    ("chg-redirect-target", "redirect target", "redirect_url", "pages", ""),
    ("chg-title", "title", "title", "pages", ""),
    ("chg-description", "meta description", "description", "pages", ""),
    ("chg-h1", "h1", "h1", "pages", ""),
    ("chg-schema", "structured data types", "types", "pages", ""),
    ("chg-wordcount", "word count, by a fifth or more", "n_words", "pages", _WORDS),
    ("chg-depth", "crawl depth", "depth", "pages", ""),
    ("chg-inlinks", "inlinks", "n_inlinks", "page_metrics", _TOLD),
    ("chg-unique-inlinks", "unique inlinks", "n_inlinking_pages", "page_metrics", _TOLD),
    ("chg-int-outlinks", "internal outlinks", "n_internal_links", "pages", _TOLD),
    ("chg-unique-int-outlinks", "unique internal outlinks", "n_internal_targets", "links", _TOLD),
    ("chg-ext-outlinks", "external outlinks", "n_external_links", "pages", _TOLD),
    ("chg-unique-ext-outlinks", "unique external outlinks", "n_external_targets", "links", _TOLD),
)
CHECKS = tuple(
    Check(slug, about, value, needs, differs or Check._field_defaults["differs"])
    for slug, about, value, needs, differs in _SPECIFIED
)
SLUGS = ("chg-added", "chg-removed", "chg-content", *(check.slug for check in CHECKS), "chg-links-to-you")

_SIDE = """
create or replace temp table {side}_page as
with once as (select * from {side}_pages where is_own and role <> 'probe' {once}),
outgoing as (
    select source_url as url, count(distinct url) filter (is_internal)::int as n_internal_targets,
        count(distinct url) filter (not is_internal)::int as n_external_targets
    from {side}_links where url is not null group by source_url)
select p.url, p.state, p.status, p.canonical_url, p.redirect_url, p.title, p.description, p.h1, p.n_words, p.depth,
    p.n_internal_links, p.n_external_links, p.main_hash,
    array_to_string(list_sort(list_distinct(p.schema_types)), ', ') as types,
    case m.is_indexable when true then 'indexable' when false then 'not indexable: ' || m.index_reason end
        as indexability,
    m.n_inlinks, m.n_inlinking_pages,
    if(p.is_html, coalesce(o.n_internal_targets, 0), null) as n_internal_targets,
    if(p.is_html, coalesce(o.n_external_targets, 0), null) as n_external_targets
from once p left join {side}_page_metrics m using (url) left join outgoing o using (url)
"""
_REACHED = ("chg-depth", "chg-inlinks", "chg-unique-inlinks")
"""What a crawl of a part of the site tells otherwise although nothing has changed."""
_TABLES = ("pages", "page_metrics", "links", "blocks", "backlinks", "findings", "coverage")
_BOTH = "from old_page b join new_page n using (url) where b.state = 'answered' and n.state = 'answered'"

_ADDED = """
select 'chg-added' as change, url, null as old_value, status::varchar as new_value
from new_page anti join old_page using (url) where state = 'answered'
"""
_REMOVED = """
select 'chg-removed', url, status::varchar, null from old_page anti join new_page using (url)
where state = 'answered'
"""


@dataclass(slots=True)
class Comparison:
    """The changes of a snapshot against an older one: rows of change, url, old_value, new_value."""

    before: str
    now: str
    counts: dict[str, int] = field(default_factory=dict)
    """Rows by check; a check that was not compared has no entry."""
    not_compared: dict[str, str] = field(default_factory=dict)
    """Checks that could not be compared, with the reason."""


def compare(now: Answers, before: Answers, *, similarity_share: float = 0.9) -> Comparison:
    """Make the temporary table ``page_change`` in ``now``: change, url, old_value, new_value; and count its rows.

    ``similarity_share`` is the likeness of a page's text, now and before, below which its content has changed.
    """
    _open_sides(now, before)
    told = Comparison(before.snapshot.id, now.snapshot.id)
    parts, partial = _partial(now, told)
    for check in CHECKS:
        if partial and check.slug in _REACHED:
            told.not_compared[check.slug] = partial
        elif all(side.snapshot.has(check.needs) for side in (now, before)):
            parts.append(
                f"select '{check.slug}', url, b.{check.value}::varchar, n.{check.value}::varchar {_BOTH} "
                f"and {check.differs.format(check.value)}"
            )
        else:
            told.not_compared[check.slug] = f"needs {check.needs} in both snapshots"
    if all(side.snapshot.has("blocks") for side in (now, before)):
        now.db.register("content_change", _content(now, similarity_share))
        parts.append("select 'chg-content', url, old_value, new_value from content_change")
    else:
        told.not_compared["chg-content"] = "needs blocks in both snapshots"
    if all(side.snapshot.has("backlinks") for side in (now, before)):
        parts += [_links("old_backlinks", "new_backlinks", "lost"), _links("new_backlinks", "old_backlinks", "new")]
    else:
        told.not_compared["chg-links-to-you"] = "needs backlinks in both snapshots"
    rows = f"({' union all '.join(parts)}) as t (change, url, old_value, new_value)"
    now.db.execute(f"create or replace temp table page_change as select * from {rows}")
    found = {row["change"]: row["n"] for row in now.rows("select change, count(*) as n from page_change group by 1")}
    told.counts = {slug: found.get(slug, 0) for slug in SLUGS if slug not in told.not_compared}
    return told


def _partial(now: Answers, told: Comparison) -> tuple[list[str], str]:
    """Give the queries of new and removed pages, and why a crawl of a part of the site tells nothing of them."""
    parts, why = [], ""
    for word, slug, sql in (("older", "chg-added", _ADDED), ("newer", "chg-removed", _REMOVED)):
        if now.rows(f"select ({IS_PART.format('old_pages' if word == 'older' else 'new_pages')}) as is_part")[0][
            "is_part"
        ]:
            told.not_compared[slug] = why = f"the {word} crawl was of a list, or stopped at a limit"
        else:
            parts.append(sql)
    return parts, why


def _open_sides(now: Answers, before: Answers) -> None:
    for side, answers in (("new", now), ("old", before)):
        files = answers.snapshot.tables()
        for name in _TABLES:
            if files.get(name):
                open_view(now.db, f"{side}_{name}", files[name])
            else:
                now.db.execute(f'create or replace temp view "{side}_{name}" as select * from {name} limit 0')
        now.db.execute(_SIDE.format(side=side, once=ONCE))


def _links(one: str, other: str, word: str) -> str:
    old, new = ("target_url", "null") if word == "lost" else ("null", "target_url")
    return (
        f"select 'chg-links-to-you', source_url, {old}, {new} from {one} where state <> 'gone' and link_id not in "
        f"(select link_id from {other} where state <> 'gone')"
    )


def _content(now: Answers, least: float) -> pa.Table:
    """Compare the main text of pages whose hash changed, by the runs of words that both have."""
    from linkworthy.metrics.shingles import read_texts  # noqa: PLC0415 - most verbs must not pay for numba

    texts = """
        (select string_agg(text, ' ' order by n) as text, url from {side}_blocks where region in ('main', 'list')
        and url in (select url from changed_text) group by url)"""
    now.db.execute(
        f"create or replace temp table changed_text as select url {_BOTH} and b.main_hash is distinct from n.main_hash"
    )
    reader = now.db.sql(
        "select url, o.text as old, n.text as new from changed_text "
        f"left join {texts.format(side='old')} o using (url) "
        f"left join {texts.format(side='new')} n using (url) order by url"
    ).to_arrow_reader(2_000)
    out: list[tuple[str, str]] = []
    for batch in reader:
        sides = [read_texts(batch.column(name)) for name in ("old", "new")]
        edges = [np.concatenate((np.zeros(1, np.int64), side.ends)) for side in sides]
        for i, url in enumerate(batch.column("url").to_pylist()):
            runs = [np.unique(side.runs[e[i] : e[i + 1]]) for side, e in zip(sides, edges, strict=True)]
            old, new = (found[found != 0] for found in runs)
            both = np.intersect1d(old, new, assume_unique=True).size
            share = both / max(1, old.size + new.size - both)
            if share < least:
                out.append((url, f"{100 * share:.0f} % alike"))
    return pa.table(
        {
            "url": pa.array([url for url, _ in out], pa.string()),
            "old_value": pa.nulls(len(out), pa.string()),
            "new_value": pa.array([said for _, said in out], pa.string()),
        }
    )


def about_changes(*, change: str = "", limit: int | None = None, offset: int = 0) -> Question:
    """Ask for the rows of ``page_change``, in the order of the checks, of one check where it is named."""
    order = ", ".join(f"'{slug}'" for slug in SLUGS)
    where = "where change = ?" if change else ""
    return Question(
        f"select change, url, old_value, new_value from page_change {where} "
        f"order by list_position([{order}], change), url, new_value, old_value limit ? offset ?",
        [*([change] if change else []), limit, offset],
    )
