"""Rules on structured data and on AMP pages."""

from __future__ import annotations

from datetime import UTC, datetime

from linkworthy.catalogue.rule import Rule
from linkworthy.rules.common import GOOGLE, INDEXABLE, PAGE, SITE
from linkworthy.rules.forms import Form

CATEGORY = "Structured data"
AMP = "AMP"
_GUIDE = GOOGLE + "appearance/structured-data/intro-structured-data"
_GALLERY = GOOGLE + "appearance/structured-data/search-gallery"
_NONE: list[str] = []
WHEN = datetime(2026, 1, 1, tzinfo=UTC)
_AMP = "https://amp.dev/documentation/guides-and-tutorials/learn/spec/amphtml"

_page = Form(
    category=CATEGORY, over="own_pages", row={**PAGE, "schema_types": ["Article"]}, gate=INDEXABLE,
    closed=({"is_indexable": False},), source=_GUIDE, shows="schema_types n_referring_domains",
)  # fmt: skip
_item = Form(
    category=CATEGORY, over="structured_faults", gate="is_indexable", closed=({"is_indexable": False},),
    source=_GALLERY,
    row={"url": PAGE["url"], "n": 0, "item": 0, "syntax": "json-ld", "type": "Product", "missing": _NONE,
        "recommended": _NONE,
         "wrong": _NONE, "outdated": _NONE, "is_retired": False, "is_self_rating": False, "is_indexable": True},
    shows="type syntax",
)  # fmt: skip
_amp = Form(
    category=AMP, over="amp_pages", source=_AMP, shows="linked_from status",
    row={"url": SITE + "kettles/amp", "linked_from": PAGE["url"], "status": 200, "is_valid_doctype": True,
        "is_amp_html": True,
         "has_head": True, "has_body": True, "has_canonical": True, "has_charset": True, "has_viewport": True,
         "has_runtime": True, "has_boilerplate": True, "is_indexable": False, "canonical_is_indexable": True,
         "canonical_returns": True, "n_disallowed": 0, "n_other_faults": 0, "canonical_url": PAGE["url"],
         "index_reason": "canonicalised"},
)  # fmt: skip


def _part(slug: str, column: str, title: str, fix: str) -> Rule:
    """Give the rule on one part that every AMP page must have."""
    return _amp(
        slug, title, "issue medium", f"not {column}", bad={column: False}, good={}, shows=column,
        why="The page is no valid AMP page, and is not shown as one.", fix=fix,
    )  # fmt: skip


ITEMS = (
    _page(
        "sd-missing", "Page without structured data", "notice low", "len(schema_types) = 0",
        bad={"schema_types": [], "page_kind": "article"}, good={"page_kind": "article"}, shows="page_kind",
        why="Search engines must guess what is an article, a product or a date.",
        fix="Add JSON-LD of the type that fits.",
        gate="page_kind in ('article', 'product', 'home', 'forum')", closed=({"page_kind": "other"},),
        limits="Asked of articles, products, forums and the start page; for other pages few results exist.",
    ),
    _item(
        "sd-error", "Structured data with a value or a name that cannot be", "issue high", "len(wrong) > 0",
        bad={"wrong": ["price: cheap"]}, good={}, shows="wrong",
        why="The property is ignored, and with it perhaps the whole item.", fix="Correct the value or the name shown.",
        source="https://schema.org/docs/datamodel.html",
        limits="Dates, times, prices, currencies, ratings, counts, coordinates, opening hours, durations, GTINs, "
        "addresses and words such as InStock are checked. Types are looked up in schema.org 30.0; of properties that "
        "it does not have, those are told that are a slip away from one. Words of other vocabularies are left alone.",
    ),
    _item(
        "sd-warning", "Structured data in words that schema.org has replaced", "warning low", "len(outdated) > 0",
        bad={"outdated": ["branchOf"]}, good={}, shows="outdated", why="Readers of structured data drop them in time.",
        fix="Use the word that took its place.", source="https://schema.org/docs/attic.home.html",
    ),
    _item(
        "sd-rich-error", "Rich result lacks what Google asks for", "issue high", "len(missing) > 0 and not is_retired",
        bad={"missing": ["name"]}, good=({}, {"missing": ["name"], "is_retired": True}), shows="missing",
        why="Without it no rich result is shown.", fix="Add the properties shown.",
        limits="Types of Google's search gallery and those below them are checked, every type of an item; what an item "
        "names by @id is looked up on the page, and taken as whole where it is on another.",
    ),
    _item(
        "sd-rich-warning", "Rich result lacks what Google recommends", "notice low",
        "len(recommended) > 0 and not is_retired",
        bad={"recommended": ["image"]}, good=({}, {"recommended": ["image"], "is_retired": True}), shows="recommended",
        why="The result may show less.", fix="Add what you have.",
    ),
    _item(
        "sd-retired-feature", "Markup for a result that Google has retired", "notice low", "is_retired",
        bad={"is_retired": True}, good={}, why="It does no harm and brings nothing in Google any more.",
        fix="Keep it for other readers, or drop it with the next change.",
        source="https://developers.google.com/search/blog/2023/08/howto-faq-changes",
    ),
    _item(
        "sd-self-rating", "Business that rates itself", "warning medium", "is_self_rating",
        bad={"is_self_rating": True}, good={},
        why="Google shows no stars for reviews of a business on its own site, and calls "
        "them self-serving.", fix="Remove the rating from Organization and LocalBusiness; rate products.",
        source=GOOGLE + "appearance/structured-data/review-snippet",
    ),
    Form(category=CATEGORY, over="site", row={"url": SITE, "n_starts": 1, "n_html": 9}, shows="home_types",
        source=GOOGLE + "appearance/structured-data/organization")(
        "sd-no-org", "Start page does not say who you are", "opportunity medium",
        "not list_has_any(home_types, ['Organization', 'LocalBusiness', 'Corporation', 'NewsMediaOrganization', "
        "'Person', "
        "'OnlineStore', 'Store', 'EducationalOrganization', 'GovernmentOrganization', 'NGO', 'Restaurant', 'Hotel', "
        "'ProfessionalService', 'MedicalOrganization', 'SportsOrganization']) and n_starts > 0",
        bad={"home_types": ["WebSite"]},
        good=(
            *({"home_types": [kind]} for kind in (
                "Organization", "LocalBusiness", "Corporation", "NewsMediaOrganization", "Person", "OnlineStore",
                "Store",
                "EducationalOrganization", "GovernmentOrganization", "NGO", "Restaurant", "Hotel",
                "ProfessionalService",
                "MedicalOrganization", "SportsOrganization")),
            {"home_types": [], "n_starts": 0},
        ),
        needs="spider",
        why="Search engines and machines that answer learn name, logo and profiles from it.",
        fix="Add Organization or LocalBusiness with name, url, logo and sameAs.",
        limits="Rarer types of organizations are not known here and are flagged.",
    ),
    _page(
        "sd-no-breadcrumb", "Deep page without a trail in its data", "notice low",
        "depth > 1 and not list_contains(schema_types, 'BreadcrumbList')",
        bad={"depth": 2}, good=({"depth": 1}, {"depth": 2, "schema_types": ["BreadcrumbList"]}), shows="depth",
        gate="len(schema_types) > 0", closed=({"schema_types": [], "depth": 2},),
        why="The result shows an address where it could show the way.", fix="Add BreadcrumbList.",
        source=GOOGLE + "appearance/structured-data/breadcrumb",
        limits="Asked of pages that have structured data at all.",
    ),
    _page(
        "sd-no-author-date", "Article without author or date", "opportunity medium",
        "author is null or (published_at is null and modified_at is null)",
        bad=({"page_kind": "article"}, {"page_kind": "article", "author": "A. Writer"},
             {"page_kind": "article", "published_at": WHEN}),
        good={"page_kind": "article", "author": "A. Writer", "published_at": WHEN},
        shows="author published_at modified_at",
        gate="page_kind = 'article' and list_has_any(schema_types, ['Article', 'NewsArticle', 'BlogPosting', "
        "'TechArticle'])",
        closed=({"page_kind": "other"}, {"page_kind": "article", "schema_types": []}),
        why="Readers and search engines ask who says so, and when.",
        fix="Name author and date in the text and in the data.",
        source=GOOGLE + "appearance/structured-data/article",
    ),
    _page(
        "sd-visible-mismatch", "Data say what the page does not show", "warning medium", "n_unseen_facts > 0",
        bad={"n_unseen_facts": 1}, good={"n_unseen_facts": 0}, shows="n_unseen_facts",
        why="Prices, ratings and headlines that readers cannot see are against the rules.",
        fix="Show them, or remove them.",
        source=GOOGLE + "appearance/structured-data/sd-policies",
    ),
    _page(
        "sd-id-conflict", "Same thing described in two ways", "warning low", "n_conflicting_ids > 0",
        bad={"n_conflicting_ids": 1}, good={"n_conflicting_ids": 0}, shows="n_conflicting_ids",
        why="Two pages give the same @id other facts.", fix="Describe it once, and refer to it.",
    ),
    _page(
        "sd-nap", "Name, address or telephone differ elsewhere", "warning high", "n_other_listings > 0",
        bad={"n_other_listings": 1}, good={"n_other_listings": 0}, shows="telephones addresses",
        why="Local results trust a business whose data agree everywhere.", fix="Correct the entries.",
        source="https://support.google.com/business/answer/3038177",
    ),
    _amp(
        "amp-non200", "AMP page that does not answer 200", "issue high", "status <> 200",
        bad={"status": 404}, good={}, why="Readers are led to an error.", fix="Correct or remove rel=amphtml.",
    ),
    _amp(
        "amp-no-return", "Page does not name its AMP page back", "issue high", "not canonical_returns",
        bad={"canonical_returns": False}, good={}, shows="canonical_url", why="Search engines do not connect the two.",
        fix="Add rel=amphtml to the page.",
    ),
    _amp(
        "amp-no-canonical-nonamp", "AMP page names another page as canonical", "issue high",
        "canonical_url <> linked_from",
        bad={"canonical_url": SITE + "pots"}, good={}, shows="canonical_url",
        why="Search engines do not connect the two.",
        fix="Name the page that it is made of.",
    ),
    _amp(
        "amp-nonindexable-canonical", "Canonical of the AMP page may not be indexed", "issue high",
        "not canonical_is_indexable",
        bad={"canonical_is_indexable": False}, good={}, shows="canonical_url", why="Neither of the two is found.",
        fix="Let the canonical page be indexed.",
    ),
    _amp(
        "amp-indexable", "AMP page stands by itself", "warning low", "is_indexable",
        bad={"is_indexable": True}, good={}, shows="canonical_url", why="It competes with the page that it is made of.",
        fix="Name that page as canonical; leave it, where there is no other.",
    ),
    _amp(
        "amp-nonindexable", "AMP page is blocked or says noindex", "warning low",
        "index_reason in ('noindex', 'robots')",
        bad=({"index_reason": "noindex"}, {"index_reason": "robots"}), good={}, shows="index_reason",
        why="It cannot be read, and is not shown.", fix="Open it.",
    ),
    _part("amp-no-html-tag", "is_amp_html", "AMP page without the mark of AMP", "Write <html amp>."),
    _part("amp-doctype", "is_valid_doctype", "AMP page without doctype", "Begin with <!doctype html>."),
    _part("amp-no-head", "has_head", "AMP page without a head", "Write the head."),
    _part("amp-no-body", "has_body", "AMP page without a body", "Write the body."),
    _part("amp-no-canonical", "has_canonical", "AMP page without canonical",
        "Name the page that it is made of, or itself."),
    _part("amp-charset", "has_charset", "AMP page without its encoding",
        'Write <meta charset="utf-8"> first in the head.'),
    _part("amp-viewport", "has_viewport", "AMP page without viewport", "Add the viewport meta."),
    _part("amp-script", "has_runtime", "AMP page without AMP's script", "Load https://cdn.ampproject.org/v0.js."),
    _part("amp-boilerplate", "has_boilerplate", "AMP page without AMP's style",
        "Copy the boilerplate style into the head."),
    _amp(
        "amp-disallowed", "AMP page with what AMP forbids", "issue medium", "n_disallowed > 0",
        bad={"n_disallowed": 1}, good={}, shows="n_disallowed",
        why="The page is no valid AMP page, and is not shown as one.",
        fix="Remove what the validator names.",
    ),
    _amp(
        "amp-other", "AMP page with other faults", "issue medium", "n_other_faults > 0",
        bad={"n_other_faults": 1}, good={}, shows="n_other_faults",
        why="The page is no valid AMP page, and is not shown as one.",
        fix="Correct what the validator names.",
    ),
)  # fmt: skip
