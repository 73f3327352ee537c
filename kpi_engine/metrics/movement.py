"""Why expected value moved between two dates, to the cent.

Every day on which a deal changed is booked on its own, so the movement of a span is the sum of the movements of its
parts. Where stage and amount change on one day, the step of the stage is valued at the old amount and the change of
the amount at the new probability.

Each day counts with the win chances in force on it. Where others come into force, what was open at the end of the day
before is valued anew first (recalibrated), and then that day's changes are booked at the new chances.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import astuple, dataclass
from datetime import date
from decimal import ROUND_FLOOR, Decimal

import pandas as pd

from kpi_engine.errors import UnknownName
from kpi_engine.metrics.kinds import Simple
from kpi_engine.metrics.query import has_rows, stock_frame
from kpi_engine.metrics.registry import METRICS
from kpi_engine.metrics.slice import Slice
from kpi_engine.names import UNKNOWN_STAGE
from kpi_engine.storage.store import Session, load_sql

CAUSES = (
    "created",
    "advanced",
    "moved_back",
    "amount_changed",
    "reopened",
    "won",
    "lost",
    "recalibrated",
    "gone",
    "transferred",
)
"""What moves expected value, in the order it is told. Recalibrated: the probabilities changed, not the work."""

_BEFORE = {column: f"prev_{column}" for column in ("owner", "team", "pipeline", "segment", "source", "product")}
"""What the slice's columns were called before the change."""

_ZERO = Decimal(0)
_CENT = Decimal("0.01")


@dataclass(frozen=True)
class Movement:
    """Expected value at the end of two days, and what happened in between: start + the causes = end, exactly.

    Amounts are signed and unrounded.
    """

    start: Decimal
    created: Decimal
    advanced: Decimal
    moved_back: Decimal
    amount_changed: Decimal
    reopened: Decimal
    won: Decimal
    lost: Decimal
    recalibrated: Decimal
    gone: Decimal
    transferred: Decimal
    end: Decimal

    @property
    def causes(self) -> dict[str, Decimal]:
        """Cause -> what it added, in the order of CAUSES."""
        return {cause: getattr(self, cause) for cause in CAUSES}

    def in_cents(self) -> Movement:
        """The same rounded to cents, so that the rounded parts still add up: the cents left over go to the largest
        remainders."""
        start, *causes, end = (Decimal(part) for part in astuple(self))
        first, last = start.quantize(_CENT), end.quantize(_CENT)
        down = [part.quantize(_CENT, ROUND_FLOOR) for part in causes]
        missing = int((last - first - sum(down, _ZERO)) / _CENT)
        by_remainder = sorted(range(len(causes)), key=lambda i: (down[i] - causes[i], i))
        for i in by_remainder[: max(missing, 0)]:
            down[i] += _CENT
        for i in by_remainder[::-1][: max(-missing, 0)]:
            down[i] -= _CENT
        return Movement(*[first, *down, last])


def movement(session: Session, ask: Slice, date_from: date, date_to: date) -> Movement | None:
    """What moved expected value from the end of ``date_from`` to the end of ``date_to``; None where there are
    no facts. Start and end are what expected value was at the win chances in force on those days.

    A slice is judged before and after each change: an open deal that passes its border (another owner, pipeline,
    segment, …) is transferred. Deals without a created date are left out, as they are in the trend.

    Raises
    ------
    ArithmeticError
        Start and causes do not add up to the end: the facts contradict each other, which is our mistake.
    """
    if date_to < date_from:
        raise ValueError(f"The movement runs from {date_from} to {date_to}: the end is before the start.")
    if not has_rows(session, "fct_changes"):
        return None
    booked, values = _booked(ask, date_from, date_to)
    sums = dict(session.rows(load_sql("kpi_engine.metrics", "movement_causes").format(booked=booked), values))
    start, end = (_expected_value(session, ask, day) for day in (date_from, date_to))
    found = Movement(*[start, *(sums.pop(cause, _ZERO) for cause in CAUSES), end])
    left_over = end - start - sum(found.causes.values(), _ZERO)
    if sums or left_over:
        raise ArithmeticError(f"expected value moved by {left_over} that no cause explains {sorted(sums)}")
    return found


def is_dated(session: Session) -> bool:
    """Whether any deal changed on a day that is known: of others nobody can say what moved their value, not even that
    nothing did."""
    return session.value(load_sql("kpi_engine.metrics", "any_dated_change")) is not None


def movement_deals(
    session: Session, ask: Slice, date_from: date, date_to: date, cause: str | None = None
) -> pd.DataFrame:
    """The changes behind a movement, largest first; those of one cause add up to its bar.

    Returns a frame of ``deal_id, deal_name, account, owner, cause, change (Decimal), change_date, from_stage,
    to_stage, from_amount, to_amount, evidence``. Raises UnknownName for a cause that does not exist.
    """
    if cause is not None and cause not in CAUSES:
        raise UnknownName.of("cause", cause, CAUSES)
    booked, values = _booked(ask, date_from, date_to)
    sql = load_sql("kpi_engine.metrics", "movement_deals").format(booked=booked)
    return session.arrow(sql, values | {"cause": cause}).to_pandas()


def moved_by(
    session: Session, ask: Slice, date_from: date, date_to: date, causes: Sequence[str]
) -> tuple[Decimal, int]:
    """What some causes added to expected value from the end of one day to the end of another, and how many deals they
    moved."""
    booked, values = _booked(ask, date_from, date_to)
    sql = load_sql("kpi_engine.metrics", "movement_by_causes").format(booked=booked)
    (row,) = session.rows(sql, values | {"causes": list(causes)})
    return Decimal(row[0]), int(row[1])


def booked_changes(ask: Slice, date_from: date, date_to: date) -> tuple[str, dict[str, object]]:
    """The relation of all booked changes between the ends of two days (``deal_id, change_date, cause, change, …``), for
    a query of somebody else's, and the values to bind with it."""
    return _booked(ask, date_from, date_to)


def biggest_movers(session: Session, ask: Slice, date_from: date, date_to: date, limit: int = 10) -> pd.DataFrame:
    """The deals that moved expected value most, up or down: ``deal_id, deal_name, account, owner, stage, amount,
    cause, change``.

    ``cause`` is the one that moved the deal most. ``owner``, ``stage`` and ``amount`` are today's.
    """
    booked, values = _booked(ask, date_from, date_to)
    sql = load_sql("kpi_engine.metrics", "biggest_movers").format(booked=booked)
    return session.arrow(sql, values | {"most": limit}).to_pandas()


def _booked(ask: Slice, date_from: date, date_to: date) -> tuple[str, dict[str, object]]:
    """The relation of all booked changes, and the values to bind with it."""
    sql = load_sql("kpi_engine.metrics", "movement").format(
        condition=ask.condition(), condition_before=ask.condition(_BEFORE)
    )
    return sql, {"after": date_from, "until": date_to, "unknown_stage": UNKNOWN_STAGE} | ask.values()


def _expected_value(session: Session, ask: Slice, day: date) -> Decimal:
    """Expected value at the end of a day, exact, at the win chances in force on it."""
    expected_value = METRICS["expected_value"]
    assert isinstance(expected_value, Simple)
    frame = stock_frame(
        session, [expected_value], ask, (), None, None, day, dated_only=True, is_exact=True, chances_on=day
    )
    return Decimal(frame["v0"].iloc[0])
