"""Questions about referring domains and anchors: every domain counted once."""

from __future__ import annotations

import pyarrow as pa

from linkworthy.errors import InputError
from linkworthy.questions.open import Answers, Question

DOMAIN_ORDERS = {
    "links": "n_links desc",
    "first-seen": "first_seen_at desc nulls last",
    "authority": "coalesce(authority, vendor_authority) desc nulls last",
    "visits": "n_visits desc nulls last",
    "harm": "worst_harm desc nulls last",
    "domain": "domain",
}


def domains(answers: Answers, *, order: str = "links", limit: int = 100, offset: int = 0) -> pa.Table:
    """Give the referring domains with first seen, followed share and the verdicts on their links.

    Raises: InputError for an unknown order; StageError where the links were not measured yet.
    """
    return answers.answer(about_domains(answers, order=order, limit=limit, offset=offset))


def about_domains(answers: Answers, *, order: str = "links", limit: int | None = None, offset: int = 0) -> Question:
    """Ask for the referring domains as :func:`domains` does; without a limit for all of them."""
    answers.need("domains", "judge")
    if order not in DOMAIN_ORDERS:
        raise InputError(f"order {order!r}: one of {', '.join(DOMAIN_ORDERS)}")
    return Question(
        f"""
        with judged as (
          select source_domain, max(harm) as worst_harm, max(goodness) as best_goodness,
            list_sort(list(distinct verdict)) as verdicts
          from verdicts group by source_domain)
        select d.domain, d.n_links, d.n_pages, d.n_targets, d.n_live, d.n_counting, d.followed_share, d.first_seen_at,
          d.last_seen_at, d.reported_by, d.top_anchor, d.language, d.network_id, d.authority, d.vendor_authority,
          d.n_visits, j.verdicts, j.best_goodness, j.worst_harm
        from domains d left join judged j on j.source_domain = d.domain
        order by {DOMAIN_ORDERS[order]}, domain limit ? offset ?""",
        [limit, offset],
    )


def anchors(answers: Answers, *, limit: int = 100, offset: int = 0) -> pa.Table:
    """Give the anchors by the referring domains that use them; links that are gone are left out.

    Raises: StageError where the links were not measured yet.
    """
    return answers.answer(about_anchors(answers, limit=limit, offset=offset))


def about_anchors(answers: Answers, *, limit: int | None = None, offset: int = 0) -> Question:
    """Ask for the anchors as :func:`anchors` does; without a limit for all of them."""
    answers.need("backlinks", "judge")
    return Question(
        """
        with used as (select * from backlinks where state <> 'gone' and anchor is not null),
        spelled as (select *, lower(trim(anchor)) as folded from used)
        select mode(anchor) as anchor, any_value(anchor_kind) as anchor_kind,
          count(distinct source_domain) as n_domains, count(*) as n_links, count(distinct target_url) as n_targets,
          count(distinct source_domain) / (select count(distinct source_domain) from used) as domain_share,
          avg(is_followed::int) as followed_share, min(first_seen_at) as first_seen_at
        from spelled group by folded order by n_domains desc, n_links desc, anchor limit ? offset ?""",
        [limit, offset],
    )
