"""What the pages show adds up, and shows nobody what is not theirs."""

import io
import re
import zipfile
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from kpi_engine import workspace
from kpi_engine.forecasting.followup_kpis import work_of
from kpi_engine.ingest.shapes import Answers, Upload
from kpi_engine.ingest.stage import stage
from kpi_engine.metrics.query import measure
from kpi_engine.metrics.registry import METRICS
from kpi_engine.metrics.slice import Slice
from kpi_engine.storage import Session, Store
from kpi_engine.views import words
from kpi_engine.views.answering import answered
from kpi_engine.views.ask import Ask, Who
from kpi_engine.views.causes import CAUSES
from kpi_engine.views.export import export_csv, export_xlsx
from kpi_engine.views.kpi_evidence import board_seen, told
from kpi_engine.views.kpi_evidence import tested_pairs as pairs_of
from kpi_engine.views.leading import leading_view
from kpi_engine.views.months import months_view
from kpi_engine.views.notes import notes_of
from kpi_engine.views.options import options_view
from kpi_engine.views.overview import overview_view
from kpi_engine.views.quality import PARTS, quality_view, type_label
from kpi_engine.views.spans import Compare, Period, compare_day, period_span
from kpi_engine.views.store import store_view

ALL = Who()
ONE = Who("Aroha", ("Aroha Keating",))
ASK = Ask(date(2026, 8, 31), date(2025, 9, 1), date(2026, 8, 31), date(2026, 8, 3), currency="AUD")


@pytest.fixture(scope="module")
def session(sample_store: Store) -> Session:
    return sample_store.read()


def test_the_bars_of_the_movement_add_up_to_the_last(session: Session) -> None:
    steps = overview_view(session, ASK, ALL).steps
    causes = steps[steps["cause"].isin(CAUSES)]
    assert causes["change"].sum() == pytest.approx(steps.iloc[-1]["change"], abs=0.005)
    assert causes["level"].iloc[-1] == pytest.approx(steps.iloc[-1]["level"], abs=0.005)


def test_the_deals_behind_a_bar_add_up_to_it(session: Session) -> None:
    view = overview_view(session, ASK, ALL)
    for cause, change in zip(view.steps["cause"], view.steps["change"], strict=True):
        if cause in CAUSES:
            assert view.moved.loc[view.moved["cause"] == cause, "change"].sum() == pytest.approx(change, abs=0.01)


def test_the_trend_ends_at_the_headline_numbers(session: Session) -> None:
    view = overview_view(session, ASK, ALL)
    assert [h.text for h in view.headlines[:2]] == [view.trend["tv_text"].iloc[-1], view.trend["ev_text"].iloc[-1]]


@pytest.mark.parametrize(
    ("period", "own"),
    [(period, None) for period in Period if period is not Period.OWN]
    + [
        (Period.OWN, (date(2024, 3, 1), date(2025, 2, 28))),
        (Period.OWN, (date(2025, 2, 28), date(2025, 2, 28))),
        (Period.OWN, (date(2025, 9, 1), date(2026, 8, 31))),
    ],
)
@pytest.mark.parametrize("as_of", [date(2026, 8, 31), date(2025, 6, 18)])
def test_whatever_the_period_there_is_one_now_on_the_page(
    session: Session, period: Period, own: tuple[date, date] | None, as_of: date
) -> None:
    span = period_span(period, as_of, date(2023, 9, 1), own)
    compared = compare_day(Compare.FOUR_WEEKS, span.last)
    view = overview_view(session, Ask(as_of, span.first, span.last, compared), ALL)
    ev = view.headlines[1].text
    assert ev == view.trend["ev_text"].iloc[-1]
    assert view.steps["text"].iloc[-1].startswith(f"{ev} (")
    assert view.trend["period_end"].iloc[-1] == view.as_of == span.last
    assert view.expected["value"].sum() == pytest.approx(view.trend["total_value"].iloc[-1], abs=0.01)
    named = words.day(span.last) if span.last < as_of else ""
    assert view.headlines[1].label == "Expected value (EV)" + (f" at {named}" if named else "")
    assert view.steps["label"].iloc[-1] == (named or "Now")
    assert named in view.sentence


def test_the_open_value_by_month_is_the_total_value(session: Session) -> None:
    view = overview_view(session, ASK, ALL)
    assert view.expected["value"].sum() == pytest.approx(view.trend["total_value"].iloc[-1], abs=0.01)


def owners_in(view: object) -> set[str]:
    """Every rep named in any frame of a view."""
    frames = [value for value in vars(view).values() if isinstance(value, pd.DataFrame) and "owner" in value]
    return {owner for frame in frames for owner in frame["owner"].dropna()}


@pytest.mark.parametrize("view", [overview_view, quality_view], ids=lambda v: v.__name__)
def test_a_viewer_who_may_see_one_rep_finds_no_other_name(view: Any, session: Session) -> None:
    since_long = replace(ASK, compare_to=date(2023, 12, 31))
    assert len(owners_in(view(session, since_long, ALL))) >= 6
    assert owners_in(view(session, since_long, ONE)) == {"Aroha Keating"}


def test_a_viewer_who_may_see_one_rep_gets_that_reps_numbers(session: Session) -> None:
    for_one, of_one = months_view(session, ASK, ONE), replace(ASK, slice=Slice(owners=("Aroha Keating",)))
    assert for_one.cells.equals(months_view(session, of_one, ALL).cells)
    assert not for_one.cells.equals(months_view(session, ASK, ALL).cells)
    won = [leading_view(session, ASK, who).weekly["won_deals"].sum() for who in (ONE, ALL)]
    assert won[0] < won[1]


def test_the_guide_tells_of_a_kpi_what_the_board_found(session: Session) -> None:
    pairs = pairs_of(session, ASK, ALL)
    assert told("qualified_meetings", pairs).startswith("Here more of it was followed by more won deals 7 weeks later")
    assert told("emails", pairs).startswith("Here nothing shows that it is followed by won deals, won value")
    assert "qualified meetings (7 weeks later)" in told("won_deals", pairs)


def test_the_filters_offer_only_what_the_viewer_may_see(session: Session) -> None:
    assert options_view(session, ONE).values["owner"] == ("Aroha Keating",)
    assert len(options_view(session, ALL).values["owner"]) >= 6


def test_a_deal_without_a_name_is_listed_under_its_id(tmp_path: Path) -> None:
    file = tmp_path / "deals.csv"
    file.write_text("Deal ID,Owner,Stage,Amount,Created Date\nD7,Ann,Open,5,2026-01-02\n")
    with Store.in_memory() as store:
        workspace.import_files(store, [Upload(file, file.name)], reader=stage)
        view = overview_view(store.read(), replace(ASK, compare_to=date(2025, 12, 31)), ALL)
    assert list(view.moved["deal_name"]) == list(view.movers["deal_name"]) == ["D7"]


def test_before_the_data_begin_there_is_nothing_to_compare_with_and_it_is_said(session: Session) -> None:
    first = session.value("select min(change_date) from open_days where not is_undated")
    for day in (date(2020, 1, 1), first - timedelta(days=1)):
        view = overview_view(session, replace(ASK, compare_to=day), ALL)
        assert view.sentence.startswith(
            f"Expected value stands at {view.headlines[1].text}. The data begin after {words.day(day)}, "
            "so every deal counts as new: whether it rose or fell cannot be told yet."
        )
        assert {(h.change, h.since) for h in view.headlines} == {("", f"nothing known of {words.day(day)}")}
    assert "rose by" in overview_view(session, replace(ASK, compare_to=first), ALL).sentence


def test_a_viewer_without_any_rep_sees_an_empty_page(session: Session) -> None:
    assert overview_view(session, ASK, Who("nobody", ())).is_empty


def test_everything_can_be_taken_away_and_nothing_of_others(session: Session) -> None:
    with zipfile.ZipFile(io.BytesIO(export_csv(session, ONE))) as archive:
        deals = archive.read("deals.csv").decode("utf-8-sig")
    assert "Aroha Keating" in deals
    assert "Dane Whitlock" not in deals
    assert export_xlsx(session, ONE)[:2] == b"PK"


def test_everything_that_is_counted_on_the_page_can_be_taken_away(sample_store: Store) -> None:
    held = store_view(sample_store).held.set_index("what")["how_many"].to_dict()
    with zipfile.ZipFile(io.BytesIO(export_csv(sample_store.read(), ALL))) as archive:
        rows = {name: len(pd.read_csv(archive.open(name))) for name in archive.namelist()}
    changes = held.pop("Stage changes") + held.pop("Stage changes worked out from dates", 0)
    assert rows.pop("stage_changes.csv") == changes
    for what, how_many in held.items():
        assert rows[f"{what.lower().replace(' ', '_')}.csv"] == how_many, what
    assert held["Contacts"] > 1000


def test_what_is_only_worked_out_is_not_listed_as_if_it_had_been_imported(tmp_path: Path) -> None:
    file = tmp_path / "deals.csv"
    file.write_text("Deal ID,Owner,Stage,Amount,Created Date\nD7,Ann,Open,5,2026-01-02\n")
    with Store.in_memory() as store:
        workspace.import_files(store, [Upload(file, file.name)], reader=stage)
        assert list(store_view(store).held["what"]) == [
            "Deals",
            "Stage changes worked out from dates",
            "People named in other files",
            "Stages named in other files",
        ]


def test_exchange_rates_can_be_taken_away(tmp_path: Path) -> None:
    file = tmp_path / "rates.csv"
    file.write_text("Currency,Date,Rate\nEUR,2026-01-02,1.7\nUSD,2026-01-02,1.5\n")
    with Store.in_memory() as store:
        workspace.import_files(store, [Upload(file, file.name)], reader=stage)
        assert export_xlsx(store.read(), ALL)[:2] == b"PK"
        with zipfile.ZipFile(io.BytesIO(export_csv(store.read(), ALL))) as archive:
            assert list(pd.read_csv(archive.open("rates.csv"))["rate"]) == [1.7, 1.5]


def test_no_cell_of_an_export_starts_a_formula(tmp_path: Path) -> None:
    file = tmp_path / "deals.csv"
    file.write_text("Deal ID,Deal Name,Owner,Stage,Amount,Created Date\n1,=HYPERLINK(1),+Ann,Open,5,2026-01-02\n")
    with Store.open(tmp_path / "store.duckdb") as store:
        workspace.import_files(store, [Upload(file, file.name)], reader=stage)
        with zipfile.ZipFile(io.BytesIO(export_csv(store.read(), ALL))) as archive:
            deals = archive.read("deals.csv").decode("utf-8-sig")
    assert "'=HYPERLINK(1)" in deals
    assert ",=" not in deals
    assert ",+" not in deals


def test_a_month_that_is_not_over_is_not_in_a_mean(session: Session) -> None:
    view = months_view(session, replace(ASK, as_of=date(2026, 8, 15)), ALL)
    august = view.cells[(view.cells["year"] == 2026) & (view.cells["month"] == "Aug")]
    assert august["is_whole"].tolist() == [False]
    assert august["text"].iloc[0].endswith("so far")
    assert "The season leaves out Sep 2023 and Aug 2026: part of a month" in view.meaning


@pytest.mark.parametrize("compare", list(Compare))
@pytest.mark.parametrize("as_of", [date(2026, 8, 31), date(2024, 2, 29), date(2026, 1, 1)])
def test_a_comparison_never_lies_after_the_day_it_is_compared_with(compare: Compare, as_of: date) -> None:
    assert compare_day(compare, as_of, date(2030, 1, 1)) <= as_of


@pytest.mark.parametrize("period", list(Period))
def test_a_period_never_ends_after_the_as_of_day(period: Period) -> None:
    span = period_span(period, date(2026, 8, 31), date(2023, 9, 1), (date(2026, 12, 1), date(2026, 1, 1)))
    assert span.first <= span.last <= date(2026, 8, 31)


def test_choosing_another_kind_forgets_what_was_decided_about_the_columns() -> None:
    before = answered(answered(Answers(), "mapping:amount", "Value"), "date_order", "dmy")
    assert answered(before, "kind", "activities").mapping == {}
    assert answered(before, "key", "A\nB").key == ("A", "B")


def test_what_the_build_said_of_all_deals_is_not_told_to_one_who_sees_some() -> None:
    with Store.in_memory() as store:
        with store.transaction() as writing:
            writing.run("insert into model_notes values ('x', 3, 'Deals of somebody')")
        assert notes_of(store.read(), ASK, ALL, with_amounts=True) == ("Deals of somebody (3)",)
        assert notes_of(store.read(), ASK, ONE, with_amounts=True) == ()


def test_the_activities_of_each_day_and_the_planned_ones_are_those_the_kpis_count(session: Session) -> None:
    by_day = dict(session.rows("select activity_type, sum(activities) from fct_activity_day group by all"))
    planned = dict(session.rows("select activity_type, count(*) from fct_activities where not is_done group by all"))
    counted = measure(session, ["activities"], by=["activity_type"])
    assert len(counted) == len(by_day) > 3
    for kind, value in zip(counted["activity_type"], counted["value"], strict=True):
        assert value == by_day[kind] + planned.get(kind, 0)


def test_what_several_pages_stand_on_is_worked_out_once(session: Session) -> None:
    mine = ASK.seen_by(ALL)
    assert board_seen(session, ASK, ALL) is board_seen(session, replace(ASK, date_from=ASK.as_of), ALL)
    assert work_of(session, mine, ASK.as_of) is work_of(session, mine, ASK.as_of)


def test_a_hosted_visit_has_one_name_on_every_screen() -> None:
    labels = [PARTS["hosted_visit"], type_label("hosted_visit"), METRICS["hosted_visits"].label]
    assert {label.removesuffix("s") for label in labels} == {"Hosted visit"}
    told = "".join(str(vars(one)) for one in METRICS.values())
    assert not re.search(r"visit(ed|s)? (to )?us\b", told, re.IGNORECASE)
