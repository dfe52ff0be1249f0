"""Names of people, towns, streets and sites, drawn from a random stream."""

from __future__ import annotations

import re
from dataclasses import dataclass
from random import Random

from linkworthy.demo.words.form import words

_GIVEN = words(
    "Ada|Bruno|Clara|Dylan|Elsie|Felix|Greta|Hugh|Ines|Jonas|Kezia|Lewis|Mabel|Noor|Oscar|Petra|Quentin|Rosa|Silas"
    "|Tilda|Ulric|Vera|Wilf|Yasmin|Zadie|Anselm|Beatrix|Cyril|Dorothea|Edmund"
)
_FAMILY = words(
    "Ashdown|Bellweather|Crake|Dunmore|Eastlake|Farrow|Goodacre|Hartnell|Iveson|Jessop|Kitteridge|Larkin|Mossop"
    "|Netherby|Oakshott|Pemble|Quarles|Rushworth|Stannard|Thackeray|Underhill|Vickery|Wetherell|Yardley"
)
_TOWN_HEADS = words("Marl|Brack|Thorn|Wyn|Hollo|Sedge|Carr|Elder|Stan|Oxen|Pen|Quar|Rother|Skel|Tarn|Upper")
_TOWN_TAILS = words("ford|bury|wick|ness|combe|thorpe|mere|ley|stead|haven|dale|bourne")
_STREETS = words("Mill Lane|Quay Street|Orchard Row|Tanner's Yard|Bridge Street|Chapel Hill|Foundry Road|Market Place")


@dataclass(frozen=True, slots=True, kw_only=True)
class Gazetteer:
    """People and places of one world."""

    people: tuple[str, ...]
    town: str
    """The owner's town."""
    other_towns: tuple[str, ...]
    street: str
    telephone: str
    postcode: str


def gazetteer(rng: Random) -> Gazetteer:
    """Draw people and places."""
    given = rng.sample(_GIVEN, 24)
    family = rng.sample(_FAMILY, 24)
    towns = [a + b for a, b in zip(rng.sample(_TOWN_HEADS, 6), rng.sample(_TOWN_TAILS, 6), strict=True)]
    return Gazetteer(
        people=tuple(f"{a} {b}" for a, b in zip(given, family, strict=True)),
        town=towns[0],
        other_towns=tuple(towns[1:]),
        street=f"{rng.randint(2, 98)} {rng.choice(_STREETS)}",
        telephone=f"+44 1632 {rng.randint(960000, 960999)}",
        postcode=f"{towns[0][:2].upper()}{rng.randint(1, 20)} {rng.randint(1, 9)}XA",
    )


def slug(text: str, limit: int = 60) -> str:
    """Turn words into a path segment."""
    flat = re.sub(r"[^a-z0-9]+", "-", text.lower().replace("é", "e")).strip("-")
    return flat if len(flat) <= limit else flat[:limit].rsplit("-", 1)[0]


def host(*parts: str, joint: str = "") -> str:
    """Make a host of words."""
    return joint.join(slug(part).replace("-", joint) for part in parts if part) + ".example"
