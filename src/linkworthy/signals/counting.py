"""Does a link count? One line: followed or not and by whose word, indexable, redirected, hidden, doubled, its share."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

READS = (
    "state", "state_reason", "counts", "counts_reason", "is_followed", "nofollow_by", "rel", "is_source_indexable",
    "source_index_reason", "is_listed", "target_status", "is_hidden", "duplicate_of", "is_repeat", "n_domain_links",
    "network_size", "page_share",
)  # fmt: skip
"""Columns of ``backlinks`` that a line reads."""

_BY = {
    "link": "rel={rel} on the link",
    "meta": "a robots meta of the page says nofollow",
    "header": "the page's X-Robots-Tag says nofollow",
}
_AGAINST = {
    "noindex": "the page says noindex",
    "robots": "robots.txt shuts search engines out",
    "canonicalised": "the page names another page as its canonical",
    "hidden": "the link is hidden",
    "target-redirected-away": "your page redirects to another site",
    "page-nofollow": "the page says nofollow",
}
_VERB = {"yes": "Counts", "no": "Does not count", "not known": "Not known whether it counts"}


def count_line(row: Mapping[str, Any]) -> str:
    """Give the line of one row of ``backlinks``; what is not known is left out or said to be so."""
    parts = [_followed(row), _indexable(row), *_way(row), *_double(row), _share(row)]
    head = _VERB.get(str(row.get("counts") or "not known"), _VERB["not known"])
    if row.get("state") == "gone":
        head = "Does not count: it is gone"
    elif row.get("state") == "not checked":
        head = "Not checked"
    elif row.get("state") == "could not check":
        head = f"Not known: the page could not be read ({row.get('state_reason') or 'no answer'})"
    said = "; ".join(part for part in parts if part)
    return f"{head}: {said}." if said and ": " not in head else f"{head}; {said}." if said else f"{head}."


def _followed(row: Mapping[str, Any]) -> str:
    if row.get("is_followed") is None:
        return ""
    if row["is_followed"]:
        return "followed"
    by = row.get("nofollow_by")
    return _BY[by].format(rel=row.get("rel") or "nofollow") if by in _BY else "reported as not followed"


def _indexable(row: Mapping[str, Any]) -> str:
    reason = row.get("counts_reason")
    if reason in _AGAINST and not (reason == "page-nofollow" and row.get("nofollow_by")):
        return _AGAINST[reason]
    if row.get("is_source_indexable") is None:
        return ""
    why = row.get("source_index_reason")
    seen = row.get("is_listed")
    listed = "" if seen is None else ", and was seen in the index" if seen else ", and was not found in the index"
    return f"the page may be indexed{listed}" if row["is_source_indexable"] else f"the page may not be indexed ({why})"


def _way(row: Mapping[str, Any]) -> list[str]:
    out = []
    status = row.get("target_status")
    if status is not None and status >= 400:
        out.append(f"your page answers {status}")
    elif row.get("counts_reason") == "redirected":
        out.append("it reaches your page over a redirect")
    if row.get("is_hidden") and row.get("counts_reason") != "hidden":
        out.append("it is hidden")
    return out


def _double(row: Mapping[str, Any]) -> list[str]:
    out = []
    if row.get("duplicate_of"):
        out.append("the page links to the same page of yours before it, which is the one that counts")
    if row.get("is_repeat"):
        out.append("one of a sitewide link, which is counted once")
    elif (row.get("n_domain_links") or 0) > 1 and not row.get("duplicate_of"):
        out.append(f"one of {row['n_domain_links']} links from its domain")
    if row.get("network_size"):
        out.append(f"one of {row['network_size']} domains that share an owner's marks, counted once an owner")
    return out


def _share(row: Mapping[str, Any]) -> str:
    share = row.get("page_share")
    return "" if share is None else f"{100 * share:.1f} % of what the page passes on"
