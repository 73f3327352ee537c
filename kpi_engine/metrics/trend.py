"""Total value, expected value and their ratio, week by week or month by month."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Literal

import numpy as np
import pandas as pd

from kpi_engine.errors import UnknownName
from kpi_engine.ingest.history import store_as_of
from kpi_engine.metrics.dimensions import check_cut, split_by
from kpi_engine.metrics.kinds import Simple
from kpi_engine.metrics.query import ALL, as_dates, stock_frame
from kpi_engine.metrics.registry import METRICS
from kpi_engine.metrics.slice import Slice
from kpi_engine.metrics.status import divided
from kpi_engine.names import Evidence
from kpi_engine.storage.store import Session, load_sql

SHOWN = [
    metric
    for name in ("total_value", "expected_value", "open_deals", "deals_without_amount")
    if isinstance(metric := METRICS[name], Simple)
]
"""The stocks a trend is drawn from."""

_PLACE = {metric.name: i for i, metric in enumerate(SHOWN)}

Chances = Literal["today", "then"]
"""The win chances a trend is drawn with: those in force now, or at each period's end those in force then."""

COLUMNS = (
    "period_start",
    "period_end",
    "is_part_period",
    "total_value",
    "expected_value",
    "ev_tv_ratio",
    "open_deals",
    "deals_without_amount",
    "inferred_share",
    "evidence",
)


def trend(
    session: Session,
    ask: Slice = ALL,
    grain: Literal["week", "month"] = "week",
    date_from: date | None = None,
    date_to: date | None = None,
    as_of: date | None = None,
    by: str | Sequence[str] = (),
    chances: Chances = "today",
) -> pd.DataFrame:
    """The open work at the end of each period, from the first change on.

    Parameters
    ----------
    date_from : periods that end before it are left out.
    date_to, as_of : the trend ends at the earlier of the two (``as_of``: the newest import's where None). Where that is
        inside a period, the last ``period_end`` is that day and ``is_part_period`` is set.
    by : dimensions, none of them a period.
    chances : the win chances behind expected value. ``today``: the table in force on ``as_of``, for all periods, so
        that the line shows the work alone. ``then``: for each period the table in force at its end.

    Returns
    -------
    DataFrame, ascending, of ``period_start, period_end`` (dates), ``is_part_period`` (bool),
    ``total_value, expected_value, ev_tv_ratio, inferred_share`` (float64, nan where there is none),
    ``open_deals, deals_without_amount`` (int64) and ``evidence`` (what most open deals rest on; None without open
    deals); with ``by``, those columns first (None for none). Where deals are open and none of them has an amount, there
    is no value. Deals without a created date are left out: nobody knows since when they were open.

    Raises
    ------
    UnknownName
        A dimension nobody declared, or a period.
    """
    names = (by,) if isinstance(by, str) else tuple(by)
    columns, period = split_by(names)
    if period is not None:
        raise UnknownName(f"A trend runs by {grain} already: it cannot be cut by '{period}' as well.")
    for metric in SHOWN:
        check_cut(metric, names)
    ends = [day for day in (date_to, as_of or store_as_of(session)) if day is not None]
    if not ends:
        return pd.DataFrame(columns=[*columns, *COLUMNS])
    last = min(ends)
    over_time = _chances_over_time(session) if chances == "then" else None
    if over_time is not None and over_time["until"].notna().any():
        frame = _as_they_were(session, ask, columns, grain, date_from, last, over_time)
    else:
        newest = store_as_of(session)
        seen_at = as_of if as_of is not None and newest is not None and as_of < newest else None
        frame = stock_frame(session, SHOWN, ask, columns, grain, date_from, last, dated_only=True, chances_on=seen_at)
    return _drawn(frame, columns)[[*columns, *COLUMNS]]


def _chances_over_time(session: Session) -> pd.DataFrame:
    return session.frame(load_sql("kpi_engine.metrics", "chances_over_time"))


def _as_they_were(
    session: Session,
    ask: Slice,
    columns: tuple[str, ...],
    grain: Literal["week", "month"],
    date_from: date | None,
    date_to: date,
    over_time: pd.DataFrame,
) -> pd.DataFrame:
    """The stocks with each period's expected value at the chances in force at its end: total value by stage, times the
    chance of the stage then."""
    by_stage = tuple(dict.fromkeys((*columns, "pipeline", "stage")))
    frame = stock_frame(session, SHOWN, ask, by_stage, grain, date_from, date_to, dated_only=True)
    names = {"pipeline": f"d{by_stage.index('pipeline')}", "stage": f"d{by_stage.index('stage')}"}
    priced = frame.merge(over_time.rename(columns=names), on=list(names.values()), how="left")
    ends = pd.to_datetime(priced["period_end"])
    is_in_force = ~(priced["since"] > ends) & ~(priced["until"] <= ends)
    priced = priced[is_in_force]
    value, chance = f"v{_PLACE['total_value']}", f"v{_PLACE['expected_value']}"
    priced = priced.assign(**{chance: priced[value] * priced["probability"]})
    keys = [f"d{i}" for i in range(len(columns))] + ["period_start", "period_end", "is_part_period"]
    numbers = [name for name in frame.columns if name not in keys and not name.startswith("d")]
    added = priced.groupby(keys, as_index=False, sort=True)[numbers].sum()
    # Amounts have two decimals: floats added up stage by stage go astray by less than that, and come back so.
    return added.assign(**{value: added[value].round(2)})


def _drawn(frame: pd.DataFrame, columns: tuple[str, ...]) -> pd.DataFrame:
    """The frame of an assembled stock query in the words of a trend."""
    is_known = (frame["n0"] > 0) | (frame["u0"] == 0)
    shown = {metric.name: frame[f"v{i}"] for i, metric in enumerate(SHOWN)}
    groups = {c: frame[f"d{i}"].astype(object).where(frame[f"d{i}"] != "", None) for i, c in enumerate(columns)}
    return frame.assign(
        **groups,
        period_start=as_dates(frame["period_start"]),
        period_end=as_dates(frame["period_end"]),
        total_value=shown["total_value"].where(is_known),
        expected_value=shown["expected_value"].where(is_known),
        ev_tv_ratio=divided(shown["expected_value"], shown["total_value"]).where(is_known),
        deals_without_amount=shown["deals_without_amount"].astype("int64"),
        inferred_share=divided(frame["open_inferred"], frame["open_deals"]),
        evidence=_mostly(frame),
    )


def _mostly(frame: pd.DataFrame) -> pd.Series:
    """What most open deals rest on; of equals the weaker, so that nothing looks surer than it is."""
    weakest_first = [Evidence.INFERRED, Evidence.SNAPSHOT, Evidence.HISTORY]
    counts = frame[[f"open_{evidence}" for evidence in weakest_first]].to_numpy()
    most = np.array([str(evidence) for evidence in weakest_first], dtype=object)[counts.argmax(axis=1)]
    return pd.Series(most, index=frame.index, dtype=object).where(frame["open_deals"] > 0, None)
