"""Vocabulary and grammar of the demonstration web, written for it and used nowhere else."""

from linkworthy.demo.words.form import Topic
from linkworthy.demo.words.others import ADJACENT, CASINO, CIVIC, OFF_TOPIC, PILLS, RESEARCH
from linkworthy.demo.words.trades import TRADES

__all__ = ["ADJACENT", "CASINO", "CIVIC", "OFF_TOPIC", "PILLS", "RESEARCH", "TRADES", "Topic"]
