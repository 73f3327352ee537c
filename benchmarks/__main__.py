"""Run the benchmarks: ``python -m benchmarks [--deals 10000,100000,1000000]``."""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

from benchmarks.import_and_trend import measure_size, print_table


def main() -> None:
    """Measure every size in a folder of its own and print one table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--deals", default="10000,100000,1000000", help="sizes, comma-separated (default: %(default)s)")
    sizes = [int(size) for size in parser.parse_args().deals.split(",")]
    with tempfile.TemporaryDirectory(prefix="tideline-bench-") as folder:
        print_table([measure_size(Path(folder) / str(size), size) for size in sizes])


if __name__ == "__main__":
    main()
