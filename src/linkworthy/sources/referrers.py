"""What a referrer is: a page that may link, or a search engine, a social site, an assistant, mail, an advertisement."""

from __future__ import annotations

import tomllib
from functools import lru_cache
from importlib import resources
from typing import Any

from linkworthy import urls

KINDS = ("link", "search", "social", "assistant", "mail", "ad", "own", "spam", "local", "none")


@lru_cache(maxsize=1)
def _words() -> dict[str, Any]:
    return tomllib.loads(resources.files("linkworthy.words").joinpath("referrers.toml").read_text(encoding="utf-8"))


@lru_cache(maxsize=1)
def _names() -> dict[str, str]:
    """Give every listed name with its kind; a name in several lists takes the kind of the last of this order."""
    words = _words()
    order = ("social", "search", "assistant", "mail", "ad", "spam")
    return {name: kind for kind in order for name in words[kind]} | dict.fromkeys(words["pages"], "link")


@lru_cache(maxsize=65_536)
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
    if labels[0].startswith(tuple(_words()["mail_starts"])):
        return "mail"
    domain = urls.registrable_domain(host)
    return "spam" if any(word in domain for word in _words()["spam_words"]) else "link"


def _is_local(host: str) -> bool:
    import ipaddress  # noqa: PLC0415 - few referrers are addresses

    if not urls.is_address(host):
        return True
    return not ipaddress.ip_address(host.strip("[]")).is_global


@lru_cache(maxsize=65_536)
def is_bot(agent: str) -> bool:
    """Tell whether a user agent says that it is a machine; an empty one is a machine's."""
    folded = agent.lower()
    return folded in {"", "-"} or any(word in folded for word in _words()["bots"])
