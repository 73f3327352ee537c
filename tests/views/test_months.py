"""What the Months page says is true, worded honestly, and follows the fiscal year."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from kpi_engine.metrics.query import measure
from kpi_engine.storage import Store
from kpi_engine.views.ask import Ask, Who
from kpi_engine.views.booking import booking_view
from kpi_engine.views.expected import expected_by_month
from kpi_engine.views.forecast import forecast_view
from kpi_engine.views.lean import lean_season
from kpi_engine.views.months import DELIVERED, EXPECTED, months_view
from kpi_engine.views.planner import months_to_plan, planner_view, proposal_view
from tests.forecasting.harbour import LAST, deals, exported

ALL = Who()
ONE = Who("Aroha", ("Aroha Keating",))
ASK = Ask(date(2026, 8, 31), date(2025, 9, 1), date(2026, 8, 31), date(2026, 8, 3), currency="AUD")


@pytest.fixture(scope="module")
def store(sample_store: Store) -> Store:
    return sample_store


def chosen(choice: str) -> Ask:
    return replace(ASK, choice=choice)


def test_the_cells_are_the_kpi_and_carry_the_year_before(store: Store) -> None:
    view = months_view(store.read(), ASK, ALL)
    whole = measure(store.read(), ["won_value"])["value"].iloc[0]
    assert view.cells["value"].sum() == pytest.approx(whole)
    cells = view.cells.set_index(["year", "month"])
    assert cells.loc[(2025, "Oct"), "last_year"] == cells.loc[(2024, "Oct"), "value"]
    assert "a year before: A$201k" in cells.loc[(2025, "Oct"), "hover"]
    assert view.is_fact
    assert view.sentence.startswith("Won value: most comes in October, September and November, least in")


def test_what_is_won_by_delivery_is_all_that_is_won_with_a_delivery_date(store: Store) -> None:
    view = months_view(store.read(), chosen(DELIVERED), ALL)
    of_all = "select sum(amount)::double from fct_deals where status = 'won' and delivery_date is not null"
    won = store.read().value(of_all)
    assert view.cells["value"].sum() == pytest.approx(won)
    assert view.cells["hover"].str.contains("so far").any()  # months ahead are booked already
    assert "most comes in January, December and February" in view.sentence


def test_what_is_expected_lies_ahead_and_is_compared_with_what_was_expected_a_year_ago(store: Store) -> None:
    view = months_view(store.read(), chosen(EXPECTED), ALL)
    assert view.season.empty
    assert min(view.cells["year"]) >= 2026
    then = months_view(store.read(), replace(chosen(EXPECTED), as_of=date(2025, 8, 31)), ALL).cells
    now = view.cells.merge(then.assign(year=then["year"] + 1), on=["year", "month"], suffixes=("", "_then"))
    assert len(now) > 6
    assert list(now["last_year"]) == pytest.approx(list(now["value_then"]))


def test_a_season_that_is_not_sure_is_not_told_as_one(store: Store) -> None:
    early = months_view(store.read(), replace(ASK, as_of=date(2024, 11, 30)), ALL)
    assert not early.is_fact
    assert early.sentence.startswith("Not enough years yet: 14 whole months of won value. In the one year seen")
    assert early.season_note.startswith("Not enough years yet")
    first = months_view(store.read(), replace(ASK, as_of=date(2024, 3, 31)), ALL)
    assert first.season.empty
    assert "a year has to be seen twice" in first.sentence
    calls = months_view(store.read(), chosen("activities"), ALL)
    assert "activity" in calls.cells["hover"].iloc[0] or "activities" in calls.cells["hover"].iloc[0]


def test_the_year_begins_where_the_fiscal_year_does() -> None:
    with Store.in_memory() as empty:
        with empty.transaction() as session:
            session.run("insert into settings (name, value) values ('fiscal_year_start_month', '7')")
            session.run(
                "insert into fct_deals (deal_id, status, amount, closed_date, created_date) "
                "values ('a', 'won', 5, date '2026-06-30', date '2026-06-01'), "
                "('b', 'won', 7, date '2026-07-01', date '2026-06-01')"
            )
            session.run(
                "insert into imports values "
                "(1, 'd.csv', 'x', 'deals', null, null, date '2026-08-31', true, 0, 0, 0, 0, 0, 0, '{}')"
            )
        view = months_view(empty.read(), ASK, ALL)
    assert view.order[0] == "Jul"
    assert list(view.cells.set_index("month").loc[["Jun", "Jul"], "year_text"]) == ["FY2026", "FY2027"]


@pytest.mark.parametrize("winter", [2024, 2025, 2026])
def test_a_lean_winter_in_which_expected_value_climbs_is_said(store: Store, winter: int) -> None:
    """Its data/sample/README.md, section 1: 17, 17 and 18 orders from June to August, while EV rose by half."""
    said = lean_season(store.read(), replace(ASK, as_of=date(winter, 8, 31)), ALL)
    assert said.startswith("Few orders, and the work goes on: ") is (winter != 2024)  # 2024: no whole year before it
    if said:
        assert f"{18 if winter == 2026 else 17} deals won since 31 May {winter}" in said
        assert "climbed from" in said


@pytest.mark.parametrize("day", [date(2025, 11, 30), date(2026, 2, 28), date(2025, 10, 31)])
def test_no_lean_season_is_told_where_orders_come_or_expected_value_falls(store: Store, day: date) -> None:
    assert lean_season(store.read(), replace(ASK, as_of=day), ALL) == ""


def test_the_curve_starts_with_the_month_most_is_open_for_and_ends_in_words(store: Store) -> None:
    view = booking_view(store.read(), ASK, ALL)
    due = expected_by_month(store.read(), ASK, ALL, by_delivery=True)
    ahead = due[due["timing"] == "month"].groupby("month")["value"].sum()
    assert view.month == ahead.idxmax().date()
    now = view.curve[view.curve["booked"].notna()].iloc[-1]
    assert now["open_value"] == pytest.approx(ahead.max())
    assert f"heading for {now['forecast_text'].split(' (')[0]}" in view.sentence
    assert view.notes[0].startswith("A deal belongs to the month it is delivered in")
    assert "Delivery dates are those known today, also in the books of earlier days" in view.notes[0]


def test_a_month_that_is_over_tells_what_it_came_to_and_what_was_forecast(store: Store) -> None:
    view = booking_view(store.read(), chosen("2026-02-01"), ALL)
    assert view.is_over
    assert view.sentence.startswith("February 2026 came to A$")
    assert "Three months before, A$" in view.sentence


def test_the_target_of_the_quarter_is_told_with_what_is_missing(store: Store) -> None:
    view = booking_view(store.read(), chosen("2026-09-01"), ALL)
    won = measure(store.read(), ["won_value"], date_from=date(2026, 7, 1), date_to=date(2026, 9, 30))["value"].iloc[0]
    assert "for 2026-Q3: A$818k" in view.notes[0]  # 96 + 48 + 80 + 493 + 18 + 83, section 7 of the sample's README
    assert f"A${won / 1000:.0f}k is won" in view.notes[0]


def test_the_prospects_by_month_add_up_to_what_is_open(store: Store) -> None:
    total, expected = measure(store.read(), ["total_value", "expected_value"])["value"]
    for by_delivery in (True, False):
        found = expected_by_month(store.read(), ASK, ALL, by_delivery=by_delivery)
        assert found["value"].sum() == pytest.approx(total)
        assert found["expected_value"].sum() == pytest.approx(expected)


def test_the_planner_proposes_what_the_month_brought_last_and_counts_back_from_it(store: Store) -> None:
    months, usual = months_to_plan(ASK.as_of)
    assert (months[0], usual) == (date(2026, 9, 1), date(2027, 2, 1))
    proposed = proposal_view(store.read(), chosen("2027-02-01"), ALL)
    assert (proposed.target, proposed.why) == (180_000, "what February 2026 came to, rounded")  # to 184,580
    high = planner_view(store.read(), chosen("2027-02-01 2000000"), ALL)
    assert high.target == 2_000_000
    new = high.steps.set_index("step").loc["new_deals"]
    assert "of new deals has to be in by" in high.sentence
    assert new["latest"] < date(2027, 2, 15) - timedelta(days=100)
    assert high.steps["latest"].is_monotonic_increasing
    assert [h.text for h in high.headlines][2] != "A$0"
    assert any("Delivery dates are those known today" in note for note in high.notes)


def test_a_viewer_who_may_see_one_rep_plans_and_books_with_that_reps_deals(store: Store) -> None:
    session = store.read()
    for view, asks in ((booking_view, ASK), (planner_view, chosen("2026-12-01 900000"))):
        assert view(session, asks, ONE).sentence != view(session, asks, ALL).sentence
    mine = booking_view(session, chosen("2026-12-01"), ONE).curve["open_value"].max()
    assert 0 < mine < booking_view(session, chosen("2026-12-01"), ALL).curve["open_value"].max()
    nobody = Who("nobody", ())
    assert booking_view(session, ASK, nobody).is_empty
    assert planner_view(session, chosen("2026-12-01 900000"), nobody).is_empty
    assert months_view(session, ASK, nobody).is_empty


def test_without_delivery_dates_every_page_has_one_figure_for_a_month(tmp_path) -> None:
    ask = Ask(LAST, LAST, LAST, LAST)
    with exported(tmp_path, deals(3, 1200), LAST, with_delivery=False) as store:
        session = store.read()
        told = forecast_view(session, ask, ALL).months.set_index("key").loc["2025-08"]
        august = replace(ask, choice="2025-08-01")
        booking = booking_view(session, august, ALL)
        plan = planner_view(session, replace(ask, choice="2025-08-01 1000000"), ALL)
        over = booking_view(session, replace(ask, as_of=date(2025, 5, 15), choice="2025-04-01"), ALL)
        april = forecast_view(session, replace(ask, as_of=date(2025, 5, 15)), ALL).months.set_index("key")
    figure = told["text"].removeprefix("about ")
    assert f"heading for {figure} (80 % sure: {told['lower_text']} to {told['upper_text']})" in booking.sentence
    assert f"The forecast has August heading for {figure} (80 % sure: {told['lower_text']}" in plan.sentence
    assert "the plan counts" in plan.sentence
    assert over.sentence.startswith(f"April 2025 came to {april.loc['2025-04', 'text']}, against ")


def test_a_plan_by_delivery_says_why_its_figure_is_not_the_booking_curves(store: Store) -> None:
    curve = booking_view(store.read(), chosen("2026-12-01"), ALL).curve
    now = curve[curve["booked"].notna()].iloc[-1]
    view = planner_view(store.read(), chosen("2026-12-01 300000"), ALL)
    assert f"December heading for {now['forecast_text'].split(' (')[0]} (80 % sure" in view.sentence
    assert "the plan counts A$207k, what is booked and the deals open for it" in view.sentence


def test_a_plan_that_needs_nothing_says_so_in_words(store: Store) -> None:
    missing, needed = planner_view(store.read(), chosen("2026-12-01 1000"), ALL).headlines[2:]
    assert (missing.text, needed.text, needed.since) == ("none", "none", "nothing more needed")
