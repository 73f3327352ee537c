"""Coverage: what is open against what is missing to the target, for those whose target it is."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import pytest

from kpi_engine.ingest.shapes import Upload
from kpi_engine.ingest.stage import stage
from kpi_engine.metrics import examples
from kpi_engine.metrics.coverage import coverage
from kpi_engine.metrics.query import measure
from kpi_engine.metrics.slice import Slice
from kpi_engine.storage.store import Session, Store
from kpi_engine.workspace import import_files
from tests.conftest import PROJECT
from tests.metrics.facts import only, store_of

ALL = Slice()


@pytest.fixture(scope="module")
def sample() -> Iterator[Session]:
    folder = PROJECT / "data" / "sample"
    names = ("deals.csv", "stage_history.csv", "stages.csv", "targets.csv", "people.csv")
    with Store.in_memory() as store:
        import_files(store, [Upload(folder / name, name) for name in names], reader=stage)
        yield store.read()


BY_HAND = """
with won as (
    select coalesce(sum(amount), 0)::double as amount from fct_deals
    where status = 'won' and closed_date between '2026-07-01' and '2026-08-31' and ($owner is null or owner = $owner)
),
open as (
    select sum(amount)::double as amount from fct_deals where status = 'open' and ($owner is null or owner = $owner)
),
goal as (
    select sum(target)::double as amount from fct_targets
    where period = '2026-Q3' and kpi = 'won_value' and ($owner is null or owner = $owner)
)
select open.amount / nullif(greatest(goal.amount - won.amount, 0), 0) from won, open, goal
"""


def test_the_running_quarter_of_the_sample_is_covered_as_by_hand(sample: Session) -> None:
    whole = only(measure(sample, ["pipeline_coverage"]))
    assert whole["value"] == pytest.approx(sample.value(BY_HAND, {"owner": None}))
    one = only(measure(sample, ["pipeline_coverage"], Slice(owners=("Lucia Ferrand",))))
    assert one["value"] == pytest.approx(sample.value(BY_HAND, {"owner": "Lucia Ferrand"}))
    # From the sample's page, section 7: her target is 80,000 and nothing is won yet.
    found = coverage(sample, Slice(owners=("Lucia Ferrand",)), date(2026, 8, 31))
    assert (found.target, found.won, found.quarter.label) == (80000.0, 0.0, "2026-Q3")


def test_who_has_reached_the_target_has_nothing_left_to_cover(sample: Session) -> None:
    # Section 7: Aroha Keating has 21,600 of 18,000.
    done = coverage(sample, Slice(owners=("Aroha Keating",)), date(2026, 8, 31))
    assert (done.missing, done.times) == (0.0, None)
    row = only(measure(sample, ["pipeline_coverage"], Slice(owners=("Aroha Keating",))))
    assert row["status"] == "no_data"
    assert row["n"] > 0


def test_a_team_has_the_targets_of_its_people(sample: Session) -> None:
    teams = [team for (team,) in sample.rows("select distinct team from dim_owners where team is not null")]
    targets = [coverage(sample, Slice(teams=(team,)), date(2026, 8, 31)).target or 0.0 for team in teams]
    assert sum(targets) == coverage(sample, ALL, date(2026, 8, 31)).target


def test_without_a_target_there_is_a_status_and_no_number() -> None:
    with store_of(examples.DEALS_AND_OPEN, examples.AS_OF) as store:
        row = only(measure(store.read(), ["pipeline_coverage"]))
    assert (row["status"], row["n"]) == ("no_data", 2)


@pytest.mark.parametrize("part", [Slice(pipelines=("",)), Slice(segments=("A",)), Slice(is_nothing=True)])
def test_a_part_of_the_business_that_nobody_set_a_target_for_has_none(part: Slice) -> None:
    with store_of(examples.QUARTER, examples.AS_OF) as store:
        assert coverage(store.read(), part, examples.AS_OF).target is None


def test_months_make_a_quarter_and_a_year_is_not_cut_into_four() -> None:
    def target(owner: str, period: str, start: date, end: date, amount: int) -> dict[str, object]:
        words = {"owner": owner, "kpi": "won_value", "period": period}
        return words | {"period_start": start, "period_end": end, "target": Decimal(amount)}

    january, february, march = ((date(2026, m, 1), date(2026, m, last)) for m, last in ((1, 31), (2, 28), (3, 31)))
    rows = (
        target("Ann", "2026-01", *january, 10),
        target("Ann", "2026-02", *february, 5),
        target("Ann", "2026-03", *march, 20),
        target("Bo", "2026-Q1", date(2026, 1, 1), date(2026, 3, 31), 100),
        target("Bo", "2026-03", *march, 40),  # said twice: the quarter's own word counts
        target("Di", "2026-03", *march, 7),  # two months of the quarter are not agreed: it says nothing of the quarter
        target("Cy", "2026", date(2026, 1, 1), date(2026, 12, 31), 5000),
    )
    with store_of(examples.OPEN | {"fct_targets": rows}, examples.AS_OF) as store:
        assert coverage(store.read(), ALL, examples.AS_OF).target == 10 + 5 + 20 + 100
        assert coverage(store.read(), Slice(owners=("Cy",)), examples.AS_OF).target is None
