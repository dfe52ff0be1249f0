"""Floors of what is made of real pages, on sites that the shipped networks have not seen.

The corpus is the development part of WCXB; its digest stands beside the floors, since they hold for it alone. Lowering
a floor needs a reason in the changelog. ``python -m benchmarks quality-regions quality-page-types quality-text``
measures all folds.
"""

from __future__ import annotations

import hashlib

import pytest

from benchmarks.learn_pages import Outcome, held_out, is_left_out
from benchmarks.quality_pages import balanced, balanced_of_rules, balanced_of_tables, kind_f1, text_f1
from benchmarks.wcxb import archive
from tests.support.shared import shared

DIGEST = "f70d311c16ee4f31a8fcec58918baabcb1242451fce33e5ffa5d28d85c85640b"
N_PAGES = 60
REGIONS, REGIONS_OF_TABLES, TEXT, KIND_OF_ARTICLES = 0.90, 0.90, 0.87, 0.92

pytestmark = pytest.mark.shared


@pytest.fixture(scope="module")
def outcomes() -> tuple[Outcome, ...]:
    shared("wcxb", "wcxb_dev.tar.xz")
    return held_out(quick=True, limit=N_PAGES)


def test_the_corpus_is_the_one_that_the_floors_were_set_on() -> None:
    shared("wcxb", "wcxb_dev.tar.xz")
    assert hashlib.sha256(archive().read_bytes()).hexdigest() == DIGEST


def test_the_pages_are_of_sites_that_were_left_out(outcomes: tuple[Outcome, ...]) -> None:
    assert len(outcomes) == N_PAGES
    assert all(is_left_out(one.sample.site) for one in outcomes)


def test_links_of_the_main_text_are_told_from_others(outcomes: tuple[Outcome, ...]) -> None:
    assert balanced(outcomes) >= REGIONS
    assert balanced_of_tables(outcomes) >= REGIONS_OF_TABLES
    assert balanced_of_tables(outcomes) > balanced_of_rules(outcomes)


def test_the_main_text_is_found(outcomes: tuple[Outcome, ...]) -> None:
    assert text_f1(outcomes) >= TEXT


def test_articles_are_told_from_other_kinds(outcomes: tuple[Outcome, ...]) -> None:
    assert kind_f1(outcomes, 0) >= KIND_OF_ARTICLES
