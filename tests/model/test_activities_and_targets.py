"""Activities typed and qualified; targets placed in time; the calendar."""

import pytest

from kpi_engine.model.activity_types import activity_type
from kpi_engine.names import ACTIVITY_TYPES
from tests.model.raw import File, built, deals


def activity(**more):
    return {"owner": "Ann", "activity_type": "Meeting", "occurred_at": "2025-01-05 10:00"} | more


def qualification(**more):
    return built(File("activities", [activity(**more)])).value("select qualification from fct_activities")


@pytest.mark.parametrize(
    ("label", "meant"),
    [
        ("Call", "call"), ("sc_2", "call"), ("follow_up", "call"), ("after_close_call", "call"), ("Telefonat", "call"),
        ("E-mail", "email"), ("LinkedIn message", "social"),
        ("Demo", "meeting"), ("Event", "meeting"), ("Visit", "visit"),
        ("hosted_visit", "hosted_visit"), ("Visit to our plant", "hosted_visit"), ("Quote sent", "proposal"),
        ("To-do", "task"), ("Note", "note"), ("Fax", "other"), ("", "other"),
    ],
)  # fmt: skip
def test_a_label_means_one_of_the_types(label, meant):
    assert activity_type(label) == meant


@pytest.mark.parametrize("name", ACTIVITY_TYPES)
def test_every_type_is_its_own_label(name):
    assert activity_type(name) == name


def test_a_meeting_with_authority_and_need_is_qualified():
    assert qualification(authority="yes", need="CRM for 50 seats", budget="no") == "qualified"


def test_a_meeting_where_need_is_not_known_is_not_qualified():
    assert qualification(authority="yes", need="unknown") == "not_qualified"


def test_an_exception_is_told_apart():
    assert qualification(authority="no", exception_reason="Strategic account") == "allowed_exception"
    assert qualification(exception_reason="Strategic account") == "allowed_exception"


def test_a_qualified_meeting_needs_no_exception():
    assert qualification(authority="yes", need="yes", exception_reason="Favour") == "qualified"


def test_whoever_visits_us_is_qualified():
    assert qualification(activity_type="Hosted visit", authority="no") == "hosted_visit"


def test_nothing_recorded_is_not_the_same_as_not_qualified():
    assert qualification() == "unknown"
    assert qualification(budget=" ") == "unknown"


def test_only_meetings_are_qualified():
    assert qualification(activity_type="Call", authority="yes", need="yes") is None


def test_identical_rows_without_an_id_stay_in_one_file_and_are_one_across_files():
    once = File("activities", [activity(), activity()])
    longer = File("activities", [activity(), activity(), activity(subject="new")])
    assert built(once).value("select count(*) from fct_activities") == 2
    assert built(once, longer).value("select count(*) from fct_activities") == 3


def test_an_activity_told_again_counts_as_the_newer_file_has_it():
    old = File("activities", [activity(activity_id="1", outcome="booked")])
    new = File("activities", [activity(activity_id="1", outcome="held")])
    assert built(old, new).rows("select outcome from fct_activities") == [("held",)]


def test_an_activity_of_an_unknown_deal_counts_and_is_said():
    facts = built(File("activities", [activity(deal_id="X")]))
    assert facts.rows("select is_deal_known from fct_activities") == [(False,)]
    assert facts.rows("select code, n from model_notes") == [("activities_of_unknown_deals", 1)]


def test_an_activity_takes_pipeline_and_product_from_its_deal():
    row = {"deal_id": "A", "stage": "Proposal", "pipeline": "East", "product": "P", "created_at": "2025-01-01"}
    facts = built(deals("2025-02-01", row), File("activities", [activity(deal_id="A")]))
    assert facts.rows("select pipeline, product, is_deal_known from fct_activities") == [("East", "P", True)]


def test_planned_activities_and_those_without_a_date_are_in_no_day():
    facts = built(
        File("activities", [activity(done=False), activity(occurred_at=None, done=True), activity(done=True)])
    )
    assert facts.value("select sum(activities) from fct_activity_day") == 1
    assert facts.value("select count(*) from fct_activities") == 3


def test_a_target_is_placed_in_its_period_and_the_newest_counts():
    facts = built(
        File("targets", [{"owner": "Ann", "kpi": "won_value", "period": "2025-Q1", "target": 100}]),
        File("targets", [{"owner": "Ann", "kpi": "won_value", "period": "Q1 2025", "target": 120}]),
    )
    assert facts.rows(
        "select owner, kpi, period, period_start::varchar, period_end::varchar, target::double from fct_targets"
    ) == [("Ann", "won_value", "2025-Q1", "2025-01-01", "2025-03-31", 120.0)]


def test_a_target_whose_period_nobody_can_read_is_said():
    facts = built(File("targets", [{"owner": "Ann", "kpi": "won_value", "period": "soon", "target": 100}]))
    assert facts.rows("select code, n from model_notes") == [("targets_without_period", 1)]


def test_weeks_and_fiscal_years_follow_the_settings():
    row = {"deal_id": "A", "stage": "Proposal", "created_at": "2025-08-06"}
    facts = built(deals("2025-08-10", row), settings={"week_start": "7", "fiscal_year_start_month": "8"})
    (found,) = facts.rows(
        """
        select week_start::varchar, week_end::varchar, month_end::varchar, quarter_end::varchar,
            fiscal_year_start::varchar
        from dim_days where day = date '2025-08-06'
        """
    )
    assert found == ("2025-08-03", "2025-08-09", "2025-08-31", "2025-10-31", "2025-08-01")
