"""What the differences between exports of one source tell, and what is inferred from one export alone."""

from tests.model.raw import built, changes, deal, deals, history, open_value, transitions

A = {"deal_id": "A", "owner": "Ann", "stage": "Prospect", "status": "open", "amount": 100, "created_at": "2025-01-01"}
B = {"deal_id": "B", "owner": "Bob", "stage": "Prospect", "status": "open", "amount": 50, "created_at": "2025-01-02"}
WON = {"stage": "Closed Won", "status": "won"}


def test_one_export_infers_an_open_deal_to_have_been_where_it_is():
    facts = built(deals("2025-02-01", A))
    assert changes(facts, "A") == [("2025-01-01", None, "Prospect", "open", 100.0, "inferred")]


def test_one_export_with_the_time_of_the_last_move_knows_the_stage_since_then_only():
    facts = built(deals("2025-02-01", A | {"stage_changed_at": "2025-01-20"}))
    assert [(day, stage) for day, _, stage, *_ in changes(facts, "A")] == [
        ("2025-01-01", "(stage not known)"),
        ("2025-01-20", "Prospect"),
    ]


def test_one_export_infers_a_closed_deal_to_have_been_open_in_a_stage_nobody_knows():
    facts = built(deals("2025-02-01", A | WON | {"closed_at": "2025-01-20"}))
    assert [(day, stage, kind) for day, _, stage, kind, *_ in changes(facts, "A")] == [
        ("2025-01-01", "(stage not known)", "open"),
        ("2025-01-20", "Closed Won", "won"),
    ]
    assert deal(facts, "A", "cycle_days") == (19,)


def test_two_exports_date_a_move_at_the_newer_one():
    facts = built(deals("2025-01-10", A), deals("2025-01-17", A | {"stage": "Proposal"}))
    assert transitions(facts, "A") == [
        ("2025-01-01", "Prospect", "created", "inferred"),
        ("2025-01-17", "Proposal", "forward", "snapshot"),
    ]
    assert [(day, evidence) for day, *_, evidence in changes(facts, "A")] == [
        ("2025-01-01", "inferred"),
        ("2025-01-10", "snapshot"),
        ("2025-01-17", "snapshot"),
    ]


def test_the_order_in_which_exports_are_imported_does_not_matter():
    files = [deals("2025-01-10", A, B), deals("2025-01-17", A | {"stage": "Proposal"}), deals("2025-01-24", A | WON, B)]
    told = [
        built(*order).rows("select * exclude (sequence) from fct_transitions order by all")
        for order in (files, files[::-1])
    ]
    assert told[0] == told[1]


def test_amount_owner_and_expected_close_change_at_the_newer_export():
    newer = A | {"amount": 150, "owner": "Bob", "expected_close_date": "2025-06-01"}
    facts = built(deals("2025-01-10", A), deals("2025-01-17", newer))
    (row,) = facts.rows(
        """
        select prev_amount, amount, prev_owner, owner, expected_close_date::varchar
        from fct_changes where change_date = date '2025-01-17'
        """
    )
    assert (float(row[0]), float(row[1]), *row[2:]) == (100.0, 150.0, "Ann", "Bob", "2025-06-01")


def test_an_amount_that_was_blanked_is_blank_and_a_column_that_was_not_exported_says_nothing():
    blanked = built(deals("2025-01-10", A, B), deals("2025-01-17", A | {"amount": None}, B))
    assert deal(blanked, "A", "amount") == (None,)
    left_out = built(deals("2025-01-10", A, B), deals("2025-01-17", A | {"amount": None}, B | {"amount": None}))
    assert float(deal(left_out, "A", "amount")[0]) == 100.0


def test_a_deal_missing_from_a_whole_newer_export_is_gone_and_not_lost():
    facts = built(deals("2025-01-10", A, B), deals("2025-01-17", B))
    assert transitions(facts, "A")[-1] == ("2025-01-17", "Prospect", "gone", "snapshot")
    assert deal(facts, "A", "status", "closed_date") == ("gone", None)
    assert (open_value(facts, "2025-01-16"), open_value(facts, "2025-01-17")) == ((150.0, 2), (50.0, 1))


def test_a_deal_that_comes_back_is_reopened():
    facts = built(deals("2025-01-10", A, B), deals("2025-01-17", B), deals("2025-01-24", A, B))
    assert [(day, how) for day, _, how, _ in transitions(facts, "A")] == [
        ("2025-01-01", "created"),
        ("2025-01-17", "gone"),
        ("2025-01-24", "reopened"),
    ]
    assert open_value(facts, "2025-01-24") == (150.0, 2)


def test_a_filtered_export_makes_nothing_gone():
    facts = built(deals("2025-01-10", A, B), deals("2025-01-17", B, is_complete=False))
    assert deal(facts, "A", "status") == ("open",)


def test_another_source_makes_nothing_gone():
    facts = built(deals("2025-01-10", A), deals("2025-01-17", B, source_key="other"))
    assert deal(facts, "A", "status") == ("open",)


def test_a_closed_deal_missing_from_a_newer_export_stays_closed():
    facts = built(deals("2025-01-10", A | WON | {"closed_at": "2025-01-05"}), deals("2025-01-17", B))
    assert deal(facts, "A", "status") == ("won",)


def test_two_files_of_one_source_and_day_are_parts_of_one_export():
    facts = built(deals("2025-01-10", A), deals("2025-01-10", B))
    assert open_value(facts, "2025-01-10") == (150.0, 2)


def test_a_deal_won_between_two_exports_is_won_on_its_closing_date():
    facts = built(deals("2025-01-10", A), deals("2025-01-17", A | WON | {"closed_at": "2025-01-14"}))
    assert transitions(facts, "A")[-1] == ("2025-01-14", "Closed Won", "won", "snapshot")


def test_a_closing_date_before_the_last_export_that_showed_it_open_is_not_believed():
    facts = built(deals("2025-01-10", A), deals("2025-01-17", A | WON | {"closed_at": "2025-01-05"}))
    assert transitions(facts, "A")[-1][0] == "2025-01-17"


def test_a_deal_called_won_with_a_closing_date_in_the_future_is_won_on_the_day_of_the_export():
    facts = built(deals("2025-02-01", A | WON | {"closed_at": "2025-09-30"}))
    assert str(deal(facts, "A", "closed_date")[0]) == "2025-02-01"


def test_a_deal_called_won_without_any_date_is_won_on_the_day_of_the_export():
    facts = built(deals("2025-02-01", A | WON))
    assert str(deal(facts, "A", "closed_date")[0]) == "2025-02-01"


def test_a_deal_closed_before_it_was_created_was_never_open():
    facts = built(deals("2025-02-01", A | WON | {"closed_at": "2024-12-01"}))
    assert [(day, kind) for day, _, _, kind, *_ in changes(facts, "A")] == [("2024-12-01", "won")]
    assert deal(facts, "A", "cycle_days", "status") == (None, "won")
    assert facts.rows("select code, n from model_notes") == [("deals_closed_before_created", 1)]


def test_a_deal_created_and_closed_on_one_day_was_open_for_no_whole_day():
    facts = built(deals("2025-02-01", A | WON | {"created_at": "2025-01-01 16:00", "closed_at": "2025-01-01"}))
    assert [kind for _, _, _, kind, *_ in changes(facts, "A")] == ["won"]
    assert deal(facts, "A", "cycle_days") == (0,)


def test_an_open_deal_without_a_created_date_counts_since_the_export_that_first_showed_it():
    facts = built(deals("2025-02-01", A | {"created_at": None}))
    assert facts.rows("select change_date::varchar, is_undated, deals_change from fct_pipeline_day") == [
        ("2025-02-01", True, 1)
    ]
    assert deal(facts, "A", "is_undated", "created_at") == (True, None)


def test_a_closed_deal_without_a_created_date_was_never_open():
    facts = built(deals("2025-02-01", A | WON | {"created_at": None, "closed_at": "2025-01-20"}))
    assert facts.value("select count(*) from fct_pipeline_day") == 0
    assert str(deal(facts, "A", "closed_date")[0]) == "2025-01-20"


def test_an_undated_deal_that_is_won_later_leaves_the_open_ones():
    undated = A | {"created_at": None}
    facts = built(deals("2025-02-01", undated), deals("2025-02-08", undated | WON))
    assert (open_value(facts, "2025-02-07"), open_value(facts, "2025-02-08")) == ((100.0, 1), (0.0, 0))


def test_history_beats_the_difference_of_exports_where_it_covers_the_time():
    facts = built(
        deals("2025-01-10", A),
        deals("2025-01-17", A | {"stage": "Proposal", "amount": 120}),
        history(
            ("A", "2025-01-01", "Prospect"), ("A", "2025-01-12 11:00", "Proposal"), ("Z", "2025-01-18", "Prospect")
        ),
    )
    assert transitions(facts, "A") == [
        ("2025-01-01", "Prospect", "created", "history"),
        ("2025-01-12", "Proposal", "forward", "history"),
    ]
    assert changes(facts, "A")[-1] == ("2025-01-17", None, "Proposal", "open", 120.0, "history")


def test_an_export_newer_than_the_history_goes_on_where_it_ends():
    facts = built(deals("2025-02-01", A | {"stage": "Proposal"}), history(("A", "2025-01-01", "Prospect")))
    assert transitions(facts, "A")[-1] == ("2025-02-01", "Proposal", "forward", "snapshot")


def test_a_deal_reopened_between_exports_is_open_again():
    lost = A | {"stage": "Closed Lost", "status": "lost", "closed_at": "2025-01-09"}
    facts = built(deals("2025-01-10", lost), deals("2025-01-17", A))
    assert [how for _, _, how, _ in transitions(facts, "A")] == ["created", "lost", "reopened"]
