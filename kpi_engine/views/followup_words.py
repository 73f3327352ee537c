"""Why a deal needs somebody, in the words of the people who sell; and what could not be looked at."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from kpi_engine.forecasting.reasons import Looked, Reason, Why, WhyNot
from kpi_engine.forecasting.usual import MIN_DEALS, Limit
from kpi_engine.names import Status
from kpi_engine.views import words

_ABOUT = {
    Why.OVERDUE: "next steps overdue",
    Why.NO_STEP: "deals without a dated next step",
    Why.PASSED: "expected close dates that have passed",
    Why.PUSHED: "close dates put off more than twice",
    Why.LONG: "deals longer in their stage than usual",
    Why.SILENT: "deals left alone for longer than usual",
    Why.NOT_MET: "big deals without a decision maker met",
}

_MISSING = {
    WhyNot.NO_STEPS: "no export up to this day has next step dates",
    WhyNot.NO_EXPECTED: "no export up to this day has expected close dates",
    WhyNot.NO_CHANGES: "only a stage history or a second export shows how dates moved",
    WhyNot.NO_HISTORY: "the history of stages is missing, or too few deals went on from them",
    WhyNot.NO_ACTIVITIES: "no activities that name their deal were imported",
    WhyNot.NO_USUAL: f"fewer than {MIN_DEALS} won deals with activities show what is usual",
    WhyNot.NO_LEVELS: "no activity says whether the person met can decide",
    WhyNot.NO_AMOUNTS: "without an amount nobody knows whether a deal is big",
}


_IN_PART = (Why.NO_STEP, Why.SILENT, Why.NOT_MET)
"""What can be looked at for some deals and not for others; a deal without an expected date simply lets none pass."""


def short(reason: Reason) -> str:
    """A reason in a few words, for a line of a list.

    >>> short(Reason(Why.PUSHED, {"times": 4}))
    'Close date moved later 4 times'
    """
    v: Mapping[str, Any] = reason.values
    if reason.code is Why.OVERDUE:
        return f"Next step {_days(v['days'])} overdue"
    if reason.code is Why.NO_STEP:
        return "No new next step agreed" if v["done"] else "No next step with a date"
    if reason.code is Why.PASSED:
        return f"Expected close passed {_days(v['days'])} ago"
    if reason.code is Why.PUSHED:
        return f"Close date moved later {v['times']} times"
    if reason.code is Why.LONG:
        return f"{_days(v['days'])} in {v['stage']}"
    if reason.code is Why.SILENT:
        return f"No contact for {_days(v['days'])}" if v["since"] else f"No contact yet in {_days(v['days'])}"
    return "Big deal, no decision maker met yet"


def long(reason: Reason, currency: str | None) -> str:
    """A reason as a sentence, with the figures it rests on.

    >>> long(Reason(Why.LONG, {"days": 66, "stage": "Offer", "usual": 28, "n": 543}), None)
    '66 days in Offer: four fifths of the 543 deals that went on from there had done so within 28 days.'
    """
    v: Mapping[str, Any] = reason.values
    if reason.code is Why.OVERDUE:
        step = f"“{v['step']}”" if v["step"] else "The next step"
        last = f"; the last contact was on {words.day(v['last_contact'])}" if v["last_contact"] else ""
        return f"{step} was agreed for {words.day(v['due'])}, {_days(v['days'])} ago{last}."
    if reason.code is Why.NO_STEP:
        if v["done"]:
            return f"What was agreed for {words.day(v['done'])} has been followed by a contact; no new day is agreed."
        return f"“{v['step']}” has no date." if v["step"] else "No next step with a date is written down."
    if reason.code is Why.PASSED:
        return f"It was expected to close on {words.day(v['expected'])}, {_days(v['days'])} ago."
    if reason.code is Why.PUSHED:
        return f"Its expected close date has been moved later {v['times']} times."
    if reason.code is Why.LONG:
        return (
            f"{_days(v['days'])} in {v['stage']}: four fifths of the {words.many(v['n'], 'deal')} that went on from "
            f"there had done so within {_days(v['usual'])}."
        )
    if reason.code is Why.SILENT:
        begun = f"No contact since {words.day(v['since'])}" if v["since"] else "No contact yet"
        return (
            f"{begun}, {_days(v['days'])}: four fifths of the {words.many(v['n'], 'won deal')} were never left alone "
            f"for more than {_days(v['usual'])}."
        )
    met = f"{words.many(v['meetings'], 'meeting')} held, none" if v["meetings"] else "No meeting held yet"
    amount, least = words.money(v["amount"], currency), words.money(v["big_from"], currency)
    return f"{met} with somebody who can decide; {amount} is among the top fifth of open amounts (from {least})."


def not_looked_at(
    looked: Sequence[Looked], stays: Mapping[tuple[str, str], Limit], of_open: set[tuple[str, str]]
) -> tuple[str, ...]:
    """What could not be looked at and why; whole reasons first, then those looked at for some deals only.

    ``of_open``: the (pipeline, stage) pairs open deals are in.
    """
    found = []
    without: dict[str, list[str]] = {}
    for one in looked:
        if one.n == 0 and one.why_not is not None:
            without.setdefault(_MISSING[one.why_not], []).append(_ABOUT[one.code])
    found += [f"Not looked at: {words.listed(about)}, for {why}." for why, about in without.items()]
    for one in looked:
        if 0 < one.n < one.of and one.why_not is not None and one.code in _IN_PART:
            found.append(
                f"Looked at for {one.n:,} of {words.many(one.of, 'open deal')}: {_ABOUT[one.code]}; for the others, "
                f"{_MISSING[one.why_not]}."
            )
    few = sorted(
        f"{stage} ({limit.n})"
        for (pipeline, stage), limit in stays.items()
        if limit.status is Status.TOO_FEW and (pipeline, stage) in of_open
    )
    if few:
        found.append(
            f"Too few deals have gone on from some stages to say how long is long there (under {MIN_DEALS}): "
            f"{words.listed(few)}."
        )
    return tuple(found)


def step_text(step: str | None, day: date | None) -> str:
    """The next step as a list shows it.

    >>> step_text("Call", date(2026, 8, 3)), step_text(None, None)
    ('Call, 3 Aug 2026', '')
    """
    return ", ".join(part for part in (step or "", words.day(day) if day else "") if part)


def _days(number: int) -> str:
    return words.many(int(number), "day")
