"""Amounts in several currencies beside the same amounts in the company's own: the ones that can be added up."""

from __future__ import annotations

from dataclasses import replace

import pyarrow as pa
import pyarrow.compute as pc

from kpi_engine.ingest.columns import Cells
from kpi_engine.ingest.match import Match
from kpi_engine.ingest.shapes import Option, Question


def in_home_currency(match: Match, header: tuple[str, ...], cells: Cells) -> tuple[Match, tuple[Question, ...]]:
    """The converted amount for the amount, where a file is in several currencies and has every amount converted.

    The code of the company's currency is the one its column names, else the one in which both amounts are always the
    same. Where no column of the file tells, the amounts carry none. The question that goes with it never blocks.
    """
    if match.home is None or "amount" not in match.found:
        return match, ()
    amount, (home, home_code) = match.found["amount"][0], match.home
    code = match.found["currency"][0] if "currency" in match.found else None
    several = len(cells.spread(code)) > 1 if code is not None else amount != home and _differ(cells, amount, home)
    if not several or _lacks(cells, amount, home):
        return match, ()
    found = {**match.found, "amount": (home, 1.0)}
    constants = dict(match.constants)
    found.pop("currency", None)
    if home_code is not None:
        found["currency"] = (home_code, 1.0)
    elif code is not None and (own := _own_code(cells, amount, home, code)) is not None:
        constants["currency"] = own
    changed = replace(match, found=found, constants=constants)
    if amount == home:
        return changed, ()
    text = f"The deals are in several currencies. '{header[home]}' has them all in one: is that the amount to add up?"
    options = (
        Option(header[home], f"'{header[home]}': all amounts in one currency"),
        Option(header[amount], f"'{header[amount]}': each in its own; those without a rate are counted, not added up"),
    )
    return changed, (Question("mapping:amount", text, options, header[home], must=False),)


def _differ(cells: Cells, one: int, other: int) -> bool:
    return bool(pc.any(pc.not_equal(cells.column(one), cells.column(other))).as_py())


def _lacks(cells: Cells, amount: int, home: int) -> bool:
    """Whether some amount is not converted."""
    return bool(pc.any(pc.and_(_filled(cells.column(amount)), pc.invert(_filled(cells.column(home))))).as_py())


def _filled(column: pa.ChunkedArray) -> pa.ChunkedArray:
    return pc.greater(pc.binary_length(column), 0)


def _own_code(cells: Cells, amount: int, home: int, code: int) -> str | None:
    codes, own = cells.column(code), cells.column(amount)
    known = pc.and_(_filled(codes), _filled(own))
    same = pc.and_(known, pc.equal(own, cells.column(home)))
    other = pc.and_(known, pc.invert(pc.equal(own, cells.column(home))))
    always = set(pc.unique(codes.filter(same)).to_pylist()) - set(pc.unique(codes.filter(other)).to_pylist())
    return str(always.pop()) if len(always) == 1 else None
