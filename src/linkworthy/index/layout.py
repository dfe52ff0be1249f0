"""The index on disk: the key that its rows are sorted by, and the bucket that they lie in.

A key is the address without its scheme, the host reversed: ``https://www.shop.example/a?b`` has the key
``example,shop,www)/a?b``. So the pages of a domain, of a host and of a folder each stand together.
"""

from __future__ import annotations

import hashlib
import re
from functools import lru_cache

from linkworthy import urls
from linkworthy.tables.form import Table
from linkworthy.tables.indexed import INDEXED

TABLES: dict[str, Table] = {table.name: table for table in INDEXED}

HOST = r"[a-z0-9_-]+(?:\.[a-z0-9_-]+)*"
"""Hosts that have a key: names of letters, digits, hyphens and underscores; addresses have one as well."""
_HOST = re.compile(HOST)


def key_of(url: str) -> str | None:
    """Give the key of a normalised URL, null where its host is no name and no address."""
    host = urls.host_of(url)
    reversed_host = host_key(host)
    return None if reversed_host is None else f"{reversed_host}){url.partition('://')[2][len(host) :]}"


@lru_cache(maxsize=65_536)
def host_key(host: str) -> str | None:
    """Give what the keys of a host begin with: its labels reversed, with commas; an address stays as it is."""
    if urls.is_address(host):
        return host
    return ",".join(reversed(host.split("."))) if _HOST.fullmatch(host) else None


def url_of(key: str, *, is_https: bool) -> str:
    """Give back the URL of a key."""
    host, _, rest = key.partition(")")
    name = host if urls.is_address(host) else ".".join(reversed(host.split(",")))
    return f"http{'s' if is_https else ''}://{name}{rest}"


def bucket_of(domain: str, n_buckets: int) -> int:
    """Give the bucket that a registrable domain's rows lie in: 16 bits of MD5, which every engine computes alike."""
    return int(hashlib.md5(domain.encode(), usedforsecurity=False).hexdigest()[:4], 16) % n_buckets


MACROS = (
    r"""
create or replace macro host_key(host) as
  case when regexp_full_match(host, '[0-9.]+|\[.*') then host
    else array_to_string(list_reverse(string_split(host, '.')), ',') end""",
    """
create or replace macro key_of(url, host) as
  host_key(host) || ')' || substr(url, strpos(url, '//') + 2 + length(host))""",
    r"create or replace macro host_of(url) as regexp_extract(url, '^[^:]*://(\[[^\]]*\]|[^/:?#]+)', 1)",
    """
create or replace macro url_of(key, is_https) as
  (case when is_https then 'https://' else 'http://' end)
  || array_to_string(list_reverse(string_split(split_part(key, ')', 1), ',')), '.')
  || substr(key, strpos(key, ')') + 1)""",
    "create or replace macro bucket_of(domain, n) as ('0x' || substr(md5(domain), 1, 4))::int % n",
    f"""
create or replace macro has_key(host) as
  coalesce(regexp_full_match(host, '{HOST}') or host[1] = '[', false)""",
    r"""
create or replace macro subnet_of(address) as
  case when contains(address, ':') then null else regexp_extract(address, '^(\d+\.\d+\.\d+)\.', 1) || '.0/24' end""",
    "create or replace macro seconds_of(instant) as epoch_us(instant) // 1000000",
    "create or replace macro two_digits(share) as floor(share * 1e2 + 5e-1) / 1e2",
    "create or replace macro just(number) as [number::smallint]",
    """
create or replace macro told_of(newest, nofollow, ugc, sponsored, region, place, address, language) as
  struct_pack(newest := newest, is_nofollow := nofollow, is_ugc := ugc, is_sponsored := sponsored,
    region := coalesce(region, ''), position := coalesce(place, -1e0), address := coalesce(address, ''),
    language := coalesce(language, ''))""",
)  # fmt: skip
"""The same in SQL; a dotted address has no comma, so that reversing its only label leaves it as it is."""
