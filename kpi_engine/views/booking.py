"""How do the months ahead fill?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pandas as pd

from kpi_engine.forecasting.booking import LEADS, Basis, Ledger, basis_of, curve_of, heading_of, ledger
from kpi_engine.forecasting.targets import goal_for
from kpi_engine.metrics.query import measure
from kpi_engine.names import Status
from kpi_engine.periods import month, month_add
from kpi_engine.storage import Session
from kpi_engine.views import words
from kpi_engine.views.ask import Ask, Who
from kpi_engine.views.expected import expected_by_month

AHEAD = 12
"""How many months ahead can be chosen; as many back."""


@dataclass(frozen=True)
class Booking:
    """``curve``: see ui.charts.booking. ``prospects``: see ui.charts.expected. ``choices``: first days of months, with
    ``month`` the one shown. ``target``: what was agreed for that very month, None where nothing was."""

    is_empty: bool
    month: date
    choices: tuple[date, ...]
    sentence: str
    curve: pd.DataFrame
    prospects: pd.DataFrame
    target: float | None
    is_over: bool
    basis_words: str
    notes: tuple[str, ...]


def booking_view(session: Session, ask: Ask, who: Who) -> Booking:
    """The months ahead by stage, and one of them (``ask.choice``: its first day) as it fills."""
    mine = ask.seen_by(who)
    this_month = month(ask.as_of).start
    choices = tuple(month_add(this_month, i) for i in range(-AHEAD, AHEAD + 1))
    chosen = date.fromisoformat(ask.choice) if ask.choice else this_month
    basis = basis_of(session, mine, ask.as_of)
    found = ledger(session, mine, ask.as_of, chosen, basis)
    due = expected_by_month(session, ask, who, by_delivery=basis is Basis.DELIVERY)
    if not ask.choice:
        chosen = _fullest(due) or this_month
    curve = pd.DataFrame()
    if found is not None:
        curve = _drawn(curve_of(found, chosen, heading_of(session, found, chosen, mine), LEADS), ask, basis)
    agreed = goal_for(session, chosen, mine, ask.as_of)
    of_month = agreed is not None and agreed.period == month(chosen)
    goal = agreed.target if agreed is not None and of_month else None
    notes = [] if found is None else [_NOTES[basis]]
    if agreed is not None and not of_month:
        won = measure(session, ["won_value"], mine, date_from=agreed.period.start, date_to=agreed.period.end,
                      as_of=ask.as_of)["value"].fillna(0).iloc[0]  # fmt: skip
        notes.insert(0, _quarter(agreed.period.label, agreed.target, float(won), ask))
    return Booking(
        is_empty=found is None or not curve["booked"].notna().any(),
        month=chosen,
        choices=choices,
        sentence="" if found is None else _sentence(found, curve, chosen, ask, goal),
        curve=curve,
        prospects=due,
        target=goal,
        is_over=month(chosen).end <= ask.as_of,
        basis_words="to be delivered in" if basis is Basis.DELIVERY else "expected to close in",
        notes=tuple(notes),
    )


def _fullest(due: pd.DataFrame) -> date | None:
    """The month ahead for which most is open: the one worth looking at first."""
    ahead = due[due["timing"] == "month"]
    if ahead.empty or ahead["value"].sum() <= 0:
        return None
    best = ahead.groupby("month")["value"].sum().idxmax()
    return pd.Timestamp(str(best)).date()


def _drawn(curve: pd.DataFrame, ask: Ask, basis: Basis) -> pd.DataFrame:
    """The curve with the words for each point."""

    def told(name: str) -> list[str]:
        return [words.money(value, ask.currency) for value in curve[name]]

    return curve.assign(
        when=[_when(lead) for lead in curve["months_ahead"]],
        booked_text=told("booked"),
        open_text=told("open_value"),
        expected_text=told("expected_value"),
        last_year_text=told("last_year"),
        forecast_text=[
            f"{words.money(value, ask.currency)} ({words.money(lower, ask.currency)} to "
            f"{words.money(upper, ask.currency)}, {_rests_on(int(n), basis)})"
            if words.is_number(value)
            else words.NOTHING
            for value, lower, upper, n in zip(
                curve["forecast"], curve["lower"], curve["upper"], curve["n"], strict=True
            )
        ],
    )


def _rests_on(n: int, basis: Basis) -> str:
    return words.many(n, "past forecast") if basis is Basis.DELIVERY else f"{words.many(n, 'win')} in a year"


def _when(lead: int) -> str:
    return "the month itself" if lead == 0 else f"{words.many(lead, 'month')} before"


def _sentence(found: Ledger, curve: pd.DataFrame, chosen: date, ask: Ask, target: float | None) -> str:
    known = curve[curve["booked"].notna()]
    name = f"{chosen:%B %Y}"
    if known.empty:
        return f"{name} is too far away: nothing is known of it yet."
    now = known.iloc[-1]
    booked = words.money(now["booked"], ask.currency)
    if month(chosen).end <= ask.as_of:
        came, before = (_came_to(found, day) for day in (chosen, month_add(chosen, -12)))
        first = f"{name} came to {words.money(came, ask.currency)}"
        compared = "" if before is None else f", against {words.money(before, ask.currency)} the year before"
        return f"{first}{compared}.{_earlier(known, ask)}"
    compared = (
        f"; a year ago at this time {now['last_year_text']} was booked for that month"
        if words.is_number(now["last_year"])
        else ""
    )
    first = f"{name} has {booked} booked and {now['open_text']} open{compared}."
    gap = _gap(now["booked"], target, ask)
    if not words.is_number(now["forecast"]):
        return f"{first} {_why_nothing(found, now)}{gap}"
    band = f"{words.money(now['lower'], ask.currency)} to {words.money(now['upper'], ask.currency)}"
    few = f", from only {words.many(int(now['n']), 'past forecast')}" if now["status"] == Status.TOO_FEW else ""
    return f"{first} It is heading for {words.money(now['forecast'], ask.currency)} (80 % sure: {band}{few}).{gap}"


def _came_to(found: Ledger, day: date) -> float | None:
    """What is won for a month that is over, as it is known now; None before the books begin."""
    row = found.row(day)
    return None if row is None else float(found.won[row, found.newest])


def _why_nothing(found: Ledger, now: pd.Series) -> str:
    if found.basis is Basis.DELIVERY:
        return "There are not enough past months yet to say what it will come to."
    if now["status"] == Status.TOO_FEW:
        return f"What it will come to is not said: {words.many(int(now['n']), 'win')} in a year are too few for it."
    return "What it will come to cannot be forecast."


def _earlier(known: pd.DataFrame, ask: Ask) -> str:
    made = known[(known["months_ahead"] == 3) & known["forecast"].notna()]
    if made.empty:
        return ""
    return f" Three months before, {words.money(made.iloc[0]['forecast'], ask.currency)} was forecast for it."


def _gap(booked: float, target: float | None, ask: Ask) -> str:
    if target is None:
        return ""
    missing = target - booked
    if missing <= 0:
        return f" The target of {words.money(target, ask.currency)} is booked."
    return f" {words.money(missing, ask.currency)} is missing from the target of {words.money(target, ask.currency)}."


def _quarter(label: str, target: float, won: float, ask: Ask) -> str:
    gap = max(target - won, 0.0)
    return (
        f"The won-value target that covers this month is for {label}: {words.money(target, ask.currency)}, by the day "
        f"an order is won. {words.money(won, ask.currency)} is won, {words.money(gap, ask.currency)} is missing."
    )


_NOTES = {
    Basis.DELIVERY: (
        "A deal belongs to the month it is delivered in; the page Forecast counts orders by the month they are won in. "
        "Delivery dates are those known today, also in the books of earlier days: a delivery that was moved counts "
        "where it is now. Deals without one, or without a created date, are left out. EV is at the win chances in "
        "force on the day looked at."
    ),
    Basis.EXPECTED: (
        "No delivery dates: an order belongs to the month it is won in, an open deal to the month it is expected in. "
        "The forecast is that of the page Forecast, as it was made at the time."
    ),
}
