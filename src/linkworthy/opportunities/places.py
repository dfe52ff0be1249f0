"""Forums, blogs and directories: sites on the owner's topic where people may take part or be listed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from linkworthy.opportunities.prospect import Prospect
from linkworthy.opportunities.reading import ReadSite

MIN_RELEVANCE = 0.3
"""A site whose best page is less relevant than this is no prospect; a directory lists everybody, and needs less."""
MIN_DIRECTORY_RELEVANCE = 0.05
FORUM_ENGINES = frozenset({"phpbb", "discourse", "vbulletin", "smf", "mybb", "xenforo", "flarum", "vanilla", "nodebb"})


@dataclass(frozen=True, slots=True)
class Place:
    """One kind of place: how it is told, and what to do there."""

    kind: str
    fits: Callable[[ReadSite], bool]
    column: str
    """Column of pages whose page is the one to work with."""
    least: float
    sign: Callable[[ReadSite], str]
    how: str


def _is_forum(site: ReadSite) -> bool:
    return "forum" in site.kinds() or bool(site.engines() & FORUM_ENGINES)


def _is_directory(site: ReadSite) -> bool:
    is_home_of_one = any(page["page_kind"] == "home" and page["has_submission"] for page in site.pages)
    return ("directory" in site.kinds() or is_home_of_one) and not _is_forum(site)


def _is_blog(site: ReadSite) -> bool:
    takes_comments = site.any("has_comment_form") or any((page["n_comments"] or 0) > 0 for page in site.pages)
    return takes_comments and "article" in site.kinds() and not _is_forum(site) and not _is_directory(site)


_FORUM = (
    "Register under your own name, answer questions that you know something of, and put your site into the profile. "
    "Link to a page only where it answers the question."
)
_BLOG = (
    "Read the post, add what it lacks, sign with your name and not with a keyword. Offer the author a subject of your "
    "own that the blog has not had."
)
_DIRECTORY = (
    "Ask to be listed under your business's name with your start page. Pay for no listing that passes on authority."
)
PLACES = (
    Place(
        kind="forum",
        fits=_is_forum,
        column="has_registration",
        least=MIN_RELEVANCE,
        sign=lambda site: f"a forum ({', '.join(sorted(site.engines())) or 'by its pages'})",
        how=_FORUM,
    ),
    Place(
        kind="blog",
        fits=_is_blog,
        column="has_comment_form",
        least=MIN_RELEVANCE,
        sign=lambda site: f"a blog whose posts take comments ({sum(p['n_comments'] or 0 for p in site.pages)} seen)",
        how=_BLOG,
    ),
    Place(
        kind="directory",
        fits=_is_directory,
        column="has_submission",
        least=MIN_DIRECTORY_RELEVANCE,
        sign=lambda site: "a directory that takes listings" if site.any("has_submission") else "a directory",
        how=_DIRECTORY,
    ),
)


def places(sites: dict[str, ReadSite]) -> list[Prospect]:
    """Give a prospect for each forum, blog and directory that is relevant enough and not harmful."""
    out = []
    for site in sites.values():
        for place in PLACES:
            if not site.is_harmful and (site.relevance or 0.0) >= place.least and place.fits(site):
                out.append(_prospect(site, place))
                break
    return out


def _prospect(site: ReadSite, place: Place) -> Prospect:
    page = site.page_with(place.column)
    known = f"links to {', '.join(site.competitors)}" if site.competitors else "links to no competitor that we know of"
    ours = "; it links to you already, so you are known there" if site.links_to_us else ""
    share = f"relevance {site.relevance:.2f}" if site.relevance is not None else "relevance not known"
    return Prospect(
        kind=place.kind,
        url=page["url"],
        domain=site.domain,
        title=page["title"],
        why=f"{place.sign(site)}; {share} by its page {site.best_url}; {known}{ours}",
        how=place.how,
        relevance=site.relevance,
        is_followed=site.is_followed,
        n_competitors=len(site.competitors),
        last_active_at=site.last_active_at,
        is_new=not site.links_to_us,
    )
