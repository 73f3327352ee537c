"""Months as whole numbers, so that thousands of deals can be put into them at once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]

_EPOCH = np.datetime64("1970-01-01", "D")


@dataclass(frozen=True)
class Calendar:
    """Months in a row. ``starts``: the first day of each, and of the one after the last; shape (n_months + 1,)."""

    starts: Ints

    @property
    def n_months(self) -> int:
        """How many months there are."""
        return len(self.starts) - 1

    def index(self, day: Ints) -> Ints:
        """The month each day is in; -1 before the first, n_months after the last."""
        return np.searchsorted(self.starts, day, side="right") - 1

    def month(self, i: int) -> date:
        """The first day of the i-th month."""
        return day_of(int(self.starts[i]))

    def of_year(self) -> Ints:
        """0 January … 11 December, of every month."""
        return (_EPOCH + self.starts[:-1]).astype("datetime64[M]").astype(np.int64) % 12


def calendar(first: int, last: int, more: int) -> Calendar:
    """The months from that of day ``first`` to the one so many months after that of day ``last``."""
    start = (_EPOCH + first).astype("datetime64[M]")
    end = (_EPOCH + max(first, last)).astype("datetime64[M]") + more + 2
    months = np.arange(start, end).astype("datetime64[D]")
    return Calendar((months - _EPOCH).astype(np.int64))


def day_of(number: int) -> date:
    """A day by its number since 1970-01-01."""
    found: date = (_EPOCH + number).astype(object)
    return found
