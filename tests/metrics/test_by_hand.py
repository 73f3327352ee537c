"""Every KPI against a query somebody wrote by hand, on the same few hundred deals, whole and cut."""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from functools import cache

import pandas as pd
import pytest

from kpi_engine.metrics.dimensions import DIMENSIONS, dimensions_of
from kpi_engine.metrics.query import measure
from kpi_engine.metrics.registry import METRICS
from kpi_engine.metrics.slice import Slice
from kpi_engine.names import ACTIVITY_TYPES
from tests.metrics.facts import store_of

AGGREGATED = [name for name, metric in METRICS.items() if dimensions_of(metric)]
"""A Computed KPI, and what stands on one, has its second implementation beside the tests of the function behind it."""

AS_OF = date(2026, 6, 30)
OWNERS = ["Ann", "Bo", None]
MEASURED_AT = [
    (None, None),
    (date(2026, 2, 1), date(2026, 3, 31)),
    (date(2026, 5, 1), None),
]

_WON = """from fct_deals where status = 'won' and ($owner is null or coalesce(owner, '') = $owner)
    and (($since is null and $until is null) or closed_date is not null)
    and ($since is null or closed_date >= $since::date) and ($until is null or closed_date <= $until::date)"""
_LOST = _WON.replace("'won'", "'lost'")
_DATED = _WON.replace("status = 'won'", "true").replace("closed_date", "created_date")
_NEW = f"{_DATED} and created_date is not null"
_OPEN = """from fct_pipeline_day f left join dim_stage_probability p on p.stage = f.stage
    where change_date <= least(coalesce($until::date, $at::date), $at::date)
    and ($owner is null or coalesce(owner, '') = $owner)"""
_DONE = _DATED.replace("created_date", "occurred_date").replace("fct_deals", "fct_activities")
_HELD = "and activity_type in ('meeting', 'visit', 'hosted_visit') and (is_done or is_done is null)"
_DIAL = "and activity_type = 'call' and is_done is distinct from false and is_inbound is distinct from true"
_BOOKED = "and activity_type in ('meeting', 'visit', 'hosted_visit') and is_due = true"
_WORKED = "and is_done is distinct from false"
_ADDED = _DATED.replace("fct_deals", "fct_contacts") + " and created_date is not null"
_CYCLE = f"(select avg(cycle_days) {_WON})"
_RATE = f"((select count(*) {_WON}) / ((select count(*) {_WON}) + (select count(*) {_LOST})))"

_STEP = """from fct_steps where ($owner is null or coalesce(owner, '') = $owner)
    and ($since is null or step_date >= $since::date) and ($until is null or step_date <= $until::date)"""
_RANKS = {"prospect": 1, "lead": 2, "qualified": 3, "proposal": 4, "won": 6}


def _conversion(name: str) -> dict[str, str]:
    """A conversion and its two parts, from the step before and the step after alone."""
    low, high = (_RANKS[part] for part in name.split("_to_"))
    before = " or ".join(f"had = {rank}" for rank in range(low, high))
    short = ", ".join(map(str, range(high)))
    on = f"select count(*) {_STEP} and ({before}) and has not in ({short}) and is_lost = false"
    lost = f"select count(*) {_STEP} and ({before}) and is_lost"
    return {
        name: f"select ({on})::double / nullif(({on}) + ({lost}), 0)",
        f"{name}_moved_on": on,
        f"{name}_decided": f"select ({on}) + ({lost})",
    }


_STAYED = _STEP.replace("fct_steps", "fct_stays").replace("step_date", "left_date")
_SLIPPED = _STEP.replace("fct_steps", "fct_expected_dates").replace("step_date", "slipped_date")
_PUSHED = _SLIPPED.replace("slipped_date", "pushed_date")

BY_HAND = {
    **_conversion("prospect_to_lead"),
    **_conversion("lead_to_qualified"),
    **_conversion("prospect_to_qualified"),
    **_conversion("lead_to_proposal"),
    **_conversion("qualified_to_proposal"),
    **_conversion("proposal_to_won"),
    "days_in_stage_total": f"select coalesce(sum(left_date - entered_date), 0) {_STAYED} and left_date is not null",
    "stays_finished": f"select count(left_date) {_STAYED}",
    "time_in_stage": f"select avg(left_date - entered_date) {_STAYED}",
    "slipped_value": f"select coalesce(sum(amount), 0) {_SLIPPED} and slipped_date is not null",
    "pushed_deals": f"select count(*) from (select distinct deal_key {_PUSHED} and pushed_date is not null)",  # noqa: S608
    "pushed_value": f"select coalesce(sum(amount), 0) {_PUSHED} and pushed_date is not null",
    "total_value": f"select coalesce(sum(amount_change), 0) {_OPEN}",
    "expected_value": f"select coalesce(sum(amount_change * p.probability), 0) {_OPEN}",
    "ev_tv_ratio": f"select sum(amount_change * p.probability)::double / sum(amount_change)::double {_OPEN}",
    "open_deals": f"select coalesce(sum(deals_change), 0) {_OPEN}",
    "deals_without_amount": f"select coalesce(sum(deals_without_amount_change), 0) {_OPEN}",
    "new_deals": f"select count(*) {_NEW}",
    "new_value": f"select coalesce(sum(amount), 0) {_NEW}",
    "won_deals": f"select count(*) {_WON}",
    "won_value": f"select coalesce(sum(amount), 0) {_WON}",
    "won_deals_with_amount": f"select count(*) {_WON} and amount is not null",
    "lost_deals": f"select count(*) {_LOST}",
    "lost_value": f"select coalesce(sum(amount), 0) {_LOST}",
    "closed_deals": f"select (select count(*) {_WON}) + (select count(*) {_LOST})",
    "closed_value": f"select (select coalesce(sum(amount), 0) {_WON}) + (select coalesce(sum(amount), 0) {_LOST})",
    "win_rate": f"select {_RATE}",
    "win_rate_value": f"with w as (select sum(amount)::double as won {_WON}), "  # noqa: S608 (all of it is written above)
    f"b as (select sum(amount)::double as lost {_LOST}) select won / (won + lost) from w, b",
    "pickup": "select case when count(amount) = 0 or count(case when amount is not null then delivery_date end) > 0 "
    "then coalesce(sum(case when year(delivery_date) * 12 + month(delivery_date) "
    f"> year(closed_date) * 12 + month(closed_date) then amount end), 0) end {_WON}",
    "average_won_value": f"select avg(amount)::double {_WON}",
    "cycle_days": f"select {_CYCLE}",
    "cycle_days_total": f"select coalesce(sum(cycle_days), 0) {_WON}",
    "won_deals_with_cycle": f"select count(cycle_days) {_WON}",
    "velocity_value": f"select (select sum(deals_change) {_OPEN}) * (select avg(amount)::double {_WON}) * {_RATE}",
    "sales_velocity": f"select (select sum(deals_change) {_OPEN}) * (select avg(amount)::double {_WON}) * {_RATE} "
    f"/ {_CYCLE}",
    "activities": f"select count(*) {_DONE}",
    "meetings_held": f"select count(*) {_DONE} {_HELD}",
    "qualified_meetings": f"select count(*) {_DONE} {_HELD} and qualification not in ('not_qualified', 'unknown')",
    "qualified_rate": f"select (select count(*) {_DONE} {_HELD} and qualification not in ('not_qualified', 'unknown')) "
    f"/ (select count(*) {_DONE} {_HELD})",
    "qualified_by_rule": f"select count(*) {_DONE} {_HELD} and qualification = 'qualified'",
    "hosted_visits_held": f"select count(*) {_DONE} {_HELD} and qualification = 'hosted_visit'",
    "allowed_exceptions": f"select count(*) {_DONE} {_HELD} and qualification = 'allowed_exception'",
    "not_qualified_meetings": f"select count(*) {_DONE} {_HELD} and qualification = 'not_qualified'",
    "unknown_meetings": f"select count(*) {_DONE} {_HELD} and qualification = 'unknown'",
    "exception_rate": f"select avg((qualification = 'allowed_exception')::int) {_DONE} {_HELD}",
    "hosted_visit_rate": f"select avg((qualification = 'hosted_visit')::int) {_DONE} {_HELD}",
    "meetings_booked": f"select count(*) {_DONE} {_BOOKED}",
    "held_rate": f"select (select count(*) {_DONE} {_HELD}) / (select count(*) {_DONE} {_BOOKED})",
    "dials": f"select count(*) {_DONE} {_DIAL}",
    "dials_told": f"select count(*) {_DONE} {_DIAL} and is_reached is not null",
    "connects": f"select count(*) {_DONE} {_DIAL} and is_reached",
    "connect_rate": f"select avg(is_reached::int) {_DONE} {_DIAL}",
    "outcomes_told": f"select count(*) {_DONE} and is_success is not null",
    "successes": f"select count(*) {_DONE} and is_success",
    "success_rate": f"select avg(is_success::int) {_DONE}",
    "activities_done": f"select count(*) {_DONE} {_WORKED}",
    "activity_hours": f"select sum(minutes) / 60 {_DONE} {_WORKED}",
    "social_hours": f"select sum(minutes) / 60 {_DONE} {_WORKED} and activity_type = 'social'",
    "won_value_per_activity": f"select (select sum(amount)::double {_WON}) / (select count(*) {_DONE} {_WORKED})",
    "won_value_per_hour": f"select (select sum(amount)::double {_WON}) / (select sum(minutes) / 60 {_DONE} {_WORKED})",
    "won_value_per_qualified_meeting": f"select (select sum(amount)::double {_WON}) / "
    f"(select count(*) {_DONE} {_HELD} and qualification not in ('not_qualified', 'unknown'))",
    "contacts_added": f"select count(*) {_ADDED}",
    "executive_contacts_added": f"select count(*) {_ADDED} and is_executive",
    "calls": f"select count(*) {_DONE} and activity_type = 'call'",
    "emails": f"select count(*) {_DONE} and activity_type = 'email'",
    "meetings": f"select count(*) {_DONE} and activity_type = 'meeting'",
    "visits": f"select count(*) {_DONE} and activity_type = 'visit'",
    "hosted_visits": f"select count(*) {_DONE} and activity_type = 'hosted_visit'",
    "social_touches": f"select count(*) {_DONE} and activity_type = 'social'",
    "proposals": f"select count(*) {_DONE} and activity_type = 'proposal'",
    "tasks": f"select count(*) {_DONE} and activity_type = 'task'",
    "notes": f"select count(*) {_DONE} and activity_type = 'note'",
    "other_activities": f"select count(*) {_DONE} and activity_type = 'other'",
}


def _moves(chance: random.Random, day: Callable[[int], date]) -> tuple[list[dict[str, object]], ...]:
    """Steps, stays and expected dates of some hundred deals."""
    steps, stays, dates = [], [], []
    for i in range(900):
        deal = {"deal_key": i % 300, "owner": chance.choice(OWNERS)}
        had, when, length = chance.randrange(0, 6), chance.randrange(0, 181), chance.randrange(0, 60)
        is_lost = had > 0 and chance.random() < 0.4
        further = had if is_lost else chance.randrange(had + 1, 8)
        steps.append(deal | {"step_date": day(when), "had": had, "has": further, "is_lost": is_lost})
        left = None if when + length > 180 else day(when + length)
        state = deal | {"stage": chance.choice(["Lead", "Offer"])}
        stays.append(state | {"entered_date": day(when), "left_date": left, "days": length if left else None})
        dates.append(
            state
            | {
                "amount": Decimal(chance.randrange(0, 1_000_000)) / 100,
                "change_date": day(when),
                "slipped_date": chance.choice([left, None]),
                "pushed_date": chance.choice([day(when), None]),
                "is_told": True,
            }
        )
    return steps, stays, dates


def _facts() -> dict[str, list[dict[str, object]]]:
    """Half a year of deals and activities, the same every time."""
    chance = random.Random(7)
    first = date(2026, 1, 1)

    def day(n: int) -> date:
        return first + timedelta(days=n)

    deals, daily, activities, changes, entered = [], [], [], [], []
    for i in range(400):
        created, length = chance.randrange(0, 150), chance.randrange(1, 90)
        status = chance.choice(["open", "won", "lost", "gone"])
        amount = chance.choice([None, Decimal(chance.randrange(0, 1_000_000)) / 100])
        owner, stage = chance.choice(OWNERS), chance.choice(["Lead", "Offer"])
        end = None if status == "open" or created + length > 180 else day(created + length)
        cuts = {"owner": owner, "team": "East" if owner == "Ann" else None, "source": chance.choice(["Web", None])}
        no_date = chance.random() < 0.05
        deals.append(
            cuts
            | {
                "deal_id": f"d{i}",
                "status": status,
                "amount": amount,
                "stage": stage,
                "created_date": None if no_date else day(created),
                "closed_date": end,
                "delivery_date": end + timedelta(days=i % 120) if end and i % 3 else None,
                "cycle_days": length if end and not no_date else None,
            }
        )
        change = cuts | {"pipeline": None, "stage": stage, "evidence": "history", "is_undated": False}
        state = cuts | {"deal_id": f"d{i}", "stage": stage, "amount": amount}
        changes.append(state | {"change_date": day(created), "left_date": end, "kind": "open"})
        changes += [state | {"change_date": end, "kind": status}] if end else []
        entered += [
            {"deal_id": f"d{i}", "sequence": n, "entered_date": change["change_date"], "kind": change["kind"]}
            for n, change in enumerate(changes[-2:] if end else changes[-1:])
        ]
        for when, sign in ((day(created), 1), (end, -1)):
            if when is not None:
                daily.append(
                    change
                    | {
                        "change_date": when,
                        "amount_change": sign * (amount or 0),
                        "deals_change": sign,
                        "deals_without_amount_change": sign * (amount is None),
                    }
                )
    steps, stays, dates = _moves(chance, day)
    for i in range(3000):
        activities.append(
            {
                "activity_id": f"a{i}",
                "owner": chance.choice(OWNERS),
                "activity_type": chance.choice(ACTIVITY_TYPES),
                "occurred_date": chance.choice([day(chance.randrange(0, 181)), day(chance.randrange(0, 181)), None]),
                "qualification": chance.choice(
                    ["qualified", "hosted_visit", "allowed_exception", "not_qualified", "unknown"]
                ),
                "is_done": chance.choice([True, False, None]),
                "is_due": chance.choice([True, True, False]),
                "is_inbound": chance.choice([True, False, None]),
                "is_reached": chance.choice([True, False, None]),
                "is_success": chance.choice([True, False, None]),
                "minutes": chance.choice([None, 10, 25.5, 90]),
            }
        )
    people = [
        {
            "owner": chance.choice(OWNERS),
            "created_date": chance.choice([None, day(chance.randrange(0, 181)), day(chance.randrange(0, 181))]),
            "level": level,
            "is_executive": level == "CEO",
        }
        for level in chance.choices(["CEO", "Clerk", None], k=300)
    ]
    return {
        "fct_deals": deals,
        "fct_pipeline_day": daily,
        "fct_changes": changes,
        "fct_transitions": entered,
        "fct_activities": activities,
        "fct_contacts": people,
        "fct_steps": steps,
        "fct_stays": stays,
        "fct_expected_dates": dates,
        "dim_stage_probability": [
            {"pipeline": "", "stage": s, "probability": p} for s, p in (("Lead", "0.123457"), ("Offer", "0.6"))
        ],
    }


@pytest.fixture(scope="module")
def session():
    with store_of(_facts(), AS_OF) as store:
        yield store.read()


def by_hand(session, name, since=None, until=None, owner=None):
    value = session.value(BY_HAND[name], {"since": since, "until": until, "owner": owner, "at": AS_OF})
    return math.nan if value is None else float(value)


def alike(found, expected):
    return found == pytest.approx(expected, nan_ok=True, rel=1e-9, abs=1e-6)


def test_every_kpi_has_a_query_by_hand():
    assert set(BY_HAND) == set(AGGREGATED)


@pytest.fixture(scope="module")
def measured(session):
    """Every KPI at once, as pages ask for them, by what it is cut by, its span and its slice; each asked once."""

    @cache
    def all_of(by=(), span=(None, None), ask=Slice()):  # noqa: B008 (a frozen one)
        since, until = span
        asked = [name for name in AGGREGATED if set(by) <= set(dimensions_of(METRICS[name]))]
        return measure(session, asked, ask, by, date_from=since, date_to=until).groupby("kpi")

    return lambda name, *asked: all_of(*asked).get_group(name)


@pytest.mark.parametrize("name", AGGREGATED)
def test_asked_for_alone_a_kpi_is_what_it_is_among_all(session, measured, name):
    alone = measure(session, [name], by=["owner"])
    pd.testing.assert_frame_equal(alone, measured(name, ("owner",)).reset_index(drop=True))


@pytest.mark.parametrize("name", AGGREGATED)
@pytest.mark.parametrize("span", MEASURED_AT, ids=str)
def test_the_whole_and_each_rep_are_as_by_hand(session, measured, name, span):
    since, until = span
    whole = measured(name, (), span)
    assert list(whole["status"]) == ["ok"]
    assert alike(whole["value"].iloc[0], by_hand(session, name, since, until))
    by_owner = measured(name, ("owner",), span)
    assert set(by_owner["owner"].map(lambda o: o or "")) == {"Ann", "Bo", ""}
    for row in by_owner.to_dict("records"):
        owner = row["owner"] or ""
        assert alike(row["value"], by_hand(session, name, since, until, owner))
        assert alike(measured(name, (), span, Slice(owners=(owner,)))["value"].iloc[0], row["value"])


@pytest.mark.parametrize("name", AGGREGATED)
@pytest.mark.parametrize("grain", ["week", "month", "quarter"])
def test_every_period_is_as_by_hand(session, measured, name, grain):
    by_period = measured(name, (grain, "owner"))
    assert len(by_period)
    starts = pd.to_datetime(by_period[grain])
    assert (starts == starts.dt.to_period({"week": "W", "month": "M", "quarter": "Q"}[grain]).dt.start_time).all()
    for row in by_period.sample(min(8, len(by_period)), random_state=3).to_dict("records"):
        since = row[grain]
        until = pd.Timestamp(since).to_period({"week": "W", "month": "M", "quarter": "Q"}[grain]).end_time.date()
        expected = by_hand(session, name, since, until, row["owner"] or "")
        assert alike(row["value"], expected) or row["status"] in ("too_few", "no_data"), row


@pytest.mark.parametrize("name", AGGREGATED)
def test_every_cut_a_kpi_has_gives_rows_and_what_may_be_added_adds_up(session, measured, name):
    for dimension in dimensions_of(METRICS[name]):
        rows = measured(name, (dimension,))
        assert list(rows.columns) == ["kpi", "value", "unit", "n", "status", dimension]
        assert len(rows), dimension
        may_be_added = METRICS[name].additivity in ("full", "semi") and DIMENSIONS[dimension].grain is None
        if may_be_added:
            assert alike(rows["value"].sum(), by_hand(session, name)), dimension


def test_an_earlier_as_of_hides_what_happened_later(session):
    then = measure(session, ["won_deals", "open_deals"], as_of=date(2026, 3, 31))
    assert list(then["value"]) == [
        by_hand(session, "won_deals", until=date(2026, 3, 31)),
        by_hand(session, "open_deals", until=date(2026, 3, 31)),
    ]
    now = measure(session, ["won_deals"], as_of=AS_OF)
    assert now["value"].iloc[0] == by_hand(session, "won_deals")


@pytest.mark.parametrize("grain", ["week", "month", "quarter"])
@pytest.mark.parametrize("name", ["new_deals", "new_value"])
def test_the_periods_of_what_is_new_add_up_to_the_whole(session, name, grain):
    whole = measure(session, [name])
    assert alike(measure(session, [name], by=[grain])["value"].sum(), whole["value"].iloc[0])
    assert measure(session, ["new_deals"])["n"].iloc[0] < session.value("select count(*) from fct_deals")


def test_the_bounds_are_included(session):
    one_day = date(2026, 3, 10)
    rows = measure(session, ["won_deals"], by=["week"], date_from=one_day, date_to=one_day)
    assert rows["value"].sum() == by_hand(session, "won_deals", one_day, one_day)
    assert measure(session, ["calls"], by=["month"])["month"].min() == date(2026, 1, 1)
