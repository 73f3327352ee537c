"""What was agreed for a span of time: by the very period, or put together from shorter ones that fill it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from kpi_engine.agreements.targets import in_force
from kpi_engine.metrics.slice import Slice
from kpi_engine.model.settings import read_settings
from kpi_engine.periods import Period, fiscal_quarter, month
from kpi_engine.storage.store import Session, load_sql


@dataclass(frozen=True)
class Agreed:
    """One person's target; owner '' is the whole company's."""

    owner: str
    team: str
    start: date
    end: date
    target: float


@dataclass(frozen=True)
class Goal:
    """A target for won value, and the period it is for."""

    period: Period
    target: float


def agreed(session: Session, ask: Slice, kpi: str, as_of: date | None) -> list[Agreed]:
    """The targets of a slice: those agreed on, else the imported ones. None for a part of the business nobody has
    targets for: they are agreed with people. ``as_of``: only what was agreed by that day; None for the newest."""
    if ask.is_nothing or ask.pipelines or ask.segments or ask.sources or ask.products:
        return []
    teams = dict(session.rows(load_sql("kpi_engine.forecasting", "owner_teams")))
    rows = [
        Agreed(one.owner, teams.get(one.owner) or "", one.period.start, one.period.end, one.target)
        for one in in_force(session, kpi, as_of)
    ]
    if ask.owners or ask.teams:
        return [
            one
            for one in rows
            if one.owner and (not ask.owners or one.owner in ask.owners) and (not ask.teams or one.team in ask.teams)
        ]
    return rows


def target_of(rows: Sequence[Agreed], start: date, end: date) -> float | None:
    """What was agreed for the span from start to end, both included; None where nothing was.

    A target of the whole company goes before the sum of its people's. A person whose target is for a longer or shorter
    span counts where shorter ones fill this one without a gap.
    """
    of_company = [one for one in rows if not one.owner]
    whole = _filled(of_company, start, end)
    if whole is not None:
        return whole
    people = sorted({one.owner for one in rows if one.owner})
    found = [_filled([one for one in rows if one.owner == person], start, end) for person in people]
    known = [target for target in found if target is not None]
    return sum(known) if known else None


def goal_for(session: Session, day: date, ask: Slice, as_of: date | None) -> Goal | None:
    """The won-value target of the month a day is in, else of its fiscal quarter, as it was agreed by ``as_of``; None
    where neither has one."""
    rows = agreed(session, ask, "won_value", as_of)
    for period in (month(day), fiscal_quarter(day, read_settings(session).fiscal_year_start_month)):
        target = target_of(rows, period.start, period.end)
        if target is not None:
            return Goal(period, target)
    return None


def _filled(rows: Sequence[Agreed], start: date, end: date) -> float | None:
    """The sum of the longest targets that together fill a span exactly."""
    inside = [one for one in rows if start <= one.start and one.end <= end]
    total, day = 0.0, start
    while day <= end:
        here = [one for one in inside if one.start == day]
        if not here:
            return None
        longest = max(here, key=lambda one: one.end)
        total += longest.target
        day = longest.end + timedelta(days=1)
    return total
