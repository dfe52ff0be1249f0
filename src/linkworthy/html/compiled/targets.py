"""Resolves all links of a page in one go; those that the compiled code leaves are asked for one by one."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from linkworthy import urls
from linkworthy.html.compiled.hashes import word_table
from linkworthy.html.compiled.resolving import ELSEWHERE, K_COLUMNS, K_HOST_END, K_HOST_START, K_INVITES, K_KIND, NEAR
from linkworthy.html.compiled.resolving import resolve as _resolve
from linkworthy.html.compiled.spaces import Integers
from linkworthy.html.lists import words
from linkworthy.html.texts import Texts

if TYPE_CHECKING:
    from linkworthy.html.links import Near, Resolver

_SLOTS = 1_024
_INVITING = ("registration", "submission")


class Targets(NamedTuple):
    """Where the links of a page lead, as columns."""

    urls: Texts
    hosts: list[str | None]
    domains: list[str | None]
    fragments: Texts
    inviting: list[int]
    """Places of the links that may invite to something."""


def targets_of(hrefs: Texts, anchors: Texts, resolver: Resolver, near: Near) -> Targets:
    """Resolve hrefs; ``near`` is the base of the resolver, taken apart."""
    n = len(hrefs)
    base = near.base.encode()
    size = len(hrefs.data)
    known = np.empty((n, K_COLUMNS), np.int64)
    written = np.empty(size + n * len(base), np.uint8)
    behind = np.empty(size, np.uint8)
    url_bounds, fragment_bounds = np.empty(n + 1, np.int32), np.empty(n + 1, np.int32)
    places = np.array((near.origin, near.folder, near.query))
    paths, wholes, firsts = _inviting_words()
    _resolve(
        np.frombuffer(hrefs.data, np.uint8), hrefs.bounds, np.frombuffer(anchors.data, np.uint8), anchors.bounds,
        np.frombuffer(base, np.uint8), places, paths, wholes, firsts, known, written, url_bounds, behind,
        fragment_bounds,
    )  # fmt: skip
    hosts: list[str | None] = [near.host] * n
    domains: list[str | None] = [near.domain] * n
    page_urls: dict[int, str | None] = {}
    fragments: dict[int, str | None] = {}
    kinds = known[:, K_KIND]
    for place in (kinds != NEAR).nonzero()[0].tolist():
        if kinds[place] == ELSEWHERE and place not in hrefs.others:
            host = hrefs.data[known[place, K_HOST_START] : known[place, K_HOST_END]].decode("ascii")
            hosts[place], domains[place] = host, urls.registrable_domain(host)
    odd = {*(kinds == 0).nonzero()[0].tolist(), *hrefs.others}
    for place in sorted(odd):
        page_urls[place], hosts[place], domains[place], fragments[place] = resolver.target(hrefs.at(place) or "")
    inviting = {*known[:, K_INVITES].nonzero()[0].tolist(), *hrefs.others, *anchors.others}
    return Targets(
        Texts(written[: url_bounds[n]].tobytes(), url_bounds, page_urls, has_nulls=True), hosts, domains,
        Texts(behind[: fragment_bounds[n]].tobytes(), fragment_bounds, fragments, has_nulls=True), sorted(inviting),
    )  # fmt: skip


@lru_cache(maxsize=1)
def _inviting_words() -> tuple[Integers, Integers, Integers]:
    """Give last parts of URLs, whole anchors, and first words of phrases in anchors that invite to something."""
    listed = words("page_kinds")
    paths = {word for section in _INVITING for word in listed[section]["path"]}
    phrases = [phrase for section in _INVITING for phrase in listed[section]["text"]]
    firsts = {_first_word(phrase) for phrase in phrases}
    return word_table(paths, _SLOTS), word_table(phrases, _SLOTS), word_table(firsts, _SLOTS)


def _first_word(phrase: str) -> str:
    n = next((n for n, letter in enumerate(phrase) if not (letter.isalnum() or letter == "_")), len(phrase))
    return phrase[:n]
