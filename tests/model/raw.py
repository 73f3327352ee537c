"""A store built from a few raw rows, written down as they would come out of an import."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from kpi_engine.forecasting.probabilities import refresh
from kpi_engine.model.build import build
from kpi_engine.storage.store import Session, Store

Row = dict[str, Any]

INSERT = {
    "deals": "insert into raw_deals by name select * from rows_to_add",
    "stage_changes": "insert into raw_stage_changes by name select * from rows_to_add",
    "activities": "insert into raw_activities by name select * from rows_to_add",
    "contacts": "insert into raw_contacts by name select * from rows_to_add",
    "targets": "insert into raw_targets by name select * from rows_to_add",
    "people": "insert into raw_people by name select * from rows_to_add",
    "stages": "insert into raw_stages by name select * from rows_to_add",
    "rates": "insert into raw_rates by name select * from rows_to_add",
}

IMPORT = """
insert into imports values
    ($import_id, $kind, $sha, $kind, $crm, $source_key, $as_of::date, $is_complete, $n, $n, 0, 0, 0, 0, '')
"""


@dataclass(frozen=True)
class File:
    """One import: its kind, its rows (dates as ISO text), and for deals the day it was exported on."""

    kind: str
    rows: Sequence[Row]
    as_of: str | None = None
    source_key: str = "crm"
    is_complete: bool = True
    crm: str | None = None


def deals(as_of: str, *rows: Row, source_key: str = "crm", is_complete: bool = True) -> File:
    """A deals export of a day."""
    return File("deals", rows, as_of, source_key, is_complete)


def history(*rows: tuple[Any, ...] | Row) -> File:
    """A stage history: (deal_id, changed_at, stage) or whole rows."""
    named = [
        row if isinstance(row, dict) else dict(zip(("deal_id", "changed_at", "stage"), row, strict=True))
        for row in rows
    ]
    return File("stage_changes", named)


def add(session: Session, file: File, import_id: int) -> None:
    """Put a file's rows into the raw tables."""
    names = sorted({name for row in file.rows for name in row})
    table = pa.table(
        {
            "import_id": pa.array([import_id] * len(file.rows), pa.int64()),
            "line": pa.array(range(2, len(file.rows) + 2), pa.int64()),
            **{name: pa.array([row.get(name) for row in file.rows]) for name in names},
        }
    )
    with session.lent("rows_to_add", table):
        session.run(INSERT[file.kind])
    session.run(
        IMPORT,
        {
            "import_id": import_id, "kind": file.kind, "sha": str(import_id), "source_key": file.source_key,
            "as_of": file.as_of, "is_complete": file.is_complete, "crm": file.crm, "n": len(file.rows),
        },
    )  # fmt: skip


def built(*files: File, settings: dict[str, str] | None = None) -> Session:
    """The facts of these files, imported in this order, ready to be read."""
    return store_with(*files, settings=settings).read()


def store_with(*files: File, settings: dict[str, str] | None = None) -> Store:
    """A store in memory with the facts of these files, imported in this order."""
    store = Store.in_memory()
    with store.transaction() as session:
        for name, value in (settings or {}).items():
            session.run("insert into settings values ($name, $value)", {"name": name, "value": value})
        for import_id, file in enumerate(files, start=1):
            add(session, file, import_id)
        build(session)
        refresh(session)
    return store


def transitions(session: Session, deal_id: str) -> list[tuple[Any, ...]]:
    """(day, stage, direction, evidence) of a deal, in order."""
    return session.rows(
        """
        select entered_date::varchar, stage, direction, evidence
        from fct_transitions where deal_id = $deal_id order by sequence
        """,
        {"deal_id": deal_id},
    )


def changes(session: Session, deal_id: str) -> list[tuple[Any, ...]]:
    """(day, left, stage, kind, amount, evidence) of a deal, in order."""
    return session.rows(
        """
        select change_date::varchar, left_date::varchar, stage, kind, amount::double, evidence
        from fct_changes where deal_id = $deal_id order by change_date
        """,
        {"deal_id": deal_id},
    )


def deal(session: Session, deal_id: str, *columns: str) -> tuple[Any, ...]:
    """Some columns of one deal."""
    frame = session.arrow("select * from fct_deals where deal_id = $deal_id", {"deal_id": deal_id})
    assert frame.num_rows == 1
    return tuple(frame.column(name)[0].as_py() for name in columns)


def open_value(session: Session, day: str) -> tuple[float, int]:
    """Open amount and open deals at the end of a day, by the running sum."""
    (row,) = session.rows(
        """
        select coalesce(sum(amount_change), 0)::double, coalesce(sum(deals_change), 0)::int
        from fct_pipeline_day where change_date <= $day::date
        """,
        {"day": day},
    )
    return row
