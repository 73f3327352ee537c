"""kpis, trend, movement: what the store says."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from dataclasses import fields
from typing import Any

import pandas as pd

from kpi_engine.commands.output import Row, cell, plain, print_json, print_table, share
from kpi_engine.commands.stores import asked, reading
from kpi_engine.errors import TidelineError
from kpi_engine.metrics.dimensions import dimensions_of
from kpi_engine.metrics.kinds import Metric, Unit
from kpi_engine.metrics.movement import Movement, movement
from kpi_engine.metrics.query import measure
from kpi_engine.metrics.registry import chosen
from kpi_engine.metrics.trend import trend

_TREND = ("period_end", "total_value", "expected_value", "ev_tv_ratio", "evidence")


def run_kpis(args: argparse.Namespace) -> int:
    """Measure KPIs, or say what they are."""
    metrics = chosen(args.kpi, args.by)
    if args.describe:
        _describe(metrics, args.json)
        return 0
    _check_bounds(args)
    with reading(args.store) as store:
        session = store.read()
        frame = measure(session, args.kpi, asked(args, session), args.by, args.date_from, args.date_to, args.as_of)
    rows = [row | {"value": _whole(row)} for row in records(frame)]
    if args.json:
        print_json(rows)
    else:
        print_table(rows, list(frame.columns), _kpi_cell)
    return 0


def run_trend(args: argparse.Namespace) -> int:
    """TV, EV and EV/TV at the end of each period."""
    _check_bounds(args)
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
    _check_bounds(args)
    with reading(args.store) as store:
        session = store.read()
        found = movement(session, asked(args, session), args.date_from, args.date_to)
    names = [field.name for field in fields(Movement)]
    if args.json:
        print_json({name: None if found is None else getattr(found, name) for name in names})
    else:
        rounded = None if found is None else found.in_cents()
        rows = [{"part": n, "expected_value": None if rounded is None else getattr(rounded, n)} for n in names]
        print_table(rows, ["part", "expected_value"])
    return 0


def _check_bounds(args: argparse.Namespace) -> None:
    if args.date_from and args.date_to and args.date_to < args.date_from:
        raise TidelineError(f"--to {args.date_to} lies before --from {args.date_from}.")


def records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """The rows of a frame with plain values, as JSON has them."""
    return [{str(name): plain(value) for name, value in row.items()} for row in frame.to_dict("records")]


def _whole(row: Mapping[str, Any]) -> object:
    """A count is a whole number."""
    value = row["value"]
    return int(value) if row["unit"] == Unit.COUNT.value and value is not None else value


def _kpi_cell(name: str, row: Row) -> str:
    return share(row[name]) if name == "value" and row["unit"] == Unit.SHARE.value else cell(row[name])


def _describe(metrics: list[Metric], as_json: bool) -> None:
    told = [
        {
            "name": m.name,
            "label": m.label,
            "topic": m.topic,
            "unit": m.unit.value,
            "role": m.role.value,
            "good": m.direction.value,
            "adds_over": m.additivity.value,
            "description": m.description,
            "why_key": m.why_key,
            "performance": m.performance,
            "indicates": m.indicates,
            "by": list(dimensions_of(m)),
        }
        for m in metrics
    ]
    if as_json:
        print_json(told)
        return
    for one in told:
        print(f"{one['name']} ({one['label']}, {one['unit']}, {one['role']})")
        print(f"  {one['description']}")
        print(f"  Why key: {one['why_key']}\n  Performance: {one['performance']}\n  Indicates: {one['indicates']}\n")
