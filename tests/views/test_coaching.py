"""Coaching questions: the change that was planted is asked about, stable work seldom is, and nobody is judged."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date, timedelta

import numpy as np
import pytest

from kpi_engine.metrics.kinds import METRICS
from kpi_engine.views.coaching import COUNTS, MOST, SHARES, Question, coaching, looks
from kpi_engine.views.person_weeks import BEFORE, LONGER, Weeks, parts

N = BEFORE + LONGER


def weeks(values: dict[str, np.ndarray], cases: dict[str, np.ndarray] | None = None, season=None) -> Weeks:
    first = date(2025, 12, 1)
    starts = tuple(first + timedelta(weeks=i) for i in range(len(next(iter(values.values())))))
    even: dict[str, np.ndarray] = defaultdict(lambda: np.ones(len(starts)))
    return Weeks(starts, values, {**values, **(cases or {})}, even if season is None else season)


def of_rep(rng: np.random.Generator, a_week: float, dispersion: float, season: np.ndarray) -> Weeks:
    """Somebody whose work is stable: over-dispersed counts, a share of each that does not change."""

    def counts(mean: float) -> np.ndarray:
        return rng.poisson(rng.gamma(1 / dispersion, mean * season * dispersion)).astype(float)

    values = {kpi: counts(a_week * rng.uniform(0.3, 2.0)) for kpi in COUNTS}
    cases: dict[str, np.ndarray] = {}
    for share in SHARES:
        good, all_cases = parts(share)
        values.setdefault(all_cases, counts(a_week))
        values[good] = rng.binomial(values[all_cases].astype(int), rng.uniform(0.2, 0.7)).astype(float)
        cases[good] = values[all_cases]
    return weeks(values, cases, defaultdict(lambda: season))


@pytest.mark.parametrize(("a_week", "dispersion"), [(2.0, 0.1), (6.0, 0.2), (15.0, 0.3)])
def test_stable_work_is_asked_about_a_change_in_one_conversation_of_twenty(a_week: float, dispersion: float) -> None:
    rng = np.random.default_rng(11)
    season = 1 + 0.5 * np.sin(np.arange(N) / 52 * 2 * np.pi)
    asked = 0
    for _ in range(300):
        found = coaching(of_rep(rng, a_week, dispersion, season))
        assert found.n_looks >= 5
        asked += found.questions[0].kind != "open"
    # 5 % at most, and three standard errors of that in 300 conversations are 3.8 points.
    assert asked / 300 <= 0.088


def planted(now: float, before: float, held_now: int, held_before: int) -> Weeks:
    """Meetings, evenly: so many a week and so many of these good, before and now."""
    held = np.repeat([float(held_before), float(held_now)], [BEFORE, LONGER])
    good = np.concatenate([_spread(before, held[:BEFORE]), _spread(now, held[BEFORE:])])
    return weeks({"meetings_held": held, "qualified_meetings": good}, {"qualified_meetings": held})


def _spread(share: float, held: np.ndarray) -> np.ndarray:
    """Whole numbers a week that come to a share of all."""
    return np.diff(np.concatenate([[0.0], np.round(np.cumsum(held) * share)]))


def test_the_rate_that_rose_while_meetings_fell_is_asked_about() -> None:
    (question, *_) = coaching(planted(0.44, 0.31, 20, 25)).questions
    assert question.kind == "quality_and_quantity"
    assert question.text == (
        "Your qualified rate rose from 31 % to 44 % while your meetings held fell by a fifth: "
        "what did you do differently?"
    )
    assert "44 % of 260 meetings held, 31 % of 650" in question.why
    assert "test of two" in question.why
    assert "changes were looked at together" in question.why


@pytest.mark.parametrize(
    ("given", "asks"),
    [
        ((0.31, 0.46, 32, 25), "what would help the extra ones count?"),
        ((0.46, 0.31, 32, 25), "what made both possible?"),
        ((0.31, 0.46, 18, 25), "what has been in the way?"),
        ((0.46, 0.31, 25, 25), "what has worked?"),
        ((0.31, 0.46, 25, 25), "what has been different?"),
        ((0.40, 0.40, 12, 25), "what has taken their place?"),
        ((0.40, 0.40, 40, 25), "what made room for them?"),
    ],
)
def test_each_way_has_its_own_question(given: tuple[float, float, int, int], asks: str) -> None:
    (question, *_) = coaching(planted(*given)).questions
    assert question.text.endswith(asks)


def test_with_nothing_to_see_the_question_is_open_and_says_so() -> None:
    (question,) = coaching(planted(0.4, 0.4, 25, 25)).questions
    assert question.kind == "open"
    assert "Nothing in your own weeks has moved by more than chance does: 3 changes looked at" in question.why
    (early,) = coaching(weeks({"meetings_held": np.array([3.0, 4.0])})).questions
    assert early.why == "There are too few weeks yet to tell a change from chance."


def test_changes_come_first_and_there_are_never_too_many() -> None:
    others = [Question("deal", f"deal {i}?", "") for i in range(9)]
    asked = coaching(planted(0.44, 0.31, 20, 25), others).questions
    assert len(asked) == MOST
    assert [one.kind for one in asked] == ["quality_and_quantity", *["deal"] * (MOST - 1)]


def test_a_share_and_its_count_are_one_question_and_each_kpi_is_asked_about_once() -> None:
    found = coaching(planted(0.2, 0.5, 50, 20))
    assert Counter(one.kind for one in found.questions) == {"quality_and_quantity": 1}
    assert sum(one.is_found for one in looks(planted(0.2, 0.5, 50, 20))) >= 2


def test_no_question_judges_or_names_anybody_else() -> None:
    rng = np.random.default_rng(3)
    season = np.ones(N)
    texts = []
    for _ in range(60):
        one = of_rep(rng, 8.0, 0.2, season)
        one.values["meetings_held"][-LONGER:] *= 2  # type: ignore[index]
        texts += [question.text for question in coaching(one).questions]
    judging = ("should", "bad", "poor", "worse", "better than", "team", "rank", "must", "fail", "only")
    assert all(text.endswith("?") for text in texts)
    assert not [text for text in texts if any(f" {word} " in f" {text.lower()} " for word in judging)]


def test_what_is_looked_at_is_declared() -> None:
    assert all(kpi in METRICS for kpi in (*SHARES, *COUNTS))


def test_what_another_watch_has_found_takes_the_place_of_nothing_has_changed() -> None:
    alarm = Question("quality_and_quantity", "How do you see that?", "More and worse.")
    (question,) = coaching(planted(0.4, 0.4, 25, 25), (), [alarm]).questions
    assert question == alarm
