"""The one place where URLs are read, normalised and identified.

Everything rests on the WHATWG URL standard (through ada-url) and on both sections of the public suffix list, so that
two sites on blogspot.com or github.io are two owners. A ``href`` is as found; a ``url`` has been through
:func:`normalise`.
"""

from __future__ import annotations

import codecs
import ipaddress
import re
import unicodedata
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import ada_url
import publicsuffixlist
import xxhash

MAX_URL_CHARACTERS = 8_192
"""Longer URLs are rejected with a reason; servers and search engines stop far earlier."""

TRACKING_PARAMETERS = frozenset(
    {
        "gclid", "gclsrc", "dclid", "gbraid", "wbraid", "fbclid", "msclkid", "yclid", "twclid", "ttclid", "igshid",
        "li_fat_id", "mc_cid", "mc_eid", "_ga", "_gl", "_hsenc", "_hsmi", "mkt_tok", "vero_id", "srsltid",
    }
)  # fmt: skip
"""Query parameters that name a visit and not a page; whatever starts with ``utm_`` belongs to them as well."""

_ESCAPE = re.compile("%([0-9A-Fa-f]{2})")
_UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]")
"""Soft hyphen, zero-width spaces and joiners, marks of direction: some tools keep them in an anchor, others do not."""
_RULE = re.compile(r"^(?!//)\S+", re.MULTILINE)
"""A rule of the public suffix list: what stands on a line before white space, where the line is no comment."""
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")
_QUERY_KEPT = frozenset(range(0x21, 0x7F)) - frozenset(b"\"#<>'")
_REFUSED = {"iso-2022-jp": dict.fromkeys("\x0e\x0f\x1b", 0xFFFD), "gb18030": {"\ue5e5": 0xE5E5}}
"""Characters that the Encoding standard's encoder refuses and Python's does not, with the code point it reports."""
_WHATWG_CODECS = {
    "euc-kr": "cp949",
    "shift_jis": "cp932",
    "gbk": "gb18030",
    "big5": "big5hkscs",
    "iso-8859-1": "windows-1252",
}


class UrlParts(NamedTuple):
    """The parts of an absolute http(s) URL; ``port`` is empty where it is the scheme's own."""

    scheme: str
    host: str
    port: str
    path: str
    query: str


def parse(text: str, base: str | None = None) -> ada_url.URL | None:
    """Read a URL as browsers do, null where the standard calls it a failure.

    Source: https://url.spec.whatwg.org/#url-parsing
    """
    text = _LONE_SURROGATE.sub("\ufffd", text)
    try:
        return ada_url.URL(text) if base is None else ada_url.URL(text, base)
    except ValueError:
        return None


def resolve(href: str, base: str, encoding: str = "utf-8") -> str | None:
    """Join a href with its base and serialise it, null where it is no URL.

    The document's encoding matters for the query alone (https://url.spec.whatwg.org/#query-state).
    """
    if encoding != "utf-8" and (not href.isascii() or encoding in _REFUSED):
        href = encode_query(href, base, encoding)
    href = _LONE_SURROGATE.sub("\ufffd", href)
    try:
        return ada_url.join_url(base, href)
    except ValueError:
        return None


def encode_query(href: str, base: str, encoding: str) -> str:
    """Percent-encode the query of a href in a legacy document encoding, as forms and links do in browsers.

    Only http(s) and other special schemes except ws and wss do so; UTF-16 documents use UTF-8.
    """
    start = href.find("?")
    end = href.find("#")
    if start < 0 or (0 <= end < start) or encoding.lower().startswith(("utf-", "replacement", "x-user-defined")):
        return href
    parsed = parse(href, base)
    if parsed is None or parsed.protocol not in {"http:", "https:", "ftp:", "file:"}:
        return href
    stop = end if end >= 0 else len(href)
    return href[: start + 1] + percent_encode(href[start + 1 : stop], encoding) + href[stop:]


def percent_encode(text: str, encoding: str) -> str:
    """Encode text and percent-encode what a query may not hold; unencodable characters become ``%26%23N%3B``.

    Source: https://url.spec.whatwg.org/#string-percent-encode-after-encoding
    """
    name = _WHATWG_CODECS.get(encoding.lower(), encoding.lower())
    try:
        codec = codecs.lookup(name)
    except LookupError:
        codec = codecs.lookup("utf-8")
    out: list[str] = []
    refused = _REFUSED.get(name, {})
    pieces = re.split(f"([{''.join(refused)}])", text) if refused else [text]
    runs = [
        run for piece in pieces for run in ([refused[piece]] if piece in refused else _encodable_runs(piece, codec))
    ]
    for run in runs:
        if isinstance(run, int):
            out.append(f"%26%23{run}%3B")
        else:
            out.extend(chr(byte) if byte in _QUERY_KEPT else f"%{byte:02X}" for byte in run)
    return "".join(out)


def _encodable_runs(text: str, codec: codecs.CodecInfo) -> list[bytes | int]:
    """Split text into encoded runs and the code points that the encoding lacks."""
    runs: list[bytes | int] = []
    while text:
        try:
            runs.append(codec.encode(text)[0])
            break
        except UnicodeEncodeError as fault:
            if fault.start:
                runs.append(codec.encode(text[: fault.start])[0])
            runs.append(ord(text[fault.start]))
            text = text[fault.start + 1 :]
    return runs


def normalise(text: str, base: str | None = None) -> str | None:
    """Give the one spelling of an http(s) page that every table uses, null where there is none.

    The WHATWG serialisation without fragment, user name, password and the trailing dot of the host.
    """
    if len(text) > MAX_URL_CHARACTERS:
        return None
    text = _LONE_SURROGATE.sub("\ufffd", text)
    try:
        href = ada_url.normalize_url(text) if base is None else ada_url.join_url(base, text)
    except ValueError:
        return None
    if not href.startswith(("http://", "https://")):
        return None
    href = href.partition("#")[0]
    authority = href.split("/", 3)[2]
    if "@" in authority or authority.partition(":")[0].endswith("."):
        return _bare(href)
    return href if len(href) <= MAX_URL_CHARACTERS else None


def _bare(href: str) -> str | None:
    """Drop user name, password and the trailing dot of the host; null where what is left is no host."""
    url = ada_url.URL(href)
    url.username = ""
    url.password = ""
    try:
        url.hostname = url.hostname.rstrip(".")
    except ValueError:
        return None
    return url.href if len(url.href) <= MAX_URL_CHARACTERS else None


def rejection(text: str, base: str | None = None) -> str | None:
    """Say why :func:`normalise` gives null for a text, null where it gives a URL."""
    if not text.strip():
        return "empty URL"
    if len(text) > MAX_URL_CHARACTERS:
        return f"URL over {MAX_URL_CHARACTERS} characters"
    url = parse(text, base)
    if url is None:
        return "not a URL"
    if url.protocol not in {"http:", "https:"}:
        return "not http or https"
    return None if normalise(text, base) else "URL without a host"


def split(url: str) -> UrlParts:
    """Take a normalised URL apart.

    Raises: ValueError where the text was not normalised first.
    """
    parsed = ada_url.URL(url)
    return UrlParts(parsed.protocol[:-1], parsed.hostname, parsed.port, parsed.pathname, parsed.search[1:])


def host_of(url: str) -> str:
    """Give the host of a normalised URL without its port, an empty text where it has none."""
    start = url.find("//")
    if start < 0:
        return ""
    start += 2
    end = len(url)
    for stop in "/?#":
        found = url.find(stop, start, end)
        if found >= 0:
            end = found
    authority = url[start:end].rpartition("@")[2]
    if authority.startswith("["):
        return authority[: authority.find("]") + 1]
    return authority.partition(":")[0]


@lru_cache(maxsize=1)
def _suffix_rules() -> dict[str, int]:
    """Read the public suffix list: to each name how many labels longer the suffix is that its rule gives.

    0 for a plain rule, 1 for one with a wildcard below the name, -1 for an exception; rules beyond ASCII in both forms.
    The library's own reader encodes every rule by Python's codec, which takes longer than reading many a file of links.
    """
    listed = _RULE.findall(Path(publicsuffixlist.PSLFILE).read_text(encoding="utf-8").lower())
    listed += [_in_ascii(rule) for rule in listed if not rule.isascii()]
    special = [rule for rule in listed if rule[0] in "!*"]
    rules = dict.fromkeys(listed, 0)
    for rule in special:
        del rules[rule]
    return rules | {rule.lstrip("!*."): -1 if rule[0] == "!" else 1 for rule in special}


def _in_ascii(rule: str) -> str:
    mark = rule[: len(rule) - len(rule.lstrip("!*."))]
    return mark + ada_url.idna_to_ascii(rule[len(mark) :]).decode("ascii")


def _suffix_start(host: str) -> int:
    """Find where the public suffix of a host begins: the longest name that a rule knows tells, else it is one label."""
    rules = _suffix_rules()
    before = at = 0
    while True:
        longer = rules.get(host[at:] if at else host)
        dot = host.find(".", at)
        if longer is not None:
            return at if not longer else before if longer > 0 else dot + 1
        if dot < 0:
            return at
        before, at = at, dot + 1


@lru_cache(maxsize=262_144)
def registrable_domain(host: str) -> str:
    """Give the domain that one owner registered: public suffix plus one label, with private suffixes counted as public.

    An address stands for itself, and so does a host that is itself a public suffix (``github.io``).
    Source: https://publicsuffix.org/list/
    """
    host = host.rstrip(".").lower()
    if is_address(host) or host.startswith(".") or ".." in host:
        return host
    start = _suffix_start(host)
    return host[host.rfind(".", 0, max(start - 1, 0)) + 1 :]


@lru_cache(maxsize=65_536)
def public_suffix(host: str) -> str:
    """Give the public suffix of a host, private section included; an address has none and gives an empty text."""
    host = host.rstrip(".").lower()
    return "" if is_address(host) or host.startswith(".") or ".." in host else host[_suffix_start(host) :]


def is_public_suffix(host: str) -> bool:
    """Tell whether a host is itself a public suffix: a platform or registry, never one owner."""
    return bool(host) and not is_address(host) and public_suffix(host) == host


def domain_of(url: str) -> str:
    """Give the registrable domain of a normalised URL."""
    return registrable_domain(host_of(url))


def is_address(host: str) -> bool:
    """Tell whether a host is an IPv4 or IPv6 address."""
    text = host[1:-1] if host.startswith("[") else host
    if not text or (text[-1] not in "0123456789" and ":" not in text):
        return False
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def reversed_host(host: str) -> str:
    """Turn ``www.example.com`` into ``com.example.www``, the order in which one owner's hosts stand together."""
    return host if is_address(host) else ".".join(reversed(host.split(".")))


def strip_tracking(url: str) -> str:
    """Drop the query parameters that name a visit and not a page."""
    head, mark, query = url.partition("?")
    if not mark:
        return url
    kept = [part for part in query.split("&") if not is_tracking(part.partition("=")[0])]
    return f"{head}?{'&'.join(kept)}" if kept else head


def is_tracking(parameter: str) -> bool:
    """Tell whether a query parameter names a visit and not a page."""
    name = parameter.lower()
    return name.startswith("utm_") or name in TRACKING_PARAMETERS


def page_key(url: str) -> str:
    """Name the page behind a normalised URL, so that two reports of it meet.

    The scheme, tracking parameters and a question mark with nothing behind it are left out, and percent-encoding is
    brought into its normal form; host (``www`` included), port, path and query stay as they are otherwise.
    Source: RFC 3986, section 6.2.2
    """
    key = strip_tracking(url).partition("://")[2].removesuffix("?")
    return _ESCAPE.sub(_normal_escape, key) if "%" in key else key


def _normal_escape(found: re.Match[str]) -> str:
    """Decode what needs no percent-encoding, and write the rest in capitals."""
    character = chr(int(found[1], 16))
    return character if character in _UNRESERVED else found[0].upper()


def link_identity(source_url: str, target_url: str, anchor: str | None, kind: str) -> str:
    """Identify a link: source page, target page, anchor (white space folded, case ignored) and kind.

    Returns 32 hexadecimal digits of XXH3-128.
    """
    text = "\n".join((page_key(source_url), page_key(target_url), fold(anchor or ""), kind))
    return xxhash.xxh3_128_hexdigest(text.encode("utf-8", "surrogatepass"))


def fold(text: str) -> str:
    """Fold white space, case, composition of letters (NFC) and characters that show nothing, for comparing anchors."""
    if text.isascii():
        return " ".join(text.split()).casefold()
    folded = unicodedata.normalize("NFD", _INVISIBLE.sub("", text)).casefold()
    return " ".join(unicodedata.normalize("NFC", folded).split())
