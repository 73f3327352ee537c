"""Which KPI somebody may have meant who searched for a word that stands on no card."""

from __future__ import annotations

from collections.abc import Iterable

from rapidfuzz import fuzz

from kpi_engine.metrics.registry import METRICS
from kpi_engine.views.kpi_card import Card

MOST = 3
_ALIKE = 75.0
_SHORTEST = 4
"""A part of a name is looked for from so many letters on: shorter ones are everywhere."""


def nearest(text: str, cards: Iterable[Card]) -> list[Card]:
    """The cards whose label, name or another name comes nearest, the nearest first; none where none is near.

    >>> from kpi_engine.views.kpi_card import cards
    >>> [one.label for one in nearest("hit rate", cards())][0]
    'Win rate'
    >>> nearest("qqqq", cards())
    []
    """
    asked = " ".join(text.casefold().replace("_", " ").split())
    if not asked:
        return []
    scored = [(max(_alike(asked, name) for name in _names(one)), -i, one) for i, one in enumerate(cards)]
    return [one for score, _, one in sorted(scored, key=lambda s: s[:2], reverse=True)[:MOST] if score >= _ALIKE]


def _names(one: Card) -> tuple[str, ...]:
    return (one.label.casefold(), one.name.replace("_", " "), *METRICS[one.name].searched_as)


def _alike(asked: str, name: str) -> float:
    """0 to 100, of two names; a part of a longer name is worth a little less than the whole."""
    part = 0.9 * fuzz.partial_ratio(asked, name) if _SHORTEST <= len(asked) <= len(name) else 0.0
    return max(fuzz.token_sort_ratio(asked, name), part)
