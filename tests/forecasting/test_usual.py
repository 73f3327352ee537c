"""What is usual, against what a slow count says, and with those still open neither lost nor dropped."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

import numpy as np
import pandas as pd

from kpi_engine.forecasting.milestones import Cases
from kpi_engine.forecasting.usual import stay_limit, usual
from kpi_engine.model.contact_levels import is_decider
from kpi_engine.names import Status
from kpi_engine.storage.store import Store
from tests.conftest import PROJECT

SAMPLE = PROJECT / "data" / "sample"
EXPORTED = date(2026, 8, 31)
PIPELINE = "Charters & Groups"

_STATE = {"open": 0, "next": 4, "ended": 5}


def cases(*rows: tuple[str, int], is_inferred: bool = False) -> Cases:
    """One deal each: what became of it, after so many days."""
    n = len(rows)
    return Cases(
        state=np.array([_STATE[what] for what, _ in rows]),
        age=np.array([age for _, age in rows]),
        entry=np.zeros(n, dtype=np.int64),
        n=np.ones(n, dtype=np.int64),
        is_inferred=np.full(n, is_inferred),
    )


MOVED = [("next", day) for day in range(1, 51)]


def test_without_open_deals_it_is_the_plain_four_fifths_of_those_that_went_on() -> None:
    lost = [("ended", 60)] * 30
    found = stay_limit(cases(*MOVED, *lost))
    plain = sorted(day for _, day in MOVED)[int(0.8 * len(MOVED)) - 1]
    assert (found.days, found.n, found.status) == (plain, 50, Status.OK)


def test_open_deals_count_for_as_long_as_they_were_watched() -> None:
    # Half the deals were last seen at ten days: those seen for longer stand for them, so the limit rises.
    young = [("open", 10)] * 50
    censored, plain = stay_limit(cases(*MOVED, *young)), stay_limit(cases(*MOVED))
    assert censored.days is not None
    assert plain.days is not None
    assert censored.days > plain.days
    # By hand: of 100, ten go on one a day while all are watched (day 1 … 10, incidence 0.1); then 40 of the 40 left go
    # on at equal steps of 0.9 / 40. Four fifths of 1 is reached after (0.8 - 0.1) / (0.9 / 40) = 31.1 steps: day 42.
    assert censored.days == 42


def test_too_few_that_went_on_are_a_status_with_their_number() -> None:
    found = stay_limit(cases(*MOVED[:9], *[("open", 500)] * 90))
    assert (found.days, found.n, found.status) == (None, 9, Status.TOO_FEW)


def test_stages_only_concluded_from_later_knowledge_say_nothing() -> None:
    found = stay_limit(cases(*MOVED, is_inferred=True))
    assert (found.days, found.status) == (None, Status.NO_DATA)


def test_levels_that_decide_are_told_from_those_that_do_not() -> None:
    assert all(map(is_decider, ("Executive", "CEO", "c_level", "Director of Events", "Owner", "Entscheider")))
    assert not any(map(is_decider, ("Manager", "Staff", "", None, "Non-executive", "Executive assistant")))


def test_the_longest_a_won_deal_was_left_alone_is_counted_again_from_the_files(sample: Store) -> None:
    exported = pd.read_csv(SAMPLE / "deals.csv", parse_dates=["Created Date", "Closed Date"])
    work = pd.read_csv(SAMPLE / "activities.csv", parse_dates=["Date"])
    work = work[work["Done"] == "Yes"].assign(day=work["Date"].dt.normalize())
    won = exported[(exported["Status"] == "Won") & (exported["Created Date"] > "2023-09-01")]
    longest = []
    for deal, start, end in zip(won["Deal ID"], won["Created Date"], won["Closed Date"], strict=True):
        done = sorted(day for day in work[work["Deal ID"] == deal]["day"] if start <= day <= end)
        if done:
            points = [start, *done, end]
            longest.append(max((b - a).days for a, b in pairwise(points)))
    longest.sort()
    found = usual(sample.read(), EXPORTED).silence(PIPELINE)
    assert (found.n, found.status) == (len(longest), Status.OK)
    assert found.days == longest[int(np.ceil(0.8 * len(longest))) - 1]


def test_what_is_usual_is_worked_out_once_for_all_who_ask(sample: Store) -> None:
    assert usual(sample.read(), EXPORTED) is usual(sample.read(), EXPORTED)


def test_how_long_won_deals_took_from_a_stage_is_counted_again_from_the_files(sample: Store) -> None:
    exported = pd.read_csv(SAMPLE / "deals.csv", parse_dates=["Closed Date", "Delivery Date"]).set_index("Deal ID")
    moves = pd.read_csv(SAMPLE / "stage_history.csv", parse_dates=["Changed At"])
    reached = moves[moves["Stage"] == "Proposal Sent"].groupby("Deal ID")["Changed At"].min().dt.normalize()
    won = exported[exported["Status"] == "Won"].join(reached, how="inner")
    won = won[won["Changed At"] > "2023-09-01"]
    found = usual(sample.read(), EXPORTED).lead(PIPELINE, "Proposal Sent")
    assert found.n == len(won)
    for told, days in (
        (found.close, won["Closed Date"] - won["Changed At"]),
        (found.delivery, won["Delivery Date"] - won["Changed At"]),
        (found.signed, won["Delivery Date"] - won["Closed Date"]),
    ):
        assert told == sorted(days.dt.days)[int(np.ceil(0.5 * len(won))) - 1]
