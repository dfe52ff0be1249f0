"""A small web for tests of the command: a shop of fifteen pages, and a dozen pages that link to it."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from linkworthy.site import Limits, Network, SiteConfig
from tests.support.server import Answer, Server, Talk, answer, redirect
from tests.support.websites import page, text, websites

SHOP = "http://shop.example/"
ESCAPE = "\x1b]0;owned\x07\x1b[31mred"
"""What a hostile page writes to take over a terminal."""

_TEA = (
    "Our green tea comes from small gardens on the hills above the lake. The leaves are picked in spring, steamed and "
    "dried within a day, and every tin tells the name of the garden. A good pot wants soft water and two minutes."
)
_POTS = (
    "A tea pot of cast iron keeps the heat for an hour. The lid should sit tight, the spout should not drip, and the "
    "handle must stay cool. We sell pots from four workshops and repair each of them."
)
_BLOG = (
    "Last week a friend brought a tin of green tea from a shop that sells nothing else. The leaves unfold, the cup "
    "smells of fresh grass, and the second brew is better than the first. The pot that she uses keeps the water warm."
)
_LINK = '<a href="http://shop.example/{path}"{rel}>{anchor}</a>'


def link(path: str = "", anchor: str = "Good Tea", rel: str = "") -> str:
    """Give a link to the shop."""
    return _LINK.format(path=path, anchor=anchor, rel=f' rel="{rel}"' if rel else "")


def _shop() -> dict[str, Answer]:
    menu = ("/", "/tea/", "/pots/", "/about", "/contact")
    pages: dict[str, Answer] = {
        "/": page("Good Tea", *menu, "/news", "/old-chain", "http://blog.example/tea", text=_TEA + " " + _POTS),
        "/tea/": page("Green tea", *menu, "/tea/sencha", "/tea/gyokuro", "/tea/matcha", text=_TEA),
        "/pots/": page("Tea pots", *menu, "/pots/iron", "/pots/clay", "/missing", text=_POTS),
        "/about": page("About us", *menu, text="We are four people who like tea and pots, and little else."),
        "/contact": page("Contact", *menu, "mailto:shop@shop.example"),
        "/news": page("News", *menu, "http://gone.example/", "http://news.example/story"),
        "/tea/sencha": page("Sencha", *menu, text=_TEA),
        "/tea/gyokuro": page("Gyokuro", *menu, text=_TEA),
        "/tea/matcha": page("Matcha", *menu, head='<link rel="canonical" href="http://shop.example/tea/">', text=_TEA),
        "/pots/iron": page("Iron pots", *menu, text=_POTS),
        "/pots/clay": page("Clay pots", *menu, head='<meta name="robots" content="noindex">', text=_POTS),
        "/old-chain": redirect("/older-chain"),
        "/older-chain": redirect("/about"),
        "/evil": page(f"=cmd|'/c calc'!A1 {ESCAPE}", *menu),
        "/robots.txt": text("User-agent: *\nDisallow: /private/\nSitemap: http://shop.example/sitemap.xml\n"),
        "/sitemap.xml": answer(
            b'<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">'
            b"<url><loc>http://shop.example/evil</loc></url><url><loc>http://shop.example/tea/</loc></url></urlset>",
            headers={"Content-Type": "application/xml"},
        ),
    }
    return pages


def _linking() -> dict[str, dict[str, Answer]]:
    elsewhere = '<a href="http://forum.example/">a forum</a> <a href="http://club.example/">a club</a>'
    return {
        "blog.example": {
            "/": page("A tea blog", "/tea", "/pot", "/about"),
            "/tea": page("Tea I liked", link(), elsewhere, text=_BLOG),
            "/pot": page("A pot I liked", link("pots/iron", "this iron pot"), elsewhere, text=_BLOG + " " + _POTS),
            "/lost": page("Nothing here any more", text=_BLOG),
        },
        "forum.example": {
            "/": page("Tea forum", "/t/1"),
            "/t/1": page("Where to buy?", link("tea/", "shop.example/tea", "nofollow ugc"), text=_BLOG),
        },
        "news.example": {"/story": page("Local news", link("deleted-page", "the shop's own story"), text=_BLOG)},
        "list.example": {"/tea": page("Tea shops", link(), '<a href="http://rival.example/">Rival</a>', text=_TEA)},
        "spam1.example": {"/p": page("Best pills", link("", "buy cheap tea online"))},
        "spam2.example": {"/p": page("Best loans", link("", "buy cheap tea online"))},
        "evil.example": {"/p": page(f"Evil {ESCAPE}", link("evil", f"=HYPERLINK(1) {ESCAPE}"))},
        "private.example": {"/p": page("Private", link()), "/robots.txt": text("User-agent: *\nDisallow: /\n")},
        "gone.example": {"/": answer(b"gone", "410 Gone")},
        "rival.example": {"/": page("Rival tea", text=_TEA)},
        "fans.example": {"/tea": page("Fans of tea", '<a href="http://rival.example/">Rival</a>', text=_BLOG)},
        "club.example": {"/": page("Tea club", "/join", text=_BLOG)},
    }


@dataclass
class SmallWeb:
    """The web while it is served."""

    server: Server
    config: SiteConfig
    refusals: Counter[str] = field(default_factory=Counter)
    """How often each page was refused with 429 so far; emptied, the page refuses once more."""

    def write_list(self, folder: Path) -> Path:
        """Write what the owner knows: a table of linking pages."""
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / "list.csv"
        rows = [
            ("http://blog.example/tea", SHOP, "Good Tea"),
            ("http://blog.example/pot", f"{SHOP}pots/iron", "this iron pot"),
            ("http://blog.example/lost", SHOP, "Good Tea"),
            ("http://forum.example/t/1", f"{SHOP}tea/", "shop.example/tea"),
            ("http://news.example/story", f"{SHOP}deleted-page", "the shop's own story"),
            ("http://list.example/tea", SHOP, "Good Tea"),
            ("http://spam1.example/p", SHOP, "buy cheap tea online"),
            ("http://spam2.example/p", SHOP, "buy cheap tea online"),
            ("http://evil.example/p", f"{SHOP}evil", "=HYPERLINK(1)"),
            ("http://private.example/p", SHOP, "Good Tea"),
            ("http://gone.example/", SHOP, "tea"),
            ("http://busy.example/p", SHOP, "Good Tea"),
            ("http://fans.example/tea", "http://rival.example/", "Rival"),
        ]
        lines = ["Source URL,Target URL,Anchor,First seen"]
        lines += [f'{page},{own},"{anchor}",2026-0{1 + n % 9}-11' for n, (page, own, anchor) in enumerate(rows)]
        path.write_text("\n".join([*lines, "not a url,,,"]) + "\n", encoding="utf-8")
        return path


@contextmanager
def small_web(extra: Mapping[str, Mapping[str, Answer]] | None = None) -> Iterator[SmallWeb]:
    """Serve the small web from a thread of its own; ``extra`` adds or replaces whole hosts."""
    refusals: Counter[str] = Counter()

    async def busy(talk: Talk) -> None:
        refusals["busy"] += 1
        refusal = answer(b"slow down", "429 Too Many Requests", {"Retry-After": "0"})
        await talk.send(refusal if refusals["busy"] == 1 else page("Busy", link(), text=_BLOG))

    sites: dict[str, Mapping[str, Answer]] = {"shop.example": _shop(), **_linking(), "busy.example": {"/p": busy}}
    sites["www.shop.example"] = {"*": redirect(SHOP)}
    sites |= dict(extra or {})
    server = websites(sites)
    with socket.socket() as idle, _served(server):
        idle.bind(("127.0.0.1", 0))  # bound and never listening: whoever connects is refused
        routes = [f"{host}:80:{server.host}:{server.port}" for host in sites]
        routes += [f"{host}:443:127.0.0.1:{idle.getsockname()[1]}" for host in sites]
        config = SiteConfig(
            url=SHOP,
            name="Good Tea",
            brands=("Good Tea", "shop.example"),
            topics=("green tea", "tea pots"),
            keywords=("cheap tea",),
            competitors=("rival.example",),
            languages=("en",),
            network=Network(connect_to=tuple(routes)),
            limits=Limits(timeout_s=5.0),
        )
        yield SmallWeb(server, config, refusals)


@contextmanager
def _served(server: Server) -> Iterator[None]:
    is_ready = threading.Event()
    loop = asyncio.new_event_loop()
    stop = asyncio.Event()

    async def until_stopped() -> None:
        async with server:
            is_ready.set()
            await stop.wait()

    thread = threading.Thread(target=lambda: loop.run_until_complete(until_stopped()), daemon=True)
    thread.start()
    is_ready.wait()
    try:
        yield
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join(timeout=10)
        loop.close()
