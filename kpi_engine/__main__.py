"""``python -m kpi_engine``: the engine without the screen."""

import sys

from kpi_engine.commands.cli import main

if __name__ == "__main__":
    sys.exit(main())
