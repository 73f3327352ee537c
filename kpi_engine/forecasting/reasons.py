"""Why an open deal needs somebody: seven reasons, each with the figures it rests on, and none where it cannot be known.

Season-aware. ``is_agreed``: a next contact is agreed for today or later (a dated next step, or a planned activity).
``is_far``: the month it is expected in, or is for, lies further ahead than half of the deals that were won still needed
from its stage. ``is_early``: what it is for lies further ahead than half of the won deals were signed before it. Such a
deal is not stale: it is waited for.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

import pandas as pd

from kpi_engine.forecasting.usual import Usual
from kpi_engine.forecasting.worklist_facts import OpenWork
from kpi_engine.names import UNKNOWN_STAGE, Status

OFTEN = 2
"""A date that was put off more often than this is talked about."""


class Why(StrEnum):
    """The reasons, in the order they are given."""

    OVERDUE = "next_step_overdue"
    NO_STEP = "no_next_step"
    PASSED = "expected_close_passed"
    PUSHED = "expected_close_pushed"
    LONG = "long_in_stage"
    SILENT = "no_activity"
    NOT_MET = "no_decision_maker"


class WhyNot(StrEnum):
    """Why a reason could not be looked at: the data that are missing."""

    NO_STEPS = "no_next_step_dates"
    NO_EXPECTED = "no_expected_dates"
    NO_CHANGES = "no_changes_of_expected_dates"
    NO_HISTORY = "no_stage_history"
    NO_ACTIVITIES = "no_activities"
    NO_USUAL = "too_few_won_deals"
    NO_LEVELS = "no_contact_levels"
    NO_AMOUNTS = "no_amounts"


@dataclass(frozen=True)
class Reason:
    """``values`` by code; days are whole days, dates are dates:

    - next_step_overdue: days, due, step (its words, or None), last_contact (or None)
    - no_next_step: step (words without a date, or None), done (the day agreed last, where something was done since)
    - expected_close_passed: days, expected
    - expected_close_pushed: times
    - long_in_stage: days, stage, usual (four fifths went on within so many days), n (deals that went on)
    - no_activity: days, since (the last contact; None for none so far), usual (four fifths of the won deals were never
      left alone for longer), n (won deals)
    - no_decision_maker: amount, big_from, meetings
    """

    code: Why
    values: Mapping[str, object]


@dataclass(frozen=True)
class Looked:
    """Whether a reason could be looked at: at ``n`` of ``of`` open deals; ``why_not`` for the others. ``basis``: the
    fewest and the most deals of its own history the team is compared with, where it is."""

    code: Why
    n: int
    of: int
    why_not: WhyNot | None
    status: Status


def reasons_of(work: OpenWork, usual: Usual, as_of: date) -> list[tuple[Reason, ...]]:
    """The reasons of each open deal, in the order of the rows; pure."""
    return [tuple(_reasons(row, work, usual, as_of)) for row in work.deals.itertuples()]


def states_of(work: OpenWork, usual: Usual, as_of: date) -> pd.DataFrame:
    """is_agreed, is_far and is_early of each open deal, in the order of the rows."""
    rows = [
        (_is_agreed(row, as_of), _is_far(row, usual, as_of), _is_early(row, usual, as_of))
        for row in work.deals.itertuples()
    ]
    return pd.DataFrame(rows, columns=["is_agreed", "is_far", "is_early"], index=work.deals.index, dtype=bool)


def looked_at(work: OpenWork, usual: Usual) -> tuple[Looked, ...]:
    """For every reason, at how many open deals it could be looked at, and what is missing for the others."""
    deals = work.deals
    pairs = list(zip(deals["pipeline"], deals["stage"], strict=True))
    stays = [usual.stay(*pair).status for pair in pairs]
    silences = [usual.silence(pipeline).status for pipeline in deals["pipeline"]]
    has_expected = int(deals["expected_close_date"].notna().sum())
    n_stays, n_silences = stays.count(Status.OK), silences.count(Status.OK) if work.has_activities else 0
    no_levels = not (work.has_levels and work.has_deciders)
    of = len(deals)
    return (
        _looked(Why.OVERDUE, int(deals["is_step_told"].sum()), of, WhyNot.NO_STEPS),
        _looked(Why.NO_STEP, int(deals["is_step_told"].sum()), of, WhyNot.NO_STEPS),
        _looked(Why.PASSED, has_expected, of, WhyNot.NO_EXPECTED),
        _looked(Why.PUSHED, has_expected if work.has_pushes else 0, of, WhyNot.NO_CHANGES),
        _looked(Why.LONG, n_stays, of, WhyNot.NO_HISTORY, Status.TOO_FEW in stays),
        _looked(
            Why.SILENT, n_silences, of, WhyNot.NO_USUAL if work.has_activities else WhyNot.NO_ACTIVITIES,
            work.has_activities,
        ),
        _looked(
            Why.NOT_MET, 0 if no_levels or work.big_from is None else int(deals["amount"].notna().sum()), of,
            WhyNot.NO_LEVELS if no_levels else WhyNot.NO_AMOUNTS,
        ),
    )  # fmt: skip


def _looked(code: Why, n: int, of: int, why_not: WhyNot, is_few: bool = False) -> Looked:
    status = Status.OK if n else Status.TOO_FEW if is_few else Status.NO_DATA
    return Looked(code, n, of, why_not if n < of else None, status)


def _reasons(row: object, work: OpenWork, usual: Usual, as_of: date) -> Iterator[Reason]:
    deal = _Deal(row, as_of)
    is_agreed, is_far, is_early = _is_agreed(row, as_of), _is_far(row, usual, as_of), _is_early(row, usual, as_of)
    is_waited_for = is_agreed or is_far
    if deal.is_step_told and not is_agreed:
        yield _step(deal)
    # What is agreed, for a month still ahead, is in hand: a date that has to be typed anew can wait until then.
    if not (is_agreed and (is_far or is_early)):
        if deal.expected is not None and deal.expected < as_of:
            yield Reason(Why.PASSED, {"days": (as_of - deal.expected).days, "expected": deal.expected})
        if work.has_pushes and deal.pushes > OFTEN:
            yield Reason(Why.PUSHED, {"times": deal.pushes})
    if not is_waited_for:
        yield from _stale(deal, work, usual)
    if not (is_far or (is_agreed and is_early)) and _is_unmet(deal, work):
        values = {"amount": deal.amount, "big_from": work.big_from, "meetings": deal.meetings}
        yield Reason(Why.NOT_MET, values)


def _step(deal: _Deal) -> Reason:
    """What is to be said of the next step of a deal that has none ahead."""
    due, last = deal.due, deal.last_contact
    if due is None:
        return Reason(Why.NO_STEP, {"step": deal.step, "done": None})
    if last is not None and last >= due:
        return Reason(Why.NO_STEP, {"step": None, "done": due})
    values = {"days": (deal.as_of - due).days, "due": due, "step": deal.step, "last_contact": last}
    return Reason(Why.OVERDUE, values)


def _stale(deal: _Deal, work: OpenWork, usual: Usual) -> Iterator[Reason]:
    """Longer in its stage, or left alone for longer, than what is usual here."""
    stay = usual.stay(deal.pipeline, deal.stage)
    if stay.days is not None and deal.stage != UNKNOWN_STAGE and deal.days_in_stage > stay.days:
        values = {"days": int(deal.days_in_stage), "stage": deal.stage, "usual": stay.days, "n": stay.n}
        yield Reason(Why.LONG, values)
    silence = usual.silence(deal.pipeline)
    if not work.has_activities or silence.days is None:
        return
    days = deal.days_open if deal.last_contact is None else float((deal.as_of - deal.last_contact).days)
    if days > silence.days:
        values = {"days": int(days), "since": deal.last_contact, "usual": silence.days, "n": silence.n}
        yield Reason(Why.SILENT, values)


def _is_unmet(deal: _Deal, work: OpenWork) -> bool:
    is_known = work.has_levels and work.has_deciders and work.big_from is not None
    return is_known and work.big_from is not None and deal.amount >= work.big_from and not deal.decider_meetings


def _is_agreed(row: object, as_of: date) -> bool:
    due, planned = row.next_step_date, row.next_planned  # type: ignore[attr-defined]
    return (due is not None and due >= as_of) or planned is not None


def _is_far(row: object, usual: Usual, as_of: date) -> bool:
    lead = usual.lead(row.pipeline, row.stage)  # type: ignore[attr-defined]
    pairs = ((row.expected_close_date, lead.close), (row.delivery_date, lead.delivery))  # type: ignore[attr-defined]
    return any(day is not None and needed is not None and (day - as_of).days > needed for day, needed in pairs)


def _is_early(row: object, usual: Usual, as_of: date) -> bool:
    delivery, signed = row.delivery_date, usual.lead(row.pipeline, row.stage).signed  # type: ignore[attr-defined]
    return delivery is not None and (delivery - as_of).days > (signed or 0)


class _Deal:
    """One row of the open work, with plain types."""

    def __init__(self, row: object, as_of: date) -> None:
        r: Any = row
        self.as_of = as_of
        self.pipeline, self.stage = str(r.pipeline), str(r.stage)
        self.amount = float(r.amount)
        self.days_in_stage, self.days_open = float(r.days_in_stage), float(r.days_open)
        self.expected: date | None = r.expected_close_date
        self.pushes = int(r.pushes)
        self.is_step_told = bool(r.is_step_told)
        self.step: str | None = r.next_step
        self.due: date | None = r.next_step_date
        self.last_contact: date | None = r.last_contact
        self.meetings, self.decider_meetings = int(r.meetings), int(r.decider_meetings)
