"""What a KPI says of itself, ready to be read: the one text behind the KPI guide, docs/kpis.md and the command line."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import pandas as pd

from kpi_engine.metrics.dimensions import DIMENSIONS, dimensions_of
from kpi_engine.metrics.kinds import Combined, Computed, Metric, Ratio, Simple, Unit, parts_of
from kpi_engine.metrics.registry import METRICS
from kpi_engine.names import COLUMNS, Kind, Status
from kpi_engine.views import words
from kpi_engine.views.store import KIND_WORDS

ROLES = {"leading": "Leading: moves before the results do", "lagging": "Lagging: is the result of earlier work"}
BETTER = {"up": "up is good", "down": "down is good", "neither": "neither way is good in itself"}
ADDS_OVER = {"full": "deals and dates", "semi": "deals, not dates", "none": "nothing: worked out again each time"}
UNITS = {
    "money": "money",
    "count": "a number",
    "share": "a share",
    "days": "days",
    "hours": "hours",
    "times": "a multiple",
    "money_per_day": "money per day",
}
TOPICS = {"pipeline": "Pipeline", "results": "Results", "work": "Work", "quality": "Quality"}

EXAMPLE_ROWS = 8
"""So many different rows of a worked example are shown; the rest are counted."""

# Columns of facts whose name in an export is another one, or several: file kind and canonical columns.
_COMES_FROM: Mapping[str, tuple[tuple[Kind, str], ...]] = {
    "amount_change": ((Kind.DEALS, "amount"),),
    "deals_without_amount_change": ((Kind.DEALS, "amount"),),
    "deals_change": ((Kind.DEALS, "deal_id"), (Kind.DEALS, "stage")),
    "change_date": ((Kind.DEALS, "created_at"), (Kind.STAGE_CHANGES, "changed_at")),
    "probability": ((Kind.DEALS, "stage"),),
    "closed_date": ((Kind.DEALS, "closed_at"),),
    "created_date": ((Kind.DEALS, "created_at"),),
    "cycle_days": ((Kind.DEALS, "created_at"), (Kind.DEALS, "closed_at")),
    "deal_key": ((Kind.DEALS, "deal_id"),),
    "status": ((Kind.DEALS, "status"), (Kind.DEALS, "stage")),
    "had": ((Kind.STAGE_CHANGES, "stage"),),
    "has": ((Kind.STAGE_CHANGES, "stage"),),
    "is_lost": ((Kind.STAGE_CHANGES, "stage"),),
    "step_date": ((Kind.STAGE_CHANGES, "changed_at"),),
    "left_date": ((Kind.STAGE_CHANGES, "changed_at"),),
    "days": ((Kind.STAGE_CHANGES, "changed_at"),),
    "is_told": ((Kind.DEALS, "expected_close_date"),),
    "slipped_date": ((Kind.DEALS, "expected_close_date"),),
    "pushed_date": ((Kind.STAGE_CHANGES, "expected_close_date"),),
    "occurred_date": ((Kind.ACTIVITIES, "occurred_at"),),
    "is_done": ((Kind.ACTIVITIES, "done"),),
    "is_due": ((Kind.ACTIVITIES, "done"), (Kind.ACTIVITIES, "occurred_at")),
    "is_inbound": ((Kind.ACTIVITIES, "direction"),),
    "is_reached": ((Kind.ACTIVITIES, "outcome"), (Kind.ACTIVITIES, "minutes")),
    "is_success": ((Kind.ACTIVITIES, "outcome"),),
    "qualification": tuple((Kind.ACTIVITIES, c) for c in ("budget", "authority", "need", "timing", "exception_reason")),
    "is_executive": ((Kind.CONTACTS, "level"),),
    "period_start": ((Kind.TARGETS, "period"),),
    "period_end": ((Kind.TARGETS, "period"),),
}
_KIND_OF = {"fct_activities": Kind.ACTIVITIES, "fct_targets": Kind.TARGETS, "fct_contacts": Kind.CONTACTS}
_TEXT = re.compile(r"'[^']*'")
_NAME = re.compile(r"[a-z_]+")
_NOT_SHOWN = {"deal_key", "deal_id", "is_undated", "kind", "kind_code", "pipeline", "stage_key", "n", "source"}


@dataclass(frozen=True)
class Card:
    """The words of one KPI. ``source_columns``: 'Deals: Amount, Closed', one per kind of file. ``cuts``: the
    dimensions it has. ``example``: the worked
    example in a line; ``example_rows``: its different rows, how often each comes first; ``example_more``: how many rows
    are not among them."""

    name: str
    label: str
    topic: str
    unit: str
    role: str
    direction: str
    adds_over: str
    min_n: int
    description: str
    why_key: str
    performance: str
    indicates: str
    formula: str
    source_columns: tuple[str, ...]
    applies_to: str
    cuts: tuple[str, ...]
    example: str
    example_rows: tuple[tuple[int, dict[str, str]], ...]
    example_more: int

    @property
    def measured_in(self) -> str:
        """Unit, which way is good, and what it needs, in a line."""
        needs = f" · no number below {self.min_n} cases" if self.min_n > 1 else ""
        return f"{UNITS[self.unit]}, {BETTER[self.direction]}{needs}"

    def found_by(self, text: str) -> bool:
        """Whether every word of a search stands somewhere on the card."""
        said = " ".join(
            (self.name, self.label, self.description, self.why_key, self.performance, self.indicates, self.topic,
             *self.source_columns)
        ).casefold()  # fmt: skip
        return all(word in said for word in text.casefold().split())


def card(metric: Metric) -> Card:
    """The card of a declaration: everything it says, nothing that was measured."""
    rows, more = _example_rows(metric)
    return Card(
        name=metric.name,
        label=metric.label,
        topic=metric.topic,
        unit=metric.unit.value,
        role=metric.role.value,
        direction=metric.direction.value,
        adds_over=metric.additivity.value,
        min_n=metric.min_n,
        description=metric.description,
        why_key=metric.why_key,
        performance=metric.performance,
        indicates=metric.indicates,
        formula=formula(metric),
        source_columns=source_columns(metric),
        applies_to=applies_to(metric),
        cuts=dimensions_of(metric),
        example=_example(metric, rows, more),
        example_rows=rows,
        example_more=more,
    )


def cards(names: list[str] | None = None) -> list[Card]:
    """The cards of the KPIs named, or of all that are no mere parts, in the order of declaration."""
    return [card(m) for m in METRICS.values() if (m.name in names if names is not None else not m.is_part)]


def formula(metric: Metric) -> str:
    """How the number is made, exactly.

    >>> formula(METRICS["qualified_rate"]), formula(METRICS["won_value"])
    ('Qualified meetings ÷ Meetings held', "sum(amount) where status = 'won', by closed_date")
    """
    if isinstance(metric, Ratio):
        return f"{METRICS[metric.numerator].label} ÷ {METRICS[metric.denominator].label}"
    if isinstance(metric, Combined):
        return (" + " if metric.how == "sum" else " × ").join(METRICS[part].label for part in metric.parts)
    if isinstance(metric, Simple):
        condition = [] if metric.where == "true" else ["where", metric.where]
        made = " ".join([metric.expr, *condition])
        return f"{made}, running up to the day, by {metric.time}" if metric.is_stock else f"{made}, by {metric.time}"
    return metric.performance


def source_columns(metric: Metric) -> tuple[str, ...]:
    """The columns of an export a number rests on, by kind of file, through all its parts.

    >>> source_columns(METRICS["won_value"])
    ('Deals: Amount, Closed, Status, Stage',)
    """
    found: dict[Kind, dict[str, None]] = {}
    for model, column in _columns_read(metric):
        for kind, name in _comes_from(model, column):
            found.setdefault(kind, {})[{c.name: c.label for c in COLUMNS[kind]}[name]] = None
    return tuple(f"{KIND_WORDS[kind]}: {', '.join(labels)}" for kind, labels in found.items())


def _columns_read(metric: Metric) -> list[tuple[str, str]]:
    """(fact table, column) a KPI reads; of one that a function works out, those its worked example gives."""
    if isinstance(metric, Simple):
        text = " ".join((metric.expr, metric.time, metric.n, metric.unknown or "", metric.where))
        names = dict.fromkeys(_NAME.findall(_TEXT.sub(" ", text)))
        return [(metric.model, name) for name in names if _comes_from(metric.model, name)]
    if isinstance(metric, Computed):
        given = metric.example.given.items()
        pairs = dict.fromkeys((table, name) for table, rows in given for row in rows for name in _filled(row))
        return [(table, name) for table, name in pairs if table.startswith("fct_")]
    return [pair for part in parts_of(metric) for pair in _columns_read(METRICS[part])]


def _comes_from(model: str, column: str) -> tuple[tuple[Kind, str], ...]:
    """The columns of exports behind a column of facts: named above, or of the same name."""
    kind = _KIND_OF.get(model, Kind.DEALS)
    if kind is Kind.CONTACTS and column == "created_date":
        return ((kind, "created_at"),)
    if column in _COMES_FROM:
        return _COMES_FROM[column]
    return ((kind, column),) if any(c.name == column for c in COLUMNS[kind]) else ()


def applies_to(metric: Metric) -> str:
    """Whose number it is, and what it can be cut by.

    >>> applies_to(METRICS["seasonal_index"])
    'Whatever the filters leave in, as a whole.'
    """
    cuts = [DIMENSIONS[name] for name in dimensions_of(metric) if DIMENSIONS[name].grain is None]
    others = [cut.label.lower() for cut in cuts if cut.name not in ("owner", "team")]
    if not cuts:
        return "Whatever the filters leave in, as a whole."
    people = "Each rep, each team and all together" if any(cut.name == "owner" for cut in cuts) else "All together"
    return f"{people}; also by {words.listed(others)}." if others else f"{people}."


def number(unit: str, value: float | None, currency: str | None = None) -> str:
    """A value of a KPI as a manager says it.

    >>> number("share", 0.5), number("count", 1497), number("days", 15.2), number("times", 0.0829), number("days", None)
    ('50.0 %', '1,497', '15 days', '0.08', '–')
    """
    if value is None or not words.is_number(value):
        return words.NOTHING
    if unit in (Unit.MONEY, Unit.MONEY_PER_DAY):
        return words.money(value, currency) + (" a day" if unit == Unit.MONEY_PER_DAY else "")
    if unit == Unit.SHARE:
        return words.share(value, 1).replace("-", words.MINUS)
    if unit == Unit.DAYS:
        return words.many(round(value), "day")
    if unit == "hours":
        return f"{value:,.1f} hours"
    return words.count(value) if unit == Unit.COUNT else f"{value:,.2f}"


def status_words(status: str, n: int) -> str:
    """What a number rests on, or why there is none.

    >>> status_words("too_few", 3), status_words("ok", 1497), status_words("no_data", 0)
    ('too few to say: 3 cases', '1,497 cases', 'no data for it')
    """
    if status == Status.NO_DATA:
        return "no data for it"
    cases = words.many(n, "case")
    if status == Status.TOO_FEW:
        return f"too few to say: {cases}"
    return f"{cases}, partly estimated" if status == Status.INFERRED else cases


def example_frame(of: Card) -> pd.DataFrame:
    """The rows of a worked example as a table: how often each comes, and a column per fact, blank where it has none."""
    facts = list(dict.fromkeys(name for _, row in of.example_rows for name in row))
    return pd.DataFrame(
        [[n, *(row.get(name, "") for name in facts)] for n, row in of.example_rows], columns=["Rows", *facts]
    )


def _example_rows(metric: Metric) -> tuple[tuple[tuple[int, dict[str, str]], ...], int]:
    """The different rows of a worked example with how often each comes, and how many rows are not among them. Where
    there would be too many, the days are left out."""
    read = {column for _, column in _columns_read(metric)} - _NOT_SHOWN
    given = [
        {name: row[name] for name in _filled(row) if name in read}
        for table, rows in metric.example.given.items()
        for row in rows
        if table.startswith("fct_")
    ]
    told = _told(given)
    if len(told) > EXAMPLE_ROWS:
        told = _told([{name: value for name, value in row.items() if not isinstance(value, date)} for row in given])
    rows = [(n, dict(row)) for row, n in told.items()]
    return tuple(rows[:EXAMPLE_ROWS]), sum(n for n, _ in rows[EXAMPLE_ROWS:])


def _told(rows: list[dict[str, object]]) -> Counter[tuple[tuple[str, str], ...]]:
    return Counter(tuple((_spoken(name), _value(value)) for name, value in row.items()) for row in rows if row)


def _example(metric: Metric, rows: tuple[tuple[int, dict[str, str]], ...], more: int) -> str:
    example = metric.example
    given = words.many(sum(n for n, _ in rows) + more, "row")
    if example.expect is None:
        return f"{given}: {status_words(example.status, example.n)}, so no number is given."
    came = number(metric.unit.value, float(example.expect))
    return f"{given} up to {words.day(example.as_of)} come to {came} ({words.many(example.n, 'case')})."


def _filled(row: Mapping[str, object]) -> list[str]:
    return [name for name, value in row.items() if value is not None]


def _spoken(column: str) -> str:
    """A column of facts in words."""
    return column.removesuffix("_date").removesuffix("_change").removeprefix("is_").replace("_", " ").capitalize()


def _value(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, date):
        return words.day(value)
    if isinstance(value, (int, float, Decimal)):
        return f"{value:,}".replace("-", words.MINUS)
    return str(value).replace("_", " ")
