"""The typed Python API: what the command line, the reports and the interface ask of a snapshot."""

from linkworthy.questions.anything import rows_of, size_of, sql
from linkworthy.questions.domains import anchors, domains
from linkworthy.questions.links import LinkFilter, backlinks, count
from linkworthy.questions.open import Answers
from linkworthy.questions.summary import summary

__all__ = ["Answers", "LinkFilter", "anchors", "backlinks", "count", "domains", "rows_of", "size_of", "sql", "summary"]
