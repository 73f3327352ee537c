"""The line of TV, EV and EV/TV, against the same numbers counted deal by deal."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given

from kpi_engine.errors import UnknownName
from kpi_engine.metrics.slice import Slice
from kpi_engine.metrics.trend import COLUMNS, trend
from tests.metrics import histories
from tests.metrics.facts import store_of
from tests.metrics.histories import lives, slices
from tests.metrics.test_movement import days, filled, one_deal, slow
from tests.metrics.test_movement import store as store


@slow
@given(lives(), slices, days)
def test_every_week_has_what_a_count_of_the_deals_gives(store, deals, ask, as_of):
    line = trend(filled(store, deals), ask, "week", as_of=as_of)
    starts = [s.day for d in deals if not d.is_undated for s in d.states if histories.open_at([d], ask, s.day)]
    entered = [day for day in starts if day <= as_of]
    assert bool(len(line)) == bool(entered)
    for row in line.to_dict("records"):
        open_states = histories.open_at(deals, ask, row["period_end"])
        assert row["open_deals"] == len(open_states)
        assert row["deals_without_amount"] == sum(s.amount is None for s in open_states)
        if open_states and all(s.amount is None for s in open_states):
            assert row["total_value"] != row["total_value"]
            continue
        assert row["total_value"] == pytest.approx(float(sum(s.amount or 0 for s in open_states)))
        assert row["expected_value"] == pytest.approx(float(histories.expected_value(deals, ask, row["period_end"])))
        if row["total_value"]:
            assert row["ev_tv_ratio"] == pytest.approx(row["expected_value"] / row["total_value"])
        inferred = sum(s.evidence == "inferred" for s in open_states)
        if open_states:
            assert row["inferred_share"] == pytest.approx(inferred / len(open_states))
            assert row["evidence"] == ("inferred" if 2 * inferred >= len(open_states) else "history")
    if len(line):
        ends = list(line["period_end"])
        assert ends[-1] == as_of
        assert ends == sorted(set(ends))
        assert all(end.weekday() == 6 for end in ends[:-1])


@slow
@given(lives(), histories.books(), slices, days)
def test_a_line_as_it_was_has_each_weeks_own_chances_and_todays_line_the_last(store, deals, book, ask, as_of):
    session = filled(store, deals, book)
    now, then = (trend(session, ask, "week", as_of=as_of, chances=chances) for chances in ("today", "then"))
    other = [column for column in now.columns if column not in ("expected_value", "ev_tv_ratio")]
    assert list(now["period_end"]) == list(then["period_end"])
    for column in other:
        assert list(now[column].astype(str)) == list(then[column].astype(str))
    today = {key: ((None, held[-1][1]),) for key, held in book.items()}
    for row_now, row_then in zip(now.to_dict("records"), then.to_dict("records"), strict=True):
        if row_now["total_value"] == row_now["total_value"]:
            end = row_now["period_end"]
            assert row_then["expected_value"] == pytest.approx(float(histories.expected_value(deals, ask, end, book)))
            assert row_now["expected_value"] == pytest.approx(float(histories.expected_value(deals, ask, end, today)))


@slow
@given(lives(), histories.books(), slices, days)
def test_the_lines_of_the_stages_as_they_were_add_up_to_the_line_of_all(store, deals, book, ask, as_of):
    session = filled(store, deals, book)
    whole, parts = (trend(session, ask, "month", as_of=as_of, by=by, chances="then") for by in ((), ("stage", "owner")))
    added = parts.fillna({"expected_value": 0}).groupby("period_end")["expected_value"].sum()
    for row in whole.fillna({"expected_value": 0}).to_dict("records"):
        assert added.loc[row["period_end"]] == pytest.approx(row["expected_value"])


@slow
@given(lives(), slices, days)
def test_the_lines_of_the_reps_add_up_to_the_line_of_all(store, deals, ask, as_of):
    session = filled(store, deals)
    whole, by_owner = (trend(session, ask, "week", as_of=as_of, by=by) for by in ((), "owner"))
    added = by_owner.fillna({"expected_value": 0}).groupby("period_end")[["open_deals", "expected_value"]].sum()
    for row in whole.fillna({"expected_value": 0}).to_dict("records"):
        assert added.loc[row["period_end"], "open_deals"] == row["open_deals"]
        assert added.loc[row["period_end"], "expected_value"] == pytest.approx(row["expected_value"])


def test_periods_end_on_sunday_or_the_last_of_the_month_and_the_last_one_says_that_it_is_a_part(store):
    session = filled(store, one_deal((5, "", "Lead", 1000)))
    weeks = trend(session, grain="week", as_of=date(2026, 1, 21))
    assert list(weeks["period_end"]) == [date(2026, 1, 11), date(2026, 1, 18), date(2026, 1, 21)]
    assert list(weeks["is_part_period"]) == [False, False, True]
    assert list(weeks["period_start"]) == [date(2026, 1, 5), date(2026, 1, 12), date(2026, 1, 19)]
    months = trend(session, grain="month", as_of=date(2026, 2, 28))
    assert list(months["period_end"]) == [date(2026, 1, 31), date(2026, 2, 28)]
    assert list(months["is_part_period"]) == [False, False]


def test_a_trend_that_is_cut_off_keeps_what_came_before(store):
    session = filled(store, one_deal((5, "", "Lead", 1000)))
    line = trend(session, date_from=date(2026, 1, 18), date_to=date(2026, 1, 25), as_of=date(2026, 3, 1))
    assert list(line["period_end"]) == [date(2026, 1, 18), date(2026, 1, 25)]
    assert list(line["expected_value"]) == [100, 100]


def test_a_stage_without_a_probability_stops_the_trend_rather_than_count_as_nothing():
    facts = histories.facts_of(one_deal((5, "", "Lead", 1000)))
    with store_of(facts | {"dim_stage_probability": []}) as bare, pytest.raises(Exception, match="no probability"):
        trend(bare.read(), as_of=date(2026, 1, 21))


def test_without_facts_there_is_no_line(store):
    filled(store, [])
    empty = trend(store.read(), as_of=date(2026, 1, 21))
    assert (len(empty), tuple(empty.columns)) == (0, COLUMNS)
    assert len(trend(store.read())) == 0


def test_a_trend_cannot_be_cut_by_a_period_or_by_what_deals_do_not_have(store):
    with pytest.raises(UnknownName, match="by week already"):
        trend(store.read(), by="month")
    with pytest.raises(UnknownName, match="cannot be cut by 'activity_type'"):
        trend(store.read(), by="activity_type")


def test_a_past_that_rests_on_inference_says_so_in_the_kpis_too(store):
    from kpi_engine.metrics.query import measure

    deals = one_deal((5, "", "Lead", 1000), (20, "", "Offer", 1000))
    first = replace(deals[0].states[0], evidence="inferred")
    deal = replace(deals[0], states=(first, deals[0].states[1]))
    with store_of(histories.facts_of([deal]), as_of=date(2026, 1, 31)) as own:
        now = measure(own.read(), ["expected_value"])
        then = measure(own.read(), ["expected_value"], as_of=date(2026, 1, 31) - timedelta(days=15))
    assert list(now["status"]) == ["ok"]
    assert list(then["status"]) == ["inferred"]
    assert list(then["value"]) == [100]


def test_nobody_sees_anybody_elses_deals_through_an_empty_overlap():
    ask = Slice(owners=("Ann",)).within_owners(("Bo",))
    assert ask.is_nothing
    assert Slice().within_owners(("Bo",)) == Slice(owners=("Bo",))
    assert Slice(owners=("Ann",)).within_owners(None) == Slice(owners=("Ann",))
    with store_of(histories.facts_of(one_deal((5, "", "Lead", 1000)))) as own:
        assert trend(own.read(), ask, as_of=date(2026, 1, 31))["open_deals"].sum() == 0
