"""The faults that are planted in the owner's shop, each noted with the rule that must find it."""

from __future__ import annotations

from dataclasses import replace

from linkworthy.demo.draft import HTML, redirect
from linkworthy.demo.model import Answer
from linkworthy.demo.names import slug
from linkworthy.demo.page import Doc, a, p, text
from linkworthy.demo.sites.shop import Shop, describe
from linkworthy.demo.templates import dress

SLOW_S = 1.2
"""Seconds that the slow page keeps its first byte back."""


def plant(shop: Shop) -> None:
    """Plant everything; call before ``Shop.write``, then :func:`plant_copies` after it."""
    _broken_links(shop)
    _deleted_page(shop)
    _redirects(shop)
    _canonicals(shop)
    _hidden_pages(shop)
    _copies(shop)
    _variants(shop)
    _single_faults(shop)


def _say(shop: Shop, path: str, sentence: str) -> None:
    shop.extra.setdefault(path, []).append(sentence)


def _look(shop: Shop, path: str, **fields: object) -> None:
    shop.looks.setdefault(path, {}).update(fields)


def _article(shop: Shop, path: str, heading: str, **more: object) -> str:
    """Add a page of the journal besides the sound ones."""
    writer = shop.site.prose(path)
    doc = Doc(
        path=path,
        title=shop.title(heading),
        h1=heading,
        description=describe(writer),
        main=p(*map(text, writer.paragraphs(4))),
        kind="page",
        crumbs=(("Home", "/"),),
    )
    values = {name: getattr(doc, name) for name in Doc.__dataclass_fields__}
    values.update(more)
    return shop.site.add(Doc(**values))


def _gone(shop: Shop, path: str, status: int = 404) -> str:
    doc = Doc(
        path=path,
        title="Page not found",
        h1="Page not found",
        main=p("This page does not exist any more."),
        canonical="",
    )
    return shop.site.raw(path, Answer(status=status, body=dress(doc, shop.site.skin).encode(), headers=HTML))


def _broken_links(shop: Shop) -> None:
    draft = shop.draft
    missing = _gone(shop, f"{shop.wares}{slug('sold out ' + draft.trade.things[-1])}")
    page = shop.posts[1][1]
    _say(shop, page, f"The older {a(missing, 'range that we sold before')} is described there.")
    draft.fault("resp-link-to-4xx", shop.url(page), "broken internal link", missing)
    draft.fault("resp-int-4xx", missing, "broken internal link", shop.url(page))
    dead = f"https://{draft.plan.one('dead').host}/essays/history"
    page = "/about-us"
    _say(shop, page, f"Our trade has {a(dead, 'a long history')}.")
    draft.fault("out-broken", shop.url(page), "broken outbound link", dead)
    draft.facts["dead_url"] = dead
    shy = f"https://{draft.plan.one('shy').host}/reports/members"
    page = shop.posts[2][1]
    _say(shop, page, f"The figures come from {a(shy, 'a report for members')}.")
    draft.fault("out-unchecked", shop.url(page), "outbound link that answers 403", shy)
    draft.facts["shy_url"] = shy
    casino = draft.plan.one("casino")
    page = shop.posts[3][1]
    _say(shop, page, f"A reader also sent us {a(f'https://{casino.host}/', 'this page')}.")
    draft.fault("out-spam-like", shop.url(page), "outbound link to a bad neighbourhood", f"https://{casino.host}/")
    sound = draft.plan.one("partner")
    _say(shop, "/stockists", f"We buy from {a(f'{sound.schemes[0]}://{sound.host}/', sound.title)}.")


def _deleted_page(shop: Shop) -> None:
    thing = shop.draft.trade.things[0]
    deleted = _gone(shop, f"{shop.journal}{slug('choosing ' + thing)}")
    heading = f"Choosing {thing}, step by step"
    successor = _article(shop, f"{shop.journal}{slug(heading)}", heading)
    _say(shop, "/delivery", f"Before you order, read {a(successor, heading)}.")
    shop.draft.targets["deleted"] = deleted
    shop.draft.targets["successor"] = successor
    shop.draft.fault("bl-target-404", deleted, "deleted page with backlinks", successor)


def _redirects(shop: Shop) -> None:
    site, draft = shop.site, shop.draft
    end = shop.url(shop.products[1][1])
    path = [f"/old-shop/{n}-{slug(shop.products[1][0])}" for n in (1, 2, 3)]
    for first, after in zip(path, [*(site.url(step) for step in path[1:]), end], strict=True):
        site.raw(first, redirect(after))
    draft.targets["chain"] = site.url(path[0])
    page = shop.posts[4][1]
    _say(shop, page, f"Compare {a(site.url(path[0]), 'the old listing')}.")
    draft.fault("resp-int-chain", site.url(path[0]), "redirect chain of three", end)
    draft.fault("bl-target-redirect-chain", site.url(path[0]), "redirect chain of three", end)
    draft.fault("resp-link-to-redirect", shop.url(page), "redirect chain of three", site.url(path[0]))
    loop = ("/gift-cards", "/gift-vouchers")
    site.raw(loop[0], redirect(site.url(loop[1])))
    site.raw(loop[1], redirect(site.url(loop[0])))
    draft.targets["loop"] = site.url(loop[0])
    _say(shop, "/returns", f"We also have {a(site.url(loop[0]), 'gift cards')}.")
    draft.fault("resp-int-loop", site.url(loop[0]), "redirect loop", site.url(loop[1]))
    temporary = site.raw("/this-season", redirect(shop.url(shop.categories[1][1]), 302))
    draft.targets["temporary"] = temporary
    draft.fault("bl-target-302", temporary, "temporary redirect with a backlink", shop.url(shop.categories[1][1]))


def _canonicals(shop: Shop) -> None:
    draft = shop.draft
    nowhere = _gone(shop, f"{shop.wares}retired-line")
    page = shop.products[2][1]
    _look(shop, page, canonical=nowhere)
    draft.targets["canonical-to-404"] = shop.url(page)
    draft.fault("canon-to-error", shop.url(page), "canonical that points to a 404", nowhere)
    first, second, third = (shop.url(shop.products[n][1]) for n in (5, 6, 7))
    _look(shop, shop.products[5][1], canonical=second)
    _look(shop, shop.products[6][1], canonical=third)
    draft.targets["canonical-chain"] = first
    draft.fault("canon-chain", first, "canonical chain", second)


def _hidden_pages(shop: Shop) -> None:
    draft = shop.draft
    noindexed = _article(
        shop, f"{shop.journal}care-and-repair", "Care and repair", robots="noindex, follow", in_sitemap=False
    )
    _say(shop, shop.posts[5][1], f"See {a(noindexed, 'care and repair')}.")
    draft.targets["noindexed"] = noindexed
    draft.fault("bl-target-noindex", noindexed, "noindexed page with backlinks")
    shop.site.robots = "User-agent: *\nDisallow: /private/\nDisallow: /basket\n"
    blocked = _article(shop, "/private/workshop-tour", "A tour of the workshop", in_sitemap=False)
    _say(shop, "/about-us", f"Come along on {a(blocked, 'a tour of the workshop')}.")
    draft.targets["blocked"] = blocked
    draft.fault("bl-target-robots", blocked, "page blocked by robots.txt with backlinks")
    orphan = _article(shop, f"{shop.journal}spring-fair-notes", "Notes from the spring fair")
    draft.targets["orphan"] = orphan
    draft.fault("map-orphan", orphan, "page that only the sitemap knows")


def _copies(shop: Shop) -> None:
    draft = shop.draft
    thing = draft.trade.things[1]
    writer = shop.site.prose("copies")
    same = p(*map(text, writer.paragraphs(4)))
    heading, summary = f"All about {thing}", describe(writer)
    twins = [
        _article(shop, f"{folder}{slug(heading)}", heading, main=same, description=summary)
        for folder in (shop.journal, "/help/")
    ]
    _say(shop, "/delivery", f"Sizes are in {a(twins[0], 'the guide')} and in {a(twins[1], 'the help pages')}.")
    for one, other in (twins, twins[::-1]):
        draft.fault("content-exact-dup", one, "duplicate content", other)
        draft.fault("title-duplicate", one, "duplicate content", other)
    paragraphs = shop.site.prose("near copies").paragraphs(9)
    changed = [*paragraphs]
    changed[4] = changed[4].replace(" the ", " that ", 1) if " the " in changed[4] else f"Still, {changed[4]}"
    names = (f"Fitting {thing} at home", f"Fitting {thing} at home again")
    near = [
        _article(shop, f"/help/{slug(name)}", name, main=p(*map(text, words)))
        for name, words in zip(names, (paragraphs, changed), strict=True)
    ]
    _say(shop, "/returns", f"Read {a(near[0], names[0].lower())}, or {a(near[1], 'the later edition')}.")
    for one, other in (near, near[::-1]):
        draft.fault("content-near-dup", one, "near-duplicate content", other)
    same_title = shop.title("Frequently asked questions")
    pair = [shop.posts[6][1], shop.posts[7][1]]
    for path, other in (pair, pair[::-1]):
        _look(shop, path, title=same_title)
        draft.fault("title-duplicate", shop.url(path), "duplicate titles", shop.url(other))


def _variants(shop: Shop) -> None:
    draft, site, host = shop.draft, shop.site, shop.draft.owner.host
    home = site.url("/")
    _look(shop, "/", canonical="")
    draft.targets["home-http"] = f"http://{host}/"
    draft.targets["home-www"] = f"https://www.{host}/"
    draft.fault("resp-https-missing", home, "http twin answers", f"http://{host}/")
    draft.fault("resp-host-variants", home, "www twin answers", f"https://www.{host}/")
    draft.fault("canon-missing", home, "start page without canonical")
    draft.targets["home-index"] = site.url("/index.html")
    _say(shop, "/returns", f"Back to {a(site.url('/index.html'), 'the start')}.")
    draft.fault("resp-host-variants", site.url("/index.html"), "index file answers", home)
    slashed, sorted_ = shop.categories[2][1], shop.categories[3][1]
    _look(shop, slashed, canonical="")
    _look(shop, sorted_, canonical="")
    bare = slashed.rstrip("/")
    _say(shop, shop.posts[0][1], f"More in {a(site.url(bare), shop.categories[2][0])}.")
    draft.fault("url-slash-twin", site.url(bare), "trailing slash twin answers", site.url(slashed))
    by_price = f"{sorted_}?sort=price"
    _say(shop, sorted_, f"Show {a(site.url(by_price), 'the cheapest first')}.")
    draft.fault("canon-params", site.url(by_price), "parameter twin answers", site.url(sorted_))
    ware = shop.products[3][1]
    _look(shop, ware, canonical="")
    folder, _, name = ware.rpartition("/")
    upper = f"{folder}/{name.title()}"
    _say(shop, shop.posts[5][1], f"People ask for {a(site.url(upper), shop.products[3][0])} most.")
    draft.fault("url-case-twin", site.url(upper), "letter case twin answers", site.url(ware))


def plant_copies(shop: Shop) -> None:
    """Let the variants of a page answer with the page's own words; call after ``Shop.write``."""
    by_path = {doc.path: doc for doc in shop.site.docs}
    ware = shop.products[3][1]
    folder, _, name = ware.rpartition("/")
    for path, original in (
        ("/index.html", "/"),
        (shop.categories[2][1].rstrip("/"), shop.categories[2][1]),
        (f"{shop.categories[3][1]}?sort=price", shop.categories[3][1]),
        (f"{folder}/{name.title()}", ware),
    ):
        shop.site.add(replace(by_path[original], path=path, in_sitemap=False))


def _single_faults(shop: Shop) -> None:
    draft = shop.draft
    slow = shop.posts[1][1]
    _look(shop, slow, delay_s=SLOW_S)
    draft.targets["slow"] = shop.url(slow)
    draft.facts["slow_url"] = shop.url(slow)
    draft.fault("resp-slow-ttfb", shop.url(slow), "slow page")
    _look(shop, shop.posts[3][1], has_viewport=False)
    draft.fault("mob-viewport", shop.url(shop.posts[3][1]), "page without viewport")
    picture = f'<img src="http://{draft.owner.host}/img/bench.jpg" alt="The bench" width="640" height="420">'
    _say(shop, shop.posts[2][1], picture)
    shop.site.raw("/img/bench.jpg", Answer(body=b"\xff\xd8\xff\xd9", headers=(("content-type", "image/jpeg"),)))
    draft.fault(
        "sec-mixed-content", shop.url(shop.posts[2][1]), "mixed content", f"http://{draft.owner.host}/img/bench.jpg"
    )
    if draft.plan.seed % 2:
        doc = Doc(
            path="/lost",
            title=shop.title("Nothing found"),
            h1="Nothing found",
            main=p("Sorry, we found nothing."),
            canonical="",
        )
        shop.site.not_found = Answer(body=dress(doc, shop.site.skin).encode(), headers=HTML)
        draft.fault("resp-soft-404-probe", "", "missing pages answer 200")
