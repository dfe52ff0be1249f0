"""Tells by compiled code which records of a WAT say nothing of an owner, so that nobody decodes them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from linkworthy import urls
from linkworthy.fetch.redirects import REDIRECTS
from linkworthy.sources.wat_chunks import Numbered
from linkworthy.sources.wat_layout import decode_around_links
from linkworthy.sources.wat_links import Described, WatLinks
from linkworthy.sources.wat_page import resolver_of


class _Asked(NamedTuple):
    place: int
    described: Described


def kinds_of_others(chunk: Sequence[Numbered], links: WatLinks, is_own: Callable[[str], bool]) -> list[str | None]:
    """Give the type of each record that says nothing of the owner, null where it does, or where only a reader can tell.

    ``links`` keeps the external ones alone. A page says nothing that is not the owner's and does not redirect anywhere,
    and none of whose links leads to a host of the owner's.
    """
    kinds: list[str | None] = [None] * len(chunk)
    asked: list[_Asked] = []
    for place, (_, record) in enumerate(chunk):
        decoded = decode_around_links(record.content) if record.type == "metadata" else None
        if decoded is None:
            continue
        envelope, raw = decoded
        kind = envelope.headers.type.lower()
        if kind != "response":
            kinds[place] = kind
            continue
        response = envelope.payload.response
        url = urls.normalise(envelope.headers.uri)
        if url is None or response.html is None or not _is_answer(response.message.status):
            continue
        resolver = resolver_of(response.html.head, response.header_pairs(), url)
        host = urls.host_of(url)
        if resolver.near is None or is_own(host) or is_own(resolver.near.host):
            continue
        asked.append(_Asked(place, Described(raw, resolver, host)))
    read = links.add([one.described for one in asked])
    known = [one for one, found in zip(asked, read, strict=True) if found is not None]
    for one, leads in zip(known, links.leading(is_own), strict=True):
        kinds[one.place] = None if leads else "response"
    return kinds


def _is_answer(status: str) -> bool:
    """Tell whether a status is one, and sends the reader nowhere."""
    return status.isdecimal() and len(status) == 3 and int(status) not in REDIRECTS
