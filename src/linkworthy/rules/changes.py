"""Rules on what changed since the crawl before."""

from __future__ import annotations

from linkworthy.catalogue.rule import Rule
from linkworthy.rules.common import GOOGLE, SITE
from linkworthy.rules.forms import Form

CATEGORY = "Changes since the last crawl"
_SEEN = GOOGLE + "monitor-debug/debugging-search-traffic-drops"
_LIKE = "Pages that both crawls read are compared."
_ROW = {
    "url": SITE + "kettles", "change": "changed", "old_status": 200, "new_status": 200, "old_is_indexable": True,
    "new_is_indexable": True, "old_n_words": 100, "new_n_words": 100,
}  # fmt: skip

_page = Form(
    category=CATEGORY, over="changed_pages", row=_ROW, gate="change = 'changed'", closed=({"change": "added"},),
    source=_SEEN,
)  # fmt: skip


def _text(slug: str, column: str, grade: str, title: str, why: str, fix: str) -> Rule:
    """Give the rule on a text that is another, or that came or went."""
    return _page(
        slug, title, grade,
        f"old_{column} is distinct from new_{column} and old_is_indexable and new_is_indexable",
        bad=(
            {f"old_{column}": "a", f"new_{column}": "b"}, {f"old_{column}": None, f"new_{column}": "b"},
        ),
        good=(
            {f"old_{column}": "a", f"new_{column}": "a"},
            {f"old_{column}": "a", f"new_{column}": "b", "old_is_indexable": False},
            {f"old_{column}": "a", f"new_{column}": "b", "new_is_indexable": False},
        ),
        shows=f"old_{column} new_{column}", why=why, fix=fix, limits=_LIKE,
    )  # fmt: skip


def _number(slug: str, column: str, title: str, why: str, least: int = 0) -> Rule:
    """Give the rule on a number that changed by a fifth or more, and by more than so much."""
    difference = f"abs(new_{column} - old_{column})"
    return _page(
        slug, title, "notice low", f"{difference} >= old_{column} * 0.2 and {difference} > {least}",
        bad=(
            {f"old_{column}": 5 * (least + 1), f"new_{column}": 6 * (least + 1)},
            {f"old_{column}": 5 * (least + 1), f"new_{column}": 4 * (least + 1)},
        ),
        good=(
            {f"old_{column}": 9, f"new_{column}": 9},
            {f"old_{column}": 5 * (least + 2), f"new_{column}": 6 * (least + 2) - 1},
            {f"old_{column}": 0, f"new_{column}": least},
        ),
        shows=f"old_{column} new_{column}", why=why, fix="Check that it was meant.",
        limits=f"Changes by a fifth or more, and by more than {least}, are listed." if least else
        "Changes by a fifth or more are listed.",
    )  # fmt: skip


CHANGES = (
    _page(
        "chg-indexability", "Page may be indexed now and not before, or the other way", "warning high",
        "old_is_indexable <> new_is_indexable",
        bad={"new_is_indexable": False}, good={},
        shows="old_is_indexable new_is_indexable old_index_reason new_index_reason",
        why="It comes into search or drops out.", fix="Check that it was meant.",
    ),
    _page(
        "chg-status", "Page answers with another status", "warning high", "old_status <> new_status",
        bad={"new_status": 404}, good={}, shows="old_status new_status", why="What was there may be gone, or back.",
        fix="Redirect (301) what moved.",
    ),
    _text("chg-title", "title", "notice medium", "Title changed", "Its place in search may change too.",
        "Check that it was meant."),
    _text("chg-description", "description", "notice low", "Description changed", "The result reads differently.",
        "Check that it was meant."),
    _text("chg-h1", "h1", "notice medium", "Main heading changed", "Its place in search may change too.",
        "Check that it was meant."),
    _page(
        "chg-canonical", "Canonical changed", "warning high", "old_canonical_url is distinct from new_canonical_url",
        bad={"old_canonical_url": SITE + "kettles", "new_canonical_url": SITE + "pots"},
        good={"old_canonical_url": SITE + "kettles", "new_canonical_url": SITE + "kettles"},
        shows="old_canonical_url new_canonical_url", why="Links count for another address from now on.",
        fix="Check that it was meant.",
    ),
    _page(
        "chg-redirect-target", "Redirect leads elsewhere", "warning high", "old_redirect_url <> new_redirect_url",
        bad={"old_redirect_url": SITE + "a", "new_redirect_url": SITE + "b"},
        good={"old_redirect_url": SITE + "a", "new_redirect_url": SITE + "a"},
        shows="old_redirect_url new_redirect_url",
        absent_is_known=True,
        why="Links to this address end on another page.", fix="Check that it was meant.",
    ),
    _page(
        "chg-schema", "Structured data of other types", "notice medium",
        "old_schema_types is distinct from new_schema_types",
        bad={"old_schema_types": ["Product"], "new_schema_types": []},
        good={"old_schema_types": [], "new_schema_types": []},
        shows="old_schema_types new_schema_types", why="Rich results come or go with it.",
        fix="Check that it was meant.",
    ),
    _page(
        "chg-content", "Main text changed by a fifth or more", "notice medium",
        "old_main_hash <> new_main_hash and abs(new_n_main_words - old_n_main_words) >= old_n_main_words * 0.2",
        bad={"old_main_hash": 1, "new_main_hash": 2, "old_n_main_words": 100, "new_n_main_words": 80},
        good=(
            {"old_main_hash": 1, "new_main_hash": 2, "old_n_main_words": 100, "new_n_main_words": 81},
            {"old_main_hash": 1, "new_main_hash": 1, "old_n_main_words": 100, "new_n_main_words": 80},
        ),
        shows="old_n_main_words new_n_main_words", why="What it is found for may change.",
        fix="Check that it was meant.",
        limits="A text that was written anew in the same length is not seen.",
    ),
    _page(
        "chg-depth", "Page moved by two clicks or more", "notice low", "abs(new_depth - old_depth) >= 2",
        bad={"old_depth": 1, "new_depth": 3}, good={"old_depth": 1, "new_depth": 2}, shows="old_depth new_depth",
        why="It is found sooner or later than before.", fix="Check what linked to it.",
        limits="The list of checks that this one comes from names every change; one click up or down is noise.",
    ),
    _number("chg-wordcount", "n_words", "Page with many more or fewer words", "What it is found for may change.", 20),
    _number("chg-inlinks", "n_inlinks", "Page with many more or fewer internal links to it",
        "It gains or loses weight.", 3),
    _number("chg-unique-inlinks", "n_inlinking_pages", "Many more or fewer own pages link to it",
        "It gains or loses weight.", 3),
    _number("chg-int-outlinks", "n_internal_links", "Page with many more or fewer links to own pages",
        "Its links pass on more or less.", 3),
    _number("chg-unique-int-outlinks", "n_internal_targets", "Page links to many more or fewer own pages",
        "Its links pass on more or less.", 3),
    _number("chg-ext-outlinks", "n_external_links", "Page with many more or fewer links to other sites",
        "Somebody may have put links there.", 3),
    _number("chg-unique-ext-outlinks", "n_external_targets", "Page links to many more or fewer other pages",
        "Somebody may have put links there.", 3),
    Form(category=CATEGORY, over="changed_pages", row=_ROW, source=_SEEN)(
        "chg-added-removed", "Page that is new, or gone", "notice medium",
        "(change = 'added' and new_is_indexable) or (change = 'removed' and old_is_indexable)",
        bad=({"change": "added", "new_is_indexable": True, "old_is_indexable": None},
             {"change": "removed", "old_is_indexable": True, "new_is_indexable": None}),
        good=({}, {"change": "added", "new_is_indexable": False, "old_is_indexable": True},
              {"change": "removed", "old_is_indexable": False, "new_is_indexable": True}),
        shows="change old_status new_status", why="Links to a page that is gone are lost; a new one needs some.",
        fix="Redirect (301) what moved, and link to what is new.",
        limits="Where a crawl was of a list, or stopped at a limit of pages or depth, what it lacks is not known to be "
        "new or gone; a crawl that was stopped by hand makes pages look gone that were only not reached.",
    ),
    Form(
        category=CATEGORY, over="backlink_targets",
        row={"url": SITE + "kettles", "page_change": "changed", "n_lost": 0},
        source=_SEEN, shows="n_lost n_links n_referring_domains status page_change",
    )(
        "bl-lost-after-change", "Links were lost on a page that changed", "warning high",
        "n_lost > 0 and page_change is not null and coalesce(final_status, 404) <> 200",
        bad=({"n_lost": 1, "final_status": 404}, {"n_lost": 1, "final_status": None}),
        good=(
            {"n_lost": 0, "final_status": 404}, {"n_lost": 1, "page_change": None, "final_status": 404},
            {"n_lost": 1, "final_status": 200},
        ),
        why="Other sites removed their links after the page went: more will follow.",
        fix="Redirect (301) the address to what took its place, and write to those who removed the link.",
        category="Links from other sites that are lost", needs="page_changes",
    ),
    Form(
        category=CATEGORY, over="outbound_domains", row={"domain": "museum.example", "n_links": 1}, source=_SEEN,
        shows="n_links n_pages",
    )(
        "chg-links-to-you", "Links to a site that is watched came or went", "notice high",
        "link_change in ('new', 'lost')",
        bad=({"link_change": "new"}, {"link_change": "lost"}), good={"link_change": "same"},
        why="Somebody gave you a recommendation, or took it back.", fix="Thank them, or ask.",
        limits="New and lost links to the own site are listed by the comparison of two snapshots.",
    ),
)  # fmt: skip
