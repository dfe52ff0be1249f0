"""The owner's town and what is official: newspaper, directory, a local pair, council and college, a niche directory."""

from __future__ import annotations

from typing import Any

from linkworthy.demo.draft import Draft, SiteDraft
from linkworthy.demo.names import slug
from linkworthy.demo.page import Doc, a, p, text, ul
from linkworthy.demo.sites.magazine import Magazine
from linkworthy.demo.sites.shop import describe
from linkworthy.demo.words import OFF_TOPIC
from linkworthy.demo.words.grammar import CLAUSES, NEWS

_SUBMIT = (
    '<form method="post" action="/submit"><p>Add your listing</p><input name="title"><input name="url" type="url">'
    '<textarea name="description"></textarea><input type="submit" value="Submit your site"></form>'
)


def write(draft: Draft) -> None:
    """Write all of them."""
    _newspaper(draft)
    _directory(draft)
    _niche_directory(draft)
    _pair(draft)
    _official(draft)


def _newspaper(draft: Draft) -> None:
    owner = draft.owner
    paper = Magazine(draft, draft.plan.one("newspaper"), 5, patterns=NEWS, authors=3)
    article = paper.articles[0]
    link = draft.backlink(
        "editorial link of a newspaper",
        article.url,
        "home",
        owner.brand,
        verdicts=("keep",),
        rating=67,
        traffic=84_000,
        reporters=("ahrefs", "gsc", "log-origin"),
    )
    writer = draft.prose("newspaper lead", draft.trade)
    town = draft.gazetteer.town
    article.title = f"{town} shop for {draft.trade.name} wins regional prize"
    article.path = f"/articles/{slug(article.title)}"
    article.body[0] = (
        text(writer.paragraph(3))
        + f" {link} of {draft.gazetteer.street}, {town}, sells {text(writer.fill('{A} {T}'))}."
    )
    article.body[1] = text(writer.paragraph(3))
    article.fields = {
        "schema": {
            "@type": "NewsArticle",
            "headline": article.title,
            "datePublished": str(article.day),
            "author": {"@type": "Person", "name": article.author},
        },
        "author_html": p(text(f"{article.author} reports on business in {town}.")),
    }
    old, article.url = article.url, paper.site.url(article.path)
    draft.move(old, article.url)
    paper.write()


def _far(draft: Draft) -> tuple[str, ...]:
    """Allow a site about the town to be called irrelevant to a shop that sells online only."""
    return () if draft.owner.is_local else ("irrelevant",)


def _listing(site: SiteDraft, path: str, title: str, entries: list[str], **more: Any) -> None:
    writer = site.prose(path)
    main = p(text(writer.paragraph(3))) + ul(entries, "listings") + more.pop("after", "")
    site.add(
        Doc(
            path=path,
            title=f"{title} | {site.skin.site}",
            h1=title,
            main=main,
            description=describe(writer),
            kind="listing",
            crumbs=(("Home", "/"),),
            **more,
        )
    )


def _entries(draft: Draft, name: str, count: int) -> list[str]:
    """Write entries of businesses that have no page on this web."""
    rng = draft.stream("entries", name)
    topics = [draft.trade, *OFF_TOPIC]
    out = []
    for n in range(count):
        writer = draft.prose(f"entry {name} {n}", topics[n % len(topics)])
        family = rng.choice(draft.gazetteer.people).split()[1]
        title = f"{family} {writer.topic.parts[n % 5]}s"
        out.append(f"{a(f'https://{slug(title)}.example/', title)}: {text(writer.sentence())}")
    return out


def _directory(draft: Draft) -> None:
    owner, gazetteer = draft.owner, draft.gazetteer
    plan = draft.plan.one("directory")
    site = draft.open(
        plan, (("Home", "/"), ("Shops", "/shops"), ("Services", "/services"), ("Add your listing", "/add"))
    )
    source = site.url("/shops")
    link = draft.backlink(
        "local directory", source, "home", owner.brand, allowed_kinds=_far(draft), rating=29, traffic=2_400
    )
    writer = site.prose("entry of the owner", draft.trade)
    rival = draft.plan.one("competitor")
    mine = f"{link}: {text(writer.sentence())} {text(gazetteer.street)}, {gazetteer.town}."
    shops = _entries(draft, "shops", 6)
    _listing(site, "/shops", f"Shops in {gazetteer.town}", [*shops[:2], mine, *shops[2:]])
    _listing(site, "/services", f"Services in {gazetteer.town}", _entries(draft, "services", 6))
    _listing(
        site,
        "/",
        f"Businesses in {gazetteer.town}",
        [a("/shops", "Shops"), a("/services", "Services"), a(f"https://{rival.host}/", rival.title)],
    )
    _listing(site, "/add", "Add your listing", [], after=_SUBMIT)
    draft.chance("directory", site, "/", is_required=False)


def _niche_directory(draft: Draft) -> None:
    rival, dealer = draft.plan.one("competitor"), draft.plan.one("dealer")
    site = draft.open(
        draft.plan.one("directory-niche"),
        (("Home", "/"), ("Shops", "/shops.html"), ("Submit your site", "/submit.html")),
    )
    name = draft.trade.name
    writer = site.prose("entries", draft.trade)
    rows = [
        f"{a(f'{o.schemes[0]}://{o.host}/', o.title)}: {text(writer.sentence())}"
        for o in (rival, dealer, draft.plan.one("blog"))
    ]
    _listing(site, "/shops.html", f"Shops for {name}", [*rows, *(f"{text(writer.sentence())}" for _ in range(3))])
    _listing(
        site,
        "/",
        f"{name.capitalize()}: a directory",
        [a("/shops.html", "Shops"), a("/submit.html", "Submit your site")],
    )
    _listing(site, "/submit.html", "Submit your site", [], after=_SUBMIT)
    draft.facts["directory-niche page"] = site.url("/shops.html")
    draft.chance("directory", site, "/")


def _pair(draft: Draft) -> None:
    town = draft.gazetteer.town
    for n, plan in enumerate(draft.plan.sites["pair"]):
        place = Magazine(draft, plan, 3, patterns=NEWS)
        article = place.articles[0]
        link = draft.backlink(
            "local pair",
            article.url,
            ("home", "about-us")[n],
            (draft.owner.brand, draft.owner.host)[n],
            allowed_kinds=_far(draft),
            rating=22,
            traffic=900,
        )
        article.body[0] = text(draft.prose(f"pair {n}", draft.trade).paragraph(3)) + f" In {town} that means {link}."
        other = draft.plan.sites["pair"][1 - n]
        place.articles[1].say(f"Our friends at {a(f'{other.schemes[0]}://{other.host}/', other.title)} keep the dates.")
        place.write()


def _official(draft: Draft) -> None:
    for role, target, patterns in (("government", "home", NEWS), ("education", "successor", CLAUSES)):
        plan = draft.plan.one(role)
        site = Magazine(draft, plan, 2, patterns=patterns)
        article = site.articles[0]
        link = draft.backlink(f"{role} site", article.url, target, draft.owner.brand, rating=71, traffic=30_000)
        writer = draft.prose(f"official {role}", draft.trade)
        article.body[1] = f"{text(writer.paragraph(2))} A good example is {link}. {text(writer.paragraph(2))}"
        site.write()
