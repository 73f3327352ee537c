"""Can this person reach this target? The chance, from their own recent weeks, and how far they have come.

What counts as a week of work follows the season where the years support one: a lean month weighs less, so that neither
its few orders nor a target set for the high season are taken for more than they are.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

import numpy as np
import numpy.typing as npt
import pandas as pd

from kpi_engine.agreements.targets import Subject
from kpi_engine.forecasting.seasons import FLOWS, seasons
from kpi_engine.metrics.kinds import METRICS, Additivity, Direction, Metric, Ratio, Simple, Unit
from kpi_engine.metrics.query import measure
from kpi_engine.metrics.slice import Slice
from kpi_engine.model.settings import read_settings
from kpi_engine.names import Status
from kpi_engine.periods import Period, month, week, working_days
from kpi_engine.stats.feasibility import (
    MIN_AMOUNTS,
    Chance,
    Worth,
    amount_chance,
    at_most,
    band_of,
    count_chance,
    share_chance,
    usual_share,
    worth_of,
)
from kpi_engine.stats.level import MIN_WEEKS, Level, level_of
from kpi_engine.stats.scale import round_step
from kpi_engine.storage.store import Session, load_sql

Array = npt.NDArray[np.float64]

WEEKS = 52
"""How many weeks the level is made of; older ones would weigh next to nothing."""

AMOUNT_WEEKS = 104
"""How many weeks what a deal is worth is made of."""

AIM = 0.6
"""The chance a suggested target has: sooner reached than not, and still to be worked for."""

_WORKWEEK = 5.0


@dataclass(frozen=True)
class Feasibility:
    """The chance that a target is reached, with its 80 % interval; all None where the status says so. ``n``: weeks it
    rests on. ``band``: out of reach, a stretch, already there."""

    target: float
    probability: float | None
    lower: float | None
    upper: float | None
    n: int
    status: Status
    band: str | None = None


@dataclass(frozen=True)
class Outlook:
    """One person's KPI over one period, as of a day.

    ``so_far``: what the period has come to (None: nothing known), from ``cases``. ``usual``: what a whole week of an
    average month brings (for a share: the share), None under MIN_WEEKS. ``gone``: the share of the period's working
    weeks that are over, seasons counted; ``left``: working weeks that are left. ``change``: by what factor the last
    weeks differ from those before, None where that may be chance. ``why_not``: why there is no chance, in words.
    """

    about: Subject
    as_of: date
    n: int
    status: Status
    so_far: float | None
    cases: int
    usual: float | None
    gone: float
    left: float
    change: float | None
    is_seasonal: bool
    why_not: str = ""
    _level: Level | None = field(default=None, repr=False)
    _ahead: Array = field(default_factory=lambda: np.zeros(0), repr=False)
    _worth: Worth | None = field(default=None, repr=False)
    _past: tuple[Array, Array] = field(default=(np.zeros(0), np.zeros(0)), repr=False)
    _done: tuple[float, float] = field(default=(0.0, 0.0), repr=False)

    @property
    def metric(self) -> Metric:
        """The KPI's declaration."""
        return METRICS[self.about.kpi]

    @property
    def is_over(self) -> bool:
        """Whether the period has ended."""
        return self.as_of >= self.about.period.end

    def chance(self, targets: Array) -> Chance | None:
        """The chance of each target, arrays of its shape; None where the status is not ok."""
        goals = np.atleast_1d(np.asarray(targets, dtype=float))
        if self.status != Status.OK or self._level is None:
            return None
        is_below = self.metric.direction is Direction.DOWN
        if isinstance(self.metric, Ratio):
            asked = goals + 1e-9 if is_below else goals
            found = share_chance(self._level, self._ahead, *self._past, asked, self._done)
        elif self.metric.unit is Unit.MONEY:
            if self._worth is None:
                return None
            asked = goals + 0.005 if is_below else goals
            found = amount_chance(self._level, self._ahead, self._worth, asked, self.so_far or 0.0)
        else:
            asked = np.floor(goals) + 1 if is_below else goals
            found = count_chance(self._level, self._ahead, asked, self.so_far or 0.0)
        return at_most(found) if is_below else found

    def of(self, target: float) -> Feasibility:
        """How likely one target is."""
        found = self.chance(np.array([target]))
        if found is None:
            return Feasibility(target, None, None, None, self.n, self.status)
        probability, lower, upper = (float(ends[0]) for ends in (found.probability, found.lower, found.upper))
        return Feasibility(target, probability, lower, upper, self.n, Status.OK, band_of(probability))

    def choices(self) -> Array:
        """Targets worth trying, ascending, from what is all but certain to what is out of the question; none where
        there is no chance to be had."""
        if self.status != Status.OK:
            return np.zeros(0)
        if isinstance(self.metric, Ratio):
            return np.round(np.arange(1, 101) / 100, 2)
        step, top = 1.0, max(self.so_far or 0.0, 1.0)
        for _ in range(60):
            found = self.chance(np.array([top]))
            end = 0.0 if found is None else float(found.probability[0])
            if self.metric.direction is Direction.DOWN:
                end = 1 - end
            if end < 0.005:
                break
            top *= 1.25
        if self.metric.unit is Unit.MONEY or top > 200:
            step = round_step(top / 100)
        return np.asarray(np.arange(1, np.ceil(top / step) + 1) * step)

    def suggested(self) -> float | None:
        """The hardest target that is still sooner reached than not (:data:`AIM`); None where none is."""
        tried = self.choices()
        found = self.chance(tried) if len(tried) else None
        if found is None:
            return None
        fit = tried[found.probability >= AIM]
        if not len(fit):
            return None
        return float(fit.min() if self.metric.direction is Direction.DOWN else fit.max())

    def expected_by_now(self, target: float) -> float | None:
        """What would be on pace: the target times the share of the period's working weeks that are over. For a share
        the target itself; None for what is there and does not happen (TV, EV)."""
        if isinstance(self.metric, Ratio):
            return target if self.metric.unit is Unit.SHARE else None
        return target * self.gone if is_flow(self.metric) else None


def is_flow(one: Metric) -> bool:
    """Whether a KPI is something that happens, counted or in money: what a chance can be worked out for."""
    return (
        isinstance(one, Simple)
        and one.additivity is Additivity.FULL
        and not one.is_stock
        and one.unit in (Unit.COUNT, Unit.MONEY)
    )


def has_chance(one: Metric) -> bool:
    """Whether a chance can be worked out: for counts, amounts, and shares of counts."""
    if isinstance(one, Ratio):
        parts = METRICS[one.numerator], METRICS[one.denominator]
        return one.unit is Unit.SHARE and all(is_flow(part) and part.unit is Unit.COUNT for part in parts)
    return is_flow(one)


def outlooks(session: Session, subjects: Sequence[Subject], as_of: date) -> list[Outlook]:
    """Every subject's outlook, in their order; weeks, seasons and progress are read once for all of them."""
    if not subjects:
        return []
    ask = Slice(owners=tuple(sorted({one.owner for one in subjects})))
    named = dict.fromkeys(part for one in subjects if has_chance(METRICS[one.kpi]) for part in _series(one.kpi))
    weeks = _weeks(session, list(named), ask, as_of)
    began = {
        (owner, model): day for owner, model, day in session.rows(load_sql("kpi_engine.forecasting", "owners_began"))
    }
    index = {kpi: season_of(session, kpi, as_of) for kpi in {_counted(one.kpi) for one in subjects}}
    progress = {period: _progress(session, subjects, period, ask, as_of) for period in {o.period for o in subjects}}
    return [_outlook(one, as_of, weeks, began, index[_counted(one.kpi)], progress[one.period]) for one in subjects]


def outlook_of(session: Session, about: Subject, as_of: date) -> Outlook:
    """One subject's outlook."""
    return outlooks(session, [about], as_of)[0]


# --- what is read --------------------------------------------------------------------------------------------------


def _series(kpi: str) -> tuple[str, ...]:
    """The KPIs whose weeks a KPI is worked out from: itself, or the two parts of a share."""
    one = METRICS[kpi]
    return (one.numerator, one.denominator) if isinstance(one, Ratio) else (kpi,)


def _counted(kpi: str) -> str:
    """The KPI that says how often it happens at all: the cases of a share, else itself."""
    return _series(kpi)[-1]


Weeks = dict[tuple[str, str], pd.DataFrame]
"""(KPI, owner) → value and n by the first day of a whole week, oldest first."""


def _weeks(session: Session, kpis: list[str], ask: Slice, as_of: date) -> Weeks:
    if not kpis:
        return {}
    over = week(as_of + timedelta(days=1), read_settings(session).week_start).start
    frame = measure(
        session, kpis, ask, ["owner", "week"], over - timedelta(weeks=AMOUNT_WEEKS), over - timedelta(days=1), as_of
    )
    if frame.empty:
        return {}
    frame = frame.assign(value=frame["value"].fillna(0.0))
    return {
        (str(kpi), str(owner)): rows.sort_values("week")[["week", "value", "n"]].reset_index(drop=True)
        for (kpi, owner), rows in frame.groupby(["kpi", "owner"])
    }


def season_of(session: Session, kpi: str, as_of: date) -> Array | None:
    """The index of each calendar month, shape (12,), for the whole business; None where the years support none."""
    if kpi not in FLOWS:
        return None
    # Under a name of its own: a page asks for a dozen KPIs, and of one name only the last few are kept.
    name = f"season of {kpi}"
    found: Array | None = session.kept(name, as_of, lambda: _index(session, kpi, as_of), of_facts=True)
    return found


def _index(session: Session, kpi: str, as_of: date) -> Array | None:
    frame = seasons(session, kpi, as_of=as_of)
    index = frame["index"].to_numpy(dtype=float)
    if frame["status"].iloc[0] != Status.OK or not np.isfinite(index).all():
        return None
    return np.asarray(np.maximum(index, 0.05))


Progress = Mapping[tuple[str, str], tuple[float | None, int]]
"""(KPI, owner) → what the period has come to so far, and from how many cases."""


def _progress(session: Session, subjects: Sequence[Subject], period: Period, ask: Slice, as_of: date) -> Progress:
    if period.start > as_of:
        return {}
    named = {one.kpi for one in subjects if one.period == period}
    wanted = sorted({part for kpi in named for part in (kpi, *_series(kpi))})
    frame = measure(session, wanted, ask, ["owner"], period.start, min(period.end, as_of), as_of)
    return {
        (row.kpi, row.owner): (None if pd.isna(row.value) else float(row.value), int(row.n))
        for row in frame.itertuples()
    }


# --- what is made of it --------------------------------------------------------------------------------------------


def _outlook(
    about: Subject,
    as_of: date,
    weeks: Weeks,
    began: Mapping[tuple[str, str], date],
    index: Array | None,
    progress: Progress,
) -> Outlook:
    one, period = METRICS[about.kpi], about.period
    so_far, cases = progress.get((about.kpi, about.owner), (None, 0))
    if so_far is None and period.start <= as_of and is_flow(one):
        so_far = 0.0
    whole, gone, ahead = _exposed(period, as_of, index)
    known = Outlook(
        about=about,
        as_of=as_of,
        n=0,
        status=Status.NO_DATA,
        so_far=so_far,
        cases=cases,
        usual=None,
        gone=gone / whole if whole else 1.0,
        left=float(ahead.sum()),
        change=None,
        is_seasonal=index is not None,
    )
    if not has_chance(one):
        return _without(known, Status.NO_DATA, "a chance is worked out for what happens in a period")
    done = tuple(progress.get((part, about.owner), (0.0, 0))[0] or 0.0 for part in _series(about.kpi))
    rows = weeks.get((_counted(about.kpi), about.owner))
    kept = _since(rows, began.get((about.owner, _model(about.kpi))))
    if kept is None or kept.empty or not (kept["n"].sum() or any(done)):
        return _without(known, Status.NO_DATA, "nothing of this kind is recorded yet")
    n = min(len(kept), WEEKS)
    if n < MIN_WEEKS:
        return _without(known, Status.TOO_FEW, f"{n} whole weeks are too few: {MIN_WEEKS} are needed", n)
    return _with_level(known, kept, weeks, ahead, index, done)


def _with_level(
    known: Outlook, kept: pd.DataFrame, weeks: Weeks, ahead: Array, index: Array | None, done: Sequence[float]
) -> Outlook:
    one, recent = known.metric, kept.tail(WEEKS)
    exposures = np.array([_exposure(day, day + timedelta(days=6), index) for day in recent["week"]])
    is_money = one.unit is Unit.MONEY
    level = level_of(recent["n" if is_money else "value"].to_numpy(dtype=float), exposures)
    told = replace(known, n=len(recent), change=level.change, _level=level, _ahead=ahead)
    if is_money:
        worth = worth_of(kept["value"].to_numpy(dtype=float), kept["n"].to_numpy(dtype=float))
        if worth is None or worth.n < MIN_AMOUNTS:
            amounts = 0 if worth is None else worth.n
            return _without(
                told, Status.TOO_FEW, f"{amounts} amounts are too few: {MIN_AMOUNTS} are needed", len(recent)
            )
        return replace(told, status=Status.OK, usual=level.mean * worth.mean, _worth=worth)
    if isinstance(one, Ratio):
        cases = recent["value"].to_numpy(dtype=float)
        rows = weeks.get((one.numerator, known.about.owner), kept.head(0))
        by_week = rows.set_index("week")["value"].reindex(recent["week"]).fillna(0.0)
        hits = np.minimum(by_week.to_numpy(dtype=float), cases)
        if cases.sum() < one.min_n:
            few = f"{cases.sum():.0f} cases are too few: {one.min_n} are needed"
            return _without(told, Status.TOO_FEW, few, len(recent))
        usual = usual_share(hits, cases)
        return replace(told, status=Status.OK, usual=usual, _past=(hits, cases), _done=(done[0], done[1]), change=None)
    return replace(told, status=Status.OK, usual=level.mean)


def _without(known: Outlook, status: Status, why: str, n: int = 0) -> Outlook:
    """No chance, and why; a period that is over needs none."""
    return replace(known, status=status, why_not=why, n=n)


def _model(kpi: str) -> str:
    one = METRICS[_counted(kpi)]
    return "fct_activities" if isinstance(one, Simple) and one.model == "fct_activities" else "fct_deals"


def _since(rows: pd.DataFrame | None, day: date | None) -> pd.DataFrame | None:
    """The weeks from the first whole one of a person on: before that, nothing was theirs to do."""
    if rows is None or day is None:
        return None
    return rows[[first >= day for first in rows["week"]]]


def _exposed(period: Period, as_of: date, index: Array | None) -> tuple[float, float, Array]:
    """Working weeks of a period: all, those gone, and what is left, week by week."""
    whole = _exposure(period.start, period.end, index)
    gone = _exposure(period.start, min(as_of, period.end), index) if as_of >= period.start else 0.0
    day = max(as_of + timedelta(days=1), period.start)
    ahead = []
    while day <= period.end:
        last = min(day + timedelta(days=6), period.end)
        ahead.append(_exposure(day, last, index))
        day = last + timedelta(days=1)
    return whole, gone, np.array([one for one in ahead if one > 0])


def _exposure(start: date, end: date, index: Array | None) -> float:
    """Working days from start to end, both included, in weeks of an average month."""
    if index is None:
        return working_days(start, end) / _WORKWEEK
    total, day = 0.0, start
    while day <= end:
        last = min(month(day).end, end)
        total += working_days(day, last) * float(index[day.month - 1])
        day = last + timedelta(days=1)
    return total / _WORKWEEK
