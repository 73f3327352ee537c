"""What do we measure, and why?"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import pandas as pd

from kpi_engine.metrics.kinds import Computed, Metric, parts_of
from kpi_engine.metrics.query import has_rows, measure
from kpi_engine.metrics.registry import METRICS, chosen
from kpi_engine.names import Status
from kpi_engine.storage import Session
from kpi_engine.views import words
from kpi_engine.views.ask import Ask, Who
from kpi_engine.views.kpi_card import TOPICS, Card, card, number, status_words
from kpi_engine.views.kpi_evidence import Cell, tested_pairs, told
from kpi_engine.views.kpi_near import nearest

GUIDE = "kpi_guide"
"""This page itself, which shows every KPI."""

ON_OPENING = "worked out when the card is opened"
_HERE = Path(__file__).resolve().parent


@dataclass(frozen=True)
class Measured:
    """A KPI's number now. ``status`` is None where nobody has worked it out: ``value_text`` is a dash then."""

    value: float | None
    n: int
    status: str | None
    value_text: str
    status_text: str

    @property
    def has_data(self) -> bool:
        """Whether there is a number, or may be one."""
        return self.status != Status.NO_DATA


@dataclass(frozen=True)
class Shown:
    """One card as it stands on the page. ``used_in``: page -> its title, without the guide itself."""

    words: Card
    measured: Measured
    evidence: str
    used_in: dict[str, str]


@dataclass(frozen=True)
class Guide:
    """``sentence``: how many KPIs there are and have a number; ``cards`` in the order of their topics."""

    sentence: str
    cards: tuple[Shown, ...]

    def with_evidence(self, pairs: Sequence[Cell]) -> Guide:
        """The same, each card with what the team's own weeks say of it."""
        return replace(self, cards=tuple(replace(one, evidence=told(one.words.name, pairs)) for one in self.cards))

    def shown(
        self, text: str = "", topic: str | None = None, role: str | None = None, only_data: bool = False
    ) -> list[Shown]:
        """The cards a search and the filters leave."""
        return [
            one
            for one in self.cards
            if one.words.found_by(text)
            and topic in (None, one.words.topic)
            and role in (None, one.words.role)
            and (one.measured.has_data or not only_data)
        ]


    def meant(self, text: str) -> list[str]:
        """The labels of the KPIs that a search no card answers may have meant, the nearest first."""
        if any(one.words.found_by(text) for one in self.cards):
            return []
        return [one.label for one in nearest(text, [one.words for one in self.cards])]


def kpi_guide_view(session: Session, ask: Ask, who: Who) -> Guide:
    """Every KPI with its number in the period; those that a function works out are left until their card is opened
    (see :func:`worked_out`), since together they take longer than a page may. Evidence is added with
    :meth:`Guide.with_evidence`."""
    numbers = _measured(session, ask, who, [m for m in _listed() if not _takes_long(m)])
    numbers |= {m.name: _waiting(session, m) for m in _listed() if _takes_long(m)}
    return _guide([_shown(card(metric), numbers[metric.name], ()) for metric in _listed()])


def catalogue(
    session: Session, ask: Ask, who: Who, names: list[str] | None = None, of_all_time: bool = False
) -> list[Shown]:
    """The same for the command line: all listed KPIs or those named, every one of them worked out.

    ``of_all_time``: whatever the dates of ``ask``, with the cases that have no date.
    """
    metrics = _named(names)
    numbers = _measured(session, ask, who, metrics, of_all_time)
    pairs = tested_pairs(session, ask.at_one_day(), who)
    return [_shown(card(metric), numbers[metric.name], pairs) for metric in metrics]


def catalogue_of_nothing(names: list[str] | None = None) -> list[Shown]:
    """The catalogue where there are no data: what every KPI is, and that it has no number yet."""
    return [_shown(card(metric), _as_measured(metric, None, 0, Status.NO_DATA, None), ()) for metric in _named(names)]


def declared_guide() -> Guide:
    """The guide where there are no data."""
    return _guide(catalogue_of_nothing())


def worked_out(session: Session, ask: Ask, who: Who) -> Measured:
    """The number of one KPI, named by ``ask.choice``."""
    metric = METRICS[ask.choice]
    return _measured(session, ask, who, [metric])[metric.name]


@cache
def used_in(kpi: str) -> dict[str, str]:
    """The pages that ask for a KPI, and their titles, but the guide; generated from the code (scripts/kpi_use.py)."""
    pages = json.loads((_HERE / "kpi_use.json").read_text(encoding="utf-8"))
    return {page: about["title"] for page, about in pages.items() if page != GUIDE and kpi in about["kpis"]}


def _listed() -> list[Metric]:
    """All KPIs that are no mere parts, topic by topic."""
    order = list(TOPICS)
    return sorted((m for m in METRICS.values() if not m.is_part), key=lambda m: order.index(m.topic))


def _named(names: list[str] | None) -> list[Metric]:
    return _listed() if names is None else chosen(names, ())


def _guide(ordered: list[Shown]) -> Guide:
    with_data = sum(one.measured.has_data for one in ordered)
    leading = sum(one.words.role == "leading" for one in ordered)
    told_of = f"{len(ordered)} KPIs: {leading} lead, {len(ordered) - leading} are results"
    have = "none of them has data yet" if with_data == 0 else f"{with_data} have data here"
    return Guide(f"{told_of}; {have}.", tuple(ordered))


def _shown(of: Card, now: Measured, pairs: Sequence[Cell]) -> Shown:
    return Shown(of, now, told(of.name, pairs), used_in(of.name))


def _measured(
    session: Session, ask: Ask, who: Who, metrics: list[Metric], of_all_time: bool = False
) -> dict[str, Measured]:
    names = [metric.name for metric in metrics]
    since, until = (None, None) if of_all_time else (ask.date_from, ask.date_to)
    frame = measure(session, names, ask.seen_by(who), (), since, until, ask.as_of).set_index("kpi")
    return {
        metric.name: _as_measured(
            metric,
            None if pd.isna(frame.at[metric.name, "value"]) else float(frame.at[metric.name, "value"]),
            int(frame.at[metric.name, "n"]),
            Status(frame.at[metric.name, "status"]),
            ask.currency,
        )
        for metric in metrics
    }


def _as_measured(metric: Metric, value: float | None, n: int, status: Status, currency: str | None) -> Measured:
    """Under too_few the value is kept for programs, and not said."""
    said = value if status not in (Status.TOO_FEW, Status.NO_DATA) else None
    return Measured(value, n, status.value, number(metric.unit.value, said, currency), status_words(status, n))


def _takes_long(metric: Metric) -> bool:
    """Whether a function works it out, or a part of it."""
    return isinstance(metric, Computed) or any(_takes_long(METRICS[part]) for part in parts_of(metric))


def _waiting(session: Session, metric: Metric) -> Measured:
    """What stands on a card whose number has not been asked for: whether there is anything to make it from."""
    tables = [table for table in metric.example.given if table.startswith("fct_")]
    if not all(has_rows(session, table) for table in tables):
        return _as_measured(metric, None, 0, Status.NO_DATA, None)
    return Measured(None, 0, None, words.NOTHING, ON_OPENING)
