"""What a month is heading for by the forecast, as it was said on any day: the one answer wherever a month is asked
about by the day its orders are won."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date

import numpy as np

from kpi_engine.forecasting.known import day_number
from kpi_engine.forecasting.months_ahead import ground_at, status_of
from kpi_engine.forecasting.parts import rows_of
from kpi_engine.forecasting.walkforward import AHEAD
from kpi_engine.forecasting.won import Outlook, outlook
from kpi_engine.metrics.slice import Slice
from kpi_engine.names import Status
from kpi_engine.periods import month
from kpi_engine.storage.store import Session


@dataclass(frozen=True)
class Heading:
    """What a month was said to come to, with its 80 % band (nan unless ``status`` is ok), and ``n``: wins of the last
    twelve whole months then."""

    value: float
    lower: float
    upper: float
    n: int
    status: Status


NOTHING_SAID = Heading(math.nan, math.nan, math.nan, 0, Status.NO_DATA)


@dataclass(frozen=True)
class AsMade:
    """The forecasts of one month's won value as they were made; ``target``: the month's first day."""

    found: Outlook
    target: date

    def on(self, day: date) -> Heading:
        """The newest forecast there was at the end of a day: that of the day itself where it is the last known or the
        last of a month, else the one made on the first of its month. no_data where the month lay too far ahead, or
        was over."""
        days, made = self.found.ground.days, self.found.value
        i = int(np.searchsorted(days.cutoffs, day_number(day) + 1, side="right")) - 1
        if i < 0:
            return NOTHING_SAID
        k = int(self.found.ground.months.index(np.array([day_number(self.target)]))[0]) - int(days.month[i])
        if not 0 <= k < AHEAD:
            return NOTHING_SAID
        n = int(made.n[i])
        if status_of(self.found, "won_value") == Status.NO_DATA:
            return Heading(math.nan, math.nan, math.nan, n, Status.NO_DATA)
        if not made.is_ready[i] or math.isnan(made.value[i, k]):
            return Heading(math.nan, math.nan, math.nan, n, Status.TOO_FEW)
        return Heading(float(made.value[i, k]), float(made.lower[i, k]), float(made.upper[i, k]), n, Status.OK)


def as_made(session: Session, target: date, ask: Slice, at: date) -> AsMade | None:
    """The forecasts of the month of ``target`` made up to the end of day ``at``; None where no deal has ended."""
    ground = ground_at(session, at)
    if ground is None:
        return None
    start = month(target).start
    about = int(ground.months.index(np.array([day_number(start)]))[0])
    return AsMade(outlook(ground, rows_of(session, ground.history, ask), about=about), start)
