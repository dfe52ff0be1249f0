"""Pages for the benchmark ``duplicates``: families of texts, exact Jaccard for them, and a site as Parquet."""

from __future__ import annotations

import random
import re
from collections import Counter, defaultdict
from pathlib import Path

import pyarrow as pa
import xxhash

from linkworthy.site.parts import write_table
from linkworthy.tables import table

_K = 7
_SYLLABLES = ("ka", "lo", "mi", "ter", "ven", "sta", "ri", "on", "der", "pli", "qua", "set", "no", "ul", "ga", "fe")


def vocabulary(choose: random.Random, n: int) -> list[str]:
    """Give words of two to four syllables, frequent ones first."""
    found: dict[str, None] = {}
    while len(found) < n:
        found["".join(choose.choices(_SYLLABLES, k=choose.choice((1, 2, 2, 3, 3, 4))))] = None
    return list(found)


def prose(choose: random.Random, words: list[str], n: int) -> list[str]:
    """Give words by Zipf's law, as a text has them."""
    return [words[int(len(words) ** choose.random()) - 1] for _ in range(n)]


def families(n_pages: int) -> list[str]:
    """Give pages of 450 words on average; one in six is a changed copy of another, little or much."""
    choose = random.Random(11)
    words = vocabulary(choose, 20_000)
    out: list[str] = []
    while len(out) < n_pages:
        base = prose(choose, words, choose.randint(200, 700))
        out.append(" ".join(base))
        for _ in range(choose.choice((0, 0, 0, 0, 0, 0, 0, 0, 1, 3))):
            copy = list(base)
            for _ in range(choose.choice((0, 1, 2, 4, 8, 16))):
                copy[choose.randrange(len(copy))] = choose.choice(words)
            out.append(" ".join([*copy, *prose(choose, words, choose.choice((0, 0, 10, 60)))]))
    out = out[:n_pages]
    choose.shuffle(out)
    return out


def alike(texts: list[str], least: float) -> set[tuple[int, int]]:
    """Give all pairs of texts whose sets of runs of seven words are so much alike, counted one by one."""
    holders: dict[int, list[int]] = defaultdict(list)
    sizes: list[int] = []
    found: set[tuple[int, int]] = set()
    for n, text in enumerate(texts):
        said = re.findall(r"\w+", text.lower())
        runs = {xxhash.xxh3_64_intdigest(" ".join(said[i : i + _K]).encode()) for i in range(len(said) - _K + 1)}
        hits = Counter(m for run in runs for m in holders.get(run, ()))
        found |= {(m, n) for m, common in hits.items() if common / (len(runs) + sizes[m] - common) >= least}
        sizes.append(len(runs))
        for run in runs:
            holders[run].append(n)
    return found


def write_site(folder: Path, n_pages: int) -> int:
    """Write the blocks of a site: a menu, and text of which a quarter is shared; gives the words outside the menu."""
    folder.mkdir()
    choose = random.Random(n_pages)
    words = vocabulary(choose, 20_000)
    menu = [" ".join(prose(choose, words, 2)) for _ in range(30)]
    stock = [" ".join(prose(choose, words, 40)) for _ in range(max(20, n_pages // 20))]
    n_words = 0
    for start in range(0, n_pages, 2_000):
        rows = []
        for page in range(start, min(n_pages, start + 2_000)):
            texts = [" ".join(prose(choose, words, 45)) for _ in range(6)]
            texts[2:2] = choose.sample(stock, 2)
            n_words += 6 * 45 + 2 * 40
            rows += [(page, n, "nav", text) for n, text in enumerate(menu)]
            rows += [(page, 30 + n, "main", text) for n, text in enumerate(texts)]
        _write(folder / f"{start:07d}.parquet", rows)
    return n_words


def _write(path: Path, rows: list[tuple[int, int, str, str]]) -> None:
    pages, numbers, regions, texts = zip(*rows, strict=True)
    columns = {
        "url": [f"https://shop.example/{page:07d}" for page in pages],
        "n": pa.array(numbers, pa.int32()),
        "tag": ["p"] * len(rows),
        "region": list(regions),
        "text_hash": pa.array([xxhash.xxh3_64_intdigest(text.encode()) for text in texts], pa.uint64()),
        "n_words": pa.array([len(text.split()) for text in texts], pa.int32()),
        "n_link_words": pa.array([0] * len(rows), pa.int32()),
        "text": list(texts),
    }
    write_table(path, table("blocks"), pa.table(columns))
