"""Numbered SQL files that bring a store up to date, each run once."""

from __future__ import annotations

from importlib import resources

import duckdb

from kpi_engine.errors import StoreTooNew


def migrations() -> list[tuple[int, str]]:
    """(number, SQL) of every migration, in order."""
    folder = resources.files("kpi_engine.storage").joinpath("migrations")
    files = sorted((f for f in folder.iterdir() if f.name.endswith(".sql")), key=lambda f: f.name)
    return [(int(f.name.split("_")[0]), f.read_text(encoding="utf-8")) for f in files]


def migrate(connection: duckdb.DuckDBPyConnection) -> None:
    """Run what the store has not seen yet, all in one transaction; a lower number may come later than a higher one.

    Raises StoreTooNew where the store has seen a migration this version does not know.
    """
    known = migrations()
    connection.execute("create table if not exists schema_migrations (number integer not null)")
    done = {int(number) for (number,) in connection.execute("select number from schema_migrations").fetchall()}
    if max(done, default=0) > max(number for number, _ in known):
        raise StoreTooNew("This store was written by a newer Tideline. Update Tideline, then open it again.")
    missing = [(number, sql) for number, sql in known if number not in done]
    if not missing:
        return
    connection.execute("begin transaction")
    try:
        for number, sql in missing:
            connection.execute(sql)
            connection.execute("insert into schema_migrations values ($number)", {"number": number})
    except duckdb.Error:
        connection.execute("rollback")
        raise
    connection.execute("commit")
    connection.execute("checkpoint")
