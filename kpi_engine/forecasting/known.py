"""What was known on a day, and nothing that came after it: the ground every estimate and forecast stands on.

Days are whole numbers since 1970-01-01. A cutoff is the first day that is *not* known: what is dated before it is
evidence, what is dated on it or later does not exist yet. A stage, amount, owner or expected date that only the newest
export tells (no history, no earlier upload) counts as unknown at every cutoff before that export.

Created date, source, product and segment are not kept over time: what the newest export says of them is taken as given
from the deal's creation on. Where a CRM fills or corrects them later, an estimate at a past cutoff knows that early.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import numpy.typing as npt

from kpi_engine.ingest.history import store_as_of
from kpi_engine.names import UNKNOWN_STAGE, StageKind
from kpi_engine.stats.chain import STEP_DAYS, Steps, decay
from kpi_engine.storage.store import Session, load_sql

Ints = npt.NDArray[np.int64]
Array = npt.NDArray[np.float64]
Words = npt.NDArray[np.object_]

NEVER = 2**31 - 1
"""A day that does not come."""

WON, OUT, ELSEWHERE = -1, -2, -3
"""States that are no open stage: won or paid; lost, gone or ended; not known by the cutoff."""

_EPOCH = date(1970, 1, 1)
_UNTOLD = 0
"""Evidence of a state that was concluded from later knowledge, and told by no history or upload of its time."""


def day_number(day: date) -> int:
    """Days since 1970-01-01."""
    return (day - _EPOCH).days


@dataclass(frozen=True)
class Pipeline:
    """``stages``: its open stages in order; the first stands for a stage that is not known."""

    name: str
    stages: tuple[str, ...]


@dataclass(frozen=True)
class History:
    """Every deal and everything that happened to it.

    Deals, arrays of shape (n_deals,) in the order of their keys: ``deal_key, deal_id, pipeline`` (index into
    ``pipelines``), ``created`` (NEVER where no export says), ``seen_since, amount_since, owner_since, expected_since``
    (NEVER: no evidence), ``source, product, segment`` ('' for none).

    Days, arrays of shape (n_days,), by deal and day: ``deal`` (index), ``day``, ``left`` (first day of the next state;
    NEVER), ``state`` (index into the pipeline's open stages, or WON, OUT), ``place`` (the pipeline of the state),
    ``since`` (when this state was entered), ``amount`` (nan), ``expected`` (NEVER), ``owner, team`` (key, 0 for none),
    ``is_told`` (evidence of its time).

    ``last_day``: the last day that is known at all, that of the newest export or of the last event.
    """

    pipelines: tuple[Pipeline, ...]
    deal_key: Ints
    deal_id: Words
    pipeline: Ints
    created: Ints
    seen_since: Ints
    amount_since: Ints
    owner_since: Ints
    expected_since: Ints
    source: Words
    product: Words
    segment: Words
    deal: Ints
    day: Ints
    left: Ints
    state: Ints
    place: Ints
    since: Ints
    amount: Array
    expected: Ints
    owner: Ints
    team: Ints
    is_told: npt.NDArray[np.bool_]
    last_day: int

    def named(self, pipeline: str) -> int:
        """The index of a pipeline by its name."""
        return [p.name for p in self.pipelines].index(pipeline)


@dataclass(frozen=True)
class Known:
    """The deals there were at a cutoff, one entry each, in the order of ``deal`` (index into the history's deals).

    ``state`` as in History, ELSEWHERE never; ``age`` and ``in_stage`` in days (nan where not known); ``amount`` nan,
    ``expected`` NEVER, ``owner`` and ``team`` 0 where not known then.
    """

    cutoff: int
    deal: Ints
    pipeline: Ints
    state: Ints
    age: Array
    in_stage: Array
    amount: Array
    expected: Ints
    owner: Ints
    team: Ints
    day: Ints

    @property
    def is_open(self) -> npt.NDArray[np.bool_]:
        """Which of them are open."""
        return self.state >= 0


def load(session: Session, one_in: int = 1, open_at: int | None = None) -> History:
    """Read the history of deals from the facts: of all of them, unless fewer are asked for.

    Parameters
    ----------
    one_in : int
        About one deal in so many, chosen by a hash of its id: always the same ones, whatever else is in the store.
    open_at : day, optional
        Only the deals that were open at the end of the day before it, with all that ever happened to them.
    """
    asked = {"one_in": one_in, "open_at": open_at}
    stages = session.rows(load_sql("kpi_engine.forecasting", "known_stages"))
    as_of = store_as_of(session)
    names = sorted({pipeline for _, pipeline, _, _ in stages})
    places = {key: names.index(pipeline) for key, pipeline, _, _ in stages}
    opens = {
        name: [(k, s) for k, p, s, kind in stages if (p, kind) == (name, StageKind.OPEN) and s != UNKNOWN_STAGE]
        for name in names
    }
    # Number 0 is the stage that is not known, whether any deal is in it or not.
    numbers = {key: i for name in names for i, (key, _) in enumerate(opens[name], start=1)}
    deals = session.arrow(load_sql("kpi_engine.forecasting", "known_deals"), asked)
    days = session.arrow(load_sql("kpi_engine.forecasting", "known_days"), asked)

    def ints(table: object, name: str, missing: int) -> Ints:
        column = table.column(name).fill_null(missing)  # type: ignore[attr-defined]
        return np.asarray(column.to_numpy(), dtype=np.int64)

    def words(name: str) -> Words:
        return np.asarray(deals.column(name).fill_null("").to_numpy(zero_copy_only=False), dtype=object)

    keys = ints(deals, "deal_key", 0)
    deal = np.searchsorted(keys, ints(days, "deal_key", 0))
    day = ints(days, "day", 0)
    stage, kind = ints(days, "stage_key", 0), ints(days, "kind_code", 0)
    top = int(stage.max(initial=0)) + 1
    number_of, place_of = np.zeros(top, dtype=np.int64), np.zeros(top, dtype=np.int64)
    for key in places:
        if key < top:
            number_of[key], place_of[key] = numbers.get(key, 0), places[key]
    state = np.where(kind == 0, number_of[stage], np.where((kind == 1) | (kind == 2), WON, OUT))
    place = place_of[stage]
    return History(
        pipelines=tuple(Pipeline(name, (UNKNOWN_STAGE, *(stage for _, stage in opens[name]))) for name in names),
        deal_key=keys,
        deal_id=words("deal_id"),
        pipeline=np.asarray([names.index(name) for name in words("pipeline")], dtype=np.int64),
        created=ints(deals, "created", NEVER),
        seen_since=ints(deals, "seen_since", NEVER),
        amount_since=ints(deals, "amount_since", NEVER),
        owner_since=ints(deals, "owner_since", NEVER),
        expected_since=ints(deals, "expected_since", NEVER),
        source=words("source"),
        product=words("product"),
        segment=words("segment"),
        deal=deal,
        day=day,
        left=ints(days, "left_day", NEVER),
        state=state,
        place=place,
        since=entered(deal, day, state, place),
        amount=np.asarray(days.column("amount").to_numpy(zero_copy_only=False), dtype=np.float64),
        expected=ints(days, "expected", NEVER),
        owner=ints(days, "owner_key", 0),
        team=ints(days, "team_key", 0),
        is_told=ints(days, "evidence", _UNTOLD) != _UNTOLD,
        last_day=_last_of(day, as_of),
    )


def _last_of(day: Ints, as_of: date | None) -> int:
    """The later of the last event and the newest export; days before 1970 are days as well."""
    told = [] if as_of is None else [day_number(as_of)]
    return max([*told, *([int(day.max())] if len(day) else [])], default=0)


def entered(deal: Ints, day: Ints, state: Ints, place: Ints) -> Ints:
    """The day on which each row's state was entered: that of the first row of its unbroken run."""
    if not len(deal):
        return day
    starts = np.ones(len(deal), dtype=bool)
    starts[1:] = (deal[1:] != deal[:-1]) | (state[1:] != state[:-1]) | (place[1:] != place[:-1])
    return day[np.maximum.accumulate(np.where(starts, np.arange(len(deal)), 0))]


def known_at(history: History, cutoff: int) -> Known:
    """The deals as they were known before a cutoff day.

    Deals without a created date are there from the day an export first showed them.
    """
    h = history
    is_there = (h.day < cutoff) & (h.left >= cutoff)
    born = np.where(h.created < NEVER, h.created, h.seen_since)
    rows = np.flatnonzero(is_there & (born[h.deal] < cutoff))
    deal = h.deal[rows]
    # What only a later export tells of a stage was not known: the deal is open, in a stage nobody wrote down.
    is_placed = h.is_told[rows] | (h.seen_since[deal] < cutoff)
    state = np.where((h.state[rows] >= 0) & ~is_placed, 0, h.state[rows])
    nan = np.full(len(rows), np.nan)
    return Known(
        cutoff=cutoff,
        deal=deal,
        pipeline=h.place[rows],
        state=state,
        age=np.where(h.created[deal] < NEVER, cutoff - h.created[deal].astype(np.float64), nan),
        in_stage=np.where(is_placed & (h.created[deal] < NEVER), cutoff - h.since[rows].astype(np.float64), nan),
        amount=np.where(h.amount_since[deal] < cutoff, h.amount[rows], np.nan),
        expected=np.where(h.expected_since[deal] < cutoff, h.expected[rows], NEVER),
        owner=np.where(h.owner_since[deal] < cutoff, h.owner[rows], 0),
        team=np.where(h.owner_since[deal] < cutoff, h.team[rows], 0),
        day=rows,
    )


@dataclass(frozen=True)
class Walk:
    """Every step any dated deal of one pipeline ever took; what of it is known depends on the cutoff.

    Arrays of shape (n_steps,): ``deal`` (index), ``start, end, age`` as in stats.chain.Steps, ``in_stage`` (whole steps
    since the deal came into the stage, at the start), ``end_day`` (the first day after the step: the step is known
    where this is not after the cutoff). ``first_close``: the first day any deal
    of the pipeline ended; steps that start before it are left out, since only deals that outlived them are in the
    export (left truncation).
    """

    n_stages: int
    deal: Ints
    start: Ints
    end: Ints
    age: Ints
    end_day: Ints
    first_close: int
    in_stage: Ints

    def known(self, cutoff: int) -> Steps:
        """The steps that had ended by a cutoff, the recent ones counting more."""
        seen = self.end_day <= cutoff
        weight = decay((cutoff - self.end_day[seen]).astype(np.float64))
        return Steps(self.start[seen], self.end[seen], self.age[seen], weight)

    def known_since_entry(self, cutoff: int) -> Steps:
        """The same steps, with the time in the stage for the age."""
        seen = self.end_day <= cutoff
        return replace(self.known(cutoff), age=self.in_stage[seen])


def walk(history: History, pipeline: int) -> Walk:
    """The steps of a pipeline's deals, counted from the day each was created.

    A step starts in an open stage of the pipeline and ends ten days later in one of them, won or out; one that ends in
    another pipeline is left out. Stages that were not told in their time count as not known.
    """
    h = history
    n_stages = len(h.pipelines[pipeline].stages)
    state = np.where((h.state >= 0) & ~h.is_told, 0, h.state)
    ends = h.day[(h.state < 0) & (h.place == pipeline)]
    first_close = int(ends.min(initial=NEVER))
    is_open = (state >= 0) & (h.place == pipeline) & (h.created[h.deal] < NEVER)
    rows = np.flatnonzero(is_open)
    # Nobody knows when a stage that is not known was entered: the deal has been open since it was created.
    since = np.where(state == 0, h.created[h.deal], h.since)
    # A state holds at the ends of its days: the start of step k is the state at the end of created + 10 k.
    created = h.created[h.deal[rows]]
    first = np.maximum(-((created - h.day[rows]) // STEP_DAYS), 0)
    last = (np.minimum(h.left[rows], h.last_day + 1) - 1 - created) // STEP_DAYS
    n = np.maximum(last - first + 1, 0)
    row = np.repeat(rows, n)
    age = np.arange(n.sum()) - np.repeat(np.cumsum(n) - n, n) + np.repeat(first, n)
    end_at = h.created[h.deal[row]] + STEP_DAYS * (age + 1)
    reached = _row_at(h, h.deal[row], end_at)
    end = np.where(state[reached] >= 0, state[reached], np.where(state[reached] == WON, n_stages, n_stages + 1))
    start_at = end_at - STEP_DAYS
    kept = (end_at <= h.last_day) & (h.place[reached] == pipeline) & (start_at >= first_close)
    return Walk(
        n_stages=n_stages,
        deal=h.deal[row][kept],
        start=state[row][kept],
        end=end[kept],
        age=age[kept],
        end_day=end_at[kept] + 1,
        first_close=first_close,
        in_stage=(np.maximum(start_at - since[row], 0) // STEP_DAYS)[kept],
    )


def _row_at(h: History, deal: Ints, day: Ints) -> Ints:
    """The row that holds for each deal at the end of a day."""
    span = h.last_day + 2 + max(0, -int(h.day.min(initial=0)))
    shift = max(0, -int(h.day.min(initial=0)))
    keys = h.deal * span + h.day + shift
    return np.searchsorted(keys, deal * span + np.minimum(day, h.last_day) + shift, side="right") - 1
