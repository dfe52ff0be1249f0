"""What the redirect maps for all servers share: URLs taken apart for rules, safe targets, and comments on one line."""

from __future__ import annotations

import re
from dataclasses import dataclass

from linkworthy import urls
from linkworthy.reports.redirect_map import Redirect, RedirectMap

HEAD = "Redirects for pages that other sites link to, written by linkworthy. Read them before you use them."
_SAFE = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~:/?#[]@!&()*+,=%")
BROKEN = re.compile(r"%(?:00|(?![0-9A-Fa-f]{2}))")
WHY_BROKEN = "the server answers 400 to a percent sign that encodes nothing, or a zero byte, before it looks at rules"
_TRIPLE = re.compile("%[0-9A-Fa-f]{2}")


@dataclass(frozen=True, slots=True)
class Rules:
    """A redirect map in one server's grammar: how many rules it holds, and which it cannot say."""

    text: str
    n_rules: int
    left_out: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


def by_specificity(plan: RedirectMap) -> list[Redirect]:
    """Put rules with a query before those that answer whatever the query is; the order stays otherwise."""
    return sorted(plan.redirects, key=lambda redirect: "?" not in redirect.from_url)


def path_of(url: str) -> str:
    """Give the path of a URL as it is sent."""
    return urls.split(url).path


def query_of(url: str) -> str:
    """Give the query of a URL, empty where it has none."""
    return urls.split(url).query


def hosts_of(plan: RedirectMap) -> list[str]:
    """Give the hosts that rules are for, in order."""
    return sorted({urls.host_of(redirect.from_url) for redirect in plan.redirects})


def target(url: str) -> str:
    """Percent-encode whatever could mean something to a server: quotes, dollars, semicolons, braces, white space."""
    return "".join(c if c in _SAFE else "".join(f"%{byte:02X}" for byte in c.encode()) for c in url)


def comment(redirect: Redirect) -> str:
    """Say on one line what stands behind a rule."""
    visits = "" if redirect.n_visits is None else f", visits: {redirect.n_visits}"
    return one_line(f"referring domains: {redirect.n_referring_domains}{visits}; {redirect.why}")


def one_line(text: str) -> str:
    """Keep a text on its line; a backslash, which would join the next line to it, becomes a slash."""
    return "".join(c if c.isprintable() else " " for c in text).replace("\\", "/")


def tail(plan: RedirectMap, left_out: tuple[str, ...] | list[str] = ()) -> list[str]:
    """Give what follows the rules, as comments: URLs to decide on, and what was left out with its reason."""
    out: list[str] = []
    for title, texts in (
        ("No page is near enough; choose one", tuple(f"{lost.url} ({lost.why})" for lost in plan.open)),
        ("Left out", (*plan.problems, *left_out)),
        ("Look again", plan.warnings),
    ):
        if texts:
            out += ["", f"# {title}:", *(f"#   {one_line(text)}" for text in texts)]
    return out


def pieces(text: str) -> list[str]:
    """Part a text into percent triples and single characters."""
    out: list[str] = []
    at = 0
    for found in _TRIPLE.finditer(text):
        out += [*text[at : found.start()], found.group()]
        at = found.end()
    return [*out, *text[at:]]
