"""The owner's shop as it should be: start page, categories, products, journal and information pages."""

from __future__ import annotations

from linkworthy.demo.draft import Draft
from linkworthy.demo.names import slug
from linkworthy.demo.page import Doc, a, p, text, ul
from linkworthy.demo.prose import Prose

N_PRODUCTS = 16
N_POSTS = 9
INFORMATION = ("About us", "Delivery", "Returns", "Stockists")


class Shop:
    """Paths and pages of the shop while it is written; faults are put in by ``shop_faults``."""

    def __init__(self, draft: Draft) -> None:
        rng = draft.stream("shop")
        trade, owner = draft.trade, draft.owner
        self.draft = draft
        self.wares = rng.choice(("/products/", "/shop/", "/catalogue/"))
        self.journal = rng.choice(("/journal/", "/guides/", "/advice/"))
        ending = rng.choice(("", ".html"))
        self.categories = [(name, f"/{slug(name)}/") for name in trade.ranges]
        traits = rng.sample(trade.traits, 8)
        things = rng.sample(trade.things, min(len(trade.things), N_PRODUCTS))
        pairs = [(traits[n % 8], things[n % len(things)]) for n in range(N_PRODUCTS)]
        self.products = [(f"{t} {g}".capitalize(), f"{self.wares}{slug(f'{t} {g}')}{ending}") for t, g in pairs]
        self.posts = self._plan_posts()
        self.information = [(name, f"/{slug(name)}") for name in INFORMATION]
        nav = (
            ("Home", "/"),
            *self.categories,
            ("Journal", self.journal),
            ("About us", "/about-us"),
            ("Contact", "/contact"),
        )
        self.site = draft.open(draft.plan.one("owner"), nav, footer=self._footer(), variant=rng.randint(0, 9))
        self.site.is_twin = True
        self.site.aliases = (f"www.{owner.host}",)
        self.extra: dict[str, list[str]] = {}
        """Sentences of HTML that faults put on a page, by its path."""
        self.looks: dict[str, dict[str, object]] = {}
        """Fields of a page that faults change, by its path."""

    def url(self, path: str) -> str:
        """Give the URL of a path."""
        return self.site.url(path)

    def write(self) -> None:
        """Write every sound page, with what faults have put into it."""
        self._home()
        for n, (name, path) in enumerate(self.categories):
            self._category(n, name, path)
        for n, (name, path) in enumerate(self.products):
            self._product(n, name, path)
        self._journal_index()
        for n, (title, path) in enumerate(self.posts):
            self._post(n, title, path)
        for name, path in self.information:
            self._information(name, path)
        self._contact()

    def name_targets(self) -> None:
        """Give other sites the names of pages that they may link to."""
        targets = self.draft.targets
        targets["home"] = self.url("/")
        for kind, pages in (("category", self.categories), ("product", self.products), ("post", self.posts)):
            targets.update({f"{kind}-{n}": self.url(path) for n, (_, path) in enumerate(pages)})
        targets.update({slug(name): self.url(path) for name, path in self.information})

    def add(self, doc: Doc) -> str:
        """Take a page with the extra sentences and changed fields of its path."""
        values = {name: getattr(doc, name) for name in Doc.__dataclass_fields__}
        values.update(self.looks.get(doc.path, {}))
        values["main"] = str(values["main"]) + p(*self.extra.get(doc.path, ()))
        return self.site.add(Doc(**values))

    def title(self, words: str) -> str:
        """Give a page title with the brand."""
        return f"{words} | {self.draft.owner.brand}"

    def _plan_posts(self) -> list[tuple[str, str]]:
        writer = self.draft.prose("shop posts", self.draft.trade)
        titles: dict[str, str] = {}
        while len(titles) < N_POSTS:
            title = writer.headline()
            titles.setdefault(slug(title), title)
        return [(title, f"{self.journal}{name}") for name, title in titles.items()]

    def _footer(self) -> str:
        gazetteer, owner = self.draft.gazetteer, self.draft.owner
        address = f"{gazetteer.street}, {gazetteer.town} {gazetteer.postcode}" if owner.is_local else "Online only"
        telephone = gazetteer.telephone
        links = " ".join(a(path, name) for name, path in self.information)
        return (
            f"<p>{text(owner.brand)}, <address>{text(address)}</address> "
            f'<a href="tel:{telephone.replace(" ", "")}">{telephone}</a></p><p>{links}</p>'
        )

    def _home(self) -> None:
        writer = self.site.prose("/")
        town = self.draft.gazetteer.town
        place = f" in {town}" if self.draft.owner.is_local else ""
        name = self.draft.trade.name
        shown = ul((a(path, title) for title, path in self.products), "featured")
        self.add(
            Doc(
                path="/",
                title=self.title(f"{name.capitalize()}{place}"),
                h1=f"{name.capitalize()}{place}",
                description=describe(writer),
                main=p(*map(text, writer.paragraphs(3))) + shown + p(text(writer.paragraph(3))),
                kind="home",
                schema=self._organisation(),
            )
        )

    def _organisation(self) -> dict[str, object]:
        owner, gazetteer = self.draft.owner, self.draft.gazetteer
        data: dict[str, object] = {"@type": "Organization", "name": owner.brand, "url": owner.url}
        if owner.is_local:
            data["@type"] = "Store"
            data["telephone"] = gazetteer.telephone
            data["address"] = {
                "@type": "PostalAddress",
                "streetAddress": gazetteer.street,
                "addressLocality": gazetteer.town,
                "postalCode": gazetteer.postcode,
            }
        return data

    def _category(self, n: int, name: str, path: str) -> None:
        writer = self.site.prose(path)
        items = (f"{a(url, title)}: {text(writer.sentence())}" for title, url in self.products[n::4])
        self.add(
            Doc(
                path=path,
                title=self.title(f"{name}: {writer.fill('{A} and {A2}')}"),
                h1=name,
                description=describe(writer),
                main=p(*map(text, writer.paragraphs(2))) + ul(items, "grid") + p(text(writer.paragraph(2))),
                kind="listing",
                crumbs=(("Home", "/"),),
            )
        )

    def _product(self, n: int, name: str, path: str) -> None:
        writer = self.site.prose(path)
        price = writer.rng.randint(12, 180)
        others = [self.products[(n + step) % N_PRODUCTS] for step in (1, 4, 7)]
        category, category_path = self.categories[n % 4]
        self.add(
            Doc(
                path=path,
                title=self.title(f"{name} {writer.fill('in {S}')}"),
                h1=name,
                description=describe(writer),
                main=p(*map(text, writer.paragraphs(3)), f"&pound;{price}.00 <button>Add to basket</button>")
                + ul(a(url, title) for title, url in others),
                kind="product",
                crumbs=(("Home", "/"), (category, category_path)),
                schema={
                    "@type": "Product",
                    "name": name,
                    "offers": {"@type": "Offer", "price": str(price), "priceCurrency": "GBP"},
                },
            )
        )

    def _journal_index(self) -> None:
        writer = self.site.prose(self.journal)
        items = (f"{a(path, title)} {text(writer.sentence())}" for title, path in self.posts)
        self.add(
            Doc(
                path=self.journal,
                title=self.title(writer.fill("Notes on {T}")),
                h1="Journal",
                description=describe(writer),
                main=p(text(writer.paragraph())) + ul(items),
                kind="listing",
                crumbs=(("Home", "/"),),
            )
        )

    def _post(self, n: int, title: str, path: str) -> None:
        writer = self.site.prose(path)
        author = self.draft.person("shop author", n % 2)
        day = self.draft.day("post", n, oldest=700, newest=60)
        product, product_path = self.products[n % N_PRODUCTS]
        body = [text(words) for words in writer.paragraphs(5)]
        body[2] += f" We keep {a(product_path, product.lower())} for that."
        self.add(
            Doc(
                path=path,
                title=self.title(title),
                h1=title,
                description=describe(writer),
                main=p(*body),
                author=author,
                published=day,
                kind="article",
                crumbs=(("Home", "/"), ("Journal", self.journal)),
                schema={
                    "@type": "Article",
                    "headline": title,
                    "datePublished": str(day),
                    "author": {"@type": "Person", "name": author},
                },
            )
        )

    def _information(self, name: str, path: str) -> None:
        writer = self.site.prose(path)
        self.add(
            Doc(
                path=path,
                title=self.title(f"{name}: {writer.fill('{T} and {S}')}"),
                h1=name,
                description=describe(writer),
                main=p(*map(text, writer.paragraphs(3))),
                crumbs=(("Home", "/"),),
            )
        )

    def _contact(self) -> None:
        owner = self.draft.owner
        writer = self.site.prose("/contact")
        form = (
            '<form method="post" action="/contact"><label>Name <input name="name"></label>'
            '<label>Message <textarea name="message"></textarea></label><button>Send</button></form>'
        )
        mail = f'<a href="mailto:hello@{owner.host}">hello@{owner.host}</a>'
        self.add(
            Doc(
                path="/contact",
                title=self.title(writer.fill("Contact us about {T}")),
                h1="Contact",
                description=describe(writer),
                main=p(text(writer.paragraph()), f"Write to {mail}.") + form,
                crumbs=(("Home", "/"),),
            )
        )


def describe(writer: Prose) -> str:
    """Write a meta description of 70 to 150 characters."""
    whole = writer.sentence()
    while len(whole) < 80:
        whole += f" {writer.sentence()}"
    return whole if len(whole) <= 150 else whole[:150].rsplit(" ", 1)[0].rstrip(",;")
