"""The rules of one robots.txt file, as Google reads them.

Groups, the choice of a group, wildcards and the longest match are protego's. protego differs from Google's parser in
spelling alone, and so each file is respelled before protego sees it:

- Lines that Google does not know are left out; protego lets them end a group.
- A user agent is cut after its product token and gets a full stop, so that only equal tokens meet; protego lets
  ``link`` speak for ``linkworthy``.
- Each byte of a pattern and of a URL becomes three characters. protego decodes percent escapes and weighs a pattern by
  its length after quoting, where a question mark counts three; Google compares and counts bytes as written.
- A closing ``$`` becomes the mark that ends every URL, and counts like any byte.
- Agents that nobody asks for share one name: protego keeps every rule once for each agent of its group, and a file of
  500 KiB could otherwise fill the memory.

Source: RFC 9309; https://github.com/google/robotstxt
"""

from __future__ import annotations

import codecs
import math
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from protego import Protego

MAX_ROBOTS_BYTES = 500 * 1024
"""What comes after is ignored (RFC 9309 2.5)."""
MAX_LINE_BYTES = 2_083 * 8
"""What comes after on one line is ignored (Google: eight times the longest URL of old browsers)."""
MAX_SITEMAPS = 5_000
"""Sitemaps taken from one file."""

_NEWLINE = re.compile(rb"\r\n|\r|\n")
_TOKEN = re.compile(rb"[A-Za-z_-]*")
_ESCAPE = re.compile(rb"%[0-9A-Fa-f]{2}")
_SPACE = b" \t\n\v\f\r"
_AUTHORITY = re.compile(r"^[A-Za-z][A-Za-z0-9+.-]*://[^/?#]*")
_END = "-ZZ"
_OTHER = "other."
_SPELLED = [f"-{byte:02X}" for byte in range(256)]

# The key of a line is known by its beginning; the misspellings are those that Google accepts.
_KEYS: tuple[tuple[str, tuple[bytes, ...]], ...] = (
    ("user-agent", (b"user-agent", b"useragent", b"user agent")),
    ("allow", (b"allow",)),
    ("disallow", (b"disallow", b"dissallow", b"dissalow", b"disalow", b"diasllow", b"disallaw")),
    ("sitemap", (b"sitemap", b"site-map")),
    ("crawl-delay", (b"crawl-delay", b"crawldelay", b"crawl delay")),
)


@dataclass(slots=True)
class RobotsRules:
    """The rules of one file. Build with :func:`parse_robots`."""

    sitemaps: tuple[str, ...] = ()
    """Sitemaps as written, in order."""
    _lines: tuple[tuple[str, bytes], ...] = ()
    _delays: dict[str, float] = field(default_factory=dict)
    _agents: frozenset[str] = frozenset()
    _readers: dict[str, Protego] = field(default_factory=dict)

    def allows(self, url: str, agent: str) -> bool:
        """Tell whether an agent, given by its product token, may fetch a URL."""
        path = _path_of(url)
        if path == "/robots.txt":
            return True
        reader = self._readers.get(agent.lower())
        if reader is None:
            self.prepare([agent])
            reader = self._readers[agent.lower()]
        spelled = "".join(map(_SPELLED.__getitem__, path.encode("utf-8", "surrogatepass")))
        return bool(reader.can_fetch(f"/{spelled}{_END}", f"{agent.lower()}."))

    def treats_alike(self, agent: str, other: str) -> bool:
        """Tell whether the same rules hold for two agents because none of them is named."""
        return self._agents.isdisjoint((agent.lower(), other.lower()))

    def crawl_delay(self, agent: str) -> float | None:
        """Give the seconds between two requests that the agent's group asks for, null where it asks for none."""
        name = agent.lower()
        return self._delays.get(name if name in self._agents else "*")

    def prepare(self, agents: Iterable[str]) -> None:
        """Read the rules for several agents at once, for fewer passes over the file."""
        names = {agent.lower() for agent in agents}
        reader = Protego.parse("\n".join(_respelled(self._lines, names)))
        self._readers |= dict.fromkeys(names, reader)


def parse_robots(body: bytes) -> RobotsRules:
    """Read a robots.txt file, whatever it holds; what is no rule is ignored."""
    lines = tuple(_lines_of(body))
    sitemaps = [value.decode("utf-8", "replace") for key, value in lines if key == "sitemap" and value]
    agents, delays = _delays_of(lines)
    return RobotsRules(tuple(sitemaps[:MAX_SITEMAPS]), lines, delays, agents)


def product_token(user_agent: str) -> str:
    """Give the product token of a User-Agent header, in lower case: what stands in robots.txt."""
    found = _TOKEN.match(user_agent.strip().encode("utf-8", "replace"))
    return found.group().decode("ascii").lower() if found else ""


def _lines_of(body: bytes) -> Iterator[tuple[str, bytes]]:
    """Give key and value of every line that means something."""
    for line in _NEWLINE.split(_unmarked(body)[:MAX_ROBOTS_BYTES]):
        text = line[:MAX_LINE_BYTES].partition(b"#")[0].strip(_SPACE)
        key, colon, value = text.partition(b":")
        if not colon:
            words = text.split()
            if len(words) != 2:  # Google forgives a missing colon between two words
                continue
            key, value = words
        name = key.strip(_SPACE).lower()
        kind = next((kind for kind, starts in _KEYS if name.startswith(starts)), None)
        if kind is not None:
            yield kind, value.strip(_SPACE)


def _unmarked(body: bytes) -> bytes:
    """Take off a byte order mark; a file in UTF-16 becomes UTF-8."""
    if body.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return body[: 2 * MAX_ROBOTS_BYTES].decode("utf-16", "replace").encode()
    # Google also skips a mark that lacks its end.
    return next((body[n:] for n in (3, 2, 1) if body.startswith(codecs.BOM_UTF8[:n])), body)


def _agent(value: bytes) -> str:
    """Give the product token that a user-agent line names, ``*`` for all, an empty text where it names none."""
    if value[:1] == b"*" and not value[1:2].strip(_SPACE):
        return "*"
    found = _TOKEN.match(value)
    return found.group().decode("ascii").lower() if found else ""


def _delays_of(lines: Iterable[tuple[str, bytes]]) -> tuple[frozenset[str], dict[str, float]]:
    """Give every agent that has a group, and the crawl delay of each that has one."""
    seen: set[str] = set()
    delays: dict[str, float] = {}
    group: set[str] = set()
    is_open = True
    for key, value in lines:
        if key == "user-agent":
            if not is_open:
                group = set()
            is_open = True
            group.add(_agent(value))
            seen |= group
        elif key in {"allow", "disallow"}:
            is_open = False
        elif key == "crawl-delay" and (delay := _seconds(value)) is not None:
            delays |= dict.fromkeys(group, delay)
    return frozenset(seen), delays


def _seconds(value: bytes) -> float | None:
    try:
        delay = float(value[:32])
    except ValueError:
        return None
    return delay if math.isfinite(delay) and delay >= 0 else None


def _respelled(lines: Iterable[tuple[str, bytes]], names: set[str]) -> Iterator[str]:
    """Give the lines of the file that protego shall see."""
    last = ""
    for key, value in lines:
        if key == "user-agent":
            agent = _agent(value)
            name = "*" if agent == "*" else f"{agent}." if agent in names else _OTHER
            line = f"user-agent: {name}"
            if line != last:
                yield line
        elif key in {"allow", "disallow"}:
            line = f"{key}: {_pattern(value)}"
            yield line
            head, slash, page = value.rpartition(b"/")
            if key == "allow" and slash and page.startswith(b"index.htm"):  # Google: allows its folder as well
                yield f"allow: {_pattern(head + b'/$')}"
        else:
            continue
        last = line


def _pattern(value: bytes) -> str:
    """Spell a pattern: non-ASCII bytes escaped and escapes in capitals, as Google does, then byte by byte."""
    if not value:
        return ""
    if not value.isascii():
        value = b"".join(bytes([byte]) if byte < 0x80 else b"%%%02X" % byte for byte in value)
    value = _ESCAPE.sub(lambda found: found.group().upper(), value)
    is_anchored = value.endswith(b"$")
    spelled = "".join("***" if byte == 0x2A else _SPELLED[byte] for byte in (value[:-1] if is_anchored else value))
    return f"/{spelled}{_END if is_anchored else ''}"


def _path_of(url: str) -> str:
    """Give path and query of a URL as written."""
    path = _AUTHORITY.sub("", url).partition("#")[0]
    return path if path.startswith("/") else f"/{path}"
