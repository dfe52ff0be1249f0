from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from linkworthy.catalogue.judge import evidence, evidence_of, judge
from linkworthy.catalogue.relations import RELATIONS
from linkworthy.catalogue.rule import Rule
from linkworthy.engine.embedded import Embedded
from linkworthy.engine.progress import SILENT
from linkworthy.rules import RULES, audit_site, rule_named
from linkworthy.site import Run, SiteConfig
from tests.support.measured import SITE, link, measured, page, redirect, rows
from tests.support.runs import START, make_run


def audited(run: Run) -> Run:
    audit_site(run, SiteConfig(url=START), Embedded(workers=1), SILENT)
    return run


def judged_by(slug: str, run: Run) -> Run:
    rule = rule_named(slug)
    assert rule
    judge((rule,), run, SiteConfig(url=START), Embedded(workers=1), SILENT)
    return run


def found_by(run: Run, slug: str) -> list[str]:
    return [row["key"] for row in rows(run, "findings", '"rule", "key"') if row["rule"] == slug]


def shown(run: Run, slug: str) -> list[dict[str, Any]]:
    rule = rule_named(slug)
    assert rule
    with Embedded(workers=1).connect(run.tables()) as db:
        return evidence(db, rule)


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """A small site with one fault of many kinds."""
    pages = [
        page("/", depth=0, title="Pots", n_main_words=300),
        page("/kept", title="Kept", is_noindex=True),
        page("/untitled", depth=1),
        page("/hidden", title="Hidden", is_noindex=True),
        page("/gone", status=404, is_html=False),
        page("/busy", status=429, is_html=False),
        redirect("/old", "/older"),
        redirect("/older", "/untitled"),
        {"url": "https://dead.example/", "role": "outbound", "status": 404},
        {"url": "https://nobody.example/", "role": "outbound", "state": "failed", "fault": "name-not-found"},
        {"url": "https://shy.example/", "role": "outbound", "status": 403},
        {"url": "https://lucky-casino.example/", "role": "outbound", "status": 200, "title": "Online casino"},
    ]
    links = [
        link("/", "/gone", anchor="Gone"),
        link("/", "/old"),
        link("/", "/untitled"),
        *(
            {"source_url": START, "url": row["url"], "anchor": "there"}
            for row in pages
            if row.get("role") == "outbound"
        ),
    ]
    backlinks = [
        {"source_url": "https://one.example/", "target_url": SITE + "/gone"},
        {"source_url": "https://two.example/", "target_url": SITE + "/gone"},
        {"source_url": "https://two.example/", "target_url": SITE + "/untitled"},
    ]
    return audited(measured(tmp_path_factory.mktemp("site"), pages=pages, links=links, link_index=backlinks))


def test_rows_that_pass_are_judged_as_rows_that_are_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rules = [rule for rule in RULES if rule.over in {"page_links", "redirects"}]
    pages = [page("/"), page("/a", is_noindex=True), page("/gone", status=404), redirect("/old", "/a", 302)]
    links = [link("/", target) for target in ("/a", "/gone", "/old", "/gone", "/unknown")]
    run = measured(tmp_path, pages=pages, links=links)

    def told() -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
        judge(rules, run, SiteConfig(url=START), Embedded(workers=1), SILENT)
        return rows(run, "findings"), rows(run, "coverage")

    passing = told()
    for name in ("page_links", "redirects"):
        is_long = not RELATIONS[name].is_long
        monkeypatch.setitem(RELATIONS, name, replace(RELATIONS[name], is_long=is_long))
    assert told() == passing
    assert {row["rule"] for row in passing[0]} >= {"resp-link-to-4xx", "resp-link-to-redirect", "links-to-nonindexable"}


@pytest.mark.parametrize(
    ("slug", "keys"),
    [
        ("bl-target-404", [SITE + "/gone"]),
        ("resp-int-4xx", [SITE + "/gone"]),
        ("resp-rate-limited", [SITE + "/busy"]),
        ("resp-link-to-4xx", [SITE + "/"]),
        ("resp-link-to-redirect", [SITE + "/"]),
        ("resp-int-chain", [SITE + "/old"]),
        ("title-missing", [SITE + "/untitled"]),
        ("dir-noindex", [SITE + "/hidden", SITE + "/kept"]),
        ("out-broken", ["https://dead.example/"]),
        ("out-domain-expired", ["https://nobody.example/"]),
        ("out-unchecked", ["https://shy.example/"]),
        ("out-spam-like", ["https://lucky-casino.example/"]),
        ("resp-ext-4xx", []),
        ("resp-ext-no-response", []),
    ],
)
def test_each_fault_is_found_once(run: Run, slug: str, keys: list[str]) -> None:
    assert found_by(run, slug) == keys


def test_evidence_is_read_from_the_judged_table_most_valuable_first(run: Run) -> None:
    (broken,) = shown(run, "bl-target-404")
    assert (broken["url"], broken["n_referring_domains"], broken["value"]) == (SITE + "/gone", 2, 2.0)
    (astray,) = shown(run, "resp-link-to-4xx")
    assert (astray["source_url"], astray["url"], astray["anchor"]) == (SITE + "/", SITE + "/gone", "Gone")
    untitled = shown(run, "canon-missing")
    assert [row["url"] for row in untitled] == [SITE + "/untitled", SITE + "/"]
    (spam,) = shown(run, "out-spam-like")
    assert "casino" in spam["poison_words"]


def test_findings_are_keys_in_their_order(run: Run) -> None:
    found = [(row["rule"], row["key"], row["n"] or 0) for row in rows(run, "findings")]
    assert found == sorted(found)
    assert len(found) == len(set(found))


def test_coverage_says_what_every_rule_was_judged_on(run: Run) -> None:
    coverage = {row["rule"]: row for row in rows(run, "coverage")}
    assert set(coverage) == {rule.slug for rule in RULES}
    assert coverage["cwv-lcp"]["state"] == coverage["map-missing"]["state"] == "not judged"
    assert "browser" in coverage["cwv-lcp"]["needs"]
    title = coverage["title-missing"]
    assert (title["state"], title["needs"], title["n_rows"], title["n_flagged"], title["n_unknown"]) == (
        "judged",
        None,
        2,
        1,
        0,
    )
    assert coverage["resp-slow-ttfb"]["n_unknown"] == coverage["resp-slow-ttfb"]["n_rows"] == 4


def test_without_link_data_rules_on_links_are_not_judged(tmp_path: Path) -> None:
    coverage = {row["rule"]: row for row in rows(audited(measured(tmp_path, pages=[page("/")])), "coverage")}
    assert coverage["bl-target-404"]["state"] == "not judged"
    assert "import" in coverage["bl-target-404"]["needs"]
    assert coverage["out-broken"]["state"] == "not judged"
    assert coverage["title-missing"]["state"] == "judged"


def test_a_second_audit_replaces_the_first(run: Run) -> None:
    before = rows(run, "findings")
    assert rows(audited(run), "findings") == before


def test_a_site_without_a_page_has_no_findings(tmp_path: Path) -> None:
    run = audited(measured(tmp_path, pages=[], links=[], link_index=[], sitemap_urls=[], robots=[], probes=[]))
    assert rows(run, "findings") == []
    assert run.has("findings")


def test_probes_and_robots_of_own_hosts_are_judged(tmp_path: Path) -> None:
    probes = [
        {"kind": "scheme", "url": "http://shop.example/", "twin_url": START, "status": 200, "final_status": 200,
         "final_url": "http://shop.example/", "is_same_content": True},
        {"kind": "nonexistent", "url": SITE + "/nope-7",
        "status": 404, "final_status": 404, "final_url": SITE + "/nope-7"},
    ]  # fmt: skip
    robots = [
        {"host_url": SITE, "status": 200, "verdict": "rules", "is_site_blocked": True},
        {"host_url": "https://one.example", "status": 500, "verdict": "disallow-all"},
    ]
    run = audited(measured(tmp_path, pages=[page("/", depth=0)], probes=probes, robots=robots, sitemap_urls=[]))
    assert found_by(run, "resp-https-missing") == ["http://shop.example/"]
    assert found_by(run, "resp-soft-404-probe") == []
    assert found_by(run, "robots-site-blocked") == [SITE]
    assert found_by(run, "robots-5xx") == []
    assert found_by(run, "map-missing") == [START]


def test_a_word_that_the_owner_lives_on_makes_no_bad_neighbour(tmp_path: Path) -> None:
    pages = [
        page("/", depth=0, title="Casino tables and chips"),
        {"url": "https://casino.example/", "role": "outbound"},
    ]
    links = [{"source_url": START, "url": "https://casino.example/", "anchor": "a casino"}]
    assert found_by(audited(measured(tmp_path, pages=pages, links=links)), "out-spam-like") == []


def test_a_predicate_that_is_null_is_unknown_and_no_finding(tmp_path: Path) -> None:
    rule = Rule(
        slug="x", title="X", category="X", over="redirects", severity="notice", priority="low",
        where="final_status = 404", why="W.", fix="F.", source="https://x.example/", flags=(), passes=(),
    )  # fmt: skip
    run = make_run(tmp_path, redirects=[{"url": "a", "final_status": None}, {"url": "b", "final_status": 404}])
    judge((rule,), run, SiteConfig(url=START), Embedded(workers=1), SILENT)
    (coverage,) = rows(run, "coverage")
    assert (coverage["n_rows"], coverage["n_flagged"], coverage["n_unknown"]) == (2, 1, 1)


def test_a_fragment_without_its_place_is_told_and_one_that_a_script_reads_is_not(tmp_path: Path) -> None:
    pages = [page("/", depth=0), page("/care", fragments=["clean", "käse"]), page("/unknown")]
    fragments = (
        "clean", "gone", "k%C3%A4se", "top", "/route", "a=b", ":~:text=x", "!x", "login-popup", "closeMenu", "nolink",
        "x" * 200,
    )  # fmt: skip
    links = [
        link("/", f"/care#{name}", url=SITE + "/care", href=f"/care#{name}", fragment=name, anchor="Care")
        for name in fragments
    ]
    links.append(link("/", "/unknown#x", url=SITE + "/unknown", fragment="x", anchor="X"))
    links.append(link("/", "/care#button", url=SITE + "/care", href="/care#button", fragment="button", anchor=""))
    run = audited(measured(tmp_path, pages=pages, links=links))
    assert [row["href"] for row in shown(run, "url-broken-bookmark")] == ["/care#gone"]


def test_a_hidden_link_is_told_from_text_that_opens_on_a_click(tmp_path: Path) -> None:
    hidden = [
        ("/credit", "https://agency.example/"),
        ("/deep", "https://journal.example/paper"),
        ("/spam", "https://lucky.example/casino-bonus"),
        ("/shown", "https://partner.example/"),
        *(("/folded", f"https://site{n}.example/") for n in range(3)),
    ]
    links = [
        {"source_url": SITE + path, "url": url, "anchor": "casino" if path == "/spam" else "x", "is_hidden": True}
        for path, url in hidden
    ]
    links.append({"source_url": SITE + "/", "url": "https://partner.example/more", "anchor": "x", "is_hidden": False})
    pages = [page(path) for path in dict.fromkeys(["/", *(path for path, _url in hidden)])]
    run = judged_by("out-hidden", measured(tmp_path, pages=pages, links=links))
    assert found_by(run, "out-hidden") == ["https://agency.example/", "https://lucky.example/casino-bonus"]


def test_images_are_told_from_what_counts_visits_and_from_what_services_serve(tmp_path: Path) -> None:
    addresses = [
        SITE + "/kettle.jpg", "https://sb.scorecardresearch.com/p?c1=2", SITE + "/track/pixel.gif",
        "https://www.stranger.example/photo.jpg", "https://seal.trust.example/seal.png", "https://shop.stranger.net/x.png",
    ]  # fmt: skip
    images = [{"url": START, "n": n, "image_url": address} for n, address in enumerate(addresses)]
    run = measured(tmp_path, pages=[page("/", depth=0)], images=images)
    assert found_by(judged_by("img-hotlinked", run), "img-hotlinked") == ["https://www.stranger.example/photo.jpg"]
    judged_by("img-alt-attr", run)
    assert [row["image_url"] for row in shown(run, "img-alt-attr")] == [addresses[0], *addresses[3:]]


def test_a_linked_image_is_told_from_one_beside_text(tmp_path: Path) -> None:
    pages = [page("/alone"), page("/beside"), page("/zoom")]
    images = [
        {"url": SITE + path, "n": n, "image_url": f"{SITE}{path}{n}.png", "alt": "", "is_linked": True}
        for path, n in (("/alone", 0), ("/beside", 0), ("/beside", 1), ("/zoom", 0))
    ]
    links = [
        link("/alone", "/beside", kind="empty", anchor=""), link("/beside", "/alone", kind="empty", anchor=""),
        link("/beside", "/zoom", kind="text", anchor="Zoom"),
        link("/zoom", "/full.png", kind="empty", anchor="", href="/full.png?v=2"),
    ]  # fmt: skip
    run = judged_by("img-alt-text", measured(tmp_path, pages=pages, links=links, images=images))
    assert found_by(run, "img-alt-text") == [SITE + "/alone0.png"]


def test_where_most_names_are_not_found_the_resolver_is_to_blame(tmp_path: Path) -> None:
    unknown = [
        {"url": f"https://n{n}.example/", "role": "outbound", "state": "failed", "fault": "name-not-found"}
        for n in range(12)
    ]
    met = {"url": "https://museum.example/", "role": "outbound", "status": 200, "address": "203.0.113.9"}
    links = [{"source_url": START, "url": row["url"], "anchor": "there"} for row in (*unknown, met)]
    run = audited(measured(tmp_path, pages=[page("/", depth=0, address="127.0.0.1"), met, *unknown], links=links))
    assert found_by(run, "out-domain-expired") == []


@pytest.mark.parametrize(
    ("answered", "is_told"),
    [
        ({"url": "https://museum.example/", "address": "203.0.113.9"}, True),
        ({"url": "https://museum.example/", "address": "127.0.0.1"}, False),
        ({"url": "http://127.0.0.1:8000/", "address": "127.0.0.1"}, False),
        ({"url": "http://localhost/", "address": None}, False),
        ({"url": "https://intranet.example/", "address": "10.1.2.3"}, False),
    ],
)
def test_a_name_is_gone_only_where_other_names_are_found(
    tmp_path: Path,
    answered: dict[str, Any],
    is_told: bool,  # noqa: FBT001
) -> None:
    pages = [
        page("/", depth=0, address="127.0.0.1"),
        {"role": "outbound", "status": 200, **answered},
        {"url": "https://nobody.example/", "role": "outbound", "state": "failed", "fault": "name-not-found"},
    ]
    links = [{"source_url": START, "url": row["url"], "anchor": "there"} for row in pages[1:]]
    run = audited(measured(tmp_path, pages=pages, links=links))
    assert found_by(run, "out-domain-expired") == (["https://nobody.example/"] if is_told else [])


def test_the_evidence_of_several_rules_is_that_of_each(run: Run) -> None:
    found = {row["rule"] for row in rows(run, "findings", '"rule", "key"')}
    flagged = [rule for rule in RULES if rule.slug in found]
    assert len(flagged) > 10
    flagged = flagged[::6]
    with Embedded(workers=1).connect(run.tables()) as db:
        together = evidence_of(db, flagged, 2)
        assert together == {rule.slug: evidence(db, rule, 2) for rule in flagged}
    assert max(map(len, together.values())) == 2
