"""What vendors count instead of listing: referring domains, anchors, own pages, search queries, popularity lists."""

from __future__ import annotations

from linkworthy.tables.form import Column as C  # noqa: N817 - a table reads as a list of columns
from linkworthy.tables.form import Table

_UNSAID = "the source does not say"
_FROM = (
    C("reported_by", "string", "who says so"),
    C("file", "string", "file that says so"),
    C("row", "int64", "its row or line, from 1"),
)
_OPINIONS = C("opinions", "map<string,string>", "the source's other columns, by their names in lower case")

DOMAIN_REPORTS = Table(
    name="domain_reports",
    about="One referring domain as one source counts it, without naming the linking pages.",
    key=("file", "row"),
    sort=("file", "row"),
    written_by="import",
    columns=(
        C("domain", "string", "registrable domain of the referring site"),
        C("host", "string", "host as reported, lower case"),
        C("rival_domain", "string", "competitor that it links to", "it links to the own site"),
        *_FROM,
        C("n_links", "int64", "links to the site, by the source's count", _UNSAID),
        C("n_followed", "int64", "followed links to the site, by the source's count", _UNSAID),
        C("n_targets", "int64", "own pages that it links to, by the source's count", _UNSAID),
        C("first_seen_at", "instant", "first seen, by the source's word", _UNSAID),
        C("last_seen_at", "instant", "last seen, by the source's word", _UNSAID),
        C("lost_at", "instant", "lost, by the source's word", "not lost, or " + _UNSAID),
        _OPINIONS,
    ),
)

ANCHOR_REPORTS = Table(
    name="anchor_reports",
    about="One anchor as one source counts it, without naming the linking pages.",
    key=("file", "row"),
    sort=("file", "row"),
    written_by="import",
    columns=(
        C("anchor", "string", "anchor as reported; empty text where the link has none"),
        *_FROM,
        C("rank", "int64", "place in the source's order, from 1", _UNSAID),
        C("n_links", "int64", "links with it, by the source's count", _UNSAID),
        C("n_followed", "int64", "followed links with it, by the source's count", _UNSAID),
        C("n_domains", "int64", "referring domains that use it, by the source's count", _UNSAID),
        C("first_seen_at", "instant", "first seen, by the source's word", _UNSAID),
        C("last_seen_at", "instant", "last seen, by the source's word", _UNSAID),
        C("lost_at", "instant", "lost, by the source's word", "not lost, or " + _UNSAID),
        _OPINIONS,
    ),
)

PAGE_REPORTS = Table(
    name="page_reports",
    about="One page, an own one or a competitor's, as one source counts what leads to it: links, clicks, visits.",
    key=("file", "row"),
    sort=("file", "row"),
    written_by="import",
    columns=(
        C("url", "string", "page, normalised"),
        C("is_own", "bool", "it is a page of the own site"),
        *_FROM,
        C("day", "date", "day, or last day of the span, that the counts are of", _UNSAID),
        C("n_links", "int64", "links to it from other sites, by the source's count", _UNSAID),
        C("n_domains", "int64", "referring domains, by the source's count", _UNSAID),
        C("clicks", "double", "clicks from search", _UNSAID),
        C("impressions", "double", "times shown in search", _UNSAID),
        C("position", "double", "average place in search, from 1", _UNSAID),
        C("traffic", "double", "visits from search a month, by the source's estimate", _UNSAID),
        C("status", "int16", "HTTP status as reported", _UNSAID),
        _OPINIONS,
    ),
)

KEYWORD_REPORTS = Table(
    name="keyword_reports",
    about="One search query that the site is found by, as one source counts it.",
    key=("file", "row"),
    sort=("file", "row"),
    written_by="import",
    columns=(
        C("keyword", "string", "search query"),
        C("url", "string", "page that is found, normalised", _UNSAID),
        *_FROM,
        C("day", "date", "day, or last day of the span, that the counts are of", _UNSAID),
        C("country", "string", "country or market as the source writes it", _UNSAID),
        C("position", "double", "place in search, from 1", _UNSAID),
        C("volume", "double", "searches a month, by the source's estimate", _UNSAID),
        C("traffic", "double", "visits a month, by the source's estimate", _UNSAID),
        C("clicks", "double", "clicks from search", _UNSAID),
        C("impressions", "double", "times shown in search", _UNSAID),
        _OPINIONS,
    ),
)

POPULARITY = Table(
    name="popularity",
    about="One place in a public list of popular sites: Tranco, Majestic Million, CrUX, Open PageRank, Common Crawl ranks.",
    key=("list", "host"),
    sort=("list", "file", "row"),
    written_by="import",
    columns=(
        C("list", "string", "tranco, majestic-million, crux, open-pagerank, common-crawl"),
        C("host", "string", "host or domain as listed, lower case, ASCII"),
        C("domain", "string", "its registrable domain"),
        C("rank", "int64", "place in the list, from 1; for CrUX the size of its bucket"),
        C("score", "double", "the list's own score", "the list gives none"),
        C("file", "string", "file that says so"),
        C("row", "int64", "its row or line, from 1"),
        _OPINIONS,
    ),
)

COUNTED = (DOMAIN_REPORTS, ANCHOR_REPORTS, PAGE_REPORTS, KEYWORD_REPORTS, POPULARITY)
