"""A site of a start page and articles: the form that blogs, newspapers and hobby pages share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from linkworthy.demo.draft import Draft, SiteDraft
from linkworthy.demo.names import slug
from linkworthy.demo.page import Comment, Doc, a, p, text, ul
from linkworthy.demo.plan import SitePlan
from linkworthy.demo.sites.shop import describe
from linkworthy.demo.words import Topic
from linkworthy.demo.words.grammar import CLAUSES


@dataclass(slots=True, kw_only=True)
class Article:
    """One article while it is written; its paragraphs are HTML."""

    title: str
    path: str
    url: str
    body: list[str]
    author: str
    day: date
    comments: list[Comment] = field(default_factory=list)
    fields: dict[str, Any] = field(default_factory=dict)

    def say(self, sentence: str, n: int = 1) -> None:
        """Put a sentence of HTML behind the first sentence of the n-th paragraph."""
        head, dot, tail = self.body[n % len(self.body)].partition(". ")
        self.body[n % len(self.body)] = f"{head}. {sentence} {tail}" if dot else f"{head} {sentence}"


class Magazine:
    """A start page, an about page and articles; write them with :meth:`write` when all links are in."""

    def __init__(
        self,
        draft: Draft,
        plan: SitePlan,
        n_articles: int,
        *,
        topics: Sequence[Topic] = (),
        patterns: Sequence[str] = CLAUSES,
        authors: int = 2,
        is_anonymous: bool = False,
        takes_comments: bool = False,
        **looks: Any,
    ) -> None:
        self.draft = draft
        self.takes_comments = takes_comments
        self._about = "/about.htm" if plan.style == "tables" else "/about/"
        nav = (("Home", "/"), ("About", self._about))
        self.site: SiteDraft = draft.open(plan, looks.pop("nav", nav), **looks)
        self.articles: list[Article] = []
        self.home_extra = ""
        subjects = topics or (plan.topic,)
        while len(self.articles) < n_articles:
            n = len(self.articles)
            self._plan_article(n, subjects[n % len(subjects)], patterns, 0 if is_anonymous else authors)

    @property
    def url(self) -> str:
        """The start page."""
        return self.site.url("/")

    def write(self) -> None:
        """Write all pages."""
        self._home()
        writer = self.site.prose("about")
        name = self.draft.person(self.site.plan.host, "about")
        self.site.page(
            self._about,
            "About",
            [text(words) for words in (*writer.paragraphs(2), f"Questions go to {name}.")],
            description=describe(writer),
        )
        for article in self.articles:
            values: dict[str, Any] = {
                "path": article.path,
                "title": f"{article.title} - {self.site.skin.site}",
                "h1": article.title,
                "description": describe(self.site.prose(f"{article.path} summary")),
                "main": p(*article.body),
                "author": article.author,
                "published": article.day,
                "comments": tuple(article.comments),
                "takes_comments": self.takes_comments,
                "kind": "article",
            }
            self.site.add(Doc(**{**values, **article.fields}))

    def _plan_article(self, n: int, topic: Topic, patterns: Sequence[str], authors: int) -> None:
        plan = self.site.plan
        writer = self.site.prose(f"article {n}", topic)
        title = writer.headline()
        day = self.draft.day(plan.host, n, oldest=420, newest=25)
        name = slug(title)
        path = {
            "wordpress": f"/{day:%Y/%m}/{name}/",
            "divs": f"/{name}.html",
            "tables": f"/{name[:24].strip('-')}{n}.htm",
        }.get(plan.style, f"/articles/{name}")
        if any(article.path == path for article in self.articles):
            path = path.replace(name, f"{name}-{n}")
        self.articles.append(
            Article(
                title=title,
                path=path,
                url=self.site.url(path),
                body=[text(words) for words in writer.paragraphs(writer.rng.randint(3, 4), patterns)],
                author=self.draft.person(plan.host, n % authors) if authors else "",
                day=day,
            )
        )

    def _home(self) -> None:
        writer = self.site.prose("home")
        items = (f"{a(article.path, article.title)} {text(writer.sentence())}" for article in self.articles)
        self.site.add(
            Doc(
                path="/",
                title=f"{self.site.skin.site}: {self.site.skin.tagline}",
                h1=self.site.skin.site,
                description=describe(writer),
                main=p(text(writer.paragraph(3))) + ul(items) + self.home_extra,
                kind="home",
            )
        )


def pointer(draft: Draft, key: str, link: str) -> str:
    """Write a sentence around a link, each time another."""
    writer = draft.prose(f"pointer {key}", draft.trade)
    pattern = writer.rng.choice(
        (
            "For {T} of {S} I went to % {time}, and the {P} held.",
            "{N} pointed me to % when {W} came up.",
            "The people at % know how to {V} the {P}.",
            "Much of this about {T} is explained at %, with pictures of each {P}.",
            "When {G} got serious, % had {A} {T} in stock.",
            "I compared {A} {T} with those of %, down to the {P}.",
            "There is more on {W} and {S} at %, written by {H}.",
        )
    )
    return text(writer.fill(pattern)).replace("%", link)
