"""The redirect map for nginx.

Nothing here comes from a trusted hand: an address may hold quotes, dollars, braces and anything percent-encoded. So
a ``location`` is written for plain paths only, every other address becomes a fully escaped pattern of a ``map`` over
the request as it was sent, and a target is percent-encoded down to characters that mean nothing to nginx.
Source: https://nginx.org/en/docs/http/ngx_http_map_module.html, ngx_http_rewrite_module.html
"""

from __future__ import annotations

import re

from linkworthy import urls
from linkworthy.reports.redirect_map import Redirect, RedirectMap
from linkworthy.reports.redirect_text import (
    BROKEN,
    HEAD,
    WHY_BROKEN,
    Rules,
    by_specificity,
    comment,
    hosts_of,
    one_line,
    path_of,
    pieces,
    query_of,
    tail,
    target,
)

MAX_WORD = 4_000
"""nginx reads its configuration in pieces of 4,096 bytes and refuses a longer word."""

_PLAIN = re.compile(r"/[A-Za-z0-9/_.~-]*\Z")


def to_nginx(plan: RedirectMap) -> str:
    """Give the rules as text to include: a ``map`` for the http block, and ``location`` blocks for each server."""
    return nginx_rules(plan).text


def nginx_rules(plan: RedirectMap) -> Rules:
    """Write the rules for nginx."""
    refused = {redirect: why for redirect in plan.redirects if (why := _refusal(redirect)) is not None}
    left_out = [f"{redirect.from_url}: {why}" for redirect, why in refused.items()]
    rules = [redirect for redirect in by_specificity(plan) if redirect not in refused]
    plain = [redirect for redirect in rules if _is_plain(redirect.from_url)]
    mapped = [redirect for redirect in rules if not _is_plain(redirect.from_url)]
    lines = [f"# {HEAD}"]
    if mapped:
        lines += ["", "# In the http block:", "map $host$request_uri $linkworthy_to {", '    default "";']
        for redirect in mapped:
            lines += [f"    # {comment(redirect)}",
                      f'    "{_pattern(redirect.from_url)}" "{target(redirect.to_url)}";']  # fmt: skip
        lines.append("}")
    for host in hosts_of(plan):
        lines += ["", f"# In the server block of {one_line(host)}:"]
        for redirect in plain:
            if urls.host_of(redirect.from_url) == host:
                path, to = path_of(redirect.from_url), target(redirect.to_url)
                lines += [f"# {comment(redirect)}", f'location = "{path}" {{ return 301 "{to}"; }}']
        if any(urls.host_of(redirect.from_url) == host for redirect in mapped):
            lines.append("if ($linkworthy_to) { return 301 $linkworthy_to; }")
    lines += tail(plan, left_out)
    return Rules("\n".join(lines) + "\n", len(plain) + len(mapped), tuple(left_out))


def _refusal(redirect: Redirect) -> str | None:
    """Say why nginx cannot have a rule."""
    if max(len(_pattern(redirect.from_url)), len(target(redirect.to_url))) > MAX_WORD:
        return "longer than a word of nginx's configuration may be"
    return WHY_BROKEN if BROKEN.search(path_of(redirect.from_url)) else None


def _is_plain(url: str) -> bool:
    """Tell whether a path is the same as it is sent and as nginx reads it."""
    path = path_of(url)
    return not query_of(url) and "?" not in url and "//" not in path and bool(_PLAIN.match(path))


def _pattern(url: str) -> str:
    """Give the pattern that matches a host and request exactly, whatever the query where the URL has none."""
    query = query_of(url)
    path = path_of(url) + (f"?{query}" if query else "")
    text = "".join(
        f"\\%(?i:{piece[1:]})" if len(piece) == 3 else piece if piece.isascii() and piece.isalnum() else f"\\{piece}"
        for piece in pieces(urls.host_of(url) + path)
    )
    pattern = f"~^{text}{'' if query else '([?].*)?'}$"
    return pattern.replace("\\", "\\\\").replace('"', '\\"')
