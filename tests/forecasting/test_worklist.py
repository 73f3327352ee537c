"""What must not slip, on small stores worked out by hand and on the sample with what is planted in it."""

from __future__ import annotations

import random
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import pytest

from kpi_engine.errors import UnknownName
from kpi_engine.forecasting.reasons import Why
from kpi_engine.forecasting.worklist import DEALS, Worklist, check_owners, worklist
from kpi_engine.metrics.query import measure
from kpi_engine.metrics.slice import Slice
from kpi_engine.storage.store import Store
from tests.conftest import PROJECT
from tests.model.raw import File, built, deals

NEWEST = date(2026, 8, 31)
PLANTED = ["D-11786", "D-11729", "D-11755", "D-11793", "D-11988", "D-11687", "D-11615"]
"""The overdue follow-ups of data/sample/README.md, in its order: by EV."""


def codes(found: Worklist) -> dict[str, set[str]]:
    """deal_id -> the codes of its reasons, of those that have any."""
    rows = found.slipping
    return {deal: {one.code.value for one in why} for deal, why in zip(rows["deal_id"], rows["reasons"], strict=True)}


def row(deal_id: str, **more: Any) -> dict[str, Any]:
    return {"deal_id": deal_id, "owner": "Ann", "stage": "Lead", "created_at": "2026-01-02", "amount": 100} | more


def days(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Rows as an import would type them."""
    typed = {"amount": float}
    return [
        {
            name: pd.Timestamp(value).to_pydatetime() if name.endswith("_at") and value else
            date.fromisoformat(value) if name.endswith("_date") and value else
            typed.get(name, lambda v: v)(value) if value is not None else None
            for name, value in one.items()
        }
        for one in rows
    ]  # fmt: skip


def test_the_planted_overdue_follow_ups_are_the_top_of_the_list(sample: Store) -> None:
    found = worklist(sample.read())
    top = found.slipping.head(len(PLANTED))
    assert top["deal_id"].tolist() == PLANTED
    assert all(why[0].code is Why.OVERDUE for why in top["reasons"])
    readme = (PROJECT / "data" / "sample" / "README.md").read_text(encoding="utf-8")
    for deal, why in zip(top["deal_id"], top["reasons"], strict=True):
        line = next(line for line in readme.splitlines() if line.startswith(f"| {deal} "))
        assert f"| {why[0].values['due']} | {why[0].values['last_contact']} |" in line


def test_the_far_ahead_charters_with_an_agreed_contact_are_not_on_it(sample: Store) -> None:
    exported = pd.read_csv(PROJECT / "data" / "sample" / "deals.csv")
    agreed = (exported["Status"] == "Open") & (exported["Next Step Date"] > "2026-08-31")
    ahead = exported[agreed & (exported["Delivery Date"] >= "2026-12-01")]["Deal ID"]
    assert len(ahead) == 273  # as the sample's README counts them
    assert not set(ahead) & set(worklist(sample.read(), with_own_chances=False).slipping["deal_id"])


@pytest.mark.parametrize("as_of", [NEWEST, date(2026, 3, 15)])
@pytest.mark.parametrize("owner", [None, "Aroha Keating"])
def test_what_is_at_stake_adds_up_to_expected_value(sample: Store, as_of: date, owner: str | None) -> None:
    ask = Slice(owners=(owner,) if owner else ())
    found = worklist(sample.read(), ask, as_of, with_own_chances=False).deals
    told = measure(sample.read(), ["expected_value", "open_deals"], ask, as_of=as_of).set_index("kpi")["value"]
    priced = found[~found["is_estimated"]]
    assert priced["expected_value_at_stake"].sum() == pytest.approx(told["expected_value"], abs=0.01)
    assert len(found) == told["open_deals"]


def test_the_lists_of_all_reps_make_the_list_of_the_team(sample: Store) -> None:
    session = sample.read()
    whole = worklist(session, with_own_chances=False)
    names = sorted(set(whole.deals["owner"]))
    parts = [worklist(session, Slice(owners=(name,)), with_own_chances=False) for name in names]
    joined = {deal: why for part in parts for deal, why in codes(part).items()}
    assert joined == codes(whole)
    assert all(set(part.deals["owner"]) == {name} for part, name in zip(parts, names, strict=True))
    assert worklist(session, Slice(is_nothing=True), with_own_chances=False).deals.empty


def test_an_earlier_day_knows_no_next_steps_that_only_a_later_export_tells(sample: Store) -> None:
    found = worklist(sample.read(), as_of=date(2026, 3, 15), with_own_chances=False)
    told = {one.code: one for one in found.looked}
    assert told[Why.NO_STEP].n == 0
    assert not any({"next_step_overdue", "no_next_step"} & why for why in codes(found).values())
    assert told[Why.LONG].n > 0


def test_the_own_chance_of_a_deal_stands_beside_its_stages(sample: Store) -> None:
    found = worklist(sample.read()).deals
    assert found["own_chance"].between(0, 1).all()
    assert found["own_chance"].nunique() > found["chance"].nunique()


def test_movers_gain_what_the_next_stage_gives_more(sample: Store) -> None:
    session = sample.read()
    chance = dict(session.rows("select stage, probability::double from dim_stage_probability"))
    movers = worklist(session, with_own_chances=False).movers
    gains = [
        value * (chance[after] - chance[stage])
        for value, stage, after in zip(movers["value"], movers["stage"], movers["next_stage"], strict=True)
    ]
    assert movers["gain"].tolist() == pytest.approx(gains)
    assert movers["gain"].is_monotonic_decreasing
    assert movers[movers["stage"] == "Verbal Yes"]["next_stage"].eq("Won - Booked").all()


STEPS = [
    row("due", next_step="Call", next_step_date="2026-03-01", last_activity_at="2026-02-10"),
    row("ahead", next_step="Call", next_step_date="2026-04-01"),
    row("none", amount=500),
]


def test_next_steps_are_those_of_the_newest_export_up_to_the_day() -> None:
    later = [row("due", next_step="Visit", next_step_date="2026-05-01"), row("ahead"), row("none", amount=500)]
    session = built(deals("2026-03-10", *days(STEPS)), deals("2026-04-10", *days(later)))
    first = codes(worklist(session, as_of=date(2026, 3, 10), with_own_chances=False))
    second = codes(worklist(session, with_own_chances=False))
    between = codes(worklist(session, as_of=date(2026, 4, 2), with_own_chances=False))
    assert first == {"due": {"next_step_overdue"}, "none": {"no_next_step"}}
    assert second == {"ahead": {"no_next_step"}, "none": {"no_next_step"}}
    assert between == {"due": {"next_step_overdue"}, "ahead": {"next_step_overdue"}, "none": {"no_next_step"}}


def test_an_export_without_the_column_never_makes_every_deal_lack_a_next_step() -> None:
    bare = [{k: v for k, v in one.items() if not k.startswith(("next", "last"))} for one in STEPS]
    found = worklist(built(deals("2026-03-10", *days(bare))), with_own_chances=False)
    assert found.slipping.empty
    assert {one.code for one in found.looked if one.n == 0} == set(Why)


def test_of_two_sources_only_the_one_with_the_column_is_looked_at() -> None:
    others = [row("other 1"), row("other 2")]
    session = built(deals("2026-03-10", *days(STEPS)), deals("2026-03-10", *days(others), source_key="second crm"))
    found = worklist(session, with_own_chances=False)
    assert set(codes(found)) == {"due", "none"}
    assert {one.code: (one.n, one.of) for one in found.looked}[Why.NO_STEP] == (3, 5)


def test_the_order_of_the_rows_in_the_file_changes_nothing() -> None:
    rows = [
        row(f"d{i}", amount=100 * (i % 4) or None, next_step_date="2026-03-01" if i % 2 else None) for i in range(9)
    ]
    plain = worklist(built(deals("2026-03-10", *days(rows))), with_own_chances=False).deals
    for seed in range(3):
        shuffled = random.Random(seed).sample(rows, len(rows))
        again = worklist(built(deals("2026-03-10", *days(shuffled))), with_own_chances=False).deals
        pd.testing.assert_frame_equal(again, plain)
    stakes = plain["expected_value_at_stake"].dropna().tolist()
    assert stakes == sorted(stakes, reverse=True)


def test_a_deal_without_an_amount_is_valued_as_such_deals_are_won_and_marked() -> None:
    won = [
        row(f"w{i}", stage="Won", status="won", closed_at=f"2026-02-{i:02}", amount=100 * i, product="Tour")
        for i in range(1, 6)
    ]
    session = built(
        deals("2026-03-10", *days([*won, row("open", amount=None, product="Tour"), row("told", amount=70)]))
    )
    found = worklist(session, with_own_chances=False).deals.set_index("deal_id")
    assert (found.loc["open", "value"], found.loc["open", "is_estimated"]) == (300.0, True)  # mean of 100 … 500
    assert np.isnan(found.loc["open", "amount"])
    assert (found.loc["told", "value"], found.loc["told", "is_estimated"]) == (70.0, False)
    assert found.loc["open", "expected_value_at_stake"] == pytest.approx(300 * found.loc["open", "chance"])


def test_a_date_moved_later_three_times_is_told_from_the_exports() -> None:
    ends = ["2026-04-01", "2026-05-01", "2026-06-01", "2026-07-01"]
    exports = [
        deals(
            f"2026-03-{1 + 7 * i:02}",
            *days([row("pushed", expected_close_date=end), row("kept", expected_close_date=ends[0])]),
        )
        for i, end in enumerate(ends)
    ]
    assert codes(worklist(built(*exports), with_own_chances=False)) == {"pushed": {"expected_close_pushed"}}
    assert codes(worklist(built(*exports[:3]), with_own_chances=False)) == {}


def test_a_planned_activity_is_an_agreed_contact_and_a_past_one_a_contact() -> None:
    work = [
        {"activity_id": "1", "deal_id": "due", "owner": "Ann", "activity_type": "Call", "done": False,
         "occurred_at": pd.Timestamp("2026-03-12").to_pydatetime()},
        {"activity_id": "2", "deal_id": "none", "owner": "Ann", "activity_type": "Call", "done": True,
         "occurred_at": pd.Timestamp("2026-03-02").to_pydatetime()},
    ]  # fmt: skip
    found = worklist(built(deals("2026-03-10", *days(STEPS)), File("activities", work)), with_own_chances=False)
    assert codes(found) == {"none": {"no_next_step"}}
    contacts = found.deals.set_index("deal_id")["last_contact"]
    assert (contacts["due"], contacts["none"]) == (date(2026, 2, 10), date(2026, 3, 2))


def test_an_empty_store_has_an_empty_list() -> None:
    with Store.in_memory() as store:
        found = worklist(store.read())
    assert (found.as_of, list(found.deals), len(found.slipping), len(found.movers)) == (None, list(DEALS), 0, 0)


def test_somebody_nobody_knows_is_answered_with_the_nearest_name(sample: Store) -> None:
    with pytest.raises(UnknownName, match=r"No rep is called 'Aroha Keatin'\. Did you mean 'Aroha Keating'\?"):
        check_owners(sample.read(), ("Aroha Keatin",))
    check_owners(sample.read(), ("Aroha Keating", ""))
