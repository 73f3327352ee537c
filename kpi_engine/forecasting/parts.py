"""Which days of which deals belong to a part of the business: a slice as a mask over the history."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from kpi_engine.forecasting.known import History
from kpi_engine.metrics.slice import Slice
from kpi_engine.storage.store import Session, load_sql

Flags = npt.NDArray[np.bool_]
Words = npt.NDArray[np.object_]

CUTS = ("owner", "team")
"""What a forecast can be cut by."""


def rows_of(session: Session, history: History, ask: Slice) -> Flags:
    """Which rows of the history's days are in a slice: those in which the deal had this owner, team, pipeline, …"""
    h = history
    if ask.is_nothing:
        return np.zeros(len(h.deal), dtype=bool)
    kept = np.ones(len(h.deal), dtype=bool)
    if ask.owners:
        kept &= _among(h.owner, ask.owners, names(session, "owner"))
    if ask.teams:
        kept &= _among(h.team, ask.teams, names(session, "team"))
    if ask.pipelines:
        kept &= np.isin(h.place, [i for i, p in enumerate(h.pipelines) if p.name in ask.pipelines])
    for wanted, said in ((ask.segments, h.segment), (ask.sources, h.source), (ask.products, h.product)):
        if wanted:
            kept &= np.isin(said.astype(str), wanted)[h.deal]
    return kept


def cut_of(session: Session, history: History, ask: Slice, by: str) -> list[tuple[str, Slice]]:
    """The parts of a slice by owner or team, each with the slice that narrows it to that part; '' for those without."""
    keys = history.owner if by == "owner" else history.team
    names_by_key = names(session, by)
    there = np.unique(keys[rows_of(session, history, ask)])
    found = sorted({names_by_key.get(int(key), "") for key in there})
    if by == "owner":
        return [(name, replace(ask, owners=(name,))) for name in found]
    return [(name, replace(ask, teams=(name,))) for name in found]


def names(session: Session, by: str) -> dict[int, str]:
    """Owners or teams by their number in the history."""
    return {int(key): name for key, name in session.rows(load_sql("kpi_engine.forecasting", f"{by}_names"))}


def _among(keys: npt.NDArray[np.int64], wanted: tuple[str, ...], named: dict[int, str]) -> Flags:
    """Whose key has one of the names; key 0, or one without a name, has the name ''."""
    chosen = [key for key, name in named.items() if name in wanted]
    mine = np.isin(keys, chosen)
    return mine | ~np.isin(keys, list(named)) if "" in wanted else mine
