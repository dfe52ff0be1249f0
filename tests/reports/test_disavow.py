"""The disavow file: grammar, lint, merging, and what may never stand in it."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkworthy.reports.disavow import MAX_BYTES, MAX_LINES, read_disavow, write_disavow
from linkworthy.site import SiteConfig
from tests.support.shared import shared

TODAY = date(2026, 11, 22)
CONFIG = SiteConfig(url="https://shop.example/", partners=("partner.example",), owned=("sister.example",))


def link(
    url: str, verdict: str = "disavow", kinds: tuple[str, ...] = ("network",), domain: str | None = None
) -> dict[str, Any]:
    from linkworthy import urls

    reason = "It looks like a link network: one identifier on five domains."
    return {
        "source_domain": domain or urls.domain_of(url), "source_url": url, "verdict": verdict, "kinds": list(kinds),
        "harm": 0.9, "reason": reason,
    }  # fmt: skip


def entries(text: str) -> list[str]:
    return [line for line in text.splitlines() if line and not line.startswith("#")]


def slugs(text: str | bytes, config: SiteConfig | None = None) -> dict[int, str]:
    return {item.line: item.slug for item in read_disavow(text, config).lint}


def test_comments_domains_and_urls_are_read() -> None:
    read = read_disavow("\ufeff# spam\r\n\r\ndomain:spam.example\r\nhttps://other.example/page?x=1\r\n")
    assert [entry[1:] for entry in read.entries] == [
        ("domain", "spam.example"),
        ("url", "https://other.example/page?x=1"),
    ]
    assert read.lint == ()


@pytest.mark.parametrize(
    ("line", "slug", "kept"),
    [
        ("domain:*.spam.example", "wildcard", "domain:spam.example"),
        ("domain:spam.example/page", "path-on-domain-line", "domain:spam.example"),
        ("domain:https://spam.example", "scheme-on-domain-line", "domain:spam.example"),
        ("domain:spam.example:8080", "port-on-domain-line", "domain:spam.example"),
        ("domain:spam.example\tbad", "tab", "domain:spam.example"),
        ("domain:spam.example # bad", "comment-behind-entry", "domain:spam.example"),
        ("spam.example", "bare-host", None),
        ("spam.example/page", "bare-host", None),
        ("all of them", "not-understood", None),
        ("domain:not a host", "not-a-host", None),
        ("https://spam.example/" + "x" * 2_100, "url-too-long", None),
        ("https://spam.example/", "only-the-start-page", "https://spam.example/"),
        ("domain:co.uk", "public-suffix", "domain:co.uk"),
        ("domain:www.shop.example", "own-domain", "domain:www.shop.example"),
        ("domain:facebook.com", "platform", "domain:facebook.com"),
    ],
)
def test_what_is_wrong_is_told_by_line(line: str, slug: str, kept: str | None) -> None:
    read = read_disavow(f"# first\n{line}\n", CONFIG)
    assert [(item.line, item.slug) for item in read.lint] == [(2, slug)]
    assert [entry.text for entry in read.entries] == ([kept] if kept else [])


def test_repeats_and_what_a_domain_line_covers_are_told() -> None:
    text = "domain:spam.example\ndomain:www.spam.example\nhttps://a.spam.example/x\ndomain:spam.example\n"
    assert slugs(text) == {2: "www-duplicate", 3: "covered", 4: "repeated"}


def test_text_that_is_not_utf8_is_told() -> None:
    assert slugs(b"domain:spam.example\n# caf\xe9\n") == {2: "not-utf8"}
    assert slugs("domain:spam.example\n".encode("utf-16")) == {0: "not-utf8"}


def test_hosts_are_written_in_ascii() -> None:
    assert read_disavow("domain:Bücher.example").entries[0].value == "xn--bcher-kva.example"


def test_limits_are_told() -> None:
    assert slugs("#\n" * (MAX_LINES + 1))[0] == "too-many-lines"
    assert slugs("#" + "x" * MAX_BYTES)[0] == "file-too-large"


def test_no_verdict_gives_a_file_that_advises_against_itself() -> None:
    written = write_disavow([link("https://good.example/", "keep", ())], None, TODAY, CONFIG)
    assert entries(written.text) == []
    assert "do not upload" in written.text


def test_harm_gives_one_line_a_domain_with_evidence_and_advice() -> None:
    rows = [link("https://a.spam.example/1"), link("https://b.spam.example/2"), link("https://farm.example/")]
    written = write_disavow(rows, None, TODAY, CONFIG)
    assert entries(written.text) == ["domain:farm.example", "domain:spam.example"]
    assert "one identifier on five domains" in written.text
    assert "Most sites need no such file" in written.text
    assert read_disavow(written.text).lint == ()


def test_a_site_with_good_links_is_disavowed_page_by_page() -> None:
    rows = [link("https://blog.example/bad"), link("https://blog.example/good", "keep", ())]
    assert entries(write_disavow(rows, None, TODAY, CONFIG).text) == ["https://blog.example/bad"]


def test_members_of_a_platform_are_owners_of_their_own() -> None:
    rows = [link("https://spam.blogspot.com/post")]
    assert entries(write_disavow(rows, None, TODAY, CONFIG).text) == ["domain:spam.blogspot.com"]


@pytest.mark.parametrize(
    "host",
    [
        "shop.example",
        "www.shop.example",
        "partner.example",
        "sister.example",
        "agency.gov.uk",
        "blogspot.com",
        "medium.com",
        "sites.google.com",
    ],
)
def test_protected_sites_never_stand_in_the_file(host: str) -> None:
    written = write_disavow([link(f"https://{host}/x")], read_disavow(f"domain:{host}\n"), TODAY, CONFIG)
    assert entries(written.text) == []
    assert written.left_out


def test_an_old_file_is_kept_with_its_comments_and_cleaned() -> None:
    old = read_disavow(
        "# from 2019\ndomain:old.example\nhttps://old.example/page\nspam.example\nhttps://page.example/x\n"
    )
    written = write_disavow([link("https://spam.example/1")], old, TODAY, CONFIG)
    assert entries(written.text) == ["domain:old.example", "https://page.example/x", "domain:spam.example"]
    assert "# from 2019" in written.text
    assert (written.n_old, written.n_new) == (2, 1)
    assert "spam.example: line 4" in written.left_out[0]
    assert written.changed == ("https://old.example/page -> domain:old.example, which covers it",)


def test_what_an_old_line_becomes_is_said() -> None:
    old = read_disavow("domain:Old.example/page\nhttps://OTHER.example/x\n# ~ changed: earlier\ndomain:as.example\n")
    written = write_disavow([], old, TODAY, CONFIG)
    assert written.changed == (
        "domain:Old.example/page -> domain:old.example",
        "https://OTHER.example/x -> https://other.example/x",
    )
    assert "# ~ changed: domain:Old.example/page -> domain:old.example" in written.text
    assert "earlier" not in written.text


def test_a_new_domain_line_replaces_old_pages_that_it_covers() -> None:
    old = read_disavow("https://a.spam.example/page\n")
    assert entries(write_disavow([link("https://spam.example/1")], old, TODAY, CONFIG).text) == ["domain:spam.example"]


def test_writing_twice_changes_nothing() -> None:
    rows = [link("https://spam.example/1"), link("https://farm.example/")]
    first = write_disavow(rows, read_disavow("# mine\ndomain:old.example\n"), TODAY, CONFIG)
    second = write_disavow(rows, read_disavow(first.text), TODAY, CONFIG)
    assert sorted(entries(second.text)) == sorted(entries(first.text))
    assert second.n_new == 0


def test_a_file_beyond_the_limits_loses_its_comments_first() -> None:
    rows = [link(f"https://spam{n}.example/") for n in range(40_000)]
    written = write_disavow(rows, None, TODAY, CONFIG)
    assert len(entries(written.text)) == 40_000
    assert len(written.text.encode()) <= MAX_BYTES
    assert read_disavow(written.text).lint == ()


def test_evidence_cannot_break_out_of_its_comment() -> None:
    row = {**link("https://spam.example/1"), "reason": "a\ndomain:good.example\r\nb"}
    assert entries(write_disavow([row], None, TODAY, CONFIG).text) == ["domain:spam.example"]


HOSTS = st.from_regex(r"[a-z][a-z0-9]{0,8}(-[a-z0-9]{1,4})?\.(example|test|invalid)", fullmatch=True)


@given(
    st.lists(
        st.one_of(HOSTS.map(lambda host: f"domain:{host}"), HOSTS.map(lambda host: f"https://{host}/page")), max_size=30
    )
)
def test_what_is_written_reads_as_itself(lines: list[str]) -> None:
    old = read_disavow("\n".join(lines))
    written = write_disavow([], old, TODAY, SiteConfig(url="https://www.owner.local/"))
    again = read_disavow(written.text)
    assert again.lint == ()
    domains = {line[7:] for line in lines if line.startswith("domain:")}
    expected = {line for line in lines if line.startswith("domain:") or line.split("/")[2] not in domains}
    assert {entry.text for entry in again.entries} == expected


@given(st.text(max_size=300))
def test_any_text_is_read(text: str) -> None:
    read = read_disavow(text)
    written = write_disavow([], read, TODAY, CONFIG)
    assert len(entries(written.text)) <= len(read.entries)


@pytest.mark.shared
@pytest.mark.parametrize(
    ("name", "least"),
    [
        ("coolrecep+turkish-tech-disavow-list__disavow.txt", 11_000),
        ("mertcangokgoz+public-disavow-links__disavow-links.txt", 18_000),
    ],
)
def test_published_files_are_read_whole(name: str, least: int) -> None:
    data = shared("disavow", name).read_bytes()
    read = read_disavow(data)
    counts = Counter(item.slug for item in read.lint)
    assert len(read.entries) >= least
    assert counts["not-understood"] + counts["not-a-host"] <= 40
    assert counts["public-suffix"] >= 1
    written = write_disavow([], read, TODAY, CONFIG)
    again = read_disavow(written.text)
    assert again.lint == ()
    assert len(again.entries) == written.n_old
