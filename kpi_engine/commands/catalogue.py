"""catalogue: what every KPI is, what it comes to, what it indicates here, and where it is used."""

from __future__ import annotations

import argparse

from kpi_engine.commands.cards import declared
from kpi_engine.commands.numbers import check_bounds, whole
from kpi_engine.commands.output import Row, cell, print_json, print_table, share
from kpi_engine.commands.stores import asked, reading
from kpi_engine.metrics.kinds import Unit
from kpi_engine.views.ask import Ask, Who
from kpi_engine.views.kpi_guide import Shown, catalogue, catalogue_of_nothing
from kpi_engine.views.options import options_view

_COLUMNS = ("name", "label", "role", "value", "unit", "n", "status", "used_in")


def run_catalogue(args: argparse.Namespace) -> int:
    """One object per KPI with everything there is to say of it."""
    check_bounds(args)
    with reading(args.store) as store:
        session = store.read()
        found = options_view(session, Who())
        as_of = args.as_of or found.as_of
        if as_of is None:
            shown = catalogue_of_nothing(args.kpi)
        else:
            first, last = args.date_from or found.first_day or as_of, args.date_to or as_of
            ask = Ask(as_of, first, last, as_of, asked(args, session), currency=found.currency)
            is_bounded = bool(args.date_from or args.date_to)
            shown = catalogue(session, ask, Who(), args.kpi, of_all_time=not is_bounded)
    rows = [_row(one) for one in shown]
    if args.json:
        print_json(rows)
    else:
        print_table(rows, _COLUMNS, _cell)
    return 0


def _row(one: Shown) -> dict[str, object]:
    now = one.measured
    return declared(one.words) | {
        "value": whole({"value": now.value, "unit": one.words.unit}),
        "n": now.n,
        "status": now.status,
        "evidence": one.evidence,
        "used_in": [*one.used_in.values(), "KPI guide"],
    }


def _cell(name: str, row: Row) -> str:
    if name == "used_in":
        pages = row["used_in"]
        return ", ".join(str(page) for page in pages) if isinstance(pages, list) else ""
    return share(row[name]) if name == "value" and row["unit"] == Unit.SHARE.value else cell(row[name])
