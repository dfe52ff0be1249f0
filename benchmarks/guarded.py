"""Linking sites as HTML, normal and planted, for ``quality-harm``: what two tools are given alike.

Normal sites are real: pages of the WCXB set, one a site, with a link to the judged site at the end of a paragraph, so
that the words around it are the site's own: one sentence of ours on all of them would be a sign of automation. Spam is
planted on other real pages of the set, in groups of sites as their makers run them; nobody's list or threshold was
fitted to either. The planter knows nothing of what the tools look for but what policies forbid.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice

from benchmarks.wcxb import RealPage, real_pages

OWN = "https://harbour-ceramics.com/"
NAME = "Harbour Ceramics"
MONEY = ("cheap dinner plates", "buy stoneware online", "best ceramic mugs", "discount tableware")
GROUP = 5
SKELETON_STEP = 12
"""``quality-networks`` plants on the skeletons of every so many pages: they are left out."""
_PARAGRAPH_END = re.compile(rb"</p\s*>", re.IGNORECASE)
_BODY_END = re.compile(rb"</body\s*>", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Site:
    """A linking site's page as both tools get it."""

    url: str
    html: bytes
    anchor: str
    style: str
    """``normal``, or how it was planted."""

    @property
    def is_spam(self) -> bool:
        """Tell whether it was planted."""
        return self.style != "normal"


def sites(n_normal: int, n_groups: int, limit: int | None = None) -> Iterator[Site]:
    """Give normal sites, and groups of planted ones of each style on pages of other sites, of so many pages read."""
    seen: set[str] = set()
    pages: list[RealPage] = []
    for n, page in enumerate(islice(real_pages(), limit)):
        if n % SKELETON_STEP and page.site not in seen and _PARAGRAPH_END.search(page.body):
            seen.add(page.site)
            pages.append(page)
    pages.sort(key=lambda page: hashlib.sha256(page.site.encode()).digest())
    n_spam = n_groups * len(STYLES) * GROUP
    for page in pages[n_spam : n_spam + n_normal]:
        yield Site(page.url, _in_paragraph(page.body, f' (<a href="{OWN}">{NAME}</a>)'), NAME, "normal")
    for number in range(n_groups):
        for k, style in enumerate(STYLES):
            first = (number * len(STYLES) + k) * GROUP
            for member, page in enumerate(pages[first : first + GROUP]):
                yield _planted(page, style, number, member)


def _planted(page: RealPage, style: str, number: int, member: int) -> Site:
    """Put a page under a name of its own and let a style have its way with it."""
    seed = int.from_bytes(hashlib.sha256(f"{style} {number}".encode()).digest()[:6], "big")
    name = hashlib.sha256(f"{style} {number} {member}".encode()).hexdigest()[:9]
    anchor = MONEY[(seed + member) % len(MONEY)]
    url = f"https://www.{name}-blog.com/post-{member + 1}/"
    # The page calls itself by its address, in its canonical for one.
    body = page.body.replace(page.url.rstrip("/").encode(), url.rstrip("/").encode())
    return Site(url, STYLES[style](body, f'<a href="{OWN}">{anchor}</a>', seed), anchor, style)


def _in_paragraph(html: bytes, more: str) -> bytes:
    """Put something at the end of the middle paragraph of a page."""
    starts = [match.start() for match in _PARAGRAPH_END.finditer(html)]
    at = starts[len(starts) // 2]
    return html[:at] + more.encode() + html[at:]


def _after_paragraph(html: bytes, more: str) -> bytes:
    """Put something after the middle paragraph of a page."""
    ends = [match.end() for match in _PARAGRAPH_END.finditer(html)]
    at = ends[len(ends) // 2]
    return html[:at] + more.encode() + html[at:]


def _before_end(html: bytes, more: str) -> bytes:
    found = None
    for found in _BODY_END.finditer(html):  # noqa: B007 - the last one is wanted
        pass
    at = found.start() if found else len(html)
    return html[:at] + more.encode() + html[at:]


def _network(html: bytes, link: str, seed: int) -> bytes:
    """Put one owner's advertising account and mail address on every site of the group."""
    mark = f"<script>var google_ad_client = 'ca-pub-{seed % 10**15 + 10**15}';</script>"
    mail = f"<p>Write to <a href='mailto:desk{seed % 10**6}@postoffice-{seed % 9973}.com'>the desk</a>.</p>"
    return _before_end(_after_paragraph(html, f"<p>Have a look at {link} this season.</p>"), mark + mail)


def _farm(_: bytes, link: str, seed: int) -> bytes:
    """Give the same page on every site of the group, with links of trades that buy them."""
    trades = ("online casino bonus", "payday loans today", "viagra without prescription", "replica watches")
    links = "".join(f'<a href="https://www.{trade.split()[0]}{seed % 991}.com/">{trade}</a> ' for trade in trades)
    said = " ".join(
        f"Partner {seed % 97} of the month number {n} offers savings and speed for everyone." for n in range(40)
    )
    return (
        f"<!doctype html><html lang=en><title>Resources {seed % 100_003}</title><body><main><h1>Resources</h1>"
        f"<p>{said}</p><p>{links} {link}</p></main></body></html>"
    ).encode()


def _seller(html: bytes, link: str, seed: int) -> bytes:
    """Let a site sell its links and say so, with one owner behind the group."""
    offer = (
        f"<p>Advertise with us: guest post with dofollow link ${30 + seed % 60}, link insertion ${20 + seed % 30}, "
        "permanent backlinks, casino and crypto accepted at double price.</p>"
    )
    mark = f"<script>var google_ad_client = 'ca-pub-{seed % 10**15 + 10**15}';</script>"
    return _before_end(_after_paragraph(html, f"<p>Sponsored post. Order from {link}.</p>"), offer + mark)


def _comments(html: bytes, link: str, seed: int) -> bytes:
    """Put the same bought comment under posts of strangers, amid others of its kind."""
    flood = "".join(
        f'<li class="comment"><p><a href="https://deal{seed % 887}-{n}.com/">cheap offer {n}</a> Nice article, thanks '
        "for sharing this great information!</p></li>" for n in range(12)
    )  # fmt: skip
    mine = f'<li class="comment"><p>{link} Great post, thanks for sharing! I will come back.</p></li>'
    return _before_end(
        html, f'<section id="comments" class="comments"><ol class="comment-list">{flood}{mine}</ol></section>'
    )


STYLES: dict[str, Callable[[bytes, str, int], bytes]] = {
    "network": _network, "farm": _farm, "seller": _seller, "comments": _comments,
}  # fmt: skip
"""How spam is planted: a name and what it does to a page, the same for all sites of a group."""
