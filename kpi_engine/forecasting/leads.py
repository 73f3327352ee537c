"""Which KPIs are followed by results, weeks later: every leading KPI against every result, judged as one board."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from kpi_engine.forecasting.weekly import calendar_of, is_weekly, weekly
from kpi_engine.metrics.kinds import Direction, Role
from kpi_engine.metrics.query import ALL
from kpi_engine.metrics.registry import METRICS, metric
from kpi_engine.metrics.slice import Slice
from kpi_engine.stats.lead_lag import LeadLag, lead_lags, q_values, verdict
from kpi_engine.storage.store import Session

RESULTS = ("won_deals", "won_value", "new_deals")
"""What a board looks for the forerunners of, unless somebody asks for others. The count of won deals stands before
their value, which one large order can move. No stock is among them: what is won leaves EV, so whatever brings orders
would seem to lower it."""

ROW = (
    "leading", "lagging", "lag_weeks", "effect", "lower", "upper", "p_value", "q_value", "weeks", "status", "strength",
    "why",
)  # fmt: skip
"""The columns of a board. ``effect`` (80 % from ``lower`` to ``upper``) is how much more of the result followed one
more of the leading KPI ``lag_weeks`` later; ``p_value`` is over all lags, ``q_value`` over the whole board;
``strength`` is a partial correlation. Where nothing could be tested these are None and ``why`` says why not."""

NOT_WEEKLY = "not_weekly"


@dataclass(frozen=True)
class Board:
    """``rows``: one per pair, with the columns of :data:`ROW`, in the order asked for. ``weekly``: the series, indexed
    by week. ``found``: what the test says of each pair (leading, lagging)."""

    rows: pd.DataFrame
    weekly: pd.DataFrame
    found: Mapping[tuple[str, str], LeadLag]


def leading_kpis() -> list[str]:
    """Every listed KPI of the catalogue that is meant to move before the results and can be measured by the week.
    Those made of results themselves (won value by when it was won) are none."""
    listed = (m for m in METRICS.values() if m.role is Role.LEADING and not m.is_part and m.topic != "results")
    return [m.name for m in listed if is_weekly(m.name)]


def board(
    session: Session,
    ask: Slice = ALL,
    as_of: date | None = None,
    leading: Sequence[str] | None = None,
    lagging: Sequence[str] | None = None,
) -> Board:
    """Every leading KPI against every result, in one part of the business.

    ``leading`` and ``lagging``: KPI names; None for all of :func:`leading_kpis`, and for :data:`RESULTS`. There is a
    row for every pair, also where nothing is known of it. Raises UnknownName for a KPI nobody declared.
    """
    firsts = list(dict.fromkeys(leading_kpis() if leading is None else leading))
    results = list(dict.fromkeys(RESULTS if lagging is None else lagging))
    series = weekly(session, [*firsts, *results], ask, as_of)
    signs = {(x, y): expected_sign(x) * expected_sign(y) for x in firsts for y in results}
    found = board_of(series, firsts, results, signs)
    is_untold = found.rows[["leading", "lagging"]].map(lambda name: not is_weekly(name)).any(axis=1)
    return Board(found.rows.assign(why=found.rows["why"].mask(is_untold, NOT_WEEKLY)), found.weekly, found.found)


def expected_sign(name: str) -> int:
    """-1 for a KPI of which less is better, else 1. Raises UnknownName."""
    return -1 if metric(name).direction is Direction.DOWN else 1


def board_of(
    series: pd.DataFrame,
    leading: Sequence[str],
    lagging: Sequence[str],
    signs: Mapping[tuple[str, str], int] | None = None,
) -> Board:
    """The board of any weekly series.

    ``series``: indexed by the first day of each week, oldest first, no week left out; nan where it is not known.
    ``signs``: +1 where more should be followed by more (the default), -1 where by less.
    """
    calendar = calendar_of(list(series.index))
    first, second = (series[list(names)].to_numpy("float64") for names in (leading, lagging))
    tested = lead_lags(first, second, calendar)
    found = {(x, y): tested[i][j] for i, x in enumerate(leading) for j, y in enumerate(lagging)}
    p_values = np.array([np.nan if one.p_value is None else one.p_value for one in found.values()])
    rows = [
        {
            "leading": x,
            "lagging": y,
            "lag_weeks": one.lag,
            "effect": one.effect,
            "lower": one.lower,
            "upper": one.upper,
            "p_value": one.p_value,
            "q_value": None if np.isnan(q) else float(q),
            "weeks": one.weeks,
            "status": verdict(one, q, (signs or {}).get((x, y), 1)).value,
            "strength": None if one.lag is None else one.strongest,
            "why": one.why.value,
        }
        for ((x, y), one), q in zip(found.items(), q_values(p_values), strict=True)
    ]
    return Board(pd.DataFrame(rows, columns=list(ROW), dtype=object), series, found)
