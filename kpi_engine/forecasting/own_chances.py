"""The chance of each open deal to be won within 90 days, the deal's own and not its stage's, for the forecast's deals.

It looks at what has earned its place: amount, source, owner beside stage and age (forecasting.chances). Which deals a
month depends on goes by it. How much a month is to bring does not: scaled to these chances, the months were no nearer
on most walk-forwards (docs/decisions/0007-own-chances-in-the-list-not-in-the-sum.md).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import numpy as np
import numpy.typing as npt

from kpi_engine.forecasting.chances import Teacher, sampled_one_in
from kpi_engine.forecasting.known import load
from kpi_engine.forecasting.won import WEEK, Ground
from kpi_engine.storage.store import Session

Array = npt.NDArray[np.float64]


def own_chances(session: Session, ground: Ground, as_of: date | None) -> Mapping[int, Array]:
    """By the number of the cutoff, the latest one and that of a week before: the 90-day chance of each of the history's
    deals, shape (n_deals,); nan where a deal was not open, or where nothing but a ladder speaks.

    ``as_of``: the day ``ground`` was asked for. Worked out once per import and day.
    """
    return session.kept("own chances", as_of, lambda: _said(session, ground, as_of), of_facts=True)


def _said(session: Session, ground: Ground, as_of: date | None) -> dict[int, Array]:
    one_in = sampled_one_in(session, as_of)
    teacher = Teacher(ground.history if one_in == 1 else load(session, one_in))
    found = {}
    for at in {ground.index(int(ground.days.cutoffs[ground.latest]) - WEEK), ground.latest}:
        said = teacher.at(int(ground.days.cutoffs[at]), ground.history)
        found[at] = np.full(len(ground.history.deal_id), np.nan)
        found[at][said.deal] = said.ninety
    return found
