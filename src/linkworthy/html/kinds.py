"""What a page is, and what it takes: comments, registrations, listings."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from linkworthy.html.engines import FORUM_ENGINES
from linkworthy.html.gathered import FoundForm
from linkworthy.html.links import plain_path
from linkworthy.html.lists import words
from linkworthy.html.page import Link, Rows
from linkworthy.urls import parse as parse_url

_SCHEMA_KINDS = {
    "DiscussionForumPosting": "forum", "QAPage": "forum", "Question": "forum", "ProfilePage": "profile",
    "ContactPage": "contact",
    "Product": "product", "ProductGroup": "product", "IndividualProduct": "product", "Article": "article",
    "NewsArticle": "article", "BlogPosting": "article",
    "TechArticle": "article", "Report": "article", "ReportageNewsArticle": "article", "ScholarlyArticle": "article",
    "Recipe": "article",
    "LiveBlogPosting": "article", "OpinionNewsArticle": "article", "CollectionPage": "listing",
    "SearchResultsPage": "listing", "OfferCatalog": "listing",
}  # fmt: skip
_KIND_ORDER = ("forum", "profile", "contact", "product", "article", "listing")
_OG_KINDS = {
    "article": "article",
    "product": "product",
    "og:product": "product",
    "product.item": "product",
    "profile": "profile",
    "blog": "listing",
}
_HOME_PATHS = frozenset({"", "/", "/index.html", "/index.htm", "/index.php", "/home", "/default.aspx"})
_MAX_ANCHORS = 5_000
_PARTS = re.compile(r"[-_.\s]+")


class Evidence(NamedTuple):
    """What the kind of a page is told from."""

    url: str
    title: str
    types: Sequence[str]
    """Types of the top-level structured data."""
    og_type: str | None
    engine: str | None
    has_date: bool
    n_main_words: int
    n_main_link_words: int
    n_external_main: int
    """Domains that the main text and its lists link to."""
    n_comments: int


@lru_cache(maxsize=1)
def _kinds_of_segments() -> dict[str, list[str]]:
    kinds: dict[str, list[str]] = {}
    for kind, known in words("page_kinds")["path"].items():
        for segment in known:
            kinds.setdefault(segment, []).append(kind)
    return kinds


@lru_cache(maxsize=1)
def _title_phrases() -> tuple[str, ...]:
    return tuple(phrase for known in words("page_kinds")["title"].values() for phrase in known)


@lru_cache(maxsize=8)
def _pattern(section: str, key: str) -> re.Pattern[str]:
    known = sorted(words("page_kinds")[section][key], key=len, reverse=True)
    return re.compile(r"(?<!\w)(?:" + "|".join(re.escape(word) for word in known) + r")(?!\w)")


@lru_cache(maxsize=8)
def _set(section: str, key: str) -> frozenset[str]:
    return frozenset(words("page_kinds")[section][key])


def page_kind(evidence: Evidence) -> str:
    """Say what a page is: article, forum, directory, profile, product, listing, home, contact or other."""
    path = _path_of(evidence.url)
    if path in _HOME_PATHS:
        return "forum" if evidence.engine in FORUM_ENGINES else "home"
    said = [_SCHEMA_KINDS[name] for name in evidence.types if name in _SCHEMA_KINDS]
    for kind in _KIND_ORDER:
        if kind in said and (kind != "product" or said.count("product") < 4):
            return kind
    by_path = _kinds_of_path(path or "")
    title = evidence.title.lower()
    if evidence.engine in FORUM_ENGINES:
        return "profile" if "profile" in by_path or _pattern("title", "profile").search(title) else "forum"
    if evidence.og_type and evidence.og_type.lower() in _OG_KINDS:
        return _OG_KINDS[evidence.og_type.lower()]
    return _by_words(evidence, by_path, title)


def _path_of(url: str) -> str | None:
    path = plain_path(url)
    if path is None:
        parsed = parse_url(url)
        path = parsed.pathname if parsed else None
    return path.lower() if path else path


def _by_words(evidence: Evidence, by_path: set[str], title: str) -> str:
    """Say what a page is from the words of its path and title and the make-up of its text; the first that fits."""
    is_linky = evidence.n_main_link_words * 2 > evidence.n_main_words
    named = by_path
    if any(map(title.__contains__, _title_phrases())):
        kinds = ("contact", "profile", "directory", "forum")
        named = named | {kind for kind in kinds if _pattern("title", kind).search(title)}
    is_catalogue = is_linky and evidence.n_main_words > 100
    is_dated_prose = evidence.has_date and evidence.n_main_words >= 150
    candidates = (
        ("contact", "contact" in named),
        ("profile", "profile" in named),
        ("directory", "directory" in named and evidence.n_external_main >= 5),
        ("forum", "forum" in named),
        ("product", "product" in named and not is_linky),
        ("directory", is_catalogue and evidence.n_external_main >= 20),
        ("listing", is_catalogue or "listing" in named),
        ("article", "article" in named or is_dated_prose or (evidence.n_comments > 0 and evidence.n_main_words >= 400)),
    )
    return next((kind for kind, fits in candidates if fits), "other")


def _kinds_of_path(path: str) -> set[str]:
    kinds: set[str] = set()
    known = _kinds_of_segments()
    segments = [segment for segment in path[:1_000].split("/") if segment][:12]
    for segment in segments:
        if segment in known:
            kinds.update(known[segment])
    for part in _PARTS.split(segments[-1]) if segments else ():
        if part in known:
            kinds.update(kind for kind in known[part] if kind in {"contact", "directory"})
    return kinds


class Invitations:
    """What the internal links of a page invite to, each anchor and each last part of a URL once."""

    def __init__(self, links: Rows[Link], places: Sequence[int] | None = None) -> None:
        """Take the links; where ``places`` are given, no others invite to anything."""
        if places is None or len(links) > _MAX_ANCHORS:
            places = range(len(links))
        is_internal, regions = links.column("is_internal"), links.column("region")
        places = [place for place in places if is_internal[place] and regions[place] != "comment"]
        anchors, targets = links.cells("anchor", places), links.cells("url", places)
        short = dict.fromkeys([anchor[:60] for anchor in anchors])
        self._anchors = list(dict.fromkeys(map(str.lower, short)))[:_MAX_ANCHORS]
        lasts = {url.rstrip("/").rpartition("/")[2] for url in dict.fromkeys(targets)}
        self._lasts = {part for last in lasts for part in _last_parts(last.lower())}

    def to(self, section: str, *, whole: bool) -> bool:
        """Tell whether a link invites to something; ``whole`` wants all of an anchor to say so."""
        if not self._lasts.isdisjoint(_set(section, "path")):
            return True
        if whole:
            return not _set(section, "text").isdisjoint(self._anchors)
        return any(_says(section, anchor) for anchor in self._anchors)


@lru_cache(maxsize=16_384)
def _says(section: str, anchor: str) -> bool:
    """Tell whether a short anchor holds words of a section; a site repeats its anchors from page to page."""
    return len(anchor) <= 40 and _pattern(section, "text").search(anchor) is not None


def _last_parts(last: str) -> list[str]:
    """Give the last part of a URL, and each part of its query by itself."""
    return [last, *last.partition("?")[2].split("&")] if "?" in last else [last]


def has_comment_form(forms: Sequence[FoundForm]) -> bool:
    """Tell whether a form accepts comments."""
    for form in forms:
        name = _name(form)
        has_area = any("textarea" in one or "comment" in one or "message" in one for one in form.fields)
        if any(mark in name for mark in _set("comment", "form")) and form.fields:
            return True
        if has_area and _pattern("comment", "text").search(_text(form)):
            return True
    return False


def has_registration(forms: Sequence[FoundForm], invitations: Invitations) -> bool:
    """Tell whether a form or a link registers an account."""
    for form in forms:
        n_passwords = sum(one.startswith("password") for one in form.fields)
        if n_passwords >= 2 or (
            n_passwords and (_is_named("registration", form) or _pattern("registration", "text").search(_text(form)))
        ):
            return True
    return invitations.to("registration", whole=True)


def has_submission(forms: Sequence[FoundForm], invitations: Invitations) -> bool:
    """Tell whether a form or a link takes a listing, a site or a link."""
    for form in forms:
        if not form.fields or has_comment_form([form]):
            continue
        asks_for_site = any(part in one for one in form.fields for part in ("url", "website", "site", "link"))
        if _pattern("submission", "text").search(_text(form)) or (asks_for_site and _is_named("submission", form)):
            return True
    return invitations.to("submission", whole=False)


def _is_named(section: str, form: FoundForm) -> bool:
    name = _name(form)
    return any(mark in name for mark in _set(section, "path"))


def _name(form: FoundForm) -> str:
    return " ".join((form.attributes.get(key) or "")[:200] for key in ("id", "class", "name", "action")).lower()


def _text(form: FoundForm) -> str:
    return " ".join((form.text, *form.fields[:50])).lower()
