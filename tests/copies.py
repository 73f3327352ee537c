"""Stores made once for the tests of a module: making one takes ten times as long as copying it."""

from __future__ import annotations

import shutil
from pathlib import Path


def copied(made: Path, folder: Path) -> Path:
    """A store as one test's own: its file, and all that lies beside it. ``folder``: where to; it may be there."""
    shutil.copytree(made.parent, folder, dirs_exist_ok=True)
    return folder / made.name
