"""What a month usually makes of a level: month in quarter, and month of year once there is more than a year."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

MIN_FOR_YEAR = 14
"""Months that must have been seen before a month of the year may have an effect of its own."""


def month_design(month: Ints, with_year: bool) -> Array:
    """Columns: level, three months in quarter, and twelve months of year where ``with_year``. ``month``: 0 January …
    11 December."""
    parts = [np.ones((len(month), 1)), np.eye(3)[month % 3]]
    if with_year:
        parts.append(np.eye(12)[month])
    return np.hstack(parts)


def ridge(design: Array, y: Array, weight: Array, penalty: Array) -> Array:
    """Coefficients of a weighted least-squares fit with one L2 penalty per column, shape (n_columns,).

    Hoerl and Kennard, Technometrics 12, 1970: (X'WX + diag(penalty))⁻¹ X'Wy. A penalty counts like so many observations
    of an effect of 0.
    """
    weighted = design * weight[:, None]
    return np.asarray(np.linalg.solve(weighted.T @ design + np.diag(penalty + 1e-9), weighted.T @ y))
