"""Activities typed and qualified; targets placed in time; the calendar."""

import pytest

from kpi_engine.model.activity_types import activity_type
from kpi_engine.model.contact_levels import is_decider
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


ALL_FOUR = {"budget": "yes", "authority": "yes", "need": "CRM for 50 seats", "timing": "this year"}


def test_a_meeting_of_which_all_four_are_known_is_qualified():
    assert qualification(**ALL_FOUR) == "qualified"
    assert qualification(**ALL_FOUR | {"budget": "not yet"}) == "not_qualified"


def test_a_meeting_where_need_is_not_known_is_not_qualified():
    assert qualification(authority="yes", need="unknown") == "not_qualified"


def test_an_exception_is_told_apart():
    assert qualification(authority="no", exception_reason="Strategic account") == "allowed_exception"
    assert qualification(exception_reason="Strategic account") == "allowed_exception"


def test_a_qualified_meeting_needs_no_exception():
    assert qualification(**ALL_FOUR, exception_reason="Favour") == "qualified"


def test_whoever_visits_us_is_qualified():
    assert qualification(activity_type="Hosted visit", authority="no") == "hosted_visit"


def test_nothing_recorded_is_not_the_same_as_not_qualified():
    assert qualification() == "unknown"
    assert qualification(budget=" ") == "unknown"


def test_what_no_meeting_ever_tells_is_not_held_against_one():
    told = activity(authority="yes", need="yes")
    assert endings(told) == ["unknown"]
    assert endings(told, activity(authority="yes", need="yes", budget="yes", timing="yes")) == [
        "not_qualified",
        "qualified",
    ]


def endings(*rows, files=()):
    found = built(*files, File("activities", rows)).rows("select qualification from fct_activities order by line")
    return [ending for (ending,) in found]


def test_what_one_crm_tells_is_not_held_against_the_meetings_of_another():
    facts = built(
        File("activities", [activity(activity_id="1", **ALL_FOUR), activity(activity_id="2", budget="yes")]),
        File(
            "activities",
            [activity(activity_id="3", budget="yes", need="yes"), activity(activity_id="4", budget="yes")],
            source_key="other",
        ),
    )
    endings = "select qualification from fct_activities order by activity_id"
    assert [ending for (ending,) in facts.rows(endings)] == ["qualified", "not_qualified", "unknown", "not_qualified"]


def test_the_deal_stands_in_where_an_export_says_nothing_of_its_meetings():
    offer = {"deal_id": "A", "stage": "Offer", "created_at": "2025-01-01"} | ALL_FOUR
    vague = {"deal_id": "B", "stage": "Offer", "created_at": "2025-01-01", "authority": "no"}
    file = deals("2025-02-01", offer, vague)
    rows = [activity(deal_id="A"), activity(deal_id="B"), activity()]
    assert endings(*rows, files=[file]) == ["qualified", "not_qualified", "unknown"]
    judged = "select judged_by from fct_activities order by line"
    assert built(file, File("activities", rows)).rows(judged) == [("deal",), ("deal",), (None,)]
    # Once the export tells of one meeting, a blank is a blank.
    assert endings(*rows, activity(need="no"), files=[file])[:3] == ["unknown", "unknown", "unknown"]


@pytest.mark.parametrize(
    ("outcome", "ending"),
    [
        ("Qualified", "qualified"), ("SQL", "qualified"), ("yes", "qualified"), ("Not qualified", "not_qualified"),
        ("Disqualified", "not_qualified"), ("no", "not_qualified"), ("Held", "unknown"), ("No show", "unknown"),
        ("Needs to be qualified", "unknown"), ("Qualification call", "unknown"), ("Not yet qualified", "not_qualified"),
        ("Qualified out", "not_qualified"), ("Unqualified", "not_qualified"), ("Fully qualified", "qualified"),
    ],
)  # fmt: skip
def test_an_outcome_stands_in_where_nothing_else_does(outcome, ending):
    facts = built(File("activities", [activity(outcome=outcome)]))
    judged_by = None if ending == "unknown" else "outcome"
    assert facts.rows("select qualification, judged_by from fct_activities") == [(ending, judged_by)]


@pytest.mark.parametrize(
    ("told", "reached"),
    [
        ({"outcome": "Connected"}, True), ({"outcome": "No answer"}, False), ({"outcome": "Left voicemail"}, False),
        ({"outcome": "Disconnected"}, False), ({"outcome": "Number disconnected"}, False),
        ({"outcome": "Did not connect"}, False), ({"outcome": "Couldn't connect"}, False),
        ({"outcome": "Could not be reached"}, False), ({"outcome": "Can’t reach"}, False),
        ({"outcome": "Decision maker not in."}, False), ({"outcome": "Decision maker"}, True),
        ({"outcome": "Not in the market, spoke to owner"}, True), ({"outcome": "Connection problem"}, None),
        ({"minutes": 5.0}, True), ({"minutes": 0.0}, False), ({}, None), ({"outcome": "Sent", "minutes": 3.0}, None),
    ],
)  # fmt: skip
def test_a_call_reached_somebody_by_its_outcome_or_by_having_taken_time(told, reached):
    facts = built(File("activities", [activity(activity_type="Call", **told)]))
    assert facts.rows("select is_reached from fct_activities") == [(reached,)]


def test_a_call_that_came_in_is_no_dial():
    rows = [activity(activity_type="Call", direction=d) for d in ("Inbound", "Incoming call", "Outbound", None)]
    facts = built(File("activities", rows))
    found = facts.rows("select coalesce(is_inbound, false) from fct_activities order by line")
    assert found == [(True,), (True,), (False,), (False,)]


def test_contacts_are_counted_up_to_nine_and_together_from_ten():
    rows = [activity(activity_type="Call", touches=n) for n in (1.0, 9.0, 10.0, 63.0, 0.0, None)]
    found = built(File("activities", rows)).rows("select touches from fct_activities order by line")
    assert [band for (band,) in found] == ["1", "9", "10+", "10+", None, None]


def test_a_person_is_told_once_whichever_files_tell():
    lead = {"contact_id": "7", "name": "Ada", "owner": "Ann", "level": "CFO", "created_at": "2025-01-03"}
    later = {"contact_id": "7", "name": "Ada L.", "owner": "Ann", "converted_at": "2025-02-01"}
    facts = built(File("contacts", [lead, lead | {"contact_id": "8", "level": "Clerk"}]), File("contacts", [later]))
    found = facts.rows(
        "select name, is_executive, created_date::varchar, converted_date::varchar from fct_contacts order by 1"
    )
    assert found == [("Ada", False, "2025-01-03", None), ("Ada L.", True, "2025-01-03", "2025-02-01")]


@pytest.mark.parametrize(
    "level", ["Director", "Head of Sales", "Decision maker", "Executive assistant", "Sales executive"]
)
def test_the_people_who_decide_are_the_same_in_a_count_of_contacts_and_in_the_reasons_to_follow_up(level):
    facts = built(File("contacts", [{"contact_id": "7", "level": level, "created_at": "2025-01-03"}]))
    assert facts.value("select is_executive from fct_contacts") is is_decider(level)
    assert is_decider(level) is (level not in ("Executive assistant", "Sales executive"))


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
