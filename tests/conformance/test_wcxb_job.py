"""The whole job on real pages by replay: for a site that strangers link to, and for a platform.

A subset stands for the whole: of the 1,497 pages the 115 that name python.org or wikipedia.org, so that the tests take
under a minute. All others hold no link to either. What is asserted of a link was read in the HTML of its page.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from linkworthy.archives.writer import WarcWriter
from linkworthy.pipeline.job import Job, whole_job
from linkworthy.pipeline.reporting import write_reports
from linkworthy.questions import Answers
from linkworthy.site import Site, SiteConfig
from tests.support.wcxb import HEADERS, real_pages

pytestmark = [pytest.mark.shared, pytest.mark.xdist_group("wcxb-job")]

NAMED = (b"python.org", b"wikipedia.org")
DOCS = "https://docs.python.org/3/"
ASKED = "https://stackoverflow.com/questions/21553327/why-is-except-pass-a-bad-programming-practice"
DJANGO = "https://docs.djangoproject.com/en/5.1/topics/db/models/"


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("archive") / "wcxb.warc"
    with path.open("wb") as file:
        writer = WarcWriter(file, is_compressed=False)
        for page in real_pages():
            if any(name in page.html or name.decode() in page.url for name in NAMED):
                writer.response(page.url, 200, HEADERS, page.html, page.captured_at, reason="OK")
    return path


@contextmanager
def done(url: str, brand: str, archive: Path, folder: Path) -> Iterator[Answers]:
    """Do the whole job with an archive as link data and as the network, and open what came of it."""
    site = Site.create(folder / "site", SiteConfig(url=url, brands=(brand,)))
    job = Job(site=site, config=site.config, run=site.begin("run", {}), replay=(archive,))
    whole_job(job, [archive], {})
    write_reports(job.run, site, site.config, job.progress, pdf=False)
    with Answers(job.run.publish()) as answers:
        yield answers


@pytest.fixture(scope="module")
def python(archive: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Answers]:
    with done("https://www.python.org/", "Python", archive, tmp_path_factory.mktemp("python")) as answers:
        yield answers


@pytest.fixture(scope="module")
def wikipedia(archive: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Answers]:
    with done("https://en.wikipedia.org/", "Wikipedia", archive, tmp_path_factory.mktemp("wikipedia")) as answers:
        yield answers


@pytest.fixture(params=["python", "wikipedia"])
def either(request: pytest.FixtureRequest) -> Answers:
    answers: Answers = request.getfixturevalue(request.param)
    return answers


def links_of(answers: Answers, source: str) -> dict[tuple[str, str | None], dict[str, Any]]:
    rows = answers.rows("select * from backlinks where source_url = ?", [source])
    return {(row["target_url"], row["anchor"]): row for row in rows}


def test_every_record_is_accounted_for(either: Answers) -> None:
    (row,) = either.rows("select * from imports")
    assert (row["reported_by"], row["state"]) == ("warc", "read")
    assert row["n_rows_in"] == row["n_rows_used"] + row["n_rows_rejected"] == 115


@pytest.mark.parametrize(
    ("source", "target", "anchor", "region", "counts", "reason"),
    [
        ("https://www.splunk.com/en_us/blog/learn/data-analysis-tools.html", "https://www.python.org/", "Python",
         "main", "yes", None),
        ("https://www.stitchdata.com/resources/data-analysis-tools/", "https://www.python.org/", "Python", "main",
         "yes", None),
        ("https://www.proserveit.com/blog/introduction-to-data-analysis", "https://www.python.org/", "Python", "main",
         "yes", None),
        ("https://ischool.syracuse.edu/data-analytics-tools/", "https://www.python.org/", "Python", "main", "yes",
         None),
        ("https://www.twilio.com/docs/messaging/quickstart", "https://www.python.org/downloads/", "Install Python",
         "main", "yes", None),
        # The image that says "Python powered" in the footer of a template.
        ("http://docs.sqlalchemy.org/en/latest/orm/quickstart.html", "http://www.python.org/", "Python", "footer",
         "yes", None),
        ("http://docs.sqlalchemy.org/en/latest/orm/quickstart.html", "https://peps.python.org/pep-0484/", "PEP 484",
         "main", "yes", None),
        # Its canonical is the same address with a slash at the end.
        ("https://ashvardanian.com/posts/search-utf8", "https://peps.python.org/pep-0590/", "METH_FASTCALL", "main",
         "yes", None),
        # Its canonical is the page of the next release.
        (DJANGO, f"{DOCS}glossary.html", "mapping", "main", "no", "canonicalised"),
        ("https://lwn.net/", f"{DOCS}library/stdtypes.html", "behaves", "main", "yes", None),
        ("https://redis.io/docs/latest/develop/data-types/", f"{DOCS}tutorial/datastructures.html",
         "Python dictionaries", "main", "yes", None),
        ("https://requests.readthedocs.io/en/latest/user/advanced/", f"{DOCS}tutorial/inputoutput.html", "binary mode",
         "main", "yes", None),
        (ASKED, f"{DOCS}library/contextlib.html", "contextlib.suppress", "main", "no", "nofollow"),
        (ASKED, "https://bugs.python.org/issue7391", "Older", "main", "yes", None),
        (ASKED, "https://www.python.org/dev/peps/pep-0020/", "Zen of Python", "main", "yes", None),
    ],
)  # fmt: skip
def test_a_link_is_told_as_its_page_shows_it(
    python: Answers, source: str, target: str, anchor: str, region: str, counts: str, reason: str | None
) -> None:
    row = links_of(python, source)[target, anchor]
    found = (row["state"], row["region"], row["counts"], row["counts_reason"])
    assert found == ("live", region, counts, reason)


def test_each_link_has_one_row_although_its_page_was_imported_and_verified(either: Answers) -> None:
    (row,) = either.rows("select count(*) as n, count(distinct link_id) as n_links from backlinks")
    assert row["n"] == row["n_links"] > 50
    (row,) = either.rows("select count(*) as n, count(distinct url) as n_urls from pages")
    assert row["n"] == row["n_urls"]
    (row,) = either.rows("select count(*) as n, count(distinct (rule, key, n)) as n_findings from findings")
    assert row["n"] == row["n_findings"]


def test_who_links_is_who_links_in_the_files(python: Answers) -> None:
    rows = python.rows("select distinct source_domain from backlinks order by 1")
    assert [row["source_domain"] for row in rows] == [
        "ashvardanian.com", "djangoproject.com", "lwn.net", "palletsprojects.com", "proserveit.com", "pydantic.dev",
        "redis.io", "requests.readthedocs.io", "splunk.com", "sqlalchemy.org", "stackoverflow.com", "stitchdata.com",
        "syracuse.edu", "twilio.com",
    ]  # fmt: skip


def test_nothing_that_was_not_recorded_is_called_broken_or_gone(either: Answers) -> None:
    assert either.rows("select source_url, state_reason from backlinks where state = 'gone'") == []
    rules = {row["rule"] for row in either.rows("select distinct rule from findings")}
    never = {
        "resp-link-to-4xx", "resp-int-4xx", "resp-int-5xx", "resp-int-no-response", "resp-ext-no-response",
        "resp-ext-4xx", "out-domain-expired", "bl-target-404", "bl-target-5xx", "canon-to-error", "robots-missing",
        "map-missing", "links-orphan", "resp-no-compression",
    }  # fmt: skip
    assert rules.isdisjoint(never)
    rows = either.rows("select distinct state, fault from pages where is_own and status is null")
    assert rows == [{"state": "skipped", "fault": "not-recorded"}]


def test_no_honest_link_is_called_harmful(python: Answers) -> None:
    assert {row["verdict"] for row in python.rows("select distinct verdict from verdicts")} == {"keep"}


def test_no_link_to_a_platform_is_disavowed(wikipedia: Answers) -> None:
    assert wikipedia.rows("select source_url, reason from verdicts where verdict in ('act', 'disavow')") == []
    (row,) = wikipedia.rows("select count(distinct source_domain) as n from backlinks")
    assert row["n"] == 50
