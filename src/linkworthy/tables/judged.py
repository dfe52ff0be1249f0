"""What we conclude: findings and their coverage, signals and verdicts, prospects."""

from __future__ import annotations

from linkworthy.tables.form import Column as C  # noqa: N817 - a table reads as a list of columns
from linkworthy.tables.form import Table

FINDINGS = Table(
    name="findings",
    about="One row that a rule flags. Keys only: the evidence is read from the judged table when it is asked for.",
    key=("rule", "key", "n"),
    sort=("rule", "key", "n"),
    written_by="audit",
    columns=(
        C("rule", "string", "slug of the rule"),
        C("over", "string", "relation that the rule judges"),
        C("key", "string", "first key column of the flagged row"),
        C("n", "int32", "second key column of the flagged row", "the relation's key has one column"),
        C("severity", "string", "issue, warning, opportunity, notice"),
        C("priority", "string", "high, medium, low"),
        C("value", "double", "what it holds back: referring domains and visits behind the page, for sorting"),
    ),
)

COVERAGE = Table(
    name="coverage",
    about="What each rule was judged on: never silently green.",
    key=("rule",),
    sort=("rule",),
    written_by="audit",
    columns=(
        C("rule", "string", "slug of the rule"),
        C("over", "string", "relation that the rule judges"),
        C("state", "string", "judged, not judged, muted (by the owner's rules.toml)"),
        C("needs", "string", "what is missing, or who muted it", "judged"),
        C("n_rows", "int64", "rows that pass the rule's gate"),
        C("n_flagged", "int64", "rows that it flags"),
        C("n_unknown", "int64", "rows that it could not judge"),
    ),
)

SEGMENTS = Table(
    name="segments",
    about="One own page of one segment: the parts of the site that rules.toml names. A page may be in several.",
    key=("segment", "url"),
    sort=("segment", "url"),
    written_by="audit",
    columns=(
        C("segment", "string", "name of the segment"),
        C("url", "string", "own page"),
    ),
)

SIGNALS = Table(
    name="signals",
    about="One signal of one link.",
    key=("link_id", "signal"),
    sort=("link_id", "signal"),
    written_by="judge",
    columns=(
        C("link_id", "string", "link identity"),
        C("signal", "string", "slug of the signal"),
        C("aspect", "string", "criterion or kind that it speaks to"),
        C("value", "double", "measured value in the signal's unit", "not known for this link"),
        C("score", "double", "place on the ramp, 0..1: 1 is fully good for a criterion, fully present for a kind", "not known for this link"),
        C("weight", "double", "weight of the signal in its aspect"),
    ),
)

VERDICTS = Table(
    name="verdicts",
    about="The verdict on one link as an explained sum.",
    key=("link_id",),
    sort=("verdict", "source_domain", "source_url"),
    written_by="judge",
    columns=(
        C("link_id", "string", "link identity"),
        C("source_url", "string", "linking page"),
        C("source_domain", "string", "its registrable domain"),
        C("target_url", "string", "own page", "only the linking page is known"),
        C("anchor", "string", "anchor", "nobody says"),
        C("verdict", "string", "keep, watch, act, disavow, not known"),
        C("reason", "string", "the verdict in one sentence, with its strongest evidence"),
        C("count_line", "string", "does it count: followed or not and by whose word, indexable, redirected, hidden, doubled, its share"),
        C("kinds", "list<string>", "kinds of harm found: network, automated, comment, sitewide, irrelevant"),
        C("relevance", "double", "criterion, 0..1", "no signal of it is known"),
        C("authority", "double", "criterion, 0..1", "no signal of it is known"),
        C("link_quality", "double", "criterion, 0..1", "no signal of it is known"),
        C("editorial", "double", "criterion, 0..1", "no signal of it is known"),
        C("outbound", "double", "criterion, 0..1", "no signal of it is known"),
        C("indexing", "double", "criterion, 0..1", "no signal of it is known"),
        C("goodness", "double", "weighted mean of the criteria known, 0..1", "no criterion is known"),
        C("harm", "double", "largest harm of the five kinds, 0..1", "no kind could be judged"),
        C("harm_network", "double", "harm of the kind, 0..1: the sum of its terms", "no signal of it is known"),
        C("harm_automated", "double", "harm of the kind, 0..1: the sum of its terms", "no signal of it is known"),
        C("harm_comment", "double", "harm of the kind, 0..1: the sum of its terms", "no signal of it is known"),
        C("harm_sitewide", "double", "harm of the kind, 0..1: the sum of its terms", "no signal of it is known"),
        C("harm_irrelevant", "double", "harm of the kind, 0..1: the sum of its terms", "no signal of it is known"),
        C("terms", "list<term>", "every signal known, with its contribution"),
        C("n_known", "int32", "signals known"),
        C("n_signals", "int32", "signals in the catalogue"),
        C("coverage_share", "double", "weight of the signals known against all, 0..1"),
        C("would_change", "string", "what would change the verdict"),
        C("label", "string", "the user's own word, which stands before ours", "the user gave none"),
    ),
)

PROSPECTS = Table(
    name="prospects",
    about="One chance for another good link: we find and judge, the user writes.",
    key=("kind", "url"),
    sort=("worth", "kind", "url"),
    written_by="prospects",
    columns=(
        C("kind", "string", "forum, blog, directory, competitor, broken, lost, mention"),
        C("url", "string", "page to work with"),
        C("domain", "string", "its registrable domain"),
        C("title", "string", "its title", "not read, or none"),
        C("why", "string", "why it is a prospect, with the evidence"),
        C("how", "string", "what to do there"),
        C("target_url", "string", "own page to link to", "any"),
        C("suggested_anchor", "string", "naked or branded anchor to ask for"),
        C("relevance", "double", "likeness to the owner's topic, 0..1", "not read"),
        C("is_followed", "bool", "links there are followed", "not known"),
        C("n_competitors", "int32", "competitors that it links to"),
        C("last_active_at", "instant", "latest date on its pages", "none found"),
        C("worth", "double", "order of value, 0..1, from the columns before"),
        C("worth_terms", "string", "the arithmetic of worth"),
    ),
)

JUDGED = (FINDINGS, COVERAGE, SEGMENTS, SIGNALS, VERDICTS, PROSPECTS)
