"""Plants link networks among honest linking sites: real page skeletons, shared hosting, content networks, agencies.

The generator knows nothing of the detector. Six styles, each hides one kind of evidence altogether; the kinds that are
left are there for a part of the network only, as they are in the wild.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
import pyarrow as pa

from linkworthy.html.page import Page

STYLES = ("owner identifiers", "address", "template", "text", "names", "links")
"""What each style hides."""
KINDS = STYLES
KIND_THERE = 0.8
"""Chance that a network leaves traces of a kind that it does not hide; two kinds are there at least."""
DOMAIN_THERE = 0.8
"""Chance that one domain of it carries the trace."""
CONTENT_NETWORKS = ("104.16.{}.{}", "172.64.{}.{}", "104.24.{}.{}")


@dataclass(frozen=True, slots=True)
class Skeleton:
    """The template of one real page."""

    template_hash: int
    n_elements: int
    stylesheets: tuple[str, ...]


def skeletons_of(pages: Sequence[Page]) -> list[Skeleton]:
    """Take the skeletons of real pages, each once; style sheets keep their paths and lose their hosts."""
    found: dict[int, Skeleton] = {}
    for page in pages:
        facts = page.facts
        if facts["template_hash"] and (facts["n_elements"] or 0) >= 40:
            paths = tuple("/" + url.split("/", 3)[3] for url in facts["stylesheets"] if url.count("/") > 2)
            one = Skeleton(facts["template_hash"], facts["n_elements"], paths[:6])
            found.setdefault(one.template_hash, one)
    return list(found.values())


@dataclass(slots=True)
class World:
    """Rows of tables, and the truth: the network of each planted domain."""

    n: int
    rng: np.random.Generator
    skeletons: list[Skeleton]
    names: list[str] = field(default_factory=list)
    ids: list[list[str]] = field(default_factory=list)
    addresses: list[str | None] = field(default_factory=list)
    looks: list[Skeleton] = field(default_factory=list)
    titles: list[str] = field(default_factory=list)
    texts: list[tuple[int, int]] = field(default_factory=list)
    links: list[tuple[int, str]] = field(default_factory=list)
    network_of: dict[str, int] = field(default_factory=dict)
    style_of: list[str] = field(default_factory=list)


def make_world(skeletons: list[Skeleton], *, n_honest: int, n_networks: int, seed: int) -> World:
    """Make honest sites with what they share by chance, and plant networks of each style in turn."""
    world = World(n_honest, np.random.default_rng(seed), skeletons)
    _honest(world)
    for number in range(n_networks):
        _plant(world, number, STYLES[number % len(STYLES)])
    return world


def _honest(world: World) -> None:
    rng, n = world.rng, world.n
    world.names = [f"site{number:07d}.com" for number in range(n)]
    world.titles = [f"Post {number} of {number % 977} | Site number {number}" for number in range(n)]
    stock = max(8, len(world.skeletons) // 4)
    is_stock = rng.random(n) < 0.4
    rank = np.minimum(rng.zipf(1.3, n) - 1, stock - 1)
    other = rng.integers(stock, len(world.skeletons), n)
    salt = rng.integers(1, 2**62, n)
    for number in range(n):
        base = world.skeletons[int(rank[number]) if is_stock[number] else int(other[number])]
        if is_stock[number]:
            world.looks.append(base)
        else:
            # A theme of its own: a few blocks more, so the fingerprint is another one.
            world.looks.append(Skeleton(base.template_hash ^ int(salt[number]), base.n_elements, ()))
    world.addresses = _addresses(rng, n)
    own = rng.random(n)
    world.ids = [[f"google-analytics:UA-{2_000_000 + number}"] if own[number] < 0.4 else [] for number in range(n)]
    _agencies(world)
    _chance(world)


def _addresses(rng: np.random.Generator, n: int) -> list[str | None]:
    kind = rng.random(n)
    n_servers = max(3, n // 25)
    server = np.minimum(rng.zipf(1.5, n), n_servers)
    own = rng.integers(0, 2**30, n)
    out: list[str | None] = []
    for number in range(n):
        if kind[number] < 0.3:
            out.append(CONTENT_NETWORKS[number % 3].format(number // 250 % 250, number % 250))
        elif kind[number] < 0.7:
            out.append(_address(0x55000000 + int(server[number]) * 7))
        else:
            out.append(_address(0x20000000 + int(own[number]) % 0x15000000))
    return out


def _address(value: int) -> str:
    return ".".join(str(value >> shift & 255) for shift in (24, 16, 8, 0))


def _agencies(world: World) -> None:
    """Let agencies measure many clients in one account; some also put them on one crowded server or theme."""
    rng = world.rng
    for agency in range(max(4, world.n // 150)):
        clients = rng.choice(world.n, int(rng.integers(4, 35)), replace=False)
        account = f"google-analytics:UA-{900_000 + agency}" if agency % 2 else f"google-tag-manager:GTM-AG{agency:05d}"
        server = _address(0x55000000 + int(rng.integers(1, max(4, world.n // 25))) * 7)
        theme = world.skeletons[int(rng.integers(0, max(8, len(world.skeletons) // 4)))]
        for client in clients:
            world.ids[client] = [*world.ids[client], account]
            if agency % 4 == 2 and rng.random() < 0.15:
                world.addresses[client] = server
            if agency % 4 == 3 and rng.random() < 0.15:
                world.looks[client] = theme


def _chance(world: World) -> None:
    """Add press releases, slogans of chains, friends that link to each other, and rare sites that two blogs cite."""
    rng, n = world.rng, world.n
    for _ in range(max(4, n // 100)):
        group = rng.choice(n, 4, replace=False)
        world.texts += [(int(a), int(b)) for a in group for b in group if a < b]
    for chain in range(max(2, n // 300)):
        for member in rng.choice(n, 8, replace=False):
            world.titles[member] = f"Branch {member} | The friendly chain number {chain} of the town"
    for _ in range(n // 12):
        a, b = (int(one) for one in rng.choice(n, 2, replace=False))
        world.links += [(a, world.names[b]), (b, world.names[a])]
    cited = rng.integers(0, n, (n // 2, 2))
    for number, (one, other) in enumerate(cited):
        world.links += [(int(one), f"rare{number}.org"), (int(other), f"rare{number}.org")]
    for niche in range(n // 200):
        a, b = (int(one) for one in rng.choice(n, 2, replace=False))
        for target in range(5):
            world.links += [(a, f"niche{niche}-{target}.org"), (b, f"niche{niche}-{target}.org")]


def _plant(world: World, number: int, hidden: str) -> None:
    rng = world.rng
    left = [kind for kind in KINDS if kind != hidden]
    there = {kind for kind in left if rng.random() < KIND_THERE}
    while len(there) < 2:
        there.add(left[int(rng.integers(0, len(left)))])
    size = int(rng.integers(5, 16))
    first = len(world.names)
    members = list(range(first, first + size))
    account = (
        f"adsense:pub-{7_700_000_000_000 + number}" if number // 6 % 2 else f"google-analytics:UA-{800_000 + number}"
    )
    servers = [_address(0x5A000000 + number * 512 + k * 9) for k in range(1 + size // 8)]
    skeleton = world.skeletons[int(rng.integers(0, len(world.skeletons)))]
    skeleton = Skeleton(skeleton.template_hash ^ (number * 0x9E3779B9 + 1), skeleton.n_elements, ())
    spread = _addresses(rng, size)
    for k, member in enumerate(members):
        world.names.append(f"blog-{number}-{k}.com")
        world.network_of[world.names[-1]] = number
        shows = {kind for kind in sorted(there) if rng.random() < DOMAIN_THERE}
        world.ids.append([account] if "owner identifiers" in shows else [])
        world.addresses.append(servers[k % len(servers)] if "address" in shows else spread[k])
        other = world.skeletons[int(rng.integers(0, len(world.skeletons)))]
        own = Skeleton(other.template_hash ^ int(rng.integers(1, 2**62)), other.n_elements, ())
        world.looks.append(skeleton if "template" in shows else own)
        name = f"Our magazine number {number} for all" if "names" in shows else f"Blog {member} alone"
        world.titles.append(f"Post {member} | {name}")
        if "text" in shows:
            world.texts += [(member, int(partner)) for partner in rng.choice(members, 2) if partner != member]
        if "links" in shows:
            world.links += [(member, f"customer{number}-{c}.biz") for c in rng.permutation(9)[:7]]
    if "links" in there:
        for one, other in pairwise(members):
            world.links += [(one, world.names[other]), (other, world.names[one])]
    world.style_of.append(hidden)


def tables_of(world: World) -> dict[str, pa.Table]:
    """Give the tables that the detector reads: pages, links, text_pair, domain_protection, own_domain."""
    n = len(world.names)
    sheets = [
        [f"https://{name}{path}" for path in look.stylesheets]
        for name, look in zip(world.names, world.looks, strict=True)
    ]
    empty = [[]] * n
    pages = pa.table({
        "url": [f"https://{name}/post" for name in world.names], "domain": world.names, "is_own": [False] * n,
        "status": pa.array([200] * n, pa.int16()), "is_html": [True] * n, "redirect_url": pa.nulls(n, pa.string()),
        "owner_ids": pa.array(world.ids, pa.list_(pa.string())), "emails": pa.array(empty, pa.list_(pa.string())),
        "telephones": pa.array(empty, pa.list_(pa.string())), "address": world.addresses,
        "stylesheets": pa.array(sheets, pa.list_(pa.string())),
        "template_hash": pa.array([look.template_hash for look in world.looks], pa.uint64()), "title": world.titles,
        "engine": pa.nulls(n, pa.string()),
        "n_elements": pa.array([look.n_elements for look in world.looks], pa.int32()),
    })  # fmt: skip
    links = pa.table({
        "source_domain": [world.names[one] for one, _ in world.links],
        "target_domain": [target for _, target in world.links],
        "region": ["main"] * len(world.links), "is_internal": [False] * len(world.links),
    })  # fmt: skip
    pairs = [(one, other) for one, other in world.texts if one != other]
    both = [*pairs, *((other, one) for one, other in pairs)]
    texts = pa.table({
        "url": [f"https://{world.names[one]}/post" for one, _ in both], "domain": [world.names[one] for one, _ in both],
        "other_domain": [world.names[other] for _, other in both], "is_own": [False] * len(both),
        "other_is_own": [False] * len(both),
    })  # fmt: skip
    protection = pa.table({"domain": world.names, "protected_as": pa.nulls(n, pa.string())})
    return {"pages": pages, "links": links, "text_pair": texts, "domain_protection": protection,
            "own_domain": pa.table({"domain": ["shop.example"]})}  # fmt: skip
