"""The open deals as they were known at a row of past days, and what came of each: what chances are learned and scored
on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from zlib import crc32

import numpy as np
import numpy.typing as npt

from kpi_engine.forecasting.known import NEVER, OUT, WON, Array, History, Ints, Words, known_at
from kpi_engine.periods import month_add

HORIZON_DAYS = 90
"""What chances are scored on: won within so many days, which is known of every deal once they are over."""

YEARS_BACK = 40
"""A mistyped year does not make a history of a thousand months (dim_days goes back as far)."""

_EPOCH = date(1970, 1, 1)


@dataclass(frozen=True)
class Snapshots:
    """One entry per cutoff and deal that was open then, in the order of the cutoffs; arrays of shape (n,).

    As known before the cutoff: ``stage`` (0 where not known), ``age, in_stage`` (days, nan), ``amount`` (nan),
    ``owner`` (0); ``source, product, segment`` as numbers (0 for none). What came later: ``won_on, over_on``, the
    first day from the cutoff on on which the deal was won, and on which it was won or out (NEVER); only what lies
    before another cutoff may be looked at from there.
    """

    cutoff: Ints
    deal: Ints
    stage: Ints
    age: Array
    in_stage: Array
    amount: Array
    owner: Ints
    source: Ints
    product: Ints
    segment: Ints
    won_on: Ints
    over_on: Ints

    def __len__(self) -> int:
        return len(self.deal)

    def where(self, kept: npt.NDArray[np.bool_] | Ints | slice) -> Snapshots:
        """Some of them."""
        return Snapshots(*(getattr(self, name)[kept] for name in self.__dataclass_fields__))

    @classmethod
    def newcomer(cls, cutoff: int, stage: int) -> Snapshots:
        """One deal that has just come into a stage and of which nothing else is known."""
        zero, nothing, never = np.zeros(1, dtype=np.int64), np.full(1, np.nan), np.full(1, NEVER, dtype=np.int64)
        return cls(
            zero + cutoff, zero, zero + stage, np.zeros(1), np.zeros(1), nothing, zero, zero, zero, zero, never, never
        )

    @property
    def is_won_in_time(self) -> npt.NDArray[np.bool_]:
        """Whether the deal was won within HORIZON_DAYS of the cutoff."""
        return self.won_on < self.cutoff + HORIZON_DAYS


def take(history: History, pipeline: int, cutoffs: Sequence[int]) -> Snapshots:
    """The open deals of a pipeline at each of some cutoffs."""
    h = history
    won_rows, over_rows = np.flatnonzero(h.state == WON), np.flatnonzero((h.state == WON) | (h.state == OUT))
    source, product, segment = (codes(words) for words in (h.source, h.product, h.segment))
    found = []
    for cutoff in cutoffs:
        known = known_at(h, cutoff)
        kept = known.is_open & (known.pipeline == pipeline)
        deal, row = known.deal[kept], known.day[kept]
        found.append(
            Snapshots(
                cutoff=np.full(len(deal), cutoff, dtype=np.int64),
                deal=deal,
                stage=known.state[kept],
                age=known.age[kept],
                in_stage=known.in_stage[kept],
                amount=known.amount[kept],
                owner=known.owner[kept],
                source=source[deal],
                product=product[deal],
                segment=segment[deal],
                won_on=_first_after(h, won_rows, row),
                over_on=_first_after(h, over_rows, row),
            )
        )
    if not found:
        ints, floats = np.empty(0, dtype=np.int64), np.empty(0)
        return Snapshots(ints, ints, ints, floats, floats, floats, *[ints] * 6)
    return Snapshots(*(np.concatenate([getattr(s, n) for s in found]) for n in Snapshots.__dataclass_fields__))


def codes(words: Words) -> Ints:
    """Words as numbers that depend on the word alone (CRC-32), 0 for the empty one.

    >>> codes(np.array(["a", "", "a"], dtype=object)).tolist()
    [3904355907, 0, 3904355907]
    """
    known, places = np.unique(words.astype(str), return_inverse=True)
    return np.asarray([crc32(word.encode()) for word in known.tolist()], dtype=np.int64)[places]


def month_starts(history: History, until: int) -> list[int]:
    """The first days of the months from the second one of the history on, up to and with ``until``; of a longer history
    than YEARS_BACK, the months since then."""
    last = _EPOCH + timedelta(days=until)
    first = max(_EPOCH + timedelta(days=int(history.day.min(initial=until))), month_add(last, -12 * YEARS_BACK))
    found, start = [], month_add(first.replace(day=1), 1)
    while start <= last:
        found.append((start - _EPOCH).days)
        start = month_add(start, 1)
    return found


def closed_before(history: History, pipeline: int, cutoff: int) -> tuple[int, int]:
    """How many deals of a pipeline had been won, and how many had ended at all, by a cutoff; each deal counts once."""
    h = history
    is_past = (h.day < cutoff) & (h.place == pipeline)
    won, over = is_past & (h.state == WON), is_past & ((h.state == WON) | (h.state == OUT))
    return np.unique(h.deal[won]).size, np.unique(h.deal[over]).size


def resolved_by_stage(history: History, pipeline: int, cutoff: int, *, won_only: bool = False) -> Ints:
    """How many deals that had ended by a cutoff (``won_only``: had been won) were ever told to be in each stage of a
    pipeline, shape (n_stages,). The stage not known counts those of which no stage was told."""
    h = history
    n_stages = len(h.pipelines[pipeline].stages)
    is_here = (h.day < cutoff) & (h.place == pipeline)
    has_ended = np.zeros(len(h.deal_key), dtype=bool)
    has_ended[h.deal[is_here & ((h.state == WON) if won_only else (h.state < 0))]] = True
    told = is_here & (h.state >= 0) & h.is_told & has_ended[h.deal]
    pairs = np.unique(h.deal[told] * n_stages + h.state[told])
    found = np.bincount(pairs % n_stages, minlength=n_stages)
    is_untold = has_ended.copy()
    is_untold[h.deal[told & (h.state > 0)]] = False
    found[0] = is_untold.sum()
    return np.asarray(found, dtype=np.int64)


def _first_after(h: History, rows: Ints, since: Ints) -> Ints:
    """The day of the first of some rows of the same deal at or after another row; NEVER where there is none."""
    if not len(rows):
        return np.full(len(since), NEVER, dtype=np.int64)
    place = np.minimum(np.searchsorted(rows, since), len(rows) - 1)
    row = rows[place]
    return np.where((row >= since) & (h.deal[row] == h.deal[since]), h.day[row], NEVER)
