"""The values of structured data: dates, numbers, ratings, codes and words that must have a form."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from functools import cache
from typing import Any

from linkworthy.metrics.vocabulary import is_a
from linkworthy.metrics.wordlists import word_file

Node = Mapping[str, Any]

MAX_VALUES = 20
"""Values of one property that are looked at."""
_MAX_SHOWN = 80
_DATE = re.compile(r"\d{4}(-\d\d(-\d\d([T ]\d\d:?\d\d(:?\d\d([.,]\d+)?)?\s*(Z|[+-]\d\d(:?\d\d)?)?)?)?)?$")
_NUMBER = re.compile(r"[+-]?(\d+([.,]\d+)?|[.]\d+|\d{1,3}(,\d{3})+([.]\d+)?)$")
_RATING = re.compile(r"(\d+(?:[.,]\d+)?)\s*(?:%|/\s*(\d+(?:[.,]\d+)?)|)$")
_LENGTH = re.compile(
    r"P(?=\d|T\d)(\d+([.,]\d+)?Y)?(\d+([.,]\d+)?M)?(\d+([.,]\d+)?W)?(\d+([.,]\d+)?D)?"
    r"(T(\d+([.,]\d+)?H)?(\d+([.,]\d+)?M)?(\d+([.,]\d+)?S)?)?$"
)
_URL = re.compile(r"(https?:)?//\S+$|/\S*$|[\w./?=&%#-]+$|data:")
_TIME = re.compile(r"T?([01]?\d|2[0-4]):[0-5]\d(:[0-5]\d([.]\d+)?)?\s*(Z|[+-]\d\d(:?\d\d)?)?$")
_DAY = "(?:Mo|Tu|We|Th|Fr|Sa|Su|PH|SH)"
_SPAN = r"(?:\d{1,2}:\d\d ?[-\u2013] ?\d{1,2}:\d\d|\d{1,2}:\d\d\+|00:00-24:00|off|closed)"
_ONE_HOURS = rf"(?:{_DAY}(?:\s*[-,\u2013]\s*{_DAY}){{0,7}})(?:\s+{_SPAN}(?:\s*,\s*{_SPAN}){{0,4}})?"
_HOURS = re.compile(rf"(?:24/7|{_SPAN}|{_ONE_HOURS}(?:\s*[,;]?\s*{_ONE_HOURS}){{0,14}}\s*[,;]?)$", re.IGNORECASE)
_HOME = re.compile(
    r"^(?:(?:https?:)?//(?:www\.)?schema\.org/|schema:|https?://purl\.org/goodrelations/v1#)", re.IGNORECASE
)
_GTIN_LENGTHS = {"gtin": (8, 12, 13, 14), "gtin8": (8,), "gtin12": (12,), "gtin13": (13,), "gtin14": (14,)}

Fault = str | None


def wrong_values(node: Node, kinds: list[str]) -> Iterator[str]:
    """Give the properties of an item whose value cannot be what it says, with the value and why."""
    for name, form in _forms().items():
        for value in _values(node, name):
            if fault := form(name, value):
                yield f"{name}: {value[:_MAX_SHOWN]} ({fault})" if fault != "form" else f"{name}: {value[:_MAX_SHOWN]}"
    yield from _ratings(node, kinds)
    yield from _order(node)
    if is_a(kinds, "Dataset"):
        for value in _values(node, "description"):
            if not 50 <= len(value) <= 5_000:
                yield f"description: {value[:40]} ({len(value)} characters; 50 to 5,000 are asked for)"


def _values(node: Node, name: str) -> Iterator[str]:
    values = node.get(name)
    for one in (values if isinstance(values, list) else [values])[:MAX_VALUES]:
        value: Any = one
        if isinstance(one, Mapping):
            value = one.get("@value", one.get("@id") if len(one) == 1 else None)
        if isinstance(value, int | float) and not isinstance(value, bool):
            yield repr(value)
        elif isinstance(value, str) and value.strip():
            yield value.strip()


def number_of(text: str) -> float | None:
    """Read a number with a point or a comma before its decimals."""
    if not _NUMBER.match(text) or len(text) > 40:
        return None
    is_thousands = re.match(r"[+-]?\d{1,3}(,\d{3})+([.]\d+)?$", text)
    return float(text.replace(",", "") if is_thousands else text.replace(",", "."))


@cache
def _forms() -> dict[str, Callable[[str, str], Fault]]:
    """Give what judges each property that has a form."""
    lists = word_file("structured")
    found: dict[str, Callable[[str, str], Fault]] = {}
    for form, names in lists["forms"].items():
        found.update(dict.fromkeys(names, _JUDGES[form]))
    return {**found, **dict.fromkeys(lists["values"], _word), "priceRange": _range}


def _date(_name: str, text: str) -> Fault:
    if not _DATE.match(text):
        return "form"
    try:
        date.fromisoformat((text[:10] + "-01-01"[len(text[:10]) - 4 :])[:10])
    except ValueError:
        return "no such day"
    return None


def _number(_name: str, text: str) -> Fault:
    return None if number_of(text) is not None else "form"


def _amount(_name: str, text: str) -> Fault:
    number = number_of(text)
    if number is None:
        return "form"
    return "below 0" if number < 0 else None


def _count(_name: str, text: str) -> Fault:
    number = number_of(text)
    if number is None or number != int(number):
        return "no whole number"
    return "below 0" if number < 0 else None


def _rating(name: str, text: str) -> Fault:
    if name != "ratingValue":
        return _number(name, text)
    return None if _RATING.match(text) or number_of(text) is not None else "form"


def _currency(_name: str, text: str) -> Fault:
    if not re.match(r"[A-Z]{3}$", text):
        return "form"
    return None if text in _currencies() else "no currency of ISO 4217"


@cache
def _currencies() -> frozenset[str]:
    return frozenset(word_file("structured")["currencies"]["words"].split())


def _length(_name: str, text: str) -> Fault:
    return None if _LENGTH.match(text) and text[-1] != "T" else "form"


def _url(_name: str, text: str) -> Fault:
    return None if _URL.match(text) else "form"


def _clock(_name: str, text: str) -> Fault:
    return None if _TIME.match(text) or _DATE.match(text) else "a time is written as 09:00"


def _hours(_name: str, text: str) -> Fault:
    return None if _HOURS.match(text[:500]) else "hours are written as Mo-Fr 09:00-17:00"


def _degrees(name: str, text: str) -> Fault:
    number, most = number_of(text), 90 if name == "latitude" else 180
    if number is None:
        return "form"
    return f"beyond {most} degrees" if abs(number) > most else None


def _gtin(name: str, text: str) -> Fault:
    digits = re.sub(r"[\s-]", "", text)
    if text.startswith(("http:", "https:")):
        return None
    if not (digits.isascii() and digits.isdigit()) or len(digits) not in _GTIN_LENGTHS[name]:
        return "wrong number of digits"
    total = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(reversed(digits)))
    return "check digit is wrong" if total % 10 else None


def _word(name: str, text: str) -> Fault:
    known: list[str] = word_file("structured")["values"][name]
    said = _HOME.sub("", text).rstrip("/")
    if said in known:
        return None
    plain = re.sub(r"[^a-z]", "", said.lower())
    near = next((one for one in known if re.sub(r"[^a-z]", "", one.lower()).startswith(plain)), None) if plain else None
    return f"write {near}" if near else f"none of {', '.join(known[:3])} …"


def _range(_name: str, text: str) -> Fault:
    return "over 100 characters" if len(text) > 100 else None


_JUDGES: dict[str, Callable[[str, str], Fault]] = {
    "date": _date, "number": _number, "amount": _amount, "rating": _rating, "count": _count, "currency": _currency,
    "duration": _length, "url": _url, "time": _clock, "hours": _hours, "latitude": _degrees, "longitude": _degrees,
    "gtin": _gtin,
}  # fmt: skip


def _first(node: Node, name: str) -> float | None:
    return next((number_of(value) for value in _values(node, name)), None)


def _ratings(node: Node, kinds: list[str]) -> Iterator[str]:
    """Judge a rating within its scale, from 1 to 5 where none is said, and the number of those who gave it."""
    if not is_a(kinds, "Rating"):
        return
    best, worst = _first(node, "bestRating"), _first(node, "worstRating")
    top = 5.0 if best is None else best
    bottom = min(1.0, top) if worst is None else worst
    for text in _values(node, "ratingValue"):
        # A share or a fraction brings its own scale.
        value = number_of(text)
        if value is not None and value > top:
            yield f"ratingValue: {text[:_MAX_SHOWN]} (above the best, {_short(top)})"
        elif value is not None and value < bottom and "-" not in text:
            yield f"ratingValue: {text[:_MAX_SHOWN]} (below the worst, {_short(bottom)})"
        elif value is not None and value < 0:
            yield f"ratingValue: {text[:_MAX_SHOWN]} (below 0)"
    if best is not None and worst is not None and best <= worst:
        yield f"bestRating: {_short(best)} (not above the worst, {_short(worst)})"
    counts = [_first(node, name) for name in ("ratingCount", "reviewCount")]
    if is_a(kinds, "AggregateRating") and any(one == 0 for one in counts) and not any(counts):
        yield "ratingCount: 0 (nobody has rated)"


def _short(number: float) -> str:
    return f"{number:.6g}"


def _order(node: Node) -> Iterator[str]:
    """Tell of an end before its start."""
    start, end = (_instant(node, name) for name in ("startDate", "endDate"))
    if start and end and end < start:
        yield f"endDate: {end.isoformat()} (before startDate)"


def _instant(node: Node, name: str) -> date | None:
    text = next(_values(node, name), "")
    if len(text) < 10:
        return None
    try:
        return datetime.fromisoformat(text[:10]).date()
    except ValueError:
        return None
