"""Language versions: codes looked up, and sets of pages and sitemaps together."""

from __future__ import annotations

import duckdb
import pytest

from linkworthy.catalogue.languages import VERSIONS, codes, together

_RIGHT = (
    "x-default",
    "en",
    "en-gb",
    "zh-hant-tw",
    "zh-hans",
    "es-419",
    "sr-latn-rs",
    "uk",
    "eu",
    "uk-ua",
    "he",
    "pt-br",
)
_WRONG = {
    "eng": "write en", "iw": "write he", "en_gb": "write en-gb", "en-uk": "write en-gb", "jp": "write ja",
    "iw_il": "write he-il", "xx": "no language of ISO 639-1: xx", "en-zz": "no country of ISO 3166-1: zz",
    "es-eu": "no country of ISO 3166-1: eu", "english": "write en", "fil": "no language of ISO 639-1: fil",
    "zh-hanx": "no script of ISO 15924: hanx", "en-gb-x-y": "more than language, script and country",
    "us-en": "the language stands first, the country after it", "-": "no language of ISO 639-1: ",
    "gb": "no language of ISO 639-1: gb", "de-deu": "no country of ISO 3166-1: deu",
    "o'x": "no language of ISO 639-1: o'x",
    "en-": "write en",
}  # fmt: skip


@pytest.mark.parametrize(("lang", "fault"), [*((lang, None) for lang in _RIGHT), *_WRONG.items()])
def test_a_code_is_looked_up_and_what_is_right_is_said(lang: str, fault: str | None) -> None:
    db = duckdb.connect()
    db.execute("create table said as select ? as lang", [lang])
    assert db.sql(f"with {codes('select lang from said')} select lang, code_fault from code").fetchall() == [
        (lang, fault)
    ]


def test_versions_of_pages_and_sitemaps_are_one_set() -> None:
    db = duckdb.connect()
    db.execute("create type version as struct(lang varchar, url varchar)")
    db.execute("create table own (url varchar, hreflang version[])")
    db.execute("create table sitemap_urls (sitemap_url varchar, url varchar, alternates version[])")
    en, de, fr = ({"lang": lang, "url": f"/{lang}"} for lang in ("en", "de", "fr"))
    db.executemany("insert into own values (?, ?)", [("/en", [en, de]), ("/de", []), ("/x", [en]), ("/pdf", None)])
    db.executemany(
        "insert into sitemap_urls values (?, ?, ?)",
        [
            ("/b", "/en", [fr, de, fr]),
            ("/a", "/en", [de]),
            ("/a", "/de", [de, en]),
            ("/a", "/x", []),
            ("/a", "/pdf", [fr]),
        ],
    )
    found = db.sql(f"with {VERSIONS} select url, {together('o')} from own o left join map_set v using (url)").fetchall()
    assert dict(found) == {"/en": [en, de, fr], "/de": [de, en], "/x": [en], "/pdf": [fr]}
