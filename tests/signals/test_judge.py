"""From linking pages to verdicts: the whole judgement on a few links."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from linkworthy.signals import SIGNALS
from linkworthy.site.journal import Label
from tests.support.linkweb import BICYCLES, FINANCE, HIKING, LinkWeb, varied
from tests.support.runs import WHEN
from tests.support.verdicts import judged


def verdicts(web: LinkWeb, tmp_path: Path, *labels: Label) -> dict[str, dict[str, Any]]:
    return {row["source_domain"]: row for row in judged(web, tmp_path, *labels)}


def network(web: LinkWeb, count: int = 5, **facts: Any) -> None:
    for n in range(count):
        siblings = tuple(f"https://blog{k}.example/" for k in range(count) if k != n)
        web.link(
            f"https://blog{n}.example/post", "cheap bicycles", main=varied(HIKING, n + 1), owner_ids=["adsense:7654"],
            address="203.0.113.9", template_hash=77, others=siblings, **facts,
        )  # fmt: skip


def test_an_editorial_link_on_our_topic_is_kept(tmp_path: Path) -> None:
    web = LinkWeb()
    web.link("https://rider.example/post", main=varied(BICYCLES, 1), author="Ada", published_at=WHEN)
    row = verdicts(web, tmp_path)["rider.example"]
    assert (row["verdict"], row["kinds"]) == ("keep", [])
    assert row["goodness"] > 0.6
    assert row["coverage_share"] > 0.5
    assert row["authority"] is None


def test_an_adjacent_site_is_kept(tmp_path: Path) -> None:
    web = LinkWeb()
    web.link("https://trail.example/post", main=HIKING, author="Bo")
    row = verdicts(web, tmp_path)["trail.example"]
    assert (row["verdict"], row["kinds"]) == ("keep", [])


def test_a_network_of_five_is_for_the_disavow_file(tmp_path: Path) -> None:
    web = LinkWeb()
    network(web)
    for row in verdicts(web, tmp_path).values():
        assert row["verdict"] == "disavow"
        assert "network" in row["kinds"]
        assert "adsense:7654" in row["reason"]


def test_a_network_that_does_not_count_is_watched(tmp_path: Path) -> None:
    web = LinkWeb()
    network(web, rel="nofollow")
    assert {row["verdict"] for row in verdicts(web, tmp_path).values()} == {"watch"}


def test_one_shared_design_is_shown_and_no_verdict(tmp_path: Path) -> None:
    web = LinkWeb()
    for n in range(5):
        web.link(f"https://blog{n}.example/post", main=varied(BICYCLES, n + 1), template_hash=77)
    rows = verdicts(web, tmp_path)
    assert {row["verdict"] for row in rows.values()} == {"keep"}
    assert all(row["harm_network"] > 0 for row in rows.values())


def test_an_automated_blast_is_found(tmp_path: Path) -> None:
    web = LinkWeb()
    for week in range(12):
        web.link(
            f"https://calm{week}.example/", main=varied(BICYCLES, week), seen=WHEN - timedelta(days=300 - 7 * week)
        )
    for n in range(12):
        web.link(
            f"https://blast{n}.example/index.php?title=User:Xo", "buy cheap bicycles", main=varied(FINANCE, n),
            seen=WHEN - timedelta(days=100), page_kind="profile", engine="mediawiki",
        )  # fmt: skip
    rows = verdicts(web, tmp_path)
    assert all(
        row["verdict"] == "disavow" and "automated" in row["kinds"] for name, row in rows.items() if "blast" in name
    )
    assert all(row["verdict"] == "keep" and not row["kinds"] for name, row in rows.items() if "calm" in name)


def test_an_honest_members_profile_is_not_automation(tmp_path: Path) -> None:
    web = LinkWeb()
    web.link(
        "https://board.example/memberlist.php?mode=viewprofile&u=7",
        page_kind="profile",
        engine="phpbb",
        main=varied(BICYCLES, 2),
    )
    row = verdicts(web, tmp_path)["board.example"]
    assert row["kinds"] == []
    assert row["harm_automated"] > 0


def test_bought_and_thoughtful_comments_are_told_apart(tmp_path: Path) -> None:
    web = LinkWeb()
    web.link(
        "https://buyer.example/post", "cheap bicycles", region="comment", before="", after="",
        comments=("cheap bicycles Great post, thanks for sharing!",),
    )  # fmt: skip
    thought = (
        "Ann My derailleur needed the same care after winter: wash the chain, then grease the hub and check the spokes."
    )
    web.link(
        "https://reader.example/post",
        "Ann",
        main=varied(BICYCLES, 1),
        region="comment",
        before="",
        after="",
        comments=(thought,),
    )
    rows = verdicts(web, tmp_path)
    assert rows["buyer.example"]["kinds"] == ["comment"]
    assert rows["buyer.example"]["verdict"] == "act"
    assert rows["reader.example"]["kinds"] == []
    assert rows["reader.example"]["verdict"] == "keep"


@pytest.mark.parametrize(
    ("main", "anchor", "kinds"), [(FINANCE, "cheap bicycles", True), (BICYCLES, "Velo Verde", False)]
)
def test_a_sitewide_link_is_harmful_unless_fully_relevant(
    tmp_path: Path, main: str, anchor: str, *, kinds: bool
) -> None:
    web = LinkWeb()
    for n in range(5):
        web.link(
            f"https://mill.example/{n}", anchor, region="footer", main=varied(main, n), before="Friends:", after=""
        )
    for row in judged(web, tmp_path):
        assert ("sitewide" in row["kinds"]) is kinds
        assert row["verdict"] == ("act" if kinds else "keep")


def test_an_irrelevant_page_is_watched_and_never_disavowed(tmp_path: Path) -> None:
    web = LinkWeb()
    web.link(
        "https://money.example/post", main=FINANCE + " " + varied(FINANCE, 3), before="My cousin works for", after=""
    )
    row = verdicts(web, tmp_path)["money.example"]
    assert (row["verdict"], row["kinds"]) == ("watch", ["irrelevant"])


def test_a_link_that_could_not_be_checked_is_not_known(tmp_path: Path) -> None:
    web = LinkWeb()
    web.link("https://silent.example/", state="could not check", reason="timeout", read=False)
    row = verdicts(web, tmp_path)["silent.example"]
    assert row["verdict"] == "not known"
    assert "timeout" in row["reason"]


def test_a_removed_link_is_worth_a_letter(tmp_path: Path) -> None:
    web = LinkWeb()
    web.link("https://rider.example/post", state="gone", reason="link-removed", main=varied(BICYCLES, 1))
    row = verdicts(web, tmp_path)["rider.example"]
    assert row["verdict"] == "act"
    assert "Ask" in row["reason"]


def test_a_link_to_a_dead_page_of_ours_is_ours_to_mend(tmp_path: Path) -> None:
    web = LinkWeb()
    web.link(
        "https://rider.example/post",
        target="https://shop.example/gone",
        main=varied(BICYCLES, 1),
        check={"target_status": 404},
    )
    row = verdicts(web, tmp_path)["rider.example"]
    assert row["verdict"] == "act"
    assert "404" in row["reason"]


def test_a_paid_post_without_its_mark_is_asked_for_it(tmp_path: Path) -> None:
    web = LinkWeb()
    web.link("https://rider.example/post", main=f"Sponsored post. {varied(BICYCLES, 1)}")
    row = verdicts(web, tmp_path)["rider.example"]
    assert row["verdict"] == "act"
    assert "sponsored" in row["reason"]


def test_a_copy_of_our_page_is_watched(tmp_path: Path) -> None:
    web = LinkWeb()
    web.link("https://copy.example/p", main=BICYCLES)
    assert verdicts(web, tmp_path)["copy.example"]["verdict"] == "watch"


def test_the_users_word_stands_before_ours_and_ours_is_told(tmp_path: Path) -> None:
    web = LinkWeb()
    network(web)
    rows = verdicts(web, tmp_path, Label("blog1.example", "good", "", ""))
    assert rows["blog1.example"]["verdict"] == "keep"
    assert "we would say disavow" in rows["blog1.example"]["reason"]
    assert rows["blog2.example"]["verdict"] == "disavow"


@pytest.mark.parametrize("how", ["partners", "owned"])
def test_partners_and_own_sites_are_never_called_harmful(tmp_path: Path, how: str) -> None:
    from dataclasses import replace

    web = LinkWeb()
    web.config = replace(web.config, **{how: tuple(f"blog{n}.example" for n in range(5))})
    network(web)
    for row in verdicts(web, tmp_path).values():
        assert row["kinds"] == []
        assert row["verdict"] not in {"disavow", "act"}


def test_the_terms_add_up_to_what_is_printed(tmp_path: Path) -> None:
    web = LinkWeb()
    network(web)
    web.link("https://rider.example/post", main=varied(BICYCLES, 1), author="Ada")
    aspects = {signal.slug: signal.aspect for signal in SIGNALS}
    for row in judged(web, tmp_path):
        sums: dict[str, float] = {}
        for term in row["terms"]:
            name = f"harm_{aspects[term['signal']]}"
            name = name if name in row else "goodness"
            sums[name] = sums.get(name, 0.0) + term["contribution"]
        for name, value in sums.items():
            assert row[name] == pytest.approx(value, abs=1e-9)
        assert row["n_known"] == len(row["terms"])


def test_every_signal_of_every_link_has_a_row(tmp_path: Path) -> None:
    web = LinkWeb()
    web.link("https://rider.example/post")
    web.link("https://silent.example/", state="could not check", read=False)
    rows = judged(web, tmp_path, table="signals")
    assert len(rows) == 2 * len(SIGNALS)
    assert [(row["link_id"], row["signal"]) for row in rows] == sorted((row["link_id"], row["signal"]) for row in rows)


def test_no_links_give_no_verdicts(tmp_path: Path) -> None:
    assert judged(LinkWeb(), tmp_path) == []


def test_judging_twice_gives_the_same(tmp_path: Path) -> None:
    web = LinkWeb()
    network(web, 3)
    first = judged(web, tmp_path / "a")
    web.rows["pages"].pop()
    web.rows["blocks"] = [row for row in web.rows["blocks"] if row["url"] != web.config.url]
    assert judged(web, tmp_path / "b") == first
