"""kpis, trend, movement: what the store says."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from dataclasses import fields
from typing import Any

import pandas as pd

from kpi_engine.commands.cards import describe
from kpi_engine.commands.output import Row, cell, plain, print_json, print_table, share
from kpi_engine.commands.stores import asked, reading
from kpi_engine.errors import TidelineError
from kpi_engine.metrics.kinds import Unit
from kpi_engine.metrics.movement import Movement, is_dated, movement
from kpi_engine.metrics.query import measure
from kpi_engine.metrics.registry import chosen
from kpi_engine.metrics.trend import trend

_TREND = ("period_end", "total_value", "expected_value", "ev_tv_ratio", "evidence")


def run_kpis(args: argparse.Namespace) -> int:
    """Measure KPIs, or say what they are."""
    named = [*(args.kpi or []), *(args.describe or [])]
    metrics = chosen(named or None, args.by)
    if args.describe is not None:
        describe(metrics, args.json)
        return 0
    check_bounds(args)
    with reading(args.store) as store:
        session = store.read()
        frame = measure(session, args.kpi, asked(args, session), args.by, args.date_from, args.date_to, args.as_of)
    rows = [row | {"value": whole(row)} for row in records(frame)]
    if args.json:
        print_json(rows)
    else:
        print_table(rows, list(frame.columns), _kpi_cell)
    return 0


def run_trend(args: argparse.Namespace) -> int:
    """TV, EV and EV/TV at the end of each period."""
    check_bounds(args)
    with reading(args.store) as store:
        session = store.read()
        frame = trend(session, asked(args, session), args.grain, args.date_from, args.date_to, chances=args.chances)
    rows = [{name: row[name] for name in _TREND} for row in records(frame)]
    if args.json:
        print_json(rows)
    else:
        print_table(rows, _TREND, lambda name, row: share(row[name]) if name == "ev_tv_ratio" else cell(row[name]))
    return 0


def run_movement(args: argparse.Namespace) -> int:
    """Why EV moved between the ends of two days."""
    check_bounds(args)
    with reading(args.store) as store:
        session = store.read()
        slice_asked = asked(args, session)
        found = movement(session, slice_asked, args.date_from, args.date_to) if is_dated(session) else None
    names = [field.name for field in fields(Movement)]
    if args.json:
        print_json({name: None if found is None else getattr(found, name) for name in names})
    else:
        rounded = None if found is None else found.in_cents()
        rows = [{"part": n, "expected_value": None if rounded is None else getattr(rounded, n)} for n in names]
        print_table(rows, ["part", "expected_value"])
    return 0


def check_bounds(args: argparse.Namespace) -> None:
    """Raise TidelineError where the last day lies before the first."""
    if args.date_from and args.date_to and args.date_to < args.date_from:
        raise TidelineError(f"--to {args.date_to} lies before --from {args.date_from}.")


def records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """The rows of a frame with plain values, as JSON has them."""
    return [{str(name): plain(value) for name, value in row.items()} for row in frame.to_dict("records")]


def whole(row: Mapping[str, Any]) -> object:
    """A count is a whole number."""
    value = row["value"]
    return int(value) if row["unit"] == Unit.COUNT.value and value is not None else value


def _kpi_cell(name: str, row: Row) -> str:
    return share(row[name]) if name == "value" and row["unit"] == Unit.SHARE.value else cell(row[name])
