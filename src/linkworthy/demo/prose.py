"""Puts texts together from a topic's vocabulary; the same random stream gives the same text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from random import Random

from linkworthy.demo.words import grammar
from linkworthy.demo.words.form import Topic

_SLOT = re.compile(r"\{(\w+)\}")
_ARTICLE = re.compile(r"\b([Aa]) (?=(?!one|uni|use|eu)[aeiou])")


class Prose:
    """A writer with a vocabulary, names and places of its own, and a random stream that every text moves on."""

    def __init__(self, rng: Random, topic: Topic, people: Sequence[str], places: Sequence[str]) -> None:
        self.rng = rng
        self.topic = topic
        self._given = tuple(name.split()[0] for name in people)
        self._places = tuple(places)

    def fill(self, pattern: str, topic: Topic | None = None, *, is_shaded: bool = False) -> str:
        """Fill the slots of a pattern; no word comes twice, and shaded ones may get another before them."""
        used: set[str] = set()
        subject = topic or self.topic

        def choose(match: re.Match[str]) -> str:
            options = [word for word in self._options(match[1], subject) if word not in used]
            word = self.rng.choice(options)
            used.add(word)
            return self._shaded(match[1], word) if is_shaded else word

        return _ARTICLE.sub(r"\1n ", _SLOT.sub(choose, pattern))

    def sentence(self, patterns: Sequence[str] = grammar.CLAUSES, topic: Topic | None = None) -> str:
        """Write one sentence of one or two clauses."""
        first, second = self.rng.sample(patterns, 2)
        text = self.fill(first, topic, is_shaded=True)
        if self.rng.random() < 0.6:
            text += self.rng.choice(grammar.JOINERS) + self.fill(second, topic, is_shaded=True)
        if self.rng.random() < 0.35:
            text = f"{self.fill(self.rng.choice(grammar.OPENERS), topic, is_shaded=True)}, {text}"
        mark = "?" if first.startswith(("does", "has anybody")) and "," not in text else "."
        return text[0].upper() + text[1:] + mark

    def paragraph(
        self, sentences: int = 4, patterns: Sequence[str] = grammar.CLAUSES, topic: Topic | None = None
    ) -> str:
        """Write a paragraph."""
        return " ".join(self.sentence(patterns, topic) for _ in range(sentences))

    def paragraphs(
        self, count: int, patterns: Sequence[str] = grammar.CLAUSES, topic: Topic | None = None
    ) -> list[str]:
        """Write paragraphs of three to five sentences."""
        return [self.paragraph(self.rng.randint(3, 5), patterns, topic) for _ in range(count)]

    def headline(self, topic: Topic | None = None) -> str:
        """Write a headline."""
        subject = topic or self.topic
        pattern = self.rng.choice(
            (
                "{T} for {G}: what we learned",
                "How {H} choose {A} {T}",
                "{S} or {S2} for {T}?",
                "Why {W} happen, and what the {P} has to do with it",
                "{G} with {A} {T}",
                "A closer look at the {P}",
                "{n} questions about {T}",
                "When {W} spoil {G}",
            )
        )
        text = self.fill(pattern, subject)
        return text[0].upper() + text[1:]

    def _shaded(self, slot: str, word: str) -> str:
        shades = grammar.SHADES.get("S" if slot == "S2" else slot)
        return f"{self.rng.choice(shades)} {word}" if shades and self.rng.random() < 0.45 else word

    def _options(self, slot: str, topic: Topic) -> tuple[str, ...]:
        return {
            "T": topic.things,
            "P": topic.parts,
            "S": topic.stuff,
            "S2": topic.stuff,
            "A": topic.traits,
            "A2": topic.traits,
            "G": topic.acts,
            "W": topic.woes,
            "H": topic.people,
            "V": topic.verbs,
            "N": self._given,
            "place": self._places,
            "time": grammar.TIMES,
            "span": grammar.SPANS,
            "often": grammar.OFTEN,
            "ease": grammar.EASE,
            "n": grammar.NUMBERS,
        }[slot]
