"""Criterion 6, indexing status: can a search engine index the linking page, and does one know the link?"""

from __future__ import annotations

from linkworthy.catalogue.signal import Signal
from linkworthy.signals import sources

INDEXING = (
    Signal(
        slug="page-can-be-indexed", title="a search engine may index the linking page", aspect="indexing", group="indexable",
        value="is_source_indexable::int", ramp=(0, 1), unit="yes or no", weight=3.0,
        provenance="a page outside the index passes nothing on", evidence=("is_source_indexable", "source_index_reason"),
        why="Status, robots.txt, robots metas and canonical decide whether the link exists for a search engine.",
        limits="May be indexed is not the same as is indexed.",
        source=sources.GOOGLE_ROBOTS,
        examples=(({"is_source_indexable": True}, 1.0), ({"is_source_indexable": False, "source_index_reason": "noindex"}, 0.0), ({}, None)),
    ),
    Signal(
        slug="page-answers", title="the linking page answers", aspect="indexing", group="status",
        value="case when source_status is null then null when source_status < 400 then 1 when source_status in (401, 403, 429, 503) then null "
              "else 0 end",
        ramp=(0, 1), unit="yes or no", weight=1.0, provenance=sources.OURS, evidence=("source_status",),
        why="A page that is gone carries no link.",
        limits="403 and 429 refuse us and perhaps nobody else: not known.",
        source="https://developers.google.com/search/docs/crawling-indexing/http-network-errors",
        examples=(({"source_status": 200}, 1.0), ({"source_status": 404}, 0.0), ({"source_status": 403}, None)),
    ),
    Signal(
        slug="google-lists-it", title="Search Console lists the link", aspect="indexing", group="search console",
        value="case when list_contains(reported_by, 'search-console') then 1 end", ramp=(0, 1), unit="yes or not known", weight=2.0,
        provenance="the search engine's own word", evidence=("reported_by",),
        why="Google has crawled the page and knows the link.",
        limits="A sign for, never against: Google shows a sample, and lists links that it ignores.",
        source=sources.SEARCH_CONSOLE,
        examples=(({"reported_by": ["search-console"]}, 1.0), ({"reported_by": ["ahrefs"]}, None), ({}, None)),
    ),
    Signal(
        slug="several-know-it", title="several sources know the link", aspect="indexing", group="reports",
        value="len(reported_by)", ramp=(-1, 3), unit="sources", weight=0.5, provenance=sources.OURS, evidence=("reported_by",),
        why="What several crawlers found, a search engine will find; one source is neutral.",
        limits="Depends on which exports you have.",
        source=sources.SEARCH_CONSOLE,
        examples=(({"reported_by": ["a", "b", "c"]}, 1.0), ({"reported_by": ["a"]}, 0.5), ({}, None)),
    ),
    Signal(
        slug="link-leads-home", title="the link reaches a page of yours that answers", aspect="indexing", group="target",
        value="case when target_status is null then null when target_status < 400 then 1 else 0 end", ramp=(0, 1), unit="yes or no", weight=1.0,
        provenance="a link to a 404 passes nothing on until it is redirected", evidence=("target_url", "target_status"),
        why="The end that is yours to mend.",
        limits="The status at the end of the redirects.",
        source="https://developers.google.com/search/docs/crawling-indexing/301-redirects",
        examples=(({"target_status": 200}, 1.0), ({"target_status": 404}, 0.0), ({}, None)),
    ),
)  # fmt: skip
