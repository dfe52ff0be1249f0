r"""One line of the common or combined log format, with what servers put before, between and behind.

``[vhost[:port] ]address ident user [time] "request" status bytes … ["referrer" "agent" …]``. Apache and nginx write a
quote within quotes as ``\"`` or ``\x22``.

Source: https://httpd.apache.org/docs/2.4/logs.html#combined
"""

from __future__ import annotations

import re

from linkworthy.sources.weblogs.entry import NOT_A_LINE, Entry, clf_seconds, status_of

_QUOTED = r'"([^"\\]*(?:\\.[^"\\]*)*)"'
_LINE = re.compile(
    r'((?:\[[0-9A-Fa-f:.]+\](?::[0-9]{1,5})? )?[^\["]{3,512}) \[([^\]"]{20,40})\] (?:[^\s"\[]+ ){0,6}'
    + _QUOTED
    + r' ([0-9]{3}|-)(?: [^ "]+){1,6}(?: '
    + _QUOTED
    + " "
    + _QUOTED
    + r'(?![^ ])|(?=[^"]*$))'
)
_SYSLOG = re.compile(
    r"(?:<[0-9]{1,3}>[0-9]? ?)?"
    r"(?:[A-Z][a-z]{2} [ 0-9][0-9] [0-9:]{8}|[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+(?:Z|[+-][0-9:]{5,6})?)"
    r" [^ ]+ [A-Za-z0-9_./-]+(?:\[[0-9]+\])?: "
)
_VHOST = re.compile(r"(?:[A-Za-z0-9_-]+\.)*[A-Za-z0-9_-]+(?::[0-9]{1,5})?|\[[0-9A-Fa-f:.]+\](?::[0-9]{1,5})?")
_NAMED = re.compile(r"(?=[^ ]*[A-Za-z])(?:[A-Za-z0-9_-]+\.)+[A-Za-z0-9_-]+")
_ADDRESS = re.compile(r"[0-9]{1,3}(?:\.[0-9]{1,3}){3}|(?=[^:]*:[^:]*:)[0-9A-Fa-f:.]+")
_ESCAPED = re.compile(r'\\(?:x([0-9A-Fa-f]{2})|(["\\tnrvbf]))')
_MEANT = {"t": b"\t", "n": b"\n", "r": b"\r", "v": b"\v", "b": b"\b", "f": b"\f"}


def parse(line: str) -> Entry | str:
    """Read one line, or say why it is none."""
    found = _LINE.match(line)
    if found is None:
        prefix = _SYSLOG.match(line)
        found = _LINE.match(line, prefix.end()) if prefix else None
        if found is None:
            return NOT_A_LINE
    front, when, request, status, referrer, agent = found.groups()
    return Entry(
        at=clf_seconds(when),
        origin=origin_of(front),
        request=unescape(request),
        status=status_of(status),
        referrer=None if referrer is None else unescape(referrer),
        agent=None if agent is None else unescape(agent),
    )


def origin_of(front: str) -> str:
    """Give the virtual host in what stands before the time, an empty text where there is none.

    It stands before the client's address; lighttpd writes it in the place of the ident.
    """
    words = front.split(" ", 3)
    if len(words) == 4 and ("." in words[1] or ":" in words[1]) and _VHOST.fullmatch(words[0]):
        return words[0]
    if len(words) > 2 and _NAMED.fullmatch(words[1]) and _ADDRESS.fullmatch(words[0]):
        return words[1]
    return ""


def unescape(text: str) -> str:
    r"""Undo what Apache and nginx do to quotes, backslashes and bytes: ``\"`` and ``\x22``."""
    if "\\" not in text:
        return text
    raw = bytearray()
    at = 0
    for found in _ESCAPED.finditer(text):
        raw += text[at : found.start()].encode("utf-8", "replace")
        raw += bytes.fromhex(found[1]) if found[1] else _MEANT.get(found[2], found[2].encode())
        at = found.end()
    raw += text[at:].encode("utf-8", "replace")
    return raw.decode("utf-8", "linkworthy-cp1252")
