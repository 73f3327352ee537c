"""Weeks, months and quarters, as SQL over a date column that a declaration names. Weeks begin on Monday."""

from __future__ import annotations

from kpi_engine.metrics.dimensions import Grain

_STEP = {"week": "interval 7 day", "month": "interval 1 month", "quarter": "interval 3 month"}


def start_of(grain: Grain | None, column: str) -> str:
    """The first day of the period a date lies in; NULL where nothing was asked by period."""
    return "null::date" if grain is None else f"date_trunc('{grain}', {column})::date"


def end_of(grain: Grain | None, column: str) -> str:
    """The last day of the period a date lies in, but not later than ``$until``; ``$until`` itself without a grain."""
    if grain is None:
        return "$until::date"
    return f"least(({start_of(grain, column)} + {_STEP[grain]})::date - 1, $until::date)"


def every_period(grain: Grain, first: str, last: str) -> str:
    """The first days of all periods from the one ``first`` lies in to the one ``last`` lies in; none where either is NULL."""
    return f"unnest(generate_series({start_of(grain, first)}::timestamp, ({last})::timestamp, {_STEP[grain]}))::date"
