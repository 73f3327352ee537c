"""Whether the chance of reaching a target is what it says.

- made-up reps: over-dispersed weeks, a yearly season, some improving, declining or changed from one week to the next;
  of all targets given a chance in a band, the share that was reached. Counts, amounts and shares.
- real activities: the Brier score of P(target reached) at one and four weeks, beside a bootstrap of past weeks, a
  Poisson and a plain negative binomial on the mean of the last half year.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from benchmarks.real import DATA
from kpi_engine.stats.feasibility import amount_chance, count_chance, share_chance, worth_of
from kpi_engine.stats.level import level_of

Array = npt.NDArray[np.float64]

REPS, TARGETS_EACH, WEEKS, SEEN = 1000, 8, 143, 52
REACH = {1: 0.225, 4: 0.205}
_SEED = 20260831


@dataclass(frozen=True)
class Rep:
    """One made-up rep: what happened each week, the season of each week, and the law behind it."""

    kind: str
    counts: Array
    season: Array
    share: Array
    typical_amount: float


def run(args: argparse.Namespace) -> None:
    """Print the reliability tables and the scores."""
    started = time.process_time()
    for name, played in (("counts", _counted), ("amounts", _worth), ("shares", _shares)):
        told, reached, kinds = played(np.random.default_rng(_SEED))
        _reliability(name, told, reached, kinds)
    _real()
    print(f"\n{time.process_time() - started:.0f} s of processor time")


def reps(rng: np.random.Generator, n: int = REPS) -> Iterator[Rep]:
    """Reps of every size, from one case a month to a dozen a week; two in five never change."""
    weeks = np.arange(WEEKS)
    for _ in range(n):
        level = np.exp(rng.uniform(np.log(0.25), np.log(12)))
        dispersion = rng.gamma(1.5, 0.1)
        season = np.exp(rng.uniform(0, 0.6) * np.sin(2 * np.pi * (weeks - rng.uniform(0, 52)) / 52))
        kind = str(rng.choice(["steady", "steady", "improving", "declining", "changed"]))
        growth = np.ones(WEEKS)
        if kind == "improving":
            growth = np.minimum(np.exp(np.clip(weeks - rng.integers(40, 120), 0, None) * rng.uniform(0, 0.012)), 2.5)
        elif kind == "declining":
            growth = np.exp(-np.clip(weeks - 60, 0, None) * rng.uniform(0, 0.006))
        elif kind == "changed":
            growth[rng.integers(60, 140) :] = rng.uniform(0.6, 1.7)
        mean = level * season * growth
        counts = rng.negative_binomial(1 / dispersion, 1 / (1 + dispersion * mean)).astype(float)
        better = np.clip(rng.uniform(0.15, 0.85) + (kind == "improving") * 0.002 * weeks, 0, 0.97)
        yield Rep(kind, counts, season, np.broadcast_to(better, (WEEKS,)), float(np.exp(rng.normal(9, 0.8))))


def _spans(rng: np.random.Generator) -> Iterator[tuple[int, int, int]]:
    """A period of 1 to 13 weeks after at least a year and a half, its first week; how many of its weeks are over."""
    for _ in range(TARGETS_EACH):
        length = int(rng.integers(1, 14))
        start = int(rng.integers(84, WEEKS - length + 1))
        yield start, length, int(rng.integers(0, length))


def _counted(rng: np.random.Generator) -> tuple[Array, Array, list[str]]:
    told, reached, kinds = [], [], []
    for rep in reps(rng):
        for start, length, over in _spans(rng):
            now, end = start + over, start + length
            level = level_of(rep.counts[now - SEEN : now], rep.season[now - SEEN : now])
            usual = rep.counts[start - SEEN : start].sum() / rep.season[start - SEEN : start].sum()
            target = max(round(usual * rep.season[start:end].sum() * rng.uniform(0.5, 1.6)), 1)
            so_far = rep.counts[start:now].sum()
            told.append(float(count_chance(level, rep.season[now:end], target, so_far).probability))
            reached.append(rep.counts[start:end].sum() >= target)
            kinds.append(rep.kind)
    return np.array(told), np.array(reached, dtype=float), kinds


def _worth(rng: np.random.Generator) -> tuple[Array, Array, list[str]]:
    told, reached, kinds = [], [], []
    for rep in reps(rng):
        # Amounts are log-normal, not gamma: the method has to bear what it did not expect.
        sums = np.array([rng.lognormal(np.log(rep.typical_amount), 0.7, int(k)).sum() for k in rep.counts])
        for start, length, over in _spans(rng):
            now, end = start + over, start + length
            past = slice(max(now - 2 * SEEN, 0), now)
            worth = worth_of(sums[past], rep.counts[past])
            if worth is None or worth.n < 5:
                continue
            level = level_of(rep.counts[now - SEEN : now], rep.season[now - SEEN : now])
            usual = sums[start - SEEN : start].sum() / rep.season[start - SEEN : start].sum()
            target = max(usual * rep.season[start:end].sum() * rng.uniform(0.5, 1.6), rep.typical_amount / 2)
            chance = amount_chance(level, rep.season[now:end], worth, target, sums[start:now].sum())
            told.append(float(chance.probability))
            reached.append(sums[start:end].sum() >= target)
            kinds.append(rep.kind)
    return np.array(told), np.array(reached, dtype=float), kinds


def _shares(rng: np.random.Generator) -> tuple[Array, Array, list[str]]:
    told, reached, kinds = [], [], []
    for rep in reps(rng):
        hits = rng.binomial(rep.counts.astype(int), rep.share).astype(float)
        for start, length, over in _spans(rng):
            now, end = start + over, start + length
            past = slice(now - SEEN, now)
            if rep.counts[past].sum() < 5:
                continue
            level = level_of(rep.counts[past], rep.season[past])
            target = float(np.clip(rep.share[start] * rng.uniform(0.7, 1.3), 0.02, 0.99))
            so_far = (hits[start:now].sum(), rep.counts[start:now].sum())
            chance = share_chance(level, rep.season[now:end], hits[past], rep.counts[past], target, so_far)
            cases = rep.counts[start:end].sum()
            told.append(float(chance.probability))
            reached.append(cases > 0 and hits[start:end].sum() >= target * cases - 1e-9)
            kinds.append(rep.kind)
    return np.array(told), np.array(reached, dtype=float), kinds


def reliability(told: Array, reached: Array) -> pd.DataFrame:
    """By tenths of the chance told: chance, share reached, targets."""
    bins = np.minimum((told * 10).astype(int), 9)
    frame = pd.DataFrame({"tenth": bins, "told": told, "reached": reached})
    table = frame.groupby("tenth").agg(told=("told", "mean"), reached=("reached", "mean"), n=("told", "size"))
    return table.reset_index()


def expected_error(told: Array, reached: Array) -> float:
    """The mean distance of told and reached over the tenths, each by its targets (ECE)."""
    table = reliability(told, reached)
    return float(((table["told"] - table["reached"]).abs() * table["n"]).sum() / table["n"].sum())


def _reliability(name: str, told: Array, reached: Array, kinds: list[str]) -> None:
    print(f"\nmade-up reps, {name}: {len(told):,} targets, {reached.sum():,.0f} reached, "
          f"{(1 - reached).sum():,.0f} missed; Brier {np.mean((told - reached) ** 2):.3f}")  # fmt: skip
    table = reliability(told, reached)
    print("  chance told     reached   targets   reached/missed")
    for row in table.itertuples():
        print(f"  {row.told:10.1%}  {row.reached:10.1%}  {row.n:8,}   {row.reached * row.n:,.0f}/"
              f"{(1 - row.reached) * row.n:,.0f}")  # fmt: skip
    for words, low, high in (("out of reach", 0, 0.2), ("a stretch", 0.2, 0.8), ("already there", 0.8, 1.01)):
        inside = (told >= low) & (told < high)
        print(f"  {words}: told {told[inside].mean():.1%}, reached {reached[inside].mean():.1%} of {inside.sum():,}")
    gap = float((table["told"] - table["reached"]).abs().max())
    print(f"  largest gap {gap:.1%} (at most 5 %), mean gap {expected_error(told, reached):.1%}")
    by_kind = [
        f"{kind} {told[mine].mean() - reached[mine].mean():+.1%}"
        for kind in sorted(set(kinds))
        if (mine := np.array(kinds) == kind).any()
    ]
    print("  told less reached: " + ", ".join(by_kind))


def real_weeks() -> list[Array]:
    """Activities by whole week of each person of revops-mattsun, from their first."""
    rows = pd.read_csv(DATA / "revops-mattsun" / "activities.csv", parse_dates=["activity_date"])
    rows["week"] = rows["activity_date"].dt.to_period("W-SUN").dt.start_time
    wide = rows.groupby(["owner", "week"]).size().unstack(fill_value=0)
    wide = wide.reindex(columns=pd.date_range(wide.columns.min(), wide.columns.max(), freq="7D"), fill_value=0)
    return [row[np.argmax(row > 0) : -1].astype(float) for row in wide.to_numpy()]


def real_scores(length: int, draws: int = 4) -> dict[str, tuple[Array, Array]]:
    """(told, reached) of every method: targets of 0.7 to 1.3 times the last half year's mean, drawn ``draws`` times
    at every week that has half a year before it."""
    found: dict[str, list[Array]] = {name: [] for name in ("ours", "bootstrap", "Poisson", "negative binomial")}
    reached = []
    rng = np.random.default_rng(_SEED)
    for weeks in real_weeks():
        for now in range(26, len(weeks) - length + 1):
            half = weeks[now - 26 : now]
            times = rng.uniform(0.7, 1.3, draws)
            targets = np.maximum(np.ceil(half.mean() * length * times), 1.0)
            reached.append(weeks[now : now + length].sum() >= targets)
            level = level_of(weeks[max(now - SEEN, 0) : now])
            found["ours"].append(count_chance(level, np.ones(length), targets).probability)
            for name, told in _plain(half, length, targets, rng).items():
                found[name].append(told)
    outcome = np.concatenate(reached).astype(float)
    return {name: (np.concatenate(told), outcome) for name, told in found.items()}


def _plain(half: Array, length: int, targets: Array, rng: np.random.Generator) -> dict[str, Array]:
    from scipy.stats import nbinom, poisson

    mean = max(half.mean() * length, 1e-9)
    variance = length * max(half.var(ddof=1), half.mean() * 1.0001) + 1e-9
    drawn = rng.choice(half, (200, length)).sum(axis=1)
    return {
        "bootstrap": (drawn[:, None] >= targets).mean(axis=0),
        "Poisson": poisson.sf(targets - 1, mean),
        "negative binomial": nbinom.sf(targets - 1, mean**2 / (variance - mean), mean / variance),
    }


def _real() -> None:
    if not DATA.is_dir():
        print("\nreal activities: not on this machine")
        return
    print("\nreal activities (revops-mattsun): Brier and ECE of P(target reached)")
    for length, reach in REACH.items():
        print(f"  {length} week{'s' if length > 1 else ''} (Brier at most {reach}, ECE at most 0.05)")
        for name, (told, reached) in real_scores(length).items():
            brier = float(np.mean((told - reached) ** 2))
            print(f"    {name:18} {brier:.4f}  {expected_error(told, reached):.3f}   {len(told):,} targets")
