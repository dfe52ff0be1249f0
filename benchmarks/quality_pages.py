"""``quality-regions``, ``quality-page-types`` and ``quality-text``: what networks make of sites they have not seen.

Intervals are of 95 %, by drawing sites with replacement. The rules' figures stand beside ours on the same pages.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from functools import partial

import numpy as np
import numpy.typing as npt

from benchmarks.learn_pages import Outcome, held_out, word_f1, words_in
from benchmarks.result import Result, not_run
from benchmarks.wcxb import absent
from linkworthy.html.learned import KINDS, LINK_THRESHOLD
from linkworthy.html.understood import is_large, link_regions

N_DRAWS = 400
Figure = Callable[[Sequence[Outcome]], float]


def regions(*, quick: bool) -> list[Result]:
    """Links in the main text or not: balanced accuracy over links with a text of 15 characters or more."""
    return _measured("quality-regions", quick, [
        ("balanced accuracy", balanced, balanced_of_rules, 0.88),
        ("balanced accuracy of the regions that tables hold", balanced_of_tables, balanced_of_rules, 0.88),
    ])  # fmt: skip


def kinds(*, quick: bool) -> list[Result]:
    """Seven kinds of pages: macro-F1, and the F1 of forums."""
    return _measured("quality-page-types", quick, [
        ("macro-F1 of seven kinds", macro_f1, None, 0.82),
        ("F1 of forums", partial(kind_f1, kind=KINDS.index("forum")), None, 0.92),
    ])  # fmt: skip


def texts(*, quick: bool) -> list[Result]:
    """Measure the main text: word F1 a page, as the set defines it."""
    return _measured("quality-text", quick, [("word F1", text_f1, text_f1_of_rules, 0.87)])


def _measured(name: str, quick: bool, figures: list[tuple[str, Figure, Figure | None, float]]) -> list[Result]:  # noqa: FBT001
    if (why := absent()) is not None:
        return [not_run(name, what, unit="share", target=target, why=why) for what, _, _, target in figures]
    outcomes = held_out(quick=quick)
    sites: dict[str, list[Outcome]] = defaultdict(list)
    for outcome in outcomes:
        sites[outcome.sample.site].append(outcome)
    return [
        _one(name, what, figure, rules, target, list(sites.values()), quick) for what, figure, rules, target in figures
    ]


def _one(
    name: str, what: str, figure: Figure, rules: Figure | None, target: float, sites: list[list[Outcome]],
    quick: bool  # noqa: FBT001
) -> Result:  # fmt: skip
    every = [outcome for site in sites for outcome in site]
    rng = np.random.default_rng(1)
    draws = []
    for _ in range(40 if quick else N_DRAWS):
        drawn = rng.integers(0, len(sites), len(sites))
        draws.append(figure([outcome for n in drawn for outcome in sites[n]]))
    low, high = np.quantile(draws, [0.025, 0.975])
    value = figure(every)
    haste = ", the shipped networks on sites that were left out of their training, to be quick" if quick else ""
    return Result(
        name=name, target_name=what, ours=value, peer=rules(every) if rules else None,
        peer_name="tag and class rules" if rules else None, unit="share", ratio=None, higher_is_better=True,
        target=target, met=value >= target, peak_mb=None, n_runs=1, spread=(float(low), float(high)),
        why=f"{len(every):,} pages of {len(sites):,} held-out sites{haste}; 95 % interval {low:.3f} to {high:.3f}",
    )  # fmt: skip


def _balanced_of(truth: npt.NDArray[np.bool_], said: npt.NDArray[np.bool_]) -> float:
    return float((said[truth].mean() + (~said[~truth]).mean()) / 2)


def _judged(outcomes: Sequence[Outcome], said: Callable[[Outcome], npt.NDArray[np.bool_]]) -> float:
    truth = np.concatenate([one.sample.links[one.sample.links >= 0] == 1 for one in outcomes])
    found = np.concatenate([said(one)[one.sample.links >= 0] for one in outcomes])
    return _balanced_of(truth, found)


def balanced(outcomes: Sequence[Outcome]) -> float:
    """Give the balanced accuracy of links in the main text or not, as the networks say it."""
    return _judged(outcomes, lambda one: one.made.link_shares > LINK_THRESHOLD)


def balanced_of_rules(outcomes: Sequence[Outcome]) -> float:
    """Give the same as the rules of tags and classes alone say it."""
    return _judged(outcomes, lambda one: np.asarray(
        [link.region in {"main", "list"} for link in one.sample.page.links[: len(one.sample.links)]],
        dtype=bool))  # fmt: skip


def balanced_of_tables(outcomes: Sequence[Outcome]) -> float:
    """Give the same by the regions that the tables hold."""
    return _judged(outcomes, lambda one: np.asarray(
        [region in {"main", "list"} for region in _held(one)[: len(one.sample.links)]], dtype=bool))  # fmt: skip


_HELD: dict[int, list[str]] = {}


def _held(one: Outcome) -> list[str]:
    if id(one) not in _HELD:
        _HELD[id(one)] = _regions_of(one)
    return _HELD[id(one)]


def _regions_of(one: Outcome) -> list[str]:
    page = one.sample.page
    if is_large(page) and one.made.is_main.any():
        return link_regions(page, one.made)
    return [link.region or "main" for link in page.links]


def kind_f1(outcomes: Sequence[Outcome], kind: int) -> float:
    """Give the F1 of one kind of pages."""
    truth = np.asarray([one.sample.kind == kind for one in outcomes])
    said = np.asarray([one.made.kind == KINDS[kind] for one in outcomes])
    return float(2 * (truth & said).sum() / max(1, truth.sum() + said.sum()))


def macro_f1(outcomes: Sequence[Outcome]) -> float:
    """Give the mean of the kinds' F1."""
    return float(np.mean([kind_f1(outcomes, kind) for kind in range(len(KINDS))]))


_SCORES: dict[int, float] = {}


def text_f1(outcomes: Sequence[Outcome]) -> float:
    """Give the mean word F1 of the main texts."""
    for one in outcomes:
        if id(one) not in _SCORES:
            _SCORES[id(one)] = _page_f1(one)
    return float(np.mean([_SCORES[id(one)] for one in outcomes]))


def _page_f1(one: Outcome) -> float:
    return word_f1(words_in(one.made.main_text(one.sample.page)), one.sample.words)


def text_f1_of_rules(outcomes: Sequence[Outcome]) -> float:
    """Give the same of the texts that rules call main."""
    return float(np.mean([
        word_f1(words_in("\n".join(block.text for block in one.sample.page.blocks if block.region in {"main", "list"})),
                one.sample.words)
        for one in outcomes
    ]))  # fmt: skip
