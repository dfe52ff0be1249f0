"""What compiled code reads of the heads of WAT pages is what the plain form reads."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linkworthy import urls
from linkworthy.archives.record import parse_date
from linkworthy.sources import wat_faster
from linkworthy.sources.gathering import described_row, instant_or
from linkworthy.sources.wat import exchange_of_wat
from linkworthy.sources.wat_envelope import OTHER, PAGE, REFUSED
from linkworthy.sources.wat_heads import pages_of
from linkworthy.sources.wat_layout import decode_around_links, decode_envelope
from linkworthy.sources.wat_page import page_of
from linkworthy.sources.wat_survey import Room
from linkworthy.tables import table

pytestmark = pytest.mark.xdist_group("compiled")
WHEN = datetime(2026, 10, 1, tzinfo=UTC)
TEXT = st.one_of(
    st.text(max_size=12), st.sampled_from(["", " a \n b\u3000", "\x85", "\x1fx", 'q"\\/', "y" * 2_001, "Ünicode 𝒳"])
)
URL = st.one_of(
    TEXT, st.sampled_from(["/s.css", "https://cdn.example/x.js?id=UA-123456-1", "b/c", "//h.example/", "#f"])
)
HEADERS = st.dictionaries(
    st.one_of(TEXT, st.sampled_from(
        ["Content-Type", "content-type ", "Server", "SERVER", "Link", "X-Robots-Tag", "Refresh", "Set-Cookie",
         "Content-Encoding"])),
    st.one_of(TEXT, st.lists(TEXT, max_size=3), st.sampled_from(
        ["text/html; charset=ISO-8859-2", "noindex", "<https://a.example/>; rel=canonical", "0; url=/x",
         "\u00a0v\u00a0"])),
    max_size=4,
)  # fmt: skip
NAMES = st.sampled_from(
    ["description", " Description", "HTML@/lang", "viewport", "generator", "og:type", "robots", "googlebot", "author",
     "article:published_time", "date", "og:site_name", "application-name", "fb:app_id", "google-site-verification", "x"]
)  # fmt: skip
META = st.fixed_dictionaries(
    {},
    optional={
        "name": st.one_of(NAMES, TEXT, st.none()), "property": st.one_of(NAMES, st.none()),
        "http-equiv": st.sampled_from(["refresh", "Content-Type", " refresh", "x"]),
        "content": st.one_of(TEXT, st.none(), st.sampled_from(
            ["noindex, nofollow", "1;url=/to", "text/html; charset=windows-1251", "2026-01-02", "@someone"])),
    },
)  # fmt: skip
LINK = st.fixed_dictionaries(
    {},
    optional={
        "path": st.just("LINK@/href"), "url": st.one_of(URL, st.none()),
        "rel": st.one_of(TEXT, st.sampled_from(
            ["stylesheet", "Canonical", "canonical next", "alternate", "prev", "previous", "alternate stylesheet",
             ""])),
        "type": st.sampled_from(["text/css", "application/rss+xml", "Application/Atom+XML", ""]),
        "hreflang": st.sampled_from(["en", " De ", "x-default", ""]), "other": TEXT,
    },
)  # fmt: skip
SCRIPT = st.fixed_dictionaries(
    {},
    optional={
        "url": st.one_of(
            URL,
            st.sampled_from(
                [
                    "//www.googletagmanager.com/gtm.js?id=GTM-K3VBNW",
                    "/x?tag=shop-21",
                    "https://clarity.ms/tag/abcdef1234",
                ]
            ),
        )
    },
)
ODD = st.one_of(st.none(), st.integers(), st.floats(allow_nan=False), st.booleans(), st.lists(TEXT, max_size=2),
                st.dictionaries(TEXT, st.lists(st.integers(), max_size=2), max_size=2))  # fmt: skip


STATUS = st.sampled_from(["200"] * 6 + ["404", "301", "0", "٢٠٠"])


@st.composite
def envelopes(draw: st.DrawFn) -> dict[str, Any]:
    head = draw(st.fixed_dictionaries({}, optional={
        "Title": TEXT, "Base": URL, "Metas": st.lists(META, max_size=4), "Link": st.lists(LINK, max_size=4),
        "Scripts": st.lists(SCRIPT, max_size=2), "odd": ODD,
    }))  # fmt: skip
    html: dict[str, Any] = {"Head": head}
    if draw(st.booleans()):
        html["Links"] = [{"path": "A@/href", "url": "/x", "text": draw(TEXT)}] * draw(st.integers(0, 2))
    if draw(st.booleans()):
        html = dict(reversed(html.items()))
    response = {
        "Response-Message": {"Status": draw(STATUS), "Version": "HTTP/1.1"},
        "Headers": draw(HEADERS), "HTML-Metadata": html, "Entity-Length": draw(st.sampled_from(["12", "", "x"])),
    }  # fmt: skip
    about = {
        "WARC-Type": draw(st.sampled_from(["response"] * 8 + ["request", "Response"])),
        "WARC-Target-URI": draw(
            st.sampled_from(["https://www.a.example/folder/p.html?q=1"] * 5 + ["HTTP://A.example:80", "ftp://a/"])
        ),
        "WARC-Date": draw(
            st.sampled_from(
                ["2026-10-01T10:20:30Z"] * 3 + ["2026-10-01T10:20:60Z", "2026-W01-1T00:00:00Z", "2026-10-01", ""]
            )
        ),
        **draw(st.fixed_dictionaries({}, optional={"WARC-IP-Address": TEXT, "WARC-Truncated": TEXT})),
    }
    said = {"Container": draw(ODD), "Envelope": {"WARC-Header-Metadata": about, "odd": draw(ODD),
            "Payload-Metadata": {"HTTP-Response-Metadata": response}}}  # fmt: skip
    if draw(st.integers(0, 4)) == 0:
        place: dict[str, Any] = draw(st.sampled_from([said, head, response, about, response["Response-Message"]]))
        key = draw(st.sampled_from([*place] or ["x"]))
        place[key] = draw(ODD)
    return said


def plain_row(content: bytes) -> dict[str, Any] | None:
    """Give the row that the plain form makes of a page, null where it makes none."""
    envelope = decode_envelope(content)
    if envelope is None or envelope.headers.type.lower() != "response":
        return None
    url = urls.normalise(envelope.headers.uri)
    if url is None:
        return None
    exchange = exchange_of_wat(envelope, url, instant_or(parse_date(envelope.headers.date), WHEN))
    html = envelope.payload.response.html
    if exchange is None or html is None:
        return None
    row = described_row(exchange, page_of(html, exchange.headers, url))
    counted = [name for name in row if name.startswith("n_") and name.endswith(("_links", "_followed", "_domains"))]
    return {name: value for name, value in row.items() if value is not None and name not in (*counted, "n_links")}


def compiled_row(columns: pa.Table) -> dict[str, Any]:
    kinds = table("pages").schema
    assert all(columns.schema.field(name).type == kinds.field(name).type for name in columns.column_names)
    (row,) = columns.to_pylist()
    return {name: dict(value) if name == "headers" else value for name, value in row.items() if value is not None}


def check(content: bytes) -> int:
    found = pages_of([content], WHEN, Room())
    if found.states == [OTHER]:
        envelope = decode_envelope(content)
        assert envelope is not None
        assert envelope.headers.type.lower() != "response"
    # Links that are no JSON are noticed by whoever reads the links.
    if found.states == [PAGE] and wat_faster.load(is_external_only=True).add(found.described) != [None]:
        plain = plain_row(content)
        assert plain is not None
        assert compiled_row(found.columns) == plain
        around = decode_around_links(content)
        assert around is not None
        assert found.described[0].links == around[1]
    return found.states[0]


@settings(max_examples=120, deadline=None)
@given(said=envelopes(), is_ascii=st.booleans(), indent=st.sampled_from([None, None, 1]))
def test_heads_read_by_compiled_code_are_those_of_the_plain_form(
    said: dict[str, Any], *, is_ascii: bool, indent: int | None
) -> None:
    check(json.dumps(said, ensure_ascii=is_ascii, indent=indent).encode("utf-8", "surrogatepass"))


@settings(max_examples=80, deadline=None)
@given(
    said=envelopes(),
    place=st.integers(0, 5_000),
    put=st.sampled_from([b"", b'"', b"}", b",", b"\\", b"\xff", b"1", b"]", b"[{"]),
)
def test_a_record_that_is_no_json_is_never_taken(said: dict[str, Any], place: int, put: bytes) -> None:
    content = json.dumps(said).encode()
    place %= len(content)
    check(content[:place] + put + content[place + 1 :])


PLAIN = '{"Envelope":{"WARC-Header-Metadata":{"WARC-Type":"response","WARC-Target-URI":"https://a.example/"},%s"x":1}}'
RESPONSE = (
    '"Payload-Metadata":{"HTTP-Response-Metadata":'
    '{"Response-Message":{"Status":"200"},%s"HTML-Metadata":{"Head":{%s}}}},'
)


@pytest.mark.parametrize(
    ("headers", "head", "state"),
    [
        ("", "", PAGE),
        ('"Headers":{"Server":["a"," b"],"Vary":[]},', '"Title":"\\u00fc \\ud83d\\ude00"', PAGE),
        ('"Headers":{"server":"a","Server":"b"},', "", REFUSED),
        ('"Headers":{"server":null},', "", REFUSED),
        ("", '"Title":"half \\ud83d"', REFUSED),
        ("", '"Title":"a","Title":"b"', REFUSED),
        ("", '"Metas":[{"name":7}]', REFUSED),
        ("", '"odd":-false', REFUSED),
        ("", '"odd":01', REFUSED),
        ("", '"odd":[1,]', REFUSED),
        ("", '"odd":{"a":[{}, [], -0, true, null]}', PAGE),
        ("", '"odd":' + "[" * 60 + "]" * 60, REFUSED),
        ("", '"Link":[{"url":"/c","rel":"canonical","rel":"next"}]', PAGE),
    ],
)
def test_what_is_odd_about_a_head_is_left_to_the_plain_form(headers: str, head: str, state: int) -> None:
    assert check((PLAIN % (RESPONSE % (headers, head))).encode()) == state
