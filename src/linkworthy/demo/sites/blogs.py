"""Blogs: one of the trade with good and bought comments, one that only the competitor has found, and two more."""

from __future__ import annotations

from datetime import timedelta

from linkworthy.demo.draft import Draft
from linkworthy.demo.page import Comment, a, text, ul
from linkworthy.demo.sites.magazine import Article, Magazine, pointer
from linkworthy.demo.words.grammar import CHAT

_FLATTERY = (
    "Great post! Thanks for sharing this, I have bookmarked your site and told all my friends.",
    "Wow, amazing article. Keep up the good work, I will come back for more soon.",
    "Very informative post, this is exactly the info I was looking for. Cheers!",
    "I really like your blog, nice design too. Which plugin do you use for it?",
)


def write(draft: Draft) -> None:
    """Write the four blogs."""
    _trade_blog(draft)
    _other_blog(draft)
    _adjacent(draft)
    _mention(draft)


def _trade_blog(draft: Draft) -> None:
    owner = draft.owner
    blog = Magazine(draft, draft.plan.one("blog"), 7, takes_comments=True, sidebar=_blogroll(draft))
    rel = "external" if draft.plan.seed % 2 else "external nofollow ugc"
    counts = ("yes",) if rel == "external" else ("no",)
    first, second, third, fourth = blog.articles[0], blog.articles[1], blog.articles[2], blog.articles[3]
    first.say(
        pointer(
            draft,
            first.url,
            draft.backlink(
                "editorial link of a relevant blog",
                first.url,
                "home",
                owner.brand,
                verdicts=("keep",),
                rating=52,
                traffic=21_000,
            ),
        )
    )
    fourth.say(
        pointer(
            draft,
            fourth.url,
            draft.backlink(
                "editorial link of a relevant blog",
                fourth.url,
                "post-2",
                "this comparison",
                verdicts=("keep", "watch"),
                rating=52,
                traffic=21_000,
            ),
        )
    )
    for n, article in enumerate(blog.articles[:5]):
        _chatter(draft, blog, article, n)
    writer = blog.site.prose("thoughtful", draft.trade)
    author = draft.person("thoughtful")
    draft.backlink("thoughtful comment", second.url, "home", author, rel, counts=counts, rating=52, traffic=21_000)
    second.comments.append(
        Comment(
            author=author,
            html=text(writer.paragraph(4, CHAT)),
            day=second.day + timedelta(days=3),
            url=owner.url,
            rel=rel,
        )
    )
    bad_company = [f"https://{draft.plan.one('casino').host}/", f"http://{draft.plan.one('lure').host}/"]
    for n, article in enumerate((second, third)):
        keyword = draft.stream("bought", n).choice(draft.trade.money)
        target = draft.targets[f"category-{n}"]
        draft.backlink(
            "bought comment",
            article.url,
            f"category-{n}",
            keyword,
            rel,
            kinds=("comment",),
            allowed_kinds=("irrelevant", "automated"),
            verdicts=("act", "disavow", "watch"),
            counts=counts,
            rating=52,
            traffic=21_000,
        )
        words = draft.stream("flattery", n).sample(_FLATTERY, 3)
        article.comments.append(
            Comment(author=keyword, html=text(words[0]), day=article.day + timedelta(days=40 + n), url=target, rel=rel)
        )
        for other, line in zip(bad_company, words[1:], strict=True):
            article.comments.append(
                Comment(
                    author="best online casino" if "http:" not in other else "get more visitors",
                    html=text(line),
                    day=article.day + timedelta(days=50 + n),
                    url=other,
                    rel=rel,
                )
            )
    rival = draft.plan.one("competitor")
    blog.articles[5].say(pointer(draft, "rival of blog", a(f"https://{rival.host}/", rival.title)))
    blog.write()
    draft.chance("blog", blog.site, "/")


def _blogroll(draft: Draft) -> str:
    others = (draft.plan.one("forum"), draft.plan.one("adjacent"), draft.plan.one("directory-niche"))
    return "<h3>Reading elsewhere</h3>" + ul(a(f"{o.schemes[0]}://{o.host}/", o.title) for o in others)


def _chatter(draft: Draft, blog: Magazine, article: Article, n: int) -> None:
    """Add comments of readers who have something to say and nothing to sell."""
    writer = blog.site.prose(f"chatter {n}", draft.trade)
    for reply in range(2):
        article.comments.append(
            Comment(
                author=draft.person(blog.site.plan.host, "reader", n, reply),
                html=text(writer.paragraph(2, CHAT)),
                day=article.day + timedelta(days=2 + reply),
            )
        )


def _other_blog(draft: Draft) -> None:
    rival = draft.plan.one("competitor")
    blog = Magazine(draft, draft.plan.one("blog-two"), 5, takes_comments=True)
    blog.articles[0].say(pointer(draft, "rival of blog two", a(f"https://{rival.host}/", rival.title)))
    blog.articles[2].say(pointer(draft, "rival guide", a(f"https://{rival.host}/guide", "their guide")))
    draft.facts["blog-two page"] = blog.articles[0].url
    for n, article in enumerate(blog.articles[:3]):
        _chatter(draft, blog, article, n)
    blog.write()
    draft.chance("blog", blog.site, "/")


def _adjacent(draft: Draft) -> None:
    blog = Magazine(draft, draft.plan.one("adjacent"), 5)
    article = blog.articles[1]
    link = draft.backlink(
        "editorial link of an adjacent site", article.url, "post-3", draft.owner.brand, rating=41, traffic=6_500
    )
    article.say(pointer(draft, article.url, link))
    blog.write()


def _mention(draft: Draft) -> None:
    blog = Magazine(draft, draft.plan.one("mention"), 4, takes_comments=True)
    article = blog.articles[0]
    article.say(text(f"{draft.owner.brand} has had the right idea about this for years."))
    draft.note(
        "mention without a link",
        article.url,
        "home",
        "",
        states=("gone",),
        counts=("not known", "no"),
        verdicts=("act", "watch", "not known", "keep"),
        rating=33,
        traffic=1_800,
        reporters=("list",),
    )

    blog.write()
    draft.chance("mention", blog.site, article.path)
