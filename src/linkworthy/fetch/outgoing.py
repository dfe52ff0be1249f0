"""What is sent with a request: the fetcher's headers, the site's own ones, credentials, conditions."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Iterable
from functools import lru_cache

from linkworthy import urls
from linkworthy.errors import InputError
from linkworthy.fetch.base import Request
from linkworthy.fetch.decode import ACCEPT_ENCODING
from linkworthy.fetch.proxy import secret
from linkworthy.site import Login, Network

ACCEPT = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"

_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")
_OURS = frozenset({"host", "content-length", "transfer-encoding", "connection"})


class Outgoing:
    """Headers of each request; those that the user set for the site, and its credentials, go to its own hosts only."""

    def __init__(self, network: Network, login: Login, is_own: Callable[[str], bool]) -> None:
        """Read the settings.

        Raises: InputError where a header cannot be sent, or a variable is not in the environment.
        """
        self._is_own = lru_cache(4_096)(is_own)
        self._common = {
            "user-agent": f"User-Agent: {_checked('user_agent', network.user_agent)}",
            "accept": f"Accept: {ACCEPT}",
            "accept-encoding": f"Accept-Encoding: {ACCEPT_ENCODING}",
        }
        self._own = {**self._common, **dict(map(_setting, network.headers))}
        user, password = secret(login.user_env), secret(login.password_env)
        if user:
            token = base64.b64encode(f"{user}:{password}".encode()).decode()
            self._own["authorization"] = f"Authorization: Basic {token}"
        self._plain = tuple(self._common.values())

    def lines(self, request: Request) -> tuple[str, ...]:
        """Give the header lines of a request, as libcurl takes them."""
        has_own = self._own != self._common and self._is_own(urls.host_of(request.url))
        named = self._own if has_own else self._common
        if named is self._common and not request.headers and not _conditions(request):
            return self._plain
        extra = {name.lower(): _line(name, value) for name, value in (*request.headers, *_conditions(request))}
        return tuple({**named, **extra}.values())


def _conditions(request: Request) -> list[tuple[str, str]]:
    named = (("If-None-Match", request.if_none_match), ("If-Modified-Since", request.if_modified_since))
    return [(name, value) for name, value in named if value and not _CONTROL.search(value)]


def _line(name: str, value: str) -> str:
    return f"{name}: {value}" if value else f"{name};"  # libcurl's spelling of a header without a value


def _setting(text: str) -> tuple[str, str]:
    name, colon, value = (part.strip() for part in text.partition(":"))
    if not colon or not _NAME.fullmatch(name) or name.lower() in _OURS:
        raise InputError(f"headers: {text!r} is not NAME: VALUE, or not for the user to set")
    return name.lower(), _line(name, _checked("headers", expanded(value)))


def expanded(value: str) -> str:
    """Give a setting's value, or what the environment holds where it is ``$NAME``.

    Raises: InputError where the environment has no such variable.
    """
    return secret(value[1:]) if value.startswith("$") else value


def pairs(texts: Iterable[str], where: str) -> list[tuple[str, str]]:
    """Split settings of the form NAME=VALUE.

    Raises: InputError where one has no equals sign.
    """
    out = []
    for text in texts:
        name, sign, value = text.partition("=")
        if not sign or not name.strip():
            raise InputError(f"{where}: {text!r} is not NAME=VALUE")
        out.append((name.strip(), value.strip()))
    return out


def _checked(where: str, value: str) -> str:
    if not value.strip() or _CONTROL.search(value):
        raise InputError(f"{where}: an empty text, or one with control characters, cannot be sent")
    return value.strip()
