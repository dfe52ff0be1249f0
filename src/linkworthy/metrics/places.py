"""Geography, for a local business only: whether a linking site names a place that the owner serves."""

from __future__ import annotations

import re

from linkworthy.metrics.wordlists import phrase_pattern
from linkworthy.site import SiteConfig
from linkworthy.urls import fold

AREA_DIGITS = 6
"""Digits of a telephone, country code among them, that stand for its area."""


def place_pattern(config: SiteConfig) -> re.Pattern[str] | None:
    """Give the expression that finds the owner's places in folded text; null where geography does not count."""
    names = [fold(place) for place in config.business.places if place.strip()]
    return re.compile(phrase_pattern(names)) if config.business.is_local and names else None


def names_place(text: str, telephones: list[str], pattern: re.Pattern[str] | None, config: SiteConfig) -> bool | None:
    """Tell whether a page names a place of the owner or a telephone of its area; null where places do not count."""
    if pattern is None:
        return None
    area = re.sub(r"[^\d+]", "", config.business.telephone)[: AREA_DIGITS + 1]
    is_near = len(area) > AREA_DIGITS and any(number.startswith(area) for number in telephones)
    return is_near or pattern.search(fold(text)) is not None
