from __future__ import annotations

import gzip
import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linkworthy.errors import InputError
from linkworthy.site import SiteConfig
from linkworthy.sources.base import Context
from linkworthy.sources.logs import LogSource, recognise
from linkworthy.sources.recognise import recognise as recognise_file
from linkworthy.sources.weblogs.entry import Entry
from linkworthy.sources.weblogs.reader import Reader

CONFIG = SiteConfig(url="https://www.shop.example/")
AT = datetime(2026, 5, 17, 10, 5, 3, tzinfo=UTC)
BLOG = "https://blog.example/post?x=1"
AGENT = "Mozilla/5.0 (X11; Linux x86_64)"
TARGET = "https://www.shop.example/a?b=1"
TIME = "17/May/2026:10:05:03 +0000"

CLOUDFRONT = (
    "#Version: 1.0\n#Fields: date time x-edge-location sc-bytes c-ip cs-method cs(Host) cs-uri-stem sc-status "
    "cs(Referer) cs(User-Agent) cs-uri-query cs(Cookie) x-edge-result-type x-edge-request-id "
    "x-host-header cs-protocol\n"
)
IIS = (
    "#Software: Microsoft Internet Information Services 10.0\n#Version: 1.0\n#Date: 2026-05-17 00:00:00\n"
    "#Fields: date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip "
    "cs(User-Agent) cs(Referer) sc-status\n"
)

WRITTEN = {
    "combined": f'1.2.3.4 - - [{TIME}] "GET /a?b=1 HTTP/1.1" 200 5 "{BLOG}" "{AGENT}"\n',
    "vhost": f'www.shop.example:443 1.2.3.4 - - [{TIME}] "GET /a?b=1 HTTP/1.1" 200 5 "{BLOG}" "{AGENT}"\n',
    "lighttpd": f'1.2.3.4 www.shop.example - [{TIME}] "GET /a?b=1 HTTP/1.1" 200 5 "{BLOG}" "{AGENT}"\n',
    "extra": f'2001:db8::1 - ann [{TIME}] "GET /a?b=1 HTTP/2.0" 200 5 0.004 "{BLOG}" "{AGENT}" "10.0.0.1" rt=0.1\n',
    "forwarded": f'9.9.9.9, 1.2.3.4 - - [{TIME}] "GET /a?b=1 HTTP/1.1" 200 5 "{BLOG}" "{AGENT}"\n',
    "zone": f'1.2.3.4 - - [17/May/2026:05:05:03 -0500] "GET /a?b=1 HTTP/1.1" 200 5 "{BLOG}" "{AGENT}"\n',
    "syslog": f'<190>May 17 10:05:03 web nginx: 1.2.3.4 - - [{TIME}] "GET /a?b=1 HTTP/1.1" 200 5 "{BLOG}" "{AGENT}"\n',
    "s3": (
        f'79a5 bucket [{TIME}] 1.2.3.4 - 3E57 WEBSITE.GET.OBJECT a "GET /a?b=1 HTTP/1.1" 200 - 5 5 7 6 '
        f'"{BLOG}" "{AGENT}" -\n'
    ),
    "nginx": json.dumps({
        "time_local": TIME, "remote_addr": "1.2.3.4", "request": "GET /a?b=1 HTTP/1.1", "status": "200",
        "http_referer": BLOG, "http_user_agent": AGENT,
    }),
    "nginx-own-names": json.dumps({
        "msec": "1779012303.250", "request_method": "GET", "request_uri": "/a?b=1", "status": 200, "referrer": BLOG,
        "user_agent": AGENT, "server_name": "_",
    }),
    "nginx-hex": (
        f'{{"time_iso8601":"2026-05-17T12:05:03+02:00","uri":"/a","args":"b=1","status":200,"http_referer":"{BLOG}",'
        f'"http_user_agent":"{AGENT}","x":"\\x22"}}\n'
    ),
    "caddy": json.dumps({
        "level": "info", "ts": 1779012303.25, "logger": "http.log.access", "msg": "handled request",
        "request": {
            "remote_ip": "1.2.3.4", "proto": "HTTP/2.0", "method": "GET", "host": "www.shop.example", "uri": "/a?b=1",
            "headers": {"User-Agent": [AGENT], "Referer": [BLOG]}, "tls": {"resumed": False},
        },
        "status": 200, "size": 5,
    }),
    "traefik": json.dumps({
        "ClientAddr": "1.2.3.4:50", "DownstreamStatus": 200, "RequestHost": "www.shop.example", "RequestMethod": "GET",
        "RequestPath": "/a?b=1", "RequestScheme": "https", "StartUTC": "2026-05-17T10:05:03.123456789Z",
        "request_Referer": BLOG, "request_User-Agent": AGENT, "time": "2026-05-17T10:05:04Z",
    }),
    "apache-json": json.dumps({
        "time": f"[{TIME}]", "remoteIP": "1.2.3.4", "host": "www.shop.example", "request": "/a", "query": "?b=1",
        "method": "GET",
        "status": "200", "userAgent": AGENT, "referer": BLOG,
    }),
    "logpush": json.dumps({
        "ClientRequestHost": "www.shop.example", "ClientRequestMethod": "GET", "ClientRequestURI": "/a?b=1",
        "ClientRequestReferer": BLOG, "ClientRequestUserAgent": AGENT, "EdgeResponseStatus": 200,
        "EdgeStartTimestamp": 1779012303000000000, "ClientRequestScheme": "https",
    }),
    "logpush-rfc3339": json.dumps({
        "ClientRequestHost": "www.shop.example", "ClientRequestURI": "/a?b=1", "ClientRequestReferer": BLOG,
        "ClientRequestUserAgent": AGENT, "EdgeResponseStatus": 200, "EdgeStartTimestamp": "2026-05-17T10:05:03Z",
    }),
    "elastic": json.dumps({
        "@timestamp": "2026-05-17T10:05:03.000Z", "http": {"request": {"method": "GET", "referrer": BLOG},
        "response": {"status_code": 200}}, "url": {"path": "/a", "query": "b=1"}, "user_agent": {"original": AGENT},
        "host": {"name": "web01"},
    }),
    "google": json.dumps({
        "httpRequest": {"requestMethod": "GET", "requestUrl": TARGET, "status": 200, "userAgent": AGENT,
        "referer": BLOG}, "timestamp": "2026-05-17T10:05:03Z",
    }),
    "docker": json.dumps({
        "log": f'1.2.3.4 - - [{TIME}] "GET /a?b=1 HTTP/1.1" 200 5 "{BLOG}" "{AGENT}"\n', "stream": "stdout",
    }),
    "iis": IIS + f"2026-05-17 10:05:03 10.0.0.1 GET /a b=1 443 - 1.2.3.4 {AGENT.replace(' ', '+')} {BLOG} 200\n",
    "cloudfront": CLOUDFRONT + "\t".join([
        "2026-05-17", "10:05:03", "FRA2", "5", "1.2.3.4", "GET", "d1.cloudfront.net", "/a", "200", BLOG,
        AGENT.replace(" ", "%2520"), "b=1", "-", "Hit", "x==", "www.shop.example", "https",
    ]) + "\n",
    "cloudfront-encoded": CLOUDFRONT + "\t".join([
        "2026-05-17", "10:05:03", "FRA2", "5", "1.2.3.4", "GET", "d1.cloudfront.net", "/a", "200",
        "https%253A%252F%252Fblog.example%252Fpost%253Fx%253D1", AGENT.replace(" ", "%20"), "b=1", "-", "Hit", "x==",
        "-", "https",
    ]) + "\n",
}  # fmt: skip


def read(
    folder: Path, text: str | bytes, config: SiteConfig = CONFIG
) -> tuple[dict[str, list[dict[str, Any]]], LogSource]:
    path = folder / "log"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    source = recognise_file(path, config)
    assert isinstance(source, LogSource)
    tables: dict[str, list[dict[str, Any]]] = {"visits": [], "observations": [], "rejects": []}
    used = rejected = 0
    for batch in source.read(path, Context(config=config, imported_at=datetime(2026, 11, 22, tzinfo=UTC))):
        rows = batch.rows
        tables[batch.table] += list(rows) if isinstance(rows, Sequence) else rows.to_pylist()
        used, rejected = used + batch.n_rows_used, rejected + batch.n_rows_rejected
    assert rejected == len(tables["rejects"])
    assert used == sum(row["n_visits"] + row["n_bots"] for row in tables["visits"])
    return tables, source


@pytest.mark.parametrize("name", sorted(WRITTEN))
def test_every_format_says_the_same(tmp_path: Path, name: str) -> None:
    text = WRITTEN[name]
    tables, source = read(tmp_path, text if text.endswith("\n") else text + "\n")
    assert tables["rejects"] == []
    (visit,), (lead,) = tables["visits"], tables["observations"]
    assert (visit["referrer_url"], visit["referrer_kind"], visit["status"]) == (BLOG, "link", 200)
    assert (visit["n_visits"], visit["n_bots"], str(visit["day"])) == (1, 0, "2026-05-17")
    assert visit["target_url"] == TARGET
    assert (lead["source_url"], lead["first_seen_at"], lead["is_lead"]) == (BLOG, AT, True)
    assert source.detail is None


def test_formats_may_change_in_mid_file(tmp_path: Path) -> None:
    text = "".join(line if line.endswith("\n") else line + "\n" for line in WRITTEN.values())
    tables, _ = read(tmp_path, gzip.compress((text + "\n# a remark\n{}\n").encode(), mtime=0))
    assert sum(row["n_visits"] for row in tables["visits"]) == len(WRITTEN)
    assert [row["reason"] for row in tables["rejects"]] == ["not a line of an access log"] * 2


def test_the_fields_of_iis_may_change_in_mid_file(tmp_path: Path) -> None:
    fields = "#Fields: time cs(Referer) cs-uri-stem sc-status cs-host\n"
    second = fields + "10:05:04 https://b.example/ /z 404 www.shop.example:443\n"
    tables, _ = read(tmp_path, WRITTEN["iis"] + second)
    assert {(row["target_url"], row["status"], row["n_visits"]) for row in tables["visits"]} == {
        (TARGET, 200, 1), ("https://www.shop.example/z", 404, 1),
    }  # fmt: skip


def test_a_common_log_is_counted_and_says_that_it_names_no_referrers(tmp_path: Path) -> None:
    line = f'1.2.3.4 - - [{TIME}] "GET /a HTTP/1.1" 200 5\n'
    tables, source = read(tmp_path, line * 3)
    assert [(row["n_visits"], row["referrer_kind"]) for row in tables["visits"]] == [(3, "none")]
    assert "no referrers" in source.recognised_as
    assert source.detail is not None
    assert "names no referrers" in source.detail


BALANCED = {
    "AWS load balancer": (
        "https 2026-05-17T10:05:03.123456Z app/my-lb/50dc 192.168.1.1:2817 10.0.0.1:80 0.0 0.0 0.0 200 200 34 366 "
        '"GET https://www.shop.example:443/ HTTP/1.1" "curl/8" ECDHE TLSv1.2 arn "Root=1" "-" "-" 0 x "forward"\n'
    ),
    "HAProxy": (
        "May 17 10:05:03 lb haproxy[14389]: 10.0.1.2:33317 [17/May/2026:10:05:03.655] in st/srv1 10/0/30/69/109 200 "
        '2750 - - ---- 1/1/1/1/0 0/0 {1wt.eu} {} "GET /index.html HTTP/1.1"\n'
    ),
}


@pytest.mark.parametrize("name", sorted(BALANCED))
def test_a_balancer_is_refused_because_it_names_no_referrers(name: str) -> None:
    with pytest.raises(InputError, match=f"{name}.*no referrers"):
        recognise(BALANCED[name].encode() * 3)


def test_a_log_of_other_hosts_says_which(tmp_path: Path) -> None:
    tables, source = read(tmp_path, WRITTEN["logpush"].replace("www.shop", "www.stranger") + "\n")
    assert [row["reason"] for row in tables["rejects"]] == ["request for another host"]
    assert source.detail is not None
    assert "www.stranger.example" in source.detail


@pytest.mark.parametrize(
    ("target", "referrer", "landed", "kind"),
    [
        ("/a?utm_source=x&b=1", BLOG, TARGET, "link"),
        ("/a?gclid=1", "https://www.google.com/", "https://www.shop.example/a", "ad"),
        ("/a?gclid=1", BLOG, "https://www.shop.example/a", "ad"),
        ("/a?utm_medium=cpc", "-", "https://www.shop.example/a", "ad"),
        ("/a?utm_source=chatgpt.com", "-", "https://www.shop.example/a", "assistant"),
        ("/a?utm_medium=email", "-", "https://www.shop.example/a", "mail"),
        ("/a?fbclid=1", "-", "https://www.shop.example/a", "social"),
        ("/a?gclid=1", "https://www.shop.example/b", "https://www.shop.example/a", "own"),
        ("/a", "android-app://com.google.android.gm/", "https://www.shop.example/a", "mail"),
        ("/a", "android-app://org.unknown.app/", "https://www.shop.example/a", "app"),
        ("/a", "https://blog.example/post?fbclid=2&x=1", "https://www.shop.example/a", "link"),
        ("/a", "https://www.bing.com/aclk?ld=1", "https://www.shop.example/a", "ad"),
        ("/a", "https://x.com/i/grok", "https://www.shop.example/a", "assistant"),
        ("/a", "https://x.com/i", "https://www.shop.example/a", "social"),
    ],
)
def test_parameters_name_the_visit_and_not_the_page(
    tmp_path: Path, target: str, referrer: str, landed: str, kind: str
) -> None:
    line = f'1.2.3.4 - - [{TIME}] "GET {target} HTTP/1.1" 200 5 "{referrer}" "{AGENT}"\n'
    tables, _ = read(tmp_path, line)
    assert [(row["target_url"], row["referrer_kind"]) for row in tables["visits"]] == [(landed, kind)]
    assert [row["source_url"] for row in tables["observations"]] == ([BLOG] if kind == "link" else [])


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (f'1.2.3.4 - - [{TIME}] "\\x16\\x03\\x01" 400 5 "-" "-"', "not a request for a page"),
        (f'1.2.3.4 - - [{TIME}] "-" 408 0 "-" "-"', "not a request for a page"),
        (f'1.2.3.4 - - [{TIME}] "GET / HTTP/1.1" 000 0 "-" "-"', "status is none"),
        (f'1.2.3.4 - - [{TIME}] "GET /cut HTTP/1.1" 200 5 "-" "Mozi', "not a line of an access log"),
        (f'1.2.3.4 - - [{TIME}] "GET /c', "not a line of an access log"),
        ('{"status": 200, "uri": "/a"}', "not a line of an access log"),
        ('{"ts": "never", "status": 200, "uri": "/a"}', "time is none"),
        ('{"ts": 1, "uri":', "not a line of an access log"),
        ("{" + '"x":' * 5000, "not a line of an access log"),
    ],
)
def test_a_line_that_is_no_visit_is_rejected_with_its_reason(tmp_path: Path, line: str, reason: str) -> None:
    tables, _ = read(tmp_path, WRITTEN["combined"] * 2 + line + "\n")
    assert [(row["row"], row["reason"]) for row in tables["rejects"]] == [(3, reason)]


@pytest.mark.parametrize(
    "text",
    [
        b'{"url": "https://a.example/", "anchor": "x", "date": "2026-05-17"}\n' * 9,
        b"https://a.example/ 200\n" * 9,
        b"",
        b"\n\n",
    ],
)
def test_other_texts_are_no_logs(text: bytes) -> None:
    assert recognise(text) is None


def test_escaped_quotes_belong_to_the_field(tmp_path: Path) -> None:
    line = f'1.2.3.4 - - [{TIME}] "GET /a HTTP/1.1" 200 5 "https://blog.example/?q=\\"x\\x22\\\\" "A \\"B\\""\n'
    tables, _ = read(tmp_path, line)
    assert [row["referrer_url"] for row in tables["visits"]] == ["https://blog.example/?q=%22x%22\\"]


@settings(deadline=None)
@given(
    st.lists(st.text(max_size=60) | st.sampled_from([*WRITTEN.values(), "#Fields: cs-uri-stem time", '{"ts":1e999}']))
)
def test_any_lines_give_an_answer(lines: list[str]) -> None:
    reader = Reader()
    for line in "\n".join(lines).split("\n"):
        told = reader.read(line)
        assert told is None or isinstance(told, (str, Entry))
