"""What changed between two snapshots: links won and lost, domains, findings, verdicts.

A link is lost only where the newer snapshot found it gone, or no longer reports it at all; what could not be checked is
not lost.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa

from linkworthy.metrics.changes import IS_PART
from linkworthy.questions import Answers
from linkworthy.tables import table

MAX_ROWS = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """Figures and the first rows of each kind of change."""

    since: str
    """When the older snapshot was made."""
    n_new_links: int = 0
    n_lost_links: int = 0
    n_new_domains: int = 0
    n_lost_domains: int = 0
    n_new_findings: int = 0
    n_solved_findings: int = 0
    new_links: list[dict[str, Any]] = field(default_factory=list)
    lost_links: list[dict[str, Any]] = field(default_factory=list)
    new_findings: list[dict[str, Any]] = field(default_factory=list)
    solved_findings: list[dict[str, Any]] = field(default_factory=list)
    verdicts: list[dict[str, Any]] = field(default_factory=list)
    """Links whose verdict changed: source_url, before, now."""

    @property
    def is_empty(self) -> bool:
        """Nothing changed."""
        return not any(
            (self.n_new_links, self.n_lost_links, self.n_new_findings, self.n_solved_findings, len(self.verdicts))
        )


_ALIVE = "state <> 'gone'"
_BETWEEN = """
select source_url, source_domain, target_url, anchor, state, state_reason from {one}
where state <> 'gone' and link_id not in (select link_id from {other} where state <> 'gone')
order by source_url, target_url limit {limit}"""
_FINDINGS = """
select rule, count(*) as n from {one} a where not exists (
  select 1 from {other} b where b.rule = a.rule and b."key" = a."key" and b.n is not distinct from a.n)
and rule in (select rule from {judged} where state = 'judged') {looked_at}
group by rule order by n desc, rule"""


def changes(now: Answers, before: Answers) -> Changes:
    """Compare two snapshots; what only one of them has judged is left out.

    Where one of them crawled a list or stopped at a limit, findings on pages that it did not ask for are neither new
    nor solved.
    """
    for name in ("backlinks", "findings", "coverage", "verdicts"):
        rows = before.ask(f'select * from "{name}"') if before.snapshot.has(name) else _empty(name)
        now.db.register(f"old_{name}", rows)
    out: dict[str, Any] = {}
    if now.snapshot.has("backlinks") and before.snapshot.has("backlinks"):
        out |= _links(now)
    if now.snapshot.has("findings") and before.snapshot.has("findings"):
        looked = {name: _looked_at(now, side, name) for name, side in (("old_looked", before), ("now_looked", now))}
        new = now.rows(
            _FINDINGS.format(
                one="findings", other="old_findings", judged="old_coverage", looked_at=looked["old_looked"]
            )
        )
        solved = now.rows(
            _FINDINGS.format(one="old_findings", other="findings", judged="coverage", looked_at=looked["now_looked"])
        )
        out |= {"new_findings": new, "solved_findings": solved}
        out |= {"n_new_findings": _sum(new), "n_solved_findings": _sum(solved)}
    if now.snapshot.has("verdicts") and before.snapshot.has("verdicts"):
        out["verdicts"] = now.rows(
            f"""
            select n.source_url, n.source_domain, b.verdict as before, n.verdict as now
            from verdicts n join old_verdicts b using (link_id) where n.verdict <> b.verdict
            order by n.source_url limit {MAX_ROWS}"""
        )
    return Changes(since=before.snapshot.created_at, **out)


def _looked_at(now: Answers, side: Answers, name: str) -> str:
    """Give the condition that one crawl asked for the page of a finding; none where it crawled the whole site."""
    if not side.snapshot.has("pages") or not side.rows(f"select ({IS_PART.format('pages')}) as is_part")[0]["is_part"]:
        return ""
    now.db.register(name, side.ask("select distinct url from pages where is_own and state <> 'skipped'"))
    return f'and a."key" in (select url from {name})'


def _links(now: Answers) -> dict[str, Any]:
    counted = now.one(
        f"""
        with a as (select * from backlinks where {_ALIVE}), b as (select * from old_backlinks where {_ALIVE})
        select
          (select count(*) from a where link_id not in (select link_id from b)) as n_new_links,
          (select count(*) from b where link_id not in (select link_id from a)) as n_lost_links,
          (select count(distinct source_domain) from a
           where source_domain not in (select source_domain from b)) as n_new_domains,
          (select count(distinct source_domain) from b
           where source_domain not in (select source_domain from a)) as n_lost_domains"""
    )
    new = now.rows(_BETWEEN.format(one="backlinks", other="old_backlinks", limit=MAX_ROWS))
    lost = now.rows(_BETWEEN.format(one="old_backlinks", other="backlinks", limit=MAX_ROWS))
    return {**counted, "new_links": new, "lost_links": lost}


def _sum(rows: list[dict[str, Any]]) -> int:
    return sum(int(row["n"]) for row in rows)


def _empty(name: str) -> pa.Table:
    return table(name).schema.empty_table()
