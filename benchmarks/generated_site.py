"""A crawled site of any size as Parquet parts of a run, made by SQL: pages, links and blocks as a crawl leaves them."""

from __future__ import annotations

from pathlib import Path

import duckdb

from linkworthy.engine.embedded import quoted
from linkworthy.tables import table
from linkworthy.tables.form import Column

_PAGES_AT_ONCE = 10_000
START = "https://shop.example/"
_URL = f"'{START}' || if({{0}} = 0, '', 'shelf-' || ({{0}} % 997) || '/page-' || {{0}})"
_PAGES = {
    "url": _URL.format("i"), "host": "'shop.example'", "domain": "'shop.example'", "is_own": "true", "role": "'own'",
    "found_by": "if(i = 0, 'seed', 'link')", "found_on": f"if(i = 0, null, {_URL.format('(i // 100)')})",
    "depth": "if(i = 0, 0, 1 + floor(ln(i) / ln(100)))::int",
    "fetched_at": "timestamptz '2026-01-01' + interval (i) millisecond", "state": "'answered'",
    "status": "case when i % 211 = 7 then 404 when i % 53 = 9 then 301 else 200 end::smallint",
    "redirect_url": f"if(i % 211 <> 7 and i % 53 = 9, {_URL.format('(i + 1)')}, null)",
    "redirect_kind": "if(i % 211 <> 7 and i % 53 = 9, 'http', null)",
    "final_url": f"if(i % 211 <> 7 and i % 53 = 9, {_URL.format('(i + 1)')}, {_URL.format('i')})",
    "final_status": "if(i % 211 = 7, 404, 200)::smallint", "n_hops": "(i % 211 <> 7 and i % 53 = 9)::smallint",
    "n_attempts": "1::smallint", "http_version": "'2'", "content_type": "'text/html'", "content_encoding": "'gzip'",
    "headers": "map {'content-type': 'text/html', 'server': 'nginx'}", "n_bytes": "(8000 + hash(i) % 20000)::bigint",
    "n_decoded_bytes": "(30000 + hash(i) % 90000)::bigint", "is_truncated": "false",
    "ttfb_ms": "(20 + hash(i) % 300)::double", "total_ms": "(30 + hash(i) % 400)::double",
    "is_html": "true", "body_hash": "hash(i)", "charset": "'utf-8'", "declared_charset": "'utf-8'",
    "title": "'Kettle number ' || i || ' for kitchen ' || (i % 997) || ' | Shop'", "n_titles": "1::smallint",
    "description": "'All about kettle ' || (i // 3) || ', its colour, its size, and what our readers say'",
    "n_descriptions": "1::smallint", "h1": "'Kettle ' || i", "n_h1": "1::smallint",
    "h2": "['Size ' || (i % 40), 'Colour', 'Reviews']", "html_lang": "'en'", "language": "'en'",
    "language_share": "0.99", "canonical_url": f"if(i % 3 = 0, null, {_URL.format('i')})",
    "canonical_href": f"if(i % 3 = 0, null, {_URL.format('i')})", "n_canonicals": "(i % 3 > 0)::smallint",
    "is_noindex": "i % 89 = 3", "is_nofollow": "false", "is_robots_allowed": "true", "is_googlebot_allowed": "true",
    "viewport": "'width=device-width'", "hreflang": "[]", "n_words": "(300 + hash(i) % 700)::int",
    "n_main_words": "(100 + hash(i) % 500)::int", "main_hash": "hash(i // 2 * 2 + if(i % 50 = 1, 0, i % 2))",
    "n_links": "{n_links}::int", "n_internal_links": "{n_links}::int", "page_kind": "'product'",
    "template_hash": "(i % 12)::ubigint", "is_rendered": "false",
}  # fmt: skip
_LINKS = {
    "source_url": _URL.format("i"), "source_domain": "'shop.example'", "n": "j::int",
    "href": "'/page/' || t",
    "url": f"if(j % 25 = 24, 'https://museum-' || (t % 5003) || '.example/', {_URL.format('t')})",
    "target_host": "if(j % 25 = 24, 'museum-' || (t % 5003) || '.example', 'shop.example')",
    "target_domain": "if(j % 25 = 24, 'museum-' || (t % 5003) || '.example', 'shop.example')",
    "is_internal": "j % 25 <> 24", "kind": "if(j % 40 = 39, 'image', 'text')", "anchor": "'Kettle ' || t",
    "rel": "if(j % 50 = 49, 'nofollow', null)", "is_nofollow": "j % 50 = 49", "is_ugc": "false",
    "is_sponsored": "false", "region": "if(j < 30, 'nav', if(j >= {n_links} - 10, 'footer', 'main'))",
    "path": "'main>ul:nth-of-type(1)>li:nth-of-type(' || j || ')>a:nth-of-type(1)'",
    "position": "j / {n_links}::double", "is_hidden": "false", "captured_at": "timestamptz '2026-01-01'",
    "capture": "'crawl'",
}  # fmt: skip
_BLOCKS = {
    "url": _URL.format("i"), "n": "j::int",
    "region": "case j when 0 then 'nav' when 9 then 'footer' else 'main' end",
    "tag": "case j when 1 then 'h1' when 4 then 'h2' else 'p' end",
}  # fmt: skip
_TARGET = "if(j < 30, j * 31, (hash(i * 131071 + j) % {n_pages})::bigint)"
_WORDS = 20_000
"""Different words of the text, drawn so that the first ones are frequent."""


def write_site(folder: Path, n_pages: int, n_links: int, *, memory_bytes: int = 2 << 30) -> None:
    """Write the tables ``pages``, ``links`` and ``blocks`` into the folder, each part in the order of its table.

    Each page has ``n_links`` links, 30 of them in a menu that all pages share, one in 25 to another site; one page in
    53 redirects, one in 211 is gone, one in 50 repeats the main text of another.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with duckdb.connect(config={"memory_limit": f"{memory_bytes}B", "temp_directory": str(folder / "scratch")}) as db:
        db.execute("set preserve_insertion_order = true")
        for part, low in enumerate(range(0, n_pages, _PAGES_AT_ONCE)):
            high = min(n_pages, low + _PAGES_AT_ONCE)
            facts = {"n_links": n_links, "n_pages": n_pages}
            _write(db, folder, "pages", part, _PAGES, f"range({low}, {high}) p(i)", facts)
            served = f"(select * from range({low}, {high}) p(i) where i % 211 <> 7 and i % 53 <> 9)"
            targets = f"(select i, j, {_TARGET.format(**facts)} as t from {served}, range({n_links}) l(j))"
            _write(db, folder, "links", part, _LINKS, targets, facts)
            _write_blocks(db, folder, part, served)


def _write_blocks(db: duckdb.DuckDBPyConnection, folder: Path, part: int, served: str) -> None:
    """Write ten blocks a page: menu, heading and footer, and seven of 40 words, a few of them on two pages."""
    own = "if(i % 50 = 1 or j = 3, i // 2 * 2, i)"
    word = f"chr(97 + (w % 26)::int) || (({_WORDS} ** ((hash({own} * 977 + j * 53 + w) % 10000) / 10000.0))::int)"
    text = f"""case j when 0 then 'Home Kettles Pots Help Basket Account About us' when 1 then 'Kettle ' || i
        when 9 then 'All rights reserved. Terms, privacy and how to reach us by telephone or letter.'
        else list_aggregate(list_transform(range(40), lambda w: {word}), 'string_agg', ' ') end"""
    rows = f"(select *, hash(text) as text_hash from (select i, j, {text} as text from {served}, range(10) b(j)))"
    values = {**_BLOCKS, "text": "text", "text_hash": "text_hash", "n_words": "len(string_split(text, ' '))::int"}
    _write(db, folder, "blocks", part, values, rows, {})


def _write(
    db: duckdb.DuckDBPyConnection, folder: Path, name: str, part: int, values: dict[str, str], rows: str,
    facts: dict[str, int],
) -> None:  # fmt: skip
    columns = ", ".join(f"({_value(column, values, facts)}) as {column.name}" for column in table(name).columns)
    order = ", ".join(table(name).sort)
    place = folder / f"{name}.crawl.{part:06}.parquet"
    db.execute(f"""
        copy (select {columns} from {rows} order by {order})
        to {quoted(str(place))} (format parquet, compression zstd, row_group_size 122880)
    """)


def _value(column: Column, values: dict[str, str], facts: dict[str, int]) -> str:
    """Give a column's SQL: what was said of it, null where it may be, and nought or nothing where it may not."""
    if column.name in values:
        said = values[column.name]
        return said.format(**facts) if "{n_" in said else said
    kinds = {
        "string": "varchar", "bool": "boolean", "int16": "smallint", "int32": "int", "int64": "bigint",
        "uint64": "ubigint", "double": "double", "instant": "timestamptz", "date": "date",
        "list<string>": "varchar[]", "list<int>": "smallint[]", "map<string,string>": "map(varchar, varchar)",
        "list<alternate>": "struct(lang varchar, url varchar)[]",
    }  # fmt: skip
    kind = kinds[column.kind]
    count = column.kind in {"int16", "int32", "int64"} and column.name.startswith("n_")
    return f"{'0' if count else 'null'}::{kind}" if column.null else f"{'0' if count else 'false'}::{kind}"
