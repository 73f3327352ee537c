"""Logistic regression with a ridge: chances from several things at once, cautious where there is little to learn
from."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]

MAX_ROUNDS = 50
"""Newton's method needs under ten; more than this means that it does not get better."""

_ENOUGH = 1e-6
"""The steps stop when no coefficient moves by more."""

_FURTHEST = 30.0
"""A logit beyond this is a chance of 0 or 1 to thirteen places."""


@dataclass(frozen=True)
class Logistic:
    """``intercept`` and ``coef`` of shape (n_columns,): the logit is intercept + x @ coef."""

    intercept: float
    coef: Array

    def logit(self, x: Array) -> Array:
        """Log odds for rows of shape (n, n_columns)."""
        return np.asarray(self.intercept + np.einsum("ij,j->i", x, self.coef))

    def probability(self, x: Array) -> Array:
        """Chances in (0, 1) for rows of shape (n, n_columns)."""
        return expit(self.logit(x))


def fit(
    x: Array, outcome: Array, weight: Array | None = None, ridge: float = 1.0, offset: Array | None = None
) -> Logistic:
    """The maximum of the weighted likelihood less ridge / 2 · Σ coef², by Newton's method (IRLS) with halved steps.

    Parameters
    ----------
    x : array of shape (n, n_columns)
        On one scale (standardised, or 0 and 1), for the ridge treats all columns alike. There may be none.
    outcome : array of shape (n,)
        0 or 1; a share where the outcome is known only as a chance.
    weight : array of shape (n,), optional
        How much each row counts; 1 where None.
    ridge : float
        At least 0. The intercept is not drawn to zero.
    offset : array of shape (n,), optional
        What is known of each row already, in log odds: the columns only add to it, and there is no intercept.

    Notes
    -----
    Without outcomes of both kinds and with no ridge there is no maximum; the logit of the mean is kept within ±30.
    Hastie, Tibshirani, Friedman: The Elements of Statistical Learning, 2nd edition, 4.4.1 and 4.4.4.

    >>> fit(np.empty((4, 0)), np.array([1.0, 0.0, 0.0, 0.0])).probability(np.empty((1, 0))).round(6)
    array([0.25])
    """
    n, n_columns = x.shape
    w = np.ones(n) if weight is None else weight
    total = float(w.sum())
    if total <= 0:
        return Logistic(0.0, np.zeros(n_columns))
    if n_columns == 0 and offset is not None:
        return Logistic(0.0, np.zeros(0))
    design, penalty = _design(x, ridge, offset)
    theta = np.zeros(design.shape[1])
    if offset is None:
        theta[0] = logit(np.asarray(np.average(outcome, weights=w)))
    known = np.zeros(n) if offset is None else offset
    z = known + np.einsum("ij,j->i", design, theta)
    loss = _loss(z, outcome, w, penalty, theta)
    for _ in range(MAX_ROUNDS):
        p = expit(z)
        slope = np.einsum("ij,i->j", design, w * (p - outcome)) + penalty * theta
        # A little more than nothing on the diagonal: columns that say the same have no single answer without a ridge.
        curve = _squared(design, w * np.maximum(p * (1 - p), 1e-10)) + np.diag(penalty + 1e-9 * total)
        step = np.linalg.solve(curve, slope)
        downhill = np.einsum("ij,j->i", design, step)
        share = 1.0
        while True:
            new, new_z = theta - share * step, z - share * downhill
            new_loss = _loss(new_z, outcome, w, penalty, new)
            if new_loss <= loss or share < 1e-6:
                break
            share /= 2
        theta, z, loss = new, new_z, new_loss
        if float(np.max(np.abs(share * step))) < _ENOUGH:
            break
    return Logistic(float(theta[0]), theta[1:]) if offset is None else Logistic(0.0, theta)


def pulls(model: Logistic, x: Array, outcome: Array, weight: Array, ridge: float, offset: Array | None = None) -> Array:
    """How far one step of Newton's method would move the coefficients if a row counted twice, row by row.

    Returns
    -------
    array of shape (n, n_columns + 1), or (n, n_columns) with an ``offset``
        The intercept first, where there is one. Σ (count - 1) · pull approximates the fit with other counts (the
        influence of each row).
    """
    design, penalty = _design(x, ridge, offset)
    if not design.shape[1]:
        return design
    p = expit(model.logit(x) + (0.0 if offset is None else offset))
    curve = _squared(design, weight * np.maximum(p * (1 - p), 1e-10)) + np.diag(penalty + 1e-9 * float(weight.sum()))
    return np.asarray(np.linalg.solve(curve, (design * (weight * (outcome - p))[:, None]).T).T)


def expit(z: Array) -> Array:
    """The chance behind log odds.

    >>> float(expit(np.array(0.0)))
    0.5
    """
    return np.asarray(1.0 / (1.0 + np.exp(-np.clip(z, -_FURTHEST, _FURTHEST))))


def logit(p: Array) -> Array:
    """The log odds of chances, kept within ±30 so that 0 and 1 have one too."""
    least = 1.0 / (1.0 + np.exp(_FURTHEST))
    kept = np.clip(np.asarray(p, dtype=np.float64), least, 1.0 - least)
    return np.asarray(np.log(kept) - np.log1p(-kept))


def _design(x: Array, ridge: float, offset: Array | None) -> tuple[Array, Array]:
    """The columns and the penalty of each; with an intercept first, not drawn to zero, where there is no offset."""
    if offset is not None:
        return x, np.full(x.shape[1], float(ridge))
    return np.column_stack([np.ones(len(x)), x]), np.array([0.0] + [float(ridge)] * x.shape[1])


def _loss(z: Array, outcome: Array, weight: Array, penalty: Array, theta: Array) -> float:
    return float(weight @ (np.logaddexp(0.0, z) - outcome * z) + 0.5 * penalty @ theta**2)


_BLOCK_FLOPS = 200_000


def _squared(design: Array, weight: Array) -> Array:
    """designᵀ · diag(weight) · design, in blocks small enough that the BLAS library does not spread each over threads:
    on a machine that is busy otherwise, waiting for them costs five times the sum itself."""
    n, n_columns = design.shape
    size = max(1, _BLOCK_FLOPS // n_columns**2)
    n_blocks = -(-n // size)
    padded = np.zeros((n_blocks * size, n_columns))
    padded[:n] = design * np.sqrt(weight)[:, None]
    blocks = padded.reshape(n_blocks, size, n_columns)
    return np.asarray(np.matmul(blocks.transpose(0, 2, 1), blocks).sum(axis=0))
