"""What each team and rep is likely to bring this month."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from kpi_engine.forecasting.months_ahead import ForecastKpi, forecast
from kpi_engine.names import Status
from kpi_engine.storage import Session
from kpi_engine.views import words
from kpi_engine.views.ask import Ask, Who
from kpi_engine.views.forecast_words import between

CUTS = {"team": "By team", "owner": "By rep"}
NONE = {"team": "No team", "owner": "No rep"}


@dataclass(frozen=True)
class ForecastBy:
    """``rows``: name, won, value (nan where nothing can be forecast), between, target, note; by name."""

    rows: pd.DataFrame
    few: str


def forecast_by_view(session: Session, ask: Ask, who: Who) -> ForecastBy:
    """This month by team or rep. ``ask.choice``: the KPI and the cut, as in ``won_value team``."""
    name, _, by = ask.choice.partition(" ")
    kpi: ForecastKpi = "won_deals" if name == "won_deals" else "won_value"
    cut = by if by in CUTS else "team"
    is_money = kpi == "won_value"
    frame = forecast(session, ask.seen_by(who), ask.as_of, 0, kpi, cut)
    is_few = frame["status"] == Status.TOO_FEW
    rows = pd.DataFrame(
        {
            "name": [part or NONE[cut] for part in frame[cut]],
            "won": frame["won"].astype(float),
            "value": frame["value"].astype(float),
            "between": [
                between(lower, upper, ask, is_money)
                for lower, upper in zip(frame["lower"], frame["upper"], strict=True)
            ],
            "target": frame["target"].astype(float),
            "note": [
                f"too few wins to forecast ({n} in a year)" if few else ""
                for n, few in zip(frame["n"], is_few, strict=True)
            ],
        }
    )
    few = (
        f"{words.many(int(is_few.sum()), 'line')} without a forecast: too few wins for one. Their open deals are in "
        "the forecast of the whole."
        if is_few.any()
        else ""
    )
    return ForecastBy(rows=rows, few=few)
