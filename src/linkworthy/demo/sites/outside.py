"""What the owner links to or hears of without a backlink: bad company, a dead page, a refusal, referrer spam."""

from __future__ import annotations

from linkworthy.demo.draft import HTML, Draft
from linkworthy.demo.model import Answer
from linkworthy.demo.page import Doc, a, p, text, ul
from linkworthy.demo.sites.magazine import Magazine
from linkworthy.demo.words import CASINO, PILLS


def write(draft: Draft) -> None:
    """Write all of them."""
    _casino(draft)
    dead = Magazine(draft, draft.plan.one("dead"), 2)
    dead.write()
    _shy(draft)
    lure = draft.open(draft.plan.one("lure"), (("Home", "/"),))
    words = (
        "Free visitors for your site! Put our button on your page and get traffic today, rank first, instant results."
    )
    lure.add(Doc(path="/", title="Free website traffic", h1="Free website traffic", main=p(words)))
    draft.facts["lure_url"] = lure.url("/")


def _casino(draft: Draft) -> None:
    site = draft.open(draft.plan.one("casino"), (("Bonuses", "/"), ("Pills", "/pills")), ids="")
    for path, topic in (("/", CASINO), ("/pills", PILLS)):
        writer = site.prose(path, topic)
        offers = ul(
            a(f"https://{name}.example/", writer.fill("{A} {T}"))
            for name in ("spin-palace-win", "rx-cheap-direct", "bet-now-777")
        )
        heading = topic.money[0].title()
        site.add(
            Doc(
                path=path,
                title=f"{heading} - {topic.money[1]}",
                h1=heading,
                main=p(*map(text, writer.paragraphs(3))) + offers,
            )
        )


def _shy(draft: Draft) -> None:
    """Write a host that refuses whoever is not a browser; robots.txt alone is open."""
    site = draft.open(draft.plan.one("shy"), (("Home", "/"),))
    refusal = Answer(status=403, body=b"<html><body><h1>Forbidden</h1></body></html>", headers=HTML)
    site.raw("/reports/members", refusal)
    site.raw("/", refusal)
    site.not_found = refusal
