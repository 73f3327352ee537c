"""What changed in the forecast of a month since a week before, and the deals that changed it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from kpi_engine.forecasting.known import WON, History
from kpi_engine.forecasting.won import WEEK, DealChances, Outlook, deal_chances, made_of

Flags = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]
Array = npt.NDArray[np.float64]

SMALLEST = 0.005
"""A change below half a cent is none."""


@dataclass(frozen=True)
class Change:
    """A month's forecast a week before and now, in its parts. ``before`` and ``after``: won, open, new → value (nan
    where nothing was forecast). ``deals``: deal (index into the history's deals), before, after, change, row (the last
    one of the deal that belongs to the slice, -1 for none: never one outside it), what; the largest change first."""

    before: dict[str, float]
    after: dict[str, float]
    deals: pd.DataFrame

    @property
    def is_known(self) -> bool:
        """Whether there was a forecast on both days."""
        return not any(np.isnan(part) for part in (*self.before.values(), *self.after.values()))


def changes_of(
    found: Outlook,
    months: Sequence[int],
    is_value: bool = True,
    most: int | None = None,
    own: Mapping[int, Array] | None = None,
) -> list[Change]:
    """Compare the forecasts of some months made at the cutoff and a week before it.

    ``months``: places in the calendar, none before the cutoff's own. ``most``: so many deals for each; None for all.
    ``own``: the deals' own chances at both cutoffs, see won.deal_chances.
    """
    ground = found.ground
    cutoffs = ground.days.cutoffs
    both = (ground.index(int(cutoffs[ground.latest]) - WEEK), ground.latest)
    held = [_Held.made(found, at, max(months), is_value, (own or {}).get(at)) for at in both]
    changes = []
    for month in months:
        then, today = (one.parts(month) for one in held)
        before, after = (one.by_deal(month) for one in held)
        change = after - before
        deal = np.flatnonzero(np.abs(change) >= SMALLEST)
        deal = deal[np.argsort(-np.abs(change[deal]), kind="stable")][:most]
        was, is_now = (_row_at(ground.history, deal, int(cutoffs[at])) for at in both)
        mine = _last_kept(ground.history, found.keep, deal, is_now)
        rows = zip(was, is_now, mine, strict=True)
        frame = pd.DataFrame(
            {
                "deal": deal,
                "before": before[deal],
                "after": after[deal],
                "change": change[deal],
                "row": mine,
                "what": [_seen_from(ground.history, found.keep, int(b), int(a), int(m)) for b, a, m in rows],
            }
        )
        changes.append(Change(then, today, frame))
    return changes


@dataclass(frozen=True)
class _Held:
    """What a forecast made at one cutoff held."""

    found: Outlook
    at: int
    each: DealChances
    is_value: bool

    @classmethod
    def made(cls, found: Outlook, at: int, month: int, is_value: bool, own: Array | None) -> _Held:
        ahead = month - int(found.ground.days.month[at]) + 1
        return cls(found, at, deal_chances(found, at, ahead, is_value, own), is_value)

    def _ahead(self, month: int) -> int:
        return month - int(self.found.ground.days.month[self.at])

    def parts(self, month: int) -> dict[str, float]:
        """The parts of a month's forecast."""
        made, k = made_of(self.found, self.is_value), self._ahead(month)
        parts = {"won": made.won, "open": made.opened, "new": made.created}
        return {name: float(part[self.at, k]) for name, part in parts.items()}

    def by_deal(self, month: int) -> Array:
        """What each deal brought or was to bring in a month, won ones their amount: shape (n_deals,)."""
        ground, h = self.found.ground, self.found.ground.history
        wins, cutoff = ground.wins, int(ground.days.cutoffs[self.at])
        stands = self.found.keep[wins.row] & (wins.seen < cutoff) & (wins.left >= cutoff)
        row = wins.row[stands & (ground.months.index(wins.day) == month)]
        brought = np.nan_to_num(h.amount[row]) if self.is_value else np.ones(len(row))
        open_deal = h.deal[self.found.deals.row[self.each.entry]]
        to_bring = np.bincount(open_deal, self.each.worth[:, self._ahead(month)], minlength=len(h.deal_id))
        return np.asarray(to_bring + np.bincount(h.deal[row], brought, minlength=len(h.deal_id)))


def _row_at(history: History, deal: Ints, cutoff: int) -> Ints:
    """The row in force just before a cutoff; -1 where the deal was not there yet."""
    found = np.full(len(deal), -1)
    for i, one in enumerate(deal):
        first, last = np.searchsorted(history.deal, [one, one + 1])
        n = int(np.searchsorted(history.day[first:last], cutoff, side="left"))
        found[i] = first + n - 1 if n else -1
    return found


def _last_kept(history: History, keep: Flags, deal: Ints, row: Ints) -> Ints:
    """The last row of each deal that belongs to the slice, none after ``row``; -1 where there is none."""
    found = row.copy()
    for i, (one, last) in enumerate(zip(deal, row, strict=True)):
        first = int(np.searchsorted(history.deal, one))
        kept = first + np.flatnonzero(keep[first : last + 1])
        found[i] = kept[-1] if len(kept) else -1
    return found


def _seen_from(h: History, keep: Flags, before: int, after: int, mine: int) -> str:
    """Why a deal changed as those see it to whom only the slice belongs: of a deal that changed hands, what became of
    it there, or had become of it before, is not theirs to see."""
    for other in (before, after):
        is_outside = other >= 0 and not keep[other] and mine >= 0
        if is_outside and (h.owner[other], h.team[other]) != (h.owner[mine], h.team[mine]):
            return "transferred"
    return _what(h, before, after)


def _what(h: History, before: int, after: int) -> str:
    """Why a deal counts for more or less than a week before: one of won, lost, new, moved, amount, waited."""
    if before < 0:
        return "won" if after >= 0 and h.state[after] == WON else "new"
    if h.state[after] != h.state[before]:
        return "won" if h.state[after] == WON else "lost" if h.state[after] < 0 else "moved"
    same = h.amount[after] == h.amount[before] or (np.isnan(h.amount[after]) and np.isnan(h.amount[before]))
    return "waited" if same else "amount"
