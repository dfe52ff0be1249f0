"""What the report says of the sources: coverage, overlap, gain, contradictions with their rows, and what none saw."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from linkworthy.questions import Answers, coverage, dispute_counts, gains, overlaps, unseen
from linkworthy.questions.disputes import ABOUT
from linkworthy.questions.recapture import MIN_OVERLAP

ROWS_PER_DISPUTE = 15
_N_PAIRS = 28
_ROWS = f"""
select about, one, one_says, one_at, other, other_says, other_at, source_url, target_url from disagreements
qualify row_number() over (partition by about order by source_url, target_url, one, other, one_row)
  <= {ROWS_PER_DISPUTE}
order by about, source_url, target_url, one, other, one_row"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Witnesses:
    """Who knows what."""

    sources: list[dict[str, Any]]
    files: list[dict[str, Any]]
    matrix: list[dict[str, Any]]
    """One row a source: domains and links that it shares with each other one."""
    names: list[str]
    gains: list[dict[str, Any]]
    unseen: list[dict[str, Any]]
    """By domains and by pages: the estimate, or why there is none."""
    disputes: list[dict[str, Any]]
    """By sort: n, pairs, and the first rows."""
    n_disputes: int
    min_overlap: int = MIN_OVERLAP


def gather_witnesses(answers: Answers) -> Witnesses | None:
    """Read what the sources say, null where no source reports a link."""
    sources = coverage(answers)
    if not sources:
        return None
    names = [row["source"] for row in sources if row["n_domains"]][:8]
    counted = dispute_counts(answers)
    rows = answers.rows(_ROWS)
    return Witnesses(
        sources=sources,
        files=coverage(answers, "files"),
        matrix=_matrix(names, sources, overlaps(answers), overlaps(answers, "links")),
        names=names,
        gains=gains(answers),
        unseen=[unseen(answers), unseen(answers, "pages")],
        disputes=[
            {
                "about": about,
                "words": words,
                "n": sum(row["n"] for row in counted if row["about"] == about),
                "pairs": [row for row in counted if row["about"] == about][:_N_PAIRS],
                "rows": [row for row in rows if row["about"] == about],
            }
            for about, words in ABOUT.items()
            if any(row["about"] == about for row in counted)
        ],
        n_disputes=sum(row["n"] for row in counted),
    )


def _matrix(
    names: list[str], sources: list[dict[str, Any]], domains: list[dict[str, Any]], links: list[dict[str, Any]]
) -> list[dict[str, Any]]:
    """Give one row a source: domains and links shared with every other, and on the diagonal what it knows itself."""
    n_domains = {frozenset((row["one"], row["other"])): row["n_both"] for row in domains}
    n_links = {frozenset((row["one"], row["other"])): row["n_both"] for row in links}
    for row in sources:
        n_domains[frozenset((row["source"],))] = row["n_domains"]
        n_links[frozenset((row["source"],))] = row["n_links"]
    return [
        {
            "source": one,
            "cells": [(n_domains[pair], n_links.get(pair, 0)) for pair in (frozenset((one, other)) for other in names)],
        }
        for one in names
    ]
