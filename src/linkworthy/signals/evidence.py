"""What a signal shows as its evidence: columns of ``backlinks`` in words, as SQL because links are many."""

from __future__ import annotations

from collections.abc import Sequence

from linkworthy.catalogue.signal import Signal
from linkworthy.engine.embedded import quoted
from linkworthy.tables import table

MAX_EVIDENCE = 160
"""Characters shown of one value."""

_PHRASES = {
    "authority": "own score {} of 100",
    "authority_rank": "place {} in the graph",
    "authority_low": "noise from {}",
    "authority_high": "to {}",
    "trust": "trust {} of 100",
    "spam_mass": "a share of {} of its score is from elsewhere than good seeds",
    "anchor": "anchor “{}”",
    "before": "before it “{}”",
    "after": "after it “{}”",
    "keyword": "keyword “{}”",
    "source_title": "title “{}”",
    "paid_words": "it says “{}”",
    "scraped_url": "copied from {}",
    "network_evidence": "{}",
    "network_size": "{} linking domains together",
    "n_id_domains": "{} other linking domains have its identifier",
    "n_address_domains": "{} other linking domains at its address",
    "n_subnet_domains": "{} other linking domains in its address range",
    "n_design_domains": "{} other linking domains have its design",
    "n_text_domains": "{} other linking domains have its text",
    "n_interlink_domains": "linked with {} other linking domains",
    "n_cocited_domains": "{} other linking domains link to the same rare sites",
    "n_tag_domains": "{} other linking domains have its analytics account",
    "n_title_domains": "{} other linking domains have its slogan",
    "n_snippet_domains": "the same words on {} other linking domains",
    "n_peer_domains": "{} other domains that were read link to it",
    "n_page_inlinks": "{} other pages of its site link to the page",
    "n_hidden_external": "{} hidden links on it",
    "sells_words": "the site says “{}”",
    "invites_guests": "invites guest posts: {}",
    "names_contact": "says who runs it: {}",
    "names_policy": "has rules of its own: {}",
    "comment_followed_share": "share of {} of its comments' links followed",
    "site_poison_share": "share of {} of its pages link to spam trades",
    "one_shot_share": "share of {} of its articles link to one or two sites",
    "is_listed": "a search engine lists it: {}",
    "listed_at": "seen on {}",
    "is_parked": "parked or for sale: {}",
    "is_machine_page": "a table about a domain: {}",
    "has_wall": "behind a login or a subscription: {}",
    "n_spun_anchors": "{} variants of the anchor",
    "n_anchor_burst": "{} domains with this anchor within days",
    "n_burst_domains": "{} new linking domains in its week",
    "burst_ratio": "{} times the usual week",
    "burst_lost_share": "share of them lost since {}",
    "n_footprint": "{} marks of open submission",
    "n_comment_domains": "{} other domains in its comments",
    "n_same_link_pages": "the same link on {} pages of it",
    "sitewide_share": "on a share of {} of its pages read",
    "n_pages_read": "{} of its pages read",
    "first_seen_at": "first seen {}",
    "last_seen_at": "last seen {}",
    "published_at": "dated {}",
    "n_poison_words": "{} poison words in its text",
    "n_poison_anchors": "{} links on it with poison words",
    "anchor_domains": "{} domains use the anchor",
    "anchor_share": "share of domains with this anchor {}",
}
"""How a column reads in a sentence, where its name alone does not."""


def phrases_sql(signals: Sequence[Signal]) -> str:
    """Give the select list of all columns that any of the signals shows, each in words as ``p_`` and its name."""
    names = sorted({name for signal in signals for name in signal.evidence})
    kinds = {column.name: column.kind for column in table("backlinks").columns}
    return ", ".join(f"{_phrase(name, kinds[name])} as p_{name}" for name in names)


def evidence_sql(signal: Signal) -> str:
    """Give the SQL expression of a signal's evidence over its phrases; what is null or empty is left out."""
    return f"concat_ws('; ', {', '.join(f'p_{name}' for name in signal.evidence)})"


def _phrase(name: str, kind: str) -> str:
    before, _, after = _PHRASES.get(name, f"{_plain(name)} {{}}").partition("{}")
    shown = _shown(name, kind)
    return f"{quoted(before)} || {shown}" + (f" || {quoted(after)}" if after else "")


def _plain(name: str) -> str:
    return name.removeprefix("n_").removeprefix("is_").removeprefix("has_").removesuffix("_at").replace("_", " ")


def _shown(name: str, kind: str) -> str:
    match kind:
        case "bool":
            return f"case {name} when true then 'yes' when false then 'no' end"
        case "double":
            return f"rtrim(rtrim(printf('%.2f', {name}), '0'), '.')"
        case "instant":
            return f"{name}::date::varchar"
        case "list<string>":
            return f"case when len({name}) > 0 then left(array_to_string({name}, ', '), {MAX_EVIDENCE}) end"
        case "string":
            return f"left(nullif({name}, ''), {MAX_EVIDENCE})"
    return f"{name}::varchar"
