"""``quality-relevance``: does a page of the owner's topic stand before others; the cosine of TF-IDF alone beside it.

Pages of WCXB, their topic tags, and their text as people marked it. An owner is a tag of 4 to 14 pages: half of them
make the profile, the others are to stand before 20 pages without the tag. No site of the profile stands among the
pages that are compared. All that was ever set by these pages is the scale (its ends, and what topics weigh beside
words), so sites are split in two: each half is judged by the scale that orders the other half's pairs best.
"""

from __future__ import annotations

import json
import tarfile
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import product
from random import Random

import numpy as np

from benchmarks.result import Result, not_run
from benchmarks.wcxb import absent, archive
from linkworthy import urls
from linkworthy.engine.learning import folds_of
from linkworthy.metrics.topics import (
    MIN_PAGE_TERMS,
    PAGES,
    Scale,
    cosine,
    likeness_of,
    make_profile,
    stems,
    topic_likeness,
    topic_shares,
)

TARGET = 0.88
SCALES = tuple(
    Scale((low, high), (near, like), weight)
    for low, high, near, like, weight in product(
        (0.02, 0.04, 0.06, 0.08), (0.2, 0.25, 0.3, 0.4), (0.1, 0.2, 0.3), (0.5, 0.65, 0.8), (0.4, 0.5, 0.6, 0.7, 0.8)
    )
)
"""What the fit chooses from."""
_VAGUE = frozenset(
    {"blog", "how-to", "tutorial", "guide", "web-sourced", "verified", "trends", "research", "tips", "opinion"}
)
_N_OTHERS = 20
_N_COUNTED = 40
_N_DRAWS = 5
"""Profiles that are drawn of each topic."""
_WHAT = "same-topic AUC"


@dataclass(frozen=True, slots=True)
class _Text:
    site: str
    counts: Counter[str]
    tags: frozenset[str]


Seen = tuple[float, float | None]
"""Cosine, and share of the owner's topics."""
Judge = Callable[[Seen], float]


@dataclass(frozen=True, slots=True)
class _Case:
    """One owner: what is seen of pages of the same topic, and of others."""

    topic: str
    good: Sequence[Seen]
    bad: Sequence[Seen]

    def ordered(self, judge: Judge) -> tuple[float, int]:
        """Give the pairs in the right order, a tie for a half, and all pairs."""
        good, bad = np.asarray([judge(one) for one in self.good]), np.asarray([judge(one) for one in self.bad])
        ahead = good[:, None] - bad[None, :]
        return float((ahead > 0).sum() + 0.5 * (ahead == 0).sum()), ahead.size


def benchmark(*, quick: bool) -> list[Result]:
    """Measure our likeness and the plain cosine on the same pairs; one profile of each topic in haste."""
    if (why := absent()) is not None:
        return [not_run("quality-relevance", _WHAT, unit="share", target=TARGET, why=why)]
    texts = _texts()
    folds = folds_of([text.site for text in texts], 2)
    halves = [[text for text, at in zip(texts, folds, strict=True) if at == half] for half in (0, 1)]
    cases = [_cases(half, 1 if quick else _N_DRAWS) for half in halves]
    scales = [fitted(cases[1]), fitted(cases[0])]
    every = [(case, scale) for half, scale in zip(cases, scales, strict=True) for case in half]
    ours = _auc([case.ordered(_by(scale)) for case, scale in every])
    shipped = _auc([case.ordered(_by(PAGES)) for case, _ in every])
    low, high = _interval(every)
    return [Result(
        name="quality-relevance", target_name=_WHAT, ours=ours, peer=_auc([case.ordered(_plain) for case, _ in every]),
        peer_name="cosine of TF-IDF", unit="share", higher_is_better=True, target=TARGET, met=ours >= TARGET,
        peak_mb=None, n_runs=len(every), spread=(low, high),
        why=f"{len({case.topic for case, _ in every})} topics, sites of profile and pages apart, each half of the "
        f"sites by the scale that was fitted on the other; 95 % interval over topics {low:.3f} to {high:.3f}; "
        f"the scale as it is shipped, which was set on all of these sites, gives {shipped:.3f}",
    )]  # fmt: skip


def fitted(cases: Sequence[_Case]) -> Scale:
    """Give the scale that puts most pairs in order; of equal ones, the one nearest to what is shipped."""
    aucs = [_auc([case.ordered(_by(scale)) for case in cases]) for scale in SCALES]
    best = max(aucs)
    return min((scale for scale, auc in zip(SCALES, aucs, strict=True) if auc > best - 1e-9), key=_distance)


def _distance(scale: Scale) -> float:
    return sum(abs(one - other) for one, other in zip(_numbers(scale), _numbers(PAGES), strict=True))


def _numbers(scale: Scale) -> tuple[float, ...]:
    return (*scale.cosine_ends, *scale.topic_ends, scale.cosine_weight)


def _by(scale: Scale) -> Judge:
    return lambda seen: likeness_of(*seen, scale)


def _plain(seen: Seen) -> float:
    return seen[0]


def _interval(every: Sequence[tuple[_Case, Scale]]) -> tuple[float, float]:
    """Draw topics with replacement, all profiles of a topic together."""
    by_topic: dict[str, list[tuple[float, int]]] = {}
    for case, scale in every:
        by_topic.setdefault(case.topic, []).append(case.ordered(_by(scale)))
    topics = list(by_topic.values())
    rng = np.random.default_rng(1)
    draws = [_auc([pair for n in rng.integers(0, len(topics), len(topics)) for pair in topics[n]]) for _ in range(400)]
    low, high = np.quantile(draws, [0.025, 0.975])
    return float(low), float(high)


def _texts() -> list[_Text]:
    out: dict[str, _Text] = {}
    with tarfile.open(archive()) as tar:
        for member in tar:
            if "ground-truth/" in member.name and member.isfile() and (stream := tar.extractfile(member)):
                truth = json.loads(stream.read())
                said = truth["ground_truth"]
                text = f"{said.get('title') or ''} {said.get('main_content') or ''}"[:20_000]
                tags = frozenset(truth["_internal"]["page_type"].get("tags") or ())
                site = urls.domain_of(truth.get("url") or "") or member.name
                out[member.name] = _Text(site, Counter(stems(text)), tags)
    return [out[name] for name in sorted(out)]


def _cases(texts: list[_Text], n_draws: int) -> list[_Case]:
    counts = Counter(tag for text in texts for tag in text.tags)
    tags = sorted(tag for tag, n in counts.items() if 4 <= n <= 14 and tag not in _VAGUE)
    cases = [_case(tag, texts, Random(f"{tag} {draw}")) for tag in tags for draw in range(n_draws)]
    return [case for case in cases if case.good and case.bad]


def _case(tag: str, texts: list[_Text], choose: Random) -> _Case:
    same = [text for text in texts if tag in text.tags]
    choose.shuffle(same)
    own = same[: max(3, len(same) // 2)]
    sites = {text.site for text in own}
    held = [text for text in same[len(own) :] if text.site not in sites]
    others = [text for text in texts if tag not in text.tags and text.site not in sites]
    seen = Counter(term for text in choose.sample(texts, _N_COUNTED) for term in text.counts)
    profile = make_profile([text.counts for text in own], [], seen, _N_COUNTED)

    def looked_at(some: list[_Text]) -> list[Seen]:
        return [
            (
                cosine(profile.weigh(text.counts), profile.vector),
                topic_likeness(profile.shares, topic_shares(text.counts)),
            )
            for text in some
            if text.counts.total() >= MIN_PAGE_TERMS
        ]

    return _Case(tag, looked_at(held), looked_at(choose.sample(others, _N_OTHERS)))


def _auc(pairs: Sequence[tuple[float, int]]) -> float:
    return sum(ahead for ahead, _ in pairs) / max(1, sum(n for _, n in pairs))
