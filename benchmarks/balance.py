"""How often the balance alarm is false, and how soon it finds what is there, on reps whose truth is known.

- false alarms: reps whose quantity and quality are stable for a year that is looked at every week, over-dispersed and
  with a season of their own or a shared one. The share of such years with any alarm, of either way.
- found within eight weeks: from one week on 30 % more is done, and 30 % less of it is good. By volume and by how much
  of it was good before, because few meetings tell little, whatever is made of them.

Beside it what a plain rule does: an alarm when the last eight weeks have 15 % more and a share 15 % lower than the year
before.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kpi_engine.stats.balance import LIMIT_BETTER, LIMIT_POORER, scan

Array = npt.NDArray[np.float64]

YEAR = 52
FOUND_WITHIN = 8
REACH_FALSE, REACH_FOUND = 0.05, 0.80


@dataclass(frozen=True)
class Reps:
    """What is simulated: ``history`` weeks ahead of the year, meetings ``a_week``, ``share`` of them good, the season's
    ``wave`` (0.35: 35 % more at its height), and how counts scatter (variance = mean + ``scatter`` * mean^2)."""

    history: int
    a_week: float
    share: float
    wave: float = 0.35
    scatter: float = 0.1
    is_shared: bool = False


STABLE = (
    Reps(40, 2, 0.6),
    Reps(40, 8, 0.6, wave=0),
    Reps(40, 8, 0.6),
    Reps(52, 5, 0.75),
    Reps(52, 8, 0.6, wave=0.5),
    Reps(52, 8, 0.6, is_shared=True),
    Reps(52, 15, 0.4),
    Reps(52, 40, 0.2),
    Reps(104, 3, 0.4),
    Reps(104, 8, 0.6, is_shared=True),
    Reps(104, 8, 0.6, scatter=0.3),
    Reps(104, 40, 0.2),
)
PLANTED = tuple(Reps(104, a_week, share) for share in (0.8, 0.75, 0.6, 0.4) for a_week in (3, 5, 8, 10, 15, 25))
MEANT_FOR = (Reps(104, 8, 0.8), Reps(104, 10, 0.75), Reps(52, 10, 0.75, wave=0), Reps(104, 15, 0.6))
"""Where the promise is held: work of which most is good, done often enough to tell."""


def simulated(
    rng: np.random.Generator, reps: Reps, n_reps: int, weeks: int, changed: int | None
) -> tuple[Array, Array]:
    """Counts and good ones, each of shape (n_reps, weeks); from week ``changed`` on 30 % more, and 30 % fewer good."""
    t = np.arange(weeks)
    phase = rng.uniform(0, 2 * np.pi, (1 if reps.is_shared else n_reps, 1))
    mean = reps.a_week * (1 + reps.wave * np.sin(2 * np.pi * t / (365.25 / 7) + phase)) * np.ones((n_reps, 1))
    share = np.full(mean.shape, reps.share)
    if changed is not None:
        mean[:, changed:] *= 1.3
        share[:, changed:] *= 0.7
    counts = rng.poisson(mean * rng.gamma(1 / reps.scatter, reps.scatter, mean.shape))
    return counts.astype(float), rng.binomial(counts, share).astype(float)


def alarms(counts: Array, good: Array, first: int) -> tuple[Array, Array]:
    """Alarms of the two ways at the end of every week from ``first`` on: bools of shape (n_weeks, n_reps)."""
    poorer, better = [], []
    for end in range(first, counts.shape[1] + 1):
        found = scan(counts[:, :end], good[:, :end], counts[:, :end])
        poorer.append(found.poorer.max(axis=1) >= LIMIT_POORER)
        better.append(found.better.max(axis=1) >= LIMIT_BETTER)
    return np.array(poorer), np.array(better)


def plain_rule(counts: Array, good: Array, first: int) -> Array:
    """The same for a rule anybody would write down: 15 % more, and a share 15 % lower, in the last eight weeks."""
    found = []
    for end in range(first, counts.shape[1] + 1):
        new, old = slice(end - 8, end), slice(max(end - 60, 0), end - 8)
        more = counts[:, new].mean(1) >= 1.15 * counts[:, old].mean(1)
        share = good[:, new].sum(1) / np.maximum(counts[:, new].sum(1), 1)
        found.append(more & (share <= 0.85 * good[:, old].sum(1) / np.maximum(counts[:, old].sum(1), 1)))
    return np.array(found)


def false_alarms(reps: Reps, n_reps: int, seed: int = 1) -> tuple[float, float]:
    """The share of stable years with an alarm: ours, and the plain rule's."""
    counts, good = simulated(np.random.default_rng(seed), reps, n_reps, reps.history + YEAR, None)
    poorer, better = alarms(counts, good, reps.history + 1)
    plain = plain_rule(counts, good, reps.history + 1)
    return float((poorer | better).any(axis=0).mean()), float(plain.any(axis=0).mean())


def found_within(reps: Reps, n_reps: int, seed: int = 2) -> tuple[float, float]:
    """The share of planted changes with an alarm of the right way by the end of their eighth week: ours, the rule's."""
    weeks = reps.history + FOUND_WITHIN
    counts, good = simulated(np.random.default_rng(seed), reps, n_reps, weeks, reps.history)
    poorer, _ = alarms(counts, good, reps.history + 1)
    return float(poorer.any(axis=0).mean()), float(plain_rule(counts, good, reps.history + 1).any(axis=0).mean())


def run(args: argparse.Namespace) -> None:
    """Print the two tables."""
    n_reps = 1000
    print(f"Stable reps: years with a false alarm ({n_reps} years each; reach <= {REACH_FALSE:.0%})")
    _line(("history, weeks", "a week", "share good", "season", "scatter", "plain rule", "ours", "reach"))
    for reps in STABLE:
        ours, plain = false_alarms(reps, n_reps)
        season = f"{reps.wave:.0%}{' shared' if reps.is_shared else ''}"
        told = "reached" if ours <= REACH_FALSE else "MISSED"
        _line((f"{reps.history}", f"{reps.a_week}", f"{reps.share:.0%}", season, f"{reps.scatter}", f"{plain:.1%}",
               f"{ours:.1%}", told))  # fmt: skip
    print(f"\n30 % more, 30 % fewer of it good: found within {FOUND_WITHIN} weeks ({n_reps} reps each; reach >= "
          f"{REACH_FOUND:.0%} where marked)")  # fmt: skip
    _line(("history, weeks", "a week", "share good", "season", "scatter", "plain rule", "ours", "reach"))
    for reps in (*MEANT_FOR, *(one for one in PLANTED if one not in MEANT_FOR)):
        ours, plain = found_within(reps, n_reps)
        told = "-" if reps not in MEANT_FOR else "reached" if ours >= REACH_FOUND else "MISSED"
        _line((f"{reps.history}", f"{reps.a_week}", f"{reps.share:.0%}", f"{reps.wave:.0%}", f"{reps.scatter}",
               f"{plain:.1%}", f"{ours:.1%}", told))  # fmt: skip


def _line(cells: Iterable[str]) -> None:
    print(" ".join(f"{cell:>15}" for cell in cells))
