"""The chance of reaching a target, against a slow simulation of the same law, and on how often it errs."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpi_engine.stats.feasibility import (
    amount_chance,
    at_most,
    band_of,
    count_chance,
    share_chance,
    worth_of,
)
from kpi_engine.stats.level import Level, Memory, level_of

DRAWS = 200_000


def a_level(mean: float, dispersion: float, mean_variance: float) -> Level:
    return Level((Memory(mean, mean_variance, 1.0),), dispersion, 52)


def slow_counts(rng: np.random.Generator, mean: float, variance: float, draws: int = DRAWS) -> np.ndarray:
    """A negative binomial as what it is: a Poisson whose mean is drawn from a gamma."""
    over = variance - mean
    return rng.poisson(rng.gamma(mean**2 / over, over / mean, draws))


def ahead_of(level: Level, exposures: np.ndarray) -> tuple[float, float]:
    """Mean and variance of what comes, term by term: W·m, Σ(m·e + m²d·e²) + W²·var(m) + what a wandering level adds."""
    (memory,) = level.memories
    m, d = memory.mean, level.dispersion
    variance = sum(m * e + m * m * d * e * e for e in exposures) + sum(exposures) ** 2 * memory.mean_variance
    for i in range(len(exposures)):
        variance += 0.004 * (m + m * m * d) * sum(exposures[i:]) ** 2
    return m * sum(exposures), variance


def test_a_count_is_reached_as_often_as_in_a_simulation() -> None:
    level, exposures = a_level(3.0, 0.2, 0.3), np.array([1.0, 0.6, 1.4, 1.0])
    drawn = slow_counts(np.random.default_rng(1), *ahead_of(level, exposures))
    targets = np.array([4, 8, 12, 16, 25])
    found = count_chance(level, exposures, targets, so_far=2)
    assert found.probability == pytest.approx([(drawn + 2 >= t).mean() for t in targets], abs=0.005)


def test_an_amount_is_reached_as_often_as_in_a_simulation() -> None:
    level, exposures = a_level(0.6, 0.1, 0.02), np.ones(8)
    rng = np.random.default_rng(2)
    amounts = rng.gamma(2.0, 500.0, 40)
    worth = worth_of(amounts, np.ones(40))
    assert worth is not None
    assert worth.mean == pytest.approx(amounts.mean())
    assert worth.spread == pytest.approx(amounts.var(ddof=1) / amounts.mean() ** 2)
    spread = (40 * worth.spread + 5) / 45
    deals = slow_counts(rng, *ahead_of(level, exposures), 60_000)
    # What a deal is worth is itself not known: one mean per draw, and each deal around it.
    shape = np.where(deals > 0, 1 / (spread / np.maximum(deals, 1) + spread / 40), 1.0)
    sums = np.where(deals > 0, rng.gamma(shape, np.maximum(deals, 1) * worth.mean / shape), 0.0)
    targets = np.array([500.0, 2000.0, 5000.0, 9000.0])
    found = amount_chance(level, exposures, worth, targets, so_far=250.0)
    assert found.probability == pytest.approx([(sums + 250 >= t).mean() for t in targets], abs=0.008)


def test_a_share_is_reached_as_often_as_in_a_simulation() -> None:
    cases, hits = np.full(30, 3.0), np.tile([1.0, 2.0, 1.0], 10)
    level, exposures = a_level(3.0, 0.1, 0.1), np.ones(4)
    rng = np.random.default_rng(3)
    weights = (1 - 0.06) ** np.arange(29, -1, -1)
    chance = rng.beta(0.5 + (weights * hits).sum(), 0.5 + (weights * (cases - hits)).sum(), DRAWS)
    more = slow_counts(rng, *ahead_of(level, exposures))
    share = (4 + rng.binomial(more, chance)) / (9 + more)
    targets = np.array([0.3, 0.4, 0.5, 0.6])
    found = share_chance(level, exposures, hits, cases, targets, (4, 9))
    assert found.probability == pytest.approx([(share >= t - 1e-9).mean() for t in targets], abs=0.005)


def test_a_share_of_nothing_reaches_nothing() -> None:
    found = share_chance(level_of(np.full(10, 3.0)), np.zeros(0), np.ones(10), np.full(10, 3.0), 0.1)
    assert found.probability == 0


@given(
    st.lists(st.integers(0, 12), min_size=8, max_size=60),
    st.lists(st.floats(0.1, 2.0), min_size=1, max_size=14),
    st.integers(0, 30),
)
def test_a_chance_is_one_falls_with_the_target_and_lies_in_its_interval(
    counts: list[int], ahead: list[float], so_far: int
) -> None:
    found = count_chance(level_of(np.array(counts, dtype=float)), np.array(ahead), np.arange(0, 60), so_far)
    assert (found.probability >= -1e-12).all()
    assert (found.probability <= 1 + 1e-12).all()
    assert (np.diff(found.probability) <= 1e-9).all()
    assert (found.lower <= found.probability).all()
    assert (found.probability <= found.upper).all()
    assert (found.probability[: so_far + 1] == 1).all()


@given(st.lists(st.integers(0, 9), min_size=8, max_size=40), st.floats(0.25, 4))
def test_a_season_that_is_counted_makes_no_difference_where_it_is_the_same_for_all_weeks(
    counts: list[int], index: float
) -> None:
    x, n = np.array(counts, dtype=float), len(counts)
    plain = count_chance(level_of(x, np.ones(n)), np.ones(4), np.arange(20)).probability
    scaled = count_chance(level_of(x, np.full(n, index)), np.full(4, index), np.arange(20)).probability
    assert scaled == pytest.approx(plain, abs=0.02)


def test_staying_below_is_the_rest_of_reaching_one_more() -> None:
    found = count_chance(level_of(np.full(20, 2.0)), np.ones(4), np.array([9.0]))
    below = at_most(found)
    assert below.probability == pytest.approx(1 - found.probability)
    assert (below.lower <= below.upper).all()


def test_a_poisson_would_be_too_sure_of_lumpy_work() -> None:
    from scipy.stats import poisson

    lumpy = np.tile([0.0, 0.0, 6.0, 6.0], 13)
    far = count_chance(level_of(lumpy), np.ones(4), 20).probability
    assert far > 1.5 * poisson.sf(19, 12)


def test_a_level_that_moves_is_followed_and_one_that_stands_is_averaged() -> None:
    rose = level_of(np.concatenate([np.full(40, 2.0), np.full(12, 8.0)]))
    assert rose.mean > 6
    rng = np.random.default_rng(5)
    errors = [level_of(rng.poisson(0.4, 52).astype(float)).mean - 0.4 for _ in range(200)]
    alone = [level_of(rng.poisson(0.4, 52).astype(float), alphas=(0.2,)).mean - 0.4 for _ in range(200)]
    assert np.std(errors) < 0.8 * np.std(alone)


def test_a_change_is_said_in_one_steady_history_of_twenty_and_in_most_that_have_doubled() -> None:
    rng = np.random.default_rng(6)

    def weeks(mean: float, n: int) -> np.ndarray:
        return rng.negative_binomial(5, 5 / (5 + mean), n).astype(float)

    steady = np.mean([level_of(weeks(4, 52)).change is not None for _ in range(400)])
    doubled = [level_of(np.concatenate([weeks(4, 46), weeks(8, 6)])) for _ in range(100)]
    assert steady < 0.09
    assert np.mean([one.change is not None for one in doubled]) > 0.6
    assert all(one.change > 1 for one in doubled if one.change is not None)


def test_of_simulated_targets_as_many_are_reached_as_was_said() -> None:
    from benchmarks.feasibility import reps

    rng = np.random.default_rng(7)
    told, reached = [], []
    for rep in reps(rng, 250):
        for _ in range(2):
            length, now = int(rng.integers(1, 9)), int(rng.integers(100, 130))
            level = level_of(rep.counts[now - 52 : now], rep.season[now - 52 : now])
            usual = rep.counts[now - 52 : now].mean() / rep.season[now - 52 : now].mean()
            target = max(round(usual * rep.season[now : now + length].sum() * rng.uniform(0.5, 1.6)), 1)
            told.append(float(count_chance(level, rep.season[now : now + length], target).probability))
            reached.append(rep.counts[now : now + length].sum() >= target)
    p, y = np.array(told), np.array(reached, dtype=float)
    for low, high in ((0, 0.2), (0.2, 0.5), (0.5, 0.8), (0.8, 1.01)):
        inside = (p >= low) & (p < high)
        # Four standard errors of so few targets, and the five points that are allowed.
        room = 0.05 + 2 * np.sqrt(0.25 / inside.sum())
        assert abs(p[inside].mean() - y[inside].mean()) < room


def test_the_bands_have_names() -> None:
    assert [band_of(p) for p in (0.0, 0.19, 0.2, 0.5, 0.8, 0.81, 1.0)] == [
        "out of reach", "out of reach", "a stretch", "a stretch", "a stretch", "already there", "already there",
    ]  # fmt: skip


def test_on_real_activities_it_scores_better_than_the_plain_ways(shared_data) -> None:
    from benchmarks.feasibility import REACH, expected_error, real_scores

    for length, reach in REACH.items():
        found = real_scores(length)
        scores = {name: float(np.mean((told - reached) ** 2)) for name, (told, reached) in found.items()}
        assert scores["ours"] <= reach
        assert scores["ours"] == min(scores.values())
        assert expected_error(*found["ours"]) <= 0.05
