"""URLs: the standard's own cases, normalisation, registrable domains and identity."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path

import publicsuffixlist
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linkworthy import urls
from tests.support.shared import shared

IDNA_EXCEPTIONS = {"": "the case is no URL: https:///x names the host x"}
"""IdnaTestV2 inputs whose expected result is not ours, with the reason."""


def cases(path: Path) -> list[dict[str, object]]:
    return [case for case in json.loads(path.read_text(encoding="utf-8")) if isinstance(case, dict)]


@pytest.mark.shared
def test_every_parsing_case_of_the_standard_passes() -> None:
    wrong = []
    for case in cases(shared("url", "urltestdata.json")):
        parsed = urls.parse(str(case["input"]), case["base"] if isinstance(case.get("base"), str) else None)
        expected = None if case.get("failure") else case["href"]
        if (parsed.href if parsed else None) != expected:
            wrong.append((case["input"], case.get("base")))
    assert wrong == []


@pytest.mark.shared
@pytest.mark.parametrize(("name", "exceptions"), [("toascii", {}), ("IdnaTestV2", IDNA_EXCEPTIONS)])
def test_every_host_case_of_the_standard_passes(name: str, exceptions: dict[str, str]) -> None:
    wrong = []
    for case in cases(shared("url", f"{name}.json")):
        parsed = urls.parse(f"https://{case['input']}/x")
        expected = None if case["output"] is None else f"https://{case['output']}/x"
        if (parsed.href if parsed else None) != expected:
            wrong.append(case["input"])
    assert sorted(map(str, wrong)) == sorted(exceptions)


@pytest.mark.shared
def test_every_percent_encoding_case_of_the_standard_passes() -> None:
    checked = 0
    for case in cases(shared("url", "percent-encoding.json")):
        for encoding, expected in dict(case["output"]).items():  # type: ignore[call-overload]
            assert urls.percent_encode(str(case["input"]), encoding) == expected
            assert urls.resolve(f"?{case['input']}", "http://h/", encoding) == f"http://h/?{expected}"
            checked += 1
    assert checked > 10


@pytest.mark.shared
def test_registrable_domains_follow_the_public_suffix_lists_own_cases() -> None:
    checked = 0
    for line in shared("psl", "test_psl.txt").read_text(encoding="utf-8").splitlines():
        if not line.startswith("checkPublicSuffix('"):
            continue
        host, expected = (
            part.strip(" ')") for part in line.removeprefix("checkPublicSuffix(").split(";")[0].split(",")
        )
        parsed = urls.parse(f"http://{host}/")
        if expected == "null" or parsed is None or host.startswith("."):
            continue
        expected_host = urls.parse(f"http://{expected}/")
        assert expected_host is not None
        assert urls.registrable_domain(parsed.hostname) == expected_host.hostname, host
        checked += 1
    assert checked > 40


def test_two_sites_on_a_platform_are_two_owners() -> None:
    assert urls.registrable_domain("anna.blogspot.com") != urls.registrable_domain("bert.blogspot.com")
    assert urls.registrable_domain("www.anna.github.io") == "anna.github.io"
    assert urls.registrable_domain("shop.example.co.uk") == "example.co.uk"
    assert urls.is_public_suffix("github.io")
    assert not urls.is_public_suffix("anna.github.io")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("HTTP://User:pw@EXAMPLE.com:80/a/../b?q#f", "http://example.com/b?q"),
        ("https://example.com.:443", "https://example.com/"),
        ("https://bücher.example/ä", "https://xn--bcher-kva.example/%C3%A4"),
        ("http://[::1]:8080/", "http://[::1]:8080/"),
        ("http://0x7f.1/", "http://127.0.0.1/"),
        ("javascript:alert(1)", None),
        ("mailto:a@example.com", None),
        ("http://", None),
        ("http://./", None),
        ("http://foo.09..", None),
        ("http://u@b.example.:81#f", "http://b.example:81/"),
        ("//example.com/", None),
        ("http://example.com/" + "a" * 9000, None),
        ("http://exa\ud800mple.com/", None),
    ],
)
def test_a_page_has_one_spelling(text: str, expected: str | None) -> None:
    assert urls.normalise(text) == expected
    assert (urls.rejection(text) is None) == (expected is not None)


def test_the_key_of_a_page_ignores_scheme_and_visit_but_not_the_page() -> None:
    key = urls.page_key("https://example.com/a?id=1")
    assert key == urls.page_key("http://example.com/a?utm_source=x&id=1&gclid=2")
    assert key != urls.page_key("https://example.com/a?id=2")
    assert key != urls.page_key("https://www.example.com/a?id=1")


def test_link_identity_folds_anchors_and_tells_kinds_apart() -> None:
    one = urls.link_identity("http://a.example/", "https://b.example/", " Good  Tea ", "text")
    assert one == urls.link_identity("https://a.example/", "https://b.example/", "good tea", "text")
    assert one != urls.link_identity("https://a.example/", "https://b.example/", "good tea", "image")


@given(st.text())
def test_any_text_is_normalised_once_and_for_all(text: str) -> None:
    url = urls.normalise(text)
    if url is None:
        assert urls.rejection(text)
    else:
        assert urls.normalise(url) == url
        assert urls.host_of(url) == urls.split(url).host
        assert urls.registrable_domain(urls.host_of(url))


@given(st.text(), st.sampled_from(["utf-8", "windows-1252", "shift_jis", "iso-2022-jp", "gb18030", "no-such-encoding"]))
def test_any_href_is_joined_or_refused(href: str, encoding: str) -> None:
    joined = urls.resolve(href, "https://example.com/a/b?c", encoding)
    assert joined is None or urls.parse(joined) is not None


@given(st.from_regex(r"[a-z]{1,8}(\.[a-z]{1,8}){0,4}", fullmatch=True))
def test_reversing_a_host_twice_gives_it_back(host: str) -> None:
    assert urls.reversed_host(urls.reversed_host(host)) == host


LABELS = st.sampled_from(
    ["a", "www", "com", "co", "uk", "jp", "ck", "kobe", "city", "kawasaki", "s3", "xn--p1ai", "рф", "4"]
)


@settings(deadline=None)
@given(st.lists(LABELS, min_size=1, max_size=7).map(".".join), st.sampled_from(["", "."]))
def test_domains_are_those_of_the_librarys_own_reader(host: str, dot: str) -> None:
    listed = _library()
    assert urls.registrable_domain(host + dot) == (
        host if urls.is_address(host) else listed.privatesuffix(host) or host
    )
    assert urls.public_suffix(host + dot) == ("" if urls.is_address(host) else listed.publicsuffix(host))


def test_every_rule_of_the_list_is_known_as_the_library_knows_it() -> None:
    listed = _library()
    with Path(publicsuffixlist.PSLFILE).open(encoding="utf-8") as file:
        rules = [line.split()[0].lstrip("!*.") for line in file if line.strip() and not line.startswith("//")]
    assert len(rules) > 9_000
    for rule in rules:
        for host in (rule, f"x.{rule}", f"y.x.{rule}"):
            assert urls.public_suffix(host) == listed.publicsuffix(host), host


@lru_cache(maxsize=1)
def _library() -> publicsuffixlist.PublicSuffixList:
    return publicsuffixlist.PublicSuffixList()
