"""Targets as a manager and a rep say them to each other: how far, how likely, what next. Never a rank."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Literal

import numpy as np

from kpi_engine.forecasting.feasibility import Feasibility, Outlook, is_flow
from kpi_engine.metrics.kinds import METRICS, Direction, Ratio, Unit
from kpi_engine.names import Status
from kpi_engine.periods import working_days
from kpi_engine.views import words

State = Literal["reached", "missed", "ahead", "on pace", "behind", "not begun", "too early to say", "not there yet"]

GOOD: tuple[State, ...] = ("reached", "ahead", "on pace")
"""What needs nobody's worry."""

_NEAR, _NEAR_SHARE = 0.1, 0.05
_SURE, _NEVER = 0.99, 0.01


def said(kpi: str, value: float | None, currency: str | None = None) -> str:
    """A KPI's number as it stands on screen.

    >>> said("qualified_rate", 0.456), said("meetings", 12.0), said("meetings", 1.25), said("won_value", 96000, "AUD")
    ('46 %', '12', '1.2', 'A$96k')
    """
    if value is None or not words.is_number(value):
        return words.NOTHING
    unit = METRICS[kpi].unit
    if unit is Unit.SHARE:
        return words.share(value)
    if unit in (Unit.MONEY, Unit.MONEY_PER_DAY):
        return words.money(value, currency)
    return words.count(value) if float(value).is_integer() or value >= 20 else f"{value:.1f}"


def state_of(found: Outlook, target: float) -> State:
    """Where a target stands against its pace: within a tenth of it, or less than one case, is on pace."""
    so_far, one = found.so_far, found.metric
    is_below = one.direction is Direction.DOWN
    if found.about.period.start > found.as_of:
        return "not begun"
    if so_far is None:
        return "too early to say"
    is_met = so_far <= target if is_below else so_far >= target
    if found.is_over:
        return "reached" if is_met else "missed"
    if isinstance(one, Ratio):
        if one.unit is not Unit.SHARE:
            return "reached" if is_met else "not there yet"
        if found.cases < max(one.min_n, 1):
            return "too early to say"
        gap = (target - so_far) if is_below else (so_far - target)
        return "ahead" if gap > _NEAR_SHARE else "on pace" if gap >= -_NEAR_SHARE else "behind"
    pace = found.expected_by_now(target)
    if pace is None:
        return "reached" if is_met else "not there yet"
    if is_below:
        return "missed" if not is_met else "on pace" if so_far <= pace * (1 + _NEAR) else "behind"
    if is_met:
        return "reached"
    near = max(_NEAR * pace, 1.0 if one.unit is Unit.COUNT else 0.0)
    return "ahead" if so_far > pace + near else "on pace" if so_far >= pace - near else "behind"


def progress(found: Outlook, target: float, currency: str | None) -> str:
    """How far it is, and where the pace would be."""
    kpi = found.about.kpi
    if found.about.period.start > found.as_of:
        return f"begins on {words.day(found.about.period.start)}"
    done = f"{said(kpi, found.so_far, currency)} of {said(kpi, target, currency)}"
    if isinstance(found.metric, Ratio):
        return f"{said(kpi, found.so_far, currency)}, agreed {said(kpi, target, currency)} (from {found.cases:,})"
    pace = found.expected_by_now(target)
    is_met = found.so_far is not None and found.so_far >= target and found.metric.direction is not Direction.DOWN
    if found.is_over or pace is None or is_met:
        return done
    shown = float(np.round(pace)) if found.metric.unit is Unit.COUNT else pace
    if state_of(found, target) == "on pace":
        return f"{done}; the pace is about {said(kpi, shown, currency)} by now"
    return f"{done}; {said(kpi, shown, currency)} by now would be on pace"


def realism(found: Outlook, chance: Feasibility) -> str:
    """How likely it is, from what: a band, the chance, its interval and the weeks it rests on."""
    if found.is_over:
        return ""
    if chance.status is Status.TOO_FEW:
        return f"Too little history to say how likely it is: {found.why_not}."
    if chance.probability is None or chance.band is None:
        return f"How likely it is cannot be said: {found.why_not}."
    is_met = found.so_far is not None and is_flow(found.metric) and found.so_far >= chance.target
    if is_met and found.metric.direction is not Direction.DOWN:
        return "Already there."
    spread = words.share_span(chance.lower, chance.upper)
    told = f"{chance.band.capitalize()}, {likely(chance.probability)} ({spread}), from {chance.n} of their own weeks"
    return f"{told}{', seasons counted' if found.is_seasonal else ''}.{changing(found)}"


def likely(probability: float) -> str:
    """A chance without a false certainty.

    >>> likely(0.432), likely(0.001), likely(0.999)
    ('43 %', 'under 1 %', 'over 99 %')
    """
    if probability < _NEVER:
        return "under 1 %"
    return "over 99 %" if probability > _SURE else words.share(probability)


def changing(found: Outlook) -> str:
    """That a level is still changing, where it is."""
    if found.change is None:
        return ""
    way = "rising" if found.change > 1 else "falling"
    return (
        f" Their level is still {way} (the last six weeks are {found.change:.1f} times those before): the chance may "
        f"be too {'low' if found.change > 1 else 'high'}."
    )


def next_step(found: Outlook, target: float, chance: Feasibility, currency: str | None, is_due: bool) -> str:
    """What to do, beside the number."""
    if found.is_over:
        return "Look at it together, and agree on the next one." if is_due else ""
    state = state_of(found, target)
    steps = ["The review is due: look at it together."] if is_due else []
    if state == "reached" and is_flow(found.metric):
        steps.append("Reached. Agree on what is worth going for now.")
    elif found.metric.direction is Direction.DOWN:
        steps.append(f"Keep it at {said(found.about.kpi, target, currency)} or less.")
    elif isinstance(found.metric, Ratio) and found.usual is not None:
        steps.append(f"{said(found.about.kpi, found.usual)} is usual for them: what would lift the next few?")
    elif is_flow(found.metric):
        steps.append(_a_week(found, target, currency))
    if chance.band == "out of reach" and state not in ("reached", "missed"):
        better = found.suggested()
        if better is not None and better < target:
            again = f"{said(found.about.kpi, better, currency)} has a chance of {likely(_chance(found, better))}."
            steps.append(f"Agree on another one: {again}")
        else:
            steps.append("Agree on what leads there instead: a target they can steer.")
    return " ".join(steps)


def _chance(found: Outlook, target: float) -> float:
    return found.of(target).probability or 0.0


def _a_week(found: Outlook, target: float, currency: str | None) -> str:
    first = max(found.as_of + timedelta(days=1), found.about.period.start)
    left = working_days(first, found.about.period.end) / 5
    missing = target - (found.so_far or 0.0)
    kpi = found.about.kpi
    if left < 0.5:
        return f"{said(kpi, missing, currency)} is missing."
    needed = f"{said(kpi, missing / left, currency)} a week from here"
    if found.usual is None:
        return f"{needed}."
    usual = found.usual * found.left / left
    season = " at this time of the year" if found.is_seasonal else ""
    return f"{needed}; {said(kpi, usual, currency)} a week is usual for them{season}."


def review_words(review: date | None, as_of: date) -> str:
    """When it is looked at again."""
    if review is None:
        return "no review agreed"
    return f"review was due on {words.day(review)}" if review <= as_of else f"next review {words.day(review)}"
