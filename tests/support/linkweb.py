"""A few linking pages as rows of tables, for tests of what is measured and judged of links."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from linkworthy import urls
from linkworthy.site import Run, SiteConfig
from tests.support.runs import WHEN, make_run

HOME = "https://shop.example/"
CONFIG = SiteConfig(
    url=HOME,
    name="Velo Verde",
    brands=("Velo Verde",),
    topics=("bicycle repair", "city bicycles"),
    keywords=("cheap bicycles", "bicycle repair"),
    languages=("en",),
)

BICYCLES = (
    "The workshop trues wheels, replaces worn brake pads and oils the chain before every long ride. A city bicycle "
    "wants "
    "mudguards, a steady saddle and gears that shift under load. Commuters bring their bicycles for repair when a tyre "
    "loses pressure or a spoke breaks, and the mechanic shows them how the derailleur is set. Riders who cycle through "
    "winter wash the frame and grease the hub. The pedals, the handlebar and the bell deserve a look twice a season."
)
HIKING = (
    "The trail climbs from the lake through forest to the ridge where hikers pitch a tent beside the path. Carry "
    "waterproof "
    "boots, a warm sleeping bag and a map, since the mountain weather turns within an hour. Many hikers reach the "
    "trailhead "
    "by bicycle and lock it to the fence beside the car park. The summit rewards every climber with a view over "
    "the valley "
    "and its rivers, and the campsite has water, a shelter and a place for a campfire."
)
FINANCE = (
    "Investors compare mortgage rates before they sign a loan with the bank. The fund holds bonds and stocks, its "
    "portfolio "
    "pays interest each quarter and the accountant files the tax return. Savings lose value when inflation rises "
    "faster than "
    "the deposit rate, so a broker suggests trading currencies. The pension plan, the credit score and the "
    "insurance premium "
    "belong in one household budget, and every invoice should be kept for the auditor."
)


def varied(text: str, seed: int) -> str:
    """Give the same words in another order, so that no run of five words stays."""
    said = text.split()
    step = 7 + 2 * seed
    while len(said) % step == 0:
        step += 2
    return " ".join(said[(i * step) % len(said)] for i in range(len(said)))


@dataclass
class LinkWeb:
    """Collects rows of tables."""

    config: SiteConfig = CONFIG
    rows: dict[str, list[dict[str, Any]]] = field(
        default_factory=lambda: {name: [] for name in ("pages", "links", "blocks", "link_index", "checks", "imports")}
    )

    def own(self, url: str = HOME, main: str = BICYCLES, **facts: Any) -> None:
        """Add an own page."""
        self._page(url, main, role="own", title="Velo Verde", **facts)

    def link(
        self,
        source: str,
        anchor: str = "Velo Verde",
        target: str = HOME,
        *,
        main: str = BICYCLES,
        region: str = "main",
        rel: str | None = None,
        before: str = "We had our city bicycle repaired by",
        after: str = "and the brakes of the bicycle work again",
        seen: datetime | None = None,
        state: str = "live",
        reason: str | None = None,
        read: bool = True,
        others: tuple[str, ...] = (),
        comments: tuple[str, ...] = (),
        check: dict[str, Any] | None = None,
        index: dict[str, Any] | None = None,
        **facts: Any,
    ) -> str:
        """Add a linking page with one link, its row in the index and its check; gives the link id."""
        rel_words = set((rel or "").split())
        link_id = urls.link_identity(source, target, anchor, "text")
        flags = {f"is_{word}": word in rel_words for word in ("nofollow", "ugc", "sponsored")}
        self.rows["link_index"].append(
            {
                "link_id": link_id,
                "source_url": source,
                "target_url": target,
                "anchor": anchor,
                "kind": "text",
                "first_seen_at": seen,
                "last_seen_at": seen and seen + timedelta(days=60),
                "reported_by": ["list"],
                "n_reports": 1,
                "n_occurrences": 1,
                **flags,
                **(index or {}),
            }
        )
        is_live = state == "live"
        counts = "not known" if state == "could not check" else "no" if rel_words or not is_live else "yes"
        self.rows["checks"].append(
            {
                "link_id": link_id,
                "source_url": source,
                "target_url": target,
                "state": state,
                "reason": reason,
                "counts": counts,
                "counts_reason": next(iter(sorted(rel_words)), None),
                "status": 200,
                "final_source_url": source,
                "anchor": anchor if is_live else None,
                "kind": "text" if is_live else None,
                "rel": rel,
                "n": 0,
                "region": region if is_live else None,
                "before": before if is_live else None,
                "after": after if is_live else None,
                "is_hidden": False if is_live else None,
                "position": 0.5 if is_live else None,
                "n_occurrences": 1,
                "target_status": 200,
                "checked_at": WHEN,
                "n_attempts": 1,
                **(check or {}),
            }
        )
        if read:
            self.page(source, main, links=((target, anchor, region, flags),), others=others, comments=comments, **facts)
        return link_id

    def page(
        self,
        url: str,
        main: str = BICYCLES,
        *,
        links: tuple[tuple[str, str, str, dict[str, bool]], ...] = (),
        others: tuple[str, ...] = (),
        comments: tuple[str, ...] = (),
        **facts: Any,
    ) -> None:
        """Add a linking page with what it links to."""
        self._page(url, main, comments=comments, **facts)
        for target, anchor, region, flags in (*links, *((other, "more", "main", {}) for other in others)):
            self.rows["links"].append(
                {"source_url": url, "url": target, "anchor": anchor, "region": region, "captured_at": WHEN, **flags}
            )

    def _page(self, url: str, main: str, *, comments: tuple[str, ...] = (), **facts: Any) -> None:
        self.rows["pages"].append(
            {
                "url": url,
                "status": 200,
                "is_html": True,
                "fetched_at": WHEN,
                "language": "en",
                "n_words": len(main.split()),
                "n_main_words": len(main.split()),
                "n_elements": 100,
                "address": f"198.51.100.{len(self.rows['pages']) + 1}",
                "page_kind": "article",
                "owner_ids": [],
                "emails": [],
                "telephones": [],
                "addresses": [],
                "stylesheets": [],
                "is_noindex": False,
                "is_nofollow": False,
                **facts,
            }
        )
        for n, (region, text) in enumerate((("main", main), *(("comment", text) for text in comments))):
            self.rows["blocks"].append(
                {"url": url, "n": n, "tag": "p", "region": region, "text": text, "n_words": len(text.split())}
            )

    def run(self, tmp_path: Path) -> Run:
        """Open a run that holds the rows."""
        return make_run(tmp_path, self.config, **self.rows)
