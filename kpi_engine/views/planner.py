"""What has to be in by when, to fill a month?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pandas as pd

from kpi_engine.forecasting.booking import Basis, basis_of, ledger
from kpi_engine.forecasting.planner import MIN_WON, Plan, plan
from kpi_engine.forecasting.targets import goal_for
from kpi_engine.names import Status
from kpi_engine.periods import month, month_add
from kpi_engine.storage import Session
from kpi_engine.views import words
from kpi_engine.views.ask import Ask, Who
from kpi_engine.views.headline import Headline

AHEAD = 18
"""How many months ahead can be planned for."""

_USUAL_AHEAD = 6
"""The month that is proposed first lies so far ahead: time enough to do something about it."""


@dataclass(frozen=True)
class Planner:
    """``steps``: see ui.charts.plan; in order of time."""

    is_empty: bool
    month: date
    target: float
    sentence: str
    headlines: tuple[Headline, ...]
    steps: pd.DataFrame
    as_of: date
    notes: tuple[str, ...]


@dataclass(frozen=True)
class Proposal:
    """What is proposed as the target of a month, and where that comes from."""

    target: float
    why: str


def months_to_plan(as_of: date) -> tuple[tuple[date, ...], date]:
    """The months that can be filled, by their first days, and the one to begin with."""
    months = tuple(month_add(month(as_of).start, i) for i in range(1, AHEAD + 1))
    return months, months[_USUAL_AHEAD - 1]


def planner_view(session: Session, ask: Ask, who: Who) -> Planner:
    """Work backwards from a month and what it is to come to (``ask.choice``: ``2026-12-01 300000``)."""
    first, _, amount = ask.choice.partition(" ")
    chosen, target = date.fromisoformat(first), float(amount)
    found = plan(session, chosen, target, ask.seen_by(who), ask.as_of)
    steps = _told(found, ask)
    return Planner(
        is_empty=found.status is Status.NO_DATA,
        month=chosen,
        target=target,
        sentence=_sentence(found, ask),
        headlines=_headlines(found, ask),
        steps=steps,
        as_of=ask.as_of,
        notes=_notes(found),
    )


def proposal_view(session: Session, ask: Ask, who: Who) -> Proposal:
    """A target for the month of ``ask.choice`` (its first day): what was agreed for it; else what the same month
    brought last time, in two figures."""
    chosen = date.fromisoformat(ask.choice)
    mine = ask.seen_by(who)
    agreed = goal_for(session, chosen, mine, ask.as_of)
    if agreed is not None and agreed.period == month(chosen):
        return Proposal(agreed.target, "the target agreed for this month")
    found = ledger(session, mine, ask.as_of, chosen, basis_of(session, mine, ask.as_of))
    row = None if found is None else found.row(chosen)
    while found is not None and row is not None and row >= 12:
        row -= 12
        if row < found.newest and found.won[row, found.newest] > 0:
            value = float(found.won[row, found.newest])
            return Proposal(float(f"{value:.2g}"), f"what {found.months[row]:%B %Y} came to, rounded")
    return Proposal(0.0, "nothing was agreed, and the month was not seen before")


def _sentence(found: Plan, ask: Ask) -> str:
    """What has to come in by when; and where the month's own forecast says another figure than the plan counts, both
    with why."""
    return " ".join(filter(None, (_needed(found, ask), _beside_the_curve(found, ask))))


def _beside_the_curve(found: Plan, ask: Ask) -> str:
    """The figure of the month's booking curve, and why it is not the one the plan counts back from."""
    if found.heading_for is None or found.status is Status.NO_DATA:
        return ""
    lower, upper = (words.money(end, ask.currency) for end in (found.heading_for_lower, found.heading_for_upper))
    curve = "booking curve" if found.basis is Basis.DELIVERY else "forecast"
    return (
        f"The {curve} has {found.month:%B} heading for {words.money(found.heading_for, ask.currency)} (80 % sure: "
        f"{lower} to {upper}), deals that are not in yet among it; the plan counts "
        f"{words.money(found.booked + found.expected_value, ask.currency)}, what is booked and the deals open for it "
        "at their win chances, for what is not in yet is what it asks for."
    )


def _needed(found: Plan, ask: Ask) -> str:
    name = f"{found.month:%B %Y}"
    target = words.money(found.target, ask.currency)
    if found.status is Status.NO_DATA:
        return f"No deal was won yet: how long one takes to fill {name} cannot be said."
    start = f"{words.money(found.booked, ask.currency)} is booked for {name}"
    if found.expected_value > 0:
        start += f" and {words.money(found.expected_value, ask.currency)} is expected of the deals open for it"
    if found.missing <= 0:
        return f"To bring {name} to {target} nothing new has to come in. {start}: now those deals have to be won."
    new = found.steps[found.steps["step"] == "new_deals"].iloc[0]
    if found.value_needed is None or new["status"] == Status.NO_DATA:
        return f"{words.money(found.missing, ask.currency)} is missing to bring {name} to {target}. {start}."
    needed = words.money(found.value_needed, ask.currency)
    latest = new["latest"]
    first = f"To bring {name} to {target}, {needed} of new deals has to be in by {words.day(latest)}."
    if not new["is_past"]:
        return f"{first} {start}."
    late = words.many((found.as_of - latest).days, "day")
    share = words.share(found.in_time)
    left = f"of past orders {share} took no longer than the time that is left"
    return f"{first} That day passed {late} ago: {left}. {start}."


def _headlines(found: Plan, ask: Ask) -> tuple[Headline, ...]:
    ends = (found.value_needed_lower, found.value_needed_upper)
    interval = " to ".join(words.money(end, ask.currency) for end in ends) if found.missing > 0 and ends[1] else ""
    if found.missing <= 0:
        interval = "nothing more needed"
    figures = (
        ("booked", "Booked", found.booked, "", "Won value for this month."),
        ("expected", "Expected of open deals", found.expected_value, "",
         "The value of the deals open for this month, each times the win chance of its stage."),
        ("missing", "Still missing", found.missing, "", "The target less what is booked and what is expected."),
        ("needed", "New deals needed", found.value_needed, interval,
         "Value of new deals that has to come in to win what is missing, at the share of value this team wins, with an "
         "80 % interval."),
    )  # fmt: skip
    none = {"missing", "needed"} if found.missing <= 0 else set()
    return tuple(
        Headline(name, label, "none" if name in none else words.money(value, ask.currency), "", since, meaning)
        for name, label, value, since, meaning in figures
    )


def _told(found: Plan, ask: Ask) -> pd.DataFrame:
    """The steps that have a date, with their words; see ui.charts.plan."""
    dated = found.steps[found.steps["latest"].notna()]
    rows = [
        {
            "step": row["step"],
            "label": _LABELS.get(row["step"], f"{found.month:%B %Y}"),
            "what": _what(str(row["step"]), row, found, ask),
            "start": row["start"],
            "latest": row["latest"],
            "when": f"{words.day(row['start'])} to {words.day(row['latest'])}",
            "days": row["days"],
            "n": row["n"],
            "is_past": bool(row["is_past"]),
            "is_month": row["step"] == "month",
            "is_needed": found.missing > 0 or row["step"] not in ("marketing", "new_deals"),
        }
        for row in dated.to_dict("records")
    ]
    columns = ["step", "label", "what", "start", "latest", "when", "days", "n", "is_past", "is_month", "is_needed"]
    return pd.DataFrame(rows, columns=columns)


_LABELS = {
    "marketing": "Marketing, first contacts",
    "new_deals": "New deals are in",
    "first_meetings": "First meetings",
    "orders": "Orders are signed",
}


def _what(step: str, row: dict[str, object], found: Plan, ask: Ask) -> str:
    value = found.value_needed if step == "new_deals" else found.missing
    amount = words.money(value, ask.currency)
    if found.missing <= 0 and step in ("marketing", "new_deals"):
        return "Nothing new is needed."
    if step == "marketing":
        return "Campaigns, and first talks with prospects."
    if step == "new_deals":
        deals = "" if not found.deals_needed else f", about {words.many(found.deals_needed, 'deal')}"
        return f"{amount} of new deals{deals}."
    if step == "first_meetings":
        needed = found.meetings_needed
        return f"About {words.many(needed, 'first meeting')}." if needed else "Meetings with those that are open."
    if step == "orders":
        return f"{amount} more is won." if found.missing > 0 else "The open deals are won."
    return f"{words.money(found.target, ask.currency)} {'delivered' if found.basis is Basis.DELIVERY else 'won'}."


def _notes(found: Plan) -> tuple[str, ...]:
    counted = "the middle of the month" if found.basis is Basis.DELIVERY else "the end of the month"
    lines = [
        f"Counted back from {counted}, by the {words.many(found.n_won, 'order')} of the last two years: from the first "
        "day of a bar four in five of them would have been in time, from its last day one in two.",
    ]
    if found.basis is Basis.DELIVERY:
        lines.append("Delivery dates are those known today, also for a plan as of an earlier day.")
    if found.status is Status.TOO_FEW:
        lines.append(f"Fewer than {MIN_WON} orders: take the dates as a hint.")
    missing = [_LABELS[step] for step in found.steps.loc[found.steps["status"] == Status.NO_DATA, "step"]]
    if missing:
        lines.append(f"Not dated, for fewer than five orders tell: {words.listed(missing).lower()}.")
    return tuple(lines)
