"""Pictures of answers as SVG: a score's make-up, its history over releases, a neighbourhood.

Every text comes from the web: it is escaped, cut, and freed of what XML does not allow. A picture stands for itself: no
script, no style sheet, nothing is loaded.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from html import escape
from itertools import pairwise

from linkworthy.graph.history import Moment
from linkworthy.graph.neighbourhood import Neighbourhood
from linkworthy.graph.why import Why

WIDTH = 860
MAX_TEXT = 44
INK, PALE, BAR, BAND, NEWS = "#1f2933", "#5a6672", "#2f6f9f", "#cfe0ec", "#b5442c"
"""Colours that keep a contrast of 4.5 on white, but for areas."""
_NOT_XML = re.compile(
    "[^\t\n\r -\x7e\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]|[\u200e\u200f\u202a-\u202e\u2066-\u2069]"
)


def make_up_svg(why: Why) -> str:
    """Draw a score's make-up: what every node has, each listed referrer's part, and the rest."""
    listed = sum(one.share for one in why.contributions)
    given = why.given / why.raw if why.raw else 0.0
    rest = max(0.0, 1 - given - listed)
    n_rest = why.n_referrers - len(why.contributions)
    rows = [("every node has", given, "")]
    rows += [(one.name, one.share, f"{one.points:.2f} points") for one in why.contributions]
    if n_rest > 0:
        rows.append((f"{n_rest:,} others", rest, ""))
    widest = max((share for _name, share, _said in rows), default=0.0) or 1.0
    body = []
    for place, (name, share, said) in enumerate(rows):
        y = 62 + 22 * place
        body += [
            _text(286, y + 12, name, anchor="end"),
            f'<rect x="294" y="{y}" width="{_n(400 * share / widest)}" height="15" fill="{BAR}"/>',
            _text(300 + 400 * share / widest, y + 12, f"{share:.1%}  {said}".strip(), colour=PALE),
        ]
    title = f"{_cut(why.name)}: {why.score:.1f} of 100"
    about = f"{why.n_referrers:,} referrers; {why.half:,} of them carry half of what links bring"
    return _picture(title, about, 62 + 22 * len(rows) + 12, body)


def history_svg(name: str, moments: Sequence[Moment]) -> str:
    """Draw a score over releases with its noise band; a change beyond the usual is marked."""
    left, top, width, height = 60, 70, WIDTH - 100, 240
    step = width / max(len(moments) - 1, 1)

    def at(place: int, score: float) -> tuple[float, float]:
        return left + step * place, top + height * (1 - score / 100)

    body = []
    for score in range(0, 101, 20):
        height_of = at(0, score)[1]
        body += [_line((left, height_of), (left + width, height_of), "#e4e7eb", 1),
                 _text(left - 8, height_of + 4, str(score), anchor="end", colour=PALE)]  # fmt: skip
    known = [(place, one) for place, one in enumerate(moments) if one.score is not None]
    for (place, one), (after, two) in pairwise(known):
        if one.low is not None and one.high is not None and two.low is not None and two.high is not None:
            edges = [at(place, one.low), at(place, one.high), at(after, two.high), at(after, two.low)]
            body.append(f'<polygon points="{_points(edges)}" fill="{BAND}"/>')
    body.append(f'<polyline points="{_points([at(p, one.score or 0) for p, one in known])}" fill="none" '
                f'stroke="{BAR}" stroke-width="2"/>')  # fmt: skip
    for place, one in known:
        x, y = at(place, one.score or 0)
        colour = NEWS if one.is_news else BAR
        body.append(f'<circle cx="{_n(x)}" cy="{_n(y)}" r="4" fill="{colour}"/>')
        body.append(_text(x, y - 10, f"{one.score:.1f}", anchor="middle", colour=colour))
    every = max(1, math.ceil(len(moments) / 8))
    body += [_text(at(place, 0)[0], top + height + 20, one.release, anchor="middle", colour=PALE, most=16)
             for place, one in enumerate(moments) if place % every == 0]  # fmt: skip
    n_news = sum(one.is_news is True for one in moments)
    about = f"{len(known)} of {len(moments)} releases hold it; {n_news} changes are beyond the usual"
    return _picture(f"{_cut(name)}: score over releases", about, top + height + 40, body)


def neighbourhood_svg(found: Neighbourhood) -> str:
    """Draw a node among its best referrers; links among these in grey, a link back in the colour of news."""
    n, radius = max(len(found.neighbours), 1), 190
    middle = (WIDTH / 2, 290.0)

    def at(place: int) -> tuple[float, float]:
        angle = 2 * math.pi * place / n - math.pi / 2
        return middle[0] + radius * math.cos(angle), middle[1] + radius * math.sin(angle)

    body = [_line(at(source), at(target), "#d5dae0", 1.0) for source, target in found.links]
    for place, one in enumerate(found.neighbours):
        body.append(_line(at(place), middle, NEWS if one.is_linked_back else BAR, 1.5))
    for place, one in enumerate(found.neighbours):
        x, y = at(place)
        is_left = x < middle[0] - 1
        body.append(f'<circle cx="{_n(x)}" cy="{_n(y)}" r="{_n(3 + one.score / 12)}" fill="{BAR}"/>')
        body.append(
            _text(x + (-14 if is_left else 14), y + 4, f"{_cut(one.name, 30)} {one.score:.0f}",
                  anchor="end" if is_left else "start")
        )  # fmt: skip
    body.append(f'<circle cx="{_n(middle[0])}" cy="{_n(middle[1])}" r="{_n(5 + found.score / 10)}" fill="{INK}"/>')
    back = sum(one.is_linked_back for one in found.neighbours)
    about = (
        f"the best {len(found.neighbours):,} of {found.n_referrers:,} referrers; {back:,} linked back; "
        f"{len(found.links):,} links among them"
    )
    return _picture(f"{_cut(found.name)}: {found.score:.1f} of 100", about, 540, body)


def _picture(title: str, about: str, height: float, body: Sequence[str]) -> str:
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {_n(height)}" width="{WIDTH}" '
        f'height="{_n(height)}" role="img" font-family="system-ui, sans-serif" font-size="12">'
    )
    said = [f"<title>{escape(title)}</title>", f"<desc>{escape(about)}</desc>",
            f'<rect width="{WIDTH}" height="{_n(height)}" fill="#ffffff"/>',
            _text(20, 28, title, size=17, most=120), _text(20, 48, about, colour=PALE, most=140)]  # fmt: skip
    return "\n".join([head, *said, *body, "</svg>", ""])


def _text(
    x: float, y: float, text: str, *, anchor: str = "start", colour: str = INK, size: int = 12, most: int = MAX_TEXT
) -> str:
    return (
        f'<text x="{_n(x)}" y="{_n(y)}" text-anchor="{anchor}" fill="{colour}" font-size="{size}">'
        f"{escape(_cut(text, most))}</text>"
    )


def _line(start: tuple[float, float], end: tuple[float, float], colour: str, width: float) -> str:
    (x1, y1), (x2, y2) = start, end
    return f'<line x1="{_n(x1)}" y1="{_n(y1)}" x2="{_n(x2)}" y2="{_n(y2)}" stroke="{colour}" stroke-width="{width}"/>'


def _points(places: Sequence[tuple[float, float]]) -> str:
    return " ".join(f"{_n(x)},{_n(y)}" for x, y in places)


def _cut(text: str, most: int = MAX_TEXT) -> str:
    whole = _NOT_XML.sub("\ufffd", text)
    return whole if len(whole) <= most else whole[: most - 1] + "…"


def _n(value: float) -> str:
    """Write a number shortly and alike everywhere."""
    return f"{value:.1f}".rstrip("0").rstrip(".")
