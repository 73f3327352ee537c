"""The pages count in the weeks and quarters of the settings."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from kpi_engine import workspace
from kpi_engine.ingest.shapes import Upload
from kpi_engine.ingest.stage import stage
from kpi_engine.periods import week
from kpi_engine.storage import Store
from kpi_engine.views.ask import Ask, Who
from kpi_engine.views.leading import leading_view
from kpi_engine.views.options import options_view
from kpi_engine.views.overview import overview_view
from kpi_engine.views.quality import quality_view
from kpi_engine.views.spans import Compare, compare_day, end_of_whole_weeks

FIRST, DAYS = date(2025, 1, 1), 150
LAST = FIRST + timedelta(days=DAYS - 1)  # 2025-05-30, a Friday


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """A call a day, and a deal won every fifth."""
    folder = tmp_path_factory.mktemp("calendar")
    days = [FIRST + timedelta(days=n) for n in range(DAYS)]
    calls, deals = folder / "calls.csv", folder / "deals.csv"
    calls.write_text(
        "Activity ID,Owner,Activity Type,Date\n" + "".join(f"A{i},Ann,Call,{day}\n" for i, day in enumerate(days))
    )
    deals.write_text(
        "Deal ID,Owner,Stage,Amount,Create Date,Closed Date\n"
        + "".join(f"D{i},Ann,Won,10,{day - timedelta(days=3)},{day}\n" for i, day in enumerate(days) if i % 5 == 4)
    )
    with Store.open(folder / "own.duckdb") as opened:
        reports = workspace.import_files(opened, [Upload(f, f.name) for f in (calls, deals)], reader=stage)
        assert [r.status for r in reports] == ["committed", "committed"]
        yield opened


@pytest.mark.parametrize("week_start", [1, 4, 7])
def test_every_weekly_picture_shows_whole_weeks_of_the_settings(store: Store, week_start: int) -> None:
    workspace.change_settings(store, week_start=week_start)
    session, ask = store.read(), Ask(LAST, FIRST, LAST, FIRST)
    last = end_of_whole_weeks(LAST, week_start)
    assert (week(last, week_start).end, LAST - last < timedelta(days=7)) == (last, True)
    activity, leading = quality_view(session, ask, Who()).weekly, leading_view(session, ask, Who()).weekly["calls"]
    for ends in (list(activity["week_end"]), [start + timedelta(days=6) for start in leading.index]):
        assert ends[-1] == last
        assert all(week(day, week_start).end == day for day in ends)
    assert set(activity["activities"]) == set(leading.dropna()) == {7}
    trend = overview_view(session, ask, Who()).trend
    assert all(week(day, week_start).end == day for day in trend["period_end"][:-1])
    assert trend["period_end"].iloc[-1] == LAST


def test_a_week_that_was_not_over_on_the_day_one_looks_from_is_left_out(store: Store) -> None:
    workspace.change_settings(store, week_start=1)
    wednesday = date(2025, 4, 9)
    weekly = quality_view(store.read(), Ask(wednesday, FIRST, LAST, FIRST), Who()).weekly
    assert weekly["week_end"].iloc[-1] == date(2025, 4, 6)  # the Sunday before
    assert set(weekly["activities"]) == {7}


@pytest.mark.parametrize(
    ("start_month", "day"), [(1, date(2025, 3, 31)), (2, date(2025, 4, 30)), (6, date(2025, 2, 28))]
)
def test_the_quarter_that_is_compared_with_is_the_fiscal_one(store: Store, start_month: int, day: date) -> None:
    workspace.change_settings(store, fiscal_year_start_month=start_month)
    options = options_view(store.read(), Who())
    assert options.as_of is not None
    assert compare_day(Compare.QUARTER, options.as_of, None, options.fiscal_start) == day
