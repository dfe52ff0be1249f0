"""Reads the text of linking pages once, in the order of their domains, and keeps a few numbers of each.

Memory: one page and one domain at a time, the owner's profile, and the vectors of own pages that are linked to
(bounded).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import duckdb
import pyarrow as pa
import xxhash

from linkworthy.metrics import topics
from linkworthy.metrics.places import is_of_country, names_place, place_pattern
from linkworthy.metrics.topics import Profile, Vector, stems
from linkworthy.metrics.wordlists import phrase_pattern, words
from linkworthy.site import SiteConfig
from linkworthy.urls import fold

MAX_CHARACTERS = 20_000
"""Of the main text of one page."""
MIN_OWN_PAGES = 5
"""With fewer own pages read, and no topic stated by the owner, nobody can say what is relevant: it is not known."""
MAX_OWN_PAGES = 2_000
"""Own pages that make the profile, nearest to the start page first."""
MAX_TARGETS = 20_000
"""Own pages that are linked to and compared by themselves."""
SAMPLED_DOMAINS = 400
"""Referring domains whose words are counted for idf."""
MAX_PARKED_WORDS = 250
"""A longer page that speaks of domains for sale is about them."""
MIN_MACHINE_WORDS = 3
"""Different headings of a table about a domain."""
SHINGLE = 5
SKETCH = 200
"""Hashes kept of one page; every fourth shingle of 5 words is a candidate (FracMinHash, Irber et al. 2022)."""

_TEXTS = f"""
create or replace temp table page_text as
select b.url,
  left(string_agg(b.text, ' ' order by b.n) filter (b.region in ('main', 'list')), {MAX_CHARACTERS}) as main,
  left(string_agg(b.text, ' ' order by b.n) filter (b.region not in ('main', 'list', 'comment')), {MAX_CHARACTERS})
  as rest,
  list(left(b.text, 1000) order by b.n) filter (b.region = 'comment') as comments
from blocks b
where b.url in (select url from read_page) or b.url in (select url from own_page)
group by b.url
"""

_PAGES = """
create or replace temp table read_page as
select url, domain, title, description, h1, language, telephones, addresses from pages
where not is_own and is_html and redirect_url is null and status < 400
  and domain in (select domain from domain_protection)
"""

_OWN = f"""
create or replace temp table own_page as
select url, title, description, h1, language from pages
where is_own and is_html and redirect_url is null and status < 400
qualify row_number() over (order by (url in (select target_url from base)) desc, depth nulls last, url) <= {MAX_TARGETS}
"""

_CITED = """
create or replace temp table cited as
select page_url as url, list({'link_id': link_id, 'target_url': target_url, 'anchor': anchor, 'before': before,
  'after': after, 'region': region} order by link_id) as links
from base group by page_url
"""

_STREAM = """
select p.url, p.domain, p.title, p.description, p.h1, p.telephones, p.addresses, t.main, t.rest, t.comments, c.links
from read_page p left join page_text t using (url) left join cited c using (url)
order by p.domain, p.url
"""


@dataclass(slots=True)
class Readings:
    """What reading gave: rows of ``page_reading``, ``link_reading``, ``site_reading`` and ``sketch``."""

    pages: list[dict[str, Any]] = field(default_factory=list)
    links: list[dict[str, Any]] = field(default_factory=list)
    sites: list[dict[str, Any]] = field(default_factory=list)
    sketch_urls: list[str] = field(default_factory=list)
    sketch_pages: list[int] = field(default_factory=list)
    sketch_hashes: list[int] = field(default_factory=list)

    def sketch(self, url: str, text: str) -> None:
        """Keep the sketch of a page's main text."""
        hashes = shingle_hashes(text)
        if hashes:
            self.sketch_pages += [len(self.sketch_urls)] * len(hashes)
            self.sketch_hashes += hashes
            self.sketch_urls.append(url)


def shingle_hashes(text: str) -> list[int]:
    """Give the smallest hashes of a quarter of all runs of five words; nothing where there are fewer than 40 words."""
    said = re.findall(r"\w+", text.casefold())
    if len(said) < 40:
        return []
    runs = {xxhash.xxh3_64_intdigest(" ".join(said[i : i + SHINGLE]).encode()) for i in range(len(said) - SHINGLE + 1)}
    return sorted(h for h in runs if h % 4 == 0)[:SKETCH]


def _head(title: str | None, description: str | None, h1: str | None) -> str:
    return " ".join(part for part in (title, h1, description) if part)


def make_profile(db: duckdb.DuckDBPyConnection, config: SiteConfig) -> tuple[Profile, dict[str, Vector], str]:
    """Give the owner's profile, the vectors of own pages that are linked to, and the owner's text in one."""
    sample = db.execute(
        "select p.title, p.description, p.h1, t.main from read_page p left join page_text t using (url) "
        "qualify row_number() over (partition by p.domain order by p.url) = 1 order by p.domain limit "
        f"{SAMPLED_DOMAINS}"
    ).fetchall()
    seen: Counter[str] = Counter()
    for title, description, h1, main in sample:
        seen.update(set(stems(f"{_head(title, description, h1)} {main or ''}")))
    own = db.execute(
        "select p.url, p.title, p.description, p.h1, t.main, p.url in (select target_url from base) from own_page p "
        "left join page_text t using (url) order by 6 desc, p.url"
    )
    counts: list[Counter[str]] = []
    raw: dict[str, Counter[str]] = {}
    text = [fold(" ".join((*config.topics, *config.keywords)))]
    for url, title, description, h1, main, is_target in own.fetchall():
        if not is_target and len(counts) >= MAX_OWN_PAGES:
            break  # those that are linked to came first
        found = Counter(stems(f"{_head(title, description, h1)} {main or ''}"))
        if len(counts) < MAX_OWN_PAGES:
            counts.append(found)
            text.append(fold(f"{title or ''} {main or ''}")[:4000])
        if is_target:
            raw[url] = Counter(dict(sorted(found.items(), key=lambda item: (-item[1], item[0]))[:150]))
    is_stated = any(getattr(config, name) and name not in config.guessed for name in ("topics", "keywords"))
    is_known = is_stated or len(counts) >= MIN_OWN_PAGES
    stated = (*config.topics, *config.keywords) if is_known else ()
    profile = topics.make_profile(counts if is_known else (), stated, seen, len(sample))
    return (
        profile,
        {url: profile.weigh(found) for url, found in raw.items() if sum(found.values()) >= 20},
        " ".join(text),
    )


class Reader:
    """Measures pages one by one; words of the owner's own trade are no poison."""

    def __init__(self, config: SiteConfig, profile: Profile, targets: dict[str, Vector], own_text: str) -> None:
        self.config = config
        self.profile = profile
        self.targets = targets
        ours = {_found(match) for match in re.finditer(phrase_pattern(words("spam", "poison")), own_text)}
        kept = [word for word in words("spam", "poison") if word not in ours]
        self._poison = re.compile(phrase_pattern(kept))
        self.poison_sql = phrase_pattern(kept)
        self._paid = re.compile(phrase_pattern((*words("paid", "paid"), *words("paid", "sells"))))
        self._sells = re.compile(phrase_pattern(words("paid", "sells")))
        self._says = {name: re.compile(phrase_pattern(words("standards", name)))
                      for name in ("guests", "parked", "wall", "machine")}  # fmt: skip
        self._stock = re.compile(phrase_pattern(words("spam", "stock_comment")))
        self._place = place_pattern(config)

    def read(self, row: tuple[Any, ...], out: Readings, site: _Site) -> None:
        """Measure one page and the links that it holds."""
        url, _domain, title, description, h1, telephones, addresses, main, rest, comments, links = row
        head = _head(title, description, h1)
        body = f"{head} {main or ''}"
        counts = Counter(stems(body))
        folded = fold(body)
        vector = self.profile.weigh(counts)
        shares = topics.topic_shares(counts)
        paid = self._paid.search(folded)
        sells = self._sells.search(folded)
        whole = " ".join((body, rest or "", *(comments or []), *(addresses or [])))
        target = _nearest(
            vector, [self.targets[x["target_url"]] for x in links or [] if x["target_url"] in self.targets]
        )
        out.pages.append(
            {
                "url": url,
                "page_relevance": topics.relevance(self.profile, counts, target),
                "n_poison_words": len({_found(match) for match in self._poison.finditer(folded)}),
                "paid_words": _found(paid) if paid else None,
                "sells_words": _found(sells) if sells else None,
                **self._kind_of_nothing(folded),
                "topic_share": topics.topic_share(self.profile.shares, shares),
                "source_topic": max(sorted(shares), key=lambda t: shares[t]) if shares else None,
            }
        )
        out.links.extend(self._link(link, comments or [], vector, counts) for link in links or [])
        out.sketch(url, main or "")
        site.add(
            counts,
            is_place=names_place(whole, telephones or [], self._place, self.config),
            is_country=is_of_country(site.domain, telephones or [], self.config),
        )

    def _kind_of_nothing(self, folded: str) -> dict[str, bool]:
        """Tell what a page stands for instead of a text: an invitation, a parked name, a wall, a machine's table."""
        n_words = folded.count(" ") + 1
        machine = {match.group() for match in self._says["machine"].finditer(folded)}
        return {
            "invites_guests": self._says["guests"].search(folded) is not None,
            "is_parked": n_words < MAX_PARKED_WORDS and self._says["parked"].search(folded) is not None,
            "has_wall": self._says["wall"].search(folded) is not None,
            "is_machine_page": len(machine) >= MIN_MACHINE_WORDS,
        }

    def _link(self, link: dict[str, Any], comments: list[str], vector: Vector, counts: Counter[str]) -> dict[str, Any]:
        around = " ".join(part for part in (link["before"], link["anchor"], link["after"]) if part)
        said = comment_around(link, comments) if link["region"] in {"comment", "author"} else None
        near = Counter(stems(said if said and len(said) > len(around) else around))
        row: dict[str, Any] = {
            "link_id": link["link_id"],
            "context_relevance": topics.context_relevance(self.profile, near, self.targets.get(link["target_url"])),
            "n_context_words": len(f"{link['before'] or ''} {link['after'] or ''}".split()),
            "comment_relevance": None,
            "is_stock_comment": None,
        }
        if said is not None:
            own = Counter(stems(said.replace(link["anchor"] or "\0", " ")))
            if sum(own.values()) >= topics.MIN_CONTEXT_TERMS and sum(counts.values()) >= topics.MIN_PAGE_TERMS:
                likeness = topics.cosine(self.profile.weigh(own), vector)
                row["comment_relevance"] = round(topics.scaled(likeness, topics.CONTEXT_ENDS), 4)
            shared = sum(1 for term in own if term in counts)
            row["is_stock_comment"] = bool(self._stock.search(fold(said))) and shared < 3 and len(said.split()) <= 60
        return row


@dataclass(slots=True)
class _Site:
    """One referring domain while its pages are read."""

    domain: str
    n_pages: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    place_match: bool | None = None
    country_match: bool | None = None

    def add(self, counts: Counter[str], *, is_place: bool | None, is_country: bool | None) -> None:
        self.n_pages += 1
        if len(self.counts) < 50_000:
            self.counts.update(counts)
        if is_place is not None:
            self.place_match = bool(self.place_match) or is_place
        if is_country is not None:
            self.country_match = bool(self.country_match) or is_country

    def row(self, profile: Profile) -> dict[str, Any]:
        trimmed = Counter(dict(sorted(self.counts.items(), key=lambda item: (-item[1], item[0]))[:2000]))
        return {
            "domain": self.domain, "n_pages_read": self.n_pages, "site_relevance": topics.relevance(profile, trimmed),
            "place_match": self.place_match, "country_match": self.country_match,
        }  # fmt: skip


def _found(match: re.Match[str]) -> str:
    return next((group for group in match.groups() if group), match.group())


def _nearest(vector: Vector, targets: list[Vector]) -> Vector | None:
    return max(targets, key=lambda target: topics.cosine(vector, target), default=None)


def comment_around(link: dict[str, Any], comments: list[str]) -> str | None:
    """Give the text of the comment that holds a link: its block, and the next while it is short; null if none is."""
    keys = [fold(part)[-40:] if name == "before" else fold(part)[:40] for name in ("before", "after", "anchor")
            if (part := link[name])]  # fmt: skip
    for key in keys:
        for i, text in enumerate(comments):
            if key in fold(text):
                said = text
                for more in comments[i + 1 : i + 3]:
                    if len(said.split()) >= 12:
                        break
                    said = f"{said} {more}"
                return said[:1000]
    return None


def read_pages(db: duckdb.DuckDBPyConnection, config: SiteConfig) -> tuple[Profile, str]:
    """Read all linking pages and make their temporary tables; gives the profile and the poison expression."""
    for statement in (_PAGES, _OWN, _TEXTS, _CITED):
        db.execute(statement)
    profile, targets, own_text = make_profile(db, config)
    reader = Reader(config, profile, targets, own_text)
    out = Readings()
    # Own pages are compared with linking ones only.
    own = db.execute("""
        select url, main from own_page join page_text using (url) where exists (select 1 from read_page) order by url
    """)
    while rows := own.fetchmany(200):
        for url, main in rows:
            out.sketch(url, main or "")
    site: _Site | None = None
    for row in _rows(db.execute(_STREAM)):
        if site is None or site.domain != row[1]:
            if site:
                out.sites.append(site.row(profile))
            site = _Site(row[1])
        reader.read(row, out, site)
    if site:
        out.sites.append(site.row(profile))
    _register(db, out)
    return profile, reader.poison_sql


def _rows(result: duckdb.DuckDBPyConnection) -> Iterator[tuple[Any, ...]]:
    while rows := result.fetchmany(200):
        yield from rows


_SCHEMAS = {
    "page_reading": (("url", pa.string()), ("page_relevance", pa.float64()), ("n_poison_words", pa.int32()),
                     ("paid_words", pa.string()), ("sells_words", pa.string()), ("invites_guests", pa.bool_()),
                     ("is_parked", pa.bool_()), ("has_wall", pa.bool_()), ("is_machine_page", pa.bool_()),
                     ("source_topic", pa.string()), ("topic_share", pa.float64())),
    "link_reading": (("link_id", pa.string()), ("context_relevance", pa.float64()), ("n_context_words", pa.int32()),
                     ("comment_relevance", pa.float64()), ("is_stock_comment", pa.bool_())),
    "site_reading": (("domain", pa.string()), ("n_pages_read", pa.int32()), ("site_relevance", pa.float64()),
                     ("place_match", pa.bool_()), ("country_match", pa.bool_())),
}  # fmt: skip


def _register(db: duckdb.DuckDBPyConnection, out: Readings) -> None:
    for name, rows in (("page_reading", out.pages), ("link_reading", out.links), ("site_reading", out.sites)):
        db.register(name, pa.Table.from_pylist(rows, pa.schema(list(_SCHEMAS[name]))))
    hashes = {"page": pa.array(out.sketch_pages, pa.int32()), "hash": pa.array(out.sketch_hashes, pa.uint64())}
    db.register("sketch", pa.table(hashes))
    pages = {"page": pa.array(range(len(out.sketch_urls)), pa.int32()), "url": pa.array(out.sketch_urls, pa.string())}
    db.register("sketched", pa.table(pages))
