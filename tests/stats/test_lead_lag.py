"""A lead that was planted is found at its lag; a shared season is not mistaken for one."""

import numpy as np
import pytest

from kpi_engine.names import Status
from kpi_engine.stats.lead_lag import false_discoveries_kept_low, lead_lag


def weeks(n: int) -> tuple[np.ndarray, np.ndarray]:
    turn = (np.arange(n) * 7 % 365) / 365
    return turn, turn > 0.97


def series(n: int, lag: int | None, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Two counts with the same season and trend; the second follows the first after ``lag`` weeks, or not at all."""
    rng = np.random.default_rng(seed)
    turn, _ = weeks(n + 12)
    season = (1 + 0.6 * np.cos(2 * np.pi * turn)) * (1 + np.arange(n + 12) / n)
    shock = rng.gamma(4, 1 / 4, n + 12)
    activity = rng.poisson(12 * season * shock)
    moved = np.roll(shock, lag) if lag else rng.gamma(4, 1 / 4, n + 12)
    result = rng.poisson(8 * season * moved)
    return activity[12:].astype(float), result[12:].astype(float)


@pytest.mark.parametrize("lag", [2, 7, 11])
def test_a_planted_lead_is_found_at_its_lag(lag: int) -> None:
    turn, christmas = weeks(156)
    found = [lead_lag(*series(156, lag, seed), turn, christmas, n_permutations=199) for seed in range(6)]
    assert [one.lag for one in found if one.is_lead] == [lag] * 6


def test_a_shared_season_and_trend_are_no_lead() -> None:
    turn, christmas = weeks(104)
    found = [lead_lag(*series(104, None, seed), turn, christmas, n_permutations=99).is_lead for seed in range(120)]
    assert sum(found) <= 120 * 0.07


def test_under_39_weeks_nothing_is_said() -> None:
    turn, christmas = weeks(38)
    found = lead_lag(*series(38, 3, 1), turn, christmas)
    assert (found.status, found.n, found.lag, found.is_lead) == (Status.TOO_FEW, 38, None, False)


def test_under_a_year_only_short_lags_are_looked_at() -> None:
    turn, christmas = weeks(50)
    assert lead_lag(*series(50, 3, 1), turn, christmas, n_permutations=99).lags.tolist() == [1, 2, 3, 4, 5, 6]


def test_a_series_that_never_changes_says_nothing() -> None:
    turn, christmas = weeks(80)
    assert lead_lag(np.ones(80), np.arange(80.0), turn, christmas).status == Status.TOO_FEW


def test_the_same_input_gives_the_same_answer() -> None:
    turn, christmas = weeks(80)
    one, two = (lead_lag(*series(80, 4, 3), turn, christmas) for _ in range(2))
    assert one.p_value == two.p_value


def test_of_many_chance_findings_none_is_reported() -> None:
    assert not false_discoveries_kept_low(np.linspace(0.04, 1, 25)).any()
