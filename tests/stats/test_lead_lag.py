"""A lead that was planted is found at its lag, a shared season is not mistaken for one, and the numbers hold."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize

from benchmarks.leads import MILD, STRONG, Cell, board_rates, calendar, rates, simulated
from kpi_engine.stats.lead_lag import (
    FALSE_SHARE,
    LEVEL,
    LeadLag,
    Verdict,
    Why,
    groups_at,
    lead_lag,
    lead_lags,
    q_values,
    verdict,
)
from kpi_engine.stats.weekly_series import Calendar

PLANTED = Cell(156, "overdispersed", MILD, True, 0.0, r2=0.3)


def pair(cell: Cell = PLANTED, seed: int = 1) -> tuple[np.ndarray, np.ndarray, Calendar]:
    return *simulated(cell, np.random.default_rng(seed)), calendar(cell.weeks)


# --- error rates, in small; benchmarks/leads.py measures them at length ----------------------------------------------


@pytest.mark.parametrize("kind", ["poisson", "overdispersed", "value"])
@pytest.mark.parametrize("rho", [0.0, 0.6])
def test_a_shared_season_and_trend_are_no_lead(kind: str, rho: float) -> None:
    found = rates(Cell(104, kind, STRONG, True, rho), 60, seed=3)
    # Nominal is 5 %: more than 8 of 60 would happen to a sound test 1 time in 1,000, and raw correlation has them all.
    assert found.ours <= 8 / 60
    assert found.ccf > 0.9


def test_a_board_of_chance_is_mostly_left_alone() -> None:
    told, _, with_p = board_rates(Cell(104, "overdispersed", STRONG, True, 0.6), 6, 4, 25, seed=4)
    assert told <= 7 / 25  # at 10 % more than that happen 1 time in 1,000
    assert with_p > told


@pytest.mark.parametrize(("weeks", "r2"), [(104, 0.2), (156, 0.1)])
def test_a_planted_lead_of_a_value_is_found_and_its_lag_too(weeks: int, r2: float) -> None:
    found = rates(Cell(weeks, "value", MILD, True, 0.0, r2=r2), 40, seed=5)
    assert found.ours >= 0.8
    assert found.near >= 0.9


@pytest.mark.parametrize("lag", [1, 2, 7, 12])
def test_a_strong_lead_is_found_at_its_very_lag(lag: int) -> None:
    cell = Cell(156, "overdispersed", MILD, True, 0.0, r2=0.4, lag=lag)
    found = [lead_lag(*pair(cell, seed)) for seed in range(4)]
    assert [one.lag for one in found if one.p_value is not None and one.p_value <= LEVEL] == [lag] * 4


def test_the_effect_of_a_planted_lead_is_what_was_planted() -> None:
    # y has 0.3 more in the mean for one more of x, three weeks later; both without season.
    rng = np.random.default_rng(6)
    errors = []
    for _ in range(30):
        x = rng.gamma(8, 2.5, 156)
        y = rng.poisson(4 + 0.3 * np.roll(x, 3)).astype(float)
        found = lead_lag(x[12:], y[12:], calendar(144))
        assert found.lag == 3
        assert found.effect is not None
        errors.append(found.effect - 0.3)
    assert abs(np.mean(errors)) < 0.03


# --- against a second, slow implementation ---------------------------------------------------------------------------


def slowly(x: np.ndarray, y: np.ndarray, weeks: Calendar, n_draws: int) -> tuple[np.ndarray, float]:
    """t by lag, and p: every regression of every draw written out with lstsq."""
    n, rng = len(x), np.random.default_rng(99)
    calendar_columns = [np.ones(n), np.arange(n), weeks.is_christmas.astype(float)]
    for k in (1, 2):
        calendar_columns += [np.cos(2 * np.pi * k * weeks.turn), np.sin(2 * np.pi * k * weeks.turn)]
    shared = np.column_stack(calendar_columns)

    def root_of_expected(values: np.ndarray) -> np.ndarray:
        level = values / values.mean()
        wide = shared / np.abs(shared).max(axis=0)

        def loss(b: np.ndarray) -> float:
            return float(np.sum(np.exp(wide @ b) - level * (wide @ b)))

        def slope(b: np.ndarray) -> np.ndarray:
            return wide.T @ (np.exp(wide @ b) - level)

        return np.exp(wide @ minimize(loss, np.zeros(wide.shape[1]), jac=slope, method="BFGS").x / 2)

    def regressed(values: np.ndarray, columns: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        fitted = columns @ np.linalg.lstsq(columns, values, rcond=None)[0]
        return fitted, values - fitted

    root_x, root_y = np.sqrt(x), np.sqrt(y)
    news = np.zeros(n)
    own_past = np.column_stack([shared[1:], root_of_expected(x)[1:], root_x[:-1]])
    news[1:] = regressed(root_x[1:], own_past)[1]
    t = np.arange(12, n)
    z = np.column_stack([shared[t], root_of_expected(y)[t], root_y[t - 1], root_y[t - 2], root_x[t]])

    def t_values(values: np.ndarray) -> np.ndarray:
        told = []
        for lag in range(1, 13):
            columns = np.column_stack([z, news[t - lag]])
            b = np.linalg.lstsq(columns, values, rcond=None)[0]
            rest = values - columns @ b
            variance = rest @ rest / (len(t) - columns.shape[1])
            told.append(b[-1] / np.sqrt(variance * np.linalg.pinv(columns.T @ columns)[-1, -1]))
        return np.array(told)

    seen = t_values(root_y[t])
    fitted, rest = regressed(root_y[t], z)
    largest = [np.abs(t_values(fitted + rest * rng.choice([-1, 1], len(rest)))).max() for _ in range(n_draws)]
    return seen, (1 + sum(value >= np.abs(seen).max() for value in largest)) / (n_draws + 1)


@pytest.mark.parametrize(("seed", "r2"), [(1, 0.0), (2, 0.08), (3, 0.0)])
def test_a_slow_implementation_comes_to_the_same(seed: int, r2: float) -> None:
    x, y, weeks = pair(Cell(104, "overdispersed", STRONG, True, 0.3, r2=r2), seed)
    found = lead_lag(x, y, weeks)
    t_values, p_value = slowly(x, y, weeks, 150)
    degrees = 92 - 7 - 4 - 1
    as_correlations = t_values / np.sqrt(degrees + t_values**2)
    assert found.strength == pytest.approx(as_correlations, abs=2e-3)
    # Both are shares of draws: 150 and 999 of them.
    assert found.p_value == pytest.approx(p_value, abs=4 * np.sqrt(0.25 / 150))


def test_q_values_are_those_of_benjamini_and_hochberg() -> None:
    p_values = np.random.default_rng(1).uniform(size=40) ** 2
    p_values[[3, 7]] = np.nan
    q = q_values(p_values)
    ordered = np.sort(p_values[~np.isnan(p_values)])
    for level in (0.05, 0.10, 0.3):
        passing = [i for i, p in enumerate(ordered, 1) if p <= level * i / len(ordered)]
        kept = ordered[: max(passing, default=0)]
        assert np.count_nonzero(q <= level) == len(kept)
    assert np.isnan(q[[3, 7]]).all()


def test_the_groups_rise_as_the_effect_says() -> None:
    x, y, weeks = pair()
    found = lead_lag(x, y, weeks)
    groups = groups_at(x, y, weeks, found.lag or 0)
    assert groups.weeks.sum() == 156 - 12
    assert (np.diff(groups.result) > 0).all()
    assert (np.diff(groups.level) > 0).all()
    assert (groups.lower < groups.result).all()
    slope = (groups.result[2] - groups.result[0]) / (groups.level[2] - groups.level[0])
    assert slope == pytest.approx(found.effect, rel=0.35)


# --- what does not matter --------------------------------------------------------------------------------------------


@settings(max_examples=8, deadline=None)
@given(st.floats(0.01, 1e6), st.floats(0.01, 1e6), st.integers(0, 1000))
def test_the_unit_does_not_matter(of_x: float, of_y: float, seed: int) -> None:
    x, y, weeks = pair(seed=seed)
    one, other = lead_lag(x, y, weeks), lead_lag(of_x * x, of_y * y, weeks)
    assert other.strength == pytest.approx(one.strength, abs=1e-6)
    assert (other.lag, other.p_value) == (one.lag, pytest.approx(one.p_value, abs=2e-3))
    assert other.effect == pytest.approx((one.effect or 0) * of_y / of_x, rel=1e-4)


def test_what_else_is_on_the_board_does_not_matter() -> None:
    x, y, weeks = pair()
    rng = np.random.default_rng(8)
    others = rng.poisson(5, (156, 3)).astype(float)
    board = lead_lags(np.column_stack([others, x]), np.column_stack([others[:, :2], y]), weeks)
    alone, among = lead_lag(x, y, weeks), board[3][2]
    assert (alone.lag, alone.p_value, alone.weeks) == (among.lag, among.p_value, among.weeks)
    assert among.strength == pytest.approx(alone.strength, abs=1e-12)


def test_the_same_input_gives_the_same_answer() -> None:
    x, y, weeks = pair()
    one, two = lead_lag(x, y, weeks), lead_lag(x, y, weeks)
    assert (one.p_value, one.effect, one.chance) == (two.p_value, two.effect, two.chance)


# --- too little, and odd ---------------------------------------------------------------------------------------------


def test_under_39_weeks_nothing_is_said() -> None:
    x, y, _ = pair()
    for n, why in ((38, Why.TOO_FEW_WEEKS), (39, Why.TESTED), (0, Why.TOO_FEW_WEEKS)):
        found = lead_lag(x[:n], y[:n], calendar(n))
        assert (found.why, found.weeks) == (why, n)
    assert lead_lag(x[:38], y[:38], calendar(38)).lag is None


def test_under_a_year_only_short_lags_are_looked_at() -> None:
    x, y, _ = pair()
    assert lead_lag(x[:51], y[:51], calendar(51)).lags.tolist() == [1, 2, 3, 4, 5, 6]
    assert lead_lag(x[:52], y[:52], calendar(52)).lags.tolist() == list(range(1, 13))


@pytest.mark.parametrize(
    ("x", "y", "why"),
    [
        (np.full(80, 3.0), None, Why.NEVER_CHANGES),
        (None, np.full(80, 3.0), Why.NEVER_CHANGES),
        (np.zeros(80), None, Why.TOO_RARE),
        (np.eye(1, 80, 40)[0], None, Why.TOO_RARE),
        (np.full(80, np.nan), None, Why.TOO_FEW_WEEKS),
        (np.where(np.arange(80) % 3, np.nan, np.arange(80.0)), None, Why.TOO_FEW_WEEKS),
    ],
)
def test_series_that_can_show_nothing_have_a_word_for_it(x: object, y: object, why: Why) -> None:
    drawn = pair(Cell(80, "overdispersed", MILD, True, 0.0))
    one, other = (
        given if isinstance(given, np.ndarray) else usual for given, usual in zip((x, y), drawn, strict=False)
    )
    found = lead_lag(one, other, drawn[2])
    assert (found.why, found.p_value, found.effect, found.strongest) == (why, None, None, 0.0)
    assert found.lags.size == found.strength.size == 0


def test_a_series_is_no_lead_of_itself() -> None:
    x, _, weeks = pair()
    assert lead_lag(x, x, weeks).why == Why.SAME_SERIES
    assert lead_lag(x, 3 * x, weeks).why == Why.SAME_SERIES


def test_rare_events_do_not_fool_it() -> None:
    # A third of an order a week and half a visit: most weeks are zero.
    rng, weeks = np.random.default_rng(9), calendar(156)
    p_values = [
        lead_lag(rng.poisson(0.5, 156).astype(float), rng.poisson(0.3, 156).astype(float), weeks).p_value
        for _ in range(60)
    ]
    assert sum(p is not None and p <= LEVEL for p in p_values) <= 8


def test_gaps_cost_weeks_and_nothing_else() -> None:
    x, y, weeks = pair()
    holes = np.random.default_rng(10).choice(156, 15, replace=False)
    with_gaps = np.where(np.isin(np.arange(156), holes), np.nan, x)
    found = lead_lag(with_gaps, y, weeks)
    assert (found.why, found.weeks, found.lag) == (Why.TESTED, 141, 7)
    result_gaps = np.where(np.isin(np.arange(156), holes[:5]), np.nan, y)
    found = lead_lag(x, result_gaps, weeks)
    assert (found.why, found.weeks, found.lag) == (Why.TESTED, 151, 7)


def test_values_below_zero_are_taken_as_they_are() -> None:
    rng = np.random.default_rng(11)
    x = rng.normal(0, 100, 168)
    y = np.roll(x, 4) + rng.normal(0, 60, 168)
    found = lead_lag(x[12:], y[12:], calendar(156))
    assert (found.why, found.lag, found.p_value) == (Why.TESTED, 4, pytest.approx(1e-4))


# --- what may be said ------------------------------------------------------------------------------------------------


def one_found(p_value: float | None, strength: float = 0.4, why: Why = Why.TESTED) -> LeadLag:
    return LeadLag(why, 156, np.array([3]), np.array([strength]), 0.2, 3, p_value, 1.0, 0.5, 1.5)


@pytest.mark.parametrize(
    ("found", "q", "sign", "said"),
    [
        (one_found(0.01), 0.05, 1, Verdict.LEADS),
        (one_found(0.01, -0.4), 0.05, 1, Verdict.OTHER_WAY),
        (one_found(0.01, -0.4), 0.06, 1, Verdict.NO_EVIDENCE),
        (one_found(0.01, -0.4), 0.06, -1, Verdict.LEADS),
        (one_found(0.051), 0.051, 1, Verdict.NO_EVIDENCE),
        (one_found(0.04), FALSE_SHARE + 0.01, 1, Verdict.NO_EVIDENCE),
        (one_found(None, why=Why.NEVER_CHANGES), np.nan, 1, Verdict.NO_EVIDENCE),
        (one_found(None, why=Why.TOO_RARE), np.nan, 1, Verdict.NOT_ENOUGH_WEEKS),
        (one_found(None, why=Why.TOO_FEW_WEEKS), np.nan, 1, Verdict.NOT_ENOUGH_WEEKS),
    ],
)
def test_a_verdict_needs_p_and_q_and_the_expected_sign(found: LeadLag, q: float, sign: int, said: Verdict) -> None:
    assert verdict(found, q, sign) is said
