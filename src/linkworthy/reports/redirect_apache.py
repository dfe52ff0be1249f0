r"""The redirect map for Apache: mod_rewrite rules for a .htaccess file or a virtual host.

A pattern is written with every character that could mean anything as ``\xHH``, so that neither the configuration's
words and quotes nor the regular expression can be broken out of. Apache matches the path after percent-decoding and
with repeated slashes merged, and the query as it was sent.
Source: https://httpd.apache.org/docs/2.4/mod/mod_rewrite.html
"""

from __future__ import annotations

import re
from urllib.parse import unquote_to_bytes

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

_LITERAL = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789/_~")
_SLASH = re.compile(r"%2[Ff]")
MAX_WORD = 8_000
"""Apache reads request lines of at most 8,190 bytes."""


def apache_rules(plan: RedirectMap) -> Rules:
    """Write the rules for Apache, rules of one host together."""
    left_out: list[str] = []
    lines = [f"# {HEAD}", "# For the .htaccess file in the folder of the start page, above other rewrite rules.",
             "<IfModule mod_rewrite.c>", "RewriteEngine On"]  # fmt: skip
    n_rules = 0
    redirects = by_specificity(plan)
    for host in hosts_of(plan):
        lines += ["", f"# {one_line(host)}"]
        for redirect in redirects:
            if urls.host_of(redirect.from_url) != host:
                continue
            if (why := _refusal(redirect)) is not None:
                left_out.append(f"{redirect.from_url}: {why}")
                continue
            lines += _rule(redirect)
            n_rules += 1
    lines += ["</IfModule>", *tail(plan, left_out)]
    return Rules("\n".join(lines) + "\n", n_rules, tuple(left_out))


def _refusal(redirect: Redirect) -> str | None:
    """Say why Apache cannot have a rule."""
    if BROKEN.search(path_of(redirect.from_url)):
        return WHY_BROKEN
    if _SLASH.search(path_of(redirect.from_url)):
        return "Apache answers 404 to an encoded slash before it looks at rules (AllowEncodedSlashes)"
    if redirect.to_url.endswith(("?", "&")):
        return "Apache drops the sign at the end of its target"
    if len(redirect.from_url) > MAX_WORD:
        return "longer than a request line that Apache reads"
    return None


def _rule(redirect: Redirect) -> list[str]:
    path, query = path_of(redirect.from_url), query_of(redirect.from_url)
    decoded = re.sub(rb"/{2,}", b"/", unquote_to_bytes(path)).removeprefix(b"/")
    lines = [f"# {comment(redirect)}", f"RewriteCond %{{HTTP_HOST}} ^{_escaped(_host(redirect.from_url))}$ [NC]"]
    if "//" in path:
        lines.append(f"RewriteCond %{{THE_REQUEST}} ^[A-Z]+\\x20{_sent(path)}[?\\x20]")
    if query:
        lines.append(f"RewriteCond %{{QUERY_STRING}} ^{_sent(query)}$")
    to = target(redirect.to_url).replace("%", "\\%")
    return [*lines, f"RewriteRule ^/?{_escaped(decoded)}$ {to} [R=301,L,NE,QSD]"]


def _host(url: str) -> bytes:
    parts = urls.split(url)
    return f"{parts.host}:{parts.port}".encode() if parts.port else parts.host.encode()


def _escaped(text: bytes) -> str:
    return "".join(chr(byte) if byte in _LITERAL else f"\\x{byte:02X}" for byte in text)


def _sent(text: str) -> str:
    """Give the pattern of a text as it is sent, the case of percent triples left open."""
    return "".join(f"\\x25(?i:{piece[1:]})" if len(piece) == 3 else _escaped(piece.encode()) for piece in pieces(text))
