"""Trains the networks of ``linkworthy.html.learned`` on WCXB, and measures them on sites that they have not seen.

``python -m benchmarks.learn_pages`` writes the weights that are shipped. Folds are split by registrable domain. A
block is main text where 60 % of its runs of four words stand in the text that people marked (short blocks: where they
are a line of it); a link is content where its anchor of 15 characters or more stands in that text. What one network is
told by another comes from networks that were trained without the page's site, within the training pages too.
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from benchmarks.wcxb import RealPage, real_pages
from linkworthy.engine.learning import Plan, folds_of, train
from linkworthy.html.block_features import MAX_BLOCKS, Blocks, block_matrix, blocks_of, smoothing_matrix
from linkworthy.html.columns import Array, Matrix, stepped
from linkworthy.html.kind_features import N_HASHED, kind_columns
from linkworthy.html.learned import KINDS, N_VOTES, Models, Understanding, choice, understand
from linkworthy.html.letters import N_NUMBERS, Letters
from linkworthy.html.link_features import MAX_LINKS, link_matrix, links_of
from linkworthy.html.nets import ExactNet
from linkworthy.html.page import Page

N_FOLDS = 5
LEFT_OUT = 0
"""Fold of sites that the shipped networks have not seen either, so that they can be measured as they are shipped."""
N_INNER = 3
"""Folds within the training pages, for what one network is told by another."""
MIN_ANCHOR = 15
MAX_SAMPLED_BLOCKS = 160
MAX_SAMPLED_LINKS = 300
MAX_LEAN = 3.0
"""A word that stands in main texts e^3 times more often than elsewhere, or less often, says no more."""
STRUCTURE = Plan(n_hidden=32, n_epochs=40, dropout=0.3, batch=64, decay=0.1)
WORDS = Plan(n_hidden=64, n_epochs=30, dropout=0.6, batch=64, decay=1.0)
BLOCKS = Plan(n_hidden=32, n_epochs=4, dropout=0.2, decay=0.02)
SMOOTH = Plan(n_hidden=24, n_epochs=4, dropout=0.2, decay=0.02)
LINKS = Plan(n_hidden=64, n_epochs=12, dropout=0.5, decay=1.0)
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Sample:
    """One page with what it is to teach."""

    page: Page
    site: str
    kind: int
    words: Counter[str]
    """Words of the main text as people marked it."""
    columns: Blocks
    row: Matrix
    blocks: npt.NDArray[np.float32]
    """Share of each block that is main text."""
    links: npt.NDArray[np.int64]
    """1 content, 0 not, -1 not judged."""


def sample_of(real: RealPage) -> Sample:
    """Prepare a page."""
    page = real.page
    folded = " ".join(_WORD.findall(real.main.casefold()))
    blocks, links = blocks_of(page), links_of(page)
    return Sample(
        Page(url=page.url, facts=page.facts, links=page.links, blocks=page.blocks, images=page.images,
             resources=page.resources),
        real.site, KINDS.index(real.kind), Counter(_WORD.findall(real.main.lower())), blocks,
        stepped(kind_columns(page, blocks, links)), _block_labels(page, real.main, folded), _link_labels(page, folded),
    )  # fmt: skip


def _block_labels(page: Page, main: str, folded: str) -> npt.NDArray[np.float32]:
    lines = {" ".join(_WORD.findall(line.casefold())) for line in main.split("\n")}
    spoken = folded.split()
    runs = set(zip(spoken, spoken[1:], spoken[2:], spoken[3:], strict=False))
    bounded = f" {folded} "
    out = []
    for block in page.blocks[:MAX_BLOCKS]:
        said = _WORD.findall(block.text.casefold())
        text = " ".join(said)
        if len(said) <= 3:
            out.append(float(bool(said) and (text in lines or (len(said) == 3 and f" {text} " in bounded))))
        elif f" {text} " in bounded:
            out.append(1.0)
        else:
            mine = list(zip(said, said[1:], said[2:], said[3:], strict=False))
            out.append(sum(run in runs for run in mine) / len(mine))
    return np.asarray(out, dtype=np.float32)


def _link_labels(page: Page, folded: str) -> npt.NDArray[np.int64]:
    out = []
    for link in page.links[:MAX_LINKS]:
        said = " ".join(_WORD.findall(link.anchor.casefold()))
        is_judged = link.kind == "text" and len(link.anchor) >= MIN_ANCHOR and said
        out.append(int(said in folded) if is_judged else -1)
    return np.asarray(out, dtype=np.int64)


@dataclass(slots=True)
class _Told:
    """What the later networks are told of one training page, by networks that have not seen its site."""

    kinds: Matrix
    lean: Array
    link_table: Array
    rows: Matrix
    first: Matrix
    """What the first look says of each block."""


def train_models(samples: Sequence[Sample]) -> Models:
    """Train all networks on these pages."""
    inner = folds_of([f"inner {sample.site}" for sample in samples], N_INNER)
    told: list[_Told | None] = [None] * len(samples)
    for fold in range(N_INNER):
        others = [sample for sample, at in zip(samples, inner, strict=True) if at != fold]
        votes, tables = _kind_nets(others, 1), _leans(others)
        for n in np.flatnonzero(inner == fold).tolist():
            told[n] = _told(samples[n], votes, tables)
    known = [one for one in told if one is not None]
    rng = np.random.default_rng(1)
    picked = [_some(rng, len(sample.blocks), MAX_SAMPLED_BLOCKS) for sample in samples]
    for fold in range(N_INNER):
        net = _first_look(samples, known, picked, np.flatnonzero(inner != fold))
        for n in np.flatnonzero(inner == fold).tolist():
            known[n].first = net.shares(known[n].rows)[:, 0] if len(known[n].rows) else np.zeros(0)
    first = _first_look(samples, known, picked, np.arange(len(samples)))
    looked = [_second_rows(sample, one) for sample, one in zip(samples, known, strict=True)]
    smooth = _block_net(samples, looked, picked, np.arange(len(samples)), SMOOTH)
    shares = [smooth.shares(rows)[:, 0] if len(rows) else np.zeros(0) for rows in looked]
    links = _link_net(samples, known, shares, rng)
    return Models(*_kind_nets(samples, N_VOTES), first, smooth, links, *_leans(samples))


def _told(
    sample: Sample, votes: tuple[tuple[ExactNet, ...], tuple[ExactNet, ...]], tables: tuple[Array, Array]
) -> _Told:
    structure, words = votes
    kinds = (structure[0].shares(sample.row[:, :-N_HASHED]) + words[0].shares(sample.row)) / 2
    lean = sample.columns.letters.sums(tables[0])
    rows = stepped(block_matrix(sample.page, sample.columns, lean, kinds)) if len(sample.columns) else np.zeros((0, 1))
    return _Told(kinds, lean, tables[1], rows, np.zeros(0))


def _second_rows(sample: Sample, told: _Told) -> Matrix:
    if not len(told.rows):
        return np.zeros((0, 1))
    is_main = choice(sample.columns, told.first)
    return stepped(smoothing_matrix(sample.columns, told.rows, told.first, is_main))


def _first_look(
    samples: Sequence[Sample],
    told: Sequence[_Told],
    picked: Sequence[npt.NDArray[np.int64]],
    used: npt.NDArray[np.int64],
) -> ExactNet:
    return _block_net(samples, [one.rows for one in told], picked, used, BLOCKS)


def _block_net(
    samples: Sequence[Sample], rows: Sequence[Matrix], picked: Sequence[npt.NDArray[np.int64]],
    used: npt.NDArray[np.int64], plan: Plan,
) -> ExactNet:  # fmt: skip
    some = [n for n in used if len(picked[n])]
    return ExactNet.of(train(
        np.vstack([rows[n][picked[n]].astype(np.float32) for n in some]),
        np.concatenate([samples[n].blocks[picked[n]] > 0.5 for n in some]).astype(np.int64), 2, plan,
        np.concatenate([_weights(samples[n].columns)[picked[n]] for n in some]),
    ))  # fmt: skip


def _link_net(
    samples: Sequence[Sample], told: Sequence[_Told], shares: Sequence[Matrix], rng: np.random.Generator
) -> ExactNet:
    found, labels, weights = [], [], []
    for sample, one, share in zip(samples, told, shares, strict=True):
        judged = np.flatnonzero(sample.links >= 0)
        if not len(judged):
            continue
        judged = judged[_some(rng, len(judged), MAX_SAMPLED_LINKS)]
        is_main = choice(sample.columns, share)
        rows = link_matrix(
            sample.page,
            links_of(sample.page),
            sample.columns,
            one.rows,
            share,
            is_main,
            one.link_table,
            one.lean,
            one.kinds,
        )
        found.append(stepped(rows[judged]).astype(np.float32))
        labels.append(sample.links[judged])
        weights.append(np.full(len(judged), len(judged) ** -0.2, dtype=np.float32))
    truth, weigh = np.concatenate(labels), np.concatenate(weights)
    # Both classes weigh the same in all, as they do in balanced accuracy.
    weigh = weigh / np.where(truth == 1, weigh[truth == 1].sum(), weigh[truth == 0].sum())
    return ExactNet.of(train(np.vstack(found), truth, 2, LINKS, (weigh / weigh.mean()).astype(np.float32)))


def _kind_nets(samples: Sequence[Sample], n_votes: int) -> tuple[tuple[ExactNet, ...], tuple[ExactNet, ...]]:
    rows = np.vstack([sample.row for sample in samples]).astype(np.float32)
    kinds = np.asarray([sample.kind for sample in samples])
    counts = np.bincount(kinds, minlength=len(KINDS))
    weights = np.sqrt(counts.mean() / np.maximum(1, counts))[kinds].astype(np.float32)
    structure, words = [], []
    for seed in range(1, n_votes + 1):
        structure.append(train(rows[:, :-N_HASHED], kinds, len(KINDS), replace(STRUCTURE, seed=seed), weights))
        words.append(train(rows, kinds, len(KINDS), replace(WORDS, seed=seed), weights))
    return tuple(map(ExactNet.of, structure)), tuple(map(ExactNet.of, words))


def _leans(samples: Sequence[Sample]) -> tuple[Array, Array]:
    """Give for each word how much more often it stands in main texts, and in anchors there; a page counts it once."""
    of_blocks = np.ones((2, N_NUMBERS)) * _PRIOR
    of_links = of_blocks.copy()
    for sample in samples:
        _count(of_blocks, sample.columns.letters, (sample.blocks > 0.5).astype(np.int64))
        _count(of_links, links_of(sample.page).letters, sample.links)
    return _lean(of_blocks), _lean(of_links)


_PRIOR = 2.0


def _count(counts: Matrix, letters: Letters, labels: npt.NDArray[np.int64]) -> None:
    of_words = np.repeat(labels, letters.n_words)
    for label in (0, 1):
        counts[label, np.unique(letters.words[of_words == label])] += 1


def _lean(counts: Matrix) -> Array:
    shares = counts / counts.sum(axis=1, keepdims=True)
    lean = np.clip(np.log(shares[1] / shares[0]), -MAX_LEAN, MAX_LEAN)
    return np.asarray(np.rint(lean * 1024), dtype=np.int64)


def _some(rng: np.random.Generator, n: int, most: int) -> npt.NDArray[np.int64]:
    return np.arange(n) if n <= most else np.sort(rng.permutation(n)[:most])


def _weights(blocks: Blocks) -> npt.NDArray[np.float32]:
    """Weigh blocks by the root of their words, and long pages less than by their length."""
    raw = np.sqrt(np.minimum(blocks.words, 100) + 1)
    return np.asarray(raw / (np.sqrt(raw.sum()) + 5), dtype=np.float32)


@dataclass(frozen=True, slots=True)
class Outcome:
    """A page of a held-out site with what the networks made of it."""

    sample: Sample
    made: Understanding


@lru_cache(maxsize=2)
def held_out(*, quick: bool, limit: int | None = None) -> tuple[Outcome, ...]:
    """Give every page as networks understand it that were trained without its site.

    In haste: pages of sites that the shipped networks have not seen, as those understand them; all without ``limit``.
    """
    if quick:
        samples = [sample_of(real) for real in real_pages(limit, is_left_out)]
        return tuple(Outcome(sample, understand(sample.page)) for sample in samples)
    return tuple(_folds([sample_of(real) for real in real_pages()]))


def is_left_out(site: str) -> bool:
    """Tell whether the shipped networks have not seen a site."""
    return bool(folds_of([site], N_FOLDS)[0] == LEFT_OUT)


def _folds(samples: list[Sample]) -> Iterator[Outcome]:
    folds = folds_of([sample.site for sample in samples], N_FOLDS)
    for fold in range(N_FOLDS):
        models = train_models([sample for sample, at in zip(samples, folds, strict=True) if at != fold])
        for sample, at in zip(samples, folds, strict=True):
            if at == fold:
                yield Outcome(sample, understand(sample.page, models))


def word_f1(said: Iterable[str], words: Counter[str]) -> float:
    """Give the F1 of a bag of words, as WCXB defines it."""
    mine = Counter(said)
    if not words:
        return 0.0 if mine else 1.0
    hit = sum((mine & words).values())
    return 2 * hit / (sum(mine.values()) + sum(words.values()))


def words_in(text: str) -> list[str]:
    """Give the words of a text, as WCXB counts them."""
    return _WORD.findall(text.lower())


def main() -> None:
    """Train on all sites but those that are left out, and write the weights that are shipped."""
    samples = [sample_of(real) for real in real_pages(is_wanted=lambda site: not is_left_out(site))]
    place = Path(sys.argv[1] if len(sys.argv) > 1 else "src/linkworthy/html/models/pages.npz")
    place.parent.mkdir(exist_ok=True)
    arrays: dict[str, Any] = train_models(samples).arrays()
    np.savez_compressed(place, **arrays)
    print(f"{place}: {place.stat().st_size:,} bytes, from {len(samples):,} pages")


if __name__ == "__main__":
    main()
