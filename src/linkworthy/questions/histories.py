"""Who knows what, counted by the set of sources that know it: from these counts follow overlap, gain and estimate."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from linkworthy.questions.open import Answers

OURS = ("crawl", "verify")
"""Own fetches: they follow the lists that others gave, and are no source beside them."""
UNITS = ("links", "pages", "domains")

Histories = Mapping[tuple[str, ...], int]
"""Links, pages or domains by the sources that know them, in alphabetical order."""

LINKS = """
best as (
  select link_id, arg_min(state, case state when 'live' then 0 when 'could not check' then 1 else 2 end) as state
  from checks group by link_id),
known as (
  select i.link_id, i.source_domain as domain, i.reported_by, i.files, i.lost_at, i.is_lead,
    regexp_replace(i.source_url, '^https?://', '') as page, coalesce(b.state, 'not checked') as state
  from link_index i left join best b using (link_id)),
standing as (select * from known where not is_lead or state = 'live'),
listed as (select domain, reported_by, file, lost_at from domain_reports where rival_domain is null)"""
"""Links with their state by the newest check; a lead is a link once it was found. Beside them the domains that vendors
list without links."""

_KNOWN = {
    "links": "select link_id as id, who from told",
    "pages": "select page as id, who from told",
    "domains": "select domain as id, who from told union all select domain, {lister} from listed where {listed}",
}


def histories(answers: Answers, unit: str, by: str = "reported_by", *, is_standing: bool = False) -> Histories:
    """Count links, linking pages or referring domains by the set of sources, or of files, that know them.

    ``is_standing`` leaves out links that were found gone, and those that a source calls lost and nobody found live.
    """
    gone = "(state = 'gone' or (lost_at is not null and state <> 'live'))"
    lister, listed = ("reported_by", "true") if by == "reported_by" else ("file", "true")
    if is_standing:
        listed = "lost_at is null"
    query = f"""
      with {LINKS},
      told as (select *, unnest({by}) as who from standing {f"where not {gone}" if is_standing else ""}),
      pairs as ({_KNOWN[unit].format(lister=lister, listed=listed)}),
      sets as (select id, list_sort(list(distinct who)) as who from pairs where who not in {OURS} group by id)
      select who, count(*) as n from sets group by who order by n desc, who"""
    return {tuple(row["who"]): row["n"] for row in answers.rows(query)}


def totals(found: Histories) -> dict[str, int]:
    """Count what each source knows, the richest first."""
    out: dict[str, int] = {}
    for who, n in found.items():
        for name in who:
            out[name] = out.get(name, 0) + n
    return dict(sorted(out.items(), key=lambda item: (-item[1], item[0])))


def alone(found: Histories) -> dict[str, int]:
    """Count what each source knows and no other does."""
    return {name: found.get((name,), 0) for name in totals(found)}


def overlap(found: Histories) -> list[dict[str, Any]]:
    """Give for every pair of sources how much both know, and what share of each that is."""
    sizes = totals(found)
    out = []
    for one in sizes:
        for other in sizes:
            if one < other:
                both = sum(n for who, n in found.items() if one in who and other in who)
                shares = {"one_share": both / sizes[one], "other_share": both / sizes[other]}
                out.append({"one": one, "other": other, "n_both": both, **shares})
    return sorted(out, key=lambda row: (-row["n_both"], row["one"], row["other"]))


def gain(found: Histories) -> list[dict[str, Any]]:
    """Add the sources one after the other, each time the one that adds most to those before it."""
    left = dict(found)
    waiting = set(totals(found))
    n_all = sum(found.values())
    n_known = 0
    out: list[dict[str, Any]] = []
    while waiting:
        adds = {name: sum(n for who, n in left.items() if name in who) for name in waiting}
        best = min(waiting, key=lambda name: (-adds[name], name))
        waiting.remove(best)
        left = {who: n for who, n in left.items() if best not in who}
        n_known += adds[best]
        step = {"step": len(out) + 1, "source": best, "n_new": adds[best], "n_known": n_known}
        out.append({**step, "known_share": n_known / n_all if n_all else None})
    return out
