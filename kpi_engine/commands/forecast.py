"""forecast, accuracy: what the months will bring, and how such forecasts went."""

from __future__ import annotations

import argparse

from kpi_engine.commands.numbers import records
from kpi_engine.commands.output import Row, cell, print_json, print_table, share
from kpi_engine.commands.stores import asked, reading, say_how_far
from kpi_engine.forecasting.months_ahead import forecast, forecast_of_spans
from kpi_engine.forecasting.track_record import ROWS, SUMMARY, accuracy

_SHARES = ("wape", "bias", "coverage")
_ROWS = [name for name in ROWS if name != "made"]


def run_forecast(args: argparse.Namespace) -> int:
    """This month and the next ones, and for a person the quarters and the fiscal year below them."""
    with reading(args.store) as store:
        session = store.read()
        say_how_far(session, args.as_of)
        ask = asked(args, session)
        wants_months, wants_spans = args.grain == "month", args.grain != "month" or not args.json
        frame = forecast(session, ask, args.as_of, args.horizon, args.kpi, args.by) if wants_months else None
        spans = forecast_of_spans(session, ask, args.as_of, args.kpi, args.by) if wants_spans else None
    tables = []
    if frame is not None:
        tables.append(frame.assign(month=[f"{month:%Y-%m}" for month in frame["month"]]))
    if spans is not None:
        tables.append(spans if args.grain == "month" else spans[spans["grain"] == args.grain])
    if args.json:
        print_json(records(tables[0]))
        return 0
    for i, table in enumerate(tables):
        if i:
            print()
        print_table(records(table), list(table.columns))
    return 0


def run_accuracy(args: argparse.Namespace) -> int:
    """Every past forecast beside what came, and the scores of each model."""
    with reading(args.store) as store:
        session = store.read()
        say_how_far(session, args.as_of)
        record = accuracy(session, asked(args, session), args.as_of, args.kpi)
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
