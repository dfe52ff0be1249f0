"""The judgement's signals, one module a criterion or a kind of harm, and the verdict that they add up to."""

from linkworthy.signals.every import SIGNALS
from linkworthy.signals.judge import judge_links

__all__ = ["SIGNALS", "judge_links"]
