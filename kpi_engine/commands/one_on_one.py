"""one-on-one: one rep's sheet as a file to print or to send."""

from __future__ import annotations

import argparse
from datetime import date, timedelta
from pathlib import Path

from kpi_engine.commands.output import print_json
from kpi_engine.commands.stores import reading, say_how_far
from kpi_engine.errors import TidelineError
from kpi_engine.forecasting.worklist import check_owners
from kpi_engine.metrics.slice import Slice
from kpi_engine.views.ask import Ask, Who
from kpi_engine.views.one_on_one import OneOnOne, one_on_one_view
from kpi_engine.views.options import options_view
from kpi_engine.views.sheet_html import sheet_html
from kpi_engine.views.sheet_pdf import sheet_pdf


class NothingToWrite(TidelineError):
    """No file was named, or there is nothing to put into it."""


def run_one_on_one(args: argparse.Namespace) -> int:
    """Write the sheet of one rep; says where."""
    files: dict[str, Path] = {kind: path for kind in ("pdf", "html") if (path := getattr(args, kind)) is not None}
    if not files:
        raise NothingToWrite("Name the file to write: --pdf FILE, --html FILE, or both.")
    view = _seen(args.store, args.owner, args.as_of)
    for kind, path in files.items():
        noted = args.with_notes
        path.write_bytes(sheet_pdf(view, noted) if kind == "pdf" else sheet_html(view, noted).encode())
    if args.json:
        print_json({"owner": view.owner, "as_of": view.as_of, **{kind: str(path) for kind, path in files.items()}})
    else:
        for path in files.values():
            print(f"One-on-one with {view.owner} as of {view.as_of}: {path}")
    return 0


def _seen(store: Path, owner: str, as_of: date | None) -> OneOnOne:
    with reading(store) as opened:
        session = opened.read()
        options = options_view(session, Who())
        if options.as_of is None:
            raise NothingToWrite("Nothing was imported into this store yet. Import deals or activities first.")
        if not owner:
            raise NothingToWrite("Name the rep: --owner NAME.")
        check_owners(session, (owner,))
        say_how_far(session, as_of)
        at = min(as_of or options.as_of, options.as_of)
        # What it is compared with is the last one-on-one: the view finds it.
        ask = Ask(
            as_of=at,
            date_from=at - timedelta(weeks=52),
            date_to=at,
            compare_to=at,
            slice=Slice(owners=(owner,)),
            currency=options.currency,
        )
        return one_on_one_view(session, ask, Who())
