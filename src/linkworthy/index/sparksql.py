"""What the index's statements call, for Spark: the functions that ``layout.MACROS`` defines for DuckDB.

Every function gives what its namesake gives; the tests run each statement on both.
"""

from __future__ import annotations

from linkworthy.index.layout import HOST

_MADE = "create or replace temporary function"
# Inside r'…' Spark takes no escapes; a regular expression is Java's, in which \z is the very end.
FUNCTIONS = (
    rf"""
{_MADE} host_key(host string) returns string return
  case when host rlike r'\A(?:[0-9.]+|\[.*)\z' then host else array_join(reverse(split(host, r'[.]')), ',') end""",
    f"""
{_MADE} key_of(url string, host string) returns string return
  concat(host_key(host), ')', substr(url, instr(url, '//') + 2 + length(host)))""",
    rf"""
{_MADE} host_of(url string) returns string return
  regexp_extract(url, r'^[^:]*://(\[[^\]]*\]|[^/:?#]+)', 1)""",
    f"""
{_MADE} url_of(key string, is_https boolean) returns string return
  concat(case when is_https then 'https://' else 'http://' end,
    array_join(reverse(split(split_part(key, ')', 1), ',')), '.'), substr(key, instr(key, ')') + 1))""",
    f"""
{_MADE} bucket_of(domain string, n int) returns int return
  cast(conv(substr(md5(cast(domain as binary)), 1, 4), 16, 10) as int) % n""",
    rf"""
{_MADE} has_key(host string) returns boolean return
  coalesce(host rlike r'\A(?:{HOST})\z' or substr(host, 1, 1) = '[', false)""",
    f"{_MADE} seconds_of(instant timestamp) returns bigint return unix_micros(instant) div 1000000",
    f"{_MADE} two_digits(share double) returns double return floor(share * 1e2 + 5e-1) / 1e2",
    f"{_MADE} just(number int) returns array<smallint> return array(cast(number as smallint))",
    f"""
{_MADE} told_of(newest bigint, nofollow boolean, ugc boolean, sponsored boolean, region string, place double,
  address string, language string)
returns struct<newest: bigint, is_nofollow: boolean, is_ugc: boolean, is_sponsored: boolean, region: string,
  position: double, address: string, language: string>
return named_struct('newest', newest, 'is_nofollow', nofollow, 'is_ugc', ugc, 'is_sponsored', sponsored,
  'region', coalesce(region, ''), 'position', coalesce(place, -1e0), 'address', coalesce(address, ''),
  'language', coalesce(language, ''))""",
)
