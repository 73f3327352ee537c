"""Why expected value moved: the causes add up, and a second, slow reading of the definitions agrees."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kpi_engine import workspace
from kpi_engine.errors import UnknownName
from kpi_engine.ingest.shapes import Answers, Upload
from kpi_engine.ingest.stage import stage
from kpi_engine.metrics.movement import CAUSES, Movement, biggest_movers, movement, movement_deals
from kpi_engine.metrics.slice import Slice
from kpi_engine.metrics.trend import trend
from tests.metrics import histories
from tests.metrics.facts import replace_rows, store_of
from tests.metrics.histories import ALWAYS, DAYS, START, Life, State, books, facts_of, lives, slices

days = st.integers(-2, DAYS + 2).map(lambda n: START + timedelta(days=n))
slow = settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture(scope="module")
def store():
    with store_of({}) as opened:
        yield opened


def filled(store, deals, book=ALWAYS):
    with store.transaction() as session:
        for table, rows in facts_of(deals, book).items():
            replace_rows(session, table, rows)
    return store.read()


@slow
@given(lives(), books(), slices, st.lists(days, min_size=2, max_size=2))
def test_start_and_causes_make_the_end_and_a_second_implementation_agrees(store, deals, book, ask, span):
    after, until = sorted(span)
    found = movement(filled(store, deals, book), ask, after, until)
    assert found.start + sum(found.causes.values()) == found.end
    assert found.start == histories.expected_value(deals, ask, after, book)
    assert found.end == histories.expected_value(deals, ask, until, book)
    counted = histories.causes(deals, ask, after, until, book)
    assert found.causes == {cause: counted.get(cause, Decimal(0)) for cause in CAUSES}


@slow
@given(lives(), books(), slices, st.lists(days, min_size=3, max_size=3))
def test_movements_of_consecutive_spans_add_up_cause_by_cause(store, deals, book, ask, span):
    first, middle, last = sorted(span)
    session = filled(store, deals, book)
    whole, early, late = (movement(session, ask, a, b) for a, b in ((first, last), (first, middle), (middle, last)))
    assert whole.causes == {cause: early.causes[cause] + late.causes[cause] for cause in CAUSES}


@slow
@given(lives(), books(), slices, days)
def test_the_movement_ends_where_the_trend_as_it_was_does(store, deals, book, ask, until):
    session = filled(store, deals, book)
    line = trend(session, ask, "week", as_of=until, chances="then")
    at_the_end = float(line["expected_value"].fillna(0).iloc[-1]) if len(line) else 0.0
    assert float(movement(session, ask, START, max(until, START)).end) == pytest.approx(at_the_end) or until < START


@slow
@given(lives(), books(), slices, st.lists(days, min_size=2, max_size=2))
def test_the_deals_of_a_cause_add_up_to_its_bar(store, deals, book, ask, span):
    after, until = sorted(span)
    session = filled(store, deals, book)
    found = movement(session, ask, after, until)
    everything = movement_deals(session, ask, after, until)
    for cause in CAUSES:
        rows = movement_deals(session, ask, after, until, cause)
        assert sum(rows["change"], Decimal(0)) == found.causes[cause]
        assert len(rows) == (everything["cause"] == cause).sum()
    movers = biggest_movers(session, ask, after, until, limit=100)
    assert sum(movers["change"], Decimal(0)) == found.end - found.start
    assert list(movers["change"].abs()) == sorted(movers["change"].abs(), reverse=True)


@given(st.lists(st.decimals(-1000, 1000, places=8), min_size=11, max_size=11))
def test_rounded_to_cents_the_parts_still_add_up(parts):
    start, *causes = parts
    rounded = Movement(start, *causes, start + sum(causes)).in_cents()
    assert rounded.start + sum(rounded.causes.values()) == rounded.end
    for cause, exact in zip(rounded.causes.values(), causes, strict=True):
        assert cause == cause.quantize(Decimal("0.01"))
        assert abs(cause - exact) <= Decimal("0.02")


def one_deal(*states: tuple[int, str, str, int], owners: dict[int, str] | None = None) -> list[Life]:
    """A deal with states (day of January, pipeline, stage, amount); Ann's unless ``owners`` says otherwise for the
    day."""
    return [
        Life(
            "d1",
            False,
            tuple(
                State(date(2026, 1, day), (owners or {}).get(day, "Ann"), pipeline, stage, Decimal(amount))
                for day, pipeline, stage, amount in states
            ),
        )
    ]


@pytest.mark.parametrize(
    ("deals", "ask", "expected"),
    [
        (one_deal((5, "", "Lead", 1000)), Slice(), {"created": "100"}),
        (one_deal((1, "B", "Lead", 1000), (5, "B", "Demo", 1000)), Slice(), {"advanced": "-50"}),
        (one_deal((1, "", "Offer", 300), (5, "", "Lead", 300)), Slice(), {"moved_back": "-69.9999"}),
        (
            one_deal((1, "B", "Demo", 1000), (5, "B", "Lead", 3000)),
            Slice(),
            {"moved_back": "50", "amount_changed": "500"},
        ),
        (one_deal((1, "", "Lead", 1000), (5, "", "Won", 1200)), Slice(), {"won": "-100"}),
        (one_deal((1, "B", "Lead", 1000), (5, "B", "Paid", 1000)), Slice(), {"won": "-250"}),
        (one_deal((1, "", "Lead", 1000), (5, "", "Lost", 0)), Slice(), {"lost": "-100"}),
        (one_deal((1, "B", "Lead", 1000), (5, "B", "(gone)", 1000)), Slice(), {"gone": "-250"}),
        (one_deal((1, "", "Lost", 1000), (5, "", "Lead", 1000)), Slice(), {"reopened": "100"}),
        (one_deal((1, "", "Lead", 1000), (5, "B", "Lead", 1000)), Slice(), {"advanced": "150"}),
        (one_deal((1, "", "Lead", 1000), (5, "B", "Lead", 1000)), Slice(pipelines=("",)), {"transferred": "-100"}),
        (
            one_deal((1, "", "Lead", 1000), (5, "", "Lead", 1000), owners={5: "Bo"}),
            Slice(owners=("Bo",)),
            {"transferred": "100"},
        ),
        (one_deal((1, "", "Lead", 1000), (5, "", "Lead", 1000), owners={5: "Bo"}), Slice(), {}),
    ],
)
def test_each_cause_has_its_case(store, deals, ask, expected):
    found = movement(filled(store, deals), ask, date(2026, 1, 2), date(2026, 1, 31))
    assert {c: v for c, v in found.causes.items() if v} == {c: Decimal(v) for c, v in expected.items()}


@pytest.mark.parametrize("column", ["segment", "source", "product"])
def test_a_deal_that_changes_segment_source_or_product_is_transferred_under_a_filter_on_it(tmp_path, column):
    headers = {"segment": "Segment", "source": "Lead Source", "product": "Product"}
    head = f"Deal ID,Owner,Stage,Amount,Create Date,{headers[column]}\n"
    with workspace.open_store(tmp_path / "store.duckdb") as imported:
        for day, value, amount in ((date(2026, 1, 9), "Old", 900), (date(2026, 1, 16), "New", 1000)):
            file = tmp_path / f"{day}.csv"
            file.write_text(f"{head}1,Ann,Lead,{amount},2026-01-02,{value}\n2,Ann,Lead,50,2026-01-02,Other\n")
            (report,) = workspace.import_files(
                imported, [Upload(file, file.name)], {file.name: Answers(as_of=day)}, reader=stage
            )
            assert report.status == "committed", report
        session, chosen = imported.read(), f"{column}s"
        left = movement(session, Slice(**{chosen: ("Old",)}), date(2026, 1, 10), date(2026, 1, 16))
        came = movement(session, Slice(**{chosen: ("New",)}), date(2026, 1, 10), date(2026, 1, 16))
        whole = movement(session, Slice(), date(2026, 1, 10), date(2026, 1, 16))
    assert (left.end, left.transferred) == (0, -left.start)
    assert left.start > 0
    assert (came.start, came.transferred) == (0, came.end)
    assert came.end > 0
    assert (whole.transferred, whole.amount_changed) == (0, whole.end - whole.start)


def re_set(day: int, chance: str, stage: str = "Lead") -> histories.Book:
    """STAGES' chances, one of which is another from a day of January on."""
    return {**ALWAYS, ("", stage): (*ALWAYS["", stage], (date(2026, 1, day), Decimal(chance)))}


@pytest.mark.parametrize(
    ("deals", "ask", "expected"),
    [
        (one_deal((1, "", "Lead", 1000)), Slice(), {"recalibrated": "300"}),
        (one_deal((1, "", "Offer", 1000)), Slice(), {}),
        (one_deal((1, "", "Lead", 1000)), Slice(owners=("Bo",)), {}),
        # What happens on the first day of the new chance happens at it, after what was there is valued anew.
        (one_deal((5, "", "Lead", 1000)), Slice(), {"created": "400"}),
        (one_deal((1, "", "Lead", 1000), (5, "", "Lost", 0)), Slice(), {"recalibrated": "300", "lost": "-400"}),
        (
            one_deal((1, "", "Lead", 1000), (5, "", "Lead", 2000)),
            Slice(),
            {"recalibrated": "300", "amount_changed": "400"},
        ),
        (one_deal((1, "", "Lead", 1000), (4, "", "Lost", 0)), Slice(), {"lost": "-100"}),
        (one_deal((1, "", "Lost", 1000), (6, "", "Lead", 1000)), Slice(), {"reopened": "400"}),
    ],
)
def test_new_chances_are_told_apart_from_the_work(store, deals, ask, expected):
    session = filled(store, deals, re_set(5, "0.4"))
    found = movement(session, ask, date(2026, 1, 2), date(2026, 1, 31))
    assert {c: v for c, v in found.causes.items() if v} == {c: Decimal(v) for c, v in expected.items()}


def test_new_chances_on_the_first_day_are_in_the_start_and_the_last_days_are_a_cause(store):
    session = filled(store, one_deal((1, "", "Lead", 1000)), re_set(5, "0.4"))
    whole = movement(session, Slice(), date(2026, 1, 4), date(2026, 1, 5))
    after = movement(session, Slice(), date(2026, 1, 5), date(2026, 1, 9))
    assert (whole.start, whole.recalibrated, whole.end) == (100, 300, 400)
    assert (after.start, after.recalibrated, after.end) == (400, 0, 400)
    (row,) = movement_deals(session, Slice(), date(2026, 1, 4), date(2026, 1, 5)).to_dict("records")
    assert (row["deal_id"], row["cause"], row["change"]) == ("d1", "recalibrated", 300)
    assert (row["from_stage"], row["to_stage"], row["from_amount"]) == ("Lead", "Lead", 1000)


def test_a_change_on_the_first_day_is_in_the_start_and_one_on_the_last_day_is_a_cause(store):
    deals = one_deal((2, "", "Lead", 1000), (9, "", "Lead", 2000))
    found = movement(filled(store, deals), Slice(), date(2026, 1, 2), date(2026, 1, 9))
    assert (found.start, found.created, found.amount_changed, found.end) == (100, 0, 100, 200)


def test_a_cause_that_does_not_exist_is_refused(store):
    with pytest.raises(UnknownName, match="No cause is called 'wonn'"):
        movement_deals(store.read(), Slice(), date(2026, 1, 2), date(2026, 1, 9), "wonn")


def test_facts_that_contradict_each_other_are_not_drawn(store):
    session = filled(store, one_deal((2, "", "Lead", 1000)))
    with store.transaction() as writing:
        writing.run("update open_days set amount_change = 999")
    with pytest.raises(ArithmeticError, match="no cause explains"):
        movement(session, Slice(), date(2026, 1, 1), date(2026, 1, 9))


def test_without_facts_nothing_moved_and_nothing_stood_still(store):
    assert movement(filled(store, []), Slice(), date(2026, 1, 1), date(2026, 1, 9)) is None
