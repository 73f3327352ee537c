"""Which open deals the forecast of a month depends on, and how firm their dates have been."""

from __future__ import annotations

import numpy as np
import pandas as pd

from kpi_engine.forecasting.calendar import day_of
from kpi_engine.forecasting.known import NEVER
from kpi_engine.forecasting.parts import names
from kpi_engine.forecasting.slips import Slips
from kpi_engine.forecasting.won import DealChances, Outlook
from kpi_engine.storage.store import Session

DEALS = [
    "deal_id",
    "owner",
    "stage",
    "amount",
    "is_estimated",
    "chance",
    "ninety",
    "worth",
    "expected_close_date",
    "pushes",
    "slip_share",
    "slip_n",
    "others",
]


def deals_ahead(session: Session, found: Outlook, each: DealChances, slips: Slips, k: int, most: int) -> pd.DataFrame:
    """The open deals behind the ``k``-th month ahead, the weightiest first; what they are worth adds up to its open
    part.

    Returns
    -------
    DataFrame of DEALS: ``amount`` as it stands (nan where the deal carries none, and then ``is_estimated``), ``chance``
    to be won in that month and ``ninety`` within 90 days, ``worth`` to its forecast, ``slip_share`` and ``slip_n``: of
    the team's own deals that were expected in a month and had been pushed as often, the share not ended when it was
    over, and how many those were (for deals expected in this month; nan and 0 for others). After ``most`` of them one
    row stands for the rest: ``others`` says for how many deals, 0 in all other rows.
    """
    ground, h = found.ground, found.ground.history
    worth = each.worth[:, k]
    order = np.lexsort((each.entry, -worth))
    order = order[worth[order] > 0]
    shown, rest = order[:most], order[most:]
    row = found.deals.row[each.entry[shown]]
    deal = h.deal[row]
    cutoff = int(ground.days.cutoffs[ground.latest])
    month = int(ground.days.month[ground.latest]) + k
    owners = names(session, "owner")
    is_known = (h.expected[row] < NEVER) & (h.expected_since[deal] < cutoff)
    is_due = is_known & (ground.months.index(h.expected[row]) == month)
    pushes = slips.pushes[row]
    shares = [slips.share(int(p)) if due else (np.nan, 0) for p, due in zip(pushes, is_due, strict=True)]
    is_estimated = found.deals.is_guessed[each.entry[shown]]
    frame = pd.DataFrame(
        {
            "deal_id": h.deal_id[deal],
            "owner": [owners.get(int(key), "") for key in h.owner[row]],
            "stage": [h.pipelines[int(p)].stages[int(s)] for p, s in zip(h.place[row], h.state[row], strict=True)],
            "amount": np.where(is_estimated, np.nan, h.amount[row]),
            "is_estimated": is_estimated,
            "chance": each.chance[shown, k],
            "ninety": each.ninety[shown],
            "worth": worth[shown],
            "expected_close_date": [
                day_of(int(day)) if known else None for day, known in zip(h.expected[row], is_known, strict=True)
            ],
            "pushes": pushes,
            "slip_share": [share for share, _ in shares],
            "slip_n": [n for _, n in shares],
            "others": np.zeros(len(shown), dtype=np.int64),
        }
    )
    if len(rest):
        frame.loc[len(frame)] = [
            "", "", "", np.nan, False, np.nan, np.nan, float(worth[rest].sum()), None, 0, np.nan, 0, len(rest)
        ]  # fmt: skip
    return frame[DEALS]
