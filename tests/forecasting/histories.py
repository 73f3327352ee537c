"""Histories written down by hand: what was known when, without an import."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from kpi_engine.forecasting.known import NEVER, OUT, WON, History, Pipeline, entered

DAY = 18_000
"""The day deals of these tests count from."""

STAGES = ("(stage not known)", "Lead", "Offer")
_NUMBER = {"?": 0, "Lead": 1, "Offer": 2, "won": WON, "out": OUT}


@dataclass(frozen=True)
class Deal:
    """``changes``: (day, stage, 'won' or 'out'), days from DAY on; created on the first unless ``created`` says so."""

    changes: Sequence[tuple[int, str]]
    created: int | None = -1
    pipeline: int = 0
    source: str = ""
    owner: int = 0
    amount: float = float("nan")
    seen_since: int | None = None
    is_told: bool = True
    values_since: int | None = None
    moved_to: dict[int, int] = field(default_factory=dict)


def history(*deals: Deal, last_day: int, n_pipelines: int = 1) -> History:
    """A history of these deals; every day is counted from DAY."""
    rows = [(i, DAY + day, _NUMBER[what], deal) for i, deal in enumerate(deals) for day, what in deal.changes]
    deal, day, state = (np.array([row[i] for row in rows], dtype=np.int64) for i in range(3))
    place = np.array([d.moved_to.get(int(at) - DAY, d.pipeline) for _, at, _, d in rows], dtype=np.int64)
    left = np.full(len(rows), NEVER, dtype=np.int64)
    followed = deal[1:] == deal[:-1]
    left[:-1][followed] = day[1:][followed]

    def days(name: str) -> np.ndarray:
        found = [getattr(d, name) for d in deals]
        return np.array([NEVER if value is None else DAY + value for value in found], dtype=np.int64)

    created = [d.changes[0][0] if d.created == -1 else d.created for d in deals]
    nothing = np.full(len(deals), "", dtype=object)
    return History(
        pipelines=tuple(Pipeline(f"P{i}", STAGES) for i in range(n_pipelines)),
        deal_key=np.arange(len(deals)),
        deal_id=np.array([f"d{i}" for i in range(len(deals))], dtype=object),
        pipeline=np.array([d.pipeline for d in deals], dtype=np.int64),
        created=np.array([NEVER if c is None else DAY + c for c in created], dtype=np.int64),
        seen_since=days("seen_since"),
        amount_since=days("values_since"),
        owner_since=days("values_since"),
        expected_since=np.full(len(deals), NEVER, dtype=np.int64),
        source=np.array([d.source for d in deals], dtype=object),
        product=nothing,
        segment=nothing,
        deal=deal,
        day=day,
        left=left,
        state=state,
        place=place,
        since=entered(deal, day, state, place),
        amount=np.array([d.amount for *_, d in rows]),
        expected=np.full(len(rows), NEVER, dtype=np.int64),
        owner=np.array([d.owner for *_, d in rows], dtype=np.int64),
        team=np.zeros(len(rows), dtype=np.int64),
        is_told=np.array([d.is_told for *_, d in rows], dtype=bool),
        last_day=DAY + last_day,
    )


def cut_off(h: History, cutoff: int) -> History:
    """The history as it would be if nothing had ever been dated on or after a day."""
    return rows_of(h, h.day < cutoff, min(h.last_day, cutoff - 1))


def rows_of(h: History, kept: np.ndarray, last_day: int) -> History:
    """Some rows of a history; what ends after the last of a deal's goes on."""
    deal, day = h.deal[kept], h.day[kept]
    left = np.full(len(deal), NEVER, dtype=np.int64)
    followed = deal[1:] == deal[:-1]
    left[:-1][followed] = day[1:][followed]
    names = ("deal", "day", "state", "place", "since", "amount", "expected", "owner", "team", "is_told")
    return replace(h, **{name: getattr(h, name)[kept] for name in names}, left=left, last_day=last_day)


def shuffled_after(h: History, cutoff: int, seed: int) -> History:
    """The history with other things happening from a day on: outcomes, stages, amounts and owners dealt out anew."""
    rng = np.random.default_rng(seed)
    late = np.flatnonzero(h.day >= cutoff)
    dealt = rng.permutation(late)
    values = {name: getattr(h, name).copy() for name in ("state", "amount", "owner")}
    for value in values.values():
        value[late] = value[dealt]
    return replace(h, **values, since=entered(h.deal, h.day, values["state"], h.place))
