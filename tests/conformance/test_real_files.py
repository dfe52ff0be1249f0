"""Real link data through the commands: ten thousand lines of an access log, and a WAT file without any link."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from click.testing import CliRunner

from linkworthy.cli.main import cli
from linkworthy.questions import Answers
from linkworthy.site import Site, SiteConfig
from tests.support.shared import shared

pytestmark = pytest.mark.shared

_LINE = re.compile(
    r'^\S+ \S+ \S+ \[[^\]]+\] "(?P<method>[A-Z]+) \S+ HTTP/[\d.]+" \d{3} \S+ "(?P<referrer>[^"]*)" "[^"]*"$'
)
_SEARCH = re.compile(r"(^|\.)(google\.[a-z.]+|duckduckgo\.com|bing\.com|yandex\.ru|baidu\.com|daum\.net)$")


def imported(site: Path, file: Path) -> dict[str, Any]:
    """Import one file by the command line and give the row of the file."""
    result = CliRunner().invoke(cli, ["import", str(site), str(file), "--json", "--quiet"])
    assert result.exit_code == 0, result.output
    (row,) = json.loads(result.stdout)["imports"]
    return dict(row)


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[dict[str, Any], Answers]]:
    site = Site.create(tmp_path_factory.mktemp("log") / "site", SiteConfig(url="http://semicomplete.com/"))
    row = imported(site.folder, shared("logs", "apache_logs"))
    with Answers(Site(site.folder).latest()) as answers:
        yield row, answers


def kind(referrer: str) -> str:
    """Tell kinds of referrers apart by the plainest means."""
    host = urlsplit(referrer).hostname or ""
    if referrer in {"-", ""}:
        return "none"
    if host == "semicomplete.com" or host.endswith(".semicomplete.com"):
        return "own"
    return "search" if _SEARCH.search(host) else "social" if host == "t.co" else "link"


def test_every_line_of_the_log_is_used_or_kept_with_a_reason(log: tuple[dict[str, Any], Answers]) -> None:
    row, answers = log
    assert (row["n_rows_in"], row["n_rows_used"], row["n_rows_rejected"]) == (10_000, 9_998, 2)
    reasons = {reject["reason"] for reject in answers.rows("select reason from rejects")}
    assert reasons == {"not a line of an access log", "not a request for a page"}
    assert answers.one("select sum(n_visits + n_bots)::bigint as n from visits") == {"n": 9_998}


def test_kinds_of_referrers_agree_with_a_count_of_their_own(log: tuple[dict[str, Any], Answers]) -> None:
    _row, answers = log
    lines = shared("logs", "apache_logs").read_text("utf-8", "replace").splitlines()
    matches = [match for line in lines if (match := _LINE.match(line)) and match["method"] != "OPTIONS"]
    expected = Counter(kind(match["referrer"]) for match in matches)
    found = answers.rows("select referrer_kind, sum(n_visits + n_bots)::bigint as n from visits group by 1")
    assert {row["referrer_kind"]: row["n"] for row in found} == dict(expected)


def test_leads_are_pages_of_others_and_nothing_more_than_leads(log: tuple[dict[str, Any], Answers]) -> None:
    _row, answers = log
    leads = answers.rows("select source_url, source_domain, is_lead from observations")
    assert len(leads) > 100
    assert all(lead["is_lead"] for lead in leads)
    assert {"stackoverflow.com", "wikipedia.org", "logstash.net"} <= {lead["source_domain"] for lead in leads}
    assert not any(kind(lead["source_url"]) in {"own", "search", "social", "none"} for lead in leads)


def test_a_wat_without_response_records_gives_no_link_and_says_why(tmp_path: Path) -> None:
    site = Site.create(tmp_path / "site", SiteConfig(url="https://www.example.com/"))
    row = imported(site.folder, shared("warc", "whirlwind.warc.wat.gz"))
    assert row["recognised_as"] == "WAT, by its metadata records"
    assert row["n_rows_in"] == row["n_rows_used"] + row["n_rows_rejected"] == 2
    assert row["detail"] == "0 response records: request 1, warcinfo 1"
    with Answers(Site(site.folder).latest()) as answers:
        assert answers.one("select count(*) as n from observations") == {"n": 0}
        assert answers.one("select count(*) as n from links") == {"n": 0}
