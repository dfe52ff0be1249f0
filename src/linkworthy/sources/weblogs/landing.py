"""Where a request landed: the own page that it asked for, and what the parameters behind it say of the way there."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from linkworthy import urls
from linkworthy.site import SiteConfig
from linkworthy.sources import referrers
from linkworthy.sources.weblogs.entry import NOT_A_REQUEST, OTHER_HOST
from linkworthy.sources.weblogs.plain import normalise

_METHODS = frozenset({"GET", "HEAD", "POST"})
_NO_HOST = frozenset({"", "-", "_"})
_CLICKS = {
    **dict.fromkeys(
        ("gclid", "gclsrc", "dclid", "gbraid", "wbraid", "msclkid", "yclid", "ttclid", "twclid", "li_fat_id"), "ad"
    ),
    **dict.fromkeys(("fbclid", "igshid"), "social"),
    **dict.fromkeys(("mc_cid", "mc_eid", "_hsenc", "_hsmi", "mkt_tok", "vero_id"), "mail"),
    "srsltid": "search",
}
_MEDIUMS = {
    **dict.fromkeys(("cpc", "ppc", "cpm", "cpv", "cpa", "paid", "paidsearch", "paid_search", "paid-search"), "ad"),
    **dict.fromkeys(("paidsocial", "paid_social", "paid-social", "display", "banner", "retargeting"), "ad"),
    **dict.fromkeys(("email", "e-mail", "newsletter", "mail"), "mail"),
    **dict.fromkeys(("social", "social-media", "social_media"), "social"),
}
_PAID_OVER = frozenset({"link", "search", "social", "assistant", "mail", "app", "none"})


class Landing(NamedTuple):
    """The own URL without what names the visit; null with the reason where no own page was asked for."""

    url: str | None
    reason: str = ""
    hint: str = ""
    """What brought the visit, by the parameters: ad, mail, social, search, assistant; empty where they are mute."""


def base_of(config: SiteConfig) -> str:
    """Give scheme, host and port of the start page: what a request is for where the log does not say."""
    origin = urls.split(config.url)
    return f"{origin.scheme}://{origin.host}{':' + origin.port if origin.port else ''}"


def landed(asked: str, base: str, is_own: Callable[[str], bool]) -> Landing:
    """Work out the own URL that a request asks for; an origin and a line break may stand before it."""
    origin, _, request = asked.rpartition("\n")
    method, _, rest = request.partition(" ")
    path = rest.rpartition(" HTTP/")[0] or rest
    if method not in _METHODS or not path:
        return Landing(None, NOT_A_REQUEST)
    if path.startswith("/"):
        front = _front(origin, base)
        url = normalise(front + path)
        if url is None and front != base:
            return Landing(None, OTHER_HOST)
    else:
        url = normalise(path) if "://" in path else None
    if url is None:
        return Landing(None, NOT_A_REQUEST)
    if not is_own(urls.host_of(url)):
        return Landing(None, OTHER_HOST)
    if "?" not in url:
        return Landing(url)
    return Landing(urls.strip_tracking(url), hint=_hint(url.partition("?")[2]))


def _front(origin: str, base: str) -> str:
    scheme, mark, host = origin.rpartition("://")
    if host in _NO_HOST:
        return base
    if mark:
        return f"{scheme}://{host}"
    name, colon, port = host.rpartition(":")
    if colon and port in {"443", "80"} and not port.startswith("]"):
        return f"{'https' if port == '443' else 'http'}://{name}"
    return f"{base.partition(':')[0]}://{host}"


def _hint(query: str) -> str:
    weak = ""
    for part in query.split("&"):
        name, _, value = part.partition("=")
        name, value = name.lower(), value.lower()
        kind = _CLICKS.get(name, "")
        if name == "utm_medium":
            kind = _MEDIUMS.get(value, "")
        elif name == "utm_source" and "." in value:
            told = referrers.kind_of_host(value)
            kind = told if told in {"assistant", "search", "social"} else ""
        if kind == "ad":
            return kind
        weak = weak or kind
    return weak


def kind_of_visit(kind: str, hint: str) -> str:
    """Join what the referrer is with what the landing says: a paid click stays one wherever the advertisement stood."""
    if hint == "ad" and kind in _PAID_OVER:
        return hint
    return hint if kind == "none" and hint else kind
