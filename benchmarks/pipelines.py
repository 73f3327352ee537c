"""Made-up pipelines whose true chances are known: five stages, deals that tire, sources and reps that differ a little.

Every day a deal moves on, is lost, or stays. Moving on gets rarer the longer it has been in a stage, and the more
likely the better its source and its rep are. The oracle knows all of that; the product sees what any export shows.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from benchmarks.told import told
from kpi_engine.forecasting.known import OUT, WON, History

Array = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

N_STAGES = 5
START = 18_262  # 2020-01-01
MOVES = np.array([0.035, 0.040, 0.040, 0.035, 0.030])
"""The daily chance to move on from each stage when a deal has just come to it; from the last one it is won."""
LOSES = np.array([0.012, 0.010, 0.010, 0.008, 0.006])
TIRING_DAYS = 40.0
"""After so many days in a stage the chance to move on has fallen to 1/e of the way down to TIRED."""
TIRED = 0.25
SOURCES = np.array([-0.4, -0.1, 0.1, 0.4])
REPS = np.array([-0.3, 0.0, 0.0, 0.1, 0.2])
"""What a source and a rep add to the log of the chance to move on."""
OLDEST = 400
"""After so many days in a stage nothing changes any more."""


@dataclass(frozen=True)
class Simulated:
    """``deal, day, state`` of every change (arrays of one length), and by deal ``created, source, rep`` and its stage,
    days in stage at any day by :meth:`at`. ``last_day``: the last day told."""

    created: Ints
    source: Ints
    rep: Ints
    amount: Array
    deal: Ints
    day: Ints
    state: Ints
    last_day: int
    signal: float

    @property
    def quality(self) -> Array:
        """What source and rep add, by deal."""
        return self.signal * (SOURCES[self.source] + REPS[self.rep])


def simulate(per_month: float, months: int, seed: int, signal: float = 1.0) -> Simulated:
    """Deals created at random over so many months, ``per_month`` on average, and told until the last day of them."""
    rng = np.random.default_rng(seed)
    n_days = int(months * 30.4)
    n = rng.poisson(per_month * months)
    created = np.sort(rng.integers(0, n_days, n))
    source, rep = rng.integers(0, len(SOURCES), n), rng.integers(0, len(REPS), n)
    quality = signal * (SOURCES[source] + REPS[rep])
    stage, in_stage = np.zeros(n, dtype=np.int64), np.zeros(n, dtype=np.int64)
    is_open = np.ones(n, dtype=bool)
    rows = [np.column_stack([np.arange(n), created, np.zeros(n, dtype=np.int64)])]
    for day in range(1, n_days):
        live = np.flatnonzero(is_open & (created < day))
        drawn = rng.random(len(live))
        moves, loses = _daily(stage[live], in_stage[live], quality[live])
        ons, outs = live[drawn < moves], live[(drawn >= moves) & (drawn < moves + loses)]
        in_stage[live] += 1
        stage[ons] += 1
        in_stage[ons] = 0
        is_open[outs] = False
        state = np.where(stage[ons] == N_STAGES, WON, stage[ons])
        is_open[ons[state == WON]] = False
        rows.append(np.column_stack([ons, np.full(len(ons), day), state]))
        rows.append(np.column_stack([outs, np.full(len(outs), day), np.full(len(outs), OUT)]))
    all_rows = np.concatenate(rows)
    all_rows = all_rows[np.lexsort((all_rows[:, 1], all_rows[:, 0]))]
    deal, day, state = all_rows.T
    return Simulated(
        created + START, source, rep, np.round(rng.lognormal(9.0, 0.8, n), 2), deal, day + START, state,
        n_days - 1 + START, signal,
    )  # fmt: skip


def history_of(made: Simulated) -> History:
    """The same deals as a history export would tell them: stages are counted from 1, 0 is the one not known."""
    return told(
        [f"Stage {i + 1}" for i in range(N_STAGES)], made.created, made.amount, made.deal, made.day, made.state,
        made.last_day, source=[f"Source {s}" for s in made.source], owner=made.rep + 1,
    )  # fmt: skip


def oracle(made: Simulated, deal: Ints, stage: Ints, in_stage: Ints, days: int | None) -> Array:
    """The true chance of deals in a stage (from 0) for so many days to be won within ``days``; in the end where
    None."""
    found = np.empty(len(deal))
    quality = made.quality[deal]
    for value in np.unique(quality):
        same = quality == value
        chance = _chances(float(value), days)
        found[same] = chance[stage[same], np.minimum(in_stage[same], OLDEST)]
    return found


def _daily(stage: Ints, in_stage: Ints, quality: Array) -> tuple[Array, Array]:
    """The chance to move on and to be lost on the next day."""
    fresh = TIRED + (1 - TIRED) * np.exp(-np.minimum(in_stage, OLDEST) / TIRING_DAYS)
    return MOVES[stage] * fresh * np.exp(quality), LOSES[stage]


def _chances(quality: float, days: int | None) -> Array:
    """Shape (n_stages, OLDEST + 1): by stage and days in it, backwards from the last stage and day by day."""
    stage, in_stage = np.meshgrid(np.arange(N_STAGES), np.arange(OLDEST + 1), indexing="ij")
    moves, loses = _daily(stage, in_stage, np.full(stage.shape, quality))
    older = np.minimum(np.arange(OLDEST + 1) + 1, OLDEST)
    won = np.zeros((N_STAGES + 1, OLDEST + 1))
    won[N_STAGES] = 1.0
    for _ in range(3000 if days is None else days):
        new = moves * won[1:, :1] + (1 - moves - loses) * won[:-1][:, older]
        won[:-1] = new
    return won[:-1]


def standing(n_closed: int, signal: float, seed: int) -> tuple[History, int, Array, npt.NDArray[np.bool_]]:
    """A young team: ``n_closed`` deals have ended, 200 are open, each standing in one of four stages; a later stage is
    won more often as far as there is a ``signal`` (with none, half of them anywhere). Five reps, who differ a little.

    Returns
    -------
    The history, the cutoff, and of the open deals the true chance and whether they will be won, in the order of deals.
    """
    rng = np.random.default_rng(seed)
    n_open, n_stages = 200, 4
    n = n_closed + n_open
    stage, rep = rng.integers(0, n_stages, n), rng.integers(0, len(REPS), n)
    chance = 1 / (1 + np.exp(-signal * (np.array([-2.0, -1.2, -0.2, 0.9])[stage] + REPS[rep])))
    is_won = rng.random(n) < chance
    created = np.where(np.arange(n) < n_closed, rng.integers(0, 80, n), rng.integers(75, 100, n))
    ends = np.where(np.arange(n) < n_closed, created + rng.integers(10, 40, n), 10_000)
    rows = []
    for i in range(n):
        rows.append((i, created[i], stage[i]))
        if i < n_closed:
            rows.append((i, ends[i], WON if is_won[i] else OUT))
    deal, day, state = np.array(rows, dtype=np.int64).T
    last_day = 125
    made = Simulated(
        created + START, np.zeros(n, dtype=np.int64), rep, np.full(n, 1.0), deal, day + START, state, last_day + START,
        signal,
    )  # fmt: skip
    return history_of(made), last_day + START + 1, chance[n_closed:], is_won[n_closed:]
