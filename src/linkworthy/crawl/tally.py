"""What a crawl came to, counted from its tables: answers by class, faults, and what was left aside with examples."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from linkworthy.engine.embedded import Embedded

EXAMPLES = 3
"""URLs that are shown for each reason."""
_FETCHED = """
select count(*) filter (state in ('answered', 'failed')), count(*) filter (state = 'disallowed') from pages
"""
_STATUS = """
select (status // 100)::text || 'xx', count(*) from pages where status is not null group by 1 order by 1
"""
_FAULTS = "select fault, count(*) from pages where state = 'failed' and fault is not null group by 1 order by 1"
_SKIPPED = f"""
select fault, count(*), list(url order by url)[:{EXAMPLES}] from pages where state = 'skipped' and fault is not null
group by 1 order by 1
"""


def tally(engine: Embedded, tables: Mapping[str, list[Path]], counters: Counter[str]) -> dict[str, Any]:
    """Give counts by status class and by fault over all that was asked for, and those of what was not, by reason.

    Of many URLs that were left aside for one reason few stand in the table: ``counters`` know how many there were.
    """
    skipped = {name.removeprefix("skipped "): n for name, n in counters.items() if name.startswith("skipped ")}
    out: dict[str, Any] = {"n_fetched": 0, "n_disallowed": 0, "status": {}, "faults": {}}
    examples: dict[str, list[str]] = {}
    if tables.get("pages"):
        with engine.connect({"pages": list(tables["pages"])}) as db:
            out["n_fetched"], out["n_disallowed"] = db.sql(_FETCHED).fetchall()[0]
            out["status"] = dict(db.sql(_STATUS).fetchall())
            out["faults"] = dict(db.sql(_FAULTS).fetchall())
            for reason, n, shown in db.sql(_SKIPPED).fetchall():
                examples[reason] = list(shown)
                skipped.setdefault(reason, n)
    return {**out, "skipped": dict(sorted(skipped.items())), "examples": examples}
