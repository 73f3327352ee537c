"""Take an import back, exactly: its rows, its issues, its line in the list."""

from __future__ import annotations

from kpi_engine.ingest.commit import RAW_TABLES
from kpi_engine.storage.store import Session, load_sql


def undo(session: Session, import_id: int) -> None:
    """Delete everything one import wrote. Facts are rebuilt by the caller, in the same transaction."""
    sql = load_sql("kpi_engine.ingest", "delete_rows")
    for table in (*RAW_TABLES, "import_issues", "imports"):
        session.run(sql.replace("import_rows", table), {"import_id": import_id})
