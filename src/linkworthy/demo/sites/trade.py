"""Who trades with or against the owner: competitor, maker with a dealers' list, partner."""

from __future__ import annotations

from linkworthy.demo.draft import Draft
from linkworthy.demo.names import slug
from linkworthy.demo.page import Doc, a, p, text, ul
from linkworthy.demo.sites.magazine import Magazine, pointer
from linkworthy.demo.sites.shop import describe


def write(draft: Draft) -> None:
    """Write the three."""
    _competitor(draft)
    _dealer(draft)
    _partner(draft)


def _competitor(draft: Draft) -> None:
    trade = draft.trade
    site = draft.open(draft.plan.one("competitor"), (("Home", "/"), ("Guide", "/guide"), ("About", "/about")))
    rng = draft.stream("competitor")
    pairs = dict(zip(rng.sample(trade.things, 5), rng.sample(trade.traits, 5), strict=True))
    wares = [(f"{trait} {thing}".capitalize(), f"/p/{slug(thing)}") for thing, trait in pairs.items()]
    for name, path in (("Home", "/"), (f"A guide to {trade.name}", "/guide"), ("About", "/about"), *wares):
        writer = site.prose(path)
        title = site.plan.title if path == "/" else name
        main = p(*map(text, writer.paragraphs(3))) + ul(a(url, ware) for ware, url in wares)
        site.add(
            Doc(
                path=path, title=f"{title}: {writer.fill('{A} {T}')}", h1=title, main=main, description=describe(writer)
            )
        )


def _dealer(draft: Draft) -> None:
    owner = draft.owner
    plan = draft.plan.one("dealer")
    origin = f"{plan.schemes[0]}://{plan.host}"
    others = [f"{draft.person('dealer', n).split()[1]} {draft.trade.name.split()[-1]}" for n in range(3)]
    box = "<h3>Our dealers</h3>" + ul(
        [a(owner.url, owner.brand), *(a(f"https://{slug(o)}-dealer.example/", o) for o in others)]
    )
    maker = Magazine(draft, plan, 6, sidebar=box)
    maker.write()
    for doc in maker.site.docs:
        draft.note(
            "sitewide link of a fully relevant site", origin + doc.path, "home", owner.brand, rating=38, traffic=5_200
        )


def _partner(draft: Draft) -> None:
    partner = Magazine(draft, draft.plan.one("partner"), 3)
    article = partner.articles[0]
    link = draft.backlink("partner site", article.url, "about-us", draft.owner.brand, rating=31, traffic=1_100)
    article.say(pointer(draft, article.url, link))
    partner.write()
