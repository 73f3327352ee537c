"""What is usual, against what a slow count says, and with those still open neither lost nor dropped."""

from __future__ import annotations

import numpy as np

from kpi_engine.forecasting.milestones import Cases
from kpi_engine.forecasting.usual import stay_limit
from kpi_engine.model.contact_levels import is_decider
from kpi_engine.names import Status

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
