"""Two forums of the trade: one where the shop is known, and one that only the competitor has found."""

from __future__ import annotations

from datetime import timedelta

from linkworthy.demo.draft import Draft, SiteDraft
from linkworthy.demo.page import Doc, a, p, text, ul
from linkworthy.demo.sites.magazine import pointer
from linkworthy.demo.sites.shop import describe
from linkworthy.demo.words.grammar import CHAT

_NAV = (("Board index", "/"), ("Members", "/memberlist.php"), ("Register", "/ucp.php?mode=register"))


def write(draft: Draft) -> None:
    """Write both forums."""
    _known_forum(draft)
    _other_forum(draft)


def _known_forum(draft: Draft) -> None:
    site = draft.open(draft.plan.one("forum"), _NAV)
    threads = [_thread_url(site, n) for n in range(6)]
    rel = "nofollow ugc" if draft.plan.seed % 2 else ""
    counts = ("no",) if rel else ("yes",)
    owner, rival = draft.owner, draft.plan.one("competitor")
    rival_link = a(f"https://{rival.host}/", rival.title, rel)
    said = {
        0: draft.backlink(
            "forum thread", threads[0], "post-0", owner.brand, rel, counts=counts, rating=48, traffic=9_000
        ),
        1: draft.backlink(
            "forum thread",
            threads[1],
            "deleted",
            draft.targets["deleted"].partition("//")[2],
            rel,
            counts=("yes", "no", "not known"),
            verdicts=("keep", "watch", "act"),
            rating=48,
            traffic=9_000,
        ),
        2: draft.backlink(
            "forum thread known from a log",
            threads[2],
            "product-4",
            owner.host,
            rel,
            counts=counts,
            rating=48,
            traffic=9_000,
            reporters=("log",),
        ),
        3: rival_link,
    }
    diary = draft.plan.one("blog-two")
    said[0] += f" and {a(f'https://{diary.host}/', diary.title, rel)}"
    titles = _write_threads(draft, site, threads, said)
    profile = site.url("/memberlist.php?mode=viewprofile&u=12")
    homepage = draft.backlink("forum profile", profile, "home", owner.url, rel, counts=counts, rating=48, traffic=9_000)
    _profile(site, 12, homepage)
    _profile(site, 7, a(f"https://{rival.host}/", rival.host, rel))
    _profile(site, 3, "")
    _board(site, threads, titles)
    draft.chance("forum", site, "/")


def _other_forum(draft: Draft) -> None:
    site = draft.open(draft.plan.one("forum-two"), _NAV)
    threads = [_thread_url(site, n) for n in range(4)]
    rival = draft.plan.one("competitor")
    titles = _write_threads(
        draft,
        site,
        threads,
        {0: a(f"https://{rival.host}/", rival.title), 2: a(f"https://{rival.host}/guide", "this guide")},
    )
    _profile(site, 5, a(f"https://{rival.host}/", rival.title))
    _board(site, threads, titles)
    draft.facts["forum-two page"] = threads[0]
    draft.chance("forum", site, "/")


def _thread_url(site: SiteDraft, n: int) -> str:
    return site.url(f"/viewtopic.php?f=2&t={101 + n * 7}")


def _write_threads(draft: Draft, site: SiteDraft, threads: list[str], said: dict[int, str]) -> list[str]:
    titles = []
    for n, url in enumerate(threads):
        writer = site.prose(f"thread {n}")
        title = writer.fill(
            writer.rng.choice(("{W} with {T}?", "Which {P} for {G}", "{S} or {S2} for {G}?", "{A} {T} wanted"))
        )
        title = title[0].upper() + title[1:]
        titles.append(title)
        day = draft.day(site.plan.host, n, oldest=300, newest=25)
        posts = []
        for reply in range(writer.rng.randint(4, 6)):
            words = text(writer.paragraph(writer.rng.randint(2, 3), CHAT))
            if reply == 2 and n in said:
                words += " " + pointer(draft, url, said[n])
            name = draft.person(site.plan.host, n, reply).split()[0].lower()
            posts.append(
                f'<div class="post" id="p{n}{reply}"><dl class="postprofile"><dt><a class="username" '
                f'href="/memberlist.php?mode=viewprofile&amp;u={(3, 7, 12)[(n + reply) % 3]}">{name}{reply}</a></dt>'
                f"<dd>Posts: {writer.rng.randint(3, 900)}</dd></dl>"
                f'<div class="postbody"><p class="author">{day + timedelta(days=reply):%a %b %d, %Y}</p>'
                f'<div class="content">{words}</div></div></div>'
            )
        site.add(
            Doc(
                path=url.removeprefix(site.origin),
                title=f"{title} - {site.skin.site}",
                h1=title,
                main="".join(posts),
                description=describe(site.prose(f"thread summary {n}")),
                published=day,
                kind="thread",
                crumbs=(("Board index", "/"),),
            )
        )
    return titles


def _profile(site: SiteDraft, number: int, homepage: str) -> None:
    writer = site.prose(f"profile {number}")
    name = site.draft.person(site.plan.host, "profile", number)
    rows = [
        f"<dt>Username:</dt><dd>{text(name.split()[0].lower())}</dd>",
        f"<dt>Interests:</dt><dd>{text(writer.fill('{G}'))}</dd>",
    ]
    if homepage:
        rows.append(f"<dt>Website:</dt><dd>{homepage}</dd>")
    site.add(
        Doc(
            path=f"/memberlist.php?mode=viewprofile&u={number}",
            title=f"Viewing profile of {name.split()[0]} - {site.skin.site}",
            h1=f"Viewing profile - {name.split()[0]}",
            main=f'<div class="panel"><dl class="details">{"".join(rows)}</dl></div>'
            + p(text(writer.paragraph(4, CHAT))),
            kind="profile",
        )
    )


def _board(site: SiteDraft, threads: list[str], titles: list[str]) -> None:
    writer = site.prose("index")
    rows = ul((a(url, title) for url, title in zip(threads, titles, strict=True)), "topiclist topics")
    site.add(
        Doc(
            path="/",
            title=f"{site.skin.site} - Board index",
            h1=text(writer.fill("{T} and {G}")),
            kind="home",
            main=f"<p>{text(writer.paragraph(3))}</p>{rows}",
            description=describe(writer),
        )
    )
    members = ul(
        a(f"/memberlist.php?mode=viewprofile&u={doc.path[-2:].strip('=')}", doc.h1)
        for doc in site.docs
        if doc.kind == "profile"
    )
    site.add(Doc(path="/memberlist.php", title=f"Members - {site.skin.site}", h1="Members", main=members))
    form = (
        '<form method="post" action="/ucp.php?mode=register" id="register"><input name="username"><input name="email">'
        '<input type="password" name="new_password"><input type="submit" value="Register"></form>'
    )
    site.add(
        Doc(
            path="/ucp.php?mode=register",
            title=f"Register - {site.skin.site}",
            h1="Registration",
            main=f"<p>{text(writer.paragraph(2, CHAT))}</p>{form}",
            in_sitemap=False,
        )
    )
