"""A synthetic export with the columns of an Ahrefs list of backlinks, as large as is asked for."""

from __future__ import annotations

import csv
import random
from pathlib import Path

HEADER = [
    "Referring page title", "Referring page URL", "Language", "Platform", "Referring page HTTP code",
    "Domain rating", "UR", "Domain traffic", "Referring domains", "Linked domains", "External links",
    "Page traffic", "Keywords", "Target URL", "Left context", "Anchor", "Right context", "Redirect Chain URLs",
    "Redirect Chain status codes", "Type", "Is spam", "Content", "Nofollow", "UGC", "Sponsored", "Rendered", "Raw",
    "Lost status", "Drop reason", "Discovered status", "First seen", "Last seen", "Lost", "Author", "Page type",
    "Page category", "Links in group",
]  # fmt: skip
WORDS = [
    "maternity", "dress", "summer", "garden", "guide", "best", "review", "cotton",
    "travel", "baby", "shop", "shoes", "style", "home", "local", "organic",
]  # fmt: skip


def write_export(path: Path, n_rows: int, seed: int = 1) -> None:
    """Write a synthetic export with the vendor's columns: domains and anchors as skewed as real ones are."""
    rng = random.Random(seed)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEADER)
        for number in range(n_rows):
            domain = f"site{int(rng.paretovariate(0.6)) % 20_000}.example"
            words = [rng.choice(WORDS) for _ in range(14)]
            day = f"20{rng.randint(19, 26)}-{rng.randint(1, 12):02}-{rng.randint(1, 28):02}"
            writer.writerow([
                " ".join(words[:6]).title(), f"https://{domain}/{words[0]}/{words[1]}-{number}", "en", "wordpress", 200,
                rng.randint(0, 92), f"{rng.random() * 60:.1f}", rng.randint(0, 100_000), rng.randint(0, 500),
                rng.randint(0, 900),
                rng.randint(1, 200), rng.randint(0, 900), rng.randint(0, 90), f"https://shop.example/{words[2]}/{words[3]}",
                " ".join(words[4:9]), " ".join(words[9:12]), f'{words[12]}, "{words[13]}"', "", "",
                rng.choice(["text", "text", "image"]), "false", "true", rng.choice(["true", "false"]), "false", "false",
                "false", "true", "", "", "pagefound", f"{day} 10:11:12", f"{day} 12:11:12", "", "", "Article",
                "/Shopping/Apparel", 1,
            ])  # fmt: skip
