"""The form of a topic's vocabulary."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """The words that texts about one subject are put together from."""

    key: str
    name: str
    """The subject in words."""
    things: tuple[str, ...]
    """Plural nouns: what it is about."""
    parts: tuple[str, ...]
    """Singular nouns: parts and features of these."""
    stuff: tuple[str, ...]
    """Mass nouns: what they are made of or with."""
    traits: tuple[str, ...]
    """Adjectives."""
    acts: tuple[str, ...]
    """Gerund phrases: what people do."""
    woes: tuple[str, ...]
    """Plural noun phrases: what goes wrong."""
    people: tuple[str, ...]
    """Plural nouns: who cares."""
    verbs: tuple[str, ...]
    """Transitive verbs in their base form."""
    money: tuple[str, ...] = ()
    """Search words of buyers, the owner's main one first."""
    brands: tuple[tuple[str, str], ...] = ()
    """Pairs of words that shops of this trade are named with."""
    ranges: tuple[str, ...] = ()
    """Categories of a shop, four of them."""
    neighbour: str = ""
    """Key of the adjacent topic."""


def words(text: str) -> tuple[str, ...]:
    """Split a line of vocabulary at its bars."""
    return tuple(part.strip() for part in text.split("|"))
