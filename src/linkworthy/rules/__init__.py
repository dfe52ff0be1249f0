"""The audit's rules, in the order of the report, and the stage that judges them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from linkworthy.catalogue.adjusted import Adjusted, adjusted
from linkworthy.catalogue.judge import judge
from linkworthy.catalogue.rule import Rule
from linkworthy.catalogue.segments import read_segments, write_segments
from linkworthy.engine.embedded import Embedded
from linkworthy.engine.progress import Progress
from linkworthy.rules.addresses import ADDRESSES
from linkworthy.rules.backlinks import BACKLINKS
from linkworthy.rules.canonicals import CANONICALS
from linkworthy.rules.changes import CHANGES
from linkworthy.rules.content import CONTENT
from linkworthy.rules.directives import DIRECTIVES
from linkworthy.rules.indexing import INDEXING
from linkworthy.rules.items import ITEMS
from linkworthy.rules.languages import LANGUAGES
from linkworthy.rules.linking import LINKING
from linkworthy.rules.load import LOAD
from linkworthy.rules.loading import LOADING
from linkworthy.rules.maps import MAPS
from linkworthy.rules.markup import MARKUP
from linkworthy.rules.names import NAMES
from linkworthy.rules.neighbours import NEIGHBOURS
from linkworthy.rules.outbound import OUTBOUND
from linkworthy.rules.pictures import PICTURES
from linkworthy.rules.redirects import REDIRECTS
from linkworthy.rules.reported import REPORTED
from linkworthy.rules.responses import RESPONSES
from linkworthy.rules.scripts import SCRIPTS
from linkworthy.rules.security import SECURITY
from linkworthy.rules.sets import SETS
from linkworthy.rules.stakes import STAKES
from linkworthy.rules.texts import TEXTS
from linkworthy.rules.titles import TITLES
from linkworthy.rules.variants import VARIANTS
from linkworthy.site import Run, SiteConfig

__all__ = ["OURS", "RULES", "audit_site", "rule_named", "rules_at"]

RULES: tuple[Rule, ...] = (
    *BACKLINKS, *STAKES, *RESPONSES, *REDIRECTS, *OUTBOUND, *NEIGHBOURS, *CANONICALS, *VARIANTS, *SETS, *CONTENT,
    *TEXTS, *INDEXING, *LINKING, *MAPS, *DIRECTIVES, *LANGUAGES, *TITLES, *NAMES, *LOAD, *LOADING, *SCRIPTS, *PICTURES,
    *SECURITY, *ADDRESSES, *ITEMS, *MARKUP, *REPORTED, *CHANGES,
)  # fmt: skip

OURS = {
    "out-unchecked": "outbound links that answer 403, 429 or not in time are told apart from broken ones",
    "out-spam-like": "words on host, anchor and title stand in for a spam list, which out-spam asks for",
    "dir-unavailable": "a day of unavailable_after that has passed is told apart from one to come",
    "resp-redirect-nowhere": "a redirect without a usable Location is told apart from a page that gives no answer",
    "canon-invalid-url": "a canonical that is no web address is told apart from a relative one and from none",
    "bl-target-unchecked": "linked pages that answer 403 or 429 are told apart from broken ones",
}
"""Slugs that are not in the catalogue of checks we started from, with the reason for each."""


def rule_named(slug: str) -> Rule | None:
    """Give the rule of a slug, null where there is none."""
    return next((rule for rule in RULES if rule.slug == slug), None)


def rules_at(folder: Path) -> Adjusted:
    """Give the rules as the owner of a site folder wants them."""
    return adjusted(RULES, folder)


def audit_site(run: Run, config: SiteConfig, engine: Embedded, progress: Progress) -> dict[str, Any]:
    """Judge the own site by all rules, as the owner wants them: ``findings``, ``coverage`` and ``segments``.

    Raises: InputError where the owner's ``rules.toml`` is wrong.
    """
    folder = run.folder.parents[1]
    wanted, segments = rules_at(folder), read_segments(folder)
    facts = judge(wanted.rules, run, config, engine, progress, muted=wanted.muted)
    return {**facts, "n_in_segments": write_segments(run, engine, segments)}
