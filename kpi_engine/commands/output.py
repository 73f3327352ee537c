"""How results are printed: JSON for programs, aligned tables for people."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal

Row = Mapping[str, object]

NOTHING = "–"
"""What a table shows where there is no value."""


def plain(value: object) -> object:
    """A value as JSON has it: dates in ISO, money as a number, nan as null."""
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    if hasattr(value, "item"):  # a numpy number
        value = value.item()
    if isinstance(value, float):
        return None if math.isnan(value) else value
    return value


def print_json(result: Row | Sequence[Row]) -> None:
    """Print a list of objects, or one object."""
    rows = [result] if isinstance(result, Mapping) else list(result)
    clean = [{name: _plain_all(value) for name, value in row.items()} for row in rows]
    print(json.dumps(clean[0] if isinstance(result, Mapping) else clean, ensure_ascii=False, indent=2, allow_nan=False))


def _plain_all(value: object) -> object:
    """A value, or a list of values or objects, as JSON has it."""
    if isinstance(value, list):
        return [{k: plain(v) for k, v in one.items()} if isinstance(one, Mapping) else plain(one) for one in value]
    return plain(value)


def print_table(rows: Sequence[Row], columns: Sequence[str], shown: Callable[[str, Row], str] | None = None) -> None:
    """Print rows under their column names: numbers to the right, words to the left."""
    if not rows:
        print("Nothing to show.")
        return
    text = shown or (lambda name, row: cell(row[name]))
    cells = [[printable(text(name, row)) for name in columns] for row in rows]
    widths = [max(len(name), *(len(line[i]) for line in cells)) for i, name in enumerate(columns)]
    is_number = [all(isinstance(plain(row[name]), (int, float, type(None))) for row in rows) for name in columns]
    for line in ([*columns], ["-" * width for width in widths], *cells):
        padded = [c.rjust(w) if right else c.ljust(w) for c, w, right in zip(line, widths, is_number, strict=True)]
        print("  ".join(padded).rstrip())


def cell(value: object) -> str:
    """A value as a person reads it: 1,234.50 for numbers with decimals, 1,234 for whole ones."""
    value = plain(value)
    if value is None:
        return NOTHING
    if isinstance(value, float):
        return f"{value:,.2f}"
    if isinstance(value, int) and not isinstance(value, bool):
        return f"{value:,}"
    return str(value)


def share(value: object) -> str:
    """A share in percent."""
    value = plain(value)
    return NOTHING if not isinstance(value, (int, float)) else f"{value:.1%}"


def printable(text: str) -> str:
    """Text as it may be printed: names come from files, and nothing in them may move the cursor or colour the
    terminal."""
    return "".join(c if c.isprintable() else "�" for c in text)
