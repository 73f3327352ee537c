"""What holds of all facts, whatever the files."""

from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kpi_engine.errors import TidelineError
from kpi_engine.model.build import build
from kpi_engine.model.checks import check
from kpi_engine.storage.store import Store
from tests.model.raw import File, add, built, deal, deals, history

FACTS = {
    "fct_changes": "select * from fct_changes order by all",
    "fct_transitions": "select * from fct_transitions order by all",
    "fct_pipeline_day": "select * from fct_pipeline_day order by all",
    "fct_deals": "select * exclude (import_id) from fct_deals order by all",
    "dim_stages": "select * from dim_stages order by all",
    "dim_owners": "select * from dim_owners order by all",
    "dim_stage_probability": "select * from dim_stage_probability order by all",
}

STAGES = ("Prospect", "Qualified", "Proposal", "Closed Won", "Deposit Paid", "Closed Lost")
FIRST = date(2025, 1, 1)

days = st.integers(0, 40).map(lambda n: (FIRST + timedelta(days=n)).isoformat())
deal_ids = st.sampled_from(["A", "B", "C", "D"])
amounts = st.one_of(st.none(), st.integers(-50, 900))
stage_names = st.sampled_from(STAGES)
rows = st.fixed_dictionaries(
    {
        "deal_id": deal_ids,
        "owner": st.sampled_from(["Ann", "Bob", None]),
        "stage": stage_names,
        "status": st.sampled_from(["open", "won", "lost", None]),
        "amount": amounts,
        "created_at": st.one_of(st.none(), days),
        "closed_at": st.one_of(st.none(), days),
        "stage_changed_at": st.one_of(st.none(), days),
        "segment": st.sampled_from(["S", "L"]),
    }
)
exports = st.lists(rows, min_size=1, max_size=5, unique_by=lambda row: row["deal_id"])
sources = st.sampled_from(["crm", "crm", "other"])
moves = st.fixed_dictionaries(
    {
        "deal_id": deal_ids,
        "changed_at": days,
        "stage": st.one_of(st.none(), stage_names),
        "amount": amounts,
        "owner": st.sampled_from(["Ann", "Bob", None]),
        "status": st.sampled_from([None, None, None, "lost", "open"]),
    }
)


@st.composite
def stores(draw):
    """One to three exports and perhaps a history, in any order. No source has two exports of one day."""
    made = draw(st.lists(st.tuples(st.integers(0, 60), sources), min_size=1, max_size=3, unique=True))
    files = [deals((FIRST + timedelta(days=n)).isoformat(), *draw(exports), source_key=source) for n, source in made]
    told = draw(st.lists(moves, max_size=8))
    return draw(st.permutations([*files, history(*told)] if told else files))


LOST = {"deal_id": "A", "stage": "Closed Lost", "status": "lost", "amount": 10, "created_at": "2025-01-01"}

many = settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@many
@given(stores())
def test_the_running_sum_is_what_is_open_at_every_day(files):
    facts = built(*files)
    differing = facts.rows(
        """
        with days as (
            select unnest(generate_series(date '2024-12-25', date '2025-03-10', interval 1 day))::date as day
        ),
        summed as (
            select day, coalesce(sum(amount_change), 0) as amount, coalesce(sum(deals_change), 0) as n
            from days left join fct_pipeline_day on change_date <= day group by day
        ),
        in_force as (
            select day, coalesce(sum(amount), 0) as amount, count(deal_id) as n
            from days left join fct_changes
                on kind = 'open' and change_date <= day and (left_date is null or left_date > day)
            group by day
        )
        select day from summed inner join in_force using (day)
        where summed.amount <> in_force.amount or summed.n <> in_force.n
        """
    )
    assert differing == []


@many
@given(stores())
def test_states_of_a_deal_follow_each_other_without_gap_or_overlap(files):
    facts = built(*files)
    assert (
        facts.rows(
            """
        select deal_id from (
            select *, lead(change_date) over w as next_date, lag(kind) over w as kind_before,
                lag(amount) over w as amount_before, lag(stage) over w as stage_before,
                lag(owner) over w as owner_before
            from fct_changes window w as (partition by deal_id order by change_date)
        )
        where next_date is distinct from left_date or kind_before is distinct from prev_kind
            or amount_before is distinct from prev_amount or stage_before is distinct from prev_stage
            or owner_before is distinct from prev_owner
        """
        )
        == []
    )
    assert (
        facts.rows(
            """
        select deal_id from (
            select *, lead(entered_at) over w as next_at, lag(stage) over w as stage_before
            from fct_transitions window w as (partition by deal_id order by sequence)
        )
        where next_at is distinct from left_at or stage_before is distinct from from_stage
        """
        )
        == []
    )


@many
@given(stores(), st.randoms(use_true_random=False))
def test_files_in_another_order_give_the_same_facts(files, random):
    # Two histories that speak of one instant keep the order of import, and of two exports of one source and day the
    # later import replaces the other: in another order these are other stores, and so they are not drawn.
    shuffled = list(files)
    random.shuffle(shuffled)
    one, other = built(*files), built(*shuffled)
    for name, sql in FACTS.items():
        assert one.rows(sql) == other.rows(sql), name


@pytest.mark.parametrize(
    "second",
    [
        # The newer closing date is believed, and is also the day of the newer export: at one instant the deal is lost,
        # as the first export has it, and gets the values of the second.
        deals("2025-01-17", LOST | {"owner": "Ann", "segment": "L", "closed_at": "2025-02-04"}),
        deals("2025-01-13", LOST | {"owner": "Ann", "segment": "L", "closed_at": "2025-01-12"}, source_key="other"),
        deals("2025-01-13", LOST | {"owner": "Ann", "segment": "L"}, source_key="other"),
    ],
    ids=["a closing date after the day of the export", "two sources of one day", "the same without a closing date"],
)
def test_what_two_exports_say_of_one_instant_is_told_in_the_order_of_the_exports_and_not_of_their_import(second):
    first = deals("2025-01-13", LOST | {"owner": "Bob", "segment": "S", "closed_at": "2025-01-11"})
    for files in ((first, second), (second, first)):
        facts = built(*files)
        ends = facts.rows("select owner, segment, kind, left_date from fct_changes order by change_date desc limit 1")
        assert ends == [("Ann", "L", "lost", None)]
        assert deal(facts, "A", "owner", "segment", "status") == ("Ann", "L", "lost")


def test_of_two_exports_of_one_source_and_day_the_one_imported_later_replaces_the_other():
    # The import says so when it asks for the day: this order is an answer, not an accident.
    bob, ann = (deals("2025-01-13", LOST | {"owner": owner}) for owner in ("Bob", "Ann"))
    assert deal(built(bob, ann), "A", "owner") == ("Ann",)
    assert deal(built(ann, bob), "A", "owner") == ("Bob",)


def test_building_again_changes_nothing_but_the_version():
    store = Store.in_memory()
    file = deals(
        "2025-02-01", {"deal_id": "A", "stage": "Proposal", "owner": "Ann", "amount": 5, "created_at": "2025-01-01"}
    )
    with store.transaction() as session:
        add(session, file, 1)
        build(session)
    before = {name: store.read().rows(sql) for name, sql in FACTS.items()}
    version = store.data_version
    with store.transaction() as session:
        build(session)
    assert {name: store.read().rows(sql) for name, sql in FACTS.items()} == before
    assert store.data_version == version + 1


def test_undoing_an_import_gives_the_facts_of_before():
    first = deals(
        "2025-01-10", {"deal_id": "A", "stage": "Prospect", "owner": "Ann", "amount": 5, "created_at": "2025-01-01"}
    )
    second = deals(
        "2025-01-17", {"deal_id": "B", "stage": "Proposal", "owner": "Bob", "amount": 7, "created_at": "2025-01-12"}
    )
    store = Store.in_memory()
    with store.transaction() as session:
        add(session, first, 1)
        add(session, second, 2)
        build(session)
    with store.transaction() as session:
        session.run("delete from raw_deals where import_id = 2")
        session.run("delete from imports where import_id = 2")
        build(session)
    alone = built(first)
    for name, sql in FACTS.items():
        if name != "dim_stage_probability":
            assert store.read().rows(sql) == alone.rows(sql), name


def test_an_empty_store_has_every_fact_empty_and_of_the_same_types_as_a_built_one():
    store = Store.in_memory()
    described = {name: store.read().rows(f"describe {name}") for name in FACTS}
    with store.transaction() as session:
        build(session)
    for name in FACTS:
        assert store.read().rows(f"describe {name}") == described[name], name
    assert store.read().value("select count(*) from fct_deals") == 0


def _build_and_break(store):
    with store.transaction() as session:
        session.run("delete from raw_deals")
        build(session)
        session.run(
            "insert into dim_owners values ('Twice', null, null, null, true), ('Twice', null, null, null, true)"
        )
        check(session)


def test_a_failing_build_leaves_the_facts_of_before():
    store = Store.in_memory()
    with store.transaction() as session:
        add(session, deals("2025-02-01", {"deal_id": "A", "stage": "Proposal", "created_at": "2025-01-01"}), 1)
        build(session)
    version = store.data_version
    with pytest.raises(TidelineError):
        _build_and_break(store)
    assert store.data_version == version
    assert store.read().value("select count(*) from fct_deals") == 1


BREAKS = {
    "a day twice": "insert into deal_states select * from deal_states where is_day and prev_kind_code is not null",
    "a day missing": "delete from deal_states where is_day and left_date is null",
    "a stay twice": "insert into deal_states select * from deal_states where is_stay and left_at is not null limit 1",
    "a deal twice": "insert into fct_deals select * from fct_deals limit 1",
    "a deal missing": "delete from fct_deals",
    "a sum too high": "update open_days set amount_change = amount_change + 0.01",
    "a count too high": "update open_days set deals_change = deals_change + 1",
    "a stage twice": "insert into dim_stages select * from dim_stages limit 1",
    "an owner twice": "insert into dim_owners select * from dim_owners limit 1",
    "a calendar day twice": "insert into dim_days select * from dim_days limit 1",
    "an activity twice": "insert into fct_activities select * from fct_activities limit 1",
    "an activity not counted": "delete from fct_activity_day",
    "a target twice": "insert into fct_targets select * from fct_targets limit 1",
}


@pytest.mark.parametrize("broken", BREAKS)
def test_a_broken_promise_is_noticed(broken):
    store = Store.in_memory()
    row = {
        "deal_id": "A",
        "owner": "Ann",
        "stage": "Proposal",
        "status": "open",
        "amount": 5,
        "created_at": "2025-01-01",
    }
    with store.transaction() as session:
        add(session, deals("2025-02-01", row), 1)
        add(
            session,
            history(("A", "2025-01-01", "Prospect"), ("A", "2025-01-09", "Proposal"), ("A", "2025-01-12", "Demo")),
            2,
        )
        add(session, File("activities", [{"owner": "Ann", "activity_type": "Call", "occurred_at": "2025-01-02"}]), 3)
        add(session, File("targets", [{"owner": "Ann", "kpi": "won_value", "period": "2025", "target": 9}]), 4)
        build(session)
        check(session)
        session.run(BREAKS[broken])
        with pytest.raises(TidelineError, match="do not add up"):
            check(session)
