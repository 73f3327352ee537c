"""Which KPI somebody may have meant who searched for a word that stands on no card."""

from __future__ import annotations

from collections.abc import Iterable

from rapidfuzz import fuzz

from kpi_engine.views.kpi_card import Card

CALLED: dict[str, tuple[str, ...]] = {
    "total_value": ("pipeline value", "pipeline size", "open value"),
    "expected_value": ("weighted pipeline", "weighted value", "expected revenue"),
    "won_value": ("revenue", "bookings", "turnover", "sales", "order intake", "income"),
    "won_deals": ("orders", "closed won", "sales won"),
    "win_rate": ("hit rate", "close rate", "closing rate", "conversion rate"),
    "average_won_value": ("average deal size", "deal size", "basket", "average order value"),
    "cycle_days": ("deal duration", "time to close", "lead time"),
    "pipeline_coverage": ("quota coverage", "cover"),
    "meetings_held": ("appointments", "demos", "sales calls"),
    "qualified_meetings": ("sql", "good meetings", "bant"),
    "dials": ("cold calls", "phone calls", "call attempts"),
    "connect_rate": ("reach rate", "pickup rate", "answer rate"),
    "held_rate": ("no show", "show rate"),
    "hosted_visits_held": ("site visits", "plant tours", "showroom visits"),
    "social_touches": ("linkedin", "social selling"),
    "contacts_added": ("new contacts", "new prospects"),
    "next_step_coverage": ("follow up planned",),
    "follow_up_on_time_rate": ("missed follow ups", "punctuality"),
    "stale_value": ("stuck deals", "dead wood", "ageing"),
    "slipped_value": ("slippage", "overdue deals"),
    "lost_deals": ("churned deals", "closed lost"),
}
"""What else people call some KPIs, beside the label."""

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
    return (one.label.casefold(), one.name.replace("_", " "), *CALLED.get(one.name, ()))


def _alike(asked: str, name: str) -> float:
    """0 to 100, of two names; a part of a longer name is worth a little less than the whole."""
    part = 0.9 * fuzz.partial_ratio(asked, name) if _SHORTEST <= len(asked) <= len(name) else 0.0
    return max(fuzz.token_sort_ratio(asked, name), part)
