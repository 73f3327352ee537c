"""How far a pipeline's chances could be off: the same fit, on the same deals weighted anew, many times over.

The Bayesian bootstrap over deals (Rubin, 1981): each deal gets a weight drawn from the exponential distribution, with
all its steps and snapshots, so that what one deal did counts as one thing. The regression is not fitted anew but
moved by one step of Newton's method.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from kpi_engine.forecasting.known import NEVER, Array
from kpi_engine.forecasting.learning import Fitted, Learner
from kpi_engine.forecasting.mixing import mixed
from kpi_engine.forecasting.snapshots import Snapshots
from kpi_engine.stats.logistic import expit, logit
from kpi_engine.stats.scores import Z80

N_DRAWS = 60
SEED = 1

DEALS_DIFFER = 0.5
"""Deals of one stage and age differ in what nobody wrote down, by about so much in log odds (two thirds in odds)."""


STAGES_DIFFER = 0.7
"""So far in log odds, twice in odds, the chance of a stage may lie off its pipeline's level. A stage is drawn to it as
few of its deals have ended, and wholly where none is told: an export without a history tells of no ended deal what
stage it was in."""


@dataclass(frozen=True)
class Spread:
    """The mean chance in the end of some groups of deals, drawn many times.

    ``draws`` of shape (n_draws, n_groups), as mixed; ``apart`` of shape (n_groups,): the variance, in log odds, that
    comes from not knowing whether the chain alone or the regression on top of it is right.
    """

    draws: Array
    apart: Array


def spread(learner: Learner, fitted: Fitted, groups: Sequence[Snapshots]) -> Spread:
    """Draw the mean chances of some groups of deals, none of them empty, N_DRAWS times.

    The same history gives the same draws, and deals that came after the cutoff change none of them.
    """
    h = learner.history
    is_known = np.where(h.created < NEVER, h.created, h.seen_since) < fitted.cutoff
    rng = np.random.default_rng(SEED)
    everybody = Snapshots(*(np.concatenate([getattr(g, n) for g in groups]) for n in Snapshots.__dataclass_fields__))
    sizes = np.asarray([len(group) for group in groups])
    starts = np.cumsum(sizes) - sizes
    share = fitted.share_ever
    moves = learner.moves(fitted.cutoff) if share > 0 else None

    def means(chances: Array) -> Array:
        return np.add.reduceat(chances, starts) / sizes

    draws, differences = np.empty((N_DRAWS, len(groups))), np.zeros((N_DRAWS, len(groups)))
    for i in range(N_DRAWS):
        weight = np.ones(len(h.deal_key))
        weight[is_known] = rng.exponential(size=int(is_known.sum()))
        chain = learner.maker.at(fitted.cutoff, 0, weight).ever(everybody)
        ever = chain
        if moves is not None and fitted.ever is not None:
            regression = fitted.ever.moved(moves.by(weight - 1.0)).probability(everybody, chain)
            ever = mixed(chain, regression, share)
            differences[i] = logit(means(regression)) - logit(means(chain))
        draws[i] = means(ever)
    # One of two is right, with the odds each has earned: the variance between them.
    return Spread(draws, share * (1.0 - share) * differences.mean(axis=0) ** 2)


def interval(mean: Array, draws: Array, apart: Array, missed: float, size: Array) -> tuple[Array, Array]:
    """The 80 % interval around the means of groups of deals, normal in log odds.

    Its variance is that of the draws (n_draws, n) and ``apart`` (n,), or ``missed``, by how much such means were off in
    the past, where that is larger: what was missed holds both what few deals left open and what no model knew. On top
    comes what sets the ``size`` (n,) deals of a group apart from others of their stage and age.
    """
    within_model = np.maximum(np.var(logit(draws), axis=0, ddof=1) + apart, missed)
    half = Z80 * np.sqrt(within_model + DEALS_DIFFER**2 / size)
    return expit(logit(mean) - half), expit(logit(mean) + half)
