"""Identifiers of one owner that scripts and metas give away: analytics, tag managers, ads, pixels, verification.

Two sites that share one of these belong together; so placeholders and the examples of manuals are left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from linkworthy.html.fold import clean, fold
from linkworthy.html.gathered import Attributes

MAX_IDENTIFIERS = 50
"""Identifiers a page that are kept; honest pages have fewer than ten."""
_MAX_SEARCHED = 2_000_000
"""Characters of script that are searched."""
_MAX_TRIES = 10_000
"""Places of one mark that are looked at."""

# Kind, the literal that str.find looks for (searching by pattern costs ten times more), and what must stand there.
_PATTERNS: tuple[tuple[str, str, re.Pattern[str]], ...] = (
    ("google-analytics", "UA-", re.compile(r"(UA-\d{4,10})-\d{1,4}(?![\w-])")),
    ("google-tag", "G-", re.compile(r"(G-(?=[A-Z]*\d)[A-Z0-9]{8,12})(?![\w-])")),
    ("google-tag-manager", "GTM-", re.compile(r"(GTM-[A-Z0-9]{4,9})(?![\w-])")),
    ("google-ads", "AW-", re.compile(r"(AW-\d{8,12})(?![\w-])")),
    ("adsense", "ca-pub-", re.compile(r"ca-(pub-\d{10,20})(?![\w-])")),
    ("facebook-pixel", "fbq(", re.compile(r"fbq\(\s*['\"]init['\"]\s*,\s*['\"]?(\d{10,20})")),
    ("facebook-pixel",
    "facebook.com/tr?", re.compile(r"facebook\.com/tr\?(?:[^\"'\s]{0,200}&(?:amp;)?)?id=(\d{10,20})")),
    ("clarity", "clarity.ms/tag/", re.compile(r"clarity\.ms/tag/([a-z0-9]{6,16})(?![\w-])")),
    ("clarity", "clarity", re.compile(r"clarity['\"]\s*,\s*['\"]script['\"]\s*,\s*['\"]([a-z0-9]{6,16})['\"]")),
    ("hotjar", "hjid", re.compile(r"hjid\s*[:=]\s*['\"]?(\d{5,10})")),
    ("yandex-metrica", "ym(", re.compile(r"ym\(\s*(\d{5,10})\s*,\s*['\"]init['\"]")),
    ("yandex-metrica", "mc.yandex.ru/watch/", re.compile(r"mc\.yandex\.ru/watch/(\d{5,10})")),
    ("cloudflare-beacon", "token", re.compile(r"token[\"']\s*:\s*[\"']([0-9a-f]{32})[\"']")),
    ("matomo", "_paq", re.compile((r"_paq[\s\S]{0,600}?//([a-z0-9.-]{3,100})/[\s\S]{0,300}?setSiteId['\"]\s*,"
r"\s*['\"]?(\d{1,6})"), re.IGNORECASE)),
    ("amazon-associates", "tag=", re.compile(r"tag=([a-z0-9]{2,40}-2[0-9])(?![\w-])")),
)  # fmt: skip

MARKS = tuple(mark for _, mark, _ in _PATTERNS)
"""What stands in every text that holds an identifier."""
_RAREST = [next((letter for letter in mark if not letter.islower()), mark[-1]) for _, mark, _ in _PATTERNS]
"""The letter of each mark that fewest texts hold."""
VERIFICATION = {
    "google-site-verification": "google-site-verification", "msvalidate.01": "bing-verification",
    "yandex-verification": "yandex-verification",
    "p:domain_verify": "pinterest-verification", "facebook-domain-verification": "facebook-verification",
    "baidu-site-verification": "baidu-verification", "naver-site-verification": "naver-verification",
    "fb:app_id": "facebook-app",
    "fb:admins": "facebook-admin", "google-adsense-account": "adsense",
    "ahrefs-site-verification": "ahrefs-verification",
}  # fmt: skip
"""Names and properties of metas that tell an owner, and what they tell."""

_PLACEHOLDERS = frozenset(
    {
        "AW-CONVERSION",
        "GTM-ABCDEF",
        "GTM-ABCD123",
        "G-ABC123DEF4",
        "G-ABCDE12345",
        "GTM-EXAMPLE",
        "GTM-YOURID",
        "GTM-CODE",
    }
)


def owner_ids(metas: Sequence[Attributes], scripts: Iterable[str], resources: Iterable[str]) -> list[str]:
    """Collect identifiers as ``kind:value``, sorted; a UA account without its property, because one owner has many."""
    found: set[str] = set()
    for meta in metas:
        kind = VERIFICATION.get((meta.get("name") or meta.get("property") or "").strip().lower())
        if kind is None:
            continue
        value = clean(fold(meta.get("content") or "", 200))
        if kind == "adsense":
            value = value.removeprefix("ca-")
        if value and not _is_placeholder(value) and len(found) < MAX_IDENTIFIERS:
            found.add(f"{kind}:{value}")
    text = "\n".join((*resources, *scripts))[:_MAX_SEARCHED]
    for (kind, mark, pattern), letter in zip(_PATTERNS, _RAREST, strict=True):
        # Looking for one letter takes a tenth of the time.
        if letter not in text or mark not in text:
            continue
        for value in _matches(text, mark, pattern):
            if not _is_placeholder(value) and len(found) < MAX_IDENTIFIERS:
                found.add(f"{kind}:{value}")
    return sorted(found)


def _matches(text: str, mark: str, pattern: re.Pattern[str]) -> Iterator[str]:
    start = text.find(mark)
    for _ in range(_MAX_TRIES):
        if start < 0:
            return
        before = text[start - 1] if start else " "
        if not (before.isalnum() or before in "-_") or not mark[0].isalpha():
            match = pattern.match(text, start)
            if match:
                yield "/".join(group for group in match.groups() if group)
        start = text.find(mark, start + len(mark))


def _is_placeholder(value: str) -> bool:
    """Tell whether an identifier is one of manuals: XXXX, 0000, 1234567."""
    if value.upper() in _PLACEHOLDERS:
        return True
    tail = value.rpartition("-")[2].upper()
    if len(set(tail)) <= 1 or "XXXX" in tail:
        return True
    return (
        len(tail) >= 4
        and tail.isdigit()
        and ("12345678901234567890".startswith(tail) or "01234567890123456789".startswith(tail))
    )
