"""Kind 3, purchased and spam comments: keyword names, stock praise, floods. A thoughtful comment is none."""

from __future__ import annotations

from linkworthy.catalogue.signal import Signal
from linkworthy.signals import sources

_IN = "region in ('comment', 'author')"

COMMENT = (
    Signal(
        slug="comment-signed-with-keyword",
        title="the comment is signed with a keyword",
        aspect="comment",
        group="anchor",
        value=f"case when region is null or is_money_anchor is null then null else ({_IN} and is_money_anchor)::int "
        "end",
        ramp=(0, 1),
        unit="yes or no",
        weight=0.45,
        provenance="people sign with names; the guidelines name optimised links in comments",
        evidence=("anchor", "region"),
        why="Nobody is called by a search word.",
        limits="Keywords are those of the settings.",
        source=sources.GOOGLE_SPAM,
        examples=(
            ({"region": "comment", "is_money_anchor": True}, 1.0),
            ({"region": "comment", "is_money_anchor": False}, 0.0),
            ({}, None),
        ),
    ),
    Signal(
        slug="stock-praise",
        title="the comment would fit under any post",
        aspect="comment",
        group="comment text",
        value=f"case when region is null then null when {_IN} then is_stock_comment::int else 0 end",
        ramp=(0, 1),
        unit="yes or no",
        weight=0.35,
        provenance=sources.OURS,
        evidence=("before", "anchor", "after", "is_stock_comment"),
        why="Praise without a word about the post was written for many posts.",
        limits="By phrases of the languages of the list; shy readers praise, too.",
        source=sources.COMMENT_SPAM,
        examples=(
            ({"region": "comment", "is_stock_comment": True}, 1.0),
            ({"region": "main"}, 0.0),
            ({"region": "comment"}, None),
        ),
    ),
    Signal(
        slug="comment-beside-the-post",
        title="the comment has nothing to do with its post",
        aspect="comment",
        group="comment topic",
        value=f"case when region is null then null when {_IN} then comment_relevance else 1.0 end",
        ramp=(0.12, 0.0),
        unit="likeness 0..1",
        weight=0.2,
        provenance="the language of comment and post differ in about 83 % of spam",
        evidence=("comment_relevance",),
        why="Who has read the post writes about it.",
        limits="Too short comments are not judged.",
        source=sources.COMMENT_SPAM,
        examples=(
            ({"region": "comment", "comment_relevance": 0.0}, 1.0),
            ({"region": "main"}, 0.0),
            ({"region": "comment"}, None),
        ),
    ),
    Signal(
        slug="flooded-comments",
        title="the page's comments link to many sites",
        aspect="comment",
        group="flood",
        value=f"case when region is null then null when {_IN} then n_comment_domains else 0 end",
        ramp=(8, 25),
        unit="domains",
        weight=0.2,
        provenance="from 20 external domains on nobody moderates",
        evidence=("n_comment_domains",),
        why="Unmoderated comments are where bought ones go.",
        limits="Lively honest blogs have many as well.",
        source=sources.COMMENT_SPAM,
        examples=(
            ({"region": "comment", "n_comment_domains": 25}, 1.0),
            ({"region": "comment", "n_comment_domains": 3}, 0.0),
            ({}, None),
        ),
    ),
    Signal(
        slug="spam-trades-in-comments",
        title="spam trades comment on the same page",
        aspect="comment",
        group="neighbours",
        value=f"case when region is null then null when {_IN} then n_poison_anchors else 0 end",
        ramp=(0, 2),
        unit="links",
        weight=0.2,
        provenance=sources.OURS,
        evidence=("n_poison_anchors",),
        why="The same hands, or the same open door.",
        limits="A good comment can stand in bad company: it never speaks alone.",
        source=sources.CONTENT_SPAM,
        examples=(
            ({"region": "comment", "n_poison_anchors": 2}, 1.0),
            ({"region": "main", "n_poison_anchors": 2}, 0.0),
            ({}, None),
        ),
    ),
)
