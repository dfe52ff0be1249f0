"""Kinds of anchors."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkworthy.metrics.anchors import classify, names_of
from linkworthy.site import SiteConfig

NAMES = names_of(
    SiteConfig(
        url="https://www.velo-verde.example/",
        brands=("Velo Verde", "VV"),
        keywords=("cheap bicycles", "bicycle repair"),
        topics=("cargo bikes",),
    )
)


@pytest.mark.parametrize(
    ("anchor", "kind", "is_money"),
    [
        ("Velo Verde", "branded", False),
        ("the people of VeloVerde", "branded", False),
        ("VV", "branded", False),
        ("a vvv thing", "other", False),
        ("https://www.velo-verde.example/shop", "naked", False),
        ("velo-verde.example/journal", "naked", False),
        ("Cheap  Bicycle", "exact", True),
        ("repair of bicycles", "exact", True),
        ("cargo bike", "exact", True),
        ("cheap bicycles online", "partial", True),
        ("how we found cheap bicycles for a whole school class last year", "partial", False),
        ("bicycles", "partial", False),
        ("Click here!", "generic", False),
        ("weiterlesen", "generic", False),
        ("こちら", "generic", False),
        ("", "empty", False),
        (" \n ", "empty", False),
        ("Ada Lovelace", "other", False),
        (None, None, None),
    ],
)
def test_an_anchor_is_of_its_kind(anchor: str | None, kind: str | None, is_money: bool | None) -> None:  # noqa: FBT001 - a table of cases
    found = classify(anchor, "text", NAMES)
    assert (found.kind, found.is_money) == (kind, is_money)


def test_an_image_is_an_image_whatever_its_alt_says() -> None:
    assert classify("cheap bicycles", "image", NAMES).kind == "image"


def test_an_anchor_that_quotes_the_target_sells_nothing() -> None:
    title = "Bicycle repair in winter"
    assert classify(title, "text", NAMES).is_money
    assert classify(title, "text", NAMES, [title]).is_money is False


def test_without_keywords_a_selling_anchor_is_not_known() -> None:
    names = names_of(SiteConfig(url="https://shop.example/"))
    assert classify("buy cheap bicycles", "text", names).is_money is None
    assert classify("Ada Lovelace", "text", names).is_money is False


@given(st.text(max_size=200), st.sampled_from(["text", "image", "empty", "area"]))
def test_any_anchor_has_a_kind(anchor: str, kind: str) -> None:
    found = classify(anchor, kind, NAMES)
    assert found.kind in {"branded", "naked", "exact", "partial", "generic", "image", "empty", "other"}
