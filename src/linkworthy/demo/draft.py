"""A world while it is being written: sites take pages, and what is planted is noted where it is planted."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from html import escape
from random import Random
from typing import Any

from linkworthy import urls
from linkworthy.demo.model import TODAY, Answer, Chance, Fault, Host, LinkCase, World
from linkworthy.demo.page import Doc, a, p, text
from linkworthy.demo.plan import Plan, SitePlan
from linkworthy.demo.prose import Prose
from linkworthy.demo.templates import CLASS_NAMES, Skin, dress
from linkworthy.demo.words import Topic

HTML = (("content-type", "text/html; charset=utf-8"),)
_THEMES = ("lumen", "harrow", "paperleaf", "quartz", "northwind", "ember", "tidepool", "saffron", "birch", "meridian")


class SiteDraft:
    """One site that takes pages; they are dressed when the world is finished."""

    def __init__(self, draft: Draft, plan: SitePlan, skin: Skin) -> None:
        self.draft = draft
        self.plan = plan
        self.skin = skin
        self.docs: list[Doc] = []
        self.robots = "User-agent: *\nAllow: /\n"
        self.not_found: Answer | None = None
        self.is_twin = False
        self.aliases: tuple[str, ...] = ()
        self._raw: dict[str, Answer] = {}

    @property
    def origin(self) -> str:
        """Scheme and host."""
        return self.skin.origin

    def url(self, path: str) -> str:
        """Give the URL of a path."""
        return self.origin + path

    def prose(self, name: str, topic: Topic | None = None) -> Prose:
        """Give a writer with a random stream of its own."""
        return self.draft.prose(f"{self.plan.host} {name}", topic or self.plan.topic)

    def add(self, doc: Doc) -> str:
        """Take a page and give its URL."""
        self.docs.append(doc)
        return self.url(doc.path)

    def raw(self, path: str, answer: Answer) -> str:
        """Take an answer as it is and give its URL."""
        self._raw[path] = answer
        return self.url(path)

    def page(self, path: str, title: str, paragraphs: list[str], **more: Any) -> str:
        """Take a page of paragraphs whose text is HTML already; title serves as heading where none is given."""
        values = {"h1": title, "description": "", **more}
        return self.add(Doc(path=path, title=f"{title} | {self.skin.site}", main=p(*paragraphs), **values))

    def finish(self, answers: dict[str, Answer], hosts: dict[str, Host]) -> None:
        """Dress the pages and hand over host and answers."""
        for doc in self.docs:
            answers[self._key(doc.path)] = Answer(
                body=dress(doc, self.skin).encode(),
                headers=(*HTML, *doc.headers),
                delay_s=doc.delay_s,
                n_refusals=doc.n_refusals,
            )
        for path, answer in self._raw.items():
            answers[self._key(path)] = answer
        answers.setdefault(self._key("/robots.txt"), plain(self.robots + f"Sitemap: {self.url('/sitemap.xml')}\n"))
        answers.setdefault(self._key("/sitemap.xml"), self._sitemap())
        if self.skin.has_feed:
            answers.setdefault(self._key("/feed/"), self._feed())
        missing = Doc(path="/404", title="Page not found", h1="Page not found", main=p("There is no such page here."))
        not_found = self.not_found or Answer(status=404, body=dress(missing, self.skin).encode(), headers=HTML)
        for name in (self.plan.host, *self.aliases):
            hosts[name] = Host(
                name=name,
                role=self.plan.role,
                address=self.plan.address,
                schemes=("https", "http") if self.is_twin else self.plan.schemes,
                not_found=not_found,
                alias_of="" if name == self.plan.host else self.plan.host,
                twin_scheme="https" if self.is_twin else "",
            )

    def _key(self, path: str) -> str:
        return urls.normalise(self.url(path)) or ""

    def _sitemap(self) -> Answer:
        entries = "".join(
            f"<url><loc>{escape(self.url(doc.path))}</loc></url>\n" for doc in self.docs if doc.in_sitemap
        )
        body = (
            '<?xml version="1.0" encoding="UTF-8"?>\n'
            f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n{entries}</urlset>\n'
        )
        return Answer(body=body.encode(), headers=(("content-type", "application/xml"),))

    def _feed(self) -> Answer:
        items = "".join(
            f"<item><title>{text(doc.h1)}</title><link>{escape(self.url(doc.path))}</link>"
            f"<pubDate>{doc.published:%a, %d %b %Y} 08:30:00 GMT</pubDate></item>\n"
            for doc in self.docs
            if doc.published
        )
        body = (
            f'<?xml version="1.0" encoding="UTF-8"?>\n<rss version="2.0"><channel><title>{text(self.skin.site)}</title>'
            f"<link>{self.url('/')}</link><description>{text(self.skin.tagline)}</description>\n{items}</channel></rss>\n"
        )
        return Answer(body=body.encode(), headers=(("content-type", "application/rss+xml"),))


class Draft:
    """A world that is being written."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.gazetteer = plan.gazetteer
        self.owner = plan.owner
        self.trade = plan.owner.topic
        self.targets: dict[str, str] = {}
        """URLs of the owner's pages, by what they are."""
        self.links: list[LinkCase] = []
        self.faults: list[Fault] = []
        self.chances: list[Chance] = []
        self.facts: dict[str, str] = {}
        self.shop_docs: list[Doc] = []
        """The owner's pages, for whoever copies them."""
        self._sites: list[SiteDraft] = []

    def stream(self, *of: object) -> Random:
        """Give a random stream of its own for a name."""
        return Random(f"{self.plan.seed} {' '.join(map(str, of))}")

    def prose(self, name: str, topic: Topic) -> Prose:
        """Give a writer with a random stream of its own."""
        places = (self.gazetteer.town, *self.gazetteer.other_towns)
        return Prose(self.stream("prose", name), topic, self.gazetteer.people, places)

    def person(self, *of: object) -> str:
        """Draw a person."""
        return self.stream("person", *of).choice(self.gazetteer.people)

    def day(self, *of: object, oldest: int = 200, newest: int = 20) -> date:
        """Draw a day before the world's own."""
        return TODAY - timedelta(days=self.stream("day", *of).randint(newest, oldest))

    def open(self, plan: SitePlan, nav: tuple[tuple[str, str], ...], **looks: Any) -> SiteDraft:
        """Begin a site: its skin is drawn from its name, ``looks`` stand before what is drawn."""
        rng = self.stream("skin", plan.host)
        classes = {part: rng.choice(options) for part, options in CLASS_NAMES.items()}
        classes["theme"] = rng.choice(_THEMES)
        values: dict[str, Any] = {
            "style": plan.style,
            "origin": f"{plan.schemes[0]}://{plan.host}",
            "site": plan.title,
            "tagline": self.prose(f"{plan.host} tagline", plan.topic).fill("{A} {T} and {S}"),
            "nav": nav,
            "footer": f"&copy; {rng.randint(2009, 2024)}&ndash;2026 {text(plan.title)}, {self._far_town(rng)}",
            "ids": analytics(rng) if rng.random() < 0.6 else "",
            "variant": rng.randint(0, 9),
            "classes": classes,
            "has_feed": plan.style == "wordpress",
        }
        site = SiteDraft(self, plan, Skin(**{**values, **looks}))
        self._sites.append(site)
        return site

    def _far_town(self, rng: Random) -> str:
        return rng.choice(self.gazetteer.other_towns)

    def backlink(self, case: str, source: str, target: str, anchor: str, rel: str = "", **truth: Any) -> str:
        """Note a link to the owner and give its HTML; ``target`` is a name in ``targets`` or a URL."""
        url = self.targets.get(target, target)
        self.note(case, source, url, anchor, rel, **truth)
        return a(url, anchor, rel)

    def note(self, case: str, source: str, target: str, anchor: str, rel: str = "", **truth: Any) -> None:
        """Note a link to the owner that some export holds."""
        link = LinkCase(
            case=case,
            source_url=urls.normalise(source) or source,
            target_url=urls.normalise(self.targets.get(target, target)) or target,
            anchor=anchor,
            rel=rel,
            **truth,
        )
        self.links.append(link)

    def move(self, old: str, new: str) -> None:
        """Say that a linking page got another URL while it was written."""
        before, after = urls.normalise(old), urls.normalise(new) or new
        self.links = [replace(link, source_url=after) if link.source_url == before else link for link in self.links]

    def fault(self, rule: str, url: str, case: str, other_url: str = "") -> None:
        """Note a fault of the owner's site."""
        self.faults.append(Fault(rule=rule, url=url, case=case, other_url=other_url))

    def chance(self, kind: str, site: SiteDraft, path: str, *, is_required: bool = True) -> None:
        """Note a prospect."""
        self.chances.append(
            Chance(
                kind=kind, domain=urls.registrable_domain(site.plan.host), url=site.url(path), is_required=is_required
            )
        )

    def finish(self, links: tuple[LinkCase, ...]) -> World:
        """Close all sites; ``links`` are the noted ones, dated and reported."""
        answers: dict[str, Answer] = {}
        hosts: dict[str, Host] = {}
        for site in self._sites:
            site.finish(answers, hosts)
        titles = {site.url(doc.path): doc.title for site in self._sites for doc in site.docs}
        roles: dict[str, list[str]] = {}
        for site in self._sites:
            roles.setdefault(site.plan.role, []).append(site.plan.host)
        return World(
            seed=self.plan.seed,
            owner=self.owner,
            gazetteer=self.gazetteer,
            hosts=hosts,
            answers=answers,
            links=tuple(replace(link, title=titles.get(link.source_url, "")) for link in links),
            faults=tuple(self.faults),
            chances=tuple(self.chances),
            roles={role: tuple(found) for role, found in roles.items()},
            facts=dict(self.facts),
        )


def plain(body: str) -> Answer:
    """Answer with plain text."""
    return Answer(body=body.encode(), headers=(("content-type", "text/plain; charset=utf-8"),))


def redirect(url: str, status: int = 301) -> Answer:
    """Answer with a redirect."""
    body = f'<html><body><a href="{escape(url)}">Moved</a></body></html>'.encode()
    return Answer(status=status, body=body, headers=(*HTML, ("location", url)))


def analytics(rng: Random) -> str:
    """Write a measurement snippet with an identifier of its own."""
    code = "".join(rng.choice("ABCDEFGHJKLMNPQRSTUVWXYZ0123456789") for _ in range(10))
    return (
        "<script>window.dataLayer=window.dataLayer||[];function gtag(){dataLayer.push(arguments);}"
        f"gtag('js',new Date());gtag('config','G-{code}');</script>"
    )
