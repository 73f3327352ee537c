"""How often the open work covers what is missing to the target."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pandas as pd

from kpi_engine.forecasting.targets import agreed, target_of
from kpi_engine.metrics.kinds import Figure
from kpi_engine.metrics.query import Span, measure
from kpi_engine.metrics.slice import Slice
from kpi_engine.metrics.status import divided
from kpi_engine.model.settings import read_settings
from kpi_engine.names import Status
from kpi_engine.periods import Period, fiscal_quarter
from kpi_engine.storage.store import Session


@dataclass(frozen=True)
class Coverage:
    """A quarter's target, what is won of it so far, and the total value of what is open. ``target`` is None where
    nobody set one for these people; ``times`` where there is none, or nothing is missing to it."""

    quarter: Period
    target: float | None
    won: float
    total_value: float | None
    n: int

    @property
    def missing(self) -> float | None:
        """What is still to be won; 0 once the target is reached."""
        return None if self.target is None else max(self.target - self.won, 0.0)

    @property
    def times(self) -> float | None:
        """Total value over what is missing."""
        if not self.missing or self.total_value is None:
            return None
        return float(divided(pd.Series([self.total_value]), pd.Series([self.missing])).iloc[0])


def coverage(session: Session, ask: Slice, as_of: date) -> Coverage:
    """The running fiscal quarter's target against won and open, as of a day.

    The target is what :func:`~kpi_engine.forecasting.targets.target_of` finds: the company's own, else the sum of
    people's; a slice by pipeline, segment, source or product has none, and nobody's year is cut into four.
    """
    quarter = fiscal_quarter(as_of, read_settings(session).fiscal_year_start_month)
    found = measure(session, ["total_value", "won_value"], ask, date_from=quarter.start, date_to=as_of, as_of=as_of)
    by_kpi = found.set_index("kpi")
    total, won = by_kpi.loc["total_value"], by_kpi.loc["won_value"]
    return Coverage(
        quarter,
        target_of(agreed(session, ask, "won_value", as_of), quarter.start, quarter.end),
        0.0 if pd.isna(won["value"]) else float(won["value"]),
        None if pd.isna(total["value"]) else float(total["value"]),
        int(total["n"]),
    )


def pipeline_coverage(session: Session, ask: Slice, span: Span) -> Figure:
    """The KPI. Its n counts the open deals with an amount."""
    if span.at is None:
        return Figure(None, 0, Status.NO_DATA)
    found = coverage(session, ask, span.at)
    return Figure(found.times, found.n, Status.NO_DATA if found.times is None else Status.OK)
