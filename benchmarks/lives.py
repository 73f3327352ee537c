"""Pipelines that never were, with a known law behind them: the same seed gives the same deals.

Five stages; a deal waits in each, then moves on or is lost. What differs from one to the next: how many deals come,
whether they grow in number, whether some months of the year or the ends of quarters are stronger, how unequal the
amounts are.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from benchmarks.told import told
from kpi_engine.forecasting.known import OUT, WON, History

STAGES = ("Lead", "Qualified", "Meeting", "Proposal", "Verbal yes")
ONWARD = (0.62, 0.66, 0.68, 0.62, 0.80)
"""The chance to leave a stage forwards."""

WAITS = (12.0, 16.0, 18.0, 22.0, 12.0)
"""Mean days in each stage."""

FIRST_DAY = 18262  # 2020-01-01


@dataclass(frozen=True)
class Law:
    """``growth`` per year; ``season`` and ``quarter_end``: how far the strongest months are above the mean in what
    comes in and in what is signed; ``cv`` of the amounts; ``is_told``: whether a history of stages and amounts
    exists."""

    per_month: float
    months: int = 36
    growth: float = 0.0
    season: float = 0.0
    quarter_end: float = 0.0
    cv: float = 0.8
    is_told: bool = True


def history_of(law: Law, seed: int) -> History:
    """The lives of all deals created under a law, up to its last day."""
    rng = np.random.default_rng(seed)
    n_days = int(law.months * 30.4375)
    day = np.arange(n_days)
    rate = law.per_month / 30.4375 * (1 + law.growth) ** (day / 365.25)
    rate = rate * (1 + law.season * np.sin(2 * np.pi * day / 365.25))
    created = np.repeat(day, rng.poisson(rate))
    n = len(created)
    sigma = np.sqrt(np.log1p(law.cv**2))
    amount = np.round(10_000 * rng.lognormal(-(sigma**2) / 2, sigma, n), 2)
    deals, days, states = [np.arange(n)], [created], [np.zeros(n, dtype=np.int64)]
    alive, at = np.arange(n), created.astype(np.float64)
    for stage in range(len(STAGES)):
        wait = rng.exponential(WAITS[stage], len(alive)) + 1.0
        at = at + wait
        if stage == len(STAGES) - 1 and law.quarter_end > 0:
            # What would be signed in a weak month waits for the end of the quarter, some of it.
            in_quarter = at % 91.3125
            waits = (in_quarter < 60) & (rng.random(len(at)) < law.quarter_end)
            at = np.where(waits, at - in_quarter + 61 + rng.random(len(at)) * 29, at)
        moves = rng.random(len(alive)) < ONWARD[stage]
        is_last = stage == len(STAGES) - 1
        to = np.where(moves, WON if is_last else stage + 1, OUT)
        deals.append(alive)
        days.append(at.astype(np.int64))
        states.append(to)
        alive, at = alive[moves], at[moves]
    deal, at_day, state = np.concatenate(deals), np.concatenate(days), np.concatenate(states)
    seen = at_day < n_days
    deal, at_day, state = deal[seen], at_day[seen], state[seen]
    order = np.lexsort((at_day, deal))
    deal, at_day, state = deal[order], at_day[order], state[order]
    # Of two changes on one day the last counts.
    last = np.append((deal[1:] != deal[:-1]) | (at_day[1:] != at_day[:-1]), True)
    deal, at_day, state = deal[last], at_day[last] + FIRST_DAY, state[last]
    return told(STAGES, created + FIRST_DAY, amount, deal, at_day, state, FIRST_DAY + n_days - 1, is_told=law.is_told)


LAWS: dict[str, Law] = {
    "25 a month": Law(25),
    "100 a month": Law(100),
    "100, growing by half a year": Law(100, growth=0.5),
    "100, shrinking by a third": Law(100, growth=-0.33),
    "100, seasons of 40 %": Law(100, season=0.4, months=48),
    "100, ends of quarters": Law(100, quarter_end=0.6),
    "60, large and small": Law(60, cv=1.5),
    "100, no history told": Law(100, is_told=False),
    "100, seasons, 18 months": Law(100, season=0.4, months=18),
    "60, growing, ends of quarters": Law(60, growth=0.5, quarter_end=0.5, months=24),
}
"""What is measured, by name."""
