"""Small interpreters of redirect rules, one for each server's grammar, written from the servers' manuals.

Each takes the text of the rules and a request, and gives where it is led; nothing of ours is used.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from urllib.parse import unquote_to_bytes

Interpreter = Callable[[str, str, str], str | None]


def words(config: str) -> list[str]:
    """Read nginx configuration as nginx does: words, quoted strings with their escapes, and the marks ; { }."""
    out: list[str] = []
    i = 0
    while i < len(config):
        c = config[i]
        if c.isspace():
            i += 1
        elif c == "#":
            i = config.index("\n", i)
        elif c in ";{}":
            out.append(c)
            i += 1
        elif c == '"':
            i += 1
            word = ""
            while config[i] != '"':
                if config[i] == "\\" and config[i + 1] in "\"'\\":
                    i += 1
                word += config[i]
                i += 1
            out.append(word)
            i += 1
        else:
            found = re.match(r"[^\s;{}]+", config[i:])
            assert found
            out.append(found.group())
            i += len(found.group())
    return out


def nginx(text: str, host: str, request: str) -> str | None:
    """Answer as nginx with the map in its http block and each server's rules in the block that the comment names."""
    head, *servers = re.split(r"^# In the server block of (.*):$", text, flags=re.MULTILINE)
    blocks = dict(zip(servers[::2], servers[1::2], strict=True))
    if host not in blocks:
        return None
    found = words(head + "\n")
    entries = found[found.index("{") + 4 : -1] if found else []
    rules = words(blocks[host] + "\n")
    if "if" in rules:
        for pattern, to, _mark in zip(entries[::3], entries[1::3], entries[2::3], strict=True):
            assert pattern.startswith("~")
            assert "$" not in to
            if re.search(pattern[1:], host + request):
                return to
    path = unquote_to_bytes(re.sub("/{2,}", "/", request.partition("?")[0]))
    for i, word in enumerate(rules):
        if word == "location" and rules[i + 1] == "=" and rules[i + 2].encode() == path:
            assert rules[i + 3 : i + 6] == ["{", "return", "301"]
            return rules[i + 6]
    return None


def _to_the_end(pattern: str) -> bytes:
    return re.sub(r"(?<!\\)\$$", r"\\Z", pattern).encode()


def apache(text: str, host: str, request: str) -> str | None:
    """Answer as Apache with these lines in the .htaccess file of the document root.

    Its ``$`` stands for the very end, not for the end before a last line break: RegexDefaultOptions since 2.4.30.
    """
    path, mark, query = request.partition("?")
    decoded = re.sub(rb"/{2,}", b"/", unquote_to_bytes(path)).removeprefix(b"/")
    known = {"HTTP_HOST": host.encode(), "QUERY_STRING": query.encode(),
             "THE_REQUEST": f"GET {request} HTTP/1.1".encode()}  # fmt: skip
    conditions: list[bool] = []
    joined = text.replace("\\\n", "")
    for line in joined.splitlines():
        parts = line.split()
        if not parts or parts[0].startswith(("#", "<")):
            continue
        assert not set(line) & set("\"'")
        if parts[0] == "RewriteCond":
            flags = re.IGNORECASE if parts[3:] == ["[NC]"] else 0
            subject = known[parts[1].removeprefix("%{").removesuffix("}")]
            conditions.append(re.search(_to_the_end(parts[2]), subject, flags) is not None)
        elif parts[0] == "RewriteRule":
            _word, pattern, to, flag = parts
            assert flag == "[R=301,L,NE,QSD]"
            is_match = re.search(_to_the_end(pattern), decoded) is not None and all(conditions)
            conditions = []
            if is_match:
                assert re.search(r"\$\d|(?<!\\)%", to) is None
                return to.replace("\\%", "%")
        else:
            assert line == "RewriteEngine On"
    del mark
    return None


def netlify(text: str, host: str, request: str) -> str | None:
    """Answer as Netlify: first match, a query by its names and values."""
    path, _mark, query = request.partition("?")
    given = dict(part.split("=", 1) for part in query.split("&") if "=" in part)
    for line in text.splitlines():
        parts = line.split()
        if not parts or parts[0].startswith("#"):
            continue
        assert parts[-1] == "301!"
        start, *pairs, to, _code = parts
        assert "*" not in start
        assert "/:" not in start.partition("://")[2]
        where = start.partition("://")[2]
        if where == host + path and all(given.get(k) == v for k, _, v in (p.partition("=") for p in pairs)):
            return to
    return None


def cloudflare(text: str, host: str, request: str) -> str | None:
    """Answer as a Bulk Redirect List: source without scheme, seven columns."""
    for row in csv.reader(io.StringIO(text)):
        source, to, code, *flags = row
        assert (code, flags) == ("301", ["FALSE"] * 4)
        assert "?" not in source
        if source == host + request.partition("?")[0]:
            return to
    return None


def pages(text: str, host: str, request: str) -> str | None:
    """Answer as Cloudflare Pages, whatever the host."""
    del host
    for line in text.splitlines():
        parts = line.split()
        if not parts or line.startswith("#"):
            continue
        source, to, code = parts
        assert code == "301"
        assert len(line) <= 1000
        assert not re.search(r"\*|:[A-Za-z]", source)
        if source == request.partition("?")[0]:
            return to
    return None


INTERPRETERS: dict[str, Interpreter] = {
    "nginx": nginx, "apache": apache, "netlify": netlify, "cloudflare": cloudflare, "cloudflare-pages": pages,
}  # fmt: skip
