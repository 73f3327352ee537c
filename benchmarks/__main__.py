"""Run the benchmarks: ``python -m benchmarks [section …] [--deals 10000,100000,1000000]``; without a section, all."""

from __future__ import annotations

import argparse
from collections.abc import Callable

from benchmarks import balance, chances, feasibility, import_and_trend, leads, seasons, won

SECTIONS: dict[str, Callable[[argparse.Namespace], None]] = {
    "import": import_and_trend.run,
    "won": won.run,
    "seasons": seasons.run,
    "chances": chances.run,
    "leads": leads.run,
    "balance": balance.run,
    "feasibility": feasibility.run,
}
"""What can be measured, in the order in which it is printed. A section prints its own tables."""


def main() -> None:
    """Run the sections asked for, each under its name."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("sections", nargs="*", metavar="section", help=f"{', '.join(SECTIONS)} (default: all)")
    parser.add_argument("--deals", default="10000,100000,1000000", help="sizes, comma-separated (default: %(default)s)")
    args = parser.parse_args()
    unknown = [name for name in args.sections if name not in SECTIONS]
    if unknown:
        parser.error(f"no section is called {unknown[0]!r}; there are {', '.join(SECTIONS)}")
    for name in args.sections or SECTIONS:
        print(f"\n== {name} ==")
        SECTIONS[name](args)


if __name__ == "__main__":
    main()
