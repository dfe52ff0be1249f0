"""The section ``[browser]`` of ``site.toml``: whether and how own pages are rendered."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Browser:
    """Whether own pages are rendered in an installed Chromium, and what a page may ask of it.

    The browser reaches nothing by itself: what a page asks for is fetched as everything else is, with the same agent,
    robots.txt, proxies and named addresses. Run as root, as containers often do, it has no sandbox.
    """

    render: bool = False
    """Run the scripts of own pages, and read what they made of the page."""
    executable: str = ""
    """Path of Chromium; empty: it is looked for."""
    tabs: int = 2
    """Pages rendered at once by one process of the crawl."""
    timeout_s: float = 15.0
    """Seconds for one page, its own answer not counted; then what is there is taken, or the page is given up."""
    settle_s: float = 0.3
    """A loaded page is read as soon as it has asked for nothing for this long."""
    max_requests: int = 200
    """Requests of one page; those after it are refused."""
    max_bytes: int = 50_000_000
    """Decoded bytes of all that one page asks for."""
    max_memory_mb: int = 1_024
    """Memory of one page; a page that takes more is given up."""
    block_kinds: tuple[str, ...] = ("image", "media", "font")
    """Requests not made: image, media, font, stylesheet, script, xhr, fetch. Frames and beacons never are."""
    block_hosts: tuple[str, ...] = (
        "google-analytics.com", "googletagmanager.com", "googlesyndication.com", "doubleclick.net",
        "facebook.net", "hotjar.com", "clarity.ms", "segment.com", "mixpanel.com", "newrelic.com",
        "nr-data.net", "scorecardresearch.com", "quantserve.com", "criteo.com", "taboola.com", "outbrain.com",
        "bat.bing.com", "mc.yandex.ru",
    )  # fmt: skip
    """Hosts never asked by a page, with all hosts below them: analytics and advertising."""
    allow_post: bool = False
    """Let scripts of a page send POST to its own host, as some need for their content; nothing else is ever sent."""
    pages_per_context: int = 50
    """Pages after which a tab is opened anew. Cookies and storage are emptied after each."""
    pages_per_browser: int = 1_000
    """Pages after which the browser is started anew."""
