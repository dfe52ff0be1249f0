"""Does a link count, in one line."""

from __future__ import annotations

from pathlib import Path

from linkworthy.signals.counting import count_line
from tests.support.linkweb import LinkWeb
from tests.support.verdicts import judged


def test_a_line_says_followed_indexable_and_its_share() -> None:
    row = {"state": "live", "counts": "yes", "is_followed": True, "is_source_indexable": True, "page_share": 0.04}
    assert count_line(row) == "Counts: followed; the page may be indexed; 4.0 % of what the page passes on."


def test_a_line_says_who_takes_the_credit_away() -> None:
    said = {"state": "live", "counts": "no", "is_followed": False, "counts_reason": "page-nofollow"}
    assert "X-Robots-Tag" in count_line({**said, "nofollow_by": "header"})
    assert "robots meta" in count_line({**said, "nofollow_by": "meta"})
    line = count_line({**said, "counts_reason": "ugc", "rel": "ugc", "nofollow_by": "link"})
    assert line.startswith("Does not count: rel=ugc on the link")


def test_what_is_not_known_is_left_out() -> None:
    assert count_line({"state": "not checked"}) == "Not checked."
    unread = {"state": "could not check", "state_reason": "timeout", "counts": "not known"}
    assert count_line(unread) == "Not known: the page could not be read (timeout)."


def test_links_of_real_tables_have_their_line(tmp_path: Path) -> None:
    web = LinkWeb()
    web.link("https://a.example/post", others=("https://x.example/", "https://y.example/", "https://z.example/"))
    web.link("https://b.example/post", rel="nofollow")
    barred = {"counts": "no", "counts_reason": "page-nofollow"}
    web.link("https://c.example/post", check=barred, is_nofollow=True, meta_robots="nofollow")
    web.link("https://d.example/post", "Velo Verde")
    web.link("https://d.example/post", "bicycles", read=False)
    web.link("https://e.example/post", state="gone", reason="link-removed")
    lines = {(row["source_domain"], row["anchor"]): row["count_line"] for row in judged(web, tmp_path)}
    assert "followed; the page may be indexed; 25.0 %" in lines["a.example", "Velo Verde"]
    assert lines["b.example", "Velo Verde"].startswith("Does not count: rel=nofollow on the link")
    assert "robots meta" in lines["c.example", "Velo Verde"]
    doubled = [line for (domain, _), line in lines.items() if domain == "d.example"]
    assert sum("before it" in line for line in doubled) == 1
    assert lines["e.example", "Velo Verde"].startswith("Does not count: it is gone")
