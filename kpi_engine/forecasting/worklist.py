"""What must not slip: the open deals that need somebody, by the expected value at stake, each with its reasons; and
those that would move the KPIs most.

At stake is the amount times the win chance of its stage that is in force: what the deal adds to EV. The chance of the
deal itself stands beside it and is not what the list goes by, for a deal that was left alone has a low one because it
was left alone: ordered by it, just those that slip would sink out of sight.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from kpi_engine.agreements.targets import check_owner
from kpi_engine.forecasting.chances import chances
from kpi_engine.forecasting.reasons import Looked, looked_at, reasons_of, states_of
from kpi_engine.forecasting.usual import Limit, usual
from kpi_engine.forecasting.worklist_facts import open_work
from kpi_engine.ingest.history import store_as_of
from kpi_engine.metrics.slice import Slice
from kpi_engine.storage.store import Session

DEALS = (
    "deal_id", "deal_name", "account", "owner", "pipeline", "stage", "amount", "value", "is_estimated", "chance",
    "own_chance", "expected_value_at_stake", "reasons", "gain", "next_stage", "next_step", "next_step_date",
    "next_planned", "expected_close_date", "delivery_date", "last_contact", "days_in_stage", "pushes",
    "is_agreed", "is_far",
)  # fmt: skip
"""The columns of :attr:`Worklist.deals`."""


@dataclass(frozen=True)
class Worklist:
    """``deals``: every open deal of the part that was asked for, one row each, the most at stake first (equal ones, and
    those nobody can value, by id): DEALS. ``value`` is the amount, else what such a deal usually brings
    (``is_estimated``); ``expected_value_at_stake`` = value × ``chance``, the stage's in force; ``own_chance``: this
    very deal's (nan where it was not asked for); ``gain``: by how much its EV rises when it comes to ``next_stage``;
    ``reasons``: a tuple, empty for a deal that needs nobody.

    ``looked``: which reasons could be looked at. ``stays``: by (pipeline, stage) the days after which a deal is there
    for long. ``big_from``: the amount a deal is big from.
    """

    as_of: date | None
    deals: pd.DataFrame
    looked: tuple[Looked, ...]
    stays: Mapping[tuple[str, str], Limit]
    big_from: float | None

    @property
    def slipping(self) -> pd.DataFrame:
        """The deals that need somebody."""
        return self.deals[self.deals["reasons"].map(len) > 0].reset_index(drop=True)

    @property
    def movers(self) -> pd.DataFrame:
        """The deals by what their EV would gain at their next milestone, most first; those that gain nothing left
        out."""
        found = self.deals[self.deals["gain"] > 0]
        return found.sort_values(["gain", "deal_id"], ascending=[False, True], ignore_index=True)


def worklist(
    session: Session, ask: Slice | None = None, as_of: date | None = None, *, with_own_chances: bool = True
) -> Worklist:
    """The open deals of a part of the business at the end of a day, the newest import's where None.

    What is usual (how long deals stay in a stage, how long they are left alone, which amounts are big) is the whole
    team's; the deals are those of the slice. An earlier day sees nothing of what came later: next steps are those of
    the newest export up to it.
    """
    at = as_of or store_as_of(session)
    if at is None:
        return Worklist(None, _arranged(pd.DataFrame(columns=list(DEALS))), (), {}, None)
    work = open_work(session, ask or Slice(), at)
    known = usual(session, at)
    deals = pd.concat([work.deals, states_of(work, known, at)], axis=1)
    deals = deals.assign(
        expected_value_at_stake=deals["value"] * deals["chance"],
        gain=(deals["value"] * deals["gain"]).fillna(0.0),
        own_chance=np.nan,
        reasons=pd.Series(reasons_of(work, known, at), index=deals.index, dtype=object),
    )
    if with_own_chances and len(deals):
        own = chances(session, at)
        deals["own_chance"] = deals["deal_id"].map(dict(zip(own.deal_id, own.ever, strict=True))).astype("float64")
    return Worklist(at, _arranged(deals), looked_at(work, known), known.stays, work.big_from)


def check_owners(session: Session, owners: tuple[str, ...]) -> None:
    """Raise UnknownName, with the nearest name there is, for somebody nobody knows."""
    for owner in owners:
        if owner:
            check_owner(session, owner)


def _arranged(deals: pd.DataFrame) -> pd.DataFrame:
    ordered = deals.sort_values(
        ["expected_value_at_stake", "deal_id"], ascending=[False, True], na_position="last", ignore_index=True
    )
    return ordered[list(DEALS)]
