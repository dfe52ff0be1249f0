"""The typed Python API: what the command line, the reports and the interface ask of a snapshot."""

from linkworthy.questions.anything import about_sql, about_table, rows_of, size_of, sql
from linkworthy.questions.coverage import coverage, gains, overlaps, unseen
from linkworthy.questions.disputes import disagreements, dispute_counts, witnesses
from linkworthy.questions.domains import about_anchors, about_domains, anchors, domains
from linkworthy.questions.links import LinkFilter, about_links, backlinks, count
from linkworthy.questions.open import Answers, Question, Stream
from linkworthy.questions.summary import summary

__all__ = [
    "Answers",
    "LinkFilter",
    "Question",
    "Stream",
    "about_anchors",
    "about_domains",
    "about_links",
    "about_sql",
    "about_table",
    "anchors",
    "backlinks",
    "count",
    "coverage",
    "disagreements",
    "dispute_counts",
    "domains",
    "gains",
    "overlaps",
    "rows_of",
    "size_of",
    "sql",
    "summary",
    "unseen",
    "witnesses",
]
