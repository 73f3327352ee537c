"""The kind, order and milestone of stages, found from what the files say."""

import pytest

from kpi_engine.model.stage_words import ending, rung
from kpi_engine.model.stages import Seen, arrange
from tests.model.raw import File, built, deals, history


def kinds(seen, precedence=None):
    return {s.stage: s.kind.value for s in arrange(seen, precedence or {}, {1: ""}) if s.stage_id is not None}


def order(seen, precedence=None):
    return [s.stage for s in arrange(seen, precedence or {}, {1: ""}) if s.stage_id is not None]


def seen(number, stage, **more):
    return Seen(1, "", number, stage, **more)


def test_a_stages_file_decides_the_kind():
    assert kinds([seen(1, "Lost and found", listed_kind="Open"), seen(2, "Cash", listed_kind="paid")]) == {
        "Lost and found": "open",
        "Cash": "paid",
    }


def test_names_decide_where_no_file_does():
    names = ["Prospecting", "Closed Won", "Closed Lost", "Deposit Paid", "Unqualified"]
    assert list(kinds([seen(i, name) for i, name in enumerate(names)]).values()) == [
        "open",
        "won",
        "paid",
        "lost",
        "lost",
    ]


def test_an_invoice_is_the_money_only_where_no_stage_says_that_it_came():
    assert kinds([seen(1, "Won"), seen(2, "Invoiced")])["Invoiced"] == "paid"
    assert kinds([seen(1, "Won"), seen(2, "Invoiced"), seen(3, "Paid")])["Invoiced"] == "won"


def test_a_deposit_is_the_money_only_where_no_other_stage_says_that_it_came():
    assert kinds([seen(1, "Won"), seen(2, "Deposit paid")])["Deposit paid"] == "paid"
    both = kinds([seen(1, "Won"), seen(2, "Deposit paid"), seen(3, "Paid in full")])
    assert (both["Deposit paid"], both["Paid in full"]) == ("won", "paid")
    listed = kinds([seen(1, "Deposit", listed_kind="paid"), seen(2, "Paid", listed_kind="paid")])
    assert set(listed.values()) == {"paid"}


def test_the_steps_after_won_stand_in_the_order_deals_take_them():
    names = {1: "Deposit", 2: "Invoiced", 3: "Won", 4: "Paid"}
    order = [3, 1, 2, 4]
    precedence = {(1, a, b): 9 for i, a in enumerate(order) for b in order[i + 1 :]}
    stages = arrange([seen(i, name) for i, name in names.items()], precedence, {1: ""})
    told = [(s.stage, s.kind.value) for s in stages if s.kind in ("won", "paid")]
    assert told[:4] == [("Won", "won"), ("Deposit", "won"), ("Invoiced", "won"), ("Paid", "paid")]


def test_outcomes_decide_where_each_stage_has_one():
    assert kinds([seen(1, "Customer", n_won=4), seen(2, "Nope", n_lost=3), seen(3, "Talking", n_open=2)]) == {
        "Customer": "won",
        "Nope": "lost",
        "Talking": "open",
    }


def test_a_stage_in_which_deals_end_either_way_stays_open():
    mixed = [seen(1, "Closed", n_won=5, n_lost=5), seen(2, "Qualified", n_won=3, n_lost=4)]
    assert set(kinds(mixed).values()) == {"open"}


def test_a_step_of_a_sale_in_which_all_deals_happen_to_be_lost_stays_open():
    assert kinds([seen(1, "Proposal", n_lost=3), seen(2, "Demo", n_open=2)])["Proposal"] == "open"


def test_the_order_column_beats_the_names():
    assert order([seen(1, "Prospect", column_order=2.0), seen(2, "Proposal", column_order=1.0)]) == [
        "Proposal",
        "Prospect",
    ]


def test_what_deals_enter_first_comes_first():
    assert order([seen(1, "Alpha"), seen(2, "Beta")], {(1, 2, 1): 9, (1, 1, 2): 1}) == ["Beta", "Alpha"]


def test_a_signal_that_covers_only_some_stages_is_not_mixed_with_another():
    some = [seen(1, "Proposal", column_order=1.0), seen(2, "Prospect")]
    assert order(some) == ["Prospect", "Proposal"]


def test_a_probability_of_the_stage_orders_and_one_of_the_deal_does_not():
    steady = [seen(1, "Alpha", crm_probability=0.6), seen(2, "Beta", crm_probability=0.2, crm_variance=0.001)]
    assert order(steady) == ["Beta", "Alpha"]
    wild = [seen(1, "Prospect", crm_probability=0.6, crm_variance=0.1), seen(2, "Proposal", crm_probability=0.2)]
    assert order(wild) == ["Prospect", "Proposal"]


def test_milestones_come_from_names_and_from_the_stage_before():
    found = arrange([seen(1, "Lead in", listed_order=1.0), seen(2, "Warteraum", listed_order=2.0),
                     seen(3, "Angebot", listed_order=3.0)], {}, {1: ""})  # fmt: skip
    assert [s.milestone for s in found if s.stage_id] == ["lead", "lead", "proposal"]


@pytest.mark.parametrize("name", ["Ganado", "Gewonnen", "Closed-Won", "closed won", "Won - Booked"])
def test_won_is_understood_in_many_tongues(name):
    assert ending(name) == "won"


@pytest.mark.parametrize("name", ["Meeting booked", "Designed", "Negotiation/Review", "Value Proposition"])
def test_a_step_is_no_ending(name):
    assert ending(name) is None


def test_a_sale_climbs():
    names = [
        "Prospecting",
        "Qualification",
        "Needs Analysis",
        "Demo",
        "Proposal/Price Quote",
        "Negotiation/Review",
        "Verbal commit",
    ]
    heights = [rung(name)[0] for name in names]
    assert heights == sorted(heights)


def test_a_deal_whose_stage_says_nothing_of_its_outcome_ends_in_a_stage_of_that_name():
    rows = [
        {"deal_id": "W", "owner": "Ann", "stage": "Closed", "status": "won", "amount": 1, "created_at": "2025-01-01"},
        {"deal_id": "L", "owner": "Ann", "stage": "Closed", "status": "lost", "amount": 1, "created_at": "2025-01-01"},
    ]
    facts = built(deals("2025-02-01", *rows))
    assert facts.rows("select deal_id, stage, kind from fct_deals order by deal_id") == [
        ("L", "Lost", "lost"),
        ("W", "Won", "won"),
    ]


def test_stages_are_written_as_ids_in_one_file_and_named_in_another():
    facts = built(
        deals("2025-02-01", {"deal_id": "A", "stage": "2", "created_at": "2025-01-01"}),
        File("stages", [{"stage": "Lead in", "stage_id": "1"}, {"stage": "Proposal", "stage_id": "2"}]),
    )
    assert facts.value("select stage from fct_deals") == "Proposal"


def test_two_pipelines_keep_their_stages_apart():
    facts = built(
        deals(
            "2025-02-01",
            {"deal_id": "A", "stage": "New", "pipeline": "East", "created_at": "2025-01-01"},
            {"deal_id": "B", "stage": "New", "pipeline": "West", "created_at": "2025-01-01"},
        ),
        history(("A", "2025-01-01", "New")),
    )
    assert facts.rows("select pipeline, stage from dim_stages order by all") == [("East", "New"), ("West", "New")]


@pytest.mark.parametrize(
    ("name", "ends"),
    [
        ("closed_won", "won"),
        ("closed_lost", "lost"),
        ("Persa", "lost"),
        ("Vinte", "won"),
        ("Przegrana", "lost"),
        ("Wygrana", "won"),
        ("Förlorad", "lost"),
        ("失注", "lost"),
        ("受注", "won"),
        ("Personal meeting", None),
    ],
)
def test_endings_are_known_in_several_languages_and_spellings(name, ends):
    assert ending(name) == ends


def test_a_stage_under_the_crms_own_name_is_the_stage_of_its_label():
    facts = built(
        deals("2025-02-01", {"deal_id": "A", "owner": "Ann", "stage": "Closed Won", "created_at": "2025-01-01"}),
        history(("A", "2025-01-01", "demo_held"), ("A", "2025-01-05", "Demo Held"), ("A", "2025-01-10", "closedwon")),
    )
    stages = facts.rows("select stage, kind from dim_stages where stage <> '(stage not known)' order by stage_order")
    assert stages == [("Demo Held", "open"), ("Closed Won", "won")]
