"""Made-up lives of deals, as a history export would tell them: what both kinds of made-up pipelines end in."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from kpi_engine.forecasting.known import NEVER, History, Pipeline, entered

Array = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


def told(
    stages: Sequence[str],
    created: Ints,
    amount: Array,
    deal: Ints,
    day: Ints,
    state: Ints,
    last_day: int,
    *,
    source: Sequence[str] | None = None,
    owner: Ints | None = None,
    is_told: bool = True,
) -> History:
    """The history of some deals.

    Parameters
    ----------
    created, amount, owner, source : by deal, in order; no owner and no source where None.
    deal, day, state : of every change, in the order of deals and days; ``state`` counts the stages from 0, or is WON or
        OUT. The stage that is not known comes before the first one of the history.
    is_told : whether an export told of stages and amounts in their time; otherwise nothing is known before a deal ends.
    """
    n, n_rows = len(created), len(deal)
    states = np.where(state >= 0, state + 1, state)
    place = np.zeros(n_rows, dtype=np.int64)
    left = np.full(n_rows, NEVER, dtype=np.int64)
    is_followed = deal[1:] == deal[:-1]
    left[:-1][is_followed] = day[1:][is_followed]
    never, nothing = np.full(n, NEVER, dtype=np.int64), np.full(n, "", dtype=object)
    return History(
        pipelines=(Pipeline("", ("(stage not known)", *stages)),),
        deal_key=np.arange(n),
        deal_id=np.array([f"D{i:07d}" for i in range(n)], dtype=object),
        pipeline=np.zeros(n, dtype=np.int64),
        created=created,
        seen_since=never,
        amount_since=created if is_told else never,
        owner_since=never if owner is None else created,
        expected_since=never,
        source=nothing if source is None else np.array(source, dtype=object),
        product=nothing,
        segment=nothing,
        deal=deal,
        day=day,
        left=left,
        state=states,
        place=place,
        since=entered(deal, day, states, place),
        amount=amount[deal],
        expected=np.full(n_rows, NEVER, dtype=np.int64),
        owner=np.zeros(n_rows, dtype=np.int64) if owner is None else owner[deal],
        team=np.zeros(n_rows, dtype=np.int64),
        is_told=np.full(n_rows, is_told),
        last_day=last_day,
    )
