"""milestones: where deals get stuck, for programs and people."""

from __future__ import annotations

import argparse

from kpi_engine.commands.numbers import records
from kpi_engine.commands.output import Row, cell, print_json, print_table, share
from kpi_engine.commands.stores import asked, reading
from kpi_engine.forecasting.milestones import milestones

_TABLE = (
    "pipeline",
    "stage",
    "reached",
    "moved_on",
    "won",
    "lost",
    "open",
    "skipped",
    "moved_back",
    "to_next_value",
    "to_next_status",
    "to_won_value",
    "to_won_lower",
    "to_won_upper",
    "to_won_status",
    "days_median",
    "days_low",
    "days_high",
)
"""What a person sees; JSON has every column."""

_ALL = "(all deals)"


def run_milestones(args: argparse.Namespace) -> int:
    """How many deals reached each stage, went on, were won and are still there; from creation first."""
    with reading(args.store) as store:
        session = store.read()
        frame = milestones(session, asked(args, session), args.as_of, args.by)
    rows = records(frame)
    if args.json:
        print_json([_cut(row, args.by) for row in rows])
    else:
        shown = ["pipeline", args.by, *_TABLE[1:]] if args.by else list(_TABLE)
        print_table([_cut(row | {"stage": row["stage"] or _ALL}, args.by) for row in rows], shown, _cell)
    return 0


def _cut(row: Row, by: str | None) -> Row:
    """The row with its group under the name it was asked by, or without one; deals and days are whole numbers."""
    named = {(by or name) if name == "group" else name: _whole(name, value) for name, value in row.items()}
    return named if by else {name: value for name, value in named.items() if name != "group"}


def _whole(name: str, value: object) -> object:
    is_share = name.endswith(("_value", "_lower", "_upper", "_waiting", "_plain"))
    return int(value) if isinstance(value, float) and not is_share else value


def _cell(name: str, row: Row) -> str:
    return share(row[name]) if name.endswith(("_value", "_lower", "_upper")) else cell(row[name])
