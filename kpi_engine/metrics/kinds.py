"""What a KPI is: a declaration that carries its own words and a number worked out by hand.

Simple    one aggregate over one fact table: what happened between two dates (flow) or what was there at a date (stock)
Combined  KPIs added or multiplied, by name
Ratio     one KPI over another, by name: the only division there is
Computed  a number no aggregate gives: the function that works it out is named, and lives elsewhere
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Literal

from kpi_engine.names import Status

FactRows = Mapping[str, tuple[Mapping[str, object], ...]]
"""Fact table -> rows; a column that is not given is NULL."""


class Unit(StrEnum):
    """What a KPI's number counts in. Shares are 0..1."""

    MONEY = "money"
    COUNT = "count"
    SHARE = "share"
    DAYS = "days"
    HOURS = "hours"
    TIMES = "times"  # a plain multiple: 1.3 is thirty per cent more than usual
    MONEY_PER_DAY = "money_per_day"


class Additivity(StrEnum):
    """What a KPI's numbers may be added over."""

    FULL = "full"  # over deals and over dates
    SEMI = "semi"  # over deals, not over dates
    NONE = "none"  # over nothing: work it out again from its parts


class Role(StrEnum):
    """Whether a KPI moves before the results do, or is the result."""

    LEADING = "leading"
    LAGGING = "lagging"


class Direction(StrEnum):
    """Which way is good."""

    UP = "up"
    DOWN = "down"
    NEITHER = "neither"


@dataclass(frozen=True)
class Example:
    """A few rows of facts, and the number somebody worked out from them by hand."""

    given: FactRows
    as_of: date
    expect: float | None
    n: int
    status: Status = Status.OK


@dataclass(frozen=True, kw_only=True)
class Metric:
    """What every KPI says of itself.

    ``why_key``, ``performance`` and ``indicates`` are the three letters: why it is key to the future, how the
    performance is measured, what it indicates. ``min_n``: below this many cases the status is too_few,
    and the value is no firm one. ``is_part``: made for other KPIs to stand on; left out of lists unless
    somebody asks for it by name. ``searched_as``: other words, in small letters, that people look for it by; each
    belongs to one KPI.
    """

    name: str
    label: str
    topic: Literal["pipeline", "results", "work", "quality"]
    unit: Unit
    description: str
    why_key: str
    performance: str
    indicates: str
    role: Role
    direction: Direction
    additivity: Additivity
    example: Example
    min_n: int = 0
    is_part: bool = False
    searched_as: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Simple(Metric):
    """One aggregate over one fact table.

    ``expr``, ``n`` and ``unknown`` are single aggregate calls over ``model``; each is restricted to ``where``. ``n``
    counts the cases behind the number, ``unknown`` those that belong to it but say nothing (a deal without an
    amount): where there are only such cases, there is no number. ``time`` is the date column. A SEMI-additive one is
    a stock: its aggregates are running sums of changes over ``time``.
    """

    model: Literal[
        "fct_deals",
        "fct_activities",
        "fct_contacts",
        "fct_pipeline_day",
        "fct_steps",
        "fct_stays",
        "fct_expected_dates",
    ]
    expr: str
    time: str
    n: str = "count(*)"
    unknown: str | None = None
    where: str = "true"

    @property
    def is_stock(self) -> bool:
        """Whether the number is what is there at a date, and not what happened between two."""
        return self.additivity is Additivity.SEMI


@dataclass(frozen=True, kw_only=True)
class Combined(Metric):
    """Other KPIs added up or multiplied. It has a number only where each of them has one."""

    parts: tuple[str, ...]
    how: Literal["sum", "product"]


@dataclass(frozen=True, kw_only=True)
class Ratio(Metric):
    """One KPI over another. Over nothing (zero or unknown) there is no number. n is the denominator's.

    ``watched_with``: the KPI that says how much of the work is done of which this ratio says how good it is; the two
    moving against each other raises the balance alarm. It and the numerator are counts of activities.
    """

    numerator: str
    denominator: str
    watched_with: str | None = None


@dataclass(frozen=True, kw_only=True)
class Computed(Metric):
    """A KPI that is no aggregate of facts: a season, the score of a forecast.

    ``compute`` names the function that works it out, as ``package.module:function``. It is called with a session, the
    :class:`~kpi_engine.metrics.slice.Slice` and the :class:`~kpi_engine.metrics.query.Span` asked for, and returns one
    :class:`Figure`. It is imported only when somebody asks. Such a KPI has no cuts: ask the function behind it.
    """

    compute: str


@dataclass(frozen=True)
class Figure:
    """What a Computed KPI comes to. ``value`` is None where the status is no_data, and only there."""

    value: float | None
    n: int
    status: Status


METRICS: dict[str, Metric] = {}
"""Every KPI by name, in the order of declaration. Filled by the modules that declare; read it from ``registry``."""


def define(metric: Metric) -> Metric:
    """Add a KPI to the registry. A name is declared once, and what it stands on is declared before it."""
    if metric.name in METRICS:
        raise ValueError(f"{metric.name} is declared twice")
    for part in parts_of(metric):
        if part not in METRICS:
            raise ValueError(f"{metric.name} stands on {part}, which is not declared before it")
    METRICS[metric.name] = metric
    return metric


def parts_of(metric: Metric) -> tuple[str, ...]:
    """The names a KPI is made of; empty for a Simple and for a Computed one."""
    if isinstance(metric, Ratio):
        return (metric.numerator, metric.denominator)
    return metric.parts if isinstance(metric, Combined) else ()
