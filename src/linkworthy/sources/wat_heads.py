"""Pages of a WAT as columns, many at a time: what ``wat_page`` and ``gathering`` make of them one by one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from linkworthy import urls
from linkworthy.archives.record import parse_date
from linkworthy.fetch.base import Exchange, Hop, Request
from linkworthy.fetch.redirects import REDIRECTS
from linkworthy.html import head, identifiers
from linkworthy.html.gathered import Attributes, Gathered
from linkworthy.html.links import Near, Resolver
from linkworthy.html.page import Page
from linkworthy.sources.gathering import described_row, instant_or
from linkworthy.sources.wat_answers import Answers
from linkworthy.sources.wat_elements import Elements
from linkworthy.sources.wat_envelope import (
    I_RECORD,
    I_TEXTS,
    LINK,
    META,
    OTHER,
    PAGE,
    REFUSED,
    SCRIPT,
    V_ADDRESS,
    V_BASE,
    V_BYTES,
    V_DATE,
    V_LINKS,
    V_STATUS,
    V_TITLE,
    V_TRUNCATED,
    V_URI,
    V_VERSION,
)
from linkworthy.sources.wat_links import Described
from linkworthy.sources.wat_page import TELLING, base_url_of, encoding_of, head_facts, telling_facts
from linkworthy.sources.wat_spans import MAX_FOLDED
from linkworthy.sources.wat_survey import Room, Survey, first_of_each, lengths, with_nulls
from linkworthy.tables import table

__all__ = ("OTHER", "PAGE", "Pages", "pages_of")
Array = NDArray[Any]

_SAID = {"description": "description", "html@/lang": "html_lang", "viewport": "viewport", "generator": "generator",
         "og:type": "og_type"}  # fmt: skip
"""Metas whose content is a fact as it stands, and that fact."""
_JUDGED, _TELLING, _OTHER = range(len(_SAID), len(_SAID) + 3)
"""Beside them, metas of which one among several is chosen, those that speak to robots or of owners, and all others."""
_NOTHING = Gathered()
_ANY_TIME = datetime(2000, 1, 1, tzinfo=UTC)
_NAME, _PROPERTY, _EQUIVALENT, _CONTENT = (I_TEXTS + 2 * n for n in range(4))
_URL = I_TEXTS


class Pages(NamedTuple):
    """The pages among some records."""

    states: list[int]
    """What each record is: REFUSED is left to the plain form."""
    columns: pa.Table
    """Columns of ``pages``, a row for each record that is a page; those that are missing are null or count links."""
    urls: list[str]
    described: list[Described]


def pages_of(contents: Sequence[bytes], written_at: datetime, room: Room) -> Pages:
    """Read records but for their links."""
    return _Reading(Survey(contents, room), contents, written_at).pages()


class _Reading:
    def __init__(self, found: Survey, contents: Sequence[bytes], written_at: datetime) -> None:
        self._found = found
        self._answers = Answers(found)
        records = (found.states == PAGE).nonzero()[0]
        said = found.rows[records]
        metas = found.items_of(META)
        is_odd = self._answers.are_odd
        is_odd[metas[metas[:, _CONTENT + 1] - metas[:, _CONTENT] > MAX_FOLDED, I_RECORD]] = True
        is_odd[records[said[:, 2 * V_TITLE + 1] - said[:, 2 * V_TITLE] > MAX_FOLDED]] = True
        named = _named(found, said)
        statuses = _statuses(found, said)
        listed = records.tolist()
        fit = [one is not None and _is_utf8(contents[record]) for one, record in zip(named, listed, strict=True)]
        is_chosen = np.array(fit, np.bool_) & (statuses >= 0) & ~is_odd[records]
        found.states[records[~is_chosen]] = REFUSED
        self._records, self._rows, self._statuses = records[is_chosen], said[is_chosen], statuses[is_chosen]
        self._named = [one for one, chosen in zip(named, is_chosen.tolist(), strict=True) if one and chosen]
        self._urls = [url for url, _ in self._named]
        self._written_at = written_at
        self._place = np.full(len(contents), -1)
        self._place[self._records] = np.arange(len(self._records))
        self._metas = self._of_pages(metas)
        self._links = self._of_pages(found.items_of(LINK))
        self._equivalents = found.encoded(self._metas, _EQUIVALENT)

    def _of_pages(self, items: Array) -> Array:
        """Give the items of the pages that are read here."""
        return items[self._place[items[:, I_RECORD]] >= 0]

    def _page_of(self, items: Array) -> Array:
        return self._place[items[:, I_RECORD]]

    def pages(self) -> Pages:
        """Give the pages."""
        found, rows = self._found, self._rows
        hosts = [near.host if near is not None else urls.host_of(url) for url, near in self._named]
        titles = found.folded(rows, 2 * V_TITLE)
        page_urls, statuses = pa.array(self._urls, pa.string()), pa.array(self._statuses)
        columns: dict[str, Any] = _constants() | {
            "url": page_urls, "final_url": page_urls, "status": statuses, "final_status": statuses, "host": hosts,
            "domain": [urls.registrable_domain(host) for host in hosts], "fetched_at": self._instants(),
            "http_version": self._versions(),
            "address": with_nulls(found.column(rows, 2 * V_ADDRESS), rows[:, 2 * V_ADDRESS] < 0),
            "is_truncated": rows[:, 2 * V_TRUNCATED] >= 0,
            "n_bytes": [int(one) if one and one.isdecimal() else 0 for one in found.strings(rows, 2 * V_BYTES)],
            "title": with_nulls(titles, lengths(titles) == 0),
        }  # fmt: skip
        answered, types = self._answers.columns(self._place, len(rows))
        resolvers, columns["base_url"] = self._resolvers(types)
        columns |= answered
        columns |= self._facts(resolvers)
        raws = zip(rows[:, 2 * V_LINKS].tolist(), rows[:, 2 * V_LINKS + 1].tolist(), strict=True)
        described = [
            Described(found.text[start:end] if start >= 0 else b"", resolver, host, is_utf8=True)
            for (start, end), resolver, host in zip(raws, resolvers, hosts, strict=True)
        ]
        return Pages(found.states.tolist(), _as_table(columns, len(rows)), self._urls, described)

    def _instants(self) -> list[datetime]:
        return [instant_or(_date(date or ""), self._written_at) for date in self._found.strings(self._rows, 2 * V_DATE)]

    def _versions(self) -> pa.StringArray:
        ids, texts = self._found.encoded(self._rows, 2 * V_VERSION)
        return pa.array([text.rpartition("/")[2] or None for text in texts], pa.string()).take(pa.array(ids))

    def _resolvers(self, types: Sequence[str | None]) -> tuple[list[Resolver], list[str | None]]:
        """Give what resolves the links of each page, and the URL of its base element."""
        chosen = self._metas[self._are_equivalent_to("content-type")]
        named: dict[int, list[Attributes]] = {}
        contents = self._found.strings(chosen, _CONTENT)
        for page, content in zip(self._page_of(chosen).tolist(), contents, strict=True):
            named.setdefault(page, []).append({"http-equiv": "content-type", "content": content})
        resolvers: list[Resolver] = []
        base_urls: list[str | None] = []
        bases = self._found.strings(self._rows, 2 * V_BASE)
        for page, ((url, near), base, sent) in enumerate(zip(self._named, bases, types, strict=True)):
            encoding = encoding_of((("content-type", sent),) if sent else (), named.get(page, ()))
            base_url = base_url_of(base, url, encoding)
            base_urls.append(base_url)
            resolvers.append(Resolver(base_url or url, encoding, near if base_url is None else None))
        return resolvers, base_urls

    def _are_equivalent_to(self, header: str) -> Array:
        """Tell which metas stand for a header."""
        ids, texts = self._equivalents
        return np.array([text.strip().lower() == header for text in texts] or [False])[ids]

    def _facts(self, resolvers: Sequence[Resolver]) -> dict[str, Any]:
        """Give what metas, link elements and scripts say."""
        n, metas = len(resolvers), self._metas
        has_name = (metas[:, _NAME] >= 0) & (metas[:, _NAME + 1] > metas[:, _NAME])
        names = np.where(has_name[:, None], metas[:, _NAME : _NAME + 2], metas[:, _PROPERTY : _PROPERTY + 2])
        ids, texts = self._found.encoded(np.ascontiguousarray(names), 0)
        roles = np.array([_role(text) for text in texts] or [0])[ids]
        is_telling = (roles == _TELLING) | self._are_equivalent_to("refresh")
        telling = self._telling(metas[is_telling])
        asked = roles <= _JUDGED
        metas, ids, roles = metas[asked], ids[asked], roles[asked]
        pages, contents = self._page_of(metas), self._found.folded(metas, _CONTENT)
        is_said = lengths(contents) > 0
        facts: dict[str, Any] = {"is_html": True}
        for role, fact in enumerate(_SAID.values()):
            facts[fact] = first_of_each(contents, (roles == role) & is_said, pages, n)
        judged = ((roles == _JUDGED) & is_said).nonzero()[0]
        said = contents.take(pa.array(judged)).to_pylist()
        facts |= _judged([texts[one] for one in ids[judged].tolist()], said, pages[judged].tolist(), n)
        return facts | self._told(telling, resolvers)

    def _telling(self, metas: Array) -> dict[int, list[Attributes]]:
        """Give those metas that more is asked of than their content, by page."""
        telling: dict[int, list[Attributes]] = {}
        texts = [self._found.strings(metas, column) for column in (_NAME, _PROPERTY, _EQUIVALENT, _CONTENT)]
        pages = self._page_of(metas).tolist()
        for page, name, prop, equivalent, content in zip(pages, *texts, strict=True):
            said: dict[str, str | None] = {"name": name, "property": prop, "content": content}
            if equivalent is not None:
                said["http-equiv"] = equivalent
            telling.setdefault(page, []).append(said)
        return telling

    def _told(self, telling: Mapping[int, list[Attributes]], resolvers: Sequence[Resolver]) -> dict[str, Any]:
        n = len(resolvers)
        headers = self._answers.heeded(self._place)
        elements = Elements(self._found, self._links, self._page_of(self._links), resolvers)
        columns: dict[str, Any] = {name: [value] * n for name, value in _untold().items()}
        columns |= elements.columns(n)
        others = elements.others([*headers])
        for page in sorted({*telling, *headers, *others}):
            metas, sent = telling.get(page, ()), headers.get(page, ())
            facts = telling_facts(metas, sent, resolvers[page]) if metas or sent else {}
            if sent or page in others:
                facts |= head_facts(others.get(page, ()), sent, resolvers[page], self._urls[page])
            for name, value in facts.items():
                _listed(columns, name, n)[page] = value
        addresses = self._addresses()
        columns["owner_ids"] = [[]] * n
        for page in {*telling, *addresses}:
            columns["owner_ids"][page] = identifiers.owner_ids(telling.get(page, ()), (), addresses.get(page, ()))
        return columns

    def _addresses(self) -> dict[int, list[str]]:
        """Give the addresses that may hold the identifier of an owner, by page."""
        scripts = self._of_pages(self._found.items_of(SCRIPT))
        marked = np.zeros(len(self._urls), np.bool_)
        for items in (scripts, self._links):
            marked[self._page_of(items[self._found.marked(items)])] = True
        addresses: dict[int, list[str]] = {}
        for items in (scripts, self._links) if marked.any() else ():
            chosen = items[marked[self._page_of(items)]]
            for page, url in zip(self._page_of(chosen).tolist(), self._found.strings(chosen, _URL), strict=True):
                if url or items is self._links:
                    addresses.setdefault(page, []).append(url or "")
        return addresses


def _listed(columns: dict[str, Any], name: str, n: int) -> list[Any]:
    """Give the values of a column as a list that may be changed."""
    values = columns.get(name)
    if not isinstance(values, list):
        values = columns[name] = [None] * n if values is None else values.to_pylist()
    return values


def _judged(names: list[str], said: list[str], pages: list[int], n: int) -> dict[str, Any]:
    """Choose one among several metas where a page has some."""
    named: dict[int, dict[str, list[str | None]]] = {}
    for page, name, content in zip(pages, names, said, strict=True):
        named.setdefault(page, {}).setdefault(name.strip().lower(), []).append(content)
    columns: dict[str, list[Any]] = {
        name: [None] * n for name in ("author", "site_name", "published_at", "modified_at")
    }
    for page, metas in named.items():
        columns["author"][page] = head.author_of(_NOTHING, metas, ())
        columns["site_name"][page] = head.site_name_of(metas, (), ())
        columns["published_at"][page] = head.published_of(metas, (), ())
        columns["modified_at"][page] = head.modified_of(metas, ())
    return columns


@lru_cache(maxsize=8_192)
def _role(name: str) -> int:
    """Tell what a meta of this name is asked for."""
    name = name.strip().lower()
    if name in _SAID:
        return [*_SAID].index(name)
    if name in head.JUDGED_METAS:
        return _JUDGED
    return _TELLING if name in TELLING else _OTHER


def _named(found: Survey, rows: Array) -> list[tuple[str, Near | None] | None]:
    """Give the URL of each page, taken apart where it is plain; null where it is none."""
    named: list[tuple[str, Near | None] | None] = []
    places = found.taken_apart(rows, 2 * V_URI)
    for uri, (start, origin, folder, query) in zip(found.strings(rows, 2 * V_URI), places, strict=True):
        if start >= 0 and uri and len(uri) <= urls.MAX_URL_CHARACTERS:
            host = uri[start:origin]
            named.append((uri, Near(uri, origin, folder, query, host, urls.registrable_domain(host))))
        else:
            url = urls.normalise(uri or "")
            named.append((url, None) if url is not None else None)
    return named


def _statuses(found: Survey, rows: Array) -> Array:
    """Read the statuses of answers, -1 for those that are none or send the reader elsewhere."""
    ids, texts = found.encoded(rows, 2 * V_STATUS)
    read = [int(text) if text.isdecimal() and len(text) == 3 else -1 for text in texts]
    statuses: Array = np.array([-1 if one in REDIRECTS else one for one in read] or [-1], np.int16)[ids]
    return statuses


def _is_utf8(content: bytes) -> bool:
    if content.isascii():
        return True
    try:
        content.decode()
    except UnicodeDecodeError:
        return False
    return True


def _date(text: str) -> datetime | None:
    if len(text) == 20 and text[4] == "-" and text[10] == "T" and text[-1] == "Z" and text[5:7].isdecimal():
        try:
            return datetime.fromisoformat(text)
        except ValueError:
            pass
    return parse_date(text)


@lru_cache(maxsize=1)
def _constants() -> dict[str, Any]:
    """Give what the row of every page says alike."""
    url = "https://a.example/"
    exchange = Exchange(request=Request(url=url), hops=(Hop(url=url, status=200),), fetched_at=_ANY_TIME)
    return {
        name: value for name, value in described_row(exchange, Page(url=url, facts={})).items() if value is not None
    }


@lru_cache(maxsize=1)
def _untold() -> dict[str, Any]:
    """Give what is said of a page whose head says nothing."""
    resolver = Resolver("https://a.example/", "utf-8")
    return telling_facts((), (), resolver) | head_facts((), (), resolver, resolver.base)


def _as_table(columns: Mapping[str, Any], n: int) -> pa.Table:
    schema = table("pages").schema
    arrays = {}
    for name, values in columns.items():
        kind = schema.field(name).type
        if isinstance(values, pa.Array):
            arrays[name] = values
        elif isinstance(values, (list, np.ndarray)):
            arrays[name] = pa.array(values, kind)
        else:
            arrays[name] = pa.repeat(pa.scalar(values, kind), n)
    return pa.table(arrays)
