"""What a stage history tells of a deal, and what it does not."""

from tests.model.raw import File, built, changes, deal, deals, history, open_value, transitions

A = {"deal_id": "A", "owner": "Ann", "stage": "Proposal", "status": "open", "amount": 100, "created_at": "2025-01-01"}


def test_stages_are_entered_when_the_history_says():
    facts = built(
        deals("2025-02-01", A),
        history(("A", "2025-01-01 09:00", "Prospect"), ("A", "2025-01-10 10:00", "Proposal")),
    )
    assert transitions(facts, "A") == [
        ("2025-01-01", "Prospect", "created", "history"),
        ("2025-01-10", "Proposal", "forward", "history"),
    ]


def test_before_the_first_row_a_deal_is_inferred_to_be_where_that_row_found_it():
    facts = built(deals("2025-02-01", A), history(("A", "2025-01-10", "Proposal")))
    assert changes(facts, "A") == [
        ("2025-01-01", "2025-01-10", "Proposal", "open", 100.0, "inferred"),
        ("2025-01-10", None, "Proposal", "open", 100.0, "history"),
    ]
    assert transitions(facts, "A") == [("2025-01-01", "Proposal", "created", "inferred")]


def test_the_old_stage_of_the_first_row_says_where_a_deal_was_before():
    row = {"deal_id": "A", "changed_at": "2025-01-10", "stage": "Proposal", "old_stage": "Prospect"}
    facts = built(deals("2025-02-01", A), history(row))
    assert [stage for _, stage, _, _ in transitions(facts, "A")] == ["Prospect", "Proposal"]


def test_a_deal_whose_history_begins_with_its_end_was_open_in_a_stage_nobody_knows():
    won = A | {"stage": "Closed Won", "status": "won"}
    facts = built(deals("2025-02-01", won), history(("A", "2025-01-10", "Closed Won")))
    assert [(stage, how) for _, stage, how, _ in transitions(facts, "A")] == [
        ("(stage not known)", "created"),
        ("Closed Won", "won"),
    ]


def test_the_last_change_of_a_day_counts_in_the_days_and_every_change_in_the_transitions():
    facts = built(
        deals("2025-02-01", A),
        history(
            ("A", "2025-01-01 09:00", "Prospect"),
            ("A", "2025-01-10 09:00", "Qualified"),
            ("A", "2025-01-10 15:00", "Proposal"),
        ),
    )
    assert [(day, stage) for day, _, stage, *_ in changes(facts, "A")] == [
        ("2025-01-01", "Prospect"),
        ("2025-01-10", "Proposal"),
    ]
    assert [stage for _, stage, _, _ in transitions(facts, "A")] == ["Prospect", "Qualified", "Proposal"]


def test_there_and_back_within_a_day_is_no_change_of_the_day():
    facts = built(
        deals("2025-02-01", A | {"stage": "Prospect"}),
        history(
            ("A", "2025-01-01", "Prospect"),
            ("A", "2025-01-10 09:00", "Proposal"),
            ("A", "2025-01-10 15:00", "Prospect"),
        ),
    )
    assert len(changes(facts, "A")) == 1
    assert [how for _, _, how, _ in transitions(facts, "A")] == ["created", "forward", "backward"]


def test_changes_at_one_instant_keep_the_order_of_the_file():
    at = "2025-01-10 09:00"
    rows = [("A", "2025-01-01", "Prospect"), ("A", at, "Proposal"), ("A", at, "Qualified")]
    forth = built(deals("2025-01-10", A), history(*rows))
    back = built(deals("2025-01-10", A), history(rows[0], rows[2], rows[1]))
    assert changes(forth, "A")[-1][2] == "Qualified"
    assert changes(back, "A")[-1][2] == "Proposal"


def test_a_history_imported_twice_tells_everything_once():
    rows = [("A", "2025-01-01", "Prospect"), ("A", "2025-01-10", "Proposal")]
    longer = [*rows, ("A", "2025-01-20", "Negotiation")]
    facts = built(deals("2025-02-01", A | {"stage": "Negotiation"}), history(*rows), history(*longer))
    assert [stage for _, stage, _, _ in transitions(facts, "A")] == ["Prospect", "Proposal", "Negotiation"]


def test_a_stage_twice_at_one_instant_in_one_file_stays_twice():
    at = "2025-01-10 09:00"
    facts = built(
        deals("2025-02-01", A | {"stage": "Prospect"}),
        history(("A", "2025-01-01", "Qualified"), ("A", at, "Prospect"), ("A", at, "Proposal"), ("A", at, "Prospect")),
    )
    assert changes(facts, "A")[-1][2] == "Prospect"


def test_history_beats_the_close_date_column():
    won = A | {"stage": "Closed Won", "status": "won", "closed_at": "2025-01-31"}
    facts = built(
        deals("2025-02-01", won), history(("A", "2025-01-01", "Proposal"), ("A", "2025-01-20 12:00", "Closed Won"))
    )
    assert str(deal(facts, "A", "closed_date")[0]) == "2025-01-20"


def test_a_deal_lost_in_its_export_alone_is_lost_after_its_history_ends():
    lost = A | {"stage": "Proposal", "status": "lost", "closed_at": "2025-01-20"}
    facts = built(deals("2025-02-01", lost), history(("A", "2025-01-01", "Prospect"), ("A", "2025-01-10", "Proposal")))
    assert transitions(facts, "A")[-1] == ("2025-01-20", "Lost", "lost", "inferred")
    assert open_value(facts, "2025-01-19") == (100.0, 1)
    assert open_value(facts, "2025-01-20") == (0.0, 0)


def test_won_then_paid_then_lost_are_three_steps():
    paid = A | {"stage": "Lost", "status": "lost"}
    facts = built(
        deals("2025-03-01", paid),
        history(
            ("A", "2025-01-01", "Proposal"),
            ("A", "2025-01-10", "Won"),
            ("A", "2025-01-20", "Deposit paid"),
            ("A", "2025-02-20", "Lost"),
        ),
    )
    assert [how for _, _, how, _ in transitions(facts, "A")] == ["created", "won", "paid", "lost"]
    assert deal(facts, "A", "status", "furthest_stage") == ("lost", "Deposit paid")


def test_a_deal_reopened_after_it_was_lost_is_open_again_with_its_value():
    facts = built(
        deals("2025-03-01", A),
        history(("A", "2025-01-01", "Prospect"), ("A", "2025-01-10", "Closed Lost"), ("A", "2025-02-10", "Proposal")),
    )
    assert [how for _, _, how, _ in transitions(facts, "A")] == ["created", "lost", "reopened"]
    assert [open_value(facts, day)[1] for day in ("2025-01-09", "2025-01-10", "2025-02-09", "2025-02-10")] == [
        1,
        0,
        0,
        1,
    ]
    assert deal(facts, "A", "status", "closed_date") == ("open", None)


def test_amount_and_owner_change_where_the_history_gives_them_and_hold_before_and_after():
    facts = built(
        deals("2025-03-01", A | {"amount": 300, "owner": "Bob"}),
        history(
            {"deal_id": "A", "changed_at": "2025-01-01", "stage": "Prospect"},
            {"deal_id": "A", "changed_at": "2025-01-10", "stage": "Proposal", "amount": 200, "owner": "Ann"},
            {"deal_id": "A", "changed_at": "2025-01-20", "stage": "Proposal", "amount": 300, "owner": "Bob"},
        ),
    )
    assert [(day, amount) for day, _, _, _, amount, _ in changes(facts, "A")] == [
        ("2025-01-01", 200.0),
        ("2025-01-10", 200.0),
        ("2025-01-20", 300.0),
    ]
    owners = facts.rows("select prev_owner, owner from fct_changes where change_date = date '2025-01-20'")
    assert owners == [("Ann", "Bob")]


def test_an_amount_the_export_gives_otherwise_counts_from_the_day_of_the_export():
    facts = built(
        deals("2025-03-01", A | {"amount": 500}),
        history({"deal_id": "A", "changed_at": "2025-01-01", "stage": "Proposal", "amount": 200}),
    )
    assert [(day, amount) for day, _, _, _, amount, _ in changes(facts, "A")] == [
        ("2025-01-01", 200.0),
        ("2025-03-01", 500.0),
    ]


def test_a_stage_passed_over_at_one_instant_was_not_reached():
    at = "2025-01-10"
    facts = built(
        deals("2025-02-01", A | {"stage": "Closed Lost", "status": "lost"}),
        history(("A", "2025-01-01", "Proposal"), ("A", at, "Closed Won"), ("A", at, "Closed Lost")),
    )
    assert deal(facts, "A", "status", "furthest_stage") == ("lost", "Proposal")


def test_deals_are_built_from_a_change_log_alone():
    log = [
        {"deal_id": "7", "changed_at": "2025-01-01 08:00", "created_at": "2025-01-01 08:00"},
        {"deal_id": "7", "changed_at": "2025-01-02", "owner": "12"},
        {"deal_id": "7", "changed_at": "2025-01-05", "stage": "1"},
        {"deal_id": "7", "changed_at": "2025-01-09", "stage": "2"},
        {"deal_id": "7", "changed_at": "2025-01-20", "lost_reason": "3"},
    ]
    facts = built(
        history(*log),
        File("stages", [{"stage_id": "1", "stage": "Lead in"}, {"stage_id": "2", "stage": "Proposal made"}]),
        File("people", [{"owner": "Ann", "owner_id": "12"}]),
    )
    assert transitions(facts, "7") == [
        ("2025-01-01", "Lead in", "created", "inferred"),
        ("2025-01-09", "Proposal made", "forward", "history"),
        ("2025-01-20", "Lost", "lost", "history"),
    ]
    assert deal(facts, "7", "owner", "status", "cycle_days", "furthest_order") == ("Ann", "lost", 19, 2)


def test_a_deal_without_a_created_date_begins_with_its_history():
    facts = built(deals("2025-02-01", A | {"created_at": None}), history(("A", "2025-01-10", "Proposal")))
    assert deal(facts, "A", "is_undated") == (False,)
    assert str(deal(facts, "A", "created_date")[0]) == "2025-01-10"


def test_a_history_that_calls_a_deal_by_its_name_belongs_to_it():
    named = {"owner": "Ann", "stage": "Proposal", "amount": 100, "created_at": "2025-01-01"}
    two = [named | {"deal_id": f"q-{n}", "deal_name": "Quay"} for n in (1, 2)]
    history = File(
        "stage_changes",
        [
            {"deal_id": "Pier", "changed_at": "2025-01-02", "stage": "Lead"},
            {"deal_id": "Pier", "changed_at": "2025-01-05", "stage": "Proposal"},
            {"deal_id": "Quay", "changed_at": "2025-01-05", "stage": "Proposal"},
        ],
    )
    call = {"deal_id": "Pier", "owner": "Ann", "activity_type": "call", "occurred_at": "2025-01-03"}
    calls = File("activities", [call])
    facts = built(deals("2025-01-10", named | {"deal_id": "p-1", "deal_name": "Pier"}, *two), history, calls)
    assert [i for (i,) in facts.rows("select deal_id from fct_deals order by 1")] == ["Quay", "p-1", "q-1", "q-2"]
    entered = facts.rows("select stage, evidence from fct_transitions where deal_id = 'p-1' order by entered_at")
    assert entered == [("Lead", "inferred"), ("Proposal", "history")]
    assert facts.rows("select deal_id, is_deal_known from fct_activities") == [("p-1", True)]


def test_an_export_that_shows_what_the_history_tells_only_later_is_from_later_than_its_newest_date():
    # Nothing was created or closed after the second of January; the export was made after the move all the same.
    moved = {"deal_id": "A", "changed_at": "2025-01-10", "stage": "Proposal", "old_stage": "Prospect"}
    dearer = {"deal_id": "A", "changed_at": "2025-01-12", "amount": 100, "old_amount": 40}
    handed = {"deal_id": "A", "changed_at": "2025-01-14", "owner": "Ann", "old_owner": "Bob"}
    facts = built(deals("2025-01-02", A), history(moved, dearer, handed))
    assert [(day, stage) for day, stage, _, _ in transitions(facts, "A")] == [
        ("2025-01-01", "Prospect"),
        ("2025-01-10", "Proposal"),
    ]
    assert [open_value(facts, day)[0] for day in ("2025-01-02", "2025-01-11", "2025-01-13")] == [40, 40, 100]
    owners = facts.rows("select owner from fct_changes where deal_id = 'A' order by change_date")
    assert [owner for (owner,) in owners][:1] + [owner for (owner,) in owners][-1:] == ["Bob", "Ann"]


def test_an_export_that_shows_what_the_history_changes_later_was_made_before():
    moved = {"deal_id": "A", "changed_at": "2025-01-10", "stage": "Negotiation", "old_stage": "Proposal"}
    facts = built(deals("2025-01-02", A), history(moved))
    assert [(day, stage) for day, stage, _, _ in transitions(facts, "A")] == [
        ("2025-01-01", "Proposal"),
        ("2025-01-10", "Negotiation"),
    ]
