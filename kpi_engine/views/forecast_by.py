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
    """``rows``: name, won, value (nan where nothing can be forecast), between, target, note; by name, without those of
    whom there is nothing to show. ``few``: how many have no forecast, and why; '' where all have one."""

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
    says_something = rows["value"].notna() | (rows["won"] > 0) | rows["target"].notna()
    return ForecastBy(rows=rows[says_something].reset_index(drop=True), few=_few(int(is_few.sum()), len(rows), cut))


def _few(few: int, of: int, cut: str) -> str:
    if not few:
        return ""
    one = "rep" if cut == "owner" else "team"
    who = f"No {one} wins" if few == of else f"{words.many(few, one)} of {of} {'wins' if few == 1 else 'win'}"
    often = "often enough" if few == of else "too seldom"
    return f"{who} {often} for a forecast of {'their' if few > 1 else 'its'} own: see that of the whole."

