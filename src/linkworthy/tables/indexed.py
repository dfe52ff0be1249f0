"""What the link index holds: links by target, the same by source, captures of pages. No snapshot has these tables."""

from __future__ import annotations

from linkworthy.tables.form import Column as C  # noqa: N817 - a table reads as a list of columns
from linkworthy.tables.form import Table

_WAT = "only WAT told of it"
_SAID = "no capture says it"

LINKS = Table(
    name="links",
    about="One link once: target, source page, anchor and kind, over all captures that were appended.",
    key=("target_key", "source_url", "anchor", "kind"),
    sort=("target_key", "source_domain", "source_url", "anchor", "kind"),
    written_by="index append, index compact",
    columns=(
        C("target_key", "string", "address of the target page without its scheme, host reversed"),
        C("target_domain", "string", "registrable domain of the target page"),
        C("is_https", "bool", "a capture links to it over https"),
        C("source_domain", "string", "registrable domain of the linking page"),
        C("source_url", "string", "linking page"),
        C("anchor", "string", "text of the link, else the alt of its image; 128 characters at most from WAT"),
        C("kind", "string", "text, image, empty, area"),
        C("is_followed", "bool", "no nofollow, ugc or sponsored on link or page, in one occurrence at least"),
        C("is_nofollow", "bool", "rel says nofollow, in the newest capture"),
        C("is_ugc", "bool", "rel says ugc, in the newest capture"),
        C("is_sponsored", "bool", "rel says sponsored, in the newest capture"),
        C("region", "string", "main, nav, header, footer, sidebar, comment, author, list", _WAT),
        C("position", "double", "place in the order of the page's links, 0..1, to two digits"),
        C("n_occurrences", "int32", "times that the link stands on the page"),
        C("host_share", "double", "share of the linking host's captured pages that hold the same link, 0..1: what repeats is a template", "fewer than three pages of the host were captured"),
        C("address", "string", "address of the linking server", _SAID),
        C("language", "string", "language of the linking page: ISO 639-1, detected or as its html element says", _SAID),
        C("first_seen_on", "date", "day of the first capture with the link"),
        C("last_seen_on", "date", "day of the last capture with the link"),
        C("n_captures", "int32", "captures of the page with the link"),
        C("seen_in", "list<int>", "numbers of the batches that saw it"),
    ),
)  # fmt: skip

OUTGOING = Table(
    name="outgoing",
    about="The same links in the order of their source pages.",
    key=("source_key", "target_url", "anchor", "kind"),
    sort=("source_key", "target_domain", "target_url", "anchor", "kind"),
    written_by="index append, index compact",
    columns=(
        C("source_key", "string", "address of the linking page without its scheme, host reversed"),
        C("source_domain", "string", "registrable domain of the linking page"),
        C("source_url", "string", "linking page"),
        C("target_domain", "string", "registrable domain of the target page"),
        C("target_url", "string", "target page"),
        C("anchor", "string", "text of the link, else the alt of its image"),
        C("kind", "string", "text, image, empty, area"),
        C("is_followed", "bool", "no nofollow, ugc or sponsored on link or page, in one occurrence at least"),
        C("first_seen_on", "date", "day of the first capture with the link"),
        C("last_seen_on", "date", "day of the last capture with the link"),
    ),
)

PAGES = Table(
    name="pages",
    about="One capture of a page: what lost and broken links rest on.",
    key=("url", "batch", "captured_on"),
    sort=("url_key", "captured_on", "batch"),
    written_by="index append, index compact",
    columns=(
        C("url_key", "string", "address of the page without its scheme, host reversed"),
        C("url", "string", "page"),
        C("domain", "string", "its registrable domain"),
        C("batch", "int16", "number of the batch"),
        C("captured_on", "date", "day of the capture"),
        C("status", "int16", "HTTP status", _SAID),
        C("redirect_url", "string", "where it redirects to", "it does not"),
        C("is_noindex", "bool", "meta or header says noindex", _SAID),
        C("is_nofollow", "bool", "meta or header says nofollow", _SAID),
        C("canonical_url", "string", "canonical", "it names none"),
        C("title", "string", "title, 200 characters at most", "it has none"),
        C("language", "string", "ISO 639-1, detected or as its html element says", _SAID),
        C("generator", "string", "generator meta", "it has none"),
        C("address", "string", "address of the server", _SAID),
        C("owner_ids", "list<string>", "identifiers of one owner: analytics, tag manager, ads, verification", "no HTML was captured"),
        C("n_external_links", "int32", "links to other domains", "no HTML was captured"),
    ),
)  # fmt: skip

INDEXED = (LINKS, OUTGOING, PAGES)
