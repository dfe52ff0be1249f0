from __future__ import annotations

import gzip
import json
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkworthy.errors import InputError
from linkworthy.site import SiteConfig
from linkworthy.site.config import from_mapping
from linkworthy.sources import visits
from linkworthy.sources.base import Context
from linkworthy.sources.logs import LogSource
from linkworthy.sources.referrers import kind_of_host
from linkworthy.sources.referrers import read as read_referrer
from linkworthy.sources.weblogs import blocks, counts, kept
from linkworthy.sources.weblogs.agents import is_bot
from linkworthy.sources.weblogs.combined import unescape
from tests.support.exports import combined_line
from tests.support.shared import shared

CONFIG = SiteConfig(url="https://www.shop.example/", hosts=("shop-alias.example",))


def read(path: Path, config: SiteConfig = CONFIG) -> tuple[dict[str, list[dict[str, Any]]], int, int]:
    context = Context(config=config, imported_at=datetime(2026, 11, 22, tzinfo=UTC))
    tables: dict[str, list[dict[str, Any]]] = {"visits": [], "observations": [], "rejects": []}
    n_used = n_rejected = 0
    for batch in LogSource().read(path, context):
        rows = batch.rows
        tables[batch.table] += rows.to_pylist() if hasattr(rows, "to_pylist") else list(rows)
        n_used += batch.n_rows_used
        n_rejected += batch.n_rows_rejected
    assert n_rejected == len(tables["rejects"])
    return tables, n_used, n_rejected


def log(folder: Path, *lines: str) -> Path:
    path = folder / "access.log"
    path.write_text("".join(lines), encoding="utf-8")
    return path


def test_the_owner_s_word_on_referrers_goes_before_every_list(tmp_path: Path) -> None:
    said = {"spam": ["*.traffic.example", "http://junk.example/x"], "pages": ["semalt.com", "good.traffic.example"]}
    config = from_mapping({"url": CONFIG.url, "referrers": said}, "site.toml")
    pages = ("https://a.traffic.example/", "https://good.traffic.example/", "https://junk.example/y",
             "https://notjunk.example/", "https://semalt.com/p", "https://x.google.de/")  # fmt: skip
    tables, _, _ = read(log(tmp_path, *(combined_line("/a", page) for page in pages)), config)
    kinds = {row["referrer_url"]: row["referrer_kind"] for row in tables["visits"]}
    assert [kinds[page] for page in pages] == ["spam", "link", "spam", "link", "link", "search"]
    assert {row["source_url"] for row in tables["observations"]} == {pages[1], pages[3], pages[4]}


def test_a_referrer_in_the_settings_is_a_host() -> None:
    with pytest.raises(InputError, match=r"\[referrers\]: spam: 'two words' is no host"):
        from_mapping({"url": CONFIG.url, "referrers": {"spam": ["two words"]}}, "site.toml")


def test_a_foreign_referrer_is_a_lead_with_its_visits(tmp_path: Path) -> None:
    blog = "https://blog.example/post?x=1"
    tables, n_used, _ = read(
        log(
            tmp_path,
            combined_line("/a", blog),
            combined_line("/a", blog, day="18/May/2026", clock="23:30:00 -0200"),
            combined_line("/a", blog, agent="Googlebot/2.1"),
            combined_line("/b", "https://other.example/", status=404),
        )
    )
    assert n_used == 4
    first, second = tables["observations"]
    assert (first["source_url"], first["target_url"], first["n_visits"]) == (blog, "https://www.shop.example/a", 2)
    assert (first["is_lead"], first.get("anchor"), first["row"]) == (True, None, 1)
    assert first["first_seen_at"] == datetime(2026, 5, 17, 10, 5, 3, tzinfo=UTC)
    assert first["last_seen_at"] == datetime(2026, 5, 19, 1, 30, tzinfo=UTC)
    assert second["source_url"] == "https://other.example/"
    days = {(str(row["day"]), row["target_url"][-2:], row["status"]): row for row in tables["visits"]}
    assert (days["2026-05-17", "/a", 200]["n_visits"], days["2026-05-17", "/a", 200]["n_bots"]) == (1, 1)
    assert days["2026-05-19", "/a", 200]["n_visits"] == 1
    assert days["2026-05-17", "/b", 404]["referrer_domain"] == "other.example"


@pytest.mark.parametrize(
    ("referrer", "kind"),
    [
        ("-", "none"),
        ("", "none"),
        ("https://www.google.co.uk/search?q=shoes", "search"),
        ("https://docs.google.com/document/d/1", "link"),
        ("https://r.duckduckgo.com/", "search"),
        ("https://t.co/abc", "social"),
        ("https://chatgpt.com/", "assistant"),
        ("https://gemini.google.com/", "assistant"),
        ("https://mail.google.com/mail/", "mail"),
        ("https://webmail.provider.example/", "mail"),
        ("https://mail.lists.example/archive/1", "link"),
        ("https://googleads.g.doubleclick.net/", "ad"),
        ("https://shop.example/x", "own"),
        ("https://shop-alias.example/x", "own"),
        ("http://semalt.com/", "spam"),
        ("http://free-share-buttons-4u.example/", "spam"),
        ("http://192.168.1.4/admin", "local"),
        ("http://localhost:8080/", "local"),
        ("https://blog.example/", "link"),
        ("https://notgoogle.com/", "link"),
    ],
)
def test_referrers_are_told_apart(tmp_path: Path, referrer: str, kind: str) -> None:
    tables, _, _ = read(log(tmp_path, combined_line("/", referrer)))
    (row,) = tables["visits"]
    assert row["referrer_kind"] == kind
    assert (row["referrer_url"] == "") == (kind == "none")
    assert bool(tables["observations"]) == (kind == "link")


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("what is this\n", "not a line of an access log"),
        (combined_line("/", method="OPTIONS"), "not a request for a page"),
        (combined_line("*"), "not a request for a page"),
        (combined_line("http://elsewhere.example/"), "request for another host"),
        (combined_line("/", prefix="elsewhere.example:80 "), "request for another host"),
        (combined_line("/", "about:blank"), "referrer is no URL"),
        (combined_line("/", day="31/Feb/2026"), "time is none"),
        (combined_line("/", day="17/May/2099"), "time is none"),
        (combined_line("/", clock="10:05:03 +9900"), "time is none"),
        ("x" * 200_000 + "\n", "row over 131072 bytes"),
    ],
)
def test_a_line_that_is_no_visit_is_kept_with_its_reason(tmp_path: Path, line: str, reason: str) -> None:
    tables, n_used, _ = read(log(tmp_path, combined_line(), "\n", line))
    assert n_used == 1
    assert [(row["row"], row["reason"]) for row in tables["rejects"]] == [(3, reason)]


@pytest.mark.parametrize(
    ("prefix", "path", "target"),
    [
        ("", "/a?b=1", "https://www.shop.example/a?b=1"),
        ("", "//double", "https://www.shop.example//double"),
        ("shop.example:80 ", "/a", "http://shop.example/a"),
        ("shop.example:443 ", "/a", "https://shop.example/a"),
        ("shop-alias.example ", "/a", "https://shop-alias.example/a"),
        ("", "http://shop.example/a", "http://shop.example/a"),
    ],
)
def test_the_own_url_is_put_together(tmp_path: Path, prefix: str, path: str, target: str) -> None:
    tables, _, _ = read(log(tmp_path, combined_line(path, prefix=prefix)))
    assert [row["target_url"] for row in tables["visits"]] == [target]


@pytest.mark.parametrize(
    ("text", "plain"),
    [(r"a\"b", 'a"b'), (r"a\x22b", 'a"b'), (r"\xc3\xa4", "ä"), (r"\xe4", "ä"), (r"\\x41", r"\x41"), (r"\q", r"\q")],
)
def test_escapes_of_both_servers_are_undone(text: str, plain: str) -> None:
    assert unescape(text) == plain


@given(st.text())
def test_any_text_can_be_unescaped_and_classified(text: str) -> None:
    assert isinstance(unescape(text), str)
    assert isinstance(is_bot(text), bool)
    assert isinstance(kind_of_host(text), str)


@pytest.mark.parametrize("rows_at_once", [3, 60, 100_000])
@pytest.mark.parametrize("name_bytes", [10_000_000, 3_000])
def test_counts_that_went_to_the_disk_are_those_of_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rows_at_once: int, name_bytes: int
) -> None:
    people, machine = "Mozilla/5.0 (X11; Linux x86_64) Gecko/20100101 Firefox/140.0", "curl/8.5.0"
    lines = [
        combined_line(
            f"/{n % 7}",
            f"https://b{n % 11}.example/ä" if n % 3 else "-",
            day=f"{17 + n // 150}/May/2026",
            status=404 if n % 13 == 5 else 200,
            agent=machine if n % 5 == 0 else people,
        )
        for n in range(400)
    ]
    path = log(tmp_path, *lines)
    expected, _, _ = read(path)
    monkeypatch.setattr(visits, "MAX_ROWS", 5)
    monkeypatch.setattr(visits, "ROWS_AT_ONCE", rows_at_once)
    monkeypatch.setattr(kept, "ROWS_AT_ONCE", rows_at_once)
    monkeypatch.setattr(kept, "CHUNK_ROWS", 4)
    monkeypatch.setattr(counts, "MAX_NAME_BYTES", name_bytes)
    monkeypatch.setattr(counts, "JOIN_ROWS", 2)
    monkeypatch.setattr(counts, "PIECE_ROWS", 20)
    monkeypatch.setattr(blocks, "BLOCK_BYTES", 1000)
    assert read(path)[0] == expected
    assert sum(row["n_visits"] + row["n_bots"] for row in expected["visits"]) == 400
    assert sum(row["n_visits"] for row in expected["visits"]) == 320


def test_a_packed_log_that_is_cut_off_gives_what_it_holds(tmp_path: Path) -> None:
    from linkworthy.errors import SourceError

    path = tmp_path / "log"
    path.write_bytes(gzip.compress("".join(combined_line(f"/{n}") for n in range(5000)).encode())[:-200])
    with pytest.raises(SourceError, match="damaged after"):
        read(path)


@pytest.mark.shared
def test_ten_thousand_real_lines_are_all_used_or_rejected() -> None:
    tables, n_used, n_rejected = read(shared("logs", "apache_logs"), SiteConfig(url="http://www.semicomplete.com/"))
    assert (n_used + n_rejected, n_rejected) == (10_000, 2)
    assert sum(row["n_visits"] + row["n_bots"] for row in tables["visits"]) == n_used
    domains = {row["source_domain"] for row in tables["observations"]}
    assert {"wikipedia.org", "logstash.net", "stackoverflow.com"} <= domains
    assert not domains & {"google.com", "google.de", "bing.com", "duckduckgo.com", "semicomplete.com"}


MEDIUMS = {
    "search": "search", "social": "social", "email": "mail", "paid": "ad", "chatbot": "assistant", "unknown": "link",
}  # fmt: skip


@pytest.mark.shared
def test_published_referrer_cases_are_told_as_others_tell_them() -> None:
    cases = json.loads(shared("logs", "referer-tests.json").read_text(encoding="utf-8"))
    told = [read_referrer(case["uri"], CONFIG.is_own_host) for case in cases]
    right = sum(
        found is not None and found.kind == MEDIUMS[case["medium"]] for case, found in zip(cases, told, strict=True)
    )
    # The one that differs is a shop's own search, on the site of a price comparison that links.
    assert (right, len(cases)) == (117, 118)


@pytest.mark.shared
@pytest.mark.parametrize(
    ("section", "floor"),
    [("search", 0.91), ("social", 0.83), ("email", 0.98), ("paid", 0.87), ("chatbot", 1.0), ("unknown", 0.73)],
)
def test_hosts_of_a_published_list_are_mostly_told_alike(section: str, floor: float) -> None:
    text = shared("logs", "referers.yml").read_text(encoding="utf-8")
    part = text.partition(f"\n{section}:\n")[2]
    part = re.split(r"\n[a-z]+:\n", part)[0]
    hosts = re.findall(r"^\s+-\s+(\S+\.\S+)\s*$", part, re.MULTILINE)
    assert len(hosts) > 10
    told = [read_referrer(f"https://{host}/", CONFIG.is_own_host) for host in hosts]
    assert sum(found is not None and found.kind == MEDIUMS[section] for found in told) >= floor * len(hosts)


@pytest.mark.shared
def test_assistants_of_a_published_list_are_all_told() -> None:
    text = shared("logs", "AIAssistants.yml").read_text(encoding="utf-8")
    hosts = re.findall(r"^\s+-\s+(\S+\.\S+)\s*$", text, re.MULTILINE)
    told = {host: read_referrer(f"https://{host}/", CONFIG.is_own_host) for host in hosts}
    assert {host for host, found in told.items() if found is None or found.kind != "assistant"} == set()


@pytest.mark.shared
def test_words_alone_tell_a_tenth_of_forged_referrers_and_no_directory() -> None:
    listed = shared("spam-domains", "matomo-org__referrer-spam-list__spammers.txt").read_text(encoding="utf-8").split()
    assert sum(kind_of_host(host) == "spam" for host in listed) >= 0.10 * len(listed)
    directories = shared("directories", "directories.json").read_text(encoding="utf-8")
    hosts = set(re.findall(r'https?://([^/"\s\\]+)', directories))
    assert not {host for host in hosts if kind_of_host(host) == "spam"}


@pytest.mark.parametrize(
    ("agent", "is_machine"),
    [
        (
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0",
            False,
        ),
        ("Mozilla/5.0 (Linux; Android 10; CUBOT_NOTE_20) AppleWebKit/537.36 Chrome/120.0 Mobile Safari/537.36", False),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_4 like Mac OS X) AppleWebKit/605.1.15 Instagram 330.0", False),
        ("Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)", True),
        ("Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko); compatible; ChatGPT-User/1.0", True),
        ("facebookexternalhit/1.1", True),
        ("W3C-checklink/5.0 libwww-perl/6.05", True),
        ("curl/8.5.0", True),
        ("", True),
        ("-", True),
    ],
)
def test_machines_say_that_they_are(agent: str, *, is_machine: bool) -> None:
    assert is_bot(agent) is is_machine
