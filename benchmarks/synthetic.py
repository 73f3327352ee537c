"""Exports of any size, made inside DuckDB, for measuring speed: the same n gives the same files."""

from __future__ import annotations

from pathlib import Path

import duckdb

HERE = Path(__file__).resolve().parent


def write_files(folder: Path, n_deals: int, n_owners: int = 1000) -> tuple[Path, Path]:
    """Write ``deals.csv`` (n_deals rows) and ``stage_history.csv`` (five times as many) into a folder that exists."""
    deals, history = folder / "deals.csv", folder / "stage_history.csv"
    with duckdb.connect() as connection:
        connection.execute(_sql("synthetic"), {"n_deals": n_deals, "n_owners": n_owners})
        connection.execute(_sql("synthetic_history"))
        connection.sql(_sql("synthetic_deals_file")).write_csv(str(deals), header=True)
        connection.sql(_sql("synthetic_history_file")).write_csv(str(history), header=True)
    return deals, history


def _sql(name: str) -> str:
    return (HERE / f"{name}.sql").read_text("utf-8")
