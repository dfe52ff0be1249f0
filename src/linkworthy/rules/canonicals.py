"""Rules on canonicals: missing, contradicting, and leading astray."""

from __future__ import annotations

from linkworthy.catalogue.rule import Priority, Rule, Severity
from linkworthy.rules.common import ANSWERED, GOOGLE, INDEXABLE, PAGE, RFC

CATEGORY = "Canonicals"
_GUIDE = GOOGLE + "crawling-indexing/consolidate-duplicate-urls"
_TROUBLE = GOOGLE + "crawling-indexing/canonicalization-troubleshooting"
_SEEN = ("canonical_url", "canonical_state", "canonical_status", "n_inlinks", "n_referring_domains")
_OTHER = {**PAGE, "is_indexable": False, "canonical_url": "https://shop.example/pots", "canonical_state": "other"}


def _state(slug: str, state: str, *, title: str, priority: Priority, why: str, fix: str) -> Rule:
    """Give the rule that flags one state of the canonical."""
    severity: Severity = "warning" if state in {"chain", "cross-domain"} else "issue"
    return Rule(
        slug=slug,
        title=title,
        category=CATEGORY,
        over="own_pages",
        severity=severity,
        priority=priority,
        gate=ANSWERED,
        where=f"canonical_state = '{state}'",
        evidence=_SEEN,
        why=why,
        fix=fix,
        source=_TROUBLE,
        flags=({**_OTHER, "canonical_state": state},),
        passes=(_OTHER, {**PAGE, "canonical_state": "self"}, {**_OTHER, "canonical_state": state, "status": 404}),
    )


CANONICALS = (
    Rule(
        slug="canon-missing",
        title="Page without canonical",
        category=CATEGORY,
        over="own_pages",
        severity="warning",
        priority="medium",
        gate=INDEXABLE,
        where="canonical_state = 'none' and canonical_href is null",
        evidence=("n_inlinks", "n_referring_domains"),
        why="Links come with parameters, capitals and slashes of all kinds; a canonical says which address they count "
        "for.",
        fix="Let each page name its own address as canonical.",
        source=_GUIDE,
        flags=({**PAGE, "canonical_state": "none"},),
        passes=(
            {**PAGE, "canonical_state": "self"},
            {**PAGE, "canonical_state": "none", "is_indexable": False},
            {**PAGE, "canonical_state": "none", "canonical_href": "file:///srv/kettles.html"},
        ),
    ),
    Rule(
        slug="canon-canonicalised",
        title="Page names another page as canonical",
        category=CATEGORY,
        over="own_pages",
        severity="notice",
        priority="high",
        gate=ANSWERED,
        where="canonical_state = 'other'",
        evidence=_SEEN,
        why="The page asks not to be shown under its own address. That is right for a variant, "
        "and a grave mistake for a page of its own.",
        fix="Look through the list for pages that should be found by themselves.",
        source=_GUIDE,
        flags=(_OTHER,),
        passes=({**PAGE, "canonical_state": "self"}, {**_OTHER, "status": 404}),
    ),
    _state(
        "canon-chain",
        "chain",
        title="Chain of canonicals",
        priority="medium",
        why="The page names a canonical that names yet another one. Search engines may follow neither.",
        fix="Name the last page of the chain on all of them.",
    ),
    _state(
        "canon-loop",
        "loop",
        title="Canonicals in a circle",
        priority="high",
        why="The pages name each other, so none of them is the original: search engines choose by themselves.",
        fix="Choose one page and let all of them, itself included, name it.",
    ),
    _state(
        "canon-to-redirect",
        "to-redirect",
        title="Canonical leads to a redirect",
        priority="high",
        why="The canonical names an address that sends on to another one: two statements that contradict.",
        fix="Name the address where the redirect ends.",
    ),
    _state(
        "canon-to-error",
        "to-error",
        title="Canonical leads to an error",
        priority="high",
        why="The page hands its place in search to a page that is not there, and risks dropping out itself.",
        fix="Name a page that answers 200, as a rule the page itself.",
    ),
    _state(
        "canon-cross-domain",
        "cross-domain",
        title="Canonical names another site",
        priority="high",
        why="The page gives its place in search, and the links that lead to it, to another site.",
        fix="Keep it only where the other site is the original and that is agreed; else name the own address.",
    ),
    Rule(
        slug="canon-nonindexable",
        title="Canonical leads to a page that may not be indexed",
        category=CATEGORY,
        over="own_pages",
        severity="issue",
        priority="high",
        gate=ANSWERED,
        where="canonical_state = 'to-noindex' "
        "or (canonical_state = 'other' and not canonical_is_indexable "
        "and canonical_index_reason in ('robots', 'unavailable'))",
        evidence=("canonical_index_reason", *_SEEN),
        why="The page steps back for one that search engines may not show: in the end neither is found.",
        fix="Let the canonical be indexed, or name another page.",
        source=_TROUBLE,
        flags=(
            {**_OTHER, "canonical_state": "to-noindex"},
            *(
                {**_OTHER, "canonical_is_indexable": False, "canonical_index_reason": reason}
                for reason in ("robots", "unavailable")
            ),
        ),
        passes=(
            _OTHER,
            {**_OTHER, "canonical_is_indexable": False, "canonical_index_reason": "canonicalised"},
            {**_OTHER, "canonical_is_indexable": True, "canonical_index_reason": "robots"},
            {
                **_OTHER,
                "canonical_state": "self",
                "canonical_is_indexable": False,
                "canonical_index_reason": "robots",
            },
            {**_OTHER, "canonical_state": "to-noindex", "status": 404},
        ),
    ),
    Rule(
        slug="canon-conflicting",
        title="Page names several canonicals",
        category=CATEGORY,
        over="own_pages",
        severity="issue",
        priority="high",
        gate=ANSWERED,
        where="n_canonicals > 1",
        evidence=("n_canonicals", "canonical_url", "header_canonical_url"),
        why="Where the canonicals of a page differ, search engines ignore all of them.",
        fix="Leave one. Look for a second plugin, a template or the server's headers.",
        source=_TROUBLE,
        flags=({**PAGE, "n_canonicals": 2},),
        passes=({**PAGE, "n_canonicals": 1}, {**PAGE, "n_canonicals": 2, "status": 404}),
    ),
    Rule(
        slug="canon-relative",
        title="Canonical is not a full address",
        category=CATEGORY,
        over="own_pages",
        severity="warning",
        priority="low",
        gate=f"{ANSWERED} and canonical_href is not null",
        where="canonical_url is not null and not regexp_matches(canonical_href, '^\\s*https?://', 'i')",
        evidence=("canonical_href", "canonical_url"),
        why="A relative canonical changes with the host and folder that the page is read at, a test server included.",
        fix="Write the canonical with scheme and host.",
        source=_GUIDE,
        flags=(
            {**PAGE, "canonical_url": PAGE["url"], "canonical_href": "/kettles"},
            {**PAGE, "canonical_url": PAGE["url"], "canonical_href": "//shop.example/kettles"},
        ),
        passes=(
            PAGE,
            {**PAGE, "canonical_url": PAGE["url"], "canonical_href": " HTTPS://shop.example/kettles"},
            {**PAGE, "canonical_url": PAGE["url"], "canonical_href": "/kettles", "status": 404},
            {**PAGE, "canonical_url": None, "canonical_href": "file:///srv/kettles.html"},
        ),
    ),
    Rule(
        slug="canon-invalid-url",
        title="Canonical that is no web address",
        category=CATEGORY,
        over="own_pages",
        severity="issue",
        priority="medium",
        gate=ANSWERED,
        where="canonical_href is not null and canonical_url is null",
        evidence=("canonical_href", "n_inlinks", "n_referring_domains"),
        why="Search engines ignore it, as if the page named no canonical: it is empty, misspelt, or leads to a file on "
        "somebody's machine.",
        fix="Write the full https address of the page.",
        source=_GUIDE,
        flags=({**PAGE, "canonical_url": None, "canonical_href": "file:///srv/kettles.html"},),
        passes=(
            {**PAGE, "canonical_url": None},
            {**PAGE, "canonical_url": PAGE["url"], "canonical_href": "/kettles"},
            {**PAGE, "canonical_url": None, "canonical_href": "htp:/shop.example", "status": 404},
        ),
    ),
    Rule(
        slug="canon-html-http-mismatch",
        title="Canonical of page and header differ",
        category=CATEGORY,
        over="own_pages",
        severity="issue",
        priority="medium",
        gate=ANSWERED,
        where="coalesce(header_canonical_url <> canonical_url, false)",
        evidence=("header_canonical_url", "canonical_url"),
        why="The Link header names one address and the HTML another: search engines ignore both.",
        fix="Remove one of the two.",
        source=RFC + "rfc6596",
        flags=({**PAGE, "canonical_url": PAGE["url"], "header_canonical_url": "https://shop.example/pots"},),
        passes=(
            {**PAGE, "canonical_url": PAGE["url"], "header_canonical_url": PAGE["url"]},
            {**PAGE, "canonical_url": PAGE["url"], "header_canonical_url": "https://shop.example/pots", "status": 404},
        ),
    ),
    Rule(
        slug="canon-scheme",
        title="Canonical of an https page names http",
        category=CATEGORY,
        over="own_pages",
        severity="warning",
        priority="medium",
        gate=ANSWERED,
        where="starts_with(url, 'https://') and starts_with(coalesce(canonical_url, ''), 'http://')",
        evidence=_SEEN,
        why="The page asks to be shown at its unencrypted address.",
        fix="Name the https address.",
        source=_GUIDE,
        flags=({**_OTHER, "canonical_url": "http://shop.example/kettles"},),
        passes=(
            _OTHER,
            {**_OTHER, "url": "http://shop.example/kettles", "canonical_url": "http://shop.example/kettles"},
            {**_OTHER, "canonical_url": "http://shop.example/kettles", "status": 404},
        ),
    ),
)
