"""The real pages of the WCXB set, parsed, with what people say of them. The set is read, never copied."""

from __future__ import annotations

import json
import tarfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from linkworthy import urls
from linkworthy.html.page import Page
from linkworthy.html.parse import parse
from tests.support.shared import ROOT

KINDS = ("article", "collection", "documentation", "forum", "listing", "product", "service")


class RealPage(NamedTuple):
    """One page with the words of those who read it."""

    name: str
    url: str
    body: bytes
    page: Page
    main: str
    kind: str
    tags: tuple[str, ...]
    title: str

    @property
    def site(self) -> str:
        """What folds are split by."""
        return urls.domain_of(self.url)


def archive() -> Path:
    """Give the place of the set among the shared test material."""
    return ROOT.joinpath("wcxb", "wcxb_dev.tar.xz")


def absent() -> str | None:
    """Say that the set is not here, null where it is."""
    return None if archive().is_file() else "the WCXB set (CC BY 4.0) is absent"


def real_pages(limit: int | None = None, is_wanted: Callable[[str], bool] | None = None) -> Iterator[RealPage]:
    """Give the pages in the order of their numbers; every so many of them where there is a limit.

    ``is_wanted`` says by its domain whether a page is read at all.
    """
    truths: dict[str, bytes] = {}
    bodies: dict[str, bytes] = {}
    with tarfile.open(archive()) as tar:
        for member in tar:
            stem, _, ending = member.name.rpartition("/")[2].partition(".")
            if member.isfile() and stem.isdecimal() and (stream := tar.extractfile(member)):
                (truths if ending == "json" else bodies)[stem] = stream.read()
    names = sorted(set(truths) & set(bodies))
    if is_wanted is not None:
        names = [name for name in names if is_wanted(urls.domain_of(_url(name, json.loads(truths[name]))))]
    for name in names[:: max(1, len(names) // limit)][:limit] if limit else names:
        yield _read(name, bodies[name], json.loads(truths[name]))


def _read(name: str, body: bytes, truth: dict[str, Any]) -> RealPage:
    url = _url(name, truth)
    said, kind = truth["ground_truth"], truth["_internal"]["page_type"]
    page = parse(body, [("content-type", "text/html")], url)
    return RealPage(name, url, body, page, said.get("main_content") or "", kind["primary"],
                    tuple(kind.get("tags") or ()), said.get("title") or "")  # fmt: skip


def _url(name: str, truth: dict[str, Any]) -> str:
    return urls.normalise(truth.get("url") or "") or f"https://wcxb-{name}.example/"
