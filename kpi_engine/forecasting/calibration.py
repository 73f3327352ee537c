"""How good the win chances stated at past month starts were, as KPIs."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from kpi_engine.forecasting.backtest import OURS, Backtest, backtest_of
from kpi_engine.forecasting.known import day_number
from kpi_engine.metrics.kinds import Figure
from kpi_engine.metrics.slice import Slice
from kpi_engine.names import Status
from kpi_engine.stats.scores import brier_score
from kpi_engine.storage.store import Session

if TYPE_CHECKING:  # the query module calls this one
    from kpi_engine.metrics.query import Span

MIN_STATED = 30
"""Fewer chances than this say more about luck than about the chances."""


def brier_score_of(session: Session, ask: Slice, span: Span) -> Figure:
    """The Brier score of the chances stated at the month starts in a span whose 90 days are over."""
    return _figure(_in_span(session, ask, span), lambda found: brier_score(found.is_won, found.said[OURS]))


def calibration_gap_of(session: Session, ask: Slice, span: Span) -> Figure:
    """Mean chance stated less share won, at the month starts in a span whose 90 days are over."""
    return _figure(_in_span(session, ask, span), lambda found: float(found.said[OURS].mean() - np.mean(found.is_won)))


def _in_span(session: Session, ask: Slice, span: Span) -> Backtest:
    found = backtest_of(session, ask, span.seen_at)
    kept = np.ones(len(found), dtype=bool)
    if span.since is not None:
        kept &= found.cutoff >= day_number(span.since)
    if span.until is not None:
        kept &= found.cutoff <= day_number(span.until)
    return found.where(kept)


def _figure(found: Backtest, score: Callable[[Backtest], float]) -> Figure:
    if not len(found):
        return Figure(None, 0, Status.NO_DATA)
    return Figure(score(found), len(found), Status.OK if len(found) >= MIN_STATED else Status.TOO_FEW)
