"""Milestones: against a slow count in plain Python, the shares planted in the sample, and the facts of real exports."""

from __future__ import annotations

import random
import re
from collections import Counter, defaultdict
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any, NamedTuple, get_args

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kpi_engine.errors import UnknownName
from kpi_engine.forecasting.milestones import COLUMNS, By, milestones
from kpi_engine.ingest.shapes import Upload
from kpi_engine.ingest.stage import stage
from kpi_engine.metrics.query import measure
from kpi_engine.metrics.slice import Slice
from kpi_engine.periods import fiscal_quarter
from kpi_engine.storage.store import Session, Store
from kpi_engine.workspace import import_files
from tests.conftest import PROJECT
from tests.model.raw import built, deals, history

SAMPLE = PROJECT / "data" / "sample"
COUNTS = ["reached", "moved_on", "won", "lost", "open", "gone", "skipped", "moved_back"]
CUTS = (None, *get_args(By))


def stored(*files: Any) -> Store:
    store = Store.in_memory()
    reports = import_files(store, [Upload(file, file.name) for file in files], reader=stage)
    assert {report.status for report in reports} == {"committed"}
    return store


@pytest.fixture(scope="module")
def sample(sample_store: Store) -> Session:
    return sample_store.read()


def by_stage(frame: pd.DataFrame, column: str) -> dict[str, Any]:
    return dict(zip(frame["stage"], frame[column], strict=True))


# --- a slow count, one deal at a time -------------------------------------------------------------------------------


class Stay(NamedTuple):
    deal_id: str
    entered_at: datetime
    left_at: datetime | None
    pipeline: str
    stage: str
    order: int
    kind: str


STAYS = """
select deal_id, entered_at, left_at, coalesce(pipeline, ''), stage, stage_order, kind
from fct_transitions order by deal_id, sequence
"""


def counted(session: Session, as_of: date, owner: str | None = None) -> dict[tuple[str, str], Counter[str]]:
    """(pipeline, stage) → counts, from the stays of each deal read in their order."""
    kinds = {"open", "won", "paid"}
    ways: dict[str, list[Stay]] = defaultdict(list)
    for stay in map(Stay._make, session.rows(STAYS)):
        left = None if stay.left_at is None or stay.left_at.date() > as_of else stay.left_at
        if stay.entered_at.date() <= as_of and left != stay.entered_at:
            ways[stay.deal_id].append(stay)
    owners = dict(
        session.rows(
            "select deal_id, coalesce(owner, '') from fct_changes "
            "where change_date <= $as_of and (left_date is null or left_date > $as_of)",
            {"as_of": as_of},
        )
    )
    places = session.rows("select coalesce(pipeline, ''), stage, stage_order, kind from dim_stages")
    found: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for deal_id, way in ways.items():
        if owner is not None and owners[deal_id] != owner:
            continue
        pipeline, last = way[-1].pipeline, way[-1].kind
        state = {"paid": "won", "closed": "gone"}.get(last, last)
        found[pipeline, ""].update({"reached": 1, state: 1})
        seen = [s for s in way if s.pipeline == pipeline and s.kind in kinds and s.order > 0]
        if not any(s.kind == "open" for s in seen):
            continue
        been = dict.fromkeys(s.stage for s in seen)
        for name in been:
            first = next(i for i, s in enumerate(seen) if s.stage == name)
            on = any(s.order > seen[first].order for s in seen[first:])
            found[pipeline, name].update({"reached": 1, state: 1, "moved_on": int(on)})
        for before, after in pairwise(seen):
            if after.kind == "open" and after.order < before.order:
                found[pipeline, before.stage]["moved_back"] += 1
        lowest = min(s.order for s in seen if s.kind == "open")
        furthest = max(s.order for s in seen)
        for mine, name, order, kind in places:
            if mine == pipeline and kind in kinds and lowest < order < furthest and name not in been:
                found[pipeline, name]["skipped"] += 1
    return found


def assert_as_counted(frame: pd.DataFrame, expected: dict[tuple[str, str], Counter[str]]) -> None:
    for row in frame.to_dict("records"):
        slow = expected.get((row["pipeline"], row["stage"]), Counter())
        assert {name: row[name] for name in COUNTS} == {name: slow[name] for name in COUNTS}, row["stage"]


@pytest.mark.parametrize("as_of", [date(2026, 8, 31), date(2025, 2, 14), date(2023, 10, 1)])
def test_the_counts_are_those_of_the_slow_way(sample: Session, as_of: date) -> None:
    assert_as_counted(milestones(sample, as_of=as_of), counted(sample, as_of))


def test_by_owner_the_counts_are_those_of_the_slow_way_too(sample: Session) -> None:
    as_of = date(2026, 8, 31)
    frame = milestones(sample, by="owner")
    assert list(frame["group"].unique()) == sorted(frame["group"].unique())
    for owner, rows in frame.groupby("group"):
        assert_as_counted(rows, counted(sample, as_of, str(owner)))
        narrowed = milestones(sample, Slice(owners=(str(owner),)))
        alike = narrowed[narrowed["reached"] > 0].drop(columns="group").reset_index(drop=True)
        pd.testing.assert_frame_equal(alike, rows.drop(columns="group").reset_index(drop=True))


# --- what is planted in the sample ----------------------------------------------------------------------------------


def planted() -> dict[str, float]:
    """Stage → the share of resolved deals that was won, from section 4 of the sample's own page."""
    text = (SAMPLE / "README.md").read_text(encoding="utf-8").split("## 4")[1].split("## 5")[0]
    rows = re.findall(r"^\| ([A-Z][\w ]+) \| \d+ % \| ([\d.]+) % \|", text, re.MULTILINE)
    return {stage: float(share) / 100 for stage, share in rows}


def test_the_planted_shares_lie_inside_the_intervals(sample: Session) -> None:
    frame = milestones(sample).set_index("stage")
    assert len(planted()) == 5
    for stage_name, share in planted().items():
        row = frame.loc[stage_name]
        assert row["to_won_lower"] <= share <= row["to_won_upper"], stage_name
        assert row["to_won_status"] == "ok"


def test_what_the_generator_knows_of_the_open_deals_is_close_to_what_is_estimated(sample: Session) -> None:
    # Open now and will be won, by the sample's page: 51 + 20 + 8 + 10 + 6 of 391 deals. With the 399 won that makes
    # 494 of 2,181, 22.7 %.
    whole = milestones(sample).iloc[0]
    assert whole["to_won_lower"] <= (399 + 51 + 20 + 8 + 10 + 6) / 2181 <= whole["to_won_upper"]


# --- what must hold on any data -------------------------------------------------------------------------------------


@pytest.mark.parametrize("by", CUTS)
def test_every_deal_that_reached_a_stage_is_won_lost_open_or_gone(sample: Session, by: By | None) -> None:
    frame = milestones(sample, by=by)
    assert tuple(frame.columns) == COLUMNS
    assert (frame["won"] + frame["lost"] + frame["open"] + frame["gone"] == frame["reached"]).all()
    assert (frame["reached"] >= frame["moved_on"]).all()
    for name in ("to_next", "to_won"):
        known = frame[frame[f"{name}_value"].notna()]
        assert (known[f"{name}_lower"] <= known[f"{name}_value"]).all()
        assert (known[f"{name}_value"] <= known[f"{name}_upper"]).all()
        assert known[f"{name}_status"].isin(["ok", "inferred"]).all()
        assert not frame.loc[frame[f"{name}_value"].isna(), f"{name}_status"].eq("ok").any()


@pytest.mark.parametrize("by", get_args(By))
def test_the_groups_of_a_cut_add_up_to_the_whole(sample: Session, by: By) -> None:
    whole = milestones(sample).set_index("stage")
    added = milestones(sample, by=by).groupby("stage")[COUNTS].sum().reindex(whole.index)
    counts = COUNTS[:6] if by == "cohort" else COUNTS
    pd.testing.assert_frame_equal(added[counts], whole[counts], check_dtype=False)


@pytest.mark.parametrize("start_month", [1, 2, 7, 12])
def test_a_cohort_is_a_quarter_as_the_team_counts_quarters(start_month: int) -> None:
    days = [date(2024, 1, 1) + timedelta(days=9 * i) for i in range(80)]
    lines = [
        {"deal_id": f"D{i}", "owner": "Ann", "stage": "Talk", "status": "open", "created_at": f"{day}"}
        for i, day in enumerate(days)
    ]
    store = built(deals("2025-12-31", *lines), settings={"fiscal_year_start_month": str(start_month)})
    whole = milestones(store, by="cohort").query("stage_order == 0")
    created = Counter(fiscal_quarter(day, start_month).label for day in days)
    assert dict(zip(whole["group"], whole["reached"], strict=True)) == created
    counted = measure(store, ["new_deals"], by=["quarter"])
    by_kpi = {
        fiscal_quarter(day, start_month).label: n for day, n in zip(counted["quarter"], counted["n"], strict=True)
    }
    assert by_kpi == created


def test_nothing_that_happens_after_the_day_changes_what_is_said_at_it() -> None:
    with stored(SAMPLE / "deals.csv", SAMPLE / "stage_history.csv") as store:
        chance = random.Random(5)
        days = sorted(date(2023, 10, 1) + timedelta(days=chance.randrange(1000)) for _ in range(5))
        before = {day: milestones(store.read(), as_of=day, by="source") for day in days}
        for day in reversed(days):
            with store.transaction() as writing:
                later = {"day": day}
                writing.run("delete from deal_states where coalesce(change_date, entered_at::date) > $day", later)
                writing.run("update deal_states set left_at = null where left_at::date > $day", later)
                writing.run("update deal_states set left_date = null where left_date > $day", later)
            pd.testing.assert_frame_equal(milestones(store.read(), as_of=day, by="source"), before[day])


STAGES = ("Prospect", "Qualified", "Proposal", "Negotiation", "Won", "Lost")
moves = st.lists(st.tuples(st.integers(0, 25), st.sampled_from(STAGES)), min_size=1, max_size=7)


def export(ways: list[list[tuple[int, str]]], order: list[int]) -> tuple[Any, ...]:
    """A deals export and a stage history with these ways; rows in this order."""
    start, lines, rows = date(2025, 1, 1), [], []
    for number, way in enumerate(ways):
        day, created = start, start + timedelta(days=way[0][0])
        for days, name in way:
            day += timedelta(days=days)
            rows.append((f"D{number}", f"{day} {len(rows) % 24:02}:00:00", name))
        end = way[-1][1]
        status = end.lower() if end in ("Won", "Lost") else "open"
        line = {"deal_id": f"D{number}", "owner": "Ann", "stage": end, "status": status, "created_at": f"{created}"}
        lines.append(line)
    return deals("2025-12-31", *(lines[i] for i in order)), history(*rows)


@settings(max_examples=8, deadline=None)
@given(st.lists(moves, min_size=3, max_size=12))
def test_of_any_history_the_counts_are_those_of_the_slow_way(ways: list[list[tuple[int, str]]]) -> None:
    facts = built(*export(ways, list(range(len(ways)))))
    frame = milestones(facts)
    assert_as_counted(frame, counted(facts, date(2025, 12, 31)))
    backwards = built(*export(ways, list(range(len(ways)))[::-1]))
    pd.testing.assert_frame_equal(milestones(backwards), frame)


# --- worked out by hand ---------------------------------------------------------------------------------------------


def small() -> Session:
    """Five deals: A straight to won; B over Qualified to Proposal and lost; C to Proposal, back to Qualified, open; D
    lost as a prospect; E in Proposal without ever having been a prospect, open."""

    def line(deal_id: str, name: str, status: str, created: str) -> dict[str, Any]:
        return {"deal_id": deal_id, "owner": "Ann", "stage": name, "status": status, "created_at": created}

    return built(
        deals(
            "2025-06-30",
            line("A", "Won", "won", "2025-01-01"),
            line("B", "Lost", "lost", "2025-01-01"),
            line("C", "Qualified", "open", "2025-01-01"),
            line("D", "Lost", "lost", "2025-01-01"),
            line("E", "Proposal", "open", "2025-05-01"),
        ),
        history(
            ("A", "2025-01-01", "Prospect"), ("A", "2025-01-11", "Qualified"), ("A", "2025-01-21", "Proposal"),
            ("A", "2025-02-20", "Won"),
            ("B", "2025-01-01", "Prospect"), ("B", "2025-01-31", "Proposal"), ("B", "2025-03-02", "Lost"),
            ("C", "2025-01-01", "Prospect"), ("C", "2025-01-02", "Proposal"), ("C", "2025-01-12", "Qualified"),
            ("D", "2025-01-01", "Prospect"), ("D", "2025-02-01", "Lost"),
            ("E", "2025-05-01", "Proposal"),
        ),
    )  # fmt: skip


def test_five_deals_worked_out_by_hand() -> None:
    frame = milestones(small())
    rows = {row["stage"]: tuple(int(row[name]) for name in COUNTS) for row in frame.to_dict("records")}
    #                          reached on won lost open gone skipped back
    assert rows[""] == (5, 0, 1, 2, 2, 0, 0, 0)
    assert rows["Prospect"] == (4, 3, 1, 2, 1, 0, 0, 0)  # E never was one; D, lost, came no further
    assert rows["Qualified"] == (2, 1, 1, 0, 1, 0, 1, 0)  # B passed it over; C came back into it and is there
    assert rows["Proposal"] == (4, 1, 1, 1, 2, 0, 0, 1)  # C moved back from it
    assert rows["Won"] == (1, 0, 1, 0, 0, 0, 0, 0)
    # Four ended or went on from Prospect, under the five that are needed: a status with n, and no number.
    prospect = frame.set_index("stage").loc["Prospect"]
    assert (prospect["to_won_status"], prospect["to_won_n"], prospect["to_won_ended"]) == ("too_few", 4, 3)
    assert pd.isna(prospect["to_won_value"])


def test_a_share_with_open_deals_worked_out_by_hand() -> None:
    # Ten prospects. Three are won after 10 days, four lost after 20; three are open and have been seen for 15 days. On
    # day 10 all ten are at risk: 3/10 are won. On day 20 the four are all who are left, and all are lost: 7/10 · 4/4.
    # Of the seven that ended, 3/7 were won: quick wins weigh too much where the others had no time yet.
    def line(i: int, name: str, created: str) -> dict[str, Any]:
        status = name.lower() if name in ("Won", "Lost") else "open"
        return {"deal_id": f"D{i}", "owner": "Ann", "stage": name, "status": status, "created_at": created}

    won, lost, still = range(3), range(3, 7), range(7, 10)
    facts = built(
        deals(
            "2025-01-31",
            *(line(i, "Won", "2025-01-01") for i in won),
            *(line(i, "Lost", "2025-01-01") for i in lost),
            *(line(i, "Prospect", "2025-01-16") for i in still),
        ),
        history(
            *((f"D{i}", "2025-01-01", "Prospect") for i in (*won, *lost)),
            *((f"D{i}", "2025-01-16", "Prospect") for i in still),
            *((f"D{i}", "2025-01-11", "Won") for i in won),
            *((f"D{i}", "2025-01-21", "Lost") for i in lost),
        ),
    )
    row = milestones(facts).set_index("stage").loc["Prospect"]
    # The first end is on 11 January: those of 1 January are watched from their tenth day on, the others from the start.
    assert row["to_won_value"] == pytest.approx(3 / 10)
    assert row["to_won_plain"] == pytest.approx(3 / 7)
    assert row["to_won_waiting"] == 0.0
    assert (row["to_won_n"], row["to_won_ended"], row["to_won_days"]) == (10, 7, 20)


def test_deals_that_left_an_export_are_gone_and_not_lost() -> None:
    line = {"owner": "Ann", "stage": "Prospect", "status": "open", "created_at": "2025-01-01"}
    facts = built(
        deals("2025-02-01", *({"deal_id": f"D{i}"} | line for i in range(8))),
        deals("2025-03-01", *({"deal_id": f"D{i}"} | line for i in range(6))),
    )
    row = milestones(facts).set_index("stage").loc["Prospect"]
    assert tuple(row[["reached", "open", "gone", "lost"]]) == (8, 6, 2, 0)


def test_an_unknown_cut_is_answered_with_a_near_one() -> None:
    with pytest.raises(UnknownName, match="Did you mean 'source'"):
        milestones(small(), by="sorce")  # type: ignore[arg-type]


def test_an_empty_store_has_no_rows() -> None:
    with Store.in_memory() as store:
        frame = milestones(store.read())
    assert frame.empty
    assert tuple(frame.columns) == COLUMNS


# --- real exports ---------------------------------------------------------------------------------------------------


def test_the_change_log_without_amounts_reaches_as_far_as_its_readme_says(shared_data: Any) -> None:
    folder = shared_data / "pipedrive-enpal"
    names = ("deal_changes.csv", "stages.csv", "users.csv", "activity.csv")
    with stored(*(folder / name for name in names)) as store:
        frame = milestones(store.read())
    assert list(frame["reached"]) == [1995, 1995, 1479, 1305, 1086, 894, 741, 588, 479, 324]
    assert frame["moved_back"].sum() == 8
    assert frame["won"].sum() == 0
    assert list(frame["lost"]) == list(frame["reached"])
    first = frame.iloc[1]
    assert (first["to_next_status"], first["to_won_value"]) == ("inferred", 0.0)  # entered on the day of its creation
    assert set(frame["to_won_status"].iloc[2:]) == {"ok"}


def test_without_a_history_nothing_is_said_of_stages_and_all_of_the_whole(shared_data: Any) -> None:
    with stored(shared_data / "maven-crm" / "sales_pipeline.csv") as store:
        frame = milestones(store.read())
    whole, stages = frame.iloc[0], frame.iloc[1:]
    assert tuple(whole[["reached", "won", "lost", "open"]]) == (8800, 4238, 2473, 2089)
    assert whole["to_won_status"] == "ok"
    # The 500 without a created date are counted, and not followed.
    assert whole["to_won_n"] == 8300
    # The plain share leaves out the open ones, so it is higher.
    assert whole["to_won_value"] < whole["to_won_plain"] == pytest.approx(4238 / 6711)
    assert set(stages["to_won_status"]) == set(stages["days_status"]) == {"inferred"}
    assert stages[["to_won_value", "to_next_value", "to_won_plain", "days_median"]].isna().all(axis=None)


def test_deals_that_were_never_seen_in_any_stage_still_count_from_their_creation() -> None:
    line = {"owner": "Ann", "stage": "Closed Lost", "status": "lost", "created_at": "2025-01-01"}
    lost = ({"deal_id": f"D{i}", "closed_at": "2025-02-01"} | line for i in range(6))
    frame = milestones(built(deals("2025-03-01", *lost)))
    assert list(frame["stage"]) == [""]
    assert tuple(frame.iloc[0][["reached", "lost", "to_won_n", "to_won_ended"]]) == (6, 6, 6, 6)


def test_the_groups_stand_by_name_and_not_by_what_they_reached() -> None:
    lines = (
        {"deal_id": f"D{i}", "owner": owner, "stage": "Prospect", "status": "open", "created_at": "2025-01-01"}
        for i, owner in enumerate(("bo", "Cy", "Ann", "Ann"))
    )
    frame = milestones(built(deals("2025-03-01", *lines)), by="owner")
    assert list(dict.fromkeys(frame["group"])) == ["Ann", "bo", "Cy"]


def test_a_stage_left_at_the_instant_it_was_entered_was_passed_over() -> None:
    line = {"deal_id": "A", "owner": "Ann", "stage": "Lost", "status": "lost", "created_at": "2025-01-01"}
    facts = built(
        deals("2025-03-01", line),
        history(
            ("A", "2025-01-01", "Prospect"), ("A", "2025-01-05", "Qualified"), ("A", "2025-01-05", "Proposal"),
            ("A", "2025-01-09", "Won"), ("A", "2025-01-09", "Lost"),
        ),
    )  # fmt: skip
    frame = milestones(facts)
    assert_as_counted(frame, counted(facts, date(2025, 3, 1)))
    assert by_stage(frame, "reached") == {"": 1, "Prospect": 1, "Qualified": 0, "Proposal": 1, "Won": 0}
    assert by_stage(frame, "skipped") == {"": 0, "Prospect": 0, "Qualified": 1, "Proposal": 0, "Won": 0}
    assert by_stage(frame, "moved_on") == {"": 0, "Prospect": 1, "Qualified": 0, "Proposal": 0, "Won": 0}


def test_deals_that_were_there_before_the_data_begin_do_not_make_the_shares_rosy() -> None:
    # One deal a day for 400 days; of twenty, nine are won after 100 days and eleven lost after 20. The files know only
    # of ends from day 200 on: of the lost those of days 180 to 399 (11 of 20 of 220), of the won those of 100 to 399
    # (9 of 20 of 300). So 135 of 256 that ended were won, and more than half took 100 days. Watched from day 200 on,
    # they say what is true: 9 of 20, and more than half are gone after 20 days.
    start = date(2024, 1, 1)
    lines, rows = [], []
    for day in range(400):
        is_won = day % 20 < 9
        end = day + (100 if is_won else 20)
        if end < 200:
            continue
        created, ended = start + timedelta(days=day), start + timedelta(days=end)
        stage_name, status = ("Won", "won") if is_won else ("Lost", "lost")
        lines.append(
            {"deal_id": f"D{day}", "owner": "Ann", "stage": stage_name, "status": status, "created_at": f"{created}"}
        )
        rows += [(f"D{day}", f"{created}", "Prospect"), (f"D{day}", f"{ended}", stage_name)]
    frame = milestones(built(deals("2025-09-01", *lines), history(*rows))).set_index("stage")
    for name in ("", "Prospect"):
        row = frame.loc[name]
        assert row["to_won_plain"] == pytest.approx(135 / 256)
        assert row["to_won_value"] == pytest.approx(9 / 20)
    assert frame.loc["Prospect", "to_next_value"] == pytest.approx(9 / 20)
    assert frame.loc["Prospect", "days_median"] == 20
