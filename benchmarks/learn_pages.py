"""Trains the networks of ``linkworthy.html.learned`` on WCXB, and measures them on sites that they have not seen.

``python -m benchmarks.learn_pages`` writes the weights that are shipped. Folds are split by registrable domain. A
block is main text where most of its runs of four words stand in the text that people marked (short blocks: where the
text has them and the longer block before or behind is main text); a link is content where its anchor of 15 characters
or more stands in that text. What one network is told by another comes from networks that were trained without the
page's site, within the training pages too.
"""

from __future__ import annotations

import re
import sys
from bisect import bisect_right
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
from linkworthy.html.block_features import MAX_BLOCKS, Blocks, blocks_of
from linkworthy.html.columns import Array, Matrix, stepped
from linkworthy.html.kind_features import N_HASHED, kind_columns
from linkworthy.html.learned import KINDS, VOTES, Leans, Models, Seen, Understanding, understand
from linkworthy.html.letters import N_NUMBERS, Letters
from linkworthy.html.link_features import MAX_LINKS, link_matrix, links_of
from linkworthy.html.nets import ExactNet, mean_shares
from linkworthy.html.page import Page
from linkworthy.html.surroundings import KIND_GROUPS, sections_of

N_FOLDS = 5
LEFT_OUT = 0
"""Fold of sites that the shipped networks have not seen either, so that they can be measured as they are shipped."""
N_INNER = 3
"""Folds within the training pages, for what one network is told by another."""
MIN_ANCHOR = 15
MAX_SAMPLED_BLOCKS = 160
MAX_SAMPLED_LINKS = 300
MAX_SHORT = 3
"""Words of a short block."""
MIN_JUDGED = 30
"""Blocks of a page that has a main text for certain."""
MAX_LEAN = 3.0
"""A word that stands in main texts e^3 times more often than elsewhere, or less often, says no more."""
STRUCTURE = Plan(n_hidden=32, n_epochs=40, dropout=0.3, batch=64, decay=0.1)
WORDS = Plan(n_hidden=64, n_epochs=30, dropout=0.6, batch=64, decay=1.0)
LOOKS = {
    "blocks": Plan(n_hidden=128, n_epochs=10, dropout=0.4, input_dropout=0.15, decay=0.02),
    "smooth": Plan(n_hidden=64, n_epochs=6, dropout=0.4, input_dropout=0.15, decay=0.02),
}
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

    @property
    def is_judged(self) -> bool:
        """Whether its blocks teach: not where a page of some size has no main text for those who marked it."""
        return bool(self.words) or len(self.blocks) < MIN_JUDGED


def sample_of(real: RealPage) -> Sample:
    """Prepare a page."""
    page = real.page
    folded = " ".join(_WORD.findall(real.main.casefold()))
    blocks, links = blocks_of(page), links_of(page)
    return Sample(
        page=Page(url=page.url, facts=page.facts, links=page.links, blocks=page.blocks, images=page.images,
                  resources=page.resources),
        site=real.site, kind=KINDS.index(real.kind), words=Counter(_WORD.findall(real.main.lower())), columns=blocks,
        row=stepped(kind_columns(page, blocks, links)),
        blocks=_block_labels(page, real.main, folded), links=_link_labels(page, folded),
    )  # fmt: skip


def _block_labels(page: Page, main: str, folded: str) -> npt.NDArray[np.float32]:
    lines = {" ".join(_WORD.findall(line.casefold())) for line in main.split("\n")}
    spoken = folded.split()
    runs = set(zip(spoken, spoken[1:], spoken[2:], spoken[3:], strict=False))
    bounded = f" {folded} "
    said = [_WORD.findall(block.text.casefold()) for block in page.blocks[:MAX_BLOCKS]]
    out = np.zeros(len(said), dtype=np.float32)
    for n, words in enumerate(said):
        mine = list(zip(words, words[1:], words[2:], words[3:], strict=False))
        if mine:
            out[n] = sum(run in runs for run in mine) / len(mine)
    longer = [n for n, words in enumerate(said) if len(words) > MAX_SHORT]
    for n, words in enumerate(said):
        text = " ".join(words)
        if longer and 0 < len(words) <= MAX_SHORT:
            behind = bisect_right(longer, n)
            out[n] = f" {text} " in bounded and any(out[at] > 0.5 for at in longer[max(0, behind - 1) : behind + 1])
        elif words and not longer:
            out[n] = text in lines
    return out


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
    link_table: Array
    seen: Seen
    first: Matrix
    """What the first look says of each block."""
    shares: Matrix
    """The mean of both looks."""


def train_models(samples: Sequence[Sample]) -> Models:
    """Train all networks on these pages."""
    inner = folds_of([f"inner {sample.site}" for sample in samples], N_INNER)
    told: list[_Told | None] = [None] * len(samples)
    for fold in range(N_INNER):
        others = [sample for sample, at in zip(samples, inner, strict=True) if at != fold]
        votes, leans = _kind_nets(others, 1), _leans(others)
        for n in np.flatnonzero(inner == fold).tolist():
            told[n] = _told(samples[n], votes, leans)
    known = [one for one in told if one is not None]
    rng = np.random.default_rng(1)
    picked = [_some(rng, len(sample.blocks) * sample.is_judged, MAX_SAMPLED_BLOCKS) for sample in samples]
    every = np.arange(len(samples))
    rows = [one.seen.rows for one in known]
    for fold in range(N_INNER):
        nets = _block_nets(samples, rows, picked, np.flatnonzero(inner != fold), "blocks")
        for n in np.flatnonzero(inner == fold).tolist():
            known[n].first = _said(nets, rows[n])
    first = _block_nets(samples, rows, picked, every, "blocks")
    rows = [one.seen.second(one.first) if len(one.first) else np.zeros((0, 1)) for one in known]
    for fold in range(N_INNER):
        nets = _block_nets(samples, rows, picked, np.flatnonzero(inner != fold), "smooth")
        for n in np.flatnonzero(inner == fold).tolist():
            known[n].shares = (known[n].first + _said(nets, rows[n])) / 2
    smooth = _block_nets(samples, rows, picked, every, "smooth")
    return Models(*_kind_nets(samples, VOTES["words"]), first, smooth, _link_net(samples, known, rng), _leans(samples))


def _said(nets: tuple[ExactNet, ...], rows: Matrix) -> Matrix:
    return mean_shares(nets, rows)[:, 0] if len(rows) else np.zeros(0)


def _told(sample: Sample, votes: tuple[tuple[ExactNet, ...], tuple[ExactNet, ...]], leans: Leans) -> _Told:
    structure, words = votes
    kinds = (structure[0].shares(sample.row[:, :-N_HASHED]) + words[0].shares(sample.row)) / 2
    seen = Seen.of(sample.page, sample.columns, leans, kinds)
    return _Told(kinds, leans.link, seen, np.zeros(0), np.zeros(0))


def _block_nets(
    samples: Sequence[Sample], rows: Sequence[Matrix], picked: Sequence[npt.NDArray[np.int64]],
    used: npt.NDArray[np.int64], look: str,
) -> tuple[ExactNet, ...]:  # fmt: skip
    some = [n for n in used if len(picked[n])]
    seen = np.vstack([rows[n][picked[n]].astype(np.float32) for n in some])
    truth = np.concatenate([samples[n].blocks[picked[n]] > 0.5 for n in some]).astype(np.int64)
    weights = np.concatenate([_weights(samples[n].columns)[picked[n]] for n in some])
    plans = [replace(LOOKS[look], seed=seed) for seed in range(1, VOTES[look] + 1)]
    return tuple(ExactNet.of(train(seen, truth, 2, plan, weights)) for plan in plans)


def _link_net(samples: Sequence[Sample], told: Sequence[_Told], rng: np.random.Generator) -> ExactNet:
    found, labels, weights = [], [], []
    for sample, one in zip(samples, told, strict=True):
        judged = np.flatnonzero(sample.links >= 0)
        if not len(judged):
            continue
        judged = judged[_some(rng, len(judged), MAX_SAMPLED_LINKS)]
        is_main = one.seen.choice(one.shares)
        rows = link_matrix(sample.page, links_of(sample.page), sample.columns, one.seen.rows, one.shares,
                           is_main, one.link_table, one.seen.lean, one.kinds)  # fmt: skip
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


def _leans(samples: Sequence[Sample]) -> Leans:
    """Give for each word how much more often it stands in main texts, in anchors and above; a page counts it once."""
    of_links, of_headings = (np.full((2, N_NUMBERS), prior) for prior in (_PRIOR, 1.0))
    of_kinds = np.zeros((len(KIND_GROUPS), 2, N_NUMBERS))
    for sample in samples:
        group = next(n for n, kinds in enumerate(KIND_GROUPS) if KINDS[sample.kind] in kinds)
        _count(of_kinds[group], sample.columns.letters, (sample.blocks > 0.5).astype(np.int64))
        _count(of_links, links_of(sample.page).letters, sample.links)
        _count_headings(of_headings, sample)
    of_blocks = of_kinds.sum(axis=0) + _PRIOR
    usual = of_blocks / of_blocks.sum(axis=1, keepdims=True) * _N_USUAL
    kinds = np.stack([_lean(counts + usual) for counts in of_kinds])
    return Leans(_lean(of_blocks), _lean(of_links), _lean(of_headings), kinds)


_PRIOR = 2.0
_N_USUAL = 30_000.0
"""Words of the pages of all kinds that are added to those of a few."""


def _count(counts: Matrix, letters: Letters, labels: npt.NDArray[np.int64]) -> None:
    of_words = np.repeat(labels, letters.n_words)
    for label in (0, 1):
        counts[label, np.unique(letters.words[of_words == label])] += 1


def _count_headings(counts: Matrix, sample: Sample) -> None:
    """Count the words of each heading by the share of main text in what follows it."""
    blocks, letters = sample.columns, sample.columns.letters
    sections = sections_of(blocks)
    main = blocks.words * (sample.blocks > 0.5)
    for n in np.flatnonzero(sections.is_heading).tolist():
        below = slice(n + 1, int(sections.until[n]))
        if total := float(blocks.words[below].sum()):
            share = float(main[below].sum()) / total
            words = np.unique(letters.words[letters.firsts[n] : letters.firsts[n + 1]])
            counts[0, words] += 1 - share
            counts[1, words] += share


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
