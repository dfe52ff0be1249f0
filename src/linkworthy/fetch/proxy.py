"""Which requests go through a proxy, and how it is spoken to."""

from __future__ import annotations

import os
from collections.abc import Sequence
from functools import lru_cache
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from urllib.parse import urlsplit

from linkworthy.errors import InputError
from linkworthy.site import Network

# The proxy looks names up in each case: what libcurl resolved by itself would pass the guard by.
_SCHEMES = {
    "http": "http", "https": "https", "socks4": "socks4a", "socks4a": "socks4a", "socks5": "socks5h",
    "socks5h": "socks5h",
}  # fmt: skip
_PORTS = {"http": 80, "https": 443}


class Proxy:
    """The user's proxy, if there is one, and the hosts that are asked without it."""

    def __init__(self, network: Network) -> None:
        """Read the settings.

        Raises: InputError where they name no proxy, or a variable that the environment lacks.
        """
        self.url = _url(network.proxy) if network.proxy else None
        user, password = secret(network.proxy_user_env), secret(network.proxy_password_env)
        self.credentials = f"{user}:{password}" if network.proxy and user else None
        self._direct = tuple(name.strip().lower() for name in network.no_proxy if name.strip())
        self._suffixes = tuple(f".{name.removeprefix('*').removeprefix('.')}" for name in self._direct)
        self._ranges = _ranges(self._direct)
        self.url_for = lru_cache(4_096)(self._url_for)

    def _url_for(self, host: str) -> str | None:
        """Give the proxy through which a host is asked, null where it is asked directly."""
        bare = host.strip("[]")
        if self.url is None or "*" in self._direct or f".{bare}".endswith(self._suffixes):
            return None
        try:
            address = ip_address(bare)
        except ValueError:
            return self.url
        return None if any(address in network for network in self._ranges) else self.url


def secret(name: str) -> str:
    """Give what the environment holds under a name; an empty name gives an empty text.

    Raises: InputError where the environment has no such variable.
    """
    if not name:
        return ""
    value = os.environ.get(name)
    if value is None:
        raise InputError(f"the environment has no variable {name!r}, which site.toml names for a secret")
    return value


def _url(text: str) -> str:
    parts = urlsplit(text if "://" in text else f"http://{text}")
    scheme = _SCHEMES.get(parts.scheme)
    if scheme is None or not parts.hostname:
        raise InputError(f"proxy: {text!r} is no http, https, socks4 or socks5 URL with a host")
    if parts.username or parts.password:
        raise InputError("proxy: no credentials in the URL; name variables in proxy_user_env and proxy_password_env")
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    try:
        return f"{scheme}://{host}:{parts.port or _PORTS.get(scheme, 1080)}"
    except ValueError:
        raise InputError(f"proxy: {text!r} names no port") from None


def _ranges(names: Sequence[str]) -> list[IPv4Network | IPv6Network]:
    found = []
    for name in names:
        try:
            found.append(ip_network(name.strip("[]"), strict=False))
        except ValueError:  # a host name
            continue
    return found
