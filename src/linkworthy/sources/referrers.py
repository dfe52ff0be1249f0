"""What a referrer is: a page that may link, or a search engine, a social site, an assistant, mail, an advertisement."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from functools import lru_cache
from importlib import resources
from types import MappingProxyType
from typing import Any, NamedTuple

from linkworthy import urls
from linkworthy.site import SiteConfig
from linkworthy.sources.weblogs.plain import normalise

KINDS = ("link", "search", "social", "assistant", "mail", "ad", "own", "spam", "local", "none", "app")


class Referrer(NamedTuple):
    """Where a visit came from: the URL without what names the visit, empty where the request names none."""

    url: str
    kind: str


def read(text: str, is_own: Callable[[str], bool], said: Mapping[str, str] = MappingProxyType({})) -> Referrer | None:
    """Read what a request names as its referrer, null where that is no page.

    ``said`` is the owner's word on hosts, as :func:`said_by_owner` gives it, and goes before every list.
    """
    plain = text.strip()
    if plain in {"", "-"}:
        return Referrer("", "none")
    url = normalise(plain)
    if url is None:
        return _app(plain)
    host = urls.host_of(url)
    return Referrer(urls.strip_tracking(url), "own" if is_own(host) else _said(host, said) or kind_of_page(url))


def said_by_owner(config: SiteConfig) -> Mapping[str, str]:
    """Give the kinds of the hosts that the settings name; a host in both lists is a page that links."""
    return dict.fromkeys(config.referrers.spam, "spam") | dict.fromkeys(config.referrers.pages, "link")


def _said(host: str, said: Mapping[str, str]) -> str | None:
    """Give the owner's word on a host, or on the nearest name above it."""
    while said and host:
        if host in said:
            return said[host]
        host = host.partition(".")[2]
    return None


def _app(text: str) -> Referrer | None:
    scheme, mark, rest = text.partition("://")
    name = rest.partition("/")[0].lower()
    if scheme.lower() not in {"android-app", "ios-app"} or not mark or not name or len(name) > 255:
        return None
    for kind in ("search", "social", "assistant", "mail"):
        if name in _words()["apps"][kind]:
            return Referrer(f"android-app://{name}/" if scheme.lower()[0] == "a" else f"ios-app://{name}/", kind)
    return Referrer(f"{scheme.lower()}://{name}/", "app")


@lru_cache(maxsize=1)
def _words() -> dict[str, Any]:
    return tomllib.loads(resources.files("linkworthy.words").joinpath("referrers.toml").read_text(encoding="utf-8"))


@lru_cache(maxsize=1)
def _names() -> dict[str, str]:
    """Give every listed name with its kind; a name in several lists takes the kind of the last of this order."""
    words = _words()
    order = ("social", "search", "assistant", "mail", "ad", "spam")
    return {name: kind for kind in order for name in words[kind]} | dict.fromkeys(words["pages"], "link")


def kind_of_page(url: str) -> str:
    """Tell what kind of page a normalised foreign URL is; a few paths are of another kind than their host."""
    kind = kind_of_host(urls.host_of(url))
    names = url.partition("?")[0].split("/", 5)[3:5]
    for n_names in (1, 2):
        listed = _words()["paths"].get("/" + "/".join(names[:n_names]))
        if listed and listed["of"] == kind:
            return str(listed["kind"])
    return kind


@lru_cache(maxsize=16_384)
def kind_of_host(host: str) -> str:
    """Tell what kind of site a foreign referrer's host is; the longest listed name that covers it decides."""
    host = host.lower().rstrip(".")
    if urls.is_address(host) or "." not in host:
        return "local" if _is_local(host) else "link"
    names, labels = _names(), host.split(".")
    n_suffix = urls.public_suffix(host).count(".") + 1
    for start in range(len(labels) - 1):
        listed = names.get(".".join(labels[start:])) or names.get(
            ".".join(labels[start : len(labels) - n_suffix]) + ".*"
        )
        if listed:
            return listed
    return _by_words(host, labels[0])


def _by_words(host: str, first: str) -> str:
    words = _words()
    if first.startswith(tuple(words["mail_starts"])):
        return "mail"
    domain = urls.registrable_domain(host)
    if host != domain and first.rstrip("0123456789-") in words["search_starts"]:
        return "search"
    if any(word in domain for word in words["spam_words"]):
        return "spam"
    return next((str(kind) for word, kind in words["words"].items() if word in domain), "link")


def _is_local(host: str) -> bool:
    import ipaddress  # noqa: PLC0415 - few referrers are addresses

    if not urls.is_address(host):
        return True
    return not ipaddress.ip_address(host.strip("[]")).is_global
