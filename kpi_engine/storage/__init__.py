"""The store: one DuckDB file, its migrations, and the kept originals beside it."""

from kpi_engine.storage.store import Session, Store, load_sql

__all__ = ["Session", "Store", "load_sql"]
