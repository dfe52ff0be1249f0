"""Geography, for a local business only: does a linking site name a place of the owner, is it of its country."""

from __future__ import annotations

import re

from linkworthy.metrics.wordlists import phrase_pattern
from linkworthy.site import SiteConfig
from linkworthy.urls import fold, host_of

_LONG_CODES = re.compile(r"\+(?:2[1-69]|3[578]|42|5[09]|6[789]|8[0578]|9[679])\d")
"""Country codes of three digits; +1 and +7 have one, all others two. Source: ITU-T E.164, list of assigned codes."""
_EVERYBODYS = frozenset(
    (
        "ad",
        "ai",
        "as",
        "bz",
        "cc",
        "cd",
        "co",
        "dj",
        "fm",
        "io",
        "la",
        "me",
        "ms",
        "nu",
        "sc",
        "sr",
        "su",
        "tv",
        "tk",
        "ws",
    )
)
"""Country domains that sites of any country take. Source: Google's list of generic country-code domains."""
_DOMAIN_OF = {"gb": "uk"}
"""Countries whose domain is not their ISO code."""

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


def is_of_country(domain: str, telephones: list[str], config: SiteConfig) -> bool | None:
    """Tell whether country domain or telephones say that a site is of the owner's country; null where neither tells."""
    if not config.business.is_local:
        return None
    ours = {_DOMAIN_OF.get(code.lower(), code.lower()) for code in config.markets} | {_country_domain(config.url)}
    theirs = _country_domain(f"http://{domain}/")
    code = _country_code(config.business.telephone)
    codes = {_country_code(number) for number in telephones} - {""}
    if (theirs and theirs in ours) or (code and code in codes):
        return True
    return False if theirs or (code and codes) else None


def _country_domain(url: str) -> str:
    last = host_of(url).rpartition(".")[2]
    return last if len(last) == 2 and last.isalpha() and last not in _EVERYBODYS else ""


def _country_code(telephone: str) -> str:
    digits = re.sub(r"[^\d+]", "", telephone)
    if not digits.startswith("+"):
        return ""
    length = 2 if digits[1:2] in {"1", "7"} else 4 if _LONG_CODES.match(digits) else 3
    return digits[:length]
