"""Links to avoid: network, automated blast, footer link, irrelevant site; and a scraper, which is harmless."""

from __future__ import annotations

from random import Random

from linkworthy.demo.draft import Draft, SiteDraft
from linkworthy.demo.names import slug
from linkworthy.demo.page import Doc, a, p, text, ul
from linkworthy.demo.plan import SitePlan
from linkworthy.demo.sites.magazine import Magazine, pointer
from linkworthy.demo.templates import CLASS_NAMES
from linkworthy.demo.words import OFF_TOPIC, Topic
from linkworthy.demo.words.grammar import OFFICE

_SPUN = (
    (
        "{buy|order|get} {a} {thing} {online|here|today}",
        "{cheap|discount|best} {thing} {sale|deals|offers}",
        "{top|best} {thing} {shop|store}",
    ),
    ("Visit", "See", "Check out", "Have a look at", "Click"),
)


def write(draft: Draft) -> None:
    """Write all of them."""
    _network(draft)
    for plan in draft.plan.sites["blast"]:
        _blast(draft, plan)
    _sitewide(draft)
    _irrelevant(draft)
    _scraper(draft)


def _network(draft: Draft) -> None:
    """Write five blogs of one owner: one identifier, template and address, a money link each, linked to each other."""
    plans = draft.plan.sites["network"]
    rng = draft.stream("network")
    publisher = "".join(rng.choice("123456789") for _ in range(16))
    ids = (
        f"<script>window.dataLayer=window.dataLayer||[];function gtag(){{dataLayer.push(arguments);}}"
        f"gtag('js',new Date());gtag('config','G-N{rng.randint(10**8, 10**9 - 1)}');</script>"
        f'<script>google_ad_client="ca-pub-{publisher}";google_ad_slot="1";</script>'
    )
    classes = {part: rng.choice(options) for part, options in CLASS_NAMES.items()} | {"theme": "adpress"}
    money = rng.sample(draft.trade.money, 5)
    for n, plan in enumerate(plans):
        siblings = ul((a(f"https://{other.host}/", other.title) for other in plans if other is not plan), "blogroll")
        blog = Magazine(
            draft,
            plan,
            4,
            topics=(OFF_TOPIC[n % 3], OFF_TOPIC[(n + 1) % 3], draft.trade),
            is_anonymous=True,
            ids=ids,
            classes=classes,
            variant=4,
            footer=f"<p>Partner sites</p>{siblings}",
            sidebar="<h3>Latest</h3>",
        )
        article = blog.articles[2]
        link = draft.backlink(
            "link network",
            article.url,
            f"category-{n % 4}",
            money[n],
            kinds=("network",),
            allowed_kinds=("irrelevant", "automated"),
            verdicts=("disavow", "act"),
            rating=rng.randint(38, 57),
            traffic=rng.randint(0, 4),
        )
        article.say(pointer(draft, article.url, link))
        other = a(f"https://{slug(OFF_TOPIC[n % 3].name)}-{rng.randint(2, 99)}.example/", OFF_TOPIC[n % 3].things[n])
        blog.articles[0].say(text(blog.site.prose("money").fill("Compare {T} at ")) + other + ".")
        blog.write()


def _blast(draft: Draft, plan: SitePlan) -> None:
    """Write a page that a program left on open-submission software."""
    rng = draft.stream("blast", plan.host)
    number = rng.randint(1200, 98_000)
    user = "".join(rng.choice("bcdfghklmnprstvz") + rng.choice("aeiou") for _ in range(3)) + str(rng.randint(11, 99))
    path = {
        "wiki": f"/index.php?title=User:{user.title()}",
        "guestbook": f"/guestbook.php?page={number % 40}",
        "phpbb": f"/memberlist.php?mode=viewprofile&u={number}",
        "divs": f"/index.php?option=com_blog&view=profile&id={number}",
    }[plan.style]
    site = draft.open(plan, (("Main page", "/"), ("Recent changes", "/recent"), ("Register", "/register")))
    anchor = _spin(rng, draft)
    link = draft.backlink(
        "automated link blast",
        site.url(path),
        rng.choice(("home", "category-0", "category-1", "category-3")),
        anchor,
        kinds=("automated",),
        allowed_kinds=("irrelevant", "comment", "network"),
        verdicts=("disavow", "act"),
        rating=rng.randint(0, 12),
        traffic=rng.randint(0, 3),
        reporters=("ahrefs",) if rng.random() < 0.85 else ("gsc", "ahrefs"),
    )
    site.add(_blast_page(plan, path, user, _blast_words(draft, site, rng, link), anchor))
    writer = site.prose("/")
    site.add(Doc(path="/", title=plan.title, h1=plan.title, main=_cell(plan, p(*map(text, writer.paragraphs(2))))))


def _spin(rng: Random, draft: Draft) -> str:
    thing = rng.choice(draft.trade.things)
    pattern = rng.choice(_SPUN[0]).replace("{a} {thing}", thing).replace("{thing}", thing)
    while "{" in pattern:
        head, _, rest = pattern.partition("{")
        options, _, tail = rest.partition("}")
        pattern = head + rng.choice(options.split("|")) + tail
    return pattern


def _blast_words(draft: Draft, site: SiteDraft, rng: Random, link: str) -> list[str]:
    """Write an off-topic introduction, the link, and links of other customers of the same program."""
    own = site.prose("blast")
    topics = rng.sample(OFF_TOPIC, 2)
    junk = [_junk(rng, topic) for topic in topics for _ in range(rng.randint(2, 4))]
    casino = draft.plan.one("casino")
    junk.append(a(f"https://{casino.host}/", rng.choice(casino.topic.money)))
    intro = text(own.fill("My name is {N} from {place}. I love {G} and {G} {often}."))
    extra = text(own.paragraph(4, topic=topics[0]))
    return [intro, extra, f"{rng.choice(_SPUN[1])} {link}.", " ".join(junk)]


def _junk(rng: Random, topic: Topic) -> str:
    host = f"{slug(rng.choice(topic.things))}-{rng.randint(100, 999)}.example"
    return f"{rng.choice(_SPUN[1])} {a(f'https://{host}/', rng.choice(topic.things))}."


def _blast_page(plan: SitePlan, path: str, user: str, paragraphs: list[str], anchor: str) -> Doc:
    title = {"wiki": f"User:{user.title()}", "guestbook": "Guestbook", "phpbb": f"Viewing profile - {user}"}.get(
        plan.style, anchor.title()
    )
    return Doc(path=path, title=f"{title} - {plan.title}", h1=title, main=_cell(plan, p(*paragraphs)), kind="profile")


def _cell(plan: SitePlan, html: str) -> str:
    return f"<tr><td>{html}</td></tr>" if plan.style == "guestbook" else html


def _sitewide(draft: Draft) -> None:
    plan = draft.plan.one("sitewide")
    anchor = draft.trade.money[0]
    footer = f"<p>Friends: {a(draft.targets['category-1'], anchor)}</p>"
    site = Magazine(draft, plan, 8, patterns=OFFICE, footer=footer)
    site.write()
    for doc in site.site.docs:
        draft.note(
            "sitewide link of an irrelevant site",
            site.site.url(doc.path),
            "category-1",
            anchor,
            kinds=("sitewide",),
            allowed_kinds=("irrelevant",),
            verdicts=("act", "disavow", "watch"),
            rating=18,
            traffic=240,
        )


def _irrelevant(draft: Draft) -> None:
    site = Magazine(draft, draft.plan.one("irrelevant"), 5, patterns=OFFICE)
    article = site.articles[1]
    link = draft.backlink(
        "irrelevant site",
        article.url,
        "home",
        draft.owner.brand,
        kinds=("irrelevant",),
        verdicts=("watch", "act", "keep"),
        rating=24,
        traffic=700,
    )
    writer = site.site.prose("irrelevant")
    article.body += map(text, writer.paragraphs(2, OFFICE))
    article.say(f"{text(writer.fill('My cousin does {G} for'))} {link}.")
    site.write()


def _scraper(draft: Draft) -> None:
    """Copy the owner's article with its links, between copies of what is taken elsewhere."""
    site = draft.open(draft.plan.one("scraper"), (("Home", "/"), ("Latest", "/latest.html")), ids="")
    original = next(doc for doc in draft.shop_docs if draft.owner.url.rstrip("/") + doc.path == draft.targets["post-8"])
    path = f"/mirror/{slug(original.h1)}.html"
    copied = original.main.replace('href="/', f'href="{draft.owner.url}')
    site.add(Doc(path=path, title=original.h1, h1=original.h1, main=copied))
    product = next(key for key in draft.targets if draft.targets[key] in copied and key.startswith("product-"))
    anchor = copied.partition(draft.targets[product])[2].partition(">")[2].partition("<")[0]
    draft.note(
        "scraper",
        site.url(path),
        product,
        anchor,
        allowed_kinds=("automated",),
        verdicts=("watch", "keep", "not known", "act"),
        rating=6,
        traffic=12,
    )
    for n in range(3):
        writer = draft.prose(f"scraper {n}", OFF_TOPIC[n])
        title = writer.headline()
        site.add(
            Doc(path=f"/mirror/{slug(title)}-{n}.html", title=title, h1=title, main=p(*map(text, writer.paragraphs(3))))
        )
    opening = p(text(draft.prose("scraper", OFF_TOPIC[0]).paragraph(3)))
    listed = opening + ul(a(doc.path, doc.h1) for doc in site.docs)
    site.add(Doc(path="/", title=site.plan.title, h1=site.plan.title, main=listed))
