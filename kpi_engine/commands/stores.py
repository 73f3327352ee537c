"""Opening a store for a question."""

from __future__ import annotations

from pathlib import Path

from kpi_engine import workspace
from kpi_engine.storage.store import Store


def reading(path: Path) -> Store:
    """The store at ``path``; an empty one in memory where there is none: a question makes no file."""
    return workspace.open_store(path) if path.exists() else Store.in_memory()
