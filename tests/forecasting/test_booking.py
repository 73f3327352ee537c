"""The books are those a loop over every deal gives, and nothing in a curve was not known yet."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest

from kpi_engine.forecasting.booking import CURVE, Basis, basis_of, booking_curve, books_of, ledger
from kpi_engine.forecasting.months_ahead import forecast
from kpi_engine.forecasting.planner import plan
from kpi_engine.metrics.query import measure
from kpi_engine.metrics.slice import Slice
from kpi_engine.periods import month, month_add
from kpi_engine.storage.store import Store
from tests.forecasting.harbour import LAST, deals, exported
from tests.model.raw import File, built, history
from tests.model.raw import deals as raw_deals

KNOWN_THEN = [name for name in CURVE if name != "expected_value"]
"""EV is at the table in force on the day looked from, which may be a stand-in of today; all else was known then."""


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    with exported(tmp_path_factory.mktemp("harbour"), deals(1), LAST) as opened:
        yield opened


def slow_books(made, target, day, owner=None):
    """Won and open value for the deliveries of a month at the end of a day, deal by deal."""
    won = still_open = 0
    for deal in made:
        steps = deal.until(day)
        if month(deal.delivery) != month(target) or not steps or owner not in (None, deal.owner):
            continue
        won += deal.amount if steps[-1][1] == "Won" else 0
        still_open += deal.amount if steps[-1][1] in ("Enquiry", "Proposal") else 0
    return won, still_open


@pytest.mark.parametrize("as_of", [LAST, date(2025, 4, 12), date(2024, 2, 29)])
@pytest.mark.parametrize("owner", [None, "Ann"])
def test_the_books_at_each_cutoff_are_those_of_a_loop_over_every_deal(store, as_of, owner):
    made = deals(1)
    ask = Slice(owners=(owner,)) if owner else Slice()
    for target in (as_of, month_add(as_of, 3), month_add(as_of, -6)):
        curve = booking_curve(store.read(), target, ask, as_of)
        assert list(curve["months_ahead"]) == list(range(12, -1, -1))
        for row in curve.to_dict("records"):
            if row["status"] == "no_data":
                assert row["date"] > as_of or row["date"] < date(2023, 2, 1)
                assert np.isnan(row["booked"])
                continue
            assert (row["booked"], row["open_value"]) == slow_books(made, target, row["date"], owner), row
            if not np.isnan(row["last_year"]):
                before = month_add(month(row["date"]).start, -12)
                day = month(before).end if month(as_of).end == as_of else month_add(row["date"], -12)
                assert row["last_year"] == slow_books(made, month_add(target, -12), day, owner)[0]


def test_last_years_curve_is_there_for_leads_that_lie_ahead(store):
    curve = booking_curve(store.read(), date(2025, 9, 1), as_of=LAST)
    ahead = curve[curve["date"] > LAST]
    assert ahead["last_year"].notna().all()
    assert list(ahead["status"]) == ["no_data"] * 3


@pytest.mark.parametrize("with_delivery", [True, False], ids=["by delivery", "by expected close"])
@pytest.mark.parametrize("cutoff", [date(2024, 12, 31), date(2025, 3, 17)])
def test_what_happened_after_the_cutoff_changes_no_row_of_a_curve(tmp_path, with_delivery, cutoff):
    made = deals(7)
    with (
        exported(tmp_path / "later", made, LAST, with_delivery=with_delivery) as later,
        exported(tmp_path / "then", made, cutoff, with_delivery=with_delivery) as then,
    ):
        for target in (month_add(cutoff, 2), cutoff, month_add(cutoff, -1)):
            seen_later = booking_curve(later.read(), target, as_of=cutoff)[KNOWN_THEN]
            pd.testing.assert_frame_equal(seen_later, booking_curve(then.read(), target, as_of=cutoff)[KNOWN_THEN])
            assert seen_later["booked"].notna().any()


def test_without_delivery_dates_a_deal_belongs_to_the_month_it_is_expected_or_won_in(tmp_path):
    with exported(tmp_path, deals(2), LAST, with_delivery=False) as store:
        session = store.read()
        assert basis_of(session) is Basis.EXPECTED
        found = ledger(session)
        row = found.row(date(2025, 5, 1))
        won = measure(session, ["won_value"], date_from=date(2025, 5, 1), date_to=date(2025, 5, 31))["value"].iloc[0]
        assert found.won[row, found.newest] == won
        assert found.won[row, :row].max() == 0  # nothing closes before its month


@pytest.mark.parametrize("later", [(), ("Lost",), ("Lost", "Won")], ids=["stays", "lost", "lost and won again"])
def test_an_order_belongs_to_the_month_it_was_won_in_whatever_became_of_it_later(later):
    steps = [("2025-01-02", "Talk"), ("2025-01-20", "Won"), ("2025-04-10", "Paid")]
    steps += list(zip(("2025-06-10", "2025-06-20"), later, strict=False))
    stage, status = steps[-1][1], "lost" if later == ("Lost",) else "won"
    kinds = [
        {"stage": name, "stage_order": i, "kind": kind}
        for i, (name, kind) in enumerate([("Talk", "open"), ("Won", "won"), ("Paid", "paid"), ("Lost", "lost")])
    ]
    session = built(
        raw_deals("2025-06-30", {"deal_id": "a", "stage": stage, "status": status, "owner": "Ann", "amount": 100,
                                 "created_at": "2025-01-02", "closed_at": steps[-1][0] if later else "2025-01-20"}),
        history(*(("a", day, name) for day, name in steps)),
        File("stages", kinds),
    )  # fmt: skip

    def won_on(day):
        found = ledger(session, as_of=day)
        return {name: value for name, value in zip(found.months, found.won[:, found.newest], strict=True) if value}

    assert won_on(date(2025, 4, 30)) == {date(2025, 1, 1): 100}
    at_the_end = {(): {date(2025, 1, 1): 100}, ("Lost",): {}, ("Lost", "Won"): {date(2025, 6, 1): 100}}
    assert won_on(date(2025, 6, 30)) == at_the_end[later]


def test_all_that_is_open_or_won_is_on_the_books_of_some_month(store):
    session = store.read()
    found = ledger(session)
    total, won = measure(session, ["total_value", "won_value"])["value"]
    assert found.open_value[:, -1].sum() == pytest.approx(total)
    assert found.won[:, -1].sum() == pytest.approx(won)
    assert sum(found.open_by.values())[:, -1].sum() == pytest.approx(total)


def test_a_forecast_is_made_only_from_months_that_were_over(store):
    found = ledger(store.read(), as_of=LAST)
    books = books_of(found)
    newest = found.newest
    assert np.isnan(books.settled[newest:]).all()
    assert np.isfinite(books.provisional[newest])
    assert np.isnan(books_of(ledger(store.read(), as_of=date(2025, 6, 12))).provisional).all()


def test_what_is_booked_ahead_is_what_the_books_hold_of_later_months(store):
    session = store.read()
    for as_of in (LAST, date(2024, 9, 30)):
        found = ledger(session, as_of=as_of)
        kpi = measure(session, ["booked_ahead"], as_of=as_of).iloc[0]
        assert kpi["value"] == pytest.approx(found.won[found.newest + 1 :, -1].sum())
        assert kpi["n"] == found.won_deals[found.newest + 1 :, -1].sum()


def test_nothing_imported_gives_an_empty_curve():
    with Store.in_memory() as store:
        assert booking_curve(store.read(), date(2026, 1, 1)).empty
        assert list(booking_curve(store.read(), date(2026, 1, 1)).columns) == list(CURVE)


def test_a_month_that_is_over_comes_to_what_is_booked_for_it(store):
    over = booking_curve(store.read(), LAST).iloc[-1]
    assert (over["months_ahead"], over["forecast"], over["lower"], over["upper"]) == (0, *[over["booked"]] * 3)


SAID = ["value", "lower", "upper"]


@pytest.fixture(scope="module")
def by_close(tmp_path_factory):
    """No delivery dates, and enough wins a month to forecast: five times the harbour's deals."""
    with exported(tmp_path_factory.mktemp("by_close"), deals(3, 1200), LAST, with_delivery=False) as opened:
        yield opened


@pytest.mark.parametrize("as_of", [LAST, date(2025, 4, 12), date(2030, 1, 1)])
def test_without_delivery_dates_a_month_has_one_answer_the_forecasts(by_close, as_of):
    session = by_close.read()
    said = forecast(session, as_of=as_of, horizon=11)
    for row in said.iloc[[0, 1, 11]].to_dict("records"):
        curve = booking_curve(session, row["month"], as_of=as_of)
        now = curve[curve["booked"].notna()].iloc[-1]
        assert now["date"] == min(as_of, LAST)
        assert [now["forecast"], now["lower"], now["upper"]] == pytest.approx([row[name] for name in SAID])
        assert (now["n"], now["status"]) == (row["n"], row["status"]) == (row["n"], "ok")


def test_a_forecast_on_an_earlier_curve_point_is_the_one_of_that_day(by_close):
    session = by_close.read()
    curve = booking_curve(session, date(2025, 6, 30)).set_index("months_ahead")
    for lead in (1, 2, 5, 11):
        then = forecast(session, as_of=curve.loc[lead, "date"], horizon=lead - 1).iloc[-1]
        assert then["month"] == date(2025, 6, 1)
        assert [curve.loc[lead, name] for name in ("forecast", "lower", "upper")] == pytest.approx(
            [then[name] for name in SAID]
        )
    assert curve.loc[0, "forecast"] == curve.loc[0, "booked"]  # the month is over


def test_where_the_forecast_says_too_few_the_curve_says_so_too(tmp_path):
    with exported(tmp_path, deals(2), LAST, with_delivery=False) as store:
        said = forecast(store.read()).iloc[0]
        assert said["status"] == "too_few"
        curve = booking_curve(store.read(), said["month"])
        now = curve[curve["booked"].notna()].iloc[-1]
        assert (now["status"], now["n"], bool(np.isnan(now["forecast"]))) == ("too_few", said["n"], True)


def test_the_plan_names_what_the_booking_curve_says_of_its_month(store, by_close):
    for opened in (store, by_close):
        for ahead in (1, 5, 12):
            target = month_add(month(LAST).start, ahead)
            curve = booking_curve(opened.read(), target)
            now = curve[curve["booked"].notna()].iloc[-1]
            found = plan(opened.read(), target, 100_000)
            told = [found.heading_for, found.heading_for_lower, found.heading_for_upper]
            if np.isnan(now["forecast"]):
                assert told == [None] * 3
            else:
                assert told == pytest.approx([now["forecast"], now["lower"], now["upper"]])
