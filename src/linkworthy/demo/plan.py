"""Who is in a world: every site's name, place, look and address, drawn from a seed before any page is written."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from random import Random

from linkworthy.demo import names
from linkworthy.demo.model import Owner
from linkworthy.demo.names import Gazetteer
from linkworthy.demo.words import ADJACENT, CASINO, CIVIC, OFF_TOPIC, PILLS, RESEARCH, TRADES, Topic
from linkworthy.demo.words.form import words

_LURES = ("free-visitors-button.example", "rank-traffic-share.example", "buttons-for-visits.example")
_CASINOS = ("lucky-casino-bonus.example", "casino-pills-direct.example")

STYLES = ("modern", "wordpress", "divs", "tables")


@dataclass(frozen=True, slots=True, kw_only=True)
class SitePlan:
    """One site before its pages are written."""

    role: str
    host: str
    title: str
    topic: Topic
    style: str
    address: str
    schemes: tuple[str, ...] = ("https",)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """All sites of one world."""

    seed: int
    owner: Owner
    gazetteer: Gazetteer
    adjacent: Topic
    sites: dict[str, tuple[SitePlan, ...]]
    """By role."""

    def one(self, role: str) -> SitePlan:
        """Give the first site that plays a part."""
        return self.sites[role][0]


class _Addresses:
    """Hands out loopback addresses: each in a /24 of its own unless a neighbour is named."""

    def __init__(self, rng: Random) -> None:
        self._first = rng.randint(30, 220)
        self._rng = rng
        self._n = 0

    def new(self) -> str:
        self._n += 1
        return f"127.{self._first}.{self._n}.{self._rng.randint(2, 120)}"

    def beside(self, address: str) -> str:
        block, _, last = address.rpartition(".")
        return f"{block}.{int(last) + self._rng.randint(1, 100)}"


def plan(seed: int) -> Plan:
    """Draw the sites of a world."""
    rng = Random(f"linkworthy demonstration {seed}")
    gazetteer = names.gazetteer(rng)
    trade = TRADES[seed % len(TRADES)]
    owner = _owner(rng, trade, is_local=seed % 3 != 1)
    addresses = _Addresses(rng)
    used = {owner.host}
    sites: dict[str, tuple[SitePlan, ...]] = {}
    for role, count, topic, styles, labels in _roles(rng, trade, gazetteer):
        shared = addresses.new() if role in {"network", "neighbour"} else ""
        made: list[SitePlan] = []
        for n in range(count):
            title, host = _free(rng, labels, used)
            address = shared or (addresses.beside(made[0].address) if role == "pair" and made else addresses.new())
            style = styles[n % len(styles)]
            made.append(SitePlan(role=role, host=host, title=title, topic=topic, style=style, address=address,
                                 schemes=("http",) if style in {"tables", "guestbook"} else ("https",)))  # fmt: skip
        sites[role] = tuple(made)
    sites["owner"] = (
        SitePlan(role="owner", host=owner.host, title=owner.brand, topic=trade, style="shop", address=addresses.new()),
    )
    return Plan(seed=seed, owner=owner, gazetteer=gazetteer, adjacent=ADJACENT[trade.neighbour], sites=sites)


def _owner(rng: Random, trade: Topic, *, is_local: bool) -> Owner:
    first, second = rng.choice(trade.brands)
    brand = rng.choice((f"{first} & {second}", f"{first} {second}", f"{first}{second.lower()}"))
    host = names.host(first, "and" if "&" in brand else "", second)
    spellings = dict.fromkeys((brand, f"{first} {second}", f"{first}{second}", f"{first} and {second}"))
    return Owner(
        brand=brand,
        brands=tuple(spellings),
        url=f"https://{host}/",
        host=host,
        topic=trade,
        keywords=(trade.name, *trade.money),
        is_local=is_local,
    )


def _free(rng: Random, labels: tuple[str, ...], used: set[str]) -> tuple[str, str]:
    """Draw a title whose host nobody has."""
    for label in rng.sample(labels, len(labels)):
        is_host = label.endswith(".example")
        host = label if is_host else names.host(label, joint=rng.choice(("", "-")))
        if host not in used:
            used.add(host)
            return (host.partition(".")[0].replace("-", " ").title() if is_host else label), host
    raise AssertionError("too few names for one role")


_Row = tuple[str, int, Topic, tuple[str, ...], tuple[str, ...]]


def _roles(rng: Random, trade: Topic, gazetteer: Gazetteer) -> list[_Row]:
    """List the parts: role, number of sites, topic, looks, names to draw from."""
    word = trade.name.split()[-1].title() if trade.key != "cycling" else "Cycling"
    near = ADJACENT[trade.neighbour]
    town, other = gazetteer.town, gazetteer.other_towns
    off = rng.sample(OFF_TOPIC, 3)
    two = partial(_pairs, rng)
    look = [rng.choice(STYLES) for _ in range(40)]
    old = ("tables",)
    councils = tuple(f"{names.slug(town)}{end}.gov.example" for end in ("", "-council"))
    colleges = tuple(f"{names.slug(name)}.edu.example" for name in other[:2])
    families = tuple(person.split()[1] for person in gazetteer.people[-6:])
    return [
        ("competitor", 1, trade, ("modern",), two(("Bright", "Grand", "Noble", "True"), (word,))),
        ("forum", 1, trade, ("phpbb",), two((word,), ("Talk", "Forum", "Board", "Roundtable"))),
        ("blog", 1, trade, ("wordpress",), two(("The Honest", "Plain", "Our Daily"), (f"{word} Blog",))),
        ("newspaper", 1, CIVIC, ("modern",), (f"{town} Courier", f"{town} Gazette", f"{town} Post")),
        ("directory", 1, CIVIC, (look[0],), (f"{town} Business Directory", f"Find in {town}", f"{town} Pages")),
        ("pair", 2, CIVIC, (look[1], look[2]), (f"{town} Traders", f"Visit {town}", f"{town} Market Hall")),
        ("dealer", 1, trade, ("divs",), two(families, (f"{word} Makers", "Workshops"))),
        ("adjacent", 1, near, ("wordpress",), two(("Slow", "Merry", "Homespun"), ("Notebook", "Diaries"))),
        ("partner", 1, trade, (look[3],), two(families, ("Trade Supply", "Wholesale"))),
        ("government", 1, CIVIC, ("divs",), councils),
        ("education", 1, RESEARCH, ("modern",), colleges),
        ("hobby", 8, trade, ("divs", "modern", "tables", "wordpress"), _hobby_names(gazetteer, word)),
        ("neighbour", 2, trade, (look[4], "wordpress"), two(("Rainy Day", "Nine Elms"), ("Reviews", "Journal"))),
        ("noindexed", 1, trade, (look[5],), two(("Quiet", "Private"), (f"{word} Notes", f"{word} Archive"))),
        ("canonicalised", 1, trade, ("modern",), two(("Printed", "Collected"), (f"{word} Digest", f"{word} Reader"))),
        ("limited", 1, trade, ("modern",), two(("Busy", "Crowded"), (f"{word} Letters", f"{word} Weekly"))),
        ("silent", 1, trade, ("divs",), two(("Sleepy", "Still"), (f"{word} Corner", f"{word} Shed"))),
        ("removed", 1, trade, (look[6],), two(("Tidy", "Pruned"), (f"{word} Guide", f"{word} Lists"))),
        ("vanished", 1, trade, (look[7],), two(("Faded", "Bygone"), (f"{word} Pages", f"{word} Stories"))),
        ("mention", 1, trade, ("wordpress",), two(("Candid", "Spoken"), (f"{word} Critic", f"{word} Review"))),
        ("scraper", 1, trade, ("divs",), ("Web Digest Mirror", "Content Harvest", "Feed Pool Daily")),
        ("sitewide", 1, off[0], ("modern",), two(other, (f"{off[0].name.split()[-1].title()} Centre",))),
        ("irrelevant", 1, off[1], (look[8],), two(families, (off[1].name.split()[0].title(),))),
        ("network", 5, off[2], ("wordpress",), _network_names()),
        ("blast", 14, off[0], ("wiki", "guestbook", "phpbb", "divs", "wiki", "phpbb", "guestbook"), _blast_names(rng)),
        ("forum-two", 1, trade, ("phpbb",), two(("Village", "Open", "Friendly"), (f"{word} Community",))),
        ("blog-two", 1, trade, ("wordpress",), two(("Curious", "Patient"), (f"{word} Letters", f"{word} Diary"))),
        ("directory-niche", 1, trade, ("divs",), two((word,), ("Index", "Link Directory", "Register"))),
        ("casino", 1, CASINO if rng.random() < 0.5 else PILLS, ("modern",), _CASINOS),
        ("dead", 1, trade, ("divs",), two(("Former", "Paper"), (f"{word} Library", f"{word} Museum"))),
        ("shy", 1, RESEARCH, ("divs",), ("Standards Reading Room", "Reports Vault", "Member Papers")),
        ("lure", 1, off[1], old, _LURES),
    ]  # fmt: skip


def _pairs(rng: Random, heads: tuple[str, ...], tails: tuple[str, ...]) -> tuple[str, ...]:
    pairs = [f"{head} {tail}" for head in heads for tail in tails]
    return tuple(rng.sample(pairs, len(pairs)))


def _hobby_names(gazetteer: Gazetteer, word: str) -> tuple[str, ...]:
    forms = ("{} on {}", "{}'s {} Page", "{} Writes {}", "{} and {}")
    given = [person.split()[0] for person in gazetteer.people[:12]]
    return tuple(forms[n % len(forms)].format(name, word) for n, name in enumerate(given))


def _network_names() -> tuple[str, ...]:
    heads = words("daily|top|best|smart|prime|global|urban|easy")
    tails = words("lifestyle tips|living ideas|trend report|advice hub|world news|review zone")
    return tuple(f"{head} {tail}".title() for head in heads for tail in tails)


def _blast_names(rng: Random) -> tuple[str, ...]:
    tails = words("wiki|board|guests|members|gb")
    names_drawn = {
        "".join(rng.choice("bdfgjklmnprtvxz") + rng.choice("aeiou") for _ in range(rng.randint(2, 3)))
        for _ in range(60)
    }
    return tuple(f"{head}{tails[n % len(tails)]}.example" for n, head in enumerate(sorted(names_drawn)))
