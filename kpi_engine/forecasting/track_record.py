"""How the forecasts went: every one as it was made, beside what came and beside what plain rules would have said."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd

from kpi_engine.forecasting.by_expected_date import weighted_pipeline
from kpi_engine.forecasting.calendar import day_of
from kpi_engine.forecasting.months_ahead import ForecastKpi, ground_at
from kpi_engine.forecasting.parts import rows_of
from kpi_engine.forecasting.walkforward import MIXED, NAIVE, SCORED
from kpi_engine.forecasting.won import Outlook, made_of, outlook
from kpi_engine.metrics.kinds import Figure
from kpi_engine.metrics.slice import Slice
from kpi_engine.names import Status
from kpi_engine.periods import period_of
from kpi_engine.stats.accuracy import bias, coverage, mase, seasonal_naive_error, wape
from kpi_engine.storage.store import Session

if TYPE_CHECKING:  # the query module imports the KPIs, and they name this one
    from kpi_engine.metrics.query import Span

Array = npt.NDArray[np.float64]

OURS = "tideline"
CRM = "crm_weighted"
MODELS = (OURS, *NAIVE, CRM)

YEAR, QUARTER = 12, 3
MIN_SCORED = 6
"""Fewer scored forecasts are no track record."""

_ALL = Slice()
_ENOUGH_FOR_YEAR = 18
"""Whole months before a season of a year is what errors are scaled by; a quarter before."""


@dataclass(frozen=True)
class TrackRecord:
    """``rows``: made (the cutoff), month, horizon (1: the month that began then), model, forecast, lower, upper (nan
    for all but ours), actual. ``summary``: model, horizon (1 … 3 or "all"), wape, bias, mase, coverage (shares), n.
    ``season``: the months the seasonal naive behind MASE looks back. ``weights``: horizon (or "all": their mean) ->
    model -> share of the mix now; empty where nothing is forecast. ``wins``: of the last twelve whole months."""

    rows: pd.DataFrame
    summary: pd.DataFrame
    season: int
    weights: dict[str, dict[str, float]]
    wins: int
    is_ready: bool


ROWS = ["made", "month", "horizon", "model", "forecast", "lower", "upper", "actual"]
SUMMARY = ["model", "horizon", "wape", "bias", "mase", "coverage", "n"]


def track_record(session: Session, found: Outlook, kpi: str = "won_value") -> TrackRecord:
    """Score the forecasts of all whole months that are over. ``kpi``: won_value or won_deals."""
    is_value = kpi == "won_value"
    made, days = made_of(found, is_value), found.ground.days
    rows = record_rows(found, is_value, weighted_pipeline(session, found) if is_value else None)
    known = (found.ledger.value if is_value else found.ledger.count)[-1]
    whole = known[days.first_whole : int(days.month[-1])]
    season = YEAR if len(whole) >= _ENOUGH_FOR_YEAR else QUARTER
    return TrackRecord(
        rows=rows,
        summary=summarised(rows, seasonal_naive_error(whole, season)),
        season=season,
        weights=_weights(made.weights[-1]) if made.is_ready[-1] else {},
        wins=int(made.n[-1]),
        is_ready=bool(made.is_ready[-1]),
    )


def _weights(by_horizon: Array) -> dict[str, dict[str, float]]:
    named = dict(zip(map(str, range(1, SCORED + 1)), by_horizon, strict=True)) | {"all": by_horizon.mean(axis=0)}
    return {key: dict(zip(MIXED, map(float, of_one), strict=True)) for key, of_one in named.items()}


def record_rows(found: Outlook, is_value: bool = True, crm: Array | None = None) -> pd.DataFrame:
    """Every forecast of a whole month that is over, ours and the plain rules': ROWS.

    ``crm``: what the weighted pipeline said, see by_expected_date; None where it is not to be among them.
    """
    made, ground, days = made_of(found, is_value), found.ground, found.ground.days
    known = (found.ledger.value if is_value else found.ledger.count)[-1]
    rows = []
    for i in np.flatnonzero(days.is_start & made.is_ready):
        for k in range(SCORED):
            month = int(days.month[i]) + k
            if month >= int(days.month[-1]):
                continue
            said = dict(zip((OURS, *NAIVE), (made.value[i, k], *made.naive[i, k]), strict=True))
            said[CRM] = math.nan if crm is None else crm[i, k]
            when = (day_of(int(days.cutoffs[i])), ground.months.month(month), k + 1)
            for model, forecast in said.items():
                if not math.isnan(forecast):
                    band = (made.lower[i, k], made.upper[i, k]) if model == OURS else (math.nan, math.nan)
                    rows.append((*when, model, float(forecast), *map(float, band), float(known[month])))
    return pd.DataFrame(rows, columns=ROWS)


def accuracy(
    session: Session, ask: Slice = _ALL, as_of: date | None = None, kpi: ForecastKpi = "won_value"
) -> TrackRecord:
    """The track record of a slice at the end of a day; an empty one where no deal has ended by then."""
    return session.kept("track record", (ask, as_of, kpi), lambda: _accuracy(session, ask, as_of, kpi), of_facts=True)


def _accuracy(session: Session, ask: Slice, as_of: date | None, kpi: ForecastKpi) -> TrackRecord:
    ground = ground_at(session, as_of)
    if ground is None:
        return TrackRecord(pd.DataFrame(columns=ROWS), pd.DataFrame(columns=SUMMARY), QUARTER, {}, 0, False)
    return track_record(session, outlook(ground, rows_of(session, ground.history, ask)), kpi)


def forecast_wape(session: Session, ask: Slice, span: Span) -> Figure:
    """The KPI of the same name, see metrics.declared.forecast."""
    return _figure(session, ask, span, "wape")


def forecast_bias(session: Session, ask: Slice, span: Span) -> Figure:
    """The KPI of the same name, see metrics.declared.forecast."""
    return _figure(session, ask, span, "bias")


def _figure(session: Session, ask: Slice, span: Span, score: str) -> Figure:
    """A score of our own forecasts, all horizons together, of the months that lie in the span."""
    rows = accuracy(session, ask, span.at).rows
    is_inside = [
        (span.since is None or month >= span.since) and (span.until is None or _end(month) <= span.until)
        for month in rows["month"]
    ]
    mine = rows[(rows["model"] == OURS) & pd.Series(is_inside, index=rows.index, dtype=bool)]
    if mine.empty:
        return Figure(None, 0, Status.NO_DATA)
    value = (wape if score == "wape" else bias)(_array(mine, "forecast"), _array(mine, "actual"))
    if math.isnan(value):
        return Figure(None, len(mine), Status.NO_DATA)
    return Figure(value, len(mine), Status.OK if len(mine) >= MIN_SCORED else Status.TOO_FEW)


def _end(month: date) -> date:
    return period_of(month, "month").end


def summarised(rows: pd.DataFrame, naive_error: float) -> pd.DataFrame:
    """Scores by model and horizon, and over all horizons: each over the months its model spoke of."""
    found: list[tuple[object, ...]] = []
    for horizon in (*range(1, SCORED + 1), "all"):
        at = rows if horizon == "all" else rows[rows["horizon"] == horizon]
        for model in MODELS:
            mine = at[at["model"] == model]
            if not mine.empty:
                found.append((model, horizon, *_scores(mine, naive_error), len(mine)))
    return pd.DataFrame(found, columns=SUMMARY).astype({"horizon": object})


def on_common_ground(rows: pd.DataFrame, model: str) -> tuple[float, float, int]:
    """WAPE of ours and of another model over the forecasts both of them made, and how many those are."""
    keys = ["made", "month"]
    both = rows[rows["model"] == OURS].merge(rows[rows["model"] == model], on=keys, suffixes=("", "_other"))
    if both.empty:
        return math.nan, math.nan, 0
    actual = _array(both, "actual")
    return wape(_array(both, "forecast"), actual), wape(_array(both, "forecast_other"), actual), len(both)


def _scores(rows: pd.DataFrame, naive_error: float) -> tuple[float, float, float, float]:
    forecast, actual = _array(rows, "forecast"), _array(rows, "actual")
    inside = coverage(_array(rows, "lower"), _array(rows, "upper"), actual)
    return wape(forecast, actual), bias(forecast, actual), mase(forecast, actual, naive_error), inside


def _array(rows: pd.DataFrame, column: str) -> Array:
    return rows[column].to_numpy(dtype=np.float64)
