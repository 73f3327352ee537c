"""Who does more and worse, or less and better: the balance alarm on every rep, or team, of one part of the business."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

import numpy as np
import pandas as pd

from kpi_engine.agreements.targets import InForce, in_force
from kpi_engine.metrics.kinds import Metric, Ratio, Simple, Unit
from kpi_engine.metrics.query import measure
from kpi_engine.metrics.registry import METRICS
from kpi_engine.metrics.slice import Slice
from kpi_engine.model.settings import read_settings
from kpi_engine.names import ACTIVITY_TYPES
from kpi_engine.periods import end_of_whole_weeks
from kpi_engine.stats.balance import Balance, balances
from kpi_engine.storage import Session

Scope = Literal["owner", "team"]


@dataclass(frozen=True)
class Watched:
    """One person's, or team's, quantity and quality. ``share``: the KPI that says how good the work is; ``quantity``:
    the one that says how much of it there is; ``found``: what the newest whole weeks show."""

    scope: Scope
    name: str
    share: str
    quantity: str
    found: Balance

    @property
    def is_alarm(self) -> bool:
        """Whether the two have moved against each other."""
        return self.found.way is not None


def alarms(session: Session, ask: Slice, as_of: date, scope: Scope = "owner") -> list[Watched]:
    """Those of :func:`watched` that raise the alarm, by name."""
    return [one for one in watched(session, ask, as_of, scope) if one.is_alarm]


def watched(session: Session, ask: Slice, as_of: date, scope: Scope = "owner") -> list[Watched]:
    """Every rep (or team) of a slice with each watched share, by name; whole weeks up to a day, from the first in which
    they did any such work. Where too little is known, ``found`` says so with its weeks."""
    pairs = watched_shares()
    names = list(dict.fromkeys(part for pair in pairs for part in (quantity_of(pair), pair.numerator)))
    last = end_of_whole_weeks(as_of, read_settings(session).week_start)
    frame = measure(session, names, ask, [scope, "week"], None, last, as_of)
    if frame.empty:
        return []
    frame = frame[frame[scope].notna() & (frame["week"] < last)]
    found = [one for pair in pairs for one in _tested(pair, frame, scope, len(pairs))]
    return sorted(found, key=lambda one: one.name.casefold())


def watched_shares() -> list[Ratio]:
    """The KPIs that say how good the work is, as declared."""
    return [metric for metric in METRICS.values() if isinstance(metric, Ratio) and metric.watched_with]


def quantity_of(share: Ratio) -> str:
    """The KPI that says how much of the work there is of which a share says how good it is."""
    return share.watched_with or share.denominator


def _tested(pair: Ratio, frame: pd.DataFrame, scope: Scope, pairs: int) -> list[Watched]:
    """The test on everybody's weeks. A count that knows cases which say nothing has its known ones as its n."""
    quantity = _by_week(frame, scope, quantity_of(pair), "value")
    good = _by_week(frame, scope, pair.numerator, "value").reindex_like(quantity).fillna(0.0)
    part = METRICS[pair.numerator]
    knows = isinstance(part, Simple) and part.unknown is not None
    judged = _by_week(frame, scope, pair.numerator, "n").reindex_like(quantity).fillna(0.0) if knows else quantity
    y, k, m = (wide.to_numpy(float) for wide in (quantity, good, judged))
    if y.size == 0:  # no week, or nobody: nothing to watch
        return []
    begun, worked = (y > 0).argmax(axis=1), y.any(axis=1)
    found = []
    # Those who began in the same week have equally many: they are tested together.
    for first in np.unique(begun[worked]):
        rows = np.flatnonzero(worked & (begun == first))
        tested = balances(y[rows, first:], k[rows, first:], m[rows, first:], pairs)
        names = zip(quantity.index[rows], tested, strict=True)
        found += [Watched(scope, str(name), pair.name, quantity_of(pair), one) for name, one in names]
    return found


def _by_week(frame: pd.DataFrame, scope: Scope, kpi: str, what: str) -> pd.DataFrame:
    """One row per rep or team, one column per week in order; 0 where there is no number."""
    return frame[frame["kpi"] == kpi].pivot(index=scope, columns="week", values=what).sort_index(axis=1).fillna(0.0)


def targets_on_quantity(session: Session, owner: str, share: str, as_of: date) -> list[InForce]:
    """What a person is asked for, on a day, that counts work of this kind however good it is: agreed on, else
    imported."""
    pair = METRICS[share]
    if not isinstance(pair, Ratio):
        return []
    wanted = [metric for metric in METRICS.values() if _counts_only(metric, METRICS[quantity_of(pair)])]
    names = {written.casefold(): metric for metric in wanted for written in (metric.name, metric.label)}
    return [
        replace(one, kpi=names[one.kpi.casefold()].name)
        for one in in_force(session, day=as_of)
        if one.owner == owner and one.period.start <= as_of <= one.period.end and one.kpi.casefold() in names
    ]


def _counts_only(metric: Metric, quantity: Metric) -> bool:
    """Whether a KPI is a plain count of activities, some of which are counted by another one too."""
    return (
        isinstance(metric, Simple)
        and isinstance(quantity, Simple)
        and metric.model == quantity.model
        and metric.unit is Unit.COUNT
        and metric.unknown is None
        and bool(set(_types(metric)) & set(_types(quantity)))
    )


def _types(metric: Simple) -> Sequence[str]:
    """The activity types a count names in its condition; all where it names none."""
    return [kind for kind in ACTIVITY_TYPES if f"'{kind}'" in metric.where] or ACTIVITY_TYPES
