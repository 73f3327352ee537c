"""What was known on a day, on histories written by hand."""

import numpy as np
import pytest

from kpi_engine.forecasting.known import NEVER, OUT, WON, known_at, walk
from tests.forecasting.histories import DAY, Deal, history

FIRST = Deal([(0, "Lead"), (1, "out")])
"""The deal that ends first: only from then on are endings known."""


def only(h, day):
    """The one deal there was at a cutoff."""
    known = known_at(h, DAY + day)
    assert len(known.deal) == 1
    return known


def test_what_is_dated_on_the_cutoff_is_not_known_yet():
    h = history(Deal([(0, "Lead"), (10, "Offer"), (20, "won")]), last_day=50)
    assert len(known_at(h, DAY).deal) == 0
    assert [int(only(h, day).state[0]) for day in (1, 10, 11, 20, 21)] == [1, 1, 2, 2, WON]
    assert (only(h, 15).age[0], only(h, 15).in_stage[0]) == (15, 5)


def test_a_stage_no_evidence_of_its_time_tells_is_not_known_before_the_export():
    h = history(Deal([(0, "Offer"), (40, "won")], is_told=False, seen_since=30), last_day=50)
    before, after = only(h, 30), only(h, 31)
    assert (before.state[0], np.isnan(before.in_stage[0]), before.age[0]) == (0, True, 30)
    assert (after.state[0], after.in_stage[0]) == (2, 31)


def test_amount_and_owner_are_not_known_before_anything_told_them():
    h = history(Deal([(0, "Lead")], amount=500.0, owner=7, values_since=20), last_day=50)
    assert np.isnan(only(h, 20).amount[0])
    assert only(h, 20).owner[0] == 0
    assert (only(h, 21).amount[0], only(h, 21).owner[0]) == (500.0, 7)
    assert only(h, 21).expected[0] == NEVER


def test_a_deal_without_a_date_is_there_from_the_export_on_and_has_no_age():
    h = history(Deal([(0, "Lead")], created=None, seen_since=30), last_day=50)
    assert len(known_at(h, DAY + 30).deal) == 0
    assert np.isnan(only(h, 31).age[0])
    assert len(walk(h, 0).start) == 0


def test_a_reopened_deal_is_open_again():
    h = history(Deal([(0, "Lead"), (10, "out"), (20, "Lead"), (30, "won")]), last_day=50)
    assert [int(only(h, day).state[0]) for day in (11, 21, 31)] == [OUT, 1, WON]
    assert only(h, 25).in_stage[0] == 5


def test_steps_are_ten_days_from_the_day_the_deal_was_created():
    h = history(FIRST, Deal([(2, "Lead"), (15, "Offer"), (33, "won")]), last_day=60)
    w = walk(h, 0)
    mine = w.deal == 1
    # At the ends of the days 2, 12, 22, 32, 42: Lead, Lead, Offer, Offer, won.
    assert w.start[mine].tolist() == [1, 1, 2, 2]
    assert w.end[mine].tolist() == [1, 2, 2, 3]
    assert w.age[mine].tolist() == [0, 1, 2, 3]
    assert (w.end_day[mine] - DAY).tolist() == [13, 23, 33, 43]
    # 7 and 17 days since it came to Offer.
    assert w.in_stage[mine].tolist() == [0, 1, 0, 1]


def test_steps_end_within_the_cutoff_to_be_known_and_begin_after_the_first_ending():
    h = history(Deal([(0, "Lead"), (25, "won")]), Deal([(0, "Lead")]), last_day=100)
    w = walk(h, 0)
    assert w.first_close == DAY + 25
    # Steps that began on days 0, 10 and 20 are left out: only deals that outlived them are in the export.
    assert w.age.min() == 3
    assert len(w.known(DAY + 41).start) == 1
    assert len(w.known(DAY + 40).start) == 0


def test_an_open_deal_is_censored_and_not_lost():
    h = history(FIRST, Deal([(2, "Lead")]), last_day=35)
    w = walk(h, 0)
    assert w.end[w.deal == 1].tolist() == [1, 1, 1]


def test_steps_into_another_pipeline_are_left_out_of_both():
    moved = Deal([(2, "Lead"), (14, "Lead"), (30, "won")], moved_to={14: 1, 30: 1})
    h = history(FIRST, moved, Deal([(0, "Lead"), (1, "out")], pipeline=1), last_day=60, n_pipelines=2)
    one, two = walk(h, 0), walk(h, 1)
    assert one.age[one.deal == 1].tolist() == [0]
    assert two.age[two.deal == 1].tolist() == [2]
    assert known_at(h, DAY + 20).pipeline[1] == 1


@pytest.mark.parametrize("day", [5, 12, 20, 33])
def test_time_in_the_stage_is_counted_from_when_it_was_entered(day):
    h = history(Deal([(0, "Lead"), (10, "Offer")]), last_day=50)
    assert only(h, day).in_stage[0] == (day if day <= 10 else day - 10)
