"""How much weight each of several forecasts has earned."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]

POWER = 6.0
"""The better one takes nearly all once it is clearly better: an error half as large weighs 64 times as much."""

PSEUDO = 2.0
"""Each model starts as if it had twice been as wrong as the models usually are."""


def earned_weights(error: Array, weight: Array, is_there: npt.NDArray[np.bool_]) -> Array:
    """Weights by past relative errors, adding up to 1 over the models that can speak now.

    w ∝ (discounted mean of the past |error|, with PSEUDO pseudo-errors)^-POWER. The pseudo-error is the mean over all
    models, so that one without a record is neither trusted nor shunned.

    Parameters
    ----------
    error : array of shape (n_past, n_models)
        |F - A| over a common size; nan where a model had nothing to say.
    weight : array of shape (n_past,)
        How much each past month counts.
    is_there : bool array of shape (n_models,)
        Which models have a forecast now; none at all gives zeros.

    >>> earned_weights(np.array([[0.1, 0.1, np.nan]]), np.ones(1), np.array([True, True, False]))
    array([0.5, 0.5, 0. ])
    """
    known = ~np.isnan(error)
    counted = weight[:, None] * known
    total, n = (counted * np.where(known, error, 0.0)).sum(axis=0), counted.sum(axis=0)
    usual = total.sum() / n.sum() if n.sum() > 0 else 1.0
    size = (total + PSEUDO * usual) / (n + PSEUDO)
    raw = np.where(is_there, (np.maximum(size, 1e-3)) ** -POWER, 0.0)
    return np.asarray(raw / raw.sum()) if raw.sum() > 0 else raw
