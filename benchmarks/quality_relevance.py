"""``quality-relevance``: does a page of the owner's topic stand before others; the cosine of TF-IDF alone beside it.

Pages of WCXB, their topic tags, and their text as people marked it. An owner is a tag of 4 to 14 pages: half of them
make the profile, the others are to stand before 20 pages without the tag. No site of the profile stands among the
pages that are compared. The ends of our scale and the weight of topics were set on this same set, so no target is
called met here: the AUC is of data that was used.
"""

from __future__ import annotations

import json
import tarfile
from collections import Counter
from dataclasses import dataclass
from random import Random

import numpy as np

from benchmarks.result import Result, not_run
from benchmarks.wcxb import absent, archive
from linkworthy import urls
from linkworthy.metrics.topics import cosine, make_profile, relevance, stems

TARGET = 0.88
_VAGUE = frozenset(
    {"blog", "how-to", "tutorial", "guide", "web-sourced", "verified", "trends", "research", "tips", "opinion"}
)
_N_OTHERS = 20
_N_COUNTED = 40
_WHAT = "same-topic AUC"


@dataclass(frozen=True, slots=True)
class _Text:
    site: str
    counts: Counter[str]
    tags: frozenset[str]


Pairs = tuple[float, int]
"""Pairs in the right order, a tie for a half, and all pairs."""


def benchmark(*, quick: bool) -> list[Result]:
    """Measure our likeness and the plain cosine on the same pairs; a third of the tags in haste."""
    if (why := absent()) is not None:
        return [not_run("quality-relevance", _WHAT, unit="share", target=TARGET, why=why)]
    texts = _texts()
    counts = Counter(tag for text in texts for tag in text.tags)
    tags = sorted(tag for tag, n in counts.items() if 4 <= n <= 14 and tag not in _VAGUE)[:: 3 if quick else 1]
    pairs = [_pairs(tag, texts, Random(n)) for n, tag in enumerate(tags)]
    ours, plain = _auc([one for one, _ in pairs]), _auc([other for _, other in pairs])
    rng = np.random.default_rng(1)
    draws = [_auc([pairs[n][0] for n in rng.integers(0, len(pairs), len(pairs))]) for _ in range(400)]
    low, high = np.quantile(draws, [0.025, 0.975])
    return [Result(
        name="quality-relevance", target_name=_WHAT, ours=ours, peer=plain, peer_name="cosine of TF-IDF", unit="share",
        higher_is_better=True, target=TARGET, met=None, peak_mb=None, n_runs=1, spread=(float(low), float(high)),
        why=f"{len(tags)} topics, sites of profile and pages apart; 95 % interval over topics {low:.3f} to {high:.3f}; "
        "the scale was set on this set and no other labelled set of sites is at hand, so the target is not judged",
    )]  # fmt: skip


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


def _pairs(tag: str, texts: list[_Text], choose: Random) -> tuple[Pairs, Pairs]:
    same = [text for text in texts if tag in text.tags]
    choose.shuffle(same)
    own = same[: max(3, len(same) // 2)]
    sites = {text.site for text in own}
    held = [text for text in same[len(own) :] if text.site not in sites]
    others = [text for text in texts if tag not in text.tags and text.site not in sites]
    others = choose.sample(others, _N_OTHERS)
    seen = Counter(term for text in choose.sample(texts, _N_COUNTED) for term in text.counts)
    profile = make_profile([text.counts for text in own], [], seen, _N_COUNTED)

    def judged(some: list[_Text]) -> list[tuple[float, float]]:
        likeness = [(relevance(profile, text.counts), text) for text in some]
        return [(value, cosine(profile.weigh(text.counts), profile.vector)) for value, text in likeness
                if value is not None]  # fmt: skip

    good, bad = judged(held), judged(others)
    return _ordered(good, bad, 0), _ordered(good, bad, 1)


def _ordered(good: list[tuple[float, float]], bad: list[tuple[float, float]], which: int) -> Pairs:
    ahead = sum((g[which] > b[which]) + 0.5 * (g[which] == b[which]) for g in good for b in bad)
    return float(ahead), len(good) * len(bad)


def _auc(pairs: list[Pairs]) -> float:
    return sum(ahead for ahead, _ in pairs) / max(1, sum(n for _, n in pairs))
