"""People who link because they like to: hobby pages, and two that merely share a host's address."""

from __future__ import annotations

from linkworthy.demo.draft import Draft
from linkworthy.demo.page import a
from linkworthy.demo.sites.magazine import Magazine, pointer

_HOBBY_TARGETS: tuple[tuple[str, ...], ...] = (
    ("deleted", "home"),
    ("chain", "product-2"),
    ("noindexed", "canonical-to-404"),
    ("blocked", "home-www"),
    ("temporary", "category-0"),
    ("loop", "slow"),
    ("home-http", "canonical-chain"),
    ("deleted", "orphan"),
)
"""What each hobby page links to: between them every faulty page of the owner has a link."""

_HURT = frozenset(
    {"deleted", "chain", "noindexed", "blocked", "temporary", "loop", "canonical-to-404", "canonical-chain"}
)


def write(draft: Draft) -> None:
    """Write all of them."""
    for n, (plan, targets) in enumerate(zip(draft.plan.sites["hobby"], _HOBBY_TARGETS, strict=True)):
        site = Magazine(draft, plan, 3, authors=1, is_anonymous=plan.style == "tables")
        for number, target in enumerate(targets):
            _link(draft, site, number, target, n)
        neighbour = draft.plan.one(("forum", "blog", "forum-two", "newspaper")[n % 4])
        address = f"{neighbour.schemes[0]}://{neighbour.host}/"
        site.articles[0].say(pointer(draft, f"hobby {n}", a(address, neighbour.title)), 2)
        site.write()
    for plan in draft.plan.sites["neighbour"]:
        site = Magazine(draft, plan, 3)
        article = site.articles[0]
        link = draft.backlink(
            "site that shares an address", article.url, "product-3", draft.owner.brand, rating=26, traffic=1_300
        )
        article.say(pointer(draft, article.url, link))
        site.write()


def _link(draft: Draft, site: Magazine, number: int, target: str, n: int) -> None:
    article = site.articles[number]
    rng = draft.stream("hobby anchor", n, number)
    anchor = rng.choice((draft.owner.brand, draft.owner.host, draft.owner.brands[1], f"{draft.owner.brand}'s page"))
    is_hurt = target in _HURT
    link = draft.backlink(
        f"hobby page to {target}" if is_hurt else "hobby page",
        article.url,
        target,
        anchor,
        verdicts=("keep", "watch", "act") if is_hurt else ("keep", "watch"),
        counts=("yes", "no", "not known") if is_hurt else ("yes",),
        rating=rng.randint(9, 34),
        traffic=rng.randint(60, 900),
    )
    article.say(pointer(draft, f"{article.url} {target}", link))
