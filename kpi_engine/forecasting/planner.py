"""Working backwards from a month that is to be filled: how much has to be in, by when, and when the work begins."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from math import ceil, isnan
from typing import Any

import numpy as np
import pandas as pd

from kpi_engine.errors import TidelineError
from kpi_engine.forecasting.booking import Basis, Ledger, basis_of, heading_for, known_to, ledger
from kpi_engine.forecasting.heading import NOTHING_SAID
from kpi_engine.metrics.query import ALL, deals_as_seen
from kpi_engine.metrics.slice import Slice
from kpi_engine.names import Status
from kpi_engine.periods import month, month_add
from kpi_engine.stats.scores import wilson
from kpi_engine.storage.store import Session, load_sql

MIN_WON = 20
"""Below this many won deals, how long they took and how often they are won says little of the next ones."""

MIN_DATED = 5
"""Below this many there is no date at all."""

_YEARS_SEEN = 2
"""How far back decided deals say how the team sells now."""

STEPS = ("step", "start", "latest", "days", "days_most", "value", "how_many", "n", "status", "is_past")


@dataclass(frozen=True)
class Plan:
    """A month worked backwards.

    Attributes
    ----------
    month : date
        The first day of the month to fill.
    basis : Basis
        Whether the month is that of delivery or that of the order.
    target, booked, open_value, expected_value : float
        What is wanted; what is won for that month; what is open for it, and that at the win chances in force on
        that day.
    heading_for, heading_for_lower, heading_for_upper : float or None
        What the month is heading for by its booking curve, with an 80 % band, deals that are not in yet among it; None
        where that is not said. It is another question than what is missing: a plan counts what is on the books.
    missing : float
        What is neither booked nor expected from deals that are open: never below 0.
    win_share, win_share_lower, win_share_upper : float or None
        The share of decided value that was won, of deals with an amount; the share of decided deals, where most lost
        ones carry no amount. With an 80 % interval.
    value_needed, value_needed_lower, value_needed_upper : float or None
        Value of new deals that has to come in to win what is missing.
    deals_needed, meetings_needed : int or None
        How many new deals that is, at the average amount of the deals ``win_share`` speaks of (of won ones, where it
        is of deals); and how many first meetings.
    in_time : float or None
        The share of past orders that took no longer, from new deal to the month, than there is left now.
    steps : DataFrame of :data:`STEPS`, in order of time
        ``start``: four in five past orders would have been in time from there; ``latest``: one in two.
    n_won : int
        Won deals it rests on.
    status : Status
        too_few under twenty won deals; no_data where there is none.
    """

    month: date
    basis: Basis
    as_of: date
    target: float
    booked: float
    open_value: float
    expected_value: float
    heading_for: float | None
    heading_for_lower: float | None
    heading_for_upper: float | None
    missing: float
    win_share: float | None
    win_share_lower: float | None
    win_share_upper: float | None
    value_needed: float | None
    value_needed_lower: float | None
    value_needed_upper: float | None
    deals_needed: int | None
    meetings_needed: int | None
    in_time: float | None
    steps: pd.DataFrame
    n_won: int
    status: Status


def plan(session: Session, target_month: date, target: float, ask: Slice = ALL, as_of: date | None = None) -> Plan:
    """Work backwards from ``target`` in the month of ``target_month``. Delivery dates are those known today, whatever
    ``as_of`` is.

    Raises
    ------
    TidelineError
        Nothing was imported yet, the target is below nought, or the month is over.
    """
    at = known_to(session, as_of)
    if at is None:
        raise TidelineError("Nothing was imported yet: there is nothing to plan from.")
    if target < 0:
        raise TidelineError(f"A target is 0 or more, not {target:,.0f}.")
    wanted = month(target_month)
    if wanted.end <= at:
        raise TidelineError(
            f"{wanted.start:%B %Y} is over: the data reach to {at}. Only a month that is still to come can be filled."
        )
    basis = basis_of(session, ask, at)
    landing = _landing(wanted.start, wanted.end, basis)
    found = _measured(session, ask, at, basis, (landing - at).days)
    books = ledger(session, ask, at, wanted.start, basis)
    booked, still_open, expected = _on_books(books, wanted.start)
    heading = NOTHING_SAID if books is None else heading_for(session, books, wanted.start, ask)
    missing = max(target - booked - expected, 0.0)
    win = _win_of(found)
    needed = _ratio(missing, win.share)
    deals = _whole(_ratio(needed, win.average))
    met = _ratio(found["n_met"], found["n_decided"])
    meetings = None if deals is None or not found["n_met"] or met is None else ceil(deals * met)
    n_won = int(found["n_won"])
    return Plan(
        month=wanted.start,
        basis=basis,
        as_of=at,
        target=float(target),
        booked=booked,
        open_value=still_open,
        expected_value=expected,
        heading_for=_number(heading.value),
        heading_for_lower=_number(heading.lower),
        heading_for_upper=_number(heading.upper),
        missing=missing,
        win_share=win.share,
        win_share_lower=win.lower,
        win_share_upper=win.upper,
        value_needed=needed,
        value_needed_lower=_ratio(missing, win.upper),
        value_needed_upper=_ratio(missing, win.lower),
        deals_needed=deals,
        meetings_needed=meetings,
        in_time=_ratio(found["created_in_time"], found["created_n"]) if found["created_n"] >= MIN_DATED else None,
        steps=_steps(found, landing, wanted.start, at, needed, deals, meetings, missing, basis),
        n_won=n_won,
        status=Status.NO_DATA if n_won == 0 else Status.TOO_FEW if n_won < MIN_WON else Status.OK,
    )


def _landing(start: date, end: date, basis: Basis) -> date:
    """The day everything is counted back from: the middle of a month of deliveries, the end of a month of orders."""
    return start + timedelta(days=14) if basis is Basis.DELIVERY else end


def _measured(session: Session, ask: Slice, at: date, basis: Basis, days_left: int) -> dict[str, Any]:
    sql = load_sql("kpi_engine.forecasting", "lead_times").format(
        deals=deals_as_seen(session, at),
        first_day=load_sql("kpi_engine.forecasting", "first_day"),
        condition=ask.condition(
            {c: f"deals.{c}" for c in ("owner", "team", "pipeline", "segment", "source", "product")}
        ),
    )
    values = {
        "as_of": at,
        "at": at,
        "since": month_add(at, -12 * _YEARS_SEEN),
        "by_delivery": basis is Basis.DELIVERY,
        "days_left": max(days_left, -1),
    }
    row = session.frame(sql, values | ask.values()).iloc[0].to_dict()
    return {name: None if pd.isna(value) else value for name, value in row.items()}


def _on_books(found: Ledger | None, start: date) -> tuple[float, float, float]:
    row = None if found is None else found.row(start)
    if found is None or row is None:
        return 0.0, 0.0, 0.0
    newest = found.newest
    return float(found.won[row, newest]), float(found.open_value[row, newest]), float(found.expected_value[row, newest])


@dataclass(frozen=True)
class _Win:
    """How often deals are won, with an 80 % interval, and the amount of the deal it speaks of; None: not known."""

    share: float | None = None
    lower: float | None = None
    upper: float | None = None
    average: float | None = None


def _win_of(found: dict[str, Any]) -> _Win:
    """By value, over the deals with an amount, where most lost ones carry one; else by count. Either way the interval
    is that of the count (Wilson's)."""
    n, won = int(found["n_decided"]), int(found["n_won"])
    priced, won_priced = int(found["n_with_amount"]), int(found["n_won_with_amount"])
    by_value = won_priced > 0 and (priced - won_priced) * 2 > n - won
    if by_value:
        n, won = priced, won_priced
    rate = _ratio(won, n)
    if not rate:
        return _Win()
    share = _ratio(found["won_value"], found["decided_value"]) if by_value else rate
    if not share:
        return _Win()
    lower, upper = (float(bound) for bound in wilson(np.array(rate), np.array(float(n))))
    average = _ratio(found["decided_value"], priced) if by_value else _ratio(found["won_value"], won_priced)
    return _Win(share, share * lower / rate, min(share * upper / rate, 1.0), average)


def _steps(
    found: dict[str, Any],
    landing: date,
    start: date,
    at: date,
    value: float | None,
    deals: int | None,
    meetings: int | None,
    missing: float,
    basis: Basis,
) -> pd.DataFrame:
    """What has to happen by when, counted back from the landing day."""
    planned: list[tuple[str, str, float | None, int | None]] = [
        ("marketing", "contact", None, None),
        ("new_deals", "created", value, deals),
        ("first_meetings", "meeting", None, meetings),
    ]
    if basis is Basis.DELIVERY:
        planned.append(("orders", "signed", missing, None))
    rows: list[dict[str, Any]] = []
    for step, key, amount, how_many in planned:
        n = int(found[f"{key}_n"])
        if n < MIN_DATED or found[f"{key}_median"] is None:
            rows.append({"step": step, "value": amount, "how_many": how_many, "n": n, "status": Status.NO_DATA.value})
            continue
        median, most = ceil(found[f"{key}_median"]), ceil(found[f"{key}_most"])
        latest = landing - timedelta(days=median)
        rows.append(
            {
                "step": step,
                "start": landing - timedelta(days=most),
                "latest": latest,
                "days": median,
                "days_most": most,
                "value": amount,
                "how_many": how_many,
                "n": n,
                "status": (Status.OK if n >= MIN_WON else Status.TOO_FEW).value,
                "is_past": latest < at,
            }
        )
    rows.append({"step": "month", "start": start, "latest": month(start).end, "n": int(found["n_won"]),
                 "status": Status.OK.value, "is_past": month(start).end < at})  # fmt: skip
    frame = pd.DataFrame(rows, columns=list(STEPS))
    whole = ("days", "days_most", "how_many")
    return frame.astype(dict.fromkeys(whole, "Int64")).assign(
        value=frame["value"].astype("float64"), is_past=frame["is_past"].eq(True)
    )


def _ratio(above: float | None, below: float | None) -> float | None:
    """None where either is not known, or there is nothing to divide by."""
    return None if above is None or below is None or below == 0 else float(above) / float(below)


def _number(value: float) -> float | None:
    return None if isnan(value) else value


def _whole(value: float | None) -> int | None:
    return None if value is None else ceil(value)
