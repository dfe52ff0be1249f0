"""Learning from a labelled CSV: of domains, by their names; or of any numeric features. Cross-validated by domain.

A label is a word or a number that means bad (1, bad, spam, harmful, yes, true, disavow) or good (0, good, ham, ok, no,
false, keep); other rows are rejected and counted. A feature that is missing counts as the mean, with a column that says
so. Memory: the rows, and their columns as float32.
"""

from __future__ import annotations

import csv
import json
import math
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np
import numpy.typing as npt

from linkworthy import urls
from linkworthy.engine.learning import Net, Plan, folds_of, load, net_of, train
from linkworthy.errors import InputError
from linkworthy.metrics.names import name_rows

MAX_ROWS = 200_000
MAX_NAME_ROWS = 30_000
"""Names that are learned from at once: each is a row of thousands of columns."""
MIN_EACH = 10
"""Rows of either label without which nothing is learned."""
MAX_FIELD_CHARACTERS = 100_000
N_FOLDS = 5
BAD = frozenset({"1", "1.0", "bad", "spam", "harmful", "yes", "true", "disavow", "toxic", "remove", "phishing", "y"})
GOOD = frozenset({"0", "0.0", "good", "ham", "ok", "no", "false", "keep", "clean", "normal", "legitimate", "n", "-1"})
_LABELS = ("label", "class", "target", "is_spam", "spam", "word", "verdict", "y")
_DOMAINS = ("domain", "host", "url", "site", "source_domain", "source_url", "subject", "hostname", "name")
_STEPS = 1_500
"""Batches that a network is shown, whatever the number of rows; ten times all rows at least."""
_BATCH = 64

Rows = npt.NDArray[np.float32]


@dataclass(slots=True)
class Labelled:
    """Rows of a CSV with their labels: names, or numeric columns."""

    features: tuple[str, ...]
    """Numeric columns; none where names are all there is."""
    label: str
    domains: list[str] = field(default_factory=list)
    values: list[list[float]] = field(default_factory=list)
    labels: list[int] = field(default_factory=list)
    rejects: Counter[str] = field(default_factory=Counter)

    @property
    def rows(self) -> Rows:
        """The columns that are learned from; a missing value is NaN."""
        if not self.features:
            return name_rows(self.domains)
        return np.asarray(self.values, dtype=np.float32).reshape(len(self.values), len(self.features))


@dataclass(frozen=True, slots=True)
class Learned:
    """A network over named columns, and what missing values stand for."""

    features: tuple[str, ...]
    means: Rows
    net: Net

    def risks(self, rows: Rows) -> Rows:
        """Give the probability of bad for each row."""
        return self.net.shares(filled(rows, self.means) if self.features else rows)[:, 0]

    def save(self, place: Path) -> None:
        """Write the model whole or not at all."""
        about = np.frombuffer(json.dumps({"features": self.features}).encode(), dtype=np.uint8)
        part = place.with_name(f".{place.name}.part")
        with part.open("wb") as file:
            arrays: dict[str, Any] = {"about": about, "means": self.means, **self.net.arrays("net_")}
            np.savez_compressed(file, **arrays)
        part.replace(place)


def load_model(place: Path) -> Learned:
    """Read a model.

    Raises: InputError where the file is none.
    """
    try:
        arrays = load(place)
        about = json.loads(bytes(arrays.pop("about").astype(np.uint8)).decode())
        means = arrays.pop("means").astype(np.float32)
    except (OSError, ValueError, KeyError, EOFError, BadZipFile) as fault:
        raise InputError(f"{place}: no model written by 'linkworthy model train' ({fault})") from None
    return Learned(tuple(about["features"]), means, net_of(arrays, "net_"))


def read_labelled(
    place: Path, label: str | None = None, features: Sequence[str] | None = None, domain: str | None = None
) -> Labelled:
    """Read a CSV; ``features`` names the columns to learn from, else every column that holds numbers is one.

    Raises: InputError where the file cannot be read, or lacks the columns.
    """
    try:
        with place.open(encoding="utf-8-sig", errors="replace", newline="") as file:
            csv.field_size_limit(MAX_FIELD_CHARACTERS)
            sample = file.read(65_536)
            file.seek(0)
            reader = csv.DictReader(file, delimiter=_delimiter(sample))
            header = [name for name in reader.fieldnames or () if name]
            records = list(_bounded(reader))
    except (OSError, csv.Error) as fault:
        raise InputError(f"{place}: {fault}") from None
    label = _column(place, header, label, _LABELS, "label")
    named = _column(place, header, domain, _DOMAINS, "domain", is_needed=features is None and domain is not None)
    if features is None:
        features = [name for name in header if name not in {label, named} and _is_numeric(records, name)]
    elif missing := [name for name in features if name not in header]:
        raise InputError(f"{place}: no column {missing[0]!r}; there are {', '.join(header)}")
    if not features and not named:
        raise InputError(f"{place}: neither a column of domains nor one of numbers to learn from")
    return _gather(records, label, named, tuple(features))


def _delimiter(sample: str) -> str:
    first = sample.partition("\n")[0]
    return max(",;\t", key=lambda mark: (first.count(mark), mark == ","))


def _bounded(reader: csv.DictReader[str]) -> Iterator[dict[str, Any]]:
    for n, row in enumerate(reader):
        if n >= MAX_ROWS:
            raise InputError(f"more than {MAX_ROWS:,} rows: learn from a sample of them")
        yield row


def _column(
    place: Path, header: list[str], asked: str | None, known: Sequence[str], what: str, *, is_needed: bool = True
) -> str:
    if asked is not None:
        if asked not in header:
            raise InputError(f"{place}: no column {asked!r}; there are {', '.join(header) or 'none'}")
        return asked
    folded = {name.strip().lower(): name for name in reversed(header)}
    found = next((folded[name] for name in known if name in folded), "")
    if not found and what == "label" and is_needed:
        raise InputError(f"{place}: no column of labels ({', '.join(known)}); name it with --label")
    return found


def _is_numeric(records: Sequence[dict[str, Any]], name: str) -> bool:
    said = [row[name] for row in records[:1_000] if row.get(name) not in (None, "")]
    return bool(said) and sum(_number(text) is not None for text in said) >= 0.95 * len(said)


def _number(text: Any) -> float | None:
    try:
        value = float(str(text).strip())
    except ValueError:
        return {"true": 1.0, "false": 0.0, "yes": 1.0, "no": 0.0}.get(str(text).strip().lower())
    return value if math.isfinite(value) else None


def _gather(records: Sequence[dict[str, Any]], label: str, named: str, features: tuple[str, ...]) -> Labelled:
    out = Labelled(features, label)
    for n, row in enumerate(records):
        word = str(row.get(label) or "").strip().lower()
        if word not in BAD and word not in GOOD:
            out.rejects["label is neither good nor bad"] += 1
            continue
        text = str(row.get(named) or "").strip().lower() if named else f"row {n}"
        domain = urls.registrable_domain(urls.host_of(text) or text.partition("/")[0]) if named else text
        if not features and "." not in (domain or ""):
            out.rejects["no domain"] += 1
            continue
        values = [_number(row.get(name)) for name in features]
        out.domains.append(domain or f"row {n}")
        out.values.append([math.nan if value is None else value for value in values])
        out.labels.append(int(word in BAD))
    return out


def learn(data: Labelled) -> Learned:
    """Train on all rows.

    Raises: InputError where there are too few of either label, or too many names.
    """
    counts = Counter(data.labels)
    if min(counts[0], counts[1]) < MIN_EACH:
        raise InputError(f"{counts[1]} bad and {counts[0]} good rows: at least {MIN_EACH} of each are needed")
    if not data.features and len(data.labels) > MAX_NAME_ROWS:
        raise InputError(f"{len(data.labels):,} names: at most {MAX_NAME_ROWS:,} are learned from; take a sample")
    return _fit(data.rows, np.asarray(data.labels, dtype=np.int64), data.features)


def _fit(rows: Rows, labels: npt.NDArray[np.int64], features: tuple[str, ...]) -> Learned:
    means = np.zeros(0, dtype=np.float32)
    if features:
        known = ~np.isnan(rows)
        means = (np.where(known, rows, 0).sum(axis=0) / np.maximum(1, known.sum(axis=0))).astype(np.float32)
        rows = filled(rows, means)
    weights = np.where(labels == 1, 1 / labels.sum(), 1 / (1 - labels).sum()).astype(np.float32)
    n_batches = max(1, len(rows) // _BATCH)
    plan = Plan(n_epochs=max(10, _STEPS // n_batches), rate=5e-3, decay=0.05, batch=_BATCH)
    return Learned(features, means, train(rows, labels, 2, plan, weights))


def filled(rows: Rows, means: Rows) -> Rows:
    """Put means where values are missing, add a column for each that says so, and tame long tails by logarithm."""
    gone = np.isnan(rows)
    full = np.where(gone, means, rows)
    return np.hstack([np.sign(full) * np.log1p(np.abs(full)), full / (1 + np.abs(full)), gone]).astype(np.float32)


@dataclass(frozen=True, slots=True)
class Report:
    """How well risks tell bad from good."""

    n_bad: int
    n_good: int
    auc: float
    auc_low: float
    auc_high: float
    recall_at_1: float
    """Share of bad rows above the risk that one in a hundred good rows has."""
    n_sites: int


def cross_validated(data: Labelled) -> Report:
    """Measure on rows whose domain took no part in the learning: five folds by domain."""
    rows, labels = data.rows, np.asarray(data.labels, dtype=np.int64)
    risks = np.zeros(len(labels), dtype=np.float32)
    folds = folds_of(data.domains, N_FOLDS)
    for fold in range(N_FOLDS):
        is_in = folds != fold
        if is_in.all():
            continue
        if len(set(labels[is_in].tolist())) < 2:
            raise InputError("one label is on too few domains to measure: label more domains")
        risks[~is_in] = _fit(rows[is_in], labels[is_in], data.features).risks(rows[~is_in])
    return report(risks, labels, data.domains)


def report(risks: Rows, labels: npt.NDArray[np.int64], domains: Sequence[str]) -> Report:
    """Measure risks against labels, with an interval of 95 % from draws of rows.

    Raises: InputError where a label is missing.
    """
    bad, good = risks[labels == 1], risks[labels == 0]
    if not len(bad) or not len(good):
        raise InputError("both labels are needed to measure")
    rng = np.random.default_rng(1)
    draws = [auc(rng.choice(bad, len(bad)), rng.choice(good, len(good))) for _ in range(200)]
    low, high = np.quantile(draws, [0.025, 0.975])
    limit = np.quantile(good, 0.99)
    recall = float((bad > limit).mean())
    return Report(len(bad), len(good), auc(bad, good), float(low), float(high), recall, len(set(domains)))


def auc(bad: Rows, good: Rows) -> float:
    """Give the share of pairs in which the bad row has the larger risk, ties a half."""
    _, place, counts = np.unique(np.concatenate([bad, good]), return_inverse=True, return_counts=True)
    ranks = (np.cumsum(counts) - (counts - 1) / 2)[place]
    n = len(bad)
    return float((ranks[:n].sum() - n * (n + 1) / 2) / (n * len(good)))
