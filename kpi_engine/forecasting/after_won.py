"""How likely the money comes for what is won: from what became of the team's own won deals."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np

from kpi_engine.forecasting.stand_in import NEVER_CERTAIN, WON_BEFORE_PAID
from kpi_engine.stats.scores import wilson
from kpi_engine.storage.store import Session, load_sql

MIN_ENDED = 15
"""With fewer won deals whose end is known, the history says nothing of its own."""

PRIOR_DEALS = 10.0
"""What is usual counts like so many deals."""


@dataclass(frozen=True)
class AfterWon:
    """A won stage: ``probability`` that the money comes, with its 80 % interval, from ``n`` deals whose end is
    known."""

    pipeline: str
    stage: str
    probability: float
    lower: float
    upper: float
    n: int


def after_won(session: Session, before: date, with_paid: set[str]) -> list[AfterWon]:
    """The won stages with enough history before a day. ``with_paid``: the pipelines that have a stage for paid."""
    found = []
    for pipeline, stage, entered, paid, lost in session.rows(
        load_sql("kpi_engine.forecasting", "after_won"), {"before": before}
    ):
        # Without a stage for the money, a deal that was not lost again is as good as paid, and time tells no more.
        kept = paid if pipeline in with_paid else entered - lost
        if kept + lost >= MIN_ENDED:
            usual = WON_BEFORE_PAID if pipeline in with_paid else NEVER_CERTAIN
            found.append(AfterWon(pipeline, stage, *chance(kept, lost, usual), kept + lost))
    return found


def chance(kept: int, lost: int, usual: float) -> tuple[float, float, float]:
    """The chance that a won deal is paid, with its 80 % interval (Wilson), never above NEVER_CERTAIN.

    ``usual`` counts like PRIOR_DEALS deals.

    >>> [round(x, 3) for x in chance(57, 3, 0.95)]
    [0.95, 0.905, 0.974]
    """
    n = kept + lost + PRIOR_DEALS
    middle = (kept + PRIOR_DEALS * usual) / n
    lower, upper = wilson(np.asarray(middle), np.asarray(n))
    return min(middle, NEVER_CERTAIN), min(float(lower), NEVER_CERTAIN), min(float(upper), NEVER_CERTAIN)
