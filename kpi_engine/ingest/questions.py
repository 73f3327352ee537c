"""The questions a file can leave open about its dates and decimals, and what is decided without asking."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from kpi_engine.ingest.columns import Cells, DateEvidence, NumberEvidence, date_evidence, number_evidence
from kpi_engine.ingest.formats import is_month_name, numeric_date_parts, parse_number, parse_timestamp
from kpi_engine.ingest.shapes import Option, Question

_STRAYS = 0.05
"""A decimal mark so few of a column's cells speak for (a share) is a slip: those cells are rejected, and reported."""


def date_orders(
    cells: Cells, mapped: Sequence[int], others: Iterable[int], answer: str | None
) -> tuple[dict[int, str], tuple[Question, ...]]:
    """The order of each mapped date column. All columns of a file share one: a day above 12 in one settles all.

    ``others``: columns that hold no canonical date; asked for evidence only when the mapped ones leave it open.
    """
    evidence = [date_evidence(cells, position) for position in dict.fromkeys(mapped)]
    orders: dict[int, str] = {}
    unsettled: list[DateEvidence] = []
    for column in evidence:
        native = cells.staged.native.get(f"c{column.position}")
        if column.names_months:
            orders[column.position] = "month_year"
        elif column.unit and column.counted > column.settled + len(column.numeric):
            orders[column.position] = column.unit
        elif column.numeric and native != "date":
            unsettled.append(column)
        else:
            orders[column.position] = "ymd"
    if not unsettled:
        return orders, ()
    if answer:
        return orders | {column.position: answer for column in unsettled}, ()
    day, month, year = _proofs(unsettled)
    if not (day or month or year):
        seen = [
            e for e in (date_evidence(cells, p) for p in others) if e.numeric and len(e.numeric) * 10 >= e.cells * 9
        ]
        day, month, year = _proofs(seen)
    if year and not (day or month):
        return orders | {column.position: "ymd" for column in unsettled}, ()
    if not (day or month) and all(column.dotted or not _matters(column.numeric) for column in unsettled):
        day = 1  # dd.mm.yyyy is never month first; 03/03/2024 is the same day either way
    suggested = "dmy" if day >= month else "mdy"
    question = () if bool(day) != bool(month) else (_order_question(unsettled, day, month, suggested),)
    return orders | {column.position: suggested for column in unsettled}, question


def month_without_year(cells: Cells, position: int, header: str, canonical: str) -> Question | None:
    """The question a date column raises that names months alone: no year can be guessed, and none is."""
    texts = cells.beginnings(position, 12)
    if not texts or not all(is_month_name(text) for text in texts):
        return None
    return Question(
        f"mapping:{canonical}",
        f"'{header}' names a month without a year ('{texts[0]}'), so no row has a date. Import the rows without one? "
        "They are counted, but belong to no week or month.",
        (Option("", "Import them without a date"),),
        "",
    )


def _proofs(columns: Iterable[DateEvidence]) -> tuple[int, int, int]:
    columns = list(columns)
    return sum(c.day_first for c in columns), sum(c.month_first for c in columns), sum(c.year_short for c in columns)


def _matters(texts: Iterable[str]) -> bool:
    """Whether a date is another day in the other order: neither 03/03 is, nor 31/02, which is a slip in both."""
    parts = filter(None, map(numeric_date_parts, texts))
    return any(first != second and max(first, second) <= 12 for first, second, *_ in parts)


def _order_question(columns: Sequence[DateEvidence], day: int, month: int, suggested: str) -> Question:
    texts = [text for column in columns for text in column.numeric]
    both = [t for t in texts if (p := numeric_date_parts(t)) and p[0] != p[1] and max(p[0], p[1]) <= 12] or texts
    examples = {"dmy": both[0], "mdy": both[0]}
    if day and month:
        # What proves an order shows it best.
        proofs = {
            "dmy": [t for t in texts if _first_part_is_a_day(t)],
            "mdy": [t for t in texts if _second_part_is_a_day(t)],
        }
        examples = {order: (proofs[order] or both)[0] for order in proofs}
        text = (
            "Some dates of this file have the day first and some the month first. "
            "Which is right? The others will be rejected, and reported."
        )
        counts = {"dmy": _only_so(day), "mdy": _only_so(month)}
    else:
        text = "Do the dates of this file have the day first or the month first? Every date fits both."
        counts = {"dmy": "", "mdy": ""}
    options = tuple(
        Option(order, f"{name}: {example} is {spelled(parse_timestamp(example, order))}{counts[order]}")
        for order, name in (("dmy", "Day first"), ("mdy", "Month first"))
        for example in (examples[order],)
    )
    return Question("date_order", text, options, suggested)


def _first_part_is_a_day(text: str) -> bool:
    parts = numeric_date_parts(text)
    return bool(parts and parts[0] > 12)


def _second_part_is_a_day(text: str) -> bool:
    parts = numeric_date_parts(text)
    return bool(parts and parts[1] > 12)


def _only_so(n: int) -> str:
    return " (1 date can only be read so)" if n == 1 else f" ({n:,} dates can only be read so)"


def spelled(when: date | None) -> str:
    """A day in words, for a question: no order of numbers to take it in.

    >>> spelled(date(2026, 4, 3))
    '3 April 2026'
    """
    return f"{when.day} {when:%B %Y}" if when else "no date"


def decimal_marks(
    cells: Cells, mapped: Sequence[int], others: Iterable[int], headers: Mapping[int, str], answer: str | None
) -> tuple[dict[int, str], tuple[Question, ...]]:
    """The decimal mark of each mapped number column; columns that prove nothing follow those that do."""
    columns = [number_evidence(cells, position) for position in dict.fromkeys(mapped)]
    if answer:
        return {column.position: answer for column in columns}, ()
    point, comma = sum(c.point for c in columns), sum(c.comma for c in columns)
    unsettled = [c for c in columns if c.either and not (c.point or c.comma)]
    if unsettled and not (point or comma):
        seen = [e for e in (number_evidence(cells, p) for p in others) if e.numbers * 10 >= e.cells * 9]
        point, comma = sum(e.point for e in seen), sum(e.comma for e in seen)
    hinted = _hint(unsettled, cells.staged.delimiter, [cells.staged.native.get(f"c{c.position}") for c in unsettled])
    mark = "." if point > comma else "," if comma > point else hinted or "."
    marks = {c.position: ("." if c.point > c.comma else ",") if c.point or c.comma else mark for c in columns}
    mixed = [c for c in columns if min(c.point, c.comma) > _STRAYS * max(c.point, c.comma)]
    if mixed:
        return marks, (_mark_question(mixed[0], headers, marks[mixed[0].position], mixed=True),)
    undecided = unsettled and (bool(point) == bool(comma)) and not hinted
    if undecided:
        suggested = _likelier(unsettled[0])
        marks |= {c.position: suggested for c in unsettled}
        return marks, (_mark_question(unsettled[0], headers, suggested, mixed=False),)
    return marks, ()


def _hint(columns: Sequence[NumberEvidence], delimiter: str | None, native: Sequence[str | None]) -> str | None:
    """What the file's habits say where each cell reads both ways: '1,234' between comma separators groups thousands."""
    if not columns:
        return None
    if all(kind == "number" for kind in native):
        return "."
    cells = [text for column in columns for text in column.either]
    with_comma, with_point = any("," in t for t in cells), any("." in t for t in cells)
    if with_comma and with_point:
        return None
    if with_comma and (delimiter == "," or any(sign in t for t in cells for sign in "$£¥₹")):
        return "."
    if with_point and (delimiter == ";" or any("€" in t for t in cells)):
        return ","
    return None


def _likelier(column: NumberEvidence) -> str:
    """Three digits after the only mark: more often a group of thousands than three decimals."""
    return "," if "." in column.either[0] else "."


def _mark_question(column: NumberEvidence, headers: Mapping[int, str], suggested: str, *, mixed: bool) -> Question:
    name = headers[column.position]
    if mixed:
        text = (
            f"In '{name}' some numbers have a decimal point and some a decimal comma. "
            "Which is right? The others will be rejected, and reported."
        )
    else:
        text = f"Is the mark in '{name}' a decimal mark or does it group thousands? Every number fits both."
    example = column.either[0] if column.either else None
    options = []
    for mark, word in ((".", "Decimal point"), (",", "Decimal comma")):
        value = parse_number(example, mark) if example else None
        options.append(Option(mark, word if value is None else f"{word}: {example} is {value:f}"))
    return Question("decimal_mark", text, tuple(options), suggested)
