"""Linking pages that are hard to read or do not count: noindexed, canonicalised away, rate limited, silent, gone."""

from __future__ import annotations

from linkworthy.demo.draft import Draft
from linkworthy.demo.model import Answer
from linkworthy.demo.sites.magazine import Magazine, pointer


def write(draft: Draft) -> None:
    """Write all of them."""
    _noindexed(draft)
    _canonicalised(draft)
    _limited(draft)
    _silent(draft)
    _removed(draft)
    _vanished(draft)


def _noindexed(draft: Draft) -> None:
    site = Magazine(draft, draft.plan.one("noindexed"), 3)
    article = site.articles[0]
    link = draft.backlink(
        "noindexed linking page",
        article.url,
        "product-8",
        draft.owner.brand,
        counts=("no",),
        counts_reason="noindex",
        verdicts=("keep", "watch", "act"),
        rating=21,
        traffic=300,
    )
    article.say(pointer(draft, article.url, link))
    article.fields = {"headers": (("x-robots-tag", "noindex"),)} if draft.plan.seed % 2 else {"robots": "noindex"}
    site.write()


def _canonicalised(draft: Draft) -> None:
    site = Magazine(draft, draft.plan.one("canonicalised"), 4)
    article = site.articles[0]
    link = draft.backlink(
        "linking page canonicalised away",
        article.url,
        "product-9",
        draft.owner.brand,
        counts=("no",),
        counts_reason="canonicalised",
        verdicts=("keep", "watch", "act"),
        rating=27,
        traffic=650,
    )
    article.say(pointer(draft, article.url, link))
    article.fields = {"canonical": site.articles[1].url, "in_sitemap": False}
    site.write()


def _limited(draft: Draft) -> None:
    site = Magazine(draft, draft.plan.one("limited"), 3)
    article = site.articles[0]
    link = draft.backlink(
        "linking page that answers 429 first", article.url, "product-10", draft.owner.brand, rating=34, traffic=2_100
    )
    article.say(pointer(draft, article.url, link))
    article.fields = {"n_refusals": 1}
    draft.facts["limited_url"] = article.url
    site.write()


def _silent(draft: Draft) -> None:
    site = Magazine(draft, draft.plan.one("silent"), 1)
    url = site.site.raw("/long-read.html", Answer(is_never=True))
    draft.note(
        "linking page that never answers",
        url,
        "product-11",
        draft.owner.brand,
        states=("could not check",),
        reason="timeout",
        counts=("not known",),
        verdicts=("not known", "keep", "watch"),
        rating=19,
        traffic=150,
    )
    draft.facts["silent_url"] = url
    site.write()


def _removed(draft: Draft) -> None:
    site = Magazine(draft, draft.plan.one("removed"), 3)
    draft.note(
        "link removed from its page",
        site.articles[0].url,
        "product-4",
        draft.owner.brand,
        states=("gone",),
        reason="link-removed",
        counts=("no", "not known"),
        verdicts=("act", "watch", "not known", "keep"),
        rating=36,
        traffic=3_000,
    )
    site.write()
    draft.chance("lost", site.site, site.articles[0].path)


def _vanished(draft: Draft) -> None:
    site = Magazine(draft, draft.plan.one("vanished"), 3)
    path = site.articles[0].path
    draft.note(
        "linking page that is gone",
        site.articles[0].url,
        "product-5",
        draft.owner.brand,
        states=("gone",),
        reason="page-404",
        counts=("no", "not known"),
        verdicts=("act", "watch", "not known", "keep"),
        rating=30,
        traffic=800,
    )
    site.articles = site.articles[1:]
    site.write()
    draft.chance("lost", site.site, path)
