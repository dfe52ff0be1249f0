"""Questions about the sources: what each reports, alone and beside the others, and what none of them may have seen."""

from __future__ import annotations

from typing import Any

from linkworthy.questions import histories as by_set
from linkworthy.questions.histories import LINKS, OURS, Histories, histories
from linkworthy.questions.open import Answers
from linkworthy.questions.recapture import MAX_LISTS, Counts, Estimate, estimate, sample_coverage

LIMITS = (
    """It assumes that each source finds a link independently of the others. Vendors' crawlers follow the same popular
    pages and agree more than chance would have them: the true number is likely to be larger.""",
    """It assumes that every source could find every link. Links that no crawler reaches are not in the estimate; a log
    knows only links that somebody clicked.""",
    """Two exports of one vendor count as one source. A list of unknown origin may be copied from another source; then
    the estimate is too small.""",
    """Exports that a vendor cuts off (1,000 rows, 50,000 rows) and exports of different dates look like missed links;
    then it is too large.""",
    "The 95 % interval holds for chance alone, not for these assumptions.",
)
_METHODS = {
    "chapman": "Chapman's estimator for two sources",
    "log-linear": "log-linear model over all sources",
    "chao": "Chao's lower bound: at least so many",
}


def coverage(answers: Answers, by: str = "reported_by") -> list[dict[str, Any]]:
    """Give for each source, or each file (``by`` files), what it reports, what it alone knew, and what was verified.

    Columns: source; n_links, n_pages, n_domains known to it and how many of each it alone knew; n_live, n_gone and
    n_unchecked of its links; live_share among those that could be checked; n_leads; first_at and last_at of its dates.
    Raises: StageError where nothing was merged yet.
    """
    answers.need("link_index", "judge")
    counts = {unit: histories(answers, unit, by) for unit in by_set.UNITS}
    known = {unit: by_set.totals(found) for unit, found in counts.items()}
    single = {unit: by_set.alone(found) for unit, found in counts.items()}
    states = {row["source"]: row for row in answers.rows(_states(by))}
    dates = {row["source"]: row for row in answers.rows(_dates(by))}
    out = []
    for name in sorted({*known["domains"], *states}, key=lambda name: (-known["domains"].get(name, 0), name)):
        row: dict[str, Any] = {"source": name}
        for unit in by_set.UNITS:
            row |= {f"n_{unit}": known[unit].get(name, 0), f"n_{unit}_alone": single[unit].get(name, 0)}
        state = states.get(name, {})
        row |= {column: state.get(column, 0) for column in ("n_live", "n_gone", "n_unchecked", "n_leads")}
        n_told = row["n_live"] + row["n_gone"]
        row["live_share"] = row["n_live"] / n_told if n_told else None
        row |= {column: dates.get(name, {}).get(column) for column in ("first_at", "last_at")}
        out.append(row)
    return out


def _states(by: str) -> str:
    return f"""
      with {LINKS}, told as (select *, unnest({by}) as source from known)
      select source, count(*) filter (state = 'live') as n_live,
        count(*) filter (state = 'gone' and not is_lead) as n_gone,
        count(*) filter (state not in ('live', 'gone') and not is_lead) as n_unchecked,
        count(*) filter (is_lead and state <> 'live') as n_leads
      from told where source not in {OURS} group by source"""


def _dates(by: str) -> str:
    column = "file" if by == "files" else "reported_by"
    dated = "first_seen_at, last_seen_at, lost_at"
    return f"""
      with dated as (
        select {column} as source, {dated} from observations where rival_domain is null
        union all select {column}, {dated} from domain_reports where rival_domain is null)
      select source, min(least(first_seen_at, last_seen_at)) as first_at,
        max(greatest(first_seen_at, last_seen_at, lost_at)) as last_at
      from dated group by source"""


def overlaps(answers: Answers, unit: str = "domains") -> list[dict[str, Any]]:
    """Give for every pair of sources how many links, pages or domains both know, and the share of each.

    Raises: StageError where nothing was merged yet.
    """
    answers.need("link_index", "judge")
    return by_set.overlap(histories(answers, unit))


def gains(answers: Answers, unit: str = "domains") -> list[dict[str, Any]]:
    """Give what each source adds when sources are added one after the other, the most useful first.

    Raises: StageError where nothing was merged yet.
    """
    answers.need("link_index", "judge")
    return by_set.gain(histories(answers, unit))


def unseen(answers: Answers, unit: str = "domains") -> dict[str, Any]:
    """Estimate how many links, pages or domains no source has seen, with its limits in words.

    Only what still stands is counted: links that were found gone, or are called lost, are left out. ``is_estimated`` is
    false where the sources do not allow it, and ``reason`` says why.
    Raises: StageError where nothing was merged yet.
    """
    answers.need("link_index", "judge")
    found = histories(answers, unit, is_standing=True)
    counts, names = as_counts(found)
    result = estimate(counts)
    out: dict[str, Any] = {
        "unit": unit,
        "sources": names,
        "n_seen": sum(counts.values()),
        "limits": [" ".join(text.split()) for text in LIMITS],
    }
    out |= {"coverage_share": sample_coverage(counts) if len(names) > 1 and counts else None}
    if len(by_set.totals(found)) > MAX_LISTS:
        out["limits"].insert(0, f"Only the {MAX_LISTS} richest sources are compared.")
    if isinstance(result, str):
        return {**out, "is_estimated": False, "reason": result}
    return {**out, "is_estimated": True, "reason": None, **_worded(result, names)}


def as_counts(found: Histories) -> tuple[Counts, list[str]]:
    """Turn sets of sources into capture histories, and give the sources in the order of the lists."""
    names = sorted(list(by_set.totals(found))[:MAX_LISTS])
    counts: dict[tuple[bool, ...], int] = {}
    for who, n in found.items():
        history = tuple(name in who for name in names)
        if any(history):
            counts[history] = counts.get(history, 0) + n
    return counts, names


def _worded(result: Estimate, names: list[str]) -> dict[str, Any]:
    pairs = [f"{names[i]} and {names[j]}" for i, j in result.terms]
    method = _METHODS[result.method] + (f", {', '.join(pairs)} depending on each other" if pairs else "")
    return {
        "method": method,
        "n_total": round(result.n_total),
        "low": round(result.low),
        "high": round(result.high),
        "n_unseen": max(0, round(result.n_total) - result.n_seen),
    }
