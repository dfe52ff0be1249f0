"""What a question is about: a page, a host, a domain, or everything whose address begins alike."""

from __future__ import annotations

import re
from typing import Any, Literal, NamedTuple, get_args

from linkworthy import urls
from linkworthy.errors import InputError
from linkworthy.index.layout import host_key, key_of

Kind = Literal["page", "host", "domain", "prefix"]
KINDS: tuple[Kind, ...] = get_args(Kind)
_OTHER_SCHEME = re.compile(r"(?!https?://)[a-z][a-z0-9+.-]*:(?!\d)", re.IGNORECASE)
_LAST = "\U0010ffff"


class Scope(NamedTuple):
    """A run of keys: from ``low`` to before ``high``, all of one registrable domain."""

    kind: Kind
    text: str
    domain: str
    low: str
    high: str

    def where(self, column: str) -> str:
        """Give the predicate on a column of keys; its values are those of :meth:`values`."""
        if self.kind == "page":
            return f"{column} = $low"
        between = f"{column} >= $low and {column} < $high"
        if self.kind == "domain":  # between the two marks stand characters that no host of ours has
            return f"{between} and {column}[length($low)] in (')', ',')"
        return between

    def values(self) -> dict[str, Any]:
        """Give the values of the predicate."""
        return {"low": self.low} if self.kind == "page" else {"low": self.low, "high": self.high}


def scope_of(text: str, kind: Kind | None = None) -> Scope:
    """Read what the user names: a URL is a page, one that ends in ``*`` a prefix, a name a domain or a host.

    A name that is no registrable domain (``www.shop.example``) is a host; ``kind`` says what to take it for.

    Raises: InputError where the text names nothing that has a place in the index.
    """
    text = text.strip()
    is_prefix = text.endswith("*")
    bare = text.removesuffix("*")
    is_name = "/" not in bare.partition("://")[2].rstrip("/") if "://" in bare else "/" not in bare.rstrip("/")
    if "@" in bare.partition("/")[0] or _OTHER_SCHEME.match(bare):
        raise InputError(f"{text!r}: neither a domain or host nor an http(s) URL")
    url = urls.normalise(bare if "://" in bare else f"https://{bare.removeprefix('*.')}")
    key = key_of(url) if url else None
    if url is None or key is None:
        raise InputError(f"{text!r}: neither a domain or host nor an http(s) URL")
    host = urls.host_of(url)
    domain = urls.registrable_domain(host)
    chosen: Kind = kind or _guessed(text, host, domain, is_name=is_name, is_prefix=is_prefix)
    if chosen == "page":
        return Scope(chosen, text, domain, key, key)
    if chosen == "prefix":
        # A name with a prefix's star has no path yet: its key ends with the slash that normalising put there.
        return Scope(chosen, text, domain, key, key + _LAST)
    reversed_host = host_key(host if chosen == "host" else domain) or ""
    if chosen == "host":
        return Scope(chosen, text, domain, f"{reversed_host})", f"{reversed_host}*")
    return Scope(chosen, text, domain, f"{reversed_host})", f"{reversed_host}-")


def _guessed(text: str, host: str, domain: str, *, is_name: bool, is_prefix: bool) -> Kind:
    if is_prefix:
        return "prefix"
    if not is_name or "://" in text:
        return "page"
    return "domain" if host == domain else "host"
