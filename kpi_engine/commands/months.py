"""seasons, booking-curve, plan: when the year is won, and how the months ahead fill."""

from __future__ import annotations

import argparse
import math
from dataclasses import fields
from datetime import date

import pandas as pd

from kpi_engine.commands.numbers import records
from kpi_engine.commands.output import Row, cell, plain, print_json, print_table
from kpi_engine.commands.stores import asked, reading, say_how_far
from kpi_engine.forecasting.booking import CURVE, booking_curve
from kpi_engine.forecasting.planner import STEPS, Plan, plan
from kpi_engine.forecasting.seasons import seasons

_SEASON = ("month", "index", "lower", "upper", "p_value", "status")

MOST = 1e15
"""Money is kept in eighteen figures, two of them cents: no target comes to more."""


def month_of(text: str) -> date:
    """A month written as YYYY-MM, by its first day; for argparse."""
    try:
        return date.fromisoformat(f"{text}-01")
    except ValueError:
        raise argparse.ArgumentTypeError(f"'{text}' is not a month; write it as YYYY-MM") from None


def amount_of(text: str) -> float:
    """An amount, for argparse."""
    try:
        amount = float(text)
    except ValueError:
        amount = math.nan
    if not abs(amount) < MOST:
        raise argparse.ArgumentTypeError(f"'{text}' is not an amount; write a number, as in 300000")
    return amount


def run_seasons(args: argparse.Namespace) -> int:
    """The seasonal index of a KPI, month by month."""
    with reading(args.store) as store:
        session = store.read()
        frame = seasons(session, args.kpi, asked(args, session), args.as_of, by_delivery=args.by_delivery)
    rows = [{name: row[name] for name in (*_SEASON, "n")} for row in records(frame)]
    if args.json:
        print_json([{name: row[name] for name in _SEASON} for row in rows])
    else:
        print_table(rows, (*_SEASON, "n"), _index_cell)
    return 0


def run_booking_curve(args: argparse.Namespace) -> int:
    """How one month filled, or fills."""
    with reading(args.store) as store:
        session = store.read()
        say_how_far(session, args.as_of)
        frame = booking_curve(session, args.month, asked(args, session), args.as_of)
    rows = [{name: row[name] for name in CURVE} for row in records(frame)]
    if args.json:
        print_json(rows)
    else:
        print_table(rows, CURVE)
    return 0


def run_plan(args: argparse.Namespace) -> int:
    """What has to be in by when, to fill one month."""
    with reading(args.store) as store:
        session = store.read()
        say_how_far(session, args.as_of)
        found = plan(session, args.month, args.target, asked(args, session), args.as_of)
    steps = records(found.steps.astype(object).where(found.steps.notna(), None))
    told: dict[str, object] = {f.name: plain(getattr(found, f.name)) for f in fields(Plan) if f.name != "steps"}
    if args.json:
        print_json(told | {"steps": [{name: plain(value) for name, value in step.items()} for step in steps]})
    else:
        lines = [{"what": name.replace("_", " "), "value": value} for name, value in told.items()]
        print_table(lines, ("what", "value"))
        print()
        print_table(steps, STEPS)
    return 0


def _index_cell(name: str, row: Row) -> str:
    value = row[name]
    return f"{value:.3f}" if name == "p_value" and isinstance(value, float) and not pd.isna(value) else cell(value)
