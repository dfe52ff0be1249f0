"""Questions about single links: which pages link here, from which place, do they count, what is the verdict."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date
from typing import Any

import pyarrow as pa

from linkworthy.errors import InputError
from linkworthy.questions.open import Answers, Question
from linkworthy.tables import table

COLUMNS = (
    "source_url", "target_url", "anchor", "state", "counts", "counts_reason", "region", "rel", "verdict", "kinds",
    "first_seen_at", "last_seen_at", "reported_by", "n_visits", "vendor_authority", "reason",
)  # fmt: skip
ORDERS = {
    "first-seen": "first_seen_at desc nulls last",
    "last-seen": "last_seen_at desc nulls last",
    "goodness": "goodness desc nulls last",
    "harm": "harm desc nulls last",
    "visits": "n_visits desc nulls last",
    "authority": "coalesce(authority, vendor_authority) desc nulls last",
    "source": "source_url",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkFilter:
    """Which links: every field that is not null narrows the answer."""

    domain: str | None = None
    """Registrable domain or host of the linking page."""
    target: str | None = None
    """Own page, or the beginning of its URL."""
    anchor: str | None = None
    """Text that the anchor holds, case ignored."""
    state: str | None = None
    counts: str | None = None
    verdict: str | None = None
    kind: str | None = None
    """Kind of harm."""
    region: str | None = None
    reported_by: str | None = None
    followed: bool | None = None
    since: date | None = None
    """First seen on or after this day."""


_PREDICATES = {
    "domain": "(source_domain = $domain or source_host = $domain)",
    "target": "starts_with(target_url, $target)",
    "anchor": "contains(lower(anchor), lower($anchor))",
    "state": "state = $state",
    "counts": "counts = $counts",
    "verdict": "verdict = $verdict",
    "kind": "list_contains(kinds, $kind)",
    "region": "region = $region",
    "reported_by": "list_contains(reported_by, $reported_by)",
    "followed": "is_followed = $followed",
    "since": "first_seen_at >= $since::timestamp with time zone",
}
_JUDGED = """
select b.*, v.verdict, v.reason, coalesce(v.kinds, []) as kinds, v.goodness, v.harm, v.coverage_share, v.terms
from backlinks b left join verdicts v using (link_id)"""


def backlinks(
    answers: Answers,
    only: LinkFilter | None = None,
    *,
    order: str = "source",
    limit: int = 100,
    offset: int = 0,
    columns: tuple[str, ...] = COLUMNS,
    one_per_domain: bool = False,
) -> pa.Table:
    """Give links to the site, filtered, ordered and paged; ``one_per_domain`` keeps the first of each domain.

    Columns: ``columns``, any of tables backlinks and verdicts.
    Raises: InputError for an unknown order or column; StageError where the links were not measured yet.
    """
    asked = about_links(
        answers, only, order=order, limit=limit, offset=offset, columns=columns, one_per_domain=one_per_domain
    )
    return answers.answer(asked)


def about_links(
    answers: Answers,
    only: LinkFilter | None = None,
    *,
    order: str = "source",
    limit: int | None = None,
    offset: int = 0,
    columns: tuple[str, ...] = COLUMNS,
    one_per_domain: bool = False,
) -> Question:
    """Ask for links to the site as :func:`backlinks` does; without a limit for all of them."""
    answers.need("backlinks", "judge")
    sql, values = _filtered(only or LinkFilter())
    if order not in ORDERS:
        raise InputError(f"order {order!r}: one of {', '.join(ORDERS)}")
    if one_per_domain:
        sql += f" qualify row_number() over (partition by source_domain order by {ORDERS[order]}, link_id) = 1"
    known = {*table("backlinks").names, *table("verdicts").names}
    if unknown := [name for name in columns if name not in known]:
        raise InputError(f"links have no column {', '.join(unknown)}")
    chosen = ", ".join(f'"{name}"' for name in columns)
    sql = f"select {chosen} from ({sql}) order by {ORDERS[order]}, link_id limit $limit offset $offset"
    return Question(sql, {**values, "limit": limit, "offset": offset})


def count(answers: Answers, only: LinkFilter | None = None) -> dict[str, Any]:
    """Count the links that a filter leaves: rows, linking pages, referring domains."""
    answers.need("backlinks", "judge")
    sql, values = _filtered(only or LinkFilter())
    counted = f"""
      select count(*) as n_links, count(distinct source_url) as n_pages, count(distinct source_domain) as n_domains
      from ({sql})"""
    return dict(answers.ask_named(counted, values).to_pylist()[0])


def _filtered(only: LinkFilter) -> tuple[str, dict[str, Any]]:
    values = {f.name: getattr(only, f.name) for f in fields(only) if getattr(only, f.name) is not None}
    predicates = [_PREDICATES[name] for name in values]
    where = f" where {' and '.join(predicates)}" if predicates else ""
    return f"select * from ({_JUDGED}){where}", values
