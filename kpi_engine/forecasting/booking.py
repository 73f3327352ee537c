"""What is booked for the months ahead, how it came in, and what it will come to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

import numpy as np
import numpy.typing as npt
import pandas as pd

from kpi_engine.forecasting.heading import NOTHING_SAID, AsMade, Heading, as_made
from kpi_engine.ingest.history import store_as_of
from kpi_engine.metrics.kinds import Figure
from kpi_engine.metrics.query import ALL, Span, chances_as_seen, deals_as_seen, narrowed
from kpi_engine.metrics.slice import Slice
from kpi_engine.names import Status
from kpi_engine.periods import month, month_add
from kpi_engine.stats.pickup import Books, pickup
from kpi_engine.storage.store import Session, load_sql

Array = npt.NDArray[np.float64]

LEADS = 12
"""How many months ahead a curve begins."""

MIN_JUDGED = 4
"""So many past forecasts at the same lead make a band that means something."""

_YEARS_BACK, _YEARS_AHEAD = 15, 3
"""Dates further away than this are slips of the pen."""

CURVE = (
    "months_ahead",
    "date",
    "booked",
    "open_value",
    "expected_value",
    "last_year",
    "forecast",
    "lower",
    "upper",
    "n",
    "status",
)


class Basis(StrEnum):
    """What the month of a deal is."""

    DELIVERY = "delivery"
    EXPECTED = "expected"


@dataclass(frozen=True)
class Ledger:
    """What stood on the books for each month at each cutoff. Month ``i`` has cutoff ``i``, in it or at its end.

    ``months``: first days, oldest first; the last ones lie ahead of the newest cutoff. Arrays: rows are months, columns
    cutoffs. ``open_by`` holds one array per (pipeline, stage).
    """

    basis: Basis
    as_of: date
    months: tuple[date, ...]
    cutoffs: tuple[date, ...]
    won: Array
    won_deals: Array
    open_value: Array
    open_deals: Array
    expected_value: Array
    open_by: dict[tuple[str, str], Array]

    @property
    def newest(self) -> int:
        """The row of the month the newest cutoff lies in."""
        return len(self.cutoffs) - 1

    @property
    def ends_months(self) -> bool:
        """Whether cutoffs are the ends of their months."""
        return self.as_of == month(self.as_of).end

    def row(self, day: date) -> int | None:
        """The row of the month a day is in; None where it lies outside."""
        first = self.months[0] if self.months else day
        found = (day.year - first.year) * 12 + day.month - first.month
        return found if 0 <= found < len(self.months) else None


def basis_of(session: Session, ask: Slice = ALL, as_of: date | None = None) -> Basis:
    """Delivery where most deals open or won at ``as_of`` say when they are delivered, else the expected close."""
    at = known_to(session, as_of)
    if at is None:
        return Basis.EXPECTED
    sql = load_sql("kpi_engine.forecasting", "delivery_known").format(
        deals=deals_as_seen(session, at), condition=ask.condition()
    )
    deals, known = session.rows(sql, {"at": at} | ask.values())[0]
    return Basis.DELIVERY if deals and known * 2 > deals else Basis.EXPECTED


def known_to(session: Session, as_of: date | None) -> date | None:
    """The day to look from: of a day after the data end nothing is known but what was known at their end."""
    last = store_as_of(session)
    return last if last is None or as_of is None else min(as_of, last)


def ledger(
    session: Session, ask: Slice = ALL, as_of: date | None = None, until: date | None = None, basis: Basis | None = None
) -> Ledger | None:
    """Read the books as they stood at monthly cutoffs up to ``as_of``, for months up to that of ``until``.

    None where there is nothing with a date. Deals without a created date are left out (nobody knows since when they
    are open), and so are those without the date that ``basis`` goes by. Delivery dates are hindsight: those known
    today stand for every cutoff, as no history of them is kept.
    """
    at = known_to(session, as_of)
    if at is None:
        return None
    basis = basis or basis_of(session, ask, at)
    condition, joins = narrowed(ask)
    sql = load_sql("kpi_engine.forecasting", "booked").format(
        condition=condition, joins=joins, chances=chances_as_seen(session, at)
    )
    span = _YEARS_BACK * 12
    frame = session.frame(
        sql,
        {
            "as_of": at,
            "chances_on": at,
            "by_delivery": basis is Basis.DELIVERY,
            "cutoff_day": 31 if at == month(at).end else at.day,
            "last_number": span,
            "first_month": month_add(month(at).start, -span),
            "last_day": month(month_add(at, 12 * _YEARS_AHEAD)).end,
        }
        | ask.values(),
    )
    return None if frame.empty else _ledger(frame, basis, at, until or at, span)


def _ledger(frame: pd.DataFrame, basis: Basis, at: date, until: date, span: int) -> Ledger:
    """Running sums over the cutoffs, from the first cutoff by which anything was on the books."""
    first = int(frame["cutoff_number"].min())
    start = month_add(month(at).start, first - span)
    row = frame["target_number"].to_numpy() - (start.year * 12 + start.month - 1)
    last = (until.year - start.year) * 12 + until.month - start.month
    n_months, n_cutoffs = max(int(row.max()), last, span - first) + 1, span - first + 1
    column = frame["cutoff_number"].to_numpy() - first
    inside = row >= 0

    def running(name: str, which: npt.NDArray[np.bool_]) -> Array:
        change = np.zeros((n_months, n_cutoffs))
        kept = which & inside
        np.add.at(change, (row[kept], column[kept]), frame[name].to_numpy(dtype=float)[kept])
        return np.cumsum(change, axis=1).round(2)

    is_won = frame["is_won"].to_numpy(dtype=bool)
    stages = list(zip(frame["pipeline"].fillna(""), frame["stage"].fillna(""), strict=True))
    of_stage = {key: np.array([one == key for one in stages]) & ~is_won for key in dict.fromkeys(stages)}
    return Ledger(
        basis=basis,
        as_of=at,
        months=tuple(month_add(start, i) for i in range(n_months)),
        cutoffs=tuple(month_add(at, i - n_cutoffs + 1) if at != month(at).end else month(month_add(start, i)).end
                      for i in range(n_cutoffs)),
        won=running("amount_change", is_won),
        won_deals=running("deals_change", is_won),
        open_value=running("amount_change", ~is_won),
        open_deals=running("deals_change", ~is_won),
        expected_value=running("expected_change", ~is_won),
        open_by={key: running("amount_change", which) for key, which in of_stage.items() if which.any()},
    )  # fmt: skip


def books_of(found: Ledger, leads: int = LEADS) -> Books:
    """The books by lead, for the mathematics: nan where a cutoff lies ahead, or before the data begin."""
    n, newest = len(found.months), found.newest
    months = np.arange(n)[:, None]
    cutoffs = months - np.arange(leads + 1)
    is_known = (cutoffs >= 0) & (cutoffs <= newest)
    at = np.clip(cutoffs, 0, newest)
    won = np.where(is_known, found.won[months, at], np.nan)
    still_open = np.where(is_known, found.open_value[months, at], np.nan)
    later = np.arange(n) + 1
    settled = np.where(later <= newest, found.won[np.arange(n), np.clip(later, 0, newest)], np.nan)
    # Before the first order the months say nothing of what a month brings.
    begun = np.flatnonzero(np.nan_to_num(settled) > 0)
    settled[: begun[0] if begun.size else n] = np.nan
    provisional = _provisional(settled, won[:, 0], still_open[:, 0]) if found.ends_months else np.full(n, np.nan)
    return Books(settled, provisional, won, still_open)


def _provisional(settled: Array, won: Array, still_open: Array) -> Array:
    """What each month had come to at its own end: won by then, and of what was still open as much as became won within
    the month after, in all months before."""
    became = np.nancumsum(settled - won)
    was_open = np.nancumsum(np.where(np.isfinite(settled), still_open, 0.0))
    share = np.divide(became, was_open, out=np.zeros_like(became), where=was_open > 0)
    before = np.concatenate([[0.0], np.clip(share, 0.0, 1.0)[:-1]])
    # The month before the newest was settled by what the newest cutoff says, which is not later than its own.
    begun = np.flatnonzero(np.isfinite(settled))
    found = won + before * still_open
    found[: begun[0] if begun.size else 0] = np.nan
    return np.asarray(found)


def booking_curve(
    session: Session, target: date, ask: Slice = ALL, as_of: date | None = None, leads: int = LEADS
) -> pd.DataFrame:
    """How a month filled, or fills: one row per lead, the earliest first.

    Parameters
    ----------
    target : a day of the month asked for.
    ask : which part of the business.
    as_of : the day to look from. Where it is not the end of a month, the cutoffs lie on the same day of each month.
    leads : how many months ahead the curve begins.

    Returns
    -------
    DataFrame of :data:`CURVE`: ``booked`` (won value on the books then), ``open_value`` and ``expected_value`` of the
    deals open for that month then (EV at the win chances in force at ``as_of``), ``last_year`` (won value on the books
    for the same month a year before, at the same lead), ``forecast`` of what the month comes to, with an 80 % band, as
    it was made at that lead from what was known then. ``status``: ok; too_few; no_data (the cutoff lies ahead, or
    before the data begin: no numbers but last year's).

    By delivery the forecast is the pickup's, ``n`` the past months it was judged by, and fewer than four are too_few.
    One thing is hindsight: which month a deal belongs to goes by the delivery date known today, also at earlier
    cutoffs, for exports do not tell what it was before.

    Without delivery dates a month is asked about by the day its orders are won, and that has one answer: the forecast
    is that of :func:`~kpi_engine.forecasting.months_ahead.forecast`, ``n`` the wins of the last twelve whole months,
    too_few where it says so, and no_data twelve months ahead or more, where it says nothing. Where the cutoff is
    neither a month's end nor the day looked from, it is the one made on the first of the cutoff's month.
    """
    found = ledger(session, ask, as_of, target)
    if found is None:
        return pd.DataFrame(columns=list(CURVE))
    return curve_of(found, target, heading_of(session, found, target, ask), leads)


def heading_of(session: Session, found: Ledger, target: date, ask: Slice) -> AsMade | None:
    """The forecasts that speak of a month of the books; None by delivery, where the pickup does."""
    return None if found.basis is Basis.DELIVERY else as_made(session, target, ask, found.as_of)


def curve_of(found: Ledger, target: date, made_by: AsMade | None, leads: int = LEADS) -> pd.DataFrame:
    """:func:`booking_curve` from books that were read already. ``made_by``: see :func:`heading_of`."""
    row = found.row(target)
    books = books_of(found, leads)
    rows = []
    for lead in range(leads, -1, -1):
        cutoff = None if row is None else row - lead
        day = _cutoff_day(found, target, lead)
        if row is None or cutoff is None or not 0 <= cutoff <= found.newest:
            rows.append(
                {
                    "months_ahead": lead,
                    "date": day,
                    "last_year": _a_year_before(found, row, cutoff),
                    "n": 0,
                    "status": Status.NO_DATA.value,
                }
            )
            continue
        booked = float(found.won[row, cutoff])
        # A month that is over comes to what is booked for it.
        is_over = lead == 0 and found.ends_months
        made = _heading(found, books, made_by, row, lead, day)
        rows.append(
            {
                "months_ahead": lead,
                "date": day,
                "booked": booked,
                "open_value": found.open_value[row, cutoff],
                "expected_value": found.expected_value[row, cutoff],
                "last_year": _a_year_before(found, row, cutoff),
                "forecast": booked if is_over else made.value,
                "lower": booked if is_over else made.lower,
                "upper": booked if is_over else made.upper,
                "n": made.n,
                "status": (Status.OK if is_over and found.basis is Basis.EXPECTED else made.status).value,
            }
        )
    frame = pd.DataFrame(rows, columns=list(CURVE))
    numbers = [name for name in CURVE if name not in ("months_ahead", "date", "n", "status")]
    return frame.astype(dict.fromkeys(numbers, "float64"))


def heading_for(session: Session, found: Ledger, target: date, ask: Slice) -> Heading:
    """What a month is heading for on the day the books are looked at from, as its booking curve says at that lead."""
    row = found.row(target)
    lead = -1 if row is None else row - found.newest
    if row is None or not 0 <= lead <= LEADS:
        return NOTHING_SAID
    return _heading(found, books_of(found), heading_of(session, found, target, ask), row, lead, found.as_of)


def _heading(found: Ledger, books: Books, made_by: AsMade | None, row: int, lead: int, day: date) -> Heading:
    """What a month was heading for at a lead: by the forecast, or by delivery what usually still came in from there."""
    if found.basis is Basis.EXPECTED:
        return NOTHING_SAID if made_by is None else made_by.on(day)
    picked = pickup(books, row, lead)
    status = Status.OK if picked.n >= MIN_JUDGED else Status.TOO_FEW
    return Heading(picked.forecast, picked.lower, picked.upper, picked.n, status)


def _a_year_before(found: Ledger, row: int | None, cutoff: int | None) -> float | None:
    """What was booked for the same month of the year before, as long before it; None where that is not known."""
    if row is None or cutoff is None or not 0 <= cutoff - 12 <= found.newest:
        return None
    return float(found.won[row - 12, cutoff - 12])


def _cutoff_day(found: Ledger, target: date, lead: int) -> date:
    then = month_add(month(target).start, -lead)
    end = month(then).end
    return end if found.ends_months else min(end, then.replace(day=min(found.as_of.day, end.day)))


def booked_ahead_now(session: Session, ask: Slice, span: Span) -> Figure:
    """The KPI ``booked_ahead``: won value for the months after the one looked from. No number where deals say no
    delivery date: an order without one is never ahead."""
    if span.at is None:
        return Figure(None, 0, Status.NO_DATA)
    sql = load_sql("kpi_engine.forecasting", "booked_ahead").format(
        deals=deals_as_seen(session, span.at), condition=ask.condition()
    )
    value, n, with_delivery = session.rows(sql, {"at": span.at} | ask.values())[0]
    return Figure(float(value), int(n), Status.OK) if with_delivery else Figure(None, 0, Status.NO_DATA)
