"""What a session shows that is shared with one rep: nobody else's name, and amounts in proportion."""

import re
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal

import pytest

from kpi_engine import workspace
from kpi_engine.agreements.meetings import Said, agree_action, hold, read_actions, read_meetings
from kpi_engine.agreements.qualification import Rule, read_rules
from kpi_engine.agreements.qualification import agree as agree_rule
from kpi_engine.agreements.targets import Agreement, personal_kpis, read_targets, subject
from kpi_engine.agreements.targets import agree as agree_target
from kpi_engine.metrics.kinds import Unit
from kpi_engine.metrics.movement import movement
from kpi_engine.metrics.query import measure
from kpi_engine.metrics.slice import Slice
from kpi_engine.model.shared import RELATIONS, share
from kpi_engine.storage.store import Store
from kpi_engine.views.ask import Who
from kpi_engine.views.shared import INDEX, MONEY_KPIS, session_for
from tests.conftest import PROJECT
from tests.model.raw import File, deals, history, store_with

ME, OTHER = "Ann [x] Lee", "Bob O'Neil (B)"
PARTS = ("fct_changes", "fct_transitions", "fct_pipeline_day", "fct_steps", "fct_stays", "fct_expected_dates")


def _deal(deal_id: str, owner: str, amount: int, **more: object) -> dict[str, object]:
    row = {"deal_id": deal_id, "owner": owner, "stage": "Proposal", "status": "open", "amount": amount}
    return row | {"created_at": "2025-01-01"} | more


@pytest.fixture
def store() -> Store:
    return store_with(
        deals(
            "2025-02-01",
            _deal("A", ME, 4000, next_step=f"Handover from {OTHER} on Monday", deal_name="Mine"),
            _deal("B", OTHER, 600, deal_name=f"{OTHER}'s"),
        ),
        history(
            {"deal_id": "A", "changed_at": "2025-01-01", "stage": "Lead", "owner": OTHER},
            {"deal_id": "A", "changed_at": "2025-01-09", "stage": "Proposal", "owner": ME},
        ),
        File("activities", [{"owner": OTHER, "activity_type": "Call", "occurred_at": "2025-01-02", "deal_id": "A",
                             "subject": f"{OTHER.upper()} called"}]),
        File("targets", [{"owner": ME, "kpi": "won_value", "period": "2025", "target": 9000},
                         {"owner": OTHER, "kpi": "won_value", "period": "2025", "target": 7},
                         {"owner": ME, "kpi": "meetings", "period": "2025", "target": 12}]),
        File("contacts", [{"contact_id": "1", "name": f"{OTHER} junior", "account": f"{OTHER}, Inc.", "owner": OTHER}]),
    )  # fmt: skip


def test_no_relation_names_anybody_else(store: Store) -> None:
    session = share(store.read(), ME)
    shown = {name: str(session.rows(f"select * from {name}")) for name in (*RELATIONS, *PARTS)}  # noqa: S608
    assert all("Bob" not in text and "BOB" not in text and "Neil" not in text for text in shown.values())
    assert ME in shown["fct_deals"]
    assert "Colleague 1" in shown["fct_deals"]
    assert "Colleague 1" in shown["fct_changes"]
    assert "Handover from a colleague on Monday" in shown["fct_deals"]
    assert OTHER in str(store.read().rows("select * from fct_deals"))  # only in that session


NEVER_MASKED = ("deal_states",)
"""What is read through views of it alone, in front of which a shared session has its own."""


def test_what_is_read_beside_the_facts_is_masked_as_well() -> None:
    """Every raw table that a question reads: the facts alone would not do."""
    floors = [PROJECT / "kpi_engine" / name for name in ("metrics", "forecasting", "agreements", "views")]
    read = {
        name
        for path in sorted(path for floor in floors for path in floor.rglob("*.sql"))
        for name in re.findall(r"\b(raw_\w+|deal_states)\b", path.read_text(encoding="utf-8"))
    }
    assert "raw_deals" in read
    assert not read & set(NEVER_MASKED)
    assert read - {"raw_rates"} <= set(RELATIONS)  # rates name currencies and days


@pytest.mark.parametrize(
    ("other", "written", "shown"),
    [
        ("Ann", "Annual plan for Joanna", "Annual plan for Joanna"),
        ("Ann", "ANN's deal_ann_2, Ann Ann", "a colleague's deal_a colleague_2, a colleague a colleague"),
        ("José", "José,José; Joséphine", "a colleague,a colleague; Joséphine"),
        ("Bo (B)", "with Bo (B).", "with a colleague."),
        ("張偉", "張偉さん", "a colleagueさん"),
    ],
)
def test_a_name_is_masked_where_it_stands_by_itself(other: str, written: str, shown: str) -> None:
    made = store_with(deals("2025-02-01", _deal("A", ME, 1, deal_name=written), _deal("B", other, 1)))
    assert share(made.read(), ME).value("select deal_name from fct_deals where deal_id = 'A'") == shown


def test_amounts_are_all_multiplied_and_nothing_else_is(store: Store) -> None:
    plain, tenth = store.read(), share(store.read(), ME, 0.1, MONEY_KPIS)
    for name, column in (("fct_deals", "amount"), ("open_days", "amount_change"), ("deal_days", "amount"),
                         ("deal_stays", "amount"), ("fct_pipeline_day", "amount_change")):  # fmt: skip
        before, after = (s.value(f"select sum({column})::double from {name}") for s in (plain, tenth))  # noqa: S608
        assert before > 0
        assert after == pytest.approx(before / 10)
    assert tenth.rows("select kpi, target::double from fct_targets order by kpi") == [
        ("meetings", 12.0),
        ("won_value", 900.0),
    ]


def test_as_an_index_expected_value_is_a_hundred_and_the_movement_still_adds_up(sample: Store) -> None:
    rep = "Aroha Keating"
    session = session_for(sample, Who(owners=(rep,), is_sharing=True, amounts="index"))
    mine = Slice(owners=(rep,))
    frame = measure(session, ["expected_value", "total_value", "ev_tv_ratio"], mine).set_index("kpi")["value"]
    true = measure(sample.read(), ["ev_tv_ratio"], mine).set_index("kpi")["value"]
    assert frame["expected_value"] == pytest.approx(INDEX, abs=0.05)
    assert frame["ev_tv_ratio"] == pytest.approx(true["ev_tv_ratio"], abs=1e-3)
    as_of = workspace.store_as_of(sample.read())
    assert as_of is not None
    found = movement(session, mine, as_of.replace(month=3, day=31), as_of)
    assert found is not None  # it would have raised where start and causes did not add up
    assert float(found.end) == pytest.approx(INDEX, abs=0.05)


def test_agreements_are_only_ones_own_and_without_what_was_noted(store: Store) -> None:
    typed = Said(OTHER, datetime(2025, 2, 1))
    because = Agreement(ME, OTHER, date(2025, 1, 1), f"{OTHER} said so", date(2025, 3, 1), OTHER)
    with store.transaction() as session:
        for owner in (ME, OTHER):
            hold(session, owner, date(2025, 1, 7), f"{owner} seems tired", typed)
            agree_action(session, owner, None, f"Call {OTHER}", OTHER, date(2025, 2, 7), typed)
            about = subject(session, owner, "won_value", "2025")
            agree_target(session, about, Decimal(5000), replace(because, agreed_by=f"{owner} agrees"))
        rule = Rule(agreed_by=(ME, OTHER), note=f"{OTHER} wanted it")
        agree_rule(session, rule)
    shared = share(store.read(), ME, 0.1, MONEY_KPIS)
    assert [(one.notes, one.recorded_by) for one in read_meetings(shared)] == [("", "")]
    (action,) = read_actions(shared)
    assert (action.what, action.who, action.recorded_by) == ("Call a colleague", "a colleague", "")
    (target,) = read_targets(shared)
    assert (target.agreed_by, target.agreed_with) == (f"{ME} agrees", "a colleague")
    assert (target.target, target.reason) == (500, None)
    assert [(one.agreed_by, one.note) for one in read_rules(shared)] == [((), None)]
    assert len(read_meetings(store.read())) == len(read_targets(store.read())) == 2


def test_every_target_in_money_is_scaled_and_no_other(store: Store) -> None:
    said = Agreement("A", "B", date(2025, 1, 1), "x", date(2025, 3, 1))
    with store.transaction() as session:
        for one in personal_kpis():
            agree_target(session, subject(session, ME, one.name, "2025"), Decimal(1), said)
    shown = {one.kpi: one.target for one in read_targets(share(store.read(), ME, 0.5, MONEY_KPIS))}
    in_money = {one.name for one in personal_kpis() if one.unit in (Unit.MONEY, Unit.MONEY_PER_DAY)}
    assert {kpi for kpi, target in shown.items() if target == Decimal("0.5")} == in_money
    assert {kpi for kpi, target in shown.items() if target == 1} == set(shown) - in_money


def test_a_name_nobody_has_shows_nothing_and_no_one(store: Store) -> None:
    session = session_for(store, Who(owners=("Nobody",), is_sharing=True, amounts="index"))
    assert ME not in str(session.rows("select * from fct_deals"))
    assert measure(session, ["open_deals"], Slice(owners=("Nobody",)))["value"].fillna(0).sum() == 0


@pytest.fixture(scope="module")
def sample(sample_store: Store) -> Store:
    return sample_store


def test_what_is_called_after_somebody_else_is_masked_and_stays_apart() -> None:
    third = "Cy Stone"
    store = store_with(
        deals(
            "2025-02-01",
            _deal("A", ME, 4000, source=f"Referral {OTHER}", segment=OTHER, product="Tour", pipeline=f"{OTHER}'s"),
            _deal("B", OTHER, 600, source="Fair", segment="Hotels", pipeline=f"{third}'s"),
            _deal("C", third, 50, source="Fair", product=f"{third} Special", pipeline="Charter"),
        ),
        File("activities", [{"owner": OTHER, "activity_type": "Call", "occurred_at": "2025-01-02", "deal_id": "A"}]),
        File("contacts", [{"contact_id": "1", "name": "X", "owner": OTHER, "source": OTHER}]),
    )
    session = share(store.read(), ME)
    for name in (*RELATIONS, *PARTS):
        text = str(session.rows(f"select * from {name}"))  # noqa: S608
        assert not any(part in text for part in ("Bob", "Neil", "Cy", "Stone")), name
    (mine,) = session.rows("select source, segment, product from fct_deals where deal_id = 'A'")
    assert mine == ("Referral a colleague", "a colleague", "Tour")
    # Two pipelines that are called after two people are two, wherever they stand: no stage is counted twice.
    names = [{row[0] for row in session.rows(f"select pipeline from {name}")} - {""} for name in  # noqa: S608
             ("fct_deals", "key_stages", "dim_stages", "dim_stage_probability", "fct_pipeline_day")]  # fmt: skip
    assert all(found == names[0] for found in names), names
    assert names[0] == {"a colleague's 1", "a colleague's 2", "Charter"}
    for kpi in ("total_value", "open_deals"):
        by = measure(session, [kpi], Slice(), ["pipeline"], as_of=date(2025, 2, 1))
        whole = measure(store.read(), [kpi], Slice(), (), as_of=date(2025, 2, 1))
        assert by["value"].sum() == whole["value"].sum()
