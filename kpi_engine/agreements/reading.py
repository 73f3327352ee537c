"""The cells of a line that tells a decision, read back; what cannot be read is told cell by cell."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

Fault = tuple[str, str]
"""A column, and why what stands in it cannot be."""

Reader = Callable[[str], Any]


class Unreadable(ValueError):
    """A line that tells no decision. ``faults``: everything that is wrong with it."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__("; ".join(f"{column}: {why}" for column, why in faults))
        self.faults = faults


def cells(said: Mapping[str, Any], readers: Mapping[str, Reader], blanks: Collection[str]) -> dict[str, Any]:
    """What the cells of a line say, by column; None for a blank one.

    ``readers``: how each column is read; a ValueError says why it cannot be. ``blanks``: the columns that may be blank.

    Raises
    ------
    Unreadable
        With every cell that is not what it should be.
    """
    found: dict[str, Any] = {}
    faults: list[Fault] = []
    for column, read in readers.items():
        text = said[column]
        if text is None or text == "":
            found[column] = None
            if column not in blanks:
                faults.append((column, "It is blank."))
            continue
        try:
            found[column] = read(str(text))
        except ValueError as error:
            faults.append((column, str(error)))
    if faults:
        raise Unreadable(faults)
    return found


def whole_number(text: str) -> int:
    """A whole number."""
    try:
        return int(text)
    except ValueError:
        raise ValueError(f"'{text[:40]}' is no whole number.") from None


def amount(text: str) -> Decimal:
    """A number, exact."""
    try:
        found = Decimal(text)
    except InvalidOperation:
        raise ValueError(f"'{text[:40]}' is no number.") from None
    if not found.is_finite():
        raise ValueError(f"'{text[:40]}' is no number.")
    return found


def day(text: str) -> date:
    """A day."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ValueError(f"'{text[:40]}' is no day, written as in 2026-08-31.") from None


def moment(text: str) -> datetime:
    """A time by the business's clock."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        found = None
    if found is None or found.tzinfo is not None:
        raise ValueError(f"'{text[:40]}' is no time, written as in 2026-08-31 09:30.")
    return found


def one_of(known: Collection[str]) -> Reader:
    """One of a few words."""

    def read(text: str) -> str:
        if text not in known:
            raise ValueError(f"'{text[:40]}' is none of {', '.join(known)}.")
        return text

    return read
