"""Which months are strong and which are lean, as far as the years support saying so."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import pandas as pd

from kpi_engine.errors import UnknownName
from kpi_engine.forecasting.booking import Basis, ledger
from kpi_engine.ingest.history import store_as_of
from kpi_engine.metrics.kinds import Additivity, Figure, Simple, Unit
from kpi_engine.metrics.query import ALL, Span, measure
from kpi_engine.metrics.registry import METRICS, metric
from kpi_engine.metrics.slice import Slice
from kpi_engine.names import Status
from kpi_engine.periods import month, month_add, spans
from kpi_engine.stats.season import Season, seasonal_index
from kpi_engine.storage.store import Session

FLOWS = tuple(
    m.name
    for m in METRICS.values()
    if isinstance(m, Simple)
    and m.additivity is Additivity.FULL
    and not m.is_part
    and m.unit in (Unit.MONEY, Unit.COUNT)
)
"""The KPIs that may have a season: what happens in a month, in money or by count."""

BY_DELIVERY = ("won_value", "won_deals")
"""Those that may be placed by delivery month instead of closing month."""

SEASON = ("month", "index", "lower", "upper", "p_value", "n", "years", "status")


@dataclass(frozen=True)
class Series:
    """Whole months of one KPI, oldest first, none missing. ``values`` has shape (n,). ``is_known`` is False where the
    KPI has no number at all (no deal carries an amount)."""

    months: tuple[date, ...]
    values: npt.NDArray[np.float64]
    is_known: bool

    def season(self) -> Season:
        """The seasonal index of this series."""
        return seasonal_index(self.values, np.array([day.month for day in self.months], dtype=np.int64))


def monthly(
    session: Session, kpi: str, ask: Slice = ALL, as_of: date | None = None, *, by_delivery: bool = False
) -> Series:
    """A KPI by month, whole months only: the first month with anything in it is left out (nobody knows where in it the
    data begin), and so is one that was not over at ``as_of``.

    Raises
    ------
    UnknownName
        No such KPI, one that is no monthly flow, or one that cannot be placed by delivery month.
    """
    if metric(kpi).name not in FLOWS:
        raise UnknownName(f"{kpi} is not something that happens in a month. There are {', '.join(FLOWS)}.")
    if by_delivery and kpi not in BY_DELIVERY:
        raise UnknownName(f"{kpi} has no delivery month. There are {' and '.join(BY_DELIVERY)}.")
    at = as_of or store_as_of(session)
    if at is None:
        return Series((), np.zeros(0), is_known=False)
    found = _by_delivery(session, kpi, ask, at) if by_delivery else _by_own_month(session, kpi, ask, at)
    return _whole(found, at)


def seasons(
    session: Session,
    kpi: str = "won_value",
    ask: Slice = ALL,
    as_of: date | None = None,
    *,
    by_delivery: bool = False,
) -> pd.DataFrame:
    """What each calendar month is to the average one.

    Parameters
    ----------
    kpi : one of :data:`FLOWS`, taken by the month it belongs to (created, closed, occurred).
    ask, as_of : which part of the business, seen from which day.
    by_delivery : by the month a won deal is delivered in (:data:`BY_DELIVERY` only).

    Returns
    -------
    DataFrame of :data:`SEASON`, one row for each month 1 to 12: ``index`` (1 is the average month) with an 80 %
    interval, ``p_value`` of there being a season at all (the same on every row; None where it cannot be tested), ``n``
    whole months, ``years`` in which this month was seen. ``status``: ok where the season may be shown as a fact;
    too_few where it may not (then the index is what can still be said, or nan where a month was never seen); no_data.
    """
    return frame_of(monthly(session, kpi, ask, as_of, by_delivery=by_delivery))


def frame_of(series: Series) -> pd.DataFrame:
    """:func:`seasons` from a series that was read already."""
    found = series.season()
    status = found.status if series.is_known else Status.NO_DATA
    return pd.DataFrame(
        {
            "month": np.arange(1, 13),
            "index": found.index,
            "lower": found.lower,
            "upper": found.upper,
            "p_value": pd.Series([found.p_value] * 12, dtype="float64"),
            "n": found.n,
            "years": found.years,
            "status": status.value,
        }
    )


def seasonal_index_now(session: Session, ask: Slice, span: Span) -> Figure:
    """The KPI ``seasonal_index``: what the month looked from usually is to the average month, for won value."""
    if span.at is None:
        return Figure(None, 0, Status.NO_DATA)
    row = seasons(session, "won_value", ask, span.at).iloc[span.at.month - 1]
    if row["status"] == Status.NO_DATA or not np.isfinite(row["index"]):
        return Figure(None, int(row["n"]), Status.NO_DATA)
    return Figure(float(row["index"]), int(row["n"]), Status(row["status"]))


def _by_own_month(session: Session, kpi: str, ask: Slice, at: date) -> dict[date, float]:
    frame = measure(session, [kpi], ask, by=["month"], as_of=at)
    return {day: float(value) for day, value in zip(frame["month"], frame["value"], strict=True) if day is not None}


def _by_delivery(session: Session, kpi: str, ask: Slice, at: date) -> dict[date, float]:
    found = ledger(session, ask, at, basis=Basis.DELIVERY)
    if found is None:
        return {}
    values = (found.won if kpi == "won_value" else found.won_deals)[:, found.newest]
    return dict(zip(found.months, (float(value) for value in values), strict=True))


def _whole(found: dict[date, float], at: date) -> Series:
    """The months from after the first with anything in it, but for a stray one, to the last that is over. What lies
    before a month without a number is left out: a season needs an unbroken row."""
    over = sorted(day for day in found if month(day).end <= at)
    last_unknown = max((i for i, day in enumerate(over) if np.isnan(found[day])), default=-1)
    kept = over[last_unknown + 1 :]
    is_known = bool(kept) or not over
    first = _first_of(kept, found)
    kept = kept[first + 1 :] if last_unknown < 0 else kept[first:]
    if kept:
        months = [period.start for period in spans(kept[0], kept[-1], "month")]
        return Series(tuple(months), np.array([found.get(day, 0.0) for day in months]), is_known)
    return Series((), np.zeros(0), is_known)


def _first_of(kept: list[date], found: dict[date, float]) -> int:
    """Where in the months in order there is first anything that more follows within a year: a single mistyped year is
    no beginning. Where nothing is followed so soon, the first month with anything."""
    places = [i for i, day in enumerate(kept) if found[day] != 0]
    followed = (i for i, later in pairwise(places) if kept[later] <= month_add(kept[i], 12))
    return next(followed, places[0] if places else len(kept))
