"""Which domains are never called harmful on list or name evidence: own, partner, platform, government, education."""

from __future__ import annotations

from functools import lru_cache

from linkworthy import urls
from linkworthy.metrics.wordlists import word_file, words
from linkworthy.site import SiteConfig


@lru_cache(maxsize=1)
def _platforms() -> frozenset[str]:
    return frozenset(words("platforms", "platforms"))


@lru_cache(maxsize=4)
def _suffixes(section: str) -> frozenset[str]:
    return frozenset(word_file("protected")[section]["suffixes"])


def _under(domain: str, suffixes: frozenset[str]) -> bool:
    labels = domain.split(".")
    return any(".".join(labels[i:]) in suffixes for i in range(1, len(labels))) or domain in suffixes


def is_platform(domain: str) -> bool:
    """Tell whether many owners share this domain: a known platform, or a public suffix of the private section."""
    return domain in _platforms() or urls.is_public_suffix(domain)


def is_members_host(host: str) -> bool:
    """Tell whether a host below a hosting platform is one member's, where the list of suffixes lacks the platform."""
    domain = urls.registrable_domain(host)
    return domain in _hosting() and host not in {domain, f"www.{domain}"}


@lru_cache(maxsize=1)
def _hosting() -> frozenset[str]:
    return frozenset(word_file("platforms")["platforms"]["hosting"])


def protected_as(domain: str, config: SiteConfig) -> str | None:
    """Say why a domain is protected: own, partner, government, education, platform; null where it is not.

    A member's site on a platform (``name.blogspot.com``) is a domain of its own and is not protected.
    """
    named = {urls.registrable_domain(host) for host in config.owned}
    if config.is_own_host(domain) or domain in named:
        return "own"
    if domain in {urls.registrable_domain(host) for host in config.partners}:
        return "partner"
    for section in ("government", "education"):
        if _under(domain, _suffixes(section)):
            return section
    return "platform" if is_platform(domain) else None
