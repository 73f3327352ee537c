"""The CRM's way to forecast: amount times the stage's probability, by the month a deal is expected to close in."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from kpi_engine.forecasting.walkforward import SCORED
from kpi_engine.forecasting.won import Outlook
from kpi_engine.storage.store import Session, load_sql

Array = npt.NDArray[np.float64]

MIN_TOLD = 0.5
"""The share of open deals whose expected date and amount must have been written down at the time."""


def weighted_pipeline(session: Session, found: Outlook) -> Array:
    """The weighted pipeline of each month ahead as it stood at every cutoff: shape (n_cutoffs, SCORED).

    nan where fewer than MIN_TOLD of the open deals have evidence of their date and amount from that time: an export
    overwrites the expected date when a deal closes, and what it then says would be hindsight. The probability of a
    stage is the CRM's own, as the newest export gives it.
    """
    ground, deals = found.ground, found.deals
    h, days = ground.history, ground.days
    chances = {
        (pipeline, stage): chance
        for pipeline, stage, chance in session.rows(load_sql("kpi_engine.forecasting", "stage_chances"))
    }
    n_cutoffs = len(days.cutoffs)
    nothing = np.full((n_cutoffs, SCORED), np.nan)
    if not chances:
        return nothing
    weight = np.full(len(deals.row), np.nan)
    for i, pipeline in enumerate(h.pipelines):
        by_state = np.array([chances.get((pipeline.name, stage), np.nan) for stage in pipeline.stages])
        mine = deals.pipeline == i
        weight[mine] = by_state[deals.state[mine]]
    deal, at = h.deal[deals.row], days.cutoffs[deals.cutoff]
    is_told = (h.expected_since[deal] < at) & ~deals.is_guessed & ~np.isnan(weight)
    worth = np.where(is_told, np.nan_to_num(h.amount[deals.row]) * np.nan_to_num(weight), 0.0)
    ahead = ground.months.index(h.expected[deals.row]) - days.month[deals.cutoff]
    is_due = is_told & (ahead >= 0) & (ahead < SCORED)
    sums = np.bincount(
        deals.cutoff[is_due] * SCORED + ahead[is_due], weights=worth[is_due], minlength=n_cutoffs * SCORED
    ).reshape(n_cutoffs, SCORED)
    told = np.bincount(deals.cutoff, weights=is_told.astype(np.float64), minlength=n_cutoffs)
    there = np.bincount(deals.cutoff, minlength=n_cutoffs)
    is_fair = told >= MIN_TOLD * np.maximum(there, 1)
    return np.where(is_fair[:, None], sums, nothing)
