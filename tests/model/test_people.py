"""One person is one person, whatever the name has become; and nobody is taken for another."""

from __future__ import annotations

from typing import Any

import pytest

from tests.model.raw import File, add, built, deals

ANN, BOB = "0055g00000AAAAAAA1", "0055g00000BBBBBBB2"


def row(deal_id: str, **more: Any) -> dict[str, Any]:
    deal = {"deal_id": deal_id, "owner": "Ann Lee", "stage": "Proposal", "amount": 100, "created_at": "2025-01-01"}
    return deal | more


def users(*people: tuple[str, str], crm: str | None = "salesforce", source_key: str = "sf:people", **more: str) -> File:
    rows = [{"owner_id": id_, "owner": name, **more} for id_, name in people]
    return File("people", rows, crm=crm, source_key=source_key)


def owners(facts):
    return [owner for (owner,) in facts.rows("select owner from dim_owners order by owner")]


def test_a_person_renamed_under_one_id_is_one_person_under_the_newest_name():
    facts = built(
        users((ANN, "Ann Lee"), (BOB, "Bob")),
        deals("2025-01-10", row("A"), row("B", owner="Bob"), row("C", owner=ANN)),
        users((ANN, "Ann Meyer"), (BOB, "Bob")),
        deals("2025-01-17", row("A", owner="Ann Meyer"), row("B", owner="Bob"), row("C", owner=ANN)),
        File("activities", [{"owner": "ann lee ", "activity_type": "call", "occurred_at": "2025-01-03"}]),
        File("targets", [{"owner": "Ann Lee", "kpi": "won_value", "period": "2025", "target": 5}]),
    )
    assert owners(facts) == ["Ann Meyer", "Bob"]
    assert facts.rows("select deal_id, owner from fct_deals order by 1") == [
        ("A", "Ann Meyer"), ("B", "Bob"), ("C", "Ann Meyer"),
    ]  # fmt: skip
    assert facts.rows("select distinct owner, prev_owner from fct_changes where prev_owner is not null") == [
        ("Ann Meyer", "Ann Meyer"), ("Bob", "Bob"),
    ]  # fmt: skip
    assert facts.rows("select owner from fct_activities") == [("Ann Meyer",)]
    assert facts.rows("select owner from fct_targets") == [("Ann Meyer",)]
    assert facts.rows("select code, n from model_notes") == [("names_people_had_before", 1)]


def test_whoever_is_renamed_twice_has_the_last_name_whatever_order_the_deals_came_in():
    lists = [users((ANN, name)) for name in ("Ann Lee", "Ann Meyer", "Ann Ortiz")]
    facts = built(*lists, deals("2025-01-10", row("A"), row("B", owner="Ann Meyer"), row("C", owner="Ann Ortiz")))
    assert owners(facts) == ["Ann Ortiz"]


def test_a_name_that_comes_back_is_the_newest_name():
    lists = [users((ANN, name)) for name in ("Ann Lee", "Ann Meyer", "Ann Lee")]
    facts = built(*lists, deals("2025-01-10", row("A", owner="Ann Meyer")))
    assert owners(facts) == ["Ann Lee"]


def test_a_former_name_that_another_person_bears_is_that_persons():
    facts = built(
        users((ANN, "Ann Lee")),
        users((ANN, "Ann Meyer"), (BOB, "Ann Lee")),
        deals("2025-01-10", row("A"), row("B", owner=ANN), row("C", owner=BOB)),
    )
    assert facts.rows("select deal_id, owner from fct_deals order by 1") == [
        ("A", "Ann Lee"), ("B", "Ann Meyer"), ("C", "Ann Lee"),
    ]  # fmt: skip
    assert owners(facts) == ["Ann Lee", "Ann Meyer"]


def test_names_that_were_exchanged_are_taken_as_they_stand_now():
    facts = built(
        users((ANN, "Ann"), (BOB, "Bob")),
        users((ANN, "Bob"), (BOB, "Ann")),
        deals("2025-01-10", row("A", owner=ANN), row("B", owner="Bob")),
    )
    assert facts.rows("select deal_id, owner from fct_deals order by 1") == [("A", "Bob"), ("B", "Bob")]
    assert owners(facts) == ["Ann", "Bob"]


def test_the_same_id_in_another_crm_is_somebody_else():
    facts = built(
        users(("1", "Ann Lee"), crm="pipedrive", source_key="pd:people"),
        users(("1", "Carla"), crm="zoho", source_key="zoho:people"),
        deals("2025-01-10", row("A"), row("B", owner="Carla"), row("C", owner="1")),
    )
    assert owners(facts) == ["1", "Ann Lee", "Carla"]


def test_similar_names_without_an_id_stay_two():
    facts = built(
        File("people", [{"owner": "Ann Lee"}], crm="salesforce", source_key="sf:people"),
        File("people", [{"owner": "Ann Lee-Meyer"}], crm="salesforce", source_key="sf:people"),
        deals("2025-01-10", row("A")),
    )
    assert owners(facts) == ["Ann Lee", "Ann Lee-Meyer"]


@pytest.mark.parametrize(
    ("newer", "found"),
    [
        # An unrelated list of no known CRM that counts its rows from one, too.
        ([("1", "Carla"), ("2", "Dan"), ("3", "Eve")], ["Ann Lee", "Bob", "Carla", "Dan", "Eve"]),
        # The same list, a week later: the others are who they were.
        ([("1", "Ann Meyer"), ("2", "Bob"), ("3", "Eve")], ["Ann Meyer", "Bob", "Eve"]),
    ],
)
def test_a_list_of_no_known_crm_renames_only_where_it_is_the_same_list(newer, found):
    facts = built(
        users(("1", "Ann Lee"), ("2", "Bob"), crm=None, source_key="file:people:row"),
        users(*newer, crm=None, source_key="file:people:row"),
        deals("2025-01-10", row("A")),
    )
    assert owners(facts) == found


def test_a_list_of_no_known_crm_renames_whoever_kept_the_address():
    lists = [
        users(("1", name), crm=None, source_key="file:people:row", email="ann@example.org")
        for name in ("Ann Lee", "Ann Meyer")
    ]
    assert owners(built(*lists, deals("2025-01-10", row("A")))) == ["Ann Meyer"]


def test_an_id_with_two_names_in_one_list_renames_nobody():
    facts = built(
        users((ANN, "Ann Lee"), (ANN, "Team inbox")),
        users((ANN, "Ann Meyer")),
        deals("2025-01-10", row("A"), row("B", owner="Team inbox")),
    )
    assert owners(facts) == ["Ann Lee", "Ann Meyer", "Team inbox"]


def test_one_of_two_people_of_one_name_who_is_renamed_leaves_the_other_the_name():
    facts = built(
        users(("1", "Ann"), ("2", "Ann"), crm="pipedrive"),
        users(("1", "Ann"), ("2", "Ann Baker"), crm="pipedrive"),
        deals("2025-02-01", row("A", owner="1"), row("B", owner="2")),
    )
    assert facts.rows("select owner from fct_deals order by deal_id") == [("Ann",), ("Ann Baker",)]
    assert owners(facts) == ["Ann", "Ann Baker"]


def test_taking_the_newer_list_back_gives_the_old_name_back():
    from kpi_engine.ingest.undo import undo
    from kpi_engine.model.build import build
    from kpi_engine.storage.store import Store

    files = [users((ANN, "Ann Lee")), deals("2025-01-10", row("A")), users((ANN, "Ann Meyer"))]
    with Store.in_memory() as store:
        with store.transaction() as session:
            for number, file in enumerate(files, start=1):
                add(session, file, number)
            build(session)
        assert owners(store.read()) == ["Ann Meyer"]
        with store.transaction() as session:
            undo(session, 3)
            build(session)
        assert owners(store.read()) == ["Ann Lee"]


def test_a_name_written_last_name_first_is_the_same_person():
    facts = built(
        File("people", [{"owner": "Ann Lee", "team": "North"}], source_key="p"),
        deals("2025-01-10", row("A", owner="Lee, Ann"), row("B", owner="ANN LEE"), row("C", owner="Roe, Bo")),
        File("activities", [{"owner": "Bo Roe", "activity_type": "call", "occurred_at": "2025-01-03"}]),
    )
    assert facts.rows("select deal_id, owner, team from fct_deals order by 1") == [
        ("A", "Ann Lee", "North"), ("B", "Ann Lee", "North"), ("C", "Bo Roe", None),
    ]  # fmt: skip
