"""Plants link farms, rings, exchanges and networks into a real graph; it knows nothing of the measures that look.

Members are new nodes; what a plant is for are its targets, new nodes too. The numbers of members and of links are drawn
anew for each plant. Beside them honest newcomers are planted: new nodes that real nodes link to.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Longs = NDArray[np.int64]
STYLES = {
    "farm": "100 to 400 pages made for it link to a target, and to nothing else",
    "farm with returns": "the same, and the target links back to each of them",
    "two-level farm": "the pages of a farm are themselves linked to by ten pages each",
    "ring": "20 to 60 sites link to the next one and to a shared target",
    "exchange": "8 to 25 sites all link to each other; all of them are targets",
    "network": "20 to 60 sites with real links to them link to three targets, and to five real sites as a cover",
    "hijacked": "60 to 200 real sites were broken into and link to a target",
    "honest newcomer": "30 to 200 real sites link to a new site; nothing is wrong with it",
}
HONEST = "honest newcomer"


@dataclass(slots=True)
class Plant:
    """One plant."""

    style: str
    targets: list[int]
    members: list[int]


@dataclass(slots=True)
class Planted:
    """A real graph with plants in it; nodes from ``n_real`` on are planted."""

    n_real: int
    rng: np.random.Generator
    popular: Longs
    """Real nodes, each as often as it is linked to: who links, links to what is known."""
    n_nodes: int
    plants: list[Plant] = field(default_factory=list)
    source: list[int] = field(default_factory=list)
    target: list[int] = field(default_factory=list)

    def new(self, n: int) -> list[int]:
        """Give new nodes."""
        self.n_nodes += n
        return list(range(self.n_nodes - n, self.n_nodes))

    def link(self, sources: list[int] | Longs, targets: list[int] | Longs) -> None:
        """Link pairwise."""
        self.source += [int(one) for one in sources]
        self.target += [int(one) for one in targets]

    def real(self, n: int) -> Longs:
        """Give real nodes at random."""
        return self.rng.integers(0, self.n_real, n)

    def known(self, n: int) -> Longs:
        """Give real nodes by how much they are linked to."""
        return self.rng.choice(self.popular, n)

    def some(self, low: int, high: int) -> int:
        """Draw a number."""
        return int(self.rng.integers(low, high + 1))


def plant(n_real: int, target: NDArray[np.uint32], seed: int, n_each: int = 12) -> Planted:
    """Plant some of each style."""
    world = Planted(n_real, np.random.default_rng(seed), target.astype(np.int64), n_real)
    for style in STYLES:
        for _ in range(n_each):
            world.plants.append(Plant(style, *_MAKERS[style](world)))
    return world


def _farm(world: Planted) -> tuple[list[int], list[int]]:
    target, members = world.new(1), world.new(world.some(100, 400))
    world.link(members, target * len(members))
    # A farm is found by crawlers somehow: a few real sites link to it, and the target has some links of its own.
    world.link(world.real(3), world.rng.choice(members, 3))
    world.link(world.real(2), target * 2)
    return target, members


def _returned(world: Planted) -> tuple[list[int], list[int]]:
    target, members = _farm(world)
    world.link(target * len(members), members)
    return target, members


def _two_level(world: Planted) -> tuple[list[int], list[int]]:
    target, members = world.new(1), world.new(world.some(20, 60))
    world.link(members, target * len(members))
    far = world.new(10 * len(members))
    world.link(far, np.repeat(members, 10))
    world.link(world.real(5), world.rng.choice(far, 5))
    return target, [*members, *far]


def _ring(world: Planted) -> tuple[list[int], list[int]]:
    target, members = world.new(1), world.new(world.some(20, 60))
    world.link(members, [*members[1:], members[0]])
    world.link(members, target * len(members))
    world.link(world.real(6), world.rng.choice(members, 6))
    return target, members


def _exchange(world: Planted) -> tuple[list[int], list[int]]:
    members = world.new(world.some(8, 25))
    pairs = [(a, b) for a in members for b in members if a != b]
    world.link([a for a, _b in pairs], [b for _a, b in pairs])
    world.link(world.real(2 * len(members)), members * 2)
    world.link(members * 3, world.known(3 * len(members)))
    return members, members


def _network(world: Planted) -> tuple[list[int], list[int]]:
    targets, members = world.new(3), world.new(world.some(20, 60))
    for one in members:
        n = world.some(3, 12)
        world.link(world.real(n), [one] * n)
        world.link([one] * 3, targets)
        world.link([one] * 5, world.known(5))
    world.link(targets * 4, world.known(12))
    return targets, members


def _hijacked(world: Planted) -> tuple[list[int], list[int]]:
    target, n = world.new(1), world.some(60, 200)
    world.link(world.real(n), target * n)
    return target, []


def _newcomer(world: Planted) -> tuple[list[int], list[int]]:
    target, n = world.new(1), world.some(30, 200)
    world.link(world.real(n), target * n)
    world.link(target * 10, world.known(10))
    return target, []


_MAKERS = {
    "farm": _farm,
    "farm with returns": _returned,
    "two-level farm": _two_level,
    "ring": _ring,
    "exchange": _exchange,
    "network": _network,
    "hijacked": _hijacked,
    HONEST: _newcomer,
}
