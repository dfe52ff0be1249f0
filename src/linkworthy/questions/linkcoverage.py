"""What the link index covers: its crawls, the share of a site that they saw, who saw which link, what nobody saw."""

from __future__ import annotations

from typing import Any

from linkworthy.index.lookup import LinkIndex
from linkworthy.index.scopes import Scope
from linkworthy.questions.recapture import MAX_LISTS, estimate, sample_coverage

LIMIT = (
    "The estimate counts what crawls like these could find: pages that none of them may read are not part of it. "
    "Crawls of one maker share their seeds, so that the number is more likely too low than too high."
)


def batches(index: LinkIndex) -> list[dict[str, Any]]:
    """Give the batches that are in, in the order in which they were appended."""
    return [{name: getattr(one, name) for name in one.__struct_fields__} for one in index.manifest.batches]


def status(index: LinkIndex) -> dict[str, Any]:
    """Give the size of the index: rows, bytes, bytes a link, files, batches."""
    out: dict[str, Any] = {"n_batches": len(index.manifest.batches), "generation": index.manifest.generation}
    out |= {"n_buckets": index.manifest.n_buckets, "is_external_only": index.manifest.is_external_only}
    for table in ("links", "outgoing", "pages"):
        files = index.manifest.of(table)
        out[table] = {
            "n_rows": sum(one.n_rows for one in files),
            "n_bytes": sum(one.n_bytes for one in files),
            "n_files": len(files),
        }
    links = out["links"]
    out["bytes_a_link"] = round(links["n_bytes"] / links["n_rows"], 1) if links["n_rows"] else None
    return out


def coverage(index: LinkIndex, scope: Scope) -> dict[str, Any]:
    """Say what is covered of one site: its pages, who saw the links to it, and how many referring domains nobody saw.

    ``pages`` compares the site's captured pages with those that captured pages elsewhere link to. ``by_batch`` counts
    links and domains by the batch that saw them, and those that it alone saw. ``unseen`` is a capture-recapture
    estimate of referring domains over the newest batches; ``is_estimated`` is false where they do not allow it.
    """
    found = f"select * from {index.rows('links', scope)}"
    values = scope.values()
    names = {one.number: one.name for one in index.manifest.batches}
    by_batch = index.all_rows(
        f"""
        with told as (select source_domain, seen_in, unnest(seen_in) as batch from ({found})),
        lone as (select source_domain, len(list_distinct(flatten(list(seen_in)))) as n from ({found}) group by 1)
        select batch, count(*) as n_links, count(*) filter (len(seen_in) = 1) as n_links_alone,
          count(distinct source_domain) as n_domains,
          count(distinct source_domain) filter (lone.n = 1) as n_domains_alone
        from told join lone using (source_domain) group by batch order by batch""",
        values,
    )
    return {
        "scope": {"kind": scope.kind, "text": scope.text},
        "pages": _pages(index, scope, found),
        "by_batch": [{"name": names[row.pop("batch")], **row} for row in by_batch],
        "unseen": _unseen(index, found, values, names),
    }


def _pages(index: LinkIndex, scope: Scope, found: str) -> dict[str, Any]:
    pages = f"select * from {index.rows('pages', scope)}"
    row: dict[str, Any] = index.all_rows(
        f"""
        with captured as (select distinct url_key from ({pages})),
        linked as (select distinct target_key from ({found}))
        select (select count(*) from captured) as n_captured, (select count(*) from linked) as n_linked,
          (select count(*) from linked where target_key in (select url_key from captured)) as n_linked_and_captured,
          (select count(*) from captured where url_key not in (select target_key from linked)) as n_captured_alone""",
        scope.values(),
    )[0]
    n_known = row["n_linked"] + row["n_captured_alone"]
    return {**row, "n_known": n_known, "captured_share": row["n_captured"] / n_known if n_known else None}


def _unseen(index: LinkIndex, found: str, values: dict[str, Any], names: dict[int, str]) -> dict[str, Any]:
    newest = sorted(names)[-MAX_LISTS:]
    rows = index.all_rows(
        f"""
        select seen, count(*) as n from (
          select source_domain, list_sort(list_distinct(flatten(list(seen_in)))) as seen from ({found}) group by 1)
        group by seen order by seen""",
        values,
    )
    counts: dict[tuple[bool, ...], int] = {}
    for row in rows:
        history = tuple(number in row["seen"] for number in newest)
        if any(history):
            counts[history] = counts.get(history, 0) + row["n"]
    out: dict[str, Any] = {"unit": "domains", "batches": [names[number] for number in newest], "limits": LIMIT}
    out["n_seen"] = sum(counts.values())
    result = estimate(counts) if counts else "no link was seen"
    if isinstance(result, str):
        return {**out, "is_estimated": False, "reason": result}
    unseen = max(0, round(result.n_total) - result.n_seen)
    return {
        **out, "is_estimated": True, "reason": None, "method": result.method, "n_total": round(result.n_total),
        "low": round(result.low), "high": round(result.high), "n_unseen": unseen,
        "coverage_share": sample_coverage(counts),
    }  # fmt: skip
