"""The chain of stages by age: against a slow walk, a chain worked by hand, and its own long run."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kpi_engine.stats.chain import AGE_BINS, Steps, age_bin, count, decay, fit

OLDEST = AGE_BINS[-1]


def steps(*rows):
    """Steps from (start, end, age, weight)."""
    start, end, age, weight = (np.array(column) for column in zip(*rows, strict=True))
    return Steps(start, end, age, weight.astype(float))


def random_chain(seed, n_stages=3, n=400):
    rng = np.random.default_rng(seed)
    made = Steps(rng.integers(0, n_stages, n), rng.integers(0, n_stages + 2, n), rng.integers(0, 70, n), rng.random(n))
    return fit(count(made, n_stages))


def slowly_won(chain, age, stage, n_steps, is_of_entry=False):
    """The chance to be won within so many steps, by following every way there is."""
    if n_steps == 0:
        return 0.0
    row = chain.rows[int(age_bin(np.array([age]))[0]), stage]
    total = row[chain.n_stages]
    for to in range(chain.n_stages):
        is_new = is_of_entry and to != stage
        total += row[to] * slowly_won(chain, 0 if is_new else min(age + 1, OLDEST), to, n_steps - 1, is_of_entry)
    return total


@pytest.mark.parametrize("is_of_entry", [False, True])
def test_the_chances_are_those_of_following_every_way(is_of_entry):
    chain = random_chain(1)
    within = chain.won_within_of_entry(4) if is_of_entry else chain.won_within(4)
    for age in (0, 1, 5, 11, 53, 54):
        for stage in range(3):
            for n in range(5):
                assert within[age, stage, n] == pytest.approx(slowly_won(chain, age, stage, n, is_of_entry))


@settings(deadline=None, max_examples=10)
@given(st.integers(0, 200))
def test_the_end_is_where_very_many_steps_lead(seed):
    # From the oldest age on nothing changes any more, so that its chances solve a linear system (the absorbing chain;
    # Kemeny and Snell, Finite Markov Chains, 1960, theorem 3.5.4); the younger ones follow backwards.
    chain = random_chain(seed)
    n = chain.n_stages
    onward, at_once = chain.rows[:, :, :n], chain.rows[:, :, n]
    ever = np.zeros((OLDEST + 1, n))
    ever[OLDEST] = np.linalg.solve(np.eye(n) - onward[-1], at_once[-1])
    for age in range(OLDEST - 1, -1, -1):
        b = np.searchsorted(AGE_BINS, age, side="right") - 1
        ever[age] = at_once[b] + onward[b] @ ever[age + 1]
    assert chain.won_within(1500)[:, :, -1] == pytest.approx(ever, abs=1e-9)


def test_a_stage_nobody_leaves_is_never_won():
    counts = np.zeros((len(AGE_BINS), 1, 3))
    counts[:, 0, 0] = 10.0
    assert fit(counts).won_within(1500) == pytest.approx(0.0, abs=1e-12)


def test_a_small_chain_worked_by_hand():
    # Two stages, 8 steps of new deals: 1 -> 1 twice, 1 -> 2 twice; 2 -> won twice, 2 -> out once, 2 -> 2 once.
    seen = steps(
        *[(0, 0, 0, 1)] * 2, *[(0, 1, 0, 1)] * 2, *[(1, 2, 0, 1)] * 2, (1, 3, 0, 1), (1, 1, 0, 1)
    )  # fmt: skip
    chain = fit(count(seen, 2))
    # The pipeline's level: of 8 steps 2 won, 1 out: stay 5/8, won 1/4, out 1/8; it counts like five steps, and the
    # whole stage like fifteen in its first age.
    level_1, level_2 = np.array([5, 0, 2, 1]) / 8, np.array([0, 5, 2, 1]) / 8
    first_1 = (np.array([2, 2, 0, 0]) + 5 * level_1) / 9
    first_2 = (np.array([0, 1, 2, 1]) + 5 * level_2) / 9
    row_1 = (np.array([2, 2, 0, 0]) + 15 * first_1) / 19
    row_2 = (np.array([0, 1, 2, 1]) + 15 * first_2) / 19
    assert chain.rows[0] == pytest.approx(np.array([row_1, row_2]))
    # Nothing was seen of older deals: they do what younger ones do.
    assert chain.rows[-1] == pytest.approx(chain.rows[0])
    # From stage 1, two steps: won at once, or to stage 1 or 2 and won from there.
    by_hand = row_1[2] + row_1[0] * row_1[2] + row_1[1] * row_2[2]
    assert chain.won_within(2)[0, 0, 2] == pytest.approx(by_hand)


@settings(deadline=None, max_examples=25)
@given(st.integers(0, 100), st.integers(1, 5))
def test_chances_grow_with_time_and_rows_are_shares(seed, n_stages):
    chain = random_chain(seed, n_stages, n=30)
    assert chain.rows.sum(axis=2) == pytest.approx(1.0)
    for within in (chain.won_within(8), chain.won_within_of_entry(8)):
        assert np.all(np.diff(within, axis=2) >= -1e-12)
        assert np.all((within >= 0) & (within <= 1))


def test_a_stage_nobody_was_seen_in_does_what_the_pipeline_does():
    seen = steps(*[(0, 0, 3, 1)] * 6, *[(0, 2, 3, 1)] * 3, (0, 3, 3, 1))
    chain = fit(count(seen, 2))
    young, old = chain.rows[int(age_bin(np.array([0]))[0]), 1], chain.rows[int(age_bin(np.array([3]))[0]), 1]
    assert old == pytest.approx(np.array([0.0, 0.6, 0.3, 0.1]))  # 6 of 10 stayed, 3 were won, 1 got out
    assert young == pytest.approx(old)


def test_what_happened_a_half_life_ago_counts_half():
    assert decay(np.array([0.0, 240.0, 480.0])) == pytest.approx([1.0, 0.5, 0.25])
