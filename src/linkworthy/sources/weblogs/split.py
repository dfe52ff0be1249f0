"""Columns of requests, each distinct text once: what the counting takes, from bulk and from single lines alike."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from linkworthy.sources.weblogs.entry import Entry

Ints = npt.NDArray[np.int64]
Codes = npt.NDArray[np.int32]


class Coded(NamedTuple):
    """A column of texts: the distinct ones, and which of them each row has."""

    values: Sequence[str | None]
    codes: Codes


class Split(NamedTuple):
    """Requests as columns."""

    rows: Ints
    """Line numbers."""
    at: Ints
    status: Ints
    asked: Coded
    """The request, with origin and line break before it where the line names one."""
    referrer: Coded
    agent: Coded


def coded(texts: Sequence[str | None]) -> Coded:
    """Give a column of single texts its codes."""
    places = {text: n for n, text in enumerate(dict.fromkeys(texts))}
    return Coded(list(places), np.array([places[text] for text in texts], np.int32))


def from_entries(rows: Sequence[int], entries: Sequence[Entry]) -> Split:
    """Put entries that were read one by one into columns."""
    return Split(
        rows=np.array(rows, np.int64),
        at=np.array([entry.at for entry in entries], np.int64),
        status=np.array([entry.status for entry in entries], np.int64),
        asked=coded([f"{entry.origin}\n{entry.request}" if entry.origin else entry.request for entry in entries]),
        referrer=coded([entry.referrer for entry in entries]),
        agent=coded([entry.agent for entry in entries]),
    )
