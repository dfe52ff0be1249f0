"""Logging in by a form: once before the first request to an own host, and again where the site has forgotten us."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from html.parser import HTMLParser
from typing import Final
from urllib.parse import urlencode

from linkworthy import urls
from linkworthy.errors import InputError
from linkworthy.fetch.base import Exchange, Request
from linkworthy.fetch.outgoing import expanded, pairs
from linkworthy.site import Login

MAX_LOGINS: Final = 20
"""Times that the form is sent in one run: a site that forgets us more often keeps its answers."""
MAX_HOPS: Final = 5
_PAGE_BYTES: Final = 1_000_000

Ask = Callable[[Request], Awaitable[Exchange]]


class Entrance:
    """Stands between the fetcher and the own hosts. Credentials go to own hosts only, and never from https to http."""

    def __init__(self, login: Login, is_own: Callable[[str], bool], ask: Ask) -> None:
        """Read the settings.

        Raises: InputError where they cannot be used.
        """
        page = urls.normalise(login.page)
        if page is None or not is_own(urls.host_of(page)):
            raise InputError(f"login.page: {login.page!r} is no http or https URL on an own host")
        self._page = page
        self._fields = [(name, expanded(value)) for name, value in pairs(login.fields, "login.fields")]
        self._is_own = is_own
        self._ask = ask
        self._n_logins = 0
        self._one_at_a_time = asyncio.Lock()

    async def ask(self, request: Request) -> Exchange:
        """Ask, logged in; log in once more and ask again where the answer is that of a stranger.

        Raises: InputError where the first login fails.
        """
        if not self._is_own(urls.host_of(request.url)):
            return await self._ask(request)
        number = await self._enter(1)
        answer = await self._ask(request)
        if self._is_shut_out(request, answer) and await self._enter(number + 1) > number:
            answer = await self._ask(request)
        return answer

    def _is_shut_out(self, request: Request, answer: Exchange) -> bool:
        if answer.status == 401:
            return True
        target = answer.last.location
        return target is not None and _bare(target) == _bare(self._page) != _bare(request.url)

    async def _enter(self, number: int) -> int:
        """Log in if that happened fewer times than this; gives how often it happened."""
        async with self._one_at_a_time:
            if self._n_logins < min(number, MAX_LOGINS):
                why = await self._log_in()
                if why and not self._n_logins:
                    raise InputError(f"login.page: {self._page} does not let us in: {why}")
                self._n_logins += 1
            return self._n_logins

    async def _log_in(self) -> str | None:
        """Fill in and send the form; gives why that did not work."""
        shown = await self._follow(Request(url=self._page))
        if shown.status is None or shown.status >= 400:
            return f"{shown.fault or shown.status} on the form's page"
        form = find_form(shown, [name for name, _ in self._fields])
        target = urls.normalise(form.action, shown.url) if form.action else shown.url
        if target is None or not self._is_own(urls.host_of(target)):
            return f"the form is sent to {form.action[:200]!r}, which is no own host"
        if shown.url.startswith("https:") and target.startswith("http:"):
            return "the form would be sent without TLS"
        content = urlencode({**form.fields, **dict(self._fields)}).encode()
        kind = ("Content-Type", "application/x-www-form-urlencoded")
        sent = await self._ask(Request(url=target, method="POST", content=content, headers=(kind,)))
        if sent.last.location is not None:
            sent = await self._follow(Request(url=sent.last.location))
        if sent.status is None or sent.status >= 400:
            return f"{sent.fault or sent.status} after the form was sent"
        if _bare(sent.url) == _bare(self._page) and find_form(sent, []).has_password:
            return "the form is shown again: the fields may be wrong"
        return None

    async def _follow(self, request: Request) -> Exchange:
        """Ask with the redirects on own hosts followed, so that cookies set on the way are kept."""
        answer = await self._ask(replace(request, max_bytes=_PAGE_BYTES))
        for _ in range(MAX_HOPS):
            target = answer.last.location
            if target is None or not self._is_own(urls.host_of(target)):
                break
            answer = await self._ask(Request(url=target, max_bytes=_PAGE_BYTES))
        return answer


def _bare(url: str) -> str:
    return url.partition("?")[0].rstrip("/")


@dataclass(slots=True)
class Form:
    """A form of a page: where it is sent, and what it holds before anybody fills it in."""

    action: str = ""
    fields: dict[str, str] = field(default_factory=dict)
    names: set[str] = field(default_factory=set)
    has_password: bool = False


def find_form(page: Exchange, names: list[str]) -> Form:
    """Give the form of a page that asks for a password, or has all these fields; an empty one where there is none."""
    reader = _FormReader()
    reader.feed(page.body.decode("utf-8", "replace"))
    fitting = [form for form in reader.forms if form.has_password]
    fitting += [form for form in reader.forms if names and form.names.issuperset(names)]
    return fitting[0] if fitting else Form()


class _FormReader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self._is_open = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take note of forms and their fields."""
        given = {name: value or "" for name, value in reversed(attrs)}
        if tag == "form":
            self.forms.append(Form(action=given.get("action", "").strip()))
            self._is_open = True
        elif tag in {"input", "select", "textarea"} and self._is_open and (name := given.get("name")):
            form, kind = self.forms[-1], given.get("type", "text").lower()
            form.names.add(name)
            form.has_password = form.has_password or kind == "password"
            if kind == "hidden" or (kind in {"checkbox", "radio"} and "checked" in given):
                form.fields[name] = given.get("value", "on" if kind == "checkbox" else "")

    def handle_endtag(self, tag: str) -> None:
        """Take note of a form's end."""
        if tag == "form":
            self._is_open = False
