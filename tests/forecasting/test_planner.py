"""A plan counts back from its month by what won deals took, and asks for no more than is missing."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest

from kpi_engine.errors import TidelineError
from kpi_engine.forecasting.booking import Basis
from kpi_engine.forecasting.planner import plan
from kpi_engine.metrics.slice import Slice
from kpi_engine.storage.store import Session, Store
from tests.forecasting.harbour import LAST, deals, exported
from tests.model.raw import built
from tests.model.raw import deals as raw_deals

TARGET = date(2025, 12, 1)


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    with exported(tmp_path_factory.mktemp("harbour"), deals(1), LAST) as opened:
        yield opened


def ended_since(made, since):
    """Deals that are won or lost at the end, and became so since a day."""
    return [d for d in made if d.steps[-1][1] in ("Won", "Lost") and d.steps[-1][0] >= since]


def test_what_has_to_come_in_is_what_is_missing_over_the_share_that_is_won(store):
    made = deals(1)
    found = plan(store.read(), TARGET, 200_000)
    decided = ended_since(made, date(2023, 6, 30))
    won = [d for d in decided if d.steps[-1][1] == "Won"]
    share = sum(d.amount for d in won) / sum(d.amount for d in decided)
    assert found.basis is Basis.DELIVERY
    assert found.n_won == len(won)
    assert found.win_share == pytest.approx(share)
    assert found.win_share_lower < share < found.win_share_upper
    assert found.missing == pytest.approx(200_000 - found.booked - found.expected_value)
    assert found.value_needed == pytest.approx(found.missing / share)
    assert found.value_needed_lower < found.value_needed < found.value_needed_upper
    average = np.mean([d.amount for d in won])
    assert found.deals_needed == np.ceil(found.missing / average / (len(won) / len(decided)))
    assert found.status == "ok"


def decided(lost_with_amount: int, worth: int = 100) -> Session:
    """25 deals won at 100 each and 75 lost, of which some carry an amount."""

    def deal(name: str, i: int, status: str, amount: int | None) -> dict[str, object]:
        return {"deal_id": f"{name}{i}", "stage": status.title(), "status": status, "owner": "Ann", "amount": amount,
                "created_at": f"2025-01-{1 + i % 28:02}", "closed_at": f"2025-03-{1 + i % 28:02}"}  # fmt: skip

    won = [deal("w", i, "won", 100) for i in range(25)]
    lost = [deal("l", i, "lost", worth if i < lost_with_amount else None) for i in range(75)]
    return built(raw_deals("2025-03-31", *won, *lost))


@pytest.mark.parametrize("lost_with_amount", [0, 1, 37])
def test_few_lost_deals_with_an_amount_say_nothing_of_the_share_that_is_won(lost_with_amount):
    found = plan(decided(lost_with_amount), date(2025, 8, 1), 10_000)
    # 25 of 100 are won; at 100 each, 10,000 takes 100 won ones.
    assert (found.win_share, found.value_needed, found.deals_needed) == (0.25, 40_000, 400)
    assert found.win_share_lower < 0.25 < found.win_share_upper


@pytest.mark.parametrize("worth", [50, 100, 400])
def test_value_and_deals_needed_rest_on_the_same_deals(worth):
    found = plan(decided(50, worth), date(2025, 8, 1), 10_000)
    # 2,500 of it was won, over 25 + 50 deals with an amount: three such deals bring 100.
    assert found.win_share == pytest.approx(2_500 / (2_500 + 50 * worth))
    assert found.value_needed == pytest.approx(10_000 / found.win_share)
    assert found.deals_needed == 300
    assert found.value_needed / found.deals_needed == pytest.approx((2_500 + 50 * worth) / 75)


def test_each_step_is_counted_back_by_what_won_deals_took(store):
    won = [d for d in ended_since(deals(1), date(2023, 6, 30)) if d.steps[-1][1] == "Won"]
    steps = plan(store.read(), TARGET, 200_000).steps.set_index("step")
    landing = date(2025, 12, 15)
    for step, began in (
        ("new_deals", lambda d: d.steps[0][0]),
        ("orders", lambda d: d.steps[-1][0]),
    ):
        days = [(d.delivery - began(d)).days for d in won if d.delivery >= began(d)]
        row = steps.loc[step]
        assert row["n"] == len(days)
        assert row["latest"] == landing - timedelta(days=int(np.ceil(np.quantile(days, 0.5))))
        assert row["start"] == landing - timedelta(days=int(np.ceil(np.quantile(days, 0.8))))
    assert steps.loc["new_deals", "is_past"] == (steps.loc["new_deals", "latest"] < LAST)
    dated = steps["latest"].dropna()
    assert list(dated.index)[-1] == "month"
    assert dated.is_monotonic_increasing
    assert steps.loc["first_meetings", "status"] == "no_data"  # no activities were imported


def test_a_higher_target_asks_for_more_and_a_met_one_for_nothing(store):
    session = store.read()
    low, high = (plan(session, TARGET, target) for target in (150_000, 300_000))
    assert high.value_needed > low.value_needed
    assert high.deals_needed > low.deals_needed
    assert list(high.steps["latest"]) == list(low.steps["latest"])
    met = plan(session, TARGET, 0)
    assert (met.missing, met.value_needed, met.deals_needed) == (0, 0, 0)


def test_too_few_won_deals_are_a_status_and_none_no_date(tmp_path):
    made = [d for d in deals(4) if d.steps[-1][1] != "Won"]
    few = [d for d in deals(4) if d.steps[-1][1] == "Won"][:9]
    with exported(tmp_path / "few", made + few, LAST) as store:
        found = plan(store.read(), TARGET, 100_000)
        assert (found.status, found.n_won) == ("too_few", 9)
        assert set(found.steps.set_index("step").loc[["new_deals", "orders"], "status"]) == {"too_few"}
    with exported(tmp_path / "none", made, LAST) as store:
        found = plan(store.read(), TARGET, 100_000)
        assert (found.status, found.value_needed, found.deals_needed, found.in_time) == ("no_data", None, None, None)
        assert found.steps["latest"].notna().sum() == 1  # the month itself


def test_what_happened_after_the_day_looked_from_changes_no_plan(tmp_path):
    made, cutoff = deals(5), date(2025, 1, 31)
    with exported(tmp_path / "later", made, LAST) as later, exported(tmp_path / "then", made, cutoff) as then:
        one, other = (plan(s.read(), date(2025, 7, 1), 1e6, as_of=cutoff) for s in (later, then))
        assert one.steps["latest"].equals(other.steps["latest"])
        names = ("booked", "open_value", "win_share", "win_share_lower", "n_won", "in_time")
        assert [getattr(one, name) for name in names] == [getattr(other, name) for name in names]


def test_a_plan_without_files_or_below_nought_says_why_not(store):
    with Store.in_memory() as empty, pytest.raises(TidelineError, match="Nothing was imported yet"):
        plan(empty.read(), TARGET, 1000)
    with pytest.raises(TidelineError, match="A target is 0 or more"):
        plan(store.read(), TARGET, -1)


def test_a_slice_plans_with_its_own_deals(store):
    whole, one = plan(store.read(), TARGET, 1e5), plan(store.read(), TARGET, 1e5, Slice(owners=("Ann",)))
    assert 0 < one.n_won < whole.n_won
    assert one.open_value < whole.open_value
