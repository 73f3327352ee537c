"""What a logistic regression is told of an open deal, beside the stage and age the chain knows of: only what was known
then, and nothing where it was not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from kpi_engine.forecasting.known import Array, Ints
from kpi_engine.forecasting.snapshots import Snapshots

MIN_DEALS = 20
"""So many deals have to share a value before it is told apart from the others."""

MAX_VALUES = 30
"""The commonest so many values of a column are told apart."""

NUMBERS: dict[str, Callable[[Snapshots], Array]] = {
    "amount": lambda s: np.log1p(np.maximum(s.amount, 0.0)),
}
"""Numbers by name, nan where not known. The logarithm: twice as large means as much at any size."""

VALUES: tuple[str, ...] = ("owner", "source", "product", "segment")
"""Values by name, whole numbers, 0 where not known."""


@dataclass(frozen=True)
class Encoding:
    """How snapshots become columns on one scale, learned on some of them.

    A value that is not known says nothing: it stands at the mean of those that are. So it does not matter either
    whether a cell is filled, which may be the case only for deals that were won. ``numbers``: name → mean and spread;
    ``values``: name → the values told apart and how often each is there.
    """

    numbers: dict[str, tuple[float, float]]
    values: dict[str, tuple[Ints, Array]]

    @property
    def names(self) -> tuple[str, ...]:
        """What is looked at, in words."""
        return (*self.numbers, *self.values)

    def columns(self, snapshots: Snapshots) -> Array:
        """Shape (n_snapshots, n_columns)."""
        found = []
        for name, (mean, spread) in self.numbers.items():
            number = NUMBERS[name](snapshots)
            found.append((np.where(np.isnan(number), mean, number) - mean) / spread)
        for name, (values, shares) in self.values.items():
            value = getattr(snapshots, name)
            is_known = (value != 0)[:, None]
            found.extend(np.where(is_known, (value[:, None] == values) - shares, 0.0).T)
        return np.column_stack(found) if found else np.empty((len(snapshots), 0))


def learn(snapshots: Snapshots) -> Encoding:
    """The encoding of what was known of some snapshots; what never was, or is always the same, is left out."""
    numbers = {}
    for name, number in NUMBERS.items():
        known = number(snapshots)
        known = known[~np.isnan(known)]
        if len(known) >= MIN_DEALS and np.ptp(known) > 0:
            numbers[name] = (float(known.mean()), float(known.std()))
    values = {}
    for name in VALUES:
        value = getattr(snapshots, name)
        known = value[value != 0]
        span = int(snapshots.deal.max(initial=0)) + 1
        which, deals = np.unique(np.unique(known * span + snapshots.deal[value != 0]) // span, return_counts=True)
        common = which[deals >= MIN_DEALS]
        kept = np.sort(common[np.argsort(-deals[deals >= MIN_DEALS], kind="stable")][:MAX_VALUES])
        if len(which) > 1 and len(kept):
            values[name] = (kept, np.asarray([np.mean(known == v) for v in kept]))
    return Encoding(numbers, values)
