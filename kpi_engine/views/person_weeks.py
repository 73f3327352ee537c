"""One person's whole weeks: what they are now, what was usual for them before, and whether the difference is more than
chance."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

import numpy as np
import numpy.typing as npt

from kpi_engine.forecasting.feasibility import season_of
from kpi_engine.metrics.kinds import METRICS, Ratio, Simple
from kpi_engine.metrics.query import measure
from kpi_engine.metrics.slice import Slice
from kpi_engine.model.settings import read_settings
from kpi_engine.stats.changes import Change, count_change, share_change
from kpi_engine.storage import Session, load_sql
from kpi_engine.views.spans import end_of_whole_weeks

Array = npt.NDArray[np.float64]

NOW, LONGER, BEFORE = 4, 13, 26
"""Weeks that are now; the longer now, for what is too rare to be seen in so few; and weeks before either."""


@dataclass(frozen=True)
class Weeks:
    """LONGER + BEFORE whole weeks, oldest first, none missing. ``starts``: their first days.

    ``values``, ``cases``: KPI → array of shape (n_weeks,), what it came to and from how many cases. ``season``: KPI →
    what a week of it could bring, in weeks of an average month; ones where the years support no season. ``begun``: KPI
    → the number of the first week in which anything of its kind is known of this person: before that, nothing is not
    nought.
    """

    starts: tuple[date, ...]
    values: Mapping[str, Array] = field(repr=False)
    cases: Mapping[str, Array] = field(repr=False)
    season: Mapping[str, Array] = field(repr=False)
    begun: Mapping[str, int] = field(default_factory=dict, repr=False)

    @property
    def n(self) -> int:
        """How many weeks there are."""
        return len(self.starts)

    @property
    def is_empty(self) -> bool:
        """Whether nothing at all was done in them."""
        return not any(row.any() for row in self.values.values())

    def has(self, kpi: str) -> bool:
        """Whether there is anything to say about a KPI."""
        needed = parts(kpi)
        return all(part in self.values for part in needed) and bool(self.values[needed[-1]].sum() > 0)

    def is_seasonal(self, kpi: str) -> bool:
        """Whether a season is taken out of a KPI's counts."""
        return not isinstance(METRICS[kpi], Ratio) and bool((self.season[kpi] != 1.0).any())

    def before(self, kpi: str, span: int = NOW) -> int:
        """How many weeks ahead of the last ``span`` say what is usual: BEFORE at most."""
        early = self._early(kpi, span)
        return max(early.stop - early.start, 0)

    def until(self, span: int = 0) -> date:
        """The last day of the weeks ahead of the last ``span``, which are fewer than all; of all of them with 0."""
        return self.starts[self.n - span - 1] + timedelta(days=6)

    def recent(self, kpi: str, span: int = NOW) -> float | None:
        """A week of the last ``span``; for a share, the share over all of them. None where nothing was done at all."""
        return self._of(kpi, self._late(kpi, span))

    def usual(self, kpi: str, span: int = NOW) -> float | None:
        """The same of the BEFORE weeks ahead of those; of a count, what they let expect of the last ``span``, the
        season counted."""
        early = self._of(kpi, self._early(kpi, span))
        if early is None or isinstance(METRICS[kpi], Ratio):
            return early
        return self.change(kpi, span).before * float(self.season[kpi][self._late(kpi, span)].mean())

    def line(self, kpi: str) -> tuple[float, ...]:
        """Week by week over the last BEFORE weeks; of a share, over four weeks at a time, for single weeks hold few
        cases."""
        shown = slice(max(self.n - BEFORE, self._first(kpi)), None)
        if not isinstance(METRICS[kpi], Ratio):
            return tuple(float(value) for value in self.values[kpi][shown])
        good, cases = (np.convolve(row, np.ones(NOW))[: self.n] for row in self._share(kpi))
        with np.errstate(invalid="ignore", divide="ignore"):
            shares = (good / cases)[shown]
        return tuple(float(share) for share in shares if np.isfinite(share))

    def change(self, kpi: str, span: int) -> Change:
        """Whether the last ``span`` weeks differ from the BEFORE weeks ahead of them by more than chance."""
        early, late = self._early(kpi, span), self._late(kpi, span)
        if isinstance(METRICS[kpi], Ratio):
            good, cases = self._share(kpi)
            return share_change(*(round(float(part[when].sum())) for when in (early, late) for part in (good, cases)))
        values, weights = self.values[kpi], self.season[kpi]
        return count_change(values[early], values[late], weights[early], weights[late])

    def _first(self, kpi: str) -> int:
        return min(max(self.begun.get(part, 0) for part in parts(kpi)), self.n)

    def _early(self, kpi: str, span: int) -> slice:
        stop = max(self.n - span, 0)
        return slice(min(max(stop - BEFORE, self._first(kpi)), stop), stop)

    def _late(self, kpi: str, span: int) -> slice:
        return slice(max(self.n - span, self._first(kpi)), self.n)

    def _share(self, kpi: str) -> tuple[Array, Array]:
        """Good cases and cases per week."""
        good, all_cases = parts(kpi)
        part = METRICS[good]
        knows = isinstance(part, Simple) and part.unknown is not None
        cases = self.cases[good] if knows else self.values[all_cases]
        return np.minimum(self.values[good], cases), cases

    def _of(self, kpi: str, when: slice) -> float | None:
        if isinstance(METRICS[kpi], Ratio):
            good, cases = (float(part[when].sum()) for part in self._share(kpi))
            return good / cases if cases else None
        values = self.values[kpi][when]
        return float(values.mean()) if len(values) else None


def parts(kpi: str) -> tuple[str, ...]:
    """The KPIs whose weeks a KPI is made of: itself, or numerator and denominator."""
    one = METRICS[kpi]
    return (one.numerator, one.denominator) if isinstance(one, Ratio) else (kpi,)


def weeks_of(session: Session, mine: Slice, kpis: Sequence[str], as_of: date) -> Weeks:
    """The weeks of whoever is in a slice up to the last whole one, for KPIs that happen in weeks
    (:func:`~kpi_engine.forecasting.feasibility.has_chance`)."""
    wanted = list(dict.fromkeys(part for kpi in kpis for part in parts(kpi)))
    last = end_of_whole_weeks(as_of, read_settings(session).week_start)
    first = last - timedelta(weeks=LONGER + BEFORE) + timedelta(days=1)
    frame = measure(session, wanted, mine, ["week"], first, last, as_of)
    wide = frame.pivot(index="week", columns="kpi", values=["value", "n"]).sort_index() if len(frame) else frame
    if wide.empty:
        return Weeks((), {}, {}, {})
    starts = tuple(wide.index)
    values = {kpi: wide["value"][kpi].fillna(0.0).to_numpy(float) for kpi in wanted if kpi in wide["value"]}
    cases = {kpi: wide["n"][kpi].fillna(0.0).to_numpy(float) for kpi in values}
    known = _known_from(session, mine)
    begun = {kpi: sum(start < known.get(_model(kpi), date.min) for start in starts) for kpi in values}
    return Weeks(starts, values, cases, _Seasons(session, starts, as_of), begun)


def _known_from(session: Session, mine: Slice) -> dict[str, date]:
    """Fact table → the first day anything in it is of whoever is in the slice."""
    found: dict[str, date] = {}
    for owner, model, day in session.rows(load_sql("kpi_engine.forecasting", "owners_began")):
        if not mine.owners or owner in mine.owners:
            found[model] = min(day, found.get(model, day))
    return found


def _model(kpi: str) -> str:
    one = METRICS[kpi]
    return "fct_activities" if isinstance(one, Simple) and one.model == "fct_activities" else "fct_deals"


class _Seasons(dict[str, Array]):
    """KPI → what each week of it could bring: the mean of its days' months, where the whole business has a season.
    Worked out when it is asked for."""

    def __init__(self, session: Session, starts: Sequence[date], as_of: date) -> None:
        super().__init__()
        self._session, self._starts, self._as_of = session, starts, as_of

    def __missing__(self, kpi: str) -> Array:
        index = season_of(self._session, kpi, self._as_of)
        if index is None or not self._starts:
            self[kpi] = np.ones(len(self._starts))
        else:
            months = [[(start + timedelta(days=day)).month - 1 for day in range(7)] for start in self._starts]
            self[kpi] = np.asarray(index[np.array(months)].mean(axis=1))
        return self[kpi]
