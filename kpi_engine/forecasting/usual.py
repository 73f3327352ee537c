"""What is usual in this team: how long deals stay in a stage before they go on, how long those that were won were left
alone at most, and how long before the order, or the day itself, a stage is reached. All from its own history."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from kpi_engine.forecasting.milestones import HEAVIEST, LATE_START, MIN_AT_RISK, Cases, went_on
from kpi_engine.metrics.query import deals_as_seen
from kpi_engine.names import Status
from kpi_engine.stats.survival import incidence
from kpi_engine.storage.store import Session, load_sql

FOUR_FIFTHS = 0.8

MIN_DEALS = 10
"""Of fewer deals nobody can say what four fifths of them do."""


@dataclass(frozen=True)
class Limit:
    """Days that four fifths of ``n`` deals stayed under, or at. None where the status says why."""

    days: int | None
    n: int
    status: Status


NOTHING = Limit(None, 0, Status.NO_DATA)


@dataclass(frozen=True)
class Lead:
    """Days half of the ``n`` won deals still took from a stage to the order (``close``), and from it to the delivery
    (``delivery``); ``signed``: from the order to the delivery. None where too few of them say."""

    close: int | None
    delivery: int | None
    signed: int | None
    n: int


UNKNOWN_LEAD = Lead(None, None, None, 0)


@dataclass(frozen=True)
class Usual:
    """``stays`` and ``leads`` by (pipeline, stage), ``silences`` by pipeline. What is not in them is not known."""

    stays: dict[tuple[str, str], Limit]
    silences: dict[str, Limit]
    leads: dict[tuple[str, str], Lead]

    def stay(self, pipeline: str, stage: str) -> Limit:
        """How long deals stay in a stage before they go on."""
        return self.stays.get((pipeline, stage), NOTHING)

    def silence(self, pipeline: str) -> Limit:
        """The longest that won deals of a pipeline were left alone."""
        return self.silences.get(pipeline, NOTHING)

    def lead(self, pipeline: str, stage: str) -> Lead:
        """How long before the order a stage is reached."""
        return self.leads.get((pipeline, stage), UNKNOWN_LEAD)


def usual(session: Session, as_of: date) -> Usual:
    """What the team's whole history up to a day says, whoever asks: worked out once per version of the facts."""
    return session.kept("usual", as_of, lambda: _usual(session, as_of))


def _usual(session: Session, as_of: date) -> Usual:
    return Usual(
        stays={place: stay_limit(cases) for place, cases in went_on(session, as_of).items()},
        silences={
            str(row.pipeline): Limit(int(row.days), int(row.n), Status.OK)
            if row.n >= MIN_DEALS
            else Limit(None, int(row.n), Status.TOO_FEW)
            for row in _won(session, "usual_silence", as_of).itertuples()
        },
        leads={
            (str(row.pipeline), str(row.stage)): _lead(row) for row in _won(session, "usual_leads", as_of).itertuples()
        },
    )


def stay_limit(cases: Cases) -> Limit:
    """The days after which four fifths of those deals that will go on from a stage at all have gone on.

    Deals still there are censored, deals that ended there compete (Aalen and Johansen 1978): the first age at which the
    incidence of going on comes to four fifths of its last value that no single case settles.
    """
    used, is_inferred = cases.dated()
    moved = used.count("next")
    if is_inferred or moved == 0:
        return Limit(None, 0 if is_inferred else moved, Status.NO_DATA)
    if moved < MIN_DEALS:
        return Limit(None, moved, Status.TOO_FEW)
    cause = np.select([used.are("next"), used.are("ended")], [1, 2], 0)
    found = incidence(used.age, cause, used.n, used.entry, n_causes=2, least_at_risk=MIN_AT_RISK)
    until = found.last_age(max(HEAVIEST, 2 / int(used.n.sum()))) if found.ages.size else None
    if found.since > LATE_START or until is None:
        return Limit(None, moved, Status.TOO_FEW)
    total, _ = found.by(1, until)
    reached = np.flatnonzero(found.incidence[0] >= FOUR_FIFTHS * total - 1e-12)
    return Limit(int(found.ages[reached[0]]), moved, Status.OK) if total > 0 else Limit(None, moved, Status.TOO_FEW)


def _won(session: Session, name: str, as_of: date) -> pd.DataFrame:
    sql = load_sql("kpi_engine.forecasting", name).format(
        deals=deals_as_seen(session, as_of), first_day=load_sql("kpi_engine.forecasting", "first_day")
    )
    return session.frame(sql, {"as_of": as_of, "at": as_of})


def _lead(row: object) -> Lead:
    close_n, delivery_n = int(row.close_n), int(row.delivery_n)  # type: ignore[attr-defined]
    is_known, is_delivered = close_n >= MIN_DEALS, delivery_n >= MIN_DEALS
    return Lead(
        close=int(row.close_days) if is_known else None,  # type: ignore[attr-defined]
        delivery=int(row.delivery_days) if is_delivered else None,  # type: ignore[attr-defined]
        signed=int(row.signed_days) if is_delivered else None,  # type: ignore[attr-defined]
        n=close_n,
    )
