"""Numbers that were once wrong without an error: what files leave out, contradict, repeat or spell differently."""

from datetime import date

import pytest

from kpi_engine.metrics.movement import movement
from kpi_engine.metrics.slice import Slice
from tests.model.raw import File, built, changes, deal, deals, history, transitions

D = {"deal_id": "D", "owner": "Ann", "stage": "Lead", "amount": 100, "created_at": "2025-01-01"}
WON = {"stage": "Closed Won", "status": "won"}
LOST = {"stage": "Closed Lost", "status": "lost"}


def notes(facts):
    return dict(facts.rows("select code, n from model_notes"))


def stages(facts):
    return facts.rows("select stage, kind from dim_stages where stage_order > 0 order by pipeline, stage_order")


# What a newer export leaves out


def test_columns_that_a_newer_export_leaves_out_keep_what_was_last_said():
    told = {
        "segment": "SMB", "source": "Fair", "product": "P", "currency": "EUR", "crm_probability": 0.1, "team": "North",
        "deal_name": "Pier", "lost_reason": "none",
    }  # fmt: skip
    bare = {"deal_id": "D", "owner": "Ann", "stage": "Lead", "amount": 100}
    facts = built(deals("2025-01-10", D | told), deals("2025-02-10", bare))
    assert deal(facts, "D", *told) == tuple(told.values())
    assert str(deal(facts, "D", "created_date")[0]) == "2025-01-01"
    assert next(day for day, *_ in changes(facts, "D")) == "2025-01-01"
    assert notes(facts) == {}


def test_a_value_that_was_blanked_stays_blank_when_a_later_export_leaves_the_column_out():
    other = D | {"deal_id": "O", "segment": "SMB"}
    facts = built(
        deals("2025-01-10", D | {"segment": "SMB"}, other),
        deals("2025-01-17", D | {"segment": None}, other),
        deals("2025-01-24", D, other | {"segment": None}),
    )
    assert deal(facts, "D", "segment") == (None,)
    assert deal(facts, "O", "segment") == ("SMB",)


def test_the_newest_created_date_that_is_not_blank_counts():
    older, newer = D | {"created_at": "2025-01-03"}, D | {"created_at": None}
    facts = built(deals("2025-01-10", D), deals("2025-01-17", older), deals("2025-01-24", newer))
    assert str(deal(facts, "D", "created_date")[0]) == "2025-01-03"


def test_a_change_of_amount_over_an_export_without_amounts_is_seen():
    facts = built(
        deals("2025-01-10", D), deals("2025-01-17", D | {"amount": None}), deals("2025-01-24", D | {"amount": 150})
    )
    assert [(day, amount) for day, _, _, _, amount, _ in changes(facts, "D")][-1] == ("2025-01-24", 150.0)


def test_amounts_that_only_a_newer_export_carries_count_from_then_on():
    facts = built(deals("2025-01-10", D | {"amount": None}), deals("2025-01-17", D))
    assert float(deal(facts, "D", "amount")[0]) == 100.0


# When it happened


def test_a_deal_open_in_the_export_of_a_day_and_closed_on_that_day_by_the_next_is_closed_on_that_day():
    for files in ([0, 1], [1, 0]):
        exports = [deals("2025-01-05", D), deals("2025-02-07", D | WON | {"closed_at": "2025-01-05"})]
        facts = built(*(exports[i] for i in files))
        assert [(str(deal(facts, "D", "closed_date")[0])), deal(facts, "D", "status")[0]] == ["2025-01-05", "won"]


def test_a_closing_date_that_a_newer_export_corrects_is_corrected():
    first, second = (D | WON | {"closed_at": day} for day in ("2025-01-31", "2025-02-03"))
    facts = built(deals("2025-02-01", first), deals("2025-02-10", second))
    assert str(deal(facts, "D", "closed_date")[0]) == "2025-02-03"
    facts = built(
        deals("2025-02-01", first), deals("2025-02-10", D), deals("2025-03-01", D | WON | {"closed_at": "2025-02-20"})
    )
    assert [(day, how) for day, _, how, _ in transitions(facts, "D")][1:] == [
        ("2025-01-31", "won"), ("2025-02-10", "reopened"), ("2025-02-20", "won"),
    ]  # fmt: skip


def test_a_deal_was_there_when_an_export_showed_it_whatever_a_later_one_says_of_its_creation():
    late = D | {"stage": "Proposal", "created_at": "2025-01-20"}
    facts = built(deals("2025-01-10", D), deals("2025-01-15", D | {"stage": "Proposal"}), deals("2025-02-10", late))
    assert [(day, stage) for day, _, stage, *_ in changes(facts, "D")] == [
        ("2025-01-10", "Lead"), ("2025-01-15", "Proposal"),
    ]  # fmt: skip
    assert deal(facts, "D", "stage") == ("Proposal",)


def test_the_values_before_the_first_change_of_a_field_history_are_its_old_values():
    rows = [
        {"deal_id": "D", "changed_at": "2025-03-01", "amount": 150, "old_amount": 100, "stage": None},
        {"deal_id": "D", "changed_at": "2025-03-02", "owner": "Bob", "old_owner": "Ann"},
        {"deal_id": "D", "changed_at": "2025-03-03", "expected_close_date": date(2025, 6, 1),
         "old_expected_close_date": date(2025, 5, 1)},
    ]  # fmt: skip
    facts = built(deals("2025-03-05", D | {"amount": 150, "owner": "Bob"}), history(*rows))
    told = facts.rows(
        "select change_date::varchar, amount::int, owner, expected_close_date::varchar, stage from fct_changes"
        " where change_date < date '2025-03-05' order by 1"
    )
    assert told == [
        ("2025-01-01", 100, "Ann", "2025-05-01", "Lead"),
        ("2025-03-01", 150, "Ann", "2025-05-01", "Lead"),
        ("2025-03-02", 150, "Bob", "2025-05-01", "Lead"),
        ("2025-03-03", 150, "Bob", "2025-06-01", "Lead"),
    ]


# Two sources, and deals without a row of their own


def test_a_deal_that_another_source_has_called_won_is_not_gone():
    facts = built(
        deals("2025-01-01", D, source_key="a"),
        deals("2025-01-15", D | WON | {"closed_at": "2025-01-12"}, source_key="b"),
        deals("2025-02-01", D | {"deal_id": "O"}, source_key="a"),
    )
    assert deal(facts, "D", "status") == ("won",)


def test_of_two_sources_the_one_that_spoke_last_is_right():
    facts = built(
        deals("2025-01-01", D, source_key="a"),
        deals("2025-01-15", D | {"amount": 200, "owner": "Bob"}, source_key="b"),
        deals("2025-02-01", D, source_key="a"),
    )
    assert (float(deal(facts, "D", "amount")[0]), *deal(facts, "D", "owner")) == (100.0, "Ann")


def test_a_deal_of_a_history_that_a_newer_deals_export_does_not_list_is_gone_and_said():
    told = history(("D", "2025-01-01", "Lead"), ("X", "2025-01-10", "Lead"), ("Y", "2025-05-11", "Lead"))
    facts = built(deals("2025-04-30", D), told)
    assert (deal(facts, "X", "status"), deal(facts, "Y", "status")) == (("gone",), ("open",))
    assert transitions(facts, "X")[-1][:1] + transitions(facts, "X")[-1][2:3] == ("2025-04-30", "gone")
    assert notes(facts)["deals_known_from_history_only"] == 2


def test_a_history_alone_makes_nothing_gone_and_says_nothing():
    facts = built(history(("X", "2025-01-10", "Lead")))
    assert (deal(facts, "X", "status"), notes(facts)) == (("open",), {})


def test_a_deal_that_is_over_in_no_stage_and_without_a_status_is_neither_open_nor_won_nor_lost():
    over = {"deal_id": "C", "owner": "Ann", "amount": 70, "created_at": "2025-01-02", "closed_at": "2025-02-01"}
    facts = built(deals("2025-03-01", D, over))
    assert (*deal(facts, "C", "status", "kind"), str(deal(facts, "C", "closed_date")[0])) == (
        "closed",
        "closed",
        "2025-02-01",
    )
    assert notes(facts) == {"deals_ended_without_outcome": 1}
    moved = movement(facts, Slice(), date(2025, 1, 15), date(2025, 2, 15))
    assert (float(moved.start), float(moved.gone), float(moved.lost), float(moved.end)) == (85.0, -35.0, 0.0, 50.0)


@pytest.mark.parametrize("amount", [0, None])
def test_a_deal_that_its_ending_blanks_was_worth_what_was_known_before(amount):
    other = D | {"deal_id": "O"}
    ended = D | LOST | {"amount": amount, "closed_at": "2025-02-20"}
    facts = built(deals("2025-02-01", D, other), deals("2025-03-01", ended, other), deals("2025-04-01", ended, other))
    assert float(deal(facts, "D", "amount")[0]) == 100.0
    row = {"deal_id": "D", "changed_at": "2025-01-01", "stage": "Lead", "amount": 100}
    facts = built(
        deals("2025-03-01", ended, other),
        history(row, row | {"changed_at": "2025-02-20", "stage": "Closed Lost", "amount": 0}),
    )
    assert float(deal(facts, "D", "amount")[0]) == 100.0


# Stages


def test_a_single_deal_that_moved_back_does_not_turn_the_order_of_the_stages():
    rows = [D | {"deal_id": str(i), "stage": stage} for i, stage in enumerate(["Lead", "Lead", "Proposal", "Proposal"])]
    facts = built(deals("2025-03-31", *rows), history(("1", "2025-02-01", "Proposal"), ("1", "2025-02-05", "Lead")))
    assert [stage for stage, _ in stages(facts)] == ["Lead", "Proposal"]


def test_a_stage_that_only_old_values_name_comes_before_what_followed_it():
    moves = [{"deal_id": str(i), "changed_at": "2025-02-01", "stage": "Beta", "old_stage": "Zulu"} for i in range(6)]
    facts = built(deals("2025-03-31", *(D | {"deal_id": str(i), "stage": "Beta"} for i in range(6))), history(*moves))
    assert [stage for stage, _ in stages(facts)] == ["Zulu", "Beta"]


def test_one_dirty_row_does_not_open_the_stage_of_won_deals():
    won = [D | WON | {"deal_id": str(i), "closed_at": "2025-02-01"} for i in range(5)]
    facts = built(deals("2025-03-28", D, *won, D | WON | {"deal_id": "bad", "status": "open"}))
    assert stages(facts) == [("Lead", "open"), ("Closed Won", "won")]


def test_stages_and_people_are_known_however_they_are_spelled():
    rows = [D, D | {"deal_id": "2", "owner": "Ann"}, D | {"deal_id": "3", "owner": " ANN", "stage": "lead "}]
    calls = [{"activity_type": "Call", "owner": who, "occurred_at": "2025-01-02"} for who in ("ann", "ann@x.com")]
    facts = built(
        deals("2025-02-01", *rows),
        File("people", [{"owner": "Ann", "email": "Ann@X.com", "team": "North"}]),
        File("activities", calls),
    )
    assert facts.rows("select distinct owner, team, stage from fct_deals") == [("Ann", "North", "Lead")]
    assert facts.rows("select owner, count(*) from fct_activities group by owner") == [("Ann", 2)]
    facts = built(deals("2025-02-01", *rows[:2], rows[2] | {"owner": "ANN"}))
    assert facts.rows("select owner from dim_owners") == [("Ann",)]


def test_a_stage_id_means_another_stage_in_another_pipeline():
    facts = built(
        deals("2025-02-28", D | {"stage": "1", "pipeline": "A"}, D | {"deal_id": "E", "stage": "1", "pipeline": "B"}),
        File(
            "stages",
            [{"stage": "Lead", "stage_id": "1", "pipeline": "A"}, {"stage": "Trial", "stage_id": "1", "pipeline": "B"}],
        ),
    )
    assert facts.rows("select pipeline, stage from fct_deals order by 1") == [("A", "Lead"), ("B", "Trial")]


def test_a_pipeline_that_only_the_history_names_is_the_pipeline_of_the_deal():
    rows = [
        {"deal_id": "D", "changed_at": f"2025-0{i}-01", "stage": s, "pipeline": "Sales"}
        for i, s in ((1, "Lead"), (2, "Proposal"))
    ]
    facts = built(deals("2025-02-28", D | {"stage": "Proposal"}), history(*rows))
    assert facts.rows("select distinct pipeline from dim_stages") == [("Sales",)]


def test_a_stage_that_is_empty_now_keeps_the_probability_the_crm_gave_it():
    rows = [D | {"crm_probability": 0.1}, D | {"deal_id": "P", "stage": "Proposal", "crm_probability": 0.6}]
    facts = built(deals("2025-02-01", *rows), deals("2025-02-08", rows[0], rows[1] | WON | {"crm_probability": 1.0}))
    assert facts.rows("select probability::double, source from dim_stage_probability where stage = 'Proposal'") == [
        (0.6, "crm")
    ]


# Money


def test_the_currency_most_deals_are_in_now_is_chosen_once():
    dollars = [D | {"deal_id": f"u{i}", "currency": "USD"} for i in range(5)]
    euros = [D | {"deal_id": f"e{i}", "currency": "EUR"} for i in range(3)]
    facts = built(deals("2025-01-10", *dollars, source_key="a"),
                  *(deals(day, *euros, source_key="b") for day in ("2025-01-11", "2025-01-18")))  # fmt: skip
    assert facts.rows("select currency from dim_currency") == [("USD",)]
    assert deal(facts, "u1", "has_rate") == (True,)


def rates(*rows):
    return File("rates", [{"currency": "EUR", "date": date.fromisoformat(day), "rate": rate} for day, rate in rows])


@pytest.mark.parametrize("said", [{"status": "won"}, {"status": None}])
def test_a_deal_takes_the_rate_of_the_day_it_ended_also_where_only_its_stage_says_so(said):
    won = D | {"stage": "Closed Won", "currency": "EUR", "closed_at": "2025-02-10"} | said
    others = [D | {"deal_id": str(i), "currency": "USD", "status": None} for i in range(3)]
    facts = built(deals("2025-04-30", won, *others), rates(("2025-01-01", 1.5), ("2025-04-01", 2.0)))
    assert float(deal(facts, "D", "amount")[0]) == 150.0


def test_where_no_rate_is_known_so_early_the_earliest_is_used_and_said():
    others = [D | {"deal_id": str(i), "currency": "USD"} for i in range(3)]
    facts = built(
        deals("2025-04-30", D | {"currency": "EUR"}, *others), rates(("2025-05-01", 1.1), ("2025-06-01", 9.0))
    )
    assert (float(deal(facts, "D", "amount")[0]), notes(facts)) == (110.0, {"deals_at_a_later_rate": 1})


# Activities


def call(**more):
    return {"activity_type": "Call", "owner": "Ann", "occurred_at": "2025-01-02"} | more


def test_calls_and_meetings_that_both_count_from_one_are_different_activities():
    calls = [call(activity_id=str(i)) for i in range(3)]
    meetings = [call(activity_id=str(i), activity_type="Meeting") for i in range(2)]
    facts = built(File("activities", calls), File("activities", meetings), File("activities", calls))
    assert facts.rows("select activity_type, count(*) from fct_activities group by all order by 1") == [
        ("call", 3),
        ("meeting", 2),
    ]


def test_what_came_of_an_activity_without_an_id_makes_no_second_one_of_it():
    facts = built(
        File("activities", [call(done=False), call(done=False)], "2025-01-09"),
        File("activities", [call(done=True, outcome="reached", minutes=5.0), call(done=True)], "2025-01-16"),
    )
    assert facts.rows("select is_done, outcome from fct_activities order by line") == [(True, "reached"), (True, None)]


def test_an_activity_after_the_day_the_files_speak_of_is_still_to_come_where_it_does_not_say_it_is_done():
    rows = [call(occurred_at=day) for day in ("2025-02-10", "2025-05-10")] + [call(occurred_at="2025-05-11", done=True)]
    facts = built(deals("2025-02-28", D), File("activities", rows))
    assert facts.rows("select is_done from fct_activities order by line") == [(True,), (False,), (True,)]
