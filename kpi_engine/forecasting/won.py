"""What each month will bring: won value and won deals, from what is known at a cutoff, and how well that went
before."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from kpi_engine.forecasting.calendar import Calendar, calendar
from kpi_engine.forecasting.chains import Chains, chains_of
from kpi_engine.forecasting.hazard import (
    RUN_RATE_DAYS,
    Expected,
    expected,
    new_deal_sizes,
    run_rates,
    windows,
)
from kpi_engine.forecasting.known import NEVER, History
from kpi_engine.forecasting.ledger import Sizes, Wins, WonByMonth, sizes_of, wins_of, won_by_month
from kpi_engine.forecasting.open_deals import OpenDeals, open_deals_at
from kpi_engine.forecasting.snapshots import HORIZON_DAYS
from kpi_engine.forecasting.walkforward import AHEAD, SCORED, Days, Made, is_ready, make, make_none, remaining_shares

Ints = npt.NDArray[np.int64]
Array = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

WEEK = 7
YEARS_BACK = 15
"""Months before are not looked at: nothing older says anything, and a mistyped year must not make thousands of them."""

LATELY_OPEN = 5
"""So many deals were usually open at the month starts of the last year: an export that shows none open now leaves out
the open ones."""

STRAY_DAYS, STRAY_DEALS = 365, 5
"""An ending that fewer than so many others follow within so many days begins no history: it is a slip of the pen."""

CENT = 0.01
"""The smallest amount there is; what is less is rounding."""

_WHOLE_FROM = 2
"""A first month whose first deal ended so many days into it, or earlier, counts as whole."""


@dataclass(frozen=True)
class Ground:
    """What every forecast stands on, for the whole company: counted once, whatever part of it is asked for.

    ``is_closed_only``: the export holds none of the deals that are open now, though deals always were (LATELY_OPEN).
    """

    history: History
    months: Calendar
    days: Days
    chains: list[Chains]
    wins: Wins
    sizes: Sizes
    is_closed_only: bool = False

    @property
    def latest(self) -> int:
        """The index of the cutoff that is asked about."""
        return len(self.days.cutoffs) - 1

    def index(self, cutoff: int) -> int:
        """The index of a cutoff that is there."""
        return int(np.searchsorted(self.days.cutoffs, cutoff))


@dataclass(frozen=True)
class Outlook:
    """The forecasts of one part of the business: made at every month's start before the cutoff, a week before it, and
    at it.

    ``keep``: which rows of the history's days belong to the part. ``ledger``: what was won by month, as known at each
    cutoff. ``value`` and ``count``: won value and won deals. ``raw`` and ``raw_count``: the deals' own forecasts behind
    them. ``deals``: the open deals of every cutoff. ``has_amounts``: False where deals were won and none carries an
    amount other than 0: there is no value to forecast.
    """

    ground: Ground
    keep: Flags
    ledger: WonByMonth
    value: Made
    count: Made
    raw: Expected
    raw_count: Expected
    deals: OpenDeals
    has_amounts: bool


def ground_of(history: History, cutoff: int) -> Ground | None:
    """Count what is known of the company, at every month's start and at the cutoff. None where no deal has ended yet.

    ``cutoff``: the first day that is not known, as a number since 1970-01-01.
    """
    h = history
    ended = h.day[(h.state < 0) & (h.day < cutoff)]
    if not len(ended):
        return None
    first = max(_first_ending(np.sort(ended)), cutoff - YEARS_BACK * 366)
    months = calendar(first, cutoff, AHEAD + 1)
    starts = months.starts[1:]
    cutoffs = np.unique(np.concatenate([starts[starts < cutoff], [max(cutoff - WEEK, first + 1), cutoff]]))
    month = months.index(cutoffs)
    created = h.created[h.created < NEVER]
    days = Days(
        cutoffs=cutoffs,
        month=month,
        is_start=months.starts[month] == cutoffs,
        first_whole=int(first - months.starts[0] > _WHOLE_FROM),
        opens=int(created.min()) + RUN_RATE_DAYS if len(created) else first,
    )
    wins = wins_of(h)
    return Ground(
        h, months, days, chains_of(h, cutoffs), wins, sizes_of(h, wins, cutoffs), _leaves_out_open(h, cutoffs[-13:])
    )


def _first_ending(ended: Ints) -> int:
    """The first of some days in order that others follow closely (STRAY_DAYS, STRAY_DEALS); the first where none is.

    Years without a deal before the first real one would make the months behind every forecast, and the naive error
    that MASE is scaled by, those of another business.

    >>> _first_ending(np.array([0, 9000, 9001, 9002, 9003, 9004, 9005])), _first_ending(np.array([0, 9000]))
    (9000, 0)
    """
    followers = np.searchsorted(ended, ended + STRAY_DAYS, side="right") - np.arange(len(ended)) - 1
    begun = np.flatnonzero(followers >= STRAY_DEALS)
    return int(ended[begun[0] if begun.size else 0])


def _leaves_out_open(history: History, cutoffs: Ints) -> bool:
    """Whether no dated deal at all is open at the last of some cutoffs, though LATELY_OPEN were at the median one."""
    h = history
    rows = np.flatnonzero((h.state >= 0) & (h.created[h.deal] < NEVER))
    since = np.maximum(h.day[rows], h.created[h.deal[rows]])
    n_open = np.array([np.count_nonzero((since < cutoff) & (h.left[rows] >= cutoff)) for cutoff in cutoffs])
    return bool(n_open[-1] == 0 and np.median(n_open) >= LATELY_OPEN)


def outlook(
    ground: Ground, keep: Flags | None = None, is_brief: bool = False, about: int | None = None
) -> Outlook:
    """Forecast a part of the business. ``keep``: which rows of the history's days belong to it; None for all.

    The chain is the company's; the open deals, the new ones and the months are the part's own. ``is_brief``: where
    nothing can be forecast at the cutoff, do not look back at when it could. ``about``: a month (its number in the
    calendar) that is forecast from every month's start within AHEAD, not only from the last SCORED.
    """
    h, days, months = ground.history, ground.days, ground.months
    mine = np.ones(len(h.deal), dtype=bool) if keep is None else keep
    ledger = won_by_month(h, ground.wins, mine, months, days.cutoffs)
    has_amounts = bool(np.abs(ledger.value[-1]).max() >= CENT or ledger.count[-1].sum() == 0)
    if is_brief and not (is_ready(ledger.count, days)[1][-1] or is_ready(ledger.valued, days)[1][-1]):
        nothing = Expected(*(np.full((len(days.cutoffs), AHEAD), np.nan) for _ in range(3)))
        return Outlook(
            ground=ground,
            keep=mine,
            ledger=ledger,
            value=make_none(ledger.value, ledger.valued, days),
            count=make_none(ledger.count, ledger.count, days),
            raw=nothing,
            raw_count=nothing,
            deals=open_deals_at(h, np.zeros_like(mine), ground.sizes, days.cutoffs),
            has_amounts=has_amounts,
        )
    mean, square = new_deal_sizes(h, ground.sizes, ledger)
    deals = open_deals_at(h, mine, ground.sizes, days.cutoffs)
    rates = run_rates(h, mine, days.cutoffs)
    is_long = days.cutoffs >= days.cutoffs[-1] - WEEK
    if about is not None:
        is_long |= (days.month <= about) & (about < days.month + AHEAD)
    asked = np.where(is_long, AHEAD, SCORED)
    raw, raw_count = expected(deals, ground.chains, rates, mean, square, months, asked)
    is_mute = np.full(len(days.cutoffs), not sum(chain.counts.sum() for chain in ground.chains))
    # What is open now nobody exported: the months speak alone.
    is_blind = ground.is_closed_only & (days.cutoffs >= days.cutoffs[-1] - WEEK)
    is_mute |= is_blind
    raw, raw_count = (_unknown(one, is_mute) for one in (raw, raw_count))
    remaining = remaining_shares(ground.wins, mine, months, days)
    # Of the company: money per unit of money by which independent wins of these sizes scatter.
    severity = np.divide(square, mean, out=np.zeros_like(mean), where=mean > 0).max(axis=1)
    ones = np.ones(len(days.cutoffs))
    return Outlook(
        ground=ground,
        keep=mine,
        ledger=ledger,
        value=_all_new(make(ledger.value, ledger.valued, raw, severity, remaining, months, days), is_blind),
        count=_all_new(make(ledger.count, ledger.count, raw_count, ones, remaining, months, days), is_blind),
        raw=raw,
        raw_count=raw_count,
        deals=deals,
        has_amounts=has_amounts,
    )


def _unknown(raw: Expected, is_mute: Flags) -> Expected:
    """What deals say at the cutoffs at which they cannot tell: nothing. How far ahead was asked stays."""
    opened, created = (np.where(is_mute[:, None], np.nan, part) for part in (raw.opened, raw.created))
    return replace(raw, opened=opened, created=created)


def _all_new(made: Made, is_blind: Flags) -> Made:
    """Where no open deal was exported, all that is still to come is of deals the files do not hold yet."""
    blind = is_blind[:, None]
    return replace(
        made, opened=np.where(blind, 0.0 * made.mixed, made.opened), created=np.where(blind, made.mixed, made.created)
    )


def made_of(found: Outlook, is_value: bool) -> Made:
    """The forecasts of won value, or of won deals."""
    return found.value if is_value else found.count


@dataclass(frozen=True)
class DealChances:
    """The open deals of one cutoff: ``entry`` (index into the outlook's deals), ``chance`` to be won in the cutoff's
    month, the next, …, and ``worth`` of each to the forecast of that month; shape (n_deals, n_ahead) both. A month's
    worth adds up to its open part. ``ninety``: the chance to be won within 90 days of the cutoff, shape (n_deals,)."""

    entry: Ints
    chance: Array
    worth: Array
    ninety: Array


def deal_chances(
    found: Outlook, at: int, ahead: int, is_value: bool = True, own: Array | None = None
) -> DealChances:
    """How much each open deal counts for in the forecasts made at the ``at``-th cutoff, in value or in number.

    ``own``: the deals' own 90-day chances at that cutoff (see :mod:`kpi_engine.forecasting.own_chances`), of shape
    (n_deals,), nan where there is none: when in them a deal is won is the chain's, how likely the deal's own.
    """
    entry = np.flatnonzero(found.deals.cutoff == at)
    chance, ninety = chances_in_months(found.ground, found.deals, entry, at, ahead, own)
    alone = chance * (found.deals.value[entry][:, None] if is_value else 1.0)
    whole = alone.sum(axis=0)
    made = made_of(found, is_value)
    scale = np.divide(made.opened[at, :ahead], whole, out=np.zeros(ahead), where=whole > 0)
    return DealChances(entry, chance, alone * np.nan_to_num(scale), ninety)


def chances_in_months(
    ground: Ground, deals: OpenDeals, entry: Ints, at: int, ahead: int, own: Array | None = None
) -> tuple[Array, Array]:
    """The chance of each deal to be won in each month ahead, shape (n_deals, ahead), and within 90 days, shape
    (n_deals,): by stage and age, and where ``own`` has one for the deal, scaled so that its own holds."""
    starts, ends = windows(ground.months, int(ground.days.cutoffs[at]), ahead)
    chance, ninety = np.zeros((len(entry), ahead)), np.zeros(len(entry))
    for pipeline, chain in enumerate(ground.chains):
        mine = deals.pipeline[entry] == pipeline
        won_by = chain.won_by(at, np.concatenate([starts, ends, [HORIZON_DAYS]]))
        won_by = won_by[deals.age[entry][mine], deals.state[entry][mine]]
        chance[mine] = won_by[:, ahead : 2 * ahead] - won_by[:, :ahead]
        ninety[mine] = won_by[:, -1]
    if own is None:
        return chance, ninety
    mine = own[ground.history.deal[deals.row[entry]]]
    times = np.divide(mine, ninety, out=np.ones_like(ninety), where=(ninety > 0) & ~np.isnan(mine))
    # A deal is won once: whatever its months were scaled by, they do not come to more than certainty.
    most = np.divide(1.0, chance.sum(axis=1), out=np.full_like(ninety, np.inf), where=chance.sum(axis=1) > 0)
    return chance * np.minimum(times, most)[:, None], np.where(np.isnan(mine), ninety, mine)
