"""What two sites of one owner share: identifiers, contact, server address, design, title pattern, texts.

Each row of the evidence is a value that at least two referring domains hold. A value that the owner's own pages hold, a
placeholder, a content network's address and a value on too many domains is no evidence.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

import duckdb

from linkworthy import urls
from linkworthy.metrics.repeats import COCITED_PAIRS, find_rare_targets
from linkworthy.metrics.wordlists import word_file


@dataclass(frozen=True, slots=True)
class Shared:
    """One value held by several referring domains."""

    kind: str
    """id, tag, contact, address, subnet, design, title, text, interlink, cocited."""
    value: str
    domains: tuple[str, ...]


MAX_DOMAINS = {
    "id": 200,
    "tag": 60,
    "contact": 100,
    "address": 40,
    "subnet": 60,
    "design": 40,
    "title": 25,
    "text": 60,
    "interlink": 2,
    "cocited": 2,
}
"""Referring domains that one value may be on: beyond it stands a platform, a shared host or a stock theme."""

_PLAIN_STYLES = re.compile(
    r"/(?:wp-includes|wp-content/plugins|wp-admin|bootstrap|font-?awesome|normalize|jquery|fonts?)\b|"
    r"/(?:style|styles|main|site|app|index|base|global|all|theme|screen|print|default|common|layout|reset|normalize|bootstrap"
    r"|custom|responsive|dashicons|core|design)(?:[.-]min)?\.css|fonts\.googleapis|cdn|jsdelivr|unpkg|cloudflare|gstatic",
    re.IGNORECASE,
)
_SPLIT = re.compile(r"\s[|–—-]\s|\s[»·:]\s")
_MANY = "list(distinct domain order by domain)"

_READ = """
create or replace temp table owner_page as
select url, domain, owner_ids, emails, telephones, address, stylesheets, template_hash, title, engine, n_elements
from pages where not is_own and status < 400 and is_html and redirect_url is null
  and domain in (select domain from domain_protection where protected_as is null)
"""


def shared_values(db: duckdb.DuckDBPyConnection) -> Iterator[Shared]:
    """Yield the evidence of every kind, in a fixed order. Reads ``pages``, ``links`` and ``text_pair``."""
    db.execute(_READ)
    db.execute(
        "create or replace temp table own_value as select unnest(list_concat(owner_ids, emails, telephones)) as value "
        "from pages where is_own and is_html"
    )
    yield from _identifiers(db)
    yield from _addresses(db)
    yield from _designs(db)
    yield from _titles(db)
    yield from _texts(db)
    yield from _interlinks(db)
    yield from _cocited(db)


def own_sites(db: duckdb.DuckDBPyConnection) -> list[tuple[str, str]]:
    """Give referring domains that hold the owner's own identifier, with it: other sites of the same owner."""
    rows = db.execute(
        "with held as (select distinct domain, unnest(owner_ids) as value from pages where not is_own and is_html "
        "and domain in (select domain from domain_protection)), mine as (select distinct unnest(owner_ids) as "
        "value from pages "
        "where is_own and is_html) select domain, min(value) from held join mine using (value) group by domain "
        "order by domain"
    ).fetchall()
    return [(domain, value) for domain, value in rows if not is_placeholder(value)]


def _kept(kind: str, rows: Iterable[tuple[str, list[str]]]) -> Iterator[Shared]:
    for value, domains in rows:
        if 2 <= len(domains) <= MAX_DOMAINS[kind]:
            yield Shared(kind, value, tuple(domains))


def _identifiers(db: duckdb.DuckDBPyConnection) -> Iterator[Shared]:
    for kind, columns in (("id", "owner_ids"), ("contact", "list_concat(emails, telephones)")):
        rows = db.execute(
            f"select value, {_MANY} from (select domain, unnest({columns}) as value from owner_page) "
            "where value not in (select value from own_value) group by value having count(distinct domain) > 1 "
            "order by value"
        ).fetchall()
        rows = [row for row in rows if not is_placeholder(row[0])]
        yield from _kept(kind, [row for row in rows if not is_tag(row[0])])
        yield from _kept("tag", [row for row in rows if is_tag(row[0])])


TAGS = frozenset({"google-analytics", "google-tag-manager", "facebook-pixel", "google-ads", "matomo", "hotjar"})
"""Kinds of identifiers that an agency may put on its clients' sites: they join with another kind of evidence only."""


def is_tag(value: str) -> bool:
    """Tell whether an identifier may be an agency's."""
    return value.partition(":")[0] in TAGS


@lru_cache(maxsize=1)
def _placeholders() -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{pattern})" for pattern in word_file("platforms")["placeholder_ids"]["patterns"]))


def is_placeholder(value: str) -> bool:
    """Tell whether an identifier is one of a template or a manual, and so of nobody."""
    return _placeholders().fullmatch(value.rpartition(":")[2].casefold()) is not None


@lru_cache(maxsize=1)
def _shared_ranges() -> tuple[ipaddress.IPv4Network | ipaddress.IPv6Network, ...]:
    return tuple(ipaddress.ip_network(text) for text in word_file("platforms")["shared_addresses"]["ranges"])


@lru_cache(maxsize=65_536)
def is_shared_address(address: str) -> bool:
    """Tell whether thousands of unrelated sites answer from this address: content networks, builders, clouds."""
    try:
        one = ipaddress.ip_address(address)
    except ValueError:
        return True
    return any(one.version == network.version and one in network for network in _shared_ranges())


def subnet(address: str) -> str | None:
    """Give the /24 (IPv6: /48) of a public address; null for private ones, which no provider hands out."""
    try:
        one = ipaddress.ip_address(address)
    except ValueError:
        return None
    if not one.is_global:
        return None
    return str(ipaddress.ip_network(f"{address}/{24 if one.version == 4 else 48}", strict=False))


def _addresses(db: duckdb.DuckDBPyConnection) -> Iterator[Shared]:
    rows = db.execute(
        f"select address, {_MANY} from owner_page where address is not null group by address order by address"
    ).fetchall()
    rows = [(address, domains) for address, domains in rows if not is_shared_address(address)]
    yield from _kept("address", rows)
    nets: dict[str, set[str]] = {}
    for address, domains in rows:
        if (net := subnet(address)) is not None:
            nets.setdefault(net, set()).update(domains)
    yield from _kept("subnet", sorted((net, sorted(domains)) for net, domains in nets.items()))


def _designs(db: duckdb.DuckDBPyConnection) -> Iterator[Shared]:
    """Yield equal skeletons of pages (at least 40 elements), and style sheets with a rare path."""
    rows = db.execute(
        f"select template_hash::varchar, {_MANY} from owner_page where template_hash <> 0 and n_elements >= 40 "
        "group by template_hash having count(distinct domain) > 1 order by 1"
    ).fetchall()
    yield from _kept("design", [(f"template {int(value):016x}", domains) for value, domains in rows])
    rows = db.execute(
        f"select value, {_MANY} from (select domain, unnest(stylesheets) as sheet, regexp_replace(sheet, "
        "'^https?://[^/]+', '') as value, "
        "regexp_extract(sheet, '^https?://([^/:]+)', 1) as host from owner_page) where ends_with(host, domain) "
        "and length(value) >= 12 group by value having count(distinct domain) > 1 order by value"
    ).fetchall()
    yield from _kept(
        "design", [(f"style sheet {value}", domains) for value, domains in rows if not _PLAIN_STYLES.search(value)]
    )


def _titles(db: duckdb.DuckDBPyConnection) -> Iterator[Shared]:
    """Yield the part of titles that different domains repeat: a slogan, a site's name."""
    found: dict[str, set[str]] = {}
    result = db.execute(
        "select distinct domain, title from owner_page where title is not null order by all limit 200000"
    )
    while rows := result.fetchmany(5000):
        for domain, title in rows:
            pieces = [urls.fold(piece) for piece in _SPLIT.split(title)]
            for piece in {pieces[0], pieces[-1]} if len(pieces) > 1 else set():
                if len(piece) >= 12 and " " in piece:
                    found.setdefault(piece, set()).add(domain)
    yield from _kept("title", sorted((value, sorted(domains)) for value, domains in found.items()))


def _texts(db: duckdb.DuckDBPyConnection) -> Iterator[Shared]:
    rows = db.execute(
        "select min(url), domain, other_domain from text_pair where not is_own and not other_is_own and domain < "
        "other_domain "
        "and domain in (select domain from owner_page) and other_domain in (select domain from owner_page) "
        "group by domain, other_domain order by 2, 3"
    ).fetchall()
    yield from _kept("text", [(url, [one, other]) for url, one, other in rows])


def _interlinks(db: duckdb.DuckDBPyConnection) -> Iterator[Shared]:
    """Yield pairs of referring domains that link to each other both ways."""
    rows = db.execute(
        "with pair as (select distinct source_domain as one, target_domain as other from links where not is_internal "
        "and source_domain in (select domain from owner_page) and target_domain in (select domain from owner_page)) "
        "select one, other from pair where one < other and exists (from pair back where back.one = pair.other "
        "and back.other = pair.one) order by 1, 2"
    ).fetchall()
    yield from _kept("interlink", [(f"{one} and {other}", [one, other]) for one, other in rows])


def _cocited(db: duckdb.DuckDBPyConnection) -> Iterator[Shared]:
    """Yield pairs of referring domains that link to the same rare sites."""
    find_rare_targets(db)
    rows = db.execute(COCITED_PAIRS).fetchall()
    yield from _kept("cocited", [(f"{n} rare sites, {example} among them", [one, other])
                                 for one, other, n, example in rows])  # fmt: skip
