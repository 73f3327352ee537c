"""What several commands are asked with: a day, bounds, a slice, the store."""

from __future__ import annotations

import argparse
from datetime import date, datetime
from pathlib import Path
from typing import NoReturn

from kpi_engine.commands.stores import SLICED_BY

DEFAULT_STORE = Path("data/own/tideline.duckdb")


class Parser(argparse.ArgumentParser):
    """A parser whose mistakes end as all others do: a sentence and 1, for 2 says that a file needs an answer."""

    def error(self, message: str) -> NoReturn:
        """Say what is wrong and where the help is, and end."""
        self.exit(1, f"{message[:1].upper()}{message[1:]}. See: {self.prog} --help\n")


def command(
    commands: argparse._SubParsersAction[Parser], name: str, run: object, words: str, example: str
) -> argparse.ArgumentParser:
    """A command, with the options that all of them have. ``name``: as it is typed, after the group it is in; ``words``:
    what it does, without a capital or a full stop."""
    one = commands.add_parser(
        name.split()[-1],
        help=words,
        description=f"{words[:1].upper()}{words[1:]}.",
        epilog=f"Example: python -m kpi_engine {example}",
    )
    one.add_argument("--store", type=Path, default=DEFAULT_STORE, metavar="PATH", help=f"the store ({DEFAULT_STORE})")
    one.add_argument("--json", action="store_true", help="print JSON instead of a table")
    one.set_defaults(run=run)
    return one


def as_of(one: argparse.ArgumentParser) -> None:
    """The day to look from."""
    one.add_argument("--as-of", type=day, metavar="DATE", help="look from this day; later changes are not seen")


def bounds(one: argparse.ArgumentParser) -> None:
    """The first and the last day."""
    one.add_argument("--from", dest="date_from", type=day, metavar="DATE", help="first day, included")
    one.add_argument("--to", dest="date_to", type=day, metavar="DATE", help="last day, included")


def sliced(one: argparse.ArgumentParser) -> None:
    """Whose, and which deals."""
    for column in SLICED_BY:
        words = f"only this {column}; '' for those that have none"
        one.add_argument(f"--{column}", action="append", default=[], metavar="NAME", help=words)


def moment(text: str) -> datetime:
    """A time that was typed. Raises ArgumentTypeError."""
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"'{text}' is not a time; write it as YYYY-MM-DDTHH:MM") from None


def day(text: str) -> date:
    """A day that was typed. Raises ArgumentTypeError."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"'{text}' is not a date; write it as YYYY-MM-DD") from None
