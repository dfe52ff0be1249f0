"""Rules on language versions: codes, return links, and pages that cannot stand for a language."""

from __future__ import annotations

from linkworthy.rules.common import ANSWERED, GOOGLE, INDEXABLE, PAGE, SITE
from linkworthy.rules.forms import Form

CATEGORY = "Languages"
_GUIDE = GOOGLE + "specialty/international/localized-versions"
_DE = {
    "url": SITE + "en", "n": 2, "lang": "de", "target_url": SITE + "de", "is_self": False, "is_indexable": True,
    "target_state": "answered", "target_status": 200, "target_is_indexable": True, "target_canonical_state": "self",
    "target_n_inlinking_pages": 3, "target_has_set": True, "target_returns": True, "returns_same_lang": True,
    "own_lang": "en", "returned_lang": "en", "code_fault": None,
}  # fmt: skip
_SELF = {"lang": "en", "url": PAGE["url"]}
_SET = [_SELF, {"lang": "de", "url": SITE + "de"}, {"lang": "x-default", "url": PAGE["url"]}]
_LANGS = "list_transform(hreflang, lambda h: h.lang)"

_other = Form(
    category=CATEGORY, over="alternates", row=_DE, gate="is_indexable and not is_self",
    closed=({"is_indexable": False}, {"is_self": True}), shows="lang target_url", source=_GUIDE,
)  # fmt: skip
_page = Form(
    category=CATEGORY, over="own_pages", row={**PAGE, "hreflang": _SET, "n_page_alternates": 3, "n_map_alternates": 0},
    gate=f"{INDEXABLE} and len(hreflang) > 0",
    closed=({"is_indexable": False}, {"variant_of": SITE + "K"}), shows="hreflang", source=_GUIDE,
)  # fmt: skip

LANGUAGES = (
    _other(
        "hreflang-non200", "Language version that does not answer 200", "issue high",
        "target_status <> 200 or target_state = 'failed'",
        bad=({"target_status": 404}, {"target_state": "failed", "target_status": None}), good={},
        shows="target_status target_state target_redirect",
        why="Search engines drop the version, and may drop the set.",
        fix="Name the address that answers, or leave it out.",
    ),
    _other(
        "hreflang-unlinked", "Language version that no page links to", "warning medium", "target_n_inlinking_pages = 0",
        bad={"target_n_inlinking_pages": 0}, good={}, shows="target_n_inlinking_pages",
        needs="spider",
        why="It is known from hreflang alone: readers cannot switch to it.",
        fix="Link to it, as in a choice of languages.",
    ),
    _other(
        "hreflang-no-return", "Language version that does not name this page", "issue high",
        "not coalesce(target_returns, false)",
        bad=({"target_returns": False}, {"target_returns": None}), good={},
        gate="target_status = 200 and target_is_indexable",
        closed=({"target_status": 404}, {"target_is_indexable": False}), shows="target_has_set",
        why="Search engines believe a set only where its pages name each other.",
        fix="Write the same set on every version.",
    ),
    _other(
        "hreflang-inconsistent", "Language version names this page under another code", "issue high",
        "target_returns and not returns_same_lang",
        bad={"returns_same_lang": False, "returned_lang": "en-gb"},
        good=({}, {"returns_same_lang": False, "target_returns": False}),
        shows="own_lang returned_lang",
        why="The two pages disagree about which readers this page is for.", fix="Use one code for it on all versions.",
    ),
    _other(
        "hreflang-noncanonical-return", "Language version that is a copy of another page", "issue high",
        "target_canonical_state in ('other', 'cross-domain', 'chain', 'loop') and target_returns",
        bad=tuple({"target_canonical_state": state} for state in ("other", "cross-domain", "chain", "loop")),
        good=({}, {"target_canonical_state": "other", "target_returns": False}), shows="target_canonical_state",
        why="It names this page back, and at the same time asks not to be found: its word does not count.",
        fix="Name canonical addresses alone.",
    ),
    _other(
        "hreflang-noindex-return", "Language version that says noindex", "issue high",
        "target_index_reason = 'noindex'",
        bad={"target_index_reason": "noindex"}, good={"target_index_reason": "status"}, shows="target_index_reason",
        why="It cannot be shown to the readers that it is for.", fix="Remove noindex, or take the page out of the set.",
    ),
    Form(
        category=CATEGORY, over="alternates", row=_DE, gate="is_indexable", closed=({"is_indexable": False},),
        shows="lang target_url", source=_GUIDE,
    )(
        "hreflang-bad-code", "Code of no language", "issue high",
        "code_fault is not null",
        bad={"lang": "en-uk", "code_fault": "write en-gb"}, good={"lang": "zh-hant-tw", "code_fault": None},
        shows="code_fault",
        why="Search engines ignore it: no readers are led there.",
        fix="Write a language of ISO 639-1, and a country of ISO 3166-1 after it where it matters: en-gb, not en-uk.",
        limits="Codes are looked up in ISO 639-1, ISO 15924 and ISO 3166-1; languages that have but a code of three "
        "letters are flagged, as Google reads codes of two. Areas of the world, as es-419, are passed.",
    ),
    _page(
        "hreflang-multiple", "One language with two pages", "issue high",
        f"len(list_distinct({_LANGS})) < len(hreflang)",
        bad={"hreflang": [*_SET, {"lang": "de", "url": SITE + "at"}]}, good={}, closed=({"hreflang": []},),
        why="It is not clear which of them is meant.",
        fix="Name one page a code; part them by country, as de and de-at.",
    ),
    _page(
        "hreflang-no-self", "Page that its own set leaves out", "warning medium",
        "not list_contains(list_transform(hreflang, lambda h: h.url), url)",
        bad={"hreflang": _SET[1:2]}, good={}, closed=({"hreflang": []},),
        why="Google asks that each version names itself as well.", fix="Add the page itself to the set.",
    ),
    Form(
        category=CATEGORY, over="own_pages", row={**PAGE, "is_indexable": False, "hreflang": _SET},
        gate=f"{ANSWERED} and len(hreflang) > 0", closed=({"status": 404}, {"variant_of": SITE + "K"}),
        shows="hreflang",
        source=_GUIDE,
    )(
        "hreflang-not-canonical", "Set names another address than the canonical", "issue high",
        "canonical_url <> url and list_contains(list_transform(hreflang, lambda h: h.url), url)",
        bad={"canonical_url": SITE + "pots"},
        good=({"canonical_url": PAGE["url"]}, {"canonical_url": SITE + "pots", "hreflang": _SET[1:2]}),
        closed=({"hreflang": []},), shows="canonical_url",
        why="The set recommends an address that the page itself gives away.", fix="Name canonical addresses alone.",
    ),
    _page(
        "hreflang-no-xdefault", "Set without a page for everybody else", "opportunity low",
        f"not list_contains({_LANGS}, 'x-default')",
        bad={"hreflang": _SET[:2]}, good={}, closed=({"hreflang": []},),
        why="Readers of other languages get whatever version a search engine chooses.",
        fix="Add x-default, as the choice of languages or the English version.",
    ),
    Form(
        category=CATEGORY, over="own_pages", row={**PAGE, "hreflang": []}, gate=f"{INDEXABLE} and is_site_in_languages",
        closed=({"is_indexable": False, "is_site_in_languages": True}, {"is_site_in_languages": False}), source=_GUIDE,
    )(
        "hreflang-missing", "Page without language versions on a site that has them", "notice low", "len(hreflang) = 0",
        bad={"is_site_in_languages": True}, good={"is_site_in_languages": True, "hreflang": _SET},
        shows="html_lang language",
        why="Readers of other languages are not led to their version, if there is one.",
        fix="Add the set where the page has versions; leave it where it has none.",
    ),
    _page(
        "hreflang-outside-head", "Language versions stand outside the head", "issue high", "is_hreflang_in_body",
        bad={"is_hreflang_in_body": True}, good={"is_hreflang_in_body": False}, closed=({"hreflang": []},),
        why="Search engines ignore them there.", fix="Find what closes the head too early, and move them up.",
    ),
    _page(
        "hreflang-relative", "Language version by a relative address", "warning medium", "has_relative_hreflang",
        bad={"has_relative_hreflang": True}, good={"has_relative_hreflang": False}, closed=({"hreflang": []},),
        why="Google asks for whole addresses; what a relative one means changes with the page.",
        fix="Write the address in full, with https://.",
    ),
    _page(
        "hreflang-lang-mismatch", "Page names its language in two ways", "warning medium",
        "lower(left(list_filter(list_filter(hreflang, lambda h: h.url = url), lambda h: h.lang <> "
        "'x-default')[1].lang, 2)) "
        "<> lower(left(html_lang, 2))",
        bad={"html_lang": "de"},
        good=({"html_lang": "EN-gb"}, {"html_lang": "en", "hreflang": [_SET[2], _SELF]},
              {"html_lang": "en", "hreflang": [_SET[1], _SELF]}), closed=({"hreflang": []},), shows="html_lang",
        why="The set says one language, the lang attribute another.", fix="Correct the one that is wrong.",
    ),
    _page(
        "hreflang-source-conflict", "Page, header and sitemap name different versions", "warning medium",
        "n_header_alternates > 0 and n_header_alternates <> n_page_alternates or n_map_alternates > 0 "
        "and n_page_alternates > 0 and (n_map_alternates <> len(hreflang) or n_page_alternates <> len(hreflang))",
        bad=({"n_header_alternates": 1}, {"n_map_alternates": 2}, {"n_map_alternates": 3, "n_page_alternates": 2}),
        good=({"n_header_alternates": 3}, {"n_header_alternates": 0}, {"n_map_alternates": 3},
              {"n_map_alternates": 3, "n_page_alternates": 0}, {"n_map_alternates": 0, "n_page_alternates": 2}),
        shows="n_header_alternates n_page_alternates n_map_alternates",
        why="Lists of versions are kept up separately, and one is out of date.", fix="Keep one of them.",
        limits="Versions of the header are counted with those of the page.",
    ),
    Form(
        category=CATEGORY, over="language_targets", row={"url": SITE + "de", "n_languages": 1, "langs": ["de"]},
        source=_GUIDE,
    )(
        "hreflang-one-url-many-langs", "One page that is named for several languages", "warning medium",
        "n_languages > 1", bad={"n_languages": 2, "langs": ["de", "fr"]}, good={}, shows="langs n_pages",
        why="A page is written in one language: the others lead their readers to words that they do not read.",
        fix="Name it for its own language and for x-default; several countries of one language are fine.",
    ),
)  # fmt: skip
