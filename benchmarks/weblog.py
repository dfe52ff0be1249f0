"""A synthetic access log in the combined format, as skewed as real ones are; the same for the same seed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np

CHUNK = 100_000
_WORDS = (
    "maternity", "dress", "summer", "garden", "guide", "best", "review", "cotton", "travel", "baby", "shop", "shoes",
    "style", "home", "local", "organic", "winter", "linen", "sale", "kitchen",
)  # fmt: skip
_ASSETS = ("css", "js", "png", "jpg", "woff2", "svg")
_SYSTEMS = (
    "Windows NT 10.0; Win64; x64", "Macintosh; Intel Mac OS X 10_15_7", "X11; Linux x86_64",
    "iPhone; CPU iPhone OS 17_4 like Mac OS X",
    "Linux; Android 14; Pixel 8", "Linux; Android 13; SM-S911B", "iPad; CPU OS 16_6 like Mac OS X",
)  # fmt: skip
_BOTS = (
    "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
    "Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)",
    "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; GPTBot/1.2; +https://openai.com/gptbot)",
    "Mozilla/5.0 (compatible; AhrefsBot/7.0; +http://ahrefs.com/robot/)", "curl/8.5.0", "python-requests/2.31.0",
)  # fmt: skip
_ENGINES = (
    "https://www.google.com/", "https://www.google.co.uk/", "https://www.bing.com/", "https://duckduckgo.com/",
    "https://www.facebook.com/", "https://t.co/k3Jd92hfKs", "https://chatgpt.com/",
    "https://www.google.de/url?q=shop&sa=t",
)  # fmt: skip
_STATUSES = np.array([b"200", b"304", b"301", b"404", b"403", b"500"], dtype=object)
_SHARES = (0.78, 0.09, 0.03, 0.07, 0.02, 0.01)
_BROKEN = (
    rb'"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" 400 226 "-" "-"', b'"-" 408 0 "-" "-"',
    rb'"GET /?q=\"quoted\" HTTP/1.1" 404 512 "https://blog3.example/\"q\"" "Mozilla/5.0 (\"odd\")"',
    b'"GET /cut-off-here HT',
)  # fmt: skip
_LINE = b'%b - - [%b] "GET %b HTTP/1.1" %b %b "%b" "%b"\n'


def write_log(path: Path, n_bytes: int, seed: int = 1) -> int:
    """Write at least so many bytes of log; gives the number of lines.

    Pages, referrers, clients and agents follow power laws, and what a page leads to is always the same dozen; one
    line in ten has an error's status, two in a thousand are no requests, are cut off or hold escaped quotes; 8,000
    lines an hour, so that a larger log covers more days.
    """
    rng = np.random.default_rng(seed)
    pages = _pages(rng)
    own, others = _own_ways(rng, pages), _ways_from_elsewhere(rng, pages)
    agents = _agents(rng)
    clients = [b"%d.%d.%d.%d" % tuple(four) for four in rng.integers(1, 255, (50_000, 4)).tolist()]
    sizes = [b"%d" % size for size in rng.integers(150, 90_000, 5_000).tolist()]
    n_lines = n_written = 0
    with path.open("wb") as file:
        while n_written < n_bytes:
            chance = rng.random(CHUNK)
            ways = np.where(chance < 0.5, _drawn(rng, own, 0.9), _drawn(rng, others, 0.8))
            columns = (
                _drawn(rng, clients, 0.7).tolist(), _moments(n_lines), ways.tolist(),
                _STATUSES[rng.choice(len(_STATUSES), CHUNK, p=_SHARES)].tolist(),
                _drawn(rng, sizes, 0.0).tolist(), _drawn(rng, agents, 0.8).tolist(),
                rng.integers(0, 2000, CHUNK).tolist(),
            )  # fmt: skip
            lines = [
                b"%b - - [%b] %b\n" % (client, when, _BROKEN[lot])
                if lot < len(_BROKEN)
                else _LINE % (client, when, way[0], status, size, way[1], agent)
                for client, when, way, status, size, agent, lot in zip(*columns, strict=True)
            ]
            n_written += file.write(b"".join(lines))
            n_lines += CHUNK
    return n_lines


def _moments(first: int) -> list[bytes]:
    start = datetime(2026, 3, 1, tzinfo=UTC)
    moments = (start + timedelta(seconds=n * 0.45) for n in range(first, first + CHUNK, 4))
    return [text for when in moments for text in [when.strftime("%d/%b/%Y:%H:%M:%S +0000").encode()] * 4]


def _drawn(rng: np.random.Generator, values: Sequence[object], exponent: float) -> np.ndarray[Any, Any]:
    weights = np.arange(1, len(values) + 1) ** -exponent
    column = np.empty(len(values), dtype=object)
    column[:] = values
    return column[np.searchsorted(np.cumsum(weights) / weights.sum(), rng.random(CHUNK))]


def _pages(rng: np.random.Generator) -> list[bytes]:
    out = []
    for n in range(20_000):
        a, b, c = (_WORDS[place] for place in rng.integers(0, len(_WORDS), 3))
        forms = (f"/assets/{a}-{n}.{_ASSETS[n % 6]}", f"/{a}/{b}-{c}-{n}", f"/{a}/?page={n}&sort={b}")
        out.append(forms[n % 3].encode())
    return out


def _own_ways(rng: np.random.Generator, pages: list[bytes]) -> list[tuple[bytes, bytes]]:
    """Give a dozen ways on from each page: what was asked for, and the page that names it."""
    nexts = rng.integers(0, len(pages), (len(pages), 12)).tolist()
    return [
        (pages[to], b"https://www.shop.example" + page)
        for rank in range(0, len(pages), 200)
        for n in range(12)
        for page, to in ((page, nexts[rank + place][n]) for place, page in enumerate(pages[rank : rank + 200]))
    ]


def _ways_from_elsewhere(rng: np.random.Generator, pages: list[bytes]) -> list[tuple[bytes, bytes]]:
    """Give ways in: two of three name no referrer, the others an engine or one of 100,000 pages on 8,000 hosts."""
    out: list[tuple[bytes, bytes]] = []
    for n in range(300_000):
        page = pages[int(rng.pareto(0.5)) % len(pages)]
        if n % 3:
            out.append((page, b"-"))
        elif n % 2:
            out.append((page, _ENGINES[n // 6 % len(_ENGINES)].encode()))
        else:
            host = int(rng.pareto(0.7) * 3) % 8_000
            a, b = (_WORDS[place] for place in rng.integers(0, len(_WORDS), 2))
            path = f"{a}/{b}-{n}?p={n}" if n % 9 else ""
            out.append((page, f"https://blog{host}.example/{path}".encode()))
    return out


def _agents(rng: np.random.Generator) -> list[bytes]:
    people = [
        f"Mozilla/5.0 ({_SYSTEMS[n % 7]}) AppleWebKit/537.36 (KHTML, like Gecko) "
        f"Chrome/{rng.integers(90, 130)}.0.{rng.integers(1000, 7000)}.{rng.integers(0, 200)} Safari/537.36".encode()
        for n in range(2_000)
    ]
    return people[:3] + [name.encode() for name in _BOTS] + people[3:]
