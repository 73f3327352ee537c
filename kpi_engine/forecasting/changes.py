"""What changed in the forecast of a month since a week before, and the deals that changed it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from kpi_engine.forecasting.known import WON, History
from kpi_engine.forecasting.won import WEEK, Outlook, deal_chances

Ints = npt.NDArray[np.int64]
Array = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Change:
    """A month's forecast a week before and now, in its parts. ``before`` and ``after``: won, open, new → value (nan
    where nothing was forecast). ``deals``: deal (index into the history's deals), before, after, change, row (in force
    now), what; all that moved, the largest change first."""

    before: dict[str, float]
    after: dict[str, float]
    deals: pd.DataFrame

    @property
    def is_known(self) -> bool:
        """Whether there was a forecast on both days."""
        return not any(np.isnan(part) for part in (*self.before.values(), *self.after.values()))


def change_of(found: Outlook, month: int, is_value: bool = True) -> Change:
    """Compare the forecasts of the ``month``-th month of the calendar made at the cutoff and a week before it."""
    now = found.ground.latest
    earlier = int(np.searchsorted(found.ground.days.cutoffs, found.ground.days.cutoffs[now] - WEEK))
    then, today = _parts(found, earlier, month, is_value), _parts(found, now, month, is_value)
    h = found.ground.history
    held = [_held(found, at, month, is_value) for at in (earlier, now)]
    both = pd.concat(held, axis=1, keys=["before", "after"]).fillna(0.0)
    both.columns = ["before", "after"]
    change = both["after"] - both["before"]
    both = both.assign(change=change)[change.abs() >= 0.005]
    both = both.reindex(both["change"].abs().sort_values(ascending=False, kind="stable").index)
    days = found.ground.days.cutoffs
    rows = [_row_at(h, both.index.to_numpy(dtype=np.int64), int(days[at])) for at in (earlier, now)]
    frame = both.rename_axis("deal").reset_index()
    return Change(then, today, frame.assign(row=rows[1], what=[_what(h, b, a) for b, a in zip(*rows, strict=True)]))


def _parts(found: Outlook, at: int, month: int, is_value: bool) -> dict[str, float]:
    k = month - int(found.ground.days.month[at])
    made = found.value if is_value else found.count
    return {"won": float(made.won[at, k]), "open": float(made.opened[at, k]), "new": float(made.created[at, k])}


def _held(found: Outlook, at: int, month: int, is_value: bool) -> pd.Series:
    """What each deal brought or was to bring in a month, as seen at a cutoff: by deal, won ones with their amount."""
    ground, h = found.ground, found.ground.history
    k = month - int(ground.days.month[at])
    each = deal_chances(found, at, k + 1, is_value)
    open_now = pd.Series(each.worth[:, k], index=h.deal[found.deals.row[each.entry]])
    wins, cutoff = ground.wins, int(ground.days.cutoffs[at])
    stands = found.keep[wins.row] & (wins.seen < cutoff) & (wins.left >= cutoff)
    stands &= ground.months.index(wins.day) == month
    brought = np.nan_to_num(h.amount[wins.row[stands]]) if is_value else np.ones(int(stands.sum()))
    won = pd.Series(brought, index=h.deal[wins.row[stands]])
    return pd.concat([open_now, won]).groupby(level=0).sum()


def _row_at(history: History, deal: Ints, cutoff: int) -> Ints:
    """The row in force just before a cutoff; -1 where the deal was not there yet."""
    first, last = (np.searchsorted(history.deal, deal, side=side) for side in ("left", "right"))
    found = np.full(len(deal), -1)
    for i in range(len(deal)):
        n = int(np.searchsorted(history.day[first[i] : last[i]], cutoff, side="left"))
        found[i] = first[i] + n - 1 if n else -1
    return found


def _what(h: History, before: int, after: int) -> str:
    """Why a deal counts for more or less than a week before: one of won, lost, new, moved, amount, waited."""
    if before < 0:
        return "won" if after >= 0 and h.state[after] == WON else "new"
    if h.state[after] != h.state[before]:
        return "won" if h.state[after] == WON else "lost" if h.state[after] < 0 else "moved"
    same = h.amount[after] == h.amount[before] or (np.isnan(h.amount[after]) and np.isnan(h.amount[before]))
    return "waited" if same else "amount"
