"""Steps from milestone to milestone, stays in a stage, and expected dates that pass or are put off."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import Any

import pandas as pd
import pytest

from kpi_engine.ingest.shapes import Upload
from kpi_engine.ingest.stage import stage
from kpi_engine.metrics.query import measure
from kpi_engine.storage.store import Session, Store
from kpi_engine.workspace import import_files
from tests.conftest import PROJECT
from tests.model.raw import built, deals, history

RANKS = ["", "prospect", "lead", "qualified", "proposal", "negotiation", "won", "paid"]


@pytest.fixture(scope="module")
def sample() -> Iterator[Session]:
    folder = PROJECT / "data" / "sample"
    with Store.in_memory() as store:
        files = [Upload(folder / name, name) for name in ("deals.csv", "stage_history.csv", "stages.csv")]
        import_files(store, files, reader=stage)
        yield store.read()


def slow_steps(session: Session) -> list[tuple[Any, ...]]:
    """(deal_id, day, had, has, is_lost), from the stays of each deal read in their order."""
    milestones = dict(session.rows("select stage, milestone from dim_stages"))
    rows = session.rows(
        "select deal_id, entered_at, left_at, kind, stage from fct_transitions order by deal_id, sequence"
    )
    found = []
    for deal_id, stays in groupby(rows, key=lambda row: row[0]):
        had, before = 0, ""
        for _, entered, left, kind, name in stays:
            if left == entered:
                continue
            has = had
            if kind in ("open", "won", "paid"):
                has = max(had, RANKS.index(milestones[name] or ""))
            if has > had or (kind == "lost" and before != "lost"):
                found.append((deal_id, entered.date(), had, has, kind == "lost"))
            had, before = has, kind
    return found


STEPS = """
select deal_id, step_date, had::int, has::int, is_lost
from fct_steps inner join key_deals using (deal_key) order by all
"""


def test_the_steps_of_the_sample_are_those_of_the_slow_way(sample: Session) -> None:
    assert sample.rows(STEPS) == sorted(slow_steps(sample))


A = {"deal_id": "A", "owner": "Ann", "created_at": "2025-01-01"}


def test_a_deal_that_winds_steps_only_where_it_gets_further_than_ever() -> None:
    facts = built(
        deals("2025-06-30", A | {"stage": "Won", "status": "won"}),
        history(
            ("A", "2025-01-01", "Prospect"),
            ("A", "2025-01-05", "Proposal"),
            ("A", "2025-01-09", "Qualified"),  # back
            ("A", "2025-01-20", "Proposal"),  # no further than before
            ("A", "2025-02-01", "Lost"),
            ("A", "2025-03-01", "Prospect"),  # opened again
            ("A", "2025-04-01 09:00", "Negotiation"),
            ("A", "2025-04-01 09:00", "Qualified"),  # in negotiation for no time
            ("A", "2025-05-01", "Won"),
        ),
    )
    told = [(str(day), had, has, lost) for _, day, had, has, lost in facts.rows(STEPS)]
    assert told == [
        ("2025-01-01", 0, 1, False),
        ("2025-01-05", 1, 4, False),
        ("2025-02-01", 4, 4, True),
        ("2025-05-01", 4, 6, False),
    ]
    assert facts.rows(STEPS) == sorted(slow_steps(facts))


def test_who_was_won_for_no_time_was_lost_where_it_stood_before() -> None:
    # As some CRMs write it: closed as won and, at the same instant, as lost.
    facts = built(
        deals("2025-06-30", A | {"stage": "Lost", "status": "lost"}),
        history(("A", "2025-01-01", "Prospect"), ("A", "2025-02-01", "Won"), ("A", "2025-02-01", "Lost")),
    )
    assert [row[2:] for row in facts.rows(STEPS)] == [(0, 1, False), (1, 1, True)]
    assert facts.rows(STEPS) == sorted(slow_steps(facts))


def test_a_stay_has_the_days_from_the_day_it_began_to_the_day_it_ended(sample: Session) -> None:
    facts = built(
        deals("2025-06-30", A | {"stage": "Proposal", "status": "open"}),
        history(("A", "2025-01-01 23:00", "Prospect"), ("A", "2025-01-11 01:00", "Proposal")),
    )
    assert facts.rows("select stage, days, left_date::varchar from fct_stays order by 1") == [
        ("Proposal", None, None),
        ("Prospect", 10, "2025-01-11"),
    ]
    finished = "select count(*) from fct_stays where left_date is not null"
    moved = "select count(*) from fct_transitions where kind = 'open' and left_at is not null and left_at > entered_at"
    assert sample.value(finished) == sample.value(moved) > 0


def expected(*rows: tuple[str, str, int], status: str = "open") -> Session:
    """One deal of 1 January whose expected close and amount are told on these days."""
    last = rows[-1]
    line = A | {"stage": "Proposal", "status": status, "expected_close_date": last[1], "amount": last[2]}
    told = [
        {"deal_id": "A", "changed_at": day, "stage": "Proposal", "expected_close_date": date, "amount": amount}
        for day, date, amount in rows
    ]
    return built(deals("2025-06-30", line), history(*told))


DATES = "select slipped_date::varchar, pushed_date::varchar, amount::int from fct_expected_dates order by change_date"


def test_a_date_passes_in_the_state_that_was_in_force_on_it() -> None:
    facts = expected(
        ("2025-01-01", "2025-01-31", 100), ("2025-02-10", "2025-03-31", 150), ("2025-03-01", "2025-09-30", 150)
    )  # fmt: skip
    assert facts.rows(DATES) == [("2025-01-31", None, 100), (None, "2025-02-10", 150), (None, "2025-03-01", 150)]


def test_a_date_that_was_put_off_in_time_or_moved_nearer_is_neither_late_nor_pushed_twice() -> None:
    facts = expected(
        ("2025-01-01", "2025-01-31", 100), ("2025-01-31", "2025-03-31", 100), ("2025-02-01", "2025-02-28", 100)
    )  # fmt: skip
    # Put off on the very day: at its end another date was in force. Then nearer, and that one passed.
    assert facts.rows(DATES) == [(None, None, 100), (None, "2025-01-31", 100), ("2025-02-28", None, 100)]


def test_a_date_still_to_come_has_not_passed() -> None:
    assert expected(("2025-01-01", "2025-07-01", 100)).rows(DATES) == [(None, None, 100)]
    assert expected(("2025-01-01", "2025-06-30", 100)).rows(DATES) == [("2025-06-30", None, 100)]


def test_a_history_of_stages_without_expected_dates_says_nothing_of_dates_that_passed_or_were_pushed() -> None:
    line = A | {"stage": "Proposal", "status": "open", "amount": 100}
    told = history(("A", "2025-01-01", "Prospect"), ("A", "2025-02-01", "Proposal"))
    one = built(deals("2025-06-30", line | {"expected_close_date": "2025-09-30"}), told)
    for kpi in ("slipped_value", "pushed_deals"):
        row = measure(one, [kpi]).iloc[0]
        assert (row["n"], row["status"], bool(pd.isna(row["value"]))) == (0, "no_data", True)
    passed = built(deals("2025-06-30", line | {"expected_close_date": "2025-06-15"}), told)
    assert list(measure(passed, ["slipped_value", "pushed_deals"])["status"]) == ["ok", "no_data"]
    dates = expected(("2025-01-01", "2025-07-01", 100))
    assert list(measure(dates, ["slipped_value", "pushed_deals"])["value"]) == [0, 0]  # told, and none passed


def test_the_pushes_planted_in_the_sample_are_found(sample: Session) -> None:
    # The sample's page counts 928 rows that push the date; two rows of one day of one deal are one change of that day.
    by_day = """
        select count(distinct (deal_id, changed_at::date)) from (
            select deal_id, changed_at, expected_close_date,
                lag(expected_close_date) over (partition by deal_id order by changed_at, line) as was
            from raw_stage_changes
        ) where expected_close_date > was
    """
    n = sample.value("select count(*) from fct_expected_dates where pushed_date is not null")
    assert n == sample.value(by_day) == 925
