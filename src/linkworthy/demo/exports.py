"""The link data that the owner of a world has: exports and a log, each partial, none agreeing with the next.

Source: the layouts are those of Ahrefs' backlink export, Search Console's latest links, and Apache's combined log.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import datetime, time, timedelta
from pathlib import Path
from random import Random

from linkworthy import urls
from linkworthy.demo.model import TODAY, LinkCase, World

AHREFS_COLUMNS = (
    "Referring page title", "Referring page URL", "Language", "Platform", "Referring page HTTP code",
    "Domain rating", "UR", "Domain traffic", "Referring domains", "Linked domains", "External links",
    "Page traffic", "Keywords", "Target URL", "Left context", "Anchor", "Right context", "Redirect Chain URLs",
    "Redirect Chain status codes", "Type", "Is spam", "Content", "Nofollow", "UGC", "Sponsored", "Rendered", "Raw",
    "Lost status", "Drop reason", "Discovered status", "First seen", "Last seen", "Lost", "Author", "Page type",
    "Page category", "Links in group",
)  # fmt: skip
SEARCH_CONSOLE_COLUMNS = ("Linking page", "Last crawled")
LIST_COLUMNS = ("Source URL", "Target URL", "Anchor", "First seen")

_BROWSER = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:132.0) Gecko/20100101 Firefox/132.0"
_BOT = "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"
_SEARCHES = ("https://www.google.com/", "https://www.bing.com/", "https://duckduckgo.com/")


def write_exports(world: World, folder: Path) -> list[Path]:
    """Write every file into a folder and give their paths.

    Ahrefs as UTF-16 TSV for the owner and as UTF-8 CSV for the competitor, Search Console's latest links, a plain
    list, and an access log.
    """
    folder.mkdir(parents=True, exist_ok=True)
    brand = world.owner.host.partition(".")[0]
    contents = {
        f"{brand}-backlinks-ahrefs.tsv": b"\xff\xfe" + _table(_ahrefs(world), "\t", csv.QUOTE_ALL).encode("utf-16-le"),
        f"https___{world.owner.host}_-Latest links-{TODAY}.csv": _table(_search_console(world), ",").encode(),
        "our-own-list.csv": _table(_list(world), ",").encode(),
        "access.log": "".join(_log(world)).encode(),
        f"{world.host_of('competitor').partition('.')[0]}-backlinks.csv": _table(_competitor(world), ",").encode(),
    }
    paths = []
    for name, content in contents.items():
        path = folder / name
        path.write_bytes(content)
        paths.append(path)
    return paths


def _table(rows: Iterable[Sequence[str]], delimiter: str, quoting: int = csv.QUOTE_MINIMAL) -> str:
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter, quoting=quoting, lineterminator="\r\n").writerows(rows)  # type: ignore[arg-type]
    return out.getvalue()


def _reported(world: World, by: str) -> list[LinkCase]:
    return [link for link in world.links if by in link.reporters]


def _ahrefs(world: World) -> list[Sequence[str]]:
    rng = Random(f"{world.seed} ahrefs")
    rows = [ahrefs_row(rng, link) for link in _reported(world, "ahrefs")]
    return [AHREFS_COLUMNS, *rows]


def ahrefs_row(rng: Random, link: LinkCase) -> Sequence[str]:
    """Give one row of the Ahrefs export."""
    seen = datetime.combine(link.first_seen, time(rng.randint(0, 23), rng.randint(0, 59), rng.randint(0, 59)))
    last = datetime.combine(TODAY - timedelta(days=rng.randint(1, 9)), time(rng.randint(0, 23), rng.randint(0, 59)))
    is_lost = link.case == "linking page that is gone"
    values = {
        "Referring page title": link.title,
        "Referring page URL": link.source_url,
        "Language": "en",
        "Referring page HTTP code": "404" if is_lost else "200",
        "Domain rating": str(link.rating),
        "UR": str(round(link.rating / 3 + rng.random(), 1)),
        "Domain traffic": str(link.traffic),
        "Referring domains": str(rng.randint(0, 9)),
        "Linked domains": str(rng.randint(1, 40)),
        "External links": str(rng.randint(1, 60)),
        "Page traffic": str(link.traffic // 50),
        "Keywords": str(link.traffic // 90),
        "Target URL": link.target_url,
        "Anchor": link.anchor,
        "Type": "text",
        "Is spam": _flag(is_set=link.case == "automated link blast" and rng.random() < 0.4),
        "Content": "true",
        "Nofollow": _flag(is_set="nofollow" in link.rel),
        "UGC": _flag(is_set="ugc" in link.rel),
        "Sponsored": "false",
        "Rendered": "false",
        "Raw": "true",
        "Lost status": "notfound" if is_lost else "",
        "Discovered status": "pagefound",
        "First seen": f"{seen:%Y-%m-%d %H:%M:%S}",
        "Last seen": f"{last:%Y-%m-%d %H:%M:%S}",
        "Lost": f"{last:%Y-%m-%d %H:%M:%S}" if is_lost else "",
        "Links in group": "1",
    }
    return [values.get(column, "") for column in AHREFS_COLUMNS]


def _flag(*, is_set: bool) -> str:
    return "true" if is_set else "false"


def _competitor(world: World) -> list[Sequence[str]]:
    """Give what Ahrefs says of the competitor: places that know it and not the owner."""
    rng = Random(f"{world.seed} competitor")
    target = f"https://{world.host_of('competitor')}/"
    rows = []
    for role in ("forum-two", "blog-two", "directory-niche"):
        link = LinkCase(
            case=role,
            source_url=world.facts[f"{role} page"],
            target_url=target,
            anchor=world.host_of("competitor"),
            first_seen=TODAY - timedelta(days=rng.randint(40, 300)),
            rating=rng.randint(25, 50),
            traffic=3_000,
        )
        rows.append(ahrefs_row(rng, link))
    return [AHREFS_COLUMNS, *rows]


def _search_console(world: World) -> list[Sequence[str]]:
    """Give pages with the day they were last crawled: never before their link was there."""
    rng = Random(f"{world.seed} search console")
    first = {link.source_url: link.first_seen for link in _reported(world, "gsc")}
    ages = {page: min(rng.randint(1, 60), (TODAY - day).days) for page, day in first.items()}
    return [SEARCH_CONSOLE_COLUMNS, *([page, str(TODAY - timedelta(days=age))] for page, age in ages.items())]


def _list(world: World) -> list[Sequence[str]]:
    rows = [[link.source_url, link.target_url, link.anchor, str(link.first_seen)] for link in _reported(world, "list")]
    return [LIST_COLUMNS, *rows]


def _log(world: World) -> list[str]:
    """Write the log: visits by links, by origin-only referrers, by search, by a spammer, by bots and from within."""
    rng = Random(f"{world.seed} log")
    home = world.owner.url
    entries: list[tuple[str, str, str]] = []
    for link in world.links:
        if "log" in link.reporters:
            entries += [(link.target_url, link.source_url, _BROWSER)] * rng.randint(2, 14)
        if "log-origin" in link.reporters:
            origin = f"https://{urls.host_of(link.source_url)}/"
            entries += [(link.target_url, origin, _BROWSER)] * rng.randint(9, 25)
    for search in _SEARCHES:
        entries += [(home, search, _BROWSER)] * rng.randint(20, 60)
    entries += [(home, world.facts["lure_url"], _BROWSER)] * rng.randint(12, 30)
    entries += [(link.target_url, home, _BROWSER) for link in world.links[:12]]
    entries += [(home, "", _BOT)] * 15 + [(home, "", _BROWSER)] * 40
    rng.shuffle(entries)
    start = datetime.combine(TODAY - timedelta(days=21), time(0, 5))
    out = []
    for n, (target, referrer, agent) in enumerate(entries):
        when = start + timedelta(minutes=n * 28_000 // len(entries), seconds=rng.randint(0, 59))
        out.append(_line(world, rng, when, target, referrer, agent))
    return out


def _line(world: World, rng: Random, when: datetime, target: str, referrer: str, agent: str) -> str:
    answer = world.answers.get(target)
    parts = urls.split(target)
    path = parts.path + (f"?{parts.query}" if parts.query else "")
    status, size = (answer.status, len(answer.body)) if answer else (200, 5120)
    client = f"198.51.100.{rng.randint(1, 254)}"
    asked = f'[{when:%d/%b/%Y:%H:%M:%S} +0000] "GET {path} HTTP/1.1" {status} {size}'
    return f'{client} - - {asked} "{referrer or "-"}" "{agent}"\n'
