"""How fast one host is asked: slower where its answers say or show that it is too much, faster again with care."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from linkworthy.fetch.base import Fault, Hop

STAND_BACK: Final = frozenset({429, 503})
"""Statuses by which a server asks for less."""
LEAST_GAP_S: Final = 0.5
"""Time between two starts after the first refusal; doubled with each further one, a seventh less with each answer."""
MAX_GAP_S: Final = 5.0
IN_A_ROW: Final = 3
"""Refusals in a row after which it is the host that asks for less, and not single URLs of it."""
REMEMBERED: Final = 8
"""Answers that are looked back on."""
GOOD_ANSWERS: Final = 16
"""Answers in a row after which a host gets one connection more."""
STRAIN: Final = 3.0
"""How many times the usual time to the first byte shows that a host is under strain."""
STRAIN_MS: Final = 500.0
"""A first byte that comes sooner shows no strain, whatever is usual."""

_OVERDUE: Final[frozenset[Fault | None]] = frozenset({"timeout", "too-slow"})


@dataclass(slots=True)
class Pace:
    """What the answers of one host have taught; additive increase, multiplicative decrease, as TCP has it."""

    most: int
    """Connections that the settings allow."""
    places: int = 0
    """Connections that are used at once now."""
    gap_s: float = 0.0
    """Least time between two starts, besides what settings and robots.txt ask for."""
    usual_ms: float = 0.0
    """A low of the time to the first byte that rises slowly."""
    recent_ms: float = 0.0
    n_good: int = 0
    n_answers: int = 0
    _refusals: int = 0
    """The last answers, a bit each, the newest lowest: whether it was a refusal."""

    def __post_init__(self) -> None:
        self.most = self.places = max(self.most, 1)

    @property
    def is_refused(self) -> bool:
        """Whether most of the last answers were refusals, or the last three: the host asks for less, not one URL."""
        row = (1 << IN_A_ROW) - 1
        return self._refusals.bit_count() * 2 > min(self.n_answers, REMEMBERED) or self._refusals & row == row

    @property
    def is_well(self) -> bool:
        """Whether enough answers came to say that the host takes requests, refusals being those of single URLs."""
        return self.n_answers >= REMEMBERED and not self.is_refused

    def learn(self, hop: Hop, *, is_news: bool = True) -> None:
        """Take an answer into account; no answer at all is the circuit breaker's matter.

        Refusals of requests that were under way together are one refusal: only the first is news.
        """
        if hop.status is not None and (is_news or hop.status not in STAND_BACK):
            self._remember(is_refusal=hop.status in STAND_BACK)
        if hop.status in STAND_BACK and not is_news:
            self.n_good = 0
        elif hop.status in STAND_BACK:
            self.places = max(self.places // 2, 1)
            self.gap_s = min(max(self.gap_s * 2, LEAST_GAP_S), MAX_GAP_S)
            self.n_good = 0
        elif hop.fault in _OVERDUE:
            self.places = max(self.places // 2, 1)
            self.n_good = 0
        elif hop.status is not None:
            self._take_good(hop.timings.ttfb_ms)

    def _remember(self, *, is_refusal: bool) -> None:
        self.n_answers += 1
        self._refusals = (self._refusals << 1 | is_refusal) & ((1 << REMEMBERED) - 1)

    def _take_good(self, ttfb_ms: float | None) -> None:
        self.n_good += 1
        self.gap_s = self.gap_s * 6 / 7 if self.gap_s > 0.05 else 0.0
        if ttfb_ms is not None and self._is_strained(ttfb_ms):
            self.places = max(self.places - 1, 1)
            self.n_good = 0
        elif self.n_good >= GOOD_ANSWERS:
            self.places = min(self.places + 1, self.most)
            self.n_good = 0

    def _is_strained(self, ttfb_ms: float) -> bool:
        """Tell whether first bytes come far later than usual; judged over at least half of what makes it faster."""
        self.recent_ms = ttfb_ms if not self.recent_ms else 0.7 * self.recent_ms + 0.3 * ttfb_ms
        self.usual_ms = min(ttfb_ms, self.usual_ms * 1.01) if self.usual_ms else ttfb_ms
        return self.n_good >= GOOD_ANSWERS // 2 and self.recent_ms > max(STRAIN * self.usual_ms, STRAIN_MS)
