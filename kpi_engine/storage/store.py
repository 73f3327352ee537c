"""The one place that speaks to DuckDB.

One process owns the file; one connection, a cursor for each read; one writer at a time, always in a transaction.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Hashable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any, TypeVar

import duckdb
import pandas as pd
import pyarrow as pa

from kpi_engine.errors import StoreBusy, StoreDamaged, StoreTooNew
from kpi_engine.storage.kept import Kept
from kpi_engine.storage.migrate import migrate

Params = Mapping[str, object]
T = TypeVar("T")

_PARAMETER = re.compile(r"\$([a-z_][a-z0-9_]*)")


@cache
def load_sql(package: str, name: str) -> str:
    """The text of a ``.sql`` file that lies beside the code of ``package`` (dotted name)."""
    return resources.files(package).joinpath(f"{name}.sql").read_text(encoding="utf-8")


def _bound(sql: str, params: Params | None) -> dict[str, object]:
    """Only the values the statement names: DuckDB refuses the others."""
    named = set(_PARAMETER.findall(sql))
    given = dict(params or {})
    return {name: given[name] for name in named if name in given}


class Session:
    """One DuckDB cursor: what a transaction hands out, and what reads use."""

    def __init__(self, cursor: duckdb.DuckDBPyConnection, kept: Kept | None = None) -> None:
        self._cursor = cursor
        self._kept = kept

    @property
    def catalog(self) -> str:
        """The name by which this session's database is told from its temporary relations, ready for SQL."""
        name = str(self.value("select current_database()")).replace('"', '""')
        return f'"{name}".main'

    def alone(self) -> Session:
        """The same cursor, which keeps nothing that others would find and finds nothing that they kept."""
        return Session(self._cursor)

    def kept(self, name: str, key: Hashable, make: Callable[[], T], of_facts: bool = False) -> T:
        """A result that changes only with the data: worked out once for this version of them, and kept for a while.

        ``of_facts``: only with the facts, so that what people decide or note meanwhile leaves it as it is. Inside a
        transaction nothing is kept: the facts may be changing. Nobody may change what is returned.
        """
        if self._kept is None:
            return make()
        data, facts = self.rows("select data_version, facts_version from store_state")[0]
        found: T = self._kept.get(name, (facts if of_facts else data, key), make)
        return found

    def run(self, sql: str, params: Params | None = None) -> None:
        """Execute one statement whose result nobody needs."""
        self._cursor.execute(sql, _bound(sql, params))

    def rows(self, sql: str, params: Params | None = None) -> list[tuple[Any, ...]]:
        """All rows as tuples."""
        return self._cursor.execute(sql, _bound(sql, params)).fetchall()

    def value(self, sql: str, params: Params | None = None) -> Any:
        """The first value of the first row; None where there is no row."""
        # Read to its end: DuckDB 2 lends no table while a result is unfinished.
        rows = self._cursor.execute(sql, _bound(sql, params)).fetchall()
        return rows[0][0] if rows else None

    def frame(self, sql: str, params: Params | None = None) -> pd.DataFrame:
        """The result as a pandas frame (money as float64)."""
        return self._cursor.execute(sql, _bound(sql, params)).df()

    def arrow(self, sql: str, params: Params | None = None) -> pa.Table:
        """The result as an Arrow table (money as decimal, exact)."""
        # DuckDB 2 warns that this copies and would rather be asked by `cursor.sql`: with bound values no quicker there,
        # and far slower in 1.5.5 (2 million sorted rows: over 9 s, and 0.5 s this way [measured]).
        return self._cursor.execute(sql, _bound(sql, params)).to_arrow_table()

    @contextmanager
    def lent(self, name: str, table: pa.Table | pa.RecordBatchReader) -> Iterator[None]:
        """Make an Arrow table readable as ``name`` (a name from our code, never from a file) for a while."""
        self._cursor.register(name, table)
        try:
            yield
        finally:
            self._cursor.unregister(name)


class Store:
    """A Tideline store. Open it with :meth:`open` or :meth:`in_memory`; close it when done.

    Attributes
    ----------
    path : Path or None
        The DuckDB file; None for a store in memory.
    notices : list of str
        What opening had to mend, in sentences for the person in front of the screen.
    """

    def __init__(self, connection: duckdb.DuckDBPyConnection, path: Path | None, notices: list[str]) -> None:
        self._connection = connection
        self._writing = threading.RLock()
        self._kept = Kept()
        self.path = path
        self.notices = notices
        self.wal_was_set_aside = bool(notices)

    @classmethod
    def in_memory(cls) -> Store:
        """A store that is gone when closed; its originals are not kept."""
        connection = duckdb.connect(":memory:", config=CONFIG)
        migrate(connection)
        return cls(connection, None, [])

    @classmethod
    def open(cls, path: Path) -> Store:
        """Open the store at ``path``, making it where there is none.

        Raises
        ------
        StoreBusy
            Another process owns the file.
        StoreTooNew
            A newer Tideline wrote it.
        StoreDamaged
            It cannot be opened, with or without its write-ahead log.
        """
        path.parent.mkdir(parents=True, exist_ok=True)
        notices: list[str] = []
        try:
            connection = _connect(path)
        except duckdb.Error as error:
            if _is_busy(error):
                raise StoreBusy(
                    f"Another Tideline already has {path.name} open. Close it first: one process owns the store."
                ) from error
            connection = _reopen_without_log(path, error)
            notices.append(
                "The store's log was damaged, probably by a power cut. It was set aside, "
                "and the store was opened without it."
            )
        try:
            migrate(connection)
        except StoreTooNew:
            connection.close()
            raise
        return cls(connection, path, notices)

    def close(self) -> None:
        """Give the file back. Safe to call twice."""
        self._connection.close()

    def __enter__(self) -> Store:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def originals(self) -> Path | None:
        """The folder in which uploads are kept untouched; None for a store in memory."""
        return None if self.path is None else self.path.with_suffix(".originals")

    @property
    def data_version(self) -> int:
        """A number that grows whenever facts were rebuilt or win chances decided: the key of every cache."""
        return int(self.read().value("select data_version from store_state"))

    @property
    def facts_version(self) -> int:
        """A number that grows whenever facts were rebuilt: the key for what no win chance in force has a part in."""
        return int(self.read().value("select facts_version from store_state"))

    def read(self) -> Session:
        """A session for reading: its own cursor, so threads never share one. It sees committed facts only."""
        return Session(self._connection.cursor(), self._kept)

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """All of it or none. One writer at a time; readers go on seeing what was there before."""
        with self._writing:
            cursor = self._connection.cursor()
            cursor.execute("begin transaction")
            try:
                yield Session(cursor)
            except BaseException:
                cursor.execute("rollback")
                raise
            cursor.execute("commit")
            if self.path is not None:
                self._checkpoint(cursor)

    @staticmethod
    def _checkpoint(cursor: duckdb.DuckDBPyConnection) -> None:
        """Fold the log into the file. A reader in the middle of something may hold it up: the next one will do it."""
        try:
            cursor.execute("checkpoint")
        except duckdb.TransactionException:
            return


CONFIG: dict[str, Any] = {
    "enable_external_access": "false",
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "python_enable_replacements": "false",
}
"""With what every store is opened: nothing outside of it is read or fetched by a query."""


def _connect(path: Path) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect(str(path), config=CONFIG)
    # FSST makes the file a sixth smaller and costs an import about a tenth of its processor time [measured at 100,000
    # deals: 55 MB for 64, 5.3 s for 4.9]. Given in the config instead, it is taken without a word and without effect.
    connection.execute("set disabled_compression_methods = 'fsst'")
    return connection


def _is_busy(error: duckdb.Error) -> bool:
    return "lock" in str(error).lower() and isinstance(error, duckdb.IOException)


def _reopen_without_log(path: Path, cause: duckdb.Error) -> duckdb.DuckDBPyConnection:
    log = path.with_name(path.name + ".wal")
    if not log.exists():
        raise StoreDamaged(
            f"{path.name} cannot be opened. Your uploads are still kept in {path.with_suffix('.originals').name}: "
            "move the damaged file away and import them again."
        ) from cause
    aside = next(p for n in range(1, 1000) if not (p := path.with_name(f"{log.name}.damaged-{n}")).exists())
    log.rename(aside)
    try:
        return _connect(path)
    except duckdb.Error as error:
        raise StoreDamaged(f"{path.name} cannot be opened, not even without its log.") from error
