"""The parts of a WAT record that are read, typed; everything else in its JSON is passed over.

Source: ResourceConstants and ExtractingParseObserver of iipc/webarchive-commons (ia-web-commons).
"""

from __future__ import annotations

import re
import secrets
from typing import Generic, TypeVar

import msgspec

Text = str | None
Links = TypeVar("Links")
"""How entries of ``Links`` are kept: decoded, or as the bytes that they are."""


class Link(msgspec.Struct, gc=False):
    """One entry of ``Links`` or of ``Head.Link``; ``path`` is TAG@/attribute."""

    path: Text = None
    url: Text = None
    href: Text = None
    text: Text = None
    alt: Text = None
    rel: Text = None
    type: Text = None
    hreflang: Text = None


class Meta(msgspec.Struct, gc=False):
    """One entry of ``Head.Metas``."""

    name: Text = None
    property: Text = None
    http_equiv: Text = msgspec.field(default=None, name="http-equiv")
    content: Text = None


class Head(msgspec.Struct, gc=False):
    """``Head`` of the HTML."""

    title: Text = msgspec.field(default=None, name="Title")
    base: Text = msgspec.field(default=None, name="Base")
    links: list[Link] = msgspec.field(default_factory=list, name="Link")
    metas: list[Meta] = msgspec.field(default_factory=list, name="Metas")
    scripts: list[Link] = msgspec.field(default_factory=list, name="Scripts")


class Html(msgspec.Struct, Generic[Links], gc=False):
    """``HTML-Metadata``."""

    head: Head = msgspec.field(default_factory=Head, name="Head")
    links: Links | msgspec.UnsetType = msgspec.field(default=msgspec.UNSET, name="Links")


class Message(msgspec.Struct, gc=False):
    """``Response-Message``."""

    status: str = msgspec.field(default="", name="Status")
    version: str = msgspec.field(default="", name="Version")


class Response(msgspec.Struct, Generic[Links], gc=False):
    """``HTTP-Response-Metadata``."""

    message: Message = msgspec.field(default_factory=Message, name="Response-Message")
    headers: dict[str, str | list[str]] = msgspec.field(default_factory=dict, name="Headers")
    n_bytes: str = msgspec.field(default="", name="Entity-Length")
    html: Html[Links] | None = msgspec.field(default=None, name="HTML-Metadata")

    def header_pairs(self) -> tuple[tuple[str, str], ...]:
        """Give the headers as an Exchange has them: names in lower case, repeats one after the other."""
        return tuple(
            (name.strip().lower(), value.strip())
            for name, values in self.headers.items()
            for value in ([values] if isinstance(values, str) else values)
        )


class Payload(msgspec.Struct, Generic[Links], gc=False):
    """``Payload-Metadata``."""

    response: Response[Links] = msgspec.field(default_factory=Response, name="HTTP-Response-Metadata")


class Headers(msgspec.Struct, gc=False):
    """``WARC-Header-Metadata``."""

    type: str = msgspec.field(default="", name="WARC-Type")
    uri: str = msgspec.field(default="", name="WARC-Target-URI")
    date: str = msgspec.field(default="", name="WARC-Date")
    address: Text = msgspec.field(default=None, name="WARC-IP-Address")
    truncated: Text = msgspec.field(default=None, name="WARC-Truncated")


class Envelope(msgspec.Struct, Generic[Links], gc=False):
    """``Envelope``: what one record of the WARC holds."""

    headers: Headers = msgspec.field(name="WARC-Header-Metadata")
    payload: Payload[Links] = msgspec.field(default_factory=Payload, name="Payload-Metadata")


class _Record(msgspec.Struct, Generic[Links], gc=False):
    envelope: Envelope[Links] = msgspec.field(name="Envelope")


Described = Envelope[list[Link]]
"""What a record says, with its links."""
_DECODER = msgspec.json.Decoder(_Record[list[Link]], strict=False)
_QUICK_DECODER = msgspec.json.Decoder(_Record[msgspec.Raw], strict=False)
_LINKS = b'"Links"'
_OPENING = re.compile(rb"\s*:\s*\[")
_LAST = b'"}]'
"""The end of a list of objects that hold texts."""
_BACKSLASH = ord("\\")
_MARK = f'"{secrets.token_hex(16)}"'.encode()
"""Stands for links while the rest is read: nobody who writes an archive can know it."""
_LONE_SURROGATE = re.compile(
    r"\\u[dD][89abAB][0-9a-fA-F]{2}(?!\\u[dD][c-fC-F])|(?<!\\u[dD][89abAB][0-9a-fA-F]{2})\\u[dD][c-fC-F][0-9a-fA-F]{2}"
)


def decode_around_links(content: bytes) -> tuple[Envelope[msgspec.Raw], bytes] | None:
    """Read the JSON of one record but for ``Links``, which is given as it is; null where the rest is odd.

    What is given as ``Links`` may be anything: most often nobody has looked at it yet.
    """
    start, end = _span_of_links(content)
    if end:
        rest = _quickly(b"".join((content[:start], _MARK, content[end:])))
        html = rest.payload.response.html if rest is not None else None
        if rest is not None and html is not None and _bytes_of(html) == _MARK:
            return rest, content[start:end]
    whole = _quickly(content)
    if whole is None:
        return None
    return whole, _bytes_of(whole.payload.response.html)


def _span_of_links(content: bytes) -> tuple[int, int]:
    """Guess where the first value of a key ``Links`` stands, two zeros where none can be told."""
    key = _find(content, _LINKS, 0)
    opening = _OPENING.match(content, key + len(_LINKS)) if key >= 0 else None
    end = _find(content, _LAST, opening.end()) if opening else -1
    return (opening.end() - 1, end + len(_LAST)) if opening and end >= 0 else (0, 0)


def _find(content: bytes, quoted: bytes, start: int) -> int:
    """Find what begins with a quote that is not escaped, -1 where it stands nowhere."""
    place = content.find(quoted, start)
    while place > 0 and content[place - 1] == _BACKSLASH:
        place = content.find(quoted, place + 1)
    return place


def _bytes_of(html: Html[msgspec.Raw] | None) -> bytes:
    return bytes(html.links) if html is not None and isinstance(html.links, msgspec.Raw) else b""


def _quickly(content: bytes) -> Envelope[msgspec.Raw] | None:
    try:
        return _QUICK_DECODER.decode(content).envelope
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None


def decode_envelope(content: bytes) -> Described | None:
    """Read the JSON of one record, null where it is in no layout that is known.

    Anchors clipped inside a surrogate pair, as its Java writer leaves them, cost that character only.
    """
    try:
        return _DECODER.decode(content).envelope
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        text = _LONE_SURROGATE.sub("\\\\ufffd", content.decode("utf-8", "replace"))
    try:
        return _DECODER.decode(text).envelope
    except (msgspec.MsgspecError, RecursionError):
        return None
