"""What compiled code reads of WAT files is what the plain form reads."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linkworthy import urls
from linkworthy.html.links import Resolver
from linkworthy.sources import wat_faster, wat_passing, wat_reading
from linkworthy.sources.extraction import batches
from linkworthy.sources.wat import WatSource
from linkworthy.sources.wat_layout import Head, Html, Link, decode_around_links, decode_envelope
from linkworthy.sources.wat_links import Described
from linkworthy.sources.wat_page import page_of
from tests.support.imported import imported
from tests.support.warcs import WHEN
from tests.support.wat_writer import envelope, write_wat

pytestmark = pytest.mark.xdist_group("compiled")
PAGE = "https://www.a.example/folder/page.html?q=1"
HREFS = (
    "/x", "y/z?a=b#c", "../up", "#top", "", "?q", "//c.example/p", "https://b.example/one",
    "https://www.a.example/own", "https://a.example/domain", "HTTPS://B.example/Upper", "https://b.example",
    "https://b.example/a b", "http://[::1]/", "mailto:x@y.example", "javascript:void(0)",
    "https://user@c.co.uk:8080/#f", " /space ", "/ümlaut?ü", "https://b.example/#", "https://b.example?q=1#f",
    "http://www.a.example", "https://www.a.example?q", "//www.a.example/x", "//www.a.example", "/a%20b/%C3%A9",
    "/%2e%2e/up", "c%2Fd", "/x/%2E/y", "https://b.example/%zz?%", "javascript:x#y", "mailto:/x", "tel://1 2",
    "tel:+1 2", "//", "///x", "//b.example#f", "https://www.a.example:443/p", "https:/b.example",
    "http://www.a.example:80",
)  # fmt: skip
TEXTS = st.one_of(
    st.none(), st.text(max_size=20), st.sampled_from(["One", " a \n b\u3000", "\x85", "x" * 2_001, "\\u0041"])
)
ENTRIES = st.fixed_dictionaries(
    {},
    optional={
        "path": st.sampled_from(["A@/href", "AREA@/href", "IMG@/src", "FORM@/action", "A@/data"]),
        "url": st.one_of(st.none(), st.sampled_from(HREFS), st.text(max_size=20)),
        "text": TEXTS, "alt": TEXTS, "title": TEXTS,
        "rel": st.one_of(TEXTS, st.sampled_from(["NoFollow  ugc", "sponsored", ""])),
    },
)  # fmt: skip


def both(entries: list[dict[str, Any]], raw: bytes, *, is_external_only: bool) -> tuple[Any, Any]:
    links = wat_faster.load(is_external_only=is_external_only)
    read = links.add([Described(raw, Resolver(PAGE, "utf-8"), urls.host_of(PAGE))])[0]
    page = page_of(Html(Head(), [Link(**{k: v for k, v in one.items() if k != "title"}) for one in entries]), (), PAGE)
    plain = [one._asdict() for one in page.links], {key: page.facts[key] for key in page.facts if "n_" in key[:2]}
    if read is None:
        return None, plain
    assert read.n_links == len(plain[0])
    assert read.n_url_bytes == sum(len(one["url"] or "") for one in plain[0])
    lost = [one["href"] for one in plain[0] if one["url"] is None]
    nowhere = [href for href in lost if href.startswith(("javascript:", "mailto:x", "tel:+"))]
    assert read.n_nowhere == len(nowhere)
    assert read.lost == [href for href in lost if href not in nowhere]
    assert {urls.rejection(href) for href in nowhere} <= {"not http or https"}
    columns = links.take()
    if is_external_only:
        plain = [one for one in plain[0] if one["url"] and not one["is_internal"]], plain[1]
    assert columns.counts == [len(plain[0])]
    return (columns.links.to_pylist(), {name: one for name, (one,) in columns.facts.items()}), plain


@settings(max_examples=150, deadline=None)
@given(entries=st.lists(ENTRIES, max_size=8), is_ascii=st.booleans(), is_external_only=st.booleans())
def test_links_read_by_compiled_code_are_those_of_the_plain_form(
    entries: list[dict[str, Any]], *, is_ascii: bool, is_external_only: bool
) -> None:
    raw = json.dumps(entries, ensure_ascii=is_ascii).encode()
    read, plain = both(entries, raw, is_external_only=is_external_only)
    if read is None:
        assert "x" * 2_001 in {text for one in entries for text in (one.get("text"), one.get("alt"))}
        return
    assert read[0] == plain[0]
    assert read[1].items() <= {key: value for key, value in plain[1].items() if value is not None}.items()


@pytest.mark.parametrize(
    "raw",
    [
        rb'[{"path":"A@/href","url":"/x","text":"half \ud83d"}]', rb'[{"path":"A@/href","url":7}]',
        b'{"path":"A@/href"}',
        b'[{"path":"A@/href","url":"/\xff"}]', b'[{"path":"A@/href","url":"/x"}', b'[{"path":"A@/href","url":"/x",}]',
        b'[{"path":"A@/href","url":"/\x01"}]', rb'[{"path":"A@/href","u\u0072l":"/x"}]', b'[{"a":{}}]', b"[,]",
        b'[{"a":"',
        b'[{"path":"A@/href","url":"' + b"x" * 9_000 + b'"}]', rb'[{"path":"A@/href","url":"\x"}]', b"null",
    ],
)  # fmt: skip
def test_what_is_odd_is_left_to_the_plain_form(raw: bytes) -> None:
    links = wat_faster.load(is_external_only=False)
    assert links.add([Described(raw, Resolver(PAGE, "utf-8"), urls.host_of(PAGE))]) == [None]
    assert links.take().links.num_rows == 0


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    head = '<base href="/b/"><link rel="canonical next" href="c"><meta http-equiv=refresh content="0;url=r">'
    bodies = {
        "https://z.example/": "".join(f'<a href="{href}">x {href}</a>' for href in HREFS),
        "https://m.example/": head
        + "<a href='one' rel='nofollow'><img src=i alt=' An  image'></a><a href='https://z.example/'>z</a>",
        "https://a.example/": "no links",
        "https://b.example/": f"<a href='https://a.example/'>{'y' * 9}</a>" + '<a href="' + "z" * 9_000 + '">long</a>',
    }
    said = [envelope(url, 200, [("Content-Type", "text/html")], body.encode(), WHEN) for url, body in bodies.items()]
    said.insert(2, envelope("https://r.example/", 200, [], b"", WHEN, kind="request"))
    said.append(envelope("ftp://no.example/", 200, [], b"", WHEN))
    odd = {"Envelope": {"WARC-Header-Metadata": {"WARC-Target-URI": "x"}, "Payload-Metadata": []}}
    write_wat(tmp_path / "a.wat.gz", [*said, odd], WHEN)
    return tmp_path / "a.wat.gz"


@pytest.mark.parametrize("is_external_only", [False, True])
def test_an_archive_gives_the_same_tables_by_compiled_code(
    archive: Path, monkeypatch: pytest.MonkeyPatch, *, is_external_only: bool
) -> None:
    plain = list(batches(archive, is_external_only=is_external_only))
    monkeypatch.setattr(wat_faster, "LARGE_BYTES", 0)
    monkeypatch.setattr(wat_faster, "is_ready", lambda: True)
    assert list(batches(archive, is_external_only=is_external_only)) == plain
    assert plain[0].links.num_rows == (22 if is_external_only else len(HREFS) + 4)
    assert plain[0].pages.num_rows == 4


def test_compiled_code_is_used_where_it_is_ready_and_the_file_is_large(
    archive: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    wat_faster._mark.cache_clear()
    assert not wat_faster.is_ready()
    begun: list[bool] = []
    monkeypatch.setattr(wat_faster, "LARGE_BYTES", 0)
    monkeypatch.setattr(wat_faster, "prepare_beside", lambda: begun.append(True))
    before = list(batches(archive))
    assert begun == [True], "compiling goes on beside the reading"
    wat_faster._mark().parent.mkdir(parents=True)
    wat_faster._mark().touch()
    assert wat_faster.is_ready()
    left: list[int] = []
    taking = wat_reading.take_compiled
    monkeypatch.setattr(wat_reading, "take_compiled", lambda *given: left.append(taking(*given)))
    assert list(batches(archive)) == before
    assert left == [3], "one with a long href, one of another scheme, and one that is no WAT"
    wat_faster._mark.cache_clear()


def test_a_described_page_decodes_alike_with_and_without_its_links(archive: Path) -> None:
    from linkworthy.archives.warc import read_records

    for record in read_records(archive, lambda loss: None):
        full, quick = decode_envelope(record.content), decode_around_links(record.content)
        assert (full is None) == (quick is None)
        if full is not None and quick is not None:
            envelope, links = quick
            assert full.headers == envelope.headers
            assert full.payload.response.headers == envelope.payload.response.headers
            html = full.payload.response.html
            assert msgspec.json.decode(links or b"[]", type=list[Link], strict=False) == (html.links if html else [])


OWN_HREFS = (
    "https://shop.example/bike", "//www.shop.example/", "HTTPS://SHOP.example/", "https://sh%6fp.example/", "https://shop.example",
    "https://shop\t.example/", "https://user@shop.example/", "https://shop.example:443/",
)  # fmt: skip


def test_records_that_say_nothing_of_the_owner_are_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pages = [f'<a href="{href}">x</a>' for href in OWN_HREFS]
    pages += ['<base href="https://shop.example/b/"><a href="c">by base</a>', "<a href=https://shop.example.net/>o</a>"]
    pages += [
        '<a href="/x">x</a>',
        "no links",
        '<base href="https://o.example/"><a href="c">c</a>',
        f"<a href={'z' * 9_000}>",
    ]
    html = [("Content-Type", "text/html")]
    said = [envelope(f"https://p{n}.example/", 200, html, body.encode(), WHEN) for n, body in enumerate(pages)]
    own = "https://shop.example/"
    said += [
        envelope(own, 200, html, b"<a href=/a>a</a>", WHEN),
        envelope("https://moved.example/", 301, [*html, ("Location", own)], b"", WHEN),
        envelope("https://other.example/", 301, [*html, ("Location", "/there")], b"", WHEN),
        envelope("https://request.example/", 200, [], b"", WHEN, kind="request"),
        envelope("https://zero.example/", 0, html, b"", WHEN),
        {"Envelope": {"WARC-Header-Metadata": {"WARC-Target-URI": "x"}, "Payload-Metadata": []}},
    ]
    write_wat(tmp_path / "a.wat.gz", said, WHEN)
    source = WatSource()
    plain = imported(source, tmp_path / "a.wat.gz", own)
    assert len(plain.rows("observations")) == len(OWN_HREFS) + 2
    passed: list[str | None] = []
    asking = wat_passing.kinds_of_others

    def asked(*given: Any) -> list[str | None]:
        kinds = asking(*given)
        passed.extend(kinds)
        return kinds

    monkeypatch.setattr(wat_passing, "kinds_of_others", asked)
    monkeypatch.setattr(wat_faster, "LARGE_BYTES", 0)
    monkeypatch.setattr(wat_faster, "is_ready", lambda: True)
    again = WatSource()
    assert imported(again, tmp_path / "a.wat.gz", own) == plain
    assert again.detail == source.detail
    assert Counter(passed) == {None: len(said) - 4, "response": 4, "request": 1}
