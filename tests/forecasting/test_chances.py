"""How likely open deals are to be won: what it rests on, what it falls back on, and what it must not see."""

from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.pipelines import history_of, oracle, simulate
from kpi_engine.forecasting import chances as chances_module
from kpi_engine.forecasting.calendar import day_of
from kpi_engine.forecasting.chances import Teacher, chances, sampled_one_in
from kpi_engine.forecasting.clocks import LEAST
from kpi_engine.forecasting.features import learn
from kpi_engine.forecasting.known import day_number
from kpi_engine.forecasting.learning import Learner
from kpi_engine.forecasting.mixing import Month, earned, lost, mixed
from kpi_engine.forecasting.probabilities import estimate_on
from kpi_engine.forecasting.snapshots import closed_before, month_starts, resolved_by_stage, take
from kpi_engine.forecasting.worklist import worklist
from tests.forecasting.histories import DAY, Deal, cut_off, history, shuffled_after
from tests.model.raw import built, deals
from tests.model.raw import history as stage_changes

MADE = simulate(per_month=15, months=24, seed=5)
HISTORY = history_of(MADE)
FIRST, LAST = int(HISTORY.day.min()), HISTORY.last_day


def ended(n_won, n_lost, pipeline=0):
    """Deals that came day by day and ended after three weeks and more."""
    won = [Deal([(i, "Lead"), (i + 20 + i % 30, "won")], pipeline=pipeline) for i in range(n_won)]
    return won + [Deal([(i, "Lead"), (i + 21 + i % 30, "out")], pipeline=pipeline) for i in range(n_lost)]


@settings(deadline=None, max_examples=6)
@given(st.integers(FIRST + 200, LAST), st.integers(0, 100))
def test_nothing_from_the_cutoff_on_changes_a_chance_made_at_it(cutoff, seed):
    with_all = Teacher(HISTORY).at(cutoff)
    for other in (cut_off(HISTORY, cutoff), shuffled_after(HISTORY, cutoff, seed)):
        without = Teacher(other).at(cutoff)
        assert without.deal_id.tolist() == with_all.deal_id.tolist()
        for name in ("ninety", "ever", "within", "n"):
            assert np.array_equal(getattr(without, name), getattr(with_all, name)), name
        assert without.looked_at == with_all.looked_at


def test_every_open_deal_has_a_chance_that_grows_with_time_and_is_never_certain():
    found = Teacher(HISTORY).at(LAST + 1, n_steps=30)
    n_open = int(take(HISTORY, 0, [LAST + 1]).deal.size)
    assert len(found.deal) == n_open > 20
    assert np.all((found.ninety >= LEAST) & (found.ever >= found.ninety) & (found.ever <= 1 - LEAST))
    assert np.all(np.diff(found.within, axis=1) >= -1e-12)
    assert found.within[:, 0].max() == 0.0
    assert np.all(found.within <= found.ever[:, None] + 1e-12)
    assert found.within[:, 9] == pytest.approx(found.ninety, abs=0.002)
    assert set(found.basis) == {"stage"}
    assert found.n.min() > 50


def test_the_chances_are_near_the_true_ones_and_far_from_one_rate_for_all():
    learner = Learner(HISTORY, 0)
    cutoffs = [m for m in learner.months if m > FIRST + 400]
    seen = [learner.snapshots.where(learner.snapshots.cutoff == c) for c in cutoffs]
    said = np.concatenate([learner.at(c).say(s).ninety for c, s in zip(cutoffs, seen, strict=True)])
    true = np.concatenate([oracle(MADE, s.deal, s.stage - 1, (s.in_stage - 1).astype(int), 90) for s in seen])
    assert np.mean((said - true) ** 2) < 0.45 * true.var()


def test_a_pipeline_with_too_little_history_falls_back_on_all_of_them():
    small = [Deal([(60, "Offer")], pipeline=1), *ended(2, 3, pipeline=1)]
    h = history(*ended(10, 10), *small, last_day=80, n_pipelines=2)
    found = Teacher(h).at(DAY + 81)
    mine = found.pipeline == 1
    assert found.basis[mine].tolist() == ["all"]
    assert found.n[mine].tolist() == [25]
    teacher = Teacher(h)
    assert teacher.all_pipelines(DAY + 81) is teacher.all_pipelines(DAY + 81)
    assert 0.1 < found.ever[mine][0] < 0.9


def test_where_nothing_is_known_the_ladder_speaks_and_no_time_is_promised():
    h = history(Deal([(0, "Lead")]), Deal([(0, "Offer")]), last_day=10)
    found = Teacher(h).at(DAY + 11)
    assert found.basis.tolist() == ["ladder", "ladder"]
    assert found.ever.tolist() == pytest.approx([1 / 3, 2 / 3])
    assert np.isnan(found.ninety).all()
    assert found.n.tolist() == [0, 0]


def test_the_newest_day_and_one_to_come_are_said_as_now_is_and_an_earlier_one_by_the_ladder():
    told = {"Lead": 0.2, "Offer": 0.6}
    rows = [
        {"deal_id": stage, "stage": stage, "amount": 100, "created_at": "2025-01-05", "crm_probability": chance}
        for stage, chance in told.items()
    ]
    session = built(deals("2025-02-01", *rows), stage_changes(*((stage, "2025-01-05", stage) for stage in told)))

    def said(day):
        own = chances(session, day)
        estimated = {one.stage: float(one.probability) for one in estimate_on(session, day) if one.stage in told}
        return dict(zip(own.deal_id, own.ever, strict=True)), set(own.basis), estimated

    assert said(None) == (told, {"crm"}, told)
    assert said(date(2025, 2, 1)) == said(date(2025, 6, 1)) == said(None)
    rungs = {"Lead": pytest.approx(1 / 3, abs=1e-6), "Offer": pytest.approx(2 / 3, abs=1e-6)}
    assert said(date(2025, 1, 31)) == (rungs, {"ladder"}, rungs)
    own = worklist(session, as_of=date(2025, 2, 1)).deals.set_index("deal_id")["own_chance"]
    assert own.to_dict() == told


def test_deals_without_a_date_get_the_mean_over_the_ages_seen():
    undated = Deal([(0, "Lead")], created=None, seen_since=60)
    h = history(*ended(10, 20), undated, Deal([(60, "Lead")]), last_day=80)
    found = Teacher(h).at(DAY + 81)
    assert sorted(found.is_dated.tolist()) == [False, True]
    assert 0.05 < found.ninety[~found.is_dated][0] < 0.95


def test_a_stage_nobody_was_ever_seen_in_rests_on_the_pipeline():
    h = history(*ended(10, 20), Deal([(60, "Offer")]), last_day=80)
    found = Teacher(h).at(DAY + 81)
    assert (found.basis.tolist(), found.n.tolist()) == (["pipeline"], [30])


def test_a_store_without_deals_has_no_chances():
    assert len(Teacher(history(Deal([(0, "Lead"), (1, "out")]), last_day=5)).at(DAY + 6).deal) == 0


def test_closed_and_resolved_deals_are_counted_once_and_only_when_known():
    h = history(Deal([(0, "Lead"), (5, "Offer"), (9, "won")]), Deal([(0, "Lead"), (8, "out")]), last_day=20)
    assert closed_before(h, 0, DAY + 9) == (0, 1)
    assert closed_before(h, 0, DAY + 10) == (1, 2)
    assert resolved_by_stage(h, 0, DAY + 9).tolist() == [0, 1, 0]
    assert resolved_by_stage(h, 0, DAY + 10).tolist() == [0, 2, 1]


def test_months_begin_after_the_first_event_whatever_its_year_and_a_mistyped_one_adds_no_centuries():
    def starts(*days):
        h = history(Deal([(day_number(day) - DAY, "Lead") for day in days]), last_day=day_number(days[-1]) - DAY)
        return [day_of(day) for day in month_starts(h, h.last_day)]

    assert starts(date(1969, 11, 10), date(1970, 2, 3)) == [date(1969, 12, 1), date(1970, 1, 1), date(1970, 2, 1)]
    long = starts(date(1900, 1, 1), date(2026, 8, 31))
    assert (long[0], long[-1], len(long)) == (date(1986, 9, 1), date(2026, 8, 1), 12 * 40)


def test_whether_a_cell_is_filled_says_nothing():
    # Every deal that was won has a source, half of those that were not: only which source it is may count.
    deals = [
        Deal([(i % 5, "Lead"), (40, "won" if i % 2 else "out")], source="Web" if i % 2 or i % 4 else "")
        for i in range(90)
    ]
    h = history(*deals, *[Deal([(0, "Lead"), (40, "won")], source="Fair")] * 30, last_day=60)
    snapshots = take(h, 0, [DAY + 20])
    columns = learn(snapshots).columns(snapshots)
    blank = snapshots.source == 0
    # The columns of the sources are the last two; a blank stands at the mean of those that are filled.
    assert blank.any()
    assert columns[blank, -2:] == pytest.approx(0.0)
    assert columns[~blank, -2:].mean(axis=0) == pytest.approx([0.0, 0.0], abs=1e-12)


def test_two_ways_start_even_and_each_month_moves_them_by_what_it_showed():
    assert earned([]) == 0.5
    better, worse = Month(30.0, 27.0, 100), Month(30.0, 33.0, 100)
    # Bayes' rule by hand: 3 less of log loss, seen three times, and worth less by its age (half in 240 days).
    odds = np.exp(3.0 * 0.5 ** (100 / 240) / 3)
    assert earned([better]) == pytest.approx(odds / (1 + odds))
    assert earned([worse]) == pytest.approx(1 / (1 + odds))
    assert earned([better, worse]) == pytest.approx(0.5)
    assert 0.5 < earned([Month(30.0, 27.0, 700)]) < earned([better]) < earned([better, better])


def test_what_has_hardly_any_share_left_says_nothing():
    assert earned([Month(300.0, 200.0, 90)]) == 1.0
    assert earned([Month(200.0, 300.0, 90)]) == 0.0


def test_of_two_ways_the_one_that_knows_the_truth_is_believed_in_the_end():
    rng = np.random.default_rng(3)
    true = rng.uniform(0.1, 0.9, (12, 60))
    won = (rng.random(true.shape) < true).astype(float)
    blind = np.full(60, 0.5)
    record = [Month(lost(w, blind), lost(w, p), 90 + 30 * i) for i, (w, p) in enumerate(zip(won, true, strict=True))]
    assert earned(record) == 1.0
    assert earned([Month(m.second, m.first, m.days) for m in record]) == 0.0


def test_a_month_is_scored_by_its_log_loss_and_two_chances_are_mixed_in_log_odds():
    won, chain, other = np.array([1.0, 0.0]), np.array([0.5, 0.5]), np.array([0.9, 0.2])
    assert lost(won, chain) == pytest.approx(2 * np.log(2))
    assert lost(won, other) == pytest.approx(-np.log(0.9) - np.log(0.8))
    assert np.isfinite(lost(won, np.array([0.0, 1.0])))
    assert mixed(chain, other, 0.5) == pytest.approx([0.75, 1 / 3])  # odds 1·9 and 1·1/4, square roots


def test_a_source_that_tells_is_found_on_top_of_stage_and_age():
    # Web and fair deals live alike; of the web's four in five are won, of the fair's one in five.
    deals = [
        Deal([(i // 4, "Lead"), (i // 4 + 20 + i % 7, "won" if i % 5 < (4 if i % 2 else 1) else "out")],
             source="Web" if i % 2 else "Fair")
        for i in range(1200)
    ]  # fmt: skip
    now = [Deal([(i, "Lead")], source="Web" if i % 2 else "Fair") for i in range(292, 300)]
    found = Teacher(history(*deals, *now, last_day=305)).at(DAY + 306)
    web = np.array([found.history.source[d] == "Web" for d in found.deal])
    young = found.deal >= len(deals)
    assert found.ever[young & web].min() > 0.65
    assert found.ever[young & ~web].max() < 0.35
    assert list(found.looked_at.values()) == [("source",)]


def test_deals_that_come_later_do_not_change_how_many_are_learned_from_at_an_earlier_day(monkeypatch):
    monkeypatch.setattr(chances_module, "MOST_DEALS", 10)
    row = {"stage": "Lead", "status": "open", "amount": 100}
    early = [row | {"deal_id": f"a{i}", "created_at": "2025-01-05"} for i in range(10)]
    late = [row | {"deal_id": f"b{i}", "created_at": "2025-02-20"} for i in range(25)]
    undated = [row | {"deal_id": f"c{i}"} for i in range(5)]
    session = built(deals("2025-02-01", *early), deals("2025-03-01", *early, *late, *undated))
    by_then = [sampled_one_in(session, date(2025, month, 1)) for month in (2, 3)]
    assert (*by_then, sampled_one_in(session)) == (1, 4, 4)
