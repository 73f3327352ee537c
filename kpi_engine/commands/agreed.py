"""settings: what the team decided."""

from __future__ import annotations

import argparse
import sys
from dataclasses import asdict

from kpi_engine import workspace
from kpi_engine.agreements.settings import read_settings, understood
from kpi_engine.commands.files import pair
from kpi_engine.commands.output import print_json, print_table
from kpi_engine.commands.stores import writing
from kpi_engine.storage.store import Store


def run_settings(args: argparse.Namespace) -> int:
    """Show the settings; with --set, change them first and count everything anew."""
    said = dict(pair("--set", text, "name=value") for text in args.set)
    changes = {name: understood(name, value) for name, value in said.items()}
    is_there = args.store.exists()
    if not changes and not is_there:
        print(f"There is no store at {args.store}: these are the settings a new one begins with.", file=sys.stderr)
    with writing(args.store) if changes or is_there else Store.in_memory() as store:
        settings = workspace.change_settings(store, **changes) if changes else read_settings(store.read())
    rows = [{"setting": name, "value": value} for name, value in asdict(settings).items()]
    if args.json:
        print_json(rows)
    else:
        print_table(rows, ["setting", "value"])
    return 0
