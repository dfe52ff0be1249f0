"""Trains the networks of ``linkworthy.html.learned`` on WCXB, and measures them on sites that they have not seen.

``python -m benchmarks.learn_pages`` writes the weights that are shipped. Folds are split by registrable domain. A
block is main text where 60 % of its runs of four words stand in the text that people marked (short blocks: where they
are a line of it); a link is content where its anchor of 15 characters or more stands in that text.
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from benchmarks.wcxb import RealPage, real_pages
from linkworthy.engine.learning import Plan, folds_of, train
from linkworthy.html.block_features import MAX_BLOCKS, MAX_LINKS
from linkworthy.html.kind_features import N_STRUCTURE, kind_columns
from linkworthy.html.learned import KINDS, Models, Understanding, best_choice, block_rows, link_rows, understand
from linkworthy.html.page import Page

Rows = npt.NDArray[np.float32]

N_FOLDS = 5
N_INNER = 3
"""Folds within the training pages, by which blocks learn from kinds that were guessed and not given."""
MIN_ANCHOR = 15
MAX_SAMPLED_BLOCKS = 250
MAX_SAMPLED_LINKS = 150
STRUCTURE = Plan(n_hidden=32, n_epochs=40, dropout=0.3, batch=64, decay=0.1)
WORDS = Plan(n_hidden=64, n_epochs=30, dropout=0.6, batch=64, decay=1.0)
BLOCKS = Plan(n_hidden=32, n_epochs=4, dropout=0.2, decay=0.02)
LINKS = Plan(n_hidden=64, n_epochs=16, dropout=0.5, decay=1.0)
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Sample:
    """One page with what it is to teach."""

    page: Page
    site: str
    kind: int
    words: Counter[str]
    """Words of the main text as people marked it."""
    row: Rows
    blocks: npt.NDArray[np.float32]
    """Share of each block that is main text."""
    links: npt.NDArray[np.int64]
    """1 content, 0 not, -1 not judged."""


def sample_of(real: RealPage) -> Sample:
    """Prepare a page."""
    page = real.page
    folded = " ".join(_WORD.findall(real.main.casefold()))
    return Sample(
        Page(url=page.url, facts=page.facts, links=page.links, blocks=page.blocks, images=page.images),
        real.site, KINDS.index(real.kind), Counter(_WORD.findall(real.main.lower())), kind_columns(page),
        _block_labels(page, real.main, folded), _link_labels(page, folded),
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


def train_models(samples: Sequence[Sample]) -> Models:
    """Train all networks on these pages."""
    guessed = np.zeros((len(samples), len(KINDS)), dtype=np.float32)
    inner = folds_of([f"inner {sample.site}" for sample in samples], N_INNER)
    rows = np.vstack([sample.row for sample in samples])
    kinds = np.asarray([sample.kind for sample in samples])
    for fold in range(N_INNER):
        is_in = inner != fold
        guessed[~is_in] = _kind_nets(rows[is_in], kinds[is_in]).kinds(rows[~is_in])
    nets = _kind_nets(rows, kinds)
    of_blocks = [block_rows(sample.page, guessed[n : n + 1]) for n, sample in enumerate(samples)]
    rng = np.random.default_rng(1)
    picked = [_some(rng, len(sample.blocks), MAX_SAMPLED_BLOCKS) for sample in samples]
    used = [n for n, chosen in enumerate(picked) if len(chosen)]
    blocks = train(
        np.vstack([of_blocks[n][picked[n]] for n in used]),
        np.concatenate([samples[n].blocks[picked[n]] > 0.5 for n in used]).astype(np.int64), 2, BLOCKS,
        np.concatenate([_weights(samples[n].page)[picked[n]] for n in used]),
    )  # fmt: skip
    found, labels, weights = [], [], []
    for n in used:
        judged = np.flatnonzero(samples[n].links >= 0)
        if not len(judged):
            continue
        judged = judged[_some(rng, len(judged), MAX_SAMPLED_LINKS)]
        shares = blocks.shares(of_blocks[n])[:, 0]
        is_main = best_choice(shares, _words_of(samples[n].page))
        found.append(link_rows(samples[n].page, guessed[n : n + 1], of_blocks[n], shares, is_main)[judged])
        labels.append(samples[n].links[judged])
        weights.append(np.full(len(judged), len(judged) ** -0.3, dtype=np.float32))
    links = train(np.vstack(found), np.concatenate(labels), 2, LINKS, np.concatenate(weights))
    return Models(nets.structure, nets.words, blocks, links)


def _kind_nets(rows: Rows, kinds: npt.NDArray[np.int64]) -> Models:
    counts = np.bincount(kinds, minlength=len(KINDS))
    weights = np.sqrt(counts.mean() / np.maximum(1, counts))[kinds].astype(np.float32)
    structure = train(rows[:, :N_STRUCTURE], kinds, len(KINDS), STRUCTURE, weights)
    words = train(rows, kinds, len(KINDS), WORDS, weights)
    return Models(structure, words, structure, words)


def _some(rng: np.random.Generator, n: int, most: int) -> npt.NDArray[np.int64]:
    return np.arange(n) if n <= most else np.sort(rng.permutation(n)[:most])


def _words_of(page: Page) -> npt.NDArray[np.float64]:
    return np.asarray([block.n_words for block in page.blocks[:MAX_BLOCKS]], dtype=np.float64)


def _weights(page: Page) -> Rows:
    """Weigh blocks by the root of their words, and long pages less than by their length."""
    raw = np.sqrt(np.minimum(_words_of(page), 100) + 1)
    return np.asarray(raw / (np.sqrt(raw.sum()) + 5), dtype=np.float32)


@dataclass(frozen=True, slots=True)
class Outcome:
    """A page of a held-out site with what the networks made of it."""

    sample: Sample
    made: Understanding


@lru_cache(maxsize=2)
def held_out(*, quick: bool) -> tuple[Outcome, ...]:
    """Give every page as networks understand it that were trained without its site; a fold of fewer pages in haste."""
    samples = [sample_of(real) for real in real_pages(500 if quick else None)]
    return tuple(_folds(samples, 1 if quick else N_FOLDS))


def _folds(samples: list[Sample], n: int) -> Iterator[Outcome]:
    folds = folds_of([sample.site for sample in samples], N_FOLDS)
    for fold in range(n):
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
    """Train on all pages and write the weights that are shipped."""
    samples = [sample_of(real) for real in real_pages()]
    place = Path(sys.argv[1] if len(sys.argv) > 1 else "src/linkworthy/html/models/pages.npz")
    place.parent.mkdir(exist_ok=True)
    np.savez_compressed(place, **train_models(samples).arrays())
    print(f"{place}: {place.stat().st_size:,} bytes, from {len(samples):,} pages")


if __name__ == "__main__":
    main()
