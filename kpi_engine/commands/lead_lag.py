"""lead-lag: which KPI is followed by results, weeks later."""

from __future__ import annotations

import argparse

from kpi_engine.commands.numbers import records
from kpi_engine.commands.output import Row, cell, print_json, print_table
from kpi_engine.commands.stores import asked, reading
from kpi_engine.errors import TidelineError
from kpi_engine.forecasting.leads import ROW, Board, board, board_of
from kpi_engine.ingest.weekly_file import read_weekly_file

_TABLE = ("leading", "lagging", "status", "lag_weeks", "effect", "lower", "upper", "p_value", "q_value", "weeks")
_WORDS = {
    "no_evidence": "no evidence",
    "not_enough_weeks": "not enough weeks",
    "moves_the_other_way": "moves the other way",
}


def run_lead_lag(args: argparse.Namespace) -> int:
    """One row per pair, of the store's KPIs or of a file's columns."""
    found = _of_file(args) if args.csv else _of_store(args)
    rows = records(found.rows)
    if args.json:
        print_json([{name: row[name] for name in ROW} for row in rows])
    else:
        print_table(rows, _TABLE, _cell)
    return 0


def _of_store(args: argparse.Namespace) -> Board:
    if args.x or args.y or args.date:
        raise TidelineError("--x, --y and --date name columns of a file: give it with --csv FILE.")
    with reading(args.store) as store:
        session = store.read()
        return board(session, asked(args, session), args.as_of, args.leading, args.lagging)


def _of_file(args: argparse.Namespace) -> Board:
    if args.leading or args.lagging:
        raise TidelineError("--leading and --lagging name KPIs of the store; the columns of a file are --x and --y.")
    if not (args.x and args.y and args.date):
        raise TidelineError("With --csv, say which columns: --x and --y (each may be repeated), and --date.")
    leading, lagging = list(dict.fromkeys(args.x)), list(dict.fromkeys(args.y))
    series = read_weekly_file(args.csv, args.date, [*leading, *lagging], args.date_order)
    return board_of(series, leading, lagging)


def _cell(name: str, row: Row) -> str:
    value = row[name]
    if name == "status":
        return f"leads by {row['lag_weeks']} weeks" if value == "leads" else _WORDS[str(value)]
    if isinstance(value, float) and name in ("p_value", "q_value"):
        return f"{value:.4f}"
    if isinstance(value, float):
        return f"{value:.3g}" if abs(value) < 10 else cell(value)
    return cell(value)
