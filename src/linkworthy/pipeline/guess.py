"""Guesses what a site is about from its start page, so that its owner corrects instead of typing."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from typing import Any

from linkworthy import urls
from linkworthy.errors import SiteError
from linkworthy.fetch.base import Fetcher, Request
from linkworthy.html.page import Page
from linkworthy.html.parse import parse
from linkworthy.site import Business, SiteConfig

_COUNTRY_SUFFIXES = {"uk": "GB", "eu": ""}
_GENERIC_SUFFIXES = {"io", "co", "ai", "tv", "me", "cc", "ly", "gg", "fm", "to", "sh"}
_SEPARATORS = re.compile(r"\s+[|·–—:»-]\s+")
_WORD = re.compile(r"[^\W\d_]{4,}")
_LOCAL_TYPES = re.compile(r"LocalBusiness|Store|Restaurant|Dentist|Physician|Attorney|Hotel|Bakery|Plumber|Salon")


async def guess(config: SiteConfig, fetcher: Fetcher) -> SiteConfig:
    """Read the start page and fill in what the settings leave empty; ``guessed`` names the fields that were filled.

    Raises: SiteError where the start page does not answer.
    """
    exchange = await fetcher.fetch(Request(url=config.url, max_hops=10, timeout_s=config.limits.timeout_s))
    if exchange.fault is not None or exchange.status is None or exchange.status >= 400:
        what = exchange.fault or f"status {exchange.status}"
        raise SiteError(f"{config.url} does not answer: {what}")
    page = parse(exchange.body, exchange.headers, exchange.url)
    found: dict[str, Any] = {
        "brands": brands_of(page, config.url),
        "topics": topics_of(page),
        "languages": languages_of(page),
        "markets": markets_of(page, config.url),
    }
    filled = {name: value for name, value in found.items() if value and not getattr(config, name)}
    business = business_of(page)
    guessed = sorted({*config.guessed, *filled})
    if business != config.business and config.business == Business():
        guessed = sorted({*guessed, "business"})
        config = replace(config, business=business)
    name = config.name or (filled.get("brands") or config.brands or ("",))[0]
    return replace(config, **filled, name=name, guessed=tuple(guessed))


def brands_of(page: Page, url: str) -> tuple[str, ...]:
    """Guess brand names: the site's name as the page says it, the title part that spells the domain, and the domain."""
    label = urls.domain_of(url).partition(".")[0]
    spaced = label.replace("-", " ")
    names = [str(page.facts.get("site_name") or "")]
    folded = re.sub(r"[\W_]", "", label).casefold()
    parts = _SEPARATORS.split(str(page.facts.get("title") or ""))
    names += [part for part in parts if folded and re.sub(r"[\W_]", "", part).casefold() == folded]
    names += [spaced, urls.domain_of(url)]
    unique: dict[str, str] = {}
    for name in names:
        if name.strip():
            unique.setdefault(name.strip().casefold(), name.strip())
    return tuple(unique.values())


def topics_of(page: Page) -> tuple[str, ...]:
    """Guess topics: the words that title, description and headings share, most frequent first, at most eight."""
    brand = {word.casefold() for word in _WORD.findall(str(page.facts.get("site_name") or ""))}
    texts = [str(page.facts.get(key) or "") for key in ("title", "description", "h1")] + list(
        page.facts.get("h2") or ()
    )
    counted = Counter(
        word.casefold() for text in texts for word in set(_WORD.findall(text)) if word.casefold() not in brand
    )
    ranked = sorted(counted.items(), key=lambda item: (-item[1], item[0]))
    return tuple(word for word, n in ranked if n >= 2)[:8]


def languages_of(page: Page) -> tuple[str, ...]:
    """Guess languages: the one that the page declares, else the one detected, and its alternates."""
    declared = str(page.facts.get("html_lang") or page.facts.get("language") or "")
    codes = [declared, *(alternate["lang"] for alternate in page.facts.get("hreflang") or ())]
    short = [code.partition("-")[0].lower() for code in codes if code and code.lower() != "x-default"]
    return tuple(dict.fromkeys(code for code in short if re.fullmatch("[a-z]{2,3}", code)))


def markets_of(page: Page, url: str) -> tuple[str, ...]:
    """Guess markets: the regions of alternates and of the language tag, and the country suffix of the domain."""
    tags = [str(page.facts.get("html_lang") or ""), *(a["lang"] for a in page.facts.get("hreflang") or ())]
    regions = [tag.rpartition("-")[2].upper() for tag in tags if re.fullmatch("[a-z]{2,3}-[A-Za-z]{2}", tag)]
    suffix = urls.host_of(url).rpartition(".")[2]
    if len(suffix) == 2 and suffix not in _GENERIC_SUFFIXES:
        regions.append(_COUNTRY_SUFFIXES.get(suffix, suffix.upper()))
    return tuple(dict.fromkeys(region for region in regions if region))


def business_of(page: Page) -> Business:
    """Guess whether the business is a local one: structured data of a local business, or an address on the page."""
    types = page.facts.get("schema_types") or ()
    addresses = tuple(page.facts.get("addresses") or ())
    is_local = any(_LOCAL_TYPES.search(str(kind)) for kind in types)
    telephones = page.facts.get("telephones") or [""]
    if not is_local:
        return Business()
    places = tuple(dict.fromkeys(part.strip() for text in addresses[:3] for part in text.split(",") if _is_town(part)))
    return Business(is_local=True, places=places, telephone=str(telephones[0]) if telephones else "")


def _is_town(part: str) -> bool:
    text = part.strip()
    return bool(text) and text[0].isupper() and not any(character.isdigit() for character in text)
