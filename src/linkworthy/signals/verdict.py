"""The verdict on one link: keep, watch, act, disavow or not known, with its reason and what would change it.

The user's own word stands first. Then: a link that is gone, one that could not be checked, harm that was found,
what the owner can
mend, and last whether it is good. Disavow takes strong harm of a network or of automation on a link that counts;
never a protected
site, and never list, vendor or name evidence, of which no signal of harm reads any.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from linkworthy.signals.sums import FOUND, Sum

DISAVOW = 0.7
"""Harm of a network or of automation from which on a counting link is for the disavow file."""
SHOWN = 0.3
"""Harm from which on a link is watched though nothing is found."""
GOOD = 0.45
"""Goodness from which on a link is kept without more ado."""
MIN_COVERAGE = 0.35
"""Weight of the signals known, of all, below which nothing is said of a link's goodness."""

_NEVER_HARMFUL = ("own", "partner", "government", "education")
_KIND_WORDS = {
    "network": "a link network", "automated": "automated link building", "comment": "a spam or bought comment",
    "sitewide": "a sitewide link", "irrelevant": "an irrelevant page",
}  # fmt: skip
_GONE_WORDS = {
    "link-removed": "the page is there and the link is not", "page-404": "the linking page answers 404",
    "page-410": "the linking page answers 410", "domain-gone": "the linking site is gone",
    "page-redirected": "the linking page redirects elsewhere",
}  # fmt: skip
_LABEL_VERDICTS = {"good": "keep", "bad": "disavow", "ignore": "watch"}


READS = (
    "state", "state_reason", "protected_as", "is_protected", "counts", "counts_reason", "is_followed", "n_visits",
    "target_status", "paid_words", "region", "is_scraped", "scraped_url", "label",
)  # fmt: skip
"""Columns of ``backlinks`` that a verdict reads beside its signals."""

Shown = Callable[[int], str]
"""Gives the evidence of one signal of the link by its place in the catalogue: few links need it, so it comes late."""


class Decision(NamedTuple):
    """A verdict with its words."""

    verdict: str
    reason: str
    would_change: str
    kinds: tuple[str, ...] = ()


def decide(row: Mapping[str, Any], total: Sum, shown: Shown) -> Decision:
    """Say what to do about a link, from its row of ``backlinks`` and the sum of its signals."""
    ours = _ours(row, total, shown)
    label = row.get("label")
    if label not in _LABEL_VERDICTS:
        return ours
    verdict = _LABEL_VERDICTS[label]
    agree = "as we would" if verdict == ours.verdict else f"we would say {ours.verdict}: {ours.reason}"
    return Decision(verdict, f"You called it {label}, {agree}", "Taking your label back.", ours.kinds)


def _ours(row: Mapping[str, Any], total: Sum, shown: Shown) -> Decision:
    kinds = () if row.get("protected_as") in _NEVER_HARMFUL else total.found
    if row.get("state") == "gone":
        return _gone(row, total, kinds)
    if kinds:
        return _harmful(row, total, kinds, shown)
    if row.get("state") == "could not check":
        why = f"The linking page could not be read ({row.get('state_reason') or 'no answer'})."
        return Decision("not known", why, "A check that gets an answer.")
    return _to_mend(row) or _shown_harm(row, total, shown) or _by_goodness(row, total)


def _by_goodness(row: Mapping[str, Any], total: Sum) -> Decision:
    if total.goodness is None or total.coverage_share < MIN_COVERAGE:
        why = f"Only {total.n_known} signals are known, {total.coverage_share:.0%} of their weight."
        return Decision("not known", why, "Reading the linking page: 'linkworthy verify'.")
    return _good_or_not(row, total)


def _gone(row: Mapping[str, Any], total: Sum, kinds: tuple[str, ...]) -> Decision:
    state = str(row.get("state_reason") or "not found")
    why = _GONE_WORDS.get(state, state)
    if kinds:
        return Decision(
            "watch",
            f"It is gone ({why}), and it was {_KIND_WORDS[kinds[0]]}: nothing to win back.",
            "Its return.",
            kinds,
        )
    if row.get("state_reason") == "domain-gone":
        return Decision("watch", f"It is gone: {why}.", "The site's return.")
    if total.goodness is not None and total.goodness < 0.3 and not row.get("n_visits"):
        return Decision(
            "watch", f"It is gone ({why}), and little was lost: goodness {total.goodness:.2f}.", "Its return."
        )
    ask = (
        "Ask the author to set it again."
        if row.get("state_reason") == "link-removed"
        else "Ask where the page went, or offer a successor."
    )
    return Decision("act", f"It is gone: {why}. {ask}", "Its return, or a note that it is not worth the letter.")


def _harmful(row: Mapping[str, Any], total: Sum, kinds: tuple[str, ...], shown: Shown) -> Decision:
    first = kinds[0]
    reason = f"It looks like {_KIND_WORDS[first]} (harm {total.harms[first]:.2f}): {_said(total, first, shown)}."
    strongest = ", ".join(total.signals[i].slug for i in total.strongest(first)[:3])
    change = f"Other evidence on: {strongest}; or your label 'good'."
    if row.get("counts") == "no" or row.get("is_followed") is False:
        why = row.get("counts_reason") or "not followed"
        return Decision(
            "watch",
            f"{reason} It does not count ({why}), so there is nothing to disavow.",
            "Its losing that mark.",
            kinds,
        )
    is_live = row.get("state") == "live"
    worst = max((total.harms[kind] or 0.0 for kind in kinds if kind in {"network", "automated"}), default=0.0)
    if worst >= DISAVOW and not row.get("is_protected") and is_live:
        return Decision("disavow", f"{reason} It is live and counts.", change, kinds)
    if not is_live:
        return Decision("watch", f"{reason} It was not seen live.", "A check that gets an answer.", kinds)
    if first == "network" or set(kinds) == {"irrelevant"}:
        return Decision(
            "watch", f"{reason} Search engines tend to ignore such links; nothing needs to be done.", change, kinds
        )
    todo = {
        "comment": "If you or an agency placed it, have it removed; else ask the blog to delete it.",
        "sitewide": "Ask for rel=nofollow, or for one link in a page that fits.",
        "automated": "If you or an agency ordered it, have it removed.",
    }.get(
        first if first != "irrelevant" else next(kind for kind in kinds if kind != "irrelevant"), "Ask for its removal."
    )
    return Decision("act", f"{reason} {todo}", change, kinds)


def _said(total: Sum, aspect: str, shown: Shown) -> str:
    """Name the three strongest signals, the first with its evidence; the terms hold that of all."""
    strongest = total.strongest(aspect)[:3]
    if not strongest:
        return "no single strong sign"
    first, *others = strongest
    evidence = shown(first)
    proof = f" ({evidence})" if evidence else ""
    return "; ".join([f"{total.signals[first].title}{proof}", *(total.signals[i].title for i in others)])


def _to_mend(row: Mapping[str, Any]) -> Decision | None:
    """Give what the owner can mend at once: a broken target, a paid link without its mark."""
    status = row.get("target_status")
    if status is not None and status >= 400:
        why = f"The link leads to a page of yours that answers {status}: mend it, or redirect it to its successor."
        return Decision("act", why, "The target's answering 200.")
    if row.get("paid_words") and row.get("is_followed") and row.get("region") in {"main", None}:
        why = f"The page calls itself paid ({row['paid_words']!r}) and the link is followed: ask for rel=sponsored."
        return Decision("act", why, "rel=sponsored on the link, or the wording's being about something else.")
    return None


def _shown_harm(row: Mapping[str, Any], total: Sum, shown: Shown) -> Decision | None:
    if row.get("protected_as") in _NEVER_HARMFUL:
        return None
    if row.get("is_scraped"):
        return Decision(
            "watch",
            f"The page is a copy of {row.get('scraped_url')}: search engines ignore copies.",
            "A text of its own.",
        )
    kind = max(
        (kind for kind in total.harms if total.harms[kind] is not None),
        key=lambda kind: total.harms[kind] or 0.0,
        default=None,
    )
    if kind is None or (total.harms[kind] or 0.0) < SHOWN or (total.goodness or 0.0) >= GOOD + 0.15:
        return None
    said = _said(total, kind, shown)
    why = f"A sign of {_KIND_WORDS[kind]} that nothing corroborates (harm {total.harms[kind]:.2f}): {said}."
    return Decision("watch", why, "A second, independent sign.")


def _good_or_not(row: Mapping[str, Any], total: Sum) -> Decision:
    goodness = total.goodness or 0.0
    order = sorted(
        (name for name in total.criteria if total.criteria[name] is not None),
        key=lambda name: -(total.criteria[name] or 0.0),
    )
    best, worst = order[0].replace("_", " "), order[-1].replace("_", " ")
    ends = f"best in {best} ({total.criteria[order[0]]:.2f}), weakest in {worst} ({total.criteria[order[-1]]:.2f})"
    figures = f"goodness {goodness:.2f}; {ends}"
    note = f" It does not count for search engines ({row.get('counts_reason')})." if row.get("counts") == "no" else ""
    if goodness >= GOOD:
        return Decision(
            "keep",
            f"A good link: {figures}.{note}",
            f"Goodness under {GOOD}, or a kind of harm at {FOUND} with two independent signs.",
        )
    return Decision(
        "watch", f"Neither good nor harmful: {figures}.{note}", f"Goodness of {GOOD}: {worst} is what it lacks."
    )
