"""What a text is about, and how near that is to the owner's topic."""

from __future__ import annotations

import json
import tarfile
from collections import Counter
from collections.abc import Iterator
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkworthy.metrics.topics import (
    context_relevance,
    cosine,
    make_profile,
    relevance,
    stems,
    topic_likeness,
    topic_shares,
)
from tests.support.linkweb import BICYCLES, FINANCE, HIKING, varied
from tests.support.shared import shared


def counted(text: str) -> Counter[str]:
    return Counter(stems(text))


PROFILE = make_profile([counted(BICYCLES)], ["bicycle repair"])


def test_inflections_meet_and_little_words_go() -> None:
    assert stems("The bicycles and a bicycle") == ["bicycl", "bicycl"]
    assert stems("repairing repairs") == ["repair", "repair"]
    assert stems("Vélos") == stems("velo")


def test_scripts_without_spaces_give_pairs() -> None:
    assert stems("自転車") == ["自転", "転車"]


def test_ours_adjacent_and_strange_texts_stand_in_this_order() -> None:
    ours, near, far = (relevance(PROFILE, counted(text)) for text in (varied(BICYCLES, 1), HIKING, FINANCE))
    assert ours is not None
    assert near is not None
    assert far is not None
    assert ours > 0.8 > near > 0.2 > far


def test_too_little_text_is_not_judged() -> None:
    assert relevance(PROFILE, counted("A bicycle")) is None
    assert context_relevance(PROFILE, counted("see this")) is None


def test_without_a_topic_nothing_is_judged() -> None:
    assert relevance(make_profile([], []), counted(BICYCLES)) is None


def test_what_the_owner_says_is_enough_for_a_profile() -> None:
    said = make_profile([], ["bicycle repair", "city bicycles", "bike wheels and brakes"])
    ours, far = relevance(said, counted(BICYCLES)), relevance(said, counted(FINANCE))
    assert ours is not None
    assert far is not None
    assert ours > far + 0.3


def test_neighbouring_topics_count_and_spam_trades_have_no_neighbours() -> None:
    mine = {"cycling": 1.0}
    assert topic_likeness(mine, {"cycling": 1.0}) == 1.0
    assert 0.4 < (topic_likeness(mine, {"outdoor": 1.0}) or 0) < 0.8
    assert topic_likeness(mine, {"gambling": 1.0}) == 0.0


@given(st.text(max_size=400))
def test_likeness_lies_between_nought_and_one(text: str) -> None:
    found = relevance(PROFILE, counted(text * 5))
    assert found is None or 0.0 <= found <= 1.0
    assert sum(topic_shares(counted(text)).values()) == pytest.approx(1.0) or not topic_shares(counted(text))


@given(st.text(max_size=200))
def test_a_text_is_like_itself(text: str) -> None:
    vector = PROFILE.weigh(counted(text))
    assert cosine(vector, vector) == pytest.approx(1.0) or not vector


def _truths() -> Iterator[dict[str, Any]]:
    with tarfile.open(shared("wcxb", "wcxb_dev.tar.xz")) as tar:
        found = {
            member.name: _read(tar, member) for member in tar if "ground-truth/" in member.name and member.isfile()
        }
    for name in sorted(found):
        yield json.loads(found[name])


def _read(tar: tarfile.TarFile, member: tarfile.TarInfo) -> bytes:
    """Read a member where the stream stands: going back would unpack the whole archive again."""
    stream = tar.extractfile(member)
    assert stream is not None
    return stream.read()


@pytest.mark.shared
def test_pages_of_one_topic_stand_before_others_on_real_pages() -> None:
    """Quality floor: the share of (same topic, other topic) pairs in the right order; 0.91 when it was set."""
    texts, tags = [], []
    for truth in _truths():
        kind = truth["_internal"]["page_type"]
        text = f"{truth['ground_truth'].get('title') or ''} {truth['ground_truth'].get('main_content') or ''}"
        texts.append(counted(text[:20_000]))
        tags.append(set(kind.get("tags") or ()))
    counts = Counter(tag for found in tags for tag in found)
    vague = {"blog", "how-to", "tutorial", "guide", "web-sourced", "verified", "trends", "research", "tips", "opinion"}
    rng = Random(1)
    ahead = total = 0.0
    for tag in sorted(tag for tag, n in counts.items() if 4 <= n <= 14 and tag not in vague):
        same = [i for i, found in enumerate(tags) if tag in found]
        rng.shuffle(same)
        own, held = same[: max(3, len(same) // 2)], same[max(3, len(same) // 2) :]
        others = rng.sample([i for i, found in enumerate(tags) if tag not in found], 20)
        seen = Counter(term for i in rng.sample(range(len(texts)), 40) for term in texts[i])
        profile = make_profile([texts[i] for i in own], [], seen, 40)
        good = [value for i in held if (value := relevance(profile, texts[i])) is not None]
        bad = [value for i in others if (value := relevance(profile, texts[i])) is not None]
        ahead += sum((g > b) + 0.5 * (g == b) for g in good for b in bad)
        total += len(good) * len(bad)
    assert ahead / total > 0.88
