"""Currencies, owners and teams."""

from tests.model.raw import File, built, deal, deals, history

ROW = {"deal_id": "A", "owner": "Ann", "stage": "Proposal", "status": "open", "amount": 100, "created_at": "2025-01-01"}
RATES = File(
    "rates",
    [
        {"currency": "USD", "date": "2025-01-01", "rate": 0.5},
        {"currency": "USD", "date": "2025-01-15", "rate": 0.8},
        {"currency": "USD", "date": "2025-09-01", "rate": 9.0},
    ],
)


def row(deal_id, **more):
    return ROW | {"deal_id": deal_id} | more


def test_amounts_are_in_the_currency_most_deals_are_in():
    facts = built(
        deals("2025-02-01", row("A", currency="EUR"), row("B", currency="EUR"), row("C", currency="USD")), RATES
    )
    assert facts.rows("select deal_id, amount::double from fct_deals order by 1") == [
        ("A", 100.0),
        ("B", 100.0),
        ("C", 80.0),
    ]


def test_a_closed_deal_is_worth_what_it_was_on_its_closing_day():
    usd = row("C", currency="USD", stage="Closed Won", status="won", closed_at="2025-01-10")
    facts = built(deals("2025-02-01", row("A", currency="EUR"), row("B", currency="EUR"), usd), RATES)
    assert [float(x) for x in deal(facts, "C", "amount", "amount_original")] == [50.0, 100.0]


def test_a_deal_without_a_rate_is_counted_and_never_added_up():
    facts = built(
        deals("2025-02-01", row("A", currency="EUR"), row("B", currency="EUR"), row("C", currency="GBP")), RATES
    )
    assert deal(facts, "C", "amount", "has_rate", "status") == (None, False, "open")
    assert facts.rows("select code, n from model_notes") == [("deals_without_rate", 1)]
    assert facts.rows(
        "select sum(amount_change)::double, sum(deals_change), sum(deals_without_amount_change) from fct_pipeline_day"
    ) == [(200.0, 3, 1)]


def test_the_reporting_currency_can_be_set():
    facts = built(
        deals("2025-02-01", row("A", currency="EUR"), row("B", currency="USD")),
        File("rates", [{"currency": "EUR", "date": "2025-01-01", "rate": 1.25}]),
        settings={"reporting_currency": "USD"},
    )
    assert facts.rows("select deal_id, amount::double from fct_deals order by 1") == [("A", 125.0), ("B", 100.0)]


def test_history_amounts_are_taken_at_the_rate_of_their_deal():
    facts = built(
        deals("2025-02-01", row("A", currency="EUR"), row("B", currency="EUR"), row("C", currency="USD")),
        history({"deal_id": "C", "changed_at": "2025-01-01", "stage": "Proposal", "amount": 10}),
        RATES,
    )
    assert facts.rows("select amount::double from fct_changes where deal_id = 'C' order by change_date") == [
        (8.0,),
        (80.0,),
    ]


def test_without_a_currency_column_amounts_are_as_they_stand():
    facts = built(deals("2025-02-01", ROW))
    assert deal(facts, "A", "has_rate", "currency") == (True, None)
    assert float(deal(facts, "A", "amount")[0]) == 100.0


def test_an_owner_written_as_an_id_is_the_person_with_that_id():
    facts = built(
        deals("2025-02-01", row("A", owner="17")), File("people", [{"owner": "Ann", "owner_id": "17", "team": "North"}])
    )
    assert deal(facts, "A", "owner", "team") == ("Ann", "North")


def test_two_people_of_one_name_stay_two():
    people = File("people", [{"owner": "Ann", "owner_id": "1"}, {"owner": "Ann", "owner_id": "2"}])
    facts = built(deals("2025-02-01", row("A", owner="1"), row("B", owner="2")), people)
    assert facts.rows("select owner from fct_deals order by deal_id") == [("Ann (1)",), ("Ann (2)",)]


def test_the_people_file_says_the_team_and_else_the_deals_do():
    facts = built(
        deals("2025-02-01", row("A", team="Old"), row("B", owner="Bob", team="South")),
        File("people", [{"owner": "Ann", "team": "North"}]),
    )
    assert facts.rows("select owner, team from fct_deals order by deal_id") == [("Ann", "North"), ("Bob", "South")]
    assert facts.rows("select owner, team from dim_owners order by owner") == [("Ann", "North"), ("Bob", "South")]


def test_a_deal_that_changes_hands_changes_teams():
    facts = built(
        deals("2025-01-10", row("A")),
        deals("2025-01-17", row("A", owner="Bob")),
        File("people", [{"owner": "Ann", "team": "North"}, {"owner": "Bob", "team": "South"}]),
    )
    assert facts.rows("select prev_team, team from fct_changes where change_date = date '2025-01-17'") == [
        ("North", "South")
    ]


def test_a_deal_without_an_owner_has_none():
    facts = built(deals("2025-02-01", row("A", owner=None), row("B")))
    assert deal(facts, "A", "owner", "team") == (None, None)
