"""forecast, accuracy: what the months will bring, and how such forecasts went."""

from __future__ import annotations

import argparse

from kpi_engine.commands.numbers import asked, records
from kpi_engine.commands.output import Row, cell, print_json, print_table, share
from kpi_engine.commands.stores import reading
from kpi_engine.forecasting.months_ahead import forecast
from kpi_engine.forecasting.track_record import ROWS, SUMMARY, accuracy

_SHARES = ("wape", "bias", "coverage")
_ROWS = [name for name in ROWS if name != "made"]


def run_forecast(args: argparse.Namespace) -> int:
    """This month and the next ones."""
    with reading(args.store) as store:
        frame = forecast(store.read(), asked(args), args.as_of, args.horizon, args.kpi, args.by)
    rows = records(frame.assign(month=[f"{month:%Y-%m}" for month in frame["month"]]))
    if args.json:
        print_json(rows)
    else:
        print_table(rows, list(frame.columns))
    return 0


def run_accuracy(args: argparse.Namespace) -> int:
    """Every past forecast beside what came, and the scores of each model."""
    with reading(args.store) as store:
        record = accuracy(store.read(), asked(args), args.as_of, args.kpi)
    rows = records(record.rows.assign(month=[f"{month:%Y-%m}" for month in record.rows["month"]])[_ROWS])
    summary = records(record.summary)
    if args.json:
        print_json({"rows": rows, "summary": summary})
    elif summary:
        print_table(summary, SUMMARY, _score)
    else:
        print(f"No month could be scored: {record.wins} wins in the last twelve whole months are too few.")
    return 0




def _score(name: str, row: Row) -> str:
    return share(row[name]) if name in _SHARES else cell(row[name])
