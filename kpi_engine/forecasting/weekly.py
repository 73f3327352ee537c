"""KPIs as weekly series: whole weeks only, and within what the files cover."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

import numpy as np
import pandas as pd

from kpi_engine.ingest.history import store_as_of
from kpi_engine.metrics.dimensions import dimensions_of
from kpi_engine.metrics.kinds import Metric, Simple, parts_of
from kpi_engine.metrics.query import ALL, measure
from kpi_engine.metrics.registry import METRICS, metric
from kpi_engine.metrics.slice import Slice
from kpi_engine.model.settings import read_settings
from kpi_engine.names import Status
from kpi_engine.periods import week
from kpi_engine.stats.weekly_series import Calendar
from kpi_engine.storage.store import Session

QUIET_WEEKS = 8
"""A part of the business in which nothing of any kind happened for longer has ended: its zeros are no zeros."""
_LATE_WEEKS = 4
"""A file that stops more weeks than this before the others covers no more than it holds."""

_Family = tuple[str, str]
"""A fact table and the date it is counted by: what is known of one of its KPIs in a week is known of all."""


def is_weekly(name: str) -> bool:
    """Whether a KPI can be measured week by week. Raises UnknownName."""
    return "week" in dimensions_of(metric(name))


def weekly(session: Session, names: Sequence[str], ask: Slice = ALL, as_of: date | None = None) -> pd.DataFrame:
    """KPIs week by week.

    Returns
    -------
    DataFrame
        Indexed by the first day of each whole week up to ``as_of``, without a gap; a float column per name. A week in
        which nothing happened is 0 for counts and amounts, and nan for a ratio, which is nan under its smallest n,
        too. Before a file begins and after it ends all is nan, as it is before this part of the business (``ask``)
        first appears in it and once it is quiet for good. Of each file the first week is left out: it may be a part.
    """
    wanted = [name for name in dict.fromkeys(names) if is_weekly(name)]
    families = {name: _families(METRICS[name]) for name in wanted}
    at = as_of or store_as_of(session)
    if at is None or not wanted:
        return pd.DataFrame(index=pd.Index([], name="week"), columns=list(dict.fromkeys(names)), dtype="float64")
    last = week(at + timedelta(days=1), read_settings(session).week_start).start - timedelta(days=1)
    kin = _of_families(set().union(*families.values()))
    asked = list(dict.fromkeys([*wanted, *kin]))
    frame = measure(session, asked, ask, ["week"], None, last, at)
    frame = frame[frame["week"].notna()]
    if frame.empty:
        return pd.DataFrame(index=pd.Index([], name="week"), columns=list(dict.fromkeys(names)), dtype="float64")
    whole = frame if ask == ALL else measure(session, list(kin), ALL, ["week"], None, last, at)
    starts = _weeks(frame["week"].min(), last)
    covered = _covered(_busy(frame, kin), _busy(whole, kin), starts)
    known = frame["status"].isin([Status.OK.value, Status.INFERRED.value])
    values = frame.assign(value=frame["value"].where(known)).pivot(index="week", columns="kpi", values="value")
    values = values.reindex(index=starts, columns=list(dict.fromkeys(names))).astype("float64")
    for name in wanted:
        first = max(covered[family][0] for family in families[name])
        end = min(covered[family][1] for family in families[name])
        values.loc[(values.index < first) | (values.index > end), name] = np.nan
    return values[values.notna().any(axis=1).cummax()].rename_axis(index="week", columns=None)


def calendar_of(starts: Sequence[date]) -> Calendar:
    """The calendar of weeks, given by their first days. A week of holidays holds the 25th of December or the first of
    January."""
    days_inside = [{(day.month, day.day) for day in (start + timedelta(days=i) for i in range(7))} for start in starts]
    return Calendar(
        turn=np.array([((start + timedelta(days=3)).timetuple().tm_yday - 1) / 365.25 for start in starts]),
        is_christmas=np.array([bool(days & {(12, 25), (1, 1)}) for days in days_inside], dtype=bool),
    )


def _weeks(first: date, last: date) -> list[date]:
    return [first + timedelta(days=7 * i) for i in range((last - first).days // 7 + 1)]


def _families(one: Metric) -> frozenset[_Family]:
    if isinstance(one, Simple):
        return frozenset({(one.model, one.time)})
    return frozenset(family for part in parts_of(one) for family in _families(METRICS[part]))


def _of_families(families: Iterable[_Family]) -> dict[str, _Family]:
    """Every KPI that shows whether one of these files has anything in a week."""
    wanted = set(families)
    simple = [
        m for m in METRICS.values() if isinstance(m, Simple) and (m.model, m.time) in wanted and is_weekly(m.name)
    ]
    return {m.name: (m.model, m.time) for m in simple}


def _busy(frame: pd.DataFrame, kin: dict[str, _Family]) -> dict[_Family, list[date]]:
    """The weeks in which a file has anything, in order."""
    some = frame[(frame["n"] > 0) & frame["kpi"].isin(list(kin))]
    found: dict[_Family, list[date]] = {family: [] for family in kin.values()}
    for name, weeks in some.groupby("kpi")["week"]:
        found[kin[str(name)]] += list(weeks)
    return {family: sorted(set(weeks)) for family, weeks in found.items()}


def _covered(
    here: dict[_Family, list[date]], everywhere: dict[_Family, list[date]], starts: list[date]
) -> dict[_Family, tuple[date, date]]:
    """First and last week of which each file tells; the first lies after the last where it tells of none."""
    seen = [weeks[-1] for weeks in here.values() if weeks]
    quiet_since = max(seen, default=starts[0])
    is_over = (starts[-1] - quiet_since).days > 7 * QUIET_WEEKS
    found = {}
    for family, weeks in here.items():
        if not weeks or not everywhere[family]:
            found[family] = (starts[-1] + timedelta(days=7), starts[-1])
            continue
        newest = everywhere[family][-1]
        ended = (starts[-1] - newest).days > 7 * _LATE_WEEKS
        last = newest - timedelta(days=7) if ended else starts[-1]
        found[family] = (weeks[0] + timedelta(days=7), min(last, quiet_since) if is_over else last)
    return found
