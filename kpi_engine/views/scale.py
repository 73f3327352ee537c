"""The scale of an axis of amounts: round steps, written as amounts are written everywhere else."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from kpi_engine.views.words import MINUS, compact

_ROUND = (1, 2, 5, 10)
_EMPTY_REACH = 1.0
"""How far an axis goes on which there is nothing but noughts."""


@dataclass(frozen=True)
class Scale:
    """``ticks`` rise by one round step and hold 0; ``texts`` are as many. ``low`` and ``high``: where the axis ends."""

    ticks: tuple[float, ...]
    texts: tuple[str, ...]
    low: float
    high: float

    def missing(self, one: float, other: float, room: float) -> float:
        """By which share of the axis two values on it are nearer to one another than ``room``, itself a share of it;
        0.0 where they are far enough apart.

        >>> money_scale([0.0, 100.0]).missing(50.0, 50.0, 0.2)
        0.2
        """
        return max(0.0, room - abs(one - other) / (self.high - self.low))


def money_scale(
    values: Iterable[float], sign: str = "", *, signed: bool = False, wanted: int = 5, air: float = 0.05
) -> Scale:
    """The scale that holds 0 and all ``values`` (nan: none), in whole units of money.

    ``sign`` stands before each amount; ``signed`` puts a plus before what is above 0. About ``wanted`` steps.
    ``air`` is the share of the axis left free beyond the outermost value. Where there is nothing but 0, only 0 is
    written.

    >>> money_scale([96.3e9]).texts
    ('0', '20B', '40B', '60B', '80B', '100B')
    >>> money_scale([-700.0, 1_600_000.0], "A$", signed=True).texts
    ('0', '+A$500k', '+A$1M', '+A$1.5M')
    >>> money_scale([0.0, float("nan")]).texts
    ('0',)
    """
    known = [0.0, *(float(value) for value in values if math.isfinite(value))]
    low, high = min(known), max(known)
    reach = high - low
    if not reach:
        return Scale((0.0,), ("0",), 0.0, _EMPTY_REACH)
    step = _step(reach / wanted)
    beyond = reach * air
    low, high = low - beyond * (low < 0), high + beyond * (high > 0)
    ticks = tuple(step * n for n in range(math.ceil(low / step), math.floor(high / step) + 1))
    return Scale(ticks, tuple(_written(tick, sign, signed) for tick in ticks), low, high)


def _step(least: float) -> float:
    """The smallest round step that is at least so wide, and never less than one unit.

    >>> _step(24_000.0), _step(0.2)
    (50000.0, 1.0)
    """
    least = max(1.0, least)
    magnitude = 10.0 ** math.floor(math.log10(least))
    return next(magnitude * n for n in _ROUND if magnitude * n >= least * (1 - 1e-9))


def _written(value: float, sign: str, signed: bool) -> str:
    """A round amount without the digits that say nothing."""
    if not value:
        return "0"
    text = compact(abs(value))
    number, unit = (text[:-1], text[-1]) if text[-1].isalpha() else (text, "")
    short = number.rstrip("0").rstrip(".") if "." in number else number
    return f"{MINUS if value < 0 else '+' if signed else ''}{sign}{short}{unit}"
