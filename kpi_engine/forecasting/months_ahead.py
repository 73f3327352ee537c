"""The forecast as it is asked for: month by month, by quarter and fiscal year, by team and rep."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

import numpy as np
import pandas as pd

from kpi_engine.errors import TidelineError, UnknownName
from kpi_engine.forecasting.calendar import day_of
from kpi_engine.forecasting.known import day_number, load
from kpi_engine.forecasting.parts import CUTS, cut_of, rows_of
from kpi_engine.forecasting.targets import Agreed, agreed, target_of
from kpi_engine.forecasting.walkforward import AHEAD
from kpi_engine.forecasting.won import Ground, Outlook, ground_of, made_of, outlook
from kpi_engine.ingest.history import store_as_of
from kpi_engine.metrics.slice import Slice
from kpi_engine.model.settings import read_settings
from kpi_engine.names import Status
from kpi_engine.periods import Period, fiscal_quarter, fiscal_year, month, month_add
from kpi_engine.stats.bands import gamma_band, spread_of_sum
from kpi_engine.storage.store import Session

ForecastKpi = Literal["won_value", "won_deals"]
KPIS: tuple[ForecastKpi, ...] = ("won_value", "won_deals")

GRAINS = ("month", "quarter", "year")
COLUMNS = ["month", "value", "lower", "upper", "won", "open", "new", "status", "n", "target"]
SPANS = ["grain", "start", "end", *COLUMNS[1:]]
_ALL = Slice()


class BadHorizon(TidelineError):
    """More months than can be forecast, or fewer than none."""


def ground_at(session: Session, as_of: date | None = None) -> Ground | None:
    """What forecasts stand on at the end of a day; of the newest import's where None or where that is earlier.

    None where no deal has ended by then.
    """
    if store_as_of(session) is None:
        return None
    return session.kept("forecast ground", as_of, lambda: _ground(session, as_of), of_facts=True)


def _ground(session: Session, as_of: date | None) -> Ground | None:
    history = load(session)
    last = min(day_number(as_of), history.last_day) if as_of else history.last_day
    return ground_of(history, last + 1) if len(history.deal) else None


def forecast(
    session: Session,
    ask: Slice = _ALL,
    as_of: date | None = None,
    horizon: int = 3,
    kpi: ForecastKpi = "won_value",
    by: str | None = None,
) -> pd.DataFrame:
    """The month that the next day lies in and ``horizon`` more.

    Returns
    -------
    DataFrame of ``month`` (its first day), ``value, lower, upper`` (the whole month and its 80 % band), ``won``
    (already), ``open`` (from open deals), ``new`` (from deals not yet created); these three add up to the value;
    ``status``, ``n`` (wins in the last twelve whole months), ``target``; with ``by`` also that column, '' for deals
    without one. Where there are too few wins only ``won`` has a number; where the deals carry no dates of their own,
    ``open`` and ``new`` have none.
    """
    if not 0 <= horizon < AHEAD:
        raise BadHorizon(f"A forecast can look 0 to {AHEAD - 1} months ahead, not {horizon}.")

    def ahead(day: date) -> list[dict[str, object]]:
        months = [month(month_add(day, k)) for k in range(horizon + 1)]
        return [{"month": one.start, "end": one.end} for one in months]

    return _by_part(
        session, ask, as_of, kpi, by, COLUMNS, lambda found, targets: months_of(found, kpi, horizon, targets), ahead
    )


def forecast_of_spans(
    session: Session,
    ask: Slice = _ALL,
    as_of: date | None = None,
    kpi: ForecastKpi = "won_value",
    by: str | None = None,
) -> pd.DataFrame:
    """The fiscal quarter the next day lies in, the one after it, and the fiscal year.

    Returns
    -------
    DataFrame of ``grain`` (quarter or year), ``start, end`` (its days, both included), and the columns of
    :func:`forecast`: ``won`` is what was won in it so far, and value, band, ``open`` and ``new`` are of the whole span.
    """

    def summed(found: Outlook, targets: list[Agreed]) -> pd.DataFrame:
        n = int(made_of(found, kpi == "won_value").n[found.ground.latest])
        rows = [
            {"grain": grain, "start": one.period.start, "end": one.period.end}
            | {name: getattr(one, name) for name in ("value", "lower", "upper", "won", "open", "new", "target")}
            | {"status": one.status.value, "n": n}
            for grain, one in zip(("quarter", "quarter", "year"), sums_of(session, found, kpi, targets), strict=True)
        ]
        return pd.DataFrame(rows, columns=SPANS)

    def ahead(day: date) -> list[dict[str, object]]:
        return [{"grain": grain, "start": one.start, "end": one.end} for grain, one in _spans_at(session, day)]

    return _by_part(session, ask, as_of, kpi, by, SPANS, summed, ahead)


def _by_part(
    session: Session,
    ask: Slice,
    as_of: date | None,
    kpi: ForecastKpi,
    by: str | None,
    names: list[str],
    told: Callable[[Outlook, list[Agreed]], pd.DataFrame],
    ahead: Callable[[date], list[dict[str, object]]],
) -> pd.DataFrame:
    """What is told of the whole slice, or of each of its parts, with the part's name. Where deals are known and none
    has ended, the times ``ahead`` of a day are told with a status: too few wins, none at all."""
    if by is not None and by not in CUTS:
        raise UnknownName.of("cut of a forecast", by, CUTS)
    ground = ground_at(session, as_of)
    columns = [*([by] if by else []), *names]
    if ground is None:
        history = load(session)
        last = history.last_day if as_of is None else min(day_number(as_of), history.last_day)
        kept = np.zeros(len(history.deal), dtype=bool) if store_as_of(session) is None else history.day <= last
        if not kept.any():
            return pd.DataFrame(columns=columns)
        times = pd.DataFrame(ahead(day_of(last + 1)))
        if by is None:
            return _nothing_won(times, agreed(session, ask, kpi, as_of))[columns]
        nothing = [
            _nothing_won(times, agreed(session, mine, kpi, as_of) if name else []).assign(**{by: name})
            for name, mine in cut_of(session, history, ask, by)
        ]
        return pd.concat(nothing, ignore_index=True)[columns] if nothing else pd.DataFrame(columns=columns)
    if by is None:
        return told(outlook(ground, rows_of(session, ground.history, ask)), agreed(session, ask, kpi, as_of))
    parts = []
    for name, mine in cut_of(session, ground.history, ask, by):
        found = outlook(ground, rows_of(session, ground.history, mine), is_brief=True)
        parts.append(told(found, agreed(session, mine, kpi, as_of) if name else []).assign(**{by: name}))
    return pd.concat(parts, ignore_index=True)[columns] if parts else pd.DataFrame(columns=columns)


def _nothing_won(times: pd.DataFrame, targets: list[Agreed]) -> pd.DataFrame:
    """Months or spans, given by ``month`` or ``start`` and ``end``, for which nothing can be said yet."""
    starts = times["start"] if "start" in times else times["month"]
    wanted = [_or_nan(target_of(targets, start, end)) for start, end in zip(starts, times["end"], strict=True)]
    unknown = dict.fromkeys(("value", "lower", "upper", "open", "new"), math.nan)
    return times.assign(**unknown, won=0.0, status=Status.TOO_FEW.value, n=0, target=wanted)


def months_of(found: Outlook, kpi: ForecastKpi, horizon: int, targets: list[Agreed]) -> pd.DataFrame:
    """The months of one outlook, as :func:`forecast` gives them."""
    ground, made, now = found.ground, made_of(found, kpi == "won_value"), found.ground.latest
    first = int(ground.days.month[now])
    state = status_of(found, kpi)
    is_ok = state == Status.OK
    rows = []
    for k in range(horizon + 1):
        start, end = ground.months.month(first + k), day_of(int(ground.months.starts[first + k + 1]) - 1)
        rows.append(
            {
                "month": start,
                "value": made.value[now, k] if is_ok else math.nan,
                "lower": made.lower[now, k] if is_ok else math.nan,
                "upper": made.upper[now, k] if is_ok else math.nan,
                "won": made.won[now, k] if state != Status.NO_DATA else math.nan,
                "open": made.opened[now, k] if is_ok else math.nan,
                "new": made.created[now, k] if is_ok else math.nan,
                "status": state.value,
                "n": int(made.n[now]),
                "target": _or_nan(target_of(targets, start, end)),
            }
        )
    return pd.DataFrame(rows, columns=COLUMNS)


def status_of(found: Outlook, kpi: ForecastKpi) -> Status:
    """ok, too_few (wins or whole months), or no_data: no win carries an amount."""
    if kpi == "won_value" and not found.has_amounts:
        return Status.NO_DATA
    return Status.OK if made_of(found, kpi == "won_value").is_ready[found.ground.latest] else Status.TOO_FEW


@dataclass(frozen=True)
class Sum:
    """A quarter or fiscal year: what was won in it, and what is still to come, from open deals and from those not yet
    created. nan where nothing is forecast."""

    period: Period
    value: float
    lower: float
    upper: float
    won: float
    open: float
    new: float
    target: float
    status: Status


def sums_of(session: Session, found: Outlook, kpi: ForecastKpi, targets: list[Agreed]) -> list[Sum]:
    """The fiscal quarter the cutoff lies in, the next one, and the fiscal year."""
    today = day_of(int(found.ground.days.cutoffs[-1]))
    return [_summed(found, kpi, period, targets) for _, period in _spans_at(session, today)]


def _spans_at(session: Session, day: date) -> list[tuple[str, Period]]:
    """The fiscal quarter a day lies in, the next one, and the fiscal year, each with its grain."""
    start_month = read_settings(session).fiscal_year_start_month
    quarter = fiscal_quarter(day, start_month)
    following = fiscal_quarter(quarter.end + timedelta(days=1), start_month)
    return [("quarter", quarter), ("quarter", following), ("year", fiscal_year(day, start_month))]


def _summed(found: Outlook, kpi: ForecastKpi, period: Period, targets: list[Agreed]) -> Sum:
    """Won in the months gone by, and the forecasts of the others."""
    ground, made, now = found.ground, made_of(found, kpi == "won_value"), found.ground.latest
    known = (found.ledger.value if kpi == "won_value" else found.ledger.count)[now]
    starts, ends = ground.months.starts[:-1], ground.months.starts[1:] - 1
    inside = np.flatnonzero((starts >= day_number(period.start)) & (ends <= day_number(period.end)))
    won = float(known[inside].sum())
    ahead = inside - int(ground.days.month[now])
    ahead = ahead[(ahead >= 0) & (ahead < AHEAD)]
    state = status_of(found, kpi)
    target = _or_nan(target_of(targets, period.start, period.end))
    if state != Status.OK:
        known_won = won if state != Status.NO_DATA else math.nan
        return Sum(period, math.nan, math.nan, math.nan, known_won, math.nan, math.nan, target, state)
    mixed = float(made.mixed[now, ahead].sum())
    together = float(made.level[now, ahead].sum()) ** 2
    lower, upper = gamma_band(mixed, spread_of_sum(made.spread[now, ahead]) + together)
    opened, created = (float(part[now, ahead].sum()) for part in (made.opened, made.created))
    return Sum(period, won + mixed, won + lower, won + upper, won, opened, created, target, state)


def _or_nan(value: float | None) -> float:
    return math.nan if value is None else value
