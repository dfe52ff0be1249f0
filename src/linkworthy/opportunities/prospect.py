"""A prospect and what it is worth: the arithmetic is shown beside the number."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from linkworthy.site import SiteConfig

BASE = {
    "broken": 0.40,
    "lost": 0.35,
    "mention": 0.35,
    "competitor": 0.25,
    "forum": 0.20,
    "blog": 0.20,
    "directory": 0.20,
}
"""What a kind is worth before all else: a link once given, or a name already said, is nearest to a link."""
RELEVANCE_WORTH = 0.35
COMPETITOR_WORTH = 0.10
"""For each competitor that got a link there, at most two."""
FOLLOWED_WORTH = 0.05
NEW_WORTH = 0.05
"""For a site that does not link to the owner yet."""
DOMAINS_WORTH = 0.02
"""For each referring domain that a repair wins back, at most ten."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Prospect:
    """One chance for a link."""

    kind: str
    url: str
    domain: str
    title: str | None
    why: str
    how: str
    target_url: str | None = None
    relevance: float | None = None
    is_followed: bool | None = None
    n_competitors: int = 0
    last_active_at: datetime | None = None
    is_new: bool = False
    n_domains: int = 0
    """Referring domains that it would win back."""

    def terms(self) -> list[tuple[str, float]]:
        """Give the summands of its worth."""
        out = [(self.kind, BASE[self.kind])]
        if self.relevance is not None:
            out.append(("relevance", RELEVANCE_WORTH * self.relevance))
        if self.n_competitors:
            out.append(("competitors", COMPETITOR_WORTH * min(self.n_competitors, 2)))
        if self.is_followed:
            out.append(("followed", FOLLOWED_WORTH))
        if self.is_new:
            out.append(("new site", NEW_WORTH))
        if self.n_domains:
            out.append(("domains won back", DOMAINS_WORTH * min(self.n_domains, 10)))
        return [(name, round(value, 3)) for name, value in out]

    def row(self, config: SiteConfig) -> dict[str, Any]:
        """Give the row of table ``prospects``."""
        terms = self.terms()
        return {
            "kind": self.kind,
            "url": self.url,
            "domain": self.domain,
            "title": self.title,
            "why": self.why,
            "how": self.how,
            "target_url": self.target_url,
            "suggested_anchor": config.name or (config.brands[0] if config.brands else config.url),
            "relevance": self.relevance,
            "is_followed": self.is_followed,
            "n_competitors": self.n_competitors,
            "last_active_at": self.last_active_at,
            "worth": round(min(1.0, sum(value for _name, value in terms)), 3),
            "worth_terms": " + ".join(f"{name} {value:.2f}" for name, value in terms),
        }
